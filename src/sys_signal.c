/*
 * sys_signal.c - signals: sending, masks, dispositions, signalfd
 *
 * Layer: system call binding; no policy. Dispositions are "dfl" and "ign"
 * only: Lua receives signals through signalfd.
 */

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys.h"

#define SIG_LIST(P, V)                                                     \
	V(HUP, SIGHUP) V(INT, SIGINT) V(QUIT, SIGQUIT) V(ILL, SIGILL)      \
	V(TRAP, SIGTRAP) V(ABRT, SIGABRT) V(IOT, SIGIOT) V(BUS, SIGBUS)    \
	V(FPE, SIGFPE) V(KILL, SIGKILL) V(USR1, SIGUSR1) V(SEGV, SIGSEGV)  \
	V(USR2, SIGUSR2) V(PIPE, SIGPIPE) V(ALRM, SIGALRM)                 \
	V(TERM, SIGTERM) V(STKFLT, SIGSTKFLT) V(CHLD, SIGCHLD)             \
	V(CLD, SIGCHLD) V(CONT, SIGCONT) V(STOP, SIGSTOP)                  \
	V(TSTP, SIGTSTP) V(TTIN, SIGTTIN) V(TTOU, SIGTTOU)                 \
	V(URG, SIGURG) V(XCPU, SIGXCPU) V(XFSZ, SIGXFSZ)                   \
	V(VTALRM, SIGVTALRM) V(PROF, SIGPROF) V(WINCH, SIGWINCH)           \
	V(IO, SIGIO) V(POLL, SIGPOLL) V(PWR, SIGPWR) V(SYS, SIGSYS)
#ifndef SIGSTKFLT /* not on every machine */
#define SIGSTKFLT 0
#endif
SYS_CONSTS(SIG, SYS_STRFLAG, SIG_LIST);

#define SIGPM_LIST(P, V) P(SIG, BLOCK) P(SIG, UNBLOCK) P(SIG, SETMASK)
SYS_CONSTS(SIGPM, SYS_STRFLAG, SIGPM_LIST);

#define SIGACT_LIST(P, V) V(ERR, -1) V(DFL, 0) V(IGN, 1) V(HOLD, 2)
SYS_CONSTS(SIGACT, SYS_STRFLAG, SIGACT_LIST);

#define SA_LIST(P, V)                                                  \
	P(SA, NOCLDSTOP) P(SA, NOCLDWAIT) P(SA, SIGINFO) P(SA, ONSTACK) \
	P(SA, RESTART) P(SA, NODEFER) P(SA, RESETHAND)
SYS_CONSTS(SA, SYS_MULTI, SA_LIST);

#define SFD_LIST(P, V) P(SFD, NONBLOCK) P(SFD, CLOEXEC)
SYS_CONSTS(SFD, SYS_MULTI, SFD_LIST);

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

/* S.signal(signal, "dfl" or "ign") -> the old one */
static int sys_signal(lua_State *L)
{
	int number = check_signal(L, 1);
	struct sigaction action, old;

	memset(&action, 0, sizeof action);
	if (sys_checkconst(L, 2, &sys_SIGACT) == 1)
		action.sa_handler = SIG_IGN;
	if (sigaction(number, &action, &old) < 0)
		return sys_fail(L, errno);
	lua_pushstring(L, old.sa_handler == SIG_IGN ? "IGN" : "DFL");
	return 1;
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
	long r = syscall(SYS_signalfd4, fd, set, _NSIG / 8,
			 flags | SFD_CLOEXEC);

	if (r >= 0 && fd >= 0) {
		lua_settop(L, 3);
		return 1;
	}
	return sys_pushfd(L, (int)r);
}

#define FUNCTIONS(F, G) \
	F(kill) F(killpg) F(signal) F(sigprocmask) F(sigpending) \
	F(sigsuspend) F(pause) F(signalfd)
SYS_AREA(signal, FUNCTIONS);
