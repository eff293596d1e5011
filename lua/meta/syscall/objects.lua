---@meta
-- lua/meta/syscall/objects.lua - what the functions of S take and give: errors, descriptors, memory
--
-- Declarations for editors, and the source of help and docs/reference.

--- All system calls: require "syscall". It fills as it is asked; pairs(S) shows what was used.
---@class S
---@field c table constants, by table: S.c.O.CREAT, S.c.O["rdwr, creat"]
---@field t table types: S.t.stat, S.t.sockaddr_in(80, "127.0.0.1")
---@field mem S.memory memory by hand
---@field util table ljsyscall's helpers
---@field nl table routing netlink: interfaces, addresses, routes
---@field abi table {arch, le, be, abi32, abi64, os}
---@field landlock table sandboxing made easy
---@field stdin S.fd
---@field stdout S.fd
---@field stderr S.fd
local S = {}

--- Why a call failed. There is one object for each errno, so they can be compared. A flag of each
--- name tells which it is: err.NOENT, err.noent, err.ENOENT. An unknown name raises.
--- tostring and .. give the system's text.
--- errno(3)
---@class S.Error
---@field errno integer the number
---@field sym string? its name without E: "NOENT"
---@field lsym string? the same in lower case

--- A descriptor, owned: it is closed when the object is collected, closed, or a <close> variable of
--- it ends. Every function of S that takes a descriptor first is a method: fd:read(buffer, n); also
--- without the f of its name: fd:stat(), fd:sync(), fd:chmod(mode).
---@class S.fd
---@field filenum integer the number, -1 when closed
local fd = {}

--- The number; -1 once closed.
---@return integer number
function fd:getfd() end

--- Close. Doing it again is no error.
--- close(2)
---@return true? ok
---@return S.Error? err
function fd:close() end

--- Leave the descriptor open when the object is collected.
---@return S.fd fd itself
function fd:nogc() end

--- Have calls return AGAIN instead of waiting.
--- fcntl(2)
---@return true? ok
---@return S.Error? err
function fd:nonblock() end

--- Have calls wait.
--- fcntl(2)
---@return true? ok
---@return S.Error? err
function fd:block() end

--- The position.
--- lseek(2)
---@return integer? offset
---@return S.Error? err
function fd:tell() end

--- S.mmap of this file.
--- mmap(2)
---@param address? any
---@param length integer
---@param prot S.c.PROT
---@param flags S.c.MAP
---@param offset? integer
---@return S.mem? memory
---@return S.Error? err
function fd:mmap(address, length, prot, flags, offset) end

--- The next sequence number, counted in the object.
---@return integer number
function fd:seq() end

--- Memory that the kernel reads and writes: a struct, an array, a buffer, a mapping. Elements are
--- indexed from 0, fields by name; what is out of range, unmapped or protected raises. #memory is
--- its bytes (elements of a list); memory + n is the rest from there on.
---@class S.mem

--- So many bytes: t.buffer(n). buffer[i] is a signed number, buffer + n the rest.
---@class S.t.buffer: S.mem

--- Several buffers for readv(2) and its kin: t.iovecs{"text", memory, 100}, a number being a new
--- buffer of that size; for a number alone so many empty ones. tostring is all the bytes.
---@class S.t.iovecs: S.mem
---@field iov S.mem the structs, from 0 on

--- Room for so many events: t.epoll_events(n).
--- epoll_wait(2)
---@class S.t.epoll_events: S.mem

--- What poll waits for: t.pollfds{{fd = fd, events = "in"}}; fds[1].IN afterwards.
--- poll(2)
---@class S.t.pollfds: S.mem

--- A device's number: t.device(major, minor), or of {major, minor} or a number.
--- makedev(3)
---@class S.t.device
---@field major integer
---@field minor integer
---@field device integer both

--- How a child ended. Fields are nil where they do not apply; the W may be left out.
--- wait(2)
---@class S.t.waitstatus
---@field status integer the raw number
---@field WIFEXITED boolean?
---@field WIFSIGNALED boolean?
---@field WIFSTOPPED boolean?
---@field EXITSTATUS integer?
---@field WTERMSIG integer?
---@field WSTOPSIG integer?

--- Groups of a process: t.groups{1, 2}; #groups, groups[1].
--- getgroups(2)
---@class S.t.groups: S.mem

--- A request of a device: "TIOCGWINSZ", a number, or what c.IOCTL._IOR("x", 1, "int") makes. Their
--- names are those of ioctl_list(2).
---@alias S.c.IOCTL integer|string|table

---@alias S.Dir S.fd|integer|string a directory; "fdcwd" or nil: the working directory
---@alias S.Time number|S.t.timespec|S.t.timeval|number[] seconds, {seconds, nanoseconds}
---@alias S.Device integer|S.t.device|integer[] the number of a device, or {major, minor}

--- What S.spawn runs: the array is argv.
---@class S.spawn.Spec
---@field [integer] string argv; the first is also the path, searched in PATH
---@field path string? what to execute
---@field env table? {NAME = value} or {"NAME=value"}; ours without it
---@field cwd string? working directory
---@field chroot string?
---@field fds table<integer, S.fd|integer>? descriptors by the numbers that they get
---@field uid integer?
---@field gid integer?
---@field groups integer[]?
---@field setsid boolean?
---@field setpgid integer?
---@field ctty integer? descriptor of the terminal to control it
---@field umask integer?
---@field nice integer?
---@field limits table? {nofile = 64, core = {soft, hard}}
---@field unshare S.c.CLONE? namespaces to leave, in the child
---@field namespaces S.c.CLONE? namespaces that are the child's from birth
---@field cgroup S.fd? directory of the cgroup to be born in
---@field sigmask S.t.sigset? blocked signals; none without it
---@field pdeathsig S.c.SIG? signal when we end

--- A ring of io_uring(7). There is a method for each kind of request: nop read write read_fixed
--- write_fixed readv writev send recv fsync fadvise sync_file_range fallocate splice tee epoll_ctl
--- close_fd poll_add poll_remove timeout timeout_remove link_timeout cancel accept connect socket
--- shutdown openat openat2 statx unlinkat mkdirat renameat linkat symlinkat; its arguments are
--- those of the system call, it gives the request's number, or BUSY.
--- io_uring(7)
---@class S.Ring
local Ring = {}

--- Set flags (c.IOSQE) of the request that was prepared last: "io_link".
---@param flags S.c.IOSQE
function Ring:mark(flags) end

--- Submit what was prepared, and wait for so many to be done.
--- io_uring_enter(2)
---@param wait? integer
---@param timeout? S.Time
---@return integer? submitted
---@return S.Error? err TIME: none was submitted, and what was waited for did not come
function Ring:submit(wait, timeout) end

--- Iterate over what is done: number, result or nil, error or nil, flags.
---@return function next
function Ring:completions() end

--- Memory for read_fixed and write_fixed, whose buffers lie within. The kernel has it until it is
--- unregistered, or the ring closed.
--- io_uring_register(2)
---@param list S.mem[]
---@return true? ok
---@return S.Error? err
function Ring:register_buffers(list) end

--- Their memory is ours again.
---@return true? ok
---@return S.Error? err
function Ring:unregister_buffers() end

--- Descriptors that a request names by their number in the list, from 0, and mark("fixed_file").
--- io_uring_register(2)
---@param list (S.fd|integer|false)[] false: a number without one
---@return true? ok
---@return S.Error? err
function Ring:register_files(list) end

--- Forget them.
---@return true? ok
---@return S.Error? err
function Ring:unregister_files() end

--- Close the ring, after what is under way.
function Ring:close() end

---@return integer number the descriptor's, to wait for
function Ring:getfd() end

--- A message queue: methods send, receive, timedsend, timedreceive, getattr, setattr, close, getfd,
--- nogc.
--- mq_overview(7)
---@class S.mqd

--- A perf event that is read: methods mmap, munmap, read, meta, next, ioctl, start, stop, refresh,
--- reset, setfilter, setbpf, close; ipairs gives length and event.
--- perf_event_open(2)
---@class S.perf_reader
