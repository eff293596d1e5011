/*
 * run.c - `luabox run -- cmd`: the smallest init of a container
 *
 * Layer: personality of its own, independent of the core. Runs one command,
 * forwards every signal to it, reaps whatever is orphaned, and ends with the
 * command's exit code: 128 + n after signal n, 125 for an error of its own,
 * 126 and 127 when the command cannot be run. Called by the name of tini or
 * dumb-init it has the defaults, the exit codes and the environment variables
 * of that program; the options of both are known under every name.
 */

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core.h"
#include "vm.h"

enum { SIGNALS = 65, DROP = 0, AS_IT_CAME = 255 };
enum { SAY_NOTHING, SAY_WARNINGS, SAY_ALL };

/* What the three names differ in. */
struct manner {
	const char *prefix; /* of messages */
	int error, not_found, not_run, exec_error; /* exit codes */
	/* As dumb-init: the command has a session, and signals go to its
	 * group. Without one it stays in this program's group. The shell's
	 * stop signals stop both, and the command starts with every signal at
	 * its default. Else it has a group of its own in the session here. */
	int session;
	int subreaper;
	int plain_warn; /* -w never takes a code */
};

static struct {
	const struct manner *as;
	int session, group, subreaper, say, warn, parent_signal;
	unsigned ignored; /* of `touched`, when this began */
	unsigned char as_zero[256];
	unsigned char send[SIGNALS]; /* what is sent for signal n */
} run;

/* They are seen to here, whoever had them ignored: an ignored SIGCHLD would
 * lose the command's end, the others would stop this program. */
static const int touched[] = {SIGCHLD, SIGTTIN, SIGTTOU};

#define COUNT(list) (sizeof(list) / sizeof(*(list)))

static const char usage[] =
	"usage: luabox run [-cgsv] [-w [CODE]] [-e CODE] [-p SIGNAL] "
	"[-r FROM:TO] [--]\n"
	"                  COMMAND [ARGUMENT]...\n"
	"Run COMMAND as the only child of a container's PID 1: forward "
	"signals,\nreap orphans, end with its exit code.\n\n"
	"  -g          signals go to the whole process group of COMMAND\n"
	"  -c          signals go to COMMAND alone\n"
	"  -s          adopt orphans though not PID 1 (always, but as tini)\n"
	"  -e CODE     report this exit code as 0; so does -w CODE\n"
	"  -w          say which orphans were reaped\n"
	"  -p SIGNAL   be sent SIGNAL when the parent dies\n"
	"  -r FROM:TO  send signal TO where FROM comes; 0 drops it\n"
	"  -v          say what is going on\n"
	"  -h, -V, -l  this text, the name, the licence\n";

static int complain(const char *what, const char *why, int status)
{
	char line[512];
	size_t n = fmt(line, sizeof(line), "%s%s: %s\n", run.as->prefix, what,
		       why);

	if (write(2, line, n) < 0)
		return status;
	return status;
}

static void tell(int level, const char *what, int number)
{
	char line[96];
	size_t n;

	if (run.say < level)
		return;
	n = fmt(line, sizeof(line), "%s%s%d\n", run.as->prefix, what, number);
	if (write(2, line, n) < 0)
		return;
}

static int usage_error(const char *what)
{
	complain(what, "wrong usage", 0);
	if (write(2, usage, sizeof(usage) - 1) < 0)
		return run.as->error;
	return run.as->error;
}

/* ---- the command line ---- */

static int number(const char *text, int max)
{
	char *end;
	long n = strtol(text, &end, 10);

	return *text >= '0' && *text <= '9' && !*end && n <= max ? (int)n : -1;
}

static int signal_number(const char *text)
{
	if (*text >= '0' && *text <= '9') {
		int sig = number(text, SIGNALS - 1);

		return sig == 32 || sig == 33 ? -1 : sig; /* the C library's */
	}
	if (!strncmp(text, "SIG", 3))
		text += 3;
	for (int sig = 1; sig < 32; sig++)
		if (!strcmp(fmt_signal(sig), text))
			return sig;
	return -1;
}

static int rewrite(const char *text)
{
	char from[16];
	size_t n = strcspn(text, ":");
	int a, b;

	if (text[n] != ':' || n >= sizeof(from))
		return -1;
	memcpy(from, text, n);
	from[n] = '\0';
	a = signal_number(from);
	b = signal_number(text + n + 1);
	if (a < 1 || b < 0)
		return -1;
	run.send[a] = (unsigned char)b;
	return 0;
}

static void defaults(const struct manner *as)
{
	memset(&run, 0, sizeof(run));
	run.as = as;
	run.session = as->session;
	run.subreaper = as->subreaper;
	run.say = SAY_WARNINGS;
	memset(run.send, AS_IT_CAME, sizeof(run.send));
}

static int stops(int sig)
{
	return sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU;
}

/* What the options leave open; the environment comes after them. */
static void settle(void)
{
	const char *debug = getenv("DUMB_INIT_DEBUG");
	const char *session = getenv("DUMB_INIT_SETSID");
	const char *verbosity = getenv("TINI_VERBOSITY");

	if (verbosity)
		run.say = atoi(verbosity);
	if (debug && !strcmp(debug, "1"))
		run.say = SAY_ALL;
	if (session && !strcmp(session, "0"))
		run.session = 0;
	run.subreaper |= getenv("TINI_SUBREAPER") != NULL;
	run.group |= getenv("TINI_KILL_PROCESS_GROUP") != NULL;
	for (int sig = 1; sig < SIGNALS; sig++) {
		if (run.send[sig] != AS_IT_CAME)
			continue;
		/* A session without a terminal cannot be stopped by the
		 * terminal's signals: nobody would continue an orphaned
		 * group. */
		run.send[sig] = (unsigned char)(
			run.session && stops(sig) ? SIGSTOP : sig);
	}
}

/* 0, or -1 when the usage is wrong. */
static int option_of(int option, char *const argv[])
{
	int code;

	switch (option) {
	case 'c':
		run.session = run.group = 0;
		return 0;
	case 'g':
		run.group = 1;
		return 0;
	case 's':
		run.subreaper = 1;
		return 0;
	case 'v':
		run.say++;
		if (run.as->session) /* one of them is all */
			run.say = SAY_ALL;
		return 0;
	case 'w': /* a flag of tini's; with a number, a code */
		if (run.as->plain_warn || !argv[optind] ||
		    number(argv[optind], 255) < 0) {
			run.warn = 1;
			return 0;
		}
		optarg = argv[optind++];
		/* fall through */
	case 'e':
		code = number(optarg, 255);
		if (code < 0)
			return -1;
		run.as_zero[code] = 1;
		return 0;
	case 'p':
		run.parent_signal = signal_number(optarg);
		return run.parent_signal < 1 ? -1 : 0;
	case 'r':
		return rewrite(optarg);
	default:
		return -1;
	}
}

/* ---- the command ---- */

/* On a terminal the command must be the foreground group, or its first read
 * would stop it. SIGTTOU is ignored here, else this itself would. */
static void foreground(void)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);

	if (tty < 0)
		return;
	tcsetpgrp(tty, getpid());
	close(tty);
}

/* The signals as the command is to find them. */
static void give_signals_back(const sigset_t *before)
{
	sigset_t none;

	for (size_t i = 0; i < COUNT(touched); i++)
		signal(touched[i], run.ignored & 1u << i ? SIG_IGN : SIG_DFL);
	if (run.as->session) {
		for (int sig = 1; sig < SIGNALS; sig++)
			signal(sig, SIG_DFL);
		sigemptyset(&none);
		before = &none;
	}
	sigprocmask(SIG_SETMASK, before, NULL);
}

/* As execvp(3) of POSIX, which leaves a file without a magic number to sh;
 * musl's does not. */
static int execute(char **command)
{
	char **argv, **word = command;

	execvp(command[0], command);
	if (errno != ENOEXEC)
		return errno;
	while (*word)
		word++;
	argv = calloc((size_t)(word - command) + 2, sizeof(*argv));
	if (argv) {
		argv[0] = (char *)"sh";
		memcpy(argv + 1, command,
		       (size_t)(word - command) * sizeof(*argv));
		execv("/bin/sh", argv);
	}
	return ENOEXEC;
}

static pid_t start(char **command, const sigset_t *before)
{
	pid_t pid = fork();
	int error;

	if (pid)
		return pid;
	if (run.session) {
		setsid();
		ioctl(0, TIOCSCTTY, 0);
	} else if (!run.as->session) {
		setpgid(0, 0);
		foreground();
	}
	give_signals_back(before);
	error = execute(command);
	complain(command[0], strerror(error), 0);
	_exit(error == ENOENT ? run.as->not_found :
	      error == EACCES ? run.as->not_run : run.as->exec_error);
}

static void forward(pid_t pid, int sig)
{
	int send = run.send[sig];

	tell(SAY_ALL, "got signal ", sig);
	if (send != DROP) {
		if (send != sig)
			tell(SAY_ALL, "sending instead signal ", send);
		kill(run.group || run.session ? -pid : pid, send);
	}
	/* Stopped with its command, and continued with it, as if its shell
	 * ran the command itself. */
	if (run.as->session && stops(sig))
		kill(getpid(), SIGSTOP);
}

/* All that have ended; 1 and its wait status when the command is among them. */
static int reap(pid_t pid, int *status)
{
	int ended = 0, other;
	pid_t one;

	while ((one = waitpid(-1, &other, WNOHANG)) > 0) {
		if (one == pid) {
			*status = other;
			ended = 1;
		} else {
			tell(run.warn ? SAY_WARNINGS : SAY_ALL,
			     "Reaped zombie process with pid=", one);
		}
	}
	return ended;
}

/* Wait for what happens until the command has ended; its wait status. */
static int attend(pid_t pid, const sigset_t *all, int lost_tty)
{
	int status;

	for (;;) {
		int sig = sigwaitinfo(all, NULL);

		if (sig < 0)
			continue;
		if (sig == SIGCHLD) {
			if (reap(pid, &status))
				return status;
		} else if ((sig == SIGHUP || sig == SIGCONT) &&
			   lost_tty & 1 << (sig == SIGHUP)) {
			/* the echo of our own leaving the terminal */
			lost_tty &= ~(1 << (sig == SIGHUP));
		} else {
			forward(pid, sig);
		}
	}
}

/* All are waited for, also those that tini leaves to itself because they tell
 * of a fault: a real one ends the process though it be blocked. */
static void take_signals(sigset_t *all, sigset_t *before)
{
	memset(all, 0xff, sizeof(*all)); /* sigfillset spares some of musl's */
	for (size_t i = 0; i < COUNT(touched); i++) {
		/* nobody who is not in the foreground may be stopped for it */
		int ignore = touched[i] != SIGCHLD && !run.as->session;
		struct sigaction old, now = {
			.sa_handler = ignore ? SIG_IGN : SIG_DFL,
		};

		sigaction(touched[i], &now, &old);
		if (old.sa_handler == SIG_IGN)
			run.ignored |= 1u << i;
		if (ignore)
			sigdelset(all, touched[i]);
	}
	sigprocmask(SIG_SETMASK, all, before);
}

/* Orphans become ours as PID 1 or as a subreaper; tini says when neither. */
static void adopt(void)
{
	int adopts = getpid() == 1;

	if (adopts || (run.subreaper && !prctl(PR_SET_CHILD_SUBREAPER, 1)))
		return;
	prctl(PR_GET_CHILD_SUBREAPER, &adopts);
	if (!adopts && !run.as->session && run.say >= SAY_WARNINGS)
		complain("not PID 1, nor a subreaper (-s)",
			 "zombie reaping won't work", 0);
}

static int run_as(const struct manner *as, int argc, char **argv)
{
	static const struct option names[] = {
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'V'},
		{"single-child", no_argument, NULL, 'c'},
		{"rewrite", required_argument, NULL, 'r'},
		{"verbose", no_argument, NULL, 'v'},
		{NULL, 0, NULL, 0},
	};
	static const char version[] = "run (luabox), as tini and dumb-init\n";
	static const char licence[] = "luabox is under the MIT licence.\n";
	sigset_t all, before;
	int option, code, status, lost_tty = 0;
	pid_t pid;

	defaults(as);
	opterr = 0;
	while ((option = getopt_long(argc, argv, "+cgsvwe:p:r:hlV", names,
				     NULL)) != -1) {
		if (option == 'h')
			return write(1, usage, sizeof(usage) - 1) < 0;
		if (option == 'V')
			return write(1, version, sizeof(version) - 1) < 0;
		if (option == 'l')
			return write(1, licence, sizeof(licence) - 1) < 0;
		if (option_of(option, argv))
			return usage_error(argv[optind > argc ? argc - 1 :
							optind - 1]);
	}
	if (optind == argc)
		return usage_error("no command");
	settle();
	if (run.parent_signal)
		prctl(PR_SET_PDEATHSIG, run.parent_signal);
	adopt();
	take_signals(&all, &before);
	/* The command's session can have a terminal only if ours has not. A
	 * leader that leaves one gets HUP and CONT for it. */
	if (run.session && !ioctl(0, TIOCNOTTY) && getsid(0) == getpid())
		lost_tty = 3;
	pid = start(argv + optind, &before);
	if (pid < 0)
		return complain("fork", strerror(errno), as->error);
	tell(SAY_ALL, "started process ", pid);
	if (chdir("/")) /* keep no file system busy */
		tell(SAY_ALL, "cannot leave the folder, error ", errno);
	status = attend(pid, &all, lost_tty);
	if (run.session)
		kill(-pid, run.send[SIGTERM]); /* what it left in its group */
	code = WIFEXITED(status) ? WEXITSTATUS(status) :
		128 + WTERMSIG(status);
	tell(SAY_ALL, "the command ended, exit code ", code);
	return code < 256 && run.as_zero[code] ? 0 : code;
}

static int run_main(int argc, char **argv)
{
	static const struct manner as = {
		"run: ", 125, 127, 126, 126, 0, 1, 0,
	};

	return run_as(&as, argc, argv);
}

static int tini_main(int argc, char **argv)
{
	static const struct manner as = {
		"tini: ", 1, 127, 126, 1, 0, 0, 1,
	};

	return run_as(&as, argc, argv);
}

static int dumb_init_main(int argc, char **argv)
{
	static const struct manner as = {
		"[dumb-init] ", 1, 2, 2, 2, 1, 1, 1,
	};

	return run_as(&as, argc, argv);
}

VM_APPLET("run", run_main);
VM_APPLET("tini", tini_main);
VM_APPLET("dumb-init", dumb_init_main);
