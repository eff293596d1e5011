-- adapter.lua - how the test files' ffi calls reach luabox's memory objects
--
-- Layer: tests. Called with S = require "syscall"; returns the table that shims.lua makes an
-- ffi of. What is left out raises, so that a test that needs it fails with a clear reason.

return function(S)
  local mem = S.mem
  local adapter = {
    abi = { le = S.abi.le, bits = S.abi.abi64 and 64 or 32, arch = S.abi.arch },
    errno = S.errno,
    copy = mem.copy,
  }

  --- ffi.string(memory or string, length): without one up to the first zero
  function adapter.string(memory, length)
    if type(memory) == "string" then return length and memory:sub(1, length) or memory end
    return mem.string(memory, length)
  end

  function adapter.fill(memory, length, byte) mem.fill(memory, length, byte or 0) end

  -- names of C's types as the tests write them, and ours
  local function ours(ctype)
    return (ctype:gsub("%s*%[.*$", ""):gsub("_t$", ""):gsub("^struct%s+", ""))
  end

  function adapter.sizeof(x)
    if type(x) == "string" then x = S.t[ours(x)] end
    return #x
  end

  function adapter.offsetof(kind, field)
    for _, one in ipairs(mem.fields(kind)) do
      if one.name == field then return one.offset end
    end
    error("no field " .. field)
  end

  --- ffi.new("int [1]", value)
  function adapter.new(ctype, value)
    local count = ctype:match("%[(%d+)%]")
    return S.t[ours(ctype) .. count](value)
  end

  function adapter.cast(ctype, value) return S.types.pt[ours(ctype:gsub("%s*%*$", ""))](value) end
  function adapter.typeof(x) return x end
  function adapter.istype(kind, value) return mem.istype(kind, value) end
  function adapter.tonumber(value) return tonumber(value) end
  function adapter.nr() return require "syscall.linux.nr" end

  return adapter
end
