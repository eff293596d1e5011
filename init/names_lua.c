/*
 * names_lua.c - what the kernel calls things, for definitions that name them
 *
 * Layer: C module "init.kernel_names", used by the loader only; PID 1 never
 * runs it. Numbers come from the kernel's headers.
 *
 *   names.caps.net_raw, .namespaces.mount, .secbits.noroot: bits
 *   names.sched.idle: a policy
 *   names.arch: AUDIT_ARCH of this build; names.x32: it has a second table
 *   names.syscall(name) -> number, or nil
 */

#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <linux/securebits.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <lua.h>
#include <lauxlib.h>

#include "vm.h"

#ifndef SCHED_OTHER
#define SCHED_OTHER 0
#endif

struct number {
	const char *name;
	uint64_t value;
};

static const struct number caps[] = {
#define CAP(name, NAME) {#name, 1ull << CAP_##NAME}
	CAP(chown, CHOWN), CAP(dac_override, DAC_OVERRIDE),
	CAP(dac_read_search, DAC_READ_SEARCH), CAP(fowner, FOWNER),
	CAP(fsetid, FSETID), CAP(kill, KILL), CAP(setgid, SETGID),
	CAP(setuid, SETUID), CAP(setpcap, SETPCAP),
	CAP(linux_immutable, LINUX_IMMUTABLE),
	CAP(net_bind_service, NET_BIND_SERVICE),
	CAP(net_broadcast, NET_BROADCAST), CAP(net_admin, NET_ADMIN),
	CAP(net_raw, NET_RAW), CAP(ipc_lock, IPC_LOCK),
	CAP(ipc_owner, IPC_OWNER), CAP(sys_module, SYS_MODULE),
	CAP(sys_rawio, SYS_RAWIO), CAP(sys_chroot, SYS_CHROOT),
	CAP(sys_ptrace, SYS_PTRACE), CAP(sys_pacct, SYS_PACCT),
	CAP(sys_admin, SYS_ADMIN), CAP(sys_boot, SYS_BOOT),
	CAP(sys_nice, SYS_NICE), CAP(sys_resource, SYS_RESOURCE),
	CAP(sys_time, SYS_TIME), CAP(sys_tty_config, SYS_TTY_CONFIG),
	CAP(mknod, MKNOD), CAP(lease, LEASE), CAP(audit_write, AUDIT_WRITE),
	CAP(audit_control, AUDIT_CONTROL), CAP(setfcap, SETFCAP),
	CAP(mac_override, MAC_OVERRIDE), CAP(mac_admin, MAC_ADMIN),
	CAP(syslog, SYSLOG), CAP(wake_alarm, WAKE_ALARM),
	CAP(block_suspend, BLOCK_SUSPEND), CAP(audit_read, AUDIT_READ),
	CAP(perfmon, PERFMON), CAP(bpf, BPF),
	CAP(checkpoint_restore, CHECKPOINT_RESTORE),
};

static const struct number namespaces[] = {
	{"mount", CLONE_NEWNS}, {"pid", CLONE_NEWPID}, {"net", CLONE_NEWNET},
	{"ipc", CLONE_NEWIPC}, {"uts", CLONE_NEWUTS}, {"user", CLONE_NEWUSER},
	{"time", CLONE_NEWTIME}, {"cgroup", CLONE_NEWCGROUP},
};

static const struct number secbits[] = {
#define BIT(name, NAME) {#name, SECBIT_##NAME}, \
	{#name "_locked", SECBIT_##NAME##_LOCKED}
	BIT(noroot, NOROOT), BIT(no_setuid_fixup, NO_SETUID_FIXUP),
	BIT(keep_caps, KEEP_CAPS),
	BIT(no_cap_ambient_raise, NO_CAP_AMBIENT_RAISE),
};

static const struct number sched[] = {
	{"other", SCHED_OTHER}, {"batch", SCHED_BATCH}, {"idle", SCHED_IDLE},
	{"fifo", SCHED_FIFO}, {"rr", SCHED_RR},
};

/*
 * Every system call by name; "0" to "999", or, where this architecture has
 * no such call, the text of a macro that is not defined.
 */
#define TEXT(x) TEXT_OF(x)
#define TEXT_OF(x) #x
#define N(name) #name "\0" TEXT(SYS_##name) "\0"

static const char calls[] =
	N(_llseek) N(_newselect) N(_sysctl) N(accept) N(accept4) N(access)
	N(acct) N(add_key) N(adjtimex) N(afs_syscall) N(alarm) N(arch_prctl)
	N(bind) N(bpf) N(brk) N(capget) N(capset) N(chdir) N(chmod) N(chown)
	N(chroot) N(clock_adjtime) N(clock_getres) N(clock_gettime)
	N(clock_gettime64) N(clock_nanosleep) N(clock_settime)
	N(clock_settime64) N(clone) N(clone3) N(close) N(close_range)
	N(connect) N(copy_file_range) N(creat) N(create_module)
	N(delete_module) N(dup) N(dup2) N(dup3) N(epoll_create)
	N(epoll_create1) N(epoll_ctl) N(epoll_ctl_old) N(epoll_pwait)
	N(epoll_pwait2) N(epoll_wait) N(epoll_wait_old) N(eventfd) N(eventfd2)
	N(execve) N(execveat) N(exit) N(exit_group) N(faccessat) N(faccessat2)
	N(fadvise64) N(fadvise64_64) N(fallocate) N(fanotify_init)
	N(fanotify_mark) N(fchdir) N(fchmod) N(fchmodat) N(fchown) N(fchownat)
	N(fcntl) N(fdatasync) N(fgetxattr) N(finit_module) N(flistxattr)
	N(flock) N(fork) N(fremovexattr) N(fsconfig) N(fsetxattr) N(fsmount)
	N(fsopen) N(fspick) N(fstat) N(fstatfs) N(fsync) N(ftruncate) N(futex)
	N(futimesat) N(get_kernel_syms) N(get_mempolicy) N(get_robust_list)
	N(get_thread_area) N(getcpu) N(getcwd) N(getdents) N(getdents64)
	N(getegid) N(geteuid) N(getgid) N(getgroups) N(getitimer)
	N(getpeername) N(getpgid) N(getpgrp) N(getpid) N(getpmsg) N(getppid)
	N(getpriority) N(getrandom) N(getresgid) N(getresuid) N(getrlimit)
	N(getrusage) N(getsid) N(getsockname) N(getsockopt) N(gettid)
	N(gettimeofday) N(getuid) N(getxattr) N(init_module)
	N(inotify_add_watch) N(inotify_init) N(inotify_init1)
	N(inotify_rm_watch) N(io_cancel) N(io_destroy) N(io_getevents)
	N(io_pgetevents) N(io_setup) N(io_submit) N(io_uring_enter)
	N(io_uring_register) N(io_uring_setup) N(ioctl) N(ioperm) N(iopl)
	N(ioprio_get) N(ioprio_set) N(ipc) N(kcmp) N(kexec_file_load)
	N(kexec_load) N(keyctl) N(kill) N(landlock_add_rule)
	N(landlock_create_ruleset) N(landlock_restrict_self) N(lchown)
	N(lgetxattr) N(link) N(linkat) N(listen) N(listxattr) N(llistxattr)
	N(lookup_dcookie) N(lremovexattr) N(lseek) N(lsetxattr) N(lstat)
	N(madvise) N(mbind) N(membarrier) N(memfd_create) N(migrate_pages)
	N(mincore) N(mkdir) N(mkdirat) N(mknod) N(mknodat) N(mlock) N(mlock2)
	N(mlockall) N(mmap) N(mmap2) N(modify_ldt) N(mount) N(mount_setattr)
	N(move_mount) N(move_pages) N(mprotect) N(mq_getsetattr) N(mq_notify)
	N(mq_open) N(mq_timedreceive) N(mq_timedsend) N(mq_unlink) N(mremap)
	N(msgctl) N(msgget) N(msgrcv) N(msgsnd) N(msync) N(munlock)
	N(munlockall) N(munmap) N(name_to_handle_at) N(nanosleep) N(newfstatat)
	N(nfsservctl) N(open) N(open_by_handle_at) N(open_tree) N(openat)
	N(openat2) N(pause) N(perf_event_open) N(personality) N(pidfd_getfd)
	N(pidfd_open) N(pidfd_send_signal) N(pipe) N(pipe2) N(pivot_root)
	N(pkey_alloc) N(pkey_free) N(pkey_mprotect) N(poll) N(ppoll) N(prctl)
	N(pread64) N(preadv) N(preadv2) N(prlimit64) N(process_madvise)
	N(process_vm_readv) N(process_vm_writev) N(pselect6) N(ptrace)
	N(putpmsg) N(pwrite64) N(pwritev) N(pwritev2) N(query_module)
	N(quotactl) N(read) N(readahead) N(readlink) N(readlinkat) N(readv)
	N(reboot) N(recvfrom) N(recvmmsg) N(recvmsg) N(remap_file_pages)
	N(removexattr) N(rename) N(renameat) N(renameat2) N(request_key)
	N(restart_syscall) N(rmdir) N(rseq) N(rt_sigaction) N(rt_sigpending)
	N(rt_sigprocmask) N(rt_sigqueueinfo) N(rt_sigreturn) N(rt_sigsuspend)
	N(rt_sigtimedwait) N(rt_tgsigqueueinfo) N(sched_get_priority_max)
	N(sched_get_priority_min) N(sched_getaffinity) N(sched_getattr)
	N(sched_getparam) N(sched_getscheduler) N(sched_rr_get_interval)
	N(sched_setaffinity) N(sched_setattr) N(sched_setparam)
	N(sched_setscheduler) N(sched_yield) N(seccomp) N(security) N(select)
	N(semctl) N(semget) N(semop) N(semtimedop) N(sendfile) N(sendmmsg)
	N(sendmsg) N(sendto) N(set_mempolicy) N(set_robust_list)
	N(set_thread_area) N(set_tid_address) N(setdomainname) N(setfsgid)
	N(setfsuid) N(setgid) N(setgroups) N(sethostname) N(setitimer) N(setns)
	N(setpgid) N(setpriority) N(setregid) N(setresgid) N(setresuid)
	N(setreuid) N(setrlimit) N(setsid) N(setsockopt) N(settimeofday)
	N(setuid) N(setxattr) N(shmat) N(shmctl) N(shmdt) N(shmget) N(shutdown)
	N(sigaction) N(sigaltstack) N(signalfd) N(signalfd4) N(sigprocmask)
	N(sigreturn) N(socket) N(socketcall) N(socketpair) N(splice) N(stat)
	N(statfs) N(statx) N(stime) N(swapoff) N(swapon) N(symlink)
	N(symlinkat) N(sync) N(sync_file_range) N(syncfs) N(sysfs) N(sysinfo)
	N(syslog) N(tee) N(tgkill) N(time) N(timer_create) N(timer_delete)
	N(timer_getoverrun) N(timer_gettime) N(timer_settime) N(timerfd_create)
	N(timerfd_gettime) N(timerfd_settime) N(times) N(tkill) N(truncate)
	N(tuxcall) N(umask) N(umount) N(umount2) N(uname) N(unlink) N(unlinkat)
	N(unshare) N(uselib) N(userfaultfd) N(ustat) N(utime) N(utimensat)
	N(utimes) N(vfork) N(vhangup) N(vm86) N(vm86old) N(vmsplice) N(vserver)
	N(wait4) N(waitid) N(waitpid) N(write) N(writev)
	;

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#elif defined(__arm__)
#define ARCH AUDIT_ARCH_ARM
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCH AUDIT_ARCH_RISCV64
#elif defined(__i386__)
#define ARCH AUDIT_ARCH_I386
#else
#error "name this architecture as seccomp(2) does"
#endif

/* names.syscall(name) -> number | nil */
static int names_syscall(lua_State *L)
{
	const char *name = luaL_checkstring(L, 1);
	const char *at = calls;

	while (*at) {
		const char *number = at + strlen(at) + 1;

		if (!strcmp(at, name) && *number >= '0' && *number <= '9') {
			lua_pushinteger(L, strtol(number, NULL, 0));
			return 1;
		}
		at = number + strlen(number) + 1;
	}
	lua_pushnil(L);
	return 1;
}

static void push_table(lua_State *L, const char *name, const struct number *n,
		       size_t count)
{
	lua_createtable(L, 0, (int)count);
	for (size_t i = 0; i < count; i++) {
		lua_pushinteger(L, (lua_Integer)n[i].value);
		lua_setfield(L, -2, n[i].name);
	}
	lua_setfield(L, -2, name);
}

#define PUSH(L, table) \
	push_table(L, #table, table, sizeof(table) / sizeof(*(table)))

static int luaopen_init_kernel_names(lua_State *L)
{
	lua_newtable(L);
	PUSH(L, caps);
	PUSH(L, namespaces);
	PUSH(L, secbits);
	PUSH(L, sched);
	lua_pushinteger(L, ARCH);
	lua_setfield(L, -2, "arch");
#ifdef __x86_64__
	lua_pushboolean(L, 1);
#else
	lua_pushboolean(L, 0);
#endif
	lua_setfield(L, -2, "x32");
	lua_pushcfunction(L, names_syscall);
	lua_setfield(L, -2, "syscall");
	return 1;
}

VM_MODULE("init.kernel_names", luaopen_init_kernel_names);
