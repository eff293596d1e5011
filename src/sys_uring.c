/*
 * sys_uring.c - io_uring: the two rings, and waiting on them
 *
 * Layer: system call binding; no policy. Follows io_uring(7). A request is
 * prepared (sys_uring_prepare.c), which gives it a number, submitted, and
 * completed under that number. What the kernel reads and writes meanwhile is
 * kept by the ring: a ring that goes first cancels what is under way and waits
 * for it, and what will not end keeps its memory for ever.
 */

#include <errno.h>
#include <linux/io_uring.h>
#include <linux/time_types.h>
#include <linux/unistd.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sys_uring.h"

#define IORING_SETUP_LIST(P, V)                                        \
	P(IORING_SETUP, SQPOLL) P(IORING_SETUP, CLAMP)                 \
	P(IORING_SETUP, SUBMIT_ALL) P(IORING_SETUP, COOP_TASKRUN)      \
	P(IORING_SETUP, TASKRUN_FLAG) P(IORING_SETUP, SINGLE_ISSUER)   \
	P(IORING_SETUP, DEFER_TASKRUN)
SYS_CONSTS(IORING_SETUP, SYS_MULTI, IORING_SETUP_LIST);

#define IORING_CQE_LIST(P, V) V(MORE, IORING_CQE_F_MORE) \
	V(SOCK_NONEMPTY, IORING_CQE_F_SOCK_NONEMPTY)
SYS_CONSTS(IORING_CQE, SYS_MULTI, IORING_CQE_LIST);

enum {
	LAST_CALL = 1000, /* ms, for what a closed ring has under way */
	LAST_CALL_STEP = 20,
};

static const char tag;

#define LOAD(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define STORE(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)

static long enter(const struct ring *r, unsigned submit, unsigned wait,
		  unsigned flags, const struct __kernel_timespec *timeout)
{
	struct io_uring_getevents_arg argument;

	memset(&argument, 0, sizeof argument);
	argument.ts = (uint64_t)(uintptr_t)timeout;
	if (timeout)
		flags |= IORING_ENTER_EXT_ARG;
	return syscall(__NR_io_uring_enter, r->fd, submit, wait, flags,
		       timeout ? &argument : NULL,
		       timeout ? sizeof argument : 0UL);
}

/* ---- a ring ---- */

static void *map(int fd, size_t size, uint64_t offset)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_POPULATE, fd, (off_t)offset);

	return p == MAP_FAILED ? NULL : p;
}

static void unmap(struct ring *r)
{
	int saved = errno;

	if (r->sq_map)
		munmap(r->sq_map, r->sq_size);
	if (r->cq_map && r->cq_map != r->sq_map)
		munmap(r->cq_map, r->cq_size);
	if (r->sqes)
		munmap(r->sqes, r->sqes_size);
	r->sq_map = r->cq_map = NULL;
	r->sqes = NULL;
	close(r->fd);
	r->fd = -1;
	errno = saved;
}

static int map_rings(struct ring *r, const struct io_uring_params *p)
{
	char *sq, *cq;
	unsigned i, *array;

	r->sq_size = p->sq_off.array + p->sq_entries * sizeof(unsigned);
	r->cq_size = p->cq_off.cqes +
		     p->cq_entries * sizeof(struct io_uring_cqe);
	r->sqes_size = p->sq_entries * sizeof(struct io_uring_sqe);
	if (p->features & IORING_FEAT_SINGLE_MMAP && r->cq_size > r->sq_size)
		r->sq_size = r->cq_size;
	sq = r->sq_map = map(r->fd, r->sq_size, IORING_OFF_SQ_RING);
	if (!sq)
		return -1;
	cq = p->features & IORING_FEAT_SINGLE_MMAP
		     ? sq
		     : map(r->fd, r->cq_size, IORING_OFF_CQ_RING);
	r->cq_map = cq;
	if (!cq)
		return -1;
	r->sqes = map(r->fd, r->sqes_size, IORING_OFF_SQES);
	if (!r->sqes)
		return -1;
#define AT(base, offset) ((void *)((base) + (offset)))
	r->sq_head = AT(sq, p->sq_off.head);
	r->sq_tail = AT(sq, p->sq_off.tail);
	r->sq_flags = AT(sq, p->sq_off.flags);
	r->cq_head = AT(cq, p->cq_off.head);
	r->cq_tail = AT(cq, p->cq_off.tail);
	r->cqes = AT(cq, p->cq_off.cqes);
	r->entries = p->sq_entries;
	r->sq_mask = p->sq_entries - 1;
	r->cq_mask = p->cq_entries - 1;
	array = AT(sq, p->sq_off.array);
	for (i = 0; i < p->sq_entries; i++)
		array[i] = i; /* entries are used in their order */
	return 0;
}

static struct ring *to_ring(lua_State *L, int arg)
{
	struct ring *r;

	if (lua_type(L, arg) != LUA_TUSERDATA ||
	    lua_rawlen(L, arg) != sizeof *r)
		return NULL;
	r = lua_touserdata(L, arg);
	return r->tag == &tag ? r : NULL;
}

struct ring *uring_check(lua_State *L, int arg)
{
	struct ring *r = to_ring(L, arg);

	if (!r)
		luaL_typeerror(L, arg, "io_uring");
	luaL_argcheck(L, r->fd >= 0, arg, "closed");
	/* both would move the same indices, each seeing half of it */
	luaL_argcheck(L, r->owner == getpid(), arg,
		      "the ring of another process");
	return r;
}

struct io_uring_sqe *uring_free_entry(struct ring *r)
{
	if (r->tail - LOAD(r->sq_head) >= r->entries)
		return NULL;
	return &r->sqes[r->tail & r->sq_mask];
}

/* ---- requests under way: user value 1, by number ---- */

/* (request on top): release what its user values hold; pops nothing */
static void each_held(lua_State *L, void (*what)(lua_State *L, int arg))
{
	int request = lua_gettop(L), i;
	lua_Integer n;

	for (i = 1; i <= URING_KEPT; i++) {
		if (lua_getiuservalue(L, request, i) == LUA_TTABLE)
			for (n = 1; lua_geti(L, -1, n) != LUA_TNIL; n++) {
				what(L, -1);
				lua_pop(L, 1);
			}
		else
			what(L, -1);
		lua_settop(L, request);
	}
}

static void hold(lua_State *L, int arg)
{
	if (sys_hold(L, arg) < 0)
		luaL_error(L, "not enough memory");
}

/* Keeps the request on top, as this number; pops it. */
void uring_keep(lua_State *L, int ring, uint64_t id)
{
	each_held(L, hold);
	lua_getiuservalue(L, ring, URING_REQUESTS);
	lua_insert(L, -2);
	lua_rawseti(L, -2, (lua_Integer)id);
	lua_pop(L, 1);
}

/* Pushes the request of this number, and forgets it when it has ended. */
static struct request *completed(lua_State *L, int ring, uint64_t id,
				 int ended)
{
	struct request *q = NULL;

	lua_getiuservalue(L, ring, URING_REQUESTS);
	if (lua_rawgeti(L, -1, (lua_Integer)id) == LUA_TUSERDATA) {
		q = lua_touserdata(L, -1);
		if (ended) {
			each_held(L, sys_release);
			lua_pushnil(L);
			lua_rawseti(L, -3, (lua_Integer)id);
		}
	}
	lua_remove(L, -2);
	return q;
}

static int next_cqe(struct ring *r, struct io_uring_cqe *out)
{
	unsigned head = *r->cq_head;
	unsigned later = IORING_SQ_CQ_OVERFLOW | IORING_SQ_TASKRUN;

	if (head == LOAD(r->cq_tail) && (LOAD(r->sq_flags) & later))
		enter(r, 0, 0, IORING_ENTER_GETEVENTS, NULL);
	if (head == LOAD(r->cq_tail))
		return 0;
	memcpy(out, &r->cqes[head & r->cq_mask], sizeof *out);
	STORE(r->cq_head, head + 1);
	return 1;
}

/* ---- the end of a ring ---- */

/* What nobody will ask for any more: descriptors are closed. */
static void drain(lua_State *L, int ring, struct ring *r)
{
	struct io_uring_cqe cqe;
	struct request *q;

	while (next_cqe(r, &cqe)) {
		if (cqe.user_data == 0)
			continue;
		q = completed(L, ring, cqe.user_data,
			      !(cqe.flags & IORING_CQE_F_MORE));
		lua_pop(L, 1);
		if (!q)
			continue;
		if (q->makes_fd && cqe.res >= 0)
			close(cqe.res);
		if (q->closes >= 0 && cqe.res == -ECANCELED)
			close(q->closes);
		if (!(cqe.flags & IORING_CQE_F_MORE))
			r->pending--;
	}
}

static void cancel_all(lua_State *L, int ring, struct ring *r)
{
	struct io_uring_sqe *sqe;

	lua_getiuservalue(L, ring, URING_REQUESTS);
	lua_pushnil(L);
	while (lua_next(L, -2)) {
		lua_pop(L, 1);
		sqe = uring_free_entry(r);
		if (!sqe) { /* full: the kernel takes them all at once */
			enter(r, r->entries, 0, 0, NULL);
			sqe = uring_free_entry(r);
			if (!sqe)
				break;
		}
		memset(sqe, 0, sizeof *sqe);
		sqe->opcode = IORING_OP_ASYNC_CANCEL;
		sqe->fd = -1;
		sqe->addr = (uint64_t)lua_tointeger(L, -1);
		STORE(r->sq_tail, ++r->tail);
	}
	lua_settop(L, ring);
	enter(r, r->tail - LOAD(r->sq_head), 0,
	      r->setup & IORING_SETUP_SQPOLL ? IORING_ENTER_SQ_WAKEUP : 0,
	      NULL);
}

/*
 * Closing the descriptor would cancel requests as well, but some time later,
 * and until then the kernel writes to memory that was given back.
 */
static void end_ring(lua_State *L, int ring, struct ring *r)
{
	struct __kernel_timespec step = {0, LAST_CALL_STEP * 1000000};
	int left = LAST_CALL / LAST_CALL_STEP;
	struct request *q;
	uint64_t id;

	ring = lua_absindex(L, ring);
	luaL_checkstack(L, 12, NULL);
	/* prepared and never submitted: as if it had not been */
	for (; r->tail != *r->sq_tail; r->tail--) {
		id = r->sqes[(r->tail - 1) & r->sq_mask].user_data;
		q = completed(L, ring, id, 1);
		lua_pop(L, 1);
		if (q && q->closes >= 0)
			close(q->closes);
		r->pending--;
	}
	drain(L, ring, r);
	if (r->pending)
		cancel_all(L, ring, r);
	for (drain(L, ring, r); r->pending && left > 0; left--) {
		enter(r, 0, 1, IORING_ENTER_GETEVENTS, &step);
		drain(L, ring, r);
	}
	if (r->pending) { /* the kernel has it: nobody else may */
		lua_getiuservalue(L, ring, URING_REQUESTS);
		luaL_ref(L, LUA_REGISTRYINDEX);
	}
}

static int ring_close(lua_State *L)
{
	struct ring *r = to_ring(L, 1);

	if (!r)
		return luaL_typeerror(L, 1, "io_uring");
	if (r->fd >= 0) {
		if (r->owner == getpid())
			end_ring(L, 1, r);
		unmap(r);
		uring_release_buffers(L, 1);
	}
	lua_pushboolean(L, 1);
	return 1;
}

/* ---- methods ---- */

static int ring_getfd(lua_State *L)
{
	lua_pushinteger(L, uring_check(L, 1)->fd);
	return 1;
}

/* #ring: requests that have not completed */
static int ring_len(lua_State *L)
{
	lua_pushinteger(L, uring_check(L, 1)->pending);
	return 1;
}

static int ring_tostring(lua_State *L)
{
	struct ring *r = to_ring(L, 1);

	if (!r)
		return luaL_typeerror(L, 1, "io_uring");
	lua_pushfstring(L, "io_uring %d", r->fd);
	return 1;
}

/*
 * ring:submit([wait for so many [, timeout]]) -> number submitted; TIME: none
 * was, and what was waited for did not come in time
 */
static int ring_submit(lua_State *L)
{
	struct ring *r = uring_check(L, 1);
	long long wait = sys_optint(L, 2, 0);
	struct __kernel_timespec seconds, *timeout;
	unsigned flags = 0, submit;
	long n;

	lua_settop(L, 3);
	timeout = sys_opttime(L, 3, &seconds);
	luaL_argcheck(L, wait >= 0 && wait <= 0x7fffffff, 2, "out of range");
	STORE(r->sq_tail, r->tail);
	submit = r->tail - LOAD(r->sq_head);
	if (wait || r->setup & IORING_SETUP_DEFER_TASKRUN)
		flags |= IORING_ENTER_GETEVENTS;
	if (r->setup & IORING_SETUP_SQPOLL) {
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
		if (LOAD(r->sq_flags) & IORING_SQ_NEED_WAKEUP)
			flags |= IORING_ENTER_SQ_WAKEUP;
		if (!flags) { /* the kernel's thread saw it */
			lua_pushinteger(L, submit);
			return 1;
		}
	}
	n = enter(r, submit, (unsigned)wait, flags, timeout);
	return sys_integer(L, n);
}

/* result, error: of a request that has ended, or goes on (multishot) */
static int push_completion(lua_State *L, struct request *q, int request,
			   const struct io_uring_cqe *cqe)
{
	if (cqe->res < 0) {
		if (q && q->closes >= 0 && cqe->res == -ECANCELED)
			close(q->closes);
		return sys_fail(L, -cqe->res);
	}
	if (q && q->makes_fd)
		sys_pushfd(L, cqe->res);
	else if (q && q->result)
		lua_getiuservalue(L, request, q->result);
	else
		lua_pushinteger(L, cqe->res);
	lua_pushnil(L);
	return 2;
}

/* (ring): -> number, result or nil, error or nil, flags; nothing: no more */
static int next_completion(lua_State *L)
{
	struct ring *r = uring_check(L, 1);
	struct io_uring_cqe cqe;
	struct request *q;
	int ended;

	lua_settop(L, 1);
	luaL_checkstack(L, 12, NULL);
	do {
		if (!next_cqe(r, &cqe))
			return 0;
	} while (cqe.user_data == 0);
	ended = !(cqe.flags & IORING_CQE_F_MORE);
	if (ended)
		r->pending--;
	lua_pushinteger(L, (lua_Integer)cqe.user_data);
	q = completed(L, 1, cqe.user_data, ended);
	push_completion(L, q, 3, &cqe);
	lua_pushinteger(L, cqe.flags);
	lua_remove(L, 3);
	return 4;
}

/* for number, result, err, flags in ring:completions() do */
static int ring_completions(lua_State *L)
{
	uring_check(L, 1);
	lua_pushcfunction(L, next_completion);
	lua_pushvalue(L, 1);
	return 2;
}

static void push_metatable(lua_State *L)
{
	static const luaL_Reg methods[] = {
		{"close", ring_close},
		{"getfd", ring_getfd},
		{"submit", ring_submit},
		{"completions", ring_completions},
		{NULL, NULL},
	};
	static const luaL_Reg meta[] = {
		{"__gc", ring_close},
		{"__close", ring_close},
		{"__len", ring_len},
		{"__tostring", ring_tostring},
		{NULL, NULL},
	};

	if (lua_rawgetp(L, LUA_REGISTRYINDEX, &tag) != LUA_TNIL)
		return;
	lua_pop(L, 1);
	luaL_newlib(L, meta);
	luaL_newlib(L, methods);
	uring_add_methods(L);
	uring_add_registers(L);
	lua_setfield(L, -2, "__index");
	lua_pushliteral(L, "io_uring");
	lua_setfield(L, -2, "__name");
	lua_pushvalue(L, -1);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &tag);
}

/*
 * S.io_uring_setup(entries [, flags [, completion entries]]) -> ring, with the
 * methods close getfd submit completions mark, and one a kind of request
 */
static int sys_io_uring_setup(lua_State *L)
{
	const unsigned known = IORING_SETUP_SQPOLL | IORING_SETUP_CLAMP |
			       IORING_SETUP_SUBMIT_ALL |
			       IORING_SETUP_COOP_TASKRUN |
			       IORING_SETUP_TASKRUN_FLAG |
			       IORING_SETUP_SINGLE_ISSUER |
			       IORING_SETUP_DEFER_TASKRUN;
	unsigned entries = (unsigned)sys_checkint(L, 1);
	struct io_uring_params p;
	struct ring *r;

	memset(&p, 0, sizeof p);
	p.flags = (unsigned)sys_checkconst(L, 2, &sys_IORING_SETUP);
	luaL_argcheck(L, !(p.flags & ~known), 2,
		      "a flag that changes the rings' shape");
	if (!lua_isnoneornil(L, 3)) {
		p.flags |= IORING_SETUP_CQSIZE;
		p.cq_entries = (unsigned)sys_checkint(L, 3);
	}

	r = lua_newuserdatauv(L, sizeof *r, URING_VALUES);
	memset(r, 0, sizeof *r);
	r->tag = &tag;
	r->fd = -1;
	r->next_id = 1; /* 0: cancellations of our own */
	r->owner = getpid();
	lua_newtable(L);
	lua_setiuservalue(L, -2, URING_REQUESTS);
	push_metatable(L);
	lua_setmetatable(L, -2);
	r->fd = (int)syscall(__NR_io_uring_setup, entries, &p);
	if (r->fd < 0)
		return sys_fail(L, errno);
	r->setup = p.flags;
	if (map_rings(r, &p) < 0) {
		unmap(r);
		return sys_fail(L, errno);
	}
	return 1;
}

#define FUNCTIONS(F, G) F(io_uring_setup)
SYS_AREA(uring, FUNCTIONS);
