-- adapter.lua - how the test files' ffi calls reach luabox's memory objects
--
-- THE ONE FILE TO ADJUST: how the test files' ffi.* calls reach memory objects of the
-- implementation under test. Called with S = require "syscall"; returns the table below.
--
-- Default mapping, first that exists wins:
--   1. S.mem.<string|copy|fill|sizeof|offsetof|new>   (a helper table the project may offer)
--   2. plain indexing: buf[i] (0-based bytes, read and write), #buf for the size
-- What is left unmapped raises "adapter: ..." so the test fails with a clear reason.

return function(S)
  local A = {}
  local mem = S.mem

  local function unmapped(what, v)
    error("adapter: " .. what .. " not mapped" .. (v ~= nil and " for a " .. type(v) or ""), 3)
  end

  local sabi = type(S) == "table" and S.abi or {}
  A.abi = {
    le = sabi.le ~= false,
    bits = sabi.abi32 and 32 or 64,
    arch = sabi.arch or "x64",
  }

  -- ffi.string(ptr [, len]): without len up to the first NUL
  function A.string(p, len)
    if type(p) == "string" then return len and p:sub(1, len) or p end
    if mem.string then return mem.string(p, len) end
    if len == nil then
      local t, i = {}, 0
      while true do
        local b = p[i]
        if b == nil or b == 0 then break end
        t[#t + 1] = string.char(b & 0xff); i = i + 1
      end
      return table.concat(t)
    end
    local t = {}
    for i = 0, len - 1 do t[i + 1] = string.char(p[i] & 0xff) end
    return table.concat(t)
  end

  -- ffi.copy(dst, src [, len]): src may be a Lua string; without len a string is copied with its NUL
  function A.copy(dst, src, len)
    if mem.copy then return mem.copy(dst, src, len) end
    if type(src) == "string" then
      if not len then src, len = src .. "\0", #src + 1 end
      for i = 0, len - 1 do dst[i] = src:byte(i + 1) or 0 end
    else
      for i = 0, len - 1 do dst[i] = src[i] end
    end
  end

  function A.fill(dst, len, c)
    if mem.fill then return mem.fill(dst, len, c or 0) end
    for i = 0, len - 1 do dst[i] = c or 0 end
  end

  local csize = {
    char = 1, int8_t = 1, uint8_t = 1, short = 2, int16_t = 2, uint16_t = 2,
    int = 4, int32_t = 4, uint32_t = 4, ["unsigned int"] = 4, float = 4,
    int64_t = 8, uint64_t = 8, double = 8, ["long long"] = 8,
    long = A.abi.bits // 8, ["unsigned long"] = A.abi.bits // 8,
    size_t = A.abi.bits // 8, ["void *"] = A.abi.bits // 8,
  }

  function A.sizeof(x)
    if type(x) == "string" and csize[x] then return csize[x] end
    if mem.sizeof then return mem.sizeof(x) end
    if type(x) == "userdata" or type(x) == "table" then return #x end
    unmapped("ffi.sizeof", x)
  end

  -- ffi.offsetof(t.seccomp_data, "arch")
  function A.offsetof(tp, field)
    if mem.offsetof then return mem.offsetof(tp, field) end
    if type(S) == "table" and S.t and tp == S.t.seccomp_data then -- kernel ABI constant
      return ({nr = 0, arch = 4, instruction_pointer = 8, args = 16})[field]
    end
    unmapped("ffi.offsetof(" .. tostring(field) .. ")", tp)
  end

  -- the tests only do ffi.new('int [1]', v)
  function A.new(ctype, init, ...)
    if ctype:match("^int%s*%[1%]$") then return S.t.int1(init) end
    if ctype:match("^u?int64_t%s*%[1%]$") then return S.t.uint64_1(init) end
    if ctype:match("^char%s*%[%?%]$") then return S.t.buffer(init, ...) end
    if mem.new then return mem.new(ctype, init, ...) end
    unmapped("ffi.new(" .. tostring(ctype) .. ")")
  end

  function A.cast(ctype, v)
    if mem.cast then return mem.cast(ctype, v) end
    if ctype == "void *" and S.types and S.types.pt then return S.types.pt.void(v) end
    unmapped("ffi.cast")
  end
  function A.typeof(x) if mem.typeof then return mem.typeof(x) end return x end
  function A.istype(tp, x) if mem.istype then return mem.istype(tp, x) end unmapped("ffi.istype") end
  function A.errno(...) if S.errno then return S.errno(...) end unmapped("ffi.errno") end

  -- tonumber() of a 64 bit scalar, should the implementation box those (Lua integers need nothing)
  function A.tonumber(v)
    local mt = debug.getmetatable(v)
    local f = type(mt) == "table" and mt.__tonumber
    if f then return f(v) end
    return tonumber(v)
  end

  -- require "syscall.linux.nr": table with SYS[name] -> number, where the project has no such module
  function A.nr()
    if type(S.nr) == "table" then return S.nr.SYS and S.nr or {SYS = S.nr} end
    return {SYS = setmetatable({}, {__index = function(_, k) error("adapter: syscall number of " .. tostring(k) .. " not mapped") end})}
  end

  return A
end
