/*
 * vm_unpack.h - unpack what mk/pack.c packed
 *
 * Layer: mechanism, pure.
 */

#ifndef VM_UNPACK_H
#define VM_UNPACK_H

#include <stddef.h>
#include <stdint.h>

enum {
	VM_CODE_LONGEST = 15, /* bits */
	VM_CODE_FAST = 9,     /* bits that one look into the table decodes */
};

/* What a byte of the packed form is: each kind has a code of its own. */
enum vm_code_kind { VM_TOKEN, VM_LITERAL, VM_NEAR, VM_FAR, VM_CODE_KINDS };

/* A canonical prefix code of bytes. */
struct vm_code {
	uint16_t count[VM_CODE_LONGEST + 1]; /* of codes with so many bits */
	uint8_t symbols[256]; /* in the order of their codes */
	/* length << 8 | symbol by the next bits; 0: the code is longer */
	uint16_t fast[1 << VM_CODE_FAST];
};

/* Returns 0, or -1 when the bytes are not of the form. */
int vm_unpack(const struct vm_code codes[VM_CODE_KINDS],
	      const unsigned char *dict, size_t dict_size,
	      const unsigned char *in, size_t in_size, unsigned char *out,
	      size_t out_size);

#endif
