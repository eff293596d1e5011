-- tests/fuzz/nl.lua - hostile netlink messages
--
-- The kernel is trusted, but other processes can send to a netlink port, and attributes of
-- newer kernels are as good as random. Nothing is raised, and what was read can be written.

local t = require "test"
local fuzz = require "fuzz"
local codec = require "nl.codec"

local SCHEMAS = {}
for i, name in ipairs { "link", "addr", "route", "neigh", "rule", "nexthop", "tc", "nsid" } do
  SCHEMAS[i] = require("nl.schema." .. name)
end

local function attribute(depth)
  local data
  if depth > 0 and math.random(3) == 1 then
    local parts = {}
    for i = 1, math.random(0, 4) do parts[i] = attribute(depth - 1) end
    data = table.concat(parts)
  else
    data = fuzz.bytes(({ 0, 1, 2, 4, 6, 8, 16, math.random(0, 64) })[math.random(8)])
  end
  local kind = math.random(0, 64) | (math.random(4) == 1 and 0x8000 or 0)
  local size = #data + 4
  if math.random(12) == 1 then size = math.random(0, 80) end
  return ("=I2I2"):pack(size, kind) .. data .. ("\0"):rep(-#data & 3)
end

local function generate()
  local out = { fuzz.bytes(math.random(2) == 1 and 16 or 12) }
  for _ = 1, math.random(0, 12) do out[#out + 1] = attribute(4) end
  return table.concat(out)
end

local VALUES = { dst = true, gateway = true, ifname = true, mtu = true }
local cutters = {}
for i, schema in ipairs(SCHEMAS) do cutters[i] = codec.cutter(schema, VALUES) end

local good = 0

local function check(input)
  for i, schema in ipairs(SCHEMAS) do
    local message, err = codec.decode(schema, input)
    assert(message or err, "a table or a reason")
    if message then
      good = good + 1
      local bytes = codec.encode(schema, message)
      assert(codec.decode(schema, bytes), "what was read can be written and read again")
      codec.locate(schema, input, math.random(0, #input))
    end
    cutters[i](input)
  end
end

-- What the kernel of this machine sends: each message is a seed.
local function real_messages()
  local S = require "syscall"
  if S.geteuid() ~= 0 or not S.unshare("newnet") then return {} end
  local nl = require "nl"
  local link, route = SCHEMAS[1], SCHEMAS[3]
  local connection = nl.connect()
  if not connection then return {} end
  for _, info in ipairs { { kind = "veth", data = { peer = { ifname = "v1" } } },
    { kind = "bridge" }, { kind = "dummy" }, { kind = "bond" }, { kind = "ifb" },
    { kind = "vxlan", data = { id = 5, group = "239.1.1.1", port = 4789 } } } do
    connection:call(link, "new", { ifname = "x" .. info.kind, flags = 1, change = 1,
      linkinfo = info }, "add")
  end
  nl.interface("lo"):up()
  local lo = { type = 1, table8 = 254, protocol = 4, family = 2, dst_len = 16, scope = 253 }
  for i, more in ipairs { { oif = 1 }, { metrics = { mtu = 1300, cc_algo = "cubic" }, oif = 1 },
    { scope = 0, multipath = { { oif = 1, hops = 3 }, { oif = 1 } } } } do
    local values = { dst = ("10.%d.0.0"):format(i) }
    for key, value in pairs(lo) do values[key] = value end
    for key, value in pairs(more) do values[key] = value end
    connection:call(route, "new", values, "add")
  end
  local list = {}
  for _, schema in ipairs(SCHEMAS) do
    connection:dump(schema, {}, function() end, "get", function(_, bytes)
      list[#list + 1] = bytes
      return true
    end)
  end
  connection:close()
  return list
end

local deep = ("\0"):rep(16)
local nest = ""
for _ = 1, 200 do nest = ("=I2I2"):pack(#nest + 4, 18 | 0x8000) .. nest end
local corpus = real_messages()
t.ok(#corpus > 20 or require("syscall").geteuid() ~= 0, #corpus .. " messages of this kernel")
table.move({ deep, deep .. nest, deep .. ("\4\0\1\0"):rep(500) }, 1, 3, #corpus + 1, corpus)
collectgarbage()
local before, most = collectgarbage("count"), 0
local rounds = fuzz.run {
  name = "nl", corpus = corpus, generate = generate, keep = 17,
  check = function(input)
    check(input)
    most = math.max(most, collectgarbage("count"))
  end,
}
t.ok(good > rounds / 4, "enough messages were read: " .. good)
t.ok(most - before < 16384, ("memory stays bounded: %d KiB more at most")
  :format(math.floor(most - before)))
