/*
 * sys_layout_record.c - records of the kernel's that vary in length: entries of
 * directories, events of inotify; and select's set of descriptors
 *
 * Layer: layouts of S.t. What S.getdents and S.inotify_read give are objects
 * of their own; these are for who reads the bytes.
 */

#include <linux/posix_types.h>
#include <sys/inotify.h>

#include "sys.h"

struct kernel_dirent { /* getdents64(2): not in any header of user space */
	uint64_t d_ino;
	int64_t d_off;
	unsigned short d_reclen;
	unsigned char d_type;
	char d_name[];
};

#define DIRENT(X, T) \
	X(F, T, d_ino) X(F, T, d_off) X(F, T, d_reclen) X(F, T, d_type) \
	X(E, T, d_name)
SYS_STRUCT(dirent, "record", "d_", struct kernel_dirent, DIRENT);

#define INOTIFY_EVENT(X, T) \
	X(F, T, wd) X(F, T, mask) X(F, T, cookie) X(F, T, len) X(E, T, name)
SYS_STRUCT(inotify_event, "", "", struct inotify_event, INOTIFY_EVENT);

#define FDSET(X, T) X(A, T, fds_bits)
SYS_STRUCT(fdset, "record", "", __kernel_fd_set, FDSET);
