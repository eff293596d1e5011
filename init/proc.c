/*
 * proc.c - what /proc says about processes
 *
 * Layer: PID 1 core. Only files that the kernel makes up without touching the
 * process's own memory (stat and cgroup; not cmdline or environ, which wait
 * for locks that the process may hold): reading them cannot block.
 */

#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core.h"

/* The beginning of a small file, terminated; 0 if it cannot be read. */
size_t proc_read(int folder, const char *path, char *text, size_t size)
{
	int fd = openat(folder, path, O_RDONLY | O_CLOEXEC);
	ssize_t n = 0;

	if (fd >= 0) {
		n = read(fd, text, size - 1);
		close(fd);
	}
	if (n < 0)
		n = 0;
	text[n] = '\0';
	return (size_t)n;
}

/* Number `field` after the name in /proc/PID/stat. */
int proc_stat(pid_t pid, int field)
{
	char path[40], line[256];
	const char *p;
	int number = 0;

	fmt(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (!proc_read(AT_FDCWD, path, line, sizeof(line)))
		return 0;
	p = strrchr(line, ')'); /* the name may hold anything */
	for (int spaces = 0; p && *p && spaces < field; p++)
		spaces += *p == ' ';
	while (p && *p >= '0' && *p <= '9')
		number = number * 10 + (*p++ - '0');
	return number;
}

int proc_oom(const char *score)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	ssize_t n, size = (ssize_t)strlen(score);

	if (fd < 0)
		return -1;
	n = write(fd, score, (size_t)size);
	close(fd);
	return n == size ? 0 : -1;
}

/* Call visit for every process but 1 until it gives something else than 0:
 * that, 0, or -1 without /proc. */
int proc_each(int (*visit)(pid_t pid, pid_t arg), pid_t arg)
{
	struct entry {
		uint64_t ino, off;
		unsigned short size;
		unsigned char type;
		char name[];
	};
	_Alignas(uint64_t) char buffer[4096];
	int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int found = proc < 0 ? -1 : 0;
	long n;

	while (found == 0 && (n = syscall(SYS_getdents64, proc, buffer,
					  sizeof(buffer))) > 0) {
		for (long at = 0; at < n && !found;) {
			struct entry *e = (void *)(buffer + at);
			pid_t pid = 0;

			at += e->size;
			for (char *c = e->name; *c >= '0' && *c <= '9'; c++)
				pid = pid * 10 + (*c - '0');
			if (pid > 1)
				found = visit(pid, arg);
		}
	}
	if (proc >= 0)
		close(proc);
	return found;
}
