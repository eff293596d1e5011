/*
 * vm.c - the only place that makes a Lua state
 *
 * Layer: mechanism. A state starts with the base library alone: the other
 * standard libraries open when their global is first asked for, modules when
 * they are required, because most runs of an applet need few of them.
 */

#include "vm.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>

#include <lauxlib.h>
#include <lualib.h>
#include <lstate.h> /* luaE_setdebt: the API cannot delay the first cycle */

#include "vm_embedded.h"
#include "vm_heap.h"
#include "vm_unpack.h"

#define FREE_START (512 * 1024) /* bytes made before the collector first runs */
#define EXIT_BUG 70 /* EX_SOFTWARE of sysexits.h: not any applet's own status */

extern const struct vm_module __start_vm_modules[], __stop_vm_modules[];
extern const struct vm_applet __start_vm_applets[], __stop_vm_applets[];

/* libraries that open when their global is first used */
static const luaL_Reg lazy_libraries[] = {
	{LUA_TABLIBNAME, luaopen_table},    {LUA_OSLIBNAME, luaopen_os},
	{LUA_MATHLIBNAME, luaopen_math},    {LUA_UTF8LIBNAME, luaopen_utf8},
	{LUA_COLIBNAME, luaopen_coroutine}, {LUA_DBLIBNAME, luaopen_debug},
};

const struct vm_applet *vm_find_applet(const char *name)
{
	const struct vm_applet *a;

	for (a = __start_vm_applets; a < __stop_vm_applets; a++)
		if (strcmp(a->name, name) == 0)
			return a;
	return NULL;
}

/* {{{ modules: embedded, in C, and overriding ones on disk */

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
static const char *override_folder(void)
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
	const char *folder = override_folder();
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
	return find_embedded(name) || find_c_module(name) ||
	       (override_folder() && has_override(name));
}

/* Loading is protected inside Lua: it cannot leave with the buffer. */
static int load_embedded(lua_State *L, const struct vm_embedded *e,
			 const char *name)
{
	const unsigned char *data = vm_embedded_data + e->data;
	unsigned char *unpacked = NULL;
	int status;

	if (e->stored < e->size) {
		unpacked = malloc(e->size);
		if (!unpacked || vm_unpack(vm_embedded_codes, vm_embedded_data,
					   vm_embedded_dictionary, data,
					   e->stored, unpacked, e->size) < 0) {
			free(unpacked);
			lua_pushfstring(L, "%s: cannot unpack the module",
					name);
			return LUA_ERRMEM;
		}
		data = unpacked;
	}
	status = luaL_loadbufferx(L, (const char *)data, e->size, name, "b");
	free(unpacked);
	return status;
}

int vm_push_loader(lua_State *L, const char *name)
{
	const struct vm_embedded *e;
	const struct vm_module *m;

	if (override_folder() && push_override(L, name))
		return 2;
	e = find_embedded(name);
	if (e) {
		if (load_embedded(L, e, name) != LUA_OK)
			lua_error(L);
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

static void open_package(lua_State *L)
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
static int light_require(lua_State *L)
{
	const char *name = luaL_checkstring(L, 1);

	lua_settop(L, 1);
	luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	lua_getfield(L, 2, name);
	if (lua_toboolean(L, -1))
		return 1;
	lua_pop(L, 1);
	if (!vm_push_loader(L, name)) {
		open_package(L);
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

/* }}} */

/* {{{ states */

/*
 * io.write before anything else of io was used: most applets need no more.
 * Unlike the library's it does not return the file.
 */
static int write_errno; /* of the first write that failed */

static int light_write(lua_State *L)
{
	int i, n = lua_gettop(L);
	size_t length;
	const char *s;

	for (i = 1; i <= n; i++) {
		s = luaL_checklstring(L, i, &length);
		if (fwrite(s, 1, length, stdout) != length) {
			if (!write_errno)
				write_errno = errno;
			return luaL_fileresult(L, 0, NULL);
		}
	}
	lua_pushboolean(L, 1);
	return 1;
}

static int open_io(lua_State *L) /* __index of the light io */
{
	lua_settop(L, 2);
	luaL_requiref(L, LUA_IOLIBNAME, luaopen_io, 1);
	lua_pushvalue(L, 2);
	lua_gettable(L, -2);
	return 1;
}

static void push_light_io(lua_State *L)
{
	lua_createtable(L, 0, 1);
	lua_pushcfunction(L, light_write);
	lua_setfield(L, -2, "write");
	lua_createtable(L, 0, 1);
	lua_pushcfunction(L, open_io);
	lua_setfield(L, -2, "__index");
	lua_setmetatable(L, -2);
	lua_pushvalue(L, -1);
	lua_setglobal(L, LUA_IOLIBNAME);
}

static int open_lazily(lua_State *L) /* __index of the globals */
{
	const char *name = lua_tostring(L, 2);
	size_t i;

	if (!name || lua_type(L, 2) != LUA_TSTRING)
		return 0;
	if (strcmp(name, LUA_IOLIBNAME) == 0) {
		push_light_io(L);
		return 1;
	}
	for (i = 0; i < sizeof lazy_libraries / sizeof *lazy_libraries; i++) {
		if (strcmp(lazy_libraries[i].name, name) == 0) {
			luaL_requiref(L, name, lazy_libraries[i].func, 1);
			return 1;
		}
	}
	if (strcmp(name, LUA_LOADLIBNAME) == 0) {
		open_package(L);
		lua_getglobal(L, LUA_LOADLIBNAME);
		return 1;
	}
	return 0;
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

unsigned vm_seed(void); /* vm_lua.h */

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
	luaL_requiref(L, LUA_GNAME, luaopen_base, 1);
	lua_createtable(L, 0, 1);
	lua_pushcfunction(L, open_lazily);
	lua_setfield(L, -2, "__index");
	lua_setmetatable(L, -2);
	lua_pushcfunction(L, light_require);
	lua_setfield(L, -2, "require");
	lua_pop(L, 1);
	/* strings have methods without any global being named */
	luaL_requiref(L, LUA_STRLIBNAME, luaopen_string, 1);
	lua_pop(L, 1);
	return L;
}

lua_State *vm_lua_newstate(void)
{
	return new_state(NULL);
}

void vm_lua_openlibs(lua_State *L)
{
	luaL_openlibs(L);
	open_package(L);
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

	lua_pushcfunction(L, light_require);
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

/* }}} */

/* {{{ require "vm": what Lua may ask of its own machine */

/* vm.limit(bytes, instructions): caps on this state from now on; 0 is none */
static int vm_lua_limit(lua_State *L)
{
	struct vm_limits limits;

	limits.memory = (size_t)luaL_optinteger(L, 1, 0);
	limits.instructions = (uint64_t)luaL_optinteger(L, 2, 0);
	vm_limit(L, &limits);
	return 0;
}

/* vm.modules([prefix]) -> sorted array of the embedded modules' names */
static int vm_lua_modules(lua_State *L)
{
	const char *prefix = luaL_optstring(L, 1, "");
	size_t length = strlen(prefix);
	unsigned i;
	lua_Integer n = 0;

	lua_newtable(L);
	for (i = 0; i < vm_embedded_count; i++) {
		const char *name = vm_embedded_names + vm_embedded[i].name;

		if (strncmp(name, prefix, length) != 0)
			continue;
		lua_pushstring(L, name);
		lua_rawseti(L, -2, ++n);
	}
	return 1;
}

/* vm.applets() -> array of the names of the applets that are in C */
static int vm_lua_applets(lua_State *L)
{
	const struct vm_applet *a;
	lua_Integer n = 0;

	lua_newtable(L);
	for (a = __start_vm_applets; a < __stop_vm_applets; a++) {
		lua_pushstring(L, a->name);
		lua_rawseti(L, -2, ++n);
	}
	return 1;
}

/* vm.has(name) -> is there such a module, embedded or overriding */
static int vm_lua_has(lua_State *L)
{
	lua_pushboolean(L, vm_has_module(luaL_checkstring(L, 1)));
	return 1;
}

/* vm.flush() -> true, or nil and the message: standard output, written out */
static int vm_lua_flush(lua_State *L)
{
	int failed = fflush(stdout) != 0;

	if (!failed && ferror(stdout)) { /* an earlier write, not looked at */
		failed = 1;
		errno = write_errno ? write_errno : EIO;
	}
	return luaL_fileresult(L, !failed, NULL);
}

/* vm.override() -> the folder whose Lua takes precedence, or nil */
static int vm_lua_override(lua_State *L)
{
	lua_pushstring(L, override_folder());
	return 1;
}

static int luaopen_vm(lua_State *L)
{
	static const luaL_Reg functions[] = {
		{"limit", vm_lua_limit},       {"modules", vm_lua_modules},
		{"applets", vm_lua_applets},   {"has", vm_lua_has},
		{"override", vm_lua_override}, {"flush", vm_lua_flush},
		{NULL, NULL},
	};

	luaL_newlib(L, functions);
	return 1;
}

VM_MODULE("vm", luaopen_vm);

/* }}} */
