/*
 * vm_image.h - compiled Lua as it lies in the binary
 *
 * Layer: mechanism. mk/image.c writes what vm_link.c and vm_image.c read. The
 * bytes of a module lie in four parts, by their kind, for each kind packs best
 * by itself. In each part the functions follow one another, the outer one
 * before those inside it:
 *
 *   VM_CODE   instructions: uint32_t each, of the machine's byte order
 *   VM_LINES  a byte an instruction: how its line differs from the one before
 *   VM_TEXT   the bytes of its strings; the main one's name and a NUL first
 *   VM_REST   the function's numbers, see below
 *
 * The numbers: upvalues, parameters, vararg, stack (a byte each);
 * instructions, lines since the function before began, lines to the end,
 * constants, inner functions, absolute lines (in sevens); for each absolute
 * line the instructions since the last and the line's distance from the
 * function's first (in sevens); for each upvalue its kind and its index (a
 * byte each); for each constant a tag and what it stands for.
 *
 * Code, lines and strings' bytes are used where they lie.
 */

#ifndef VM_IMAGE_H
#define VM_IMAGE_H

#include <stddef.h>
#include <stdint.h>

enum vm_part { VM_CODE, VM_LINES, VM_TEXT, VM_REST, VM_PARTS };

/*
 * Where a function's bytes are, counted from this record: the functions of a
 * module are an array of these, the outer before the inner ones.
 */
struct vm_function {
	int32_t part[VM_PARTS];
	uint16_t line; /* 0: the main function */
	uint16_t within; /* so many of the next records are inside it */
};

enum vm_constant {
	VM_NIL,
	VM_FALSE,
	VM_TRUE,
	VM_INTEGER, /* in sevens; the lowest bit is the sign */
	VM_FLOAT, /* eight bytes */
	VM_STRING, /* from here on the length is in the tag: tag - VM_STRING */
	VM_LONG_STRING = 255, /* the length in sevens */
	/* sevens: seven bits a byte, the lowest first, the last below 128 */
};

enum vm_upvalue {
	VM_IN_STACK = 1,
	VM_NAMED_ENV = 2, /* its name is _ENV */
	VM_KIND_SHIFT = 2,
};

enum { VM_INLINE_LENGTH = VM_LONG_STRING - VM_STRING };

/* The numbers of a function that come first, and where the others begin. */
struct vm_numbers {
	unsigned int upvalues, parameters, vararg, stack;
	uint32_t code, line, lines, constants, functions, absolute_lines;
	const unsigned char *absolute_line, *upvalue; /* the first */
};

static inline uint64_t vm_get_sevens(const unsigned char **at)
{
	uint64_t n = 0;
	unsigned int shift = 0;

	do
		n |= (uint64_t)(**at & 127) << shift;
	while (shift += 7, *(*at)++ & 128);
	return n;
}

void vm_get_numbers(struct vm_numbers *n, const unsigned char *rest);

/* The length of the string that a tag begins; at stands behind the tag. */
static inline size_t vm_get_length(unsigned int tag, const unsigned char **at)
{
	return tag == VM_LONG_STRING ? vm_get_sevens(at) : tag - VM_STRING;
}

/* Fills in the functions of a module; part[] is where its parts begin. */
void vm_link(struct vm_function *functions,
	     const unsigned char *const part[VM_PARTS]);

#endif
