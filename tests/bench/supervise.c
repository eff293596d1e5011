/*
 * supervise.c - what supervise.lua measures with: a service, and the floor
 *
 * Layer: benchmark. `supervise mark DIR NAME` is the service: it makes a file
 * DIR/NAME.PID, so that each of its lives is seen once, and sleeps.
 * `supervise floor N DIR` is the least that a supervisor can do: start N of
 * those, start again what dies.
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *self;

static int mark(const char *dir, const char *name)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "%s/%s.%d", dir, name, (int)getpid());
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd >= 0)
		close(fd);
	while (pause())
		;
	return 1;
}

static pid_t start(const char *dir, int number)
{
	char name[16];
	pid_t pid;

	snprintf(name, sizeof(name), "s%d", number);
	pid = vfork();
	if (pid)
		return pid;
	setsid();
	execl(self, self, "mark", dir, name, (char *)NULL);
	_exit(127);
}

static int floor_of(int count, const char *dir)
{
	pid_t *pids = calloc((size_t)count, sizeof(*pids));
	pid_t ended;

	if (!pids)
		return 1;
	for (int i = 0; i < count; i++)
		pids[i] = start(dir, i);
	while ((ended = wait(NULL)) > 0)
		for (int i = 0; i < count; i++)
			if (pids[i] == ended)
				pids[i] = start(dir, i);
	return 0;
}

int main(int argc, char **argv)
{
	self = argv[0];
	if (argc == 4 && !strcmp(argv[1], "mark"))
		return mark(argv[2], argv[3]);
	if (argc == 4 && !strcmp(argv[1], "floor"))
		return floor_of(atoi(argv[2]), argv[3]);
	return 2;
}
