/*
 * pack_codes.c - prefix codes for the symbols of packed modules
 *
 * Layer: build tool, pure. Huffman's algorithm, with codes of at most
 * VM_CODE_LONGEST bits, put in canonical order. The form is told in
 * src/vm_unpack.h.
 */

#include "pack.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NODES = 2 * VM_SYMBOLS - 1 };

void pack_begin(struct pack_symbols *symbols)
{
	memset(symbols, 0, sizeof(*symbols));
	for (int code = 0; code < VM_CODES; code++)
		for (int i = 0; i < VM_SYMBOLS; i++)
			symbols->cost[code][i] = 8;
}

/* what was not used may still be: it counts a little */
void pack_make_costs(struct pack_symbols *symbols)
{
	for (int code = 0; code < VM_CODES; code++) {
		double sum = 0;

		for (int i = 0; i < VM_SYMBOLS; i++)
			sum += symbols->used[code][i] + .05;
		for (int i = 0; i < VM_SYMBOLS; i++)
			symbols->cost[code][i] =
				-log2((symbols->used[code][i] + .05) / sum);
	}
	memset(symbols->used, 0, sizeof(symbols->used));
}

/* the lengths of Huffman's code; returns the longest */
static int code_lengths(const unsigned long *often, int *lengths)
{
	unsigned long weight[NODES];
	int parent[NODES], alive[NODES], nodes = VM_SYMBOLS, longest = 0;

	for (int i = 0; i < VM_SYMBOLS; i++) {
		weight[i] = often[i];
		alive[i] = 1;
	}
	while (nodes < NODES) { /* join the two lightest */
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
	for (int i = 0; i < VM_SYMBOLS; i++) {
		lengths[i] = 0;
		for (int n = i; n != NODES - 1; n = parent[n])
			lengths[i]++;
		if (lengths[i] > longest)
			longest = lengths[i];
	}
	return longest;
}

static void make_code(const unsigned long *used, struct vm_code *code)
{
	unsigned long flat[VM_SYMBOLS];
	int lengths[VM_SYMBOLS], n = 0;
	unsigned int value = 0;

	for (int i = 0; i < VM_SYMBOLS; i++)
		flat[i] = used[i] * 64 + 1; /* each symbol gets a code */
	while (code_lengths(flat, lengths) > VM_CODE_LONGEST)
		for (int i = 0; i < VM_SYMBOLS; i++)
			flat[i] = flat[i] / 2 + 1;

	memset(code, 0, sizeof(*code));
	for (int length = 1; length <= VM_CODE_LONGEST; length++) {
		if (length == VM_CODE_FAST + 1) {
			code->long_code = value;
			code->long_symbol = n;
		}
		for (int i = 0; i < VM_SYMBOLS; i++) {
			int spare = VM_CODE_FAST - length;

			if (lengths[i] != length)
				continue;
			code->count[length]++;
			code->symbols[n++] = i;
			for (int k = 0; spare >= 0 && k < 1 << spare; k++)
				code->fast[(value << spare) + k] =
					length << 9 | i;
			value++;
		}
		value <<= 1;
	}
}

void pack_make_codes(const struct pack_symbols *symbols,
		     struct vm_code codes[VM_CODES])
{
	for (int i = 0; i < VM_CODES; i++)
		make_code(symbols->used[i], &codes[i]);
}

static void write_bits(struct pack_writer *to, unsigned int value,
		       unsigned int count)
{
	if (!to->codes)
		return;
	for (; count-- > 0; to->bits++) {
		if (to->bits % 8 == 0)
			to->out[to->bits / 8] = 0;
		to->out[to->bits / 8] |= (value >> count & 1)
					 << (7 - to->bits % 8);
	}
}

static void write_symbol(struct pack_writer *to, unsigned int which,
			 unsigned int symbol)
{
	const struct vm_code *code;
	unsigned int value = 0, index = 0;

	to->symbols->used[which][symbol]++;
	if (!to->codes)
		return;
	code = &to->codes[which];
	for (int length = 1; length <= VM_CODE_LONGEST; length++) {
		for (int n = code->count[length]; n > 0; n--, index++, value++)
			if (code->symbols[index] == symbol) {
				write_bits(to, value, length);
				return;
			}
		value <<= 1;
	}
	abort();
}

static void write_distance(struct pack_writer *to, const struct vm_packing *how,
			   unsigned int distance)
{
	unsigned int number = distance - 1, bits;
	unsigned int slot = pack_slot(number >> how->low, &bits);

	write_symbol(to, how->distances,
		     slot << how->low | (number & ((1u << how->low) - 1)));
	write_bits(to, number >> how->low & ((1u << bits) - 1), bits);
}

void pack_write(struct pack_writer *to, enum vm_part part,
		const struct pack_step *steps, size_t count)
{
	const struct vm_packing *how = &vm_packings[part];
	size_t done = 0;

	for (const struct pack_step *s = steps; s < steps + count; s++) {
		unsigned int code = how->code + (done & (how->lanes - 1));
		unsigned int bits, slot;

		if (!s->length) {
			write_symbol(to, code, s->byte);
			done++;
			continue;
		}
		slot = pack_slot(s->length - VM_SHORTEST, &bits);
		write_symbol(to, code,
			     (s->distance ? VM_REPEAT : VM_REPEAT_LAST) + slot);
		write_bits(to, (s->length - VM_SHORTEST) & ((1u << bits) - 1),
			   bits);
		if (s->distance)
			write_distance(to, how, s->distance);
		done += s->length;
	}
}
