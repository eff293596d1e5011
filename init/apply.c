/*
 * apply.c - from one plan to another while services run
 *
 * Layer: PID 1 core. A client offers a plan image; once it is checked, what
 * it drops or changes is stopped under the plan that started it, with those
 * that need it. When they are down, the rows take the order of the new plan
 * in one go: a service that is the same in both keeps its row, and with that
 * its process. The plan before stays at hand for a rollback. Rows carry their
 * names, so a crash in the middle is mended by ordering them again.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core.h"

enum change { SAME, UPDATED, CHANGED, GONE };

static uint32_t find(const struct plan *p, const char *name)
{
	for (uint32_t i = 0; i < plan_count(p, PLAN_AT_service); i++)
		if (!strcmp(plan_text(p, p->service[i].name), name))
			return i;
	return NOBODY;
}

static enum change compare(uint32_t i, const struct plan *next, uint32_t k)
{
	const struct plan_service *a = &plan.service[i];
	const struct plan_service *b;

	if (k == NOBODY)
		return GONE;
	b = &next->service[k];
	if (a->hash == b->hash)
		return SAME;
	/* Without a process there is nothing to replace. */
	return a->run_hash == b->run_hash ||
		(a->kind == PLAN_KIND_GROUP && b->kind == PLAN_KIND_GROUP &&
		 services[i].state != STATE_FAILED) ? UPDATED : CHANGED;
}

static void drop_image(struct plan *p)
{
	if (p->header)
		munmap((void *)p->header, p->header->size);
	p->header = NULL;
}

/* ---- what would change: one packet for each ---- */

static void tell(struct client *c, const char *name, const char *what)
{
	struct packet p = {.length = 0};

	if (!c)
		return;
	packet_put(&p, "name", "%s", name);
	packet_put(&p, "change", "%s", what);
	ctl_send(c, &p, -1);
}

static struct plan_change difference(const struct plan *next,
				     struct client *c)
{
	static const char *const words[] = {"", "update", "restart", "stop"};
	struct plan_change n = {0, 0, 0, 0};

	for (uint32_t i = 0; i < service_count(); i++) {
		enum change change = compare(i, next,
					     find(next, services[i].name));

		n.stopped += change == GONE;
		n.restarted += change == CHANGED;
		n.updated += change == UPDATED;
		if (change != SAME)
			tell(c, services[i].name, words[change]);
	}
	for (uint32_t k = 0; k < plan_count(next, PLAN_AT_service); k++) {
		const char *name = plan_text(next, next->service[k].name);

		if (service_find(name) != NOBODY)
			continue;
		n.started++;
		tell(c, name, "new");
	}
	return n;
}

/* ---- the decision: from here on it will be done ---- */

static struct client *asker(void)
{
	return core->apply_client < CLIENT_MAX ? &clients[core->apply_client] :
		NULL;
}

static void drain(const struct plan *next)
{
	for (uint32_t i = 0; i < service_count(); i++) {
		struct service *s = &services[i];
		enum change change = compare(i, next, find(next, s->name));

		s->again = s->want == WANT_UP;
		s->stale = change == CHANGED || change == GONE;
	}
	for (uint32_t i = 0; i < service_count(); i++)
		if (services[i].stale)
			service_want_down(i);
	core->apply_step = APPLY_DRAIN;
}

const char *apply_offer(int fd, struct client *c, int dry)
{
	struct plan next = {.header = NULL};
	struct plan_change n;
	const char *wrong;

	if (core->down_step)
		return "shutting down";
	if (core->apply_step || aux_role(AUX_LOADER))
		return "another plan is just being applied";
	if (core->trial_fd >= 0) /* whoever takes over brings his own */
		return "another image is just being tried";
	wrong = load_check(fd, &next);
	if (wrong)
		return wrong;
	n = difference(&next, c);
	if (!dry && n.started + n.stopped + n.restarted + n.updated) {
		core->next_plan_fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
		if (core->next_plan_fd < 0) {
			wrong = strerror(errno);
		} else {
			say("applying a plan: %u new, %u changed, %u gone",
			    n.started, n.restarted, n.stopped);
			drain(&next);
		}
	}
	drop_image(&next);
	return wrong;
}

/* All is to end: nothing that the new plan says counts any more. */
void apply_abandon(void)
{
	struct client *c = asker();

	core->apply_step = APPLY_NOT;
	core->apply_confirm_ms = 0;
	core->apply_client = CLIENT_MAX;
	close_fd(&core->next_plan_fd);
	for (uint32_t i = 0; i < service_count(); i++)
		services[i].stale = services[i].again = 0;
	if (c)
		ctl_end(c, 1, "shutting down");
}

const char *apply_rollback(struct client *c)
{
	if (core->old_plan_fd < 0)
		return "there is no plan before this one";
	return apply_offer(core->old_plan_fd, c, 0);
}

/* ---- the switch ---- */

static void swap_rows(uint32_t a, uint32_t b)
{
	struct service s = services[a];
	uint64_t at = timers[a].at;

	services[a] = services[b];
	services[b] = s;
	timers[a].at = timers[b].at;
	timers[b].at = at;
	/* Whoever names a row by its index follows it. */
	for (uint32_t n = 0; n < CLIENT_MAX; n++)
		if (clients[n].service == a || clients[n].service == b)
			clients[n].service ^= a ^ b;
	for (uint32_t n = 0; n < AUX_MAX; n++)
		if (auxes[n].service == a || auxes[n].service == b)
			auxes[n].service ^= a ^ b;
	for (uint32_t n = 0; n < EVENT_MAX; n++)
		if (event_ring[n].service == a || event_ring[n].service == b)
			event_ring[n].service ^= a ^ b;
}

static uint32_t row_of(const char *name, uint32_t from)
{
	for (uint32_t i = from; i < service_max(); i++)
		if (!strcmp(services[i].name, name))
			return i;
	return NOBODY;
}

/* Every row that the plan knows goes to its place. One that stands where a
 * new service will be goes to its own first, which frees another. */
void apply_arrange(void)
{
	for (uint32_t i = 0; i < service_count(); i++) {
		const char *name = plan_text(&plan, plan.service[i].name);
		uint32_t row = row_of(name, i);

		/* Each swap brings one home: no more than there are. */
		for (uint32_t n = 0; n < service_count() && row == NOBODY &&
		     *services[i].name; n++) {
			uint32_t home = find(&plan, services[i].name);

			if (home == NOBODY || home <= i)
				break;
			swap_rows(i, home);
		}
		if (row != NOBODY && row != i)
			swap_rows(i, row);
	}
	timer_rebuild();
}

/* Rows of services that are no more, and new ones for those that are new. */
static void settle_rows(void)
{
	for (uint32_t i = 0; i < service_max(); i++) {
		struct service *s = &services[i];
		const char *name = i < service_count() ?
			plan_text(&plan, plan.service[i].name) : "";

		if (!strcmp(s->name, name)) {
			s->blocker = NOBODY;
			if (*name) {
				log_service(i);
				service_rewatch(i);
			}
			continue;
		}
		for (uint32_t n = 0; n < CLIENT_MAX; n++)
			if (clients[n].waiting && clients[n].service == i)
				ctl_end(&clients[n], 4,
					"it is not in the new plan");
		for (uint32_t n = 0; n < EVENT_MAX; n++)
			if (event_ring[n].service == i)
				event_ring[n].service = NOBODY;
		service_forget(i);
	}
}

static void seed(uint32_t i, uint32_t *top)
{
	if (services[i].marked)
		return;
	services[i].marked = 1;
	stack[(*top)++] = i;
}

/* What ran before runs again; and what it or the target leads to is started
 * if it never was. Who was stopped by hand, or has ended, stays so. */
static void wish(void)
{
	uint32_t target, top = 0;

	for (uint32_t i = 0; i < service_count(); i++) {
		struct service *s = &services[i];

		if (s->again && s->stale)
			service_want_up(i);
		else if (s->again)
			s->want = WANT_UP;
		s->stale = 0;
	}
	load_target(&target);
	if (target != NOBODY)
		seed(target, &top);
	for (uint32_t i = 0; i < service_count(); i++)
		if (services[i].again)
			seed(i, &top);
	while (top) {
		const struct plan_service *p = &plan.service[stack[--top]];

		for (uint32_t k = 0; k < p->out.count; k++)
			if (plan.edge[p->out.first + k].kind !=
			    PLAN_EDGE_AFTER)
				seed(plan.edge[p->out.first + k].peer, &top);
	}
	/* service_want_up() uses the marks, too: `again` keeps them. */
	for (uint32_t i = 0; i < service_count(); i++) {
		services[i].again = services[i].marked;
		services[i].marked = 0;
	}
	for (uint32_t i = 0; i < service_count(); i++) {
		struct service *s = &services[i];

		if (s->again && !s->held && !s->starts &&
		    s->want == WANT_DOWN)
			service_want_up(i);
		s->again = 0;
		service_queue(i);
	}
}

static void switch_plans(void)
{
	struct plan before = plan;
	const char *wrong = load_map(core->next_plan_fd);

	if (wrong) { /* it was checked: only want of memory is left */
		say("cannot apply the plan: %s", wrong);
		close_fd(&core->next_plan_fd);
		core->apply_step = APPLY_SWITCHED;
		return;
	}
	apply_arrange();
	core->apply_step = APPLY_SWITCHED;
	close_fd(&core->old_plan_fd);
	core->old_plan_fd = core->plan_fd;
	core->plan_fd = core->next_plan_fd;
	core->next_plan_fd = -1;
	drop_image(&before);
}

static void undo(const char *why);

static void finish(void)
{
	struct client *c = asker();

	work[0] = work[1] = 0;
	for (uint32_t i = 0; i < service_max(); i++)
		services[i].queued = 0;
	settle_rows();
	core->apply_step = APPLY_NOT;
	cgroup_controllers();
	when_reset();
	handover_clean(); /* none of the new has a process yet */
	wish();
	service_retry();
	log_start();
	if (core->apply_confirm_ms && !c) {
		undo("the connection that applied it ended");
		return;
	}
	if (core->apply_confirm_ms) {
		timer_set(timer_extra(TIMER_CONFIRM),
			  now() + core->apply_confirm_ms * MS);
		return;
	}
	core->apply_client = CLIENT_MAX;
	load_keep();
	if (c)
		ctl_end(c, 0, "%s", "");
}

/* ---- confirmed, or back again ---- */

static void undo(const char *why)
{
	struct client *c = asker();
	const char *wrong;

	say("rolling back to the plan before: %s", why);
	timer_clear(timer_extra(TIMER_CONFIRM));
	core->apply_confirm_ms = 0;
	core->apply_client = CLIENT_MAX;
	wrong = apply_rollback(NULL);
	if (wrong)
		say("cannot roll back: %s", wrong);
	if (c)
		ctl_end(c, 1, "rolled back: %s", why);
}

static const char *critical_failed(void)
{
	for (uint32_t i = 0; i < service_count(); i++)
		if (plan.service[i].flags & PLAN_FLAG(CRITICAL) &&
		    (services[i].state == STATE_FAILED ||
		     services[i].state == STATE_BACKOFF))
			return services[i].name;
	return NULL;
}

void apply_check(void)
{
	const char *name;
	char why[96];

	if (core->apply_step == APPLY_DRAIN) {
		for (uint32_t i = 0; i < service_count(); i++)
			if (services[i].stale && service_active(i) &&
			    !services[i].unkillable)
				return;
		switch_plans();
	}
	if (core->apply_step == APPLY_SWITCHED)
		finish();
	if (!core->apply_step && core->apply_confirm_ms) {
		name = critical_failed();
		if (name) {
			fmt(why, sizeof(why), "%s is critical and not up",
			    name);
			undo(why);
		}
	}
}

void apply_timeout(void)
{
	if (core->apply_confirm_ms)
		undo("nobody confirmed it in time");
}

/* 0, or -1: there is nothing to confirm. */
int apply_confirm(void)
{
	struct client *c = asker();

	if (!core->apply_confirm_ms || core->apply_step)
		return -1;
	timer_clear(timer_extra(TIMER_CONFIRM));
	core->apply_confirm_ms = 0;
	core->apply_client = CLIENT_MAX;
	say("the plan is confirmed");
	load_keep();
	if (c)
		ctl_end(c, 0, "%s", "");
	return 0;
}

/* The connection that applied it is lost: as was, perhaps, the machine's. */
void apply_client_gone(uint32_t n)
{
	if (core->apply_client != n)
		return;
	core->apply_client = CLIENT_MAX;
	if (core->apply_confirm_ms && !core->apply_step)
		undo("the connection that applied it ended");
}
