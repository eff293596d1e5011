/*
 * image.c - write compiled Lua in the form of src/vm_image.h
 *
 * Layer: build tool, pure.
 *
 * Lines stay, for the messages' sake, and the name _ENV, by which they know a
 * global. Names of locals and of other upvalues do not: they are a third of
 * the strings that each start of an applet would have to make.
 */

#include "image.h"

#include <string.h>

#include "lstate.h"

#include "../src/vm_image.h"

struct output {
	unsigned char *data;
	size_t size, room;
	int big_endian, failed;
};

static void put(struct output *out, const void *bytes, size_t size)
{
	if (size > out->room - out->size) {
		out->failed = 1;
		return;
	}
	memcpy(out->data + out->size, bytes, size);
	out->size += size;
}

static void put_byte(struct output *out, unsigned int byte)
{
	unsigned char one = byte;

	put(out, &one, 1);
}

static void put_number(struct output *out, uint64_t n, int size)
{
	if (size < 8 && n >> 8 * size)
		out->failed = 1;
	for (int i = 0; i < size; i++)
		put_byte(out, n >> 8 * (out->big_endian ? size - 1 - i : i));
}

/* at a place that was left for it */
static void set_number(struct output *out, size_t at, uint64_t n)
{
	struct output there = *out;

	there.size = at;
	put_number(&there, n, 4);
	out->failed |= there.failed;
}

static void align(struct output *out)
{
	while (out->size % 4 && !out->failed)
		put_byte(out, 0);
}

static void put_sevens(struct output *out, uint64_t n)
{
	for (; n > 127; n >>= 7)
		put_byte(out, 128 | (n & 127));
	put_byte(out, n);
}

static void put_string(struct output *out, const TString *s)
{
	size_t length = tsslen(s);

	if (length < VM_INLINE_LENGTH) {
		put_byte(out, VM_STRING + length);
	} else {
		put_byte(out, VM_LONG_STRING);
		put_sevens(out, length);
	}
	put(out, getstr(s), length);
}

static void put_constant(struct output *out, const TValue *k)
{
	uint64_t n;
	double number;

	switch (ttypetag(k)) {
	case LUA_VNIL:
		put_byte(out, VM_NIL);
		break;
	case LUA_VFALSE:
		put_byte(out, VM_FALSE);
		break;
	case LUA_VTRUE:
		put_byte(out, VM_TRUE);
		break;
	case LUA_VNUMINT:
		n = l_castS2U(ivalue(k));
		put_byte(out, VM_INTEGER);
		put_sevens(out, n << 1 ^ (0 - (n >> 63)));
		break;
	case LUA_VNUMFLT:
		number = fltvalue(k);
		memcpy(&n, &number, sizeof(n));
		put_byte(out, VM_FLOAT);
		put_number(out, n, 8);
		break;
	default:
		put_string(out, tsvalue(k));
	}
}

static void put_upvalue(struct output *out, const Upvaldesc *u)
{
	int is_env = u->name && !strcmp(getstr(u->name), "_ENV");

	put_byte(out, u->instack);
	put_byte(out, u->idx);
	put_byte(out, u->kind | (is_env ? VM_NAMED_ENV : 0));
}

static void put_function(struct output *out, const Proto *p)
{
	size_t start = out->size;

	put_number(out, 0, 4); /* the size */
	put_number(out, p->sizecode, 4);
	put_number(out, 0, 4); /* where the inner functions are */
	put_number(out, p->linedefined, 2);
	put_number(out, p->lastlinedefined, 2);
	put_number(out, p->sizek, 2);
	put_number(out, p->sizep, 2);
	put_number(out, p->sizeabslineinfo, 2);
	put_byte(out, p->sizeupvalues);
	put_byte(out, p->numparams);
	put_byte(out, p->is_vararg);
	put_byte(out, p->maxstacksize);
	align(out);

	for (int i = 0; i < p->sizecode; i++)
		put_number(out, p->code[i], 4);
	for (int i = 0; i < p->sizeabslineinfo; i++) {
		put_number(out, p->abslineinfo[i].pc, 4);
		put_number(out, p->abslineinfo[i].line, 4);
	}
	put(out, p->lineinfo, p->sizelineinfo);
	for (int i = 0; i < p->sizeupvalues; i++)
		put_upvalue(out, &p->upvalues[i]);
	for (int i = 0; i < p->sizek; i++)
		put_constant(out, &p->k[i]);
	align(out);

	set_number(out, start + offsetof(struct vm_function, inner),
		   out->size - start);
	for (int i = 0; i < p->sizep; i++)
		put_function(out, p->p[i]);
	set_number(out, start, out->size - start);
}

size_t image_write(const Proto *p, int big_endian, unsigned char *to,
		   size_t room)
{
	struct output out = {to, 0, room, big_endian, 0};

	put_function(&out, p);
	put(&out, getstr(p->source), tsslen(p->source) + 1);
	align(&out);
	return out.failed ? 0 : out.size;
}
