/*
 * arena.c - all state of PID 1, in one memfd
 *
 * Layer: PID 1 core. The arena is made once and never grows; it is mapped
 * shared, so that a new image (upgrade, or the same one after a crash) finds
 * every table as the last instruction left it. Its head stands there twice
 * with a checksum, and carries a table of sizes: a newer image, whose rows are
 * longer, copies the older one's into an arena of its own. For that, fields
 * are only ever added at the end of a struct, tables at the end of the list;
 * whatever else changes needs another ARENA_VERSION, and then an upgrade is
 * refused before it begins (handover.c). Pages that no service uses cost
 * nothing.
 */

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core.h"

#define ARENA_MAGIC 0x4e52414cu /* "LARN" */
#define ARENA_VERSION 1u

enum table { TABLE_CORE, TABLE_SERVICES, TABLE_TIMERS, TABLE_HEAP, TABLE_WORK,
	     TABLE_STACK, TABLE_CLIENTS, TABLE_AUXES, TABLE_EVENTS,
	     TABLE_HELD, TABLE_CONDITIONS, TABLE_MARKS, TABLE_COUNT };

enum { TABLES_MAX = 32 };

struct head {
	uint32_t magic, crc; /* of all that follows this field */
	uint32_t version, service_max, size, tables;
	struct table_place {
		uint32_t at, row, rows;
	} table[TABLES_MAX];
};

struct core *core;
struct service *services;
struct timer *timers;
uint32_t *timer_heap, *work, *stack;
struct client *clients;
struct aux *auxes;
struct event *event_ring;
struct held *helds;
uint8_t *conditions;
struct mark *marks;
struct plan plan;

static const struct head *head;

uint32_t service_max(void)
{
	return head->service_max;
}

static uint32_t head_crc(const struct head *h)
{
	return plan_crc(&h->version, sizeof(*h) -
			offsetof(struct head, version));
}

static void layout(struct head *h, uint32_t max)
{
	const uint32_t sizes[TABLE_COUNT][2] = {
		[TABLE_CORE] = {sizeof(struct core), 1},
		[TABLE_SERVICES] = {sizeof(struct service), max},
		[TABLE_TIMERS] = {sizeof(struct timer), max + TIMER_EXTRA},
		[TABLE_HEAP] = {sizeof(uint32_t), max + TIMER_EXTRA + 1},
		[TABLE_WORK] = {sizeof(uint32_t), max + 2},
		[TABLE_STACK] = {sizeof(uint32_t), max},
		[TABLE_CLIENTS] = {sizeof(struct client), CLIENT_MAX},
		[TABLE_AUXES] = {sizeof(struct aux), AUX_MAX},
		[TABLE_EVENTS] = {sizeof(struct event), EVENT_MAX},
		[TABLE_HELD] = {sizeof(struct held), HELD_MAX},
		[TABLE_CONDITIONS] = {sizeof(uint8_t), CONDITION_MAX},
		[TABLE_MARKS] = {sizeof(struct mark), MARK_MAX},
	};
	uint32_t at = 2 * sizeof(struct head);

	memset(h, 0, sizeof(*h));
	h->magic = ARENA_MAGIC;
	h->version = ARENA_VERSION;
	h->service_max = max;
	h->tables = TABLE_COUNT;
	for (int t = 0; t < TABLE_COUNT; t++) {
		at = (at + 63) & ~63u;
		h->table[t].at = at;
		h->table[t].row = sizes[t][0];
		h->table[t].rows = sizes[t][1];
		at += sizes[t][0] * sizes[t][1];
	}
	h->size = (at + 4095) & ~4095u;
	h->crc = head_crc(h);
}

static void point(char *base)
{
	core = (void *)(base + head->table[TABLE_CORE].at);
	services = (void *)(base + head->table[TABLE_SERVICES].at);
	timers = (void *)(base + head->table[TABLE_TIMERS].at);
	timer_heap = (void *)(base + head->table[TABLE_HEAP].at);
	work = (void *)(base + head->table[TABLE_WORK].at);
	stack = (void *)(base + head->table[TABLE_STACK].at);
	clients = (void *)(base + head->table[TABLE_CLIENTS].at);
	auxes = (void *)(base + head->table[TABLE_AUXES].at);
	event_ring = (void *)(base + head->table[TABLE_EVENTS].at);
	helds = (void *)(base + head->table[TABLE_HELD].at);
	conditions = (void *)(base + head->table[TABLE_CONDITIONS].at);
	marks = (void *)(base + head->table[TABLE_MARKS].at);
}

/* An arena in which nothing has happened yet, at ARENA_FD. */
int arena_create(uint32_t max)
{
	struct head h;
	int fd = memfd_create("luabox-arena", MFD_CLOEXEC);
	char *base;

	layout(&h, max);
	if (fd < 0 || ftruncate(fd, h.size) < 0 ||
	    dup3(fd, ARENA_FD, O_CLOEXEC) < 0)
		return -1;
	close(fd);
	base = mmap(NULL, h.size, PROT_READ | PROT_WRITE, MAP_SHARED,
		    ARENA_FD, 0);
	if (base == MAP_FAILED)
		return -1;
	memcpy(base, &h, sizeof(h));
	memcpy(base + sizeof(h), &h, sizeof(h));
	head = (void *)base;
	point(base);

	core->exe_fd = core->plan_fd = core->journal_fd = -1;
	core->null_fd = core->run_fd = -1;
	core->console_fd = core->ctl_fd = core->info_fd = -1;
	core->epoll_fd = core->timer_fd = core->signal_fd = -1;
	core->self_read = core->self_write = -1;
	core->loader_read = core->loader_write = core->loading_fd = -1;
	core->next_plan_fd = core->old_plan_fd = -1;
	core->cgroup_fd = core->notify_fd = core->clock_fd = -1;
	core->watch_fd = core->watchdog_fd = core->trial_fd = -1;
	core->trial_client = CLIENT_MAX;
	core->apply_client = CLIENT_MAX;
	for (uint32_t i = 0; i < CLIENT_MAX; i++)
		clients[i].fd = -1;
	return 0;
}

static int head_sound(const struct head *h, uint64_t size)
{
	if (h->magic != ARENA_MAGIC || h->crc != head_crc(h) ||
	    h->size != size || h->tables > TABLES_MAX)
		return 0;
	for (uint32_t t = 0; t < h->tables; t++) {
		struct table_place p = h->table[t];

		if (p.at > size || (uint64_t)p.row * p.rows > size - p.at)
			return 0;
	}
	return 1;
}

/* Rows from an older layout: what it did not know stays as it was made. */
static void import(const struct head *old, const char *base)
{
	for (uint32_t t = 0; t < TABLE_COUNT && t < old->tables; t++) {
		struct table_place from = old->table[t], to = head->table[t];
		uint32_t rows = from.rows < to.rows ? from.rows : to.rows;
		size_t size = from.row < to.row ? from.row : to.row;

		/* Timers behind the services' may have other places now. */
		if (t == TABLE_TIMERS && from.rows != to.rows &&
		    rows > head->service_max)
			rows = head->service_max;
		for (uint32_t r = 0; r < rows; r++)
			memcpy((char *)head + to.at + r * to.row,
			       base + from.at + r * from.row, size);
	}
}

/*
 * Find the arena of an earlier image; NULL, or why it cannot be used. With
 * `trial` nothing is written to it: a copy is what is tried.
 */
const char *arena_attach(int trial)
{
	struct head want, *h;
	struct stat st;
	char *base;

	if (fstat(ARENA_FD, &st) < 0 || st.st_size < (off_t)(2 * sizeof(*h)))
		return "no arena";
	base = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE,
		    trial ? MAP_PRIVATE : MAP_SHARED, ARENA_FD, 0);
	if (base == MAP_FAILED)
		return "cannot map the arena";
	h = (void *)base;
	if (!head_sound(h, (uint64_t)st.st_size))
		*h = h[1];
	if (!head_sound(h, (uint64_t)st.st_size))
		return "the arena is damaged";
	if (h->version != ARENA_VERSION)
		return "the arena has another version";
	layout(&want, h->service_max);
	if (!memcmp(h, &want, sizeof(want))) {
		head = h;
		point(base);
		return NULL;
	}
	if (h->tables > TABLE_COUNT)
		return "the arena is that of a later version";
	for (uint32_t t = 0; t < h->tables; t++)
		if (h->table[t].row > want.table[t].row)
			return "the arena is that of a later version";
	if (arena_create(h->service_max) < 0)
		return "cannot make an arena";
	import(h, base);
	munmap(base, (size_t)st.st_size);
	return NULL;
}
