/*
 * fmt.c - text without stdio
 *
 * Layer: PID 1 core. Enough of printf for messages and answers: bounded, no
 * allocation, no locale. Messages of the core go into its own log pipe.
 */

#include <signal.h>
#include <string.h>

#include "core.h"

struct out {
	char *at, *end;
};

static void put(struct out *o, const char *s, size_t n)
{
	size_t room = (size_t)(o->end - o->at);

	if (n > room)
		n = room;
	memcpy(o->at, s, n);
	o->at += n;
}

static void put_number(struct out *o, unsigned long long n, int negative)
{
	char digits[24];
	char *p = digits + sizeof(digits);

	do
		*--p = (char)('0' + n % 10);
	while (n /= 10);
	if (negative)
		*--p = '-';
	put(o, p, (size_t)(digits + sizeof(digits) - p));
}

static void put_integer(struct out *o, char conversion, int size, va_list *args)
{
	if (conversion == 'u') {
		put_number(o, size == 2 ? va_arg(*args, unsigned long long) :
			   size ? va_arg(*args, unsigned long) :
			   va_arg(*args, unsigned), 0);
	} else {
		long long n = size == 2 ? va_arg(*args, long long) :
			size ? va_arg(*args, long) : va_arg(*args, int);

		put_number(o, n < 0 ? 0 - (unsigned long long)n :
			   (unsigned long long)n, n < 0);
	}
}

size_t fmt_va(char *buffer, size_t size, const char *format, va_list list)
{
	struct out o = {buffer, buffer + size - 1};
	va_list args;
	const char *s;

	va_copy(args, list);
	for (; *format; format++) {
		int length = 0;
		char c;

		if (*format != '%') {
			put(&o, format, 1);
			continue;
		}
		while (*++format == 'l')
			length++;
		switch (*format) {
		case 's':
			s = va_arg(args, const char *);
			put(&o, s, strlen(s));
			break;
		case 'c':
			c = (char)va_arg(args, int);
			put(&o, &c, 1);
			break;
		case 'd':
		case 'u':
			put_integer(&o, *format, length, &args);
			break;
		default:
			put(&o, format, 1);
		}
	}
	va_end(args);
	*o.at = '\0';
	return (size_t)(o.at - buffer);
}

size_t fmt(char *buffer, size_t size, const char *format, ...)
{
	va_list args;
	size_t n;

	va_start(args, format);
	n = fmt_va(buffer, size, format, args);
	va_end(args);
	return n;
}

const char *fmt_signal(int number)
{
	static const struct {
		int number;
		char name[7];
	} names[] = {
#define NAME(name) {SIG##name, #name}
		NAME(HUP), NAME(INT), NAME(QUIT), NAME(ILL), NAME(TRAP),
		NAME(ABRT), NAME(BUS), NAME(FPE), NAME(KILL), NAME(USR1),
		NAME(SEGV), NAME(USR2), NAME(PIPE), NAME(ALRM), NAME(TERM),
		NAME(CHLD), NAME(CONT), NAME(STOP), NAME(TSTP), NAME(TTIN),
		NAME(TTOU), NAME(URG), NAME(XCPU), NAME(XFSZ), NAME(VTALRM),
		NAME(PROF), NAME(WINCH), NAME(IO), NAME(PWR), NAME(SYS),
	};
	static char other[12];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (names[i].number == number)
			return names[i].name;
	fmt(other, sizeof(other), "%d", number);
	return other;
}

static void finish(char *line, size_t n)
{
	if (core && core->debug)
		log_debug(line);
	line[n++] = '\n';
	log_write(core ? core->self_write : -1, line, n);
}

void say(const char *format, ...)
{
	char line[512];
	va_list args;
	size_t n;

	va_start(args, format);
	n = fmt_va(line, sizeof(line) - 1, format, args);
	va_end(args);
	finish(line, n);
}

void say_service(uint32_t i, const char *format, ...)
{
	char line[512];
	va_list args;
	size_t n;

	n = fmt(line, sizeof(line) - 1, "%s: ", services[i].name);
	va_start(args, format);
	n += fmt_va(line + n, sizeof(line) - 1 - n, format, args);
	va_end(args);
	finish(line, n);
}
