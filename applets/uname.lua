-- applets/uname.lua - tell what the system is
--
-- Layer: applet; calls S.
-- POSIX uname, with the options of GNU's.

local S = require "syscall"

local applet = {
  summary = "tell the system's names: with no option, the kernel's",
  usage = "[-asnrvmpio]",
  options = {
    { "a", "all", help = "all that is known, in the order of this list" },
    { "s", "kernel-name", help = "the kernel's name" },
    { "n", "nodename", help = "the host name" },
    { "r", "kernel-release", help = "the kernel's release" },
    { "v", "kernel-version", help = "the kernel's build" },
    { "m", "machine", help = "the machine" },
    { "p", "processor", help = "the processor: unknown" },
    { "i", "hardware-platform", help = "the platform: unknown" },
    { "o", "operating-system", help = "the operating system" },
  },
  operands = { max = 0 },
  json = true,
}

--- Linux tells neither processor nor platform; scripts expect GNU/Linux of -o.
local function facts()
  local u = S.uname()
  return {
    { "kernel_name", u.sysname },
    { "nodename", u.nodename },
    { "kernel_release", u.release },
    { "kernel_version", u.version },
    { "machine", u.machine },
    { "processor", "unknown" },
    { "hardware_platform", "unknown" },
    { "operating_system", "GNU/Linux" },
  }
end

---@return true
function applet.run(opts)
  local chosen, object = {}, {}
  local none = next(opts) == nil or (opts.json and next(opts, "json") == nil and
    next(opts) == "json")
  for i, fact in ipairs(facts()) do
    local name, value = fact[1], fact[2]
    local is_all = opts.all and value ~= "unknown" or opts.json and none
    if is_all or opts[name] or none and i == 1 then
      chosen[#chosen + 1] = value
      object[name] = value
    end
  end
  if opts.json then
    io.write(require("json").encode(object), "\n")
  else
    io.write(table.concat(chosen, " "), "\n")
  end
  return true
end

return applet
