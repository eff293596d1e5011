-- applets/svc.lua - see and steer the services of PID 1
--
-- Layer: applet; calls init.svc.*, one room per kind of command. The core
-- answers, this prints: its exit codes are the core's (docs/supervision.md):
-- 0 ok, 1 failed, 2 usage, 3 timeout, 4 no such service, 5 refused, 6 no
-- contact with PID 1.

local cli = require "cli"

local applet = {
  summary = "see and steer the services that PID 1 runs",
  usage = "[COMMAND [NAME]...]",
  usage_status = 2,
  json = true,
  options = {
    { "f", "force", help = "stop what needs it, too; log: follow; switch-root: to any init" },
    { "w", "wait", arg = "SECONDS", optional = true,
      help = "start, stop, restart, once: until it is done" },
    { "t", "timeout", arg = "SECONDS", type = "number", help = "wait no longer than this" },
    { "n", "lines", arg = "N", type = "integer", help = "log: only the last N lines" },
    { "F", "follow", help = "log: go on with new lines" },
    { "c", "confirm", arg = "SECONDS", type = "number",
      help = "apply: back to the old plan if it is not confirmed in time" },
    { false, "svg", help = "bootchart: a picture, not text" },
    { "a", "all", help = "bootchart: groups as well" },
  },
  examples = {
    { "svc", "list all services" },
    { "svc status dhcp", "all about one" },
    { "svc why web", "what it waits for" },
    { "svc restart -w web", "and wait until it is up" },
    { "svc log -n 20 -f dhcp", "the last lines it wrote, and what comes" },
    { "svc kill HUP web", "send it a signal" },
    { "svc plan; svc apply -c 60", "after editing service files" },
    { "svc bootchart --svg", "where the time of the boot went" },
  },
}

local ROOMS = {
  show = { "list", "status", "why" },
  act = { "start", "stop", "restart", "reload", "wait", "once", "kill", "signal", "enable",
    "disable", "cond", "poweroff", "reboot", "halt", "soft", "rescue", "reexec", "switch-root",
    "confirm" },
  follow = { "log", "events" },
  change = { "check", "plan", "apply", "rollback" },
  chart = { "bootchart", "graph" },
}

--- What is about all: `svc poweroff web` is a slip, and no wish to power off.
local ALONE = {}
for word in ("list poweroff reboot halt soft rescue confirm plan apply rollback bootchart graph")
  :gmatch "%S+" do
  ALONE[word] = true
end

local function find(name)
  local all = {}
  for room, names in pairs(ROOMS) do
    for _, one in ipairs(names) do
      if one == name then return require("init.svc." .. room)[name] end
      all[#all + 1] = one
    end
  end
  table.sort(all)
  cli.usage(("no such command: %s; there are %s"):format(name, table.concat(all, " ")))
end

function applet.run(opts, args)
  local name = table.remove(args, 1) or "list"
  local command = find(name)
  if ALONE[name] and args[1] then cli.usage(("%s takes no name: %s"):format(name, args[1])) end
  return command(opts, args)
end

return applet
