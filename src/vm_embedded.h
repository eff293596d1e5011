/*
 * vm_embedded.h - the Lua modules in the binary
 *
 * Layer: data made by mk/embed.c at build time, for vm_modules.c. Offsets, not
 * pointers: a pointer costs a relocation, and so a copied page, at each start.
 */

#ifndef VM_EMBEDDED_H
#define VM_EMBEDDED_H

#include <stdint.h>

#include "vm_unpack.h"

#define VM_LEFT_OUT UINT32_MAX

struct vm_embedded {
	uint32_t name; /* offset in vm_embedded_names, NUL-terminated */
	/*
	 * Offset in vm_embedded_data: before the dictionary, a module's
	 * functions (vm_image.h). Behind it a packed module: how many
	 * functions, instructions, bytes of text and of the rest (in sevens),
	 * and the packed parts. VM_LEFT_OUT: the build has only the name.
	 */
	uint32_t data;
	uint32_t place; /* in vm_embedded_space, where it is to be unpacked */
};

/* sorted by name in strcmp() order: applets.* stand together */
extern const struct vm_embedded vm_embedded[];
extern const unsigned int vm_embedded_count;
extern const char vm_embedded_names[];
extern const unsigned char vm_embedded_data[]; /* aligned for functions */
extern const uint32_t vm_embedded_size;

/* where packed modules are unpacked, each at its place, when they are needed */
extern uint32_t vm_embedded_space[];

/* Where in the data the parts of the modules are that are not packed; the last
 * is the end. They are the dictionary of those that are. */
extern const uint32_t vm_embedded_dictionary[VM_PARTS + 1];

/* of struct vm_codes */
extern const struct vm_code vm_embedded_codes[];
extern const uint16_t vm_embedded_symbols[];
extern const unsigned char vm_embedded_contexts[VM_LANES][256];
extern uint16_t vm_embedded_fast[][1 << VM_CODE_FAST];

#endif
