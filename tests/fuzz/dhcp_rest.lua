-- tests/fuzz/dhcp_rest.lua - what a DHCP client writes down at rest: it reads only that
--
-- Round trips through a machine's life, and damaged bytes: never an error, never a machine in
-- a state that it cannot go on from.

local t = require "test"
local fuzz = require "fuzz"
local codec = require "net.dhcp.message"
local ipv4 = require "net.ipv4"
local machine = require "net.dhcp.machine"
local rest = require "net.dhcp.rest"

local MAC = "\x52\x54\0\x12\x34\x56"

local function new()
  return machine.new { chaddr = MAC, random = function() return 0.5 end,
    xid = function() return 7 end }
end

local function answer(kind, fields)
  local message = { op = 2, type = kind, xid = 7, chaddr = MAC, yiaddr = "10.0.0.9",
    options = { serverid = "10.0.0.1", lease = 3600, subnet = "255.255.255.0", mtu = 1400 } }
  for key, value in pairs(fields or {}) do message.options[key] = value end
  local bytes = assert(codec.encode(message))
  message = assert(codec.decode(bytes))
  message.packet = bytes
  return message
end

local function bound(fields)
  local m = new()
  m:start(100)
  m:receive(100, answer("offer", fields))
  m:receive(101, answer("ack", fields))
  return m
end

local dark, released, unplugged = bound(), bound(), new()
dark:carrier(200, false)
released:release(200)
unplugged:carrier(0, false)
local machines = { bound(), dark, released, bound { lease = 0xffffffff }, unplugged }

local function facts(index)
  return { index = index, name = "eth" .. index, mac = MAC, up = index % 2 == 1, changes = index,
    old_mtu = index == 1 and 1500 or nil }
end

local list = {}
for i in ipairs(machines) do list[i] = facts(i) end
local bytes = rest.encode(list, machines)
local back = assert(rest.decode(bytes))
for i, m in ipairs(machines) do
  local saved, again = back[i], new()
  rest.restore(again, saved)
  for key, value in pairs(list[i]) do t.is(saved[key], value, ("client %d: %s"):format(i, key)) end
  for _, key in ipairs { "state", "deadline", "hint", "xid", "naks", "sent", "began" } do
    t.is(again[key], m[key], ("machine %d: %s"):format(i, key))
  end
  t.is(again.lease and again.lease.started, m.lease and m.lease.started, "when the lease began")
  t.is(again.lease and again.lease.mtu, m.lease and m.lease.mtu, "and what it grants")
end
t.is(#back, #machines, "all of them")
t.is(rest.encode(list, machines), bytes, "written twice it is the same")

-- a machine that goes on: what it does at its next deadline is what it would have done
for i, m in ipairs(machines) do
  local again = new()
  rest.restore(again, back[i])
  local one, other
  local deadline = m.deadline
  if deadline then
    one, other = m:timer(deadline + 1), again:timer(deadline + 1)
  else
    one, other = m:release(5000), again:release(5000)
  end
  t.is(#one, #other, ("machine %d: as many actions"):format(i))
  for n, action in ipairs(one) do
    t.is(other[n][1], action[1], "the same action")
    t.is(other[n].message and codec.encode(other[n].message),
      action.message and codec.encode(action.message), "the same message")
  end
end

t.is(rest.is_quiet(bound(), 1000), true, "bound: quiet until T1")
t.is(rest.is_quiet(bound(), 2000), false, "and no longer")
local asking = new()
asking:start(0)
t.is(rest.is_quiet(asking, 1), false, "whoever waits for an answer is not at rest")

fuzz.run {
  name = "dhcp rest", keep = 18, corpus = { bytes },
  generate = function() return bytes:sub(1, 18) .. fuzz.bytes(math.random(0, 400)) end,
  check = function(input)
    for _, saved in ipairs(rest.decode(input) or {}) do
      local m = new()
      rest.restore(m, saved)
      assert(m.state ~= "bound" or m.lease)
      assert(not m.lease or ipv4.is_host(m.lease.address))
      if m.deadline then m:timer(math.max(m.deadline, 0)) end
      m:carrier(1, true)
      m:release(2)
    end
  end,
}
