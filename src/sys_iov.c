/*
 * sys_iov.c - several buffers in one call
 *
 * Layer: mechanism. Lengths come from the memory itself, so that no list can
 * name more than is there.
 */

#include <sys/uio.h>

#include "sys.h"

static void fill(lua_State *L, int value, int arg, int writable,
		 struct iovec *iov)
{
	const void *bytes;

	luaL_argexpected(L, sys_tomem(L, value) ||
			 (!writable && lua_type(L, value) == LUA_TSTRING),
			 arg, writable ? "buffers" : "strings or buffers");
	bytes = sys_checkbytes(L, value, &iov->iov_len);
	iov->iov_base = (void *)(uintptr_t)bytes;
}

struct iovec *sys_checkiov(lua_State *L, int arg, int writable,
			   unsigned *count)
{
	struct sys_mem *m = sys_tomem(L, arg);
	lua_Integer n, i;
	struct iovec *iov;
	size_t size;

	if (m && m->layout == &sys_layout_iovec) {
		iov = (struct iovec *)(uintptr_t)sys_checkvector(L, arg, &size);
		*count = (unsigned)size;
		return iov;
	}
	if (lua_type(L, arg) != LUA_TTABLE) {
		iov = lua_newuserdatauv(L, sizeof *iov, 0);
		fill(L, arg, arg, writable, iov);
		*count = 1;
		return iov;
	}
	n = luaL_len(L, arg);
	luaL_argcheck(L, n >= 0 && n <= SYS_MAX_IOV, arg, "too many buffers");
	iov = lua_newuserdatauv(L, ((size_t)n + 1) * sizeof *iov, 0);
	for (i = 0; i < n; i++) {
		lua_geti(L, arg, i + 1);
		fill(L, lua_gettop(L), arg, writable, &iov[i]);
		lua_pop(L, 1);
	}
	*count = (unsigned)n;
	return iov;
}
