-- layouts.lua - what S.c and S.t hold, a line each: run by the binary whose values are asked
--
-- Layer: tests. c TABLE.NAME VALUE (32 bits); s TYPE SIZE; f TYPE.FIELD OFFSET SIZE (0: no end);
-- b TYPE.FIELD BYTES of the struct when all bits of the field are set.

local S = require "syscall"
local mem = S.mem
local names = require "syscall.names"

local function hex(bytes)
  return (bytes:gsub(".", function(c) return ("%02x"):format(c:byte()) end))
end

for _, name in ipairs(names.constants()) do
  for member, value in pairs(S.c[name]) do
    print(("c %s.%s %d"):format(name, member, value & 0xffffffff))
  end
end

for _, name in ipairs(names.types()) do
  local fields = mem.fields(name)
  if fields[1] then print(("s %s %d"):format(name, mem.sizeof(name))) end
  for _, f in ipairs(fields) do
    if f.bits then
      local m = mem.new(name)
      mem.set(m, f.name, -1)
      print(("b %s.%s %s"):format(name, f.name, hex(mem.string(m, mem.sizeof(m)))))
    else
      local size = f.count == 65535 and 0 or f.size * math.max(f.count, 1)
      print(("f %s.%s %d %d"):format(name, f.name, f.offset, size))
    end
  end
end
