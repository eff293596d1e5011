/*
 * sys_select.c - select and ppoll: waiting with a timeout and a signal mask
 *
 * Layer: system call binding; no policy. EINTR is reported, never retried.
 */

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/select.h>

#include "sys.h"

static const char *const kinds[] = {"readfds", "writefds", "exceptfds"};

enum { MAX_FD = 1 << 20 }; /* no descriptor is larger: fs.nr_open's default */

struct kernel_sigset; /* t.sigset: libc's is longer */

/* nil, or a sigset; NULL: none */
static const sigset_t *check_mask(lua_State *L, int arg, sigset_t *mask)
{
	if (lua_isnoneornil(L, arg))
		return NULL;
	sigemptyset(mask);
	memcpy(mask, sys_checkstruct(L, arg, &sys_layout_sigset), _NSIG / 8);
	return mask;
}

/* nil, or what t.timespec takes; NULL: wait for ever */
static const struct timespec *check_timeout(lua_State *L, int arg)
{
	struct sys_mem *m = sys_tomem(L, arg);

	if (lua_isnoneornil(L, arg))
		return NULL;
	if (m && m->layout == &sys_layout_timeval)
		sys_convert(L, arg, "timespec");
	return sys_checkstruct(L, arg, &sys_layout_timespec);
}

static int check_member(lua_State *L, lua_Integer i)
{
	int fd;

	lua_geti(L, -1, i);
	fd = sys_checkfd(L, -1);
	if (fd < 0 || fd >= MAX_FD)
		luaL_error(L, "descriptor out of range: %d", fd);
	lua_pop(L, 1);
	return fd;
}

/* The sets of the table at 1: pushes each, or nil; the highest fd and one. */
static int push_sets(lua_State *L)
{
	lua_Integer i, n;
	int k, fd, end = 0;

	luaL_checktype(L, 1, LUA_TTABLE);
	for (k = 0; k < 3; k++) {
		if (lua_getfield(L, 1, kinds[k]) == LUA_TNIL)
			continue;
		luaL_checktype(L, -1, LUA_TTABLE);
		n = luaL_len(L, -1);
		for (i = 1; i <= n; i++) {
			fd = check_member(L, i);
			if (fd >= end)
				end = fd + 1;
		}
	}
	return end;
}

/* The kernel's bits: words of unsigned long, however many descriptors. */
static int is_in(const unsigned long *bits, int fd)
{
	int width = (int)(8 * sizeof *bits);

	return bits[fd / width] >> fd % width & 1;
}

static void put_in(unsigned long *bits, int fd)
{
	int width = (int)(8 * sizeof *bits);

	bits[fd / width] |= 1UL << fd % width;
}

/* Pushes the array of those that are ready, of the array at set. */
static void push_ready(lua_State *L, int set, const unsigned long *bits)
{
	lua_Integer i, n, ready = 0;

	lua_newtable(L);
	if (lua_isnil(L, set))
		return;
	n = luaL_len(L, set);
	for (i = 1; i <= n; i++) {
		lua_geti(L, set, i);
		if (is_in(bits, sys_checkfd(L, -1)))
			lua_seti(L, -2, ++ready);
		else
			lua_pop(L, 1);
	}
}

/*
 * S.select({readfds=, writefds=, exceptfds=} [, timeout]),
 * S.pselect(the same [, timeout [, sigset]])
 * -> the same, with those that are ready, and their count
 */
static int sys_pselect(lua_State *L)
{
	const struct timespec *timeout = check_timeout(L, 2);
	sigset_t mask;
	const sigset_t *set = check_mask(L, 3, &mask);
	unsigned long *bits[3] = {NULL, NULL, NULL};
	lua_Integer i, n;
	size_t words;
	int end, k, r;

	lua_settop(L, 3);
	end = push_sets(L); /* at 4, 5 and 6 */
	words = (size_t)end / (8 * sizeof(long)) + 1;
	for (k = 0; k < 3; k++) {
		if (lua_isnil(L, 4 + k))
			continue;
		bits[k] = lua_newuserdatauv(L, words * sizeof(long), 0);
		memset(bits[k], 0, words * sizeof(long));
		lua_pushvalue(L, 4 + k);
		n = luaL_len(L, -1);
		for (i = 1; i <= n; i++)
			put_in(bits[k], check_member(L, i));
		lua_pop(L, 1);
	}
	r = pselect(end, (fd_set *)(void *)bits[0], (fd_set *)(void *)bits[1],
		    (fd_set *)(void *)bits[2], timeout, set);
	if (r < 0)
		return sys_fail(L, errno);
	lua_createtable(L, 0, 4);
	for (k = 0; k < 3; k++) {
		push_ready(L, 4 + k, bits[k]);
		lua_setfield(L, -2, kinds[k]);
	}
	lua_pushinteger(L, r);
	lua_setfield(L, -2, "count");
	return 1;
}

static int sys_select(lua_State *L)
{
	lua_settop(L, 2);
	return sys_pselect(L);
}

/* S.ppoll(pollfds [, timeout [, sigset]]) -> number ready */
static int sys_ppoll(lua_State *L)
{
	const struct timespec *timeout = check_timeout(L, 2);
	sigset_t mask;
	const sigset_t *set = check_mask(L, 3, &mask);
	struct sys_mem *m = sys_tomem(L, 1);
	struct pollfd *fds;
	size_t size;

	if (!m)
		m = sys_convert(L, 1, "pollfds");
	luaL_argexpected(L, m->layout == &sys_layout_pollfd, 1, "pollfds");
	fds = sys_checkbuffer(L, 1, &size);
	return sys_integer(L, ppoll(fds, (nfds_t)m->count, timeout, set));
}

#define FUNCTIONS(F, G) F(select) F(pselect) F(ppoll)
SYS_AREA(select, FUNCTIONS);
