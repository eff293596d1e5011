/*
 * vm_heap.h - the allocator of a Lua state
 *
 * Layer: mechanism, used by vm.c alone.
 */

#ifndef VM_HEAP_H
#define VM_HEAP_H

#include <stddef.h>

struct vm_heap;

struct vm_heap *vm_heap_new(size_t limit); /* NULL: not enough memory */
void vm_heap_limit(struct vm_heap *heap, size_t limit); /* bytes; 0: none */
size_t vm_heap_used(const struct vm_heap *heap);
void *vm_heap_alloc(void *heap, void *block, size_t old, size_t new_size);

#endif
