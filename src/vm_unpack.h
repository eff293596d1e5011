/*
 * vm_unpack.h - unpack what mk/pack.c packed
 *
 * Layer: mechanism, pure. A packed part is a row of symbols in prefix codes,
 * some with further bits behind them. A symbol is a byte, or says that bytes
 * are repeated: how many, and from a new distance, whose symbol is next, or
 * from that of the repetition before. A part of a module may repeat what
 * stands before it: that part of the modules that are not packed.
 *
 * Which code a symbol is in, a byte before it tells, its context: the first
 * byte of the same instruction, for the first that of the instruction before;
 * in other parts the last byte. On little-endian machines an instruction
 * begins with its operation.
 *
 * Numbers come in slots, two for each power of two; the bits behind tell
 * which number of the slot. The lowest two bits of a distance between
 * instructions are in its slot.
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
	VM_LANES = 4 + 3, /* bytes of an instruction, of the other parts */
	VM_DISTANCES = 2, /* codes of them: instructions', others'; the first */
	VM_CODES = 64, /* at most */
};

/* A canonical prefix code. */
struct vm_code {
	uint16_t first_symbol; /* of all symbols; the others follow */
	uint16_t count[VM_CODE_LONGEST]; /* of codes with a bit, two bits... */
};

/* All codes, and which of them a lane's symbols are in after each context. */
struct vm_codes {
	const struct vm_code *code;
	const uint16_t *symbols; /* of each code, in the order of its codes */
	const unsigned char (*in_context)[256];
	/*
	 * length << 9 | symbol by the next bits, 0: the code is longer. A
	 * table is made when the first symbol is in that code.
	 */
	uint16_t (*fast)[1 << VM_CODE_FAST];
	uint64_t *made; /* a bit each */
};

/* Bytes behind the end that may be read, but for damage are not used. */
enum { VM_BEHIND = 16 };

struct vm_packed {
	const struct vm_codes *codes;
	const unsigned char *at, *end;
	uint64_t bits; /* the next, the first of them on top */
	unsigned int have;
};

/* How a part is packed. */
struct vm_packing {
	unsigned int lane; /* the first */
	unsigned int lanes; /* how many, a power of two; they take turns */
	unsigned int distances; /* which code */
	unsigned int low; /* bits of a distance that are in its slot */
};

extern const struct vm_packing vm_packings[VM_PARTS];

/* The context of the byte after so many that are done. */
static inline unsigned int vm_context(const struct vm_packing *how,
				      const unsigned char *bytes, size_t done)
{
	size_t lane = done & (how->lanes - 1), back = lane ? lane : how->lanes;

	return done < back ? 0 : bytes[done - back];
}

/*
 * Unpacks a part of size bytes; so many bytes stand before dictionary_end.
 * Returns 0, or -1 when the bits are not of the form.
 */
int vm_unpack(struct vm_packed *from, enum vm_part part,
	      const unsigned char *dictionary_end, size_t dictionary_size,
	      unsigned char *to, size_t size);

#endif
