-- applets/svc.lua - see and steer the services of PID 1
--
-- Layer: applet; calls init.client. The core answers, this prints: its exit
-- codes are the core's (docs/services.md): 0 ok, 1 failed, 2 usage, 3 timeout,
-- 4 no such service, 5 refused, 6 no contact with PID 1.

local S = require "syscall"
local cli = require "cli"
local client = require "init.client"
local json = require "json"
local quote = require "text.quote"

local applet = {
  summary = "see and steer the services that PID 1 runs",
  usage = "[COMMAND [NAME]...]",
  usage_status = client.USAGE,
  json = true,
  options = {
    { "f", "force", help = "stop: also what needs the service" },
    { "w", "wait", help = "start, stop, restart, wait: until it is done" },
    { "t", "timeout", arg = "SECONDS", type = "number", help = "wait no longer than this" },
    { "n", "lines", arg = "N", type = "integer", help = "log: only the last N lines" },
    { "F", "follow", help = "log: go on with new lines" },
  },
  examples = {
    { "svc", "list all services" },
    { "svc status dhcp", "all about one" },
    { "svc why web", "what it waits for" },
    { "svc restart -w web", "and wait until it is up" },
    { "svc log -n 20 dhcp", "the last lines it wrote" },
    { "svc kill HUP web", "send it a signal" },
  },
}

local NUMBERS = {
  "pid", "since_ms", "restarts", "line", "starts", "ready_ms", "retry_ms", "last_pid", "exit",
}

local function with_numbers(record)
  for _, key in ipairs(NUMBERS) do
    if record[key] then record[key] = math.tointeger(tonumber(record[key])) end
  end
  return record
end

local function duration(ms)
  local s = (ms or 0) // 1000
  if s < 10 then return ("%.1fs"):format((ms or 0) / 1000) end
  if s < 100 then return ("%ds"):format(s) end
  if s < 6000 then return ("%dm%02ds"):format(s // 60, s % 60) end
  if s < 360000 then return ("%dh%02dm"):format(s // 3600, s // 60 % 60) end
  return ("%dd%02dh"):format(s // 86400, s // 3600 % 24)
end

--- What is worth a note behind the state.
local function note(record)
  if record.waits_for then return "for " .. record.waits_for end
  if record.state == "up" or record.state == "done" then return record.desc or "" end
  return record.detail or record.desc or ""
end

--- The core's answer to a failed request, printed; its exit code.
local function finish(text, code)
  if code == client.NO_CONTACT then
    cli.warn(nil, "no contact with PID 1: " .. tostring(text))
  elseif text then
    cli.warn(nil, text)
  end
  return code
end

-- ---- commands: each gets options and operands, returns an exit code ----

local commands = {}

function commands.list(opts)
  local records, text, code = client.ask "list"
  if not records then return finish(text, code) end
  for _, record in ipairs(records) do with_numbers(record) end
  if opts.json then
    io.write(json.encode(json.array(records)), "\n")
    return code
  end
  local width = 4
  for _, record in ipairs(records) do width = math.max(width, #record.name) end
  local format = ("%%-%ds  %%-9s %%7s  %%6s  %%s\n"):format(width)
  io.write((format:format("NAME", "STATE", "SINCE", "PID", "NOTE")))
  for _, record in ipairs(records) do
    local line = format:format(record.name, record.state, duration(record.since_ms),
      record.pid or "-", note(record))
    io.write(quote.terminal((line:gsub("%s+$", ""))), "\n")
  end
  return code
end

local ORDER = {
  "name", "desc", "kind", "state", "want", "waits_for", "reason", "detail", "pid", "since_ms",
  "ready_ms", "retry_ms", "starts", "restarts", "last_pid", "exit", "signal", "file", "line",
}

function commands.status(opts, names)
  local worst = client.OK
  if not names[1] then return commands.list(opts) end
  for _, name in ipairs(names) do
    local records, text, code = client.ask("status", name)
    if records and records[1] then
      local record = with_numbers(records[1])
      if opts.json then
        io.write(json.encode(record), "\n")
      else
        for _, key in ipairs(ORDER) do
          local value = record[key]
          if value then
            if key:find("_ms$") then key, value = key:sub(1, -4), duration(value) end
            io.write(quote.terminal(("%-9s %s"):format(key:gsub("_", " "), value)), "\n")
          end
        end
      end
    else
      finish(name .. ": " .. tostring(text), code)
    end
    worst = math.max(worst, code)
  end
  return worst
end

local function why_line(record)
  local parts = { record.name, " ", record.state }
  if record.since_ms then parts[#parts + 1] = " " .. duration(record.since_ms) end
  if record.reason then
    parts[#parts + 1] = (" (%s: %s)"):format(record.reason, record.detail or "")
  end
  if record.pid then parts[#parts + 1] = " pid " .. record.pid end
  if record.retry_ms then
    parts[#parts + 1] = ", again in " .. duration(record.retry_ms)
  end
  return table.concat(parts)
end

function commands.why(opts, names)
  if not names[1] then cli.usage("why: name of a service expected") end
  local records, text, code = client.ask("why", names[1])
  if not records or code ~= client.OK then return finish(text, code) end
  local lines = {}
  for i, record in ipairs(records) do lines[i] = why_line(with_numbers(record)) end
  if opts.json then
    io.write(json.encode(json.array(records)), "\n")
  else
    io.write(quote.terminal(table.concat(lines, " <- ")), "\n")
  end
  return code
end

--- start, stop, restart, reload and wait: one request per name.
local function act(verb, opts, names, ...)
  if not names[1] then cli.usage(verb .. ": name of a service expected") end
  local worst = client.OK
  for _, name in ipairs(names) do
    local args = { name, ... }
    if opts.wait or opts.timeout or verb == "wait" then
      args[#args + 1] = ("wait=%d"):format(math.ceil((opts.timeout or 0) * 1000))
    end
    if opts.force then args[#args + 1] = "force=1" end
    local records, text, code = client.ask(verb, table.unpack(args))
    if code ~= client.OK then finish(name .. ": " .. tostring(text), code) end
    for _, record in ipairs(records or {}) do
      if record.dependant then io.stderr:write("  ", record.dependant, "\n") end
    end
    worst = math.max(worst, code)
  end
  return worst
end

for _, verb in ipairs { "start", "stop", "restart", "reload", "wait" } do
  commands[verb] = function(opts, names) return act(verb, opts, names) end
end

function commands.kill(opts, names)
  local text = table.remove(names, 1)
  local number = text and (math.tointeger(tonumber(text)) or
    rawget(S.c.SIG, (text:upper():gsub("^SIG", ""))))
  if not number then cli.usage("kill: signal expected: svc kill HUP NAME") end
  return act("kill", opts, names, "signal=" .. number)
end

for _, verb in ipairs { "poweroff", "reboot", "halt", "reexec" } do
  commands[verb] = function()
    local _, text, code = client.ask(verb)
    return finish(text, code)
  end
end

local function print_lines(lines, wanted, opts, from)
  for i = from, #lines do
    local line = lines[i]
    if opts.json then
      io.write(json.encode(line), "\n")
    else
      local prefix = wanted and "" or line.name .. ": "
      io.write(os.date("%b %d %H:%M:%S ", math.floor(line.real)),
        quote.terminal(prefix .. line.text), "\n")
    end
  end
end

function commands.log(opts, names)
  local journal = require "init.journal"
  local records, text, code = client.ask "log"
  if not records or not records[1] then return finish(text, code) end
  local fd, err = S.open(records[1].journal, "rdonly, cloexec")
  if not fd then return finish(records[1].journal .. ": " .. tostring(err), client.FAILED) end
  local wanted
  if names[1] then
    wanted = {}
    for _, name in ipairs(names) do wanted[name] = true end
  end
  local position = 0
  repeat
    local lines, next_position = journal.read(fd, position)
    if not lines then return finish(next_position, client.FAILED) end
    local chosen = {}
    for _, line in ipairs(lines) do
      if not wanted or wanted[line.name] then chosen[#chosen + 1] = line end
    end
    local first = opts.lines and position == 0 and math.max(1, #chosen - opts.lines + 1) or 1
    print_lines(chosen, wanted and not names[2], opts, first)
    position = next_position
    if opts.follow then
      io.stdout:flush()
      S.nanosleep(0.2)
    end
  until not opts.follow
  fd:close()
  return client.OK
end

function applet.run(opts, args)
  local name = table.remove(args, 1) or "list"
  local command = commands[name]
  if not command then cli.usage("no such command: " .. name) end
  return command(opts, args)
end

return applet
