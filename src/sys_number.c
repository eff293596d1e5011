/*
 * sys_number.c - the numbers of the system calls: S.c.SYS
 *
 * Layer: system call binding. For seccomp filters and their like, which name
 * calls by number. The list is made from the header: see the Makefile.
 */

#include <linux/unistd.h>

#include "sys.h"
#include "syscalls.h"

SYS_CONSTS(SYS, SYS_STRFLAG, SYS_LIST);
