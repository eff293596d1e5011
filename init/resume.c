/*
 * resume.c - go on in a new image
 *
 * Layer: PID 1 core. The arena and all descriptors outlive an exec, so PID 1
 * can be replaced while its services run: on request (an upgrade) or, from a
 * signal handler, after a fault of its own. The handler does nothing but make
 * the descriptors inheritable and exec; all judgement is in resume_attach(),
 * in the fresh image.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core.h"

extern char **environ;

enum { CRASHES_MAX = 5 };

void resume_mark(int flag)
{
	if (flag == FD_CLOEXEC &&
	    !syscall(SYS_close_range, 3, ~0u, 4 /* CLOSE_RANGE_CLOEXEC */))
		return;
	for (int fd = 3; fd < (core ? (int)fd_max() : 4096); fd++)
		fcntl(fd, F_SETFD, flag);
}

static void exec_argv(char *const argv[])
{
	if (core->exe_fd >= 0)
		syscall(SYS_execveat, core->exe_fd, "", argv, environ,
			AT_EMPTY_PATH);
	execve("/proc/self/exe", argv, environ);
	execve(core->exe, argv, environ);
}

static void exec_again(const char *how)
{
	char *argv[] = {"luabox", "init", (char *)how, NULL};

	exec_argv(argv);
}

/* A new image of PID 1; returns only if that failed. */
int resume_exec(void)
{
	int error;

	resume_mark(0);
	exec_again("--resume");
	error = errno;
	resume_mark(FD_CLOEXEC);
	return error;
}

/* Without the state: all our descriptors close by themselves. */
void resume_afresh(void)
{
	char max[12];
	char *argv[13];
	unsigned n = 0;

	fmt(max, sizeof(max), "%u", service_max());
	argv[n++] = "luabox";
	argv[n++] = "init";
	argv[n++] = "--max";
	argv[n++] = max;
	argv[n++] = "--run";
	argv[n++] = core->run_dir;
	if (*core->services) {
		argv[n++] = "--services";
		argv[n++] = core->services;
	}
	if (*core->target) {
		argv[n++] = "--target";
		argv[n++] = core->target;
	}
	if (core->mode == MODE_CONTAINER) /* by our own word, perhaps */
		argv[n++] = "--container";
	argv[n] = NULL;
	exec_argv(argv);
}

static void on_fault(int sig)
{
	if (core->mode != MODE_USER || core->crashes < 1000) {
		core->crashes++;
		core->crash_window++;
		resume_mark(0);
		exec_again(core->crash_window > CRASHES_MAX ? "--rescue" :
			   "--recover");
	}
	signal(sig, SIG_DFL);
	raise(sig);
}

void resume_arm(void)
{
	static char memory[16384];
	const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT,
			      SIGTRAP, SIGSYS};
	stack_t alternate = {.ss_sp = memory, .ss_size = sizeof(memory)};
	struct sigaction act = {
		.sa_handler = on_fault,
		.sa_flags = SA_ONSTACK | SA_NODEFER,
	};

	sigaltstack(&alternate, NULL);
	sigfillset(&act.sa_mask);
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++)
		sigaction(faults[i], &act, NULL);
}

/* ---- rows that a crash left half written: back to what can be ---- */

static void repair_row(uint32_t i)
{
	const char *name = plan_text(&plan, plan.service[i].name);
	struct service *s = &services[i];

	s->marked = s->queued = 0;
	s->name[sizeof(s->name) - 1] = '\0';
	s->detail[sizeof(s->detail) - 1] = '\0';
	s->told[sizeof(s->told) - 1] = '\0';
	if (strcmp(s->name, name))
		fmt(s->name, sizeof(s->name), "%s", name);
	if (s->state >= STATE_COUNT)
		s->state = s->pid ? STATE_UP : STATE_DOWN;
	if (s->phase > PHASE_POST)
		s->phase = s->pid ? PHASE_RUN : PHASE_NONE;
	if (s->reason >= REASON_COUNT)
		s->reason = REASON_NONE;
	if (s->outcome >= STATE_COUNT)
		s->outcome = STATE_DOWN;
	if (s->blocker != NOBODY && s->blocker >= service_count())
		s->blocker = NOBODY;
	/* Its end may have been lost with the crash, the number be garbage. */
	if (s->pid && !is_child(s->pid) &&
	    (s->pidfd < 0 || signal_pid(s->pidfd, s->pid, 0) < 0)) {
		say_service(i, "process %d is lost", s->pid);
		s->pid = 0;
		close_fd(&s->pidfd);
	}
	if (s->pid > 0 && s->pidfd < 0)
		s->pidfd = (int)syscall(SYS_pidfd_open, s->pid, 0);
	service_rewatch(i);
}

/* Lists through a table must end. */
static void repair_held(void)
{
	uint8_t used[HELD_MAX] = {0};

	for (uint32_t n = 0; n < HELD_MAX; n++)
		helds[n].name[sizeof(helds[n].name) - 1] = '\0';
	for (uint32_t i = 0; i < service_count(); i++) {
		uint32_t *link = &services[i].sockets;

		while (*link && *link <= HELD_MAX && !used[*link - 1]) {
			used[*link - 1] = 1;
			link = &helds[*link - 1].next;
		}
		*link = 0;
	}
}

static void repair(void)
{
	repair_held();
	for (uint32_t i = 0; i < service_count(); i++)
		repair_row(i);
	work[0] = work[1] = 0;
	for (uint32_t i = 0; i < service_max(); i++)
		services[i].queued = 0;
	for (uint32_t i = 0; i < service_count(); i++) {
		struct service *s = &services[i];

		/* Nobody will tell that what was to end has ended. */
		if (!s->pid && s->state == STATE_STOPPING &&
		    s->phase != PHASE_HOLD)
			service_stopped(i);
		if (!s->pid && plan.service[i].run != PLAN_NONE &&
		    (s->state == STATE_UP ||
		     (s->state == STATE_STARTING &&
		      plan.service[i].ready != PLAN_READY_PIDFILE))) {
			service_reason(i, REASON_SIGNAL, "%s",
				       "lost in a fault of PID 1");
			service_ended(i, 1, 1);
		}
		service_queue(i);
	}
	for (uint32_t n = 0; n < AUX_MAX; n++)
		if (auxes[n].role != AUX_NONE && !is_child(auxes[n].pid))
			aux_clear(&auxes[n]);
	if (!aux_role(AUX_LOGD) && core->down_step < DOWN_LAST)
		timer_set(timer_extra(TIMER_LOGD), now());
	for (uint32_t n = 0; n < CLIENT_MAX; n++)
		if (clients[n].fd >= 0)
			ctl_watch(&clients[n]);
}

/* Could this image go on from there? Asked in a child, of a copy. */
const char *resume_trial(void)
{
	const char *wrong = arena_attach(1);

	if (!wrong && core->plan_fd >= 0)
		wrong = load_map(core->plan_fd);
	return wrong;
}

/* Take over from the image before; NULL, or why that cannot be. */
const char *resume_attach(void)
{
	const char *wrong = arena_attach(0);

	if (wrong)
		return wrong;
	resume_mark(FD_CLOEXEC);
	close_fd(&core->epoll_fd);
	close_fd(&core->timer_fd);
	close_fd(&core->signal_fd);
	if (core->plan_fd >= 0) {
		wrong = load_map(core->plan_fd);
		if (wrong)
			return wrong;
		apply_arrange(); /* a crash may have left it half done */
	}
	if (now_refresh() - core->crash_at > 60 * SECOND) {
		core->crash_at = now();
		core->crash_window = 0;
	}
	launch_init();
	if (loop_init() < 0)
		return "cannot make descriptors";
	timer_rebuild();
	notify_resume();
	schedule_resume();
	when_resume();
	if (core->trial_fd >= 0)
		loop_watch(core->trial_fd, WATCH_TRIAL, 0, EPOLLIN);
	boot_pet();
	repair();
	ctl_resume();
	handover_finish();
	return NULL;
}
