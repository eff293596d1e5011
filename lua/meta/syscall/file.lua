---@meta
-- lua/meta/syscall/file.lua - open files: reading, writing, positions, descriptors
--
-- Declarations for editors, and the source of help and docs/reference: one function, one
-- paragraph and its man page. Where nothing else is said a failing call gives nil and an error.

---@class S
local S = {}

--- Open a file. The descriptor is close-on-exec from birth; mode is for "creat".
--- open(2)
---@param path string
---@param flags? S.c.O
---@param mode? S.c.MODE
---@return S.fd? fd
---@return S.Error? err
function S.open(path, flags, mode) end

--- Open a file by a path that begins at a directory.
--- open(2)
---@param dir S.Dir
---@param path string
---@param flags? S.c.O
---@param mode? S.c.MODE
---@return S.fd? fd
---@return S.Error? err
function S.openat(dir, path, flags, mode) end

--- Open a file, with `resolve` (c.RESOLVE) saying what the path may not do: {flags, mode, resolve}.
--- openat2(2)
---@param dir S.Dir
---@param path string
---@param how table
---@return S.fd? fd
---@return S.Error? err
function S.openat2(dir, path, how) end

--- Open with "creat, wronly, trunc".
--- open(2)
---@param path string
---@param mode S.c.MODE
---@return S.fd? fd
---@return S.Error? err
function S.creat(path, mode) end

--- Close a descriptor. An object is closed once, again is no error; a number that is not open is
--- BADF.
--- close(2)
---@param fd S.fd|integer
---@return true? ok
---@return S.Error? err
function S.close(fd) end

--- Close all descriptors of a range, or mark them with "cloexec". fd objects in it do not learn of
--- it.
--- close_range(2)
---@param first integer
---@param last? integer
---@param flags? S.c.CLOSE_RANGE
---@return true? ok
---@return S.Error? err
function S.close_range(first, last, flags) end

--- Read into a buffer and give the number of bytes; without a buffer give the bytes as a string (""
--- at the end; 4096 at most, unless count says more).
--- read(2)
---@param fd S.fd|integer
---@param buffer? S.mem
---@param count? integer
---@return (integer|string)? n
---@return S.Error? err
function S.read(fd, buffer, count) end

--- Write a string or memory. Gives what was written, which may be less.
--- write(2)
---@param fd S.fd|integer
---@param bytes string|S.mem
---@param count? integer
---@return integer? n
---@return S.Error? err
function S.write(fd, bytes, count) end

--- Read at an offset; the file's position stays.
--- pread(2)
---@param fd S.fd|integer
---@param buffer S.mem
---@param count? integer
---@param offset? integer
---@return integer? n
---@return S.Error? err
function S.pread(fd, buffer, count, offset) end

--- Write at an offset; the file's position stays.
--- pwrite(2)
---@param fd S.fd|integer
---@param bytes string|S.mem
---@param count? integer
---@param offset? integer
---@return integer? n
---@return S.Error? err
function S.pwrite(fd, bytes, count, offset) end

--- Read into several buffers: t.iovecs, or an array of buffers.
--- readv(2)
---@param fd S.fd|integer
---@param iov S.t.iovecs
---@return integer? n
---@return S.Error? err
function S.readv(fd, iov) end

--- Write several strings or buffers.
--- writev(2)
---@param fd S.fd|integer
---@param iov S.t.iovecs
---@return integer? n
---@return S.Error? err
function S.writev(fd, iov) end

--- readv at an offset.
--- preadv(2)
---@param fd S.fd|integer
---@param iov S.t.iovecs
---@param offset integer
---@return integer? n
---@return S.Error? err
function S.preadv(fd, iov, offset) end

--- writev at an offset.
--- pwritev(2)
---@param fd S.fd|integer
---@param iov S.t.iovecs
---@param offset integer
---@return integer? n
---@return S.Error? err
function S.pwritev(fd, iov, offset) end

--- readv at an offset (nil or -1: the position), with flags for this call alone.
--- preadv2(2)
---@param fd S.fd|integer
---@param buffers any
---@param offset? integer
---@param flags? S.c.RWF
---@return integer? n
---@return S.Error? err
function S.preadv2(fd, buffers, offset, flags) end

--- writev at an offset (nil or -1: the position), with flags for this call alone.
--- pwritev2(2)
---@param fd S.fd|integer
---@param buffers any
---@param offset? integer
---@param flags? S.c.RWF
---@return integer? n
---@return S.Error? err
function S.pwritev2(fd, buffers, offset, flags) end

--- Move the position: from the start unless whence says otherwise.
--- lseek(2)
---@param fd S.fd|integer
---@param offset? integer
---@param whence? S.c.SEEK
---@return integer? offset
---@return S.Error? err
function S.lseek(fd, offset, whence) end

--- A second descriptor of the same open file.
--- dup(2)
---@param fd S.fd|integer
---@return S.fd? fd
---@return S.Error? err
function S.dup(fd) end

--- Make `new` a descriptor of the same open file; what it was is closed.
--- dup2(2)
---@param fd S.fd|integer
---@param new S.fd|integer
---@return S.fd? fd
---@return S.Error? err
function S.dup2(fd, new) end

--- dup2, refusing that both are the same.
--- dup3(2)
---@param fd S.fd|integer
---@param new S.fd|integer
---@param flags? S.c.O
---@return S.fd? fd
---@return S.Error? err
function S.dup3(fd, new, flags) end

--- A pipe: what is written to the second end is read from the first.
--- pipe(2)
---@return true? ok
---@return S.Error? err
---@return S.fd? r
---@return S.fd? w
function S.pipe() end

--- A pipe, with flags.
--- pipe2(2)
---@param flags? S.c.OPIPE
---@return true? ok
---@return S.Error? err
---@return S.fd? r
---@return S.fd? w
function S.pipe2(flags) end

--- Change or ask a descriptor: flags, locks, seals, owner. Gives a descriptor, a number, t.flock or
--- true, as the command has it.
--- fcntl(2)
---@param fd S.fd|integer
---@param command S.c.F
---@param argument? any
---@return any? value
---@return S.Error? err
function S.fcntl(fd, command, argument) end

--- Lock a range from the position on. "test" tells whether it is free.
--- lockf(3)
---@param fd S.fd|integer
---@param command S.c.LOCKF
---@param length? integer
---@return boolean? ok
---@return S.Error? err
function S.lockf(fd, command, length) end

--- Lock or unlock the whole file. AGAIN with "nb" where another holds it.
--- flock(2)
---@param fd S.fd|integer
---@param operation S.c.LOCK
---@return true? ok
---@return S.Error? err
function S.flock(fd, operation) end

--- Wait until the file's bytes and attributes are on the device.
--- fsync(2)
---@param fd S.fd|integer
---@return true? ok
---@return S.Error? err
function S.fsync(fd) end

--- fsync, without attributes that reading does not need.
--- fdatasync(2)
---@param fd S.fd|integer
---@return true? ok
---@return S.Error? err
function S.fdatasync(fd) end

--- Wait for all of the file system that the file is in.
--- syncfs(2)
---@param fd S.fd|integer
---@return true? ok
---@return S.Error? err
function S.syncfs(fd) end

--- Have all file systems written.
--- sync(2)
function S.sync() end

--- Set a file's length; what is new is zeros.
--- truncate(2)
---@param path string
---@param length integer
---@return true? ok
---@return S.Error? err
function S.truncate(path, length) end

--- Set an open file's length.
--- ftruncate(2)
---@param fd S.fd|integer
---@param length integer
---@return true? ok
---@return S.Error? err
function S.ftruncate(fd, length) end

--- A file without a name, in memory.
--- memfd_create(2)
---@param name string
---@param flags? S.c.MFD
---@return S.fd? fd
---@return S.Error? err
function S.memfd_create(name, flags) end

--- A device's own request, by name, number or c.IOCTL's description. Those that read give the
--- struct or number.
--- ioctl(2)
---@param fd S.fd|integer
---@param request S.c.IOCTL
---@param argument? any
---@return any? value
---@return S.Error? err
function S.ioctl(fd, request, argument) end

--- Reserve, punch, zero or collapse a range.
--- fallocate(2)
---@param fd S.fd|integer
---@param mode? S.c.FALLOC_FL
---@param offset? integer
---@param length integer
---@return true? ok
---@return S.Error? err
function S.fallocate(fd, mode, offset, length) end

--- Reserve a range, enlarging the file.
--- posix_fallocate(3)
---@param fd S.fd|integer
---@param offset integer
---@param length integer
---@return true? ok
---@return S.Error? err
function S.posix_fallocate(fd, offset, length) end

--- Say how a range will be read. (The order is not C's.)
--- posix_fadvise(2)
---@param fd S.fd|integer
---@param advice S.c.POSIX_FADV
---@param offset? integer
---@param length? integer
---@return true? ok
---@return S.Error? err
function S.fadvise(fd, advice, offset, length) end

--- Bring a range into the page cache.
--- readahead(2)
---@param fd S.fd|integer
---@param offset integer
---@param count integer
---@return true? ok
---@return S.Error? err
function S.readahead(fd, offset, count) end

--- Write a range out; no promise about attributes.
--- sync_file_range(2)
---@param fd S.fd|integer
---@param offset integer
---@param count integer
---@param flags S.c.SYNC_FILE_RANGE
---@return true? ok
---@return S.Error? err
function S.sync_file_range(fd, offset, count, flags) end

--- Copy bytes inside the kernel. An offset given as t.off1 is moved.
--- sendfile(2)
---@param out S.fd|integer
---@param input S.fd|integer
---@param offset? integer
---@param count integer
---@return integer? n
---@return S.Error? err
function S.sendfile(out, input, offset, count) end

--- Copy between files, sharing blocks where the file system can. nil offsets: the positions.
--- copy_file_range(2)
---@param input S.fd|integer
---@param from? integer
---@param out S.fd|integer
---@param to? integer
---@param count integer
---@param flags? integer
---@return integer? n
---@return S.Error? err
function S.copy_file_range(input, from, out, to, count, flags) end

--- Move bytes between a pipe and a file, without copying them.
--- splice(2)
---@param input S.fd|integer
---@param from? integer
---@param out S.fd|integer
---@param to? integer
---@param count integer
---@param flags? S.c.SPLICE_F
---@return integer? n
---@return S.Error? err
function S.splice(input, from, out, to, count, flags) end

--- Put memory into a pipe. The pipe holds the pages: what is written to them before they are read
--- shows.
--- vmsplice(2)
---@param pipe S.fd|integer
---@param iov S.t.iovecs
---@param flags? S.c.SPLICE_F
---@return integer? n
---@return S.Error? err
function S.vmsplice(pipe, iov, flags) end

--- Copy from pipe to pipe; the first keeps its bytes.
--- tee(2)
---@param input S.fd|integer
---@param out S.fd|integer
---@param count integer
---@param flags? S.c.SPLICE_F
---@return integer? n
---@return S.Error? err
function S.tee(input, out, count, flags) end

--- How much of a file is in the page cache, dirty, evicted. Linux 6.5.
--- cachestat(2)
---@param fd S.fd|integer
---@param offset? integer
---@param length? integer
---@return S.t.cachestat? st
---@return S.Error? err
function S.cachestat(fd, offset, length) end

--- A file of /dev/shm.
--- shm_open(3)
---@param name string
---@param flags? S.c.O
---@param mode? S.c.MODE
---@return S.fd? fd
---@return S.Error? err
function S.shm_open(name, flags, mode) end

--- Remove a file of /dev/shm.
--- shm_unlink(3)
---@param name string
---@return true? ok
---@return S.Error? err
function S.shm_unlink(name) end

--- A handle of a file that outlives its names: opaque bytes.
--- name_to_handle_at(2)
---@param dir S.Dir
---@param path string
---@param flags? S.c.AT
---@return string? handle
---@return S.Error? err
---@return integer? mount_id
function S.name_to_handle_at(dir, path, flags) end

--- Open a file by its handle. Needs CAP_DAC_READ_SEARCH; STALE: it is gone.
--- open_by_handle_at(2)
---@param mount S.fd|integer
---@param handle string
---@param flags? S.c.O
---@return S.fd? fd
---@return S.Error? err
function S.open_by_handle_at(mount, handle, flags) end

--- Memory that not even the kernel reads; to be mapped shared.
--- memfd_secret(2)
---@return S.fd? fd
---@return S.Error? err
function S.memfd_secret() end
