// SPDX-License-Identifier: GPL-2.0
/* Module: parameters, load and unload. */
#include "master.h"

#include <linux/hex.h>
#include <linux/module.h>
#include <linux/unaligned.h>
#include <net/rtnetlink.h>

#define NICBOND_MASTERS_MAX	256

struct nicbond_defaults nicbond_defaults;

const char * const nicbond_selectors[NICBOND_SELECTORS] = {
	[NICBOND_SELECTOR_DST_HASH]	= "dst-hash",
};

static int masters;
module_param(masters, int, 0444);
MODULE_PARM_DESC(masters, "Masters to create at load, nb0 and up: 0 (default) to 256");

static char *selector = "dst-hash";
module_param(selector, charp, 0444);
MODULE_PARM_DESC(selector, "Selector of new masters: dst-hash (default)");

/* Not readable: who knows the key can aim all his flows at one adaptor. */
static char *hash_key;
module_param(hash_key, charp, 0);
MODULE_PARM_DESC(hash_key, "Hash key of new masters: 32 hexadecimal digits (default: random, one for each)");

static int __init nicbond_parse_selector(void)
{
	int i;

	i = match_string(nicbond_selectors, NICBOND_SELECTORS, selector);
	if (i < 0) {
		pr_err("nicbond: selector=%s is unknown; accepted: dst-hash\n",
		       selector);
		return -EINVAL;
	}
	nicbond_defaults.selector = i;

	return 0;
}

static int __init nicbond_parse_key(void)
{
	u8 key[NICBOND_KEY_WORDS * sizeof(u32)];
	int i;

	if (!hash_key)
		return 0;
	if (strlen(hash_key) != 2 * sizeof(key) ||
	    hex2bin(key, hash_key, sizeof(key))) {
		pr_err("nicbond: hash_key must be 32 hexadecimal digits\n");
		return -EINVAL;
	}
	for (i = 0; i < NICBOND_KEY_WORDS; i++)
		nicbond_defaults.key[i] = get_unaligned_be32(key + 4 * i);
	nicbond_defaults.key_set = true;
	memzero_explicit(key, sizeof(key));

	return 0;
}

static int __init nicbond_parse_parameters(void)
{
	if (masters < 0 || masters > NICBOND_MASTERS_MAX) {
		pr_err("nicbond: masters=%d is out of range; accepted: 0 to %d\n",
		       masters, NICBOND_MASTERS_MAX);
		return -EINVAL;
	}

	return nicbond_parse_selector() ?: nicbond_parse_key();
}

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

	err = nicbond_parse_parameters();
	if (err)
		return err;

	err = register_netdevice_notifier(&nicbond_notifier);
	if (err)
		return err;

	err = rtnl_link_register(&nicbond_link_ops);
	if (err)
		goto unregister_notifier;

	for (i = 0; i < masters; i++) {
		err = nicbond_create_master();
		if (err)
			goto unregister_link;
	}

	return 0;

unregister_link:
	rtnl_link_unregister(&nicbond_link_ops);
unregister_notifier:
	unregister_netdevice_notifier(&nicbond_notifier);
	return err;
}

/*
 * Members hold the module, so only masters without any are left; they go with
 * it. rtnl_link_unregister() takes rtnl and waits for their destructors.
 */
static void __exit nicbond_exit(void)
{
	rtnl_link_unregister(&nicbond_link_ops);
	unregister_netdevice_notifier(&nicbond_notifier);
}

module_init(nicbond_init);
module_exit(nicbond_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Link aggregation that is balanced by the adaptors, not by the host");
MODULE_ALIAS_RTNL_LINK("nicbond");
/* For __netif_set_mtu(), as bonding. */
MODULE_IMPORT_NS("NETDEV_INTERNAL");
