/*
 * vm_unpack.h - unpack what mk/pack.c packed
 *
 * Layer: mechanism, pure. A packed part is a row of symbols in prefix codes,
 * some with further bits behind them. A symbol is a byte, or says that bytes
 * are repeated: how many, and from a new distance, whose symbol is next, or
 * from that of the repetition before. A part of a module may repeat what
 * stands before it: that part of the modules that are not packed.
 *
 * Numbers come in slots, two for each power of two; the bits behind tell
 * which number of the slot. Instructions have four codes, one for each of
 * their bytes, and the distance's lowest two bits are in its slot.
 */

#ifndef VM_UNPACK_H
#define VM_UNPACK_H

#include <stddef.h>
#include <stdint.h>

#include "vm_image.h"

enum {
	VM_CODE_LONGEST = 15, /* bits */
	VM_CODE_FAST = 8, /* bits that one look into the table decodes */
	VM_SLOTS = 16, /* of lengths */
	VM_SHORTEST = 2, /* length, in slot 0 */
	VM_REPEAT = 256, /* the first symbol of a new distance */
	VM_REPEAT_LAST = VM_REPEAT + VM_SLOTS, /* of the distance before */
	VM_SYMBOLS = VM_REPEAT_LAST + VM_SLOTS,
	VM_CODES = 4 + 3 + 2, /* of instructions, other parts, distances */
	VM_DISTANCES =
		4 + 3, /* the first code of these: instructions, others */
};

/* A canonical prefix code. */
struct vm_code {
	uint16_t count[VM_CODE_LONGEST + 1]; /* of codes with so many bits */
	uint16_t symbols[VM_SYMBOLS]; /* in the order of their codes */
	/* of those longer than VM_CODE_FAST bits, the first and its place */
	uint16_t long_code, long_symbol;
	/* length << 9 | symbol by the next bits; 0: the code is longer */
	uint16_t fast[1 << VM_CODE_FAST];
};

/* Bytes behind the end that may be read, but for damage are not used. */
enum { VM_BEHIND = 16 };

struct vm_packed {
	const struct vm_code *codes;
	const unsigned char *at, *end;
	uint64_t bits; /* the next, the first of them on top */
	unsigned int have;
};

/* How a part is packed. */
struct vm_packing {
	unsigned int code, distances; /* which codes */
	unsigned int lanes; /* how many codes of bytes, which take turns */
	unsigned int low; /* bits of a distance that are in its slot */
};

extern const struct vm_packing vm_packings[VM_PARTS];

/*
 * Unpacks a part of size bytes; so many bytes stand before dictionary_end.
 * Returns 0, or -1 when the bits are not of the form.
 */
int vm_unpack(struct vm_packed *from, enum vm_part part,
	      const unsigned char *dictionary_end, size_t dictionary_size,
	      unsigned char *to, size_t size);

#endif
