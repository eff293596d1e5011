/*
 * sys_openat2.c - files, as the kernel's later calls have them: how to resolve
 * a path, handles, cached pages, flags per read
 *
 * Layer: system call binding; no policy. Follows openat2(2),
 * name_to_handle_at(2), preadv2(2), close_range(2), cachestat(2).
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/openat2.h>
#include <linux/unistd.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "sys.h"

#define RESOLVE_LIST(P, V)                                             \
	P(RESOLVE, NO_XDEV) P(RESOLVE, NO_MAGICLINKS)                  \
	P(RESOLVE, NO_SYMLINKS) P(RESOLVE, BENEATH) P(RESOLVE, IN_ROOT) \
	P(RESOLVE, CACHED)
SYS_CONSTS(RESOLVE, SYS_MULTI, RESOLVE_LIST);

#define CLOSE_RANGE_LIST(P, V) P(CLOSE_RANGE, UNSHARE) P(CLOSE_RANGE, CLOEXEC)
SYS_CONSTS(CLOSE_RANGE, SYS_MULTI, CLOSE_RANGE_LIST);

#ifndef RWF_NOAPPEND /* Linux 6.9 */
#define RWF_NOAPPEND 0x20
#endif
#define RWF_LIST(P, V)                                                 \
	V(HIPRI, 0x01) V(DSYNC, 0x02) V(SYNC, 0x04) V(NOWAIT, 0x08)    \
	V(APPEND, 0x10) P(RWF, NOAPPEND)
SYS_CONSTS(RWF, SYS_MULTI, RWF_LIST);

#define OPEN_HOW(X, T) X(F, T, flags) X(F, T, mode) X(F, T, resolve)
SYS_STRUCT(open_how, "options", "", struct open_how, OPEN_HOW);

/*
 * Since Linux 5.1 new calls have one number on every machine (some add a
 * base), so that a later one can be told from one that the headers know.
 */
#ifndef __NR_cachestat
#define __NR_cachestat (__NR_set_mempolicy_home_node + 1)
#endif

struct kernel_cachestat_range { /* linux/mman.h since Linux 6.5 */
	uint64_t off, len;
};

struct kernel_cachestat {
	uint64_t nr_cache, nr_dirty, nr_writeback, nr_evicted,
		nr_recently_evicted;
};

#define CACHESTAT(X, T)                                                \
	X(F, T, nr_cache) X(F, T, nr_dirty) X(F, T, nr_writeback)      \
	X(F, T, nr_evicted) X(F, T, nr_recently_evicted)
SYS_STRUCT(cachestat, "", "nr_", struct kernel_cachestat, CACHESTAT);

extern const struct sys_consts sys_OK;

/* S.openat2(directory, path, {flags, mode, resolve}) -> fd */
static int sys_openat2(lua_State *L)
{
	int dir = sys_checkdir(L, 1);
	const char *path = sys_checkpath(L, 2);
	struct open_how how;

	lua_settop(L, 3);
	memcpy(&how, sys_checkstruct(L, 3, &sys_layout_open_how), sizeof how);
	how.flags |= O_CLOEXEC;
	return sys_pushfd(L, (int)syscall(__NR_openat2, dir, path, &how,
					  sizeof how));
}

/* S.faccessat2(directory, path, mode [, flags]) -> true */
static int sys_faccessat2(lua_State *L)
{
	int dir = sys_checkdir(L, 1);
	const char *path = sys_checkpath(L, 2);
	int mode = (int)sys_checkconst(L, 3, &sys_OK);
	int flags = (int)sys_checkconst(L, 4, &sys_AT);

	return sys_result(L, syscall(__NR_faccessat2, dir, path, mode, flags));
}

/*
 * S.close_range(first [, last [, flags]]) -> true. Objects of descriptors in
 * the range do not learn of it; with "cloexec" nothing is closed yet.
 */
static int sys_close_range(lua_State *L)
{
	unsigned first = (unsigned)sys_checkfd(L, 1);
	unsigned last = (unsigned)sys_optfd(L, 2, -1);
	int flags = (int)sys_checkconst(L, 3, &sys_CLOSE_RANGE);

	return sys_result(L, syscall(__NR_close_range, first, last, flags));
}

static int move_vector(lua_State *L, int writable, long number)
{
	int fd = sys_checkfd(L, 1);
	long long offset = sys_optint(L, 3, -1); /* -1: the file's position */
	int flags = (int)sys_checkconst(L, 4, &sys_RWF);
	unsigned count;
	struct iovec *iov = sys_checkiov(L, 2, writable, &count);

	/* two halves everywhere: of the second, 64-bit kernels see nothing */
	return sys_integer(L, syscall(number, fd, iov, (long)count,
				      (long)offset,
				      sizeof(long) == 8 ? 0L
							: (long)(offset >> 32),
				      flags));
}

/* S.preadv2(fd, buffers [, offset [, flags]]) -> number */
static int sys_preadv2(lua_State *L)
{
	return move_vector(L, 1, __NR_preadv2);
}

/* S.pwritev2(fd, strings or buffers [, offset [, flags]]) -> number */
static int sys_pwritev2(lua_State *L)
{
	return move_vector(L, 0, __NR_pwritev2);
}

/*
 * S.name_to_handle_at(directory, path [, flags]) -> handle, nil, mount id.
 * The handle is a string: as opaque as the kernel means it, and a table's key.
 */
static int sys_name_to_handle_at(lua_State *L)
{
	int dir = sys_checkdir(L, 1);
	const char *path = sys_optpath(L, 2, "");
	int flags = (int)sys_checkconst(L, 3, &sys_AT);
	union {
		struct file_handle head;
		char bytes[sizeof(struct file_handle) + MAX_HANDLE_SZ];
	} handle;
	int mount = 0;

	if (!*path)
		flags |= AT_EMPTY_PATH;
	handle.head.handle_bytes = MAX_HANDLE_SZ;
	if (syscall(__NR_name_to_handle_at, dir, path, &handle, &mount,
		    flags) < 0)
		return sys_fail(L, errno);
	lua_pushlstring(L, handle.bytes,
			offsetof(struct file_handle, f_handle) +
				handle.head.handle_bytes);
	lua_pushnil(L);
	lua_pushinteger(L, mount);
	return 3;
}

/* S.open_by_handle_at(a descriptor on the mount, handle [, flags]) -> fd */
static int sys_open_by_handle_at(lua_State *L)
{
	int mount = sys_checkdir(L, 1);
	size_t size, head = offsetof(struct file_handle, f_handle);
	const char *bytes = luaL_checklstring(L, 2, &size);
	int flags = (int)sys_checkconst(L, 3, &sys_O);
	union {
		struct file_handle head;
		char bytes[sizeof(struct file_handle) + MAX_HANDLE_SZ];
	} handle;

	luaL_argcheck(L, size >= head && size <= head + MAX_HANDLE_SZ, 2,
		      "not a handle");
	memcpy(&handle, bytes, size);
	luaL_argcheck(L, handle.head.handle_bytes == size - head, 2,
		      "not a handle");
	return sys_pushfd(L, (int)syscall(__NR_open_by_handle_at, mount,
					  &handle, flags | O_CLOEXEC));
}

/* S.cachestat(fd [, offset [, length]]) -> cachestat; length 0: to the end */
static int sys_cachestat(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	struct kernel_cachestat_range range;
	void *out;

	range.off = (uint64_t)sys_optint(L, 2, 0);
	range.len = (uint64_t)sys_optint(L, 3, 0);
	out = sys_newmem(L, &sys_layout_cachestat, 1);
	if (syscall(__NR_cachestat, fd, &range, out, 0) < 0)
		return sys_fail(L, errno);
	return 1;
}

#define FUNCTIONS(F, G) \
	F(openat2) F(faccessat2) F(close_range) F(preadv2) \
	F(pwritev2) F(name_to_handle_at) F(open_by_handle_at) F(cachestat)
SYS_AREA(openat2, FUNCTIONS);
