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
	char lower[sizeof(((struct member *)0)->name)];
	size_t n;

	for (n = 0; s[n]; n++)
		lower[n] = (char)(s[n] | ('A' <= s[n] && s[n] <= 'Z') << 5);
	lua_pushlstring(L, lower, n);
}

/* Lists side by side: a table for each field would be most of the loader's
 * start. */
static void push_section(lua_State *L, const char *name, const struct field *f,
			 size_t count)
{
	lua_createtable(L, 0, 4);
	lua_pushstring(L, name);
	lua_setfield(L, -2, "name");
	lua_createtable(L, (int)count, 0);
	lua_createtable(L, (int)count, 0);
	lua_createtable(L, (int)count, 0);
	for (size_t i = 0; i < count; i++) {
		lua_pushstring(L, f[i].name);
		lua_rawseti(L, -4, (lua_Integer)i + 1);
		lua_pushstring(L, f[i].type);
		lua_rawseti(L, -3, (lua_Integer)i + 1);
		lua_pushboolean(L, (int)f[i].list);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	lua_setfield(L, -4, "lists");
	lua_setfield(L, -3, "types");
	lua_setfield(L, -2, "fields");
}

static void push_enums(lua_State *L)
{
	const char *group = "";

	lua_newtable(L);
	lua_newtable(L); /* of no group */
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++) {
		if (strcmp(members[i].group, group)) {
			group = members[i].group;
			lua_pop(L, 1);
			lua_newtable(L);
			push_lower(L, group);
			lua_pushvalue(L, -2);
			lua_rawset(L, -4);
		}
		push_lower(L, members[i].name);
		lua_pushinteger(L, members[i].value);
		lua_rawset(L, -3);
	}
	lua_pop(L, 1);
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
	push_section(L, "header", header_fields,
		     sizeof(header_fields) / sizeof(*header_fields));
	lua_setfield(L, -2, "header");
	lua_newtable(L);
	for (size_t i = 0; i < sizeof(sections) / sizeof(*sections); i++) {
		push_section(L, sections[i].name, sections[i].fields,
			     sections[i].count);
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
