-- applets/tunctl.lua - make and remove tun and tap devices that stay
--
-- Layer: applet; calls net.tun. Words and output are those of uml-utilities' tunctl(8), with
-- busybox's options.

local cli = require "cli"
local passwd = require "passwd"
local tun = require "net.tun"

local MAX_NAME = 15

local applet = {
  summary = "make and remove tun and tap devices",
  usage = "[-f DEVICE] [-t NAME] [-u OWNER] [-g GROUP] [-b] [-n] | -d NAME [-f DEVICE]",
  options = {
    { "f", "device-node", arg = "DEVICE", help = "/dev/net/tun" },
    { "t", "name", arg = "NAME", help = "the name; tap0 and so on" },
    { "d", "delete", arg = "NAME", help = "remove it" },
    { "u", "owner", arg = "OWNER", help = "who may use it" },
    { "g", "group", arg = "GROUP", help = "which group may use it" },
    { "b", "brief", help = "print only the name" },
    { "n", "tun", help = "a tun device, of packets; otherwise tap, of Ethernet frames" },
    { "p", "tap", help = "a tap device (default)" },
  },
  operands = { max = 0 },
  examples = { { "tunctl -b -u 1000", "a tap device for a user" } },
}

---@param opts table
---@return boolean? ok
---@return any err
function applet.run(opts)
  local name = opts.delete or opts.name or (opts.tun and "tun%d" or "tap%d")
  if name == "" or #name > MAX_NAME then cli.usage(("bad name %s"):format(name)) end
  local spec = { name = name, mode = opts.tun and "tun" or "tap", path = opts.device_node }
  if opts.delete then
    local done, err = tun.remove(spec)
    if not done then
      if opts.tun then return nil, err end
      spec.mode = "tun" -- whichever it is
      done = tun.remove(spec)
      if not done then return nil, err end
    end
    io.write(("Set '%s' nonpersistent\n"):format(done))
    return true
  end
  if opts.owner then
    spec.owner = passwd.uid(opts.owner) or cli.usage(("Invalid username '%s'"):format(opts.owner))
  end
  if opts.group then
    spec.group = passwd.gid(opts.group) or cli.usage(("Invalid group '%s'"):format(opts.group))
  end
  local made, err = tun.create(spec)
  if not made then return nil, err end
  if opts.brief then
    io.write(made, "\n")
  else
    local owner = spec.owner and (" and owned by uid %d"):format(spec.owner) or ""
    io.write(("Set '%s' persistent%s%s\n"):format(made, owner,
      spec.group and (" gid %d"):format(spec.group) or ""))
  end
  return true
end

return applet
