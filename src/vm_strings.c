/*
 * vm_strings.c - the table of strings keeps a size that it would grow to again
 *
 * Layer: mechanism. After each collection Lua halves a table that is not filled
 * to a quarter. A program that makes strings in a loop fills it by the next
 * collection, so that each would sort thousands of strings anew, twice.
 * lgc.c calls this for luaS_resize (mk/third-party.mk).
 */

#define LUA_CORE
#include <lprefix.h>

#include <lstring.h>

#define KEEP 8192 /* places: 64 KiB */

void vm_shrink_strings(lua_State *L, int size);

void vm_shrink_strings(lua_State *L, int size)
{
	if (size >= KEEP)
		luaS_resize(L, size);
}
