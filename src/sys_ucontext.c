/*
 * sys_ucontext.c - what a signal interrupted: the registers, sigaction(2)
 *
 * Layer: constants and layouts of S.
 */

#include <signal.h>
#include <ucontext.h>

#include "sys.h"

#define STACK_FIELDS(X, T) X(F, T, ss_sp) X(F, T, ss_flags) X(F, T, ss_size)
SYS_STRUCT(stack, "", "ss_", stack_t, STACK_FIELDS);

#ifdef __x86_64__
#define REG_LIST(P, V)                                                     \
	P(REG, R8) P(REG, R9) P(REG, R10) P(REG, R11) P(REG, R12)          \
	P(REG, R13) P(REG, R14) P(REG, R15) P(REG, RDI) P(REG, RSI)        \
	P(REG, RBP) P(REG, RBX) P(REG, RDX) P(REG, RAX) P(REG, RCX)        \
	P(REG, RSP) P(REG, RIP) P(REG, EFL) P(REG, CSGSFS) P(REG, ERR)     \
	P(REG, TRAPNO) P(REG, OLDMASK) P(REG, CR2)
#elif defined(__i386__)
#define REG_LIST(P, V)                                                     \
	P(REG, GS) P(REG, FS) P(REG, ES) P(REG, DS) P(REG, EDI)            \
	P(REG, ESI) P(REG, EBP) P(REG, ESP) P(REG, EBX) P(REG, EDX)        \
	P(REG, ECX) P(REG, EAX) P(REG, TRAPNO) P(REG, ERR) P(REG, EIP)     \
	P(REG, CS) P(REG, EFL) P(REG, UESP) P(REG, SS)
#endif

#ifdef REG_LIST
SYS_CONSTS(REG, SYS_STRFLAG, REG_LIST);

#define MCONTEXT(X, T) X(A, T, gregs) X(F, T, fpregs)
#else /* registers by number, from the first on */
#define MCONTEXT(X, T) X(Q, T, words, uc_words)
typedef union {
	mcontext_t context;
	unsigned long uc_words[sizeof(mcontext_t) / sizeof(unsigned long)];
} mcontext_words;
#define mcontext_t mcontext_words
#endif
SYS_STRUCT(mcontext, "", "", mcontext_t, MCONTEXT);
#undef mcontext_t

#define UCONTEXT_FIELDS(X, T) \
	X(F, T, uc_flags) X(F, T, uc_link) X(S, T, uc_stack, stack) \
	X(S, T, uc_mcontext, mcontext) X(S, T, uc_sigmask, sigset)
SYS_STRUCT(ucontext, "", "", ucontext_t, UCONTEXT_FIELDS);
