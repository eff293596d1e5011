/*
 * plan_lua.c - show the layout of a plan to the loader
 *
 * Layer: C module "init.plan_layout", used by init/plan.lua only; PID 1 never
 * runs it. It exports the lists of plan.h, so that Lua packs records by name
 * and the format is written down once.
 *
 *   layout.magic, .version, .none
 *   layout.header, layout.sections[i] = {name=, fields=}: lists of
 *       {name=, type=, list=bool}
 *   layout.enums.kind.oneshot = 1 ...
 *   layout.crc(bytes) -> integer
 *   layout.check(image) -> nil, or what PID 1 finds wrong with it
 *   layout.calendar(slot, after [, zone]) -> seconds of UTC, or nil: never;
 *     zone: rows of the plan as one string
 *   layout.notify(text) -> what PID 1 reads in an sd_notify message
 *   layout.envfile(line) -> "NAME=value" or nil
 */

#include <ctype.h>
#include <string.h>
#include <lua.h>
#include <lauxlib.h>

#include "core.h"
#include "notify.h"
#include "vm.h"

/* Names lie in the records: pointers to them would be relocated at each start
 * of whatever command. */
struct field {
	char name[20], type[16];
	unsigned list;
};

#define FITS(text, type, part) \
	_Static_assert(sizeof(text) <= sizeof(((type *)0)->part), \
		       "too long a name: " text);
#define FIELD(type, name) {#name, #type, sizeof(plan_##type) > 4},
#define FIELD_FITS(type_, name_) \
	FITS(#name_, struct field, name) FITS(#type_, struct field, type)
#define FIELDS(section, list) \
	list(FIELD_FITS) \
	static const struct field section##_fields[] = {list(FIELD)};
PLAN_SECTIONS(FIELDS)
PLAN_HEADER(FIELD_FITS)
static const struct field header_fields[] = {PLAN_HEADER(FIELD)};

static const struct section {
	const char *name;
	const struct field *fields;
	size_t count;
} sections[] = {
#define SECTION(section, list) \
	{#section, section##_fields, \
	 sizeof(section##_fields) / sizeof(*section##_fields)},
	PLAN_SECTIONS(SECTION)
};

struct member {
	char group[12], name[20];
	unsigned value;
};

#define MEMBER_FITS(group_, name_) \
	FITS(#group_, struct member, group) FITS(#name_, struct member, name)
#define GROUP_FITS(group) PLAN_ENUM_##group(MEMBER_FITS)
PLAN_ENUMS(GROUP_FITS)

static const struct member members[] = {
#define MEMBER(group, name) {#group, #name, PLAN_##group##_##name},
#define GROUP(group) PLAN_ENUM_##group(MEMBER)
	PLAN_ENUMS(GROUP)
};

static void push_lower(lua_State *L, const char *s)
{
	luaL_Buffer b;

	luaL_buffinit(L, &b);
	for (; *s; s++)
		luaL_addchar(&b, (char)tolower((unsigned char)*s));
	luaL_pushresult(&b);
}

static void push_fields(lua_State *L, const struct field *f, size_t count)
{
	lua_createtable(L, (int)count, 0);
	for (size_t i = 0; i < count; i++) {
		lua_createtable(L, 0, 3);
		lua_pushstring(L, f[i].name);
		lua_setfield(L, -2, "name");
		lua_pushstring(L, f[i].type);
		lua_setfield(L, -2, "type");
		lua_pushboolean(L, (int)f[i].list);
		lua_setfield(L, -2, "list");
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
}

static void push_enums(lua_State *L)
{
	lua_newtable(L);
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++) {
		push_lower(L, members[i].group);
		lua_pushvalue(L, -1);
		if (lua_gettable(L, -3) != LUA_TTABLE) {
			lua_pop(L, 1);
			lua_newtable(L);
			lua_pushvalue(L, -2);
			lua_pushvalue(L, -2);
			lua_settable(L, -5);
		}
		push_lower(L, members[i].name);
		lua_pushinteger(L, members[i].value);
		lua_settable(L, -3);
		lua_pop(L, 2);
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
	lua_newtable(L);
	lua_pushinteger(L, PLAN_MAGIC);
	lua_setfield(L, -2, "magic");
	lua_pushinteger(L, PLAN_VERSION);
	lua_setfield(L, -2, "version");
	lua_pushinteger(L, PLAN_NONE);
	lua_setfield(L, -2, "none");
	push_fields(L, header_fields,
		    sizeof(header_fields) / sizeof(*header_fields));
	lua_setfield(L, -2, "header");
	lua_newtable(L);
	for (size_t i = 0; i < sizeof(sections) / sizeof(*sections); i++) {
		lua_newtable(L);
		lua_pushstring(L, sections[i].name);
		lua_setfield(L, -2, "name");
		push_fields(L, sections[i].fields, sections[i].count);
		lua_setfield(L, -2, "fields");
		lua_rawseti(L, -2, (lua_Integer)i + 1);
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
