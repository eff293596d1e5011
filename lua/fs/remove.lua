-- lua/fs/remove.lua - remove a file or a whole tree
--
-- Layer: library; calls S and fs.walk. What rm and mv (across file systems) share.
-- All names are removed relative to the descriptor of the directory they were read
-- from, so no symbolic link that appears meanwhile can lead the removal elsewhere.

local S = require "syscall"
local walk = require "fs.walk"

local remove = {}

---@class fs.RemoveOptions
---@field recursive? boolean
---@field empty_directories? boolean remove a directory that is empty (rm -d)
---@field one_file_system? boolean
---@field descend? fun(entry: fs.Entry): boolean before a directory is entered; nil: always
---@field confirm? fun(entry: fs.Entry): boolean before something is removed; nil: always
---@field removed? fun(entry: fs.Entry, is_directory: boolean)
---@field failed fun(path: string, err: any)

--- Remove path. Failures are reported and the rest is removed nevertheless.
---@param path string
---@param options fs.RemoveOptions
function remove.tree(path, options)
  local recursive = options.recursive
  local confirm, removed, failed = options.confirm, options.removed, options.failed
  local kept -- a path below which something was left on purpose

  local function take(entry, flags)
    if confirm and not confirm(entry) then
      kept = entry.path
      return
    end
    local ok, err = S.unlinkat(entry.parent, entry.at, flags)
    if not ok then
      kept = entry.path
      return failed(entry.path, err)
    end
    if removed then removed(entry, flags == "removedir") end
  end

  local each = { post = true, one_file_system = options.one_file_system }
  for entry, err in walk.each(path, each) do
    if err then
      -- an unreadable directory may be empty: rmdir tells on the way out
      if entry.type ~= "directory" or not recursive then failed(entry.path, err) end
      entry.problem = err
    elseif entry.leaving then
      -- what was left inside was reported already
      local inside = kept and kept ~= entry.path and kept:sub(1, #entry.path) == entry.path
      if inside then
        kept = entry.path
      elseif entry.problem then
        local ok, again = S.unlinkat(entry.parent, entry.at, "removedir")
        if not ok then failed(entry.path, again.NOTEMPTY and entry.problem or again) end
      else
        take(entry, "removedir")
      end
    elseif entry.type ~= "directory" then
      take(entry, 0)
    elseif not recursive then
      entry:skip()
      if options.empty_directories then
        take(entry, "removedir")
      else
        failed(entry.path, "Is a directory")
      end
    elseif options.descend and not options.descend(entry) then
      entry:skip()
      kept = entry.path
    end
  end
end

return remove
