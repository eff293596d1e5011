-- applets/ipcalc.lua - what follows from an address and its network mask
--
-- Layer: applet; calls nl.inet. Options and output are those of busybox's ipcalc (Red Hat's form),
-- and IPv6 as well.

local cli = require "cli"
local inet = require "nl.inet"

local applet = {
  summary = "calculate network, broadcast and mask of an address",
  usage = "[-bmnphs] ADDRESS[/PREFIX] [NETMASK]",
  options = {
    { "b", "broadcast", help = "the broadcast address" },
    { "m", "netmask", help = "the network mask" },
    { "n", "network", help = "the network's address" },
    { "p", "prefix", help = "the prefix length" },
    { "h", "hostname", help = "the host's name" },
    { "s", "silent", help = "no messages" },
  },
  operands = { min = 1, max = 2 },
  json = true,
  examples = { { "ipcalc -bn 10.0.0.5/24", "BROADCAST and NETWORK, for eval in a shell" } },
}

-- RFC 791: by the first bits, where nothing else is said
local function classful(bytes)
  local first = bytes:byte(1)
  return first < 128 and 8 or first < 192 and 16 or 24
end

---@param opts table
---@param args string[]
---@return boolean|integer|nil ok
---@return any err
function applet.run(opts, args)
  local function fail(form, ...)
    if opts.silent then return 1 end
    return nil, form:format(...)
  end
  local text, length = args[1]:match("^([^/]+)/(.*)$")
  text = text or args[1]
  local bytes = inet.bytes(text)
  if not bytes then return fail("bad IP address: %s", text) end
  local bits = #bytes * 8
  if length and args[2] then return fail("use prefix or netmask, not both") end
  if length then
    local given = length
    length = (given:find("^%d+$") and math.tointeger(tonumber(given)))
      or bits == 32 and inet.netmask_length(given)
    if not length or length > bits then return fail("bad IP prefix: %s", given) end
  elseif args[2] then
    length = bits == 32 and inet.netmask_length(args[2])
    if not length then return fail("bad netmask: %s", args[2]) end
  else
    length = bits == 32 and classful(bytes) or bits
  end

  local answers = {
    { "netmask", "NETMASK", inet.text(inet.mask(("\xff"):rep(#bytes), length)) },
    { "broadcast", "BROADCAST", inet.text(inet.mask(bytes, length, true)) },
    { "network", "NETWORK", inet.text(inet.mask(bytes, length)) },
    { "prefix", "PREFIX", length },
  }
  if opts.json then
    local out = { address = text }
    for _, answer in ipairs(answers) do out[answer[1]] = answer[3] end
    io.write(require("json").encode(out), "\n")
    return true
  end
  local asked = opts.hostname or false
  for _, answer in ipairs(answers) do asked = asked or opts[answer[1]] or false end
  if not asked then cli.usage("say what to calculate") end
  for _, answer in ipairs(answers) do
    if opts[answer[1]] then io.write(answer[2], "=", answer[3], "\n") end
  end
  if opts.hostname then
    local name = require("net.reverse").name(text)
    if not name then return fail("cannot find hostname for %s", text) end
    io.write("HOSTNAME=", name, "\n")
  end
  return true
end

return applet
