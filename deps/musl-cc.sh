#!/bin/sh
# musl-cc.sh - the compiler with our sysroot, for peers that bring a build of their own
#
# Like musl-gcc, which need not be installed. SYSROOT names build/ARCH/sysroot; links plain
# static programs at a fixed address, as the peers' own instructions would.
set -eu

for arg; do
	case $arg in
	-c | -E | -S | -r | -M | -MM | --version | -v | -print-* | -dump*) link=no ;;
	esac
done

set -- -nostdinc -isystem "$SYSROOT/include" -isystem "$(gcc -print-file-name=include)" \
	-idirafter "$SYSROOT/kernel" "$@"
[ "${link-}" = no ] || set -- -static -no-pie -nostdlib "$SYSROOT/lib/crt1.o" \
	"$SYSROOT/lib/crti.o" "$@" -L"$SYSROOT/lib" -lc -lgcc -lc "$SYSROOT/lib/crtn.o"
exec gcc "$@"
