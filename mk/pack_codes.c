/*
 * pack_codes.c - prefix codes for the bytes of packed modules
 *
 * Layer: build tool, pure. Huffman's algorithm, with codes of at most
 * VM_CODE_LONGEST bits, put in canonical order. The form is told in
 * src/vm_unpack.c.
 */

#include "pack.h"

#include <stdlib.h>
#include <string.h>

typedef void visitor(enum vm_code_kind kind, unsigned char byte, void *to);

static const unsigned char *visit_count(const unsigned char *at, int count,
					visitor *visit, void *to, size_t *total)
{
	*total = count;
	if (count < 15)
		return at;
	do {
		*total += *at;
		visit(VM_NEAR, *at, to);
	} while (*at++ == 255);
	return at;
}

/* each byte with its kind, in order */
static void visit_bytes(const unsigned char *at, size_t size, visitor *visit,
			void *to)
{
	const unsigned char *end = at + size;

	while (at < end) {
		unsigned char token = *at++;
		size_t n;

		visit(VM_TOKEN, token, to);
		at = visit_count(at, token >> 4, visit, to, &n);
		while (n-- > 0)
			visit(VM_LITERAL, *at++, to);
		if (at == end)
			break;
		visit(VM_NEAR, *at++, to);
		visit(VM_FAR, *at++, to);
		at = visit_count(at, token & 15, visit, to, &n);
	}
}

static void count_one(enum vm_code_kind kind, unsigned char byte, void *to)
{
	unsigned long (*often)[256] = to;

	often[kind][byte]++;
}

void pack_count(const unsigned char *matches, size_t size,
		unsigned long often[VM_CODE_KINDS][256])
{
	visit_bytes(matches, size, count_one, often);
}

/* the lengths of Huffman's code; returns the longest */
static int code_lengths(const unsigned long often[256], int lengths[256])
{
	unsigned long weight[511];
	int parent[511], alive[511], nodes = 256, longest = 0;

	for (int i = 0; i < 256; i++) {
		weight[i] = often[i];
		alive[i] = 1;
	}
	while (nodes < 511) { /* join the two lightest */
		int a = -1, b = -1;

		for (int i = 0; i < nodes; i++) {
			if (!alive[i])
				continue;
			if (a < 0 || weight[i] < weight[a]) {
				b = a;
				a = i;
			} else if (b < 0 || weight[i] < weight[b]) {
				b = i;
			}
		}
		alive[a] = alive[b] = 0;
		parent[a] = parent[b] = nodes;
		weight[nodes] = weight[a] + weight[b];
		alive[nodes++] = 1;
	}
	for (int i = 0; i < 256; i++) {
		lengths[i] = 0;
		for (int n = i; n != 510; n = parent[n])
			lengths[i]++;
		if (lengths[i] > longest)
			longest = lengths[i];
	}
	return longest;
}

static void make_code(const unsigned long often[256], struct vm_code *code)
{
	unsigned long flat[256];
	int lengths[256], n = 0;
	unsigned int value = 0;

	for (int i = 0; i < 256; i++)
		flat[i] = often[i] * 16 + 1; /* every byte gets a code */
	while (code_lengths(flat, lengths) > VM_CODE_LONGEST)
		for (int i = 0; i < 256; i++)
			flat[i] = flat[i] / 2 + 1;

	memset(code, 0, sizeof(*code));
	for (int length = 1; length <= VM_CODE_LONGEST; length++) {
		for (int i = 0; i < 256; i++) {
			int spare = VM_CODE_FAST - length;

			if (lengths[i] != length)
				continue;
			code->count[length]++;
			code->symbols[n++] = i;
			for (int k = 0; spare >= 0 && k < 1 << spare; k++)
				code->fast[(value << spare) + k] =
					length << 8 | i;
			value++;
		}
		value <<= 1;
	}
}

void pack_make_codes(unsigned long often[VM_CODE_KINDS][256],
		     struct vm_code codes[VM_CODE_KINDS])
{
	for (int kind = 0; kind < VM_CODE_KINDS; kind++)
		make_code(often[kind], &codes[kind]);
}

struct writer {
	const struct vm_code *codes;
	unsigned char *out;
	size_t bits;
};

static void write_one(enum vm_code_kind kind, unsigned char byte, void *to)
{
	struct writer *w = to;
	const struct vm_code *code = &w->codes[kind];
	unsigned int value = 0, index = 0;

	for (int length = 1; length <= VM_CODE_LONGEST; length++) {
		for (int n = code->count[length]; n > 0;
		     n--, index++, value++) {
			if (code->symbols[index] != byte)
				continue;
			for (int bit = length; bit-- > 0; w->bits++) {
				if (w->bits % 8 == 0)
					w->out[w->bits / 8] = 0;
				w->out[w->bits / 8] |= (value >> bit & 1)
						       << (7 - w->bits % 8);
			}
			return;
		}
		value <<= 1;
	}
	abort();
}

size_t pack_encode(const unsigned char *matches, size_t size,
		   const struct vm_code codes[VM_CODE_KINDS],
		   unsigned char *out)
{
	struct writer w = {codes, out, 0};

	visit_bytes(matches, size, write_one, &w);
	return (w.bits + 7) / 8;
}
