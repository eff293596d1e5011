---@meta
-- lua/meta/syscall/mount.lua - mounts, swap, quotas, namespaces of mounts
--
-- Declarations for editors, and the source of help and docs/reference: one function, one
-- paragraph and its man page. Where nothing else is said a failing call gives nil and an error.

---@class S
local S = {}

--- Mount a file system, bind, move or change a mount.
--- mount(2)
---@param source? string
---@param target string
---@param type? string
---@param flags? S.c.MS
---@param data? string
---@return true? ok
---@return S.Error? err
function S.mount(source, target, type, flags, data) end

--- Unmount.
--- umount(2)
---@param target string
---@param flags? S.c.UMOUNT
---@return true? ok
---@return S.Error? err
function S.umount(target, flags) end

--- umount.
--- umount(2)
---@param target string
---@param flags? S.c.UMOUNT
---@return true? ok
---@return S.Error? err
function S.unmount(target, flags) end

--- Make `new` the root, and put the old one at `old`.
--- pivot_root(2)
---@param new string
---@param old string
---@return true? ok
---@return S.Error? err
function S.pivot_root(new, old) end

--- Begin to configure a file system of a type.
--- fsopen(2)
---@param type string
---@param flags? S.c.FSOPEN
---@return S.fd? fd
---@return S.Error? err
function S.fsopen(type, flags) end

--- Set a parameter, or "cmd_create". The command says what the value is.
--- fsconfig(2)
---@param fd S.fd|integer
---@param command S.c.FSCONFIG
---@param key? string
---@param value? any
---@param aux? any
---@return true? ok
---@return S.Error? err
function S.fsconfig(fd, command, key, value, aux) end

--- A mount of what fsopen and fsconfig made, attached nowhere.
--- fsmount(2)
---@param fd S.fd|integer
---@param flags? S.c.FSMOUNT
---@param attributes? S.c.MOUNT_ATTR
---@return S.fd? fd
---@return S.Error? err
function S.fsmount(fd, flags, attributes) end

--- A mounted file system, to reconfigure.
--- fspick(2)
---@param dir S.Dir
---@param path string
---@param flags? S.c.FSPICK
---@return S.fd? fd
---@return S.Error? err
function S.fspick(dir, path, flags) end

--- Attach or move a mount. A nil path is the descriptor itself.
--- move_mount(2)
---@param from S.Dir
---@param from_path? string
---@param to S.Dir
---@param to_path? string
---@param flags? S.c.MOVE_MOUNT
---@return true? ok
---@return S.Error? err
function S.move_mount(from, from_path, to, to_path, flags) end

--- A mount by its place; with "clone", a copy of it, attached nowhere.
--- open_tree(2)
---@param dir S.Dir
---@param path string
---@param flags? S.c.OPEN_TREE
---@return S.fd? fd
---@return S.Error? err
function S.open_tree(dir, path, flags) end

--- Change a mount: {attr_set, attr_clr, propagation, userns_fd}; "recursive" for all below.
--- mount_setattr(2)
---@param dir S.Dir
---@param path string
---@param flags? S.c.OPEN_TREE
---@param attributes table
---@return true? ok
---@return S.Error? err
function S.mount_setattr(dir, path, flags, attributes) end

--- Swap to a device or file; "23, discard": priority 23.
--- swapon(2)
---@param path string
---@param flags? S.c.SWAP_FLAG
---@return true? ok
---@return S.Error? err
function S.swapon(path, flags) end

--- Swap to it no more.
--- swapoff(2)
---@param path string
---@return true? ok
---@return S.Error? err
function S.swapoff(path) end

--- Ask or set quotas of a device.
--- quotactl(2)
---@param device? string
---@param command S.c.Q
---@param type S.c.QUOTA
---@param id? integer
---@param argument? any
---@return any? value
---@return S.Error? err
function S.quotactl(device, command, type, id, argument) end

--- quotactl, by a file of the file system.
--- quotactl(2)
---@param fd S.fd|integer
---@param command S.c.Q
---@param type S.c.QUOTA
---@param id? integer
---@param argument? any
---@return any? value
---@return S.Error? err
function S.quotactl_fd(fd, command, type, id, argument) end

--- Account for ended processes to a file, or no more.
--- acct(2)
---@param path? string
---@return true? ok
---@return S.Error? err
function S.acct(path) end
