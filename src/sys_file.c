/*
 * sys_file.c - open files: reading, writing, positions, descriptors' flags
 *
 * Layer: system call binding; no policy. Descriptors are close-on-exec from
 * birth. Lua-side signatures: lua/meta/syscall.lua.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/unistd.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "sys.h"

#define DEFAULT_READ 4096 /* bytes, when S.read is not told */

/* musl's O_ACCMODE has O_PATH in it; LARGEFILE is of 32 bits only */
#define LARGE_FILES (sizeof(long) == 8 ? 0 : O_LARGEFILE)
#define O_LIST(P, V)                                                    \
	P(O, RDONLY) P(O, WRONLY) P(O, RDWR) V(ACCMODE, 3) P(O, CREAT)  \
	P(O, EXCL) P(O, NOCTTY) P(O, TRUNC) P(O, APPEND) P(O, NONBLOCK) \
	P(O, NDELAY) P(O, DSYNC) P(O, ASYNC) P(O, DIRECT)               \
	V(LARGEFILE, LARGE_FILES) P(O, DIRECTORY) P(O, NOFOLLOW)        \
	P(O, NOATIME)                                                   \
	P(O, CLOEXEC) P(O, SYNC) P(O, RSYNC) V(FSYNC, O_SYNC)           \
	P(O, PATH) P(O, TMPFILE)
SYS_CONSTS(O, SYS_MULTI, O_LIST);

#define MODE_LIST(P, V)                                               \
	V(XOTH, S_IXOTH) V(WOTH, S_IWOTH) V(ROTH, S_IROTH)            \
	V(RWXO, S_IRWXO) V(XGRP, S_IXGRP) V(WGRP, S_IWGRP)            \
	V(RGRP, S_IRGRP) V(RWXG, S_IRWXG) V(XUSR, S_IXUSR)            \
	V(WUSR, S_IWUSR) V(RUSR, S_IRUSR) V(RWXU, S_IRWXU)            \
	V(SVTX, S_ISVTX) V(SGID, S_ISGID) V(SUID, S_ISUID)
SYS_CONSTS(MODE, SYS_MODE, MODE_LIST);

#define SEEK_LIST(P, V)                                               \
	P(SEEK, SET) P(SEEK, CUR) P(SEEK, END) P(SEEK, DATA) P(SEEK, HOLE)
SYS_CONSTS(SEEK, SYS_STRFLAG, SEEK_LIST);

#define F_LIST(P, V)                                                      \
	P(F, DUPFD) P(F, GETFD) P(F, SETFD) P(F, GETFL) P(F, SETFL)       \
	P(F, GETLK) V(GETLK64, F_GETLK) P(F, SETLK) V(SETLK64, F_SETLK)   \
	P(F, SETLKW) V(SETLKW64, F_SETLKW) P(F, SETOWN) P(F, GETOWN)      \
	V(SETOWN_EX, 15) V(GETOWN_EX, 16) V(CANCELLK, 1029)               \
	P(F, SETSIG) P(F, GETSIG) P(F, DUPFD_CLOEXEC) P(F, SETPIPE_SZ)    \
	P(F, GETPIPE_SZ) P(F, ADD_SEALS) P(F, GET_SEALS) P(F, SETLEASE)   \
	P(F, GETLEASE) P(F, NOTIFY) P(F, OFD_GETLK) P(F, OFD_SETLK)       \
	P(F, OFD_SETLKW)
SYS_CONSTS(F, SYS_STRFLAG, F_LIST);

#define FD_LIST(P, V) P(FD, CLOEXEC)
SYS_CONSTS(FD, SYS_MULTI, FD_LIST);

#define F_SEAL_LIST(P, V)                                             \
	P(F_SEAL, SEAL) P(F_SEAL, SHRINK) P(F_SEAL, GROW) P(F_SEAL, WRITE)
SYS_CONSTS(F_SEAL, SYS_MULTI, F_SEAL_LIST);

#define MFD_LIST(P, V) P(MFD, CLOEXEC) P(MFD, ALLOW_SEALING)
SYS_CONSTS(MFD, SYS_MULTI, MFD_LIST);

/* the numbers: asm-generic/fcntl.h's, which libc has not */
#define LOCK_LIST(P, V) \
	P(LOCK, SH) P(LOCK, EX) P(LOCK, NB) P(LOCK, UN) V(MAND, 32) \
	V(READ, 64) V(WRITE, 128) V(RW, 192)
SYS_CONSTS(LOCK, SYS_MULTI, LOCK_LIST);

#define FCNTL_LOCK_LIST(P, V) P(F, RDLCK) P(F, WRLCK) P(F, UNLCK)
SYS_CONSTS(FCNTL_LOCK, SYS_STRFLAG, FCNTL_LOCK_LIST);

#define LOCKF_LIST(P, V) V(ULOCK, 0) V(LOCK, 1) V(TLOCK, 2) V(TEST, 3)
SYS_CONSTS(LOCKF, SYS_STRFLAG, LOCKF_LIST);

#define OPIPE_LIST(P, V) P(O, NONBLOCK) P(O, DIRECT) P(O, CLOEXEC)
SYS_CONSTS(OPIPE, SYS_MULTI, OPIPE_LIST);

#define STD_LIST(P, V)                                                \
	V(IN, 0) V(OUT, 1) V(ERR, 2) V(IN_FILENO, 0) V(OUT_FILENO, 1) \
	V(ERR_FILENO, 2)
SYS_CONSTS(STD, SYS_STRFLAG, STD_LIST);

#define FLOCK(X, T)                                                   \
	X(F, T, l_type) X(F, T, l_whence) X(F, T, l_start) X(F, T, l_len) \
	X(F, T, l_pid)
SYS_STRUCT(flock, "file", "l_", struct flock, FLOCK);

/* libc's open asks once more for what O_CLOEXEC has settled. */
static int open_at(int dir, const char *path, int flags, mode_t mode)
{
	return (int)syscall(SYS_openat, dir, path,
			    flags | O_CLOEXEC | O_LARGEFILE, mode);
}

/* S.open(path [, flags [, mode]]) -> fd */
static int sys_open(lua_State *L)
{
	const char *path = sys_checkpath(L, 1);
	int flags = (int)sys_checkconst(L, 2, &sys_O);
	mode_t mode = (mode_t)sys_checkconst(L, 3, &sys_MODE);

	sys_newfd(L);
	return sys_setfd(L, open_at(AT_FDCWD, path, flags, mode));
}

/* S.openat(directory, path [, flags [, mode]]) -> fd */
static int sys_openat(lua_State *L)
{
	int dir = sys_checkdir(L, 1);
	const char *path = sys_checkpath(L, 2);
	int flags = (int)sys_checkconst(L, 3, &sys_O);
	mode_t mode = (mode_t)sys_checkconst(L, 4, &sys_MODE);

	sys_newfd(L);
	return sys_setfd(L, open_at(dir, path, flags, mode));
}

/* S.creat(path, mode) -> fd */
static int sys_creat(lua_State *L)
{
	const char *path = sys_checkpath(L, 1);
	mode_t mode = (mode_t)sys_checkconst(L, 2, &sys_MODE);

	sys_newfd(L);
	return sys_setfd(L, open_at(AT_FDCWD, path,
				    O_CREAT | O_WRONLY | O_TRUNC, mode));
}

static int read_string(lua_State *L, int fd)
{
	long long count = sys_optint(L, 3, DEFAULT_READ);
	luaL_Buffer b;
	char *p;
	ssize_t n;
	int saved;

	luaL_argcheck(L, count >= 0, 3, "negative count");
	p = luaL_buffinitsize(L, &b, (size_t)count);
	n = read(fd, p, (size_t)count);
	saved = errno;
	luaL_pushresultsize(&b, n < 0 ? 0 : (size_t)n);
	return n < 0 ? sys_fail(L, saved) : 1;
}

/* S.read(fd, buffer [, count]) -> number; S.read(fd [, nil, count]) -> string
 */
static int sys_read(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	size_t size;
	void *buffer;

	if (lua_isnoneornil(L, 2))
		return read_string(L, fd);
	buffer = sys_checkbuffer(L, 2, &size);
	size = sys_optcount(L, 3, size);
	return sys_integer(L, read(fd, buffer, size));
}

/* S.write(fd, string or buffer [, count]) -> number */
static int sys_write(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	size_t size;
	const void *bytes = sys_checkbytes(L, 2, &size);

	size = sys_optcount(L, 3, size);
	return sys_integer(L, write(fd, bytes, size));
}

/* S.pread(fd, buffer, count, offset) -> number */
static int sys_pread(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	size_t size;
	void *buffer = sys_checkbuffer(L, 2, &size);

	size = sys_optcount(L, 3, size);
	return sys_integer(L, pread(fd, buffer, size, sys_optint(L, 4, 0)));
}

/* S.pwrite(fd, string or buffer, count, offset) -> number */
static int sys_pwrite(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	size_t size;
	const void *bytes = sys_checkbytes(L, 2, &size);

	size = sys_optcount(L, 3, size);
	return sys_integer(L, pwrite(fd, bytes, size, sys_optint(L, 4, 0)));
}

/* S.lseek(fd [, offset [, whence]]) -> offset */
static int sys_lseek(lua_State *L)
{
	return sys_integer(L, lseek(sys_checkfd(L, 1), sys_optint(L, 2, 0),
				    (int)sys_checkconst(L, 3, &sys_SEEK)));
}

/* S.dup(fd) -> fd */
static int sys_dup(lua_State *L)
{
	return sys_pushfd(L, fcntl(sys_checkfd(L, 1), F_DUPFD_CLOEXEC, 0));
}

/* S.dup2(fd, new) -> fd; the standard three are handed on by exec */
static int sys_dup2(lua_State *L)
{
	return sys_pushfd(L, dup2(sys_checkfd(L, 1), sys_checkfd(L, 2)));
}

/* S.dup3(fd, new [, flags]) -> fd */
static int sys_dup3(lua_State *L)
{
	return sys_pushfd(L, dup3(sys_checkfd(L, 1), sys_checkfd(L, 2),
				  (int)sys_checkconst(L, 3, &sys_O)));
}

static int push_pair(lua_State *L, int r, const int fds[2])
{
	if (r < 0)
		return sys_fail(L, errno);
	lua_pushboolean(L, 1);
	lua_pushnil(L);
	sys_pushfd(L, fds[0]);
	sys_pushfd(L, fds[1]);
	return 4;
}

/* S.pipe() -> true, nil, read end, write end */
static int sys_pipe(lua_State *L)
{
	int fds[2];

	return push_pair(L, pipe2(fds, O_CLOEXEC), fds);
}

/* S.pipe2([flags]) -> true, nil, read end, write end */
static int sys_pipe2(lua_State *L)
{
	int fds[2];
	int flags = (int)sys_checkconst(L, 1, &sys_OPIPE);

	return push_pair(L, pipe2(fds, flags | O_CLOEXEC), fds);
}

static long long fcntl_argument(lua_State *L, int command)
{
	switch (command) {
	case F_SETFL:
		return sys_checkconst(L, 3, &sys_O);
	case F_SETFD:
		return sys_checkconst(L, 3, &sys_FD);
	case F_ADD_SEALS:
		return sys_checkconst(L, 3, &sys_F_SEAL);
	default:
		return sys_optint(L, 3, 0);
	}
}

/* S.fcntl(fd, command [, argument]) */
static int sys_fcntl(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	int command = (int)sys_checkconst(L, 2, &sys_F);
	void *lock;
	int r;

	switch (command) {
	case F_GETLK:
	case F_OFD_GETLK:
		lock = sys_outstruct(L, 3, &sys_layout_flock);
		if (fcntl(fd, command, lock) < 0)
			return sys_fail(L, errno);
		lua_settop(L, 3);
		return 1;
	case F_SETLK:
	case F_SETLKW:
	case F_OFD_SETLK:
	case F_OFD_SETLKW:
		lock = sys_checkstruct(L, 3, &sys_layout_flock);
		return sys_result(L, fcntl(fd, command, lock));
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		return sys_pushfd(L, fcntl(fd, command, sys_optint(L, 3, 0)));
	}
	r = fcntl(fd, command, (long)fcntl_argument(L, command));
	switch (command) {
	case F_GETFD:
	case F_GETFL:
	case F_GETLEASE:
	case F_GETOWN:
	case F_GETSIG:
	case F_GETPIPE_SZ:
	case F_GET_SEALS:
		return sys_integer(L, r);
	default:
		return sys_result(L, r);
	}
}

/* S.flock(fd, operation) -> true */
static int sys_flock(lua_State *L)
{
	return sys_result(L, flock(sys_checkfd(L, 1),
				   (int)sys_checkconst(L, 2, &sys_LOCK)));
}

static int sys_fsync(lua_State *L)
{
	return sys_result(L, fsync(sys_checkfd(L, 1)));
}

static int sys_fdatasync(lua_State *L)
{
	return sys_result(L, fdatasync(sys_checkfd(L, 1)));
}

static int sys_syncfs(lua_State *L)
{
	return sys_result(L, syncfs(sys_checkfd(L, 1)));
}

static int sys_sync(lua_State *L)
{
	(void)L;
	sync();
	return 0;
}

static int sys_truncate(lua_State *L)
{
	return sys_result(L, truncate(sys_checkpath(L, 1), sys_checkint(L, 2)));
}

static int sys_ftruncate(lua_State *L)
{
	return sys_result(L, ftruncate(sys_checkfd(L, 1), sys_checkint(L, 2)));
}

/* S.memfd_create(name [, flags]) -> fd */
static int sys_memfd_create(lua_State *L)
{
	const char *name = sys_checkpath(L, 1);
	unsigned flags = (unsigned)sys_checkconst(L, 2, &sys_MFD);

	return sys_pushfd(L, memfd_create(name, flags | MFD_CLOEXEC));
}

/* S.memfd_secret() -> fd: memory that the kernel itself cannot read */
static int sys_memfd_secret(lua_State *L)
{
#ifdef __NR_memfd_secret /* not on all machines */
	return sys_pushfd(L, (int)syscall(__NR_memfd_secret, O_CLOEXEC));
#else
	return sys_fail(L, ENOSYS);
#endif
}

#define FUNCTIONS(F, G) \
	F(open) F(openat) F(creat) F(read) F(write) F(pread) \
	F(pwrite) F(lseek) F(dup) F(dup2) F(dup3) F(pipe) F(pipe2) \
	F(fcntl) F(flock) F(fsync) F(fdatasync) F(syncfs) F(sync) \
	F(truncate) F(ftruncate) F(memfd_create) F(memfd_secret)
SYS_AREA(file, FUNCTIONS);
