/*
 * launch.c - the short way from PID 1 to a plain service
 *
 * Layer: PID 1 core. A fork copies PID 1's page tables and all its descriptors
 * only for an exec to throw both away: most of what a start costs. A service
 * that asks for nothing special is started without: its child shares PID 1's
 * memory and, for its first instruction, PID 1's table of descriptors. PID 1
 * does not wait for it as vfork would: exec may hang on a dead file server,
 * and so may the child, alone.
 *
 * So both run in one memory. The child has a page of its own, a slot, with
 * its stack and a copy of all it needs: the order. It makes the system calls
 * of set_out() below, by raw.h, and touches nothing else; a slot is given to
 * the next when that child has left this memory: the status pipe ends after
 * that, and a process that is reaped has, too. A child that takes a signal or
 * a fault dies by itself: no handler of ours is set in it, and its signals
 * are blocked until the exec.
 *
 * Of the shared table a private copy is made by close_range, and of the low
 * end only, however many pipes of services lie above LOW_FD. What the child
 * is to have, its output and its end of the status pipe, is put into the low
 * end before, at two numbers that belong to the slot; it tells by an empty
 * report when it has its copy, and they are taken back.
 *
 * Whatever needs more (a user, limits, sockets, a sandbox, ...) takes the
 * fork of spawn.c, and so does everybody where this cannot be done. Some of
 * that must: a change of identity alters what belongs to the memory
 * (PR_SET_DUMPABLE), a limited cgroup that runs out of memory kills all who
 * share theirs.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "core.h"
#include "raw.h"
#include "spawn.h"

enum { SLOTS = 16, SLOT_SIZE = 4096, STACK = 1536, ENV_BASE_MAX = 128,
       STAGE_FD = 32, LOW_FD = STAGE_FD + 2 * SLOTS,
       REPORT_FD = STAGE_FD - 1, /* where the child keeps its pipe */
       PATIENCE = 20 }; /* ms that a start waits for a slot */

/* What a child does; strings lie behind it in the slot. */
struct order {
	char **argv, **env;
	const char *path; /* to look for argv[0] in, or NULL: it is one */
	const char *dir;  /* or NULL */
	int stage, null_fd;
	int exe_fd;       /* our own binary, if that may be meant, or -1 */
	int session, umask;
	struct rlimit nofile; /* rlim_max 0: as it is */
	char file[256];   /* the one that is tried */
};

union slot {
	struct {
		struct order order;
		char room[SLOT_SIZE - STACK - sizeof(struct order)];
	};
	char bytes[SLOT_SIZE];
};

static _Alignas(SLOT_SIZE) union slot slots[SLOTS];
static pid_t owners[SLOTS]; /* 0: free; not in the slot, whose page may go */
static unsigned busy, used; /* slots taken, and how far they were touched */
static uint64_t last_launch;
static int usable;

static char *base_env[ENV_BASE_MAX + 1];

/* ---- the child ---- */

/* 0 tells that its descriptors are its own now. */
static void report(int error, const char *what)
{
	struct exec_report r = {.error = error};
	size_t n = strlen(what);

	memcpy(r.what, what, n < sizeof(r.what) ? n : sizeof(r.what) - 1);
	while (raw_call(SYS_write, REPORT_FD, (long)&r, sizeof(r), 0, 0) ==
	       -EINTR)
		;
}

static _Noreturn void give_up(long error, const char *what)
{
	report((int)-error, what);
	for (;;)
		raw_call(SYS_exit_group, error == -ENOENT ? 127 : 126, 0, 0,
			 0, 0);
}

static void must(long result, const char *what)
{
	if (result < 0)
		give_up(result, what);
}

/* As execvp: the most telling error of the directories tried is kept. */
static _Noreturn void run(struct order *o)
{
	const char *path = o->path;
	size_t size = strlen(o->argv[0]) + 1, n;
	long error = -ENOENT, got;

	if (!path)
		give_up(raw_call(SYS_execve, (long)o->argv[0], (long)o->argv,
				 (long)o->env, 0, 0), o->argv[0]);
	while (path) {
		n = strcspn(path, ":");
		if (n + 1 + size <= sizeof(o->file)) {
			memcpy(o->file, path, n);
			o->file[n] = '/';
			memcpy(o->file + n + (n != 0), o->argv[0], size);
			got = raw_call(SYS_execve, (long)o->file,
				       (long)o->argv, (long)o->env, 0, 0);
			if (got != -ENOENT && got != -ENOTDIR)
				error = got;
		}
		path = path[n] ? path + n + 1 : NULL;
	}
	if (o->exe_fd >= 0 && error == -ENOENT)
		raw_call(SYS_execveat, o->exe_fd, (long)"", (long)o->argv,
			 (long)o->env, AT_EMPTY_PATH);
	give_up(error, o->argv[0]);
}

static void set_out(void *slot)
{
	struct order *o = slot;
	uint64_t no_signals = 0;

	/* Until here the table is PID 1's, too. */
	must(raw_call(SYS_close_range, LOW_FD, ~0u, CLOSE_RANGE_UNSHARE, 0, 0),
	     "close_range");
	raw_call(SYS_dup3, o->stage + 1, REPORT_FD, O_CLOEXEC, 0, 0);
	must(raw_call(SYS_dup3, o->null_fd, 0, 0, 0, 0), "stdin");
	must(raw_call(SYS_dup3, o->stage, 1, 0, 0, 0), "stdout");
	must(raw_call(SYS_dup3, o->stage, 2, 0, 0, 0), "stderr");
	/* Other children's pipes would not end while this one hangs. */
	raw_call(SYS_close_range, STAGE_FD, LOW_FD - 1, 0, 0, 0);
	report(0, "");
	/* PID 1 may have been about to execute a new image (resume_mark). */
	raw_call(SYS_close_range, 3, LOW_FD, CLOSE_RANGE_CLOEXEC, 0, 0);
	raw_call(o->session ? SYS_setsid : SYS_setpgid, 0, 0, 0, 0, 0);
	if (o->nofile.rlim_max)
		raw_call(SYS_prlimit64, 0, RLIMIT_NOFILE, (long)&o->nofile, 0,
			 0);
	if (o->umask != 022)
		raw_call(SYS_umask, o->umask, 0, 0, 0, 0);
	if (o->dir)
		must(raw_call(SYS_chdir, (long)o->dir, 0, 0, 0, 0), o->dir);
	raw_call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&no_signals, 0,
		 sizeof(no_signals), 0);
	run(o);
}

/* ---- what it is told ---- */

/* Nothing that only a fork can give? */
static int is_plain(const struct child *c)
{
	const uint32_t harmless = PLAN_FLAG(SESSION) | PLAN_FLAG(MAIN) |
		PLAN_FLAG(CRITICAL) | PLAN_FLAG(HOLD) | PLAN_FLAG(PERSIST);
	const struct plan_service *p = &plan.service[c->service];
	const struct plan_extra *x = plan_extra_of(c->service);

	return !(p->flags & ~harmless) &&
		plan.action[c->action].kind == PLAN_ACTION_ARGV &&
		plan.action[c->action].argv.count && c->ready_fd < 0 &&
		p->ready != PLAN_READY_PIDFILE && p->log != PLAN_LOG_CONSOLE &&
		p->console == PLAN_CONSOLE_NONE &&
		!*plan_text(&plan, p->tty) && !*plan_text(&plan, p->stdin) &&
		!p->limits.count && !services[c->service].sockets &&
		!*plan_text(&plan, x->envfile) && !x->watchdog && !x->ns &&
		!x->secbits && !x->cgroup.count && !x->seccomp.count;
}

struct room {
	char *at, *end;
};

static void *take(struct room *r, size_t size)
{
	char *p = r->at;

	if (size > (size_t)(r->end - p))
		return NULL;
	r->at += size;
	return p;
}

/* A plan may be replaced while a child is at its exec: it gets copies. */
static char *copy(struct room *r, uint32_t text)
{
	const char *from = plan_text(&plan, text);
	char *to = take(r, strlen(from) + 1);

	return to ? memcpy(to, from, strlen(from) + 1) : NULL;
}

static char **copy_words(struct room *r, struct plan_range range,
			 unsigned more)
{
	char **list = take(r, (range.count + more + 1) * sizeof(char *));

	for (uint32_t n = 0; list && n < range.count; n++) {
		list[n] = copy(r, plan.word[range.first + n].text);
		if (!list[n])
			return NULL;
	}
	if (list)
		list[range.count] = NULL;
	return list;
}

static const char *value_of(char *const *env, const char *name, size_t size)
{
	for (; *env; env++)
		if (!strncmp(*env, name, size))
			return *env + size;
	return NULL;
}

/* Our own list behind the definition's words, but for names that are there. */
static char **environment(struct room *r, struct plan_range own)
{
	unsigned base = 0, n = own.count;
	char **list;

	if (!own.count)
		return base_env;
	while (base_env[base])
		base++;
	list = copy_words(r, own, base);
	for (char **e = base_env; list && *e; e++) {
		list[n] = NULL;
		if (!value_of(list, *e, strcspn(*e, "=") + 1))
			list[n++] = *e;
	}
	if (list)
		list[n] = NULL;
	return list;
}

/* 0 if it does not fit. */
static int write_order(union slot *slot, const struct child *c)
{
	const struct plan_service *p = &plan.service[c->service];
	const struct plan_action *a = &plan.action[c->action];
	struct order *o = &slot->order;
	struct room r = {slot->room, slot->room + sizeof(slot->room)};

	o->argv = copy_words(&r, a->argv, 0);
	o->env = environment(&r, p->env);
	o->dir = copy(&r, p->dir);
	if (!o->argv || !o->env || !o->dir)
		return 0;
	if (!strcmp(o->dir, "/")) /* where we are */
		o->dir = NULL;
	o->path = strchr(o->argv[0], '/') ? NULL :
		value_of(o->env, "PATH=", 5);
	o->null_fd = core->null_fd;
	o->exe_fd = a->applet ? core->exe_fd : -1;
	o->session = (p->flags & PLAN_FLAG(SESSION)) != 0;
	o->umask = (int)p->umask;
	o->nofile = (struct rlimit){core->nofile_soft, core->nofile_hard};
	return 1;
}

/* ---- slots ---- */

/*
 * What the out-of-memory killer spares is inherited, and shared by those who
 * share memory: while children do, PID 1 is nothing special. The kernel never
 * kills a machine's first process anyway; the mark is for others to read.
 */
static void spare(int on)
{
	if (core->mode == MODE_MACHINE)
		proc_oom(on ? "-1000" : "0");
}

static void release(unsigned n)
{
	owners[n] = 0;
	if (--busy)
		return;
	spare(1);
	/* One at a time is what comes next; a start of many is over. */
	if (used > 1)
		madvise(slots[1].bytes, (used - 1) * SLOT_SIZE, MADV_DONTNEED);
	used = 1;
}

/*
 * The table of descriptors has to be large enough for all services before it
 * is shared: to enlarge a shared one the kernel waits until every processor
 * has come by (synchronize_rcu), some 10 ms.
 */
static void widen(void)
{
	static int sized;
	int need = LOW_FD + 4 * (int)service_count() + HELD_MAX + AUX_MAX;
	int fd;

	if (need <= sized)
		return;
	sized = need;
	fd = fcntl(core->null_fd, F_DUPFD_CLOEXEC, need);
	if (fd >= 0)
		close(fd);
}

static void unstage(unsigned n)
{
	dup3(core->null_fd, STAGE_FD + 2 * (int)n, O_CLOEXEC);
	dup3(core->null_fd, STAGE_FD + 2 * (int)n + 1, O_CLOEXEC);
}

static unsigned slot_of(pid_t pid)
{
	unsigned n = busy ? 0 : SLOTS;

	while (n < SLOTS && owners[n] != pid)
		n++;
	return n;
}

void launch_parted(pid_t pid)
{
	unsigned n = slot_of(pid);

	if (n < SLOTS)
		unstage(n);
}

void launch_left(pid_t pid)
{
	unsigned n = slot_of(pid);

	if (n == SLOTS)
		return;
	unstage(n); /* it may have died before it parted */
	release(n);
}

/* In a child that was forked, and may hang: the pipes of those that are just
 * being launched must not. Nor are the slots of use to it. */
void launch_forget(void)
{
	if (core->staged)
		syscall(SYS_close_range, REPORT_FD, LOW_FD - 1, 0);
	if (busy)
		madvise(slots, sizeof(slots), MADV_DONTNEED);
}

/* Better to wait for a moment than to fork? */
int launch_crowded(void)
{
	return busy == SLOTS && now() - last_launch < PATIENCE * MS;
}

int launch_patience(void)
{
	return PATIENCE;
}

/* A start: the number of the child, -1 and errno, or 0: it takes a fork. */
pid_t launch(const struct child *c, int32_t *pid_at, int32_t *pidfd)
{
	struct clone_args args = {
		.flags = CLONE_VM | CLONE_FILES | CLONE_PIDFD |
			CLONE_CLEAR_SIGHAND | CLONE_PARENT_SETTID,
		.pidfd = (uint64_t)(uintptr_t)pidfd,
		.parent_tid = (uint64_t)(uintptr_t)pid_at,
		.exit_signal = SIGCHLD,
		.stack_size = STACK,
	};
	int32_t before = *pid_at;
	unsigned n = 0;
	long pid;

	while (n < SLOTS && owners[n])
		n++;
	if (!usable || n == SLOTS || core->null_fd >= REPORT_FD ||
	    core->exe_fd >= REPORT_FD || !is_plain(c) ||
	    !write_order(&slots[n], c))
		return 0;
	slots[n].order.stage = STAGE_FD + 2 * (int)n;
	if (dup3(c->output_fd < 0 ? core->null_fd : c->output_fd,
		 STAGE_FD + 2 * (int)n, O_CLOEXEC) < 0 ||
	    dup3(c->status_fd, STAGE_FD + 2 * (int)n + 1, O_CLOEXEC) < 0)
		return -1;
	if (!busy) {
		widen();
		spare(0);
	}
	args.stack = (uint64_t)(uintptr_t)(slots[n].bytes + SLOT_SIZE - STACK);
	if (c->cgroup_fd >= 0) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = (uint64_t)c->cgroup_fd;
	}
	*pidfd = -1;
	pid = raw_clone3(&args, set_out, &slots[n]);
	if (pid > 0) {
		owners[n] = (pid_t)pid;
		last_launch = now();
		busy++;
		used = n < used ? used : n + 1;
		return (pid_t)pid;
	}
	*pid_at = before;
	unstage(n);
	if (!busy)
		spare(1);
	if (pid == -ENOSYS || pid == -EPERM || pid == -EINVAL) {
		usable = 0; /* a filter of a container's, an old kernel */
		return 0;
	}
	errno = (int)-pid;
	return -1;
}

/* Before Linux 5.16 a core dump takes all with it who share the memory. */
static int kernel_dumps_one(void)
{
	struct utsname u;
	int major = 0, minor = 0;
	const char *p = u.release;

	if (uname(&u) < 0)
		return 0;
	for (; *p >= '0' && *p <= '9'; p++)
		major = major * 10 + *p - '0';
	for (p += *p == '.'; *p >= '0' && *p <= '9'; p++)
		minor = minor * 10 + *p - '0';
	return major > 5 || (major == 5 && minor >= 16);
}

/* Numbers for the slots, which nobody else gets; an image before this one may
 * have them already. */
static int reserve(void)
{
	for (int fd = REPORT_FD; fd < LOW_FD; fd++)
		if (!core->staged && fcntl(fd, F_GETFD) >= 0)
			return 0;
	for (int fd = REPORT_FD; fd < LOW_FD; fd++)
		if (dup3(core->null_fd, fd, O_CLOEXEC) < 0)
			return 0;
	core->staged = 1;
	return 1;
}

void launch_init(void)
{
	char *const *list;
	unsigned n = 0;

	env_base();
	for (list = env_list(); *list && n < ENV_BASE_MAX; list++)
		base_env[n++] = *list;
	env_clear();
	spare(1);
	usable = RAW_CALLS && !*list && core->null_fd >= 0 &&
		kernel_dumps_one() && reserve();
}
