/*
 * vm_image.c - functions of embedded modules, completed when they are called
 *
 * Layer: mechanism; knows the inside of Lua 5.4. Most runs of a command call
 * few of the functions that its modules hold. So a function begins as a
 * prototype without code, constants and inner functions; Lua's way to call
 * (ldo.c, by vm_called.h) has it completed. Code and lines stay where they lie
 * in the image. Their sizes, which Lua needs only to give the memory back, are
 * told as 0, and nothing is given back.
 */

#include "vm_image.h"

#include <string.h>

#include <lua.h>

#include <ldo.h>
#include <lfunc.h>
#include <lgc.h>
#include <llex.h>
#include <lmem.h>
#include <lstate.h>
#include <lstring.h>
#include <ltable.h>

#include "vm_called.h"
#include "vm_internal.h"

static const uint32_t *code_of(const struct vm_function *f)
{
	return (const uint32_t *)(f + 1);
}

static const uint32_t *absolute_lines_of(const struct vm_function *f)
{
	return code_of(f) + f->code;
}

static const unsigned char *lines_of(const struct vm_function *f)
{
	return (const unsigned char *)(absolute_lines_of(f) +
				       2 * f->absolute_lines);
}

static const unsigned char *upvalues_of(const struct vm_function *f)
{
	return lines_of(f) + f->code;
}

static const struct vm_function *record_at(const void *start, size_t offset)
{
	return (const void *)((const char *)start + offset);
}

/*
 * Fills in what a closure needs, in a prototype that the collector reaches
 * already. Its record is remembered in a field that has no use yet.
 */
static void begin(lua_State *L, Proto *p, const struct vm_function *f,
		  TString *source)
{
	const unsigned char *from = upvalues_of(f);
	int i;

	p->abslineinfo = (AbsLineInfo *)(uintptr_t)f;
	p->source = source;
	luaC_objbarrier(L, p, source);
	p->lineinfo = (ls_byte *)(uintptr_t)lines_of(f);
	p->linedefined = f->line;
	p->lastlinedefined = f->last_line;
	p->numparams = f->parameters;
	p->is_vararg = f->vararg;
	p->maxstacksize = f->stack;
	p->upvalues = luaM_newvector(L, f->upvalues, Upvaldesc);
	p->sizeupvalues = f->upvalues;
	for (i = 0; i < f->upvalues; i++, from += 3) {
		p->upvalues[i].name = NULL;
		p->upvalues[i].instack = from[0];
		p->upvalues[i].idx = from[1];
		p->upvalues[i].kind = from[2] & ~VM_NAMED_ENV;
	}
}

static uint64_t get_sevens(const unsigned char **at)
{
	uint64_t n = 0;
	unsigned int shift = 0;

	do
		n |= (uint64_t)(**at & 127) << shift;
	while (shift += 7, *(*at)++ & 128);
	return n;
}

static void get_constant(lua_State *L, Proto *p, TValue *to,
			 const unsigned char **at)
{
	unsigned int tag = *(*at)++;
	lua_Number number;
	uint64_t n;
	TString *s;

	switch (tag) {
	case VM_NIL:
		setnilvalue(to);
		return;
	case VM_FALSE:
		setbfvalue(to);
		return;
	case VM_TRUE:
		setbtvalue(to);
		return;
	case VM_INTEGER:
		n = get_sevens(at);
		setivalue(to, (lua_Integer)(n >> 1 ^ (0 - (n & 1))));
		return;
	case VM_FLOAT:
		memcpy(&number, *at, sizeof number);
		*at += sizeof number;
		setfltvalue(to, number);
		return;
	case VM_LONG_STRING:
		n = get_sevens(at);
		break;
	default:
		n = tag - VM_STRING;
	}
	s = luaS_newlstr(L, (const char *)*at, n);
	*at += n;
	setsvalue2n(L, to, s);
	luaC_objbarrier(L, p, s);
}

static const unsigned char *name_upvalues(lua_State *L, Proto *p,
					  const unsigned char *at)
{
	int i;

	for (i = 0; i < p->sizeupvalues; i++, at += 3) {
		if (!(at[2] & VM_NAMED_ENV))
			continue;
		p->upvalues[i].name = luaS_newliteral(L, LUA_ENV);
		luaC_objbarrier(L, p, p->upvalues[i].name);
	}
	return at;
}

/* Memory may have ended in the middle of an earlier attempt. */
static void discard(lua_State *L, Proto *p)
{
	luaM_freearray(L, p->k, p->sizek);
	luaM_freearray(L, p->p, p->sizep);
	p->k = NULL;
	p->p = NULL;
	p->sizek = p->sizep = 0;
}

static void set_constants(lua_State *L, Proto *p, const struct vm_function *f)
{
	const unsigned char *at = name_upvalues(L, p, upvalues_of(f));
	int i;

	p->k = luaM_newvector(L, f->constants, TValue);
	p->sizek = f->constants;
	for (i = 0; i < f->constants; i++)
		setnilvalue(&p->k[i]);
	for (i = 0; i < f->constants; i++)
		get_constant(L, p, &p->k[i], &at);
}

static void set_functions(lua_State *L, Proto *p, const struct vm_function *f)
{
	const struct vm_function *inner = record_at(f, f->inner);
	int i;

	p->p = luaM_newvector(L, f->functions, Proto *);
	p->sizep = f->functions;
	for (i = 0; i < f->functions; i++)
		p->p[i] = NULL;
	for (i = 0; i < f->functions; i++) {
		p->p[i] = luaF_newproto(L);
		luaC_objbarrier(L, p, p->p[i]);
		begin(L, p->p[i], inner, p->source);
		inner = record_at(inner, inner->size);
	}
}

void vm_complete(lua_State *L, Proto *p)
{
	const struct vm_function *f = (const void *)p->abslineinfo;
	AbsLineInfo *lines;
	int i;

	discard(L, p);
	set_constants(L, p, f);
	set_functions(L, p, f);
	lines = luaM_newvector(L, f->absolute_lines, AbsLineInfo);
	for (i = 0; i < f->absolute_lines; i++) {
		lines[i].pc = (int)absolute_lines_of(f)[2 * i];
		lines[i].line = (int)absolute_lines_of(f)[2 * i + 1];
	}
	p->abslineinfo = lines;
	p->sizeabslineinfo = f->absolute_lines;
	p->code = (Instruction *)(uintptr_t)code_of(f);
}

void vm_push_image(lua_State *L, const void *image)
{
	const struct vm_function *f = image;
	const TValue *globals;
	LClosure *closure = luaF_newLclosure(L, f->upvalues);
	setclLvalue2s(L, L->top, closure);
	luaD_inctop(L);
	closure->p = luaF_newproto(L);
	luaC_objbarrier(L, closure, closure->p);
	begin(L, closure->p, f,
	      luaS_new(L, (const char *)record_at(f, f->size)));
	luaF_initupvals(L, closure);
	globals = luaH_getint(hvalue(&G(L)->l_registry), LUA_RIDX_GLOBALS);
	setobj(L, closure->upvals[0]->v, globals);
	luaC_barrier(L, closure->upvals[0], globals);
}
