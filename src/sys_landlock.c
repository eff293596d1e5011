/*
 * sys_landlock.c - a process takes rights from itself
 *
 * Layer: system call binding; no policy. Follows landlock(7); whole rule sets
 * in one call: lua/syscall/landlock.lua.
 */

#include <errno.h>
#include <linux/landlock.h>
#include <linux/unistd.h>
#include <string.h>
#include <unistd.h>

#include "sys.h"

#ifndef LANDLOCK_ACCESS_FS_TRUNCATE /* Linux 6.2 */
#define LANDLOCK_ACCESS_FS_TRUNCATE (1 << 14)
#endif
#ifndef LANDLOCK_ACCESS_FS_IOCTL_DEV /* Linux 6.10 */
#define LANDLOCK_ACCESS_FS_IOCTL_DEV (1 << 15)
#endif
#define ACCESS_FS_LIST(P, V)                                           \
	P(LANDLOCK_ACCESS_FS, EXECUTE) P(LANDLOCK_ACCESS_FS, WRITE_FILE) \
	P(LANDLOCK_ACCESS_FS, READ_FILE) P(LANDLOCK_ACCESS_FS, READ_DIR) \
	P(LANDLOCK_ACCESS_FS, REMOVE_DIR)                              \
	P(LANDLOCK_ACCESS_FS, REMOVE_FILE)                             \
	P(LANDLOCK_ACCESS_FS, MAKE_CHAR) P(LANDLOCK_ACCESS_FS, MAKE_DIR) \
	P(LANDLOCK_ACCESS_FS, MAKE_REG) P(LANDLOCK_ACCESS_FS, MAKE_SOCK) \
	P(LANDLOCK_ACCESS_FS, MAKE_FIFO)                               \
	P(LANDLOCK_ACCESS_FS, MAKE_BLOCK)                              \
	P(LANDLOCK_ACCESS_FS, MAKE_SYM) P(LANDLOCK_ACCESS_FS, REFER)   \
	P(LANDLOCK_ACCESS_FS, TRUNCATE) P(LANDLOCK_ACCESS_FS, IOCTL_DEV)
SYS_CONSTS(LANDLOCK_ACCESS_FS, SYS_MULTI, ACCESS_FS_LIST);

#define ACCESS_NET_LIST(P, V) V(BIND_TCP, 1) V(CONNECT_TCP, 2) /* 6.7 */
SYS_CONSTS(LANDLOCK_ACCESS_NET, SYS_MULTI, ACCESS_NET_LIST);

#define SCOPE_LIST(P, V) V(ABSTRACT_UNIX_SOCKET, 1) V(SIGNAL, 2) /* 6.12 */
SYS_CONSTS(LANDLOCK_SCOPE, SYS_MULTI, SCOPE_LIST);

#define CREATE_RULESET_LIST(P, V)                                      \
	P(LANDLOCK_CREATE_RULESET, VERSION) V(ERRATA, 2)
SYS_CONSTS(LANDLOCK_CREATE_RULESET, SYS_MULTI, CREATE_RULESET_LIST);

#define RULE_LIST(P, V) P(LANDLOCK_RULE, PATH_BENEATH) V(NET_PORT, 2)
SYS_CONSTS(LANDLOCK_RULE, SYS_STRFLAG, RULE_LIST);

/* Headers of Linux 6.1 end after the first; older kernels take zeros. */
struct ruleset_attr {
	uint64_t handled_access_fs;
	uint64_t handled_access_net; /* Linux 6.7 */
	uint64_t scoped;	     /* Linux 6.12 */
};

struct net_port_attr { /* Linux 6.7 */
	uint64_t allowed_access;
	uint64_t port;
};

#define RULESET_ATTR(X, T) \
	X(F, T, handled_access_fs) X(F, T, handled_access_net) X(F, T, scoped)
SYS_STRUCT(landlock_ruleset_attr, "options", "", struct ruleset_attr,
	   RULESET_ATTR);

#define PATH_BENEATH_ATTR(X, T) X(F, T, allowed_access) X(F, T, parent_fd)
SYS_STRUCT(landlock_path_beneath_attr, "options", "",
	   struct landlock_path_beneath_attr, PATH_BENEATH_ATTR);

#define NET_PORT_ATTR(X, T) X(F, T, allowed_access) X(F, T, port)
SYS_STRUCT(landlock_net_port_attr, "options", "", struct net_port_attr,
	   NET_PORT_ATTR);

/*
 * S.landlock_create_ruleset{handled_access_fs, handled_access_net, scoped}
 * -> fd; S.landlock_create_ruleset(nil, "version") -> number
 */
static int sys_landlock_create_ruleset(lua_State *L)
{
	unsigned flags = (unsigned)sys_checkconst(
		L, 2, &sys_LANDLOCK_CREATE_RULESET);
	const void *attr;

	if (flags) {
		luaL_argexpected(L, lua_isnil(L, 1), 1, "nil beside flags");
		return sys_integer(L, syscall(__NR_landlock_create_ruleset,
					      NULL, 0L, flags));
	}
	lua_settop(L, 1);
	attr = sys_checkstruct(L, 1, &sys_layout_landlock_ruleset_attr);
	return sys_pushfd(L, (int)syscall(__NR_landlock_create_ruleset, attr,
					  sizeof(struct ruleset_attr), 0));
}

/* S.landlock_add_rule(ruleset, "path_beneath" or "net_port", {...}) -> true */
static int sys_landlock_add_rule(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	int type = (int)sys_checkconst(L, 2, &sys_LANDLOCK_RULE);
	unsigned flags = (unsigned)sys_optint(L, 4, 0);
	const void *attr;

	lua_settop(L, 3);
	attr = sys_checkstruct(L, 3,
			       type == LANDLOCK_RULE_PATH_BENEATH
				       ? &sys_layout_landlock_path_beneath_attr
				       : &sys_layout_landlock_net_port_attr);
	return sys_result(L, syscall(__NR_landlock_add_rule, fd, type, attr,
				     flags));
}

/* S.landlock_restrict_self(ruleset [, flags]) -> true */
static int sys_landlock_restrict_self(lua_State *L)
{
	return sys_result(L, syscall(__NR_landlock_restrict_self,
				     sys_checkfd(L, 1),
				     (unsigned)sys_optint(L, 2, 0)));
}

#define FUNCTIONS(F, G) \
	F(landlock_create_ruleset) F(landlock_add_rule) \
	F(landlock_restrict_self)
SYS_AREA(landlock, FUNCTIONS);
