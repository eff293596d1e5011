#!/bin/sh
# fetch.sh - get Debian packages, source or binary, without installing anything
#
#   fetch.sh source NAME      the pinned files of a source package (deps/pins, deps/peers)
#   fetch.sh deb ARCH NAME    a binary package of Debian architecture ARCH
#
# Prints the path of each file. They lie in $LUABOX_CACHE (default build/cache), and what
# is there already costs no network. apt runs with a state of its own below the cache:
# the machine's configuration is read, to learn where packages come from, never changed.
# Works as root and as an ordinary user.
set -eu
umask 022

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cache=${LUABOX_CACHE:-$here/../build/cache}
mkdir -p "$cache"
cache=$(CDPATH='' cd -- "$cache" && pwd)

die() { echo "fetch: $*" >&2; exit 1; }

# private ARCH ARGUMENTS...: apt-get with its own state. It trusts the machine's keys and
# pretends that nothing is installed. The user is the caller: as root, apt would otherwise
# write as _apt, which may not enter this folder.
private() {
	arch=$1 state=$cache/apt/$1; shift
	apt-get -qq -o Dir::State="$state" -o Dir::State::status=/dev/null -o Dir::Cache="$state" \
		-o Dir::Log="$state" -o Dir::Etc::SourceList="$state/sources.list" \
		-o Dir::Etc::SourceParts=/dev/null -o APT::Sandbox::User="$(id -un)" \
		-o APT::Architecture="$arch" -o APT::Architectures="$arch" \
		-o Acquire::Languages=none -o Acquire::Retries=3 "$@"
}

# URI RELEASE COMPONENT of each Debian index in use on this machine, in its own order
targets() {
	# shellcheck disable=SC2016 # the $(...) are apt's
	apt-get "$@" indextargets --format '$(ORIGIN)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)' \
		'Target-Of: deb' 'Identifier: Packages' 2>/dev/null |
		awk -F'|' '$1 == "Debian" && !seen[$0]++ { print $2, $3, $4 }'
}

# update ARCH: write the private sources.list and fetch the indexes, once a run of make.
# The release itself goes before its -security and -updates suites: these can list a
# source that they do not hold, and apt takes the first of equal versions.
update() {
	state=$cache/apt/$1
	mkdir -p "$state/lists/partial" "$state/archives/partial"
	[ -z "$(find "$state/updated" -mmin -60 2>/dev/null)" ] || return 0
	found=$(targets)
	if [ -z "$found" ]; then # 'apt-get update' never ran here: fetch the indexes privately
		set -- "$1" -o Dir::State::Lists="$state/lists" -o APT::Sandbox::User="$(id -un)"
		arch=$1; shift
		apt-get -qq "$@" update
		found=$(targets "$@")
		set -- "$arch"
	fi
	[ -n "$found" ] || die "no Debian package source is set up on this machine"
	keys=/usr/share/keyrings/debian-archive-keyring.gpg
	signed=; [ ! -r $keys ] || signed="[signed-by=$keys] "
	echo "$found" | awk -v s="$signed" '
		{ key = ($2 ~ /-/); print key, "deb " s $0; print key, "deb-src " s $0 }' |
		sort -s -n -k1,1 | cut -d' ' -f2- >"$state/sources.list"
	echo "fetch: reading the package index for $1" >&2
	# A mirror in the middle of its own update has one index that does not fit: the others do,
	# and a package that none of them has is an error of its own.
	if private "$1" update; then
		: >"$state/updated"
	else
		echo "fetch: going on without the index that failed" >&2
	fi
}

native=$(dpkg --print-architecture)

# locked ARCH FUNCTION NAME: one apt at a time may use a private state
locked() {
	mkdir -p "$cache/apt"
	exec 9>"$cache/apt/$1.lock"
	flock 9
	"$2" "$1" "$3"
	exec 9>&-
}

is_pinned() { # FILE SHA256
	[ -f "$1" ] && [ "$(sha256sum <"$1")" = "$2  -" ]
}

download_source() { # ARCH NAME
	update "$1"
	echo "fetch: source package $2" >&2
	# A file that we do not pin may be missing on the mirror: what counts is checked below.
	(cd "$cache/source" && private "$1" --only-source --download-only source "$2") || true
}

pinned_source() { # NAME
	mkdir -p "$cache/source"
	pins=$(grep -h "^$1 " "$here/pins" "$here/peers") || die "$1: not in deps/pins"
	echo "$pins" | (while read -r _ file sum; do
		is_pinned "$cache/source/$file" "$sum" || exit 1
	done) || locked "$native" download_source "$1"
	echo "$pins" | while read -r _ file sum; do
		is_pinned "$cache/source/$file" "$sum" ||
			die "$1: $file: not there, or not the bytes that deps/pins asks for"
		echo "$cache/source/$file"
	done
}

download_deb() { # ARCH NAME
	update "$1"
	# a package that only stands for the current one (linux-image-cloud-*) is followed
	real=$(case $2 in linux-image-*)
		private "$1" -s --no-install-recommends install "$2" 2>/dev/null |
			awk '$1 == "Inst" && $2 ~ /^linux-image-[0-9]/ { print $2; exit }' ;;
	esac)
	echo "fetch: package ${real:-$2} for $1" >&2
	partial=$cache/deb/$1/partial.$2
	rm -rf "$partial" && mkdir -p "$partial"
	(cd "$partial" && private "$1" download "${real:-$2}" >/dev/null) ||
		die "$2 for $1: not downloaded"
	mv "$partial"/*.deb "$cache/deb/$1/$2.deb"
	rmdir "$partial"
}

deb() { # ARCH NAME
	[ -f "$cache/deb/$1/$2.deb" ] || locked "$1" download_deb "$2"
	echo "$cache/deb/$1/$2.deb"
}

case $#/${1-} in
2/source) pinned_source "$2" ;;
3/deb) deb "$2" "$3" ;;
*) die "usage: fetch.sh source NAME | fetch.sh deb ARCH NAME" ;;
esac
