/*
 * vm_heap.c - the allocator of a Lua state
 *
 * Layer: mechanism. Lua names a block's size when it gives it back, so blocks
 * need no header: they come from free lists by size class, cut from chunks.
 * The first chunk is mapped with its pages present: a short-lived applet
 * touches nearly all of it, and one system call costs less than the page
 * faults would. A state lives as long as its process, so chunks are kept.
 */

#include "vm_heap.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/*
 * Classes: every 16 bytes up to 512, then four to each doubling. What is
 * larger is malloc's, which gives it back to the system.
 */
#define GRAIN 16u
#define FINE 512u
#define FINE_CLASSES (FINE / GRAIN)
#define DOUBLINGS 5u
#define SMALL (FINE << DOUBLINGS) /* 16 KiB */
#define CLASSES (FINE_CLASSES + 4 * DOUBLINGS)
#define CHUNK (64u * 1024)
#define FIRST_CHUNK (28u * 1024) /* what a small applet needs, and no more */

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
	struct vm_heap *heap = chunk_map(FIRST_CHUNK, MAP_POPULATE);
	size_t header = (sizeof *heap + GRAIN - 1) / GRAIN * GRAIN;

	if (!heap)
		return NULL;
	heap->limit = limit ? limit : SIZE_MAX;
	heap->bump = (char *)heap + header;
	heap->end = (char *)heap + FIRST_CHUNK;
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

/* The class of a size, and in *room the size of its blocks. */
static unsigned class_of(size_t size, size_t *room)
{
	unsigned doubling = 0, quarter;
	size_t base = FINE;

	if (size <= FINE) {
		*room = (size + GRAIN - 1) / GRAIN * GRAIN;
		return (unsigned)(*room / GRAIN - 1);
	}
	while (size > base * 2) {
		base *= 2;
		doubling++;
	}
	quarter = (unsigned)((size - base - 1) / (base / 4));
	*room = base + (quarter + 1) * (base / 4);
	return FINE_CLASSES + 4 * doubling + quarter;
}

static void small_free(struct vm_heap *heap, void *block, size_t size)
{
	struct free_block *b = block;
	size_t room;
	unsigned c = class_of(size, &room);

	b->next = heap->free[c];
	heap->free[c] = b;
}

/* What is left of a chunk serves small blocks. */
static int new_chunk(struct vm_heap *heap)
{
	char *chunk = chunk_map(CHUNK, 0);
	size_t left = (size_t)(heap->end - heap->bump), piece;

	if (!chunk)
		return 0;
	while (left >= GRAIN) {
		piece = left < FINE ? left : FINE;
		small_free(heap, heap->end - left, piece);
		left -= piece;
	}
	heap->bump = chunk;
	heap->end = chunk + CHUNK;
	return 1;
}

static void *small_alloc(struct vm_heap *heap, size_t size)
{
	size_t room;
	unsigned c = class_of(size, &room);
	struct free_block *b = heap->free[c];

	if (b) {
		heap->free[c] = b->next;
		return b;
	}
	if ((size_t)(heap->end - heap->bump) < room && !new_chunk(heap))
		return NULL;
	b = (struct free_block *)(void *)heap->bump;
	heap->bump += room;
	return b;
}

static int same_class(size_t a, size_t b)
{
	size_t room;

	return class_of(a, &room) == class_of(b, &room);
}

static void *resize(struct vm_heap *heap, void *block, size_t old, size_t size)
{
	void *p;

	if (block && old > SMALL && size > SMALL)
		return realloc(block, size);
	if (block && old <= SMALL && size <= SMALL && same_class(old, size))
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
