-- lan.lua - links with a DHCP server at the other end, for tests in network namespaces
--
-- Layer: tests. The client's side is the calling process; each server is a forked child in a
-- network namespace of its own, joined by a veth pair. All of it ends with the test.

local S = require "syscall"
local t = require "test"
local codec = require "net.dhcp.message"
local nl = require "nl"
local packet = require "net.packet"

local lan = {}

local ETH_P_IP = 0x0800

lan.wait = require "eventually"

--- Make a link `name` and run `serve(peer name)` at its other end.
---@param name string
---@param serve fun(peer: string)
---@param unplugged boolean? do not wait until the server has its end up
---@return integer pid of the server
function lan.join(name, serve, unplugged)
  local peer = "s" .. name
  local _, _, ready_r, ready_w = assert(S.pipe())
  local pid = assert(S.fork())
  if pid == 0 then
    S.prctl("set_pdeathsig", "kill")
    local ok, err = xpcall(function()
      assert(S.unshare("newnet"))
      ready_w:write("x")
      ready_w:close()
      assert(lan.wait(function() return nl.interface(peer) end), "no peer")
      assert(nl.interface("lo")):up()
      serve(peer)
    end, debug.traceback)
    if not ok then io.stderr:write("server: ", tostring(err), "\n") end
    S._exit(ok and 0 or 1)
  end
  ready_w:close()
  ready_r:read(nil, 1)
  ready_r:close()
  assert(nl.create_interface { name = name, type = "veth", peer = { name = peer } })
  assert(assert(nl.interface(peer)):move_ns(pid))
  lan.stop_at_end(pid)
  if not unplugged then
    local link = assert(nl.interface(name)):up()
    assert(lan.wait(function() return link:refresh().flags.lower_up end), "no carrier")
  end
  return pid
end

function lan.stop(pid)
  S.kill(pid, "kill")
  S.waitpid(pid)
end

--- A child is not to live longer than the test; one that has been waited for, and whose number may
--- be another's by now, is left alone.
function lan.stop_at_end(pid)
  t.cleanup(function()
    if S.waitpid(pid, "nohang") == 0 then lan.stop(pid) end
  end)
end

--- Give the server's end its address; carrier comes with `up`.
function lan.address(link, address)
  local interface = assert(nl.interface(link))
  assert(interface:address(address))
  assert(interface:up())
end

--- Replace this process by a program.
function lan.exec(argv)
  local env = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin" }
  local _, err = S.execve(argv[1], argv, env)
  error(argv[1] .. ": " .. tostring(err))
end

--- Answer DHCP messages by `answer(message, send, destination)` for ever; `log` gets a line for
--- each. `send(fields, tweak)`: fields as net.dhcp.message has them, completed here; `tweak`
--- changes the payload or, when it is a table, { payload = fn, frame = fn }.
---@param plugged fun()? brings the link up in our stead, or later
function lan.serve(link, address, log, answer, plugged)
  local interface = assert(nl.interface(link))
  assert(interface:address(address .. "/24"))
  local index = interface.index
  -- Without somebody at port 67 the kernel would answer unicast requests with ICMP errors.
  local deaf = assert(S.socket("inet", "dgram"))
  assert(deaf:bind(S.t.sockaddr_in(67, "0.0.0.0")))
  local fd = assert(S.socket("packet", "dgram", 0))
  assert(fd:bind(S.t.sockaddr_ll { protocol = ETH_P_IP, ifindex = index }))
  -- Now that we listen: the client sends with the carrier that this gives it.
  if plugged then plugged() else assert(interface:up()) end

  local function note(message)
    local file = assert(io.open(log, "a"))
    file:write(("%s: ciaddr=%s requestip=%s serverid=%s\n"):format(message.type, message.ciaddr,
      message.options.requestip or "-", message.options.serverid or "-"))
    file:close()
  end

  local function sender(request)
    return function(fields, tweak)
      if type(tweak) ~= "table" then tweak = { payload = tweak } end
      local reply = { op = 2, xid = request.xid, chaddr = request.chaddr, raw = fields.raw }
      for key, value in pairs(fields) do reply[key] = value end
      reply.options = { serverid = address, lease = 3600, subnet = "255.255.255.0" }
      for key, value in pairs(fields.options or {}) do reply.options[key] = value end
      local payload = assert(codec.encode(reply))
      if tweak.payload then payload = tweak.payload(payload) end
      local frame = packet.encode_udp {
        src = address, dst = request.ciaddr ~= "0.0.0.0" and request.ciaddr or "255.255.255.255",
        sport = 67, dport = 68, payload = payload,
      }
      if tweak.frame then frame = tweak.frame(frame) end
      fd:sendto(frame, nil, nil, S.t.sockaddr_ll {
        protocol = ETH_P_IP, ifindex = index, halen = 6, addr = request.chaddr,
      })
    end
  end

  while true do
    local frame = S.receive(fd, 4096) -- fails when the cable is pulled
    local datagram = frame and packet.decode_udp(frame, true)
    local message = datagram and datagram.dport == 67 and codec.decode(datagram.payload)
    if message and message.op == 1 then
      note(message)
      answer(message, sender(message), datagram.dst)
    end
  end
end

--- An ordinary server's answer; `fields` of offers and ACKs.
function lan.grant(fields)
  return function(message, send)
    local kind = message.type == "discover" and "offer" or message.type == "request" and "ack"
    if not kind then return end
    local reply = { type = kind }
    for key, value in pairs(fields) do reply[key] = value end
    send(reply)
  end
end

-- ---- the client's side ----

--- Text of a file that may not be there yet.
function lan.read(path)
  local file <close> = io.open(path, "rb")
  return file and file:read("a") or ""
end

--- Start udhcpc in the background; its messages go to `log`.
function lan.client(log, ...)
  local out = assert(S.open(log, "creat,wronly,append", "0600"))
  local null = assert(S.open("/dev/null", "rdwr"))
  local spec = { "luabox", "udhcpc", "-f", path = t.binary,
    fds = { [0] = null, [1] = out, [2] = out }, pdeathsig = "kill" }
  table.move({ ... }, 1, select("#", ...), #spec + 1, spec)
  local pid = assert(S.spawn(spec))
  out:close()
  null:close()
  lan.stop_at_end(pid)
  return pid
end

--- IPv4 addresses of a link: "10.0.0.9/24 …".
function lan.addresses(link)
  local list = {}
  local interface = nl.interface(link)
  for i, address in ipairs(interface and interface.inet or {}) do list[i] = tostring(address) end
  return table.concat(list, " ")
end

--- Routes that DHCP made on a link: { "default via 10.0.0.1", … }, sorted.
function lan.routes(link)
  local index, list = nl.interface(link).index, {}
  for _, route in ipairs(assert(nl.getroute("inet"))) do
    if route.oif == index and route.protocol == 16 then
      list[#list + 1] = ("%s/%d via %s"):format(route.dest, route.dst_len, route.gw)
    end
  end
  table.sort(list)
  return list
end

--- A resolv.conf of our own, in this mount namespace.
function lan.resolver(text)
  local path = t.tmp() .. "/resolv.conf"
  t.write(path, text or "")
  assert(S.mount(path, "/etc/resolv.conf", nil, "bind"))
end

return lan
