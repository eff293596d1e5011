/*
 * vm.c - the only place that makes a Lua state
 *
 * Layer: mechanism. A state starts nearly empty: libraries (vm_library.c) and
 * modules (vm_modules.c) come as they are used.
 */

#include "vm.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>

#include <lauxlib.h>
#include <lualib.h>
#include <lstate.h> /* luaE_setdebt: the API cannot delay the first cycle */

#include "vm_heap.h"
#include "vm_internal.h"
#include "vm_lua.h"

#define FREE_START (512 * 1024) /* bytes made before the collector first runs */
#define EXIT_BUG 70 /* EX_SOFTWARE of sysexits.h: not any applet's own status */

extern const struct vm_applet __start_vm_applets[], __stop_vm_applets[];

const struct vm_applet *vm_find_applet(const char *name)
{
	const struct vm_applet *a;

	for (a = __start_vm_applets; a < __stop_vm_applets; a++)
		if (strcmp(a->name, name) == 0)
			return a;
	return NULL;
}

static void count_instructions(lua_State *L, lua_Debug *ar)
{
	(void)ar;
	luaL_error(L, "instruction limit reached");
}

void vm_limit(lua_State *L, const struct vm_limits *limits)
{
	void *heap;

	lua_getallocf(L, &heap);
	if (limits->memory)
		vm_heap_limit(heap, limits->memory);
	if (limits->instructions)
		lua_sethook(L, count_instructions, LUA_MASKCOUNT,
			    limits->instructions > INT_MAX
				    ? INT_MAX
				    : (int)limits->instructions);
}

static int panic(lua_State *L)
{
	const char *message = lua_tostring(L, -1);

	fprintf(stderr, "luabox: error outside protected mode: %s\n",
		message ? message : "(not a string)");
	return 0; /* aborts */
}

static int warn_enabled;

static void warn(void *ud, const char *message, int to_continue)
{
	static int continued;

	(void)ud;
	if (!continued && !to_continue && *message == '@') {
		if (strcmp(message, "@on") == 0)
			warn_enabled = 1;
		else if (strcmp(message, "@off") == 0)
			warn_enabled = 0;
		return;
	}
	if (warn_enabled)
		fprintf(stderr, "%s%s%s", continued ? "" : "Lua warning: ",
			message, to_continue ? "" : "\n");
	continued = to_continue;
}

#ifdef __SANITIZE_ADDRESS__
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "detect_leaks=0"; /* no state is ever closed */
}
#endif

unsigned vm_seed(void)
{
	const void *random = (const void *)getauxval(AT_RANDOM);
	unsigned seed = 0;

	if (random)
		memcpy(&seed, random, sizeof seed);
	return seed;
}

static lua_State *new_state(const struct vm_limits *limits)
{
	struct vm_heap *heap = vm_heap_new(limits ? limits->memory : 0);
	lua_State *L = heap ? lua_newstate(vm_heap_alloc, heap) : NULL;

	if (!L)
		return NULL;
	lua_atpanic(L, panic);
	lua_setwarnf(L, warn, NULL);
	luaE_setdebt(G(L), -FREE_START);
	if (limits)
		vm_limit(L, limits);
	return L;
}

lua_State *vm_new(const struct vm_limits *limits)
{
	lua_State *L = new_state(limits);

	if (!L)
		return NULL;
	vm_open_libraries(L);
	return L;
}

lua_State *vm_lua_newstate(void)
{
	return new_state(NULL);
}

void vm_lua_openlibs(lua_State *L)
{
	luaL_openlibs(L);
	vm_open_package(L);
}

static int add_traceback(lua_State *L)
{
	const char *message = lua_tostring(L, 1);

	if (!message) {
		if (luaL_callmeta(L, 1, "__tostring") &&
		    lua_type(L, -1) == LUA_TSTRING)
			return 1;
		message = lua_pushfstring(L, "(error object is a %s value)",
					  luaL_typename(L, 1));
	}
	luaL_traceback(L, L, message, 1);
	return 1;
}

/* (module, argc, argv): what vm_call_module protects */
static int call_main(lua_State *L)
{
	int argc = (int)lua_tointeger(L, 2);
	char **argv = lua_touserdata(L, 3);
	int i;

	lua_pushcfunction(L, vm_require);
	lua_pushvalue(L, 1);
	lua_call(L, 1, 1);
	if (lua_getfield(L, -1, "main") != LUA_TFUNCTION)
		return luaL_error(L, "module '%s' has no function main",
				  lua_tostring(L, 1));
	lua_createtable(L, argc, 1);
	for (i = 0; i < argc; i++) {
		lua_pushstring(L, argv[i]);
		lua_rawseti(L, -2, i);
	}
	lua_call(L, 1, 1);
	return 1;
}

int vm_call_module(lua_State *L, const char *module, int argc, char **argv)
{
	lua_pushcfunction(L, add_traceback);
	lua_pushcfunction(L, call_main);
	lua_pushstring(L, module);
	lua_pushinteger(L, argc);
	lua_pushlightuserdata(L, argv);
	if (lua_pcall(L, 3, 1, -5) != LUA_OK) {
		fflush(stdout);
		fprintf(stderr, "luabox: %s\n", lua_tostring(L, -1));
		return EXIT_BUG;
	}
	return (int)lua_tointeger(L, -1);
}
