# arch.mk - the architectures luabox is built for
#
# A new one is a few lines here. Names are Debian's, but x86_64. For each:
#   debian   Debian's name, where it differs; packages come under it
#   gnu      prefix of the cross compiler (its package is gcc-PREFIX)
#   user     suffix of the qemu-user program that runs its binaries
#   endian   big, where it is
#   relr     yes, where Debian 12's linker packs relative relocations: see src/start.c
# and to boot it (make run):
#   kernel   Debian's kernel package (the cloud flavour where there is one: it is small)
#   system   qemu-system program and machine, of package `emulator`
#   append   words for its kernel: the serial console

alias.amd64   := x86_64
alias.aarch64 := arm64
alias.i686    := i386
alias.armv7l  := armhf
alias.ppc64le := ppc64el

debian.x86_64  := amd64
gnu.x86_64     := x86_64-linux-gnu
user.x86_64    := x86_64
relr.x86_64    := yes
kernel.x86_64  := linux-image-cloud-amd64
system.x86_64  := qemu-system-x86_64 -M q35
emulator.x86_64 := qemu-system-x86
# Emulated on a busy machine a timer's ticks come too late for x86's check of it: "8254 timer not
# connected to IO-APIC", and then interrupts that do not come, the console's among them.
append.x86_64  := console=ttyS0 no_timer_check

gnu.arm64      := aarch64-linux-gnu
user.arm64     := aarch64
kernel.arm64   := linux-image-cloud-arm64
system.arm64   := qemu-system-aarch64 -M virt -cpu cortex-a57
emulator.arm64 := qemu-system-arm
append.arm64   := console=ttyAMA0

gnu.armhf      := arm-linux-gnueabihf
user.armhf     := arm

gnu.i386       := i686-linux-gnu
user.i386      := i386
relr.i386      := yes

gnu.ppc64el    := powerpc64le-linux-gnu
user.ppc64el   := ppc64le

gnu.mipsel     := mipsel-linux-gnu
user.mipsel    := mipsel

gnu.s390x      := s390x-linux-gnu
user.s390x     := s390x
endian.s390x   := big

arch_name = $(or $(alias.$1),$1)

NATIVE := $(call arch_name,$(shell uname -m))
ARCH   ?= $(NATIVE)
override ARCH := $(call arch_name,$(ARCH))
ifndef gnu.$(ARCH)
$(error unknown ARCH=$(ARCH); mk/arch.mk knows: \
  $(patsubst gnu.%,%,$(sort $(filter gnu.%,$(.VARIABLES)))))
endif

DEBARCH := $(or $(debian.$(ARCH)),$(ARCH))
GNU     := $(gnu.$(ARCH))
# nothing in front on the machine itself; elsewhere the program that runs target binaries
RUN     := $(if $(filter $(NATIVE),$(ARCH)),,qemu-$(user.$(ARCH))-static)
CROSS   := $(if $(RUN),$(GNU)-)
