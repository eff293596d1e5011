-- tests/nl/request.lua - the request engine against the kernel, in network namespaces

local t = require "test"

t.need_root()

local S = require "syscall"
local request = require "nl.request"
local link = require "nl.schema.link"
local addr = require "nl.schema.addr"
local route = require "nl.schema.route"

t.netns(function()
  local nl = assert(request.open())
  t.is(nl:get(link, { ifname = "lo" }).index, 1, "get one by name")
  t.is(nl:get(link, { ifname = "lo" }, nil, require("nl.codec").header).ifname, nil, "header only")
  local none, err = nl:get(link, { ifname = "nope" })
  t.ok(none == nil and err.NODEV and tostring(err) == "No such device", "ENODEV has no more to say")

  t.is(nl:call(link, "new", { ifname = "v0", linkinfo = { kind = "veth",
    data = { peer = { ifname = "v1" } } } }, "add"), true, "add a pair")
  local ok
  ok, err = nl:call(link, "new", { ifname = "v0", linkinfo = { kind = "veth" } }, "add")
  t.ok(ok == nil and err.EXIST, "add again")
  local v0 = nl:get(link, { ifname = "v0" })
  t.is(v0.linkinfo.kind, "veth", "its kind is told")

  ok, err = nl:call(link, "new", { ifname = "x0", linkinfo = { kind = "vxlan",
    data = { id = 1 << 25 } } }, "add")
  t.ok(ok == nil and err.RANGE and err.errno == 34, "the errno stays")
  t.is(err.message, "VXLAN ID must be lower than 16777216", "the kernel's explanation")
  t.is(err.attribute, "linkinfo.data.id", "the attribute that it complains of")
  t.is(err .. "!", "VXLAN ID must be lower than 16777216!", "errors are text where text is wanted")

  -- strict checking: a header field that a dump cannot select by is refused
  local list
  list, err = nl:dump(addr, { scope = 7 })
  t.ok(list == nil and err.INVAL and err.message:find("header"), "strict checking is on")

  local echo = nl:call(addr, "new", { family = 2, prefixlen = 24, index = v0.index,
    ["local"] = "10.0.0.1", address = "10.0.0.1" }, 0x600 | 0x8)
  t.is(type(echo) == "table" and echo["local"], "10.0.0.1", "the echo of what was made")
  assert(nl:call(link, "new", { index = v0.index, flags = 1, change = 1 }))
  local peer = nl:get(link, { ifname = "v1" })
  assert(nl:call(link, "new", { index = peer.index, flags = 1, change = 1 }))

  -- many at once; one of them is refused
  local refused, done = {}, 0
  local batch = nl:batch(function(tag, failure)
    done = done + 1
    if failure then refused[#refused + 1] = tag .. ":" .. failure.errno end
  end)
  for i = 1, 3000 do
    local host = i == 1500 and 1 or i -- a second time
    batch:add(i, route, "new", { family = 2, dst_len = 32, type = 1, protocol = 4, table8 = 254,
      scope = 253, oif = v0.index, dst = ("10.9.%d.%d"):format(host // 256, host % 256) }, "add")
  end
  t.is(batch:flush(), true, "a batch is acknowledged")
  t.is({ done, refused }, { 3000, { "1500:17" } }, "each is told; one failure stops none")

  local count = 0
  t.is(nl:dump(route, { family = 2, table = 254 }, function() count = count + 1 end), true,
    "a dump is streamed")
  t.is(count, 2999 + 1, "all routes, and the link's own")
  count = 0
  nl:dump(route, { family = 2 }, function()
    count = count + 1
    return count == 10
  end)
  t.is(count, 10, "a stream is ended by its reader")
  t.is(nl:get(link, { ifname = "lo" }).index, 1, "what was left of it disturbs no one")
  t.raises(function()
    nl:dump(route, { family = 2 }, function() nl:get(link, { ifname = "lo" }) end)
  end, "in the middle of a dump", "a request within a dump of the same connection")
  t.is(nl:get(link, { ifname = "lo" }).index, 1, "after that error the connection is of use")
  t.raises(function() nl:call(link, "new", { bogus = 1 }) end, "unknown attribute bogus", "names")

  -- an answer larger than the receive buffer
  for i = 1, 400 do
    nl:call(link, "newprop", { index = v0.index,
      prop_list = { altname = { ("n%03d"):format(i) .. ("x"):rep(110) } } }, 0xe00)
  end
  local large = assert(request.open())
  local altnames = large:get(link, { ifname = "v0" }).prop_list.altname
  t.ok(#altnames == 400, "an answer of some 50 KB: " .. #altnames .. " names")
  large:close()

  -- a socket is in the namespace it was made in
  local file = assert(S.open("/proc/self/ns/net", "rdonly"))
  assert(S.unshare("newnet"))
  local here, there = assert(request.open()), assert(request.open { netns = file })
  t.is(here:get(link, { ifname = "v0" }), nil, "another namespace has other links")
  t.is(there:get(link, { ifname = "v0" }).index, v0.index, "a request in the namespace of an fd")
  t.is(nl:get(link, { ifname = "v0" }).index, v0.index, "a connection stays where it was made")
  local parent = assert(request.open { netns = S.getppid() })
  t.ok(parent:get(link, { ifname = "lo" }), "a request in the namespace of a process")
  parent, err = request.open { netns = "no-such-name" }
  t.ok(parent == nil and err.NOENT, "a name that is not there")
  parent, err = request.open { netns = assert(S.open("/dev/null", "rdonly")) }
  t.ok(parent == nil and err.INVAL, "an fd that is no namespace")
  file:close()

  for _ = 1, 300 do request.open() end -- dropped without close
  collectgarbage()
  collectgarbage()
  local fds = 0
  for _ in assert(S.open("/proc/self/fd", "rdonly,directory")):getdents() do fds = fds + 1 end
  t.ok(fds < 40, "dropped sockets are closed: " .. fds .. " descriptors")
  nl:close()
  t.raises(function() nl:get(link, { ifname = "lo" }) end, "closed", "a closed connection")
end)

-- ---- what the kernel seldom does, by a socket that plays it ----

local codec = require "nl.codec"

-- A connection whose socket answers each request with the next of these lists of messages:
-- { type, flags, payload }, and before them an error's name.
local function played(answers)
  local connection = assert(request.open())
  local queue, asked, seq = {}, 0, nil
  connection.socket:close()
  connection.socket = {
    request = function(_, _, _, number)
      asked, seq = asked + 1, number
      queue = { table.unpack(answers[math.min(asked, #answers)]) }
      return true
    end,
    recv = function()
      if type(queue[1]) == "string" then
        return nil, require("netlink").error(table.remove(queue, 1))
      end
      return true
    end,
    next = function()
      local one = table.remove(queue, 1)
      if one then return one[1], one[2], seq, connection.port, one[3] end
    end,
    close = function() end,
  }
  return connection, function() return asked end
end

local function lo(mtu) return codec.encode(link, { index = 1, ifname = "lo", mtu = mtu }) end
local DONE = { 3, 2, ("\0"):rep(4) }
local INTERRUPTED = 0x12

local connection, asked = played { { { 16, INTERRUPTED, lo(1) }, DONE },
  { { 16, 2, lo(2) }, DONE } }
local list, err, warning = connection:dump(link, {})
t.is({ list[1].mtu, #list, err, warning, asked() }, { 2, 1, nil, nil, 2 },
  "a dump that was interrupted is made again")
connection, asked = played { { { 16, INTERRUPTED, lo(1) }, DONE } }
list, err, warning = connection:dump(link, {})
t.is({ #list, err, warning, asked() }, { 1, nil, "interrupted", 5 }, "but not for ever")
connection = played { { { 16, INTERRUPTED, lo(1) }, DONE } }
local seen = 0
list, err, warning = connection:dump(link, {}, function() seen = seen + 1 end)
t.is({ list, err, warning, seen }, { true, nil, "interrupted", 1 }, "a stream tells it")
connection, asked = played { { "MSGSIZE" }, { { 16, 2, lo(3) }, DONE } }
list = connection:dump(link, {})
t.is({ list[1].mtu, asked() }, { 3, 2 }, "a part too large for the buffer: the dump is made again")
connection = played { { { 16, 2, lo(3) }, { 3, 2, ("=i4"):pack(-13) } } }
list, err = connection:dump(link, {})
t.ok(list == nil and err.ACCES, "a dump that fails at its end")
connection = played { { { 16, 2, "short" }, DONE } }
list, err = connection:dump(link, {})
t.is({ list, err }, { nil, "message is shorter than its header" }, "a damaged message")
connection = played { { { 16, 2, lo(1) }, { 2, 0, "" } } }
list, err = connection:dump(link, {})
t.ok(list == nil and err.IO, "an error message without an error")
