/*
 * plan.c - check a plan image before PID 1 believes it
 *
 * Layer: PID 1 core, pure: bytes in, verdict out; no system call, no memory
 * of its own. It trusts no offset, count, index or enumeration of the image;
 * after plan_open() returned NULL the rest of the core need not check again.
 */

#include "plan.h"

enum check { CHECK_NONE, CHECK_STRING, CHECK_BELOW, CHECK_INDEX,
	     CHECK_OPTIONAL, CHECK_RANGE };

static const struct {
	uint32_t check, arg;
} types[PLAN_TYPE_COUNT] = {
#define TYPE(type, ctype, check, arg) [PLAN_TYPE_##type] = {CHECK_##check, arg},
	PLAN_TYPES(TYPE)
#undef TYPE
};

#define FIELD_TYPE(type, name) PLAN_TYPE_##type,
#define FIELD_LIST(section, list) \
	static const unsigned char section##_fields[] = {list(FIELD_TYPE)};
PLAN_SECTIONS(FIELD_LIST)
static const unsigned char header_fields[] = {PLAN_HEADER(FIELD_TYPE)};

static const struct {
	const unsigned char *fields;
	uint32_t count, size;
} sections[PLAN_SECTION_COUNT] = {
#define SECTION(name, list) \
	{name##_fields, sizeof(name##_fields), sizeof(struct plan_##name)},
	PLAN_SECTIONS(SECTION)
#undef SECTION
};

/* CRC-32 (IEEE 802.3), four bits at a time: a 64 byte table is enough for an
 * image that is read once. */
uint32_t plan_crc(const void *data, size_t size)
{
	static const uint32_t table[16] = {
		0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac,
		0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
		0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
		0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
	};
	const unsigned char *p = data;
	uint32_t crc = 0xffffffffu;

	for (size_t i = 0; i < size; i++) {
		crc ^= p[i];
		crc = crc >> 4 ^ table[crc & 15];
		crc = crc >> 4 ^ table[crc & 15];
	}
	return ~crc;
}

/* Walk the fields of one record. */
static const char *check_record(const struct plan_header *h,
				const unsigned char *fields, uint32_t count,
				const uint32_t *value)
{
	for (uint32_t f = 0; f < count; f++) {
		uint32_t arg = types[fields[f]].arg;
		uint32_t v = *value++;

		switch (types[fields[f]].check) {
		case CHECK_STRING:
			if (v >= h->pool_size)
				return "string outside the pool";
			break;
		case CHECK_BELOW:
			if (v >= arg)
				return "value out of range";
			break;
		case CHECK_OPTIONAL:
			if (v == PLAN_NONE)
				break;
			/* fall through */
		case CHECK_INDEX:
			if (v >= h->section[arg].count)
				return "index outside its section";
			break;
		case CHECK_RANGE: {
			uint32_t n = *value++;

			if (v > h->section[arg].count ||
			    n > h->section[arg].count - v)
				return "list outside its section";
			break;
		}
		default:
			break;
		}
	}
	return NULL;
}

static const char *check_sources(const struct plan *plan)
{
	const struct plan_header *h = plan->header;

	for (uint32_t i = 0; i < plan_count(plan, PLAN_AT_source); i++) {
		const struct plan_source *s = &plan->source[i];

		if (s->length >= h->pool_size - s->text)
			return "source text outside the pool";
	}
	return NULL;
}

const char *plan_open(struct plan *plan, const void *image, size_t size)
{
	const struct plan_header *h = image;
	const char *base = image;
	const char *wrong;

	if (size < sizeof(*h) || size > 0x7fffffffu)
		return "truncated";
	if (h->magic != PLAN_MAGIC)
		return "not a plan";
	if (h->version != PLAN_VERSION)
		return "unknown version";
	if (h->size != size)
		return "truncated";
	if (h->crc != plan_crc(&h->crc + 1,
			       size - offsetof(struct plan_header, crc) - 4))
		return "checksum differs";
	if (!h->pool_size || h->pool_at > size ||
	    h->pool_size > size - h->pool_at ||
	    base[h->pool_at + h->pool_size - 1] != '\0')
		return "bad string pool";
	for (unsigned s = 0; s < PLAN_SECTION_COUNT; s++) {
		struct plan_range r = h->section[s];

		if (r.first % 4 || r.first > size ||
		    r.count > (size - r.first) / sections[s].size)
			return "section outside the image";
	}
	wrong = check_record(h, header_fields, sizeof(header_fields),
			     image);
	if (wrong)
		return wrong;
	for (unsigned s = 0; s < PLAN_SECTION_COUNT; s++) {
		const char *record = base + h->section[s].first;

		for (uint32_t i = 0; i < h->section[s].count; i++) {
			wrong = check_record(h, sections[s].fields,
					     sections[s].count,
					     (const void *)record);
			if (wrong)
				return wrong;
			record += sections[s].size;
		}
	}

	plan->header = h;
	plan->pool = base + h->pool_at;
#define POINTER(name, list) \
	plan->name = (const void *)(base + h->section[PLAN_AT_##name].first);
	PLAN_SECTIONS(POINTER)
#undef POINTER
	wrong = check_sources(plan);
	if (wrong)
		plan->header = NULL;
	return wrong;
}
