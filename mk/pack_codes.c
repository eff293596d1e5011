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
	symbols->codes = 1;
	for (int i = 0; i < VM_SYMBOLS; i++)
		symbols->cost[0][i] = 8;
}

/* what was not used may still be: it counts a little */
void pack_make_costs(struct pack_symbols *symbols)
{
	for (unsigned int code = 0; code < symbols->codes; code++) {
		double sum = 0;

		for (int i = 0; i < VM_SYMBOLS; i++)
			sum += symbols->used_in[code][i] + .05;
		for (int i = 0; i < VM_SYMBOLS; i++)
			symbols->cost[code][i] =
				-log2((symbols->used_in[code][i] + .05) / sum);
	}
	memset(symbols->used, 0, sizeof(symbols->used));
	memset(symbols->distances, 0, sizeof(symbols->distances));
}

/* the two lightest of those that are alive; returns 0 when there is but one */
static int lightest(const unsigned long *weight, const int *alive, int nodes,
		    int pair[2])
{
	pair[0] = pair[1] = -1;
	for (int i = 0; i < nodes; i++) {
		if (!alive[i])
			continue;
		if (pair[0] < 0 || weight[i] < weight[pair[0]]) {
			pair[1] = pair[0];
			pair[0] = i;
		} else if (pair[1] < 0 || weight[i] < weight[pair[1]]) {
			pair[1] = i;
		}
	}
	return pair[1] >= 0;
}

/* the lengths of Huffman's code, 0 for what is not used; returns the longest */
static int code_lengths(const unsigned long *often, int *lengths)
{
	unsigned long weight[NODES];
	int parent[NODES], alive[NODES], nodes = VM_SYMBOLS, longest = 0;
	int pair[2];

	for (int i = 0; i < VM_SYMBOLS; i++) {
		weight[i] = often[i];
		alive[i] = often[i] > 0;
	}
	while (lightest(weight, alive, nodes, pair)) {
		alive[pair[0]] = alive[pair[1]] = 0;
		parent[pair[0]] = parent[pair[1]] = nodes;
		weight[nodes] = weight[pair[0]] + weight[pair[1]];
		alive[nodes++] = 1;
	}
	for (int i = 0; i < VM_SYMBOLS; i++) {
		lengths[i] = 0;
		if (!often[i])
			continue;
		for (int n = i; n != nodes - 1; n = parent[n])
			lengths[i]++;
		if (nodes == VM_SYMBOLS) /* no other: still a bit */
			lengths[i] = 1;
		if (lengths[i] > longest)
			longest = lengths[i];
	}
	return longest;
}

static void add_code(const unsigned long *used, struct pack_codes *codes,
		     struct vm_code *code)
{
	unsigned long flat[VM_SYMBOLS];
	int lengths[VM_SYMBOLS];

	memcpy(flat, used, sizeof(flat));
	while (code_lengths(flat, lengths) > VM_CODE_LONGEST)
		for (int i = 0; i < VM_SYMBOLS; i++)
			flat[i] = flat[i] ? flat[i] / 2 + 1 : 0;
	code->first_symbol = codes->symbol_count;
	for (int length = 1; length <= VM_CODE_LONGEST; length++)
		for (int i = 0; i < VM_SYMBOLS; i++) {
			if (lengths[i] != length)
				continue;
			code->count[length - 1]++;
			codes->symbols[codes->symbol_count++] = i;
		}
}

void pack_make_codes(const struct pack_symbols *symbols,
		     struct pack_codes *codes)
{
	memset(codes, 0, sizeof(*codes));
	for (unsigned int i = 0; i < symbols->codes; i++)
		add_code(symbols->used_in[i], codes, &codes->code[i]);
	codes->form = (struct vm_codes){codes->code, codes->symbols,
					symbols->in_context, codes->fast,
					&codes->made};
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
	const struct vm_code *code = &to->codes->code[which];
	const uint16_t *at = to->codes->symbols + code->first_symbol;
	unsigned int value = 0;

	for (int length = 1; length <= VM_CODE_LONGEST; length++) {
		for (int n = code->count[length - 1]; n > 0; n--, at++, value++)
			if (*at == symbol) {
				write_bits(to, value, length);
				return;
			}
		value <<= 1;
	}
	abort();
}

/* the symbol of the byte after so many that are done */
static void put_symbol(struct pack_writer *to, const struct vm_packing *how,
		       const unsigned char *data, size_t done,
		       unsigned int symbol)
{
	unsigned int lane = how->lane + (done & (how->lanes - 1));

	if (to->codes)
		write_symbol(to, pack_code(to->symbols, how, data, done),
			     symbol);
	else
		to->symbols->used[lane][vm_context(how, data, done)][symbol]++;
}

static void put_distance(struct pack_writer *to, const struct vm_packing *how,
			 unsigned int distance)
{
	unsigned int number = distance - 1, bits;
	unsigned int slot = pack_slot(number >> how->low, &bits);
	unsigned int symbol =
		slot << how->low | (number & ((1u << how->low) - 1));

	if (!to->codes) {
		to->symbols->distances[how->distances][symbol]++;
		return;
	}
	write_symbol(to, how->distances, symbol);
	write_bits(to, number >> how->low & ((1u << bits) - 1), bits);
}

void pack_write(struct pack_writer *to, enum vm_part part,
		const unsigned char *data, const struct pack_step *steps,
		size_t count)
{
	const struct vm_packing *how = &vm_packings[part];
	size_t done = 0;

	for (const struct pack_step *s = steps; s < steps + count; s++) {
		unsigned int bits, slot;

		if (!s->length) {
			put_symbol(to, how, data, done, s->byte);
			done++;
			continue;
		}
		slot = pack_slot(s->length - VM_SHORTEST, &bits);
		put_symbol(to, how, data, done,
			   (s->distance ? VM_REPEAT : VM_REPEAT_LAST) + slot);
		write_bits(to, (s->length - VM_SHORTEST) & ((1u << bits) - 1),
			   bits);
		if (s->distance)
			put_distance(to, how, s->distance);
		done += s->length;
	}
}
