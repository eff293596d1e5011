"""suitelib.py - parts of suite.py: running test files in isolation, counting, reporting (stdlib only)."""
import os, re, shutil, subprocess, sys, tempfile, threading, time

HERE = os.path.dirname(os.path.abspath(__file__))
HOSTPATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
BASH = shutil.which("bash") or "/bin/bash"


def die(msg):
    sys.stderr.write("%s: %s\n" % (os.path.basename(sys.argv[0]), msg))
    sys.exit(2)


def applets_of(binary):
    """Names a multi-call binary answers to."""
    def run(args):
        try:
            p = subprocess.run([binary] + args, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, timeout=20)
        except (OSError, subprocess.TimeoutExpired):
            return 1, ""
        return p.returncode, p.stdout.decode("utf-8", "replace")
    rc, out = run(["--list"])
    names = out.split()
    if rc == 0 and len(names) > 3 and all(re.fullmatch(r"[\w.+\[-]+", n) for n in names):
        return set(names)
    _, out = run([])
    m = re.search(r"Currently defined functions:(.*)", out, re.S)
    words = (m.group(1) if m else out).replace(",", " ").split()
    return {w for w in words if re.fullmatch(r"[\w.+\[-]+", w)}


def read_counts(path):
    counts = {}
    if os.path.exists(path):
        for line in open(path):
            f = line.split()
            if len(f) >= 2 and not line.startswith("#"):
                counts[f[0]] = (int(f[1]), int(f[2]) if len(f) > 2 else 0)
    return counts


def isolation():
    """Command prefix for private namespaces, or None where the kernel refuses."""
    base = [shutil.which("unshare") or "unshare", "--mount", "--pid", "--fork", "--mount-proc", "--uts", "--ipc", "--net",
            "--kill-child"]
    if os.geteuid() != 0:
        base[1:1] = ["--map-root-user"]
    if shutil.which("unshare") and subprocess.run(base + ["true"], stdout=subprocess.DEVNULL,
                                                  stderr=subprocess.DEVNULL).returncode == 0:
        return base
    return None


class Job:
    """One test file (or one directory of old-style tests), run alone."""

    def __init__(self, name, argv, cwd, env, scratch, limit, step, iso):
        self.__dict__.update(locals())
        self.timeout = False
        self.log = ""

    def run(self):
        beat = os.path.join(self.scratch, "beat")
        open(beat, "w").write("0\n")
        # the harness itself uses the host's tools; only the tests see the links first
        env = dict(self.env, SUITE_BEAT=beat, SUITE_PATH=self.env["PATH"], PATH=HOSTPATH)
        cmd = (self.iso or []) + [BASH, os.path.join(HERE, "inner.sh"), self.scratch,
                                  str(self.step), "1" if self.iso else "0"] + self.argv
        logpath = os.path.join(self.scratch, "log")
        with open(logpath, "wb") as log:
            p = subprocess.Popen(cmd, cwd=self.cwd, env=env, stdin=subprocess.DEVNULL, stdout=log,
                                 stderr=subprocess.STDOUT, start_new_session=True)
            try:
                p.wait(self.limit)
            except subprocess.TimeoutExpired:
                self.timeout = True
                try:
                    os.killpg(p.pid, 9)      # the group this job started
                except ProcessLookupError:
                    pass
                p.wait()
        with open(logpath, "rb") as f:
            self.log = f.read(8 << 20).decode("utf-8", "replace")


def run_jobs(jobs, workers, done):
    it, lock, broken = iter(jobs), threading.Lock(), []

    def work():
        while True:
            with lock:
                make = next(it, None)
            if make is None:
                return
            try:
                job = make()
                job.run()
            except Exception as e:      # never lose a file silently: fail the whole run
                broken.append(e)
                return
            with lock:
                done(job)
            for _ in range(3):
                shutil.rmtree(job.scratch, ignore_errors=True)
                if not os.path.exists(job.scratch):
                    break
                subprocess.run(["chmod", "-R", "u+rwx", job.scratch], stderr=subprocess.DEVNULL)
    ts = [threading.Thread(target=work) for _ in range(workers)]
    [t.start() for t in ts]
    [t.join() for t in ts]
    if broken:
        raise broken[0]


RESULT = re.compile(r"^(PASS|FAIL|SKIP|SKIPPED|UNTESTED|LIST|LISTSKIP): (.*)$", re.M)


def results_of(log):
    out = []
    for kind, name in RESULT.findall(log):
        out.append(({"SKIPPED": "SKIP", "UNTESTED": "SKIP"}.get(kind, kind), name.strip()))
    return out


class Report:
    """Rows per applet and the closing line; N is fixed by the counts file."""

    def __init__(self, suite, outdir):
        self.suite, self.outdir, self.rows, self.tests = suite, outdir, {}, []
        os.makedirs(os.path.join(outdir, "logs"), exist_ok=True)

    def missing(self, name, total, skips):
        self.rows[name] = (0, total - skips, skips, total, "no-applet")

    def add(self, name, job, total, skips):
        got = results_of(job.log)
        p = sum(k == "PASS" for k, _ in got)
        f = sum(k == "FAIL" for k, _ in got)
        s = sum(k == "SKIP" for k, _ in got)
        notes = []
        if job.timeout:
            notes.append("timeout")
        if total is None:
            total = p + f + s
        if p + f == 0 and s:            # the whole file declined to run
            s = total
        s = min(s, total)
        p = max(0, min(p, total - s - (f if p + f + s > total else 0)))
        if p + f + s < total:
            notes.append("%d-not-reached" % (total - p - f - s))
        elif p + f + s > total:
            notes.append("%d-extra" % (p + f + s - total))
        self.rows[name] = (p, total - p - s, s, total, ",".join(notes))
        self.tests += [(name, k, t) for k, t in got]
        with open(os.path.join(self.outdir, "logs", name + ".log"), "w") as fh:
            fh.write(job.log)

    def finish(self):
        rows = sorted(self.rows.items())
        with open(os.path.join(self.outdir, "applets.tsv"), "w") as fh:
            fh.write("applet\tpassed\tfailed\tskipped\ttotal\tnotes\n")
            for n, r in rows:
                fh.write("%s\t%d\t%d\t%d\t%d\t%s\n" % ((n,) + r))
        with open(os.path.join(self.outdir, "tests.tsv"), "w") as fh:
            for n, k, t in sorted(self.tests, key=lambda x: x[0]):
                fh.write("%s\t%s\t%s\n" % (k, n, t))
        P, F, S, N = (sum(r[i] for _, r in rows) for i in range(4))
        print("table: %s" % os.path.join(self.outdir, "applets.tsv"))
        print("%s: %d passed, %d failed, %d skipped of %d" % (self.suite, P, F, S, N))
        return F


def common_args(ap, default_limit):
    ap.add_argument("binary")
    ap.add_argument("applet", nargs="*")
    ap.add_argument("-o", "--out", help="results folder (default: a new one under $TMPDIR)")
    ap.add_argument("-j", type=int, default=int(os.environ.get("SUITE_JOBS", "2")))
    ap.add_argument("--limit", type=int, default=int(os.environ.get("SUITE_LIMIT", default_limit)),
                    help="seconds one test file may take")
    ap.add_argument("--step", type=int, default=int(os.environ.get("SUITE_STEP", "60")),
                    help="seconds one test may take before it is killed")
    ap.add_argument("--recount", action="store_true",
                    help="print the counts table (cases per file) instead of running")


def scratch_dir(tag):
    return tempfile.mkdtemp(prefix="suite-%s." % tag)


def base_env(links, extra_path):
    env = {k: v for k, v in os.environ.items()
           if not k.startswith(("LC_", "LANG", "SUITE_", "BASH_FUNC")) and
           k not in ("VERBOSE", "DEBUG", "SKIP", "OPTIONFLAGS", "ENV", "BASH_ENV", "CDPATH")}
    env.update(PATH=":".join([links] + extra_path + [HOSTPATH]), HOME=os.environ.get("HOME", "/"),
               SHELL="/bin/sh", TERM="dumb", USER=os.environ.get("USER", "root"))
    return env
