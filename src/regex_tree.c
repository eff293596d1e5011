/*
 * regex_tree.c - the tree of a regular expression, part by part
 *
 * Layer: accelerator, no policy; what regex_parse.c builds with.
 */

#include <stdlib.h>
#include <string.h>

#include "regex.h"

#define MAX_PARTS (1 << 24)

void regex_tree_init(struct regex_tree *t)
{
	memset(t, 0, sizeof(*t));
	t->words = -1;
}

void regex_tree_free(struct regex_tree *t)
{
	free(t->parts);
	free(t->ranges);
	free(t->sets);
}

int regex_fail(struct regex_tree *t, const char *error)
{
	t->error = error;
	return -1;
}

/* The list of n with room for one more, or NULL. */
static void *grow(struct regex_tree *t, void *list, int n, int *room,
	size_t size)
{
	void *larger;

	if (n < *room)
		return list;
	if (n >= MAX_PARTS) {
		t->error = REGEX_TOO_BIG;
		return NULL;
	}
	larger = realloc(list, ((size_t)n * 2 + 16) * size);
	if (larger)
		*room = n * 2 + 16;
	else
		t->error = REGEX_NO_MEMORY;
	return larger;
}

bool regex_add_range(struct regex_tree *t, uint32_t from, uint32_t to)
{
	struct regex_range *list = grow(t, t->ranges, t->n_ranges,
		&t->room_ranges, sizeof(*list));

	if (!list)
		return false;
	t->ranges = list;
	t->ranges[t->n_ranges++] = (struct regex_range){from, to};
	t->sets[t->n_sets - 1].n++;
	return true;
}

int regex_new_set(struct regex_tree *t)
{
	struct regex_set *list = grow(t, t->sets, t->n_sets, &t->room_sets,
		sizeof(*list));

	if (!list)
		return -1;
	t->sets = list;
	t->sets[t->n_sets] = (struct regex_set){.first = t->n_ranges};
	return t->n_sets++;
}

int regex_new_part(struct regex_tree *t, enum regex_kind kind, int value)
{
	struct regex_part *list = grow(t, t->parts, t->n_parts, &t->room_parts,
		sizeof(*list));

	if (!list)
		return -1;
	t->parts = list;
	t->parts[t->n_parts] = (struct regex_part){
		.kind = (unsigned char)kind,
		.nullable = kind != REGEX_CHAR && kind != REGEX_SET &&
			kind != REGEX_OR,
		.value = value, .other = -1, .last = -1, .before = -1,
	};
	return t->n_parts++;
}

/* Put a part behind those in whole. */
void regex_append(struct regex_tree *t, int whole, int part)
{
	struct regex_part *w = &t->parts[whole], *p = &t->parts[part];

	p->before = w->last;
	w->last = part;
	if (p->depth >= w->depth)
		w->depth = p->depth + 1;
	if (w->kind == REGEX_OR)
		w->nullable |= p->nullable;
	else
		w->nullable &= p->nullable;
}

/* kind with one part in it. */
int regex_wrap(struct regex_tree *t, enum regex_kind kind, int value, int part)
{
	int w = regex_new_part(t, kind, value);

	if (w < 0)
		return -1;
	regex_append(t, w, part);
	if (t->parts[w].depth > 3 * REGEX_DEPTH)
		return regex_fail(t, REGEX_TOO_DEEP);
	return w;
}

int regex_new_char(struct regex_tree *t, uint32_t code)
{
	int part = regex_new_part(t, REGEX_CHAR, (int)code);

	if (part >= 0 && t->fold) {
		int set = regex_new_set(t);

		if (set < 0 || !regex_add_folded(t, code, code))
			return -1;
		if (t->sets[set].n > 1) {
			t->parts[part].other = set;
		} else {
			t->n_sets--;
			t->n_ranges--;
		}
	}
	return part;
}
