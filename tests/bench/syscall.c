/*
 * syscall.c - system calls in plain C, to measure S against
 *
 *   syscall CASE COUNT FOLDER PROGRAM
 *
 * Prints the processor time of one round in nanoseconds, children's with it.
 * The cases are those of tests/bench/syscall.lua.
 */

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static long count, done;
static const char *folder, *program;

static void run_getpid(void)
{
	for (done = 0; done < count; done++)
		syscall(SYS_getpid);
}

static void run_stat(void)
{
	struct stat st;

	for (done = 0; done < count; done++)
		stat("/", &st);
}

static void run_read(void)
{
	int fd = open("/dev/zero", O_RDONLY);
	char c;

	for (done = 0; done < count; done++)
		if (read(fd, &c, 1) != 1)
			exit(1);
}

static void run_write(void)
{
	int fd = open("/dev/null", O_WRONLY);

	for (done = 0; done < count; done++)
		if (write(fd, "x", 1) != 1)
			exit(1);
}

static void run_open(void)
{
	for (done = 0; done < count; done++)
		close(open("/dev/null", O_RDONLY));
}

static void run_dir(void)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while ((entry = readdir(dir)))
		done += strlen(entry->d_name) > 0;
}

static void run_epoll(void)
{
	struct epoll_event event = {.events = EPOLLIN};
	int epoll = epoll_create1(0), pair[2];
	char c;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		exit(1);
	event.data.fd = pair[1];
	epoll_ctl(epoll, EPOLL_CTL_ADD, pair[1], &event);
	for (done = 0; done < count; done++) {
		if (write(pair[0], "x", 1) != 1 ||
		    epoll_wait(epoll, &event, 1, -1) != 1 ||
		    read(event.data.fd, &c, 1) != 1)
			exit(1);
	}
}

static void run_spawn(void)
{
	pid_t pid;

	for (done = 0; done < count; done++) {
		pid = vfork();
		if (pid == 0) {
			execl(program, program, (char *)NULL);
			_exit(127);
		}
		waitpid(pid, NULL, 0);
	}
}

static double used(int who)
{
	struct rusage u;

	getrusage(who, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e9 +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1e3;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} cases[] = {
		{"getpid", run_getpid}, {"stat", run_stat},
		{"read", run_read},	{"write", run_write},
		{"open", run_open},	{"dir", run_dir},
		{"epoll", run_epoll},	{"spawn", run_spawn},
	};
	double start = used(RUSAGE_SELF);
	size_t i;

	if (argc != 5)
		return 2;
	count = atol(argv[2]);
	folder = argv[3];
	program = argv[4];
	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		if (strcmp(cases[i].name, argv[1]) == 0)
			cases[i].run();
	printf("%.1f\n", (used(RUSAGE_SELF) + used(RUSAGE_CHILDREN) - start) /
				 (double)done);
	return 0;
}
