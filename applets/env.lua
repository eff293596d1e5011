-- applets/env.lua - run a command in a changed environment, or print it
--
-- Layer: applet; calls S.
-- Follows GNU env, -S included; its exit statuses: 125 env failed, 126 the
-- command cannot run, 127 it was not found.

local cli = require "cli"
local S = require "syscall"

local FAILED, CANNOT_RUN, NOT_FOUND = 125, 126, 127

local applet = {
  summary = "run a command in a changed environment, or print the environment",
  usage = "[-i0v] [-u NAME] [-C DIR] [-S TEXT] [-] [NAME=VALUE]... [COMMAND [ARG]...]",
  options = {
    { "i", "ignore-environment", help = "start with an empty environment" },
    { "u", "unset", arg = "NAME", many = true, help = "remove the variable" },
    { "C", "chdir", arg = "DIR", help = "change to DIR before running the command" },
    { "S", "split-string", arg = "TEXT", help = "split TEXT into arguments, for #! lines" },
    { "0", "null", help = "end each line with a zero byte instead of a newline" },
    { "v", "debug", help = "tell each step on standard error" },
  },
  posix = true,
  usage_status = FAILED,
  examples = {
    { "env -i PATH=/bin sh", "a shell with nothing but PATH" },
    { "#!/usr/bin/env -S lua -W", "a first line of a script, with an option" },
  },
}

local ESCAPES = { f = "\f", n = "\n", r = "\r", t = "\t", v = "\v", ["#"] = "#", ["$"] = "$",
  ["\\"] = "\\", ['"'] = '"', ["'"] = "'", _ = " " }

--- Split as -S does: blanks separate, quotes hold together, ${NAME} is replaced.
---@param text string
---@return string[] words
local function split(text)
  local words, word, quote = {}, nil, nil
  local i = 1
  while i <= #text do
    local c = text:sub(i, i)
    if c == "\\" and not (quote == "'" and not text:find("^[\\']", i + 1)) then
      i = i + 1
      c = text:sub(i, i)
      if c == "c" and not quote then break end -- ignore the rest
      if c == "_" and not quote then -- separates, as a blank does
        if word then words[#words + 1] = word end
        word = nil
      elseif ESCAPES[c] then
        word = (word or "") .. ESCAPES[c]
      elseif c == "" then
        cli.usage("-S: backslash at the end of the text")
      else
        cli.usage("-S: unknown escape \\" .. c)
      end
    elseif c == quote then
      quote = nil
    elseif not quote and (c == '"' or c == "'") then
      quote = c
      word = word or ""
    elseif c == "$" and quote ~= "'" then
      local name = text:match("^%${([%a_][%w_]*)}", i)
      if not name then cli.usage("-S: only ${NAME} is replaced: " .. text:sub(i)) end
      local value = os.getenv(name)
      if value then word = (word or "") .. value end
      i = i + #name + 2
    elseif not quote and c:find("%s") then
      if word then words[#words + 1] = word end
      word = nil
    elseif not quote and c == "#" and not word then
      break -- a comment
    else
      word = (word or "") .. c
    end
    i = i + 1
  end
  if quote then cli.usage("-S: no closing quote") end
  if word then words[#words + 1] = word end
  return words
end

--- An environment as the kernel has it: "NAME=value" in order.
local function set(environment, assignment)
  local name = assignment:match("^[^=]*=")
  for i, old in ipairs(environment) do
    if old:sub(1, #name) == name then
      environment[i] = assignment
      return
    end
  end
  environment[#environment + 1] = assignment
end

local function unset(environment, name)
  for i = #environment, 1, -1 do
    if environment[i]:sub(1, #name + 1) == name .. "=" then table.remove(environment, i) end
  end
end

local function trace(opts, ...)
  if opts.debug then io.stderr:write(...) end
end

---@return true|integer status
function applet.run(opts, args)
  while opts.split_string do
    local words = split(opts.split_string)
    opts.split_string = nil
    table.move(args, 1, #args, #words + 1, words)
    local more
    more, args = cli.parse(applet, words)
    for key, value in pairs(more) do
      opts[key] = key == "unset" and opts.unset and
        table.move(value, 1, #value, #opts.unset + 1, opts.unset) or value
    end
  end

  local first = 1
  if args[1] == "-" then
    opts.ignore_environment = true
    first = 2
  end
  local environment = opts.ignore_environment and {} or S.environ(true)
  if opts.ignore_environment then trace(opts, "cleaning environ\n") end
  for _, name in ipairs(opts.unset or {}) do
    if name == "" or name:find("=", 1, true) then
      cli.warn(name, "cannot unset: not a name")
      return FAILED
    end
    trace(opts, "unset:    ", name, "\n")
    unset(environment, name)
  end
  while args[first] and args[first]:find("=", 1, true) do
    trace(opts, "setenv:   ", args[first], "\n")
    set(environment, args[first])
    first = first + 1
  end

  local argv = table.move(args, first, #args, 1, {})
  if #argv == 0 then
    if opts.chdir then cli.usage("-C needs a command") end
    local ending = opts.null and "\0" or "\n"
    for _, assignment in ipairs(environment) do io.write(assignment, ending) end
    return true
  end
  if opts.null then cli.usage("-0 goes with no command") end
  if opts.chdir then
    trace(opts, "chdir:    ", opts.chdir, "\n")
    local ok, err = S.chdir(opts.chdir)
    if not ok then
      cli.warn(opts.chdir, err)
      return FAILED
    end
  end
  trace(opts, "executing: ", argv[1], "\n")
  for i, arg in ipairs(argv) do trace(opts, ("   arg[%d]= %s\n"):format(i - 1, arg)) end
  local err = require("proc.exec").replace(argv, environment)
  cli.warn(argv[1], err)
  return (err.NOENT or err.NOTDIR) and NOT_FOUND or CANNOT_RUN
end

return applet
