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

#include <lstate.h>

#include "sys.h"

#define DEFAULT_SIZE 4096
#define LARGEST (1024 * 1024)

extern const struct sys_consts sys_DT;

struct kernel_dirent { /* getdents64(2): not in any header of user space */
	uint64_t ino;
	int64_t off;
	unsigned short reclen;
	unsigned char type;
	char name[];
};

static const char tag;

/* The kernel's record, copied: the buffer is for the next ones. */
struct entry {
	const void *tag;
	uint64_t ino;
	int64_t off;
	unsigned short reclen, length;
	unsigned char type;
	char name[];
};

static struct entry *check_entry(lua_State *L)
{
	struct entry *e = lua_touserdata(L, 1);

	if (!e || lua_rawlen(L, 1) < sizeof *e || e->tag != &tag)
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
		lua_pushlstring(L, e->name, e->length);
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
				lua_pushboolean(L, sys_constvalue(&sys_DT, i) ==
							   e->type);
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

static void push_metatable(lua_State *L)
{
	static const luaL_Reg meta[] = {
		{"__index", entry_index},
		{"__len", entry_len},
		{NULL, NULL},
	};

	if (lua_rawgetp(L, LUA_REGISTRYINDEX, &tag) == LUA_TNIL) {
		lua_pop(L, 1);
		luaL_newlib(L, meta);
		lua_pushvalue(L, -1);
		lua_rawsetp(L, LUA_REGISTRYINDEX, &tag);
	}
}

/* ---- iterators: closures over these ---- */

enum { BUFFER = 1, CURSOR, ENTRIES, DIRECTORY };

struct cursor {
	const char *bytes; /* NULL: of a mapping, which may go away */
	size_t at, end;
};

static const size_t HEAD = offsetof(struct kernel_dirent, name);

/*
 * The next record, or NULL at the buffer's end. The buffer is the caller's:
 * what it holds is believed no more than any other bytes.
 */
static const struct kernel_dirent *next_record(lua_State *L,
					       struct cursor *cursor)
{
	const char *bytes = cursor->bytes;
	const struct kernel_dirent *d;
	size_t size;

	if (!bytes)
		bytes = sys_checkbuffer(L, lua_upvalueindex(BUFFER), &size);
	do {
		if (cursor->at + HEAD >= cursor->end)
			return NULL;
		d = (const void *)(bytes + cursor->at);
		if (d->reclen <= HEAD ||
		    d->reclen > cursor->end - cursor->at)
			luaL_error(L, "directory entries overwritten");
		cursor->at += d->reclen;
	} while (d->ino == 0);
	return d;
}

/* The zero that ends a name is in the last 8 bytes: records are padded to 8. */
static size_t name_length(const struct kernel_dirent *d)
{
	size_t room = d->reclen - HEAD, n = room > 8 ? room - 8 : 0;

	while (n < room && d->name[n])
		n++;
	return n;
}

static void push_entry(lua_State *L, const struct kernel_dirent *d,
		       size_t length)
{
	struct entry *e = lua_newuserdatauv(L, sizeof *e + length, 0);

	e->tag = &tag;
	e->ino = d->ino;
	e->off = d->off;
	e->reclen = d->reclen;
	e->length = (unsigned short)length;
	e->type = d->type;
	memcpy(e->name, d->name, length);
	lua_pushvalue(L, lua_upvalueindex(ENTRIES));
	lua_setmetatable(L, -2);
}

static int next_entry(lua_State *L) /* -> dirent */
{
	struct cursor *cursor = lua_touserdata(L, lua_upvalueindex(CURSOR));
	const struct kernel_dirent *d = next_record(L, cursor);

	if (!d)
		return 0;
	push_entry(L, d, name_length(d));
	return 1;
}

static long read_records(lua_State *L, int fd, int buffer, long long want)
{
	size_t size;
	void *bytes = sys_checkwritable(L, buffer, &size);

	return syscall(SYS_getdents64, fd, bytes,
		       size < (size_t)want ? size : (size_t)want);
}

/*
 * How many results the caller takes, or -1. The API does not tell; a loop over
 * names alone is the usual one, and an object an entry its greater cost.
 */
static int wanted(lua_State *L)
{
	return L->ci->nresults;
}

static int next_name(lua_State *L) /* -> name, dirent */
{
	struct cursor *cursor = lua_touserdata(L, lua_upvalueindex(CURSOR));
	const struct kernel_dirent *d;
	size_t length;
	long n;

	while (!(d = next_record(L, cursor))) {
		n = read_records(L, sys_checkfd(L, lua_upvalueindex(DIRECTORY)),
				 lua_upvalueindex(BUFFER), LARGEST);
		if (n < 0) {
			sys_pusherror(L, errno);
			return lua_error(L);
		}
		if (n == 0) {
			lua_getfield(L, lua_upvalueindex(DIRECTORY), "close");
			lua_pushvalue(L, lua_upvalueindex(DIRECTORY));
			lua_call(L, 1, 0);
			return 0;
		}
		cursor->at = 0;
		cursor->end = (size_t)n;
	}
	length = name_length(d);
	lua_pushlstring(L, d->name, length);
	if (wanted(L) == 1)
		return 1;
	push_entry(L, d, length);
	return 2;
}

/* On the stack: the directory, the buffer; the first n bytes of it are read. */
static int push_iterator(lua_State *L, lua_CFunction f, size_t n)
{
	const struct sys_mem *m = sys_tomem(L, 2);
	struct cursor *cursor;

	lua_pushvalue(L, 2);
	cursor = lua_newuserdatauv(L, sizeof *cursor, 0);
	cursor->bytes = m->mapped ? NULL : m->data;
	cursor->at = 0;
	cursor->end = n;
	push_metatable(L);
	lua_pushvalue(L, 1);
	lua_pushcclosure(L, f, DIRECTORY);
	return 1;
}

static long long check_size(lua_State *L)
{
	long long size = sys_optint(L, 3, DEFAULT_SIZE);

	luaL_argcheck(L, size > 0 && size <= LARGEST, 3,
		      "size out of range");
	if (lua_isnoneornil(L, 2)) {
		lua_settop(L, 1);
		sys_newmem(L, &sys_layout_char, (size_t)size);
	}
	return size;
}

/*
 * S.getdents(fd [, buffer [, size]]) -> iterator over one call's worth of
 * t.dirent; nil, nil at the end of the directory
 */
static int sys_getdents(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	long long size = check_size(L);
	long n = read_records(L, fd, 2, size);

	if (n < 0)
		return sys_fail(L, errno);
	if (n == 0) {
		lua_pushnil(L);
		lua_pushnil(L);
		return 2;
	}
	return push_iterator(L, next_entry, (size_t)n);
}

/*
 * dir.entries(fd [, buffer [, size]]) -> for loop over all the directory's
 * names, t.dirents; closes the descriptor, however it ends; an error raises
 */
static int dir_entries(lua_State *L)
{
	size_t size;

	if (!sys_isfd(L, 1))
		return luaL_typeerror(L, 1, "fd");
	check_size(L);
	sys_checkwritable(L, 2, &size);
	push_iterator(L, next_name, 0);
	lua_pushnil(L);
	lua_pushnil(L);
	lua_pushvalue(L, 1);
	return 4;
}

static int luaopen_dir(lua_State *L)
{
	static const luaL_Reg functions[] = {
		{"entries", dir_entries},
		{NULL, NULL},
	};

	luaL_newlib(L, functions);
	return 1;
}

VM_MODULE("syscall.dir", luaopen_dir);

#define FUNCTIONS(F, G) \
	F(getdents)
SYS_AREA(dir, FUNCTIONS);
