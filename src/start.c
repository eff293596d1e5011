/*
 * start.c - relocations in their packed form, applied before anything runs
 *
 * Layer: start-up. A static PIE relocates itself, and musl's start-up code of
 * before 1.2.4 does not know the packed form of relative relocations
 * (DT_RELR), a twentieth of the size of the plain one. The linker puts this in
 * front of __libc_start_main (--wrap); until it is done nothing may be used
 * that lies behind a pointer in the data. Where the linker cannot pack
 * (mk/arch.mk), there is nothing to do.
 *
 * Follows the generic ABI's "SHT_RELR": an even word is the address of a word
 * to relocate, an odd one a bitmap of those that come after it.
 */

#include <elf.h>
#include <limits.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vm.h"

/* 0: what vm.h leaves is relocated, too. Not in .bss, which is another page. */
uintptr_t vm_link_base __attribute__((section(".data.vm_link_base")));

extern const char __ehdr_start[]; /* linked at 0 */

#ifndef __GLIBC__ /* the sanitizer build's libc knows the form */

#ifndef DT_RELR
#define DT_RELRSZ 35
#define DT_RELR 36
#endif

enum { MAP_BITS = sizeof(uintptr_t) * CHAR_BIT - 1 };

/* found without the global offset table, which is not relocated yet */
#pragma GCC visibility push(hidden)
/* what vm.h leaves as it was linked */
extern const char __start_sys_areas[], __stop_sys_areas[];

typedef int main_function(int, char **, char **);

int __real___libc_start_main(main_function *, int, char **, void (*)(void),
			     void (*)(void), void (*)(void));
int __wrap___libc_start_main(main_function *, int, char **, void (*)(void),
			     void (*)(void), void (*)(void));

extern const ElfW(Dyn) _DYNAMIC[];
#pragma GCC visibility pop

static inline int is_left(const uintptr_t *where)
{
	return (const char *)where >= __start_sys_areas &&
	       (const char *)where < __stop_sys_areas;
}

static inline void relocate(uintptr_t base, const uintptr_t *packed,
			    const uintptr_t *end)
{
	uintptr_t *where = NULL, *word, map;

	for (; packed < end; packed++) {
		if (!(*packed & 1)) {
			where = (uintptr_t *)(base + *packed);
			if (!is_left(where))
				*where += base;
			where++;
			continue;
		}
		map = *packed >> 1;
		if (is_left(where) || is_left(where + MAP_BITS)) {
			for (; map; map &= map - 1) {
				word = where + __builtin_ctzl(map);
				if (!is_left(word)) /* not even read */
					*word += base;
			}
		}
		for (; map; map &= map - 1)
			where[__builtin_ctzl(map)] += base;
		where += MAP_BITS;
	}
}

/* the stack's canary is not set yet */
__attribute__((optimize("no-stack-protector"))) int
__wrap___libc_start_main(main_function *main, int argc, char **argv,
			 void (*init)(void), void (*fini)(void),
			 void (*at_exit)(void))
{
	uintptr_t base = (uintptr_t)__ehdr_start, packed = 0, size = 0;
	const ElfW(Dyn) *d;

	for (d = _DYNAMIC; d->d_tag != DT_NULL; d++) {
		if (d->d_tag == DT_RELR)
			packed = base + d->d_un.d_ptr;
		else if (d->d_tag == DT_RELRSZ)
			size = d->d_un.d_val;
	}
	relocate(base, (const uintptr_t *)packed,
		 (const uintptr_t *)(packed + size));
	vm_link_base = size ? base : 0;
	/* 32-bit x86 took it from a table that was not relocated then */
	if ((uintptr_t)main < base)
		main = (main_function *)(base + (uintptr_t)main);
	return __real___libc_start_main(main, argc, argv, init, fini, at_exit);
}

#endif

/*
 * What is to be read-only once relocated (PT_GNU_RELRO) musl leaves writable in
 * a static PIE. Not part of each start: it costs more than all of true does.
 */
void vm_protect(void)
{
	const ElfW(Ehdr) *header = (const void *)__ehdr_start;
	const ElfW(Phdr) *p = (const void *)(__ehdr_start + header->e_phoff);
	uintptr_t page = (uintptr_t)getpagesize(), from, to;
	int i;

	for (i = 0; i < header->e_phnum; i++, p++) {
		if (p->p_type != PT_GNU_RELRO)
			continue;
		from = (uintptr_t)__ehdr_start + p->p_vaddr;
		to = (from + p->p_memsz) & -page;
		from &= -page;
		mprotect((void *)from, to - from, PROT_READ);
	}
}
