/*
 * sys.h - what the system call bindings share
 *
 * Layer: mechanism. An area (sys_mount.c) lists its functions with SYS_AREA,
 * its constants with SYS_CONSTS and its structs with SYS_STRUCT; the linker
 * gathers them, and S shows them when they are asked for.
 *
 * Tables hold names as one packed string ("RDONLY\0WRONLY\0") and no pointers
 * at all: every pointer in a static PIE is a relocation at each start.
 */

#ifndef SYS_H
#define SYS_H

#include <stddef.h>
#include <stdint.h>

#include <lauxlib.h>
#include <lua.h>

#include "vm.h"

/* ---- functions ---- */

/*
 * A record of the section "sys_areas": this, the length of each name with its
 * NUL, and the names, packed. size and align tell where the next one begins.
 */
struct sys_area {
	unsigned short size, count;
	lua_CFunction functions[]; /* as linked: vm_address() */
};

/* LIST is a macro of two macros: F(open) is sys_open, G(name, function) any */
#define SYS_FUNCTION_NAME_F(name) #name "\0"
#define SYS_FUNCTION_NAME_G(name, function) #name "\0"
#define SYS_FUNCTION_LENGTH_F(name) sizeof #name,
#define SYS_FUNCTION_LENGTH_G(name, function) sizeof #name,
#define SYS_FUNCTION_F(name) sys_##name,
#define SYS_FUNCTION_G(name, function) function,
#define SYS_LENGTHS(LIST)                                              \
	{LIST(SYS_FUNCTION_LENGTH_F, SYS_FUNCTION_LENGTH_G)}
#define SYS_FUNCTION_NAMES(LIST)                                       \
	LIST(SYS_FUNCTION_NAME_F, SYS_FUNCTION_NAME_G)

#define SYS_AREA(area, LIST)                                           \
	static const struct {                                          \
		unsigned short size, count;                            \
		lua_CFunction functions[sizeof(                        \
			(unsigned char[])SYS_LENGTHS(LIST))];          \
		unsigned char lengths[sizeof(                          \
			(unsigned char[])SYS_LENGTHS(LIST))];          \
		char names[sizeof(SYS_FUNCTION_NAMES(LIST))];          \
	} sys_area_##area VM_SECTION("sys_areas") = {                  \
		sizeof sys_area_##area,                                \
		sizeof sys_area_##area.lengths,                        \
		{LIST(SYS_FUNCTION_F, SYS_FUNCTION_G)},                \
		SYS_LENGTHS(LIST), SYS_FUNCTION_NAMES(LIST)}

/* ---- results; each returns the number of values pushed ---- */

int sys_result(lua_State *L, long r);	    /* -1: nil, err; else true */
int sys_integer(lua_State *L, long long r); /* -1: nil, err; else r */
int sys_fail(lua_State *L, int errnum);	    /* nil, error object */
void sys_pusherror(lua_State *L, int errnum);
int sys_pushfd(lua_State *L, int fd); /* fd object; nil, err when < 0 */
/* The same in two steps, cheaper: an object first, then what it holds. */
void sys_newfd(lua_State *L);
int sys_setfd(lua_State *L, int fd);
/* The fd object at index gets the methods in the table on top, which goes. */
void sys_setmethods(lua_State *L, int index, const char *name);
/* for i, item in ...: the first n items of the list at arg, the last first */
int sys_iterate(lua_State *L, int arg, long n);

/* ---- arguments; each raises when the argument is not of its kind ---- */

int sys_checkfd(lua_State *L, int arg); /* fd object or number */
int sys_optfd(lua_State *L, int arg, int absent);
int sys_takefd(lua_State *L, int arg); /* the object gives it up */
int sys_isfd(lua_State *L, int arg);
const char *sys_checkpath(lua_State *L, int arg); /* no embedded NUL */
const char *sys_optpath(lua_State *L, int arg, const char *absent);
long long sys_checkint(lua_State *L, int arg); /* integral floats too */
long long sys_optint(lua_State *L, int arg, long long absent);
/* how much of size bytes: all where nothing is said, never more */
size_t sys_optcount(lua_State *L, int arg, size_t size);
/* memory to write to (mem object), or to read from (string, too) */
void *sys_checkbuffer(lua_State *L, int arg, size_t *size);
/* the same, for memory that we write to, not the kernel */
void *sys_checkwritable(lua_State *L, int arg, size_t *size);
const void *sys_checkbytes(lua_State *L, int arg, size_t *size);
/* Where an int goes out, t.int1 and the like; NULL for nil. memcpy: no place is
 * sure to be aligned. */
void *sys_optcell(lua_State *L, int arg);

/*
 * A buffer (a string, where nothing is written), an array of them, or
 * t.iovecs. Left on the stack; the argument keeps what it points to.
 */
enum { SYS_MAX_IOV = 1024 }; /* UIO_MAXIOV */
struct iovec;
struct iovec *sys_checkiov(lua_State *L, int arg, int writable,
			   unsigned *count);

/*
 * t.iovecs, or what its constructor takes, converted in place: struct iovecs
 * whose memory is there in full length.
 */
const struct iovec *sys_checkvector(lua_State *L, int arg, size_t *count);

/* A signal's disposition is about to change: S.spawn knew it. */
void sys_signal_changed(int number);

/* ---- constants ---- */

enum sys_kind {
	SYS_STRFLAG, /* one name */
	SYS_MULTI,   /* names, OR-ed; ~name clears */
	SYS_MODE,    /* as MULTI, and octal numbers */
	SYS_CHAR,    /* a member a character */
	SYS_AT,	     /* a directory: fd object, number, "fdcwd" */
	SYS_SWAP,    /* as MULTI, and a decimal priority */
	SYS_BAUD,    /* the names are numbers */
	SYS_WIDE = 16, /* with STRFLAG: values are unsigned */
};

/*
 * A record: this head, the values, and then the names as one packed string,
 * the table's own (in S.c) first. No pointer is in it, so that it costs no
 * relocation; the next record follows after length bytes.
 */
struct sys_consts {
	unsigned short length, count;
	unsigned char kind, width; /* of a value: 1, 2 or 4 bytes */
	int values[]; /* of that width; sys_constvalue reads them */
};

/* explicit alignment: GCC would over-align, and leave gaps between, them */
#define SYS_RECORD(section_) \
	__attribute__((used, section(section_), aligned(4)))

/*
 * A list is a macro of two macros: P(PREFIX, NAME) is PREFIX_NAME under NAME,
 * V(NAME, value) anything else.
 */
#define SYS_NAME_P(prefix, name) #name "\0"
#define SYS_NAME_V(name, value) #name "\0"
#define SYS_VALUE_P(prefix, name) (int)(prefix##_##name),
#define SYS_VALUE_V(name, value) (int)(value),
#define SYS_VALUES(LIST) {LIST(SYS_VALUE_P, SYS_VALUE_V)}
#define SYS_BITS_P(prefix, name) | (unsigned)(prefix##_##name)
#define SYS_BITS_V(name, value) | (unsigned)(value)
#define SYS_ALL_BITS(LIST) (0U LIST(SYS_BITS_P, SYS_BITS_V))
/* the smallest type that has all values of the list */
#define SYS_VALUE_TYPE(LIST)                                           \
	__typeof__(__builtin_choose_expr(                              \
		SYS_ALL_BITS(LIST) < 0x100, (unsigned char)0,          \
		__builtin_choose_expr(SYS_ALL_BITS(LIST) < 0x10000,    \
				      (unsigned short)0, 0)))
#define SYS_NAMES(LIST) LIST(SYS_NAME_P, SYS_NAME_V)

#define SYS_CONSTS(table, kind_, LIST)                                 \
	static const struct {                                          \
		unsigned short length, count;                          \
		unsigned char kind, width;                             \
		SYS_VALUE_TYPE(LIST)                                   \
		values[sizeof((int[])SYS_VALUES(LIST)) / sizeof(int)]  \
			__attribute__((aligned(4)));                   \
		char names[sizeof(#table "\0" SYS_NAMES(LIST))];            \
	} sys_record_##table SYS_RECORD("sys_consts") = {              \
		sizeof sys_record_##table,                             \
		sizeof sys_record_##table.values /                     \
			sizeof sys_record_##table.values[0],           \
		kind_, sizeof sys_record_##table.values[0],            \
		SYS_VALUES(LIST), #table "\0" SYS_NAMES(LIST)};             \
	extern const struct sys_consts sys_##table                     \
		__attribute__((alias("sys_record_" #table)))

extern const struct sys_consts sys_E, sys_SIG, sys_AT_FDCWD, sys_O, sys_MODE,
	sys_AT, sys_CLOCK, sys_AF, sys_CLONE, sys_MS, sys_RLIMIT;

/* number, nil (0), or a string that the table parses; raises for an unknown
 * name */
long long sys_checkconst(lua_State *L, int arg, const struct sys_consts *t);
/* a directory for the *at calls: nil is AT_FDCWD */
int sys_checkdir(lua_State *L, int arg);
const char *sys_tablename(const struct sys_consts *t);
/* The table after this one, NULL after the last; the first after NULL. */
const struct sys_consts *sys_next_consts(const struct sys_consts *t);
/* the members' names, packed */
const char *sys_constnames(const struct sys_consts *t);
/* the i-th value: single names are signed, bits are not */
long long sys_constvalue(const struct sys_consts *t, unsigned i);
/* the first name of a value, or NULL */
const char *sys_constname(const struct sys_consts *t, long long value);
int sys_push_consts(lua_State *L, const char *name); /* S.c's __index */

/* ---- structs ---- */

enum sys_scalar {
	SYS_CHARS, /* char: text when in an array */
	SYS_I8,
	SYS_U8,
	SYS_I16,
	SYS_U16,
	SYS_I32,
	SYS_U32,
	SYS_I64,
	SYS_U64,
	SYS_POINTER,
	SYS_NESTED, /* a struct */
	SYS_BITS,   /* a bit field: offset is its place in SYS_BIT_FIELDS */
};

enum { SYS_REST = 0xffff }; /* an array's count: to the end of the memory */

struct sys_layout;

struct sys_field {
	unsigned short offset;
	unsigned short count; /* of an array; 0: not one */
	unsigned char scalar;
	unsigned char size; /* of a scalar */
};

/*
 * A record without pointers, as of the constants: this head, the fields, and
 * then one string of many: its name in S.t, the area that its friendly fields
 * are in (syscall.types.AREA; "": it has none), the prefix of its fields (st_:
 * st.size is st_size), the fields' names, and the names of the layouts of those
 * fields that are structs.
 */
struct sys_layout {
	unsigned short length, count;
	unsigned size;
	unsigned char scalar; /* SYS_NESTED for structs */
	struct sys_field fields[];
};

#define SYS_SCALAR(x)                                                  \
	_Generic((x),                                                  \
		char: SYS_CHARS,                                       \
		signed char: SYS_I8,                                   \
		unsigned char: SYS_U8,                                 \
		short: SYS_I16,                                        \
		unsigned short: SYS_U16,                               \
		int: SYS_I32,                                          \
		unsigned: SYS_U32,                                     \
		long: sizeof(long) == 8 ? SYS_I64 : SYS_I32,           \
		unsigned long: sizeof(long) == 8 ? SYS_U64 : SYS_U32,  \
		long long: SYS_I64,                                    \
		unsigned long long: SYS_U64,                           \
		default: SYS_POINTER)

/*
 * The kinds of field: F a scalar, A an array of scalars, S a struct (S, T,
 * name, layout), N an array of structs; R, Q, V, M are the same four under
 * another name (R, T, name, member [, layout]). E is an array of scalars and G
 * one of structs that go on to the end of the memory; B a bit field, for which
 * SYS_BIT_FIELDS stands behind the struct.
 */
#define SYS_FIELD_NAME(kind, T, name, ...) #name "\0"
#define SYS_FIELD_NESTED(kind, T, name, ...)                           \
	SYS_NESTED_##kind(T, name, __VA_ARGS__)
#define SYS_NESTED_F(T, name, ...) ""
#define SYS_NESTED_R(T, name, m) ""
#define SYS_NESTED_A(T, name, ...) ""
#define SYS_NESTED_S(T, name, layout) #layout "\0"
#define SYS_NESTED_N(T, name, layout) #layout "\0"
#define SYS_NESTED_Q(T, name, m) ""
#define SYS_NESTED_V(T, name, m, layout) #layout "\0"
#define SYS_NESTED_M(T, name, m, layout) #layout "\0"
#define SYS_NESTED_E(T, name, ...) ""
#define SYS_NESTED_G(T, name, layout) #layout "\0"
#define SYS_NESTED_B(T, name, ...) ""
#define SYS_FIELD(kind, T, name, ...) SYS_FIELD_##kind(T, name, __VA_ARGS__)
#define SYS_MEMBER(T, m) (((T *)0)->m)
#define SYS_FIELD_F(T, m, ...)                                         \
	{offsetof(T, m), 0, SYS_SCALAR(SYS_MEMBER(T, m)),              \
	 sizeof SYS_MEMBER(T, m)},
#define SYS_FIELD_R(T, name, m) SYS_FIELD_F(T, m)
#define SYS_COUNT(T, m) \
	(sizeof SYS_MEMBER(T, m) / sizeof SYS_MEMBER(T, m)[0])
#define SYS_ARRAY(T, m, count)                                         \
	{offsetof(T, m), count, SYS_SCALAR(SYS_MEMBER(T, m)[0]),       \
	 sizeof SYS_MEMBER(T, m)[0]},
#define SYS_FIELD_A(T, m, ...) SYS_ARRAY(T, m, SYS_COUNT(T, m))
#define SYS_FIELD_Q(T, name, m) SYS_ARRAY(T, m, SYS_COUNT(T, m))
#define SYS_FIELD_E(T, m, ...) SYS_ARRAY(T, m, SYS_REST)
#define SYS_FIELD_S(T, m, layout) {offsetof(T, m), 0, SYS_NESTED, 0},
#define SYS_FIELD_V(T, name, m, layout) SYS_FIELD_S(T, m, layout)
#define SYS_FIELD_N(T, m, layout) \
	{offsetof(T, m), SYS_COUNT(T, m), SYS_NESTED, 0},
#define SYS_FIELD_M(T, name, m, layout) SYS_FIELD_N(T, m, layout)
#define SYS_FIELD_G(T, m, layout) {offsetof(T, m), SYS_REST, SYS_NESTED, 0},
#define SYS_FIELD_B(T, m, ...) {T##_bit_##m, 0, SYS_BITS, 0},

#define SYS_FIELDS(LIST, T) {LIST(SYS_FIELD, T)}
#define SYS_TEXT(area_, prefix_, LIST, T)                              \
	"\0" area_ "\0" prefix_ "\0" LIST(SYS_FIELD_NAME, T)             \
		LIST(SYS_FIELD_NESTED, T)

/* LIST is a macro (X, T) of X(kind, T, name, ...) */
#define SYS_STRUCT(id, area_, prefix_, T, LIST)                        \
	static const struct {                                          \
		unsigned short length, count;                          \
		unsigned size;                                         \
		unsigned char scalar;                                  \
		struct sys_field fields[sizeof((struct sys_field[])    \
			SYS_FIELDS(LIST, T)) / sizeof(struct sys_field)]; \
		char text[sizeof(#id SYS_TEXT(area_, prefix_, LIST, T))]; \
	} sys_layout_record_##id SYS_RECORD("sys_layouts") = {         \
		sizeof sys_layout_record_##id,                         \
		sizeof sys_layout_record_##id.fields /                 \
			sizeof(struct sys_field),                      \
		sizeof(T), SYS_NESTED, SYS_FIELDS(LIST, T),            \
		#id SYS_TEXT(area_, prefix_, LIST, T)};                \
	extern const struct sys_layout sys_layout_##id                 \
		__attribute__((alias("sys_layout_record_" #id)))

/*
 * Where a bit field lies the compiler alone knows: it reads and writes each.
 * T is a name of one word here; BITS(B) names them: B(T, name). To stand before
 * the struct's SYS_STRUCT.
 */
struct sys_bit_fields {
	const struct sys_layout *layout;
	uint64_t (*access)(void *object, unsigned i, const uint64_t *set);
};

#define SYS_BIT_ENUM(T, m) T##_bit_##m,
#define SYS_BIT_CASE(T, m)                                             \
	case T##_bit_##m:                                              \
		if (set)                                               \
			p->m = *set;                                   \
		return p->m;

#define SYS_BIT_FIELDS(id, T, BITS)                                    \
	enum { BITS(SYS_BIT_ENUM) };                                   \
	static uint64_t sys_bits_##id(void *object, unsigned i,        \
				      const uint64_t *set)             \
	{                                                              \
		T *p = object;                                         \
                                                                       \
		switch (i) { BITS(SYS_BIT_CASE) }                      \
		return 0;                                              \
	}                                                              \
	extern const struct sys_layout sys_layout_##id;                \
	static const struct sys_bit_fields sys_bit_fields_##id         \
		VM_SECTION("sys_bit_fields") = {&sys_layout_##id,      \
						sys_bits_##id}

extern const struct sys_layout sys_layout_char, sys_layout_int32,
	sys_layout_timespec, sys_layout_timeval, sys_layout_sigset,
	sys_layout_sockaddr_storage, sys_layout_itimerspec, sys_layout_ucred,
	sys_layout_rusage, sys_layout_rlimit, sys_layout_siginfo,
	sys_layout_flock, sys_layout_stat, sys_layout_pollfd,
	sys_layout_epoll_event, sys_layout_iovec;

struct sys_mem {
	const void *tag;
	char *data;
	size_t size; /* bytes */
	size_t count; /* elements; 1 for a struct */
	const struct sys_layout *layout;
	int list; /* t.pollfds and the like: indexed from 1, nil at the end */
	int mapped; /* of S.mmap: each access asks sys_mapped */
};

/* Pushes count zeroed elements. */
void *sys_newmem(lua_State *L, const struct sys_layout *layout, size_t count);
/* Pushes a view of size bytes at data that keeps the value at owner alive. */
struct sys_mem *sys_newview(lua_State *L, const struct sys_layout *layout,
			    void *data, size_t count, int owner);
struct sys_mem *sys_tomem(lua_State *L, int arg); /* NULL: not a mem object */
/* Are n bytes at p in mappings of S.mmap with this protection (PROT_*)? */
int sys_mapped(const char *p, size_t n, int prot);
/*
 * Memory that the kernel works on after a call returned: what S.mmap made
 * stays mapped until it is released (munmap says EBUSY); all other memory
 * stays as long as the caller keeps the value at arg. -1: out of memory.
 */
int sys_hold(lua_State *L, int arg);
void sys_release(lua_State *L, int arg);
/* Seconds or a timespec, as calls younger than 32-bit time take it; NULL for
 * nil. */
struct __kernel_timespec;
struct __kernel_timespec *sys_opttime(lua_State *L, int arg,
				      struct __kernel_timespec *t);
int sys_mem_set(lua_State *L); /* of S.mem */
/* where the bytes of a pointer lie in 64 bits that hold one */
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define SYS_POINTER_IN_U64 (sizeof(uint64_t) - sizeof(void *))
#else
#define SYS_POINTER_IN_U64 0
#endif


/*
 * Raises unless the pointer at place, a field of the struct at object, was set
 * to memory that has n bytes from there on. (A number is no such memory.)
 */
void sys_checkpointer(lua_State *L, int object, void *const *place, size_t n);
/* Pushes what that pointer was set to; 0, and nothing, where it is unknown. */
int sys_pushpointed(lua_State *L, int object, void *const *place);
/* Puts S.t[type](value) in the place of the value at arg, or of none. */
struct sys_mem *sys_convert(lua_State *L, int arg, const char *type);
/* A struct of this layout, or what its constructor takes, converted in place.
 */
void *sys_checkstruct(lua_State *L, int arg, const struct sys_layout *layout);
/* The argument, or a new zeroed struct in its place when it is nil. */
void *sys_outstruct(lua_State *L, int arg, const struct sys_layout *layout);
const char *sys_layout_name(const struct sys_layout *layout);
/* The layout after this one, NULL after the last; the first after NULL. */
const struct sys_layout *sys_next_layout(const struct sys_layout *layout);
/* An aligned word of 32 bits for futex and atomics. */
uint32_t *sys_checkword(lua_State *L, int arg);
int sys_mem_cas(lua_State *L);
int sys_mem_fetch_add(lua_State *L);
/* The i-th string of its text: 1 the area, 2 the prefix, then the fields. */
const char *sys_layout_text(const struct sys_layout *layout, unsigned i);
enum { SYS_AREA_TEXT = 1, SYS_PREFIX_TEXT, SYS_FIELDS_TEXT };
const struct sys_layout *sys_find_layout(const char *name);
/* The layout of a field, or of its elements. */
const struct sys_layout *sys_field_layout(const struct sys_layout *layout,
					  const struct sys_field *f);
int sys_make_type(lua_State *L, const char *name); /* S.t's __index */
int sys_push_type(lua_State *L, const char *name); /* S.t.name, made once */
/* The layout of a type, of memory, or of that name; raises for all else. */
const struct sys_layout *sys_checklayout(lua_State *L, int arg);
struct sys_mem *sys_pushmem(lua_State *L, const struct sys_layout *layout,
			    size_t count);
/* One struct, of size bytes with what follows its head. */
struct sys_mem *sys_pushsized(lua_State *L, const struct sys_layout *layout,
			      size_t size);
/* t.sa(a struct sockaddr_storage, length): as its family's type */
int sys_push_address(lua_State *L, const void *address, unsigned length);
void sys_push_fdtype(lua_State *L);   /* S.t.fd's constructor */
void sys_push_mqdtype(lua_State *L);  /* S.t.mqd's constructor */
void sys_push_errortype(lua_State *L); /* S.t.error's constructor */

/* S.name, through S itself: what composed functions and methods call. */
void sys_pushS(lua_State *L);

#endif
