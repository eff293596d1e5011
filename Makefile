# Makefile - builds, runs and tests luabox
#
#   make                 build/$(ARCH)/luabox
#   make ARCH=arm64      the same for another machine (mk/arch.mk knows which)
#   make SMALL=1         without what small machines do not need (mk/parts.mk)
#   make SAN=1           a glibc build with address and undefined behaviour sanitizers
#   make V=1             show every command
#   make test            run every test (mk/test.mk)
#   make run             boot it in QEMU, prompt on the serial console (mk/image.mk)
#   make install PREFIX=/usr DESTDIR=DIR    the binary, and a link for each applet
#   make lint            checks of sources and binary; make size; make reproducible
#   make clean           remove what was built; downloads stay in build/cache
#
# Everything built lies below build/. Sources are found by wildcard: a new file is not
# named here. What the machine lacks is installed by deps/host.sh, which says so first.

.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
all:

include mk/arch.mk

B   := build/$(if $(SAN),san,$(ARCH)$(if $(SMALL),-small))
# what is the same for every luabox of an architecture: its C library, its kernel
BASE := build/$(ARCH)
Q   := $(if $(V),,@)
say  = @$(if $(V),:,printf '  %-7s %s\n')
# write TEXT to the target unless it says so already: then nothing that depends on it is stale
keep = $(shell mkdir -p $(@D))$(file >$@.new,$1)$(Q)cmp -s $@.new $@ && rm $@.new || mv $@.new $@
FORCE:
.PHONY: FORCE
export LUABOX_CACHE ?= $(CURDIR)/build/cache

# ---- compiler and flags

HOSTCC := gcc
ifeq ($(origin CC),default)
CC := $(CROSS)gcc
endif
OBJCOPY := $(CROSS)objcopy

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes
# asked once, and only when a recipe runs: a cross compiler may first have to be installed
gcc_file = $(or $(gcc_file.$1),$(call ask_gcc,$1)$(gcc_file.$1))
ask_gcc  = $(eval gcc_file.$1 := $(shell $(CC) -print-file-name=$1))

# paths in debug information do not depend on where the tree lies
CFLAGS = -g -ffile-prefix-map=$(CURDIR)=.
ifdef SAN
CFLAGS  += -O1 -fno-omit-frame-pointer -fsanitize=address,undefined
LINK     = $(CC) $(CFLAGS) -o $@ $(OBJECTS) -lm -ldl
else
M       := $(BASE)/sysroot/lib
CFLAGS  += $(if $(SMALL),-Oz,-Os) -fPIE -fvisibility=hidden -fno-plt \
	-ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables -fno-ident \
	-fstack-protector-strong \
	-nostdinc -isystem $(BASE)/sysroot/include -isystem $(call gcc_file,include) \
	-idirafter $(BASE)/sysroot/kernel
# Start-up is counted in page faults, and each maps the pages around it: what every start runs
# lies together in front (START, main), and code and constants share their pages.
START := $(B)/start.o
# A real static PIE, named piece by piece: with musl's compiler wrapper, -static-pie gives a
# dynamic program that asks for an interpreter, and -static one at a fixed address.
LDFLAGS := -nostdlib -static -Wl,-pie,--no-dynamic-linker,-z,text,-z,relro,-z,now \
	-Wl,-z,noexecstack,-z,noseparate-code,--gc-sections,--build-id=none,--hash-style=gnu,-O1 \
	-Wl,--wrap=__libc_start_main -Wl,-T,mk/near.ld
ifdef relr.$(ARCH)
LDFLAGS += -Wl,-z,pack-relative-relocs
endif
LINK     = $(CC) $(LDFLAGS) -Wl,-Map,$@.map -o $@ $(M)/rcrt1.o $(M)/crti.o \
	$(call gcc_file,crtbeginS.o) $(START) $(NEAR) $(M)/libc.a $(LUA_FRONT) \
	$(filter-out $(NEAR) $(LUA_FRONT),$(OBJECTS)) -L$(M) -lm -lc \
	$(call gcc_file,libgcc.a) -lc $(call gcc_file,crtendS.o) $(M)/crtn.o
endif

# what must be unpacked before anything compiles
READY := build/deps/lua5.4/.unpacked build/deps/libnl3/.unpacked \
	$(if $(SAN),,$(BASE)/sysroot/.unpacked)

# Whatever the flags are made of: when they change, and only then, all is compiled again.
$(B)/flags: FORCE | $(READY)
	$(call keep,$(CC) $(CFLAGS) $(WARNINGS) $(LUA_FLAGS) $(LIBNL_FLAGS) $(LDFLAGS) \
		$(FAST) $(LUA_FAST): $(SPEED) near: $(APART))

include mk/third-party.mk
include mk/embed.mk

# ---- the program

SOURCES := $(filter-out $(LEFT_OUT),$(sort $(wildcard src/*.c init/*.c)))
FRONT   := src/start.c src/main.c $(filter src/applet_% src/vm%,$(SOURCES)) \
	$(patsubst %,src/%.c,sys sys_const sys_error sys_fd sys_file text_copy)
INIT    := $(filter init/%,$(SOURCES)) src/strerror.c
# Those in front, and right behind them what of the C library they use: it is all that PID 1 and
# what sleeps for long have of the program in memory.
NEAR    := $(FRONT:%.c=$(B)/obj/%.o) $(INIT:%.c=$(B)/obj/%.o)
OBJECTS := $(NEAR) $(LUA_FRONT) \
	$(patsubst %.c,$(B)/obj/%.o,$(filter-out $(FRONT) $(INIT),$(SOURCES))) \
	$(filter-out $(LUA_FRONT),$(LUA_OBJECTS)) $(LIBNL_OBJECTS) $(B)/embedded.o

all: $(B)/luabox

# what each start runs and where a program in Lua spends its time
SPEED := $(if $(SMALL),-Os,-O2)
FAST  := start vm_heap vm_image vm_unpack sys_dir
$(FAST:%=$(B)/obj/src/%.o): CFLAGS += $(SPEED)

# The linker makes one of equal strings, or ends of strings, and puts it anywhere: PID 1's stay
# together.
APART := $(if $(SMALL),,-fno-merge-constants)
$(NEAR): CFLAGS += $(APART)

# a source that went away must leave the program too
$(B)/objects: FORCE
	$(call keep,$(OBJECTS))

COMPILE = $(CC) $(CFLAGS) -std=gnu11 -D_GNU_SOURCE $(WARNINGS) -Isrc $(THIRD_PARTY_INCLUDES)

$(SOURCES:%.c=$(B)/obj/%.o): $(B)/obj/%.o: %.c $(B)/flags
	$(say) CC $@
	$(Q)mkdir -p $(@D) && $(COMPILE) -MMD -MP -c $< -o $@

# the numbers of the system calls: every name that the kernel's header has for this machine
$(B)/syscalls.h: $(B)/flags Makefile
	$(Q)echo '#include <linux/unistd.h>' | $(COMPILE) -x c -dM -E - >$@.new
	$(Q)sed -n '/__NR_syscalls /d; s/^#define __NR_\([a-z0-9_]*\) .*/V(\1, __NR_\1) \\/p' \
		$@.new | sort | sed -e '1i #define SYS_LIST(P, V) \\' -e '$$s/.$$//' >$@
$(B)/obj/src/sys_number.o: CFLAGS += -I$(B)
$(B)/obj/src/sys_number.o: $(B)/syscalls.h

# the parts of the C library that run at each start and end, as one object
$(B)/start.o: $(B)/flags Makefile
	$(Q)$(CROSS)ld -r $(addprefix -u ,__libc_start_main exit atexit __stdio_exit_needed \
		__stack_chk_fail strcmp strncmp strrchr strlen memcpy memcmp memchr setjmp \
		longjmp memset mmap getauxval stat fflush fwrite getenv) -o $@ \
		-L$(M) -lc

# with symbols and line numbers, for a debugger; luabox itself is stripped
$(B)/luabox.debug: $(START) $(OBJECTS) $(B)/objects mk/near.ld
	$(say) LINK $@
	$(Q)$(LINK)

$(B)/luabox: $(B)/luabox.debug
	$(say) STRIP $@
	$(Q)$(if $(SAN),ln -f $< $@,$(OBJCOPY) --strip-all $< $@)

-include $(SOURCES:%.c=$(B)/obj/%.d)

# ---- the machine

# What a goal needs from the machine is checked once; deps/host.sh knows the packages.
build/host/ready: deps/host.sh
	$(Q)mkdir -p $(@D) && deps/host.sh build && touch $@

build/host/ready-$(GNU): deps/host.sh
	$(Q)mkdir -p $(@D) && deps/host.sh cross gcc-$(subst _,-,$(GNU)) qemu-user-static
	$(Q)touch $@

clean:
	$(Q)rm -rf $(filter-out build/cache,$(wildcard build/*))

PREFIX ?= /usr/local

install: $(B)/luabox
	$(Q)mkdir -p $(DESTDIR)$(PREFIX)/bin
	$(Q)install -m 755 $< $(DESTDIR)$(PREFIX)/bin/luabox
	$(Q)$(RUN) $< --install -s $(DESTDIR)$(PREFIX)/bin
	$(Q)mkdir -p $(DESTDIR)$(PREFIX)/share/doc/luabox
	$(Q)install -m 644 LICENSE $(DESTDIR)$(PREFIX)/share/doc/luabox/LICENSE
	$(Q)install -m 644 $(LIBNL)/COPYING $(DESTDIR)$(PREFIX)/share/doc/luabox/libnl-LGPL-2.1

include mk/image.mk
include mk/test.mk
include mk/bench.mk
include mk/conformance.mk
include mk/lint.mk

.PHONY: all clean install
