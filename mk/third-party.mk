# third-party.mk - Lua, libnl-3 and musl: unpacked and compiled, never copied into the tree
#
# Sources are pinned in deps/pins and lie, unpacked, in build/deps. The C library and the
# kernel's headers of the target come from Debian's binary packages musl-dev and
# linux-libc-dev, unpacked into a sysroot of ours; so native and cross builds are one.

# Names of members, for the sources are not there yet when make reads this.
LUA_MEMBERS := lapi lauxlib lbaselib lcode lcorolib lctype ldblib ldebug ldo ldump lfunc lgc \
	linit liolib llex lmathlib lmem loadlib lobject lopcodes loslib lparser lstate lstring \
	lstrlib ltable ltablib ltm lua lundump lutf8lib lvm lzio
LIBNL_MEMBERS := addr attr cache cache_mngt data error handlers hash hashtable mpls msg nl object \
	socket utils

LUA   := build/deps/lua5.4/src
LIBNL := build/deps/libnl3

# The compatibility with 5.3 (math.pow, ...) is what the stock program has. No LUA_USE_DLOPEN:
# a static program loads no shared objects.
# The table of strings has the size from the start that the smallest applet needs.
LUA_FLAGS   := -std=gnu99 -DLUA_COMPAT_5_3 -DLUA_USE_POSIX -DMINSTRTABSIZE=256
LIBNL_FLAGS := -std=gnu99 -D_GNU_SOURCE -DSYSCONFDIR='"/etc/libnl"' \
	-include deps/libnl/quiet.h -Ideps/libnl -I$(LIBNL)/include \
	$(if $(SAN),-fno-sanitize=undefined)
THIRD_PARTY_INCLUDES := -I$(LUA) -I$(LIBNL)/include

LUA_OBJECTS   := $(LUA_MEMBERS:%=$(B)/lua/%.o)
# what runs when a program in Lua starts: START in the Makefile
LUA_FRONT     := $(patsubst %,$(B)/lua/%.o,lstate lstring ltable lmem lgc lfunc ldo lvm lapi \
	lauxlib lbaselib lstrlib lobject ltm llex lopcodes lctype ldebug)
LIBNL_OBJECTS := $(LIBNL_MEMBERS:%=$(B)/libnl/%.o)

# Unpacked sources get the time of unpacking (tar -m): they are newer than their archives.
build/deps/lua5.4/.unpacked: deps/pins | build/host/ready
	$(say) FETCH $(@D)
	$(Q)rm -rf $(@D) && mkdir -p $(@D)
	$(Q)deps/fetch.sh source lua5.4 >$(@D)/files
	$(Q)tar xmf $$(grep orig $(@D)/files) -C $(@D) --strip-components=1
	$(Q)tar xmf $$(grep debian.tar $(@D)/files) -C $(@D)
	$(Q)# two security fixes; the rest of Debian's series is its own build and paths
	$(Q)for p in 0004-cve-2022-28805 0005-cve-2022-33099; do \
		patch -s -d $(@D) -p1 <$(@D)/debian/patches/$$p.patch || exit 1; done
	$(Q)touch $@

build/deps/libnl3/.unpacked: deps/pins | build/host/ready
	$(say) FETCH $(@D)
	$(Q)rm -rf $(@D) && mkdir -p $(@D)
	$(Q)tar xmf $$(deps/fetch.sh source libnl3) -C $(@D) --strip-components=1
	$(Q)touch $@

# include/, lib/ and kernel/ are links to the parts, whose names differ by architecture
$(BASE)/sysroot/.unpacked: | build/host/ready \
		$(if $(CROSS),build/host/ready-$(GNU))
	$(say) FETCH $(@D)
	$(Q)rm -rf $(@D) && mkdir -p $(@D)/kernel
	$(Q)for p in musl-dev linux-libc-dev; do \
		deb=$$(deps/fetch.sh deb $(DEBARCH) $$p) && dpkg-deb -x $$deb $(@D) || exit 1; done
	$(Q)cd $(@D) && ln -s usr/include/*-linux-musl* include && \
		ln -s usr/lib/*-linux-musl* lib && cd kernel && \
		for d in linux asm-generic mtd; do ln -s ../usr/include/$$d $$d; done && \
		ln -s ../usr/include/*-linux-gnu*/asm asm
	$(Q)touch $@

# where a program in Lua spends its time, at its start and later
LUA_FAST := lapi ldo lfunc lgc lmem lstring ltable ltm lvm
$(LUA_FAST:%=$(B)/lua/%.o): LUA_FLAGS += $(SPEED)

$(LUA_OBJECTS): $(B)/lua/%.o: $(B)/flags mk/third-party.mk
	$(say) CC $@
	$(Q)mkdir -p $(@D) && $(CC) $(CFLAGS) $(LUA_FLAGS) -w -c $(LUA)/$*.c -o $@

# these use our states, load text alone, and leave their functions to be asked for: src/vm_lua.h
LUA_FITTED := $(patsubst %,$(B)/lua/%.o,lua lbaselib lstate lstrlib)
$(LUA_FITTED): LUA_FLAGS += -DVM_STOCK -include src/vm_lua.h
$(LUA_FITTED): src/vm_lua.h
$(B)/lua/lua.o: LUA_FLAGS += -Dlua_c_program
# a collection leaves the table of strings its size: src/vm_strings.c
$(B)/lua/lgc.o: LUA_FLAGS += -DluaS_resize=vm_shrink_strings
# and this has the functions of embedded modules completed
$(B)/lua/ldo.o: LUA_FLAGS += -Dldo_fitted -I$(LUA) -include src/vm_called.h
$(B)/lua/ldo.o: src/vm_called.h

$(B)/libnl/handlers.o: LIBNL_FLAGS += -DLIBNL_WITHOUT_DUMP

$(LIBNL_OBJECTS): $(B)/libnl/%.o: $(B)/flags deps/libnl/defs.h mk/third-party.mk deps/libnl/quiet.h
	$(say) CC $@
	$(Q)mkdir -p $(@D) && $(CC) $(CFLAGS) $(LIBNL_FLAGS) -w -c $(LIBNL)/lib/$*.c -o $@
