-- tests/lua/syscall_cost.lua - what S may not cost: memory
--
-- Time is measured by make bench alone; bytes of the Lua heap are exact.

local t = require "test"
local S = require "syscall"

-- ---- asking for S builds nothing ----

local bytes = t.execute({ "lua", "-e", [[
  collectgarbage()
  local before = collectgarbage "count"
  local S = require "syscall"
  io.write(("%d"):format((collectgarbage "count" - before) * 1024))
]] }).out
t.ok(tonumber(bytes) and tonumber(bytes) <= 4096, "require \"syscall\": " .. bytes .. " bytes")

-- ---- calls of numbers allocate nothing ----

local buffer = S.t.buffer(16)
local zero = assert(S.open("/dev/zero", "rdonly"))
local null = assert(S.open("/dev/null", "wronly"))
local file = assert(S.memfd_create("cost"))
local closed = S.t.fd(-1)
file:write(("x"):rep(100))

local calls = {
  getpid = function() return S.getpid() end,
  getuid = function() return S.getuid() end,
  umask = function() return S.umask(18) end,
  kill = function() return S.kill(1, 0) end,
  ["read into a buffer"] = function() return zero:read(buffer, 1) end,
  ["pread into a buffer"] = function() return file:pread(buffer, 1, 5) end,
  ["write a string"] = function() return null:write("x") end,
  ["write a buffer"] = function() return null:write(buffer, 1) end,
  ["lseek, with a flag"] = function() return file:lseek(0, "set") end,
  fsync = function() return file:fsync() end,
  ["access, with a flag"] = function() return S.access("/", "x") end,
  ["a failing call"] = function() return closed:write("x") end,
}

--- Bytes that n calls leave behind, nothing being collected meanwhile.
local function growth(fn, n)
  for _ = 1, 10 do fn() end -- what is made at the first use
  collectgarbage()
  collectgarbage("stop")
  local before = collectgarbage("count")
  for _ = 1, n do fn() end
  local after = collectgarbage("count")
  collectgarbage("restart")
  return (after - before) * 1024
end

local names = {}
for name in pairs(calls) do names[#names + 1] = name end
table.sort(names)
for _, name in ipairs(names) do
  t.is(growth(calls[name], 10000), 0.0, name .. " allocates nothing")
end

-- a field is found by its name, also when another name lay at the same address before
local st = assert(S.stat("/"))
for _ = 1, 100 do
  local key = ("st_%s"):format("ino")
  if st[key] ~= st.ino or st.size ~= st.st_size or st.isdir ~= true then
    t.ok(false, "fields read again")
    break
  end
  collectgarbage()
end
t.raises(function() return st.st_inox end, "invalid index")
