/*
 * vm_internal.h - what the parts of the machine share
 *
 * Layer: mechanism, for vm*.c alone.
 */

#ifndef VM_INTERNAL_H
#define VM_INTERNAL_H

#include <lauxlib.h>
#include <lua.h>

/* vm_library.c: the globals, as they are used. */
void vm_open_libraries(lua_State *L);
int vm_write_errno(void); /* of io.write's first failure; 0: none */

/* vm_modules.c */
int vm_require(lua_State *L); /* the light one */
void vm_open_package(lua_State *L); /* the package library, and its require */
const char *vm_override_folder(void); /* NULL: none */

/* vm_image.c: pushes a module's main function. Only memory can fail. */
struct vm_function;
void vm_push_image(lua_State *L, const struct vm_function *functions);

#endif
