/*
 * vm_link.c - find the functions in the parts of an image
 *
 * Layer: mechanism, pure. The build does it for modules that stand as they
 * are, the program for those that it unpacks.
 */

#include "vm_image.h"

#include <string.h>

struct cursor {
	struct vm_function *next;
	const unsigned char *part[VM_PARTS];
	uint32_t line;
};

void vm_get_numbers(struct vm_numbers *n, const unsigned char *rest)
{
	uint32_t i;

	n->upvalues = rest[0];
	n->parameters = rest[1];
	n->vararg = rest[2];
	n->stack = rest[3];
	rest += 4;
	n->code = vm_get_sevens(&rest);
	n->line = vm_get_sevens(&rest);
	n->lines = vm_get_sevens(&rest);
	n->constants = vm_get_sevens(&rest);
	n->functions = vm_get_sevens(&rest);
	n->absolute_lines = vm_get_sevens(&rest);
	n->absolute_line = rest;
	for (i = 0; i < 2 * n->absolute_lines; i++)
		vm_get_sevens(&rest);
	n->upvalue = rest;
}

static void skip_constants(struct cursor *at, uint32_t count)
{
	while (count-- > 0) {
		unsigned int tag = *at->part[VM_REST]++;

		if (tag >= VM_STRING)
			at->part[VM_TEXT] +=
				vm_get_length(tag, &at->part[VM_REST]);
		else if (tag == VM_INTEGER)
			vm_get_sevens(&at->part[VM_REST]);
		else if (tag == VM_FLOAT)
			at->part[VM_REST] += sizeof(double);
	}
}

static void link_function(struct cursor *at)
{
	struct vm_function *f = at->next++;
	struct vm_numbers n;
	uint32_t i;

	for (i = 0; i < VM_PARTS; i++)
		f->part[i] = (int32_t)(at->part[i] - (unsigned char *)f);
	vm_get_numbers(&n, at->part[VM_REST]);
	f->line = at->line += n.line;
	at->part[VM_CODE] += n.code * sizeof(uint32_t);
	at->part[VM_LINES] += n.code;
	if (f->line == 0) /* the main one */
		at->part[VM_TEXT] +=
			strlen((const char *)at->part[VM_TEXT]) + 1;
	at->part[VM_REST] = n.upvalue + 2 * n.upvalues;
	skip_constants(at, n.constants);
	for (i = 0; i < n.functions; i++)
		link_function(at);
	f->within = at->next - f - 1;
}

void vm_link(struct vm_function *functions,
	     const unsigned char *const part[VM_PARTS])
{
	struct cursor at = {functions, {0}, 0};

	memcpy(at.part, part, sizeof(at.part));
	link_function(&at);
}
