/*
 * applet_await.c - sleep until a descriptor can be read, then run a command
 *
 * Layer: applets, in C because what sleeps should cost next to nothing: a Lua
 * program that has to wait for long puts what it knows into descriptors, which
 * stay, runs this in its place, and is run again when there is something to
 * do. A signal that is blocked wakes it, too, and stays pending for the
 * command. `await 0 -- prompt`: a prompt that nobody has typed at yet.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "vm.h"

enum { FDS_MAX = 64, EXIT_USAGE = 2, EXIT_CANNOT = 126, EXIT_NOT_FOUND = 127 };

static void complain(const char *a, const char *b)
{
	const char *const parts[] = {"await: ", a, b, "\n"};
	size_t i;

	for (i = 0; i < sizeof parts / sizeof *parts; i++)
		if (write(2, parts[i], strlen(parts[i])) < 0)
			return;
}

static int usage(int fd, int status)
{
	static const char text[] =
		"usage: await [-m TEXT] FD... -- COMMAND [ARGUMENT]...\n"
		"Write the text, sleep until one of the descriptors can be "
		"read, or a signal\ncomes that is blocked, then run the "
		"command in this process.\n";

	return write(fd, text, sizeof text - 1) < 0 ? EXIT_USAGE : status;
}

static int is_own(const char *name)
{
	static const char folder[] = "applets.";
	char module[64];

	if (strlen(name) >= sizeof module - sizeof folder)
		return 0;
	memcpy(module, folder, sizeof folder);
	memcpy(module + sizeof folder - 1, name, strlen(name) + 1);
	return vm_has_module(module) || vm_find_applet(name) != NULL;
}

/*
 * Ours first: where this waits there may be no folder of links. self is this
 * program, opened before the sleep: /proc may go meanwhile, when the machine
 * moves on to its real root.
 */
static int run(int self, char **argv)
{
	char own_name[] = "luabox";
	char **own = argv - 1; /* the place of "--" */

	own[0] = own_name;
	if (is_own(argv[0]))
		syscall(SYS_execveat, self, "", own, environ, AT_EMPTY_PATH);
	execvp(argv[0], argv);
	complain(argv[0], errno == ENOENT ? ": not found" : ": cannot be run");
	return errno == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT;
}

static int applet_await(int argc, char **argv)
{
	struct pollfd fds[FDS_MAX + 1];
	sigset_t blocked;
	const char *text = "";
	nfds_t count = 0;
	int i = 1, self;

	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return usage(1, 0);
	if (argc > 2 && strcmp(argv[1], "-m") == 0) {
		text = argv[2];
		i = 3;
	}
	for (; i < argc && strcmp(argv[i], "--") != 0; i++) {
		char *end;
		long fd = strtol(argv[i], &end, 10);

		if (end == argv[i] || *end || fd < 0 || fd > 0xffff ||
		    count == FDS_MAX)
			return usage(2, EXIT_USAGE);
		fds[count++] = (struct pollfd){.fd = (int)fd, .events = POLLIN};
	}
	if (!count || i + 1 >= argc)
		return usage(2, EXIT_USAGE);
	argv += i + 1;

	if (*text && write(1, text, strlen(text)) < 0)
		complain("cannot write: ", strerror(errno));
	sigprocmask(SIG_SETMASK, NULL, &blocked);
	/* where it cannot be made, descriptors alone wake us */
	fds[count] = (struct pollfd){
		.fd = signalfd(-1, &blocked, SFD_CLOEXEC),
		.events = POLLIN,
	};
	self = open("/proc/self/exe", O_PATH | O_CLOEXEC);
	prctl(PR_SET_NAME, argv[0]); /* it is that command, asleep */
	while (poll(fds, count + 1, -1) < 0)
		if (errno != EINTR) {
			complain("poll: ", strerror(errno));
			return EXIT_CANNOT;
		}
	return run(self, argv);
}

VM_APPLET("await", applet_await);
