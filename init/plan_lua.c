/*
 * plan_lua.c - show the layout of a plan to the loader
 *
 * Layer: C module "init.plan_layout", used by init/plan.lua only; PID 1 never
 * runs it. It exports the lists of plan.h, so that Lua packs records by name
 * and the format is written down once.
 *
 *   layout.magic, .version, .none
 *   layout.header, layout.sections[i]: {name=, fields={ names },
 *       types={ their types }, lists={ whether they are lists }}
 *   layout.enums.kind.oneshot = 1 ...
 *   layout.crc(bytes) -> integer
 *   layout.check(image) -> nil, or what PID 1 finds wrong with it
 *   layout.calendar(slot, after [, zone]) -> seconds of UTC, or nil: never;
 *     zone: rows of the plan as one string
 *   layout.notify(text) -> what PID 1 reads in an sd_notify message
 *   layout.envfile(line) -> "NAME=value" or nil
 */

#include <stdbool.h>
#include <string.h>

#include <lua.h>
#include <lauxlib.h>

#include "core.h"
#include "notify.h"
#include "vm.h"

/*
 * The names as one text each: pointers to them would be relocated at each start
 * of whatever command. A section is its name and pairs of type and name, a
 * group of an enumeration its name and its members from 0; both end with "".
 */
#define FIELD(type, name) #type "\0" #name "\0"
#define SECTION(section, list) #section "\0" list(FIELD) "\0"
static const char fields[] = SECTION(header, PLAN_HEADER)
	PLAN_SECTIONS(SECTION);

#define IS_LIST(type, name) sizeof(plan_##type) > 4,
#define ARE_LISTS(section, list) list(IS_LIST)
static const bool lists[] = {
	PLAN_HEADER(IS_LIST) PLAN_SECTIONS(ARE_LISTS)
};

#define MEMBER(group, name) #name "\0"
#define GROUP(group) #group "\0" PLAN_ENUM_##group(MEMBER) "\0"
static const char members[] = PLAN_ENUMS(GROUP);

enum { MEMBER_SIZE = 32 };
#define MEMBER_FITS(group, name) \
	_Static_assert(sizeof(#name) <= MEMBER_SIZE, "too long a name");
#define GROUP_FITS(group) \
	MEMBER_FITS(, group) PLAN_ENUM_##group(MEMBER_FITS)
PLAN_ENUMS(GROUP_FITS)

/* What comes behind it. */
static const char *push_name(lua_State *L, const char *s)
{
	size_t n = strlen(s);

	lua_pushlstring(L, s, n);
	return s + n + 1;
}

static const char *push_lower(lua_State *L, const char *s)
{
	char lower[MEMBER_SIZE];
	size_t n;

	for (n = 0; s[n]; n++)
		lower[n] = (char)(s[n] | ('A' <= s[n] && s[n] <= 'Z') << 5);
	lua_pushlstring(L, lower, n);
	return s + n + 1;
}

/* Lists side by side: a table for each field would be most of the loader's
 * start. */
static const char *push_section(lua_State *L, const char *s, const bool **list)
{
	const char *end;
	int i, count = 0;

	lua_createtable(L, 0, 4);
	s = push_name(L, s);
	lua_setfield(L, -2, "name");
	for (end = s; *end; end += strlen(end) + 1)
		count++;
	count /= 2;
	lua_createtable(L, count, 0);
	lua_createtable(L, count, 0);
	lua_createtable(L, count, 0);
	for (i = 1; i <= count; i++) {
		s = push_name(L, s);
		lua_rawseti(L, -3, i);
		s = push_name(L, s);
		lua_rawseti(L, -4, i);
		lua_pushboolean(L, *(*list)++);
		lua_rawseti(L, -2, i);
	}
	lua_setfield(L, -4, "lists");
	lua_setfield(L, -3, "types");
	lua_setfield(L, -2, "fields");
	return s + 1;
}

static void push_enums(lua_State *L)
{
	const char *s = members;
	int value;

	lua_newtable(L);
	while (s < members + sizeof(members) - 1) {
		s = push_lower(L, s);
		lua_newtable(L);
		for (value = 0; *s; value++) {
			s = push_lower(L, s);
			lua_pushinteger(L, value);
			lua_rawset(L, -3);
		}
		s++;
		lua_rawset(L, -3);
	}
}

static int layout_crc(lua_State *L)
{
	size_t size;
	const char *bytes = luaL_checklstring(L, 1, &size);

	lua_pushinteger(L, plan_crc(bytes, size));
	return 1;
}

static int layout_check(lua_State *L)
{
	size_t size;
	const char *bytes = luaL_checklstring(L, 1, &size);
	/* userdata is aligned as the records are */
	void *image = lua_newuserdatauv(L, size, 0);
	struct plan checked;

	memcpy(image, bytes, size);
	lua_pushstring(L, plan_open(&checked, image, size));
	return 1;
}

static uint32_t slot_field(lua_State *L, const char *name)
{
	uint32_t value;

	lua_getfield(L, 1, name);
	value = (uint32_t)luaL_checkinteger(L, -1);
	lua_pop(L, 1);
	return value;
}

static int layout_calendar(lua_State *L)
{
#define SLOT_FIELD(type, name) .name = slot_field(L, #name),
	const struct plan_slot slot = {PLAN_SLOT(SLOT_FIELD)};
	size_t size;
	const char *rows = luaL_optlstring(L, 3, "", &size);
	const struct zone zone = {
		memcpy(lua_newuserdatauv(L, size + 1, 0), rows, size),
		(uint32_t)(size / sizeof(struct plan_zone)),
	};
	uint64_t at = calendar_next(&slot, &zone,
				    (uint64_t)luaL_checkinteger(L, 2));

	if (at)
		lua_pushinteger(L, (lua_Integer)at);
	else
		lua_pushnil(L);
	return 1;
}

static int layout_notify(lua_State *L)
{
	size_t size;
	const char *bytes = luaL_checklstring(L, 1, &size);
	char *text = lua_newuserdatauv(L, size + 1, 0);
	struct notify_message m;

	memcpy(text, bytes, size);
	notify_parse(text, size, &m);
	lua_newtable(L);
#define MESSAGE_FIELD(name) \
	(lua_pushstring(L, m.name), lua_setfield(L, -2, #name))
	MESSAGE_FIELD(ready);
	MESSAGE_FIELD(status);
	MESSAGE_FIELD(main_pid);
	MESSAGE_FIELD(watchdog);
	MESSAGE_FIELD(extend);
	MESSAGE_FIELD(store);
	MESSAGE_FIELD(store_remove);
	MESSAGE_FIELD(name);
	return 1;
}

static int layout_envfile(lua_State *L)
{
	size_t size;
	const char *bytes = luaL_checklstring(L, 1, &size);
	char *text = lua_newuserdatauv(L, size + 1, 0);

	memcpy(text, bytes, size + 1);
	lua_pushstring(L, envfile_line(text));
	return 1;
}

static int luaopen_init_plan_layout(lua_State *L)
{
	const bool *list = lists;
	const char *s;
	lua_Integer i;

	lua_newtable(L);
	lua_pushinteger(L, PLAN_MAGIC);
	lua_setfield(L, -2, "magic");
	lua_pushinteger(L, PLAN_VERSION);
	lua_setfield(L, -2, "version");
	lua_pushinteger(L, PLAN_NONE);
	lua_setfield(L, -2, "none");
	s = push_section(L, fields, &list);
	lua_setfield(L, -2, "header");
	lua_newtable(L);
	for (i = 1; s < fields + sizeof(fields) - 1; i++) {
		s = push_section(L, s, &list);
		lua_rawseti(L, -2, i);
	}
	lua_setfield(L, -2, "sections");
	push_enums(L);
	lua_setfield(L, -2, "enums");
	lua_pushcfunction(L, layout_crc);
	lua_setfield(L, -2, "crc");
	lua_pushcfunction(L, layout_check);
	lua_setfield(L, -2, "check");
	lua_pushcfunction(L, layout_calendar);
	lua_setfield(L, -2, "calendar");
	lua_pushcfunction(L, layout_notify);
	lua_setfield(L, -2, "notify");
	lua_pushcfunction(L, layout_envfile);
	lua_setfield(L, -2, "envfile");
	return 1;
}

VM_MODULE("init.plan_layout", luaopen_init_plan_layout);
