/*
 * vm_modules.c - where modules come from: the binary, C, a folder of the user's
 *
 * Layer: mechanism. require is a light one of ours until a module is asked for
 * that is neither in the binary nor in the folder: then the package library
 * opens, whose own require takes over.
 */

#include "vm.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>

#include <lauxlib.h>
#include <lualib.h>

#include "vm_embedded.h"
#include "vm_internal.h"
#include "vm_unpack.h"

extern const struct vm_module __start_vm_modules[], __stop_vm_modules[];

static const struct vm_embedded *find_embedded(const char *name)
{
	unsigned low = 0, high = vm_embedded_count;

	while (low < high) {
		unsigned mid = (low + high) / 2;
		const struct vm_embedded *e = &vm_embedded[mid];
		int order = strcmp(name, vm_embedded_names + e->name);

		if (order == 0)
			return e;
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

static const struct vm_module *find_c_module(const char *name)
{
	const struct vm_module *m;

	for (m = __start_vm_modules; m < __stop_vm_modules; m++)
		if (strcmp(m->name, name) == 0)
			return m;
	return NULL;
}

/*
 * Where a user's own Lua may take the place of ours: asked for by the
 * environment, or by a folder that only root can have made. Never in a
 * process that runs with more privilege than its caller has.
 */
const char *vm_override_folder(void)
{
	static const char system_folder[] = "/etc/luabox/lua";
	static const char *folder;
	static int known;
	struct stat st;

	if (known)
		return folder;
	known = 1;
	if (getauxval(AT_SECURE))
		return NULL;
	folder = getenv("LUABOX_PATH");
	if (!folder || !*folder)
		folder = stat(system_folder, &st) == 0 && S_ISDIR(st.st_mode) &&
					 st.st_uid == 0 &&
					 !(st.st_mode & (S_IWGRP | S_IWOTH))
				 ? system_folder
				 : NULL;
	return folder;
}

/* The file that overrides a module, if there is one. */
static int override_path(const char *name, char path[PATH_MAX])
{
	const char *folder = vm_override_folder();
	struct stat st;
	size_t start;
	int n;

	if (!folder || strchr(name, '/'))
		return 0;
	n = snprintf(path, PATH_MAX, "%s/%s.lua", folder, name);
	if (n < 0 || n >= PATH_MAX)
		return 0;
	start = strlen(folder) + 1;
	for (; path[start] && strcmp(path + start, ".lua") != 0; start++)
		if (path[start] == '.')
			path[start] = '/';
	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* Apart from their callers, whose stack then stays within a page. */
static __attribute__((noinline)) int has_override(const char *name)
{
	char path[PATH_MAX];

	return override_path(name, path);
}

static __attribute__((noinline)) int push_override(lua_State *L,
						   const char *name)
{
	char path[PATH_MAX];

	if (!override_path(name, path))
		return 0;
	if (luaL_loadfilex(L, path, "t") != LUA_OK)
		lua_error(L);
	lua_pushstring(L, path);
	return 2;
}

int vm_has_module(const char *name)
{
	const struct vm_embedded *e = find_embedded(name);

	return (e && e->data != VM_LEFT_OUT) || find_c_module(name) ||
	       (vm_override_folder() && has_override(name));
}

static int unpack(const unsigned char *data,
		  const unsigned char *const part[VM_PARTS + 1])
{
	static uint64_t made;
	const struct vm_codes codes = {vm_embedded_codes, vm_embedded_symbols,
				       vm_embedded_contexts, vm_embedded_fast,
				       &made};
	struct vm_packed packed = {&codes, data,
				   vm_embedded_data + vm_embedded_size, 0, 0};
	const uint32_t *dictionary = vm_embedded_dictionary;
	int i;

	for (i = 0; i < VM_PARTS; i++)
		if (vm_unpack(&packed, i, vm_embedded_data + dictionary[i + 1],
			      dictionary[i + 1] - dictionary[i],
			      (unsigned char *)(uintptr_t)part[i],
			      part[i + 1] - part[i]) < 0)
			return -1;
	return 0;
}

/* The functions of a module, unpacked if need be; NULL: damaged. */
static const struct vm_function *find_functions(const struct vm_embedded *e)
{
	const unsigned char *data = vm_embedded_data + e->data;
	const unsigned char *part[VM_PARTS + 1];
	struct vm_function *functions;
	size_t code;

	if (e->data < vm_embedded_dictionary[0])
		return (const void *)data;
	functions = (void *)(vm_embedded_space + e->place / sizeof(uint32_t));
	if (functions->part[VM_CODE])
		return functions;
	part[VM_CODE] = (const void *)(functions + vm_get_sevens(&data));
	code = vm_get_sevens(&data);
	part[VM_LINES] = part[VM_CODE] + code * sizeof(uint32_t);
	part[VM_TEXT] = part[VM_LINES] + code;
	part[VM_REST] = part[VM_TEXT] + vm_get_sevens(&data);
	part[VM_PARTS] = part[VM_REST] + vm_get_sevens(&data);
	if (unpack(data, part) < 0)
		return NULL;
	vm_link(functions, part);
	return functions;
}

int vm_push_loader(lua_State *L, const char *name)
{
	const struct vm_embedded *e;
	const struct vm_module *m;
	const struct vm_function *functions;

	if (vm_override_folder() && push_override(L, name))
		return 2;
	e = find_embedded(name);
	if (e && e->data == VM_LEFT_OUT)
		return luaL_error(L, "%s is left out of this luabox", name);
	if (e) {
		functions = find_functions(e);
		if (!functions)
			return luaL_error(L, "%s: cannot unpack the module",
					  name);
		vm_push_image(L, functions);
		lua_pushliteral(L, ":embedded:");
		return 2;
	}
	m = find_c_module(name);
	if (m) {
		lua_pushcfunction(L, m->open);
		lua_pushliteral(L, ":builtin:");
		return 2;
	}
	return 0;
}

static int searcher_embedded(lua_State *L)
{
	const char *name = luaL_checkstring(L, 1);
	int n = vm_push_loader(L, name);

	if (n)
		return n;
	lua_pushfstring(L, "no embedded module '%s'", name);
	return 1;
}

/* Takes the place of both searchers for shared objects. */
static int searcher_shared_object(lua_State *L)
{
	const char *name = luaL_checkstring(L, 1);

	lua_getfield(L, lua_upvalueindex(1), "searchpath");
	lua_pushvalue(L, 1);
	lua_getfield(L, lua_upvalueindex(1), "cpath");
	lua_call(L, 2, 2);
	if (lua_isnil(L, -2))
		return 1; /* the list of files that are not there */
	return luaL_error(L,
			  "module '%s' is the shared object %s, which a "
			  "static program cannot load",
			  name, lua_tostring(L, -2));
}

void vm_open_package(lua_State *L)
{
	luaL_requiref(L, LUA_LOADLIBNAME, luaopen_package, 1);
	lua_getfield(L, -1, "searchers"); /* preload, Lua, C, all-in-one */
	lua_rawgeti(L, -1, 2);
	lua_rawseti(L, -2, 3);
	lua_pushcfunction(L, searcher_embedded);
	lua_rawseti(L, -2, 2);
	lua_pushvalue(L, -2);
	lua_pushcclosure(L, searcher_shared_object, 1);
	lua_rawseti(L, -2, 4);
	lua_pop(L, 2);
}

/*
 * require for what is embedded. The first module that is not opens the
 * package library, whose own require takes over.
 */
int vm_require(lua_State *L)
{
	const char *name = luaL_checkstring(L, 1);

	lua_settop(L, 1);
	luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	lua_getfield(L, 2, name);
	if (lua_toboolean(L, -1))
		return 1;
	lua_pop(L, 1);
	if (!vm_push_loader(L, name)) {
		vm_open_package(L);
		lua_getglobal(L, "require");
		lua_pushvalue(L, 1);
		lua_call(L, 1, LUA_MULTRET);
		return lua_gettop(L) - 2;
	}
	lua_pushvalue(L, 1);
	lua_pushvalue(L, -2); /* name and where it comes from: its arguments */
	lua_remove(L, -3);
	lua_call(L, 2, 1);
	if (!lua_isnil(L, -1))
		lua_setfield(L, 2, name);
	else
		lua_pop(L, 1);
	if (lua_getfield(L, 2, name) == LUA_TNIL) {
		lua_pushboolean(L, 1);
		lua_copy(L, -1, -2);
		lua_setfield(L, 2, name);
	}
	return 1;
}
