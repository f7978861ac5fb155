// SPDX-License-Identifier: GPL-2.0
/* debugfs: /sys/kernel/debug/nicsim/<NIC>/, one file for each fault, and "remove". */
#include "nicsim.h"

#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>

static struct dentry *nicsim_folder;

bool nicsim_fault_take(u32 *left)
{
	u32 now = READ_ONCE(*left);

	do {
		if (likely(!now))
			return false;
	} while (!try_cmpxchg(left, &now, now - 1));

	return true;
}

/* The folder outlives the net device: a file cannot remove itself. */
static int nicsim_remove_set(void *data, u64 value)
{
	struct nicsim *nic = data;
	LIST_HEAD(list);

	rtnl_lock();
	nicsim_netdev_remove(nic, &list);
	unregister_netdevice_many(&list);
	rtnl_unlock();

	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(nicsim_remove_fops, NULL, nicsim_remove_set, "%llu\n");

void nicsim_faults_add(struct nicsim *nic)
{
	struct nicsim_faults *faults = &nic->faults;
	struct dentry *folder = debugfs_create_dir(nic->dev->name, nicsim_folder);

	debugfs_create_u32("refuse_writes", 0600, folder, &faults->refuse_writes);
	debugfs_create_x32("refuse_register", 0600, folder,
			   &faults->refuse_register);
	debugfs_create_u32("refuse_creates", 0600, folder,
			   &faults->refuse_creates);
	debugfs_create_u32("lose_frames", 0600, folder, &faults->lose_frames);
	debugfs_create_u32("delay_frames_us", 0600, folder,
			   &faults->delay_frames_us);
	debugfs_create_bool("stop_heartbeat", 0600, folder,
			    &faults->stop_heartbeat);
	debugfs_create_bool("hang", 0600, folder, &faults->hang);
	debugfs_create_bool("lie_role", 0600, folder, &faults->lie_role);
	debugfs_create_file_unsafe("remove", 0200, folder, nic,
				   &nicsim_remove_fops);
}

void nicsim_faults_init(void)
{
	nicsim_folder = debugfs_create_dir("nicsim", NULL);
}

void nicsim_faults_exit(void)
{
	debugfs_remove(nicsim_folder);
}
