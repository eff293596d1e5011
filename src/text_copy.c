/*
 * text_copy.c - move bytes from one descriptor to another
 *
 * Layer: accelerator, no policy. Lua side: text.copy in lua/meta/text.lua.
 * The kernel moves them itself where it can (copy_file_range, which also
 * shares blocks on file systems that know how, sendfile, splice); each of
 * these may refuse a pair of descriptors at the first call, and then the next
 * way is taken. Files of size 0 are read, as those of /proc and /sys say 0.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/fs.h>

#include <lauxlib.h>
#include <lua.h>

#include "sys.h"
#include "text.h"
#include "vm.h"

#define PIECE ((size_t)1 << 30) /* below every limit of the calls */

enum way { BY_RANGE, BY_SENDFILE, BY_SPLICE, BY_READ };

static enum way first_way(int in, int out)
{
	struct stat from, to;

	if (fstat(in, &from) != 0 || fstat(out, &to) != 0)
		return BY_READ;
	if (S_ISFIFO(from.st_mode))
		return BY_SPLICE;
	if (!S_ISREG(from.st_mode) || from.st_size == 0)
		return BY_READ;
	if (S_ISREG(to.st_mode))
		return BY_RANGE;
	/* small files into a pipe or terminal: one read and one write */
	return from.st_size > TEXT_BLOCK ? BY_SENDFILE : BY_READ;
}

/* Why a way does not do for this pair of descriptors, rather than a failure
 * of reading or writing. */
static bool refused(int error)
{
	switch (error) {
	case EINVAL: case ENOSYS: case EXDEV: case EOPNOTSUPP: case EBADF:
	case EPERM: case ETXTBSY: case EOVERFLOW: case EACCES:
		return true;
	default:
		return false;
	}
}

static ssize_t move(enum way way, int in, int out, size_t n)
{
	switch (way) {
	case BY_RANGE:
		return copy_file_range(in, NULL, out, NULL, n, 0);
	case BY_SENDFILE:
		return sendfile(out, in, NULL, n);
	default:
		return splice(in, NULL, out, NULL, n, 0);
	}
}

/* Returns the side that failed, errno set, or NULL. */
static const char *copy_read_write(int in, int out, uint64_t wanted,
	uint64_t *done)
{
	static char block[TEXT_BLOCK]; /* costs nothing until it is used */

	while (*done < wanted) {
		uint64_t left = wanted - *done;
		ssize_t got = read(in, block,
			left < sizeof(block) ? (size_t)left : sizeof(block));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return "read";
		if (got == 0)
			break;
		if (text_write(out, block, (size_t)got) != 0)
			return "write";
		*done += (uint64_t)got;
	}
	return NULL;
}

/* Would reading from in meet what is being written to out, for ever? */
static bool feeds_itself(int in, int out)
{
	struct stat from, to;

	if (fstat(out, &to) != 0 || !S_ISREG(to.st_mode) ||
	    fstat(in, &from) != 0 || from.st_dev != to.st_dev ||
	    from.st_ino != to.st_ino)
		return false;
	return fcntl(out, F_GETFL) & O_APPEND ? from.st_size > 0 :
		lseek(in, 0, SEEK_CUR) < lseek(out, 0, SEEK_CUR);
}

static const char *copy_bytes(int in, int out, uint64_t wanted, uint64_t *done)
{
	enum way way = first_way(in, out);

	if (out == STDOUT_FILENO && fflush(stdout) != 0)
		return "write";
	while (way != BY_READ && *done < wanted) {
		uint64_t left = wanted - *done;
		ssize_t moved = move(way, in, out,
			left < PIECE ? (size_t)left : PIECE);

		if (moved > 0) {
			*done += (uint64_t)moved;
		} else if (moved == 0) {
			/* some file systems say 0 where read has more */
			return copy_read_write(in, out, wanted, done);
		} else if (errno == EINTR) {
			continue;
		} else if (refused(errno)) {
			way = way == BY_RANGE ? BY_SENDFILE : BY_READ;
		} else {
			/* which side it was cannot be told: a full disk, a
			 * closed pipe and a file limit are the usual ones */
			return errno == EIO || errno == EISDIR ? "read" :
				"write";
		}
	}
	if (*done >= wanted)
		return NULL;
	return copy_read_write(in, out, wanted, done);
}

/* copy.bytes(in_fd, out_fd [, count])
 *   -> bytes copied | nil, err, "read" or "write", bytes copied before */
static int lua_copy_bytes(lua_State *L)
{
	int in = sys_checkfd(L, 1);
	int out = sys_checkfd(L, 2);
	uint64_t wanted = UINT64_MAX, done = 0;
	const char *side;

	if (!lua_isnoneornil(L, 3)) {
		lua_Integer n = luaL_checkinteger(L, 3);

		wanted = n > 0 ? (uint64_t)n : 0;
	}
	side = copy_bytes(in, out, wanted, &done);
	if (side) {
		sys_fail(L, errno);
		lua_pushstring(L, side);
		lua_pushinteger(L, (lua_Integer)done);
		return 4;
	}
	lua_pushinteger(L, (lua_Integer)done);
	return 1;
}

/* copy.same_file(fd, fd) -> boolean: both are one regular file */
static int lua_copy_same_file(lua_State *L)
{
	struct stat a, b;

	lua_pushboolean(L, fstat(sys_checkfd(L, 1), &a) == 0 &&
		fstat(sys_checkfd(L, 2), &b) == 0 && S_ISREG(a.st_mode) &&
		a.st_dev == b.st_dev && a.st_ino == b.st_ino);
	return 1;
}

/* copy.feeds_itself(in_fd, out_fd) -> boolean: both are one file, and what is
 * written would be read again (cat f >> f) */
static int lua_copy_feeds_itself(lua_State *L)
{
	lua_pushboolean(L, feeds_itself(sys_checkfd(L, 1), sys_checkfd(L, 2)));
	return 1;
}

/* copy.clone(in_fd, out_fd) -> true | nil, err: share all blocks, FICLONE */
static int lua_copy_clone(lua_State *L)
{
	int in = sys_checkfd(L, 1);
	int out = sys_checkfd(L, 2);

	return sys_result(L, ioctl(out, FICLONE, in));
}

static const luaL_Reg functions[] = {
	{"bytes", lua_copy_bytes},
	{"clone", lua_copy_clone},
	{"same_file", lua_copy_same_file},
	{"feeds_itself", lua_copy_feeds_itself},
	{NULL, NULL},
};

static int luaopen_text_copy(lua_State *L)
{
	luaL_newlib(L, functions);
	return 1;
}

VM_MODULE("text.copy", luaopen_text_copy);
