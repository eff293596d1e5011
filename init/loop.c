/*
 * loop.c - the one place where PID 1 waits
 *
 * Layer: PID 1 core. epoll over a signalfd, one timerfd, the control sockets
 * and the pipes on which children report. Each event is worked off until
 * nothing changes any more before the next is looked at.
 */

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core.h"

enum { REAP_MAX = 512 }; /* per turn: a storm of orphans must not hold us */

unsigned loop_handled;
static uint64_t time_now, time_armed;
static int reap_more;

uint64_t now_refresh(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	time_now = (uint64_t)ts.tv_sec * SECOND + (uint64_t)ts.tv_nsec;
	return time_now;
}

uint64_t now(void)
{
	return time_now ? time_now : now_refresh();
}

int loop_watch(int fd, enum watch what, uint32_t index, uint32_t events)
{
	struct epoll_event e = {
		.events = events,
		.data.u64 = (uint64_t)what << 32 | index,
	};

	if (!epoll_ctl(core->epoll_fd, EPOLL_CTL_ADD, fd, &e))
		return 0;
	return errno == EEXIST ?
		epoll_ctl(core->epoll_fd, EPOLL_CTL_MOD, fd, &e) : -1;
}

void loop_unwatch(int fd)
{
	if (!epoll_ctl(core->epoll_fd, EPOLL_CTL_DEL, fd, NULL))
		loop_handled++; /* this source wakes nobody any more */
}

/*
 * Closing alone is not enough: a child that has forked and not yet executed
 * holds a copy, and as long as it does epoll reports on what we closed.
 */
void loop_close(int32_t *fd)
{
	if (*fd >= 0)
		loop_unwatch(*fd);
	close_fd(fd);
}

int loop_init(void)
{
	sigset_t all;

	/* Faults stay deliverable: resume.c handles them. */
	sigfillset(&all);
	sigdelset(&all, SIGSEGV);
	sigdelset(&all, SIGBUS);
	sigdelset(&all, SIGILL);
	sigdelset(&all, SIGFPE);
	sigdelset(&all, SIGABRT);
	sigdelset(&all, SIGTRAP);
	sigdelset(&all, SIGSYS);
	sigprocmask(SIG_SETMASK, &all, NULL);

	core->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	core->timer_fd = timerfd_create(CLOCK_BOOTTIME,
					TFD_CLOEXEC | TFD_NONBLOCK);
	core->signal_fd = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
	if (core->epoll_fd < 0 || core->timer_fd < 0 || core->signal_fd < 0)
		return -1;
	if (loop_watch(core->signal_fd, WATCH_SIGNAL, 0, EPOLLIN) < 0 ||
	    loop_watch(core->timer_fd, WATCH_TIMER, 0, EPOLLIN) < 0)
		return -1;
	reap_more = 1; /* after a restart of this image some may have ended */
	return 0;
}

/* Nobody waits for these: the log has what became of them, but when we have
 * killed them. */
static void say_failed(uint32_t i, const char *what, int status)
{
	if (i < service_count() && status &&
	    !(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL))
		say_service(i, "%s: exit code %d", what, exit_code(status));
}

static void aux_ended(struct aux *a, int status)
{
	uint32_t role = a->role, i = a->service;

	aux_clear(a);
	switch (role) {
	case AUX_LOGD:
		log_ended(status);
		break;
	case AUX_LOADER:
		load_ended(status);
		break;
	case AUX_HELPER:
		down_helper_ended(status);
		break;
	case AUX_RESCUE:
		say("rescue: shell ended, loading the services again");
		core->retry = core->plan_fd >= 0;
		load_start();
		break;
	case AUX_OPENER:
		if (i < service_count() && services[i].opening)
			held_report(i);
		break;
	case AUX_HOOK:
		say_failed(i, "on", status);
		if (i < service_count())
			hook_ended(i);
		break;
	case AUX_RELOAD:
		say_failed(i, "reload", status);
		break;
	case AUX_STOP:
		say_failed(i, "stop", status);
		break;
	case AUX_WATCH:
		when_ended();
		break;
	default:
		break;
	}
}

/*
 * Reap what has ended. A child is first seen with WNOWAIT: as long as the
 * zombie stands, its process group and session keep their numbers, so that
 * what it left behind can be killed without hitting a stranger. And what it
 * said before its end is heard before it: that may wait behind this signal.
 */
static int reap(void)
{
	int orphans = 0, more = 1;

	for (int n = 0; n < REAP_MAX; n++) {
		siginfo_t info = {.si_pid = 0};
		struct aux *a;
		uint32_t i;
		pid_t pid;
		int status;

		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0 ||
		    !info.si_pid) {
			more = 0;
			break;
		}
		pid = info.si_pid;
		i = service_of(pid);
		if (i != NOBODY &&
		    plan.service[i].flags & PLAN_FLAG(NOTIFY)) {
			notify_event();
			i = service_of(pid);
		}
		if (i != NOBODY)
			stop_rest(i, pid);
		if (waitpid(pid, &status, WNOHANG) != pid)
			continue;
		loop_handled++;
		launch_left(pid);
		if (i != NOBODY) {
			service_exited(i, status);
			service_settle();
		} else if ((a = aux_find(pid))) {
			aux_ended(a, status);
			service_settle();
		} else {
			orphans = 1;
		}
	}
	if (orphans) /* one of them may have been a cgroup's last */
		cgroup_sweep();
	return more;
}

static void signals(void)
{
	struct signalfd_siginfo info;

	while (read(core->signal_fd, &info, sizeof(info)) == sizeof(info)) {
		loop_handled++;
		if (info.ssi_signo == SIGCHLD)
			reap_more = 1;
		else
			down_signal((int)info.ssi_signo);
	}
	if (reap_more)
		reap_more = reap();
}

static void timeouts(void)
{
	uint64_t count;
	int id;

	if (read(core->timer_fd, &count, sizeof(count)) < 0)
		count = 0; /* re-armed since: the heap knows better */
	time_armed = 0;
	while ((id = timer_pop()) >= 0) {
		uint32_t extra = (uint32_t)id - service_max();

		loop_handled++;
		if ((uint32_t)id < service_max())
			service_timeout((uint32_t)id);
		else if (extra == TIMER_KEEP)
			load_keep();
		else if (extra >= TIMER_CLIENT)
			ctl_timeout(extra - TIMER_CLIENT);
		else if (extra == TIMER_LOADER)
			load_timeout();
		else if (extra == TIMER_LOGD)
			log_start();
		else if (extra == TIMER_CTL)
			ctl_retry();
		else if (extra == TIMER_AUX)
			aux_timeout();
		else if (extra == TIMER_WATCH)
			when_start();
		else if (extra == TIMER_PET)
			boot_pet();
		else if (extra == TIMER_CONFIRM)
			apply_timeout();
		else
			down_timeout(extra);
		service_settle();
	}
}

/* Set for what is due first. Set too early, as for a deadline that was met
 * meanwhile, it costs one turn; setting it anew costs a call every time. With
 * nothing due at all it is set off: who sleeps for long is not to be woken. */
static void arm(void)
{
	uint64_t first = timer_first();
	struct itimerspec when = {
		.it_value.tv_sec = (time_t)(first / SECOND),
		.it_value.tv_nsec = (long)(first % SECOND),
	};

	if (first ? time_armed && time_armed <= first : !time_armed)
		return;
	timerfd_settime(core->timer_fd, TFD_TIMER_ABSTIME, &when, NULL);
	time_armed = first;
}

static void dispatch(const struct epoll_event *e)
{
	uint32_t index = (uint32_t)e->data.u64;

	switch ((enum watch)(e->data.u64 >> 32)) {
	case WATCH_SIGNAL:
		signals();
		break;
	case WATCH_TIMER:
		timeouts();
		break;
	case WATCH_STATUS:
		service_exec_report(index, 0);
		break;
	case WATCH_READY:
		service_ready_report(index);
		break;
	case WATCH_CTL:
		ctl_accept(0);
		break;
	case WATCH_INFO:
		ctl_accept(1);
		break;
	case WATCH_RUN:
		ctl_look();
		break;
	case WATCH_LOG:
		log_drain(index);
		break;
	case WATCH_CLIENT:
		ctl_event(index, e->events);
		break;
	case WATCH_DEMAND:
		arm_fire(index);
		break;
	case WATCH_NOTIFY:
		notify_event();
		break;
	case WATCH_CLOCK:
		schedule_clock();
		break;
	case WATCH_CONDITION:
		when_event();
		break;
	case WATCH_MAIN:
		service_main_gone(index);
		break;
	case WATCH_TRIAL:
		handover_event();
		break;
	case WATCH_NONE:
		break;
	}
	service_settle();
}

/*
 * After each turn. Those in which nothing was handled and no service changed
 * are rare; a thousand in a second are a bug of ours, as a source that nobody
 * reads from. Then each costs 10 ms, and more on a machine with much to do,
 * until they are rare again: it does not burn, and what there is to do is
 * hardly later. However much there is to do, it is never slowed down.
 */
static void guard(const struct epoll_event *woken)
{
	enum { IDLE_MAX = 1000, IDLE_SLOWED = 10 }; /* in a second */
	static const struct timespec pause = {.tv_nsec = 10 * (long)MS};
	static uint64_t second;
	static uint64_t events;
	static unsigned handled, idle, slow;

	if (now() - second >= SECOND) {
		if (idle > IDLE_MAX)
			say("busy: %u turns in a second for nothing, source %u",
			    idle, woken ? (unsigned)(woken->data.u64 >> 32) :
			    (unsigned)WATCH_NONE);
		/* after two of them: nobody woke us for all of the last */
		slow = now() - second < 2 * SECOND &&
		       idle > (slow ? IDLE_SLOWED : IDLE_MAX);
		second = now();
		idle = 0;
	}
	if (handled == loop_handled && events == core->events) {
		idle++;
		if (slow)
			nanosleep(&pause, NULL);
	}
	handled = loop_handled;
	events = core->events;
}

/*
 * The start is over: of the program, only what mk/near.ld puts in front is to
 * stay in memory. What is read again all the same is mapped again, from the
 * file; no state is touched. (A build without that script gives back all.)
 */
void loop_settled(void)
{
	extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility(
		"hidden")));
	extern const char near_end[] __attribute__((weak, visibility(
		"hidden")));
	const char *base = (const char *)&__ehdr_start;
	const ElfW(Phdr) *p = (const void *)(base + __ehdr_start.e_phoff);
	size_t page = getauxval(AT_PAGESZ);

	for (unsigned n = 0; n < __ehdr_start.e_phnum; n++) {
		uintptr_t from = (uintptr_t)base + p[n].p_vaddr;
		uintptr_t to = from + p[n].p_memsz;

		if (p[n].p_type != PT_LOAD || p[n].p_flags & PF_W)
			continue;
		if ((uintptr_t)near_end > from && (uintptr_t)near_end < to)
			from = ((uintptr_t)near_end + page - 1) & -page;
		madvise((void *)from, to - from, MADV_DONTNEED);
	}
}

/* Milliseconds. What is to be done and cannot be yet waits for a place. */
static int how_long(void)
{
	if (reap_more)
		return 0;
	if (!service_has_work())
		return -1;
	return launch_crowded() ? launch_patience() : 0;
}

void loop_run(void)
{
	struct epoll_event events[32];
	int settled = 0;

	now_refresh();
	service_settle();
	for (;;) {
		int n;

		down_check();
		apply_check();
		spawn_turn();
		service_settle();
		ctl_poll();
		arm();
		if (!settled && core->boot_done && !service_has_work()) {
			settled = 1;
			loop_settled();
		}
		n = epoll_wait(core->epoll_fd, events, 32, how_long());
		now_refresh();
		for (int i = 0; i < n; i++)
			dispatch(&events[i]);
		if (reap_more)
			reap_more = reap();
		guard(n > 0 ? events : NULL);
	}
}
