#!/bin/sh
# host.sh - what the building machine must have, installed where it is missing
#
#   host.sh GOAL    build | cross PACKAGE | run PACKAGE... | test | lint | bench
#                   | conformance
#
# Says what it installs before it does. Not root and no password-free sudo: prints the
# one command to run and fails. On a machine that is not Debian it leaves all to the user.
set -eu

# gcc brings binutils; xz-utils unpacks Debian's patches
build='gcc libc6-dev patch xz-utils'

goal=${1-}
[ $# = 0 ] || shift
case $goal in
build) wanted="$build" ;;
cross) wanted="$build $*" ;;
run) wanted="$*" ;;
test) wanted="dnsmasq-base udhcpd busybox-static iproute2 net-tools netbase procps $*" ;;
lint) wanted='lua-check clang-format cppcheck shellcheck' ;;
conformance) wanted='python3 bash util-linux iproute2' ;;
bench) wanted="$build make bzip2 $*" ;;
*) echo "host: unknown goal '$goal'" >&2; exit 2 ;;
esac

command -v dpkg-query >/dev/null || exit 0

missing=
for p in $wanted; do
	status=$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null) || true
	[ "$status" = installed ] || missing="$missing $p"
done
missing=${missing# }
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
	as_root=
elif sudo -n true 2>/dev/null; then
	as_root='sudo -n'
else
	echo "host: to $goal, this machine needs: $missing" >&2
	echo "host: please run:  sudo apt-get install --no-install-recommends $missing" >&2
	exit 1
fi

apt() {
	# shellcheck disable=SC2086 # $as_root is words
	$as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get -qq -o DPkg::Lock::Timeout=600 "$@" >/dev/null
}

echo "host: installing what '$goal' needs: $missing" >&2
# shellcheck disable=SC2086 # so is $missing
apt -s --no-install-recommends install $missing 2>/dev/null || apt update
# shellcheck disable=SC2086
apt -y --no-install-recommends install $missing
