/*
 * journal.h - the memory in which logd works
 *
 * Layer: shared by logd.c, which writes it, log.c, which makes it, and
 * init/client.lua, which reads the ring for `svc log` (offsets there are
 * those of struct journal and struct journal_record: keep them in step; the
 * version says when they change).
 *
 * logd may be killed between any two instructions and must lose nothing. So
 * all it knows is here, every step is one store that commits it, and what a
 * read() has brought but no store has committed yet is found again because
 * the rest of the buffer was zero before.
 */
#ifndef INIT_JOURNAL_H
#define INIT_JOURNAL_H

#include <stdatomic.h>
#include <stdint.h>

enum {
	JOURNAL_MAGIC = 0x4e524a4c, /* "LJRN" */
	JOURNAL_VERSION = 2,
	JOURNAL_RING = 256 * 1024,
	JOURNAL_LINE = 1024, /* longer lines are cut into several records */
	JOURNAL_SELF = 0,   /* slots of the core and of the loader */
	JOURNAL_LOADER = 1,
	JOURNAL_SERVICE = 2, /* and of the first service */
	JOURNAL_PAD = 0xffffffff, /* slot of the unused end of the ring */
};

struct journal_slot {
	char name[64];
	/* start | used << 12 | which << 24: bytes start..used of
	 * line[which] are read and not yet in the ring */
	_Atomic uint32_t state;
	uint32_t quiet; /* not to the console */
	_Atomic uint32_t started; /* something was read: its lines exist */
	_Atomic uint32_t dropped; /* lines over the rate, or unwritable */
	uint64_t file_size;  /* logfile.c: of which all is noted as written */
	uint32_t file_known; /* that size counts */
	uint32_t file_error; /* the last one, or 0 */
};

/* Apart from the slots: a service that prints nothing costs no page here. */
struct journal_lines {
	char line[2][JOURNAL_LINE];
};

struct journal_record {
	uint32_t size; /* with this header, a multiple of 8 */
	uint32_t slot;
	uint32_t length; /* of the text */
	uint16_t cut;    /* the line goes on in the next record of this slot */
	uint16_t quiet;
	uint64_t mono_ns, real_ns;
	char name[];     /* NUL terminated, then the text */
};

struct journal {
	uint32_t magic, version;
	uint32_t ring_size, ring_at; /* byte offset of the ring */
	_Atomic uint64_t head, tail; /* positions, never wrapped */
	_Atomic uint64_t printed;    /* what the console has */
	_Atomic uint64_t lost;       /* records the console did not get */
	/* the step that is being committed */
	uint64_t step_head;
	uint32_t step_slot, step_state;
	_Atomic uint32_t step_open;
	uint32_t slots;
	uint32_t lines_at; /* byte offset of slots x struct journal_lines */
	uint32_t unused;
	_Atomic uint64_t filed;      /* what the files have */
	struct journal_slot slot[];
};

/* logd.c */
void logd_main(int unused);

/* logfile.c */
void logfile_write(struct journal *j, char *ring);

#endif
