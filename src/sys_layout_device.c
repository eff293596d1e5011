/*
 * sys_layout_device.c - devices of networks and of virtual machines: ifreq,
 * tun, vhost, netfilter
 *
 * Layer: layouts of S.t.
 */

#include <linux/if.h>
#include <linux/if_tun.h>
#include <linux/netfilter/x_tables.h>
#include <linux/vhost.h>

#include "sys.h"

#define IFMAP_FIELDS(X, T) \
	X(F, T, mem_start) X(F, T, mem_end) X(F, T, base_addr) \
	X(F, T, irq) X(F, T, dma) X(F, T, port)
SYS_STRUCT(ifmap, "", "", struct ifmap, IFMAP_FIELDS);

#define IFREQ_IFRN_FIELDS(X, T) X(A, T, ifrn_name)
SYS_STRUCT(ifreq_ifrn, "", "ifrn_", __typeof__(((struct ifreq *)0)->ifr_ifrn),
	   IFREQ_IFRN_FIELDS);

#define IFREQ_IFRU_FIELDS(X, T) \
	X(S, T, ifru_addr, sockaddr) X(S, T, ifru_dstaddr, sockaddr) \
	X(S, T, ifru_broadaddr, sockaddr) \
	X(S, T, ifru_netmask, sockaddr) X(S, T, ifru_hwaddr, sockaddr) \
	X(F, T, ifru_flags) X(F, T, ifru_ivalue) X(F, T, ifru_mtu) \
	X(S, T, ifru_map, ifmap) X(A, T, ifru_slave) \
	X(A, T, ifru_newname) X(F, T, ifru_data)
SYS_STRUCT(ifreq_ifru, "", "ifru_", __typeof__(((struct ifreq *)0)->ifr_ifru),
	   IFREQ_IFRU_FIELDS);

/* ifr_name and the others are macros of the same names for members of these */
#define IFREQ_FIELDS(X, T) \
	X(S, T, ifr_ifrn, ifreq_ifrn) X(S, T, ifr_ifru, ifreq_ifru) \
	X(A, T, ifr_name) X(S, T, ifr_addr, sockaddr) \
	X(S, T, ifr_dstaddr, sockaddr) X(S, T, ifr_broadaddr, sockaddr) \
	X(S, T, ifr_netmask, sockaddr) X(S, T, ifr_hwaddr, sockaddr) \
	X(F, T, ifr_flags) X(F, T, ifr_metric) X(F, T, ifr_mtu) \
	X(S, T, ifr_map, ifmap) X(A, T, ifr_slave) X(A, T, ifr_newname) \
	X(F, T, ifr_data) X(F, T, ifr_ifindex) X(F, T, ifr_qlen) \
	X(R, T, ifr_ivalue, ifr_ifru.ifru_ivalue)
SYS_STRUCT(ifreq, "device", "ifr_", struct ifreq, IFREQ_FIELDS);

#define TUN_PI_FIELDS(X, T) X(F, T, flags) X(F, T, proto)
SYS_STRUCT(tun_pi, "", "", struct tun_pi, TUN_PI_FIELDS);

struct ethernet_address {
	unsigned char mac_addr[ETH_ALEN];
};

struct tun_filter_head { /* linux/if_tun.h's, its addresses as structs */
	__u16 flags, count;
	struct ethernet_address addr[];
};
_Static_assert(offsetof(struct tun_filter_head, addr) ==
		       offsetof(struct tun_filter, addr),
	       "tun_filter");

#define TUN_FILTER_FIELDS(X, T) \
	X(F, T, flags) X(F, T, count) X(G, T, addr, macaddr)
SYS_STRUCT(tun_filter, "", "", struct tun_filter_head, TUN_FILTER_FIELDS);

#define VHOST_VRING_STATE_FIELDS(X, T) X(F, T, index) X(F, T, num)
SYS_STRUCT(vhost_vring_state, "", "", struct vhost_vring_state,
	   VHOST_VRING_STATE_FIELDS);

#define VHOST_VRING_FILE_FIELDS(X, T) X(F, T, index) X(F, T, fd)
SYS_STRUCT(vhost_vring_file, "", "", struct vhost_vring_file,
	   VHOST_VRING_FILE_FIELDS);

#define VHOST_VRING_ADDR_FIELDS(X, T) \
	X(F, T, index) X(F, T, flags) X(F, T, desc_user_addr) \
	X(F, T, used_user_addr) X(F, T, avail_user_addr) \
	X(F, T, log_guest_addr)
SYS_STRUCT(vhost_vring_addr, "", "", struct vhost_vring_addr,
	   VHOST_VRING_ADDR_FIELDS);

#define VHOST_MEMORY_REGION_FIELDS(X, T) \
	X(F, T, guest_phys_addr) X(F, T, memory_size) \
	X(F, T, userspace_addr) X(F, T, flags_padding)
SYS_STRUCT(vhost_memory_region, "", "", struct vhost_memory_region,
	   VHOST_MEMORY_REGION_FIELDS);

#define VHOST_MEMORY_FIELDS(X, T) \
	X(F, T, nregions) X(F, T, padding) \
	X(G, T, regions, vhost_memory_region)
SYS_STRUCT(vhost_memory, "", "", struct vhost_memory, VHOST_MEMORY_FIELDS);

#define XT_GET_REVISION_FIELDS(X, T) X(A, T, name) X(F, T, revision)
SYS_STRUCT(xt_get_revision, "", "", struct xt_get_revision,
	   XT_GET_REVISION_FIELDS);
