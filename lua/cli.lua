-- cli.lua - runs an applet: options, messages, exit status
--
-- Layer: library. An applet is a table: summary, usage, options, operands, run.
-- Help, completion and the manual are made of the same table (cli_help.lua),
-- which is loaded when it is asked for. POSIX utility syntax guidelines, with
-- GNU's long options.

local cli = {}

local USAGE_STATUS = 1

local name -- of the applet that runs
local warned = false

---@class cli.Option
---@field [1] string|false|nil the letter
---@field [2] string|false|nil the long name
---@field help string
---@field arg string? its value's name in the help; the option takes a value
---@field type "integer"|"number"|nil of the value; text otherwise
---@field many boolean? collects its values in an array

---@class cli.Applet
---@field summary string one line
---@field usage string what follows the name
---@field options cli.Option[]?
---@field operands { min: integer?, max: integer? }?
---@field posix boolean? options end at the first operand
---@field raw boolean? the arguments go to run as they are
---@field json boolean? offers --json
---@field usage_status integer? exit status of wrong usage: 1
---@field examples string[][]? { command, what it does }
---@field run fun(opts: table, args: string[]): boolean|integer|nil, any

local function put(text) io.stderr:write(text) end

--- Report what went wrong with one object, and go on; the exit status will be 1.
---@param object any? a file, a host ...; nil for none
---@param err any the reason
function cli.warn(object, err)
  warned = true
  io.stdout:flush()
  local quote = require "text.quote"
  local prefix = object and quote.terminal(tostring(object), io.stderr) .. ": " or ""
  put(name .. ": " .. prefix .. tostring(err) .. "\n")
end

local Usage = {}

--- Wrong usage: the message, then the usage line; exit status 1.
---@param message string
function cli.usage(message) error(setmetatable({ message = message }, Usage), 0) end

--- The name the applet was called by.
---@return string
function cli.name() return name end

local JSON = { false, "json", help = "print the list as JSON" }

--- All options of an applet, with those that every applet has.
---@param applet cli.Applet
---@return cli.Option[]
function cli.options(applet)
  local list = table.move(applet.options or {}, 1, #(applet.options or {}), 1, {})
  if applet.json then list[#list + 1] = JSON end
  list[#list + 1] = { false, "help", help = "print this help" }
  list[#list + 1] = { false, "version", help = "print the version" }
  return list
end

--- The option a long name or its unambiguous beginning means.
local function find_long(list, text)
  local found
  for _, option in ipairs(list) do
    local long = option[2]
    if long == text then return option end
    if long and long:sub(1, #text) == text then
      if found then cli.usage("ambiguous option --" .. text) end
      found = option
    end
  end
  if not found then
    local hint = require("cli_help").nearest(list, text)
    cli.usage("unknown option --" .. text .. (hint and " (did you mean --" .. hint .. "?)" or ""))
  end
  return found
end

local function find_letter(list, letter)
  for _, option in ipairs(list) do
    if option[1] == letter then return option end
  end
  cli.usage("unknown option -" .. letter)
end

local function shown(option) return option[2] and "--" .. option[2] or "-" .. option[1] end

local function converted(option, value)
  if not option.type then return value end
  local number = tonumber(value)
  if option.type == "integer" then number = math.tointeger(number) end
  if not number or not value:find("^%s*[-+]?[%d.]") then
    cli.usage(shown(option) .. ": " .. option.type .. " expected: " .. value)
  end
  return number
end

local function set(opts, option, value)
  local key = (option[2] or option[1]):gsub("-", "_")
  if option.arg then
    value = converted(option, value)
  else
    value = true
  end
  if option.many then
    local list = opts[key] or {}
    list[#list + 1] = value
    value = list
  end
  opts[key] = value
end

local function parse_long(list, opts, argv, i)
  local text, value = argv[i]:match("^%-%-([^=]+)=(.*)$")
  local option = find_long(list, text or argv[i]:sub(3))
  if option.arg then
    if not value then
      i = i + 1
      value = argv[i]
    end
    if not value then cli.usage("option --" .. option[2] .. " needs an argument") end
  elseif value then
    cli.usage("option --" .. option[2] .. " takes no argument")
  end
  set(opts, option, value)
  return i
end

local function parse_letters(list, opts, argv, i)
  local letters = argv[i]
  local at = 2
  while at <= #letters do
    local option = find_letter(list, letters:sub(at, at))
    at = at + 1
    local value
    if option.arg then
      value = letters:sub(at)
      at = #letters + 1
      if value == "" then
        i = i + 1
        value = argv[i]
      end
      if not value then cli.usage("option -" .. option[1] .. " needs an argument") end
    end
    set(opts, option, value)
  end
  return i
end

--- Split arguments into options and operands.
---@param applet cli.Applet
---@param argv string[] from 1
---@return table opts by long name, "-" as "_", else by letter
---@return string[] operands
function cli.parse(applet, argv)
  local list = cli.options(applet)
  local opts, operands = {}, {}
  local i = 1
  while i <= #argv do
    local arg = argv[i]
    if arg == "--" then
      table.move(argv, i + 1, #argv, #operands + 1, operands)
      break
    elseif arg:sub(1, 2) == "--" then
      i = parse_long(list, opts, argv, i)
    elseif arg:sub(1, 1) == "-" and arg ~= "-" then
      i = parse_letters(list, opts, argv, i)
    else
      operands[#operands + 1] = arg
      if applet.posix then
        table.move(argv, i + 1, #argv, #operands + 1, operands)
        break
      end
    end
    if opts.help or opts.version then break end -- what follows does not matter
    i = i + 1
  end
  return opts, operands
end

local function check_operands(applet, operands)
  local allowed = applet.operands
  if not allowed then return end
  if #operands < (allowed.min or 0) then cli.usage("missing operand") end
  if allowed.max and #operands > allowed.max then cli.usage("too many operands") end
end

local function arguments(applet, argv)
  if applet.raw then
    local only = #argv == 1 and argv[1]
    return { help = only == "--help", version = only == "--version" }, argv
  end
  return cli.parse(applet, argv)
end

local function execute(applet, argv)
  local opts, operands = arguments(applet, argv)
  if opts.help then
    io.write(require("cli_help").text(name, applet))
    return true
  elseif opts.version then
    io.write(name, " (luabox) ", require "version", "\n")
    return true
  end
  if not applet.raw then check_operands(applet, operands) end
  return applet.run(opts, operands)
end

--- What is not a usage error is a bug, and wants its traceback.
local function on_error(err)
  if getmetatable(err) == Usage then return err end
  return debug.traceback(tostring(err), 2)
end

local function status_of(ok, result, err)
  if not ok then
    if getmetatable(result) ~= Usage then error(result, 0) end
    return nil, result
  end
  if math.type(result) == "integer" then return result end
  if result then return warned and 1 or 0 end
  if err ~= nil then cli.warn(nil, err) end
  return 1
end

--- Run an applet. What is written last may fail only when it is flushed.
---@param argv string[] argv[0] is the applet's name
---@return integer status
function cli.main(argv)
  name = argv[0]
  local applet = require("applets." .. name)
  argv[0] = nil
  local status, usage = status_of(xpcall(execute, on_error, applet, argv))
  if usage then
    io.stdout:flush()
    put(name .. ": " .. usage.message .. "\n" .. require("cli_help").usage(name, applet))
    return applet.usage_status or USAGE_STATUS
  end
  local ok, err = io.stdout:flush()
  if not ok and status == 0 then
    cli.warn("write error", (err:gsub("^.-: ", "")))
    status = 1
  end
  return status
end

return cli
