// SPDX-License-Identifier: GPL-2.0
/* What scripts/cocci/extack.cocci is to find, and what not. Compiled by nobody. */

int planted_set(struct net_device *dev, const struct nlattr *attr,
		struct netlink_ext_ack *extack)
{
	if (!attr)
		return -EINVAL;	/* found */
	if (!dev) {
		NL_SET_ERR_MSG(extack, "There is no device");
		return -ENODEV;
	}
	if (nla_len(attr) < 4) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "Four bytes are needed");
		return -EINVAL;
	}
	dev->planted = kzalloc(4, GFP_KERNEL);
	if (!dev->planted)
		return -ENOMEM;
	if (nla_len(attr) > 8)
		return -ERANGE;	/* found */

	return planted_other(dev, extack);
}

int planted_unasked(struct net_device *dev)
{
	return dev ? 0 : -ENODEV;
}
