-- cli.lua - runs an applet: options, messages, exit status
--
-- Layer: library. An applet is a table: summary, usage, options, operands, run.
-- Parsing options (cli_options.lua) and help (cli_help.lua) are loaded when a
-- call needs them: what is loaded costs every start.

local vm = require "vm"

local cli = {}

local USAGE_STATUS = 1
local HYPHEN = 45

local name -- of the applet that runs
local warned = false

---@class cli.Option
---@field [1] string|false|nil the letter
---@field [2] string|false|nil the long name
---@field help string
---@field arg string? its value's name in the help; the option takes a value
---@field type "integer"|"number"|nil of the value; text otherwise
---@field many boolean? collects its values in an array
---@field optional boolean? the long name's value may be left out (--color, --color=never),
---  the letter takes none: true then
---@field attached boolean? with optional: the letter takes what follows it (date -Iseconds)
---@field clears string[]? opts that this one undoes when it comes after them

---@class cli.Applet
---@field summary string one line
---@field usage string what follows the name
---@field options cli.Option[]?
---@field operands { min: integer?, max: integer? }?
---@field posix boolean? options end at the first operand
---@field digits string? -5 is --NAME=5, for this long name (head, grep)
---@field dashed string? pattern of operands that begin with "-" (chmod -w)
---@field raw boolean? the arguments go to run as they are
---@field json boolean? offers --json
---@field usage_status integer? exit status of wrong usage: 1
---@field commands string[][]? { command with its operands, what it does }
---@field examples string[][]? { command, what it does }
---@field run fun(opts: table, args: string[]): boolean|integer|nil, any

local function put(text) io.stderr:write(text) end

--- Report what went wrong with one object, and go on; the exit status will be 1.
---@param object any? a file, a host ...; nil for none
---@param err any the reason
function cli.warn(object, err)
  warned = true
  vm.flush()
  local quote = require "text.quote"
  local prefix = object and quote.terminal(tostring(object), io.stderr) .. ": " or ""
  put(name .. ": " .. prefix .. tostring(err) .. "\n")
end

local Usage = {}

--- The exit status will be 1, for a reason that is not to be shown.
function cli.failed() warned = true end

--- Wrong usage: the message, then the usage line; exit status 1.
---@param message string
function cli.usage(message) error(setmetatable({ message = message }, Usage), 0) end

--- The name the applet was called by.
---@return string
function cli.name() return name end

--- Split arguments into options and operands.
---@param applet cli.Applet
---@param argv string[] from 1
---@return table opts by long name, "-" as "_", else by letter
---@return string[] operands
function cli.parse(applet, argv) return require("cli_options").parse(applet, argv) end

local function check_operands(applet, operands)
  local allowed = applet.operands
  if not allowed then return end
  if #operands < (allowed.min or 0) then cli.usage("missing operand") end
  if allowed.max and #operands > allowed.max then cli.usage("too many operands") end
end

--- The options are parsed by a module of its own, for most calls have none.
local function arguments(applet, argv)
  if applet.raw then
    local only = #argv == 1 and argv[1]
    return { help = only == "--help", version = only == "--version" }, argv
  end
  for i = 1, #argv do
    if argv[i]:byte() == HYPHEN then return cli.parse(applet, argv) end
  end
  return {}, argv
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

--- What is not a usage error is a bug, and wants its traceback; or a part that the build left out.
local function on_error(err)
  if getmetatable(err) == Usage then return err end
  if tostring(err):find(" is left out of this luabox$") then return { left_out = err } end
  return debug.traceback(tostring(err), 2)
end

local function status_of(ok, result, err)
  if not ok then
    if getmetatable(result) == Usage then return nil, result end
    if not result.left_out then error(result, 0) end
    result, err = nil, result.left_out
  end
  if type(result) == "number" then return result end
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
    vm.flush()
    put(name .. ": " .. usage.message .. "\n" .. require("cli_help").usage(name, applet))
    return applet.usage_status or USAGE_STATUS
  end
  local ok, err = vm.flush()
  if not ok and status == 0 then
    cli.warn("write error", err)
    status = 1
  end
  return status
end

return cli
