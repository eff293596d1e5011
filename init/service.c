/*
 * service.c - the state machine of a service
 *
 * Layer: PID 1 core. Events (an exec report, a readiness byte, an exit, a
 * timer, a wish) change one row; service_state() then queues that row and its
 * neighbours, and service_settle() asks each queued one "given your wish and
 * your neighbours, what now?" until nobody is left. Follows docs/services.md,
 * "states"; questions about the graph are in graph.c, the end of a run in
 * ending.c.
 */

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core.h"
#include "spawn.h"

/* So long a boot must last to be a good one, and to be kept. */
#define KEEP_AFTER (2 * SECOND)

const char *state_name(unsigned state)
{
#define STATE_TEXT(name, text) text,
	static const char *const names[] = {STATES(STATE_TEXT)};

	return state < STATE_COUNT ? names[state] : "?";
}

const char *reason_name(unsigned reason)
{
#define REASON_TEXT(name, text) text,
	static const char *const names[] = {REASONS(REASON_TEXT)};

	return reason < REASON_COUNT ? names[reason] : "?";
}

uint32_t service_find(const char *name)
{
	for (uint32_t i = 0; i < service_count(); i++)
		if (!strcmp(services[i].name, name))
			return i;
	return NOBODY;
}

/* ---- the queue: a ring of max + 1 places behind two indices; every service
 * is in it once at most, so it cannot overflow ---- */

void service_queue(uint32_t i)
{
	if (services[i].queued)
		return;
	services[i].queued = 1;
	work[2 + work[1]] = i;
	work[1] = (work[1] + 1) % service_max();
}

int service_has_work(void)
{
	return work[0] != work[1] || services[work[2 + work[0]]].queued;
}

void service_state(uint32_t i, unsigned state)
{
	const struct plan_service *p = &plan.service[i];

	services[i].state = (uint8_t)state;
	services[i].since = now();
	debug(i, "%s%s%s", state_name(state), *services[i].detail ? ": " : "",
	      services[i].detail);
	service_queue(i);
	for (uint32_t n = 0; n < p->in.count; n++)
		service_queue(plan.edge[p->in.first + n].peer);
	for (uint32_t n = 0; n < p->out.count; n++)
		service_queue(plan.edge[p->out.first + n].peer);
	event_ring[core->events++ % EVENT_MAX] = (struct event){
		.at = now(), .service = i, .pid = services[i].pid,
		.state = (uint8_t)state, .reason = services[i].reason,
	};
	ctl_changed(i);
}

void service_reason(uint32_t i, unsigned reason, const char *format, ...)
{
	va_list args;

	services[i].reason = (uint8_t)reason;
	va_start(args, format);
	fmt_va(services[i].detail, sizeof(services[i].detail), format, args);
	va_end(args);
}

/* ---- starting ---- */

void service_became_ready(uint32_t i)
{
	const struct plan_service *p = &plan.service[i];
	struct service *s = &services[i];

	timer_clear(i);
	loop_close(&s->ready_fd);
	s->ready_at = now();
	if (!s->first_ready)
		s->first_ready = now();
	s->ran = 1;
	s->reason = REASON_NONE;
	s->detail[0] = '\0';
	if (p->kind == PLAN_KIND_TIMER) /* and, wanted, armed again */
		service_state(i, STATE_DOWN);
	else
		service_state(i, p->ready == PLAN_READY_EXIT ? STATE_DONE :
			      STATE_UP);
	if (s->state == STATE_UP && plan_extra_of(i)->watchdog)
		timer_set(i, now() + plan_extra_of(i)->watchdog * MS);
	hook_fire(i, HOOK_UP);
	if (!core->boot_done && load_is_target(i)) {
		core->boot_done = 1;
		if (load_keeps())
			timer_set(timer_extra(TIMER_KEEP), now() + KEEP_AFTER);
		say("%s is up after %u.%u%u%u s", s->name,
		    (unsigned)((now() - core->started_at) / SECOND),
		    (unsigned)((now() - core->started_at) / (100 * MS) % 10),
		    (unsigned)((now() - core->started_at) / (10 * MS) % 10),
		    (unsigned)((now() - core->started_at) / MS % 10));
	}
}

/* It was not to be started: for want of a descriptor, room for the next try. */
void service_refused(uint32_t i, int error)
{
	service_reason(i, REASON_FORK, "%s", strerror(error));
	if (error == EMFILE)
		ctl_shed();
}

void service_launch(uint32_t i, uint32_t action, enum phase phase)
{
	struct service *s = &services[i];
	int error;

	error = spawn_service(i, action, phase);
	if (!error)
		return;
	service_refused(i, error);
	say_service(i, "cannot fork: %s", strerror(error));
	s->phase = PHASE_NONE;
	service_ended(i, 1, 1);
}

static void start(uint32_t i)
{
	const struct plan_service *p = &plan.service[i];
	struct service *s = &services[i];

	if (!s->starts++)
		s->first_start = now();
	s->ready_at = 0;
	s->unkillable = 0;
	s->blocker = NOBODY;
	s->reason = REASON_NONE;
	s->detail[0] = s->told[0] = '\0';
	if (p->run == PLAN_NONE) {
		service_became_ready(i);
		return;
	}
	service_state(i, STATE_STARTING);
	if (p->ready_timeout)
		timer_set(i, now() + p->ready_timeout * MS);
	if (p->pre != PLAN_NONE)
		service_launch(i, p->pre, PHASE_PRE);
	else
		service_launch(i, p->run, PHASE_RUN);
}

/* The child's exec worked (end of file) or says why not. The pipe of one that
 * has ended may still be open in a sibling that is just being made: what is
 * not there by then does not come. */
void service_exec_report(uint32_t i, int ended)
{
	const struct plan_service *p = &plan.service[i];
	struct service *s = &services[i];
	struct exec_report report;
	ssize_t n;

	if (s->status_fd < 0)
		return;
	if (s->opening) {
		held_report(i);
		return;
	}
	while ((n = read(s->status_fd, &report, sizeof(report))) ==
	       sizeof(report) && !report.error) {
		loop_handled++;
		launch_parted(s->pid);
	}
	if (n < 0 && !ended)
		return;
	loop_close(&s->status_fd);
	if (!n)
		launch_left(s->pid);
	if (n == sizeof(report)) {
		report.what[sizeof(report.what) - 1] = '\0';
		service_reason(i, REASON_EXEC, "%s: %s", report.what,
			       strerror(report.error));
	} else if (s->state == STATE_STARTING && s->phase == PHASE_RUN) {
		if (p->ready == PLAN_READY_EXEC)
			service_became_ready(i);
		else if (p->ready >= PLAN_READY_PIDFILE)
			probe_start(i);
	}
}

/* The process that a pidfile names is the service from now on; 0: it is not
 * there any more, or somebody else's. */
static int take_over(uint32_t i, const char *text)
{
	struct service *s = &services[i];
	pid_t pid = 0;
	int fd;

	for (; *text >= '0' && *text <= '9' && pid < 100000000; text++)
		pid = pid * 10 + (*text - '0');
	fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (fd >= 0 && !probe_trusts(i, pid, getpid()))
		close_fd(&fd);
	if (fd < 0)
		return 0;
	close_fd(&s->pidfd);
	s->pid = pid;
	s->pidfd = fd;
	return 1;
}

/* A newline on the readiness pipe, as s6 has it; or a prober's line. */
void service_ready_report(uint32_t i)
{
	const struct plan_service *p = &plan.service[i];
	struct service *s = &services[i];
	char bytes[257];
	ssize_t n;

	if (s->ready_fd < 0)
		return;
	n = read(s->ready_fd, bytes, sizeof(bytes) - 1);
	if (n < 0)
		return;
	loop_handled++;
	bytes[n] = '\0';
	if (n == 0) {
		loop_close(&s->ready_fd);
		if (p->ready >= PLAN_READY_PIDFILE &&
		    s->state == STATE_STARTING && s->phase == PHASE_RUN)
			probe_failed(i, ECHILD);
	} else if (memchr(bytes, '\n', (size_t)n) &&
		   s->state == STATE_STARTING && s->phase == PHASE_RUN) {
		if (p->ready == PLAN_READY_PIDFILE && !take_over(i, bytes))
			probe_start(i); /* look again */
		else
			service_became_ready(i);
	}
}

/* ---- what now? ---- */

/* Stop i, those that need it first. It comes up again if it is wanted. */
void service_bring_down(uint32_t i, unsigned outcome)
{
	struct service *s = &services[i];
	int at_once = s->state == STATE_STARTING;

	if (!service_active(i))
		return;
	s->outcome = (uint8_t)outcome;
	if (s->state == STATE_STOPPING)
		return;
	timer_clear(i);
	probe_stop(i);
	service_state(i, STATE_STOPPING);
	if (at_once)
		stop_begin(i);
	else
		s->phase = PHASE_HOLD;
}

static void step_down(uint32_t i)
{
	const struct plan_service *p = &plan.service[i];
	struct service *s = &services[i];
	uint32_t blocker = NOBODY;

	if (s->want != WANT_UP) {
		arm_drop(i);
		if (s->sockets)
			held_close(i);
		if (s->state == STATE_WAITING)
			service_state(i, STATE_DOWN);
		return;
	}
	if (core->down_step)
		return;
	if (*plan_text(&plan, p->broken)) {
		if (s->state != STATE_FAILED) {
			service_reason(i, REASON_BROKEN, "%s",
				       plan_text(&plan, p->broken));
			service_state(i, STATE_FAILED);
			service_over(i);
		}
		return;
	}
	if (!arm_prepare(i))
		return;
	switch (graph_verdict(i, &blocker)) {
	case START_NOW:
		if (arm_now(i))
			start(i);
		break;
	case START_LATER:
		if (s->armed && !s->due) /* it is later anyway */
			break;
		s->blocker = blocker;
		s->reason = REASON_NONE;
		s->detail[0] = '\0';
		if (s->state != STATE_WAITING)
			service_state(i, STATE_WAITING);
		break;
	case START_NEVER:
		s->blocker = blocker;
		if (s->state == STATE_FAILED)
			break;
		arm_drop(i);
		service_reason(i, REASON_DEPENDENCY, "needs %s, which is %s",
			       services[blocker].name,
			       state_name(services[blocker].state));
		say_service(i, "not started: %s", s->detail);
		service_state(i, STATE_FAILED);
		service_over(i);
	}
}

static void step(uint32_t i)
{
	struct service *s = &services[i];
	const char *condition;
	uint32_t which;

	switch ((enum state)s->state) {
	case STATE_FAILED:
		/* Only a failed dependency can heal by itself. */
		if (s->reason == REASON_DEPENDENCY)
			step_down(i);
		break;
	case STATE_DOWN:
	case STATE_WAITING:
		step_down(i);
		break;
	case STATE_BACKOFF:
		if (s->want == WANT_DOWN) {
			timer_clear(i);
			service_state(i, STATE_DOWN);
		}
		break;
	case STATE_STARTING:
	case STATE_UP:
	case STATE_DONE:
		if (s->want == WANT_DOWN) {
			service_bring_down(i, STATE_DOWN);
		} else if (graph_lost(i, &which)) {
			service_reason(i, REASON_DEPENDENCY, "needs %s",
				       services[which].name);
			service_bring_down(i, STATE_DOWN);
		} else if (when_lost(i, &condition)) {
			service_reason(i, REASON_CONDITION, "%s", condition);
			service_bring_down(i, STATE_DOWN);
		}
		break;
	case STATE_STOPPING:
		if (s->phase == PHASE_HOLD && !graph_held(i, &which))
			stop_begin(i);
		break;
	default:
		break;
	}
}

void service_settle(void)
{
	while (service_has_work() && spawn_budget()) {
		uint32_t i = work[2 + work[0]];

		work[0] = (work[0] + 1) % service_max();
		services[i].queued = 0;
		step(i);
	}
}

/* ---- requests of an operator ---- */

void service_restart(uint32_t i)
{
	struct service *s = &services[i];

	service_want_up(i);
	s->delay_ms = 0;
	s->window_at = 0;
	if (s->state == STATE_BACKOFF) {
		timer_clear(i);
		service_state(i, STATE_DOWN);
	} else {
		service_bring_down(i, STATE_DOWN);
	}
}

/* Somebody may have put right what they failed of. */
void service_retry(void)
{
	if (!core->retry)
		return;
	core->retry = 0;
	for (uint32_t i = 0; i < service_count(); i++) {
		struct service *s = &services[i];

		if (s->state != STATE_FAILED || s->want == WANT_DOWN)
			continue;
		s->delay_ms = 0;
		s->window_at = 0;
		service_state(i, STATE_DOWN);
	}
}

int service_reload(uint32_t i)
{
	const struct plan_service *p = &plan.service[i];
	struct service *s = &services[i];

	if (s->state != STATE_UP)
		return ESRCH;
	if (p->reload != PLAN_NONE)
		return aux_of(AUX_RELOAD, i) ? EALREADY :
			spawn_extra(i, p->reload, AUX_RELOAD, 0);
	if (!p->reload_signal)
		return EOPNOTSUPP;
	return service_kill(i, (int)p->reload_signal);
}

int service_kill(uint32_t i, int sig)
{
	struct service *s = &services[i];

	if (!s->pid)
		return ESRCH;
	return signal_pid(s->pidfd, s->pid, sig) < 0 ? errno : 0;
}

/* ---- a new plan ---- */

/* A row without a past, of the service that the plan has there, if any. */
void service_forget(uint32_t i)
{
	struct service *s = &services[i];
	int known = i < service_count();

	if (*s->name) {
		loop_close(&s->pidfd);
		loop_close(&s->status_fd);
		loop_close(&s->ready_fd);
		log_forget(i);
		timer_clear(i);
		held_close(i);
		cgroup_remove(i);
		for (int n = 0; n < AUX_MAX; n++) /* not the next one's */
			if (auxes[n].service == i)
				auxes[n].service = NOBODY;
	}
	memset(s, 0, sizeof(*s));
	s->pidfd = s->status_fd = s->ready_fd = -1;
	s->log_read = s->log_write = -1;
	s->blocker = NOBODY;
	s->since = now();
	if (!known)
		return;
	fmt(s->name, sizeof(s->name), "%s",
	    plan_text(&plan, plan.service[i].name));
	log_service(i);
}

/* epoll names services by their row. */
void service_rewatch(uint32_t i)
{
	struct service *s = &services[i];

	if (s->status_fd >= 0)
		loop_watch(s->status_fd, WATCH_STATUS, i, EPOLLIN);
	if (s->ready_fd >= 0)
		loop_watch(s->ready_fd, WATCH_READY, i, EPOLLIN);
	service_watch_main(i);
	held_rewatch(i);
	if (core->log_draining && s->log_read >= 0)
		loop_watch(s->log_read, WATCH_LOG, i, EPOLLIN);
}

void service_adopt(void)
{
	for (uint32_t i = 0; i < service_count(); i++)
		service_forget(i);
	work[0] = work[1] = 0;
}
