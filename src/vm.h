/*
 * vm.h - the Lua state of this binary: how it is made, what it can load
 *
 * Layer: mechanism. C modules, C applets and embedded Lua register or are found
 * here without any list kept by hand: the linker gathers the sections.
 */

#ifndef VM_H
#define VM_H

#include <stddef.h>
#include <stdint.h>

#include <lua.h>

struct vm_module {
	const char *name;
	lua_CFunction open;
};

struct vm_applet {
	const char *name;
	int (*main)(int argc, char **argv);
};

/* explicit alignment: GCC would over-align, and leave gaps between entries */
#define VM_SECTION(name) \
	__attribute__((used, section(name), aligned(sizeof(void *))))

/* a C module: require "text.lines" calls luaopen_text_lines */
#define VM_MODULE(name_, open_)                                        \
	static const struct vm_module vm_module_##open_                \
		VM_SECTION("vm_modules") = {name_, open_}

/* a command in C, for which no Lua state is made */
#define VM_APPLET(name_, main_)                                        \
	static const struct vm_applet vm_applet_##main_                \
		VM_SECTION("vm_applets") = {name_, main_}

/*
 * The address of what a pointer in section "sys_areas" names: those pointers
 * are left as they were linked (start.c), for relocating them would copy pages
 * that few runs need.
 */
extern uintptr_t vm_link_base;

static inline uintptr_t vm_address(uintptr_t as_linked)
{
	return vm_link_base + as_linked;
}

/* Tables of functions become read-only: for programs that stay (start.c). */
void vm_protect(void);

struct vm_limits {
	size_t memory;	       /* bytes; 0: no limit */
	uint64_t instructions; /* VM instructions; 0: no limit */
};

/* The only places that make a Lua state. NULL: not enough memory. */
lua_State *vm_new(const struct vm_limits *limits);

/* luaL_newstate and luaL_openlibs as the stock lua.c calls them */
lua_State *vm_lua_newstate(void);
void vm_lua_openlibs(lua_State *L);

/*
 * Require module and call its function main with the table of argv; the exit
 * status is what main returned, or 70 after an error (traceback on stderr).
 */
int vm_call_module(lua_State *L, const char *module, int argc, char **argv);

/* Pushes require's loader of an embedded or overriding module; 0: nothing. */
int vm_push_loader(lua_State *L, const char *name);

/* Is there such a module, embedded or overriding? */
int vm_has_module(const char *name);

/* Limits on a state that runs already (the service loader's). */
void vm_limit(lua_State *L, const struct vm_limits *limits);

int vm_lua_main(int argc, char **argv); /* the stock lua program */

/* C applets by name; NULL when there is none. */
const struct vm_applet *vm_find_applet(const char *name);

#endif
