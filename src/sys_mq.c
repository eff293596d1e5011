/*
 * sys_mq.c - POSIX message queues: mq_overview(7)
 *
 * Layer: system call binding; no policy. The kernel's own calls: names without
 * their leading slash, which is taken off where there is one. A queue is a
 * descriptor with other methods: lua/syscall/types/mqueue.lua.
 */

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "sys.h"

extern const struct sys_layout sys_layout_sigevent;

#define OMQATTR_LIST(P, V) P(O, NONBLOCK)
SYS_CONSTS(OMQATTR, SYS_MULTI, OMQATTR_LIST);

#define MQ_ATTR(X, T) \
	X(F, T, mq_flags) X(F, T, mq_maxmsg) X(F, T, mq_msgsize) \
	X(F, T, mq_curmsgs)
SYS_STRUCT(mq_attr, "mqueue", "mq_", struct mq_attr, MQ_ATTR);

#ifdef SYS_mq_timedsend_time64
#define MQ_TIMEDSEND SYS_mq_timedsend_time64
#define MQ_TIMEDRECEIVE SYS_mq_timedreceive_time64
#else
#define MQ_TIMEDSEND SYS_mq_timedsend
#define MQ_TIMEDRECEIVE SYS_mq_timedreceive
#endif

/* The fd object on top becomes one with the methods of a queue. */
static int as_queue(lua_State *L)
{
	if (!sys_isfd(L, -1))
		return lua_gettop(L) - 1; /* nil, err */
	lua_getglobal(L, "require");
	lua_pushliteral(L, "syscall.types.mqueue");
	lua_call(L, 1, 1);
	lua_getfield(L, -1, "methods");
	sys_setmethods(L, -3, "mqd");
	lua_settop(L, -2);
	return 1;
}

/* t.mqd([number]) */
static int new_queue(lua_State *L)
{
	lua_settop(L, 1);
	sys_push_type(L, "fd");
	lua_pushvalue(L, 1);
	lua_call(L, 1, 1);
	lua_replace(L, 1);
	lua_settop(L, 1);
	return as_queue(L);
}

void sys_push_mqdtype(lua_State *L)
{
	lua_pushcfunction(L, new_queue);
}

static const char *check_name(lua_State *L, int arg)
{
	const char *name = sys_checkpath(L, arg);

	return name[0] == '/' ? name + 1 : name;
}

static const struct timespec *opt_deadline(lua_State *L, int arg)
{
	return lua_isnoneornil(L, arg)
		       ? NULL
		       : sys_checkstruct(L, arg, &sys_layout_timespec);
}

/* S.mq_open(name, flags [, mode [, attributes]]) -> mqd */
static int sys_mq_open(lua_State *L)
{
	const char *name = check_name(L, 1);
	int flags = (int)sys_checkconst(L, 2, &sys_O);
	mode_t mode = (mode_t)sys_checkconst(L, 3, &sys_MODE);
	void *attr = NULL;
	int n;

	if (!lua_isnoneornil(L, 4))
		attr = sys_checkstruct(L, 4, &sys_layout_mq_attr);
	n = sys_pushfd(L, (int)syscall(SYS_mq_open, name, flags | O_CLOEXEC,
				       mode, attr));
	return n == 1 ? as_queue(L) : n;
}

static int sys_mq_unlink(lua_State *L)
{
	return sys_result(L, syscall(SYS_mq_unlink, check_name(L, 1)));
}

/* S.mq_getsetattr(mqd [, new [, old]]) -> true */
static int sys_mq_getsetattr(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	void *set = NULL, *old = NULL;

	if (!lua_isnoneornil(L, 2))
		set = sys_checkstruct(L, 2, &sys_layout_mq_attr);
	if (!lua_isnoneornil(L, 3))
		old = sys_checkstruct(L, 3, &sys_layout_mq_attr);
	return sys_result(L, syscall(SYS_mq_getsetattr, fd, set, old));
}

/* S.mq_timedsend(mqd, message [, length [, priority [, deadline]]]) -> true */
static int sys_mq_timedsend(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	size_t size;
	const void *message = sys_checkbytes(L, 2, &size);
	unsigned priority = (unsigned)sys_optint(L, 4, 0);

	size = sys_optcount(L, 3, size);
	return sys_result(L, syscall(MQ_TIMEDSEND, fd, message, size, priority,
				     opt_deadline(L, 5)));
}

/*
 * S.mq_timedreceive(mqd, [buffer], length [, priority [, deadline]]) -> the
 * message, or true and it is in buffer; priority is an int1 that is set
 */
static int sys_mq_timedreceive(lua_State *L)
{
	int fd = sys_checkfd(L, 1), given = !lua_isnoneornil(L, 2);
	size_t size = 0, n;
	unsigned *priority = NULL;
	const struct timespec *deadline;
	char *buffer;
	long r;

	lua_settop(L, 5);
	if (given) {
		buffer = sys_checkbuffer(L, 2, &size);
		size = sys_optcount(L, 3, size);
	} else {
		size = (size_t)sys_checkint(L, 3);
		luaL_argcheck(L, size < (1UL << 30), 3, "too large");
	}
	if (!lua_isnil(L, 4)) {
		priority = sys_checkwritable(L, 4, &n);
		luaL_argcheck(L, n >= sizeof *priority, 4, "int1 expected");
	}
	deadline = opt_deadline(L, 5);
	if (!given)
		buffer = lua_newuserdatauv(L, size + 1, 0);
	r = syscall(MQ_TIMEDRECEIVE, fd, buffer, size, priority, deadline);
	if (r < 0)
		return sys_fail(L, errno);
	if (given)
		lua_pushboolean(L, 1);
	else
		lua_pushlstring(L, buffer, (size_t)r);
	return 1;
}

/* S.mq_notify(mqd [, sigevent]) -> true: once, when it is empty no longer; nil:
 * no more */
static int sys_mq_notify(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	void *event = NULL;

	if (!lua_isnoneornil(L, 2))
		event = sys_checkstruct(L, 2, &sys_layout_sigevent);
	return sys_result(L, syscall(SYS_mq_notify, fd, event));
}

#define FUNCTIONS(F, G) \
	F(mq_notify) F(mq_open) F(mq_unlink) F(mq_getsetattr) F(mq_timedsend) \
	F(mq_timedreceive)
SYS_AREA(mq, FUNCTIONS);
