/*
 * sys_xattr.c - extended attributes
 *
 * Layer: system call binding; no policy. Each function is for a path, for a
 * link itself (l...) or for a descriptor (f...).
 */

#include <errno.h>
#include <string.h>
#include <sys/xattr.h>

#include "sys.h"

#define XATTR_LIST(P, V) P(XATTR, CREATE) P(XATTR, REPLACE)
SYS_CONSTS(XATTR, SYS_MULTI, XATTR_LIST);

enum { FIRST_SIZE = 512 }; /* bytes, before the kernel is asked how many */

struct object {
	const char *path; /* NULL: fd */
	int fd, link;
};

static struct object check_object(lua_State *L, int kind)
{
	struct object o = {NULL, -1, kind == 'l'};

	if (kind == 'f')
		o.fd = sys_checkfd(L, 1);
	else
		o.path = sys_checkpath(L, 1);
	return o;
}

/* The value of name, or without one the list of names. */
static ssize_t get(const struct object *o, const char *name, char *to, size_t n)
{
	if (!name)
		return !o->path	 ? flistxattr(o->fd, to, n)
		       : o->link ? llistxattr(o->path, to, n)
				 : listxattr(o->path, to, n);
	return !o->path	 ? fgetxattr(o->fd, name, to, n)
	       : o->link ? lgetxattr(o->path, name, to, n)
			 : getxattr(o->path, name, to, n);
}

/* Leaves the bytes on the stack; their number, or -1. */
static ssize_t get_all(lua_State *L, const struct object *o, const char *name,
		       char **bytes)
{
	ssize_t n = FIRST_SIZE;

	for (;;) {
		size_t room = (size_t)n;

		*bytes = lua_newuserdatauv(L, room + 1, 0);
		n = get(o, name, *bytes, room);
		if (n >= 0 || errno != ERANGE)
			return n;
		n = get(o, name, NULL, 0); /* it may grow meanwhile: again */
		if (n < 0)
			return n;
		lua_pop(L, 1);
	}
}

static int push_value(lua_State *L, int kind)
{
	struct object o = check_object(L, kind);
	char *bytes;
	ssize_t n = get_all(L, &o, sys_checkpath(L, 2), &bytes);

	if (n < 0)
		return sys_fail(L, errno);
	lua_pushlstring(L, bytes, (size_t)n);
	return 1;
}

static int push_names(lua_State *L, int kind)
{
	struct object o = check_object(L, kind);
	lua_Integer i = 0;
	char *bytes, *name;
	ssize_t n = get_all(L, &o, NULL, &bytes);

	if (n < 0)
		return sys_fail(L, errno);
	lua_newtable(L);
	for (name = bytes; name < bytes + n; name += strlen(name) + 1) {
		lua_pushstring(L, name);
		lua_seti(L, -2, ++i);
	}
	return 1;
}

static int set(lua_State *L, int kind)
{
	struct object o = check_object(L, kind);
	const char *name = sys_checkpath(L, 2);
	size_t n;
	const void *value = sys_checkbytes(L, 3, &n);
	int flags = (int)sys_checkconst(L, 4, &sys_XATTR);

	return sys_result(L, !o.path  ? fsetxattr(o.fd, name, value, n, flags)
			     : o.link ? lsetxattr(o.path, name, value, n, flags)
				      : setxattr(o.path, name, value, n,
						 flags));
}

static int take(lua_State *L, int kind)
{
	struct object o = check_object(L, kind);
	const char *name = sys_checkpath(L, 2);

	return sys_result(L, !o.path  ? fremovexattr(o.fd, name)
			     : o.link ? lremovexattr(o.path, name)
				      : removexattr(o.path, name));
}

#define OF_KIND(prefix, kind)                                             \
	static int sys_##prefix##getxattr(lua_State *L)                   \
	{                                                                 \
		return push_value(L, kind);                               \
	}                                                                 \
	static int sys_##prefix##listxattr(lua_State *L)                  \
	{                                                                 \
		return push_names(L, kind);                               \
	}                                                                 \
	static int sys_##prefix##setxattr(lua_State *L)                   \
	{                                                                 \
		return set(L, kind);                                      \
	}                                                                 \
	static int sys_##prefix##removexattr(lua_State *L)                \
	{                                                                 \
		return take(L, kind);                                     \
	}
OF_KIND(, 'p')
OF_KIND(l, 'l')
OF_KIND(f, 'f')

#define FUNCTIONS(F, G)                                                   \
	F(getxattr) F(lgetxattr) F(fgetxattr) F(listxattr) F(llistxattr)  \
	F(flistxattr) F(setxattr) F(lsetxattr) F(fsetxattr)               \
	F(removexattr) F(lremovexattr) F(fremovexattr)
SYS_AREA(xattr, FUNCTIONS);
