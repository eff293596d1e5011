/*
 * main.c - `luabox init`: what PID 1 is told, and how it begins
 *
 * Layer: PID 1 core, personality. Modes: the first process of a machine, of a
 * container (a pid namespace), or a supervisor of a user, with a socket in
 * that user's run directory. Reference: docs/services.md.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core.h"
#include "spawn.h"
#include "vm.h"

enum { SERVICES_DEFAULT = 256, SERVICES_LIMIT = 4096 };

static const char usage[] =
	"usage: luabox init [--services DIR] [--run DIR] [--target NAME] "
	"[--max N]\n"
	"                   [--container]\n"
	"Start and supervise services as PID 1 of a machine or a container,\n"
	"or, with any other PID, for a user.\n";

static void complain(const char *a, const char *b)
{
	char line[256];
	size_t n = fmt(line, sizeof(line), "init: %s%s\n", a, b);

	if (write(2, line, n) < 0)
		return;
}

/* Kernels pass words of their command line that they do not know: as PID 1
 * of a machine those must not stop the boot. */
static int parse(struct options *o, int argc, char **argv, int *container)
{
	for (int i = 1; i < argc; i++) {
		const char *value = i + 1 < argc ? argv[i + 1] : NULL;

		if (!strcmp(argv[i], "--container")) {
			*container = 1;
		} else if (!strcmp(argv[i], "single") ||
			   !strcmp(argv[i], "rescue")) {
			o->rescue = 1;
		} else if (!strcmp(argv[i], "--services") && value) {
			o->services = argv[++i];
		} else if (!strcmp(argv[i], "--run") && value) {
			o->run_dir = argv[++i];
		} else if (!strcmp(argv[i], "--target") && value) {
			o->target = argv[++i];
		} else if (!strcmp(argv[i], "--max") && value) {
			o->max = (uint32_t)strtoul(argv[++i], NULL, 10);
			if (!o->max)
				complain("--max needs a number: ", argv[i]);
		} else if (!strcmp(argv[i], "--help")) {
			if (write(1, usage, sizeof(usage) - 1) < 0)
				return 1;
			return 0;
		} else if (getpid() != 1) {
			complain("unknown argument ", argv[i]);
			if (write(2, usage, sizeof(usage) - 1) < 0)
				return 1;
			return 1;
		} else if (argv[i][0] == '-') {
			complain("argument ignored: ", argv[i]);
		}
	}
	return -1;
}

/* PID 1 goes to "/": a path is kept as it was meant. 0, or -1: too long. */
static int set_path(char *to, size_t size, const char *path)
{
	size_t n = 0;

	if (*path && *path != '/') {
		if (!getcwd(to, size))
			return -1;
		n = strlen(to);
		if (n > 1 && n < size - 1)
			to[n++] = '/';
	}
	if (n + strlen(path) >= size)
		return -1;
	fmt(to + n, size - n, "%s", path);
	return 0;
}

static int run_directory(const struct options *o, enum mode mode)
{
	const char *user = getenv("XDG_RUNTIME_DIR");
	const char *run = o->run_dir ? o->run_dir : getenv("LUABOX_RUN");

	if (!run && mode == MODE_USER && user) {
		if (strlen(user) + sizeof("/luabox") > PATH_SIZE)
			return -1;
		fmt(core->run_dir, PATH_SIZE, "%s/luabox", user);
		return 0;
	}
	return set_path(core->run_dir, PATH_SIZE, run ? run : "/run/luabox");
}

/* Our own binary, held open: it can be run again when its file is gone,
 * replaced, or when there is no /proc. */
static int hold_binary(void)
{
	const char *path = (const char *)getauxval(AT_EXECFN);
	int fd = open("/proc/self/exe", O_PATH | O_CLOEXEC);

	if (set_path(core->exe, sizeof(core->exe), path ? path : "/init") < 0)
		fmt(core->exe, sizeof(core->exe), "%s", "/init");
	if (fd < 0 && path)
		fd = open(path, O_PATH | O_CLOEXEC);
	return fd;
}

static void limits(void)
{
	struct rlimit r, most = {fd_max(), fd_max()};

	if (getrlimit(RLIMIT_NOFILE, &r) < 0 || r.rlim_cur >= fd_max())
		return;
	core->nofile_soft = (uint32_t)r.rlim_cur;
	core->nofile_hard = r.rlim_max > 0xfffffffeu ? 0xfffffffeu :
		(uint32_t)r.rlim_max;
	if (most.rlim_max < r.rlim_max)
		most.rlim_max = r.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &most) < 0) { /* we may not */
		r.rlim_cur = r.rlim_max;
		setrlimit(RLIMIT_NOFILE, &r);
	}
}

/* What is said on a terminal or a pipe must not wait for its reader; but the
 * way in which fd 2 is open is not ours alone. */
static int open_stderr(void)
{
	struct stat st;
	int fd = -1;

	if (!fstat(2, &st) && (S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode)))
		fd = open("/proc/self/fd/2", O_WRONLY | O_NOCTTY | O_NONBLOCK |
			  O_CLOEXEC);
	return fd < 0 ? fcntl(2, F_DUPFD_CLOEXEC, 3) : fd;
}

static void machine(int debugging)
{
	int fd;

	reboot(RB_DISABLE_CAD); /* ctrl-alt-del becomes a signal to us */
	core->console_fd = open("/dev/console", O_WRONLY | O_NOCTTY |
				O_NONBLOCK | O_CLOEXEC);
	if (core->console_fd < 0)
		core->console_fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	if (debugging) {
		/* the kernel takes ten lines in five seconds else */
		fd = open("/proc/sys/kernel/printk_devkmsg", O_WRONLY |
			  O_CLOEXEC);
		if (fd >= 0 && write(fd, "on\n", 3) < 0)
			complain("printk_devkmsg: ", strerror(errno));
		if (fd >= 0)
			close(fd);
		fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
		core->debug = fd < 0 ? 1 : (uint32_t)fd + 1; /* 0 is null */
	}
}

static const char *begin(const struct options *o, enum mode mode)
{
	uint32_t max = o->max ? o->max : SERVICES_DEFAULT;

	if (arena_create(max > SERVICES_LIMIT ? SERVICES_LIMIT : max) < 0)
		return "cannot make the arena";
	core->mode = mode;
	core->started_at = now_refresh();
	core->random = (uint32_t)now();
	core->exe_fd = hold_binary();
	if (o->services &&
	    set_path(core->services, sizeof(core->services), o->services) < 0)
		return "--services: the path is too long";
	fmt(core->svc_words, sizeof(core->svc_words), "%s",
	    o->svc ? o->svc : "");
	fmt(core->conf, sizeof(core->conf), "%s", o->conf ? o->conf : "");
	fmt(core->target, sizeof(core->target), "%s",
	    o->target ? o->target : "");
	if (run_directory(o, mode) < 0)
		return "--run: the path is too long for a socket";
	if (chdir("/") < 0)
		complain("/: ", strerror(errno));
	limits();
	child_default_signals(); /* an ignored SIGCHLD would take our zombies */
	core->null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (mode == MODE_MACHINE)
		machine(o->debug);
	else
		core->console_fd = open_stderr();
	if (mode == MODE_USER)
		prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	resume_arm();
	launch_init();
	if (loop_init() < 0)
		return "cannot make the event loop";
	if (log_init() < 0)
		return "cannot make the journal";
	cgroup_init();
	ctl_open();
	log_start();
	if (core->debug)
		say("init_debug: services=%s target=%s max=%u conf=%s svc=%s",
		    core->services, core->target, max, core->conf,
		    core->svc_words);
	if (o->watchdog)
		boot_watchdog(o->watchdog);
	if (o->rescue)
		boot_shell();
	else
		load_start();
	return NULL;
}

static int init_main(int argc, char **argv)
{
	static const struct timespec pause = {.tv_nsec = 100 * (long)MS};
	struct options o = {.max = 0};
	const char *wrong;
	int container = 0, status;
	enum mode mode;

	vm_protect();
	if (argc == 2 && (!strcmp(argv[1], "--resume") ||
			  !strcmp(argv[1], "--recover"))) {
		/* Memory or descriptors may be short for a moment: services
		 * are not given up for that. */
		for (int n = 0; (wrong = resume_attach()) && n < 30; n++)
			nanosleep(&pause, NULL);
		if (!wrong) {
			resume_arm();
			say("%s", argv[1][4] == 's' ? "running a new image" :
			    "recovered from a fault");
			loop_run();
		}
		complain("cannot resume: ", wrong);
		if (getpid() != 1)
			return 125;
		boot_rescue();
	}
	if (argc == 2 && !strcmp(argv[1], "--trial")) {
		wrong = resume_trial();
		if (wrong && write(1, wrong, strlen(wrong)) < 0)
			return 2;
		return wrong != NULL;
	}
	if (argc == 2 && !strcmp(argv[1], "--rescue") && getpid() == 1)
		boot_rescue();
	status = parse(&o, argc, argv, &container);
	if (status >= 0)
		return status;

	boot_streams();
	resume_mark(FD_CLOEXEC); /* what was left open for us is not theirs */
	umask(022);
	mode = boot_mode();
	if (container && mode == MODE_MACHINE)
		mode = MODE_CONTAINER;
	if (mode == MODE_MACHINE) {
		boot_mounts();
		boot_cmdline(&o);
	}
	wrong = begin(&o, mode);
	if (wrong) {
		complain(wrong, "");
		if (mode != MODE_MACHINE)
			return 125;
		boot_rescue();
	}
	loop_run();
}

VM_APPLET("init", init_main);
