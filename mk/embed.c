/*
 * embed.c - compile Lua modules to bytecode and write them as one C file
 *
 * Layer: build tool, runs on the machine that builds. What it writes is
 * declared in src/vm_embedded.h.
 *
 *   embed LIST DATA OUTPUT little|big
 *
 * LIST names the Lua files, one a line, relative to the top of the tree; a "="
 * before the name asks that the module stands there as it is, the others are
 * packed (mk/pack.c). DATA gets the bytecode, OUTPUT the C that includes it;
 * numbers have the byte order named last. Two runs give the same bytes.
 *
 * Those that stand as they are come first and are the dictionary of the rest.
 * So what most commands load costs no unpacking, and small modules, which hold
 * little to refer back to, pack well too.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lauxlib.h"
#include "lobject.h"
#include "lstate.h"
#include "lua.h"

#include "image.h"
#include "pack.h"

enum {
	MAX_MODULES = 4096,
	MAX_BYTECODE = 16 << 20,
	MAX_DICTIONARY = 65535,
};

struct module {
	char *path;
	char *name;
	int plain; /* not to be packed */
	size_t name_offset;
	size_t data_offset;
	size_t size, stored;
	unsigned char *bytecode, *matches; /* of those to be packed */
	size_t matches_size;
};

struct bytes {
	unsigned char *data;
	size_t size;
};

static struct module modules[MAX_MODULES];
static int module_count;
static int big_endian;

static void die(const char *object, const char *reason)
{
	fprintf(stderr, "embed: %s: %s\n", object, reason);
	exit(1);
}

static FILE *open_file(const char *path, const char *mode)
{
	FILE *f = fopen(path, mode);

	if (!f) {
		perror(path);
		exit(1);
	}
	return f;
}

static void close_file(FILE *f, const char *path)
{
	if (ferror(f) | fclose(f))
		die(path, "not written");
}

/* lua/net/dhcp.lua is net.dhcp, lua/nl/init.lua nl, rc/rc.lua rc.rc; what the
 * build made lies below generated/ as it would in the tree */
static char *module_name(const char *path)
{
	const char *generated = strstr(path, "/generated/");
	int library;
	char *name;
	size_t n;

	if (generated)
		path = generated + strlen("/generated/");
	library = !strncmp(path, "lua/", 4);
	name = strdup(path + (library ? 4 : 0));
	n = strlen(name);

	if (n < 5 || strcmp(name + n - 4, ".lua"))
		die(path, "not a .lua file");
	name[n - 4] = '\0';
	if (library && n > 9 && !strcmp(name + n - 9, "/init"))
		name[n - 9] = '\0';
	for (char *p = name; *p; p++)
		if (*p == '/')
			*p = '.';
	return name;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct module *)a)->name,
		      ((const struct module *)b)->name);
}

static void read_list(const char *path)
{
	char line[1024], *path_start;
	FILE *f = open_file(path, "r");

	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		if (!line[0])
			continue;
		if (module_count == MAX_MODULES)
			die(path, "too many modules");
		modules[module_count].plain = line[0] == '=';
		path_start = line + (line[0] == '=');
		modules[module_count].path = strdup(path_start);
		modules[module_count++].name = module_name(path_start);
	}
	fclose(f);
	qsort(modules, module_count, sizeof(modules[0]), by_name);
	for (int i = 1; i < module_count; i++)
		if (!strcmp(modules[i].name, modules[i - 1].name))
			die(modules[i].path, "a second module of this name");
}

/* The chunk's name is the path: messages say "lua/net/dhcp.lua:12:". */
static void compile(const char *path, struct bytes *to)
{
	lua_State *L = luaL_newstate();
	size_t size;

	if (luaL_loadfilex(L, path, "t") != LUA_OK) {
		fprintf(stderr, "%s\n", lua_tostring(L, -1));
		exit(1);
	}
	size = image_write(getproto(s2v(L->top - 1)), big_endian,
			   to->data + to->size, MAX_BYTECODE - to->size);
	if (!size)
		die(path, "too large a module");
	to->size += size;
}

/* into *data: the modules that stand as they are; returns their size */
static size_t add_plain(struct bytes *data)
{
	for (struct module *m = modules; m < modules + module_count; m++) {
		if (!m->plain)
			continue;
		m->data_offset = data->size;
		compile(m->path, data);
		m->size = m->stored = data->size - m->data_offset;
	}
	return data->size;
}

/* Looks for matches behind a copy of the dictionary. */
static void find_matches(const struct bytes *data, size_t dictionary,
			 unsigned long often[VM_CODE_KINDS][256])
{
	struct bytes text = {malloc(MAX_BYTECODE), dictionary};

	memcpy(text.data, data->data, dictionary);
	for (struct module *m = modules; m < modules + module_count; m++) {
		if (m->plain)
			continue;
		text.size = dictionary;
		compile(m->path, &text);
		m->size = text.size - dictionary;
		m->bytecode = malloc(m->size);
		memcpy(m->bytecode, text.data + dictionary, m->size);
		m->matches = malloc(m->size * 2 + 16);
		m->matches_size = pack_matches(text.data, dictionary, text.size,
					       m->matches);
		pack_count(m->matches, m->matches_size, often);
	}
	free(text.data);
}

/* Packs, and sees that it unpacks again. */
static void add_packed(struct bytes *data, size_t dictionary,
		       struct vm_code codes[VM_CODE_KINDS])
{
	unsigned long often[VM_CODE_KINDS][256] = {{0}};
	unsigned char *again = malloc(MAX_BYTECODE), *to;

	find_matches(data, dictionary, often);
	pack_make_codes(often, codes);
	for (struct module *m = modules; m < modules + module_count; m++) {
		if (m->plain)
			continue;
		m->data_offset = data->size;
		to = data->data + data->size;
		m->stored = pack_encode(m->matches, m->matches_size, codes, to);
		if (m->stored >= m->size) { /* stored means packed if less */
			m->stored = m->size;
			memcpy(to, m->bytecode, m->size);
		} else if (vm_unpack(codes, data->data, dictionary, to,
				     m->stored, again, m->size) ||
			   memcmp(again, m->bytecode, m->size)) {
			die(m->path, "does not unpack to what was packed");
		}
		data->size += m->stored;
	}
	free(again);
}

static void write_numbers(FILE *out, const char *name, const void *numbers,
			  size_t count, int wide)
{
	fprintf(out, "\t\t.%s = {", name);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "%s%d,", i % 16 ? "" : "\n\t\t\t",
			wide ? ((const uint16_t *)numbers)[i] :
			       ((const uint8_t *)numbers)[i]);
	fprintf(out, "\n\t\t},\n");
}

static void write_codes(FILE *out, const struct vm_code codes[VM_CODE_KINDS])
{
	fprintf(out, "const struct vm_code vm_embedded_codes[] = {\n");
	for (int i = 0; i < VM_CODE_KINDS; i++) {
		fprintf(out, "\t{\n");
		write_numbers(out, "count", codes[i].count,
			      VM_CODE_LONGEST + 1, 1);
		write_numbers(out, "symbols", codes[i].symbols, 256, 0);
		write_numbers(out, "fast", codes[i].fast, 1 << VM_CODE_FAST, 1);
		fprintf(out, "\t},\n");
	}
	fprintf(out, "};\n");
}

/*
 * The data comes in by .incbin: a C array of half a million numbers takes the
 * compiler seconds. Its section is of a kind that the linker may not write to.
 */
static void write_data(FILE *out, const char *data)
{
	fprintf(out,
		"__asm__(\".pushsection \"\n"
		"\t\".rodata.vm_embedded_data,\\\"a\\\"\\n\"\n"
		"\t\".globl vm_embedded_data\\n\"\n"
		"\t\".hidden vm_embedded_data\\n\"\n"
		"\t\".balign 4\\n\"\n"
		"\t\"vm_embedded_data:\\n\"\n"
		"\t\".incbin \\\"%s\\\"\\n\"\n"
		"\t\".byte 0\\n\"\n"
		"\t\".popsection\\n\");\n",
		data);
}

static void write_tables(FILE *out, size_t dictionary)
{
	size_t name_offset = 0, space = 0;

	fprintf(out,
		"/* made by mk/embed.c */\n"
		"#include \"vm_embedded.h\"\n"
		"const unsigned int vm_embedded_count = %d;\n"
		"const unsigned int vm_embedded_dictionary = %zu;\n"
		"const char vm_embedded_names[] =\n",
		module_count, dictionary);
	for (int i = 0; i < module_count; i++) {
		fprintf(out, "\t\"%s\\0\"\n", modules[i].name);
		modules[i].name_offset = name_offset;
		name_offset += strlen(modules[i].name) + 1;
	}
	/* C has no empty array: one more entry, not counted, ends it */
	fprintf(out, "\t\"\";\nconst struct vm_embedded vm_embedded[] = {\n");
	for (struct module *m = modules; m < modules + module_count; m++) {
		fprintf(out, "\t{%zu, %zu, %zu, %zu, %zu}, /* %s */\n",
			m->name_offset, m->data_offset, m->size, m->stored,
			space, m->path);
		space += m->plain ? 0 : m->size;
	}
	fprintf(out,
		"\t{0, 0, 0, 0, 0},\n};\n"
		"uint32_t vm_embedded_space[%zu / 4 + 1] /* behind all */\n"
		"\t__attribute__((common));\n",
		space);
}

int main(int argc, char **argv)
{
	struct bytes data = {malloc(MAX_BYTECODE), 0};
	struct vm_code codes[VM_CODE_KINDS];
	size_t dictionary;
	FILE *file;

	if (argc != 5)
		die("usage", "embed LIST DATA OUTPUT little|big");
	big_endian = !strcmp(argv[4], "big");
	read_list(argv[1]);
	dictionary = add_plain(&data);
	if (dictionary > MAX_DICTIONARY)
		die(argv[1], "more than 64 KB are not to be packed");
	add_packed(&data, dictionary, codes);

	file = open_file(argv[2], "wb");
	fwrite(data.data, 1, data.size, file);
	close_file(file, argv[2]);

	file = open_file(argv[3], "w");
	write_tables(file, dictionary);
	write_codes(file, codes);
	write_data(file, argv[2]);
	close_file(file, argv[3]);
	return 0;
}
