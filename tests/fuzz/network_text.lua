-- tests/fuzz/network_text.lua - WireGuard's files, uevents, lines of /proc/net, ICMP errors
--
-- Nothing is raised, and what is understood has the form that its users rely on.

local t = require "test"
local fuzz = require "fuzz"
local diag = require "nl.diag"
local filter = require "ss.filter"
local inet = require "nl.inet"
local probe = require "net.probe"
local uevent = require "nl.uevent"
local wg = require "wg.text"

local KEY = "YAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk="
local CORPUS = {
  "[Interface]\nPrivateKey = " .. KEY .. "\nListenPort = 5\n[Peer]\nPublicKey = " .. KEY
    .. "\nAllowedIPs = 10.0.0.0/8, fd00::/8\nEndpoint = [fd00::1]:5\nPersistentKeepalive=off\n",
  "add@/devices/virtual/net/x\0ACTION=add\0DEVPATH=/devices/virtual/net/x\0SEQNUM=7\0",
  "   0: 0100007F:08AE 0200007F:0016 0A 00000005:00000007 02:00000010 00000003   100 4 27 1",
  string.pack("=I4BBBxI4I4", 113, 2, 11, 0, 0, 0) .. string.pack("=I2I2", 2, 0) .. "\10\1\0\2"
    .. ("\0"):rep(8),
  "state established ( sport = :22 or dst 10.0.0.0/8 ) and not dport >= 5",
}

local WORDS = { "(", ")", "and", "or", "not", "sport", "dst", "src", "=", "!=", ":22", "10.0.0.0/8",
  "[::1]:5", "*", "state", "all", "autobound", "fwmark", "0x5/0xff", "dev", "|", "&&" }

local function generate()
  local out = {}
  for i = 1, math.random(20) do out[i] = WORDS[math.random(#WORDS)] end
  return table.concat(out, " ")
end

local SOCKET = { family = 2, src = "10.0.0.1", sport = 22, dst = "10.9.8.7", dport = 40000 }
local understood = 0

local function check(input)
  local config, err = wg.parse(input)
  assert(config or type(err) == "string")
  for _, peer in ipairs(config and config.peers or {}) do
    assert(#peer.public_key == 32)
    for _, ip in ipairs(peer.allowed_ips) do assert(inet.bytes(ip.address)) end
    understood = understood + 1
  end
  local event = uevent.parse(input)
  assert(not event or event.action:find("^%l+$") and event.path:sub(1, 1) == "/")
  for _, family in ipairs { 2, 10 } do
    local socket = diag.parse_proc(input, family)
    assert(not socket or inet.bytes(socket.src) and socket.sport <= 0xffff and socket.inode)
  end
  local answer = probe.parse_error(input)
  assert(not answer or inet.bytes(answer.address))
  local words = {}
  for word in input:gmatch("%S+") do words[#words + 1] = word end
  local found, problem = filter.parse(words, function() return false end)
  assert(found or type(problem) == "string")
  if found then
    assert(type(found.accepts(SOCKET)) == "boolean")
    understood = understood + 1
  end
end

local rounds = fuzz.run { name = "network_text", corpus = CORPUS, generate = generate,
  check = check }
t.ok(understood > 20, ("%d rounds, %d understood"):format(rounds, understood))
