/*
 * sys_event.c - waiting: poll, epoll, eventfd, timerfd, inotify
 *
 * Layer: system call binding; no policy. The one event loop over these is
 * lua/loop.lua.
 */

#include <errno.h>
#include <linux/time_types.h>
#include <linux/unistd.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "sys.h"

#define POLL_LIST(P, V) \
	V(IN, POLLIN) V(PRI, POLLPRI) V(OUT, POLLOUT) V(ERR, POLLERR) \
	V(HUP, POLLHUP) V(NVAL, POLLNVAL) V(RDNORM, POLLRDNORM) \
	V(RDBAND, POLLRDBAND) V(WRNORM, POLLWRNORM) V(WRBAND, POLLWRBAND) \
	V(MSG, POLLMSG) V(RDHUP, POLLRDHUP) V(REMOVE, 0x1000)
SYS_CONSTS(POLL, SYS_MULTI, POLL_LIST);

#define EPOLL_LIST(P, V)                                                  \
	V(IN, EPOLLIN) V(PRI, EPOLLPRI) V(OUT, EPOLLOUT)                  \
	V(ERR, EPOLLERR) V(HUP, EPOLLHUP) V(RDNORM, EPOLLRDNORM)          \
	V(RDBAND, EPOLLRDBAND) V(WRNORM, EPOLLWRNORM)                     \
	V(WRBAND, EPOLLWRBAND) V(MSG, EPOLLMSG) V(RDHUP, EPOLLRDHUP)      \
	V(ONESHOT, EPOLLONESHOT) V(ET, EPOLLET)                           \
	V(EXCLUSIVE, EPOLLEXCLUSIVE) V(WAKEUP, EPOLLWAKEUP)
SYS_CONSTS(EPOLL, SYS_MULTI, EPOLL_LIST);

#define EPOLLCREATE_LIST(P, V) P(EPOLL, CLOEXEC) V(NONBLOCK, EPOLL_NONBLOCK)
#ifndef EPOLL_NONBLOCK
#define EPOLL_NONBLOCK 0
#endif
SYS_CONSTS(EPOLLCREATE, SYS_MULTI, EPOLLCREATE_LIST);

#define EPOLL_CTL_LIST(P, V) \
	P(EPOLL_CTL, ADD) P(EPOLL_CTL, DEL) P(EPOLL_CTL, MOD)
SYS_CONSTS(EPOLL_CTL, SYS_STRFLAG, EPOLL_CTL_LIST);

#define EFD_LIST(P, V) P(EFD, SEMAPHORE) P(EFD, NONBLOCK) P(EFD, CLOEXEC)
SYS_CONSTS(EFD, SYS_MULTI, EFD_LIST);

#define TFD_LIST(P, V) P(TFD, NONBLOCK) P(TFD, CLOEXEC)
SYS_CONSTS(TFD, SYS_MULTI, TFD_LIST);

#define TFD_TIMER_LIST(P, V) \
	P(TFD_TIMER, ABSTIME) P(TFD_TIMER, CANCEL_ON_SET)
SYS_CONSTS(TFD_TIMER, SYS_MULTI, TFD_TIMER_LIST);

#define IN_LIST(P, V)                                                     \
	P(IN, ACCESS) P(IN, MODIFY) P(IN, ATTRIB) P(IN, CLOSE_WRITE)      \
	P(IN, CLOSE_NOWRITE) P(IN, CLOSE) P(IN, OPEN) P(IN, MOVED_FROM)   \
	P(IN, MOVED_TO) P(IN, MOVE) P(IN, CREATE) P(IN, DELETE)           \
	P(IN, DELETE_SELF) P(IN, MOVE_SELF) P(IN, ALL_EVENTS)             \
	P(IN, UNMOUNT) P(IN, Q_OVERFLOW) P(IN, IGNORED) P(IN, ONLYDIR)    \
	P(IN, DONT_FOLLOW) P(IN, EXCL_UNLINK) P(IN, MASK_ADD)             \
	P(IN, ISDIR) P(IN, ONESHOT)
SYS_CONSTS(IN, SYS_MULTI, IN_LIST);

#define IN_INIT_LIST(P, V) P(IN, NONBLOCK) P(IN, CLOEXEC)
SYS_CONSTS(IN_INIT, SYS_MULTI, IN_INIT_LIST);

#define POLLFD(X, T) X(F, T, fd) X(F, T, events) X(F, T, revents)
SYS_STRUCT(pollfd, "event", "", struct pollfd, POLLFD);


#define EPOLL_DATA(X, T) X(F, T, ptr) X(F, T, fd) X(F, T, u32) X(F, T, u64)
SYS_STRUCT(epoll_data, "", "", union epoll_data, EPOLL_DATA);

#define EPOLL_EVENT(X, T)                                                 \
	X(F, T, events) X(S, T, data, epoll_data) X(R, T, u64, data.u64)  \
	X(R, T, u32, data.u32) X(R, T, fd, data.fd) X(R, T, ptr, data.ptr)
SYS_STRUCT(epoll_event, "event", "", struct epoll_event, EPOLL_EVENT);

/* S.poll(pollfds [, milliseconds]) -> number ready */
static int sys_poll(lua_State *L)
{
	struct sys_mem *m = sys_tomem(L, 1);
	long long timeout = sys_optint(L, 2, -1);

	if (!m)
		m = sys_convert(L, 1, "pollfds");
	luaL_argcheck(L, m->data && m->layout == &sys_layout_pollfd, 1,
		      "pollfds expected");
	return sys_integer(L, poll((struct pollfd *)(void *)m->data,
				   (nfds_t)m->count, (int)timeout));
}

static int sys_epoll_create(lua_State *L)
{
	int flags = (int)sys_checkconst(L, 1, &sys_EPOLLCREATE);

	return sys_pushfd(L, epoll_create1(flags | EPOLL_CLOEXEC));
}

/* S.epoll_ctl(epoll, operation, fd [, events or epoll_event]) -> true */
static int sys_epoll_ctl(lua_State *L)
{
	int epoll = sys_checkfd(L, 1);
	int operation = (int)sys_checkconst(L, 2, &sys_EPOLL_CTL);
	int fd = sys_checkfd(L, 3);
	struct epoll_event event = {0, {0}}, *p = &event;

	if (sys_tomem(L, 4) || lua_type(L, 4) == LUA_TTABLE) {
		p = sys_checkstruct(L, 4, &sys_layout_epoll_event);
	} else {
		event.events = (uint32_t)sys_checkconst(L, 4, &sys_EPOLL);
		event.data.fd = fd;
	}
	return sys_result(L, epoll_ctl(epoll, operation, fd, p));
}

/* The stateless iterator of a list: (items, i) -> i - 1, item */
static int next_item(lua_State *L)
{
	struct sys_mem *m = sys_tomem(L, 1);
	lua_Integer i = lua_tointeger(L, 2) - 1;

	if (!m || i < 0 || (size_t)i >= m->count)
		return 0;
	lua_pushinteger(L, i);
	sys_newview(L, m->layout,
		    m->data + (size_t)i * m->layout->size, 1, 1);
	return 2;
}

int sys_iterate(lua_State *L, int arg, long n)
{
	lua_pushcfunction(L, next_item);
	lua_pushvalue(L, arg);
	lua_pushinteger(L, n);
	return 3;
}

/* S.epoll_wait(epoll, events [, milliseconds]) -> iterator, events, count;
 * S.epoll_pwait takes a sigset behind these */
static int sys_epoll_wait(lua_State *L)
{
	int epoll = sys_checkfd(L, 1);
	struct sys_mem *m = sys_tomem(L, 2);
	int timeout = (int)sys_optint(L, 3, -1);
	sigset_t mask, *set = NULL;
	int n;

	luaL_argcheck(L, m && m->data && m->layout == &sys_layout_epoll_event,
		      2, "epoll_events expected");
	if (!lua_isnoneornil(L, 4)) {
		set = &mask;
		sigemptyset(set);
		memcpy(set, sys_checkstruct(L, 4, &sys_layout_sigset),
		       _NSIG / 8);
	}
	n = epoll_pwait(epoll, (struct epoll_event *)(void *)m->data,
			(int)m->count, timeout, set);
	if (n < 0)
		return sys_fail(L, errno);
	return sys_iterate(L, 2, n);
}

/*
 * S.epoll_pwait2(epoll, events [, timeout [, sigset]]) -> as epoll_wait; the
 * timeout is a number of seconds, or a timespec: to the nanosecond
 */
static int sys_epoll_pwait2(lua_State *L)
{
	int epoll = sys_checkfd(L, 1);
	struct sys_mem *m = sys_tomem(L, 2);
	struct __kernel_timespec seconds, *timeout;
	const void *set = NULL;
	long n;

	luaL_argcheck(L, m && m->data && m->layout == &sys_layout_epoll_event,
		      2, "epoll_events expected");
	lua_settop(L, 4);
	timeout = sys_opttime(L, 3, &seconds);
	if (!lua_isnil(L, 4))
		set = sys_checkstruct(L, 4, &sys_layout_sigset);
	n = syscall(__NR_epoll_pwait2, epoll, m->data, (long)m->count,
		    timeout, set, (long)(_NSIG / 8));
	if (n < 0)
		return sys_fail(L, errno);
	return sys_iterate(L, 2, n);
}

/* S.eventfd([initial [, flags]]) -> fd */
static int sys_eventfd(lua_State *L)
{
	unsigned initial = (unsigned)sys_optint(L, 1, 0);
	int flags = (int)sys_checkconst(L, 2, &sys_EFD);

	return sys_pushfd(L, eventfd(initial, flags | EFD_CLOEXEC));
}

static int sys_timerfd_create(lua_State *L)
{
	int clock = (int)sys_checkconst(L, 1, &sys_CLOCK);
	int flags = (int)sys_checkconst(L, 2, &sys_TFD);

	return sys_pushfd(L, timerfd_create(clock, flags | TFD_CLOEXEC));
}

/* S.timerfd_settime(fd, flags, itimerspec [, old]) -> old */
static int sys_timerfd_settime(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	int flags = (int)sys_checkconst(L, 2, &sys_TFD_TIMER);
	const void *value = sys_checkstruct(L, 3, &sys_layout_itimerspec);
	void *old = sys_outstruct(L, 4, &sys_layout_itimerspec);

	if (timerfd_settime(fd, flags, value, old) < 0)
		return sys_fail(L, errno);
	lua_settop(L, 4);
	return 1;
}

static int sys_timerfd_gettime(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	void *value = sys_outstruct(L, 2, &sys_layout_itimerspec);

	if (timerfd_gettime(fd, value) < 0)
		return sys_fail(L, errno);
	lua_settop(L, 2);
	return 1;
}

static int sys_inotify_init(lua_State *L)
{
	int flags = (int)sys_checkconst(L, 1, &sys_IN_INIT);

	return sys_pushfd(L, inotify_init1(flags | IN_CLOEXEC));
}

static int sys_inotify_add_watch(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	const char *path = sys_checkpath(L, 2);

	return sys_integer(L, inotify_add_watch(fd, path,
						(uint32_t)sys_checkconst(
							L, 3, &sys_IN)));
}

static int sys_inotify_rm_watch(lua_State *L)
{
	return sys_result(L, inotify_rm_watch(sys_checkfd(L, 1),
					      (int)sys_checkint(L, 2)));
}

#define FUNCTIONS(F, G) \
	F(poll) F(epoll_create) F(epoll_ctl) F(epoll_wait) \
	G(epoll_pwait, sys_epoll_wait) F(epoll_pwait2) F(eventfd) \
	F(timerfd_create) F(timerfd_settime) F(timerfd_gettime) \
	F(inotify_init) F(inotify_add_watch) F(inotify_rm_watch)
SYS_AREA(event, FUNCTIONS);
