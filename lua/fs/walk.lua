-- lua/fs/walk.lua - walk a directory tree without following it astray
--
-- Layer: library; calls S and fs.dir.
-- Every directory is opened relative to its parent's descriptor and, unless links are
-- followed, with O_NOFOLLOW: a name exchanged for a symbolic link while we walk (the
-- classic attack on rm -r and chown -R) leads nowhere. Trees may be deeper than the
-- limit of open files: descriptors far up are closed, and come back through "..",
-- checked to be the directories they were. There is no recursion.

local S = require "syscall"
local dir = require "fs.dir"

local walk = {}

-- Directories kept open at once.
local MAX_OPEN = 100

---@class fs.Entry
---@field path string as it is to be shown
---@field name string last part of it
---@field at string the name for calls relative to parent
---@field parent any descriptor of the directory it is in; nil: the working directory
---@field depth integer 0: an operand
---@field type string "directory", "file", "link", ...: of the target where links are followed
---@field leaving boolean? true when a directory is reported after its entries
local Entry = {}
Entry.__index = Entry

--- Its status; a link's target's when the walk follows it.
---@return table? status as fs.dir.status gives it
---@return any err
function Entry:status()
  if self.cached then return self.cached end
  local status, err = dir.status(self.parent, self.at, self.follow)
  if not status and self.follow then
    -- a link to nowhere is still there
    status = dir.status(self.parent, self.at, false)
    if status then err = nil end
  end
  self.cached = status
  return status, err
end

--- Open it; never through a link that the walk does not follow.
---@param flags string for S.openat
---@return any fd
---@return any err
function Entry:open(flags)
  if not self.follow then flags = flags .. ", nofollow" end
  return S.openat(self.parent, self.at, flags)
end

--- Do not go into this directory.
function Entry:skip()
  self.skipped = true
end

local function make_entry(path, name, at, parent, depth, type, follow)
  return setmetatable({
    path = path, name = name, at = at, parent = parent, depth = depth, type = type, follow = follow,
  }, Entry)
end

-- The state of one walk: a stack of open directories.
local Walk = {}
Walk.__index = Walk

-- Close the descriptor farthest up that is still open, when there are too many.
function Walk:limit_open()
  if self.open <= MAX_OPEN then return end
  local level = self.lowest
  self.stack[level].fd:close()
  self.stack[level].fd = nil
  self.lowest = level + 1
  self.open = self.open - 1
end

-- Go into the directory entry; false for one of another file system that is left alone,
-- nil, err when it cannot be read.
function Walk:enter(entry)
  local status, err = entry:status()
  if not status then return nil, err end
  if self.one_file_system and entry.depth > 0 and status.dev ~= self.device then return false end
  if entry.depth == 0 then self.device = status.dev end
  if entry.follow then
    for _, above in ipairs(self.stack) do
      if above.ino == status.ino and above.dev == status.dev then
        return nil, "file system loop"
      end
    end
  end
  local fd
  fd, err = entry:open("rdonly, directory")
  if not fd then return nil, err end
  local names, types = dir.list(fd)
  if not names then
    fd:close()
    return nil, types
  end
  if self.sort then
    -- the types belong to the names' first places
    local type_of = {}
    for i, name in ipairs(names) do type_of[name] = types[i] end
    table.sort(names)
    for i, name in ipairs(names) do types[i] = type_of[name] end
  end
  local stack = self.stack
  stack[#stack + 1] = {
    fd = fd, entry = entry, names = names, types = types, next = 1, dev = status.dev,
    ino = status.ino, path = entry.path:sub(-1) == "/" and entry.path or entry.path .. "/",
  }
  self.open = self.open + 1
  self:limit_open()
  return true
end

-- Leave the top directory; its parent's descriptor is opened again if need be.
function Walk:leave()
  local stack = self.stack
  local top = stack[#stack]
  stack[#stack] = nil
  self.open = self.open - 1
  local above = stack[#stack]
  local failure
  if above and not above.fd then
    local fd, err = S.openat(top.fd, "..", "rdonly, directory")
    local status = fd and dir.status(fd, "")
    if status and status.dev == above.dev and status.ino == above.ino then
      above.fd = fd
      self.lowest = #stack
      self.open = self.open + 1
    else
      -- moved while we were below: nothing more is done in it
      if fd then fd:close() end
      above.names = {}
      failure = err or "directory was moved"
    end
  end
  top.fd:close()
  local entry = top.entry
  entry.parent = above and above.fd or nil
  if failure then return nil, failure, above.entry end
  return entry
end

-- The next entry of the directory on top; nil, err, entry when nothing is known of it.
function Walk:entry_below(top)
  local name, type = top.names[top.next], top.types[top.next]
  top.next = top.next + 1
  local entry = make_entry(top.path .. name, name, name, top.fd, top.entry.depth + 1, type,
    self.follow == "all")
  if not type or entry.follow and type == "link" then
    local status, err = entry:status()
    if not status then return nil, err, entry end
    entry.type = status.type
  end
  return entry
end

-- The next entry, or false at the end; nil, err, entry for what failed.
function Walk:step()
  local last = self.last
  if last and last.type == "directory" and not last.leaving and not last.skipped then
    self.last = nil
    local ok, err = self:enter(last)
    if not ok then
      self.unentered = last
      if ok == nil then return nil, err, last end
    end
  end
  local stack = self.stack
  local unentered = self.unentered
  if unentered then
    -- what was not entered is left all the same: who counts levels counts right, and rm
    -- can try rmdir
    self.unentered = nil
    if self.post then
      unentered.leaving = true
      return unentered
    end
  end
  while stack[1] do
    local top = stack[#stack]
    if top.next <= #top.names then
      local entry, err, which = self:entry_below(top)
      self.last = entry
      return entry, err, which
    end
    local entry, err, which = self:leave()
    if not entry then return nil, err, which end
    if self.post then
      entry.leaving = true
      self.last = nil
      return entry
    end
  end
  return false
end

function Walk:close()
  for _, level in ipairs(self.stack) do
    if level.fd then level.fd:close() end
  end
  self.stack = {}
end

---@class fs.WalkOptions
---@field follow? "none"|"operands"|"all" which symbolic links are followed; none
---@field post? boolean report each directory again, with leaving, after its entries
---@field one_file_system? boolean do not go into other file systems
---@field sort? boolean entries in the order of their names

--- All entries of the tree at root, root first. When something cannot be read the
--- loop gets that entry and an error, and goes on with what is beside it:
---   for entry, err in walk.each("dir", { post = true }) do ... end
---@param root string
---@param options? fs.WalkOptions
---@return fun(): fs.Entry?, any
---@return nil
---@return nil
---@return table closing
function walk.each(root, options)
  options = options or {}
  local state = setmetatable({
    stack = {}, open = 0, lowest = 1, follow = options.follow or "none", post = options.post,
    one_file_system = options.one_file_system, sort = options.sort,
  }, Walk)
  local started = false
  local function step()
    local entry, err, which
    if not started then
      started = true
      local name = root:match("([^/]+)/*$") or "/"
      local follow = state.follow ~= "none" or root:sub(-1) == "/"
      which = make_entry(root, name, root, nil, 0, nil, follow)
      local status
      status, err = which:status()
      if status then
        entry, which.type = which, status.type
        -- a link to nowhere: told of itself
        if status.type == "link" then which.follow = false end
        state.last = which
      end
    else
      entry, err, which = state:step()
      if entry == false then return nil end
    end
    if entry then return entry end
    return which, err
  end
  local closing = setmetatable({}, { __close = function() state:close() end })
  return step, nil, nil, closing
end

return walk
