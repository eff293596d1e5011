/*
 * sys_transfer.c - bytes that go from descriptor to descriptor in the kernel,
 * and room and hints for files
 *
 * Layer: system call binding; no policy.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys.h"

extern const struct sys_consts sys_SPLICE_F;

#define POSIX_FADV_LIST(P, V)                                             \
	P(POSIX_FADV, NORMAL) P(POSIX_FADV, RANDOM)                       \
	P(POSIX_FADV, SEQUENTIAL) P(POSIX_FADV, WILLNEED)                 \
	P(POSIX_FADV, DONTNEED) P(POSIX_FADV, NOREUSE)
SYS_CONSTS(POSIX_FADV, SYS_STRFLAG, POSIX_FADV_LIST);

#define FALLOC_FL_LIST(P, V)                                              \
	P(FALLOC_FL, KEEP_SIZE) P(FALLOC_FL, PUNCH_HOLE)                  \
	P(FALLOC_FL, COLLAPSE_RANGE) P(FALLOC_FL, ZERO_RANGE)             \
	P(FALLOC_FL, INSERT_RANGE) P(FALLOC_FL, UNSHARE_RANGE)
SYS_CONSTS(FALLOC_FL, SYS_MULTI, FALLOC_FL_LIST);

#define SYNC_FILE_RANGE_LIST(P, V)                                        \
	P(SYNC_FILE_RANGE, WAIT_BEFORE) P(SYNC_FILE_RANGE, WRITE)         \
	P(SYNC_FILE_RANGE, WAIT_AFTER)
SYS_CONSTS(SYNC_FILE_RANGE, SYS_MULTI, SYNC_FILE_RANGE_LIST);

/*
 * An offset: nil for the descriptor's own, a number, which goes to *own, or
 * t.off1, which the call moves on.
 */
static off_t *check_offset(lua_State *L, int arg, off_t *own)
{
	size_t size;
	void *cell;

	if (lua_isnoneornil(L, arg))
		return NULL;
	if (sys_tomem(L, arg)) {
		cell = sys_checkwritable(L, arg, &size);
		luaL_argcheck(L, size >= sizeof *own, arg, "t.off1 expected");
		return cell;
	}
	*own = sys_checkint(L, arg);
	return own;
}

static size_t check_count(lua_State *L, int arg)
{
	long long n = sys_checkint(L, arg);

	luaL_argcheck(L, n >= 0, arg, "negative count");
	return (size_t)n;
}

/* S.sendfile(out, in [, offset], count) -> number */
static int sys_sendfile(lua_State *L)
{
	int out = sys_checkfd(L, 1), in = sys_checkfd(L, 2);
	off_t own, *offset = check_offset(L, 3, &own);
	size_t n = check_count(L, 4);

	return sys_integer(L, sendfile(out, in, offset, n));
}

/* S.copy_file_range(in, in offset, out, out offset, count [, flags]) -> number
 */
static int sys_copy_file_range(lua_State *L)
{
	int in = sys_checkfd(L, 1), out = sys_checkfd(L, 3);
	off_t own_in, *in_offset = check_offset(L, 2, &own_in);
	off_t own_out, *out_offset = check_offset(L, 4, &own_out);
	size_t n = check_count(L, 5);
	unsigned flags = (unsigned)sys_optint(L, 6, 0);

	return sys_integer(L, copy_file_range(in, in_offset, out, out_offset,
					      n, flags));
}

/* S.splice(in, in offset, out, out offset, count [, flags]) -> number */
static int sys_splice(lua_State *L)
{
	int in = sys_checkfd(L, 1), out = sys_checkfd(L, 3);
	off_t own_in, *in_offset = check_offset(L, 2, &own_in);
	off_t own_out, *out_offset = check_offset(L, 4, &own_out);
	size_t n = check_count(L, 5);
	unsigned flags = (unsigned)sys_checkconst(L, 6, &sys_SPLICE_F);

	return sys_integer(L,
			   splice(in, in_offset, out, out_offset, n, flags));
}

/* S.tee(in, out, count [, flags]) -> number */
static int sys_tee(lua_State *L)
{
	int in = sys_checkfd(L, 1), out = sys_checkfd(L, 2);
	size_t n = check_count(L, 3);

	return sys_integer(L, tee(in, out, n,
				  (unsigned)sys_checkconst(L, 4,
							   &sys_SPLICE_F)));
}

/* S.fallocate(fd, mode, offset, length) -> true */
static int sys_fallocate(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	int mode = (int)sys_checkconst(L, 2, &sys_FALLOC_FL);

	return sys_result(L, fallocate(fd, mode, sys_optint(L, 3, 0),
				       sys_checkint(L, 4)));
}

/* S.posix_fallocate(fd, offset, length) -> true */
static int sys_posix_fallocate(lua_State *L)
{
	return sys_result(L, fallocate(sys_checkfd(L, 1), 0,
				       sys_optint(L, 2, 0),
				       sys_checkint(L, 3)));
}

/* S.fadvise(fd, advice [, offset [, length]]) -> true */
static int sys_fadvise(lua_State *L)
{
	int r = posix_fadvise(sys_checkfd(L, 1), sys_optint(L, 3, 0),
			      sys_optint(L, 4, 0),
			      (int)sys_checkconst(L, 2, &sys_POSIX_FADV));

	return r ? sys_fail(L, r) : sys_result(L, 0);
}

/* S.readahead(fd, offset, count) -> true */
static int sys_readahead(lua_State *L)
{
	int fd = sys_checkfd(L, 1);

	return sys_result(L, readahead(fd, sys_optint(L, 2, 0),
				       check_count(L, 3)));
}

/* S.sync_file_range(fd, offset, count [, flags]) -> true */
static int sys_sync_file_range(lua_State *L)
{
	return sys_result(L, sync_file_range(sys_checkfd(L, 1),
					     sys_optint(L, 2, 0),
					     sys_checkint(L, 3),
					     (unsigned)sys_checkconst(
						     L, 4,
						     &sys_SYNC_FILE_RANGE)));
}

#define FUNCTIONS(F, G)                                                   \
	F(sendfile) F(copy_file_range) F(splice) F(tee) F(fallocate)      \
	F(posix_fallocate) F(fadvise) F(readahead) F(sync_file_range)
SYS_AREA(transfer, FUNCTIONS);
