-- applets/svc.lua - see and steer the services of PID 1
--
-- Layer: applet; calls init.svc.*, one room per kind of command. The core
-- answers, this prints: its exit codes are the core's (docs/supervision.md):
-- 0 ok, 1 failed, 2 usage, 3 timeout, 4 no such service, 5 refused, 6 no
-- contact with PID 1.

local cli = require "cli"

local COMMANDS = {
  { "list", "what runs; so does svc alone", room = "show" },
  { "status NAME...", "all about one", room = "show" },
  { "why NAME", "what it waits for, or why it is not up", room = "show" },
  { "start NAME...", "start it, with what it needs", room = "act" },
  { "stop NAME...", "stop it", room = "act" },
  { "restart NAME...", "stop it and start it", room = "act" },
  { "once NAME...", "start it; it is not restarted when it ends", room = "act" },
  { "reload NAME...", "have it read its configuration", room = "act" },
  { "wait NAME...", "until it is up", room = "act" },
  { "kill SIGNAL NAME...", "send a signal", room = "act" },
  { "signal SIGNAL NAME...", "the same", room = "act" },
  { "enable NAME...", "start it, now and at boot", room = "act" },
  { "disable NAME...", "stop it, and leave it out at boot", room = "act" },
  { "log [NAME]...", "what it printed", room = "follow" },
  { "events [NAME]...", "each change of state, as it happens", room = "follow" },
  { "cond set NAME", "fulfil what waits for cond:NAME; cond clear NAME", room = "act" },
  { "check [DIR | FILE]", "are the service files in order?", room = "change" },
  { "plan", "what apply would change", room = "change" },
  { "apply", "load the service files, change what differs", room = "change" },
  { "confirm", "keep what apply --confirm did", room = "act" },
  { "rollback", "back to the plan before", room = "change" },
  { "bootchart", "where the time of the boot went", room = "chart" },
  { "graph", "what needs what, for Graphviz's dot", room = "chart" },
  { "poweroff", "stop all, and switch off", room = "act" },
  { "reboot", "stop all, and start again", room = "act" },
  { "halt", "stop all, and stand still", room = "act" },
  { "kexec", "stop all, and go on with the kernel that is loaded", room = "act" },
  { "soft", "stop all, and start all, without the kernel", room = "act" },
  { "rescue", "a prompt on the console", room = "act" },
  { "reexec [BINARY]", "a new binary as PID 1; services go on", room = "act" },
  { "switch-root DIR [BINARY]", "the same, with another root", room = "act" },
}

local applet = {
  summary = "see and steer the services that PID 1 runs",
  usage = "[COMMAND [NAME]...]",
  usage_status = 2,
  json = true,
  commands = COMMANDS,
  options = {
    { "f", "force", help = "stop what needs it, too; log: follow; switch-root: to any init" },
    { "w", "wait", arg = "SECONDS", optional = true, type = "number",
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

--- What is about all: `svc poweroff web` is a slip, and no wish to power off.
local function is_alone(words) return not words:find(" ", 1, true) end

local function find(name)
  local all, known = {}, {}
  for _, command in ipairs(COMMANDS) do
    local word = command[1]:match("^%S+")
    if word == name then return require("init.svc." .. command.room)[name], is_alone(command[1]) end
    all[#all + 1], known[word] = word, true
  end
  local near = require("init.schema.checks").did_you_mean(name, known)
  cli.usage(("no such command: %s%s"):format(name,
    near ~= "" and near or "; there are " .. table.concat(all, " ")))
end

--- Numbers that count, or measure time, are none below 0.
local function check_numbers(opts)
  for _, name in ipairs { "wait", "timeout", "lines", "confirm" } do
    if type(opts[name]) == "number" and opts[name] < 0 then
      cli.usage(("--%s: %s is less than 0"):format(name, opts[name]))
    end
  end
end

function applet.run(opts, args)
  local name = table.remove(args, 1) or "list"
  local command, alone = find(name)
  if alone and args[1] then cli.usage(("%s takes no name: %s"):format(name, args[1])) end
  check_numbers(opts)
  return command(opts, args)
end

return applet
