/*
 * sys_statx.c - all that the kernel tells of a file
 *
 * Layer: system call binding; no policy. Follows statx(2). The kernel's own
 * headers, and so neither fcntl.h nor sys/stat.h.
 */

#include <errno.h>
#include <linux/fcntl.h>
#include <linux/stat.h>
#include <linux/unistd.h>
#include <unistd.h>

#include "sys.h"

#define STATX_LIST(P, V)                                               \
	P(STATX, TYPE) P(STATX, MODE) P(STATX, NLINK) P(STATX, UID)    \
	P(STATX, GID) P(STATX, ATIME) P(STATX, MTIME) P(STATX, CTIME)  \
	P(STATX, INO) P(STATX, SIZE) P(STATX, BLOCKS)                  \
	P(STATX, BASIC_STATS) P(STATX, BTIME) P(STATX, MNT_ID)         \
	P(STATX, DIOALIGN)
SYS_CONSTS(STATX, SYS_MULTI, STATX_LIST);

#define STATX_ATTR_LIST(P, V)                                          \
	P(STATX_ATTR, COMPRESSED) P(STATX_ATTR, IMMUTABLE)             \
	P(STATX_ATTR, APPEND) P(STATX_ATTR, NODUMP)                    \
	P(STATX_ATTR, ENCRYPTED) P(STATX_ATTR, AUTOMOUNT)              \
	P(STATX_ATTR, MOUNT_ROOT) P(STATX_ATTR, VERITY)                \
	P(STATX_ATTR, DAX)
SYS_CONSTS(STATX_ATTR, SYS_MULTI, STATX_ATTR_LIST);

#define AT_STATX_LIST(P, V)                                            \
	V(SYNC_AS_STAT, AT_STATX_SYNC_AS_STAT)                         \
	V(FORCE_SYNC, AT_STATX_FORCE_SYNC)                             \
	V(DONT_SYNC, AT_STATX_DONT_SYNC)                               \
	V(EMPTY_PATH, AT_EMPTY_PATH) V(NO_AUTOMOUNT, AT_NO_AUTOMOUNT)  \
	V(SYMLINK_NOFOLLOW, AT_SYMLINK_NOFOLLOW)
SYS_CONSTS(AT_STATX, SYS_MULTI, AT_STATX_LIST);

#define STATX_TIMESTAMP(X, T) X(F, T, tv_sec) X(F, T, tv_nsec)
SYS_STRUCT(statx_timestamp, "statx", "tv_", struct statx_timestamp,
	   STATX_TIMESTAMP);

#define STATX_FIELDS(X, T)                                             \
	X(F, T, stx_mask) X(F, T, stx_blksize) X(F, T, stx_attributes) \
	X(F, T, stx_nlink) X(F, T, stx_uid) X(F, T, stx_gid)           \
	X(F, T, stx_mode) X(F, T, stx_ino) X(F, T, stx_size)           \
	X(F, T, stx_blocks) X(F, T, stx_attributes_mask)               \
	X(S, T, stx_atime, statx_timestamp)                            \
	X(S, T, stx_btime, statx_timestamp)                            \
	X(S, T, stx_ctime, statx_timestamp)                            \
	X(S, T, stx_mtime, statx_timestamp)                            \
	X(F, T, stx_rdev_major) X(F, T, stx_rdev_minor)                \
	X(F, T, stx_dev_major) X(F, T, stx_dev_minor)                  \
	X(F, T, stx_mnt_id) X(F, T, stx_dio_mem_align)                 \
	X(F, T, stx_dio_offset_align)
SYS_STRUCT(statx, "statx", "stx_", struct statx, STATX_FIELDS);

/*
 * S.statx(directory or fd [, path [, flags [, mask [, statx]]]]) -> statx;
 * without a path, of the descriptor itself
 */
static int sys_statx(lua_State *L)
{
	int dir = sys_checkdir(L, 1);
	const char *path = sys_optpath(L, 2, "");
	int flags = (int)sys_checkconst(L, 3, &sys_AT_STATX);
	unsigned mask = STATX_BASIC_STATS | STATX_BTIME;
	void *out;

	if (!lua_isnoneornil(L, 4))
		mask = (unsigned)sys_checkconst(L, 4, &sys_STATX);
	if (!*path)
		flags |= AT_EMPTY_PATH;
	out = sys_outstruct(L, 5, &sys_layout_statx);
	if (syscall(__NR_statx, dir, path, flags, mask, out) < 0)
		return sys_fail(L, errno);
	lua_settop(L, 5);
	return 1;
}

#define FUNCTIONS(F, G) F(statx)
SYS_AREA(statx, FUNCTIONS);
