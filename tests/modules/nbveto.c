// SPDX-License-Identifier: GPL-2.0
/*
 * nbveto: the n-th notification about network devices ends with an error. For tests.
 *
 * Write N to /sys/module/nbveto/parameters/nth; it counts down with each notification that
 * a process causes (not those of the kernel's threads, which nobody can foresee), and the
 * N-th returns -EUCLEAN to who sent it, after all others have seen it. 0 says that it came to
 * that.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/sched.h>

/* Written by sysfs at any time, by notifications with RTNL held. */
static unsigned int nth;
module_param(nth, uint, 0644);
MODULE_PARM_DESC(nth, "Which notification is to be refused, counted from 1; 0 (default): none");

static int nbveto_event(struct notifier_block *block, unsigned long event, void *info)
{
	unsigned int n = READ_ONCE(nth);

	if (!n || current->flags & PF_KTHREAD)
		return NOTIFY_DONE;

	WRITE_ONCE(nth, n - 1);

	return n == 1 ? notifier_from_errno(-EUCLEAN) : NOTIFY_DONE;
}

static struct notifier_block nbveto_block = {
	.notifier_call = nbveto_event,
	.priority = INT_MIN,
};

static int __init nbveto_init(void)
{
	return register_netdevice_notifier(&nbveto_block);
}

static void __exit nbveto_exit(void)
{
	unregister_netdevice_notifier(&nbveto_block);
}

module_init(nbveto_init);
module_exit(nbveto_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Refuses a notification about a network device, for the tests of nicbond");
