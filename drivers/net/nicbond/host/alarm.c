// SPDX-License-Identifier: GPL-2.0
/* An adaptor says that it drops too much: user space is told. */
#include "alarm.h"
#include "netlink.h"

#include <linux/rtnetlink.h>

/* A member that drops, and its adaptor, may be on their way out: no rtnl here. */
void nicbond_alarm_raise(struct nicbond_adaptor *adaptor, u64 drops)
{
	struct nicbond_member *member = adaptor->context;

	atomic64_set(&member->drops, drops);
	schedule_work(&member->master->alarm_work);
}

void nicbond_alarm_work(struct work_struct *work)
{
	struct nicbond_master *master =
		container_of(work, struct nicbond_master, alarm_work);
	struct nicbond_member *member;
	u64 drops;

	rtnl_lock();
	nicbond_for_each_member(master, member) {
		drops = atomic64_xchg(&member->drops, 0);
		if (drops)
			nicbond_netlink_dropping(member, drops);
	}
	rtnl_unlock();
}
