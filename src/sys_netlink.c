/*
 * sys_netlink.c - constants and structs of netlink for S.c and S.t
 *
 * Layer: system call binding; no policy. Requests need none of these: their
 * schemas are in lua/nl/schema. They are for those who name flags and types,
 * and who take messages apart themselves.
 */

#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_arp.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/ipv6_route.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/route.h>
#include <linux/rtnetlink.h>

#include "sys.h"

#define NLM_F_LIST(P, V)                                                  \
	P(NLM_F, REQUEST) P(NLM_F, MULTI) P(NLM_F, ACK) P(NLM_F, ECHO)    \
	P(NLM_F, REPLACE) P(NLM_F, ROOT) P(NLM_F, EXCL) P(NLM_F, MATCH)   \
	P(NLM_F, DUMP) P(NLM_F, ATOMIC) P(NLM_F, CREATE)                  \
	P(NLM_F, APPEND)
SYS_CONSTS(NLM_F, SYS_MULTI, NLM_F_LIST);

#define NLMSG_LIST(P, V)                                                  \
	P(NLMSG, NOOP) P(NLMSG, ERROR) P(NLMSG, DONE) P(NLMSG, OVERRUN)
SYS_CONSTS(NLMSG, SYS_STRFLAG, NLMSG_LIST);

#define RTM_LIST(P, V)                                                    \
	P(RTM, NEWLINK) P(RTM, DELLINK) P(RTM, GETLINK) P(RTM, SETLINK)   \
	P(RTM, NEWADDR) P(RTM, DELADDR) P(RTM, GETADDR)                   \
	P(RTM, NEWROUTE) P(RTM, DELROUTE) P(RTM, GETROUTE)                \
	P(RTM, NEWNEIGH) P(RTM, DELNEIGH) P(RTM, GETNEIGH)                \
	P(RTM, NEWRULE) P(RTM, DELRULE) P(RTM, GETRULE)                   \
	P(RTM, NEWQDISC) P(RTM, DELQDISC) P(RTM, GETQDISC)                \
	P(RTM, NEWTCLASS) P(RTM, DELTCLASS) P(RTM, GETTCLASS)             \
	P(RTM, NEWTFILTER) P(RTM, DELTFILTER) P(RTM, GETTFILTER)          \
	P(RTM, NEWACTION) P(RTM, DELACTION) P(RTM, GETACTION)             \
	P(RTM, NEWPREFIX) P(RTM, GETMULTICAST) P(RTM, GETANYCAST)         \
	P(RTM, NEWNEIGHTBL) P(RTM, GETNEIGHTBL) P(RTM, SETNEIGHTBL)       \
	P(RTM, NEWNDUSEROPT) P(RTM, NEWADDRLABEL) P(RTM, DELADDRLABEL)    \
	P(RTM, GETADDRLABEL) P(RTM, GETDCB) P(RTM, SETDCB)
SYS_CONSTS(RTM, SYS_STRFLAG, RTM_LIST);

#define RTNLGRP_LIST(P, V)                                                \
	P(RTNLGRP, NONE) P(RTNLGRP, LINK) P(RTNLGRP, NOTIFY)              \
	P(RTNLGRP, NEIGH) P(RTNLGRP, TC) P(RTNLGRP, IPV4_IFADDR)          \
	P(RTNLGRP, IPV4_MROUTE) P(RTNLGRP, IPV4_ROUTE)                    \
	P(RTNLGRP, IPV4_RULE) P(RTNLGRP, IPV6_IFADDR)                     \
	P(RTNLGRP, IPV6_MROUTE) P(RTNLGRP, IPV6_ROUTE)                    \
	P(RTNLGRP, IPV6_IFINFO) P(RTNLGRP, NOP2) P(RTNLGRP, NOP4)         \
	P(RTNLGRP, IPV6_PREFIX) P(RTNLGRP, IPV6_RULE)                     \
	P(RTNLGRP, ND_USEROPT) P(RTNLGRP, PHONET_IFADDR)                  \
	P(RTNLGRP, PHONET_ROUTE) P(RTNLGRP, DCB)
SYS_CONSTS(RTNLGRP, SYS_STRFLAG, RTNLGRP_LIST);

#define IFF_LIST(P, V)                                                    \
	V(NONE, 0xfff80000) P(IFF, UP) P(IFF, BROADCAST) P(IFF, DEBUG)    \
	P(IFF, LOOPBACK) P(IFF, POINTOPOINT) P(IFF, NOTRAILERS)           \
	P(IFF, RUNNING) P(IFF, NOARP) P(IFF, PROMISC) P(IFF, ALLMULTI)    \
	P(IFF, MASTER) P(IFF, SLAVE) P(IFF, MULTICAST) P(IFF, PORTSEL)    \
	P(IFF, AUTOMEDIA) P(IFF, DYNAMIC) P(IFF, LOWER_UP)                \
	P(IFF, DORMANT) P(IFF, ECHO) V(VOLATILE, IFF_VOLATILE)            \
	V(ALL, 0xffffffff)
SYS_CONSTS(IFF, SYS_MULTI, IFF_LIST);

#define IFLA_LIST(P, V)                                                   \
	P(IFLA, UNSPEC) P(IFLA, ADDRESS) P(IFLA, BROADCAST)               \
	P(IFLA, IFNAME) P(IFLA, MTU) P(IFLA, LINK) P(IFLA, QDISC)         \
	P(IFLA, STATS) P(IFLA, COST) P(IFLA, PRIORITY) P(IFLA, MASTER)    \
	P(IFLA, WIRELESS) P(IFLA, PROTINFO) P(IFLA, TXQLEN)               \
	P(IFLA, MAP) P(IFLA, WEIGHT) P(IFLA, OPERSTATE)                   \
	P(IFLA, LINKMODE) P(IFLA, LINKINFO) P(IFLA, NET_NS_PID)           \
	P(IFLA, IFALIAS) P(IFLA, NUM_VF) P(IFLA, VFINFO_LIST)             \
	P(IFLA, STATS64) P(IFLA, VF_PORTS) P(IFLA, PORT_SELF)             \
	P(IFLA, AF_SPEC) P(IFLA, GROUP) P(IFLA, NET_NS_FD)
SYS_CONSTS(IFLA, SYS_STRFLAG, IFLA_LIST);

#define IFLA_INFO_LIST(P, V)                                              \
	P(IFLA_INFO, UNSPEC) P(IFLA_INFO, KIND) P(IFLA_INFO, DATA)        \
	P(IFLA_INFO, XSTATS)
SYS_CONSTS(IFLA_INFO, SYS_STRFLAG, IFLA_INFO_LIST);

#define IFLA_INET_LIST(P, V)                                              \
	P(IFLA_INET, UNSPEC) P(IFLA_INET, CONF)
SYS_CONSTS(IFLA_INET, SYS_STRFLAG, IFLA_INET_LIST);

#define IFLA_INET6_LIST(P, V)                                             \
	P(IFLA_INET6, UNSPEC) P(IFLA_INET6, FLAGS) P(IFLA_INET6, CONF)    \
	P(IFLA_INET6, STATS) P(IFLA_INET6, MCAST)                         \
	P(IFLA_INET6, CACHEINFO) P(IFLA_INET6, ICMP6STATS)
SYS_CONSTS(IFLA_INET6, SYS_STRFLAG, IFLA_INET6_LIST);

#define IFLA_VLAN_LIST(P, V)                                              \
	P(IFLA_VLAN, UNSPEC) P(IFLA_VLAN, ID) P(IFLA_VLAN, FLAGS)         \
	P(IFLA_VLAN, EGRESS_QOS) P(IFLA_VLAN, INGRESS_QOS)
SYS_CONSTS(IFLA_VLAN, SYS_STRFLAG, IFLA_VLAN_LIST);

#define IFLA_VLAN_QOS_LIST(P, V)                                          \
	P(IFLA_VLAN_QOS, UNSPEC) P(IFLA_VLAN_QOS, MAPPING)
SYS_CONSTS(IFLA_VLAN_QOS, SYS_STRFLAG, IFLA_VLAN_QOS_LIST);

#define IFLA_MACVLAN_LIST(P, V)                                           \
	P(IFLA_MACVLAN, UNSPEC) P(IFLA_MACVLAN, MODE)
SYS_CONSTS(IFLA_MACVLAN, SYS_STRFLAG, IFLA_MACVLAN_LIST);

#define IFA_LIST(P, V)                                                    \
	P(IFA, UNSPEC) P(IFA, ADDRESS) P(IFA, LOCAL) P(IFA, LABEL)        \
	P(IFA, BROADCAST) P(IFA, ANYCAST) P(IFA, CACHEINFO)               \
	P(IFA, MULTICAST)
SYS_CONSTS(IFA, SYS_STRFLAG, IFA_LIST);

#define IFA_F_LIST(P, V)                                                  \
	P(IFA_F, SECONDARY) P(IFA_F, TEMPORARY) P(IFA_F, NODAD)           \
	P(IFA_F, OPTIMISTIC) P(IFA_F, DADFAILED) P(IFA_F, HOMEADDRESS)    \
	P(IFA_F, DEPRECATED) P(IFA_F, TENTATIVE) P(IFA_F, PERMANENT)
SYS_CONSTS(IFA_F, SYS_MULTI, IFA_F_LIST);

#define RTN_LIST(P, V)                                                    \
	P(RTN, UNSPEC) P(RTN, UNICAST) P(RTN, LOCAL) P(RTN, BROADCAST)    \
	P(RTN, ANYCAST) P(RTN, MULTICAST) P(RTN, BLACKHOLE)               \
	P(RTN, UNREACHABLE) P(RTN, PROHIBIT) P(RTN, THROW) P(RTN, NAT)    \
	P(RTN, XRESOLVE)
SYS_CONSTS(RTN, SYS_STRFLAG, RTN_LIST);

#define RTPROT_LIST(P, V)                                                 \
	P(RTPROT, UNSPEC) P(RTPROT, REDIRECT) P(RTPROT, KERNEL)           \
	P(RTPROT, BOOT) P(RTPROT, STATIC) P(RTPROT, GATED)                \
	P(RTPROT, RA) P(RTPROT, MRT) P(RTPROT, ZEBRA) P(RTPROT, BIRD)     \
	P(RTPROT, DNROUTED) P(RTPROT, XORP) P(RTPROT, NTK)                \
	P(RTPROT, DHCP)
SYS_CONSTS(RTPROT, SYS_STRFLAG, RTPROT_LIST);

#define RT_SCOPE_LIST(P, V)                                               \
	P(RT_SCOPE, UNIVERSE) P(RT_SCOPE, SITE) P(RT_SCOPE, LINK)         \
	P(RT_SCOPE, HOST) P(RT_SCOPE, NOWHERE)
SYS_CONSTS(RT_SCOPE, SYS_STRFLAG, RT_SCOPE_LIST);

#define RT_TABLE_LIST(P, V)                                               \
	P(RT_TABLE, UNSPEC) P(RT_TABLE, COMPAT) P(RT_TABLE, DEFAULT)      \
	P(RT_TABLE, MAIN) P(RT_TABLE, LOCAL) P(RT_TABLE, MAX)
SYS_CONSTS(RT_TABLE, SYS_STRFLAG, RT_TABLE_LIST);

#define RTM_F_LIST(P, V)                                                  \
	P(RTM_F, NOTIFY) P(RTM_F, CLONED) P(RTM_F, EQUALIZE)              \
	P(RTM_F, PREFIX)
SYS_CONSTS(RTM_F, SYS_MULTI, RTM_F_LIST);

#define RTA_LIST(P, V)                                                    \
	P(RTA, UNSPEC) P(RTA, DST) P(RTA, SRC) P(RTA, IIF) P(RTA, OIF)    \
	P(RTA, GATEWAY) P(RTA, PRIORITY) P(RTA, PREFSRC)                  \
	P(RTA, METRICS) P(RTA, MULTIPATH) P(RTA, PROTOINFO)               \
	P(RTA, FLOW) P(RTA, CACHEINFO) P(RTA, SESSION) P(RTA, MP_ALGO)    \
	P(RTA, TABLE) P(RTA, MARK) P(RTA, MFC_STATS) P(RTA, VIA)          \
	P(RTA, NEWDST) P(RTA, PREF)
SYS_CONSTS(RTA, SYS_STRFLAG, RTA_LIST);

#define RTF_LIST(P, V)                                                    \
	P(RTF, UP) P(RTF, GATEWAY) P(RTF, HOST) P(RTF, REINSTATE)         \
	P(RTF, DYNAMIC) P(RTF, MODIFIED) P(RTF, MSS) P(RTF, MTU)          \
	P(RTF, WINDOW) P(RTF, IRTT) P(RTF, REJECT) P(RTF, DEFAULT)        \
	P(RTF, ALLONLINK) P(RTF, ADDRCONF) P(RTF, PREFIX_RT)              \
	P(RTF, ANYCAST) P(RTF, NONEXTHOP) P(RTF, EXPIRES)                 \
	P(RTF, ROUTEINFO) P(RTF, CACHE) P(RTF, FLOW) P(RTF, POLICY)       \
	P(RTF, LOCAL)
SYS_CONSTS(RTF, SYS_MULTI, RTF_LIST);

#define NDA_LIST(P, V)                                                    \
	P(NDA, UNSPEC) P(NDA, DST) P(NDA, LLADDR) P(NDA, CACHEINFO)       \
	P(NDA, PROBES)
SYS_CONSTS(NDA, SYS_STRFLAG, NDA_LIST);

#define NUD_LIST(P, V)                                                    \
	P(NUD, NONE) P(NUD, INCOMPLETE) P(NUD, REACHABLE) P(NUD, STALE)   \
	P(NUD, DELAY) P(NUD, PROBE) P(NUD, FAILED) P(NUD, NOARP)          \
	P(NUD, PERMANENT)
SYS_CONSTS(NUD, SYS_MULTI, NUD_LIST);

#define NTF_LIST(P, V)                                                    \
	P(NTF, USE) P(NTF, SELF) P(NTF, MASTER) P(NTF, PROXY)             \
	P(NTF, ROUTER)
SYS_CONSTS(NTF, SYS_MULTI, NTF_LIST);

#define ARPHRD_LIST(P, V)                                                 \
	P(ARPHRD, NETROM) P(ARPHRD, ETHER) P(ARPHRD, EETHER)              \
	P(ARPHRD, AX25) P(ARPHRD, PRONET) P(ARPHRD, CHAOS)                \
	P(ARPHRD, IEEE802) P(ARPHRD, ARCNET) P(ARPHRD, APPLETLK)          \
	P(ARPHRD, DLCI) P(ARPHRD, ATM) P(ARPHRD, METRICOM)                \
	P(ARPHRD, IEEE1394) P(ARPHRD, EUI64) P(ARPHRD, INFINIBAND)        \
	P(ARPHRD, SLIP) P(ARPHRD, CSLIP) P(ARPHRD, SLIP6)                 \
	P(ARPHRD, CSLIP6) P(ARPHRD, RSRVD) P(ARPHRD, ADAPT)               \
	P(ARPHRD, ROSE) P(ARPHRD, X25) P(ARPHRD, HWX25) P(ARPHRD, CAN)    \
	P(ARPHRD, PPP) P(ARPHRD, CISCO) P(ARPHRD, HDLC) P(ARPHRD, LAPB)   \
	P(ARPHRD, DDCMP) P(ARPHRD, RAWHDLC) P(ARPHRD, TUNNEL)             \
	P(ARPHRD, TUNNEL6) P(ARPHRD, FRAD) P(ARPHRD, SKIP)                \
	P(ARPHRD, LOOPBACK) P(ARPHRD, LOCALTLK) P(ARPHRD, FDDI)           \
	P(ARPHRD, BIF) P(ARPHRD, SIT) P(ARPHRD, IPDDP) P(ARPHRD, IPGRE)   \
	P(ARPHRD, PIMREG) P(ARPHRD, HIPPI) P(ARPHRD, ASH)                 \
	P(ARPHRD, ECONET) P(ARPHRD, IRDA) P(ARPHRD, FCPP)                 \
	P(ARPHRD, FCAL) P(ARPHRD, FCPL) P(ARPHRD, FCFABRIC)               \
	P(ARPHRD, IEEE802_TR) P(ARPHRD, IEEE80211)                        \
	P(ARPHRD, IEEE80211_PRISM) P(ARPHRD, IEEE80211_RADIOTAP)          \
	P(ARPHRD, IEEE802154) P(ARPHRD, PHONET) P(ARPHRD, PHONET_PIPE)    \
	P(ARPHRD, CAIF) P(ARPHRD, NONE) P(ARPHRD, VOID)
SYS_CONSTS(ARPHRD, SYS_STRFLAG, ARPHRD_LIST);

#define NLMSGHDR(X, T)                                                    \
	X(F, T, nlmsg_len) X(F, T, nlmsg_type) X(F, T, nlmsg_flags)       \
	X(F, T, nlmsg_seq) X(F, T, nlmsg_pid)
SYS_STRUCT(nlmsghdr, "", "nlmsg_", struct nlmsghdr, NLMSGHDR);

#define NLMSGERR(X, T) X(F, T, error) X(S, T, msg, nlmsghdr)
SYS_STRUCT(nlmsgerr, "", "", struct nlmsgerr, NLMSGERR);

#define RTGENMSG(X, T) X(F, T, rtgen_family)
SYS_STRUCT(rtgenmsg, "", "rtgen_", struct rtgenmsg, RTGENMSG);

#define RTATTR(X, T) X(F, T, rta_len) X(F, T, rta_type)
SYS_STRUCT(rtattr, "", "rta_", struct rtattr, RTATTR);

#define IFINFOMSG(X, T)                                                   \
	X(F, T, ifi_family) X(F, T, __ifi_pad) X(F, T, ifi_type)          \
	X(F, T, ifi_index) X(F, T, ifi_flags) X(F, T, ifi_change)
SYS_STRUCT(ifinfomsg, "", "ifi_", struct ifinfomsg, IFINFOMSG);

#define IFADDRMSG(X, T)                                                   \
	X(F, T, ifa_family) X(F, T, ifa_prefixlen) X(F, T, ifa_flags)     \
	X(F, T, ifa_scope) X(F, T, ifa_index)
SYS_STRUCT(ifaddrmsg, "", "ifa_", struct ifaddrmsg, IFADDRMSG);

#define RTMSG(X, T)                                                       \
	X(F, T, rtm_family) X(F, T, rtm_dst_len) X(F, T, rtm_src_len)     \
	X(F, T, rtm_tos) X(F, T, rtm_table) X(F, T, rtm_protocol)         \
	X(F, T, rtm_scope) X(F, T, rtm_type) X(F, T, rtm_flags)
SYS_STRUCT(rtmsg, "netlink", "rtm_", struct rtmsg, RTMSG);

#define NDMSG(X, T)                                                       \
	X(F, T, ndm_family) X(F, T, ndm_pad1) X(F, T, ndm_pad2)           \
	X(F, T, ndm_ifindex) X(F, T, ndm_state) X(F, T, ndm_flags)        \
	X(F, T, ndm_type)
SYS_STRUCT(ndmsg, "netlink", "ndm_", struct ndmsg, NDMSG);

#define IFA_CACHEINFO(X, T)                                               \
	X(F, T, ifa_prefered) X(F, T, ifa_valid) X(F, T, cstamp)          \
	X(F, T, tstamp)
SYS_STRUCT(ifa_cacheinfo, "", "ifa_", struct ifa_cacheinfo,
	   IFA_CACHEINFO);

#define RTA_CACHEINFO(X, T)                                               \
	X(F, T, rta_clntref) X(F, T, rta_lastuse) X(F, T, rta_expires)    \
	X(F, T, rta_error) X(F, T, rta_used) X(F, T, rta_id)              \
	X(F, T, rta_ts) X(F, T, rta_tsage)
SYS_STRUCT(rta_cacheinfo, "", "rta_", struct rta_cacheinfo,
	   RTA_CACHEINFO);

#define NDA_CACHEINFO(X, T)                                               \
	X(F, T, ndm_confirmed) X(F, T, ndm_used) X(F, T, ndm_updated)     \
	X(F, T, ndm_refcnt)
SYS_STRUCT(nda_cacheinfo, "", "ndm_", struct nda_cacheinfo,
	   NDA_CACHEINFO);

#define NDTMSG(X, T)                                                      \
	X(F, T, ndtm_family) X(F, T, ndtm_pad1) X(F, T, ndtm_pad2)
SYS_STRUCT(ndtmsg, "", "ndtm_", struct ndtmsg, NDTMSG);

#define NDT_STATS(X, T)                                                   \
	X(F, T, ndts_allocs) X(F, T, ndts_destroys)                       \
	X(F, T, ndts_hash_grows) X(F, T, ndts_res_failed)                 \
	X(F, T, ndts_lookups) X(F, T, ndts_hits)                          \
	X(F, T, ndts_rcv_probes_mcast) X(F, T, ndts_rcv_probes_ucast)     \
	X(F, T, ndts_periodic_gc_runs) X(F, T, ndts_forced_gc_runs)
SYS_STRUCT(ndt_stats, "", "ndts_", struct ndt_stats, NDT_STATS);

#define NDT_CONFIG(X, T)                                                  \
	X(F, T, ndtc_key_len) X(F, T, ndtc_entry_size)                    \
	X(F, T, ndtc_entries) X(F, T, ndtc_last_flush)                    \
	X(F, T, ndtc_last_rand) X(F, T, ndtc_hash_rnd)                    \
	X(F, T, ndtc_hash_mask) X(F, T, ndtc_hash_chain_gc)               \
	X(F, T, ndtc_proxy_qlen)
SYS_STRUCT(ndt_config, "", "ndtc_", struct ndt_config, NDT_CONFIG);

#define LINK_STATS(X, T)                                                  \
	X(F, T, rx_packets) X(F, T, tx_packets) X(F, T, rx_bytes)         \
	X(F, T, tx_bytes) X(F, T, rx_errors) X(F, T, tx_errors)           \
	X(F, T, rx_dropped) X(F, T, tx_dropped) X(F, T, multicast)        \
	X(F, T, collisions) X(F, T, rx_length_errors)                     \
	X(F, T, rx_over_errors) X(F, T, rx_crc_errors)                    \
	X(F, T, rx_frame_errors) X(F, T, rx_fifo_errors)                  \
	X(F, T, rx_missed_errors) X(F, T, tx_aborted_errors)              \
	X(F, T, tx_carrier_errors) X(F, T, tx_fifo_errors)                \
	X(F, T, tx_heartbeat_errors) X(F, T, tx_window_errors)            \
	X(F, T, rx_compressed) X(F, T, tx_compressed)
SYS_STRUCT(rtnl_link_stats, "", "", struct rtnl_link_stats,
	   LINK_STATS);

#define FDB_ENTRY(X, T)                                                   \
	X(A, T, mac_addr) X(F, T, port_no) X(F, T, is_local)              \
	X(F, T, ageing_timer_value) X(F, T, port_hi) X(F, T, pad0)        \
	X(F, T, unused)
SYS_STRUCT(fdb_entry, "", "", struct __fdb_entry, FDB_ENTRY);
