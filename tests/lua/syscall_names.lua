-- tests/lua/syscall_names.lua - every name of ljsyscall's interface is there
-- The lists are the public names of ljsyscall on Linux: functions, methods, members, constants.

local t = require "test"
local S = require "syscall"

--- Those of the names that `of` has none of.
local function missing(of, names)
  local found = {}
  for name in names:gmatch("%S+") do
    local ok, value = pcall(function() return of[name] end)
    if not ok or value == nil then found[#found + 1] = name end
  end
  return table.concat(found, " ")
end

local FUNCTIONS = [[
  _exit accept accept4 access acct adjtimex alarm atexit bind bpf bpf_map_create bpf_map_op
  bpf_prog_load capget capset chdir chmod chown chroot clearenv clock_getres clock_gettime
  clock_nanosleep clock_settime clone close connect creat dup dup2 dup3 environ epoll_create
  epoll_ctl epoll_pwait epoll_wait eventfd execve exit faccessat fadvise fallocate fchdir fchmod
  fchmodat fchown fchownat fcntl fdatasync fgetxattr flistxattr flock fork fpathconf fremovexattr
  fsetxattr fstat fstatat fstatfs fsync ftruncate futimens futimes fxattr getcpu getcwd getdents
  getdomainname getegid getenv geteuid getgid getgroups gethostname getitimer getpagesize
  getpeername getpgid getpgrp getpid getppid getpriority getrandom getresgid getresuid getrlimit
  getrusage getsid getsockname getsockopt gettid gettimeofday getuid getxattr grantpt
  inotify_add_watch inotify_init inotify_read inotify_rm_watch io_cancel io_destroy io_getevents
  io_setup io_submit ioctl isatty kill killpg lchown lgetxattr link linkat listen listxattr
  llistxattr lremovexattr lseek lsetxattr lstat lutimes lxattr madvise memfd_create mkdir mkdirat
  mkfifo mkfifoat mknod mknodat mlock mlockall mmap mount mq_getsetattr mq_open mq_timedreceive
  mq_timedsend mq_unlink mremap msync munlock munlockall munmap nanosleep nice open openat openpt
  pathconf pause perf_attach_tracepoint perf_event_open perf_probe perf_tracepoint pipe pipe2
  pivot_root poll posix_fallocate posix_openpt ppoll prctl pread preadv prlimit pselect ptsname
  pwrite pwritev read readahead readlink readlinkat readv reboot recv recvfrom recvmmsg recvmsg
  remap_file_pages removexattr rename renameat rmdir sched_get_priority_max sched_get_priority_min
  sched_getaffinity sched_getparam sched_getscheduler sched_rr_get_interval sched_setaffinity
  sched_setparam sched_setscheduler sched_yield select send sendfile sendmmsg sendmsg sendto
  setdomainname setegid setenv seteuid setgid setgroups sethostname setitimer setns setpgid
  setpriority setregid setresgid setresuid setreuid setrlimit setsid setsockopt settimeofday
  setuid setxattr shm_open shm_unlink shutdown sigaction signal signalfd sigpending sigprocmask
  sigsuspend sleep socket socketpair splice stat statfs swapoff swapon symlink symlinkat sync
  sync_file_range syncfs sysctl sysinfo syslog tcdrain tcflow tcflush tcgetattr tcgetsid
  tcsendbreak tcsetattr tee time timer_create timer_delete timer_getoverrun timer_gettime
  timer_settime timerfd_create timerfd_gettime timerfd_settime truncate umask umount uname unlink
  unlinkat unlockpt unmount unsetenv unshare utime utimensat utimes vhangup vmsplice wait wait3
  wait4 waitid waitpid write writev xattr
]]

local METHODS = [[
  dup dup2 dup3 read write pread pwrite lseek fchdir fsync fdatasync fstat fcntl fchmod bind
  listen connect accept getsockname getpeername send sendto recv recvfrom readv writev sendmsg
  recvmsg setsockopt epoll_ctl epoll_wait sendfile getdents ftruncate shutdown getsockopt
  inotify_add_watch inotify_rm_watch inotify_read flistxattr fsetxattr fgetxattr fremovexattr
  fxattr splice vmsplice tee timerfd_gettime timerfd_settime fadvise fallocate posix_fallocate
  readahead sync_file_range fstatfs futimens futimes fstatat unlinkat mkdirat mknodat faccessat
  fchmodat fchown fchownat readlinkat setns openat accept4 preadv pwritev epoll_pwait ioctl flock
  fpathconf grantpt unlockpt ptsname tcgetattr tcsetattr isatty tcsendbreak tcdrain tcflush tcflow
  tcgetsid sendmmsg recvmmsg syncfs stat chdir sync datasync chmod setxattr getxattr truncate
  statfs utimens utimes seek chown lock pathconf getfd close nogc nonblock block tell lockf mmap
  seq
]]

local UTIL = [[
  ls dirtable rm cp touch createfile mapfile readfile writefile ps proc recvcmsg sendfds sendcred
  inet_name basename dirname if_nametoindex bridge_add bridge_del bridge_add_interface bridge_list
  eventfd_read eventfd_write signalfd_read timerfd_read auditarch capget capset mounts mount
]]

local NL = [[
  socket write read interfaces interface getlink newlink dellink getaddr newaddr deladdr getroute
  routes newroute delroute getneigh newneigh delneigh iplink create_interface encapnames
]]

local CONSTANTS = [[
  ABS ADJ AF ARPHRD AT AT_FDCWD AUDIT_ARCH B BPF BPF_ATTACH_TYPE BPF_CMD BPF_MAP BPF_PROG BTN BUS
  CAP CBAUD CBAUDEX CC CFLAG CIBAUD CLOCK CLONE CMSPAR CRTSCTS DT E EFD EM EPOLL EPOLLCREATE
  EPOLL_CTL ETHERTYPE ETH_P EV EXIT F FALLOC_FL FCNTL_LOCK FD FF FF_STATUS F_SEAL GRND
  HOST_NAME_MAX ID IFA IFA_F IFF IFHWADDRLEN IFLA IFLAG IFLA_INET IFLA_INET6 IFLA_INFO
  IFLA_MACVLAN IFLA_PORT IFLA_VF IFLA_VF_INFO IFLA_VF_PORT IFLA_VLAN IFLA_VLAN_QOS IFNAMSIZ IFREQ
  IN INPUT_PROP IN_INIT IOCB_CMD IOCB_FLAG IP IPPROTO IPT_SO_GET IPT_SO_SET IPV6 ITIMER KEY LED
  LFLAG LINUX_REBOOT LINUX_REBOOT_CMD LOCK LOCKF MACVLAN_MODE MADV MAP MCL MFD MODE MREMAP MS MSC
  MSG MSYNC MT_TOOL NDA NDTA NDTPA NETLINK NF NLMSG NLM_F NTF NUD O OFLAG OK OMQATTR OPIPE P
  PATH_MAX PC PCI PCI_BASE_ADDRESS PERF_COUNT PERF_FLAG PERF_READ_FORMAT PERF_RECORD PERF_SAMPLE
  PERF_SAMPLE_BRANCH PERF_TYPE POLL PORT PORT_PROFILE_RESPONSE PORT_REQUEST PORT_VDP_RESPONSE
  POSIX_FADV PR PRIO PROT PR_ENDIAN PR_FPEMU PR_FP_EXC PR_MCE_KILL PR_MCE_KILL_OPT PR_TIMING
  PR_TSC PR_UNALIGN REG REL REP RLIM RLIMIT RTA RTF RTM RTMGRP RTM_F RTN RTNLGRP RTPROT RT_SCOPE
  RT_TABLE RUSAGE SA SCHED SCM SECCOMP_MODE SECCOMP_RET SEEK SFD SHUT SI SIG SIGACT SIGBUS SIGCLD
  SIGEV SIGFPE SIGILL SIGPM SIGPOLL SIGSEGV SIGTRAP SND SO SOCK SOF SOL SOMAXCONN SPLICE_F STA STD
  SWAP_FLAG SYN SYNC_FILE_RANGE SYSFS_BRIDGE_ATTR SYSFS_BRIDGE_FDB SYSFS_BRIDGE_PORT_ATTR
  SYSFS_BRIDGE_PORT_LINK SYSFS_BRIDGE_PORT_SUBDIR S_I TCFLOW TCFLUSH TCP TCSA TFD TFD_TIMER TIME
  TIMER TIOCM TUN TUN_F TUN_FLT TUN_PKT TUN_READQ UMOUNT UTIME VETH_INFO VFS_CAP VFS_CAP_FLAGS
  VIRTIO W WAIT XATTR XATTR_CAPS XT
]]

local MEMBERS = [[
  abi types t c util nl cgroup stdin stdout stderr _VERSION _DESCRIPTION _COPYRIGHT
]]

local BIT = [[
  tobit tohex bnot band bor bxor lshift rshift arshift rol ror bswap
  i6432 u6432 bor64 band64 lshift64 rshift64
]]

t.is(missing(S, FUNCTIONS), "", "functions")
t.is(missing(S, MEMBERS), "", "members")
t.is(missing(S.stdin, METHODS), "", "methods of descriptors")
t.is(missing(S.util, UTIL), "", "S.util")
t.is(missing(S.nl, NL), "", "S.nl")
if S.abi.arch ~= "x64" then CONSTANTS = CONSTANTS:gsub(" REG ", " ") end -- a machine's own
t.is(missing(S.c, CONSTANTS), "", "tables of constants")
t.is(missing(require "syscall.bit", BIT), "", "syscall.bit")
for name in FUNCTIONS:gmatch("%S+") do
  if type(S[name]) ~= "function" then t.ok(false, name .. " is a function") end
end
t.ok(rawequal(S.t, S.types.t))
