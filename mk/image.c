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

void image_put_number(unsigned char *to, unsigned long long n, int size,
		      int big_endian)
{
	for (int i = 0; i < size; i++)
		to[i] = n >> 8 * (big_endian ? size - 1 - i : i);
}

static void put(struct image *image, enum vm_part part, const void *bytes,
		size_t size)
{
	struct image_part *to = &image->part[part];

	if (size > to->room - to->size) {
		image->failed = 1;
		return;
	}
	memcpy(to->data + to->size, bytes, size);
	to->size += size;
}

static void put_number(struct image *image, enum vm_part part, uint64_t n,
		       int size)
{
	unsigned char bytes[8];

	image_put_number(bytes, n, size, image->big_endian);
	put(image, part, bytes, size);
}

static void put_byte(struct image *image, unsigned int byte)
{
	put_number(image, VM_REST, byte, 1);
}

static void put_sevens(struct image *image, uint64_t n)
{
	for (; n > 127; n >>= 7)
		put_byte(image, 128 | (n & 127));
	put_byte(image, n);
}

static void put_string(struct image *image, const TString *s)
{
	size_t length = tsslen(s);

	if (length < VM_INLINE_LENGTH) {
		put_byte(image, VM_STRING + length);
	} else {
		put_byte(image, VM_LONG_STRING);
		put_sevens(image, length);
	}
	put(image, VM_TEXT, getstr(s), length);
}

static void put_constant(struct image *image, const TValue *k)
{
	uint64_t n;
	double number;

	switch (ttypetag(k)) {
	case LUA_VNIL: put_byte(image, VM_NIL); break;
	case LUA_VFALSE: put_byte(image, VM_FALSE); break;
	case LUA_VTRUE: put_byte(image, VM_TRUE); break;
	case LUA_VNUMINT:
		n = l_castS2U(ivalue(k));
		put_byte(image, VM_INTEGER);
		put_sevens(image, n << 1 ^ (0 - (n >> 63)));
		break;
	case LUA_VNUMFLT:
		number = fltvalue(k);
		memcpy(&n, &number, sizeof(n));
		put_byte(image, VM_FLOAT);
		put_number(image, VM_REST, n, 8);
		break;
	default: put_string(image, tsvalue(k));
	}
}

static void put_upvalue(struct image *image, const Upvaldesc *u)
{
	int is_env = u->name && !strcmp(getstr(u->name), "_ENV");

	put_byte(image, (u->instack ? VM_IN_STACK : 0) |
				(is_env ? VM_NAMED_ENV : 0) |
				u->kind << VM_KIND_SHIFT);
	put_byte(image, u->idx);
}

static void put_numbers(struct image *image, const Proto *p)
{
	int pc = 0;

	put_byte(image, p->sizeupvalues);
	put_byte(image, p->numparams);
	put_byte(image, p->is_vararg);
	put_byte(image, p->maxstacksize);
	put_sevens(image, p->sizecode);
	put_sevens(image, p->linedefined - image->line);
	put_sevens(image, p->lastlinedefined - p->linedefined);
	put_sevens(image, p->sizek);
	put_sevens(image, p->sizep);
	put_sevens(image, p->sizeabslineinfo);
	image->line = p->linedefined;
	for (int i = 0; i < p->sizeabslineinfo; i++) {
		const AbsLineInfo *a = &p->abslineinfo[i];

		put_sevens(image, a->pc - pc);
		put_sevens(image, a->line - p->linedefined);
		pc = a->pc;
	}
}

static void put_function(struct image *image, const Proto *p)
{
	if (p->linedefined > UINT16_MAX || image->functions++ > UINT16_MAX)
		image->failed = 1;
	put_numbers(image, p);
	for (int i = 0; i < p->sizecode; i++)
		put_number(image, VM_CODE, p->code[i], 4);
	put(image, VM_LINES, p->lineinfo, p->sizelineinfo);
	for (int i = 0; i < p->sizeupvalues; i++)
		put_upvalue(image, &p->upvalues[i]);
	for (int i = 0; i < p->sizek; i++)
		put_constant(image, &p->k[i]);
	for (int i = 0; i < p->sizep; i++)
		put_function(image, p->p[i]);
}

void image_write(struct image *image, const Proto *p)
{
	image->functions = 0;
	image->line = 0;
	put(image, VM_TEXT, getstr(p->source), tsslen(p->source) + 1);
	put_function(image, p);
}
