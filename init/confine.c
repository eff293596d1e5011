/*
 * confine.c - namespaces, capabilities, Landlock, seccomp
 *
 * Layer: PID 1 core, but in the child (child.c calls): it may block, and every
 * failure ends the start with a report. What the kernel cannot do fails the
 * start, too, unless the definition says sandbox.required = false; then it is
 * a line in the service's log. Follows namespaces(7), capabilities(7),
 * landlock(7), seccomp(2).
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core.h"
#include "spawn.h"

enum { FILTER_MAX = 1024, LAST_CAP = 40 };

/* ---- namespaces ---- */

static void write_map(const char *file, const char *text)
{
	int fd = open(file, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		child_fail(errno, "ns.user: ", file);
	close(fd);
}

/* Everybody is who he was; but who is not root may map himself only. */
static void map_users(uid_t uid, gid_t gid)
{
	char text[48];

	if (!uid) {
		write_map("/proc/self/uid_map", "0 0 4294967295");
		write_map("/proc/self/gid_map", "0 0 4294967295");
		return;
	}
	write_map("/proc/self/setgroups", "deny");
	fmt(text, sizeof(text), "%u %u 1", uid, uid);
	write_map("/proc/self/uid_map", text);
	fmt(text, sizeof(text), "%u %u 1", gid, gid);
	write_map("/proc/self/gid_map", text);
}

static void read_only(const char *path)
{
	if (mount(path, path, NULL, MS_BIND | MS_REC, NULL) < 0 ||
	    mount(NULL, path, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL) < 0)
		child_fail(errno, "ns.ro: ", path);
}

/* An empty, read-only thing in its place. */
static void hide(const char *path)
{
	struct stat st;
	int done;

	if (stat(path, &st) < 0)
		return;
	done = S_ISDIR(st.st_mode) ?
		mount("tmpfs", path, "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV |
		      MS_NOEXEC, "mode=0,size=4k") :
		mount("/dev/null", path, NULL, MS_BIND, NULL);
	if (done < 0)
		child_fail(errno, "ns.hide: ", path);
}

static void change_root(const char *root)
{
	if (chdir(root) < 0 ||
	    mount(root, root, NULL, MS_BIND | MS_REC, NULL) < 0 ||
	    chdir(root) < 0 || syscall(SYS_pivot_root, ".", ".") < 0 ||
	    umount2(".", MNT_DETACH) < 0 || chdir("/") < 0) {
		/* rootfs of an initramfs cannot be pivoted away */
		if (chdir(root) < 0 || chroot(".") < 0 || chdir("/") < 0)
			child_fail(errno, "ns.root: ", root);
	}
}

void confine_namespaces(uint32_t i)
{
	const struct plan_service *p = &plan.service[i];
	const struct plan_extra *x = plan_extra_of(i);
	const char *root = plan_text(&plan, x->root);
	uid_t uid = geteuid();
	gid_t gid = getegid();

	/* The one of processes was made with the process (spawn.c). */
	if (unshare((int)(x->ns & ~(uint32_t)CLONE_NEWPID)) < 0)
		child_fail(errno, "ns", "");
	if (x->ns & CLONE_NEWUSER)
		map_users(uid, gid);
	if (!(x->ns & CLONE_NEWNS))
		return;
	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
		child_fail(errno, "ns.mount", "");
	if (*root) {
		change_root(root);
		mkdir("/proc", 0555);
	}
	if (x->ns & CLONE_NEWPID || (*root && access("/proc/self", F_OK) < 0))
		if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV |
			  MS_NOEXEC, NULL) < 0 && x->ns & CLONE_NEWPID)
			child_fail(errno, "ns.pid: ", "/proc");
	PLAN_EACH(word, ro, x->ro)
		read_only(plan_text(&plan, ro->text));
	PLAN_EACH(word, hidden, x->hide)
		hide(plan_text(&plan, hidden->text));
	if (p->flags & PLAN_FLAG(TMP) &&
	    mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV,
		  "mode=1777") < 0)
		child_fail(errno, "ns.tmp", "");
}

/* ---- capabilities ---- */

static int has(const struct plan_extra *x, int cap)
{
	return (cap < 32 ? x->caps_low >> cap : x->caps_high >> (cap - 32)) & 1;
}

/* While it still may: what can never come back, and what the change of the
 * user must not take. */
void confine_before(uint32_t i)
{
	const struct plan_service *p = &plan.service[i];
	const struct plan_extra *x = plan_extra_of(i);

	if (!(p->flags & PLAN_FLAG(CAPS)))
		return;
	for (int cap = 0; cap <= LAST_CAP; cap++)
		if (!has(x, cap) && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0 &&
		    errno != EINVAL)
			child_fail(errno, "caps", "");
	prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
}

/* The new user: give him what was kept. Ambient ones outlive the exec. */
void confine_after(uint32_t i)
{
	const struct plan_service *p = &plan.service[i];
	const struct plan_extra *x = plan_extra_of(i);
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = {
		{x->caps_low, x->caps_low, x->caps_low},
		{x->caps_high, x->caps_high, x->caps_high},
	};

	if (p->flags & PLAN_FLAG(CAPS)) {
		if (syscall(SYS_capset, &head, data) < 0)
			child_fail(errno, "caps", "");
		for (int cap = 0; cap <= LAST_CAP; cap++)
			if (has(x, cap) && prctl(PR_CAP_AMBIENT,
						 PR_CAP_AMBIENT_RAISE, cap, 0,
						 0) < 0)
				child_fail(errno, "caps", "");
	}
	if (x->secbits && prctl(PR_SET_SECUREBITS, x->secbits, 0, 0, 0) < 0)
		child_fail(errno, "secbits", "");
	if (p->flags & PLAN_FLAG(NONEWPRIVS))
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

/* ---- sandbox ---- */

static int required;

static void cannot(const char *what)
{
	char line[160];
	size_t n;

	if (required)
		child_fail(errno, what, "");
	n = fmt(line, sizeof(line), "%s: %s, going on without it\n", what,
		strerror(errno));
	if (write(2, line, n) < 0)
		return;
}

#define FILE_RIGHTS (LANDLOCK_ACCESS_FS_EXECUTE | \
	LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | \
	1ull << 14 /* TRUNCATE */ | 1ull << 15 /* IOCTL_DEV */)
#define READ_RIGHTS (LANDLOCK_ACCESS_FS_EXECUTE | \
	LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)

/* All rights that this version of Landlock can take away. */
static uint64_t rights(long abi)
{
	return (1ull << (abi >= 5 ? 16 : abi >= 3 ? 15 : abi >= 2 ? 14 : 13)) -
		1;
}

static void allow_below(int ruleset, int fd, uint64_t access, const char *path)
{
	struct landlock_path_beneath_attr rule = {
		.allowed_access = access, .parent_fd = fd,
	};
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		child_fail(errno, "sandbox.landlock: ", path);
	if (!S_ISDIR(st.st_mode))
		rule.allowed_access &= FILE_RIGHTS;
	if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH,
		    &rule, 0) < 0)
		child_fail(errno, "sandbox.landlock: ", path);
}

static void allow_paths(int ruleset, struct plan_range paths, uint64_t access)
{
	PLAN_EACH(word, word, paths) {
		const char *path = plan_text(&plan, word->text);
		int fd = open(path, O_PATH | O_CLOEXEC);

		allow_below(ruleset, fd, access, path);
		close(fd);
	}
}

static void landlock(uint32_t i, int exe_fd)
{
	const struct plan_service *p = &plan.service[i];
	const struct plan_extra *x = plan_extra_of(i);
	/* struct landlock_ruleset_attr and landlock_net_port_attr of ABI 4 */
	struct {
		uint64_t fs, net;
	} attr = {.net = 0};
	struct {
		uint64_t access, port;
	} port = {.access = 3}; /* bind and connect */
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
			   LANDLOCK_CREATE_RULESET_VERSION);
	int net = (p->flags & PLAN_FLAG(LANDLOCK_NET)) != 0;
	int fd;

	if (abi < 1 || (net && abi < 4)) {
		errno = EOPNOTSUPP;
		cannot(abi < 1 ? "sandbox.landlock" : "sandbox.landlock.net");
		if (abi < 1)
			return;
		net = 0;
	}
	attr.fs = rights(abi);
	attr.net = net ? 3 : 0;
	fd = (int)syscall(SYS_landlock_create_ruleset, &attr,
			  abi < 4 ? sizeof(attr.fs) : sizeof(attr), 0);
	if (fd < 0)
		child_fail(errno, "sandbox.landlock", "");
	allow_paths(fd, x->landlock_ro, READ_RIGHTS & attr.fs);
	allow_paths(fd, x->landlock_rw, attr.fs);
	/* Functions and applets are our own binary. */
	if (exe_fd >= 0)
		allow_below(fd, exe_fd, (LANDLOCK_ACCESS_FS_EXECUTE |
					 LANDLOCK_ACCESS_FS_READ_FILE),
			    "luabox");
	PLAN_EACH(number, n, x->landlock_net) {
		port.port = n->value;
		if (net && syscall(SYS_landlock_add_rule, fd,
				   2 /* LANDLOCK_RULE_NET_PORT */, &port,
				   0) < 0)
			child_fail(errno, "sandbox.landlock.net", "");
	}
	if (syscall(SYS_landlock_restrict_self, fd, 0) < 0)
		child_fail(errno, "sandbox.landlock", "");
	close(fd);
}

static void seccomp(uint32_t i)
{
	static struct sock_filter filter[FILTER_MAX];
	struct plan_range range = plan_extra_of(i)->seccomp;
	struct sock_fprog program = {
		.len = (unsigned short)(range.count / 2), .filter = filter,
	};

	if (range.count / 2 > FILTER_MAX)
		child_fail(E2BIG, "sandbox.seccomp", "");
	for (uint32_t n = 0; n < range.count / 2; n++) {
		const struct plan_number *pair =
			&plan.number[range.first + 2 * n];

		memcpy(&filter[n], &pair[0].value, 4);
		filter[n].k = pair[1].value;
	}
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0)
		cannot("sandbox.seccomp");
}

void confine_last(uint32_t i, int exe_fd)
{
	const struct plan_service *p = &plan.service[i];
	const struct plan_extra *x = plan_extra_of(i);

	required = (p->flags & PLAN_FLAG(SANDBOX)) != 0;
	if (!x->seccomp.count && !(p->flags & PLAN_FLAG(LANDLOCK)))
		return;
	/* Either asks for this, and it is what a sandbox is about. */
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (p->flags & PLAN_FLAG(LANDLOCK))
		landlock(i, exe_fd);
	if (x->seccomp.count)
		seccomp(i);
}
