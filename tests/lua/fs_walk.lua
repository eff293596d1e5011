-- tests/lua/fs_walk.lua - walking trees: order, links, depth, what goes wrong

local t = require "test"
local S = require "syscall"
local walk = require "fs.walk"
local dir = require "fs.dir"

local root = t.tmp() .. "/tree"
for _, path in ipairs { "", "/a", "/a/b", "/c" } do S.mkdir(root .. path, "0755") end
t.write(root .. "/a/f", "x")
t.write(root .. "/a/b/g", "y")
S.symlink("a", root .. "/link")
S.symlink("nowhere", root .. "/broken")
S.symlink("..", root .. "/c/up")

local function paths(options, from)
  local out = {}
  options.sort = true
  for entry, err in walk.each(from or root, options) do
    local path = entry.path:sub(#root + 2)
    out[#out + 1] = (entry.leaving and "-" or "") .. (path == "" and "." or path)
      .. (err and "!" or "")
  end
  return table.concat(out, " ")
end

t.is(paths {}, ". a a/b a/b/g a/f broken c c/up link", "no link is followed")
t.is(paths { post = true }, ". a a/b a/b/g -a/b a/f -a broken c c/up -c link -.", "leaving")
t.is(paths({ follow = "operands" }, root .. "/link"), "link link/b link/b/g link/f",
  "a link as operand")
t.is(paths({}, root .. "/link"), "link", "not followed")
t.is(paths { follow = "all" },
  ". a a/b a/b/g a/f broken c c/up c/up! link link/b link/b/g link/f", "all; a loop is told")
t.is(paths({}, root .. "/none"), "none!", "an operand that is not there")

do
  local seen = {}
  for entry in walk.each(root, {}) do
    if entry.name == "a" then entry:skip() end
    if entry.name == "g" then seen.g = true end
    if entry.type == "file" then seen[entry.name] = true end
  end
  t.is(seen, {}, "skip")
  local count = 0
  for entry in walk.each(root, {}) do
    count = count + 1
    if entry.name == "f" then
      local fd <close> = entry:open("rdonly")
      t.is(fd:read(), "x", "open")
      t.is(entry:status().size, 1, "status")
    end
  end
  t.is(count, 9, "entries")
  for entry in walk.each(root .. "/link", {}) do
    local fd, err = entry:open("rdonly")
    t.ok(fd == nil and err.LOOP, "a link is not opened unless it is followed")
  end
end

-- deeper than the descriptors kept open; every level is left again in order
do
  local deep = t.tmp() .. "/deep"
  S.mkdir(deep, "0755")
  local fd = S.open(deep, "rdonly, directory")
  for i = 1, 300 do
    S.mkdirat(fd, "d", "0755")
    local below = S.openat(fd, "d", "rdonly, directory")
    fd:close()
    fd = below
    if i % 100 == 0 then S.close(S.openat(fd, "f", "creat, wronly", "0644")) end
  end
  fd:close()
  local most, files, left = 0, 0, 0
  for entry in walk.each(deep, { post = true }) do
    if entry.leaving then left = left + 1 end
    if entry.type == "file" then files = files + 1 end
    local open = S.open("/proc/self/fd", "rdonly, directory")
    most = math.max(most, #dir.list(open))
    open:close()
  end
  t.is({ files, left }, { 3, 301 }, "all levels")
  t.ok(most < 120, "with few descriptors: " .. most)
end

-- the walk ends early: nothing stays open
do
  local function open_files()
    local fd <close> = S.open("/proc/self/fd", "rdonly, directory")
    return #dir.list(fd)
  end
  local before = open_files()
  for entry in walk.each(root, {}) do
    if entry.name == "g" then break end
  end
  t.is(open_files(), before, "descriptors are closed after break")
end
