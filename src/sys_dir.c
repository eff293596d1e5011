/*
 * sys_dir.c - reading directories
 *
 * Layer: system call binding; no policy. The kernel's getdents64(2), not
 * libc's readdir: its records, and no state beside the descriptor.
 */

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys.h"

#define DEFAULT_SIZE 4096
#define MAX_SIZE (1024 * 1024)

extern const struct sys_consts sys_DT;

struct kernel_dirent { /* getdents64(2): not in any header of user space */
	uint64_t ino;
	int64_t off;
	unsigned short reclen;
	unsigned char type;
	char name[];
};

static const char tag;

struct entry {
	const void *tag;
	uint64_t ino;
	int64_t off;
	unsigned short reclen;
	unsigned char type;
};

static struct entry *check_entry(lua_State *L)
{
	struct entry *e = lua_touserdata(L, 1);

	if (lua_type(L, 1) != LUA_TUSERDATA || lua_rawlen(L, 1) != sizeof *e ||
	    e->tag != &tag)
		luaL_typeerror(L, 1, "dirent");
	return e;
}

/* d.name, d.type, d.DIR ... */
static int entry_index(lua_State *L)
{
	struct entry *e = check_entry(L);
	const char *key = luaL_checkstring(L, 2);
	const char *name = sys_constnames(&sys_DT);
	unsigned i;

	if (strcmp(key, "name") == 0) {
		lua_getiuservalue(L, 1, 1);
	} else if (strcmp(key, "type") == 0) {
		lua_pushinteger(L, e->type);
	} else if (strcmp(key, "ino") == 0) {
		lua_pushinteger(L, (lua_Integer)e->ino);
	} else if (strcmp(key, "off") == 0) {
		lua_pushinteger(L, e->off);
	} else if (strcmp(key, "reclen") == 0) {
		lua_pushinteger(L, e->reclen);
	} else if (strcmp(key, "toif") == 0) {
		lua_pushinteger(L, e->type << 12);
	} else {
		for (i = 0; i < sys_DT.count; i++) {
			if (strcmp(name, key) == 0) {
				lua_pushboolean(L,
						sys_constvalue(&sys_DT, i) == e->type);
				return 1;
			}
			name += strlen(name) + 1;
		}
		return luaL_error(L, "invalid index %s", key);
	}
	return 1;
}

static int entry_len(lua_State *L)
{
	lua_pushinteger(L, check_entry(L)->reclen);
	return 1;
}

static void push_entry(lua_State *L, const struct kernel_dirent *d)
{
	static const luaL_Reg meta[] = {
		{"__index", entry_index},
		{"__len", entry_len},
		{NULL, NULL},
	};
	struct entry *e = lua_newuserdatauv(L, sizeof *e, 1);

	e->tag = &tag;
	e->ino = d->ino;
	e->off = d->off;
	e->reclen = d->reclen;
	e->type = d->type;
	lua_pushstring(L, d->name);
	lua_setiuservalue(L, -2, 1);
	if (lua_rawgetp(L, LUA_REGISTRYINDEX, &tag) == LUA_TNIL) {
		lua_pop(L, 1);
		luaL_newlib(L, meta);
		lua_pushvalue(L, -1);
		lua_rawsetp(L, LUA_REGISTRYINDEX, &tag);
	}
	lua_setmetatable(L, -2);
}

/* Upvalues: the buffer, the bytes in it, where the next record begins. */
static int next_entry(lua_State *L)
{
	size_t size;
	const char *bytes = sys_checkbuffer(L, lua_upvalueindex(1), &size);
	lua_Integer end = lua_tointeger(L, lua_upvalueindex(2));
	lua_Integer at = lua_tointeger(L, lua_upvalueindex(3));
	const struct kernel_dirent *d;

	do {
		if (at >= end)
			return 0;
		d = (const struct kernel_dirent *)(const void *)(bytes + at);
		at += d->reclen;
	} while (d->ino == 0);
	lua_pushinteger(L, at);
	lua_copy(L, -1, lua_upvalueindex(3));
	push_entry(L, d);
	return 1;
}

/*
 * S.getdents(fd [, buffer [, size]]) -> iterator over one call's worth of
 * t.dirent; nil, nil at the end of the directory
 */
static int sys_getdents(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	long long want = sys_optint(L, 3, DEFAULT_SIZE);
	size_t size;
	void *buffer;
	long n;

	luaL_argcheck(L, want > 0 && want <= MAX_SIZE, 3, "size out of range");
	if (lua_isnoneornil(L, 2)) {
		lua_settop(L, 1);
		sys_newmem(L, &sys_layout_char, (size_t)want);
	}
	buffer = sys_checkbuffer(L, 2, &size);
	n = syscall(SYS_getdents64, fd, buffer,
		    size < (size_t)want ? size : (size_t)want);
	if (n < 0)
		return sys_fail(L, errno);
	if (n == 0) {
		lua_pushnil(L);
		lua_pushnil(L);
		return 2;
	}
	lua_pushvalue(L, 2);
	lua_pushinteger(L, n);
	lua_pushinteger(L, 0);
	lua_pushcclosure(L, next_entry, 3);
	return 1;
}

#define FUNCTIONS(F, G) \
	F(getdents)
SYS_AREA(dir, FUNCTIONS);
