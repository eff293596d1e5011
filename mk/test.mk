# test.mk - all tests, and the comparisons with peers
#
#   make test                       everything; the last line counts
#   make test TESTS="tests/nl/*.lua"    some of them
#   make test SAN=1                 with the sanitizer build (no boot tests)
#   make conformance                the peers' own test suites against luabox
#   make bench                      ratios to the peers, in one run

TESTS ?=

build/host/ready-test: deps/host.sh
	$(Q)mkdir -p $(@D) && deps/host.sh test cpio $(emulator.$(NATIVE))
	$(Q)touch $@

# Boot tests take the image as they find it: build/$(ARCH)/initramfs, kernel/vmlinuz.
# Made beforehand, so that nothing is built, or fetched, within a test.
test: $(B)/luabox build/host/ready-test $(if $(SAN),,$(IMAGE))
	$(Q)LUABOX_ARCH=$(ARCH) LUABOX_QEMU='$(QEMU_MACHINE)' LUABOX_CONSOLE=$(console.$(ARCH)) \
		$(RUN) $< lua tests/run.lua $(TESTS)

.PHONY: test
