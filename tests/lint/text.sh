#!/bin/sh
# text.sh - mechanical rules for all files of the tree: line length, blanks, first line
#
#   text.sh FILE...
set -eu

status=0
for f; do
	case $f in
	*.c | *.h) width=80 ;;
	*.lua | *.sh | Makefile | *.mk) width=100 ;;
	*) continue ;;
	esac
	expand -t 8 "$f" | awk -v f="$f" -v w="$width" '
		length($0) > w { print f ":" NR ": longer than " w " columns"; bad = 1 }
		/[ \t]$/ { print f ":" NR ": blanks at the end"; bad = 1 }
		END { exit bad }' || status=1
	[ "$(tail -c1 "$f" | wc -l)" = 1 ] || { echo "$f: no newline at the end"; status=1; }
	# "name - one line" opens each file
	head -n 3 "$f" | grep -q -F -- "$(basename "$f") - " ||
		{ echo "$f:1: does not begin with its name and one line"; status=1; }
done
exit $status
