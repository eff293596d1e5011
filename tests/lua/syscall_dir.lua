-- tests/lua/syscall_dir.lua - directories read by the buffer

local t = require "test"
local S = require "syscall"
local dir = require "syscall.dir"

local tmp = t.tmp()
local made = { ["."] = true, [".."] = true }
for i = 1, 300 do
  local name = ("%03d %s"):format(i, ("n"):rep(i % 100))
  made[name] = true
  S.open(tmp .. "/" .. name, "creat, wronly", "0600"):close()
end

local function folder() return assert(S.open(tmp, "rdonly, directory")) end

-- ---- names, over as many reads as it takes ----

for _, size in ipairs { 512, 4096, 65536 } do
  local seen, n, again = {}, 0, 0
  for name in dir.entries(folder(), nil, size) do
    if seen[name] or not made[name] then again = again + 1 end
    seen[name] = true
    n = n + 1
  end
  t.is({ n, again }, { 302, 0 }, "each name once, by " .. size .. " bytes")
end

-- ---- with what the kernel says of each; kept beyond the step ----

local kept = {}
for name, entry in dir.entries(folder()) do kept[name] = entry end
local wrong = {}
for name, entry in pairs(kept) do
  local st = S.lstat(tmp .. "/" .. name)
  if entry.name ~= name or entry.type ~= st.todt or
    (name ~= ".." and entry.ino ~= st.ino) then
    wrong[#wrong + 1] = name
  end
end
t.is(wrong, {}, "entries are as stat has them")
t.ok(kept["."].DIR and not kept["."].REG, "flags by name")
t.is(#kept["001 n"] % 8, 0, "its length is the record's")
t.raises(function() return kept["."].nonsense end, "invalid index")

-- a function in between asks for all results
local step = dir.entries(folder())
local name, entry = (function() return step() end)()
t.is(entry.name, name, "both results through a tail call")

-- ---- ends ----

local fd = folder()
for _ in dir.entries(fd) do end
t.is(fd:getfd(), -1, "closed at the end")
fd = folder()
for _ in dir.entries(fd) do break end -- luacheck: ignore 512
t.is(fd:getfd(), -1, "closed by a break")
t.raises(function() dir.entries(fd)() end, "Bad file descriptor")
local null = assert(S.open("/dev/null"))
t.raises(function() dir.entries(null)() end, "Not a directory")
t.raises(function() dir.entries(null, nil, 0) end, "size out of range")
t.raises(function() dir.entries("x") end, "fd expected")

-- ---- the buffer is shared: what is written to it meanwhile is not believed ----

for _, bytes in ipairs { ("\0"):rep(512), ("\255"):rep(512), ("\1\0"):rep(256) } do
  local buffer = S.t.buffer(512)
  local steps = dir.entries(folder(), buffer, 512)
  steps()
  S.mem.copy(buffer, bytes, 512)
  local ok, err = pcall(function() for _ in steps do end end)
  t.ok(ok or tostring(err):find("overwritten"), "overwritten by " .. bytes:byte())
end
