/*
 * vm_heap.c - the allocator of a Lua state
 *
 * Layer: mechanism. Lua names a block's size when it gives it back, so small
 * blocks need no header: they come from free lists by size class, cut from
 * chunks. The first chunk is mapped with its pages present: a short-lived
 * applet touches nearly all of it, and one system call costs less than the
 * page faults would. A state lives as long as its process, so chunks are kept.
 */

#include "vm_heap.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define GRAIN 16u
#define CLASSES 32u /* small blocks: up to 512 bytes */
#define SMALL (GRAIN * CLASSES)
#define CHUNK (64u * 1024)

struct free_block {
	struct free_block *next;
};

struct vm_heap {
	size_t used, limit;
	char *bump, *end;
	struct free_block *free[CLASSES];
};

static void *chunk_map(size_t size, int flags)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

struct vm_heap *vm_heap_new(size_t limit)
{
	struct vm_heap *heap = chunk_map(CHUNK, MAP_POPULATE);
	size_t header = (sizeof *heap + GRAIN - 1) / GRAIN * GRAIN;

	if (!heap)
		return NULL;
	heap->limit = limit ? limit : SIZE_MAX;
	heap->bump = (char *)heap + header;
	heap->end = (char *)heap + CHUNK;
	return heap;
}

void vm_heap_limit(struct vm_heap *heap, size_t limit)
{
	heap->limit = limit ? limit : SIZE_MAX;
}

size_t vm_heap_used(const struct vm_heap *heap)
{
	return heap->used;
}

static unsigned class_of(size_t size)
{
	return (unsigned)((size - 1) / GRAIN);
}

static void small_free(struct vm_heap *heap, void *block, size_t size)
{
	struct free_block *b = block;
	unsigned c = class_of(size);

	b->next = heap->free[c];
	heap->free[c] = b;
}

static void *small_alloc(struct vm_heap *heap, size_t size)
{
	unsigned c = class_of(size);
	size_t need = (c + 1) * GRAIN;
	struct free_block *b = heap->free[c];

	if (b) {
		heap->free[c] = b->next;
		return b;
	}
	if ((size_t)(heap->end - heap->bump) < need) {
		char *chunk = chunk_map(CHUNK, 0);
		size_t rest = (size_t)(heap->end - heap->bump);

		if (!chunk)
			return NULL;
		if (rest >= GRAIN)
			small_free(heap, heap->bump, rest);
		heap->bump = chunk;
		heap->end = chunk + CHUNK;
	}
	b = (struct free_block *)(void *)heap->bump;
	heap->bump += need;
	return b;
}

static void *resize(struct vm_heap *heap, void *block, size_t old, size_t size)
{
	void *p;

	if (block && old > SMALL && size > SMALL)
		return realloc(block, size);
	if (block && old <= SMALL && size <= SMALL &&
	    class_of(old) == class_of(size))
		return block;
	p = size > SMALL ? malloc(size) : small_alloc(heap, size);
	if (!p || !block)
		return p;
	memcpy(p, block, old < size ? old : size);
	if (old > SMALL)
		free(block);
	else
		small_free(heap, block, old);
	return p;
}

void *vm_heap_alloc(void *ud, void *block, size_t old, size_t size)
{
	struct vm_heap *heap = ud;
	void *p;

	if (!block)
		old = 0; /* Lua tells the kind of object here */
	if (size == 0) {
		if (old > SMALL)
			free(block);
		else if (old)
			small_free(heap, block, old);
		heap->used -= old;
		return NULL;
	}
	if (size > old && heap->used + (size - old) > heap->limit)
		return NULL;
	p = resize(heap, block, old, size);
	if (p)
		heap->used += size - old;
	return p;
}
