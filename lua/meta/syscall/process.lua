---@meta
-- lua/meta/syscall/process.lua - processes, identity, limits, environment
--
-- Declarations for editors, and the source of help and docs/reference: one function, one
-- paragraph and its man page. Where nothing else is said a failing call gives nil and an error.

---@class S
local S = {}

--- Run a program: everything between clone and exec is done here, and what fails there is the
--- error. S.spawn(path, argv, env) is the short form, without a pidfd.
--- posix_spawn(3)
---@param spec S.spawn.Spec
---@return integer? pid
---@return S.Error? err
---@return S.fd? pidfd
function S.spawn(spec) end

--- Go on twice; 0 in the child.
--- fork(2)
---@return integer? pid
---@return S.Error? err
function S.fork() end

--- fork with namespaces of its own. Without a signal the parent waits with "clone" or "all".
--- clone(2)
---@param flags? S.c.CLONE
---@param signal? S.c.SIG
---@return integer? pid
---@return S.Error? err
function S.clone(flags, signal) end

--- fork: {flags, exit_signal, pidfd, cgroup, set_tid, clear_sighand}.
--- clone3(2)
---@param spec table
---@return integer? pid
---@return S.Error? err
---@return S.fd? pidfd
function S.clone3(spec) end

--- Become another program; argv[1] is its own name. Returns on failure alone.
--- execve(2)
---@param path string
---@param argv string[]
---@param envp string[]
---@return nil
---@return S.Error err
function S.execve(path, argv, envp) end

--- execve, from a directory; "" and "empty_path" execute the descriptor.
--- execveat(2)
---@param dir S.Dir
---@param path string
---@param argv string[]
---@param envp string[]
---@param flags? S.c.AT
---@return nil
---@return S.Error err
function S.execveat(dir, path, argv, envp, flags) end

--- End, after atexit's functions and with output flushed.
--- exit(3)
---@param status? S.c.EXIT
function S.exit(status) end

--- End at once.
--- _exit(2)
---@param status? S.c.EXIT
function S._exit(status) end

--- Have a function called when the program ends.
--- atexit(3)
---@param f function
---@return true? ok
---@return S.Error? err
function S.atexit(f) end

--- Wait for any child. CHILD: there is none.
--- wait(2)
---@param status? S.mem
---@return integer? pid
---@return S.Error? err
---@return S.t.waitstatus? status
function S.wait(status) end

--- Wait for a child: status.EXITSTATUS, status.TERMSIG. 0 with "nohang" while none has ended.
--- waitpid(2)
---@param pid? S.c.WAIT
---@param options? S.c.W
---@return integer? pid
---@return S.Error? err
---@return S.t.waitstatus? status
function S.waitpid(pid, options) end

--- waitpid for any child, with what it used.
--- wait4(2)
---@param options? S.c.W
---@param rusage? S.t.rusage
---@return integer? pid
---@return S.Error? err
---@return S.t.waitstatus? status
---@return S.t.rusage? rusage
function S.wait3(options, rusage) end

--- waitpid, with what it used; false for rusage leaves that out.
--- wait4(2)
---@param pid? S.c.WAIT
---@param options? S.c.W
---@param rusage? any
---@return integer? pid
---@return S.Error? err
---@return S.t.waitstatus? status
---@return S.t.rusage? rusage
function S.wait4(pid, options, rusage) end

--- Wait for a change of a child, also without taking it ("nowait").
--- waitid(2)
---@param type S.c.P
---@param id? integer
---@param options S.c.W
---@return S.t.siginfo? info
---@return S.Error? err
---@return S.t.rusage? rusage
function S.waitid(type, id, options) end

--- Our number.
--- getpid(2)
---@return integer pid
function S.getpid() end

--- Our parent's number; 0 where it is in another namespace.
--- getppid(2)
---@return integer pid
function S.getppid() end

--- Our thread's number.
--- gettid(2)
---@return integer tid
function S.gettid() end

--- Our real user.
--- getuid(2)
---@return integer uid
function S.getuid() end

--- Our effective user.
--- geteuid(2)
---@return integer uid
function S.geteuid() end

--- Our real group.
--- getgid(2)
---@return integer gid
function S.getgid() end

--- Our effective group.
--- getegid(2)
---@return integer gid
function S.getegid() end

--- Our process group.
--- getpgrp(2)
---@return integer pgid
function S.getpgrp() end

--- Set the user; of a privileged process all three.
--- setuid(2)
---@param uid integer
---@return true? ok
---@return S.Error? err
function S.setuid(uid) end

--- Set the group; of a privileged process all three.
--- setgid(2)
---@param gid integer
---@return true? ok
---@return S.Error? err
function S.setgid(gid) end

--- Set the effective user.
--- seteuid(2)
---@param uid integer
---@return true? ok
---@return S.Error? err
function S.seteuid(uid) end

--- Set the effective group.
--- setegid(2)
---@param gid integer
---@return true? ok
---@return S.Error? err
function S.setegid(gid) end

--- Set real and effective user; -1 leaves one.
--- setreuid(2)
---@param real? integer
---@param effective? integer
---@return true? ok
---@return S.Error? err
function S.setreuid(real, effective) end

--- Set real and effective group.
--- setregid(2)
---@param real? integer
---@param effective? integer
---@return true? ok
---@return S.Error? err
function S.setregid(real, effective) end

--- Set real, effective and saved user.
--- setresuid(2)
---@param real? integer
---@param effective? integer
---@param saved? integer
---@return true? ok
---@return S.Error? err
function S.setresuid(real, effective, saved) end

--- Set real, effective and saved group.
--- setresgid(2)
---@param real? integer
---@param effective? integer
---@param saved? integer
---@return true? ok
---@return S.Error? err
function S.setresgid(real, effective, saved) end

--- All three users.
--- getresuid(2)
---@return true? ok
---@return S.Error? err
---@return integer? real
---@return integer? effective
---@return integer? saved
function S.getresuid() end

--- All three groups.
--- getresgid(2)
---@return true? ok
---@return S.Error? err
---@return integer? real
---@return integer? effective
---@return integer? saved
function S.getresgid() end

--- The supplementary groups.
--- getgroups(2)
---@return S.t.groups? groups
---@return S.Error? err
function S.getgroups() end

--- Set the supplementary groups.
--- setgroups(2)
---@param groups table
---@return true? ok
---@return S.Error? err
function S.setgroups(groups) end

--- A process's session.
--- getsid(2)
---@param pid? integer
---@return integer? sid
---@return S.Error? err
function S.getsid(pid) end

--- Begin a session, without a terminal.
--- setsid(2)
---@return integer? sid
---@return S.Error? err
function S.setsid() end

--- A process's group.
--- getpgid(2)
---@param pid? integer
---@return integer? pgid
---@return S.Error? err
function S.getpgid(pid) end

--- Put a process into a group.
--- setpgid(2)
---@param pid? integer
---@param pgid? integer
---@return true? ok
---@return S.Error? err
function S.setpgid(pid, pgid) end

--- Be nicer by so much; gives the value that is.
--- nice(2)
---@param increment integer
---@return integer? value
---@return S.Error? err
function S.nice(increment) end

--- The nice value of a process, group or user: -20 to 19.
--- getpriority(2)
---@param which S.c.PRIO
---@param who? integer
---@return integer? nice
---@return S.Error? err
function S.getpriority(which, who) end

--- Set a nice value.
--- setpriority(2)
---@param which S.c.PRIO
---@param who? integer
---@param nice integer
---@return true? ok
---@return S.Error? err
function S.setpriority(which, who, nice) end

--- Ask and set a limit of a process.
--- prlimit(2)
---@param pid? integer
---@param resource S.c.RLIMIT
---@param new? S.t.rlimit
---@return S.t.rlimit? old
---@return S.Error? err
function S.prlimit(pid, resource, new) end

--- A limit of ours.
--- getrlimit(2)
---@param resource S.c.RLIMIT
---@return S.t.rlimit? limit
---@return S.Error? err
function S.getrlimit(resource) end

--- Set a limit: {cur, max}.
--- setrlimit(2)
---@param resource S.c.RLIMIT
---@param limit S.t.rlimit
---@return true? ok
---@return S.Error? err
function S.setrlimit(resource, limit) end

--- Time and memory used by us, or by children that were waited for.
--- getrusage(2)
---@param who S.c.RUSAGE
---@param usage? S.t.rusage
---@return S.t.rusage? usage
---@return S.Error? err
function S.getrusage(who, usage) end

--- Ask or set something of the process: "set_name", "set_pdeathsig" ... Gives a number, a string or
--- true, as the option has it.
--- prctl(2)
---@param option S.c.PR
---@param ... any
---@return any? value
---@return S.Error? err
function S.prctl(option, ...) end

--- A variable of the environment, or nil.
--- getenv(3)
---@param name string
---@return string value
function S.getenv(name) end

--- Set a variable; one that is there stays, unless overwrite is true.
--- setenv(3)
---@param name string
---@param value string
---@param overwrite? boolean
---@return true? ok
---@return S.Error? err
function S.setenv(name, value, overwrite) end

--- Remove a variable.
--- unsetenv(3)
---@param name string
---@return true? ok
---@return S.Error? err
function S.unsetenv(name) end

--- Remove all variables.
--- clearenv(3)
---@return true? ok
---@return S.Error? err
function S.clearenv() end

--- The environment as {name = value}; with true as {"name=value", ...}.
--- environ(7)
---@param list? boolean
---@return table environment
function S.environ(list) end

--- Leave namespaces for new ones: "newns, newnet".
--- unshare(2)
---@param flags S.c.CLONE
---@return true? ok
---@return S.Error? err
function S.unshare(flags) end

--- Enter a namespace: a file of /proc/PID/ns, or a pidfd with types.
--- setns(2)
---@param fd S.fd|integer
---@param type? S.c.CLONE
---@return true? ok
---@return S.Error? err
function S.setns(fd, type) end

--- A descriptor of a process: readable when it has ended.
--- pidfd_open(2)
---@param pid integer
---@param flags? S.c.PIDFD
---@return S.fd? fd
---@return S.Error? err
function S.pidfd_open(pid, flags) end

--- kill that cannot hit another process.
--- pidfd_send_signal(2)
---@param pidfd S.fd|integer
---@param signal S.c.SIG
---@param info? S.t.siginfo
---@param flags? S.c.PIDFD_SIGNAL
---@return true? ok
---@return S.Error? err
function S.pidfd_send_signal(pidfd, signal, info, flags) end

--- A descriptor of another process, duplicated.
--- pidfd_getfd(2)
---@param pidfd S.fd|integer
---@param number integer
---@return S.fd? fd
---@return S.Error? err
function S.pidfd_getfd(pidfd, number) end

--- Read another process's memory: {address, length}, or several.
--- process_vm_readv(2)
---@param pid integer
---@param buffers any
---@param remote table
---@return integer? n
---@return S.Error? err
function S.process_vm_readv(pid, buffers, remote) end

--- Write another process's memory.
--- process_vm_writev(2)
---@param pid integer
---@param bytes any
---@param remote table
---@return integer? n
---@return S.Error? err
function S.process_vm_writev(pid, bytes, remote) end

--- madvise for another process's memory.
--- process_madvise(2)
---@param pidfd S.fd|integer
---@param remote table
---@param advice S.c.PROCESS_MADV
---@return integer? n
---@return S.Error? err
function S.process_madvise(pidfd, remote, advice) end

--- Free at once the memory of a process that was killed.
--- process_mrelease(2)
---@param pidfd S.fd|integer
---@return true? ok
---@return S.Error? err
function S.process_mrelease(pidfd) end

--- Do two processes share this? 0: yes; 1 and 2: an order.
--- kcmp(2)
---@param pid1 integer
---@param pid2 integer
---@param type S.c.KCMP
---@param index1? integer
---@param index2? integer
---@return integer? order
---@return S.Error? err
function S.kcmp(pid1, pid2, type, index1, index2) end

--- Capabilities of a process: set.effective.chown ...
--- capget(2)
---@param pid? any
---@param data? S.mem
---@return S.t.capabilities? set
---@return S.Error? err
function S.capget(pid, data) end

--- Set our capabilities.
--- capset(2)
---@param set S.t.capabilities
---@param data? S.mem
---@return true? ok
---@return S.Error? err
function S.capset(set, data) end

--- Look into another process. By request: "peekdata" address; "pokedata" address, word; "cont",
--- "syscall", "detach" nil, signal; "seize", "setoptions" nil, c.PTRACE_O; "getregset" set (1: the
--- general registers), "setregset" set, bytes; "getsiginfo", "geteventmsg", "get_syscall_info".
--- ptrace(2)
---@param request S.c.PTRACE
---@param pid? integer
---@param address? integer
---@param data? any
---@return true|integer|string|S.mem|nil result
---@return S.Error? err
function S.ptrace(request, pid, address, data) end

--- How programs of this process are run; without flags nothing changes.
--- personality(2)
---@param flags? S.c.PERSONALITY
---@return integer? before
---@return S.Error? err
function S.personality(flags) end
