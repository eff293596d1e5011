/*
 * spawn.c - time starting and ending commands, side by side
 *
 * Layer: benchmark tool; tests/bench/spawn.lua reads its output.
 *
 *   spawn COUNT -- COMMAND [ARG]... [-- COMMAND [ARG]...]...
 *
 * Starts each command COUNT times, in turns of twenty, so that a drift of the
 * machine hits all alike; the first of each turn is cold and does not count.
 * Prints, a line per command: the median and the least nanoseconds from start
 * to reaping, the mean microseconds of CPU, and the worst exit status.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

enum { MAX_COMMANDS = 32, TURN = 20 };

struct command {
	char **argv;
	double *samples; /* ns */
	int count;
	double cpu; /* us */
	int status;
};

extern char **environ;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static double microseconds(struct timeval t)
{
	return t.tv_sec * 1e6 + t.tv_usec;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void run(struct command *c, const posix_spawn_file_actions_t *files,
		int counts)
{
	struct rusage usage;
	double begin = now(), end;
	int status;
	pid_t pid;

	if (posix_spawn(&pid, c->argv[0], files, NULL, c->argv, environ)) {
		c->status = 127;
		return;
	}
	while (wait4(pid, &status, 0, &usage) < 0 && errno == EINTR)
		continue;
	end = now();
	if (WIFSIGNALED(status))
		status = 128 + WTERMSIG(status);
	else
		status = WEXITSTATUS(status);
	if (status > c->status)
		c->status = status;
	if (!counts)
		return;
	c->samples[c->count++] = end - begin;
	c->cpu += microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
}

int main(int argc, char **argv)
{
	struct command commands[MAX_COMMANDS] = {{0}};
	posix_spawn_file_actions_t files;
	int count = argc > 1 ? atoi(argv[1]) : 0, n = 0;

	for (int i = 2; i < argc && n < MAX_COMMANDS; i++) {
		if (strcmp(argv[i], "--"))
			continue;
		argv[i] = NULL;
		commands[n].argv = argv + i + 1;
		commands[n++].samples = calloc(count + TURN, sizeof(double));
	}
	if (count < 1 || n < 1 || !commands[n - 1].argv[0]) {
		fputs("usage: spawn COUNT -- COMMAND [ARG]... ...\n", stderr);
		return 2;
	}

	posix_spawn_file_actions_init(&files);
	for (int fd = 1; fd <= 2; fd++)
		posix_spawn_file_actions_addopen(&files, fd, "/dev/null",
						 O_WRONLY, 0);
	for (int done = 0; done < count; done += TURN - 1)
		for (int c = 0; c < n; c++)
			for (int i = 0; i < TURN; i++)
				run(&commands[c], &files, i > 0);

	for (int c = 0; c < n; c++) {
		struct command *k = &commands[c];

		if (!k->count) { /* could not be started at all */
			puts("0 0 0 127");
			continue;
		}
		qsort(k->samples, k->count, sizeof(double), by_value);
		printf("%.0f %.0f %.1f %d\n", k->samples[k->count / 2],
		       k->samples[0], k->cpu / k->count, k->status);
	}
	return 0;
}
