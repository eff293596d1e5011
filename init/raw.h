/*
 * raw.h - system calls that leave errno alone
 *
 * Layer: PID 1 core; for a child that runs in PID 1's memory while PID 1 goes
 * on (launch.c). errno is one word for both there, so libc's wrappers are not
 * for it; and none of them comes back on another stack. A result from -4095 to
 * -1 is an error number. Where no assembly is written down here RAW_CALLS is
 * 0, and such children are not made.
 * Follows syscall(2), "architecture calling conventions".
 */
#ifndef INIT_RAW_H
#define INIT_RAW_H

#include <errno.h>
#include <linux/sched.h>
#include <sys/syscall.h>

#if defined(__x86_64__) && defined(__LP64__) && !defined(__SANITIZE_ADDRESS__)
#define RAW_CALLS 1

static inline long raw_call(long number, long a, long b, long c, long d,
			    long e)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	long result;

	__asm__ volatile("syscall" : "=a"(result)
			 : "0"(number), "D"(a), "S"(b), "d"(c), "r"(r10),
			   "r"(r8)
			 : "rcx", "r11", "memory");
	return result;
}

/* The child calls `entry(of)` on the stack that args names. */
static inline long raw_clone3(struct clone_args *args, void (*entry)(void *),
			      void *of)
{
	register void *r8 __asm__("r8") = of;
	register void (*r9)(void *) __asm__("r9") = entry;
	long result;

	__asm__ volatile("syscall\n\t"
			 "test %%eax, %%eax\n\t"
			 "jnz 1f\n\t"
			 "xor %%ebp, %%ebp\n\t"
			 "mov %%r8, %%rdi\n\t"
			 "call *%%r9\n\t"
			 "hlt\n"
			 "1:"
			 : "=a"(result)
			 : "0"((long)SYS_clone3), "D"(args),
			   "S"(sizeof(*args)), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory", "cc");
	return result;
}

#elif defined(__aarch64__) && !defined(__SANITIZE_ADDRESS__)
#define RAW_CALLS 1

static inline long raw_call(long number, long a, long b, long c, long d,
			    long e)
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;

	__asm__ volatile("svc #0" : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4)
			 : "memory");
	return x0;
}

static inline long raw_clone3(struct clone_args *args, void (*entry)(void *),
			      void *of)
{
	register long x8 __asm__("x8") = SYS_clone3;
	register long x0 __asm__("x0") = (long)args;
	register long x1 __asm__("x1") = sizeof(*args);
	register void *x5 __asm__("x5") = of;
	register void (*x6)(void *) __asm__("x6") = entry;

	__asm__ volatile("svc #0\n\t"
			 "cbnz x0, 1f\n\t"
			 "mov x29, xzr\n\t"
			 "mov x30, xzr\n\t"
			 "mov x0, x5\n\t"
			 "blr x6\n\t"
			 "brk #0\n"
			 "1:"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x5), "r"(x6)
			 : "x30", "memory", "cc");
	return x0;
}

#else
#define RAW_CALLS 0

static inline long raw_call(long number, long a, long b, long c, long d,
			    long e)
{
	(void)number, (void)a, (void)b, (void)c, (void)d, (void)e;
	return -ENOSYS;
}

static inline long raw_clone3(struct clone_args *args, void (*entry)(void *),
			      void *of)
{
	(void)args, (void)entry, (void)of;
	return -ENOSYS;
}

#endif

#endif
