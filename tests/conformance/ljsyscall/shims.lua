-- shims.lua - what ljsyscall's tests expect of LuaJIT and Lua 5.1
--
-- Lua 5.1 / LuaJIT-isms the test files use, for Lua 5.4. Only the test chunks see these
-- (they run in their own global table); the implementation under test keeps a plain _G.

local M = {}

local function mm(v, name) -- metamethod lookup that also works behind __metatable
  local mt = debug.getmetatable(v)
  if type(mt) == "table" then return rawget(mt, name) end
end

function M.environment(adapter)
  local E = {}
  for k, v in pairs(_G) do E[k] = v end
  E._G = E

  E.unpack = table.unpack
  E.loadstring = function(s, name) return load(s, name, "t", E) end
  E.load = function(s, name, mode, env) return load(s, name, mode or "bt", env or E) end
  E.setfenv = function(f, env)
    for i = 1, 255 do
      local n = debug.getupvalue(f, i)
      if not n then break end
      if n == "_ENV" then debug.upvaluejoin(f, i, function() return env end, 1); break end
    end
    return f
  end
  E.getfenv = function(f)
    if type(f) == "function" then
      for i = 1, 255 do
        local n, v = debug.getupvalue(f, i)
        if not n then break end
        if n == "_ENV" then return v end
      end
    end
    return E
  end

  E.math = setmetatable({
    pow = function(x, y) return x ^ y end,
    mod = math.fmod,
    log10 = function(x) return math.log(x, 10) end,
    ldexp = function(m, e) return m * 2.0 ^ e end,
    atan2 = math.atan, cosh = function(x) return (math.exp(x) + math.exp(-x)) / 2 end,
  }, {__index = math})

  E.table = setmetatable({
    getn = function(t) return #t end,
    setn = function(t, n) for i = #t, n + 1, -1 do t[i] = nil end end,
    maxn = function(t) local m = 0 for k in pairs(t) do if type(k) == "number" and k > m then m = k end end return m end,
    foreach = function(t, f) for k, v in pairs(t) do f(k, v) end end,
  }, {__index = table})

  E.string = setmetatable({
    gfind = string.gmatch,
    -- 5.1 truncates a float given to %d, %x, ...; 5.4 raises
    format = function(fmt, ...)
      local a, i = table.pack(...), 0
      for conv in fmt:gsub("%%%%", ""):gmatch("%%[-+ #0-9.]*(%a)") do
        i = i + 1
        if conv:find("[dixXuco]") and math.type(a[i]) == "float" then
          a[i] = math.tointeger(a[i] < 0 and math.ceil(a[i]) or math.floor(a[i])) or a[i]
        end
      end
      return string.format(fmt:gsub("%%u", "%%d"), table.unpack(a, 1, a.n))
    end,
  }, {__index = string})

  -- 5.2/LuaJIT __ipairs: gone in 5.4 (there ipairs goes through __index); honour it where offered
  E.ipairs = function(t)
    local f = mm(t, "__ipairs")
    if f then return f(t) end
    return ipairs(t)
  end

  -- LuaJIT lets __tostring return nil (one test depends on it); 5.4 raises
  E.tostring = function(...)
    local v = ...
    local f = mm(v, "__tostring")
    if f then return (f(v)) end
    return tostring(...)
  end

  -- LuaJIT's tonumber works on 64 bit scalars
  E.tonumber = function(v, ...)
    local ty = type(v)
    if (ty == "userdata" or ty == "table") and adapter then return adapter.tonumber(v) end
    return tonumber(v, ...)
  end

  return E
end

-- LuaJIT's bit library: 32 bit, signed results
function M.bit()
  local b = {}
  local function int(x)
    if math.type(x) == "integer" then return x end
    if type(x) == "string" then x = tonumber(x) end
    local r = math.tointeger(x)
    if r then return r end
    return math.tointeger(math.floor(x + 0.5))
  end
  local function tobit(x)
    x = int(x) & 0xffffffff
    if x >= 0x80000000 then x = x - 0x100000000 end
    return x
  end
  b.tobit = tobit
  local function fold(op)
    return function(x, ...)
      local r = int(x)
      for _, v in ipairs{...} do r = op(r, int(v)) end
      return tobit(r)
    end
  end
  b.band = fold(function(x, y) return x & y end)
  b.bor = fold(function(x, y) return x | y end)
  b.bxor = fold(function(x, y) return x ~ y end)
  b.bnot = function(x) return tobit(~int(x)) end
  b.lshift = function(x, n) return tobit((int(x) & 0xffffffff) << (int(n) & 31)) end
  b.rshift = function(x, n) return tobit((int(x) & 0xffffffff) >> (int(n) & 31)) end
  b.arshift = function(x, n)
    x, n = tobit(x), int(n) & 31
    return tobit(x >> n | (x < 0 and n > 0 and ~(~0 >> n) or 0))
  end
  b.rol = function(x, n) x, n = int(x) & 0xffffffff, int(n) & 31; return tobit(x << n | x >> (32 - n)) end
  b.ror = function(x, n) x, n = int(x) & 0xffffffff, int(n) & 31; return tobit(x >> n | x << (32 - n)) end
  b.bswap = function(x)
    x = int(x)
    return tobit((x & 0xff) << 24 | (x & 0xff00) << 8 | (x >> 8) & 0xff00 | (x >> 24) & 0xff)
  end
  b.tohex = function(x, n)
    n = n or 8
    local s = string.format(n < 0 and "%08X" or "%08x", int(x) & 0xffffffff)
    return s:sub(-math.abs(n))
  end
  return b
end

-- fallback for an implementation without its own "syscall.bit"
function M.syscall_bit(b)
  local r = {}
  for k, v in pairs(b) do r[k] = v end
  local function i64(x) if math.type(x) == "float" then return math.tointeger(x) end return x end
  r.i6432 = function(x) x = i64(x); return b.tobit(x >> 32), b.tobit(x) end
  r.u6432 = function(x) x = i64(x); return (x >> 32) & 0xffffffff, x & 0xffffffff end
  r.bor64 = function(x, ...) x = i64(x); for _, v in ipairs{...} do x = x | i64(v) end return x end
  r.band64 = function(x, ...) x = i64(x); for _, v in ipairs{...} do x = x & i64(v) end return x end
  r.lshift64 = function(x, n) return i64(x) << n end
  r.rshift64 = function(x, n) return i64(x) >> n end
  return r
end

-- the part of LuaJIT's ffi the test files touch; everything about memory is the adapter's
function M.ffi(A)
  local abis = {le = A.abi.le, be = not A.abi.le, ["64bit"] = A.abi.bits == 64, ["32bit"] = A.abi.bits == 32, fpu = true, hardfp = true}
  return {
    string = A.string, copy = A.copy, fill = A.fill,
    sizeof = A.sizeof, offsetof = A.offsetof, new = A.new,
    cast = A.cast, typeof = A.typeof, istype = A.istype,
    gc = function(x) return x end,
    errno = A.errno,
    abi = function(k) return abis[k] or false end,
    arch = A.abi.arch, os = "Linux",
    C = setmetatable({}, {__index = function(_, k) error("ffi.C." .. tostring(k) .. ": no ffi here") end}),
    cdef = function() error("ffi.cdef: no ffi here") end,
    metatype = function() error("ffi.metatype: no ffi here") end,
  }
end

-- an object that accepts anything, so that the test files load with no implementation at all
function M.any()
  local any = setmetatable({}, {
    __index = function(t, k)
      if k == "__rump" or k == "xen" or k == "bsd" then return nil end
      if k == "os" then return "linux" end
      if k == "arch" then return "x64" end
      if k == "le" then return true end
      if k == "be" then return false end
      if k == "open" then return function() end end
      if k == "getpid" then return function() return 1 end end
      if k == "geteuid" then return function() return 0 end end
      return t
    end,
    __call = function(t) return t end,
    __newindex = function() end,
    __len = function() return 0 end,
    __concat = function() return "" end,
    __add = function() return 0 end,
  })
  return {object = any, module = function() return any end}
end

return M
