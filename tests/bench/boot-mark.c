/*
 * boot-mark.c - the service, and the clock, of the boot comparison
 *
 * Layer: benchmark; static, the same file in every contender's image.
 *
 *   boot-mark NAME       a service: mark /run/up/NAME, then sleep for ever
 *   boot-mark --report NAME...   wait until all are marked and the machine has
 *                        a default route, print the time since the kernel
 *                        started /init and what memory is used, power off
 *
 * Both ends of the span are times of the kernel's own log.
 */

#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#define MARKS "/run/up"

static char buffer[65536];

static int slurp(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got, size = 0;

	while (fd >= 0 && (size_t)size < sizeof(buffer) - 1 &&
	       (got = read(fd, buffer + size, sizeof(buffer) - 1 - size)) > 0)
		size += got;
	if (fd >= 0)
		close(fd);
	buffer[size] = '\0';
	return fd >= 0;
}

static long field(const char *name)
{
	const char *at = strstr(buffer, name);

	return at ? atol(at + strlen(name)) : 0;
}

static _Noreturn void mark(const char *name)
{
	char path[128];

	mkdir(MARKS, 0755);
	snprintf(path, sizeof(path), MARKS "/%s", name);
	close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
	for (;;)
		pause();
}

static void wait_for_marks(int count, char **names)
{
	int watch = inotify_init1(IN_CLOEXEC), have;
	char path[128];

	mkdir(MARKS, 0755);
	inotify_add_watch(watch, MARKS, IN_CREATE);
	do {
		have = 0;
		for (int i = 0; i < count; i++) {
			snprintf(path, sizeof(path), MARKS "/%s", names[i]);
			have += access(path, F_OK) == 0;
		}
	} while (have < count && read(watch, buffer, sizeof(buffer)) > 0);
}

static int has_default_route(void)
{
	return slurp("/proc/net/route") && strstr(buffer, "\t00000000\t");
}

static void wait_for_route(void)
{
	struct sockaddr_nl address = {
		.nl_family = AF_NETLINK,
		.nl_groups = RTMGRP_IPV4_ROUTE,
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	bind(fd, (struct sockaddr *)&address, sizeof(address));
	while (!has_default_route())
		recv(fd, buffer, sizeof(buffer), 0);
}

/* microseconds between "Run /init as init process" and now, by the log */
static long long span(void)
{
	static const char ready[] = "<6>boot-mark: ready\n";
	int log = open("/dev/kmsg", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	long long begin = 0, end = 0, at;
	ssize_t got;

	if (write(log, ready, sizeof(ready) - 1) < 0)
		return -1;
	while ((got = read(log, buffer, sizeof(buffer) - 1)) > 0 ||
	       errno == EPIPE) { /* EPIPE: an entry was overwritten */
		char *text;

		if (got <= 0)
			continue;
		buffer[got] = '\0';
		text = strchr(buffer, ';');
		if (!text || sscanf(buffer, "%*d,%*d,%lld", &at) != 1)
			continue;
		if (strstr(text, "as init process"))
			begin = at;
		if (strstr(text, "boot-mark: ready"))
			end = at;
	}
	return end - begin;
}

static long total_pss(void)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	char path[300];
	long total = 0;

	while (proc && (entry = readdir(proc))) {
		if (atoi(entry->d_name) <= 0 ||
		    atoi(entry->d_name) == getpid())
			continue;
		snprintf(path, sizeof(path), "/proc/%s/smaps_rollup",
			 entry->d_name);
		if (slurp(path))
			total += field("\nPss:");
	}
	return total;
}

static _Noreturn void report(int count, char **names)
{
	long long us;

	wait_for_marks(count, names);
	wait_for_route();
	us = span();
	/* the measured span is over */
	if (!freopen("/dev/console", "w", stdout))
		exit(1);
	printf("\nboot-mark span_us=%lld\n", us);
	slurp("/proc/1/smaps_rollup");
	printf("boot-mark init_pss_kb=%ld\n", field("\nPss:"));
	printf("boot-mark all_pss_kb=%ld\n", total_pss());
	slurp("/proc/stat");
	printf("boot-mark forks=%ld\n", field("\nprocesses "));
	printf("boot-mark done=1\n");
	fflush(stdout);
	sync();
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	if (argc > 2 && !strcmp(argv[1], "--report"))
		report(argc - 2, argv + 2);
	if (argc == 2)
		mark(argv[1]);
	fputs("usage: boot-mark NAME | boot-mark --report NAME...\n", stderr);
	return 2;
}
