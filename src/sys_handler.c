/*
 * sys_handler.c - what a signal does: S.signal, S.sigaction, handlers in Lua
 *
 * Layer: system call binding; no policy. The handler in C notes the signal and
 * sets a hook; the function in Lua runs before the next instruction of the
 * main thread's (a coroutine that runs goes on until it yields), and what it
 * raises, it raises there. A call that waits ends with EINTR, unless
 * "restart" is among the flags.
 */

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <ucontext.h>

#include "sys.h"

#define SIGACT_LIST(P, V) V(ERR, -1) V(DFL, 0) V(IGN, 1) V(HOLD, 2)
SYS_CONSTS(SIGACT, SYS_STRFLAG, SIGACT_LIST);

#define SA_LIST(P, V)                                                     \
	P(SA, NOCLDSTOP) P(SA, NOCLDWAIT) P(SA, SIGINFO)                  \
	V(RESTORER, 0x04000000) P(SA, ONSTACK) P(SA, RESTART)             \
	P(SA, NODEFER) V(NOMASK, SA_NODEFER) P(SA, RESETHAND)             \
	V(ONESHOT, SA_RESETHAND)
SYS_CONSTS(SA, SYS_MULTI, SA_LIST);

static const char key; /* registry: the functions by signal */
static lua_State *main_thread;

#if defined(__x86_64__)
enum { INSTRUCTION_POINTER = 16 }; /* REG_RIP */
#define REGISTERS(context) ((context)->uc_mcontext.gregs)
#elif defined(__i386__)
enum { INSTRUCTION_POINTER = 14 }; /* REG_EIP */
#define REGISTERS(context) ((context)->uc_mcontext.gregs)
#else /* named one by one there: none are shown */
enum { INSTRUCTION_POINTER = -1 };
static long no_registers[1];
#define REGISTERS(context) no_registers
#endif
typedef __typeof__(REGISTERS((ucontext_t *)0)[0]) machine_word;
enum {
	N_REGISTERS = sizeof REGISTERS((ucontext_t *)0) / sizeof(machine_word)
};

static struct {
	volatile sig_atomic_t is_set;
	siginfo_t info;
	machine_word registers[N_REGISTERS];
} pending[_NSIG];

static struct {
	lua_Hook hook;
	int mask, count;
} before; /* a hook of someone else's, to be put back */

static int next_pending(void)
{
	int i;

	for (i = 1; i < _NSIG; i++)
		if (pending[i].is_set)
			return i;
	return 0;
}

/* {uc_mcontext = {gregs = what the signal found in the registers}} */
static void push_context(lua_State *L, const machine_word *registers)
{
	int i;

	lua_createtable(L, 0, 1);
	lua_createtable(L, 0, 1);
	lua_newtable(L);
	for (i = 0; i < N_REGISTERS; i++) {
		lua_pushinteger(L, registers[i]);
		lua_seti(L, -2, i);
	}
	lua_setfield(L, -2, "gregs");
	lua_setfield(L, -2, "uc_mcontext");
}

/*
 * A handler that sets the instruction pointer to a function has the program
 * go on there: it is called, in the place of what was interrupted.
 */
static void go_on(lua_State *L, int context)
{
	lua_getfield(L, context, "uc_mcontext");
	lua_getfield(L, -1, "gregs");
	if (lua_geti(L, -1, INSTRUCTION_POINTER) == LUA_TFUNCTION)
		lua_call(L, 0, 0);
}

static void call_handler(lua_State *L, int number)
{
	int top = lua_gettop(L);
	machine_word registers[N_REGISTERS];
	siginfo_t *info;
	sigset_t all, old;

	luaL_checkstack(L, 12, "signal handler");
	if (lua_rawgetp(L, LUA_REGISTRYINDEX, &key) != LUA_TTABLE ||
	    lua_rawgeti(L, -1, number) != LUA_TFUNCTION) {
		pending[number].is_set = 0;
		lua_settop(L, top);
		return;
	}
	lua_pushinteger(L, number);
	info = sys_newmem(L, &sys_layout_siginfo, 1);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old); /* it must not change meanwhile */
	*info = pending[number].info;
	memcpy(registers, pending[number].registers, sizeof registers);
	pending[number].is_set = 0;
	sigprocmask(SIG_SETMASK, &old, NULL);
	push_context(L, registers);
	lua_pushvalue(L, -1);
	lua_insert(L, top + 2);
	lua_call(L, 3, 0);
	go_on(L, top + 2);
	lua_settop(L, top);
}

static void run(lua_State *L, lua_Debug *ar);

static void set_hook(lua_State *L)
{
	lua_sethook(L, run,
		    LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT,
		    1);
}

/* One signal a time: its handler may raise. */
static void run(lua_State *L, lua_Debug *ar)
{
	int number = next_pending();

	(void)ar;
	lua_sethook(L, before.hook, before.mask, before.count);
	if (!number)
		return;
	call_handler(L, number);
	if (next_pending())
		set_hook(L);
}

static void deliver(int number, siginfo_t *info, void *context)
{
	lua_State *L = main_thread;

	(void)context; /* not looked into on every machine */
	pending[number].info = *info;
	memcpy(pending[number].registers, REGISTERS((ucontext_t *)context),
	       sizeof pending[number].registers);
	pending[number].is_set = 1;
	if (lua_gethook(L) != run) {
		before.hook = lua_gethook(L);
		before.mask = lua_gethookmask(L);
		before.count = lua_gethookcount(L);
		set_hook(L);
	}
}

static int check_signal(lua_State *L, int arg)
{
	int number = (int)sys_checkconst(L, arg, &sys_SIG);

	luaL_argcheck(L, number > 0 && number < _NSIG, arg, "no signal");
	return number;
}

/* A handler: nil and strings are c.SIGACT's, functions are Lua's. */
static void check_handler(lua_State *L, int arg, struct sigaction *action)
{
	long long value;

	if (lua_type(L, arg) == LUA_TFUNCTION) {
		action->sa_sigaction = deliver;
		action->sa_flags |= SA_SIGINFO;
		return;
	}
	value = sys_checkconst(L, arg, &sys_SIGACT);
	luaL_argcheck(L, value == 0 || value == 1, arg,
		      "\"dfl\", \"ign\" or a function expected");
	action->sa_handler = value ? SIG_IGN : SIG_DFL;
}

static void push_functions(lua_State *L)
{
	if (lua_rawgetp(L, LUA_REGISTRYINDEX, &key) == LUA_TTABLE)
		return;
	lua_pop(L, 1);
	lua_newtable(L);
	lua_pushvalue(L, -1);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &key);
	lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD);
	main_thread = lua_tothread(L, -1);
	lua_pop(L, 1);
}

static void push_handler(lua_State *L, int number, const struct sigaction *old)
{
	if ((old->sa_flags & SA_SIGINFO) && old->sa_sigaction == deliver) {
		push_functions(L);
		lua_rawgeti(L, -1, number);
		lua_remove(L, -2);
	} else if (old->sa_handler == SIG_IGN) {
		lua_pushliteral(L, "IGN");
	} else if (old->sa_handler == SIG_DFL) {
		lua_pushliteral(L, "DFL");
	} else {
		lua_pushinteger(L, (lua_Integer)(intptr_t)old->sa_handler);
	}
}

/*
 * Pushes the handler that was; the new one, if any, is at index handler. The
 * function is noted first: the signal may come at once.
 */
static int change(lua_State *L, int number, const struct sigaction *action,
		  int handler, struct sigaction *old)
{
	if (sigaction(number, NULL, old) < 0)
		return sys_fail(L, errno);
	push_handler(L, number, old);
	if (!action)
		return 1;
	push_functions(L);
	if (action->sa_flags & SA_SIGINFO && action->sa_sigaction == deliver) {
		lua_pushvalue(L, handler);
		lua_rawseti(L, -2, number);
	}
	lua_pop(L, 1);
	sys_signal_changed(number);
	if (sigaction(number, action, NULL) < 0)
		return sys_fail(L, errno);
	return 1;
}

/* S.signal(signal, "dfl", "ign" or a function) -> the one before */
static int sys_signal(lua_State *L)
{
	int number = check_signal(L, 1);
	struct sigaction action, old;

	memset(&action, 0, sizeof action);
	check_handler(L, 2, &action);
	return change(L, number, &action, 2, &old);
}

static void push_mask(lua_State *L, const sigset_t *mask)
{
	memcpy(sys_newmem(L, &sys_layout_sigset, 1), mask, _NSIG / 8);
}

/* The table at 2: leaves the handler at 4. */
static void check_action(lua_State *L, struct sigaction *action)
{
	lua_getfield(L, 2, "flags");
	action->sa_flags =
		(int)sys_checkconst(L, lua_gettop(L), &sys_SA) & ~SA_SIGINFO;
	if (lua_getfield(L, 2, "mask") != LUA_TNIL)
		memcpy(&action->sa_mask,
		       sys_checkstruct(L, lua_gettop(L), &sys_layout_sigset),
		       _NSIG / 8);
	lua_settop(L, 3);
	if (lua_getfield(L, 2, "sigaction") == LUA_TNIL) {
		lua_pop(L, 1);
		lua_getfield(L, 2, "handler");
	}
}

/*
 * S.sigaction(signal [, action [, old]]) -> true. An action is a handler, or
 * {handler = or sigaction =, flags =, mask =}; old a table for the same.
 * Handlers get (signal, siginfo, context).
 */
static int sys_sigaction(lua_State *L)
{
	int number = check_signal(L, 1);
	struct sigaction action, old;
	int has_action = !lua_isnoneornil(L, 2);

	memset(&action, 0, sizeof action);
	lua_settop(L, 3);
	if (!lua_isnil(L, 3))
		luaL_checktype(L, 3, LUA_TTABLE);
	if (lua_type(L, 2) == LUA_TTABLE)
		check_action(L, &action);
	else
		lua_pushvalue(L, 2);
	check_handler(L, 4, &action);
	if (change(L, number, has_action ? &action : NULL, 4, &old) != 1)
		return 2;
	if (!lua_isnil(L, 3)) {
		lua_setfield(L, 3, "handler");
		lua_pushinteger(L, old.sa_flags);
		lua_setfield(L, 3, "flags");
		push_mask(L, &old.sa_mask);
		lua_setfield(L, 3, "mask");
	}
	return sys_result(L, 0);
}

#define FUNCTIONS(F, G) F(signal) F(sigaction)
SYS_AREA(handler, FUNCTIONS);
