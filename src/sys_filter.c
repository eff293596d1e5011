/*
 * sys_filter.c - programs of classic BPF: socket filters, seccomp
 *
 * Layer: system call binding; no policy. The opcodes are those of bpf(2) too,
 * whose own constants and calls are in sys_bpf.c.
 */

#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include "sys.h"

/* opcodes of both kinds, and the flags of an update */
#define BPF_LIST(P, V) \
	P(BPF, ADD) P(BPF, ANY) P(BPF, IMM) P(BPF, JA) P(BPF, K) P(BPF, LD) \
	P(BPF, TAX) P(BPF, TO_LE) P(BPF, W) P(BPF, LDX) P(BPF, NOEXIST) \
	P(BPF, EXIST) P(BPF, ST) P(BPF, STX) P(BPF, ALU) P(BPF, JMP) \
	P(BPF, RET) P(BPF, ALU64) P(BPF, MISC) P(BPF, H) P(BPF, TO_BE) \
	P(BPF, X) P(BPF, A) P(BPF, B) P(BPF, JEQ) P(BPF, SUB) P(BPF, DW) \
	P(BPF, ABS) P(BPF, JGT) P(BPF, MUL) P(BPF, DIV) P(BPF, JGE) \
	P(BPF, IND) P(BPF, JSET) P(BPF, OR) P(BPF, AND) P(BPF, JNE) \
	P(BPF, JSGT) P(BPF, LSH) P(BPF, MEM) P(BPF, JSGE) P(BPF, RSH) \
	P(BPF, CALL) P(BPF, LEN) P(BPF, NEG) P(BPF, TXA) P(BPF, EXIT) \
	P(BPF, MOD) P(BPF, MSH) P(BPF, XOR) P(BPF, MOV) P(BPF, ARSH) \
	P(BPF, XADD) P(BPF, END)
SYS_CONSTS(BPF, SYS_MULTI, BPF_LIST);

#define SECCOMP_MODE_LIST(P, V) \
	P(SECCOMP_MODE, DISABLED) P(SECCOMP_MODE, STRICT) \
	P(SECCOMP_MODE, FILTER)
SYS_CONSTS(SECCOMP_MODE, SYS_STRFLAG, SECCOMP_MODE_LIST);

#define SECCOMP_RET_LIST(P, V) \
	P(SECCOMP_RET, KILL) P(SECCOMP_RET, DATA) P(SECCOMP_RET, TRAP) \
	P(SECCOMP_RET, ERRNO) P(SECCOMP_RET, TRACE) P(SECCOMP_RET, ACTION) \
	P(SECCOMP_RET, ALLOW) P(SECCOMP_RET, KILL_PROCESS) \
	P(SECCOMP_RET, KILL_THREAD) P(SECCOMP_RET, USER_NOTIF) \
	P(SECCOMP_RET, LOG)
SYS_CONSTS(SECCOMP_RET, SYS_MULTI, SECCOMP_RET_LIST);

#define SOCK_FILTER(X, T) X(F, T, code) X(F, T, jt) X(F, T, jf) X(F, T, k)
SYS_STRUCT(sock_filter, "bpf", "", struct sock_filter, SOCK_FILTER);

#define SOCK_FPROG(X, T) X(F, T, len) X(F, T, filter)
SYS_STRUCT(sock_fprog, "bpf", "", struct sock_fprog, SOCK_FPROG);

#define SECCOMP_DATA(X, T) \
	X(F, T, nr) X(F, T, arch) X(F, T, instruction_pointer) X(A, T, args)
SYS_STRUCT(seccomp_data, "", "", struct seccomp_data, SECCOMP_DATA);
