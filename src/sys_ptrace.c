/*
 * sys_ptrace.c - looking into another process while it runs
 *
 * Layer: system call binding; no policy. Follows ptrace(2), its requests that
 * are the same on all machines: registers are a set (GETREGSET), as bytes, for
 * what they are called differs. GETREGS and its like are left out.
 */

#include <errno.h>
#include <linux/elf.h>
#include <linux/ptrace.h>
#include <linux/unistd.h>
#include <sys/uio.h>
#include <unistd.h>

#include "sys.h"

#define PTRACE_LIST(P, V)                                                      \
	P(PTRACE, TRACEME)                                                     \
	P(PTRACE, PEEKTEXT) P(PTRACE, PEEKDATA) V(PEEKUSER, PTRACE_PEEKUSR) P( \
		PTRACE, POKETEXT) P(PTRACE, POKEDATA) V(POKEUSER,              \
							PTRACE_POKEUSR)        \
		P(PTRACE, CONT) P(PTRACE, KILL) P(PTRACE, SINGLESTEP) P(       \
			PTRACE, ATTACH) P(PTRACE, DETACH) P(PTRACE, SYSCALL)   \
			P(PTRACE, SETOPTIONS) P(PTRACE, GETEVENTMSG) P(        \
				PTRACE, GETSIGINFO) P(PTRACE, SETSIGINFO)      \
				P(PTRACE, GETREGSET) P(PTRACE, SETREGSET) P(   \
					PTRACE, SEIZE) P(PTRACE, INTERRUPT)    \
					P(PTRACE, LISTEN)                      \
						P(PTRACE, GET_SYSCALL_INFO)
#ifndef PTRACE_SINGLESTEP
#define PTRACE_SINGLESTEP 9
#endif
SYS_CONSTS(PTRACE, SYS_STRFLAG, PTRACE_LIST);

#define PTRACE_O_LIST(P, V)                                                    \
	P(PTRACE_O, TRACESYSGOOD)                                              \
	P(PTRACE_O, TRACEFORK) P(PTRACE_O, TRACEVFORK) P(PTRACE_O, TRACECLONE) \
		P(PTRACE_O, TRACEEXEC) P(PTRACE_O, TRACEVFORKDONE)             \
			P(PTRACE_O, TRACEEXIT) P(PTRACE_O, TRACESECCOMP)       \
				P(PTRACE_O, EXITKILL)                          \
					P(PTRACE_O, SUSPEND_SECCOMP)
SYS_CONSTS(PTRACE_O, SYS_MULTI, PTRACE_O_LIST);

#define PTRACE_EVENT_LIST(P, V)                                             \
	P(PTRACE_EVENT, FORK)                                               \
	P(PTRACE_EVENT, VFORK) P(PTRACE_EVENT, CLONE) P(PTRACE_EVENT, EXEC) \
		P(PTRACE_EVENT, VFORK_DONE) P(PTRACE_EVENT, EXIT)           \
			P(PTRACE_EVENT, SECCOMP) P(PTRACE_EVENT, STOP)
SYS_CONSTS(PTRACE_EVENT, SYS_STRFLAG, PTRACE_EVENT_LIST);

#define SYSCALL_OP_LIST(P, V)                                      \
	P(PTRACE_SYSCALL_INFO, NONE)                               \
	P(PTRACE_SYSCALL_INFO, ENTRY) P(PTRACE_SYSCALL_INFO, EXIT) \
		P(PTRACE_SYSCALL_INFO, SECCOMP)
SYS_CONSTS(PTRACE_SYSCALL_INFO, SYS_STRFLAG, SYSCALL_OP_LIST);

/* exit's fields lie where entry's do: op tells which of them are there */
#define SYSCALL_INFO(X, T)                                                \
	X(F, T, op)                                                       \
	X(F, T, arch) X(F, T, instruction_pointer) X(F, T, stack_pointer) \
		X(R, T, nr, entry.nr) X(Q, T, args, entry.args)           \
			X(R, T, rval, exit.rval)                          \
				X(R, T, is_error, exit.is_error)
SYS_STRUCT(ptrace_syscall_info, "", "", struct ptrace_syscall_info,
	   SYSCALL_INFO);

static long trace(long request, pid_t pid, uintptr_t addr, uintptr_t data)
{
	return syscall(__NR_ptrace, request, pid, addr, data);
}

static int fetch_word(lua_State *L, long request, pid_t pid, uintptr_t addr)
{
	unsigned long word = 0;

	if (trace(request, pid, addr, (uintptr_t)&word) < 0)
		return sys_fail(L, errno);
	lua_pushinteger(L, (lua_Integer)word);
	return 1;
}

/* GETREGSET: what there is, as a string */
static int fetch_registers(lua_State *L, pid_t pid, uintptr_t set)
{
	char bytes[8192];
	struct iovec room = {bytes, sizeof bytes};

	if (trace(PTRACE_GETREGSET, pid, set, (uintptr_t)&room) < 0)
		return sys_fail(L, errno);
	lua_pushlstring(L, bytes, room.iov_len);
	return 1;
}

/*
 * S.ptrace(request [, pid [, address [, data]]]) -> true; by request:
 *	peektext, peekdata, peekuser	address -> word
 *	geteventmsg	-> number
 *	getsiginfo	-> siginfo; setsiginfo nil, siginfo
 *	getregset	set (NT_PRSTATUS is 1) -> bytes; setregset set, bytes
 *	get_syscall_info	-> ptrace_syscall_info
 *	cont, syscall, singlestep, detach	nil, signal to deliver
 *	setoptions, seize	nil, c.PTRACE_O
 */
static int sys_ptrace(lua_State *L)
{
	long request = (long)sys_checkconst(L, 1, &sys_PTRACE);
	pid_t pid = (pid_t)sys_optint(L, 2, 0);
	struct ptrace_syscall_info *info;
	struct iovec bytes;
	uintptr_t addr;
	void *out;

	lua_settop(L, 4);
	addr = (uintptr_t)sys_optint(L, 3, 0);
	switch (request) {
	case PTRACE_TRACEME:
	case PTRACE_KILL:
	case PTRACE_ATTACH:
	case PTRACE_INTERRUPT:
	case PTRACE_LISTEN: return sys_result(L, trace(request, pid, 0, 0));
	case PTRACE_PEEKTEXT:
	case PTRACE_PEEKDATA:
	case PTRACE_PEEKUSR: return fetch_word(L, request, pid, addr);
	case PTRACE_GETEVENTMSG: return fetch_word(L, request, pid, 0);
	case PTRACE_POKETEXT:
	case PTRACE_POKEDATA:
	case PTRACE_POKEUSR:
		return sys_result(L, trace(request, pid, addr,
					   (uintptr_t)sys_checkint(L, 4)));
	case PTRACE_CONT:
	case PTRACE_SYSCALL:
	case PTRACE_SINGLESTEP:
	case PTRACE_DETACH:
		return sys_result(
			L, trace(request, pid, 0,
				 (uintptr_t)sys_checkconst(L, 4, &sys_SIG)));
	case PTRACE_SETOPTIONS:
	case PTRACE_SEIZE:
		return sys_result(L, trace(request, pid, 0,
					   (uintptr_t)sys_checkconst(
						   L, 4, &sys_PTRACE_O)));
	case PTRACE_GETSIGINFO:
		out = sys_newmem(L, &sys_layout_siginfo, 1);
		if (trace(request, pid, 0, (uintptr_t)out) < 0)
			return sys_fail(L, errno);
		return 1;
	case PTRACE_SETSIGINFO:
		return sys_result(L, trace(request, pid, 0,
					   (uintptr_t)sys_checkstruct(
						   L, 4, &sys_layout_siginfo)));
	case PTRACE_GETREGSET: return fetch_registers(L, pid, addr);
	case PTRACE_SETREGSET:
		bytes.iov_base =
			(void *)(uintptr_t)sys_checkbytes(L, 4, &bytes.iov_len);
		return sys_result(L,
				  trace(request, pid, addr, (uintptr_t)&bytes));
	case PTRACE_GET_SYSCALL_INFO:
		info = sys_newmem(L, &sys_layout_ptrace_syscall_info, 1);
		if (trace(request, pid, sizeof *info, (uintptr_t)info) < 0)
			return sys_fail(L, errno);
		return 1;
	}
	return luaL_argerror(L, 1, "unknown request");
}

#define FUNCTIONS(F, G) F(ptrace)
SYS_AREA(ptrace, FUNCTIONS);
