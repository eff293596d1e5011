#!/usr/bin/env python3
"""suite.py - run busybox's own test suite against any multi-call binary.

usage: suite.py [options] BINARY [applet...]     (BUSYBOX_DIR = a busybox source tree)

Reads $BUSYBOX_DIR/testsuite (and, with --shell, shell/ash_test) at run time; never copied here.
"""
import argparse, os, re, shutil, stat, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from suitelib import *

NOT_APPLETS = {"all_sourcecode",     # checks busybox's C sources
               "parse",              # an in-tree unit-test applet, never shipped
               "ash"}                # guarded by a condition that is never true: no cases
# Options whose "y" turns tests off or contradicts another choice; everything else is y.
CONFIG_OFF = {"UNICODE_USING_LOCALE", "FEATURE_DEVFS", "SH_IS_HUSH", "SH_IS_NONE", "BASH_IS_HUSH",
              "BASH_IS_NONE", "NOMMU", "DEBUG", "DEBUG_PESSIMIZE", "DEBUG_SANITIZE", "SELINUX",
              "FEATURE_SHARED_BUSYBOX", "BUILD_LIBBUSYBOX", "FEATURE_INDIVIDUAL"}
CONFIG_VALUE = {"SUBST_WCHAR": "63", "LAST_SUPPORTED_WCHAR": "0", "CROSS_COMPILER_PREFIX": '""'}


def full_config(src):
    names = set()
    for d, _, files in os.walk(src):
        for f in files:
            if f.startswith("Config.") or f.endswith(".c"):
                t = open(os.path.join(d, f), errors="replace").read()
                names |= set(re.findall(r"^(?://config:)?\s*config\s+([A-Z0-9_]+)\s*$", t, re.M))
    lines = []
    for n in sorted(names | set(CONFIG_VALUE)):
        if n in CONFIG_VALUE:
            lines.append("CONFIG_%s=%s" % (n, CONFIG_VALUE[n]))
        elif n in CONFIG_OFF:
            lines.append("# CONFIG_%s is not set" % n)
        else:
            lines.append("CONFIG_%s=y" % n)
    flags = ":" + ":".join(n for n in sorted(names) if n not in CONFIG_OFF) + ":CONFIG_UNICODE_SUPPORT:"
    return "\n".join(lines) + "\n", flags


# Replaces testsuite/testing.sh in the scratch copy: upstream's file with the comparison tools
# taken from the host (a broken cmp under test must not grade itself) and a heartbeat per test.
def wrap_testing(text, listing):
    text = text.replace("if cmp expected", "if command -p cmp expected")
    text = text.replace("rm -f input expected actual", "command -p rm -f input expected actual")
    text = text.replace("|| diff -u expected", "|| command -p diff -u expected")
    text = re.sub(r"^testing\(\)", "suite_testing()", text, flags=re.M)
    if listing:
        text += ('\ntesting() { if [ -n "$SKIP" ]; then echo "LISTSKIP: $1"; '
                 'else echo "LIST: $1"; fi; return 0; }\n')
    else:
        text += ('\nsuite_n=0\ntesting() { suite_n=$((suite_n+1)); echo $suite_n >"$SUITE_BEAT"; '
                 'suite_testing "$@"; }\n')
    return text


OLD_STYLE = r'''
n=0
for t in "$tsdir/$1"/*; do
  [ -f "$t" ] || continue
  b=${t##*/}
  n=$((n+1)); echo $n >"$SUITE_BEAT"
  [ -z "$SUITE_LIST" ] || { echo "LIST: $b"; continue; }
  rm -rf ".tmpdir.$1"; mkdir -p ".tmpdir.$1"; cd ".tmpdir.$1" || exit 1
  if d="$tsdir" PATH="$bindir:$HOSTPATH" /bin/sh -x -e "$t" >../old.out 2>&1; then
    echo "PASS: $b"
  else
    echo "FAIL: $b"; sed 's/^/    /' ../old.out
  fi
  cd ..; rm -rf ".tmpdir.$1"
done
if [ -f "$tsdir/$1.tests" ]; then
  n=$((n+1)); echo $n >"$SUITE_BEAT"
  exec "$tsdir/$1.tests"
fi
'''

ASH_TEST = r'''
dir=$1; n=0
cd "$dir" || exit 1
for x in *.tests; do
  name=${x%.tests}
  [ -x "$x" ] && [ -f "$name.right" ] || continue
  n=$((n+1)); echo $n >"$SUITE_BEAT"
  [ -z "$SUITE_LIST" ] || { echo "LIST: $name"; continue; }
  "$THIS_SH" "./$x" 2>&1 | grep -va "^ash: using fallback suid method$" |
    sed -e "/: invalid option /s:'::g" >"$name.xx"
  r=${PIPESTATUS[0]}
  if [ $r -eq 77 ]; then echo "SKIP: $name"
  elif /usr/bin/diff -a -u "$name.xx" "$name.right" >"$name.diff"; then echo "PASS: $name"
  else echo "FAIL: $name"; sed 's/^/    /' "$name.diff"; fi
done
'''


def main():
    ap = argparse.ArgumentParser(description="busybox's testsuite against a multi-call binary")
    common_args(ap, "1200")
    ap.add_argument("--shell", action="store_true",
                    help="run shell/ash_test against the binary's sh instead (needs cc)")
    a = ap.parse_args()
    src = os.environ.get("BUSYBOX_DIR") or die("set BUSYBOX_DIR to a busybox source tree")
    ts = os.path.join(src, "testsuite")
    os.path.exists(os.path.join(ts, "testing.sh")) or die("no testsuite/testing.sh under BUSYBOX_DIR")
    binary = os.path.abspath(shutil.which(a.binary) or a.binary)
    os.access(binary, os.X_OK) or die("not executable: " + a.binary)
    have = applets_of(binary)
    config, flags = full_config(src)
    suite = "busybox-shell-suite" if a.shell else "busybox-suite"
    counts_file = os.path.join(HERE, "busybox-shell.counts" if a.shell else "busybox.counts")
    counts = {} if a.recount else read_counts(counts_file)
    if a.shell:
        base = os.path.join(src, "shell", "ash_test")
        names = sorted(d for d in os.listdir(base) if d.startswith("ash-"))
    else:
        base = ts
        names = {f[:-6] for f in os.listdir(ts) if f.endswith(".tests")}
        names |= {d for d in os.listdir(ts) if os.path.isdir(os.path.join(ts, d))}
        names = sorted(n for n in names - NOT_APPLETS if not n.endswith(".testdir"))
    for n in a.applet:
        n in names or die("no such test: " + n)
    names = [n for n in names if not a.applet or n in a.applet]
    iso = isolation()
    if not iso:
        sys.stderr.write("warning: no namespaces here; tests run unisolated, some will fail\n")
    shell = shutil.which("dash") or "/bin/sh"
    # `echo -ne` for shells whose own echo lacks it: upstream's helper, else bash's builtin
    tool = scratch_dir("tool")
    echo_ne = os.path.join(tool, "echo-ne")
    if subprocess.run(["cc", "-O1", "-w", "-o", echo_ne, os.path.join(src, "scripts", "echo.c")]
                      if shutil.which("cc") else ["false"], stderr=subprocess.DEVNULL).returncode:
        open(echo_ne, "w").write('#!%s\necho "$@"\n' % BASH)
        os.chmod(echo_ne, 0o755)
    os.chmod(tool, 0o755)
    out = os.path.abspath(a.out or scratch_dir("results"))
    rep = Report(suite, out)

    def make(name):
        def build():
            S = scratch_dir(name)
            os.chmod(S, 0o755)
            tsd, links = os.path.join(S, "testsuite"), os.path.join(S, "runtest-tempdir-links")
            os.mkdir(links)
            if a.shell:
                shutil.copytree(base, tsd, symlinks=True)
            else:
                os.mkdir(tsd)
                for f in os.listdir(ts):
                    p = os.path.join(ts, f)
                    # other applets' data are small; a test file may read another's
                    (shutil.copytree if os.path.isdir(p) else shutil.copy2)(p, os.path.join(tsd, f))
                text = open(os.path.join(ts, "testing.sh")).read()
                open(os.path.join(tsd, "testing.sh"), "w").write(wrap_testing(text, a.recount))
                own = os.path.join(tsd, name + ".tests")
                if os.path.exists(own):      # started by name, as upstream does, but by a known shell
                    text = open(own, "rb").read().split(b"\n", 1)
                    open(own, "wb").write(b"#!" + shell.encode() + b"\n" + text[-1])
            open(os.path.join(S, ".config"), "w").write(config)
            bb = os.path.join(S, "busybox")
            # a plain file (some tests copy or compress it), written by another process so that
            # no child forked meanwhile holds it open for writing
            subprocess.run(["cp", binary, bb], check=True)
            ok = subprocess.run([bb, "echo", "hi"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            if ok.stdout != b"hi\n":     # does not answer to the name busybox: go through a wrapper
                os.unlink(bb)
                open(bb, "w").write('#!/bin/sh\nexec "%s" "$@"\n' % binary)
                os.chmod(bb, 0o755)
            for n in ([] if a.recount else sorted(have)):
                os.symlink(binary, os.path.join(links, n))
            if "busybox" not in have and not a.recount:
                os.symlink(bb, os.path.join(links, "busybox"))
            env = base_env(links, [tsd, S])
            env.update(bindir=S, tsdir=tsd, OPTIONFLAGS=flags, ECHO=echo_ne, LANG="C.UTF-8",
                       HOSTPATH=HOSTPATH)
            if a.recount:
                env["SUITE_LIST"] = "1"
            if name == "wget":
                env["SUITE_HTTP"] = "www.google.com"
            if a.shell:
                for t in ("printenv", "recho", "zecho"):
                    subprocess.run(["cc", "-O1", "-w", "-o", os.path.join(tsd, t), os.path.join(tsd, t + ".c")])
                sh = os.path.join(tsd, "ash")
                os.symlink(binary, sh)
                if "ash" not in have:
                    os.unlink(sh)
                    open(sh, "w").write('#!/bin/sh\nexec "%s" sh "$@"\n' % binary)
                    os.chmod(sh, 0o755)
                env["THIS_SH"] = sh
                env["PATH"] = tsd + ":" + env["HOSTPATH"]
                for l in config.splitlines():
                    if l.startswith("CONFIG_"):
                        k, v = l.split("=", 1)
                        env[k] = v.strip('"')
                env.pop("LANG")
                argv = [BASH, "-c", ASH_TEST, "ash_test", name]
            else:
                argv = [BASH, "-c", OLD_STYLE, "oldstyle", name]
            return Job(name, argv, tsd, env, S, a.limit, a.step, iso)
        return build

    todo = []
    for n in names:
        total, skips = counts.get(n, (None, 0))
        need = {"busybox": None}.get(n, "sh" if a.shell else n)
        if not a.recount and need and need not in have and not (a.shell and "ash" in have):
            rep.missing(n, total or 0, skips)
        else:
            todo.append(make(n))

    def done(job):
        if a.recount:
            got = results_of(job.log)
            rep.rows[job.name] = (sum(k in ("LIST", "LISTSKIP", "PASS", "FAIL") for k, _ in got),
                                  sum(k == "LISTSKIP" for k, _ in got))
            return
        rep.add(job.name, job, counts.get(job.name, (None, 0))[0], 0)
        sys.stderr.write("%-20s %d/%d %s\n" % ((job.name,) + tuple(rep.rows[job.name][i] for i in (0, 3, 4))))
    run_jobs(todo, a.j, done)
    shutil.rmtree(tool, ignore_errors=True)
    if a.recount:
        for n in sorted(rep.rows):
            if rep.rows[n][0]:
                print("%s\t%d\t%d" % ((n,) + rep.rows[n]))
        return 0
    return 1 if rep.finish() else 0


sys.exit(main())
