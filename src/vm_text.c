/*
 * vm_text.c - loading Lua from outside the binary: source text only
 *
 * Layer: mechanism. The stock loaders as lua.c and the base library call them
 * (vm_lua.h); a mode that asks for bytecode is taken as one that asks for
 * text.
 */

#include <lauxlib.h>

int vm_load_text(lua_State *L, lua_Reader reader, void *data, const char *name,
		 const char *mode);
int vm_loadfile_text(lua_State *L, const char *path, const char *mode);
int vm_loadbuffer_text(lua_State *L, const char *bytes, size_t size,
		       const char *name, const char *mode);

int vm_load_text(lua_State *L, lua_Reader reader, void *data, const char *name,
		 const char *mode)
{
	(void)mode;
	return lua_load(L, reader, data, name, "t");
}

int vm_loadfile_text(lua_State *L, const char *path, const char *mode)
{
	(void)mode;
	return luaL_loadfilex(L, path, "t");
}

int vm_loadbuffer_text(lua_State *L, const char *bytes, size_t size,
		       const char *name, const char *mode)
{
	(void)mode;
	return luaL_loadbufferx(L, bytes, size, name, "t");
}
