#!/bin/bash
# inner.sh - first process of one test file of busybox's suite
#
# First process of one test file's private namespaces (see suitelib.py).
# usage: inner.sh SCRATCH STEP_LIMIT ISOLATED command [args...]
# Brings loopback up, starts a watchdog that kills whatever a single test
# left running for STEP_LIMIT seconds, runs the command, ends with its status.
scratch=$1 step=$2 isolated=$3
shift 3
ulimit -f 2097152 2>/dev/null   # 2 GiB: a runaway applet must not fill the disk
if [ "$isolated" = 1 ]; then
  ip link set lo up 2>/dev/null || ifconfig lo up 2>/dev/null
  if [ -n "$SUITE_HTTP" ]; then
    mkdir -p "$scratch/www" && echo '<html>hello</html>' >"$scratch/www/index.html"
    { cat /etc/hosts; echo "127.0.0.1 $SUITE_HTTP"; } >"$scratch/hosts"
    mount --bind "$scratch/hosts" /etc/hosts
    python3 -m http.server 80 --bind 127.0.0.1 --directory "$scratch/www" >/dev/null 2>&1 &
    for _ in {1..100}; do
      (: </dev/tcp/127.0.0.1/80) 2>/dev/null && break
      sleep .3
    done
    keep=$!
  fi
fi
(PATH=$SUITE_PATH; exec "$@") &
main=$!
if [ "$isolated" = 1 ]; then
  (
    last="" n=0
    while sleep 1; do
      read -r now <"$SUITE_BEAT" 2>/dev/null
      if [ "$now" != "$last" ]; then last=$now n=0; continue; fi
      n=$((n + 1))
      [ $n -ge "$step" ] || continue
      n=0
      for p in /proc/[0-9]*; do
        p=${p#/proc/}
        case $p in 1|"$main"|"$BASHPID"|"$keep") continue;; esac
        kill -9 "$p" 2>/dev/null
      done
    done
  ) &
fi
wait $main
exit $?
