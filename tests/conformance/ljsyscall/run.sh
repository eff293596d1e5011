#!/bin/sh
# run.sh - ljsyscall's own test suite, run against luabox
#
# Runs ljsyscall's own, unmodified test files against another `require "syscall"` on Lua 5.4.
#
#   run [options] LUA_CMD [FILTER ...]
#       LUA_CMD   command that runs a Lua 5.4 script with require "syscall" available,
#                 as one word or quoted: "luabox lua"
#       FILTER    test_class, class:test or any awk regex; default everything
#   run --reference [LUAJIT_CMD] [FILTER ...]    the real ljsyscall under LuaJIT (default luajit)
#   run --list                                   only enumerate (needs any Lua: LUA_CMD or lua5.4)
#
# options:  -f, --failures   print every failure with its message (tracebacks: status.tsv)
#           -v, --verbose    print every test's status as the table is built
#           -a, --areas      print passed/failed/skipped per test class
#           -t SECONDS       time limit per test (default 120)
#           -j N             tests at once (default 1)
#           -o DIR           where status.tsv and the logs go (default: a new temporary directory)
#           --fresh-sys      detach /sys first, so test.lua mounts the sysfs of its own network
#                            namespace (makes the bridge tests reachable where /sys is the host's)
#
# env: LJSYSCALL_DIR  ljsyscall checkout; only DIR/test/*.lua are read (all of it with --reference)
#
# Every test runs in a process of its own (as root: in its own net, mount and uts namespace).
# status.tsv: STATUS <tab> class:test <tab> message; STATUS is PASS FAIL SKIP CRASH TIMEOUT MISSING LOADERR.
# Exit: 0 nothing failed, 1 some failed, 2 cannot run.

me=$0; case $me in */*) ;; *) me=$(command -v "$me");; esac
LJSUITE_DIR=$(cd "$(dirname "$me")" && pwd -P) || exit 2
export LJSUITE_DIR

if [ "$1" = --internal-one ]; then
  name=$2; n=$(printf %s "$name" | tr -c 'A-Za-z0-9_\n' '_')
  res=$OUT/res/$n; log=$OUT/log/$n; wd=$OUT/work/$n
  mkdir -p "$wd" && cd "$wd" || exit 2
  PWD=$wd; export PWD
  LJSUITE_OUT=$res; export LJSUITE_OUT
  : >"$res"; t0=$(date +%s)
  if [ -n "$ISOLATE" ]; then
    # shellcheck disable=SC2086,SC2016
    timeout -k 2 "$LIMIT" unshare -n -m -u sh -c '[ -z "$FRESH_SYS" ] || umount -l /sys; ip link set lo up 2>/dev/null; exec "$@"' \
      sh $LUA_CMD "$LJSUITE_DIR/driver.lua" run "$name" >"$log" 2>&1 </dev/null
  else
    # shellcheck disable=SC2086
    timeout -k 2 "$LIMIT" $LUA_CMD "$LJSUITE_DIR/driver.lua" run "$name" >"$log" 2>&1 </dev/null
  fi
  rc=$?
  # 137 is also what a test that got itself killed gives: tell them apart by the clock
  if [ $rc = 137 ] && [ $(($(date +%s) - t0)) -lt "$LIMIT" ]; then rc=9; fi
  awk -F'\t' -v name="$name" -v rc=$rc -v euid="$EUID_" '
    $1=="PREAMBLE" {pre=$2}
    $1=="LOADERR"  {st="LOADERR"; msg=$2}
    ($1=="PASS"||$1=="FAIL"||$1=="SKIP"||$1=="MISSING") && $2==name && st=="" {st=$1; msg=$3}
    END {
      if (st=="") {
        if (rc==124 || rc==137) {st="TIMEOUT"; msg="no result within the time limit"}
        else {st="CRASH"; msg="process ended with status " rc " and no result"}
      }
      if (st=="MISSING" && euid!=0 && name ~ /root/) {st="SKIP"; msg="needs root"}
      if (pre!="" && st!="PASS" && st!="SKIP") msg=msg "\\n[test.lua preamble failed: " pre "]"
      printf "%s\t%s\t%s\n", st, name, msg
    }' "$res" >"$res.status"
  [ -s "$log" ] || rm -f "$log"
  cd / && rm -rf "$wd"
  [ -z "$VERBOSE" ] || cut -f1,2 "$res.status"
  exit 0
fi

REF="" LIMIT=120 JOBS=1 OUT="" SHOWFAIL="" VERBOSE="" AREAS="" LIST="" FRESH_SYS="" LUA_CMD=""
while [ $# -gt 0 ]; do
  case $1 in
    -r|--reference) REF=1 ;;
    -f|--failures) SHOWFAIL=1 ;;
    -v|--verbose) VERBOSE=1 ;;
    -a|--areas) AREAS=1 ;;
    --list) LIST=1 ;;
    --fresh-sys) FRESH_SYS=1 ;;
    -t) LIMIT=$2; shift ;;
    -j) JOBS=$2; shift ;;
    -o) OUT=$2; shift ;;
    -h|--help) sed -n '2,/^$/s/^# \{0,1\}//p' "$me"; exit 0 ;;
    -*) echo "run: unknown option $1" >&2; exit 2 ;;
    *) break ;;
  esac
  shift
done
if [ -n "$REF" ]; then
  LUA_CMD=luajit
  if [ $# -gt 0 ] && command -v "${1%% *}" >/dev/null; then LUA_CMD=$1; shift; fi
elif [ $# -gt 0 ]; then LUA_CMD=$1; shift
elif [ -n "$LIST" ]; then LUA_CMD=lua5.4
else echo "usage: run [options] LUA_CMD [FILTER ...]   (run --help)" >&2; exit 2; fi

LJSYSCALL_DIR=${LJSYSCALL_DIR:-build/peers/ljsyscall}
if [ ! -f "$LJSYSCALL_DIR/test/test.lua" ]; then
  echo "run: no ljsyscall tests at '$LJSYSCALL_DIR'." >&2
  echo "     make conformance gets them; or set LJSYSCALL_DIR to a checkout of ljsyscall." >&2
  exit 2
fi
LJSYSCALL_DIR=$(cd "$LJSYSCALL_DIR" && pwd -P)
for tool in timeout awk xargs; do command -v $tool >/dev/null || { echo "run: needs $tool" >&2; exit 2; }; done

# a relative first word or LUA_PATH entry must survive the cd into the work directory
first=${LUA_CMD%% *}; rest=${LUA_CMD#"$first"}
case $first in /*) ;; */*) first=$(cd "$(dirname "$first")" && pwd -P)/$(basename "$first") ;; esac
command -v "$first" >/dev/null || { echo "run: cannot execute '$first'" >&2; exit 2; }
LUA_CMD=$first$rest

if [ -z "$OUT" ]; then OUT=$(mktemp -d "${TMPDIR:-/tmp}/ljsyscall-suite.XXXXXX") || exit 2
else rm -rf "$OUT/res" "$OUT/log" "$OUT/work"; mkdir -p "$OUT" || exit 2; OUT=$(cd "$OUT" && pwd -P); fi
mkdir -p "$OUT/res" "$OUT/log" "$OUT/work" || exit 2
chmod 755 "$OUT" "$OUT/work" 2>/dev/null

renice -n 0 -p $$ >/dev/null 2>&1 # test_nice begins at 0, whoever started us

EUID_=$(id -u); ISOLATE=
if [ "$EUID_" = 0 ]; then
  if unshare -n -m -u true 2>/dev/null; then ISOLATE=1
  elif [ -z "$LJSUITE_UNSAFE" ]; then
    echo "run: root, but 'unshare -n -m -u' does not work here; the tests would touch the host's network." >&2
    echo "     Run as a normal user, or set LJSUITE_UNSAFE=1 in a disposable machine." >&2
    exit 2
  fi
fi
export LJSYSCALL_DIR OUT LUA_CMD LIMIT ISOLATE FRESH_SYS VERBOSE EUID_
if [ -n "$REF" ]; then LJSUITE_REF=1; else LJSUITE_REF=0; fi
export LJSUITE_REF

# enumerate; never depends on the implementation (in reference mode borrow any Lua 5.4 if there is one)
: >"$OUT/list"
enum=$LUA_CMD
if [ -n "$REF" ]; then for l in ${LJSUITE_LUA54:-} lua5.4 lua; do $l -v 2>&1 | grep -q 'Lua 5\.4' && { enum=$l; break; }; done; fi
LJSUITE_REF=0 LJSUITE_OUT=$OUT/list $enum "$LJSUITE_DIR/driver.lua" list >"$OUT/enumerate.log" 2>&1 </dev/null
if [ ! -s "$OUT/list" ] || grep -q '^LOADERR' "$OUT/list"; then
  echo "run: cannot enumerate the tests with '$enum':" >&2; cat "$OUT/enumerate.log" "$OUT/list" >&2; exit 2
fi
if [ $# -gt 0 ]; then
  pat=$(printf '%s|' "$@"); pat="(${pat%|})"
  awk -v p="$pat" '$0 ~ p' "$OUT/list" >"$OUT/list.sel" && mv "$OUT/list.sel" "$OUT/list"
fi
if [ -n "$LIST" ]; then cat "$OUT/list"; exit 0; fi

xargs -n 1 -P "$JOBS" "$me" --internal-one <"$OUT/list"

while read -r name; do cat "$OUT/res/$(printf %s "$name" | tr -c 'A-Za-z0-9_\n' '_').status"; done <"$OUT/list" >"$OUT/status.tsv"
rmdir "$OUT/work" 2>/dev/null

if [ -n "$AREAS" ]; then
  awk -F'\t' '{split($2,a,":"); c=a[1]; if(!(c in n)){o[++k]=c} n[c]++; if($1=="PASS")p[c]++; else if($1=="SKIP")s[c]++; else f[c]++}
    END {printf "%-28s %6s %6s %7s %5s\n","class","passed","failed","skipped","of"; for(i=1;i<=k;i++){c=o[i]; printf "%-28s %6d %6d %7d %5d\n",c,p[c],f[c],s[c],n[c]}}' "$OUT/status.tsv"
fi
if [ -n "$SHOWFAIL" ]; then
  awk -F'\t' '$1!="PASS" && $1!="SKIP" {m=$3; sub(/\\nstack traceback:.*$/,"",m); gsub(/\\n/,"\n    ",m); gsub(/\\t/,"  ",m); gsub(/\\\\/,"\\",m); printf "%s %s\n    %s\n",$1,$2,m}' "$OUT/status.tsv"
  awk -F'\t' '$1=="SKIP" {printf "SKIP %s\n",$2}' "$OUT/status.tsv"
fi
echo "per-test status: $OUT/status.tsv"
awk -F'\t' '{n++; if($1=="PASS")p++; else if($1=="SKIP")s++; else f++}
  END {printf "ljsyscall-suite: %d passed, %d failed, %d skipped of %d\n",p,f,s,n; exit f>0}' "$OUT/status.tsv"
