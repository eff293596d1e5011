/*
 * sys_aio.c - the kernel's own asynchronous reading and writing: io_submit(2)
 *
 * Layer: system call binding; no policy. The kernel writes to a request's
 * buffer after io_submit has returned: until the request's event is read, or
 * its context is destroyed (which waits for all), both stay alive in a table
 * of the context's.
 */

#include <errno.h>
#include <linux/aio_abi.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "sys.h"

#define IOCB_CMD_LIST(P, V) \
	P(IOCB_CMD, PREAD) P(IOCB_CMD, PWRITE) P(IOCB_CMD, FSYNC) \
	P(IOCB_CMD, FDSYNC) P(IOCB_CMD, NOOP) P(IOCB_CMD, PREADV) \
	P(IOCB_CMD, PWRITEV) P(IOCB_CMD, POLL)
SYS_CONSTS(IOCB_CMD, SYS_STRFLAG, IOCB_CMD_LIST);

#define IOCB_FLAG_LIST(P, V) P(IOCB_FLAG, RESFD) P(IOCB_FLAG, IOPRIO)
SYS_CONSTS(IOCB_FLAG, SYS_MULTI, IOCB_FLAG_LIST);

#define IOCB(X, T)                                                          \
	X(F, T, aio_data) X(F, T, aio_key) X(F, T, aio_rw_flags)            \
	X(R, T, aio_reserved1, aio_rw_flags) X(F, T, aio_lio_opcode)        \
	X(F, T, aio_reqprio) X(F, T, aio_fildes) X(F, T, aio_buf)           \
	X(F, T, aio_nbytes) X(F, T, aio_offset) X(F, T, aio_reserved2)      \
	X(F, T, aio_flags) X(F, T, aio_resfd)
SYS_STRUCT(iocb, "aio", "aio_", struct iocb, IOCB);

#define IO_EVENT(X, T) X(F, T, data) X(F, T, obj) X(F, T, res) X(F, T, res2)
SYS_STRUCT(io_event, "aio", "", struct io_event, IO_EVENT);

static const char held_key; /* registry: context -> {iocb's address: iocb} */

/* Pushes what the context holds. */
static void push_held(lua_State *L, aio_context_t context)
{
	if (lua_rawgetp(L, LUA_REGISTRYINDEX, &held_key) == LUA_TNIL) {
		lua_pop(L, 1);
		lua_newtable(L);
		lua_pushvalue(L, -1);
		lua_rawsetp(L, LUA_REGISTRYINDEX, &held_key);
	}
	if (lua_rawgeti(L, -1, (lua_Integer)context) == LUA_TNIL) {
		lua_pop(L, 1);
		lua_newtable(L);
		lua_pushvalue(L, -1);
		lua_rawseti(L, -3, (lua_Integer)context);
	}
	lua_remove(L, -2);
}

static aio_context_t check_context(lua_State *L, int arg)
{
	return (aio_context_t)sys_checkint(L, arg);
}

/* S.io_setup(events) -> context, a number */
static int sys_io_setup(lua_State *L)
{
	unsigned n = (unsigned)sys_checkint(L, 1);
	aio_context_t context = 0;

	if (syscall(SYS_io_setup, n, &context) < 0)
		return sys_fail(L, errno);
	lua_pushinteger(L, (lua_Integer)context);
	return 1;
}

static int sys_io_destroy(lua_State *L)
{
	aio_context_t context = check_context(L, 1);
	long r = syscall(SYS_io_destroy, context);

	if (r < 0)
		return sys_fail(L, errno);
	push_held(L, context); /* nothing is under way any more */
	lua_pushnil(L);
	while (lua_next(L, -2)) {
		lua_rawgeti(L, -1, 2);
		sys_release(L, -1);
		lua_pop(L, 2);
	}
	lua_rawgetp(L, LUA_REGISTRYINDEX, &held_key);
	lua_pushnil(L);
	lua_rawseti(L, -2, (lua_Integer)context);
	return sys_result(L, 0);
}

/* aio_buf as the pointer that it is */
static void *const *buffer_of(const struct iocb *request)
{
	return (void *const *)(const void *)((const char *)&request->aio_buf +
					     SYS_POINTER_IN_U64);
}

/* The memory that a request names is there in full length. */
static void check_request(lua_State *L, int arg, struct iocb *request)
{
	int top = lua_gettop(L);
	size_t n = 0;

	if (request->aio_buf == 0 || request->aio_nbytes == 0)
		return; /* the kernel's to refuse */
	switch (request->aio_lio_opcode) {
	case IOCB_CMD_PREAD:
	case IOCB_CMD_PWRITE:
		sys_checkpointer(L, arg, buffer_of(request),
				 (size_t)request->aio_nbytes);
		break;
	case IOCB_CMD_PREADV: /* so many struct iovec */
	case IOCB_CMD_PWRITEV:
		if (sys_pushpointed(L, arg, buffer_of(request)))
			sys_checkvector(L, lua_gettop(L), &n);
		lua_settop(L, top);
		luaL_argcheck(L, request->aio_nbytes <= n, arg,
			      "more buffers than t.iovecs has");
	}
}

/*
 * Of a request under way its memory is kept, and what it works on, which may
 * be set to another meanwhile. The table of the context is on top.
 */
static void hold(lua_State *L, int requests, struct iocb *request)
{
	lua_createtable(L, 2, 0);
	lua_pushvalue(L, requests);
	lua_rawseti(L, -2, 1);
	if (sys_pushpointed(L, requests, buffer_of(request))) {
		if (sys_hold(L, -1) < 0)
			luaL_error(L, "not enough memory");
		lua_rawseti(L, -2, 2);
	}
	lua_rawsetp(L, -2, request);
}

/* (table of the context on top) */
static void let_go(lua_State *L, const void *request)
{
	int top = lua_gettop(L);

	if (lua_rawgetp(L, -1, request) == LUA_TTABLE) {
		lua_rawgeti(L, -1, 2);
		sys_release(L, -1);
	}
	lua_settop(L, top);
	lua_pushnil(L);
	lua_rawsetp(L, -2, request);
}

/* S.io_submit(context, iocb_array) -> number taken */
static int sys_io_submit(lua_State *L)
{
	aio_context_t context = check_context(L, 1);
	struct sys_mem *m;
	struct iocb *requests, **pointers;
	size_t i, size;
	int saved;
	long r;

	lua_settop(L, 2);
	if (lua_type(L, 2) == LUA_TTABLE) {
		if (lua_getfield(L, 2, "iocbs") == LUA_TNIL) {
			sys_push_type(L, "iocb_array");
			lua_pushvalue(L, 2);
			lua_call(L, 1, 1);
			lua_getfield(L, -1, "iocbs");
		}
		lua_replace(L, 2);
		lua_settop(L, 2);
	}
	m = sys_tomem(L, 2);
	luaL_argexpected(L, m && m->layout == &sys_layout_iocb, 2,
			 "iocb_array");
	requests = sys_checkwritable(L, 2, &size);
	pointers = lua_newuserdatauv(L, (m->count + 1) * sizeof *pointers, 0);
	for (i = 0; i < m->count; i++)
		check_request(L, 2, &requests[i]);
	push_held(L, context);
	for (i = 0; i < m->count; i++) {
		pointers[i] = &requests[i];
		hold(L, 2, &requests[i]);
	}
	r = syscall(SYS_io_submit, context, (long)m->count, pointers);
	saved = errno;
	for (i = r > 0 ? (size_t)r : 0; i < m->count; i++)
		let_go(L, pointers[i]);
	errno = saved;
	return sys_integer(L, r);
}

static void release(lua_State *L, aio_context_t context,
		    const struct io_event *event)
{
	push_held(L, context);
	let_go(L, (void *)(uintptr_t)event->obj);
	lua_pop(L, 1);
}

/* S.io_getevents(context, [min], io_events [, timeout]) -> iterator ... */
static int sys_io_getevents(lua_State *L)
{
	aio_context_t context = check_context(L, 1);
	long min = (long)sys_optint(L, 2, 0), n, i;
	struct sys_mem *m = sys_tomem(L, 3);
	struct timespec *timeout = NULL;
	struct io_event *events;
	size_t size;

	luaL_argexpected(L, m && m->layout == &sys_layout_io_event, 3,
			 "io_events");
	events = sys_checkwritable(L, 3, &size);
	if (!lua_isnoneornil(L, 4))
		timeout = sys_checkstruct(L, 4, &sys_layout_timespec);
#ifdef SYS_io_pgetevents_time64 /* io_getevents knows 32 bits of time there */
	n = syscall(SYS_io_pgetevents_time64, context, min, (long)m->count,
		    events, timeout, NULL);
#else
	n = syscall(SYS_io_getevents, context, min, (long)m->count, events,
		    timeout);
#endif
	if (n < 0)
		return sys_fail(L, errno);
	for (i = 0; i < n; i++)
		release(L, context, &events[i]);
	return sys_iterate(L, 3, n);
}

/* S.io_cancel(context, iocb [, io_event]) -> io_event */
static int sys_io_cancel(lua_State *L)
{
	aio_context_t context = check_context(L, 1);
	struct iocb *request = sys_checkstruct(L, 2, &sys_layout_iocb);
	void *event = sys_outstruct(L, 3, &sys_layout_io_event);

	if (syscall(SYS_io_cancel, context, request, event) < 0)
		return sys_fail(L, errno);
	release(L, context, event);
	lua_settop(L, 3);
	return 1;
}

#define FUNCTIONS(F, G) \
	F(io_setup) F(io_destroy) F(io_submit) F(io_getevents) F(io_cancel)
SYS_AREA(aio, FUNCTIONS);
