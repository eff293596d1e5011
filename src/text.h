/*
 * text.h - what the text accelerators share
 *
 * Layer: accelerators; byte loops over memory and descriptors, no policy.
 * The Lua sides are described in lua/meta/text.lua.
 */

#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <lua.h>

/* Bytes read at once: large enough to hide the system call, small enough to
 * stay in the second level cache while it is looked at. */
#define TEXT_BLOCK (64 * 1024)

/* ---- text_bytes.c: memory ---- */

size_t text_count_byte(const char *s, size_t n, unsigned char byte);
/* the nth (from 1) byte from the left or from the right, or NULL */
const char *text_nth_byte(const char *s, size_t n, unsigned char byte,
	size_t nth);
const char *text_nth_byte_back(const char *s, size_t n, unsigned char byte,
	size_t nth);

/* A literal prepared for searching; letters match both cases when fold. */
struct text_literal {
	char *bytes; /* folded to lower case when fold */
	size_t len;
	size_t rare, second; /* offsets of the two rarest bytes */
	bool fold;
};

/* false: out of memory. bytes are copied. */
bool text_literal_init(struct text_literal *lit, const char *bytes, size_t len,
	bool fold);
void text_literal_free(struct text_literal *lit);
const char *text_literal_find(const struct text_literal *lit, const char *s,
	size_t n);
bool text_is_ascii(const char *s, size_t n);
bool text_same_folded(const char *a, const char *b, size_t n);

static inline unsigned char text_lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

static inline bool text_is_word(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || c == '_';
}

/* ---- text_lines.c: descriptors ---- */

struct text_reader {
	int fd; /* not owned */
	int error; /* errno of the read that ended it */
	bool eof;
	bool numbers; /* keep line_number right (costs a count) */
	unsigned char delimiter;
	char *buffer; /* one byte more than size: room for a NUL */
	size_t size;
	size_t start, end; /* the unread part */
	size_t known; /* start..start+known holds no delimiter */
	uint64_t consumed; /* bytes handed out */
	uint64_t line_number; /* lines handed out */
};

struct text_reader *text_checkreader(lua_State *L, int arg);
/* Read once more behind the unread part: 1 more is there, 0 end, -1 error. */
int text_fill(struct text_reader *r);
/* The largest run of whole lines at hand, reading until there is one; at the
 * end of the file the rest. 1 given, 0 end, -1 error. */
int text_whole_lines(struct text_reader *r, char **start, size_t *len);
void text_consume(struct text_reader *r, size_t n);

/* Everything or an error: 0, or -1 with errno set. What stdio still holds for
 * standard output goes out first. */
int text_write(int fd, const void *data, size_t n);

/* A small buffer before a descriptor, for lines collected one by one. */
struct text_writer {
	int fd;
	size_t used;
	char bytes[16 * 1024];
};

void text_writer_init(struct text_writer *w, int fd);
int text_writer_put(struct text_writer *w, const void *data, size_t n);
int text_writer_flush(struct text_writer *w);

#endif
