#!/bin/sh
# binary.sh - is this file the static, hardened program that it should be?
#
#   binary.sh FILE READELF LIMIT    LIMIT: greatest size in bytes
#
# The compiler wrapper of musl makes a dynamic program of -static-pie without a word, and
# one wrong object file makes the stack executable: so the result is looked at.
set -eu

file=$1 readelf=$2 limit=$3 status=0

fail() { echo "$file: $1" >&2; status=1; }

header=$($readelf -hW "$file")
segments=$($readelf -lW "$file")
dynamic=$($readelf -dW "$file")

has() { case $1 in *"$2"*) ;; *) return 1 ;; esac; }

has "$header" 'DYN (' || fail 'not position-independent'
! has "$segments" INTERP || fail 'asks for an interpreter: not static'
! has "$dynamic" '(NEEDED)' || fail 'needs shared libraries: not static'
has "$segments" GNU_RELRO || fail 'no RELRO'
has "$dynamic" BIND_NOW || has "$dynamic" NOW || fail 'not BIND_NOW'
! has "$dynamic" TEXTREL || fail 'has text relocations'
has "$segments" GNU_STACK || fail 'no GNU_STACK: the stack would be executable'
! echo "$segments" | grep -q 'GNU_STACK.*RWE' || fail 'executable stack'
! echo "$segments" | grep -q 'LOAD.*RWE' || fail 'a segment is writable and executable'
! $readelf -SW "$file" | grep -q '\.symtab' || fail 'not stripped'

size=$(wc -c <"$file")
[ "$size" -le "$limit" ] || fail "$size bytes, more than $limit"
exit $status
