/*
 * fs_dir.c - a whole directory, a whole status, in one call each
 *
 * Layer: accelerator for lua/fs/ and the file applets; no policy. S.getdents
 * and S.fstatat are the system calls themselves, one object an entry; walking a
 * tree or listing it needs names and plain tables by the thousand. Lua side:
 * fs.dir in lua/meta/fs.lua.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <lauxlib.h>
#include <lua.h>

#include "sys.h"
#include "vm.h"

struct kernel_dirent { /* getdents64(2): not in any header of user space */
	uint64_t ino;
	int64_t off;
	unsigned short reclen;
	unsigned char type;
	char name[];
};

static const char *type_name(unsigned type) /* DT_..., S_IF... >> 12 */
{
	switch (type) {
	case S_IFREG >> 12: return "file";
	case S_IFDIR >> 12: return "directory";
	case S_IFLNK >> 12: return "link";
	case S_IFCHR >> 12: return "char";
	case S_IFBLK >> 12: return "block";
	case S_IFIFO >> 12: return "fifo";
	case S_IFSOCK >> 12: return "socket";
	default: return NULL;
	}
}

/* dir.list(fd) -> names, types | nil, err. Two arrays of the entries but . and
 * .., in the directory's order; a type is false where the file system does not
 * tell it. */
static int dir_list(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	_Alignas(struct kernel_dirent) char block[32768];
	lua_Integer n = 0;

	lua_newtable(L);
	lua_newtable(L);
	for (;;) {
		long got = syscall(SYS_getdents64, fd, block, sizeof(block));

		if (got < 0)
			return sys_fail(L, errno);
		if (got == 0)
			return 2;
		for (long at = 0; at < got;) {
			const struct kernel_dirent *d = (const void *)
				(block + at);
			const char *name = d->name, *type;

			at += d->reclen;
			if (d->ino == 0 || (name[0] == '.' && (!name[1] ||
					(name[1] == '.' && !name[2]))))
				continue;
			n++;
			lua_pushstring(L, name);
			lua_rawseti(L, -3, n);
			type = type_name(d->type);
			if (type)
				lua_pushstring(L, type);
			else
				lua_pushboolean(L, 0);
			lua_rawseti(L, -2, n);
		}
	}
}

static void set(lua_State *L, const char *name, lua_Integer value)
{
	lua_pushinteger(L, value);
	lua_setfield(L, -2, name);
}

/* dir.status(directory fd or nil, name [, follow]) -> table | nil, err. Without
 * follow a symbolic link is told of itself. An empty name is the fd itself. */
static int dir_status(lua_State *L)
{
	int fd = lua_isnoneornil(L, 1) ? AT_FDCWD : sys_checkfd(L, 1);
	const char *name = sys_checkpath(L, 2), *type;
	int flags = lua_toboolean(L, 3) ? 0 : AT_SYMLINK_NOFOLLOW;
	struct stat st;

	if (!*name && fd != AT_FDCWD ? fstat(fd, &st) != 0 :
			fstatat(fd, name, &st, flags) != 0)
		return sys_fail(L, errno);
	lua_createtable(L, 0, 15); /* one more field would double it */
	type = type_name((st.st_mode & S_IFMT) >> 12);
	lua_pushstring(L, type ? type : "unknown");
	lua_setfield(L, -2, "type");
	set(L, "mode", st.st_mode & 07777);
	set(L, "dev", (lua_Integer)st.st_dev);
	set(L, "ino", (lua_Integer)st.st_ino);
	set(L, "nlink", (lua_Integer)st.st_nlink);
	set(L, "uid", st.st_uid);
	set(L, "gid", st.st_gid);
	set(L, "size", st.st_size);
	set(L, "blocks", st.st_blocks); /* of 512 bytes */
	set(L, "atime", st.st_atim.tv_sec);
	set(L, "mtime", st.st_mtim.tv_sec);
	set(L, "ctime", st.st_ctim.tv_sec);
	set(L, "atime_nsec", st.st_atim.tv_nsec);
	set(L, "mtime_nsec", st.st_mtim.tv_nsec);
	set(L, "ctime_nsec", st.st_ctim.tv_nsec);
	if (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode)) {
		set(L, "rdev", (lua_Integer)st.st_rdev);
		set(L, "major", major(st.st_rdev));
		set(L, "minor", minor(st.st_rdev));
	}
	return 1;
}

static const luaL_Reg functions[] = {
	{"list", dir_list},
	{"status", dir_status},
	{NULL, NULL},
};

static int luaopen_fs_dir(lua_State *L)
{
	luaL_newlib(L, functions);
	return 1;
}

VM_MODULE("fs.dir", luaopen_fs_dir);
