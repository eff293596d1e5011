-- power.lua - what poweroff, reboot and halt have in common
--
-- Layer: library; calls S. The order goes to PID 1, which stops the services
-- first; with -f it goes straight to the kernel: reboot(2). How PID 1 is asked
-- is passed in, since nothing here knows init.

local cli = require "cli"
local S = require "syscall"

local power = {}

local OPTIONS = {
  { "f", "force", help = "at once: ask no one, stop no service, unmount nothing" },
  { "n", "no-sync", help = "with -f: do not write what is still in memory" },
  { "d", "delay", arg = "SECONDS", optional = true, type = "integer",
    help = "wait before; without a number it is ignored, as there is no wtmp" },
  { "w", "wtmp-only", help = "do nothing: there is no wtmp to write to" },
}

--- How to go on: what a user can do when PID 1 does not listen.
local function unanswered(name, err)
  return ("PID 1 did not take the order: %s\n%s: to do it at once, without stopping anything: "
    .. "%s -f"):format(tostring(err), name, name)
end

--- Make the applet.
---@param spec { name: string, summary: string, verb: string, command: string, options: table? }
---@param ask fun(verb: string): any, any, integer records, text, code: 0 when it was taken
---@return cli.Applet
function power.applet(spec, ask)
  local applet = {
    summary = spec.summary,
    usage = "[-fn] [-d [SECONDS]]",
    options = table.move(OPTIONS, 1, #OPTIONS, 1, {}),
    operands = { max = 1 },
    examples = { { spec.name .. " -f", "when the system no longer obeys" } },
  }
  if spec.options then
    applet.options = table.move(spec.options, 1, #spec.options, #OPTIONS + 1, applet.options)
  end

  function applet.run(opts, args)
    if opts.wtmp_only then return true end
    local delay = opts.delay == true and args[1] or opts.delay
    local seconds = delay ~= true and tonumber(delay) or 0
    if args[1] and (delay ~= args[1] or not tonumber(args[1])) then
      cli.usage("unexpected operand: " .. args[1])
    end
    if seconds < 0 then cli.usage("-d: a time expected") end
    if seconds > 0 then S.nanosleep(seconds) end

    local verb, command = spec.verb, spec.command
    if opts.poweroff then verb, command = "poweroff", "power_off" end
    if opts.force then
      if not opts.no_sync then S.sync() end
      return S.reboot(command)
    end
    local _, text, code = ask(verb)
    if code == 0 then return true end
    return nil, unanswered(spec.name, text)
  end

  return applet
end

return power
