/*
 * verbs.c - what one can ask of PID 1
 *
 * Layer: PID 1 core. One function per request; reference: docs/services.md,
 * "control protocol"; what is told of a service: record.c. Exit codes: 0 ok,
 * 1 failed, 2 usage, 3 timeout, 4 no such service, 5 refused. Options are
 * arguments of the form key=value.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "core.h"

static const char *option(char *argv[], unsigned argc, const char *key)
{
	size_t n = strlen(key);

	for (unsigned i = 1; i < argc; i++)
		if (!strncmp(argv[i], key, n) && argv[i][n] == '=')
			return argv[i] + n + 1;
	return NULL;
}

static uint64_t number(const char *text, uint64_t otherwise)
{
	uint64_t n = 0;

	if (!text || *text < '0' || *text > '9')
		return otherwise;
	for (; *text >= '0' && *text <= '9' && n < UINT64_MAX / 100; text++)
		n = n * 10 + (uint64_t)(*text - '0');
	return n;
}

/* ---- waiting for the outcome ---- */

static void answer_later(struct client *c, uint32_t i, int until_up,
			 char *argv[], unsigned argc)
{
	const char *wait = option(argv, argc, "wait");
	uint64_t ms = number(wait, 0); /* 0 is as long as it takes */

	if (!wait) {
		ctl_end(c, 0, "%s", "");
		return;
	}
	if (ms > 1000000000)
		ms = 1000000000;
	c->service = i;
	c->until_up = (uint8_t)until_up;
	c->waiting = 1;
	timer_clear(timer_extra(TIMER_CLIENT) + (uint32_t)(c - clients));
	if (ms)
		timer_set(timer_extra(TIMER_CLIENT) +
			  (uint32_t)(c - clients), now() + ms * MS);
	loop_watch(c->fd, WATCH_CLIENT, (uint32_t)(c - clients),
		   0x2000 /* EPOLLRDHUP */);
}

/* ---- verbs ---- */

struct call {
	struct client *c;
	char **argv;
	unsigned argc;
	int fd;     /* that came along, or -1 */
	uint32_t i; /* the service named by the last argument that is a name */
};

static void list(const struct call *q, enum listing what)
{
	q->c->listing = (uint8_t)what;
	q->c->cursor = 0;
	ctl_end(q->c, 0, "%s", "");
}

static void verb_list(const struct call *q)
{
	list(q, LIST_SERVICES);
}

static void verb_graph(const struct call *q)
{
	list(q, LIST_EDGES);
}

/* From now on; `since=N` from event number N on, as far as it is known. */
static void verb_events(const struct call *q)
{
	uint64_t since = number(option(q->argv, q->argc, "since"),
				core->events);

	q->c->listing = LIST_EVENTS;
	q->c->cursor = since < core->events ? since : core->events;
	if (core->events - q->c->cursor > EVENT_MAX)
		q->c->cursor = core->events - EVENT_MAX;
	ctl_stay(q->c);
	ctl_watch(q->c);
}

static void verb_status(const struct call *q)
{
	struct packet p = {.length = 0};

	verb_record(&p, q->i, 1);
	ctl_send(q->c, &p, -1);
	ctl_end(q->c, service_ready(q->i) ? 0 : 1, "%s", "");
}

/* Not a moment to start or stop anything: the answer is given. */
static int refused(const struct call *q)
{
	if (core->down_step)
		ctl_end(q->c, 5, "shutting down");
	else if (core->apply_step)
		ctl_end(q->c, 5, "a plan is just being applied, try again");
	return core->down_step || core->apply_step;
}

static void verb_start(const struct call *q)
{
	if (refused(q))
		return;
	service_want_up(q->i);
	service_settle();
	answer_later(q->c, q->i, 1, q->argv, q->argc);
}

/* It runs, and that is all: no restart, and nobody waits for it again. */
static void verb_once(const struct call *q)
{
	if (refused(q))
		return;
	service_want_up(q->i);
	services[q->i].once = 1;
	service_settle();
	answer_later(q->c, q->i, 1, q->argv, q->argc);
}

static void verb_stop(const struct call *q)
{
	int force = option(q->argv, q->argc, "force") != NULL;
	uint32_t cursor = 0, other, count = 0;

	if (refused(q))
		return;
	if (!force && plan.service[q->i].flags & PLAN_FLAG(CRITICAL)) {
		ctl_end(q->c, 5, "%s is critical", services[q->i].name);
		return;
	}
	while (!force && (other = service_dependant(q->i, &cursor)) != NOBODY) {
		struct packet p = {.length = 0};

		packet_put(&p, "dependant", "%s", services[other].name);
		ctl_send(q->c, &p, -1);
		count++;
	}
	if (count) {
		ctl_end(q->c, 5, "%u services need %s", count,
			services[q->i].name);
		return;
	}
	service_want_down(q->i);
	services[q->i].held = 1;
	service_settle();
	answer_later(q->c, q->i, 0, q->argv, q->argc);
}

static void verb_restart(const struct call *q)
{
	if (refused(q))
		return;
	service_restart(q->i);
	service_settle();
	answer_later(q->c, q->i, 1, q->argv, q->argc);
}

static void verb_wait(const struct call *q)
{
	const char *state = option(q->argv, q->argc, "for");

	answer_later(q->c, q->i, !state || strcmp(state, "down"), q->argv,
		     q->argc);
}

static void verb_reload(const struct call *q)
{
	int error = service_reload(q->i);

	if (error == ESRCH)
		ctl_end(q->c, 1, "it is %s, not up",
			state_name(services[q->i].state));
	else if (error == EOPNOTSUPP)
		ctl_end(q->c, 1, "its definition has no reload");
	else if (error)
		ctl_end(q->c, 1, "%s", strerror(error));
	else
		ctl_end(q->c, 0, "%s", "");
}

static void verb_kill(const struct call *q)
{
	const char *text = option(q->argv, q->argc, "signal");
	int sig = 0, error;

	for (; text && *text >= '0' && *text <= '9' && sig < 100; text++)
		sig = sig * 10 + (*text - '0');
	if (sig < 1 || sig > 64) {
		ctl_end(q->c, 2, "signal=1..64 expected");
		return;
	}
	error = service_kill(q->i, sig);
	if (error == ESRCH)
		ctl_end(q->c, 1, "it is %s: no process",
			state_name(services[q->i].state));
	else if (error)
		ctl_end(q->c, 1, "%s", strerror(error));
	else
		ctl_end(q->c, 0, "%s", "");
}

/* From the service to what really holds it up, link by link. */
static void verb_why(const struct call *q)
{
	uint32_t i = q->i;

	for (uint32_t n = 0; n < 64 && i < service_count(); n++) {
		struct packet p = {.length = 0};
		const struct service *s = &services[i];
		uint32_t next = NOBODY;

		verb_record(&p, i, 1);
		if (ctl_send(q->c, &p, -1) < 0)
			return;
		if (s->state == STATE_WAITING ||
		    (s->state == STATE_FAILED &&
		     s->reason == REASON_DEPENDENCY))
			next = s->blocker;
		else if (s->state == STATE_STOPPING && s->phase == PHASE_HOLD)
			graph_held(i, &next);
		i = next;
	}
	ctl_end(q->c, 0, "%s", "");
}

/* The client reads the journal itself, at its own expense. */
static void verb_log(const struct call *q)
{
	struct packet p = {.length = 0};

	packet_put(&p, "journal", "/proc/%d/fd/%d", (int)getpid(),
		   core->journal_fd);
	if (ctl_send(q->c, &p, -1) < 0)
		return;
	if (option(q->argv, q->argc, "follow"))
		ctl_stay(q->c);
	ctl_end(q->c, 0, "%s", "");
}

/* ---- another plan: it comes as a descriptor ---- */

static void verb_apply(const struct call *q)
{
	int dry = option(q->argv, q->argc, "dry") != NULL;
	const char *confirm = option(q->argv, q->argc, "confirm");
	const char *wrong = q->fd < 0 ? "the plan is missing" :
		core->apply_confirm_ms && !dry ?
		"another plan waits to be confirmed" :
		apply_offer(q->fd, q->c, dry);

	if (wrong || !core->apply_step) { /* dry, or the same as before */
		ctl_end(q->c, wrong ? 1 : 0, "%s", wrong ? wrong : "");
		return;
	}
	core->apply_confirm_ms = (uint32_t)(number(confirm, 0) % 100000000);
	core->apply_client = (uint32_t)(q->c - clients);
	if (q->c->fd < 0) {
		apply_client_gone(core->apply_client);
		return;
	}
	ctl_stay(q->c);
}

static void verb_rollback(const struct call *q)
{
	const char *wrong;

	if (core->apply_confirm_ms) {
		apply_timeout();
		ctl_end(q->c, 0, "%s", "");
		return;
	}
	wrong = apply_rollback(q->c);
	if (wrong || !core->apply_step) {
		ctl_end(q->c, wrong ? 1 : 0, "%s", wrong ? wrong : "");
		return;
	}
	if (q->c->fd < 0)
		return;
	core->apply_client = (uint32_t)(q->c - clients);
	ctl_stay(q->c);
}

static void verb_confirm(const struct call *q)
{
	if (apply_confirm() < 0)
		ctl_end(q->c, 1, "no plan waits to be confirmed");
	else
		ctl_end(q->c, 0, "%s", "");
}

static void verb_info(const struct call *q)
{
	static const char *const modes[] = {"machine", "container", "user"};
	struct packet p = {.length = 0};

	packet_put(&p, "mode", "%s", modes[core->mode]);
	packet_put(&p, "up_ms", "%llu", (unsigned long long)
		   ((now() - core->started_at) / MS));
	packet_put(&p, "services", "%u", service_count());
	packet_put(&p, "loading", "%d", aux_role(AUX_LOADER) != NULL);
	packet_put(&p, "booted", "%u", core->boot_done);
	packet_put(&p, "crashes", "%u", core->crashes);
	packet_put(&p, "down", "%u", core->down_step);
	packet_put(&p, "files", "%s", core->services);
	packet_put(&p, "pid", "%d", (int)getpid());
	packet_put(&p, "confirm", "%u", core->apply_confirm_ms);
	ctl_send(q->c, &p, -1);
	ctl_end(q->c, 0, "%s", "");
}

static void verb_poweroff(const struct call *q)
{
	ctl_end(q->c, 0, "%s", "");
	down_request(DOWN_POWEROFF, -1);
}

static void verb_reboot(const struct call *q)
{
	ctl_end(q->c, 0, "%s", "");
	down_request(DOWN_REBOOT, -1);
}

static void verb_halt(const struct call *q)
{
	ctl_end(q->c, 0, "%s", "");
	down_request(DOWN_HALT, -1);
}

/* Into the kernel that kexec_file_load(2) has loaded. */
static void verb_kexec(const struct call *q)
{
	char loaded[4] = "";

	proc_read(AT_FDCWD, "/sys/kernel/kexec_loaded", loaded, sizeof(loaded));
	if (core->mode != MODE_MACHINE) {
		ctl_end(q->c, 1, "only the PID 1 of a machine can");
	} else if (*loaded != '1') {
		ctl_end(q->c, 1, "no kernel is loaded: S.kexec_file_load");
	} else {
		ctl_end(q->c, 0, "%s", "");
		down_request(DOWN_KEXEC, -1);
	}
}

static void verb_soft(const struct call *q)
{
	ctl_end(q->c, 0, "%s", "");
	down_request(DOWN_SOFT, -1);
}

/* A prompt on the console beside what runs. */
static void verb_rescue(const struct call *q)
{
	ctl_end(q->c, core->mode == MODE_MACHINE ? 0 : 1, "%s",
		core->mode == MODE_MACHINE ? "" : "there is no console");
	if (core->mode == MODE_MACHINE && !aux_role(AUX_RESCUE))
		boot_shell();
}

static void hand_over(const struct call *q, const char *root,
		      const char *path, int plain)
{
	const char *wrong = handover_request(q->c, root, path, plain);

	if (wrong)
		ctl_end(q->c, 1, "%s", wrong);
	else
		ctl_stay(q->c);
}

/* path=BINARY: the file that we were started from, if it is not given. */
static void verb_reexec(const struct call *q)
{
	const char *path = option(q->argv, q->argc, "path");

	hand_over(q, NULL, path ? path : core->exe, 0);
}

/* root=FOLDER path=BINARY below it; plain=1: which need not be a luabox */
static void verb_switch_root(const struct call *q)
{
	const char *root = option(q->argv, q->argc, "root");
	const char *path = option(q->argv, q->argc, "path");

	if (root && *root == '/')
		hand_over(q, root, path ? path : "/sbin/init",
			  option(q->argv, q->argc, "plain") != NULL);
	else
		ctl_end(q->c, 2, "root=/FOLDER expected");
}

/* set=NAME or clear=NAME */
static void verb_cond(const struct call *q)
{
	const char *set = option(q->argv, q->argc, "set");
	const char *name = set ? set : option(q->argv, q->argc, "clear");
	int error = name ? when_mark(name, set != NULL) : EINVAL;

	ctl_end(q->c, !error ? 0 : error == EINVAL ? 2 : 1, "%s",
		error ? strerror(error) : "");
}

enum { READ = 1, NAME = 2 };

static const struct {
	const char *name;
	void (*run)(const struct call *q);
	unsigned flags;
} verbs[] = {
	{"list", verb_list, READ},
	{"status", verb_status, READ | NAME},
	{"why", verb_why, READ | NAME},
	{"wait", verb_wait, READ | NAME},
	{"info", verb_info, READ},
	{"graph", verb_graph, READ},
	{"events", verb_events, READ},
	{"start", verb_start, NAME},
	{"stop", verb_stop, NAME},
	{"restart", verb_restart, NAME},
	{"reload", verb_reload, NAME},
	{"kill", verb_kill, NAME},
	{"log", verb_log, 0},
	{"once", verb_once, NAME},
	{"cond", verb_cond, 0},
	{"apply", verb_apply, 0},
	{"confirm", verb_confirm, 0},
	{"rollback", verb_rollback, 0},
	{"soft", verb_soft, 0},
	{"rescue", verb_rescue, 0},
	{"poweroff", verb_poweroff, 0},
	{"reboot", verb_reboot, 0},
	{"halt", verb_halt, 0},
	{"kexec", verb_kexec, 0},
	{"reexec", verb_reexec, 0},
	{"switch-root", verb_switch_root, 0},
};

void verb_run(struct client *c, char *argv[], unsigned argc, int fd)
{
	struct call q = {c, argv, argc, fd, NOBODY};
	const char *name = NULL;
	size_t n = 0;

	while (n < sizeof(verbs) / sizeof(*verbs) &&
	       strcmp(argv[0], verbs[n].name))
		n++;
	if (n == sizeof(verbs) / sizeof(*verbs)) {
		ctl_end(c, 2, "unknown request");
		return;
	}
	if (c->readonly && !(verbs[n].flags & READ)) {
		ctl_end(c, 5, "only root may do that");
		return;
	}
	if (verbs[n].flags & NAME) {
		for (unsigned i = 1; i < argc; i++)
			if (!strchr(argv[i], '='))
				name = argv[i];
		if (!name) {
			ctl_end(c, 2, "name of a service expected");
			return;
		}
		q.i = service_find(name);
		if (q.i == NOBODY) {
			ctl_end(c, 4, "no such service");
			return;
		}
	}
	verbs[n].run(&q);
}
