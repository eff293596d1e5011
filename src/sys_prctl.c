/*
 * sys_prctl.c - prctl(2): what a process is, and may be
 *
 * Layer: system call binding; no policy. Options are of few shapes: by the
 * table of them below.
 */

#include <errno.h>
#include <linux/filter.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys.h"

#define PR_LIST(P, V)                                                       \
	P(PR, SET_PDEATHSIG) P(PR, GET_PDEATHSIG) P(PR, GET_DUMPABLE)       \
	P(PR, SET_DUMPABLE) P(PR, GET_UNALIGN) P(PR, SET_UNALIGN)           \
	P(PR, GET_KEEPCAPS) P(PR, SET_KEEPCAPS) P(PR, GET_FPEMU)            \
	P(PR, SET_FPEMU) P(PR, GET_FPEXC) P(PR, SET_FPEXC)                  \
	P(PR, GET_TIMING) P(PR, SET_TIMING) P(PR, SET_NAME)                 \
	P(PR, GET_NAME) P(PR, GET_ENDIAN) P(PR, SET_ENDIAN)                 \
	P(PR, GET_SECCOMP) P(PR, SET_SECCOMP) P(PR, CAPBSET_READ)           \
	P(PR, CAPBSET_DROP) P(PR, GET_TSC) P(PR, SET_TSC)                   \
	P(PR, GET_SECUREBITS) P(PR, SET_SECUREBITS)                         \
	P(PR, SET_TIMERSLACK) P(PR, GET_TIMERSLACK)                         \
	P(PR, TASK_PERF_EVENTS_DISABLE) P(PR, TASK_PERF_EVENTS_ENABLE)      \
	P(PR, MCE_KILL) P(PR, MCE_KILL_GET) P(PR, SET_MM)                   \
	P(PR, SET_PTRACER) P(PR, SET_CHILD_SUBREAPER)                       \
	P(PR, GET_CHILD_SUBREAPER) P(PR, SET_NO_NEW_PRIVS)                  \
	P(PR, GET_NO_NEW_PRIVS) P(PR, GET_TID_ADDRESS)                      \
	P(PR, SET_THP_DISABLE) P(PR, GET_THP_DISABLE) P(PR, CAP_AMBIENT)    \
	P(PR, GET_SPECULATION_CTRL) P(PR, SET_SPECULATION_CTRL)             \
	P(PR, SET_IO_FLUSHER) P(PR, GET_IO_FLUSHER)                         \
	P(PR, SET_SYSCALL_USER_DISPATCH) P(PR, SCHED_CORE)                  \
	P(PR, SET_VMA)
SYS_CONSTS(PR, SYS_STRFLAG, PR_LIST);

#define PR_CAP_AMBIENT_LIST(P, V) \
	P(PR_CAP_AMBIENT, IS_SET) P(PR_CAP_AMBIENT, RAISE) \
	P(PR_CAP_AMBIENT, LOWER) P(PR_CAP_AMBIENT, CLEAR_ALL)
SYS_CONSTS(PR_CAP_AMBIENT, SYS_STRFLAG, PR_CAP_AMBIENT_LIST);

#define PR_UNALIGN_LIST(P, V) P(PR_UNALIGN, NOPRINT) P(PR_UNALIGN, SIGBUS)
SYS_CONSTS(PR_UNALIGN, SYS_STRFLAG, PR_UNALIGN_LIST);

#define PR_FPEMU_LIST(P, V) P(PR_FPEMU, NOPRINT) P(PR_FPEMU, SIGFPE)
SYS_CONSTS(PR_FPEMU, SYS_STRFLAG, PR_FPEMU_LIST);

#define PR_FP_EXC_LIST(P, V) \
	P(PR_FP_EXC, DISABLED) P(PR_FP_EXC, NONRECOV) P(PR_FP_EXC, ASYNC) \
	P(PR_FP_EXC, PRECISE) P(PR_FP_EXC, SW_ENABLE) P(PR_FP_EXC, DIV) \
	P(PR_FP_EXC, OVF) P(PR_FP_EXC, UND) P(PR_FP_EXC, RES) \
	P(PR_FP_EXC, INV)
SYS_CONSTS(PR_FP_EXC, SYS_MULTI, PR_FP_EXC_LIST);

#define PR_TIMING_LIST(P, V) P(PR_TIMING, STATISTICAL) P(PR_TIMING, TIMESTAMP)
SYS_CONSTS(PR_TIMING, SYS_STRFLAG, PR_TIMING_LIST);

#define PR_ENDIAN_LIST(P, V) \
	P(PR_ENDIAN, BIG) P(PR_ENDIAN, LITTLE) P(PR_ENDIAN, PPC_LITTLE)
SYS_CONSTS(PR_ENDIAN, SYS_STRFLAG, PR_ENDIAN_LIST);

#define PR_TSC_LIST(P, V) P(PR_TSC, ENABLE) P(PR_TSC, SIGSEGV)
SYS_CONSTS(PR_TSC, SYS_STRFLAG, PR_TSC_LIST);

#define PR_MCE_KILL_LIST(P, V) P(PR_MCE_KILL, CLEAR) P(PR_MCE_KILL, SET)
SYS_CONSTS(PR_MCE_KILL, SYS_STRFLAG, PR_MCE_KILL_LIST);

#define PR_MCE_KILL_OPT_LIST(P, V) \
	V(LATE, PR_MCE_KILL_LATE) V(EARLY, PR_MCE_KILL_EARLY) \
	V(DEFAULT, PR_MCE_KILL_DEFAULT)
SYS_CONSTS(PR_MCE_KILL_OPT, SYS_STRFLAG, PR_MCE_KILL_OPT_LIST);

extern const struct sys_consts sys_CAP, sys_SECCOMP_MODE;
extern const struct sys_layout sys_layout_sock_fprog;

static const struct sys_consts *names_of(int option)
{
	switch (option) {
	case PR_SET_PDEATHSIG:
		return &sys_SIG;
	case PR_CAPBSET_READ:
	case PR_CAPBSET_DROP:
		return &sys_CAP;
	case PR_CAP_AMBIENT:
		return &sys_PR_CAP_AMBIENT;
	case PR_SET_SECCOMP:
		return &sys_SECCOMP_MODE;
	case PR_SET_ENDIAN:
		return &sys_PR_ENDIAN;
	case PR_SET_FPEMU:
		return &sys_PR_FPEMU;
	case PR_SET_FPEXC:
		return &sys_PR_FP_EXC;
	case PR_SET_TIMING:
		return &sys_PR_TIMING;
	case PR_SET_TSC:
		return &sys_PR_TSC;
	case PR_SET_UNALIGN:
		return &sys_PR_UNALIGN;
	case PR_MCE_KILL:
		return &sys_PR_MCE_KILL;
	default:
		return NULL;
	}
}

/* Answers through a pointer to an int. */
static int answers_at(int option)
{
	switch (option) {
	case PR_GET_CHILD_SUBREAPER:
	case PR_GET_ENDIAN:
	case PR_GET_FPEMU:
	case PR_GET_FPEXC:
	case PR_GET_PDEATHSIG:
	case PR_GET_TSC:
	case PR_GET_UNALIGN:
		return 1;
	default:
		return 0;
	}
}

/* Answers with its result. */
static int answers_with(int option)
{
	switch (option) {
	case PR_CAPBSET_READ:
	case PR_GET_DUMPABLE:
	case PR_GET_IO_FLUSHER:
	case PR_GET_KEEPCAPS:
	case PR_GET_NO_NEW_PRIVS:
	case PR_GET_SECCOMP:
	case PR_GET_SECUREBITS:
	case PR_GET_SPECULATION_CTRL:
	case PR_GET_THP_DISABLE:
	case PR_GET_TIMERSLACK:
	case PR_GET_TIMING:
	case PR_MCE_KILL_GET:
		return 1;
	default:
		return 0;
	}
}

/* a number, boolean, string or memory; names, where the option has them */
static unsigned long check_value(lua_State *L, int arg,
				 const struct sys_consts *names)
{
	size_t size;

	if (lua_isboolean(L, arg))
		return (unsigned long)lua_toboolean(L, arg);
	if (names)
		return (unsigned long)sys_checkconst(L, arg, names);
	if (sys_tomem(L, arg))
		return (unsigned long)(uintptr_t)sys_checkbuffer(L, arg,
								 &size);
	return (unsigned long)sys_optint(L, arg, 0);
}

/* Pushes what PR_GET_NAME answers. */
static int get_name(lua_State *L)
{
	char name[16] = "";

	if (syscall(SYS_prctl, PR_GET_NAME, name, 0, 0, 0) < 0)
		return sys_fail(L, errno);
	lua_pushlstring(L, name, strnlen(name, sizeof name));
	return 1;
}

/* The 3rd argument, of options whose 2nd says what it is. */
static unsigned long check_third(lua_State *L, int option, unsigned long second)
{
	struct sock_fprog *program;

	if (option == PR_SET_SECCOMP && second == SECCOMP_MODE_FILTER) {
		program = sys_checkstruct(L, 3, &sys_layout_sock_fprog);
		sys_checkpointer(L, 3, (void *const *)&program->filter,
				 program->len * sizeof *program->filter);
		return (unsigned long)(uintptr_t)program;
	}
	if (option == PR_CAP_AMBIENT)
		return check_value(L, 3, &sys_CAP);
	if (option == PR_MCE_KILL)
		return check_value(L, 3, &sys_PR_MCE_KILL_OPT);
	return check_value(L, 3, NULL);
}

/* S.prctl(option [, arguments]) -> true, a number or a string by the option */
static int sys_prctl(lua_State *L)
{
	int option = (int)sys_checkconst(L, 1, &sys_PR), answer = 0;
	unsigned long a[4];
	long r;

	lua_settop(L, 5);
	switch (option) {
	case PR_GET_NAME:
		return get_name(L);
	case PR_SET_NAME:
		return sys_result(L, syscall(SYS_prctl, option,
					     luaL_checkstring(L, 2), 0, 0, 0));
	}
	if (answers_at(option)) {
		if (syscall(SYS_prctl, option, &answer, 0, 0, 0) < 0)
			return sys_fail(L, errno);
		lua_pushinteger(L, answer);
		return 1;
	}
	a[0] = check_value(L, 2, names_of(option));
	a[1] = check_third(L, option, a[0]);
	a[2] = check_value(L, 4, NULL);
	a[3] = check_value(L, 5, NULL);
	r = syscall(SYS_prctl, option, a[0], a[1], a[2], a[3]);
	if (option == PR_CAP_AMBIENT && a[0] == PR_CAP_AMBIENT_IS_SET)
		return sys_integer(L, r);
	return answers_with(option) ? sys_integer(L, r) : sys_result(L, r);
}

#define FUNCTIONS(F, G) F(prctl)
SYS_AREA(prctl, FUNCTIONS);
