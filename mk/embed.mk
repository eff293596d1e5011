# embed.mk - all Lua, compiled to bytecode and put into the binary
#
# Names follow from paths: lua/net/dhcp.lua is net.dhcp, applets/ls.lua is applets.ls.
# lua/meta only declares types for editors; initramfs/ is run by the build, not in the image.

LUA_FILES := $(sort $(shell find lua applets init rc -name '*.lua' -not -path 'lua/meta/*' \
	2>/dev/null))

# help's text comes from the declarations and the comments of the libraries
HELP_FILES := $(sort $(shell find lua/meta -name '*.lua') $(wildcard lua/*.lua lua/fs/*.lua \
	lua/net/*.lua lua/nl/*.lua lua/proc/*.lua lua/text/*.lua lua/syscall/*.lua \
	lua/syscall/util/*.lua))
HELP_TEXT := $(B)/generated/lua/help/text.lua
LUA_FILES += $(HELP_TEXT)
include mk/parts.mk
LUA_LEFT_OUT := $(filter $(LEFT_OUT),$(LUA_FILES))
LUA_FILES := $(filter-out $(LEFT_OUT),$(LUA_FILES))

$(HELP_TEXT): mk/help.lua $(HELP_FILES) build/host/lua
	$(say) HELP $@
	$(Q)mkdir -p $(@D) && build/host/lua mk/help.lua text $(HELP_FILES) >$@

# docs/reference, from the same; names of constants and fields from the program itself
reference: $(B)/luabox
	$(Q)build/host/lua mk/help.lua reference docs/reference $(HELP_FILES)

declare: $(B)/luabox
	$(Q)for k in constants types; do f=lua/meta/syscall/$$k.lua; \
		$(RUN) $< lua mk/declare.lua $$k $$f >$$f.new && mv $$f.new $$f || exit 1; done

.PHONY: reference declare

# What most commands load, and what each boot does, stands as it is: the loader of services, the
# boot script, netlink, DHCP. The rest is packed, with these as its dictionary. The commands'
# come first, and so lie together: what they touch is what their start costs.
LUA_FIRST := $(filter lua/cli%.lua lua/text/quote.lua applets/echo.lua applets/cat.lua \
	applets/ls.lua applets/hostname.lua,$(LUA_FILES))
LUA_BOOT  := $(filter init/schema/checks.lua init/schema/listen.lua init/schema/log.lua \
	init/schema/running.lua init/schema.lua init/loader.lua init/plan.lua init/graph.lua \
	init/definitions.lua init/accounts.lua init/hook.lua rc/% lua/kmod% lua/proc/modules.lua \
	lua/proc/file.lua lua/nl.lua lua/nl/codec.lua lua/nl/request.lua lua/nl/link.lua \
	lua/nl/inet.lua lua/nl/object.lua lua/nl/monitor.lua lua/nl/value.lua lua/nl/addr.lua \
	lua/nl/schema/link.lua lua/nl/schema/addr.lua lua/nl/schema/af_spec.lua \
	lua/nl/schema/inet6_link.lua lua/nl/schema/route.lua applets/udhcpc.lua lua/net/dhcp% \
	lua/net/arp.lua lua/net/packet.lua lua/net/ipv4.lua lua/net/name.lua lua/net/resolv.lua \
	applets/prompt.lua lua/version.lua lua/loop/timers.lua lua/syscall/composed.lua \
	lua/syscall/abi.lua lua/syscall/types/socket.lua lua/syscall/types/time.lua \
	lua/syscall/types/signal.lua lua/syscall/types/file.lua \
	lua/syscall/types/device.lua,$(LUA_FILES))
LUA_PLAIN := $(LUA_FIRST) $(if $(SMALL),,lua/loop.lua $(LUA_BOOT))

space := $() #
define newline


endef

# The tool is Lua's own compiler with an own end, built for the machine that builds.
EMBED   := build/host/embed
EMBED_C := mk/embed.c mk/image.c mk/pack.c mk/pack_codes.c mk/pack_contexts.c src/vm_unpack.c \
	src/vm_link.c

$(EMBED): $(EMBED_C) mk/image.h mk/pack.h src/vm_image.h src/vm_unpack.h build/deps/lua5.4/.unpacked
	$(say) HOSTCC $@
	$(Q)mkdir -p $(@D) && $(HOSTCC) -O2 -w $(LUA_FLAGS) -I$(LUA) -o $@ $(EMBED_C) \
		$(patsubst %,$(LUA)/%.c,$(filter-out lua,$(LUA_MEMBERS))) -lm

build/host/lua: build/deps/lua5.4/.unpacked
	$(say) HOSTCC $@
	$(Q)mkdir -p $(@D) && $(HOSTCC) -O1 -w $(LUA_FLAGS) -I$(LUA) -o $@ \
		$(patsubst %,$(LUA)/%.c,$(LUA_MEMBERS)) -lm

# the list changes when a file comes or goes, and only then; nothing else would tell
$(B)/embedded.list: FORCE
	$(call keep,$(subst $(space),$(newline),$(LUA_PLAIN:%==%) $(LUA_LEFT_OUT:%=-%) \
		$(filter-out $(LUA_PLAIN),$(LUA_FILES))))

$(B)/embedded.c: $(B)/embedded.list $(LUA_FILES) $(EMBED)
	$(say) EMBED $@
	$(Q)$(EMBED) $(B)/embedded.list $(B)/embedded.data $@ \
		$(or $(endian.$(ARCH)),little)

# the tables stay in front of the data, beside what is not packed: all that most commands touch
$(B)/embedded.o: $(B)/embedded.c $(B)/flags src/vm_embedded.h
	$(say) CC $@
	$(Q)$(CC) $(CFLAGS) -fno-toplevel-reorder -std=gnu11 $(WARNINGS) -Isrc -c $< -o $@
