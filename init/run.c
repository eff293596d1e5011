/*
 * run.c - `luabox run -- cmd`: the smallest init of a container
 *
 * Layer: personality of its own, independent of the core. Runs one command,
 * forwards every signal to it, reaps whatever is orphaned, and ends with the
 * command's exit code: 128 + n after signal n, 125 for an error of its own,
 * 126 and 127 when the command cannot be run. Follows tini and dumb-init.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core.h"
#include "vm.h"

static const char usage[] =
	"usage: luabox run [-g] [-w CODE]... [-p SIGNAL] [--] COMMAND "
	"[ARGUMENT]...\n"
	"Run COMMAND as the only child of a container's PID 1: forward "
	"signals,\nreap orphans, end with its exit code.\n\n"
	"  -g         signals go to the whole process group of COMMAND\n"
	"  -w CODE    report this exit code as 0\n"
	"  -p SIGNAL  (number) be sent SIGNAL when the parent dies\n";

static int complain(const char *what, const char *why, int status)
{
	char line[512];
	size_t n = fmt(line, sizeof(line), "run: %s: %s\n", what, why);

	if (write(2, line, n) < 0)
		return status;
	return status;
}

static int number(const char *text, int max)
{
	char *end;
	long n = strtol(text, &end, 10);

	return *text && !*end && n >= 0 && n <= max ? (int)n : -1;
}

static int usage_error(const char *what)
{
	complain(what, "wrong usage", 125);
	if (write(2, usage, sizeof(usage) - 1) < 0)
		return 125;
	return 125;
}

/* On a terminal the command must be the foreground group, or its first read
 * would stop it. */
static void foreground(pid_t group)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);

	if (tty < 0)
		return;
	tcsetpgrp(tty, group); /* SIGTTOU is blocked or ignored here */
	close(tty);
}

static pid_t start(char **command, const sigset_t *before)
{
	pid_t pid = fork();
	int error;

	if (pid)
		return pid;
	setpgid(0, 0);
	foreground(getpid());
	sigprocmask(SIG_SETMASK, before, NULL);
	execvp(command[0], command);
	error = errno;
	_exit(complain(command[0], strerror(error),
		       error == ENOENT ? 127 : 126));
}

/* Wait for what happens until the command has ended; its wait status. */
static int attend(pid_t pid, const sigset_t *all, int group)
{
	for (;;) {
		siginfo_t info;
		int status, sig = sigwaitinfo(all, &info);
		pid_t ended;

		if (sig < 0)
			continue;
		if (sig != SIGCHLD) {
			kill(group ? -pid : pid, sig);
			continue;
		}
		while ((ended = waitpid(-1, &status, WNOHANG)) > 0)
			if (ended == pid) {
				while (waitpid(-1, NULL, WNOHANG) > 0)
					;
				return status;
			}
	}
}

static int run_main(int argc, char **argv)
{
	static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT,
				     SIGTRAP, SIGSYS, SIGTTIN, SIGTTOU};
	unsigned char as_zero[256] = {0};
	sigset_t all, before;
	int group = 0, option, code, status;
	pid_t pid;

	if (argc > 1 && !strcmp(argv[1], "--help"))
		return write(1, usage, sizeof(usage) - 1) < 0;
	opterr = 0;
	while ((option = getopt(argc, argv, "+gw:p:")) != -1) {
		switch (option) {
		case 'g':
			group = 1;
			break;
		case 'w':
			code = number(optarg, 255);
			if (code < 0)
				return usage_error(optarg);
			as_zero[code] = 1;
			break;
		case 'p':
			code = number(optarg, 64);
			if (code < 0 || prctl(PR_SET_PDEATHSIG, code) < 0)
				return usage_error(optarg);
			break;
		default:
			return usage_error(argv[optind - 1]);
		}
	}
	if (optind == argc)
		return usage_error("no command");

	/* Fault signals are ours, stop signals of the terminal nobody's. */
	sigfillset(&all);
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++)
		sigdelset(&all, faults[i]);
	sigprocmask(SIG_SETMASK, &all, &before);
	if (getpid() != 1)
		prctl(PR_SET_CHILD_SUBREAPER, 1);
	pid = start(argv + optind, &before);
	if (pid < 0)
		return complain("fork", strerror(errno), 125);
	status = attend(pid, &all, group);
	code = WIFEXITED(status) ? WEXITSTATUS(status) :
		128 + WTERMSIG(status);
	return code < 256 && as_zero[code] ? 0 : code;
}

VM_APPLET("run", run_main);
