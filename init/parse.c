/*
 * parse.c - texts that services and their authors hand in
 *
 * Layer: PID 1 core, pure: bytes in, bytes out, in place. sd_notify messages
 * are read by the core; environment files by a child before its exec.
 */

#include <string.h>

#include "notify.h"

static int is_name(const char *p, const char *end)
{
	if (p == end || (*p >= '0' && *p <= '9'))
		return 0;
	for (; p < end; p++)
		if (!(*p == '_' || (*p >= '0' && *p <= '9') ||
		      (*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z')))
			return 0;
	return 1;
}

/* Such names end up in an environment, with ':' between: LISTEN_FDNAMES. */
static int is_fd_name(const char *name)
{
	const char *c = name;

	while (*c > ' ' && *c <= '~' && *c != ':')
		c++;
	return c > name && !*c;
}

void notify_parse(char *text, size_t size, struct notify_message *m)
{
	const struct {
		const char *key;
		const char **value;
	} keys[] = {
		{"READY=1", &m->ready},
		{"STATUS=", &m->status},
		{"MAINPID=", &m->main_pid},
		{"WATCHDOG=", &m->watchdog},
		{"EXTEND_TIMEOUT_USEC=", &m->extend},
		{"FDSTORE=1", &m->store},
		{"FDSTOREREMOVE=1", &m->store_remove},
		{"FDNAME=", &m->name},
	};
	char *end = text + size, *line = text;

	memset(m, 0, sizeof(*m));
	*end = '\0';
	while (line < end) {
		char *stop = memchr(line, '\n', (size_t)(end - line));

		if (!stop)
			stop = end;
		*stop = '\0';
		for (size_t k = 0; k < sizeof(keys) / sizeof(*keys); k++) {
			size_t n = strlen(keys[k].key);

			/* NAME=1 is the whole line, NAME= a beginning. */
			if (keys[k].key[n - 1] == '1' ?
			    !strcmp(line, keys[k].key) :
			    !strncmp(line, keys[k].key, n))
				*keys[k].value = line + n;
		}
		line = stop + 1;
	}
	if (m->name && !is_fd_name(m->name))
		m->name = NULL;
}

/*
 * NAME=value, blanks around both dropped, `export ` before it allowed; one
 * pair of quotes around the value is taken off. Nothing is expanded.
 */
char *envfile_line(char *line)
{
	char *equals, *end, *value, *out;

	line += strspn(line, " \t\r");
	if (!strncmp(line, "export ", 7))
		line += 7 + strspn(line + 7, " \t");
	if (!*line || *line == '#' || *line == ';')
		return NULL;
	equals = strchr(line, '=');
	if (!equals)
		return NULL;
	for (end = equals; end > line && (end[-1] == ' ' || end[-1] == '\t');)
		end--;
	if (!is_name(line, end))
		return NULL;
	value = equals + 1 + strspn(equals + 1, " \t");
	out = end;
	*out++ = '=';
	end = value + strlen(value);
	while (end > value && strchr(" \t\r\n", end[-1]))
		end--;
	if (end - value >= 2 && (*value == '"' || *value == '\'') &&
	    end[-1] == *value) {
		value++;
		end--;
	}
	memmove(out, value, (size_t)(end - value));
	out[end - value] = '\0';
	return line;
}
