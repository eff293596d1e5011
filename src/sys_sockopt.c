/*
 * sys_sockopt.c - socket options
 *
 * Layer: system call binding; no policy. The names of an option are those of
 * its level; a value is a number, a boolean, or memory.
 */

#include <errno.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "sys.h"

extern const struct sys_consts sys_TLS; /* sys_tls.c */

#define SOL_LIST(P, V)                                                    \
	P(SOL, SOCKET) P(SOL, IP) P(SOL, IPV6) P(SOL, ICMPV6)             \
	P(SOL, RAW) P(SOL, PACKET) P(SOL, NETLINK) P(SOL, TCP)            \
	P(SOL, UDP) P(SOL, TLS) P(SOL, ATM) P(SOL, AAL) P(SOL, IRDA)      \
	P(SOL, X25) P(SOL, DECNET)
#ifndef SOL_TCP
#define SOL_TCP IPPROTO_TCP
#endif
#ifndef SOL_UDP
#define SOL_UDP IPPROTO_UDP
#endif
SYS_CONSTS(SOL, SYS_STRFLAG, SOL_LIST);

#define SO_LIST(P, V) \
	P(SO, DEBUG) P(SO, REUSEADDR) P(SO, TYPE) P(SO, ERROR) \
	P(SO, DONTROUTE) P(SO, BROADCAST) P(SO, SNDBUF) P(SO, RCVBUF) \
	P(SO, KEEPALIVE) P(SO, OOBINLINE) P(SO, NO_CHECK) P(SO, PRIORITY) \
	P(SO, LINGER) P(SO, BSDCOMPAT) P(SO, REUSEPORT) P(SO, PASSCRED) \
	P(SO, PEERCRED) P(SO, RCVLOWAT) P(SO, SNDLOWAT) P(SO, RCVTIMEO) \
	P(SO, SNDTIMEO) P(SO, BINDTODEVICE) P(SO, ATTACH_FILTER) \
	P(SO, DETACH_FILTER) P(SO, TIMESTAMP) P(SO, ACCEPTCONN) P(SO, PEERSEC) \
	P(SO, SNDBUFFORCE) P(SO, RCVBUFFORCE) P(SO, PASSSEC) \
	P(SO, TIMESTAMPNS) P(SO, MARK) P(SO, PROTOCOL) P(SO, DOMAIN) \
	P(SO, RXQ_OVFL) P(SO, LOCK_FILTER) P(SO, BUSY_POLL) \
	P(SO, SECURITY_AUTHENTICATION) P(SO, SECURITY_ENCRYPTION_TRANSPORT) \
	P(SO, SECURITY_ENCRYPTION_NETWORK) P(SO, GET_FILTER) P(SO, DETACH_BPF) \
	P(SO, PEERNAME) P(SO, TIMESTAMPING) P(SO, WIFI_STATUS) P(SO, PEEK_OFF) \
	P(SO, NOFCS) P(SO, SELECT_ERR_QUEUE) P(SO, MAX_PACING_RATE) \
	P(SO, BPF_EXTENSIONS) P(SO, INCOMING_CPU) P(SO, ATTACH_BPF) \
	P(SO, ATTACH_REUSEPORT_CBPF) P(SO, ATTACH_REUSEPORT_EBPF)
SYS_CONSTS(SO, SYS_STRFLAG, SO_LIST);

#define IP_LIST(P, V) \
	P(IP, TOS) P(IP, TTL) P(IP, HDRINCL) P(IP, OPTIONS) P(IP, RECVOPTS) \
	P(IP, PKTINFO) P(IP, MTU_DISCOVER) P(IP, RECVERR) P(IP, RECVTTL) \
	P(IP, RECVTOS) P(IP, MTU) P(IP, FREEBIND) P(IP, TRANSPARENT) \
	P(IP, MULTICAST_IF) P(IP, MULTICAST_TTL) P(IP, MULTICAST_LOOP) \
	P(IP, ADD_MEMBERSHIP) P(IP, DROP_MEMBERSHIP) P(IP, ROUTER_ALERT) \
	P(IP, RETOPTS) P(IP, PKTOPTIONS) P(IP, IPSEC_POLICY) \
	P(IP, XFRM_POLICY) P(IP, PASSSEC) P(IP, ORIGDSTADDR) P(IP, MINTTL) \
	P(IP, NODEFRAG) P(IP, UNBLOCK_SOURCE) P(IP, BLOCK_SOURCE) \
	P(IP, ADD_SOURCE_MEMBERSHIP) P(IP, DROP_SOURCE_MEMBERSHIP) \
	P(IP, MSFILTER) P(IP, MULTICAST_ALL) P(IP, UNICAST_IF)
SYS_CONSTS(IP, SYS_STRFLAG, IP_LIST);

#define IPV6_LIST(P, V) \
	P(IPV6, UNICAST_HOPS) P(IPV6, MULTICAST_IF) P(IPV6, MULTICAST_HOPS) \
	P(IPV6, MULTICAST_LOOP) P(IPV6, MTU_DISCOVER) P(IPV6, MTU) \
	P(IPV6, RECVERR) P(IPV6, V6ONLY) P(IPV6, RECVHOPLIMIT) \
	P(IPV6, HOPLIMIT) P(IPV6, RECVPKTINFO) P(IPV6, CHECKSUM) \
	P(IPV6, ADDRFORM) P(IPV6, 2292PKTINFO) P(IPV6, 2292HOPOPTS) \
	P(IPV6, 2292DSTOPTS) P(IPV6, 2292RTHDR) P(IPV6, 2292PKTOPTIONS) \
	P(IPV6, 2292HOPLIMIT) P(IPV6, NEXTHOP) P(IPV6, AUTHHDR) \
	V(FLOWINFO, 11) P(IPV6, ADD_MEMBERSHIP) P(IPV6, DROP_MEMBERSHIP) \
	P(IPV6, ROUTER_ALERT) P(IPV6, JOIN_ANYCAST) P(IPV6, LEAVE_ANYCAST)
SYS_CONSTS(IPV6, SYS_STRFLAG, IPV6_LIST);

#define TCP_LIST(P, V) \
	P(TCP, NODELAY) P(TCP, MAXSEG) P(TCP, CORK) P(TCP, KEEPIDLE) \
	P(TCP, KEEPINTVL) P(TCP, KEEPCNT) P(TCP, SYNCNT) P(TCP, LINGER2) \
	P(TCP, DEFER_ACCEPT) P(TCP, WINDOW_CLAMP) P(TCP, INFO) \
	P(TCP, QUICKACK) P(TCP, CONGESTION) P(TCP, USER_TIMEOUT) \
	P(TCP, FASTOPEN) V(ULP, 31) P(TCP, MD5SIG) \
	P(TCP, THIN_LINEAR_TIMEOUTS) P(TCP, THIN_DUPACK) P(TCP, REPAIR) \
	P(TCP, REPAIR_QUEUE) P(TCP, QUEUE_SEQ) P(TCP, REPAIR_OPTIONS) \
	P(TCP, TIMESTAMP)
SYS_CONSTS(TCP, SYS_STRFLAG, TCP_LIST);

#define PACKET_LIST(P, V)                                                 \
	P(PACKET, HOST) P(PACKET, BROADCAST) P(PACKET, MULTICAST)         \
	P(PACKET, OTHERHOST) P(PACKET, OUTGOING) P(PACKET, AUXDATA)       \
	P(PACKET, ADD_MEMBERSHIP) P(PACKET, DROP_MEMBERSHIP)
SYS_CONSTS(PACKET, SYS_STRFLAG, PACKET_LIST);

static int check_option(lua_State *L, int level)
{
	switch (level) {
	case SOL_SOCKET:
		return (int)sys_checkconst(L, 3, &sys_SO);
	case IPPROTO_IP:
		return (int)sys_checkconst(L, 3, &sys_IP);
	case IPPROTO_IPV6:
		return (int)sys_checkconst(L, 3, &sys_IPV6);
	case IPPROTO_TCP:
		return (int)sys_checkconst(L, 3, &sys_TCP);
	case SOL_PACKET:
		return (int)sys_checkconst(L, 3, &sys_PACKET);
	case SOL_TLS:
		return (int)sys_checkconst(L, 3, &sys_TLS);
	default:
		return (int)sys_checkint(L, 3);
	}
}

/* S.setsockopt(fd, level, name, number, boolean, string or struct) -> true */
static int sys_setsockopt(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	int level = (int)sys_checkconst(L, 2, &sys_SOL);
	int name = check_option(L, level);
	const void *value;
	size_t size;
	int number;

	if (sys_tomem(L, 4) || lua_type(L, 4) == LUA_TSTRING) {
		value = sys_checkbytes(L, 4, &size);
		size = sys_optcount(L, 5, size);
	} else {
		number = lua_isboolean(L, 4) ? lua_toboolean(L, 4)
					     : (int)sys_checkint(L, 4);
		value = &number;
		size = sizeof number;
	}
	return sys_result(L, setsockopt(fd, level, name, value,
					(socklen_t)size));
}

/* S.getsockopt(fd, level, name [, memory]) -> number; or the memory, filled */
static int sys_getsockopt(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	int level = (int)sys_checkconst(L, 2, &sys_SOL);
	int name = check_option(L, level);
	int number = 0;
	socklen_t length = sizeof number;
	size_t size;
	void *value = &number;

	if (!lua_isnoneornil(L, 4)) {
		value = sys_checkbuffer(L, 4, &size);
		length = (socklen_t)size;
	}
	if (getsockopt(fd, level, name, value, &length) < 0)
		return sys_fail(L, errno);
	if (value == &number)
		lua_pushinteger(L, number);
	else if (sys_tomem(L, 4)->count == 1 &&
		 sys_tomem(L, 4)->layout->scalar != SYS_NESTED)
		lua_geti(L, 4, 0); /* t.int1: what it holds */
	else
		lua_pushvalue(L, 4);
	return 1;
}

#define FUNCTIONS(F, G) F(setsockopt) F(getsockopt)
SYS_AREA(sockopt, FUNCTIONS);
