/*
 * sys_uring_register.c - io_uring: files and buffers that it shall know
 *
 * Layer: system call binding; no policy. Follows io_uring_register(2). The
 * pages of a registered buffer are the kernel's until it is unregistered: the
 * ring keeps the memory, and S.munmap says EBUSY.
 */

#include <errno.h>
#include <linux/io_uring.h>
#include <linux/unistd.h>
#include <sys/uio.h>
#include <unistd.h>

#include "sys_uring.h"

enum { MAX_LISTED = 1 << 14 }; /* IORING_MAX_REG_BUFFERS */

static long call(struct ring *r, unsigned operation, const void *list,
		 unsigned n)
{
	return syscall(__NR_io_uring_register, r->fd, operation, list, n);
}

static unsigned check_list(lua_State *L, int arg)
{
	lua_Integer n;

	luaL_checktype(L, arg, LUA_TTABLE);
	n = luaL_len(L, arg);
	luaL_argcheck(L, n > 0 && n <= MAX_LISTED, arg, "1 to 16384 of them");
	return (unsigned)n;
}

/*
 * ring:register_files{fd, ...} -> true. A request uses one by its number in the
 * list, from 0, and ring:mark("fixed_file"); false leaves a number free.
 */
static int register_files(lua_State *L)
{
	struct ring *r = uring_check(L, 1);
	unsigned n = check_list(L, 2), i;
	int *fds = lua_newuserdatauv(L, n * sizeof *fds, 0);

	for (i = 0; i < n; i++) {
		lua_geti(L, 2, (lua_Integer)i + 1);
		fds[i] = lua_toboolean(L, -1) ? sys_checkfd(L, lua_gettop(L))
					      : -1;
		lua_pop(L, 1);
	}
	return sys_result(L, call(r, IORING_REGISTER_FILES, fds, n));
}

static int unregister_files(lua_State *L)
{
	return sys_result(
		L, call(uring_check(L, 1), IORING_UNREGISTER_FILES, NULL, 0));
}

void uring_release_buffers(lua_State *L, int ring)
{
	int top = lua_gettop(L);
	lua_Integer i;

	ring = lua_absindex(L, ring);
	if (lua_getiuservalue(L, ring, URING_BUFFERS) == LUA_TTABLE)
		for (i = 1; lua_geti(L, -1, i) != LUA_TNIL; i++) {
			sys_release(L, -1);
			lua_pop(L, 1);
		}
	lua_settop(L, top);
	lua_pushnil(L);
	lua_setiuservalue(L, ring, URING_BUFFERS);
}

/* ring:register_buffers{memory, ...} -> true: for read_fixed, write_fixed */
static int register_buffers(lua_State *L)
{
	struct ring *r = uring_check(L, 1);
	unsigned n = check_list(L, 2), i;
	struct iovec *list = lua_newuserdatauv(L, n * sizeof *list, 0);
	int kept;

	lua_createtable(L, (int)n, 0); /* what the caller's table has now */
	kept = lua_gettop(L);
	for (i = 0; i < n; i++) {
		lua_geti(L, 2, (lua_Integer)i + 1);
		list[i].iov_base =
			sys_checkbuffer(L, kept + 1, &list[i].iov_len);
		lua_rawseti(L, kept, (lua_Integer)i + 1);
	}
	if (call(r, IORING_REGISTER_BUFFERS, list, n) < 0)
		return sys_fail(L, errno);
	lua_pushvalue(L, kept);
	lua_setiuservalue(L, 1, URING_BUFFERS);
	for (i = 0; i < n; i++) {
		lua_rawgeti(L, kept, (lua_Integer)i + 1);
		if (sys_hold(L, -1) < 0)
			return luaL_error(L, "not enough memory");
		lua_pop(L, 1);
	}
	return sys_result(L, 0);
}

static int unregister_buffers(lua_State *L)
{
	struct ring *r = uring_check(L, 1);

	if (call(r, IORING_UNREGISTER_BUFFERS, NULL, 0) < 0)
		return sys_fail(L, errno);
	uring_release_buffers(L, 1);
	return sys_result(L, 0);
}

void uring_add_registers(lua_State *L)
{
	static const luaL_Reg methods[] = {
		{"register_files", register_files},
		{"unregister_files", unregister_files},
		{"register_buffers", register_buffers},
		{"unregister_buffers", unregister_buffers},
		{NULL, NULL},
	};

	luaL_setfuncs(L, methods, 0);
}
