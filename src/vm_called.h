/*
 * vm_called.h - how ldo.c has a function completed before it runs it
 *
 * Layer: build. Included before the stock ldo.c (mk/third-party.mk), the only
 * file that starts Lua functions: each time it takes a closure from a value, it
 * is to be one with code. A prototype without any is one of vm_image.c.
 */

#ifndef VM_CALLED_H
#define VM_CALLED_H

#ifdef ldo_fitted /* as ldo.c begins */
#define LUA_CORE
#include <lprefix.h>
#endif

#include <lobject.h>
#include <lstate.h>

void vm_complete(lua_State *L, Proto *p); /* may raise: memory */

#ifdef ldo_fitted

static inline LClosure *vm_called(lua_State *L, LClosure *closure)
{
	if (l_unlikely(!closure->p->code))
		vm_complete(L, closure->p);
	return closure;
}

#undef clLvalue
#define clLvalue(o) vm_called(L, gco2lcl((o)->value_.gc))

#endif

#endif
