/*
 * sys_fsmount.c - mounting step by step, with descriptors
 *
 * Layer: system call binding; no policy. fsopen, fsconfig ..., fsmount make a
 * mount that has no place yet, move_mount gives it one; open_tree takes one
 * up. A failed step is explained in words by reading the fsopen descriptor.
 * Follows Linux's Documentation/filesystems/mount_api.rst, mount_setattr(2).
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h> /* not beside sys/mount.h */
#include <linux/unistd.h>
#include <unistd.h>

#include "sys.h"

#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif

#define FSOPEN_LIST(P, V) P(FSOPEN, CLOEXEC)
SYS_CONSTS(FSOPEN, SYS_MULTI, FSOPEN_LIST);

#define FSMOUNT_LIST(P, V) P(FSMOUNT, CLOEXEC)
SYS_CONSTS(FSMOUNT, SYS_MULTI, FSMOUNT_LIST);

#define FSPICK_LIST(P, V)                                              \
	P(FSPICK, CLOEXEC) P(FSPICK, SYMLINK_NOFOLLOW)                 \
	P(FSPICK, NO_AUTOMOUNT) P(FSPICK, EMPTY_PATH)
SYS_CONSTS(FSPICK, SYS_MULTI, FSPICK_LIST);

#define FSCONFIG_LIST(P, V)                                            \
	P(FSCONFIG, SET_FLAG) P(FSCONFIG, SET_STRING)                  \
	P(FSCONFIG, SET_BINARY) P(FSCONFIG, SET_PATH)                  \
	P(FSCONFIG, SET_PATH_EMPTY) P(FSCONFIG, SET_FD)                \
	P(FSCONFIG, CMD_CREATE) P(FSCONFIG, CMD_RECONFIGURE)           \
	V(CMD_CREATE_EXCL, 8) /* Linux 6.6 */
SYS_CONSTS(FSCONFIG, SYS_STRFLAG, FSCONFIG_LIST);

#define MOUNT_ATTR_LIST(P, V)                                          \
	P(MOUNT_ATTR, RDONLY) P(MOUNT_ATTR, NOSUID)                    \
	P(MOUNT_ATTR, NODEV) P(MOUNT_ATTR, NOEXEC)                     \
	P(MOUNT_ATTR, _ATIME) P(MOUNT_ATTR, RELATIME)                  \
	P(MOUNT_ATTR, NOATIME) P(MOUNT_ATTR, STRICTATIME)              \
	P(MOUNT_ATTR, NODIRATIME) P(MOUNT_ATTR, IDMAP)                 \
	P(MOUNT_ATTR, NOSYMFOLLOW)
SYS_CONSTS(MOUNT_ATTR, SYS_MULTI, MOUNT_ATTR_LIST);

#ifndef MOVE_MOUNT_BENEATH /* Linux 6.5 */
#define MOVE_MOUNT_BENEATH 0x200
#endif
#define MOVE_MOUNT_LIST(P, V)                                          \
	P(MOVE_MOUNT, F_SYMLINKS) P(MOVE_MOUNT, F_AUTOMOUNTS)          \
	P(MOVE_MOUNT, F_EMPTY_PATH) P(MOVE_MOUNT, T_SYMLINKS)          \
	P(MOVE_MOUNT, T_AUTOMOUNTS) P(MOVE_MOUNT, T_EMPTY_PATH)        \
	P(MOVE_MOUNT, SET_GROUP) P(MOVE_MOUNT, BENEATH)
SYS_CONSTS(MOVE_MOUNT, SYS_MULTI, MOVE_MOUNT_LIST);

#define OPEN_TREE_LIST(P, V)                                           \
	V(CLONE, OPEN_TREE_CLONE) V(CLOEXEC, OPEN_TREE_CLOEXEC)        \
	V(RECURSIVE, AT_RECURSIVE) V(EMPTY_PATH, AT_EMPTY_PATH)        \
	V(NO_AUTOMOUNT, AT_NO_AUTOMOUNT)                               \
	V(SYMLINK_NOFOLLOW, AT_SYMLINK_NOFOLLOW)
SYS_CONSTS(OPEN_TREE, SYS_MULTI, OPEN_TREE_LIST);

#define MOUNT_ATTR_FIELDS(X, T)                                        \
	X(F, T, attr_set) X(F, T, attr_clr) X(F, T, propagation)       \
	X(F, T, userns_fd)
SYS_STRUCT(mount_attr, "options", "", struct mount_attr, MOUNT_ATTR_FIELDS);

/* S.fsopen(type [, flags]) -> fd */
static int sys_fsopen(lua_State *L)
{
	const char *type = sys_checkpath(L, 1);
	unsigned flags = (unsigned)sys_checkconst(L, 2, &sys_FSOPEN);

	return sys_pushfd(L, (int)syscall(__NR_fsopen, type,
					  flags | FSOPEN_CLOEXEC));
}

/*
 * S.fsconfig(fd, command [, key [, value [, aux]]]) -> true. What the value is
 * follows from the command: nothing, a string, bytes, a path (aux: its
 * directory), or a descriptor.
 */
static int sys_fsconfig(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	int command = (int)sys_checkconst(L, 2, &sys_FSCONFIG);
	const char *key = sys_optpath(L, 3, NULL);
	const void *value = NULL;
	size_t size;
	int aux = 0;

	switch (command) {
	case FSCONFIG_SET_STRING:
		value = sys_checkpath(L, 4);
		break;
	case FSCONFIG_SET_BINARY:
		value = sys_checkbytes(L, 4, &size);
		luaL_argcheck(L, size <= 1024 * 1024, 4, "too long");
		aux = (int)size;
		break;
	case FSCONFIG_SET_PATH:
	case FSCONFIG_SET_PATH_EMPTY:
		value = sys_checkpath(L, 4);
		aux = sys_checkdir(L, 5);
		break;
	case FSCONFIG_SET_FD:
		aux = sys_checkfd(L, 4);
		break;
	}
	return sys_result(L, syscall(__NR_fsconfig, fd, command, key, value,
				     aux));
}

/* S.fsmount(fd [, flags [, attributes]]) -> fd of the mount */
static int sys_fsmount(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	unsigned flags = (unsigned)sys_checkconst(L, 2, &sys_FSMOUNT);
	unsigned attributes = (unsigned)sys_checkconst(L, 3, &sys_MOUNT_ATTR);

	return sys_pushfd(L, (int)syscall(__NR_fsmount, fd,
					  flags | FSMOUNT_CLOEXEC,
					  attributes));
}

/* S.fspick(directory, path [, flags]) -> fd to reconfigure a mount with */
static int sys_fspick(lua_State *L)
{
	int dir = sys_checkdir(L, 1);
	const char *path = sys_checkpath(L, 2);
	unsigned flags = (unsigned)sys_checkconst(L, 3, &sys_FSPICK);

	return sys_pushfd(L, (int)syscall(__NR_fspick, dir, path,
					  flags | FSPICK_CLOEXEC));
}

/*
 * S.move_mount(from, from path, to, to path [, flags]) -> true. A nil path is
 * the descriptor itself.
 */
static int sys_move_mount(lua_State *L)
{
	int from = sys_checkdir(L, 1), to = sys_checkdir(L, 3);
	const char *from_path = sys_optpath(L, 2, "");
	const char *to_path = sys_optpath(L, 4, "");
	unsigned flags = (unsigned)sys_checkconst(L, 5, &sys_MOVE_MOUNT);

	if (!*from_path)
		flags |= MOVE_MOUNT_F_EMPTY_PATH;
	if (!*to_path)
		flags |= MOVE_MOUNT_T_EMPTY_PATH;
	return sys_result(L, syscall(__NR_move_mount, from, from_path, to,
				     to_path, flags));
}

/* S.open_tree(directory, path [, flags]) -> fd; "clone": a mount of its own */
static int sys_open_tree(lua_State *L)
{
	int dir = sys_checkdir(L, 1);
	const char *path = sys_optpath(L, 2, "");
	unsigned flags = (unsigned)sys_checkconst(L, 3, &sys_OPEN_TREE);

	if (!*path)
		flags |= AT_EMPTY_PATH;
	return sys_pushfd(L, (int)syscall(__NR_open_tree, dir, path,
					  flags | OPEN_TREE_CLOEXEC));
}

/*
 * S.mount_setattr(directory, path, flags, {attr_set, attr_clr, propagation,
 * userns_fd}) -> true; flags as open_tree's: "recursive"
 */
static int sys_mount_setattr(lua_State *L)
{
	int dir = sys_checkdir(L, 1);
	const char *path = sys_optpath(L, 2, "");
	unsigned flags = (unsigned)sys_checkconst(L, 3, &sys_OPEN_TREE);
	const void *attr;

	lua_settop(L, 4);
	attr = sys_checkstruct(L, 4, &sys_layout_mount_attr);
	if (!*path)
		flags |= AT_EMPTY_PATH;
	return sys_result(L, syscall(__NR_mount_setattr, dir, path, flags,
				     attr, sizeof(struct mount_attr)));
}

#define FUNCTIONS(F, G) \
	F(fsopen) F(fsconfig) F(fsmount) F(fspick) F(move_mount) \
	F(open_tree) F(mount_setattr)
SYS_AREA(fsmount, FUNCTIONS);
