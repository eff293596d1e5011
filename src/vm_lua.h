/*
 * vm_lua.h - how the stock lua.c and base library are fitted in
 *
 * Layer: build. Included before their sources (mk/third-party.mk): a state is
 * made by vm.c alone, and precompiled code is taken from the binary alone;
 * bytecode from outside could crash the interpreter. The seed of the strings'
 * hash is the kernel's, for the clock tells an attacker too much. vm_library.c
 * may keep a library's functions back.
 */

#ifndef VM_LUA_H
#define VM_LUA_H

#ifdef VM_STOCK /* the stock sources themselves */

#define luaL_setfuncs vm_setfuncs
#define lua_createtable vm_createtable
#define luaL_newstate vm_lua_newstate
#define luaL_openlibs vm_lua_openlibs
#define lua_load vm_load_text
#define luaL_loadfilex vm_loadfile_text
#define luaL_loadbufferx vm_loadbuffer_text
#define luai_makeseed(L) vm_seed()

#else

#include <lauxlib.h>

void vm_setfuncs(lua_State *L, const luaL_Reg *list, int upvalues);
void vm_createtable(lua_State *L, int array, int record);

#endif

unsigned vm_seed(void);

#ifdef lua_c_program
int vm_lua_main(int argc, char **argv);
#define main vm_lua_main
#endif

#endif
