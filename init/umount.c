/*
 * umount.c - leave the file systems clean
 *
 * Layer: runs in children that PID 1 forks at the very end, so it may block.
 * Mounts go in reverse order, then what may have kept them busy: device mapper
 * and loop devices. One that does not go in five seconds (a server that died)
 * is left behind, detached. What stays busy is made read-only.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <linux/loop.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core.h"

enum { TABLE_SIZE = 128 * 1024, MOUNTS_MAX = 1024, PATIENCE_MS = 5000,
       LOOPS_MAX = 256 };

enum { GONE, FAILED, TOO_LATE }; /* of a job */

/* \040 and the like, in place. */
static void unescape(char *s)
{
	char *o = s;

	while (*s) {
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] &&
		    s[3]) {
			*o++ = (char)((s[1] - '0') * 64 + (s[2] - '0') * 8 +
				      (s[3] - '0'));
			s += 4;
		} else {
			*o++ = *s++;
		}
	}
	*o = '\0';
}

/* Nothing to write back there. */
static int is_memory(const char *type)
{
	static const char *const types[] = {
		"proc", "sysfs", "devtmpfs", "devpts", "tmpfs", "rootfs",
		"cgroup", "cgroup2", "mqueue", "debugfs", "tracefs", "bpf",
		"securityfs", "pstore", "efivarfs", "configfs", "ramfs",
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (!strcmp(type, types[i]))
			return 1;
	return 0;
}

static size_t slurp(const char *path, char *buffer, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t n;

	if (fd < 0)
		return 0;
	while (used < size - 1 &&
	       (n = read(fd, buffer + used, size - 1 - used)) > 0)
		used += (size_t)n;
	close(fd);
	buffer[used] = '\0';
	return used;
}

/* Do it in a child and do not wait for ever. */
static int patiently(int (*job)(const char *), const char *path)
{
	struct pollfd p = {.events = POLLIN};
	int status, ready;
	pid_t pid = fork();

	if (pid < 0)
		return FAILED;
	if (!pid)
		_exit(job(path) < 0 ? 1 : 0);
	p.fd = (int)syscall(SYS_pidfd_open, pid, 0);
	ready = poll(&p, 1, PATIENCE_MS);
	close(p.fd);
	if (ready != 1) {
		kill(pid, SIGKILL);
		return TOO_LATE;
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) && !WEXITSTATUS(status) ? GONE : FAILED;
}

static int job_umount(const char *path)
{
	return umount2(path, UMOUNT_NOFOLLOW);
}

static int job_readonly(const char *path)
{
	return mount(NULL, path, NULL, MS_REMOUNT | MS_RDONLY, NULL);
}

static int job_detach(const char *path)
{
	return umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW);
}

static int job_swapoff(const char *path)
{
	return swapoff(path);
}

static int job_sync(const char *path)
{
	(void)path;
	sync();
	return 0;
}

static int job_mappings(const char *path)
{
	struct dm_ioctl all = {
		.version = {DM_VERSION_MAJOR, 0, 0}, .data_size = sizeof(all),
	};
	int fd = open(path, O_RDWR | O_CLOEXEC);

	return fd < 0 ? -1 : ioctl(fd, DM_REMOVE_ALL, &all);
}

/* Files that are devices: each keeps its file system busy. */
static int job_loops(const char *unused)
{
	char path[24];

	(void)unused;
	for (unsigned n = 0; n < LOOPS_MAX; n++) {
		int fd;

		fmt(path, sizeof(path), "/sys/block/loop%u/loop", n);
		if (access(path, F_OK) < 0)
			continue; /* there is none, or nothing behind it */
		fmt(path, sizeof(path), "/dev/loop%u", n);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		ioctl(fd, LOOP_CLR_FD, 0);
		close(fd);
	}
	return 0;
}

/* The word after the cursor; cuts the line there. */
static char *word(char **cursor)
{
	char *start = *cursor;
	size_t n = strcspn(start, " \t");

	*cursor = start + n + (start[n] != '\0');
	start[n] = '\0';
	return start;
}

static void swaps(char *table)
{
	char *line = table, *next;

	for (int first = 1; *line; line = next, first = 0) {
		size_t n = strcspn(line, "\n");

		next = line + n + (line[n] != '\0');
		line[n] = '\0';
		if (first)
			continue; /* the heading */
		line = word(&line);
		unescape(line);
		patiently(job_swapoff, line);
	}
}

void umount_main(int unused)
{
	static char table[TABLE_SIZE];
	static char *paths[MOUNTS_MAX];
	static int result[MOUNTS_MAX];
	size_t count = 0;
	char *line, *next;

	(void)unused;
	if (slurp("/proc/swaps", table, sizeof(table)))
		swaps(table);
	slurp("/proc/self/mounts", table, sizeof(table));
	for (line = table; *line && count < MOUNTS_MAX; line = next) {
		size_t n = strcspn(line, "\n");
		char *path;

		next = line + n + (line[n] != '\0');
		line[n] = '\0';
		word(&line);
		path = word(&line);
		if (is_memory(word(&line)))
			continue;
		unescape(path);
		paths[count++] = path;
	}
	for (size_t n = count; n-- > 0;)
		result[n] = strcmp(paths[n], "/") ?
			patiently(job_umount, paths[n]) : FAILED;
	patiently(job_mappings, "/dev/mapper/control");
	patiently(job_loops, "");
	for (size_t n = count; n-- > 0;) {
		int root = !strcmp(paths[n], "/");

		if (result[n] == FAILED && !root)
			result[n] = patiently(job_umount, paths[n]);
		if (result[n] == GONE)
			continue;
		patiently(job_readonly, paths[n]);
		if (!root)
			patiently(job_detach, paths[n]);
	}
	_exit(0);
}

void sync_main(int unused)
{
	(void)unused;
	_exit(patiently(job_sync, "") ? 1 : 0);
}
