/*
 * sys_fd.c - descriptor objects
 *
 * Layer: mechanism. An fd object owns its descriptor: collected, closed, or
 * left by a <close> variable, the descriptor is closed once. Its methods are
 * S's functions of the same name (fd:read is S.read).
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "sys.h"

static const char tag;

struct fd_object {
	const void *tag;
	int fd;
	int sequence; /* netlink's */
	int keep;     /* the collector leaves it open */
};

/* S's functions that take a descriptor first */
static const char methods[] =
	"dup\0dup2\0dup3\0read\0write\0pread\0pwrite\0lseek\0fchdir\0fsync\0"
	"fdatasync\0fstat\0fcntl\0fchmod\0bind\0listen\0connect\0accept\0"
	"getsockname\0getpeername\0send\0sendto\0recv\0recvfrom\0readv\0"
	"writev\0sendmsg\0recvmsg\0setsockopt\0epoll_ctl\0epoll_wait\0"
	"sendfile\0getdents\0ftruncate\0shutdown\0getsockopt\0"
	"inotify_add_watch\0inotify_rm_watch\0inotify_read\0flistxattr\0"
	"fsetxattr\0fgetxattr\0fremovexattr\0fxattr\0splice\0vmsplice\0tee\0"
	"timerfd_gettime\0timerfd_settime\0fadvise\0fallocate\0"
	"posix_fallocate\0readahead\0sync_file_range\0fstatfs\0futimens\0"
	"futimes\0fstatat\0unlinkat\0mkdirat\0mknodat\0faccessat\0fchmodat\0"
	"fchown\0fchownat\0readlinkat\0setns\0openat\0accept4\0preadv\0"
	"pwritev\0epoll_pwait\0ioctl\0flock\0fpathconf\0grantpt\0unlockpt\0"
	"ptsname\0tcgetattr\0tcsetattr\0isatty\0tcsendbreak\0tcdrain\0"
	"tcflush\0tcflow\0tcgetsid\0sendmmsg\0recvmmsg\0syncfs\0"
	"copy_file_range\0pidfd_send_signal\0signalfd_read\0timerfd_read\0"
	"eventfd_read\0eventfd_write\0fsconfig\0fsmount\0fspick\0"
	"move_mount\0open_tree\0mount_setattr\0openat2\0statx\0"
	"faccessat2\0preadv2\0pwritev2\0cachestat\0name_to_handle_at\0"
	"open_by_handle_at\0execveat\0epoll_pwait2\0landlock_add_rule\0"
	"landlock_restrict_self\0fanotify_mark\0fanotify_read\0"
	"fanotify_respond\0pidfd_getfd\0process_madvise\0"
	"process_mrelease\0seccomp_notify_receive\0"
	"seccomp_notify_respond\0seccomp_notify_id_valid\0"
	"seccomp_notify_addfd\0quotactl_fd\0linkat\0renameat\0"
	"renameat2\0mkfifoat\0utimensat\0receive\0attach_filter\0"
	"finit_module\0tcgetpgrp\0tcsetpgrp\0tcgetwinsize\0"
	"tcsetwinsize\0";

/* methods without the f of the function: fd:stat is S.fstat */
static const char short_names[] =
	"stat\0chdir\0sync\0datasync\0chmod\0setxattr\0getxattr\0truncate\0"
	"statfs\0utimens\0utimes\0chown\0pathconf\0lock\0";

static int in_list(const char *list, const char *name)
{
	for (; *list; list += strlen(list) + 1)
		if (strcmp(list, name) == 0)
			return 1;
	return 0;
}

static struct fd_object *to_fd(lua_State *L, int arg)
{
	struct fd_object *o = lua_touserdata(L, arg);

	/* a light one, whose address says nothing, has no length */
	return o && lua_rawlen(L, arg) == sizeof *o && o->tag == &tag ? o
								       : NULL;
}

static struct fd_object *check_object(lua_State *L, int arg)
{
	struct fd_object *o = to_fd(L, arg);

	if (!o)
		luaL_typeerror(L, arg, "fd");
	return o;
}

int sys_isfd(lua_State *L, int arg)
{
	return to_fd(L, arg) != NULL;
}

int sys_checkfd(lua_State *L, int arg)
{
	struct fd_object *o = to_fd(L, arg);

	if (o)
		return o->fd;
	if (lua_type(L, arg) != LUA_TNUMBER)
		luaL_typeerror(L, arg, "fd or number");
	return (int)sys_checkint(L, arg);
}

int sys_optfd(lua_State *L, int arg, int absent)
{
	return lua_isnoneornil(L, arg) ? absent : sys_checkfd(L, arg);
}

int sys_takefd(lua_State *L, int arg)
{
	struct fd_object *o = to_fd(L, arg);
	int fd = sys_checkfd(L, arg);

	if (o)
		o->fd = -1;
	return fd;
}

static int fd_getfd(lua_State *L)
{
	lua_pushinteger(L, check_object(L, 1)->fd);
	return 1;
}

static int fd_nogc(lua_State *L)
{
	check_object(L, 1)->keep = 1;
	lua_settop(L, 1);
	return 1;
}

static int fd_seq(lua_State *L)
{
	lua_pushinteger(L, ++check_object(L, 1)->sequence);
	return 1;
}

/* The descriptor is gone even where close(2) reports an error. */
static int close_object(struct fd_object *o)
{
	int fd = o->fd;

	o->fd = -1;
	return fd < 0 ? 0 : close(fd);
}

/* S.close(fd object or number) -> true */
static int sys_close(lua_State *L)
{
	struct fd_object *o = to_fd(L, 1);

	return sys_result(L, o ? close_object(o) : close(sys_checkfd(L, 1)));
}

static int fd_gc(lua_State *L)
{
	struct fd_object *o = to_fd(L, 1);

	if (o && !o->keep)
		close_object(o);
	return 0;
}

static int fd_leave(lua_State *L) /* __close: (fd, error) */
{
	close_object(check_object(L, 1));
	return 0;
}

static int change_status(lua_State *L, int set, int clear)
{
	int fd = check_object(L, 1)->fd;
	int flags = fcntl(fd, F_GETFL);

	return sys_result(L, flags < 0 ? -1
				       : fcntl(fd, F_SETFL,
					       (flags | set) & ~clear));
}

static int fd_nonblock(lua_State *L)
{
	return change_status(L, O_NONBLOCK, 0);
}

static int fd_block(lua_State *L)
{
	return change_status(L, 0, O_NONBLOCK);
}

static int fd_tell(lua_State *L)
{
	return sys_integer(L, lseek(check_object(L, 1)->fd, 0, SEEK_CUR));
}

/* fd:mmap(addr, length, prot, flags, offset) */
static int fd_mmap(lua_State *L)
{
	lua_settop(L, 6);
	sys_pushS(L);
	lua_getfield(L, -1, "mmap");
	lua_replace(L, -2);
	lua_pushvalue(L, 2);
	lua_pushvalue(L, 3);
	lua_pushvalue(L, 4);
	lua_pushvalue(L, 5);
	lua_pushvalue(L, 1);
	lua_pushvalue(L, 6);
	lua_call(L, 6, LUA_MULTRET);
	return lua_gettop(L) - 6;
}

static int fd_tostring(lua_State *L)
{
	lua_pushfstring(L, "fd %d", check_object(L, 1)->fd);
	return 1;
}

static const luaL_Reg own_methods[] = {
	{"getfd", fd_getfd}, {"nogc", fd_nogc},
	{"seq", fd_seq},     {"nonblock", fd_nonblock},
	{"block", fd_block}, {"tell", fd_tell},
	{"mmap", fd_mmap},   {"close", sys_close},
	{NULL, NULL},
};

static void push_method(lua_State *L, const char *name)
{
	const luaL_Reg *own;

	for (own = own_methods; own->name; own++) {
		if (strcmp(own->name, name) == 0) {
			lua_pushcfunction(L, own->func);
			return;
		}
	}
	sys_pushS(L);
	if (in_list(methods, name) || strcmp(name, "lockf") == 0)
		lua_getfield(L, -1, name);
	else if (strcmp(name, "seek") == 0)
		lua_getfield(L, -1, "lseek");
	else if (in_list(short_names, name)) {
		lua_pushfstring(L, "f%s", name);
		lua_gettable(L, -2);
	} else
		lua_pushnil(L);
}

/* Upvalue 1: the methods asked for so far. */
static int fd_index(lua_State *L)
{
	struct fd_object *o = to_fd(L, 1);
	const char *name;

	lua_pushvalue(L, 2);
	if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
		return 1;
	name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
	if (o && strcmp(name, "filenum") == 0) {
		lua_pushinteger(L, o->fd);
	} else if (o && strcmp(name, "sequence") == 0) {
		lua_pushinteger(L, o->sequence);
	} else {
		push_method(L, name);
		lua_pushvalue(L, 2);
		lua_pushvalue(L, -2);
		lua_rawset(L, lua_upvalueindex(1));
	}
	return 1;
}

static void push_metatable(lua_State *L)
{
	static const luaL_Reg meta[] = {
		{"__gc", fd_gc},
		{"__close", fd_leave},
		{"__tostring", fd_tostring},
		{NULL, NULL},
	};

	if (lua_rawgetp(L, LUA_REGISTRYINDEX, &tag) != LUA_TNIL)
		return;
	lua_pop(L, 1);
	luaL_newlib(L, meta);
	lua_newtable(L);
	lua_pushcclosure(L, fd_index, 1);
	lua_setfield(L, -2, "__index");
	lua_pushliteral(L, "fd");
	lua_setfield(L, -2, "__name");
	lua_pushvalue(L, -1);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &tag);
}

void sys_setmethods(lua_State *L, int index, const char *name)
{
	index = lua_absindex(L, index);
	push_metatable(L);
	lua_createtable(L, 0, 5);
	lua_getfield(L, -2, "__gc");
	lua_setfield(L, -2, "__gc");
	lua_getfield(L, -2, "__close");
	lua_setfield(L, -2, "__close");
	lua_getfield(L, -2, "__tostring");
	lua_setfield(L, -2, "__tostring");
	lua_pushstring(L, name);
	lua_setfield(L, -2, "__name");
	lua_pushvalue(L, -3);
	lua_setfield(L, -2, "__index");
	lua_setmetatable(L, index);
	lua_pop(L, 2);
}

static void push_object(lua_State *L, int fd)
{
	struct fd_object *o = lua_newuserdatauv(L, sizeof *o, 0);

	o->tag = &tag;
	o->fd = fd;
	o->sequence = 0;
	o->keep = 0;
	push_metatable(L);
	lua_setmetatable(L, -2);
}

/*
 * The object could not be made for want of memory: the descriptor must not
 * stay behind, so the allocation happens under protection.
 */
static int make_object(lua_State *L)
{
	push_object(L, (int)lua_tointeger(L, 1));
	return 1;
}

int sys_pushfd(lua_State *L, int fd)
{
	if (fd < 0)
		return sys_fail(L, errno);
	lua_pushcfunction(L, make_object);
	lua_pushinteger(L, fd);
	if (lua_pcall(L, 1, 1, 0) != LUA_OK) {
		close(fd);
		lua_error(L);
	}
	return 1;
}

void sys_newfd(lua_State *L)
{
	push_object(L, -1);
}

int sys_setfd(lua_State *L, int fd)
{
	struct fd_object *o = lua_touserdata(L, -1);

	if (fd < 0)
		return sys_fail(L, errno);
	o->fd = fd;
	return 1;
}

/* t.fd([number or fd object]) */
static int new_fd(lua_State *L)
{
	if (sys_isfd(L, 1))
		lua_settop(L, 1);
	else
		push_object(L, (int)sys_optint(L, 1, -1));
	return 1;
}

void sys_push_fdtype(lua_State *L)
{
	lua_pushcfunction(L, new_fd);
}

#define FUNCTIONS(F, G) \
	F(close)
SYS_AREA(fd, FUNCTIONS);
