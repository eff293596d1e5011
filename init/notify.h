/*
 * notify.h - the text of an sd_notify(3) message
 *
 * Layer: shared by notify.c and the fuzz target (parse_lua.c).
 */
#ifndef INIT_NOTIFY_H
#define INIT_NOTIFY_H

#include <stddef.h>

enum { NOTIFY_SIZE = 4096 };

/* Values are terminated inside the text, or NULL where it has none. */
struct notify_message {
	const char *ready, *status, *main_pid, *watchdog, *extend;
	const char *store, *store_remove, *name;
};

/* text[size] must be writable; lines are cut in place. */
void notify_parse(char *text, size_t size, struct notify_message *m);

/* One line of an environment file: NULL, or NAME=value made in place. */
char *envfile_line(char *line);

#endif
