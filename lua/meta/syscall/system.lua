---@meta
-- lua/meta/syscall/system.lua - the machine: names, modules, kernel log, random bytes, keys
--
-- Declarations for editors, and the source of help and docs/reference: one function, one
-- paragraph and its man page. Where nothing else is said a failing call gives nil and an error.

---@class S
local S = {}

--- {sysname, nodename, release, version, machine, domainname}.
--- uname(2)
---@return table? names
---@return S.Error? err
function S.uname() end

--- The host's name.
--- gethostname(2)
---@return string? name
---@return S.Error? err
function S.gethostname() end

--- Set the host's name: 64 bytes at most.
--- sethostname(2)
---@param name string
---@param length? integer
---@return true? ok
---@return S.Error? err
function S.sethostname(name, length) end

--- The NIS domain's name.
--- getdomainname(2)
---@return string? name
---@return S.Error? err
function S.getdomainname() end

--- Set it.
--- setdomainname(2)
---@param name string
---@param length? integer
---@return true? ok
---@return S.Error? err
function S.setdomainname(name, length) end

--- Uptime, load, memory, swap.
--- sysinfo(2)
---@param info? S.t.sysinfo
---@return S.t.sysinfo? info
---@return S.Error? err
function S.sysinfo(info) end

--- The kernel's log: 2, 3 and 4 give text, 9 and 10 numbers.
--- syslog(2)
---@param type integer
---@param buffer? S.mem
---@param length? integer
---@return any? value
---@return S.Error? err
function S.syslog(type, buffer, length) end

--- Read, and perhaps write, /proc/sys: "net.ipv4.ip_forward".
--- proc(5)
---@param name string
---@param new? any
---@return string? old
---@return S.Error? err
function S.sysctl(name, new) end

--- Restart, halt or power off at once, without sync.
--- reboot(2)
---@param command S.c.LINUX_REBOOT_CMD
---@param argument? string
---@return true? ok
---@return S.Error? err
function S.reboot(command, argument) end

--- Load a kernel module from memory.
--- init_module(2)
---@param image string|S.mem
---@param parameters? string
---@return true? ok
---@return S.Error? err
function S.init_module(image, parameters) end

--- Load a kernel module from a file.
--- finit_module(2)
---@param fd S.fd|integer
---@param parameters? string
---@param flags? S.c.MODULE_INIT
---@return true? ok
---@return S.Error? err
function S.finit_module(fd, parameters, flags) end

--- Unload a kernel module.
--- delete_module(2)
---@param name string
---@param flags? S.c.O
---@return true? ok
---@return S.Error? err
function S.delete_module(name, flags) end

--- Random bytes into a buffer.
--- getrandom(2)
---@param buffer S.mem
---@param count? integer
---@param flags? S.c.GRND
---@return integer? n
---@return S.Error? err
function S.getrandom(buffer, count, flags) end

--- The C library's errno, and set it.
--- errno(3)
---@param new? S.c.E
---@return integer errno
function S.errno(new) end

--- The text of an error.
--- strerror(3)
---@param errno S.c.E
---@return string text
function S.strerror(errno) end

--- Add a key to a keyring.
--- add_key(2)
---@param type string
---@param description string
---@param payload? string|S.mem
---@param keyring S.c.KEY_SPEC
---@return integer? key
---@return S.Error? err
function S.add_key(type, description, payload, keyring) end

--- Find a key, asking user space where the kernel has none.
--- request_key(2)
---@param type string
---@param description string
---@param callout? string
---@param keyring? S.c.KEY_SPEC
---@return integer? key
---@return S.Error? err
function S.request_key(type, description, callout, keyring) end

--- Anything else about keys; they are numbers or names of c.KEY_SPEC.
--- keyctl(2)
---@param operation S.c.KEYCTL
---@param ... any
---@return any? value
---@return S.Error? err
function S.keyctl(operation, ...) end

--- Load the kernel that S.reboot("kexec") starts; -1 is no initramfs.
--- kexec_file_load(2)
---@param kernel integer|S.fd
---@param initramfs? S.fd|integer
---@param command_line? string
---@param flags? S.c.KEXEC_FILE
---@return true? ok
---@return S.Error? err
function S.kexec_file_load(kernel, initramfs, command_line, flags) end
