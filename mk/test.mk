# test.mk - all tests, and the comparisons with peers
#
#   make test                       everything; the last line counts
#   make test TESTS="tests/nl"       some of them
#   make test SAN=1                 with the sanitizer build (no boot tests)
#   make fuzz FUZZ_SECONDS=600      random calls of all of S for so long (SAN=1: sanitized)
#   make conformance                the peers' own test suites against luabox
#   make bench                      ratios to the peers, in one run

TESTS ?=

build/host/ready-test: deps/host.sh
	$(Q)mkdir -p $(@D) && deps/host.sh test cpio $(emulator.$(NATIVE))
	$(Q)touch $@

# An ssh server for a boot test, with its C library: Debian's, unpacked, never installed. Without
# it that test says what it skips.
SSH := $(BASE)/dropbear
SSH_PACKAGES := dropbear-bin libc6 libcrypt1 libgmp10 libtomcrypt1 libtommath1 zlib1g

$(SSH)/.unpacked: | build/host/ready
	$(say) FETCH $(@D)
	$(Q)rm -rf $(@D) && mkdir -p $(@D)
	$(Q)for p in $(SSH_PACKAGES); do \
		deb=$$(deps/fetch.sh deb $(DEBARCH) $$p) && dpkg-deb -x $$deb $(@D) || \
		{ echo "test: no ssh server to test with: $$p" >&2; break; }; done
	$(Q)touch $@

# A boot test asks nothing of the binary that drives the machine: beside a cross build that is the
# native one. An emulated one could not start itself again where the kernel does not emulate.
DRIVER := $(B)/luabox
DRIVE := $(RUN) $(DRIVER)
ifneq ($(ARCH),$(NATIVE))
ifneq ($(TESTS),)
ifeq ($(filter-out tests/boot tests/boot/%,$(TESTS)),)
DRIVER := build/$(NATIVE)/luabox
DRIVE := $(DRIVER)

$(DRIVER): FORCE
	$(Q)$(MAKE) --no-print-directory ARCH=$(NATIVE) $@
endif
endif
endif

# tests/lib/machine.lua boots what is named here. Kernel and image are made beforehand, so
# that nothing is built, or fetched, within a test.
test: $(B)/luabox $(DRIVER) build/host/ready-test \
		$(if $(SAN),,$(B)/initramfs $(KERNEL)/.unpacked $(BASE)-small/initramfs \
		$(SSH)/.unpacked)
	$(Q)$(if $(SAN),ASAN_OPTIONS=allocator_may_return_null=1,\
		LUABOX_QEMU='$(QEMU_MACHINE)' LUABOX_APPEND='$(QEMU_APPEND)' \
		LUABOX_IMAGE=$(B)/initramfs LUABOX_SMALL_IMAGE=$(BASE)-small/initramfs \
		LUABOX_SSH=$(SSH)) \
		$(DRIVE) lua tests/run.lua $(TESTS)

# after all else is there: what both need is made once
ifndef SMALL
$(BASE)-small/initramfs: FORCE | $(B)/initramfs
	$(Q)$(MAKE) --no-print-directory SMALL=1 $@
endif

FUZZ_SECONDS ?= 600

fuzz: $(B)/luabox
	$(Q)ASAN_OPTIONS=allocator_may_return_null=1 FUZZ_SECONDS=$(FUZZ_SECONDS) \
		$(RUN) $< lua tests/run.lua --file tests/fuzz/syscall_api.lua

.PHONY: test fuzz
