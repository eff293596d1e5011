---@meta
-- lua/meta/syscall/path.lua - names in the file system: stat, links, directories, times, attributes
--
-- Declarations for editors, and the source of help and docs/reference: one function, one
-- paragraph and its man page. Where nothing else is said a failing call gives nil and an error.

---@class S
local S = {}

--- What a file is: st.size, st.isdir, st.mode ... Links are followed.
--- stat(2)
---@param path string
---@param st? S.t.stat
---@return S.t.stat? st
---@return S.Error? err
function S.stat(path, st) end

--- stat, of the link itself.
--- stat(2)
---@param path string
---@param st? S.t.stat
---@return S.t.stat? st
---@return S.Error? err
function S.lstat(path, st) end

--- stat, of an open file.
--- stat(2)
---@param fd S.fd|integer
---@param st? S.t.stat
---@return S.t.stat? st
---@return S.Error? err
function S.fstat(fd, st) end

--- stat, by a path that begins at a directory.
--- stat(2)
---@param dir S.Dir
---@param path string
---@param st? S.t.stat
---@param flags? S.c.AT
---@return S.t.stat? st
---@return S.Error? err
function S.fstatat(dir, path, st, flags) end

--- stat with times of birth, attributes and mount. Without a path, of the descriptor.
--- statx(2)
---@param dir S.Dir
---@param path? string
---@param flags? S.c.AT_STATX
---@param mask? S.c.STATX
---@param stx? S.t.statx
---@return S.t.statx? stx
---@return S.Error? err
function S.statx(dir, path, flags, mask, stx) end

--- The file system that a path is in: its type, size and free room.
--- statfs(2)
---@param path string
---@param st? S.t.statfs
---@return S.t.statfs? st
---@return S.Error? err
function S.statfs(path, st) end

--- statfs, of an open file.
--- statfs(2)
---@param fd S.fd|integer
---@param st? S.t.statfs
---@return S.t.statfs? st
---@return S.Error? err
function S.fstatfs(fd, st) end

--- May the real user do this? "r", "w", "x", any of them together, or "f": is it there.
--- access(2)
---@param path string
---@param mode S.c.OK
---@return true? ok
---@return S.Error? err
function S.access(path, mode) end

--- access, from a directory.
--- access(2)
---@param dir S.Dir
---@param path string
---@param mode S.c.OK
---@param flags? S.c.AT
---@return true? ok
---@return S.Error? err
function S.faccessat(dir, path, mode, flags) end

--- faccessat whose flags the kernel itself knows.
--- access(2)
---@param dir S.Dir
---@param path string
---@param mode S.c.OK
---@param flags? S.c.AT
---@return true? ok
---@return S.Error? err
function S.faccessat2(dir, path, mode, flags) end

--- Set permissions: "0644" or "rusr, wusr".
--- chmod(2)
---@param path string
---@param mode S.c.MODE
---@return true? ok
---@return S.Error? err
function S.chmod(path, mode) end

--- chmod, of an open file.
--- chmod(2)
---@param fd S.fd|integer
---@param mode S.c.MODE
---@return true? ok
---@return S.Error? err
function S.fchmod(fd, mode) end

--- chmod, from a directory.
--- chmod(2)
---@param dir S.Dir
---@param path string
---@param mode S.c.MODE
---@param flags? S.c.AT
---@return true? ok
---@return S.Error? err
function S.fchmodat(dir, path, mode, flags) end

--- Set owner and group; nil leaves one as it is.
--- chown(2)
---@param path string
---@param uid? integer
---@param gid? integer
---@return true? ok
---@return S.Error? err
function S.chown(path, uid, gid) end

--- chown, of the link itself.
--- chown(2)
---@param path string
---@param uid? integer
---@param gid? integer
---@return true? ok
---@return S.Error? err
function S.lchown(path, uid, gid) end

--- chown, of an open file.
--- chown(2)
---@param fd S.fd|integer
---@param uid? integer
---@param gid? integer
---@return true? ok
---@return S.Error? err
function S.fchown(fd, uid, gid) end

--- chown, from a directory.
--- chown(2)
---@param dir S.Dir
---@param path string
---@param uid? integer
---@param gid? integer
---@param flags? S.c.AT
---@return true? ok
---@return S.Error? err
function S.fchownat(dir, path, uid, gid, flags) end

--- A second name for a file.
--- link(2)
---@param old string
---@param new string
---@return true? ok
---@return S.Error? err
function S.link(old, new) end

--- link, from directories.
--- link(2)
---@param olddir S.Dir
---@param old string
---@param newdir S.Dir
---@param new string
---@param flags? S.c.AT
---@return true? ok
---@return S.Error? err
function S.linkat(olddir, old, newdir, new, flags) end

--- A symbolic link; the target is any text.
--- symlink(2)
---@param target string
---@param path string
---@return true? ok
---@return S.Error? err
function S.symlink(target, path) end

--- symlink, from a directory.
--- symlink(2)
---@param target string
---@param dir S.Dir
---@param path string
---@return true? ok
---@return S.Error? err
function S.symlinkat(target, dir, path) end

--- What a symbolic link says.
--- readlink(2)
---@param path string
---@param buffer? S.mem
---@param size? integer
---@return string? target
---@return S.Error? err
function S.readlink(path, buffer, size) end

--- readlink, from a directory.
--- readlink(2)
---@param dir S.Dir
---@param path string
---@param buffer? S.mem
---@param size? integer
---@return string? target
---@return S.Error? err
function S.readlinkat(dir, path, buffer, size) end

--- Give a file another name, in place of what has it.
--- rename(2)
---@param old string
---@param new string
---@return true? ok
---@return S.Error? err
function S.rename(old, new) end

--- rename, from directories.
--- rename(2)
---@param olddir S.Dir
---@param old string
---@param newdir S.Dir
---@param new string
---@return true? ok
---@return S.Error? err
function S.renameat(olddir, old, newdir, new) end

--- rename, with "noreplace" or "exchange".
--- rename(2)
---@param olddir S.Dir
---@param old string
---@param newdir S.Dir
---@param new string
---@param flags? S.c.RENAME
---@return true? ok
---@return S.Error? err
function S.renameat2(olddir, old, newdir, new, flags) end

--- Remove a name of a file.
--- unlink(2)
---@param path string
---@return true? ok
---@return S.Error? err
function S.unlink(path) end

--- unlink, from a directory; with "removedir", rmdir.
--- unlink(2)
---@param dir S.Dir
---@param path string
---@param flags? S.c.AT
---@return true? ok
---@return S.Error? err
function S.unlinkat(dir, path, flags) end

--- Remove an empty directory.
--- rmdir(2)
---@param path string
---@return true? ok
---@return S.Error? err
function S.rmdir(path) end

--- Make a directory.
--- mkdir(2)
---@param path string
---@param mode? S.c.MODE
---@return true? ok
---@return S.Error? err
function S.mkdir(path, mode) end

--- mkdir, from a directory.
--- mkdir(2)
---@param dir S.Dir
---@param path string
---@param mode? S.c.MODE
---@return true? ok
---@return S.Error? err
function S.mkdirat(dir, path, mode) end

--- Make a device, fifo or socket: "fchr, 0600" and {major, minor}.
--- mknod(2)
---@param path string
---@param mode S.c.S_I
---@param device? S.Device
---@return true? ok
---@return S.Error? err
function S.mknod(path, mode, device) end

--- mknod, from a directory.
--- mknod(2)
---@param dir S.Dir
---@param path string
---@param mode S.c.S_I
---@param device? S.Device
---@return true? ok
---@return S.Error? err
function S.mknodat(dir, path, mode, device) end

--- Make a named pipe.
--- mkfifo(3)
---@param path string
---@param mode? S.c.MODE
---@return true? ok
---@return S.Error? err
function S.mkfifo(path, mode) end

--- mkfifo, from a directory.
--- mkfifo(3)
---@param dir S.Dir
---@param path string
---@param mode? S.c.MODE
---@return true? ok
---@return S.Error? err
function S.mkfifoat(dir, path, mode) end

--- Set the working directory.
--- chdir(2)
---@param path string
---@return true? ok
---@return S.Error? err
function S.chdir(path) end

--- chdir, to an open directory.
--- chdir(2)
---@param fd S.fd|integer
---@return true? ok
---@return S.Error? err
function S.fchdir(fd) end

--- Set the root directory. The working directory stays: chdir after it.
--- chroot(2)
---@param path string
---@return true? ok
---@return S.Error? err
function S.chroot(path) end

--- The working directory.
--- getcwd(2)
---@return string? path
---@return S.Error? err
function S.getcwd() end

--- Set the permissions that new files do not get; gives the mask that was.
--- umask(2)
---@param mask S.c.MODE
---@return integer old
function S.umask(mask) end

--- Set times of access and modification: {a, m}, each seconds, timespec, "now" or "omit".
--- utimensat(2)
---@param dir S.Dir
---@param path? string
---@param times? table
---@param flags? S.c.AT
---@return true? ok
---@return S.Error? err
function S.utimensat(dir, path, times, flags) end

--- utimensat, of an open file.
--- utimensat(2)
---@param fd S.fd|integer
---@param times? table
---@return true? ok
---@return S.Error? err
function S.futimens(fd, times) end

--- futimens.
--- utimensat(2)
---@param fd S.fd|integer
---@param times? table
---@return true? ok
---@return S.Error? err
function S.futimes(fd, times) end

--- Set a file's times; without them, now.
--- utime(2)
---@param path string
---@param access? number
---@param modification? number
---@return true? ok
---@return S.Error? err
function S.utime(path, access, modification) end

--- Set a file's times: {access, modification}.
--- utimes(2)
---@param path string
---@param times? table
---@return true? ok
---@return S.Error? err
function S.utimes(path, times) end

--- utimes, of the link itself.
--- lutimes(3)
---@param path string
---@param times? table
---@return true? ok
---@return S.Error? err
function S.lutimes(path, times) end

--- Iterate over one buffer's worth of a directory: t.dirent objects (d.name, d.type, d.DIR). At the
--- end nil, nil. S.util.ls goes through all of it.
--- getdents(2)
---@param fd S.fd|integer
---@param buffer? S.mem
---@param size? integer
---@return function? next
---@return S.Error? err
function S.getdents(fd, buffer, size) end

--- A limit of files at a path.
--- pathconf(3)
---@param path string
---@param name S.c.PC
---@return integer? value
---@return S.Error? err
function S.pathconf(path, name) end

--- A limit of an open file.
--- pathconf(3)
---@param fd S.fd|integer
---@param name S.c.PC
---@return integer? value
---@return S.Error? err
function S.fpathconf(fd, name) end

--- The value of an extended attribute. NODATA: there is none.
--- getxattr(2)
---@param path string
---@param name string
---@return string? value
---@return S.Error? err
function S.getxattr(path, name) end

--- getxattr, of the link itself.
--- getxattr(2)
---@param path string
---@param name string
---@return string? value
---@return S.Error? err
function S.lgetxattr(path, name) end

--- getxattr, of an open file.
--- getxattr(2)
---@param fd S.fd|integer
---@param name string
---@return string? value
---@return S.Error? err
function S.fgetxattr(fd, name) end

--- Set an extended attribute.
--- setxattr(2)
---@param path string
---@param name string
---@param value string|S.mem
---@param flags? S.c.XATTR
---@return true? ok
---@return S.Error? err
function S.setxattr(path, name, value, flags) end

--- setxattr, of the link itself.
--- setxattr(2)
---@param path string
---@param name string
---@param value string|S.mem
---@param flags? S.c.XATTR
---@return true? ok
---@return S.Error? err
function S.lsetxattr(path, name, value, flags) end

--- setxattr, of an open file.
--- setxattr(2)
---@param fd S.fd|integer
---@param name string
---@param value string|S.mem
---@param flags? S.c.XATTR
---@return true? ok
---@return S.Error? err
function S.fsetxattr(fd, name, value, flags) end

--- Names of the extended attributes.
--- listxattr(2)
---@param path string
---@return string[]? names
---@return S.Error? err
function S.listxattr(path) end

--- listxattr, of the link itself.
--- listxattr(2)
---@param path string
---@return string[]? names
---@return S.Error? err
function S.llistxattr(path) end

--- listxattr, of an open file.
--- listxattr(2)
---@param fd S.fd|integer
---@return string[]? names
---@return S.Error? err
function S.flistxattr(fd) end

--- Remove an extended attribute.
--- removexattr(2)
---@param path string
---@param name string
---@return true? ok
---@return S.Error? err
function S.removexattr(path, name) end

--- removexattr, of the link itself.
--- removexattr(2)
---@param path string
---@param name string
---@return true? ok
---@return S.Error? err
function S.lremovexattr(path, name) end

--- removexattr, of an open file.
--- removexattr(2)
---@param fd S.fd|integer
---@param name string
---@return true? ok
---@return S.Error? err
function S.fremovexattr(fd, name) end

--- All extended attributes as a table; with a table, make them equal to it.
--- xattr(7)
---@param path string
---@param wanted? table
---@return (table|true)? attributes
---@return S.Error? err
function S.xattr(path, wanted) end

--- xattr, of the link itself.
--- xattr(7)
---@param path string
---@param wanted? table
---@return (table|true)? attributes
---@return S.Error? err
function S.lxattr(path, wanted) end

--- xattr, of an open file.
--- xattr(7)
---@param fd S.fd|integer
---@param wanted? table
---@return (table|true)? attributes
---@return S.Error? err
function S.fxattr(fd, wanted) end

--- A descriptor that tells of changes to files.
--- inotify_init(2)
---@param flags? S.c.IN_INIT
---@return S.fd? fd
---@return S.Error? err
function S.inotify_init(flags) end

--- Watch a path; gives the number that its events carry.
--- inotify_add_watch(2)
---@param fd S.fd|integer
---@param path string
---@param mask S.c.IN
---@return integer? wd
---@return S.Error? err
function S.inotify_add_watch(fd, path, mask) end

--- Watch a path no more.
--- inotify_rm_watch(2)
---@param fd S.fd|integer
---@param wd integer
---@return true? ok
---@return S.Error? err
function S.inotify_rm_watch(fd, wd) end

--- What happened: {wd, mask, cookie, name}, and event.create ... by the names of c.IN.
--- inotify(7)
---@param fd S.fd|integer
---@param buffer? S.mem
---@param size? integer
---@return table[]? events
---@return S.Error? err
function S.inotify_read(fd, buffer, size) end

--- A descriptor that tells of, or asks about, access to files.
--- fanotify_init(2)
---@param flags S.c.FAN_INIT
---@param event_flags? S.c.O
---@return S.fd? fd
---@return S.Error? err
function S.fanotify_init(flags, event_flags) end

--- Watch a file, a mount or a file system.
--- fanotify_mark(2)
---@param fd S.fd|integer
---@param flags S.c.FAN_MARK
---@param mask S.c.FAN
---@param dir? S.Dir
---@param path? string
---@return true? ok
---@return S.Error? err
function S.fanotify_mark(fd, flags, mask, dir, path) end

--- What happened: {mask, pid, fd, pidfd, file, directory, old, new, error, error_count}.
--- fanotify(7)
---@param fd S.fd|integer
---@return table[]? events
---@return S.Error? err
function S.fanotify_read(fd) end

--- Answer a question about permission: "allow" or "deny".
--- fanotify(7)
---@param fd S.fd|integer
---@param event_fd S.fd|integer
---@param response S.c.FAN_RESPONSE
---@return true? ok
---@return S.Error? err
function S.fanotify_respond(fd, event_fd, response) end
