/*
 * sys_receive.c - datagrams with what the kernel says about them; BPF filters
 *
 * Layer: system call binding; no policy. recvmsg(2) into Lua strings, for
 * protocols whose packets are parsed in Lua, and SO_ATTACH_FILTER, whose
 * argument holds a pointer.
 */

#include <errno.h>
#include <linux/filter.h>
#include <string.h>
#include <sys/socket.h>

#include "sys.h"

extern const struct sys_consts sys_MSG;

enum { CONTROL_SIZE = 512, MAX_DATAGRAM = 65536 };

static int push_control(lua_State *L, struct msghdr *msg)
{
	struct cmsghdr *c;
	lua_Integer n = 0;

	lua_newtable(L);
	for (c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		lua_createtable(L, 0, 3);
		lua_pushinteger(L, c->cmsg_level);
		lua_setfield(L, -2, "level");
		lua_pushinteger(L, c->cmsg_type);
		lua_setfield(L, -2, "type");
		lua_pushlstring(L, (const char *)CMSG_DATA(c),
				c->cmsg_len - CMSG_LEN(0));
		lua_setfield(L, -2, "data");
		lua_seti(L, -2, ++n);
	}
	return 1;
}

/*
 * S.receive(fd [, size [, flags]]) -> bytes, nil, sockaddr or nil,
 * array of {level, type, data}, message flags. Not for sockets that carry
 * descriptors: those would be dropped unclosed.
 */
static int sys_receive(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	long long size = sys_optint(L, 2, 4096);
	int flags = (int)sys_checkconst(L, 3, &sys_MSG);
	union {
		struct cmsghdr align;
		char bytes[CONTROL_SIZE];
	} control;
	struct sockaddr_storage address;
	struct iovec iov;
	struct msghdr msg;
	luaL_Buffer buffer;
	ssize_t n;

	luaL_argcheck(L, size >= 0 && size <= MAX_DATAGRAM, 2, "bad size");
	iov.iov_base = luaL_buffinitsize(L, &buffer, (size_t)size);
	iov.iov_len = (size_t)size;
	memset(&address, 0, sizeof address);
	memset(&msg, 0, sizeof msg);
	msg.msg_name = &address;
	msg.msg_namelen = sizeof address;
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	msg.msg_control = control.bytes;
	msg.msg_controllen = sizeof control;
	n = recvmsg(fd, &msg, flags);
	if (n < 0)
		return sys_fail(L, errno);
	luaL_pushresultsize(&buffer, n < size ? (size_t)n : (size_t)size);
	lua_pushnil(L);
	if (msg.msg_namelen)
		sys_push_address(L, &address, msg.msg_namelen);
	else
		lua_pushnil(L);
	push_control(L, &msg);
	lua_pushinteger(L, msg.msg_flags);
	return 5;
}

/*
 * S.attach_filter(fd, program) -> true. The program is an array of struct
 * sock_filter as bytes: string.pack("=I2BBI4", code, jt, jf, k) each.
 */
static int sys_attach_filter(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	size_t size;
	const void *bytes = sys_checkbytes(L, 2, &size);
	struct sock_filter filter[64]; /* also aligns it */
	struct sock_fprog program;

	luaL_argcheck(L,
		      size > 0 && size <= sizeof filter &&
			      size % sizeof *filter == 0,
		      2, "bad length");
	memcpy(filter, bytes, size);
	program.len = (unsigned short)(size / sizeof *filter);
	program.filter = filter;
	return sys_result(L, setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER,
					&program, sizeof program));
}

#define FUNCTIONS(F, G) \
	F(receive) F(attach_filter)
SYS_AREA(receive, FUNCTIONS);
