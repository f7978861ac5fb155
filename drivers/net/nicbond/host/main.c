// SPDX-License-Identifier: GPL-2.0
/* Module: parameters, load and unload. */
#include "master.h"
#include "debugfs.h"
#include "link.h"
#include "netlink.h"

#include <linux/module.h>
#include <linux/string.h>

#define NICBOND_MASTERS_MAX	256

#define NICBOND_DEFAULT(ID, name, kind, REG, ...)				\
	[NICBOND_OPTION_##ID] = { { NICBOND_RESET_##REG } },
#define NICBOND_HOST_DEFAULT(ID, name, kind, least, most, initial, ...)		\
	[NICBOND_OPTION_##ID] = { { (initial) } },
struct nicbond_defaults nicbond_defaults = {
	.option = { NICBOND_LINK_ROWS(NICBOND_DEFAULT, NICBOND_HOST_DEFAULT,
				      NICBOND_NO_OPTION) },
};

static int masters;
module_param(masters, int, 0444);
MODULE_PARM_DESC(masters, "Masters to create at load, nb0 and up: 0 (default) to 256");

static int nicbond_param_set(const char *text, const struct kernel_param *param)
{
	const struct nicbond_option *option = param->arg;
	enum nicbond_option_id id = option - nicbond_options;
	char why[NICBOND_OPTION_WHY];
	int err;

	err = nicbond_option_parse(option, text, &nicbond_defaults.option[id]);
	if (err) {
		nicbond_option_explain(option, text, why);
		pr_err("nicbond: %s\n", why);
	}
	/* The kernel's own words repeat what was refused, and a slip is nearly the key. */
	if (nicbond_option_secret(option))
		memset((char *)text, '*', strlen(text));
	if (err)
		return err;
	if (id == NICBOND_OPTION_HASH_KEY)
		nicbond_defaults.key_set = true;

	return 0;
}

static int nicbond_param_get(char *buf, const struct kernel_param *param)
{
	const struct nicbond_option *option = param->arg;
	int used;

	/* Which has a page, where a stack has not. */
	nicbond_option_format(option,
			      &nicbond_defaults.option[option - nicbond_options],
			      buf);
	used = strlen(buf);

	return used + sysfs_emit_at(buf, used, "\n");
}

static const struct kernel_param_ops nicbond_param_ops = {
	.set	= nicbond_param_set,
	.get	= nicbond_param_get,
};

/* A secret is for nobody here. */
#define NICBOND_PARAM_MODE_number	0444
#define NICBOND_PARAM_MODE_name		0444
#define NICBOND_PARAM_MODE_set		0444
#define NICBOND_PARAM_MODE_key		0
#define NICBOND_PARAM_MODE_targets	0444

#define NICBOND_HOST_PARAM(ID, name, kind, least, most, initial, text, accepted) \
	NICBOND_PARAM(ID, name, kind, NONE, text, accepted)
#define NICBOND_PARAM(ID, name, kind, REG, text, accepted)		\
	module_param_cb(name, &nicbond_param_ops,			\
			(void *)&nicbond_options[NICBOND_OPTION_##ID],	\
			NICBOND_PARAM_MODE_##kind);			\
	MODULE_PARM_DESC(name, text ": " accepted);
NICBOND_LINK_ROWS(NICBOND_PARAM, NICBOND_HOST_PARAM, NICBOND_NO_OPTION)

static int __init nicbond_create_master(void)
{
	struct net_device *dev;
	int err;

	dev = alloc_netdev(nicbond_link_ops.priv_size, "nb%d", NET_NAME_ENUM,
			   nicbond_link_ops.setup);
	if (!dev)
		return -ENOMEM;

	dev->rtnl_link_ops = &nicbond_link_ops;
	err = register_netdev(dev);
	if (err)
		free_netdev(dev);

	return err;
}

static int __init nicbond_init(void)
{
	int i, err;

	if (masters < 0 || masters > NICBOND_MASTERS_MAX) {
		pr_err("nicbond: masters=%d is out of range; accepted: 0 to %d\n",
		       masters, NICBOND_MASTERS_MAX);
		return -EINVAL;
	}

	nicbond_debugfs_init();
	err = register_netdevice_notifier(&nicbond_notifier);
	if (err)
		goto remove_debugfs;

	err = genl_register_family(&nicbond_netlink_family);
	if (err)
		goto unregister_notifier;

	err = rtnl_link_register(&nicbond_link_ops);
	if (err)
		goto unregister_family;

	for (i = 0; i < masters; i++) {
		err = nicbond_create_master();
		if (err)
			goto unregister_link;
	}

	return 0;

unregister_link:
	rtnl_link_unregister(&nicbond_link_ops);
unregister_family:
	genl_unregister_family(&nicbond_netlink_family);
unregister_notifier:
	unregister_netdevice_notifier(&nicbond_notifier);
remove_debugfs:
	nicbond_debugfs_exit();
	return err;
}

/*
 * Members hold the module, so only masters without any are left; they go with
 * it. rtnl_link_unregister() takes rtnl and waits for their destructors.
 */
static void __exit nicbond_exit(void)
{
	rtnl_link_unregister(&nicbond_link_ops);
	genl_unregister_family(&nicbond_netlink_family);
	unregister_netdevice_notifier(&nicbond_notifier);
	nicbond_debugfs_exit();
}

module_init(nicbond_init);
module_exit(nicbond_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Link aggregation that is balanced by the adaptors, not by the host");
MODULE_ALIAS_RTNL_LINK("nicbond");
/* For __netif_set_mtu(), as bonding. */
MODULE_IMPORT_NS("NETDEV_INTERNAL");
