# bench.mk - comparison with peers, in one run, on this machine
#
#   make bench      ratios: starting applets, booting, sizes
#
# busybox is the peer to beat: Debian's source, its defconfig, static with musl. It is built
# once, below build/, from the pinned source.

P := build/peers

build/host/ready-bench: deps/host.sh
	$(Q)mkdir -p $(@D) && deps/host.sh bench && touch $@

CC_MUSL = SYSROOT=$(abspath $(B)/sysroot) deps/musl-cc.sh

$(P)/floor $(P)/spawn $(P)/syscall $(P)/boot-mark $(P)/supervise: $(P)/%: tests/bench/%.c | $(READY)
	$(say) CC $@
	$(Q)mkdir -p $(@D) && $(CC_MUSL) -Os -s -std=gnu11 $(WARNINGS) -o $@ $<

# modprobe as distributions have it; tc does not compile with today's kernel headers
$(P)/busybox: deps/peers | $(READY) build/host/ready-bench
	$(say) PEER "$@ (a minute or two, once)"
	$(Q)rm -rf $@-src && mkdir -p $@-src
	$(Q)tar xf $$(deps/fetch.sh source busybox) -C $@-src --strip-components=1
	$(Q)cd $@-src && unset MAKEFLAGS && { make defconfig && sed -i \
		-e 's/.*CONFIG_STATIC is not set/CONFIG_STATIC=y/' \
		-e 's/^CONFIG_MODPROBE_SMALL=y/# CONFIG_MODPROBE_SMALL is not set/' \
		-e 's/^CONFIG_TC=y/# CONFIG_TC is not set/' .config && yes '' | make oldconfig && \
		SYSROOT=$(abspath $(B)/sysroot) make -j2 CC=$(abspath deps/musl-cc.sh); } \
		>$(abspath $@.log) 2>&1 || { echo "see $@.log" >&2; exit 1; }
	$(Q)cp $@-src/busybox $@

# boots are compared under x86-64 alone: instruction counting needs one fixed machine
bench: $(B)/luabox $(B)/initramfs $(P)/floor $(P)/spawn $(P)/syscall $(P)/boot-mark \
		$(P)/supervise $(P)/busybox build/host/ready-run-$(ARCH)
	$(Q)$< lua tests/bench/spawn.lua $< $(P)
	$(Q)$< lua tests/bench/syscall.lua $< $(P)
	$(Q)$< lua tests/bench/netlink.lua $<
	$(Q)$< lua tests/bench/supervise.lua $(abspath $<) $(abspath $(P))
	$(Q)$< lua tests/bench/boot.lua $(B)/initramfs $(P) $$(readlink -f $(KERNEL)/modules) \
		'qemu-system-x86_64 -M q35 -accel tcg,thread=single -cpu qemu64,+rdrand -m 256M \
		-nodefaults -display none -no-reboot -kernel $(KERNEL)/vmlinuz'
	$(Q)$(MAKE) --no-print-directory SMALL=1 all
	$(Q)printf '\n%-14s %10s %10s\n' size bytes gzipped; \
	for name in luabox:$< luabox-small:$(BASE)-small/luabox busybox:$(P)/busybox; do \
		printf '%-14s %10d %10d\n' $${name%%:*} $$(wc -c <$${name#*:}) \
			$$(gzip -9nc $${name#*:} | wc -c); done
	@echo 'limits of luabox-small: 921600 bytes, 716800 gzipped'

.PHONY: bench
