---@meta
-- lua/meta/fs.lua - fs.dir (src/fs_dir.c): declarations, not embedded

---@class fs.Status
---@field type "file"|"directory"|"link"|"char"|"block"|"fifo"|"socket"|"unknown"
---@field mode integer permission bits, 07777
---@field dev integer
---@field ino integer
---@field nlink integer
---@field uid integer
---@field gid integer
---@field size integer
---@field blocks integer of 512 bytes
---@field atime integer seconds
---@field mtime integer
---@field ctime integer
---@field atime_nsec integer
---@field mtime_nsec integer
---@field ctime_nsec integer
---@field rdev integer? of devices, as major and minor
---@field major integer?
---@field minor integer?

---@class fs.dir
local dir = {}

--- All entries of a directory but . and .., in its own order.
---@param fd any
---@return string[]? names
---@return (string|false)[]|S.Error types as in fs.Status; false: not told; err after nil
function dir.list(fd) end

---@param parent any directory fd; nil: the working directory
---@param name string "": the descriptor itself
---@param follow boolean? symbolic links
---@return fs.Status? status
---@return S.Error? err
function dir.status(parent, name, follow) end
