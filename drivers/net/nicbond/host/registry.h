/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_HOST_REGISTRY_H
#define _NICBOND_HOST_REGISTRY_H

#include <net/nicbond.h>

/* The firmware of @dev: its driver's, or the software model. rtnl. */
const struct nicbond_adaptor_ops *nicbond_registry_ops(struct net_device *dev);

#endif /* _NICBOND_HOST_REGISTRY_H */
