-- applets/kill.lua - send a signal to processes
--
-- Layer: applet; calls S.
-- POSIX kill, with procps' -L and util-linux' -s and -q left to them.
-- "-9" and "-TERM" look like options, and a negative operand is a process
-- group: so the arguments are taken apart here.

local cli = require "cli"
local S = require "syscall"
local signals = require "proc.signals"

local WIDTH = 80

local applet = {
  summary = "send a signal, TERM unless told, to processes or (-PID) process groups",
  usage = "[-s SIGNAL | -SIGNAL] PID...   or: kill -l [SIGNAL]...",
  options = {
    { "s", "signal", arg = "SIGNAL", help = "the signal's name or number; 0 only checks" },
    { "l", "list", help = "names of signals, or the name of a number and the other way round" },
    { "L", "table", help = "all signals with their numbers" },
  },
  raw = true,
  json = true,
  examples = {
    { "kill -HUP 1", "tell PID 1 to read its configuration again" },
    { "kill -0 1234", "is there such a process, and may I signal it?" },
    { "kill -9 -- -1234", "end all processes of group 1234" },
  },
}

local function print_list()
  local line = ""
  for _, signal in ipairs(signals.list()) do
    if #line + 1 + #signal.name >= WIDTH then
      io.write(line, "\n")
      line = ""
    end
    line = line == "" and signal.name or line .. " " .. signal.name
  end
  io.write(line, "\n")
end

local function print_table()
  local list = signals.list()
  for i, signal in ipairs(list) do
    local is_last = i % 7 == 0 or i == #list
    io.write(("%2d %s"):format(signal.number, signal.name),
      is_last and "\n" or (" "):rep(8 - #signal.name))
  end
end

--- The other form of each: a shell's exit status means its signal, as in POSIX.
local function translate(words)
  for _, word in ipairs(words) do
    local number = math.tointeger(tonumber(word))
    local answer
    if number then
      answer = signals.name(number > 128 and number - 128 or number)
    else
      answer = signals.number(word)
    end
    if answer then
      io.write(answer, "\n")
    else
      cli.warn(word, "no such signal")
    end
  end
  return true
end

local function list(args, first)
  if args[first] == "--json" then
    io.write(require("json").encode(signals.list()), "\n")
    return true
  end
  if first <= #args then return translate(table.move(args, first, #args, 1, {})) end
  print_list()
  return true
end

local function signal_of(text)
  return signals.number(text) or cli.usage("unknown signal: " .. tostring(text))
end

--- The signal, and where the operands begin.
local function parse(args)
  local signal, i = S.c.SIG.TERM, 1
  local arg = args[1] or ""
  local value = arg:match("^%-[sn](.+)") or arg:match("^%-%-signal=(.*)")
  if value and signals.number(value) and not signals.number(arg:sub(2)) then
    signal, i = signal_of(value), 2
  elseif arg == "-s" or arg == "-n" or arg == "--signal" then
    if not args[2] then cli.usage("option " .. arg .. " needs an argument") end
    signal, i = signal_of(args[2]), 3
  elseif arg:find("^%-%-.") then
    cli.usage("unknown option " .. arg)
  elseif arg:find("^%-[%w]") then
    signal, i = signal_of(arg:sub(2)), 2
  end
  if args[i] == "--" then i = i + 1 end
  return signal, i
end

---@param args string[] all arguments
---@return true|integer status
function applet.run(_, args)
  if args[1] == "-l" or args[1] == "--list" then return list(args, 2) end
  local wanted = (args[1] or ""):match("^%-l(.+)") or (args[1] or ""):match("^%-%-list=(.+)")
  if wanted then return translate { wanted } end
  if args[1] == "-L" or args[1] == "--table" then
    print_table()
    return true
  end

  local signal, first = parse(args)
  if first > #args then cli.usage("missing operand") end
  for i = first, #args do
    local pid = args[i]:find("^%-?%d+$") and math.tointeger(tonumber(args[i]))
    if not pid or pid ~= (pid << 32 >> 32) and -pid ~= (-pid << 32 >> 32) then
      cli.warn(args[i], "not a process number")
    else
      local ok, err = S.kill(pid, signal)
      if not ok then cli.warn(args[i], err) end
    end
  end
  return true
end

return applet
