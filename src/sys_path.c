/*
 * sys_path.c - names in the file system: stat, links, directories, times
 *
 * Layer: system call binding; no policy. Lua-side signatures:
 * lua/meta/syscall.lua.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <linux/fs.h>
#include <sys/time.h>
#include <unistd.h>

#include "sys.h"

#define AT_LIST(P, V)                                                  \
	P(AT, SYMLINK_NOFOLLOW) P(AT, EACCESS) P(AT, REMOVEDIR)        \
	P(AT, SYMLINK_FOLLOW) P(AT, NO_AUTOMOUNT) P(AT, EMPTY_PATH)    \
	P(AT, RECURSIVE)
#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif
SYS_CONSTS(AT, SYS_MULTI, AT_LIST);

#define S_I_LIST(P, V)                                                  \
	V(XOTH, S_IXOTH) V(WOTH, S_IWOTH) V(ROTH, S_IROTH)              \
	V(RWXO, S_IRWXO) V(XGRP, S_IXGRP) V(WGRP, S_IWGRP)              \
	V(RGRP, S_IRGRP) V(RWXG, S_IRWXG) V(XUSR, S_IXUSR)              \
	V(WUSR, S_IWUSR) V(RUSR, S_IRUSR) V(RWXU, S_IRWXU)              \
	V(SVTX, S_ISVTX) V(SGID, S_ISGID) V(SUID, S_ISUID)              \
	V(FIFO, S_IFIFO) V(FCHR, S_IFCHR) V(FDIR, S_IFDIR)              \
	V(FBLK, S_IFBLK) V(FREG, S_IFREG) V(FLNK, S_IFLNK)              \
	V(FSOCK, S_IFSOCK) V(FMT, S_IFMT)
SYS_CONSTS(S_I, SYS_MODE, S_I_LIST);

#define OK_LIST(P, V) V(F, F_OK) V(X, X_OK) V(W, W_OK) V(R, R_OK)
SYS_CONSTS(OK, SYS_CHAR, OK_LIST);

#define DT_LIST(P, V)                                                   \
	P(DT, UNKNOWN) P(DT, FIFO) P(DT, CHR) P(DT, DIR) P(DT, BLK)     \
	P(DT, REG) P(DT, LNK) P(DT, SOCK) P(DT, WHT)
SYS_CONSTS(DT, SYS_STRFLAG, DT_LIST);

#define UTIME_LIST(P, V) P(UTIME, NOW) P(UTIME, OMIT)
SYS_CONSTS(UTIME, SYS_STRFLAG, UTIME_LIST);

#define PC_LIST(P, V)                                                     \
	P(_PC, LINK_MAX) P(_PC, MAX_CANON) P(_PC, MAX_INPUT)              \
	P(_PC, NAME_MAX) P(_PC, PATH_MAX) P(_PC, PIPE_BUF)                \
	P(_PC, CHOWN_RESTRICTED) P(_PC, NO_TRUNC) P(_PC, VDISABLE)        \
	P(_PC, SYNC_IO) P(_PC, ASYNC_IO) P(_PC, PRIO_IO)                  \
	P(_PC, SOCK_MAXBUF) P(_PC, FILESIZEBITS)                          \
	P(_PC, REC_INCR_XFER_SIZE) P(_PC, REC_MAX_XFER_SIZE)              \
	P(_PC, REC_MIN_XFER_SIZE) P(_PC, REC_XFER_ALIGN)                  \
	P(_PC, ALLOC_SIZE_MIN) P(_PC, SYMLINK_MAX) P(_PC, 2_SYMLINKS)
SYS_CONSTS(PC, SYS_STRFLAG, PC_LIST);

#define RENAME_LIST(P, V)                                               \
	P(RENAME, NOREPLACE) P(RENAME, EXCHANGE) P(RENAME, WHITEOUT)
SYS_CONSTS(RENAME, SYS_MULTI, RENAME_LIST);

#define STAT(X, T)                                                      \
	X(F, T, st_dev) X(F, T, st_ino) X(F, T, st_nlink)               \
	X(F, T, st_mode) X(F, T, st_uid) X(F, T, st_gid)                \
	X(F, T, st_rdev) X(F, T, st_size) X(F, T, st_blksize)           \
	X(F, T, st_blocks) X(R, T, st_atime, st_atim.tv_sec)            \
	X(R, T, st_atime_nsec, st_atim.tv_nsec)                         \
	X(R, T, st_mtime, st_mtim.tv_sec)                               \
	X(R, T, st_mtime_nsec, st_mtim.tv_nsec)                         \
	X(R, T, st_ctime, st_ctim.tv_sec)                               \
	X(R, T, st_ctime_nsec, st_ctim.tv_nsec)
SYS_STRUCT(stat, "file", "st_", struct stat, STAT);

#define STATFS(X, T)                                                    \
	X(F, T, f_type) X(F, T, f_bsize) X(F, T, f_blocks)              \
	X(F, T, f_bfree) X(F, T, f_bavail) X(F, T, f_files)             \
	X(F, T, f_ffree) X(Q, T, f_fsid, f_fsid.__val)                   \
	X(F, T, f_namelen) X(F, T, f_frsize) X(F, T, f_flags)
SYS_STRUCT(statfs, "file", "f_", struct statfs, STATFS);

static int stat_result(lua_State *L, int r, int arg)
{
	if (r < 0)
		return sys_fail(L, errno);
	lua_settop(L, arg);
	return 1;
}

static int sys_stat(lua_State *L)
{
	const char *path = sys_checkpath(L, 1);
	struct stat *st = sys_outstruct(L, 2, &sys_layout_stat);

	return stat_result(L, stat(path, st), 2);
}

static int sys_lstat(lua_State *L)
{
	const char *path = sys_checkpath(L, 1);
	struct stat *st = sys_outstruct(L, 2, &sys_layout_stat);

	return stat_result(L, lstat(path, st), 2);
}

static int sys_fstat(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	struct stat *st = sys_outstruct(L, 2, &sys_layout_stat);

	return stat_result(L, fstat(fd, st), 2);
}

/* S.fstatat(directory, path [, stat [, flags]]) -> stat */
static int sys_fstatat(lua_State *L)
{
	int dir = sys_checkdir(L, 1);
	const char *path = sys_checkpath(L, 2);
	int flags = (int)sys_checkconst(L, 4, &sys_AT);
	struct stat *st = sys_outstruct(L, 3, &sys_layout_stat);

	return stat_result(L, fstatat(dir, path, st, flags), 3);
}

static int sys_statfs(lua_State *L)
{
	const char *path = sys_checkpath(L, 1);
	struct statfs *st = sys_outstruct(L, 2, &sys_layout_statfs);

	return stat_result(L, statfs(path, st), 2);
}

static int sys_fstatfs(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	struct statfs *st = sys_outstruct(L, 2, &sys_layout_statfs);

	return stat_result(L, fstatfs(fd, st), 2);
}

static int sys_access(lua_State *L)
{
	return sys_result(L, access(sys_checkpath(L, 1),
				    (int)sys_checkconst(L, 2, &sys_OK)));
}

static int sys_faccessat(lua_State *L)
{
	return sys_result(L, faccessat(sys_checkdir(L, 1),
				       sys_checkpath(L, 2),
				       (int)sys_checkconst(L, 3, &sys_OK),
				       (int)sys_checkconst(L, 4, &sys_AT)));
}

static mode_t check_mode(lua_State *L, int arg)
{
	return (mode_t)sys_checkconst(L, arg, &sys_MODE);
}

static int sys_chmod(lua_State *L)
{
	return sys_result(L, chmod(sys_checkpath(L, 1), check_mode(L, 2)));
}

static int sys_fchmod(lua_State *L)
{
	return sys_result(L, fchmod(sys_checkfd(L, 1), check_mode(L, 2)));
}

static int sys_fchmodat(lua_State *L)
{
	return sys_result(L, fchmodat(sys_checkdir(L, 1), sys_checkpath(L, 2),
				      check_mode(L, 3),
				      (int)sys_checkconst(L, 4, &sys_AT)));
}

static int sys_chown(lua_State *L)
{
	return sys_result(L, chown(sys_checkpath(L, 1),
				   (uid_t)sys_optint(L, 2, -1),
				   (gid_t)sys_optint(L, 3, -1)));
}

static int sys_lchown(lua_State *L)
{
	return sys_result(L, lchown(sys_checkpath(L, 1),
				    (uid_t)sys_optint(L, 2, -1),
				    (gid_t)sys_optint(L, 3, -1)));
}

static int sys_fchown(lua_State *L)
{
	return sys_result(L, fchown(sys_checkfd(L, 1),
				    (uid_t)sys_optint(L, 2, -1),
				    (gid_t)sys_optint(L, 3, -1)));
}

/* S.fchownat(directory, path, uid, gid [, flags]) -> true */
static int sys_fchownat(lua_State *L)
{
	return sys_result(L, fchownat(sys_checkdir(L, 1), sys_checkpath(L, 2),
				      (uid_t)sys_optint(L, 3, -1),
				      (gid_t)sys_optint(L, 4, -1),
				      (int)sys_checkconst(L, 5, &sys_AT)));
}

static int sys_link(lua_State *L)
{
	return sys_result(L, link(sys_checkpath(L, 1), sys_checkpath(L, 2)));
}

static int sys_linkat(lua_State *L)
{
	return sys_result(L, linkat(sys_checkdir(L, 1), sys_checkpath(L, 2),
				    sys_checkdir(L, 3), sys_checkpath(L, 4),
				    (int)sys_checkconst(L, 5, &sys_AT)));
}

static int sys_symlink(lua_State *L)
{
	return sys_result(L, symlink(sys_checkpath(L, 1), sys_checkpath(L, 2)));
}

static int sys_symlinkat(lua_State *L)
{
	return sys_result(L, symlinkat(sys_checkpath(L, 1), sys_checkdir(L, 2),
				       sys_checkpath(L, 3)));
}

static int push_link(lua_State *L, int dir, const char *path)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(dir, path, target, sizeof target);

	if (n < 0)
		return sys_fail(L, errno);
	lua_pushlstring(L, target, (size_t)n);
	return 1;
}

static int sys_readlink(lua_State *L)
{
	return push_link(L, AT_FDCWD, sys_checkpath(L, 1));
}

static int sys_readlinkat(lua_State *L)
{
	return push_link(L, sys_checkdir(L, 1), sys_checkpath(L, 2));
}

static int sys_rename(lua_State *L)
{
	return sys_result(L, rename(sys_checkpath(L, 1), sys_checkpath(L, 2)));
}

static int sys_renameat(lua_State *L)
{
	return sys_result(L, renameat(sys_checkdir(L, 1), sys_checkpath(L, 2),
				      sys_checkdir(L, 3), sys_checkpath(L, 4)));
}

/* S.renameat2(olddir, old, newdir, new [, flags]) -> true */
static int sys_renameat2(lua_State *L)
{
	return sys_result(L, syscall(SYS_renameat2, sys_checkdir(L, 1),
				     sys_checkpath(L, 2), sys_checkdir(L, 3),
				     sys_checkpath(L, 4),
				     (unsigned)sys_checkconst(L, 5,
							      &sys_RENAME)));
}

static int sys_unlink(lua_State *L)
{
	return sys_result(L, unlink(sys_checkpath(L, 1)));
}

static int sys_unlinkat(lua_State *L)
{
	return sys_result(L, unlinkat(sys_checkdir(L, 1), sys_checkpath(L, 2),
				      (int)sys_checkconst(L, 3, &sys_AT)));
}

static int sys_rmdir(lua_State *L)
{
	return sys_result(L, rmdir(sys_checkpath(L, 1)));
}

static int sys_mkdir(lua_State *L)
{
	return sys_result(L, mkdir(sys_checkpath(L, 1), check_mode(L, 2)));
}

static int sys_mkdirat(lua_State *L)
{
	return sys_result(L, mkdirat(sys_checkdir(L, 1), sys_checkpath(L, 2),
				     check_mode(L, 3)));
}

/* A device: a number, {major, minor}, or t.device */
static dev_t check_device(lua_State *L, int arg)
{
	dev_t dev;

	if (lua_isnoneornil(L, arg))
		return 0;
	if (lua_type(L, arg) != LUA_TTABLE)
		return (dev_t)sys_checkint(L, arg);
	if (lua_getfield(L, arg, "dev") != LUA_TNIL) {
		dev = (dev_t)sys_checkint(L, -1);
	} else {
		lua_geti(L, arg, 1);
		lua_geti(L, arg, 2);
		dev = makedev((unsigned)sys_checkint(L, -2),
			      (unsigned)sys_checkint(L, -1));
		lua_pop(L, 2);
	}
	lua_pop(L, 1);
	return dev;
}

static int sys_mknod(lua_State *L)
{
	return sys_result(L, mknod(sys_checkpath(L, 1),
				   (mode_t)sys_checkconst(L, 2, &sys_S_I),
				   check_device(L, 3)));
}

static int sys_mknodat(lua_State *L)
{
	return sys_result(L, mknodat(sys_checkdir(L, 1), sys_checkpath(L, 2),
				     (mode_t)sys_checkconst(L, 3, &sys_S_I),
				     check_device(L, 4)));
}

static int sys_mkfifo(lua_State *L)
{
	return sys_result(L, mkfifo(sys_checkpath(L, 1), check_mode(L, 2)));
}

static int sys_mkfifoat(lua_State *L)
{
	return sys_result(L, mkfifoat(sys_checkdir(L, 1), sys_checkpath(L, 2),
				      check_mode(L, 3)));
}

static int sys_chdir(lua_State *L)
{
	return sys_result(L, chdir(sys_checkpath(L, 1)));
}

static int sys_fchdir(lua_State *L)
{
	return sys_result(L, fchdir(sys_checkfd(L, 1)));
}

static int sys_chroot(lua_State *L)
{
	return sys_result(L, chroot(sys_checkpath(L, 1)));
}

static int sys_getcwd(lua_State *L)
{
	char path[PATH_MAX];

	if (!getcwd(path, sizeof path))
		return sys_fail(L, errno);
	lua_pushstring(L, path);
	return 1;
}

static int sys_umask(lua_State *L)
{
	lua_pushinteger(L, umask(check_mode(L, 1)));
	return 1;
}

static int fill_time(lua_State *L, struct timespec *ts)
{
	const struct timeval *tv;
	const char *word;
	struct sys_mem *m;

	ts->tv_sec = 0;
	ts->tv_nsec = UTIME_NOW;
	if (lua_isnil(L, -1))
		return 1;
	if (lua_type(L, -1) == LUA_TSTRING) {
		word = lua_tostring(L, -1);
		if (strcasecmp(word, "omit") == 0)
			ts->tv_nsec = UTIME_OMIT;
		else if (strcasecmp(word, "now") != 0)
			return luaL_error(L, "invalid flag %s", word);
		return 1;
	}
	m = sys_tomem(L, -1);
	if (m && m->layout == &sys_layout_timeval) {
		tv = sys_checkstruct(L, lua_gettop(L), &sys_layout_timeval);
		ts->tv_sec = tv->tv_sec;
		ts->tv_nsec = tv->tv_usec * 1000L;
		return 1;
	}
	*ts = *(struct timespec *)sys_checkstruct(L, lua_gettop(L),
						  &sys_layout_timespec);
	return 1;
}

/*
 * {access, modification}, each a number, timespec, timeval, "now" or "omit"; or
 * t.timespec2, t.timeval2
 */
static const struct timespec *check_times(lua_State *L, int arg,
					  struct timespec times[2])
{
	struct sys_mem *m = sys_tomem(L, arg);
	int i;

	if (lua_isnoneornil(L, arg))
		return NULL;
	if (!m)
		luaL_checktype(L, arg, LUA_TTABLE);
	for (i = 0; i < 2; i++) {
		lua_geti(L, arg, m ? i : i + 1);
		fill_time(L, &times[i]);
		lua_pop(L, 1);
	}
	return times;
}

#ifdef SYS_utimensat_time64 /* 32-bit machines, whose libc has 64-bit times */
#define UTIMENSAT SYS_utimensat_time64
#else
#define UTIMENSAT SYS_utimensat
#endif

/* S.utimensat(directory, path [, times [, flags]]) -> true */
static int sys_utimensat(lua_State *L)
{
	struct timespec times[2];
	int dir = sys_checkdir(L, 1);
	const char *path = sys_optpath(L, 2, NULL);

	return sys_result(L, syscall(UTIMENSAT, dir, path,
				     check_times(L, 3, times),
				     (int)sys_checkconst(L, 4, &sys_AT)));
}

static int sys_futimens(lua_State *L)
{
	struct timespec times[2];

	return sys_result(L, futimens(sys_checkfd(L, 1),
				      check_times(L, 2, times)));
}

#define FUNCTIONS(F, G) \
	F(stat) F(lstat) F(fstat) F(fstatat) F(statfs) F(fstatfs) \
	F(access) F(faccessat) F(chmod) F(fchmod) F(fchmodat) \
	F(chown) F(lchown) F(fchown) F(fchownat) F(link) F(linkat) \
	F(symlink) F(symlinkat) F(readlink) F(readlinkat) F(rename) \
	F(renameat) F(renameat2) F(unlink) F(unlinkat) F(rmdir) \
	F(mkdir) F(mkdirat) F(mknod) F(mknodat) F(mkfifo) F(mkfifoat) \
	F(chdir) F(fchdir) F(chroot) F(getcwd) F(umask) F(utimensat) \
	F(futimens) G(futimes, sys_futimens)
SYS_AREA(path, FUNCTIONS);
