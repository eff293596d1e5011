-- lua/fs/copy.lua - copy files and trees with what belongs to them
--
-- Layer: library; calls S, fs.walk, fs.dir, text.copy. What cp, mv (across file
-- systems) and install share. In the tree that is made, names are used relative to
-- the descriptor of their directory; new files are born without group and other
-- permissions when owners are to be kept, so nobody reads them before they are right.

local S = require "syscall"
local dir = require "fs.dir"
local bytes = require "text.copy"

local copy = {}

---@class fs.CopyOptions
---@field recursive? boolean
---@field follow? "none"|"operands"|"all" symbolic links in the source; none
---@field mode? boolean keep permissions
---@field owner? boolean keep owner and group, where we may
---@field times? boolean keep times of access and modification
---@field links? boolean files that are one in the source are one in the copy
---@field contents? boolean with recursive, read devices and fifos instead of making them
---@field link? boolean make hard links instead of copies
---@field symbolic? boolean make symbolic links instead of copies
---@field force? boolean a file that cannot be opened is removed and made anew
---@field replace? boolean remove each destination first
---@field attributes_only? boolean copy no data
---@field sparse? "auto"|"always"|"never"
---@field reflink? "auto"|"always"|"never"
---@field one_file_system? boolean
---@field may_replace? fun(path: string, source: table, there: table): boolean nil: always
---@field backup? fun(path: string): boolean?, any
---@field copied? fun(source: string, destination: string)
---@field failed fun(path: string, err: any)

-- One job: options, umask, and what was copied already.
local Copy = {}
Copy.__index = Copy

local function same(a, b)
  return a.ino == b.ino and a.dev == b.dev
end

-- Copy data, leaving holes where the source has them.
local function copy_sparse(from, to, size)
  local at = 0
  while at < size do
    local data, err = S.lseek(from, at, "data")
    if not data then
      if err.NXIO then break end -- only a hole is left
      return nil, err
    end
    local hole = S.lseek(from, data, "hole") or size
    S.lseek(from, data, "set")
    S.lseek(to, data, "set")
    local done, failure = bytes.bytes(from, to, hole - data)
    if not done then return nil, failure end
    if done == 0 then break end
    at = data + done
  end
  return S.ftruncate(to, size)
end

-- Leave out blocks of zeros, whatever the source has: --sparse=always.
local function copy_without_zeros(from, to)
  local BLOCK = 4096
  local zeros, size = ("\0"):rep(BLOCK), 0
  while true do
    local block, err = S.read(from, nil, BLOCK)
    if not block then return nil, err end
    if block == "" then return S.ftruncate(to, size) end
    if block == zeros then
      S.lseek(to, BLOCK, "cur")
    else
      local ok, failure = S.write(to, block)
      if not ok then return nil, failure end
    end
    size = size + #block
  end
end

function Copy:data(from, to, status)
  local options = self.options
  if options.reflink == "always" then return bytes.clone(from, to) end
  if options.sparse == "always" then return copy_without_zeros(from, to) end
  local holes = status.type == "file" and status.blocks * 512 < status.size
    and options.sparse ~= "never"
  if holes then
    local ok, err = copy_sparse(from, to, status.size)
    if ok or not err.INVAL then return ok, err end
    S.lseek(from, 0, "set") -- a file system that knows no holes
    S.lseek(to, 0, "set")
  end
  return bytes.bytes(from, to)
end

-- Owner first: it clears set-id bits; times last: all else would change them.
function Copy:attributes(status, fd, parent, name, is_link)
  local options = self.options
  local bits = status.mode
  if options.owner then
    local ok
    if is_link then
      ok = S.fchownat(parent, name, status.uid, status.gid, "symlink_nofollow")
    elseif fd then
      ok = S.fchown(fd, status.uid, status.gid)
    else
      ok = S.fchownat(parent, name, status.uid, status.gid)
    end
    -- not ours to give away: the set-id bits must not go to somebody else
    if not ok then bits = bits & 0x1ff end
  end
  if options.mode and not is_link then
    local ok, err
    if fd then ok, err = S.fchmod(fd, bits) else ok, err = S.fchmodat(parent, name, bits) end
    if not ok then return nil, err end
  end
  if options.times then
    local times = {
      { status.atime, status.atime_nsec }, { status.mtime, status.mtime_nsec },
    }
    local ok, err
    if fd then
      ok, err = S.futimens(fd, times)
    else
      ok, err = S.utimensat(parent, name, times, is_link and "symlink_nofollow" or "")
    end
    if not ok then return nil, err end
  end
  return true
end

-- Open the destination. Returns fd, made; nil, err.
function Copy:open_destination(to, there, status)
  local options = self.options
  if there then
    local fd, err = S.openat(to.parent, to.name, "wronly, trunc")
    if fd or not options.force then return fd, err end
    local ok
    ok, err = S.unlinkat(to.parent, to.name)
    if not ok then return nil, err end
  end
  local bits = options.owner and status.mode & 0x1c0 or status.mode & 0x1ff
  local fd, err = S.openat(to.parent, to.name, "wronly, creat, excl", bits)
  return fd, err, true
end

function Copy:regular(entry, to, status, there)
  local options = self.options
  if options.attributes_only and there then
    return self:attributes(status, nil, to.parent, to.name)
  end
  local from, err = entry:open("rdonly")
  if not from then return nil, err, entry.path end
  local fd
  fd, err = self:open_destination(to, there, status)
  local ok
  if fd then
    ok = true
    if not options.attributes_only then ok, err = self:data(from, fd, status) end
    if ok then ok, err = self:attributes(status, fd) end
    local closed, failure = fd:close()
    if ok and not closed then ok, err = nil, failure end
  end
  from:close()
  return ok, err
end

function Copy:special(entry, to, status)
  local ok, err
  if status.type == "link" then
    local text
    text, err = S.readlinkat(entry.parent, entry.at)
    if not text then return nil, err, entry.path end
    ok, err = S.symlinkat(text, to.parent, to.name)
  else
    local types = { fifo = "fifo", char = "fchr", block = "fblk", socket = "fsock" }
    local kind = types[status.type]
    if not kind then return nil, "file of an unknown kind", entry.path end
    ok, err = S.mknodat(to.parent, to.name, S.c.S_I[kind:upper()] | status.mode & 0x1ff,
      status.rdev or 0)
  end
  if not ok then return nil, err end
  return self:attributes(status, nil, to.parent, to.name, status.type == "link")
end

-- May what is there be replaced? true, and whether it is gone already; false: left alone
-- on purpose; nil, err.
function Copy:make_room(entry, to, status, there)
  local options = self.options
  if there.type == "directory" then return nil, "cannot overwrite directory with non-directory" end
  -- data goes through a symbolic link at the destination; all else takes its place
  local writes_data = not (options.link or options.symbolic) and status.type ~= "link"
    and (status.type == "file" or options.contents or not options.recursive)
  local real = there
  if there.type == "link" then real = dir.status(to.parent, to.name, true) end
  local dangling = not real
  real = real or there

  if same(status, there) and options.link then return false end -- is what was asked for
  local is_same = same(status, there) or writes_data and same(status, real)
  local moves_away = options.backup or options.replace and (there.type == "link" or options.force)
  if is_same and not moves_away then
    return nil, ("'%s' and '%s' are the same file"):format(entry.path, to.path)
  end
  if options.may_replace and not options.may_replace(to.path, status, real) then return false end
  if options.backup then
    local ok, err = options.backup(to.path)
    return ok, err, true
  end
  if options.replace or (not writes_data or dangling) and options.force
    or not writes_data and not (options.link or options.symbolic) then
    local ok, err = S.unlinkat(to.parent, to.name)
    return ok, err, true
  end
  if not writes_data then return nil, "File exists" end
  -- where such a link leads is for whoever made it to say, not for us to fill
  if dangling then return nil, "not writing through dangling symbolic link" end
  return true
end

-- Anything but a directory. to: { parent, name, path }
function Copy:file(entry, to)
  local options = self.options
  local status, err = entry:status()
  if not status then return nil, err, entry.path end
  local there = not to.is_new and dir.status(to.parent, to.name) or nil
  if there then
    local ok, failure, gone = self:make_room(entry, to, status, there)
    if not ok then return ok, failure end
    if gone then there = nil end
  end

  local key = options.links and status.nlink > 1 and status.dev .. ":" .. status.ino
  local first = key and self.seen[key]
  local ok, failure, object
  if first then
    if there then S.unlinkat(to.parent, to.name) end
    ok, failure = S.linkat(nil, first, to.parent, to.name)
  elseif options.link then
    ok, failure = S.linkat(entry.parent, entry.at, to.parent, to.name,
      entry.follow and "symlink_follow" or "")
  elseif options.symbolic then
    if entry.path:sub(1, 1) ~= "/" and to.path:find("/") then
      return nil, "a relative symbolic link can only be made in the current directory"
    end
    ok, failure = S.symlinkat(entry.path, to.parent, to.name)
  elseif status.type == "file" or (options.contents or not options.recursive)
    and status.type ~= "link" then
    ok, failure, object = self:regular(entry, to, status, there)
  else
    ok, failure, object = self:special(entry, to, status)
  end
  if not ok then return nil, failure, object end
  if key and not first then self.seen[key] = to.path end
  if options.copied then options.copied(entry.path, to.path) end
  return true
end

-- Make, or find, the destination directory; returns its fd.
function Copy:enter(entry, to)
  local status, err = entry:status()
  if not status then return nil, err end
  local there = not to.is_new and dir.status(to.parent, to.name, true) or nil
  local made = false
  if there and there.type ~= "directory" then
    return nil, "cannot overwrite non-directory with directory"
  elseif not there then
    -- ours alone until it is filled
    local bits = self.options.owner and status.mode & 0x1c0 or status.mode & 0x1ff
    local ok
    ok, err = S.mkdirat(to.parent, to.name, bits | 0x1c0)
    if not ok then return nil, err end
    made = true
    if self.options.copied then self.options.copied(entry.path, to.path) end
  end
  local fd
  fd, err = S.openat(to.parent, to.name, "rdonly, directory")
  if not fd then return nil, err end
  if made and not self.root then self.root = dir.status(fd, "") end
  return { fd = fd, path = to.path, made = made, status = status }
end

function Copy:leave(level)
  local ok, err = true, nil
  if level.made or self.options.mode or self.options.times then
    ok, err = self:attributes(level.status, level.fd)
    if ok and level.made and not self.options.mode then
      -- the umask's part of the source's permissions; a set-group-id bit the new
      -- directory inherited stays
      local bits = level.status.mode & 0x1ff & ~self.umask
      if bits & 0x1c0 ~= 0x1c0 or self.options.owner then ok, err = S.fchmod(level.fd, bits) end
    end
  end
  level.fd:close()
  return ok, err
end

--- A copier; it remembers hard links over all its trees.
---@param options fs.CopyOptions
---@return table
function copy.new(options)
  local umask = S.umask(0)
  S.umask(umask)
  return setmetatable({ options = options, seen = {}, made = {}, umask = umask }, Copy)
end

--- Copy source to destination, which is the copy's own name (not a directory to put
--- it in). Failures are reported one by one.
---@param source string
---@param destination string
---@return boolean ok nothing failed
function Copy:tree(source, destination)
  local options = self.options
  local walk = require "fs.walk"
  local levels, all_well = {}, true
  self.root = nil

  local function failed(path, err)
    all_well = false
    options.failed(path, err)
  end

  local each = {
    follow = options.follow or "none", post = true, one_file_system = options.one_file_system,
  }
  for entry, err in walk.each(source, each) do
    local above = levels[#levels]
    local to
    if entry.depth == 0 then
      to = { parent = nil, name = destination, path = destination }
    elseif above then
      to = {
        parent = above.fd, name = entry.name, path = above.path .. "/" .. entry.name,
        is_new = above.made,
      }
    end
    if err then
      failed(entry.path, err)
    elseif entry.leaving then
      local level = table.remove(levels)
      local ok, failure = self:leave(level)
      if not ok then failed(level.path, failure) end
    elseif entry.type == "directory" then
      local status = entry:status()
      if not options.recursive then
        failed(nil, ("omitting directory '%s'"):format(entry.path))
        entry:skip()
      elseif self.root and status and same(status, self.root) then
        failed(entry.path, ("cannot copy a directory into itself, '%s'"):format(destination))
        entry:skip()
      else
        local level, failure = self:enter(entry, to)
        if level then
          levels[#levels + 1] = level
        else
          failed(to.path, failure)
          entry:skip()
        end
      end
    else
      local ok, failure, object = self:file(entry, to)
      if ok == nil then failed(object or to.path, failure) end
    end
  end
  return all_well
end

return copy
