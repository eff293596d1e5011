/*
 * plan.h - the plan: what the loader writes and PID 1 obeys
 *
 * Layer: shared by the core (plan.c reads) and the loader (init/plan.lua
 * writes, with the names that plan_lua.c exports from these very lists).
 *
 * A plan is one flat image: header, sections of records, string pool. Every
 * field is a native uint32_t; a string is an offset into the pool, a list a
 * {first, count} range in another section. So a record kind is a list of
 * X(type, name) here and nothing else: the C struct, the check of an image
 * and the packing in Lua all come from it. Times are milliseconds, factors
 * thousandths. The pool ends with a NUL, so that any offset inside it is a
 * terminated string; offset 0 is "".
 */
#ifndef INIT_PLAN_H
#define INIT_PLAN_H

#include <stddef.h>
#include <stdint.h>

#define PLAN_MAGIC 0x4e4c504cu /* "LPLN" where bytes are little-endian */
#define PLAN_VERSION 3u
#define PLAN_NONE 0xffffffffu  /* no action, no source */

/* ---- enumerations: E(GROUP, NAME) is PLAN_GROUP_NAME here and
 * layout.enums.group.name in Lua ---- */

#define PLAN_ENUM_KIND(E) \
	E(KIND, SERVICE) E(KIND, ONESHOT) E(KIND, GROUP) E(KIND, TIMER) \
	E(KIND, MOUNT)
#define PLAN_ENUM_EDGE(E) \
	E(EDGE, NEEDS) E(EDGE, WANTS) E(EDGE, ONCE) E(EDGE, AFTER)
#define PLAN_ENUM_ACTION(E) E(ACTION, ARGV) E(ACTION, FUNCTION)
/* from PIDFILE on a prober looks (probe.c) */
#define PLAN_ENUM_READY(E) \
	E(READY, EXEC) E(READY, EXIT) E(READY, FD) E(READY, NOTIFY) \
	E(READY, PIDFILE) E(READY, FILE) E(READY, UNIX) E(READY, TCP) \
	E(READY, CHECK)
#define PLAN_ENUM_RESTART(E) \
	E(RESTART, NEVER) E(RESTART, FAILURE) E(RESTART, ABNORMAL) \
	E(RESTART, ALWAYS)
#define PLAN_ENUM_THEN(E) \
	E(THEN, FAILED) E(THEN, REBOOT) E(THEN, POWEROFF) E(THEN, RESCUE) \
	E(THEN, START)
#define PLAN_ENUM_SCOPE(E) E(SCOPE, TREE) E(SCOPE, GROUP) E(SCOPE, MAIN)
#define PLAN_ENUM_CONSOLE(E) \
	E(CONSOLE, NONE) E(CONSOLE, SHARE) E(CONSOLE, OWN)
/* journal and console, journal alone, the console without journal, journal and
 * a file or the kernel's log; none of these but another service's input */
#define PLAN_ENUM_LOG(E) \
	E(LOG, NONE) E(LOG, BOTH) E(LOG, RING) E(LOG, CONSOLE) \
	E(LOG, FILE) E(LOG, KMSG) E(LOG, SVC)
#define PLAN_ENUM_STAMP(E) E(STAMP, UTC) E(STAMP, MONO)
#define PLAN_ENUM_FLAG(E) \
	E(FLAG, SESSION) E(FLAG, NONEWPRIVS) E(FLAG, MAIN) E(FLAG, CRITICAL) \
	E(FLAG, USER) E(FLAG, NICE) E(FLAG, OOM) E(FLAG, SCHED) \
	E(FLAG, IOPRIO) E(FLAG, HOLD) E(FLAG, DEMAND) E(FLAG, PERSIST) \
	E(FLAG, TMP) E(FLAG, CAPS) E(FLAG, LANDLOCK) E(FLAG, LANDLOCK_NET) \
	E(FLAG, NOTIFY) /* it may talk to us by sd_notify */ \
	E(FLAG, SANDBOX) /* it must be possible, or the start fails */ \
	E(FLAG, FED) /* its input is the output of others */
/* a constant is known to the loader, `cond` is set by svc, all others are
 * watched by a child (when.c) */
#define PLAN_ENUM_CONDITION(E) \
	E(CONDITION, CONSTANT) E(CONDITION, COND) E(CONDITION, DEV) \
	E(CONDITION, PATH) E(CONDITION, LINK) E(CONDITION, ROUTE)
/* one socket or file of `listen` */
#define PLAN_ENUM_SOCKET(E) \
	E(SOCKET, TCP) E(SOCKET, UDP) E(SOCKET, UNIX) E(SOCKET, DGRAM) \
	E(SOCKET, SEQPACKET) E(SOCKET, FIFO) E(SOCKET, UEVENT)

#define PLAN_ENUMS(F) \
	F(KIND) F(EDGE) F(ACTION) F(READY) F(RESTART) F(THEN) F(SCOPE) \
	F(CONSOLE) F(LOG) F(STAMP) F(FLAG) F(CONDITION) F(SOCKET)

#define PLAN_ENUM_MEMBER(group, name) PLAN_##group##_##name,
#define PLAN_ENUM_DECLARE(group) \
	enum { PLAN_ENUM_##group(PLAN_ENUM_MEMBER) PLAN_##group##_COUNT };
PLAN_ENUMS(PLAN_ENUM_DECLARE)

#define PLAN_FLAG(name) (1u << PLAN_FLAG_##name)
#define PLAN_STAMP(name) (1u << PLAN_STAMP_##name)

/* ---- records: X(type, field); the types are listed in plan_types[] ---- */

#define PLAN_HEADER(X) \
	X(num, magic) X(num, version) X(num, size) \
	X(num, crc) /* of all bytes that follow this field */ \
	X(num, pool_at) X(num, pool_size) \
	X(str, target) /* the group that a boot starts */ \
	X(flag, inittab) /* signals mean what they mean to busybox's init */

#define PLAN_SERVICE(X) \
	X(str, name) X(kind, kind) \
	X(num, hash) /* of the effective definition: the same = untouched */ \
	X(num, run_hash) /* of what a running process would notice */ \
	X(str, desc) X(str, file) X(num, line) \
	X(str, broken) /* why it cannot run ("missing:x"), else "" */ \
	X(action, run) X(action, pre) X(action, post) X(action, undo) \
	X(action, reload) X(signal, reload_signal) \
	X(str, dir) X(words, env) X(num, umask) X(str, stdin) X(str, tty) \
	X(console, console) X(log, log) X(num, flags) \
	X(num, uid) X(num, gid) X(numbers, groups) \
	X(limits, limits) X(num, nice) /* + 20 */ X(num, oom) /* + 1000 */ \
	X(edges, out) /* what I need, want, follow */ \
	X(edges, in)  /* the same edges seen from the other end */ \
	X(ready, ready) X(num, ready_fd) X(str, ready_env) \
	X(num, ready_timeout) \
	X(restart, restart_on) X(num, restart_delay) X(num, restart_factor) \
	X(num, restart_max) X(num, restart_jitter) X(num, restart_reset) \
	X(num, restart_limit) X(num, restart_window) X(then, restart_then) \
	X(signal, stop_signal) X(action, stop) X(num, stop_timeout) \
	X(scope, stop_scope) X(extra, extra)

/* What few services have; those without any of it share one row. */
#define PLAN_EXTRA(X) \
	X(str, envfile) \
	X(str, ready_path) X(num, ready_port) X(action, ready_check) \
	X(num, ready_every) X(num, ready_ok) \
	X(num, watchdog) X(num, store) \
	X(listens, listen) X(tests, when) \
	X(num, every) X(num, onboot) X(num, slot_jitter) X(slots, at) \
	X(zones, zone) \
	X(action, on_up) X(action, on_down) X(action, on_crash) \
	X(action, on_failed) X(action, on_ready_timeout) \
	X(other, restart_start) \
	X(num, caps_low) X(num, caps_high) X(num, secbits) \
	X(settings, cgroup) \
	X(num, sched) X(num, sched_priority) X(num, ioprio) \
	X(num, ns) X(str, root) X(words, ro) X(words, hide) \
	X(numbers, seccomp) /* struct sock_filter, two numbers each */ \
	X(words, landlock_ro) X(words, landlock_rw) X(numbers, landlock_net) \
	X(str, log_path) X(num, log_size) X(num, log_keep) \
	X(num, log_rate) /* lines a second, 0: all */ X(num, log_stamp) \
	X(other, log_to)

#define PLAN_LISTEN(X) \
	X(str, name) X(socket, type) \
	X(str, path) /* of UNIX, SEQPACKET and FIFO */ \
	X(num, mode) X(num, uid) X(num, gid) \
	X(num, family) X(num, port) \
	X(num, a) X(num, b) X(num, c) X(num, d) /* in network order */

#define PLAN_CONDITION(X) X(condition_kind, kind) X(str, text) X(flag, value)
#define PLAN_TEST(X) X(condition, condition) X(flag, negate)

/* When a timer runs: bit n set = at n. */
#define PLAN_SLOT(X) \
	X(num, days) X(num, weekdays) /* bit 0 is Sunday */ \
	X(num, hours) X(num, minutes_low) X(num, minutes_high) X(num, second)

/* A second of UTC, and how far clocks are from it since then (+ the bias);
 * in order, the first from ever. None: UTC. */
#define PLAN_ZONE(X) X(num, at_low) X(num, at_high) X(num, offset)
#define PLAN_ZONE_BIAS (1 << 20)

/* A file of the service's cgroup, and what to write there. */
#define PLAN_SETTING(X) X(str, file) X(str, value)

#define PLAN_EDGE(X) X(edge, kind) X(service, peer)

/* A function is named by its file, its service and the field that holds it:
 * the hook child evaluates the plan's copy of that file again. */
#define PLAN_ACTION(X) \
	X(action_kind, kind) X(words, argv) \
	X(flag, applet) /* argv[0] is an applet: our binary, if not in PATH */ \
	X(source, source) X(str, service) X(str, field)

#define PLAN_LIMIT(X) \
	X(num, resource) X(num, soft_low) X(num, soft_high) \
	X(num, hard_low) X(num, hard_high)

#define PLAN_SOURCE(X) \
	X(str, name) X(flag, embedded) /* a module of the binary: no text */ \
	X(str, text) X(num, length)

#define PLAN_WORD(X) X(str, text)
#define PLAN_NUMBER(X) X(num, value)

/* S(section, RECORD list) in the order of plan_header.section */
#define PLAN_SECTIONS(S) \
	S(service, PLAN_SERVICE) S(edge, PLAN_EDGE) S(action, PLAN_ACTION) \
	S(limit, PLAN_LIMIT) S(source, PLAN_SOURCE) S(word, PLAN_WORD) \
	S(number, PLAN_NUMBER) S(extra, PLAN_EXTRA) S(listen, PLAN_LISTEN) \
	S(condition, PLAN_CONDITION) S(test, PLAN_TEST) S(slot, PLAN_SLOT) \
	S(setting, PLAN_SETTING) S(zone, PLAN_ZONE)

#define PLAN_SECTION_ENUM(section, list) PLAN_AT_##section,
enum { PLAN_SECTIONS(PLAN_SECTION_ENUM) PLAN_SECTION_COUNT };

/* ---- field types ---- */

struct plan_range {
	uint32_t first, count;
};

/* T(type, C type, check, argument of the check) */
#define PLAN_TYPES(T) \
	T(num, uint32_t, NONE, 0) \
	T(str, uint32_t, STRING, 0) \
	T(flag, uint32_t, BELOW, 2) \
	T(signal, uint32_t, BELOW, 65) \
	T(service, uint32_t, INDEX, PLAN_AT_service) \
	T(action, uint32_t, OPTIONAL, PLAN_AT_action) \
	T(source, uint32_t, OPTIONAL, PLAN_AT_source) \
	T(words, struct plan_range, RANGE, PLAN_AT_word) \
	T(numbers, struct plan_range, RANGE, PLAN_AT_number) \
	T(edges, struct plan_range, RANGE, PLAN_AT_edge) \
	T(limits, struct plan_range, RANGE, PLAN_AT_limit) \
	T(listens, struct plan_range, RANGE, PLAN_AT_listen) \
	T(tests, struct plan_range, RANGE, PLAN_AT_test) \
	T(slots, struct plan_range, RANGE, PLAN_AT_slot) \
	T(settings, struct plan_range, RANGE, PLAN_AT_setting) \
	T(zones, struct plan_range, RANGE, PLAN_AT_zone) \
	T(extra, uint32_t, INDEX, PLAN_AT_extra) \
	T(other, uint32_t, OPTIONAL, PLAN_AT_service) \
	T(condition, uint32_t, INDEX, PLAN_AT_condition) \
	T(condition_kind, uint32_t, BELOW, PLAN_CONDITION_COUNT) \
	T(socket, uint32_t, BELOW, PLAN_SOCKET_COUNT) \
	T(kind, uint32_t, BELOW, PLAN_KIND_COUNT) \
	T(edge, uint32_t, BELOW, PLAN_EDGE_COUNT) \
	T(action_kind, uint32_t, BELOW, PLAN_ACTION_COUNT) \
	T(ready, uint32_t, BELOW, PLAN_READY_COUNT) \
	T(restart, uint32_t, BELOW, PLAN_RESTART_COUNT) \
	T(then, uint32_t, BELOW, PLAN_THEN_COUNT) \
	T(scope, uint32_t, BELOW, PLAN_SCOPE_COUNT) \
	T(console, uint32_t, BELOW, PLAN_CONSOLE_COUNT) \
	T(log, uint32_t, BELOW, PLAN_LOG_COUNT)

#define PLAN_TYPE_DECLARE(type, ctype, check, arg) \
	typedef ctype plan_##type;
PLAN_TYPES(PLAN_TYPE_DECLARE)

#define PLAN_TYPE_ENUM(type, ctype, check, arg) PLAN_TYPE_##type,
enum { PLAN_TYPES(PLAN_TYPE_ENUM) PLAN_TYPE_COUNT };

#define PLAN_FIELD(type, name) plan_##type name;
#define PLAN_STRUCT(section, list) \
	struct plan_##section { \
		list(PLAN_FIELD) \
	};
PLAN_SECTIONS(PLAN_STRUCT)

struct plan_header {
	PLAN_HEADER(PLAN_FIELD)
	struct plan_range section[PLAN_SECTION_COUNT]; /* first: byte offset */
};

/* An image that plan_open() found sound: offsets need no further check. */
struct plan {
	const struct plan_header *header;
	const char *pool;
#define PLAN_POINTER(name, list) const struct plan_##name *name;
	PLAN_SECTIONS(PLAN_POINTER)
#undef PLAN_POINTER
};

/* Check an image of `size` bytes; NULL, or what is wrong with it. */
const char *plan_open(struct plan *plan, const void *image, size_t size);
uint32_t plan_crc(const void *data, size_t size);

static inline const char *plan_text(const struct plan *plan, uint32_t offset)
{
	return plan->pool + offset;
}

#define PLAN_EACH(type, item, range) \
	for (const struct plan_##type *item = plan.type + (range).first; \
	     item < plan.type + (range).first + (range).count; item++)

static inline uint32_t plan_count(const struct plan *plan, unsigned section)
{
	return plan->header ? plan->header->section[section].count : 0;
}

#endif
