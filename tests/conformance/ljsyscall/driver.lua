-- driver.lua - loads ljsyscall's test files in a global table of their own and runs them
--
-- ljsyscall-suite driver. Runs ljsyscall's own, unmodified test/*.lua.
-- Must stay valid for both Lua 5.4 (implementation under test) and LuaJIT (reference mode).
--
--   driver.lua list                    -> "class:test" lines on the result file
--   driver.lua run  class:test [...]   -> BEGIN/PASS/FAIL/SKIP records on the result file
--
-- env: LJSYSCALL_DIR  ljsyscall checkout (only its test/*.lua are read, except in reference mode)
--      LJSUITE_DIR    this directory
--      LJSUITE_OUT    result file (appended)
--      LJSUITE_REF    "1": reference mode (LuaJIT + the real ljsyscall, no shims at all)

local dir   = assert(os.getenv("LJSYSCALL_DIR"), "LJSYSCALL_DIR not set")
local here  = assert(os.getenv("LJSUITE_DIR"), "LJSUITE_DIR not set")
local outfn = assert(os.getenv("LJSUITE_OUT"), "LJSUITE_OUT not set")
local ref   = os.getenv("LJSUITE_REF") == "1"

local real_exit, real_require, real_pcall = os.exit, require, pcall
local load_ = loadstring or load

local args = arg or {...}
local cmd = args[1]
local wanted = {}
for i = 2, #args do wanted[#wanted + 1] = args[i] end
if #wanted == 1 and wanted[1]:sub(1, 1) == "@" then -- @file: one name a line
  local f = assert(io.open(wanted[1]:sub(2))); wanted = {}
  for l in f:lines() do if #l > 0 then wanted[#wanted + 1] = l end end
  f:close()
end

io.stdout:setvbuf("no")
local out = assert(io.open(outfn, "a"))
out:setvbuf("no")

local function esc(s)
  return (tostring(s):gsub("[%c\\]", function(ch)
    if ch == "\n" then return "\\n" elseif ch == "\t" then return "\\t" elseif ch == "\\" then return "\\\\" end
    return string.format("\\x%02x", ch:byte())
  end))
end
local function rec(...)
  local t = {...}
  for i = 1, #t do t[i] = esc(t[i]) end
  out:write(table.concat(t, "\t"), "\n")
end

-- own pid without using the implementation under test; differs in a fork()/clone() child
local function ospid()
  local f = io.open("/proc/self/stat")
  if not f then return nil end -- out of fds (rlimit test) or chrooted: assume still ourselves
  local n = f:read("*n"); f:close()
  return n
end
local mypid = ospid()
-- a child that falls out of a test must not go on running the suite
local function child_guard()
  local p = ospid()
  if p and mypid and p ~= mypid then real_exit(99) end
end

---------------------------------------------------------------- environment for the test files
local E                       -- global table the test chunks see
local loaded = {}             -- modules loaded from dir/test

local function readall(fn)
  local f, err = io.open(fn, "rb")
  if not f then error("cannot read " .. fn .. ": " .. tostring(err), 0) end
  local s = f:read("*a"); f:close()
  return s
end

local harness_run             -- defined below
local hook_luaunit

local function test_require(name)
  if loaded[name] ~= nil then return loaded[name] end
  -- release 0.12 keeps its test tools in include/; strict only makes unset globals raise
  if name == "include.strict.strict" then return true end
  local base = name:match("^test%.([%w_]+)$")
  local fn = dir .. "/test/" .. tostring(base) .. ".lua"
  if name == "include.luaunit.luaunit" then fn = dir .. "/include/luaunit/luaunit.lua"
  elseif not base then return nil end
  local src = readall(fn)
  local chunk, err
  if ref then chunk, err = load_(src, "@" .. fn); if chunk and setfenv then setfenv(chunk, E) end
  else chunk, err = load_(src, "@" .. fn, "t", E) end
  if not chunk then error(err, 0) end
  local r = chunk(name)
  if r == nil then r = true end
  loaded[name] = r
  if name:match("luaunit$") then hook_luaunit(r) end
  return r
end

if ref then
  package.path = dir .. "/?.lua;" .. package.path
  E = _G
  local rr = require
  function require(name) if name:match("^test%.") then return test_require(name) end return rr(name) end
else
  if jit or _VERSION ~= "Lua 5.4" then
    io.stderr:write("ljsyscall-suite: LUA_CMD must be Lua 5.4 (got " .. tostring(jit and jit.version or _VERSION) .. "); use --reference for LuaJIT\n")
    real_exit(2)
  end
  -- the module under test must never come from the ljsyscall checkout
  local function guard(name)
    local p = package.searchpath(name, package.path)
    if p then
      local ab = p
      if ab:sub(1, 1) ~= "/" then ab = (os.getenv("PWD") or "") .. "/" .. ab end
      if ab:sub(1, #dir + 1) == dir .. "/" then
        io.stderr:write("ljsyscall-suite: refusing: require \"" .. name .. "\" resolves into LJSYSCALL_DIR (" .. p .. ")\n")
        real_exit(2)
      end
    end
  end
  local shims = assert(loadfile(here .. "/shims.lua"))()
  if cmd == "list" then
    -- enumeration must not depend on the implementation: everything is a permissive stub
    E = shims.environment(nil)
    local any = shims.any()
    E.require = function(name)
      local r = test_require(name)
      if r ~= nil then return r end
      if name == "syscall" or name:match("^syscall%.") then return any.module(name) end
      if name == "bit" or name == "ffi" then return any.object end
      if type(_G[name]) == "table" then return _G[name] end -- standard library
      error("module '" .. name .. "' not found")
    end
  else
    local ok_s, S = real_pcall(function() guard("syscall"); return real_require("syscall") end)
    if not ok_s then
      rec("LOADERR", "require syscall: " .. tostring(S))
      real_exit(3)
    end
    local adapter = assert(loadfile(here .. "/adapter.lua"))()(S)
    E = shims.environment(adapter)
    local bit = shims.bit()
    local ffi = shims.ffi(adapter)
    E.require = function(name)
      local r = test_require(name)
      if r ~= nil then return r end
      if name == "syscall" then return S end
      if name == "ffi" then return ffi end
      if name == "bit" then return bit end
      if name == "syscall.bit" then
        guard(name)
        local ok, m = real_pcall(real_require, name)
        if ok then return m end
        return shims.syscall_bit(bit)
      end
      if name == "syscall.helpers" then -- its assert; a collection at each finds what is not kept
        local helpers = real_require(name)
        local function assert(...) collectgarbage() return helpers.assert(...) end
        return setmetatable({assert = assert}, {__index = helpers})
      end
      if name == "syscall.linux.nr" then
        guard(name)
        local ok, m = real_pcall(real_require, name)
        if ok then return m end
        return adapter.nr()
      end
      if name:match("^include%.") or name == "jit" then error("module '" .. name .. "' not found") end
      guard(name)
      return real_require(name)
    end
  end
  E.os = setmetatable({exit = function(...) return real_exit(...) end}, {__index = os})
end

E.arg = {}

---------------------------------------------------------------- running
local LU
local state = {}

hook_luaunit = function(lu)
  LU = lu
  local R = lu.result
  R.verbosity = 1
  R.displayClassName = function() end
  R.displayTestName = function() end
  R.displaySuccess = function() end
  R.displaySkip = function() end
  R.displayFailure = function() end
  local add = R.addFailure
  R.addFailure = function(self, msg) child_guard(); state.fail = tostring(msg); return add(self, msg) end
  local skip = R.addSkip
  R.addSkip = function(self) child_guard(); state.skip = true; return skip(self) end
  lu.run = function() harness_run(); return 0 end
  lu.Run = lu.run
end

local function classes()
  local r = {}
  for k, v in pairs(E) do
    if type(k) == "string" and k:sub(1, 4):lower() == "test" and type(v) == "table" then r[#r + 1] = k end
  end
  table.sort(r)
  return r
end
local function tests(class)
  local r = {}
  for k, v in pairs(rawget(E, class)) do
    if type(k) == "string" and k:sub(1, 4):lower() == "test" and type(v) == "function" then r[#r + 1] = k end
  end
  table.sort(r)
  return r
end

local ran = false
harness_run = function()
  if ran then return end
  ran = true
  if cmd == "list" then
    for _, cl in ipairs(classes()) do for _, n in ipairs(tests(cl)) do out:write(cl, ":", n, "\n") end end
    real_exit(0)
  end
  for _, name in ipairs(wanted) do
    local cl, n = name:match("^([^:]+):(.+)$")
    rec("BEGIN", name)
    local inst = cl and rawget(E, cl)
    if type(inst) ~= "table" or type(inst[n]) ~= "function" then
      rec("MISSING", name, "not defined when loaded on this implementation (function absent, or needs root)")
    else
      state.fail, state.skip = nil, nil
      local ok, err = real_pcall(LU.runTestMethodName, LU, name, inst)
      child_guard()
      if not ok and not state.fail then state.fail = "outside the test body: " .. tostring(err) end
      if state.fail then rec("FAIL", name, state.fail)
      elseif state.skip then rec("SKIP", name, "")
      else rec("PASS", name, "") end
    end
  end
end

local fn = dir .. "/test/test.lua"
local src = readall(fn)
local chunk, err
if ref then chunk, err = load_(src, "@" .. fn) else chunk, err = load_(src, "@" .. fn, "t", E) end
if not chunk then rec("LOADERR", err); real_exit(3) end

local tb
local ok, err = xpcall(chunk, function(e) tb = debug.traceback(tostring(e), 2); return e end)
child_guard()
if not ok and not ran then
  local cls = classes()
  if cmd == "list" or not LU or #cls == 0 or not rawget(E, "test_basic") then
    rec("LOADERR", "loading test files: " .. tostring(tb or err))
    real_exit(3)
  end
  -- test.lua's own preamble (unshare, lo up, sysfs) failed: say so, bring lo up ourselves, go on
  rec("PREAMBLE", tostring(err))
  os.execute("ip link set lo up 2>/dev/null")
  harness_run()
end
real_exit(0)
