/*
 * logfile.c - lines of the journal into files of their own
 *
 * Layer: part of logd, a child of PID 1, so it may block. Files are written
 * from the ring, in its order, and how far is noted in the journal together
 * with the size that the file has then: a successor cuts off what was written
 * and not noted, and writes it again. So a killed logd neither loses a line
 * nor leaves one twice. A file that cannot be written is tried again every
 * second; what it misses meanwhile is counted.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h> /* rename() is declared there */
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core.h"
#include "journal.h"

enum { BUFFER = 32 * 1024, SANE_YEAR = 2024 - 1900, PATH_ROOM = 300 };

struct file {
	int32_t fd; /* + 1; 0: not open */
	uint64_t retry_at;
};

/* By slot; only those of services with a file of their own are touched. */
static struct file files[LOG_SOURCES_MAX];

static struct {
	uint32_t slot, used, records;
	char data[BUFFER];
} out;

static const struct plan_service *definition(uint32_t slot)
{
	uint32_t i = slot < LOG_SOURCES_MAX ? log_sources[slot].service :
		NOBODY;

	return i == NOBODY ? NULL : &plan.service[i];
}

static uint64_t monotonic(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (uint64_t)ts.tv_sec * SECOND + (uint64_t)ts.tv_nsec;
}

/* ---- one file ---- */

static void fail(struct journal_slot *s, struct file *f, int error)
{
	s->file_error = (uint32_t)error;
	f->retry_at = monotonic() + SECOND;
	if (f->fd)
		close(f->fd - 1);
	f->fd = 0;
}

static void parents(const char *path)
{
	char part[PATH_ROOM];
	size_t n = fmt(part, sizeof(part), "%s", path);

	for (size_t i = 1; i < n; i++) {
		if (part[i] != '/')
			continue;
		part[i] = '\0';
		mkdir(part, 0755);
		part[i] = '/';
	}
}

static int open_file(const struct plan_service *p, struct journal_slot *s,
		     struct file *f)
{
	const char *path = p->log == PLAN_LOG_KMSG ? "/dev/kmsg" :
		plan_text(&plan, plan.extra[p->extra].log_path);
	struct stat st;
	int fd;

	if (f->fd)
		return 0;
	if (f->retry_at && monotonic() < f->retry_at)
		return -1;
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY |
		  O_NONBLOCK, 0640);
	if (fd < 0 && errno == ENOENT) {
		parents(path);
		fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC |
			  O_NOCTTY | O_NONBLOCK, 0640);
	}
	if (fd < 0 || fstat(fd, &st) < 0) {
		fail(s, f, errno);
		return -1;
	}
	f->fd = fd + 1;
	if (!S_ISREG(st.st_mode))
		return 0;
	if (!s->file_known) {
		s->file_size = (uint64_t)st.st_size;
		s->file_known = 1;
	} else if ((uint64_t)st.st_size > s->file_size) {
		if (ftruncate(fd, (off_t)s->file_size) < 0)
			s->file_size = (uint64_t)st.st_size;
	} else {
		s->file_size = (uint64_t)st.st_size;
	}
	return 0;
}

/* name -> name.1 -> name.2 ... -> gone */
static void rotate(const struct plan_service *p, struct journal_slot *s,
		   struct file *f)
{
	const struct plan_extra *e = &plan.extra[p->extra];
	const char *path = plan_text(&plan, e->log_path);
	char from[PATH_ROOM + 12], to[PATH_ROOM + 12];

	for (uint32_t n = e->log_keep; n > 0; n--) {
		fmt(to, sizeof(to), "%s.%u", path, n);
		if (n > 1)
			fmt(from, sizeof(from), "%s.%u", path, n - 1);
		else
			fmt(from, sizeof(from), "%s", path);
		rename(from, to);
	}
	if (!e->log_keep)
		unlink(path);
	close(f->fd - 1);
	f->fd = 0;
	s->file_size = 0;
}

/* ---- lines ---- */

static size_t stamp(char *text, size_t size, const struct plan_extra *e,
		    const struct journal_record *r)
{
	time_t seconds = (time_t)(r->real_ns / SECOND);
	struct tm tm;
	size_t n = 0;

	/* A clock that was never set says nothing. */
	if (e->log_stamp & PLAN_STAMP(UTC) && gmtime_r(&seconds, &tm) &&
	    tm.tm_year >= SANE_YEAR) {
		const unsigned parts[] = {
			(unsigned)tm.tm_year + 1900, (unsigned)tm.tm_mon + 1,
			(unsigned)tm.tm_mday, (unsigned)tm.tm_hour,
			(unsigned)tm.tm_min, (unsigned)tm.tm_sec,
		};
		static const char before[] = "\0--T::";

		for (int i = 0; i < 6; i++) {
			if (before[i])
				text[n++] = before[i];
			n += fmt(text + n, size - n, parts[i] < 10 ? "0%u" :
				 "%u", parts[i]);
		}
		n += fmt(text + n, size - n, "Z ");
	}
	if (e->log_stamp & PLAN_STAMP(MONO)) {
		unsigned us = (unsigned)(r->mono_ns / 1000 % 1000000);

		n += fmt(text + n, size - n, "%llu.",
			 (unsigned long long)(r->mono_ns / SECOND));
		for (unsigned digit = 100000; digit; digit /= 10)
			text[n++] = (char)('0' + us / digit % 10);
		text[n++] = ' ';
	}
	return n;
}

static void flush(struct journal *j, uint64_t position)
{
	const struct plan_service *p = definition(out.slot);
	struct journal_slot *s = &j->slot[out.slot];
	struct file *f = &files[out.slot];
	uint32_t done = 0;

	if (out.used && p && p->log != PLAN_LOG_KMSG &&
	    plan.extra[p->extra].log_size && f->fd && s->file_size &&
	    s->file_size + out.used > plan.extra[p->extra].log_size)
		rotate(p, s, f);
	if (out.used && (!p || open_file(p, s, f) < 0)) {
		atomic_fetch_add(&s->dropped, out.records);
		out.used = 0;
	}
	while (done < out.used) {
		ssize_t n = write(f->fd - 1, out.data + done,
				  out.used - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			/* No half a line: the file ends with a whole one. */
			if (ftruncate(f->fd - 1, (off_t)s->file_size) == 0)
				done = 0;
			atomic_fetch_add(&s->dropped, out.records);
			fail(s, f, n < 0 ? errno : ENOSPC);
			break;
		}
		done += (uint32_t)n;
	}
	if (done && done == out.used) {
		s->file_error = 0;
		s->file_size += done;
	}
	out.used = out.records = 0;
	atomic_store(&j->filed, position);
}

/* A piece that is written at once is never larger than a file may be. */
static uint32_t room(const struct plan_service *p)
{
	uint32_t size = plan.extra[p->extra].log_size;

	return p->log == PLAN_LOG_FILE && size && size < BUFFER ? size :
		BUFFER;
}

static void add(const struct plan_service *p, const struct journal_record *r)
{
	const struct plan_extra *e = &plan.extra[p->extra];
	const char *text = r->name + strlen(r->name) + 1;

	if (p->log == PLAN_LOG_KMSG)
		out.used += (uint32_t)fmt(out.data + out.used, 100,
					  "<30>%s: ", r->name);
	else
		out.used += (uint32_t)stamp(out.data + out.used, 64, e, r);
	memcpy(out.data + out.used, text, r->length);
	out.used += r->length;
	out.data[out.used++] = '\n';
	out.records++;
}

/* All records that are new since the last call. */
void logfile_write(struct journal *j, char *ring)
{
	uint64_t at = atomic_load(&j->filed);
	uint64_t tail = atomic_load(&j->tail);

	if (at < tail)
		at = tail;
	while (at < atomic_load(&j->head)) {
		const struct journal_record *r =
			(void *)(ring + at % j->ring_size);
		const struct plan_service *p = r->slot == JOURNAL_PAD ? NULL :
			definition(r->slot);

		if (p && (p->log == PLAN_LOG_FILE ||
			  p->log == PLAN_LOG_KMSG)) {
			/* kmsg takes one line with each write */
			if (out.records &&
			    (r->slot != out.slot ||
			     p->log == PLAN_LOG_KMSG ||
			     out.used + r->length + 200 > room(p)))
				flush(j, at);
			out.slot = r->slot;
			add(p, r);
		}
		at += r->size;
	}
	if (out.records)
		flush(j, at);
	else
		atomic_store(&j->filed, at);
}
