/*
 * text_lines.c - read, skip and copy the lines of a descriptor
 *
 * Layer: accelerator, no policy. Lua side: text.lines in lua/meta/text.lua.
 * A reader holds one block; only a line longer than that makes it grow, and
 * only when the line is asked for as a whole (line, whole lines): skip, copy
 * and block run in bounded memory whatever the input.
 */

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <lauxlib.h>
#include <lua.h>

#include "sys.h"
#include "text.h"
#include "vm.h"

#define READER "text.lines.reader"

/* ---- reading ---- */

int text_fill(struct text_reader *r)
{
	ssize_t got;

	if (r->eof)
		return r->error ? -1 : 0;
	if (r->start == r->end)
		r->start = r->end = 0;
	if (r->end == r->size) {
		if (r->start > 0) {
			memmove(r->buffer, r->buffer + r->start,
				r->end - r->start);
			r->end -= r->start;
			r->start = 0;
		} else {
			char *larger;

			if (r->size > SIZE_MAX / 4 ||
			    !(larger = realloc(r->buffer, r->size * 2 + 1))) {
				r->error = ENOMEM;
				return -1;
			}
			r->buffer = larger;
			r->size *= 2;
		}
	}
	do
		got = read(r->fd, r->buffer + r->end, r->size - r->end);
	while (got < 0 && errno == EINTR);
	if (got < 0) {
		r->error = errno;
		r->eof = true;
		return -1;
	}
	if (got == 0) {
		r->eof = true;
		return 0;
	}
	r->end += (size_t)got;
	return 1;
}

void text_consume(struct text_reader *r, size_t n)
{
	if (r->numbers)
		r->line_number += text_count_byte(r->buffer + r->start, n,
			r->delimiter);
	r->start += n;
	r->consumed += n;
	r->known = r->known > n ? r->known - n : 0;
}

int text_whole_lines(struct text_reader *r, char **start, size_t *len)
{
	for (;;) {
		const char *from = r->buffer + r->start;
		size_t have = r->end - r->start;
		const char *last = NULL;
		int more;

		if (have > r->known)
			last = memrchr(from + r->known, r->delimiter,
				have - r->known);
		if (last) {
			*len = (size_t)(last - from) + 1;
			break;
		}
		r->known = have;
		more = text_fill(r);
		if (more < 0)
			return -1;
		if (more == 0) {
			*len = r->end - r->start;
			if (*len == 0)
				return 0;
			break;
		}
	}
	r->known = 0;
	*start = r->buffer + r->start;
	return 1;
}

/* ---- writing ---- */

int text_write(int fd, const void *data, size_t n)
{
	const char *p = data;

	if (fd == STDOUT_FILENO && fflush(stdout) != 0)
		return -1;
	while (n > 0) {
		ssize_t put = write(fd, p, n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -1;
		p += put;
		n -= (size_t)put;
	}
	return 0;
}

void text_writer_init(struct text_writer *w, int fd)
{
	w->fd = fd;
	w->used = 0;
}

int text_writer_flush(struct text_writer *w)
{
	size_t n = w->used;

	w->used = 0;
	return n ? text_write(w->fd, w->bytes, n) : 0;
}

int text_writer_put(struct text_writer *w, const void *data, size_t n)
{
	if (n > sizeof(w->bytes) - w->used) {
		if (text_writer_flush(w) != 0)
			return -1;
		if (n >= sizeof(w->bytes))
			return text_write(w->fd, data, n);
	}
	memcpy(w->bytes + w->used, data, n);
	w->used += n;
	return 0;
}

/* ---- Lua ---- */

struct text_reader *text_checkreader(lua_State *L, int arg)
{
	struct text_reader *r = luaL_checkudata(L, arg, READER);

	luaL_argcheck(L, r->buffer, arg, "reader is closed");
	return r;
}

/* lines.reader(fd [, delimiter [, size [, numbers]]]) -> reader */
static int lines_reader(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	size_t width;
	const char *delimiter = luaL_optlstring(L, 2, "\n", &width);
	lua_Integer size = luaL_optinteger(L, 3, TEXT_BLOCK);
	bool numbers = lua_toboolean(L, 4);
	struct text_reader *r;

	luaL_argcheck(L, width == 1 || lua_isnoneornil(L, 2), 2,
		"one byte expected");
	luaL_argcheck(L, size > 0 && size < INT_MAX, 3, "size out of range");
	r = lua_newuserdatauv(L, sizeof(*r), 1);
	memset(r, 0, sizeof(*r));
	luaL_setmetatable(L, READER);
	lua_pushvalue(L, 1); /* an fd object must not be collected before us */
	lua_setiuservalue(L, -2, 1);
	r->fd = fd;
	r->delimiter = *delimiter;
	r->numbers = numbers;
	r->buffer = malloc((size_t)size + 1);
	if (!r->buffer)
		return luaL_error(L, "not enough memory");
	r->size = (size_t)size;
	return 1;
}

static int reader_end(lua_State *L, const struct text_reader *r)
{
	if (r->error)
		return sys_fail(L, r->error);
	lua_pushnil(L);
	return 1;
}

/* reader:line() -> line without its delimiter, had_delimiter | nil [, err] */
static int reader_line(lua_State *L)
{
	struct text_reader *r = text_checkreader(L, 1);
	const char *from, *at;
	size_t len;

	for (;;) {
		size_t have = r->end - r->start;

		from = r->buffer + r->start;
		at = memchr(from + r->known, r->delimiter, have - r->known);
		if (at)
			break;
		r->known = have;
		if (text_fill(r) <= 0) {
			if (r->end == r->start)
				return reader_end(L, r);
			from = r->buffer + r->start;
			break;
		}
	}
	len = at ? (size_t)(at - from) : r->end - r->start;
	lua_pushlstring(L, from, len);
	lua_pushboolean(L, at != NULL);
	r->start += len + (at != NULL);
	r->consumed += len + (at != NULL);
	r->line_number++;
	r->known = 0;
	return 2;
}

/* reader:block() -> what is at hand or read next | nil [, err] */
static int reader_block(lua_State *L)
{
	struct text_reader *r = text_checkreader(L, 1);
	size_t n;

	if (r->start == r->end && text_fill(r) <= 0)
		return reader_end(L, r);
	n = r->end - r->start;
	lua_pushlstring(L, r->buffer + r->start, n);
	text_consume(r, n);
	return 1;
}

/* reader:peek() -> the same without taking it */
static int reader_peek(lua_State *L)
{
	struct text_reader *r = text_checkreader(L, 1);

	if (r->start == r->end && text_fill(r) <= 0)
		return reader_end(L, r);
	lua_pushlstring(L, r->buffer + r->start, r->end - r->start);
	return 1;
}

/* reader:has(byte) -> whether the block at hand (read if need be) holds it */
static int reader_has(lua_State *L)
{
	struct text_reader *r = text_checkreader(L, 1);
	size_t width;
	const char *byte = luaL_checklstring(L, 2, &width);

	luaL_argcheck(L, width == 1, 2, "one byte expected");
	if (r->start == r->end && text_fill(r) <= 0) {
		lua_pushboolean(L, false);
		return 1;
	}
	lua_pushboolean(L, memchr(r->buffer + r->start, *byte,
		r->end - r->start) != NULL);
	return 1;
}

/* Take lines until wanted are through; out < 0 throws them away. A last line
 * without a delimiter counts. */
static int take_lines(lua_State *L, struct text_reader *r, int out,
	uint64_t wanted)
{
	uint64_t done = 0;
	bool open = false; /* bytes of an unfinished line went through */

	while (done < wanted) {
		const char *from;
		size_t n, here;
		uint64_t left = wanted - done;

		if (r->start == r->end) {
			int more = text_fill(r);

			if (more < 0)
				return sys_fail(L, r->error);
			if (more == 0)
				break;
		}
		from = r->buffer + r->start;
		n = r->end - r->start;
		here = text_count_byte(from, n, r->delimiter);
		if (here >= left) {
			n = (size_t)(text_nth_byte(from, n, r->delimiter,
				(size_t)left) - from) + 1;
			here = (size_t)left;
		}
		open = from[n - 1] != (char)r->delimiter;
		if (out >= 0 && text_write(out, from, n) != 0) {
			sys_fail(L, errno);
			lua_pushliteral(L, "write");
			return 3;
		}
		r->start += n;
		r->consumed += n;
		r->line_number += here;
		r->known = 0;
		done += here;
	}
	if (done < wanted && open) {
		done++;
		r->line_number++;
	}
	lua_pushinteger(L, (lua_Integer)done);
	return 1;
}

static uint64_t opt_count(lua_State *L, int arg)
{
	lua_Integer n;

	if (lua_isnoneornil(L, arg))
		return UINT64_MAX;
	n = luaL_checkinteger(L, arg);
	return n > 0 ? (uint64_t)n : 0;
}

/* reader:skip([lines]) -> lines skipped | nil, err */
static int reader_skip(lua_State *L)
{
	struct text_reader *r = text_checkreader(L, 1);

	return take_lines(L, r, -1, opt_count(L, 2));
}

/* reader:copy(out_fd [, lines]) -> lines copied | nil, err [, "write"] */
static int reader_copy(lua_State *L)
{
	struct text_reader *r = text_checkreader(L, 1);
	int out = sys_checkfd(L, 2);

	return take_lines(L, r, out, opt_count(L, 3));
}

/* reader:tell() -> bytes handed out, lines handed out */
static int reader_tell(lua_State *L)
{
	struct text_reader *r = text_checkreader(L, 1);

	lua_pushinteger(L, (lua_Integer)r->consumed);
	lua_pushinteger(L, (lua_Integer)r->line_number);
	return 2;
}

/* reader:give_back() -> true when the descriptor now stands at the first
 * unread byte, so that the next program reads on from there (POSIX asks that
 * of head and others on seekable input), false when it cannot be moved */
static int reader_give_back(lua_State *L)
{
	struct text_reader *r = text_checkreader(L, 1);
	off_t back = (off_t)(r->end - r->start);

	lua_pushboolean(L, back == 0 ||
		lseek(r->fd, -back, SEEK_CUR) != (off_t)-1);
	return 1;
}

/* reader:failed() -> err of the read that ended it, or nil */
static int reader_failed(lua_State *L)
{
	struct text_reader *r = text_checkreader(L, 1);

	if (!r->error)
		return 0;
	sys_pusherror(L, r->error);
	return 1;
}

/* reader:reset(fd): go on with another descriptor and the same buffer */
static int reader_reset(lua_State *L)
{
	struct text_reader *r = text_checkreader(L, 1);

	r->fd = sys_checkfd(L, 2);
	lua_settop(L, 2);
	lua_setiuservalue(L, 1, 1);
	r->error = 0;
	r->eof = false;
	r->start = r->end = r->known = 0;
	r->consumed = r->line_number = 0;
	return 0;
}

static int reader_close(lua_State *L)
{
	struct text_reader *r = luaL_checkudata(L, 1, READER);

	free(r->buffer);
	r->buffer = NULL;
	return 0;
}

static const luaL_Reg reader_methods[] = {
	{"line", reader_line},
	{"block", reader_block},
	{"peek", reader_peek},
	{"has", reader_has},
	{"skip", reader_skip},
	{"copy", reader_copy},
	{"tell", reader_tell},
	{"give_back", reader_give_back},
	{"failed", reader_failed},
	{"reset", reader_reset},
	{"close", reader_close},
	{"__gc", reader_close},
	{"__close", reader_close},
	{NULL, NULL},
};

static const luaL_Reg functions[] = {
	{"reader", lines_reader},
	{NULL, NULL},
};

static int luaopen_text_lines(lua_State *L)
{
	luaL_newmetatable(L, READER);
	luaL_setfuncs(L, reader_methods, 0);
	lua_pushvalue(L, -1);
	lua_setfield(L, -2, "__index");
	luaL_newlib(L, functions);
	return 1;
}

VM_MODULE("text.lines", luaopen_text_lines);
