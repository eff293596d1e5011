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

static const unsigned char *part_of(const struct vm_function *f,
				    enum vm_part part)
{
	return (const unsigned char *)f + f->part[part];
}

/*
 * Fills in what a closure needs, in a prototype that the collector reaches
 * already. Its record is remembered in a field that has no use yet.
 */
static void begin(lua_State *L, Proto *p, const struct vm_function *f,
		  TString *source)
{
	struct vm_numbers n;
	const unsigned char *from;
	unsigned int i;

	vm_get_numbers(&n, part_of(f, VM_REST));
	from = n.upvalue;
	p->abslineinfo = (AbsLineInfo *)(uintptr_t)f;
	p->source = source;
	luaC_objbarrier(L, p, source);
	p->lineinfo = (ls_byte *)(uintptr_t)part_of(f, VM_LINES);
	p->linedefined = f->line;
	p->lastlinedefined = f->line + (int)n.lines;
	p->numparams = n.parameters;
	p->is_vararg = n.vararg;
	p->maxstacksize = n.stack;
	p->upvalues = luaM_newvector(L, n.upvalues, Upvaldesc);
	p->sizeupvalues = (int)n.upvalues;
	for (i = 0; i < n.upvalues; i++, from += 2) {
		p->upvalues[i].name = NULL;
		p->upvalues[i].instack = from[0] & VM_IN_STACK;
		p->upvalues[i].kind = from[0] >> VM_KIND_SHIFT;
		p->upvalues[i].idx = from[1];
	}
}

static void get_constant(lua_State *L, Proto *p, TValue *to,
			 const unsigned char **at, const char **text)
{
	unsigned int tag = *(*at)++;
	lua_Number number;
	size_t length;
	uint64_t n;
	TString *s;

	switch (tag) {
	case VM_NIL: setnilvalue(to); return;
	case VM_FALSE: setbfvalue(to); return;
	case VM_TRUE: setbtvalue(to); return;
	case VM_INTEGER:
		n = vm_get_sevens(at);
		setivalue(to, (lua_Integer)(n >> 1 ^ (0 - (n & 1))));
		return;
	case VM_FLOAT:
		memcpy(&number, *at, sizeof number);
		*at += sizeof number;
		setfltvalue(to, number);
		return;
	}
	length = vm_get_length(tag, at);
	s = luaS_newlstr(L, *text, length);
	*text += length;
	setsvalue2n(L, to, s);
	luaC_objbarrier(L, p, s);
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

static void set_constants(lua_State *L, Proto *p, const struct vm_function *f,
			  const struct vm_numbers *n)
{
	const unsigned char *at = n->upvalue;
	const char *text = (const char *)part_of(f, VM_TEXT);
	unsigned int i;

	for (i = 0; i < n->upvalues; i++, at += 2) {
		if (!(*at & VM_NAMED_ENV))
			continue;
		p->upvalues[i].name = luaS_newliteral(L, LUA_ENV);
		luaC_objbarrier(L, p, p->upvalues[i].name);
	}
	if (f->line == 0)
		text += strlen(text) + 1;
	p->k = luaM_newvector(L, n->constants, TValue);
	p->sizek = (int)n->constants;
	for (i = 0; i < n->constants; i++)
		setnilvalue(&p->k[i]);
	for (i = 0; i < n->constants; i++)
		get_constant(L, p, &p->k[i], &at, &text);
}

static void set_functions(lua_State *L, Proto *p, const struct vm_function *f,
			  unsigned int count)
{
	unsigned int i;

	p->p = luaM_newvector(L, count, Proto *);
	p->sizep = (int)count;
	for (i = 0; i < count; i++)
		p->p[i] = NULL;
	for (i = 0, f++; i < count; i++, f += 1 + f->within) {
		p->p[i] = luaF_newproto(L);
		luaC_objbarrier(L, p, p->p[i]);
		begin(L, p->p[i], f, p->source);
	}
}

void vm_complete(lua_State *L, Proto *p)
{
	const struct vm_function *f = (const void *)p->abslineinfo;
	const unsigned char *at;
	struct vm_numbers n;
	AbsLineInfo *lines;
	unsigned int i;
	int pc = 0;

	vm_get_numbers(&n, part_of(f, VM_REST));
	discard(L, p);
	set_constants(L, p, f, &n);
	set_functions(L, p, f, n.functions);
	lines = luaM_newvector(L, n.absolute_lines, AbsLineInfo);
	at = n.absolute_line;
	for (i = 0; i < n.absolute_lines; i++) {
		lines[i].pc = pc += (int)vm_get_sevens(&at);
		lines[i].line = f->line + (int)vm_get_sevens(&at);
	}
	p->abslineinfo = lines;
	p->sizeabslineinfo = (int)n.absolute_lines;
	p->code = (Instruction *)(uintptr_t)part_of(f, VM_CODE);
}

void vm_push_image(lua_State *L, const struct vm_function *f)
{
	const TValue *globals;
	LClosure *closure = luaF_newLclosure(L, 1); /* its upvalue: _ENV */

	setclLvalue2s(L, L->top, closure);
	luaD_inctop(L);
	closure->p = luaF_newproto(L);
	luaC_objbarrier(L, closure, closure->p);
	begin(L, closure->p, f, luaS_new(L, (const char *)part_of(f, VM_TEXT)));
	luaF_initupvals(L, closure);
	globals = luaH_getint(hvalue(&G(L)->l_registry), LUA_RIDX_GLOBALS);
	setobj(L, closure->upvals[0]->v, globals);
	luaC_barrier(L, closure->upvals[0], globals);
}
