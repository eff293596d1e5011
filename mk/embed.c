/*
 * embed.c - compile Lua modules to bytecode and write them as one C file
 *
 * Layer: build tool, runs on the machine that builds. What it writes is
 * declared in src/vm_embedded.h.
 *
 *   embed LIST DATA OUTPUT little|big
 *
 * LIST names the Lua files, one a line, relative to the top of the tree; a "="
 * before the name asks that the module stands there as it is, a "-" that it is
 * left out, and only known by name; the others are packed (mk/pack.c). DATA
 * gets the bytecode, OUTPUT the C that includes it; numbers have the byte order
 * named last. Two runs give the same bytes.
 *
 * Those that stand as they are come first, in the order of the list, and are
 * the dictionary of the rest. So what most commands load costs no unpacking,
 * and small modules, which hold little to refer back to, pack well too. The
 * forms are told in src/vm_image.h and src/vm_unpack.h.
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
#include "../src/vm_embedded.h"
#include "pack.h"

enum {
	MAX_MODULES = 4096,
	MAX_BYTECODE = 16 << 20,
	MAX_DICTIONARY = 262143, /* of a part */
	ROUNDS = 6, /* of finding out what each symbol costs */
};

struct module {
	char *path;
	char *name;
	enum { PACKED, PLAIN = '=', LEFT_OUT = '-' } how;
	int place; /* in the list */
	size_t name_offset;
	size_t data_offset; /* of the functions, or of the packed parts */
	unsigned int functions;
	size_t start[VM_PARTS], size[VM_PARTS];
	unsigned char *part[VM_PARTS]; /* of those to be packed */
	struct pack_step *steps[VM_PARTS];
	size_t step_count[VM_PARTS];
};

struct bytes {
	unsigned char *data;
	size_t size;
};

static struct module modules[MAX_MODULES];
static struct module *listed[MAX_MODULES]; /* in the list's order */
static int module_count;
static struct image image; /* of what stands as it is: the dictionary */
static size_t dictionary[VM_PARTS + 1]; /* where its parts are in the data */

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
	char line[1024];
	FILE *f = open_file(path, "r");

	while (fgets(line, sizeof(line), f)) {
		struct module *m = &modules[module_count];

		line[strcspn(line, "\n")] = '\0';
		if (!line[0])
			continue;
		if (module_count == MAX_MODULES)
			die(path, "too many modules");
		if (line[0] == PLAIN || line[0] == LEFT_OUT)
			m->how = line[0];
		m->path = strdup(line + (m->how != PACKED));
		m->name = module_name(m->path);
		m->place = module_count++;
	}
	fclose(f);
	qsort(modules, module_count, sizeof(modules[0]), by_name);
	for (int i = 0; i < module_count; i++)
		listed[modules[i].place] = &modules[i];
	for (int i = 1; i < module_count; i++)
		if (!strcmp(modules[i].name, modules[i - 1].name))
			die(modules[i].path, "a second module of this name");
}

/* The chunk's name is the path: messages say "lua/net/dhcp.lua:12:". */
static void compile(struct module *m)
{
	lua_State *L = luaL_newstate();

	if (luaL_loadfilex(L, m->path, "t") != LUA_OK) {
		fprintf(stderr, "%s\n", lua_tostring(L, -1));
		exit(1);
	}
	for (int i = 0; i < VM_PARTS; i++)
		m->start[i] = image.part[i].size;
	image_write(&image, getproto(s2v(L->top - 1)));
	if (image.failed)
		die(m->path, "too large a module");
	for (int i = 0; i < VM_PARTS; i++)
		m->size[i] = image.part[i].size - m->start[i];
	m->functions = image.functions;
}

/* the functions of a module that is not packed, found now */
static void add_functions(const struct bytes *data, const struct module *m)
{
	struct vm_function *f = (void *)(data->data + m->data_offset);
	const unsigned char *part[VM_PARTS];

	for (int i = 0; i < VM_PARTS; i++)
		part[i] = data->data + dictionary[i] + m->start[i];
	vm_link(f, part);
	for (unsigned int i = 0; i < m->functions; i++, f++) {
		struct vm_function number = *f;

		for (int k = 0; k < VM_PARTS; k++)
			image_put_number((void *)&f->part[k], number.part[k], 4,
					 image.big_endian);
		image_put_number((void *)&f->line, number.line, 2,
				 image.big_endian);
		image_put_number((void *)&f->within, number.within, 2,
				 image.big_endian);
	}
}

/* the modules that stand as they are: their functions, then their parts */
static void add_plain(struct bytes *data)
{
	for (int i = 0; i < module_count; i++) {
		struct module *m = listed[i];

		if (m->how != PLAIN)
			continue;
		compile(m);
		m->data_offset = data->size;
		data->size += m->functions * sizeof(struct vm_function);
	}
	for (int i = 0; i < VM_PARTS; i++) {
		if (image.part[i].size > MAX_DICTIONARY)
			die("modules not to be packed", "more than 256 KB");
		dictionary[i] = data->size;
		memcpy(data->data + data->size, image.part[i].data,
		       image.part[i].size);
		data->size += image.part[i].size;
	}
	dictionary[VM_PARTS] = data->size;
	for (struct module *m = modules; m < modules + module_count; m++)
		if (m->how == PLAIN)
			add_functions(data, m);
}

/* Compiles the others; their parts lie behind the dictionary for a while. */
static void compile_packed(void)
{
	for (struct module *m = modules; m < modules + module_count; m++) {
		if (m->how != PACKED)
			continue;
		compile(m);
		for (int i = 0; i < VM_PARTS; i++) {
			struct image_part *p = &image.part[i];

			m->part[i] = malloc(m->size[i]);
			memcpy(m->part[i], p->data + m->start[i], m->size[i]);
			p->size = m->start[i];
			m->steps[i] = malloc(m->size[i] * sizeof(*m->steps[i]));
		}
	}
}

static void choose_steps(struct pack_symbols *symbols)
{
	struct pack_writer count = {NULL, symbols, NULL, 0};

	for (struct module *m = modules; m < modules + module_count; m++)
		for (int i = 0; i < VM_PARTS && m->how == PACKED; i++) {
			struct image_part *p = &image.part[i];

			memcpy(p->data + p->size, m->part[i], m->size[i]);
			m->step_count[i] =
				pack_choose(symbols, i, p->data, p->size,
					    p->size + m->size[i], m->steps[i]);
			pack_write(&count, i, m->part[i], m->steps[i],
				   m->step_count[i]);
		}
}

static void add_sevens(struct bytes *data, size_t n)
{
	for (; n > 127; n >>= 7)
		data->data[data->size++] = 128 | (n & 127);
	data->data[data->size++] = n;
}

/* Sees that what was packed unpacks again. */
static void check_packed(const struct vm_codes *codes, const struct module *m,
			 const unsigned char *from, const unsigned char *end)
{
	struct vm_packed packed = {codes, from, end, 0, 0};

	for (int i = 0; i < VM_PARTS; i++) {
		struct image_part *p = &image.part[i];

		if (vm_unpack(&packed, i, p->data + p->size, p->size,
			      p->data + p->size, m->size[i]) ||
		    memcmp(p->data + p->size, m->part[i], m->size[i]))
			die(m->path, "does not unpack to what was packed");
	}
}

static void add_packed(struct bytes *data, struct pack_symbols *symbols,
		       struct pack_codes *codes)
{
	compile_packed();
	pack_begin(symbols);
	for (int round = 0; round < ROUNDS; round++) {
		if (round > 0)
			pack_make_costs(symbols);
		choose_steps(symbols);
		pack_join_contexts(symbols);
	}
	pack_make_codes(symbols, codes);
	for (struct module *m = modules; m < modules + module_count; m++) {
		struct pack_writer writer = {codes, symbols, NULL, 0};

		if (m->how != PACKED)
			continue;
		m->data_offset = data->size;
		add_sevens(data, m->functions);
		add_sevens(data, m->size[VM_LINES]);
		add_sevens(data, m->size[VM_TEXT]);
		add_sevens(data, m->size[VM_REST]);
		writer.out = data->data + data->size;
		for (int i = 0; i < VM_PARTS; i++)
			pack_write(&writer, i, m->part[i], m->steps[i],
				   m->step_count[i]);
		data->size += (writer.bits + 7) / 8;
		check_packed(&codes->form, m, writer.out,
			     data->data + data->size);
	}
}

static void write_code(FILE *out, const struct vm_code *code)
{
	fprintf(out, "\t{%u, {", code->first_symbol);
	for (int i = 0; i < VM_CODE_LONGEST; i++)
		fprintf(out, "%u,", code->count[i]);
	fprintf(out, "}},\n");
}

static void write_codes(FILE *out, const struct pack_symbols *symbols,
			const struct pack_codes *codes)
{
	fprintf(out, "const struct vm_code vm_embedded_codes[] = {\n");
	for (unsigned int i = 0; i < symbols->codes; i++)
		write_code(out, &codes->code[i]);
	fprintf(out, "};\nconst uint16_t vm_embedded_symbols[] = {");
	for (unsigned int i = 0; i < codes->symbol_count; i++)
		fprintf(out, "%s%u,", i % 16 ? "" : "\n\t", codes->symbols[i]);
	fprintf(out,
		"\n};\nconst unsigned char vm_embedded_contexts[][256] = {");
	for (int i = 0; i < VM_LANES * 256; i++)
		fprintf(out, "%s%u,%s", i % 256 ? "" : "{\n",
			symbols->in_context[i / 256][i % 256],
			i % 256 == 255 ? "},\n" : "");
	fprintf(out, "};\nuint16_t vm_embedded_fast[%u][1 << VM_CODE_FAST];\n",
		symbols->codes);
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
		"\t\".skip 16\\n\"\n" /* VM_BEHIND */
		"\t\".popsection\\n\");\n",
		data);
}

/* how much a packed module takes when it is unpacked, a multiple of four */
static size_t unpacked_size(const struct module *m)
{
	size_t size = m->functions * sizeof(struct vm_function);

	for (int i = 0; i < VM_PARTS; i++)
		size += m->size[i];
	return (size + 3) / 4 * 4;
}

static void write_tables(FILE *out, size_t size)
{
	size_t name_offset = 0, space = 0;

	fprintf(out,
		"/* made by mk/embed.c */\n"
		"#include \"vm_embedded.h\"\n"
		"const unsigned int vm_embedded_count = %d;\n"
		"const uint32_t vm_embedded_size = %zu;\n"
		"const uint32_t vm_embedded_dictionary[] = {",
		module_count, size);
	for (int i = 0; i <= VM_PARTS; i++)
		fprintf(out, "%zu, ", dictionary[i]);
	fprintf(out, "};\nconst char vm_embedded_names[] =\n");
	for (int i = 0; i < module_count; i++) {
		fprintf(out, "\t\"%s\\0\"\n", modules[i].name);
		modules[i].name_offset = name_offset;
		name_offset += strlen(modules[i].name) + 1;
	}
	/* C has no empty array: one more entry, not counted, ends it */
	fprintf(out, "\t\"\";\nconst struct vm_embedded vm_embedded[] = {\n");
	for (struct module *m = modules; m < modules + module_count; m++) {
		if (m->how == LEFT_OUT)
			m->data_offset = VM_LEFT_OUT;
		fprintf(out, "\t{%zu, %zu, %zu}, /* %s */\n", m->name_offset,
			m->data_offset, space, m->path);
		space += m->how == PACKED ? unpacked_size(m) : 0;
	}
	fprintf(out,
		"\t{0, 0, 0},\n};\n"
		"uint32_t vm_embedded_space[%zu / 4 + 1] /* behind all */\n"
		"\t__attribute__((common));\n",
		space);
}

int main(int argc, char **argv)
{
	struct bytes data = {calloc(1, MAX_BYTECODE), 0};
	static struct pack_symbols symbols;
	static struct pack_codes codes;
	FILE *file;

	if (argc != 5)
		die("usage", "embed LIST DATA OUTPUT little|big");
	image.big_endian = !strcmp(argv[4], "big");
	for (int i = 0; i < VM_PARTS; i++) {
		image.part[i].data = malloc(MAX_BYTECODE);
		image.part[i].room = MAX_BYTECODE;
	}
	read_list(argv[1]);
	add_plain(&data);
	add_packed(&data, &symbols, &codes);

	file = open_file(argv[2], "wb");
	fwrite(data.data, 1, data.size, file);
	close_file(file, argv[2]);

	file = open_file(argv[3], "w");
	write_tables(file, data.size);
	write_codes(file, &symbols, &codes);
	write_data(file, argv[2]);
	close_file(file, argv[3]);
	return 0;
}
