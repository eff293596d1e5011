/*
 * sys_socket.c - sockets and their addresses
 *
 * Layer: system call binding; no policy. Addresses are structs of the kernel;
 * their friendly fields are lua/syscall/types/socket.lua.
 */

#include <errno.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "sys.h"

#define AF_LIST(P, V) \
	P(AF, UNSPEC) P(AF, UNIX) P(AF, LOCAL) P(AF, FILE) P(AF, INET) \
	P(AF, AX25) P(AF, IPX) P(AF, APPLETALK) P(AF, BRIDGE) P(AF, X25) \
	P(AF, INET6) P(AF, KEY) P(AF, NETLINK) P(AF, ROUTE) P(AF, PACKET) \
	P(AF, PPPOX) P(AF, LLC) P(AF, CAN) P(AF, TIPC) P(AF, BLUETOOTH) \
	P(AF, ALG) P(AF, NFC) P(AF, VSOCK) P(AF, XDP) P(AF, NETROM) \
	P(AF, ATMPVC) P(AF, ROSE) V(DECNET, 12) P(AF, NETBEUI) P(AF, SECURITY) \
	P(AF, ASH) P(AF, ECONET) P(AF, ATMSVC) P(AF, RDS) P(AF, SNA) \
	P(AF, IRDA) P(AF, WANPIPE) P(AF, IUCV) P(AF, RXRPC) P(AF, ISDN) \
	P(AF, PHONET) P(AF, IEEE802154) P(AF, CAIF)
SYS_CONSTS(AF, SYS_STRFLAG, AF_LIST);

#define SOCK_LIST(P, V)                                                   \
	P(SOCK, STREAM) P(SOCK, DGRAM) P(SOCK, RAW) P(SOCK, RDM)          \
	P(SOCK, SEQPACKET) P(SOCK, DCCP) P(SOCK, PACKET)                  \
	P(SOCK, NONBLOCK) P(SOCK, CLOEXEC)
SYS_CONSTS(SOCK, SYS_MULTI, SOCK_LIST);

#define IPPROTO_LIST(P, V)                                                \
	P(IPPROTO, IP) P(IPPROTO, ICMP) P(IPPROTO, IGMP) P(IPPROTO, IPIP) \
	P(IPPROTO, TCP) P(IPPROTO, EGP) P(IPPROTO, PUP) P(IPPROTO, UDP)   \
	P(IPPROTO, IDP) P(IPPROTO, TP) P(IPPROTO, DCCP)                   \
	P(IPPROTO, IPV6) P(IPPROTO, ROUTING) P(IPPROTO, FRAGMENT)         \
	P(IPPROTO, RSVP) P(IPPROTO, GRE) P(IPPROTO, ESP) P(IPPROTO, AH)   \
	P(IPPROTO, ICMPV6) P(IPPROTO, NONE) P(IPPROTO, DSTOPTS)           \
	P(IPPROTO, MTP) P(IPPROTO, ENCAP) P(IPPROTO, PIM)                 \
	P(IPPROTO, COMP) P(IPPROTO, SCTP) P(IPPROTO, UDPLITE)             \
	P(IPPROTO, RAW)
SYS_CONSTS(IPPROTO, SYS_STRFLAG, IPPROTO_LIST);

#define NETLINK_LIST(P, V)                                                \
	P(NETLINK, ROUTE) P(NETLINK, UNUSED) P(NETLINK, USERSOCK)         \
	P(NETLINK, FIREWALL) P(NETLINK, SOCK_DIAG)                        \
	V(INET_DIAG, NETLINK_SOCK_DIAG) P(NETLINK, NFLOG)                 \
	P(NETLINK, XFRM) P(NETLINK, SELINUX) P(NETLINK, ISCSI)            \
	P(NETLINK, AUDIT) P(NETLINK, FIB_LOOKUP) P(NETLINK, CONNECTOR)    \
	P(NETLINK, NETFILTER) P(NETLINK, IP6_FW) P(NETLINK, DNRTMSG)      \
	P(NETLINK, KOBJECT_UEVENT) P(NETLINK, GENERIC)                    \
	P(NETLINK, SCSITRANSPORT) P(NETLINK, ECRYPTFS)
SYS_CONSTS(NETLINK, SYS_STRFLAG, NETLINK_LIST);

#define MSG_LIST(P, V)                                                    \
	P(MSG, OOB) P(MSG, PEEK) P(MSG, DONTROUTE) P(MSG, CTRUNC)         \
	P(MSG, PROXY) P(MSG, TRUNC) P(MSG, DONTWAIT) P(MSG, EOR)          \
	P(MSG, WAITALL) P(MSG, FIN) P(MSG, SYN) P(MSG, CONFIRM)           \
	P(MSG, RST) P(MSG, ERRQUEUE) P(MSG, NOSIGNAL) P(MSG, MORE)        \
	P(MSG, WAITFORONE) P(MSG, CMSG_CLOEXEC) V(TRYHARD, MSG_DONTROUTE)
SYS_CONSTS(MSG, SYS_MULTI, MSG_LIST);

#define SHUT_LIST(P, V) P(SHUT, RD) P(SHUT, WR) P(SHUT, RDWR)
SYS_CONSTS(SHUT, SYS_STRFLAG, SHUT_LIST);

#define RTMGRP_LIST(P, V)                                                 \
	P(RTMGRP, LINK) P(RTMGRP, NOTIFY) P(RTMGRP, NEIGH)                \
	P(RTMGRP, TC) P(RTMGRP, IPV4_IFADDR) P(RTMGRP, IPV4_MROUTE)       \
	P(RTMGRP, IPV4_ROUTE) P(RTMGRP, IPV4_RULE)                        \
	P(RTMGRP, IPV6_IFADDR) P(RTMGRP, IPV6_MROUTE)                     \
	P(RTMGRP, IPV6_ROUTE) P(RTMGRP, IPV6_IFINFO)                      \
	P(RTMGRP, IPV6_PREFIX)
SYS_CONSTS(RTMGRP, SYS_MULTI, RTMGRP_LIST);

#define SOCKADDR(X, T) X(F, T, sa_family) X(A, T, sa_data)
SYS_STRUCT(sockaddr, "socket", "sa_", struct sockaddr, SOCKADDR);

#define STORAGE(X, T) X(F, T, ss_family)
SYS_STRUCT(sockaddr_storage, "socket", "ss_", struct sockaddr_storage,
	   STORAGE);

#define IN_ADDR(X, T) X(F, T, s_addr)
SYS_STRUCT(in_addr, "socket", "s_", struct in_addr, IN_ADDR);

#define IN6_ADDR(X, T) X(A, T, s6_addr)
SYS_STRUCT(in6_addr, "socket", "s6_", struct in6_addr, IN6_ADDR);

#define SOCKADDR_IN(X, T)                                                 \
	X(F, T, sin_family) X(F, T, sin_port) X(S, T, sin_addr, in_addr)
SYS_STRUCT(sockaddr_in, "socket", "sin_", struct sockaddr_in, SOCKADDR_IN);

#define SOCKADDR_IN6(X, T)                                                \
	X(F, T, sin6_family) X(F, T, sin6_port) X(F, T, sin6_flowinfo)    \
	X(S, T, sin6_addr, in6_addr) X(F, T, sin6_scope_id)
SYS_STRUCT(sockaddr_in6, "socket", "sin6_", struct sockaddr_in6, SOCKADDR_IN6);

#define SOCKADDR_UN(X, T) X(F, T, sun_family) X(A, T, sun_path)
SYS_STRUCT(sockaddr_un, "socket", "sun_", struct sockaddr_un, SOCKADDR_UN);

#define SOCKADDR_NL(X, T)                                                 \
	X(F, T, nl_family) X(F, T, nl_pad) X(F, T, nl_pid)                \
	X(F, T, nl_groups)
SYS_STRUCT(sockaddr_nl, "socket", "nl_", struct sockaddr_nl, SOCKADDR_NL);

#define SOCKADDR_LL(X, T)                                                 \
	X(F, T, sll_family) X(F, T, sll_protocol) X(F, T, sll_ifindex)    \
	X(F, T, sll_hatype) X(F, T, sll_pkttype) X(F, T, sll_halen)       \
	X(A, T, sll_addr)
SYS_STRUCT(sockaddr_ll, "socket", "sll_", struct sockaddr_ll, SOCKADDR_LL);

struct macaddr {
	unsigned char mac_addr[6];
};

#define MACADDR(X, T) X(A, T, mac_addr)
SYS_STRUCT(macaddr, "socket", "", struct macaddr, MACADDR);

struct credentials { /* struct ucred of unix(7) */
	pid_t pid;
	uid_t uid;
	gid_t gid;
};

#define UCRED(X, T) X(F, T, pid) X(F, T, uid) X(F, T, gid)
SYS_STRUCT(ucred, "", "", struct credentials, UCRED);

static int check_protocol(lua_State *L, int arg, int family)
{
	return (int)sys_checkconst(L, arg, family == AF_NETLINK ? &sys_NETLINK
							: &sys_IPPROTO);
}

/* S.socket(family, type [, protocol]) -> fd */
static int sys_socket(lua_State *L)
{
	int family = (int)sys_checkconst(L, 1, &sys_AF);
	int type = (int)sys_checkconst(L, 2, &sys_SOCK);

	return sys_pushfd(L, socket(family, type | SOCK_CLOEXEC,
				    check_protocol(L, 3, family)));
}

/* S.socketpair(family, type [, protocol]) -> true, nil, fd, fd */
static int sys_socketpair(lua_State *L)
{
	int family = (int)sys_checkconst(L, 1, &sys_AF);
	int type = (int)sys_checkconst(L, 2, &sys_SOCK);
	int fds[2];

	if (socketpair(family, type | SOCK_CLOEXEC,
		       check_protocol(L, 3, family), fds) < 0)
		return sys_fail(L, errno);
	lua_pushboolean(L, 1);
	lua_pushnil(L);
	sys_pushfd(L, fds[0]);
	sys_pushfd(L, fds[1]);
	return 4;
}

/* Any sockaddr, and its length: what #addr says. */
static const struct sockaddr *check_address(lua_State *L, int arg,
					    socklen_t *length)
{
	struct sys_mem *m;
	long long n;

	if (lua_type(L, arg) == LUA_TTABLE) { /* t.sa of a unix socket */
		lua_getfield(L, arg, "addr");
		lua_getfield(L, arg, "addrlen");
		*length = (socklen_t)sys_checkint(L, -1);
		lua_pop(L, 1);
		lua_replace(L, arg);
	}
	m = sys_tomem(L, arg);
	if (!m || !m->data)
		luaL_typeerror(L, arg, "sockaddr");
	n = luaL_len(L, arg);
	luaL_argcheck(L, n >= 0 && (size_t)n <= m->size, arg,
		      "length of the address");
	*length = (socklen_t)n;
	return (const struct sockaddr *)(const void *)m->data;
}

static void explicit_length(lua_State *L, int arg, socklen_t *length)
{
	long long n = sys_optint(L, arg, *length);

	luaL_argcheck(L, n >= 0 && n <= *length, arg, "length of the address");
	*length = (socklen_t)n;
}

static int sys_bind(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	socklen_t length;
	const struct sockaddr *address = check_address(L, 2, &length);

	explicit_length(L, 3, &length);
	return sys_result(L, bind(fd, address, length));
}

static int sys_connect(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	socklen_t length;
	const struct sockaddr *address = check_address(L, 2, &length);

	explicit_length(L, 3, &length);
	return sys_result(L, connect(fd, address, length));
}

static int sys_listen(lua_State *L)
{
	return sys_result(L, listen(sys_checkfd(L, 1),
				    (int)sys_optint(L, 2, SOMAXCONN)));
}

static int sys_shutdown(lua_State *L)
{
	int fd = sys_checkfd(L, 1);

	return sys_result(L, shutdown(fd, (int)sys_checkconst(L, 2,
							      &sys_SHUT)));
}

/*
 * Where an address goes: memory at arg (NULL: nowhere), and how long it is;
 * t.socklen1 behind it may say less, and gets the length that there is.
 */
struct room {
	struct sockaddr *address;
	socklen_t size;
	void *length;
};

static struct room check_room(lua_State *L, int arg)
{
	struct room room = {NULL, 0, NULL};
	size_t size;

	if (!sys_tomem(L, arg))
		return room;
	room.address = sys_checkwritable(L, arg, &size);
	room.size = (socklen_t)size;
	room.length = sys_optcell(L, arg + 1);
	if (room.length) {
		memcpy(&room.size, room.length, sizeof room.size);
		luaL_argcheck(L, room.size <= size, arg + 1,
			      "count larger than the buffer");
	}
	return room;
}

static void set_length(const struct room *room, socklen_t length)
{
	if (room->length)
		memcpy(room->length, &length, sizeof length);
}

static int accept_flags(lua_State *L, int flags)
{
	int fd = sys_checkfd(L, 1);
	struct room room = check_room(L, 2);
	socklen_t length = room.size;

	fd = accept4(fd, room.address, room.address ? &length : NULL,
		     flags | SOCK_CLOEXEC);
	if (fd >= 0)
		set_length(&room, length);
	return sys_pushfd(L, fd);
}

/* S.accept(fd [, address [, length]]) -> fd */
static int sys_accept(lua_State *L)
{
	return accept_flags(L, 0);
}

/* S.accept4(fd [, address [, length [, flags]]]) -> fd */
static int sys_accept4(lua_State *L)
{
	return accept_flags(L, (int)sys_checkconst(L, 4, &sys_SOCK));
}

int sys_push_address(lua_State *L, const void *address, unsigned length)
{
	sys_push_type(L, "sa");
	memcpy(sys_newmem(L, &sys_layout_sockaddr_storage, 1), address,
	       sizeof(struct sockaddr_storage));
	lua_pushinteger(L, length);
	lua_call(L, 2, 1);
	return 1;
}

typedef int name_call(int, struct sockaddr *, socklen_t *);

static int push_name(lua_State *L, name_call *get)
{
	int fd = sys_checkfd(L, 1);
	struct room room = check_room(L, 2);
	struct sockaddr_storage storage;
	socklen_t length = room.address ? room.size : sizeof storage;

	memset(&storage, 0, sizeof storage);
	if (get(fd, room.address ? room.address
				 : (struct sockaddr *)(void *)&storage,
		&length) < 0)
		return sys_fail(L, errno);
	if (!room.address)
		return sys_push_address(L, &storage, length);
	set_length(&room, length);
	sys_push_type(L, "sa");
	lua_pushvalue(L, 2);
	lua_pushinteger(L, length < room.size ? length : room.size);
	lua_call(L, 2, 1);
	return 1;
}

/* S.getsockname(fd [, address [, length]]) -> sockaddr */
static int sys_getsockname(lua_State *L)
{
	return push_name(L, getsockname);
}

static int sys_getpeername(lua_State *L)
{
	return push_name(L, getpeername);
}

/* S.send(fd, bytes [, count [, flags]]) -> number */
static int sys_send(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	size_t size;
	const void *bytes = sys_checkbytes(L, 2, &size);

	size = sys_optcount(L, 3, size);
	return sys_integer(L, send(fd, bytes, size,
				   (int)sys_checkconst(L, 4, &sys_MSG)));
}

/* S.sendto(fd, bytes [, count [, flags [, address [, length]]]]) -> number */
static int sys_sendto(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	size_t size;
	const void *bytes = sys_checkbytes(L, 2, &size);
	int flags = (int)sys_checkconst(L, 4, &sys_MSG);
	const struct sockaddr *address = NULL;
	socklen_t length = 0;

	size = sys_optcount(L, 3, size);
	if (!lua_isnoneornil(L, 5)) {
		address = check_address(L, 5, &length);
		explicit_length(L, 6, &length);
	}
	return sys_integer(L, sendto(fd, bytes, size, flags, address, length));
}

/* S.recv(fd, buffer [, count [, flags]]) -> number */
static int sys_recv(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	size_t size;
	void *buffer = sys_checkbuffer(L, 2, &size);

	size = sys_optcount(L, 3, size);
	return sys_integer(L, recv(fd, buffer, size,
				   (int)sys_checkconst(L, 4, &sys_MSG)));
}

/*
 * S.recvfrom(fd, buffer [, count [, flags [, address or false [, length]]]])
 * -> number, nil, sockaddr
 */
static int sys_recvfrom(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	size_t size;
	void *buffer = sys_checkbuffer(L, 2, &size);
	int flags = (int)sys_checkconst(L, 4, &sys_MSG);
	int want = lua_type(L, 5) != LUA_TBOOLEAN;
	struct room room = check_room(L, 5);
	struct sockaddr_storage storage;
	socklen_t length = room.address ? room.size : sizeof storage;
	ssize_t n;

	size = sys_optcount(L, 3, size);
	memset(&storage, 0, sizeof storage);
	n = recvfrom(fd, buffer, size, flags,
		     !want	    ? NULL
		     : room.address ? room.address
				    : (struct sockaddr *)(void *)&storage,
		     want ? &length : NULL);
	if (n < 0)
		return sys_fail(L, errno);
	lua_pushinteger(L, n);
	if (!want)
		return 1;
	lua_pushnil(L);
	if (room.address) {
		set_length(&room, length);
		lua_pushvalue(L, 5);
	} else {
		sys_push_address(L, &storage, length);
	}
	return 3;
}

#define FUNCTIONS(F, G) \
	F(socket) F(socketpair) F(bind) F(connect) F(listen) \
	F(shutdown) F(accept) F(accept4) F(getsockname) \
	F(getpeername) F(send) F(sendto) F(recv) F(recvfrom)
SYS_AREA(socket, FUNCTIONS);
