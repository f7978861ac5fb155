/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_HOST_ALARM_H
#define _NICBOND_HOST_ALARM_H

#include <linux/types.h>

struct nicbond_adaptor;
struct work_struct;

/* nicbond_adaptor.alarm, and the work that it schedules, which tells user space. */
void nicbond_alarm_raise(struct nicbond_adaptor *adaptor, u64 drops);
void nicbond_alarm_work(struct work_struct *work);

#endif /* _NICBOND_HOST_ALARM_H */
