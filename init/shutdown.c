/*
 * shutdown.c - the orderly end
 *
 * Layer: PID 1 core. One step after the other, each with its own limit and all
 * under one deadline: services in reverse order, then whoever is left, then
 * logd, the file systems (in a child, umount.c), sync (in a child), reboot(2).
 * In a container the last three are not ours: PID 1 ends with an exit code.
 * Follows docs/services.md, "shutdown".
 */

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core.h"

static const char *const kind_names[] = {
	"exit", "poweroff", "reboot", "halt", "soft reboot", "switch root",
	"kexec",
};

static void step_to(unsigned step, uint64_t limit)
{
	core->down_step = step;
	timer_set(timer_extra(TIMER_SHUTDOWN), now() + limit);
}

static int to_self(void)
{
	return core->mode == MODE_USER;
}

static void kill_all(void)
{
	if (to_self())
		stop_kill_all(); /* others are none of our business */
	else
		kill(-1, SIGKILL);
}

/* Time that a shutdown may take: docker and friends kill after 10 s. */
static uint64_t grace(void)
{
	const char *text = getenv("LUABOX_GRACE");
	uint64_t seconds = 0;

	if (core->mode == MODE_MACHINE)
		return 60 * SECOND;
	if (!text)
		return 9 * SECOND;
	for (; *text >= '0' && *text <= '9' && seconds < 100000; text++)
		seconds = seconds * 10 + (uint64_t)(*text - '0');
	return (seconds ? seconds : 1) * SECOND;
}

/* Another life begins in this kernel: its file systems stay. */
static int goes_on(void)
{
	return core->mode != MODE_MACHINE || core->down_kind == DOWN_SOFT ||
		core->down_kind == DOWN_SWITCH;
}

/* Critical services and what they need stay until all others are gone: the
 * session over which one watches, a lock, a logger. */
static void spare_critical(void)
{
	uint32_t top = 0;

	for (uint32_t i = 0; i < service_count(); i++)
		if (plan.service[i].flags & PLAN_FLAG(CRITICAL) &&
		    service_ready(i)) {
			services[i].spared = 1;
			stack[top++] = i;
		}
	while (top) {
		uint32_t i = stack[--top];
		const struct plan_service *p = &plan.service[i];

		services[i].want = WANT_UP;
		for (uint32_t k = 0; k < p->out.count; k++) {
			const struct plan_edge *e = &plan.edge[p->out.first +
							       k];

			if (e->kind != PLAN_EDGE_NEEDS ||
			    services[e->peer].spared)
				continue;
			services[e->peer].spared = 1;
			stack[top++] = e->peer;
		}
	}
}

void down_request(enum down_kind kind, int code)
{
	unsigned active = 0;

	if (code >= 0)
		core->exit_code = (uint32_t)code;
	if (core->down_step)
		return;
	apply_abandon();
	for (uint32_t i = 0; i < service_count(); i++)
		active += services[i].pid != 0;
	say("%s: stopping %u services", kind_names[kind], active);
	core->down_kind = kind;
	core->down_deadline = now() + grace();
	timer_set(timer_extra(TIMER_DEADLINE), core->down_deadline);
	timer_set(timer_extra(TIMER_REPORT), now() + 5 * SECOND);
	/* File systems have their share, however long services take. */
	step_to(DOWN_SERVICES, goes_on() ? grace() : grace() * 2 / 3);
	for (int n = 0; n < AUX_MAX; n++)
		if (auxes[n].role == AUX_LOADER || auxes[n].role == AUX_RESCUE)
			signal_pid(auxes[n].pidfd, auxes[n].pid, SIGKILL);
	service_want_all_down();
	spare_critical();
}

static int services_left(void)
{
	for (uint32_t i = 0; i < service_count(); i++)
		if (service_active(i) && !services[i].unkillable &&
		    !services[i].spared)
			return 1;
	return 0;
}

static void stop_critical(void)
{
	step_to(DOWN_CRITICAL, grace() / 4);
	for (uint32_t i = 0; i < service_count(); i++)
		services[i].spared = 0;
	service_want_all_down();
	service_settle();
}

/* ---- the end itself ---- */

static void the_end(void) __attribute__((noreturn));

static void the_end(void)
{
	static const int commands[] = {
		[DOWN_EXIT] = RB_POWER_OFF,
		[DOWN_POWEROFF] = RB_POWER_OFF,
		[DOWN_REBOOT] = RB_AUTOBOOT,
		[DOWN_HALT] = RB_HALT_SYSTEM,
		[DOWN_KEXEC] = RB_KEXEC,
	};

	core->down_step = DOWN_END;
	if (core->down_kind == DOWN_SOFT) {
		say("starting again");
		resume_afresh();
		core->down_kind = DOWN_REBOOT;
	}
	if (core->down_kind == DOWN_SWITCH) {
		handover_leave();
		if (core->mode == MODE_MACHINE)
			boot_rescue();
		core->exit_code = 125;
	}
	if (core->mode != MODE_MACHINE)
		_exit((int)core->exit_code);
	say("%s", kind_names[core->down_kind]);
	reboot(commands[core->down_kind]);
	if (core->down_kind == DOWN_KEXEC)
		reboot(RB_AUTOBOOT);
	/* It cannot power off: then it stands still. */
	reboot(RB_HALT_SYSTEM);
	for (;;)
		pause();
}

static void helper(unsigned step, void (*entry)(int), uint64_t limit)
{
	struct aux *late = aux_role(AUX_HELPER);

	if (late) /* what it was to do is given up: its end says nothing */
		late->role = AUX_HOOK;
	step_to(step, limit);
	if (spawn_image(AUX_HELPER, entry, 0, NOBODY))
		timer_set(timer_extra(TIMER_SHUTDOWN), now());
}

static void stop_logd(void)
{
	struct aux *logd = aux_role(AUX_LOGD);

	step_to(DOWN_LAST, 2 * SECOND);
	if (logd)
		signal_pid(logd->pidfd, logd->pid, SIGTERM);
}

static void signal_rest(unsigned step, int sig, uint64_t limit)
{
	step_to(step, limit);
	if (to_self() || !others_left())
		return;
	for (uint32_t i = 0; i < service_count(); i++)
		if (services[i].spared) {
			signal_others(sig);
			signal_others(SIGCONT);
			return;
		}
	/* All at once: nobody can fork his way out of that. */
	kill(-1, sig);
	kill(-1, SIGCONT);
}

/* Is the present step done? Called after every turn of the loop. */
void down_check(void)
{
	switch ((enum down_step)core->down_step) {
	case DOWN_SERVICES:
		if (services_left())
			break;
		signal_rest(DOWN_TERM, SIGTERM, 2 * SECOND);
		/* fall through */
	case DOWN_TERM:
	case DOWN_KILL:
		if (to_self() || others_left() == 0)
			stop_critical();
		if (core->down_step != DOWN_CRITICAL)
			break;
		/* fall through */
	case DOWN_CRITICAL:
		if (!services_left())
			stop_logd();
		break;
	case DOWN_LAST:
		if (aux_role(AUX_LOGD))
			break;
		if (goes_on())
			the_end();
		helper(DOWN_UMOUNT, umount_main, 20 * SECOND);
		break;
	default:
		break;
	}
}

void down_helper_ended(int status)
{
	(void)status;
	if (core->down_step == DOWN_UMOUNT)
		helper(DOWN_SYNC, sync_main, 10 * SECOND);
	else if (core->down_step == DOWN_SYNC)
		the_end();
}

static const char *awaited_for(const struct service *s)
{
	return s->unkillable || s->killed ? "killed, and still there" :
		s->phase == PHASE_UNDO ? "its undo runs" :
		s->phase == PHASE_POST ? "its post runs" :
		"it was asked to end";
}

/* Those whose stop has begun: the others wait for them. */
static void report(void)
{
	if (core->down_step != DOWN_SERVICES)
		return;
	for (uint32_t i = 0; i < service_count(); i++)
		if (service_active(i) && services[i].phase != PHASE_HOLD)
			say("waiting for %s, %s for %u s: %s (pid %d)",
			    services[i].name, state_name(services[i].state),
			    (unsigned)((now() - services[i].since) / SECOND),
			    awaited_for(&services[i]), services[i].pid);
	timer_set(timer_extra(TIMER_REPORT), now() + 5 * SECOND);
}

/* A step took too long: the next one, come what may. */
static void next_step(void)
{
	switch ((enum down_step)core->down_step) {
	case DOWN_SERVICES:
		signal_rest(DOWN_TERM, SIGTERM, 2 * SECOND);
		break;
	case DOWN_TERM:
		signal_rest(DOWN_KILL, SIGKILL, SECOND);
		break;
	case DOWN_KILL:
		stop_critical();
		break;
	case DOWN_CRITICAL:
		kill_all();
		stop_logd();
		break;
	case DOWN_LAST:
		if (goes_on())
			the_end();
		helper(DOWN_UMOUNT, umount_main, 20 * SECOND);
		break;
	case DOWN_UMOUNT:
		helper(DOWN_SYNC, sync_main, 10 * SECOND);
		break;
	default:
		the_end();
	}
}

void down_timeout(uint32_t timer)
{
	if (timer == TIMER_REPORT) {
		report();
	} else if (timer == TIMER_SHUTDOWN) {
		next_step();
	} else if (timer == TIMER_DEADLINE) {
		core->down_step = DOWN_END; /* straight to the console */
		say("%s: out of time", kind_names[core->down_kind]);
		kill_all();
		if (core->mode != MODE_MACHINE)
			the_end();
		helper(DOWN_SYNC, sync_main, 5 * SECOND);
	}
}

/* ---- signals that mean something to PID 1 ---- */

/* Ctrl-alt-del: once is polite, twice in 2 s is impatient, seven is an
 * order. */
static void ctrl_alt_del(void)
{
	if (now() - core->cad_at > 2 * SECOND)
		core->cad_count = 0;
	core->cad_at = now();
	core->cad_count++;
	if (core->cad_count >= 7) {
		core->down_kind = DOWN_REBOOT;
		the_end();
	}
	if (core->down_step == DOWN_SERVICES && core->cad_count >= 2)
		next_step();
	down_request(DOWN_REBOOT, -1);
}

/* In a container and for a user: to the main service, if there is one. */
static void forward(int sig)
{
	for (uint32_t i = 0; i < service_count(); i++)
		if (plan.service[i].flags & PLAN_FLAG(MAIN))
			service_kill(i, sig);
}

/* A service of that name says what a key or a button does. */
static int own_answer(const char *name)
{
	uint32_t i = service_find(name);

	if (i == NOBODY || core->down_step)
		return 0;
	say("starting %s", name);
	service_want_up(i);
	if (!service_active(i))
		return 1;
	service_restart(i);
	return 1;
}

/* What busybox's poweroff, halt and reboot send, and kill -QUIT 1: a board
 * that boots from an inittab has those. */
static int as_busybox(int sig)
{
	uint32_t i;

	if (core->mode != MODE_MACHINE || !plan.header || !plan.header->inittab)
		return 0;
	switch (sig) {
	case SIGUSR1:
		down_request(DOWN_HALT, -1);
		return 1;
	case SIGUSR2:
		down_request(DOWN_POWEROFF, -1);
		return 1;
	case SIGTERM:
		down_request(DOWN_REBOOT, -1);
		return 1;
	case SIGQUIT:
		i = service_find("restart");
		if (i == NOBODY || core->down_step)
			return 0;
		core->next_root = 0;
		down_request(DOWN_SWITCH, -1);
		return 1;
	default:
		return 0;
	}
}

void down_signal(int sig)
{
	if (as_busybox(sig))
		return;
	switch (sig) {
	case SIGUSR1:
		ctl_open();
		if (core->mode == MODE_CONTAINER)
			forward(sig);
		break;
	case SIGTERM:
		down_request(core->mode == MODE_MACHINE ? DOWN_POWEROFF :
			     DOWN_EXIT, -1);
		break;
	case SIGINT:
		if (now() - core->cad_at > 2 * SECOND &&
		    own_answer("ctrl-alt-del"))
			core->cad_at = now();
		else if (core->mode == MODE_MACHINE)
			ctrl_alt_del();
		else
			down_request(DOWN_EXIT, -1);
		break;
	case SIGQUIT:
		if (core->mode != MODE_MACHINE)
			down_request(DOWN_EXIT, -1);
		else
			say("cannot run a new image: error %d", resume_exec());
		break;
	case SIGPWR:
		if (!own_answer("power-button"))
			down_request(DOWN_POWEROFF, -1);
		break;
	case SIGPIPE:
	case SIGTTIN:
	case SIGTTOU:
	case SIGTSTP:
		break;
	default:
		if (core->mode != MODE_MACHINE)
			forward(sig);
	}
}
