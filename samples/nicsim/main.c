// SPDX-License-Identifier: GPL-2.0
/*
 * nicsim: simulated NICs whose firmware balances for nicbond, two and two connected
 * by a cable. A sample for drivers, and for tests.
 *
 * `insmod nicsim.ko pairs=N speed=MBITS` makes sim0a and sim0b, and so on; each is
 * to be moved to a network namespace of its own. `ip link set DEVICE carrier off`
 * cuts the cable for both ends, `carrier on` mends it. Who is closed takes its peer's
 * carrier until it is open again. What goes wrong on demand is
 * in struct nicsim_faults.
 */
#include "nicsim.h"

#include <linux/module.h>
#include <linux/rtnetlink.h>

#define NICSIM_PAIRS_MAX	64

static int pairs = 1;
module_param(pairs, int, 0444);
MODULE_PARM_DESC(pairs, "Pairs of NICs, 1 (default) to 64");

static struct nicsim *nicsim_nics[2 * NICSIM_PAIRS_MAX];

/*
 * The folders first, since their files take rtnl. All NICs go in one step, so
 * none sends to one that is gone.
 */
static void nicsim_destroy(void)
{
	LIST_HEAD(list);
	int i;

	nicsim_faults_exit();

	rtnl_lock();
	for (i = 0; i < 2 * pairs; i++)
		if (nicsim_nics[i])
			nicsim_netdev_remove(nicsim_nics[i], &list);
	unregister_netdevice_many(&list);
	rtnl_unlock();

	for (i = 0; i < 2 * pairs; i++)
		if (nicsim_nics[i])
			free_netdev(nicsim_nics[i]->dev);
}

static int __init nicsim_init(void)
{
	struct net_device *dev;
	int i, err;

	if (pairs < 1 || pairs > NICSIM_PAIRS_MAX) {
		pr_err("nicsim: pairs=%d is out of range; accepted: 1 to %d\n",
		       pairs, NICSIM_PAIRS_MAX);
		return -EINVAL;
	}

	nicsim_faults_init();
	for (i = 0; i < 2 * pairs; i++) {
		dev = nicsim_netdev_alloc(i / 2, "ab"[i % 2]);
		err = -ENOMEM;
		if (!dev)
			goto destroy;
		nicsim_nics[i] = netdev_priv(dev);
	}
	for (i = 0; i < 2 * pairs; i++)
		nicsim_nics[i]->peer = nicsim_nics[i ^ 1];
	for (i = 0; i < 2 * pairs; i++) {
		err = register_netdev(nicsim_nics[i]->dev);
		if (err)
			goto destroy;
		nicsim_faults_add(nicsim_nics[i]);
	}

	return 0;

destroy:
	nicsim_destroy();
	return err;
}

/* Masters hold the module, so no NIC is a member any more. */
static void __exit nicsim_exit(void)
{
	nicsim_destroy();
}

module_init(nicsim_init);
module_exit(nicsim_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Simulated NICs with firmware for nicbond: a sample, and for tests");
