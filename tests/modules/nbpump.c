// SPDX-License-Identifier: GPL-2.0
/*
 * nbpump: what a device makes of packets costs so much time. For benchmarks.
 *
 * `insmod nbpump.ko device=NAME kind=ipv4` hands frames to the device's driver, as pktgen
 * does, so there is no queue above it; with `receive=1` the device receives them, and the
 * stack, which nobody told of their type, drops them. By then
 * /sys/module/nbpump/parameters/ns is how many nanoseconds each took. They are instructions
 * if that is what the machine's clock counts.
 *
 * Frames come in bursts, and of all but a burst's last the driver is told that more follow.
 * They are made before the clock runs; what was put off to a softirq, or to a thread that is
 * more urgent than we are, is done before it stops. Bursts come in parts: one that is there
 * to warm up, and then 15, of which the median counts, so that no interrupt of a timer does.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <linux/skbuff.h>
#include <linux/sort.h>
#include <linux/udp.h>
#include <linux/unaligned.h>
#include <net/ip.h>
#include <scsi/fc/fc_encaps.h>
#include <scsi/fc/fc_fcoe.h>
#include <scsi/fc/fc_fs.h>

/* Of the frames that count. */
#define NBPUMP_PARTS		15

#define NBPUMP_COUNT_MAX	100000000
#define NBPUMP_BURST_MAX	256
#define NBPUMP_REST_MAX		10000
/* From 10.1.0.0 on these are in 10.0.0.0/8, and they fit in a D_ID. */
#define NBPUMP_FLOWS_MAX	1000000

#define NBPUMP_VLAN		5
/* Of UDP: discard. */
#define NBPUMP_PORT		9

static char *device = "";
module_param(device, charp, 0444);
MODULE_PARM_DESC(device, "Who is handed the frames; it is up");

static char *kind = "other";
module_param(kind, charp, 0444);
MODULE_PARM_DESC(kind, "Of frames: ipv4, ipv6, vlan (and IPv4), fcoe, other (default)");

static unsigned int count = 5000;
module_param(count, uint, 0444);
MODULE_PARM_DESC(count, "Frames, 15 or more, 5000 by default; more if bursts demand it");

static unsigned int burst = 1;
module_param(burst, uint, 0444);
MODULE_PARM_DESC(burst, "Frames that are handed over in one go, 1 (default) to 256");

static unsigned int flows = 1;
module_param(flows, uint, 0444);
MODULE_PARM_DESC(flows, "Destinations, in turn, far apart if there are more than frames; 1 (default) to 1000000");

static unsigned int rest;
module_param(rest, uint, 0444);
MODULE_PARM_DESC(rest, "Microseconds between bursts, which do not count: a card's interrupts come then; 0 (default) to 10000");

static bool receive;
module_param(receive, bool, 0444);
MODULE_PARM_DESC(receive, "The device receives them, of kind other; by default it sends them");

static char result[24];
module_param_string(ns, result, sizeof(result), 0444);
MODULE_PARM_DESC(ns, "To be read: nanoseconds that a frame took");

/* Behind the Ethernet header; the network header is set. */
static void nbpump_fill_udp(struct sk_buff *skb, size_t header)
{
	struct udphdr *udp = (struct udphdr *)(skb_network_header(skb) + header);

	udp->source = htons(NBPUMP_PORT);
	udp->dest = htons(NBPUMP_PORT);
	udp->len = htons(skb->len - skb_network_offset(skb) - header);
}

static void nbpump_fill_ipv4(struct sk_buff *skb, u32 flow)
{
	struct iphdr *ip = ip_hdr(skb);

	ip->version = 4;
	ip->ihl = 5;
	ip->tot_len = htons(skb->len - skb_network_offset(skb));
	ip->ttl = 64;
	ip->protocol = IPPROTO_UDP;
	ip->saddr = htonl(0x0a000001);
	ip->daddr = htonl(0x0a010000 + flow);
	ip_send_check(ip);
	nbpump_fill_udp(skb, sizeof(*ip));
}

static void nbpump_fill_ipv6(struct sk_buff *skb, u32 flow)
{
	struct ipv6hdr *ip = ipv6_hdr(skb);

	ip->version = 6;
	ip->payload_len = htons(skb->len - skb_network_offset(skb) - sizeof(*ip));
	ip->nexthdr = IPPROTO_UDP;
	ip->hop_limit = 64;
	ipv6_addr_set(&ip->saddr, htonl(0xfd000000), 0, 0, htonl(1));
	ipv6_addr_set(&ip->daddr, htonl(0xfd010000), 0, 0, htonl(flow));
	nbpump_fill_udp(skb, sizeof(*ip));
}

static void nbpump_fill_vlan(struct sk_buff *skb, u32 flow)
{
	struct vlan_hdr *vlan = (struct vlan_hdr *)skb_network_header(skb);

	vlan->h_vlan_TCI = htons(NBPUMP_VLAN);
	vlan->h_vlan_encapsulated_proto = htons(ETH_P_IP);
	skb_set_network_header(skb, VLAN_ETH_HLEN);
	nbpump_fill_ipv4(skb, flow);
}

static void nbpump_fill_fcoe(struct sk_buff *skb, u32 flow)
{
	struct fcoe_hdr *fcoe = (struct fcoe_hdr *)skb_network_header(skb);
	struct fc_frame_header *fc = (struct fc_frame_header *)(fcoe + 1);

	FC_FCOE_ENCAPS_VER(fcoe, FC_FCOE_VER);
	fcoe->fcoe_sof = FC_SOF_I3;
	fc->fh_r_ctl = FC_RCTL_DD_UNSOL_CMD;
	put_unaligned_be24(flow, fc->fh_d_id);
	fc->fh_type = FC_TYPE_FCP;
}

static void nbpump_fill_other(struct sk_buff *skb, u32 flow)
{
	put_unaligned_be32(flow, skb_eth_hdr(skb)->h_dest + 2);
}

static const struct nbpump_kind {
	const char *name;
	u16 type;
	u16 len;
	void (*fill)(struct sk_buff *skb, u32 flow);
} nbpump_kinds[] = {
	{ "ipv4",	ETH_P_IP,	60,	nbpump_fill_ipv4 },
	{ "ipv6",	ETH_P_IPV6,	62,	nbpump_fill_ipv6 },
	{ "vlan",	ETH_P_8021Q,	60,	nbpump_fill_vlan },
	{ "fcoe",	ETH_P_FCOE,	60,	nbpump_fill_fcoe },
	{ "other",	ETH_P_802_EX1,	60,	nbpump_fill_other },
};

static const struct nbpump_kind *nbpump_find_kind(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(nbpump_kinds); i++)
		if (!strcmp(nbpump_kinds[i].name, kind))
			return &nbpump_kinds[i];

	return NULL;
}

/* To whom frames are that @dev receives: its master, if it has one, or itself. */
static void nbpump_address(struct net_device *dev, u8 address[ETH_ALEN])
{
	struct net_device *master;

	rcu_read_lock();
	master = netdev_master_upper_dev_get_rcu(dev);
	ether_addr_copy(address, (master ?: dev)->dev_addr);
	rcu_read_unlock();
}

static struct sk_buff *nbpump_alloc(struct net_device *dev,
				    const struct nbpump_kind *is, u32 flow)
{
	static const u8 dest[ETH_ALEN] = { 2, 0, 0, 0, 0, 1 };
	struct sk_buff *skb;
	struct ethhdr *eth;

	skb = alloc_skb(LL_RESERVED_SPACE(dev) + NET_IP_ALIGN + is->len, GFP_KERNEL);
	if (!skb)
		return NULL;

	skb_reserve(skb, LL_RESERVED_SPACE(dev) + NET_IP_ALIGN);
	eth = skb_put_zero(skb, is->len);
	ether_addr_copy(eth->h_dest, dest);
	ether_addr_copy(eth->h_source, dev->dev_addr);
	eth->h_proto = htons(is->type);
	skb->dev = dev;
	skb->protocol = eth->h_proto;
	skb_reset_mac_header(skb);
	skb_set_network_header(skb, ETH_HLEN);
	is->fill(skb, flow);
	if (receive) {
		nbpump_address(dev, eth->h_dest);
		skb->protocol = eth_type_trans(skb, dev);
	}

	return skb;
}

static void nbpump_free(struct list_head *list)
{
	struct sk_buff *skb, *next;

	list_for_each_entry_safe(skb, next, list, list) {
		skb_list_del_init(skb);
		kfree_skb(skb);
	}
}

static int nbpump_make(struct net_device *dev, const struct nbpump_kind *is,
		       unsigned int first, struct list_head *list)
{
	u64 stride = max(flows / count, 1U);
	struct sk_buff *skb;
	unsigned int i;
	u32 flow;

	for (i = 0; i < burst; i++) {
		div_u64_rem((first + i) * stride, flows, &flow);
		skb = nbpump_alloc(dev, is, flow);
		if (!skb) {
			nbpump_free(list);
			return -ENOMEM;
		}
		list_add_tail(&skb->list, list);
	}

	return 0;
}

/* BH disabled. What the driver does not take stays in @list. */
static void nbpump_send(struct net_device *dev, struct list_head *list)
{
	struct netdev_queue *txq = netdev_get_tx_queue(dev, 0);
	struct sk_buff *skb, *next;

	HARD_TX_LOCK(dev, txq, smp_processor_id());
	list_for_each_entry_safe(skb, next, list, list) {
		if (netif_xmit_frozen_or_drv_stopped(txq))
			break;
		skb_list_del_init(skb);
		if (!dev_xmit_complete(netdev_start_xmit(skb, dev, txq, !list_empty(list)))) {
			list_add(&skb->list, list);
			break;
		}
	}
	HARD_TX_UNLOCK(dev, txq);
}

/* BH disabled. */
static void nbpump_receive(struct list_head *list)
{
	struct sk_buff *skb;

	if (!list_is_singular(list)) {
		netif_receive_skb_list(list);
		INIT_LIST_HEAD(list);
		return;
	}

	skb = list_first_entry(list, struct sk_buff, list);
	skb_list_del_init(skb);
	netif_receive_skb(skb);
}

/* One burst, and how long it took is added to @ns. */
static int nbpump_burst(struct net_device *dev, const struct nbpump_kind *is,
			unsigned int first, u64 *ns)
{
	LIST_HEAD(list);
	u64 start;
	int err;

	err = nbpump_make(dev, is, first, &list);
	if (err)
		return err;

	start = ktime_get_ns();
	local_bh_disable();
	if (receive)
		nbpump_receive(&list);
	else
		nbpump_send(dev, &list);
	local_bh_enable();
	cond_resched();
	*ns += ktime_get_ns() - start;
	if (rest)
		fsleep(rest);

	if (list_empty(&list))
		return 0;

	nbpump_free(&list);
	pr_err("%s does not take all that it is given\n", device);

	return -EBUSY;
}

/* Picoseconds that each of @n frames took, or an error. */
static s64 nbpump_part(struct net_device *dev, const struct nbpump_kind *is,
		       unsigned int first, unsigned int n)
{
	unsigned int done;
	u64 ns = 0;
	int err;

	for (done = 0; done < n; done += burst) {
		err = nbpump_burst(dev, is, first + done, &ns);
		if (err)
			return err;
	}

	return div_u64(ns * 1000, n);
}

static int nbpump_compare(const void *a, const void *b)
{
	return *(const s64 *)a < *(const s64 *)b ? -1 : 1;
}

static u64 nbpump_dropped(struct net_device *dev)
{
	struct rtnl_link_stats64 stats;

	dev_get_stats(dev, &stats);

	return stats.tx_dropped;
}

/* rtnl, so that the device stays, and stays as it is. */
static int nbpump_run(const struct nbpump_kind *is)
{
	unsigned int n = roundup(count / NBPUMP_PARTS, burst), i;
	struct net_device *dev = __dev_get_by_name(&init_net, device);
	s64 part[NBPUMP_PARTS];
	u64 before, after, ns;
	u32 ps;

	if (!dev || !netif_running(dev)) {
		pr_err("device='%s' is none, or not up\n", device);
		return -ENODEV;
	}

	before = nbpump_dropped(dev);
	part[0] = nbpump_part(dev, is, 0, n);
	if (part[0] < 0)
		return part[0];
	for (i = 0; i < NBPUMP_PARTS; i++) {
		part[i] = nbpump_part(dev, is, i * n, n);
		if (part[i] < 0)
			return part[i];
	}
	after = nbpump_dropped(dev);
	if (after != before) {
		pr_err("%s dropped %llu\n", device, after - before);
		return -EIO;
	}
	sort(part, NBPUMP_PARTS, sizeof(part[0]), nbpump_compare, NULL);
	ns = div_u64_rem(part[NBPUMP_PARTS / 2], 1000, &ps);
	snprintf(result, sizeof(result), "%llu.%03u", ns, ps);

	return 0;
}

static bool nbpump_in_range(const char *name, unsigned int value, unsigned int least,
			    unsigned int most)
{
	if (value >= least && value <= most)
		return true;

	pr_err("%s=%u is not from %u to %u\n", name, value, least, most);

	return false;
}

static int __init nbpump_init(void)
{
	const struct nbpump_kind *is = nbpump_find_kind();
	int err;

	if (!is) {
		pr_err("kind=%s is not ipv4, ipv6, vlan, fcoe or other\n", kind);
		return -EINVAL;
	}
	if (receive && is->type != ETH_P_802_EX1) {
		pr_err("receive=1 is for kind=other alone, which nobody takes\n");
		return -EINVAL;
	}
	if (!nbpump_in_range("count", count, NBPUMP_PARTS, NBPUMP_COUNT_MAX) ||
	    !nbpump_in_range("burst", burst, 1, NBPUMP_BURST_MAX) ||
	    !nbpump_in_range("flows", flows, 1, NBPUMP_FLOWS_MAX) ||
	    !nbpump_in_range("rest", rest, 0, NBPUMP_REST_MAX))
		return -EINVAL;

	rtnl_lock();
	err = nbpump_run(is);
	rtnl_unlock();

	return err;
}

static void __exit nbpump_exit(void)
{
}

module_init(nbpump_init);
module_exit(nbpump_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Measures what a device makes of packets, for the benchmarks of nicbond");
