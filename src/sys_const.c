/*
 * sys_const.c - flag strings and tables of constants
 *
 * Layer: mechanism. Parses "rdwr, creat" against a table, for S's functions
 * and for S.c alike. A string is parsed once: the result is remembered in a
 * Lua table that is also the __index of the table's metatable, as ljsyscall
 * has it. Accepted forms: ljsyscall's (strflag, multiflags, modeflags ...).
 */

#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "sys.h"

extern const char __start_sys_consts[], __stop_sys_consts[];

#define AT_FDCWD_LIST(P, V) V(FDCWD, AT_FDCWD)
SYS_CONSTS(AT_FDCWD, SYS_AT, AT_FDCWD_LIST);

struct word {
	const char *text;
	size_t length;
};

static struct word trim(const char *text, size_t length)
{
	struct word w;

	while (length && isspace((unsigned char)*text)) {
		text++;
		length--;
	}
	while (length && isspace((unsigned char)text[length - 1]))
		length--;
	w.text = text;
	w.length = length;
	return w;
}

const char *sys_tablename(const struct sys_consts *t)
{
	return (const char *)t->values + (size_t)t->count * t->width;
}

const char *sys_constnames(const struct sys_consts *t)
{
	const char *name = sys_tablename(t);

	return name + strlen(name) + 1;
}

long long sys_constvalue(const struct sys_consts *t, unsigned i)
{
	switch (t->width) {
	case 1:
		return ((const unsigned char *)t->values)[i];
	case 2:
		return ((const unsigned short *)(const void *)t->values)[i];
	}
	if (t->kind == SYS_STRFLAG || t->kind == SYS_AT)
		return t->values[i];
	return (unsigned)t->values[i];
}

static int find(const struct sys_consts *t, struct word w, long long *value)
{
	const char *name = sys_constnames(t);
	unsigned i;
	size_t n;

	for (i = 0; i < t->count; i++, name += n + 1) {
		n = strlen(name);
		if (n == w.length && strncasecmp(name, w.text, n) == 0) {
			*value = sys_constvalue(t, i);
			return 1;
		}
	}
	return 0;
}

static int is_number(struct word w, int base)
{
	size_t i;

	for (i = 0; i < w.length; i++)
		if (w.text[i] < '0' || w.text[i] >= '0' + base)
			return 0;
	return w.length > 0;
}

static long long number(struct word w, int base)
{
	long long n = 0;
	size_t i;

	for (i = 0; i < w.length && n < (1LL << 40); i++)
		n = n * base + (w.text[i] - '0');
	return n;
}

/* Raises with the word in the message. */
static int unknown(lua_State *L, struct word w)
{
	if (w.length == 0)
		return luaL_error(L, "empty flag");
	lua_pushlstring(L, w.text, w.length);
	return luaL_error(L, "invalid flag %s", lua_tostring(L, -1));
}

/* One word of a list; 0 when it is unknown. */
static int parse_word(const struct sys_consts *t, struct word w,
		      long long *value)
{
	long long priority, prefer = 0;
	struct word prefer_name = {"PREFER", 6};

	if (t->kind == SYS_MODE && w.length && w.text[0] == '0' &&
	    is_number(w, 8)) {
		*value = number(w, 8);
		return 1;
	}
	if (t->kind == SYS_SWAP && is_number(w, 10)) {
		priority = number(w, 10);
		find(t, prefer_name, &prefer);
		*value = priority | prefer;
		return 1;
	}
	return find(t, w, value);
}

/* A list of names, on top of what value holds already. */
static int parse_list(const struct sys_consts *t, const char *s, size_t length,
		      long long *value, struct word *bad)
{
	const char *end = s + length, *comma;
	long long bits;
	int clear;

	for (;; s = comma + 1) {
		comma = memchr(s, ',', (size_t)(end - s));
		*bad = trim(s, (size_t)((comma ? comma : end) - s));
		clear = bad->length && bad->text[0] == '~';
		if (clear)
			*bad = trim(bad->text + 1, bad->length - 1);
		if (!parse_word(t, *bad, &bits))
			return 0;
		*value = clear ? *value & ~bits : *value | bits;
		if (!comma)
			return 1;
	}
}

static int parse_chars(const struct sys_consts *t, const char *s,
		       size_t length, long long *value, struct word *bad)
{
	size_t i;
	long long bit;

	for (i = 0; i < length; i++) {
		bad->text = s + i;
		bad->length = 1;
		if (!find(t, *bad, &bit))
			return 0;
		*value |= bit;
	}
	return 1;
}

static int parse(const struct sys_consts *t, const char *s, size_t length,
		 long long *value, struct word *bad)
{
	*value = 0;
	*bad = trim(s, length);
	if (length == 0)
		return 1;
	switch (t->kind) {
	case SYS_MULTI:
	case SYS_MODE:
	case SYS_SWAP:
		return parse_list(t, s, length, value, bad);
	case SYS_CHAR:
		return parse_chars(t, s, length, value, bad);
	default:
		return find(t, *bad, value);
	}
}

/* Pushes the table that remembers parsed strings. */
static void push_memo(lua_State *L, const struct sys_consts *t)
{
	if (lua_rawgetp(L, LUA_REGISTRYINDEX, t) != LUA_TNIL)
		return;
	lua_pop(L, 1);
	lua_newtable(L);
	lua_pushvalue(L, -1);
	lua_rawsetp(L, LUA_REGISTRYINDEX, t);
}

static void remember(lua_State *L, int memo, int key, long long value)
{
	memo = lua_absindex(L, memo);
	lua_pushvalue(L, key);
	lua_pushinteger(L, value);
	lua_rawset(L, memo);
}

long long sys_checkconst(lua_State *L, int arg, const struct sys_consts *t)
{
	long long value;
	struct word bad;
	const char *s;
	size_t length;

	switch (lua_type(L, arg)) {
	case LUA_TNIL:
	case LUA_TNONE:
		return 0;
	case LUA_TSTRING:
		break;
	default:
		return sys_checkint(L, arg);
	}
	push_memo(L, t);
	lua_pushvalue(L, arg);
	if (lua_rawget(L, -2) == LUA_TNUMBER) {
		value = lua_tointeger(L, -1);
		lua_pop(L, 2);
		return value;
	}
	s = lua_tolstring(L, arg, &length);
	if (!parse(t, s, length, &value, &bad)) {
		lua_pushlstring(L, bad.text, bad.length);
		luaL_argerror(L, arg,
			      lua_pushfstring(L,
					      bad.length ? "invalid flag %s"
							 : "empty flag%s",
					      lua_tostring(L, -1)));
	}
	remember(L, -2, arg, value);
	lua_pop(L, 2);
	return value;
}

int sys_checkdir(lua_State *L, int arg)
{
	if (lua_isnoneornil(L, arg))
		return AT_FDCWD;
	if (lua_type(L, arg) == LUA_TSTRING)
		return (int)sys_checkconst(L, arg, &sys_AT_FDCWD);
	return sys_checkfd(L, arg);
}

const char *sys_constname(const struct sys_consts *t, long long value)
{
	const char *name = sys_constnames(t);
	unsigned i;

	for (i = 0; i < t->count; i++, name += strlen(name) + 1)
		if (sys_constvalue(t, i) == value)
			return name;
	return NULL;
}

/* {{{ S.c: the tables as Lua shows them */

static const struct sys_consts *upvalue_table(lua_State *L)
{
	return lua_touserdata(L, lua_upvalueindex(1));
}

static int is_presence_test(struct word w)
{
	size_t i;

	for (i = 0; i < w.length; i++)
		if (islower((unsigned char)w.text[i]) || w.text[i] == ',')
			return 0;
	return w.length > 0;
}

/* (memo, key): __index of the memo, for what is not there yet */
static int index_memo(lua_State *L)
{
	const struct sys_consts *t = upvalue_table(L);
	long long value;
	struct word bad;
	const char *s;
	size_t length;

	if (t->kind == SYS_AT && sys_isfd(L, 2)) {
		lua_pushinteger(L, sys_checkfd(L, 2));
		return 1;
	}
	if (t->kind == SYS_BAUD && lua_type(L, 2) == LUA_TNUMBER) {
		lua_pushvalue(L, 2);
		lua_tolstring(L, -1, NULL);
		lua_replace(L, 2);
	}
	if (lua_type(L, 2) == LUA_TNIL ||
	    (lua_type(L, 2) == LUA_TBOOLEAN && !lua_toboolean(L, 2))) {
		if ((t->kind & 15) == SYS_STRFLAG)
			return 0;
		lua_pushinteger(L, t->kind == SYS_AT ? AT_FDCWD : 0);
		return 1;
	}
	if (lua_type(L, 2) != LUA_TSTRING) {
		lua_pushvalue(L, 2);
		return 1;
	}
	s = lua_tolstring(L, 2, &length);
	if (!parse(t, s, length, &value, &bad)) {
		if ((t->kind & 15) == SYS_STRFLAG || t->kind == SYS_BAUD ||
		    t->kind == SYS_AT || is_presence_test(trim(s, length)))
			return 0;
		return unknown(L, bad);
	}
	remember(L, 1, 2, value);
	lua_pushinteger(L, value);
	return 1;
}

/* c.O(a, b, ...): the values or lists OR-ed, "~name" clearing */
static int call_consts(lua_State *L)
{
	const struct sys_consts *t = upvalue_table(L);
	long long value = 0;
	struct word bad;
	const char *s;
	size_t length;
	int i, top = lua_gettop(L);

	if (t->kind != SYS_MULTI && t->kind != SYS_MODE &&
	    t->kind != SYS_SWAP) {
		lua_settop(L, 2);
		lua_gettable(L, 1);
		return 1;
	}
	for (i = 2; i <= top; i++) {
		if (lua_isnil(L, i))
			continue;
		if (lua_type(L, i) != LUA_TSTRING) {
			value |= sys_checkint(L, i);
			continue;
		}
		s = lua_tolstring(L, i, &length);
		if (length && !parse_list(t, s, length, &value, &bad))
			return unknown(L, bad);
	}
	lua_pushinteger(L, value);
	return 1;
}

static void push_closure(lua_State *L, const struct sys_consts *t,
			 lua_CFunction f)
{
	lua_pushlightuserdata(L, (void *)t);
	lua_pushcclosure(L, f, 1);
}

static void push_table(lua_State *L, const struct sys_consts *t)
{
	const char *name = sys_constnames(t);
	unsigned i;

	lua_createtable(L, 0, t->count);
	for (i = 0; i < t->count; i++, name += strlen(name) + 1) {
		lua_pushinteger(L, sys_constvalue(t, i));
		lua_setfield(L, -2, name);
	}
	lua_createtable(L, 0, 2);
	push_memo(L, t);
	lua_createtable(L, 0, 1);
	push_closure(L, t, index_memo);
	lua_setfield(L, -2, "__index");
	lua_setmetatable(L, -2);
	lua_setfield(L, -2, "__index");
	push_closure(L, t, call_consts);
	lua_setfield(L, -2, "__call");
	lua_setmetatable(L, -2);
}

const struct sys_consts *sys_next_consts(const struct sys_consts *t)
{
	const char *p = __start_sys_consts;

	if (t)
		p = (const char *)t + t->length;
	return p < __stop_sys_consts ? (const void *)p : NULL;
}

int sys_push_consts(lua_State *L, const char *name)
{
	const struct sys_consts *t = NULL;

	while ((t = sys_next_consts(t)) != NULL) {
		if (strcmp(sys_tablename(t), name) == 0) {
			push_table(L, t);
			return 1;
		}
	}
	lua_getglobal(L, "require"); /* plain values: PATH_MAX, errornames */
	lua_pushliteral(L, "syscall.constants");
	lua_call(L, 1, 1);
	lua_getfield(L, -1, name);
	lua_remove(L, -2);
	return !lua_isnil(L, -1);
}

/* }}} */
