# image.mk - a kernel, the initramfs image, and QEMU to boot them
#
#   make run                          prompt on the serial console; poweroff ends it
#   make run APPEND="..." QEMU_ACCEL=kvm QEMU_ARGS="-m 1G"
#
# The kernel is Debian's own package, unpacked below build/ and never installed. The image
# is made by the luabox it holds. Emulation is the default: nested virtualisation can hang.

QEMU_ACCEL ?= tcg
KERNEL := $(BASE)/kernel
# the binary's time in the image: a machine without a clock starts no earlier (rc/rc.lua)
SOURCE_DATE_EPOCH ?= $(or $(shell git log -1 --format=%ct 2>/dev/null),0)
IMAGE  := $(B)/initramfs.gz

build/host/ready-run-$(ARCH): deps/host.sh
	$(Q)mkdir -p $(@D) && deps/host.sh run $(emulator.$(ARCH))
	$(Q)touch $@

# vmlinuz and modules are links to the parts, whose names hold the release
$(KERNEL)/.unpacked: | build/host/ready
	$(if $(kernel.$(ARCH)),,$(error mk/arch.mk names no kernel for ARCH=$(ARCH)))
	$(say) FETCH $(@D)
	$(Q)rm -rf $(@D) && mkdir -p $(@D)
	$(Q)dpkg-deb -x $$(deps/fetch.sh deb $(DEBARCH) $(kernel.$(ARCH))) $(@D)
	$(Q)find $(@D)/lib -name '*.ko.xz' -exec unxz {} +
	$(Q)cd $(@D) && ln -s boot/vmlinu* vmlinuz && ln -s lib/modules/* modules
	$(Q)touch $@

$(B)/applets: $(B)/luabox
	$(Q)$(RUN) $< --list >$@

$(B)/initramfs: $(B)/luabox $(B)/applets $(wildcard initramfs/*) $(KERNEL)/.unpacked
	$(say) IMAGE $@
	$(Q)SOURCE_DATE_EPOCH=$(SOURCE_DATE_EPOCH) $(RUN) $< lua initramfs/image.lua \
		$< $(B)/applets $$(readlink -f $(KERNEL)/modules) $@

$(IMAGE): $(B)/initramfs
	$(Q)gzip -9nc $< >$@

image: $(IMAGE)

QEMU_MACHINE = $(system.$(ARCH)) -accel $(QEMU_ACCEL) -m 256M -nodefaults -display none \
	-no-reboot -device virtio-rng-pci -kernel $(KERNEL)/vmlinuz
QEMU_APPEND = $(append.$(ARCH)) quiet panic=-1

# romfile=: no boot from the network is tried, nor announced
run: $(IMAGE) build/host/ready-run-$(ARCH)
	$(Q)$(QEMU_MACHINE) -serial mon:stdio -initrd $(IMAGE) \
		-netdev user,id=n0 -device virtio-net-pci,netdev=n0,romfile= $(QEMU_ARGS) \
		-append "$(QEMU_APPEND) $(APPEND)"

.PHONY: image run
