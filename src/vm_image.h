/*
 * vm_image.h - compiled Lua as it lies in the binary
 *
 * Layer: mechanism. mk/image.c writes what vm_image.c reads. A function is one
 * record; the functions inside it are records inside it. A record begins at a
 * multiple of four and holds, in this order:
 *
 *   struct vm_function
 *   instructions           uint32_t each
 *   absolute lines         two uint32_t each: instruction, line
 *   line differences       a byte an instruction
 *   upvalues               three bytes each: in stack, index, kind
 *   constants              a tag each, and what it stands for
 *   inner functions        records
 *
 * Numbers have the byte order of the machine that runs it. Instructions and
 * lines are used where they lie and are not copied.
 */

#ifndef VM_IMAGE_H
#define VM_IMAGE_H

#include <stdint.h>

struct vm_function {
	uint32_t size; /* of the record, all in it counted */
	uint32_t code; /* instructions */
	uint32_t inner; /* where in the record the inner functions begin */
	uint16_t line, last_line;
	uint16_t constants, functions, absolute_lines;
	uint8_t upvalues, parameters, vararg, stack;
};

enum vm_constant {
	VM_NIL,
	VM_FALSE,
	VM_TRUE,
	VM_INTEGER, /* the lowest bit is the sign, in sevens: see below */
	VM_FLOAT,   /* eight bytes */
	VM_STRING,  /* from here on the length is in the tag: tag - VM_STRING */
	VM_LONG_STRING = 255, /* the length in sevens */
	/* sevens: seven bits a byte, the lowest first, the last below 128 */
};

enum {
	VM_NAMED_ENV = 128, /* in an upvalue's kind: its name is _ENV */
	VM_INLINE_LENGTH = VM_LONG_STRING - VM_STRING,
};

#endif
