/*
 * logd.c - read the services' output, keep it, print it
 *
 * Layer: a child of PID 1 that runs this image without an exec (so it works
 * with no root, no /proc and no file at all). Pipes are read into the journal
 * (journal.h), cut into lines and put into its ring; the console gets what it
 * can take, at its own pace, as "name: text". A console that is stuck loses
 * lines in the end, a service never waits for it.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "core.h"
#include "journal.h"

enum { KEEP_MAX = 65536 }; /* more than PID 1 has: fd_max() */

static struct journal *journal;
static char *ring;
static struct journal_lines *lines;
static volatile sig_atomic_t quitting;

/* ---- slot state ---- */

struct span {
	uint32_t start, used, which;
};

static struct span span_get(const struct journal_slot *s)
{
	uint32_t v = atomic_load(&s->state);

	return (struct span){v & 0xfff, v >> 12 & 0xfff, v >> 24 & 1};
}

static uint32_t span_pack(struct span p)
{
	return p.start | p.used << 12 | p.which << 24;
}

static void span_set(struct journal_slot *s, struct span p)
{
	atomic_store(&s->state, span_pack(p));
}

/* ---- ring ---- */

static struct journal_record *record_at(uint64_t position)
{
	return (void *)(ring + position % journal->ring_size);
}

static uint64_t make_room(uint32_t size)
{
	uint64_t head = atomic_load(&journal->head);
	uint64_t tail = atomic_load(&journal->tail);
	uint32_t left = journal->ring_size - (uint32_t)(head %
						journal->ring_size);
	uint32_t need = left < size ? left + size : size;

	while (head + need - tail > journal->ring_size)
		tail += record_at(tail)->size;
	atomic_store(&journal->tail, tail);
	if (left < size) {
		struct journal_record *pad = record_at(head);

		pad->size = left;
		pad->slot = JOURNAL_PAD;
		head += left;
		atomic_store(&journal->head, head);
	}
	return head;
}

static uint64_t clock_ns(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * SECOND + (uint64_t)ts.tv_nsec;
}

/* Put one line of slot n into the ring, and with the same commit take it out
 * of the slot: `after` is the slot's state without it. */
static void append(uint32_t n, const char *text, uint32_t length, int cut,
		   struct span after)
{
	struct journal_slot *s = &journal->slot[n];
	uint32_t name = (uint32_t)strnlen(s->name, sizeof(s->name) - 1) + 1;
	uint32_t size = (uint32_t)sizeof(struct journal_record) + name +
		length;
	struct journal_record *r;
	uint64_t head;

	size = (size + 7) & ~7u;
	head = make_room(size);
	r = record_at(head);
	r->size = size;
	r->slot = n;
	r->length = length;
	r->cut = (uint16_t)cut;
	r->quiet = (uint16_t)s->quiet;
	r->mono_ns = clock_ns(CLOCK_BOOTTIME);
	r->real_ns = clock_ns(CLOCK_REALTIME);
	memcpy(r->name, s->name, name - 1);
	r->name[name - 1] = '\0';
	memcpy(r->name + name, text, length);

	journal->step_head = head + size;
	journal->step_slot = n;
	journal->step_state = span_pack(after);
	atomic_store(&journal->step_open, 1);
	atomic_store(&journal->head, head + size);
	span_set(s, after);
	atomic_store(&journal->step_open, 0);
}

/* ---- rate: what a service prints over it is counted, not kept ---- */

static struct {
	uint64_t second; /* in which `count` lines were taken */
	uint32_t count, dropped;
	uint8_t inside;  /* a line of which the beginning was dropped */
} rates[LOG_SOURCES_MAX];

static uint32_t rate_of(uint32_t n)
{
	uint32_t i = log_sources[n].service;

	return i == NOBODY ? 0 : plan.extra[plan.service[i].extra].log_rate;
}

/* Is it over its rate for the rest of this second? Where that ends, a line
 * says what is missing. */
static int over_rate(uint32_t n)
{
	struct journal_slot *s = &journal->slot[n];
	uint32_t rate = rate_of(n);
	uint64_t second;
	char text[96];
	uint32_t missing;

	if (!rate)
		return 0;
	second = clock_ns(CLOCK_BOOTTIME) / SECOND;
	if (rates[n].second != second) {
		missing = rates[n].dropped;
		rates[n].second = second;
		rates[n].count = rates[n].dropped = 0;
		if (missing)
			append(n, text, (uint32_t)fmt(text, sizeof(text),
			       "[%u lines dropped: more than %u in a second]",
			       missing, rate), 0, span_get(s));
	}
	return rates[n].count >= rate;
}

static void drop_lines(uint32_t n, uint32_t lines_dropped)
{
	rates[n].dropped += lines_dropped;
	atomic_fetch_add(&journal->slot[n].dropped, lines_dropped);
}

/* A flood is thrown away in large pieces. */
static int discard(uint32_t n, int fd)
{
	static char waste[65536];
	ssize_t got = read(fd, waste, sizeof(waste));
	const char *p = waste;
	uint32_t count = 0;

	if (got <= 0)
		return got < 0 ? 0 : -1;
	while ((p = memchr(p, '\n', (size_t)(waste + got - p)))) {
		count++;
		p++;
	}
	drop_lines(n, count);
	rates[n].inside = waste[got - 1] != '\n';
	return 1;
}

/* ---- lines ---- */

/* Into the ring, or over the rate: out of the slot in any case. */
static void take_line(uint32_t n, const char *text, uint32_t length, int cut,
		      struct span after)
{
	if (!rates[n].inside && !over_rate(n)) {
		rates[n].count++;
		append(n, text, length, cut, after);
		return;
	}
	/* Counted where it ends, however much of it was thrown away before. */
	if (!cut)
		drop_lines(n, 1);
	rates[n].inside = (uint8_t)cut;
	span_set(&journal->slot[n], after);
}

static void take_lines(uint32_t n)
{
	struct journal_slot *s = &journal->slot[n];
	struct span p = span_get(s);
	char *line = lines[n].line[p.which];

	while (p.start < p.used) {
		char *end = memchr(line + p.start, '\n', p.used - p.start);
		struct span after = p;

		if (end) {
			after.start = (uint32_t)(end + 1 - line);
			take_line(n, line + p.start,
				  (uint32_t)(end - line) - p.start, 0, after);
		} else if (p.start == 0 && p.used == JOURNAL_LINE) {
			after.start = p.used;
			take_line(n, line, p.used, 1, after);
		} else {
			break;
		}
		p = after;
	}
	if (!p.used || (p.start < p.used && p.used < JOURNAL_LINE))
		return;
	/* Full, or all taken: go on at the front of the other buffer, with
	 * what is left; it must be zero behind that before it counts. */
	if (p.start == p.used || p.start) {
		struct span next = {0, p.used - p.start, !p.which};

		memset(lines[n].line[next.which], 0, JOURNAL_LINE);
		memcpy(lines[n].line[next.which], line + p.start, next.used);
		span_set(s, next);
	}
}

/* Returns 0 when the pipe is empty, -1 when it has ended. */
static int take_bytes(uint32_t n, int fd)
{
	struct journal_slot *s = &journal->slot[n];
	struct span p = span_get(s);
	ssize_t got;

	atomic_store(&s->started, 1);
	if (p.start == p.used && over_rate(n))
		return discard(n, fd);
	got = read(fd, lines[n].line[p.which] + p.used,
		   JOURNAL_LINE - p.used);
	if (got <= 0)
		return got < 0 ? 0 : -1;
	p.used += (uint32_t)got;
	span_set(s, p);
	take_lines(n);
	return 1;
}

/* What a killed predecessor left between two stores. */
static void recover(void)
{
	if (atomic_load(&journal->step_open) &&
	    atomic_load(&journal->head) == journal->step_head)
		atomic_store(&journal->slot[journal->step_slot].state,
			     journal->step_state);
	atomic_store(&journal->step_open, 0);
	/* Slots are given in turn. What was never used is not looked at: that
	 * would give it memory. */
	for (uint32_t n = 0; n < journal->slots &&
	     n < JOURNAL_SERVICE + core->log_cursor; n++) {
		struct journal_slot *s = &journal->slot[n];
		struct span p;
		uint32_t used = JOURNAL_LINE;

		if (!atomic_load(&s->started))
			continue;
		p = span_get(s);
		while (used > p.used && !lines[n].line[p.which][used - 1])
			used--;
		p.used = used;
		span_set(s, p);
		take_lines(n);
	}
}

/* ---- console ---- */

static int console_tty;

static uint32_t clean(char *out, const char *text, uint32_t length)
{
	static const char hex[] = "0123456789abcdef";
	char *o = out;

	for (uint32_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		/* A log line must not steer the terminal. */
		if (console_tty && ((c < 32 && c != '\t') || c == 127)) {
			*o++ = '\\';
			*o++ = 'x';
			*o++ = hex[c >> 4];
			*o++ = hex[c & 15];
		} else {
			*o++ = (char)c;
		}
	}
	return (uint32_t)(o - out);
}

/* Print as long as the console takes it; returns 1 if it is full. It may take
 * half a line: the rest is for the next time, nobody waits for it here. */
static int print_some(int wait_ms)
{
	static uint64_t half_at;
	static uint32_t half;
	static char line[64 + 4 * JOURNAL_LINE + 8];
	uint64_t at = atomic_load(&journal->printed);
	uint64_t tail = atomic_load(&journal->tail);

	if (core->console_fd < 0) {
		atomic_store(&journal->printed, atomic_load(&journal->head));
		return 0;
	}
	if (at < tail) {
		at = tail;
		atomic_fetch_add(&journal->lost, 1);
	}
	while (at < atomic_load(&journal->head)) {
		struct pollfd p = {core->console_fd, POLLOUT, 0};
		struct journal_record *r = record_at(at);
		uint32_t name, n = 0, done = half_at == at ? half : 0;

		if (r->slot != JOURNAL_PAD && !r->quiet) {
			name = (uint32_t)strlen(r->name);
			memcpy(line, r->name, name);
			n = name;
			line[n++] = ':';
			line[n++] = ' ';
			n += clean(line + n, r->name + name + 1, r->length);
			if (console_tty)
				line[n++] = '\r';
			line[n++] = '\n';
		}
		while (done < n) {
			ssize_t w;

			w = poll(&p, 1, wait_ms) <= 0 ? 0 :
				write(core->console_fd, line + done, n - done);
			if (w > 0)
				done += (uint32_t)w;
			if (w < 0 && errno != EAGAIN && errno != EINTR)
				break; /* gone: count it as printed */
			if (w <= 0) {
				half_at = at;
				half = done;
				return 1;
			}
		}
		half = 0;
		at += r->size;
		atomic_store(&journal->printed, at);
	}
	return 0;
}

/* ---- main ---- */

static void on_term(int sig)
{
	(void)sig;
	quitting = 1;
}

static int read_end(uint32_t slot)
{
	return log_sources[slot].fd;
}

/* epoll_pwait lets a signal in only when it has no events: a reader that is
 * never idle looks for itself. */
static int told_to_quit(void)
{
	sigset_t pending;

	return quitting || (sigpending(&pending) == 0 &&
			    sigismember(&pending, SIGTERM) == 1);
}

/* Everything that the core has open came along; keep only what we read. */
static void close_others(void)
{
	static unsigned char keep[KEEP_MAX / 8];
	int top = 2;

	for (uint32_t n = 0; n < journal->slots; n++) {
		int fd = read_end(n);

		if (fd >= KEEP_MAX)
			continue;
		if (fd >= 0)
			keep[fd / 8] |= (unsigned char)(1 << fd % 8);
		if (fd > top)
			top = fd;
	}
	if (core->console_fd >= 0 && core->console_fd < KEEP_MAX) {
		keep[core->console_fd / 8] |=
			(unsigned char)(1 << core->console_fd % 8);
		if (core->console_fd > top)
			top = core->console_fd;
	}
	for (int fd = 0; fd <= top; fd++)
		if (!(keep[fd / 8] & 1 << fd % 8))
			close(fd);
	syscall(SYS_close_range, top + 1, ~0u, 0);
}

static int map_journal(void)
{
	off_t size = lseek(core->journal_fd, 0, SEEK_END);
	void *p;

	if (size <= 0)
		return -1;
	p = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED,
		 core->journal_fd, 0);
	if (p == MAP_FAILED)
		return -1;
	journal = p;
	ring = (char *)p + journal->ring_at;
	lines = (void *)((char *)p + journal->lines_at);
	return 0;
}

void logd_main(int unused)
{
	struct sigaction term = {.sa_handler = on_term};
	struct epoll_event events[32];
	sigset_t block, open_mask;
	uint32_t open_pipes = 0;
	int ep, full = 0;

	(void)unused;
	setsid();
	prctl(PR_SET_NAME, "luabox-logd");
	sigaction(SIGTERM, &term, NULL);
	/* Delivered inside epoll_pwait only, so that none is missed. */
	sigemptyset(&open_mask);
	sigemptyset(&block);
	sigaddset(&block, SIGTERM);
	sigprocmask(SIG_SETMASK, &block, NULL);
	if (map_journal() < 0)
		_exit(1);
	close_others();
	console_tty = isatty(core->console_fd);
	recover();
	logfile_write(journal, ring);
	ep = epoll_create1(EPOLL_CLOEXEC);
	for (uint32_t n = 0; n < journal->slots; n++) {
		struct epoll_event e = {.events = EPOLLIN, .data.u32 = n};

		if (read_end(n) >= 0 &&
		    epoll_ctl(ep, EPOLL_CTL_ADD, read_end(n), &e) == 0)
			open_pipes++;
	}
	if (!open_pipes)
		_exit(1); /* there are always two: it cannot watch them */
	loop_settled();
	/* The core holds the other ends: when all have ended, so has it. */
	while (!told_to_quit() && open_pipes > 0) {
		int n;

		full = print_some(0);
		n = epoll_pwait(ep, events, 32, full ? 20 : -1, &open_mask);
		for (int k = 0; k < n; k++) {
			int fd = read_end(events[k].data.u32);

			if (take_bytes(events[k].data.u32, fd) >= 0)
				continue;
			epoll_ctl(ep, EPOLL_CTL_DEL, fd, NULL);
			open_pipes--;
		}
		logfile_write(journal, ring);
	}
	for (uint32_t n = 0; n < journal->slots; n++)
		if (read_end(n) >= 0)
			for (int k = 0; k < 4096; k++)
				if (take_bytes(n, read_end(n)) <= 0)
					break;
	logfile_write(journal, ring);
	print_some(500);
	_exit(0);
}
