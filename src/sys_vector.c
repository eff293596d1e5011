/*
 * sys_vector.c - several buffers in one call: readv, writev, vmsplice
 *
 * Layer: system call binding; no policy. Each struct iovec must lie within the
 * memory that its base was set to: a length larger than that raises.
 */

#include <errno.h>
#include <fcntl.h>
#include <sys/uio.h>

#include "sys.h"

#define SPLICE_F_LIST(P, V)                                               \
	P(SPLICE_F, MOVE) P(SPLICE_F, NONBLOCK) P(SPLICE_F, MORE)         \
	P(SPLICE_F, GIFT)
SYS_CONSTS(SPLICE_F, SYS_MULTI, SPLICE_F_LIST);

#define IOVEC(X, T) X(F, T, iov_base) X(F, T, iov_len)
SYS_STRUCT(iovec, "message", "iov_", struct iovec, IOVEC);

const struct iovec *sys_checkvector(lua_State *L, int arg, size_t *count)
{
	struct sys_mem *m = sys_tomem(L, arg);
	struct iovec *iov;
	size_t i, size;

	if (!m)
		m = sys_convert(L, arg, "iovecs");
	luaL_argexpected(L, m->layout == &sys_layout_iovec, arg, "iovecs");
	iov = sys_checkbuffer(L, arg, &size);
	for (i = 0; i < m->count; i++)
		sys_checkpointer(L, arg, &iov[i].iov_base, iov[i].iov_len);
	*count = m->count;
	return iov;
}

/* S.readv(fd, iovecs) -> number */
static int sys_readv(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	size_t n;
	const struct iovec *iov = sys_checkvector(L, 2, &n);

	return sys_integer(L, readv(fd, iov, (int)n));
}

/* S.writev(fd, iovecs) -> number */
static int sys_writev(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	size_t n;
	const struct iovec *iov = sys_checkvector(L, 2, &n);

	return sys_integer(L, writev(fd, iov, (int)n));
}

/* S.preadv(fd, iovecs, offset) -> number */
static int sys_preadv(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	long long offset = sys_optint(L, 3, 0);
	size_t n;
	const struct iovec *iov = sys_checkvector(L, 2, &n);

	return sys_integer(L, preadv(fd, iov, (int)n, offset));
}

/* S.pwritev(fd, iovecs, offset) -> number */
static int sys_pwritev(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	long long offset = sys_optint(L, 3, 0);
	size_t n;
	const struct iovec *iov = sys_checkvector(L, 2, &n);

	return sys_integer(L, pwritev(fd, iov, (int)n, offset));
}

/*
 * S.vmsplice(pipe, iovecs [, flags]) -> number. The pipe holds the pages, not
 * their bytes: what is written to that memory before they are read shows.
 */
static int sys_vmsplice(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	unsigned flags = (unsigned)sys_checkconst(L, 3, &sys_SPLICE_F);
	size_t n;
	const struct iovec *iov = sys_checkvector(L, 2, &n);

	return sys_integer(L, vmsplice(fd, iov, n, flags));
}

#define FUNCTIONS(F, G) F(readv) F(writev) F(preadv) F(pwritev) F(vmsplice)
SYS_AREA(vector, FUNCTIONS);
