-- cli_options.lua - an applet's options, declared once and parsed here
--
-- Layer: library, loaded by cli.lua when a call has options. POSIX utility
-- syntax guidelines, with GNU's long options and their unambiguous beginnings.

local cli = require "cli"

local options = {}

local JSON = { false, "json", help = "print the list as JSON" }

--- All options of an applet, with those that every applet has.
---@param applet cli.Applet
---@return cli.Option[]
function options.all(applet)
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
  for _, other in ipairs(option.clears or {}) do opts[other] = nil end
  if option.arg and value ~= true then
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
    if not value and option.optional then
      value = true
    elseif not value then
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

local function parse_letters(list, opts, argv, i, digits)
  local letters = argv[i]
  local at = 2
  local number, after = letters:match("^(%d+)()", at)
  if digits and number then
    set(opts, find_long(list, digits), number)
    at = after
  end
  while at <= #letters do
    local option = find_letter(list, letters:sub(at, at))
    at = at + 1
    local value
    if option.attached and at <= #letters then -- date -Iseconds
      value = letters:sub(at)
      at = #letters + 1
    elseif option.arg and option.optional then
      -- only the long name takes text: ls -F, ls -Fl, ls --classify=auto; but udhcpc -a200
      value = option.type and letters:match("^%d+", at) or true
      if value ~= true then at = at + #value end
    elseif option.arg then
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
function options.parse(applet, argv)
  local list = options.all(applet)
  local opts, operands = {}, {}
  local i = 1
  while i <= #argv do
    local arg = argv[i]
    if arg == "--" then
      table.move(argv, i + 1, #argv, #operands + 1, operands)
      break
    elseif arg:sub(1, 2) == "--" then
      i = parse_long(list, opts, argv, i)
    elseif arg:sub(1, 1) == "-" and arg ~= "-"
      and not (applet.dashed and arg:find(applet.dashed)) then
      i = parse_letters(list, opts, argv, i, applet.digits)
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

return options
