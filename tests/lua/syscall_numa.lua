-- tests/lua/syscall_numa.lua - policies of memory, beside /proc/self/numa_maps

local t = require "test"
local S = require "syscall"

local MPOL = S.c.MPOL
local PAGE = S.getpagesize()

local mode, err, nodes = S.get_mempolicy("mems_allowed")
if not mode then t.skip("this kernel has no policies of memory: " .. tostring(err)) end
local status = t.read("/proc/self/status")
t.is(nodes & 1, tonumber(status:match("Mems_allowed:%s*[%x,]*(%x)"), 16) & 1, "nodes allowed")

local memory = assert(S.mmap(nil, 4 * PAGE, "read, write", "private, anonymous"))

--- What the kernel says of our mapping; with the policy of all it may be one with its neighbour.
local function policy()
  local address = tostring(memory):match("0x(%x+)")
  return t.read("/proc/self/numa_maps"):match("\n" .. address .. " (%S+)") or "default"
end

t.is({ policy(), S.get_mempolicy("addr", memory) }, { "default", MPOL.DEFAULT, nil, 0 })
t.is(S.mbind(memory, "bind", 1), true)
t.is({ policy(), S.get_mempolicy("addr", memory) }, { "bind:0", MPOL.BIND, nil, 1 })
t.is(S.mbind(memory, "default"), true)
t.is(policy(), "default")
local none
none, err = S.mbind(memory, "bind", 1 << 62)
t.ok(not none and err.INVAL, "no such node")
t.raises(function() S.mbind(S.t.buffer(PAGE), "bind", 1) end, "memory of S.mmap")

memory[0], memory[PAGE] = 1, 1
t.is(S.get_mempolicy("node, addr", memory), 0, "the node that it is on")
t.is(S.move_pages(0, { memory, memory + PAGE, memory + 2 * PAGE }),
  { 0, 0, -S.c.E.NOENT }, "where pages are; one was never touched")
t.is(S.move_pages(0, { memory }, { 0 }, "move"), { 0 })
t.raises(function() S.move_pages(0, { "x" }) end, "number expected")
t.is(S.migrate_pages(0, 1, 1), 0, "none stayed")

t.is(S.mbind(memory, "bind", 1), true)
local ok
ok, err = S.set_mempolicy_home_node(memory, 0)
t.ok(ok or err.NOSYS or err.OPNOTSUPP, "a node to begin with")

t.is(S.set_mempolicy("preferred", 1), true)
t.is({ S.get_mempolicy() }, { MPOL.PREFERRED, nil, 1 })
t.is(S.set_mempolicy("default"), true)
t.is({ S.get_mempolicy() }, { MPOL.DEFAULT, nil, 0 })
