/*
 * sys_field.h - what lies in memory: shared by sys_mem.c, sys_field.c and
 * sys_pointer.c
 *
 * Layer: mechanism. object is always the stack index of the memory that a
 * place p lies in: what is set there stays alive with it.
 */

#ifndef SYS_FIELD_H
#define SYS_FIELD_H

#include "sys.h"

enum { SYS_OWNER = 1, SYS_ANCHORS = 2 }; /* user values of memory */

static inline size_t sys_elementsize(const struct sys_layout *layout)
{
	return layout->size ? layout->size : 1;
}

/* ---- numbers ---- */

void sys_pushscalar(lua_State *L, unsigned scalar, const char *p);

/* ---- pointers ---- */

/* A pointer, or 64 bits that hold one, set to memory, a string or a number. */
void sys_setaddress(lua_State *L, unsigned scalar, char *p, int value,
		    int object);
void sys_pushpointer(lua_State *L, const char *p, int object);
/* A struct was copied: its pointers keep alive what they did before. */
void sys_copyanchors(lua_State *L, int object, char *to, int source,
		     const char *from, size_t size);

/* ---- fields and elements ---- */

const struct sys_field *sys_findexact(const struct sys_layout *layout,
				      const char *prefix, const char *name);
const struct sys_field *sys_findprefixed(const struct sys_layout *layout,
					 const char *name);
const struct sys_field *sys_findfield(const struct sys_layout *layout,
				      const char *name);
/* one that was read lately, by its name in Lua */
const struct sys_field *sys_findrecent(const struct sys_layout *layout,
				       const char *name);
void sys_rememberfield(const struct sys_layout *layout, const char *name,
		       const struct sys_field *f);
void sys_pushfield(lua_State *L, struct sys_mem *m, const struct sys_field *f,
		   int object);
void sys_assignfield(lua_State *L, struct sys_mem *m, const struct sys_field *f,
		     int value, int object);
void sys_assignelement(lua_State *L, const struct sys_layout *layout, char *p,
		       int value, int object);

#endif
