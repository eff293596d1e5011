/*
 * sys_signal.c - signals: sending, masks, waiting for them, signalfd
 *
 * Layer: system call binding; no policy. What a signal does is sys_handler.c's.
 */

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys.h"

#define SIG_LIST(P, V)                                                    \
	V(HUP, SIGHUP) V(INT, SIGINT) V(QUIT, SIGQUIT) V(ILL, SIGILL)     \
	V(TRAP, SIGTRAP) V(ABRT, SIGABRT) V(IOT, SIGIOT) V(BUS, SIGBUS)   \
	V(FPE, SIGFPE) V(KILL, SIGKILL) V(USR1, SIGUSR1) V(SEGV, SIGSEGV) \
	V(USR2, SIGUSR2) V(PIPE, SIGPIPE) V(ALRM, SIGALRM)                \
	V(TERM, SIGTERM) V(STKFLT, SIGSTKFLT) V(CHLD, SIGCHLD)            \
	V(CLD, SIGCHLD) V(CONT, SIGCONT) V(STOP, SIGSTOP)                 \
	V(TSTP, SIGTSTP) V(TTIN, SIGTTIN) V(TTOU, SIGTTOU) V(URG, SIGURG) \
	V(XCPU, SIGXCPU) V(XFSZ, SIGXFSZ) V(VTALRM, SIGVTALRM)            \
	V(PROF, SIGPROF) V(WINCH, SIGWINCH) V(IO, SIGIO) V(POLL, SIGPOLL) \
	V(PWR, SIGPWR) V(SYS, SIGSYS)
#ifndef SIGSTKFLT /* not on every machine */
#define SIGSTKFLT 0
#endif
SYS_CONSTS(SIG, SYS_STRFLAG, SIG_LIST);

#define SIGPM_LIST(P, V) P(SIG, BLOCK) P(SIG, UNBLOCK) P(SIG, SETMASK)
SYS_CONSTS(SIGPM, SYS_STRFLAG, SIGPM_LIST);

#define SFD_LIST(P, V) P(SFD, NONBLOCK) P(SFD, CLOEXEC)
SYS_CONSTS(SFD, SYS_MULTI, SFD_LIST);

/* why a signal came: si_code, of any signal and of each of some */

#define SI_LIST(P, V)                                                     \
	P(SI, ASYNCNL) P(SI, TKILL) P(SI, SIGIO) P(SI, ASYNCIO)           \
	P(SI, MESGQ) P(SI, TIMER) P(SI, QUEUE) P(SI, USER) P(SI, KERNEL)
SYS_CONSTS(SI, SYS_STRFLAG, SI_LIST);

#define SIGILL_LIST(P, V)                                                 \
	P(ILL, ILLOPC) P(ILL, ILLOPN) P(ILL, ILLADR) P(ILL, ILLTRP)       \
	P(ILL, PRVOPC) P(ILL, PRVREG) P(ILL, COPROC) P(ILL, BADSTK)
SYS_CONSTS(SIGILL, SYS_STRFLAG, SIGILL_LIST);

#define SIGFPE_LIST(P, V)                                                 \
	P(FPE, INTDIV) P(FPE, INTOVF) P(FPE, FLTDIV) P(FPE, FLTOVF)       \
	P(FPE, FLTUND) P(FPE, FLTRES) P(FPE, FLTINV) P(FPE, FLTSUB)
SYS_CONSTS(SIGFPE, SYS_STRFLAG, SIGFPE_LIST);

#define SIGSEGV_LIST(P, V) P(SEGV, MAPERR) P(SEGV, ACCERR)
SYS_CONSTS(SIGSEGV, SYS_STRFLAG, SIGSEGV_LIST);

#define SIGBUS_LIST(P, V) P(BUS, ADRALN) P(BUS, ADRERR) P(BUS, OBJERR)
SYS_CONSTS(SIGBUS, SYS_STRFLAG, SIGBUS_LIST);

#define SIGTRAP_LIST(P, V) P(TRAP, BRKPT) P(TRAP, TRACE)
SYS_CONSTS(SIGTRAP, SYS_STRFLAG, SIGTRAP_LIST);

#define SIGCLD_LIST(P, V)                                                 \
	P(CLD, EXITED) P(CLD, KILLED) P(CLD, DUMPED) P(CLD, TRAPPED)      \
	P(CLD, STOPPED) P(CLD, CONTINUED)
SYS_CONSTS(SIGCLD, SYS_STRFLAG, SIGCLD_LIST);

#define SIGPOLL_LIST(P, V)                                                \
	P(POLL, IN) P(POLL, OUT) P(POLL, MSG) P(POLL, ERR) P(POLL, PRI)   \
	P(POLL, HUP)
SYS_CONSTS(SIGPOLL, SYS_STRFLAG, SIGPOLL_LIST);

/* The kernel's set: one bit a signal, 64 on every machine but mips. */
struct kernel_sigset {
	uint32_t sig[_NSIG / 8 / 4 + (_NSIG / 8 % 4 != 0)];
};

#define SIGSET(X, T) X(A, T, sig)
SYS_STRUCT(sigset, "signal", "", struct kernel_sigset, SIGSET);

#define SIGNALFD_SIGINFO(X, T)                                            \
	X(F, T, ssi_signo) X(F, T, ssi_errno) X(F, T, ssi_code)           \
	X(F, T, ssi_pid) X(F, T, ssi_uid) X(F, T, ssi_fd)                 \
	X(F, T, ssi_tid) X(F, T, ssi_band) X(F, T, ssi_overrun)           \
	X(F, T, ssi_trapno) X(F, T, ssi_status) X(F, T, ssi_int)          \
	X(F, T, ssi_ptr) X(F, T, ssi_utime) X(F, T, ssi_stime)            \
	X(F, T, ssi_addr)
SYS_STRUCT(signalfd_siginfo, "signal", "ssi_", struct signalfd_siginfo,
	   SIGNALFD_SIGINFO);

static int check_signal(lua_State *L, int arg)
{
	return (int)sys_checkconst(L, arg, &sys_SIG);
}

static int sys_kill(lua_State *L)
{
	pid_t pid = (pid_t)sys_checkint(L, 1);

	return sys_result(L, kill(pid, check_signal(L, 2)));
}

static int sys_killpg(lua_State *L)
{
	pid_t group = (pid_t)sys_checkint(L, 1);

	return sys_result(L, killpg(group, check_signal(L, 2)));
}

/* S.tkill(tid, signal), S.tgkill(pid, tid, signal) -> true */
static int sys_tkill(lua_State *L)
{
	pid_t tid = (pid_t)sys_checkint(L, 1);

	return sys_result(L, syscall(SYS_tkill, tid, check_signal(L, 2)));
}

static int sys_tgkill(lua_State *L)
{
	pid_t pid = (pid_t)sys_checkint(L, 1), tid = (pid_t)sys_checkint(L, 2);

	return sys_result(L, syscall(SYS_tgkill, pid, tid, check_signal(L, 3)));
}

/* S.sigqueue(pid, signal [, number]) -> true */
static int sys_sigqueue(lua_State *L)
{
	pid_t pid = (pid_t)sys_checkint(L, 1);
	int number = check_signal(L, 2);
	union sigval value;

	value.sival_ptr = NULL;
	value.sival_int = (int)sys_optint(L, 3, 0);
	return sys_result(L, sigqueue(pid, number, value));
}

/* S.sigtimedwait(set [, timeout]) -> signal, nil, siginfo; AGAIN: none came */
static int sys_sigtimedwait(lua_State *L)
{
	const void *bits = sys_checkstruct(L, 1, &sys_layout_sigset);
	const struct timespec *timeout = NULL;
	siginfo_t *info;
	sigset_t set;
	int number;

	if (!lua_isnoneornil(L, 2))
		timeout = sys_checkstruct(L, 2, &sys_layout_timespec);
	sigemptyset(&set);
	memcpy(&set, bits, _NSIG / 8);
	info = sys_newmem(L, &sys_layout_siginfo, 1);
	number = sigtimedwait(&set, info, timeout);
	if (number < 0)
		return sys_fail(L, errno);
	lua_pushinteger(L, number);
	lua_pushnil(L);
	lua_pushvalue(L, -3);
	return 3;
}

/* S.sigwaitinfo(set) -> signal, nil, siginfo */
static int sys_sigwaitinfo(lua_State *L)
{
	lua_settop(L, 1);
	return sys_sigtimedwait(L);
}

/* S.sigprocmask([how [, set]]) -> the old mask */
static int sys_sigprocmask(lua_State *L)
{
	int how = (int)sys_checkconst(L, 1, &sys_SIGPM);
	const void *set = NULL;
	void *old;

	if (!lua_isnoneornil(L, 2))
		set = sys_checkstruct(L, 2, &sys_layout_sigset);
	old = sys_newmem(L, &sys_layout_sigset, 1);
	if (syscall(SYS_rt_sigprocmask, how, set, old, _NSIG / 8) < 0)
		return sys_fail(L, errno);
	return 1;
}

static int sys_sigpending(lua_State *L)
{
	void *set = sys_newmem(L, &sys_layout_sigset, 1);

	if (syscall(SYS_rt_sigpending, set, _NSIG / 8) < 0)
		return sys_fail(L, errno);
	return 1;
}

static int sys_sigsuspend(lua_State *L)
{
	const void *set = sys_checkstruct(L, 1, &sys_layout_sigset);

	syscall(SYS_rt_sigsuspend, set, _NSIG / 8);
	return sys_fail(L, errno);
}

static int sys_pause(lua_State *L)
{
	pause();
	return sys_fail(L, errno);
}

/* S.signalfd(set [, flags [, fd]]) -> fd */
static int sys_signalfd(lua_State *L)
{
	const void *set = sys_checkstruct(L, 1, &sys_layout_sigset);
	int flags = (int)sys_checkconst(L, 2, &sys_SFD);
	int fd = sys_optfd(L, 3, -1);
	long r =
		syscall(SYS_signalfd4, fd, set, _NSIG / 8, flags | SFD_CLOEXEC);

	if (r >= 0 && fd >= 0) {
		lua_settop(L, 3);
		return 1;
	}
	return sys_pushfd(L, (int)r);
}

#define FUNCTIONS(F, G)                                                   \
	F(kill)                                                           \
	F(killpg) F(tkill) F(tgkill) F(sigqueue) F(sigtimedwait)          \
		F(sigwaitinfo) F(sigprocmask) F(sigpending) F(sigsuspend) \
			F(pause) F(signalfd)
SYS_AREA(signal, FUNCTIONS);
