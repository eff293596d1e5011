-- ip/command.lua - a command of iproute2's family: options, an object's word, batches
--
-- Layer: library of ip, tc and bridge. What one of them is: its name, its usage, its objects in the
-- order in which abbreviations find them, each a module with run(state, words) -> exit status.

local context = require "ip.context"

local matches = context.matches

local BACKSLASH = 0x5c

local command = {}

---@class ip.Program
---@field name string
---@field usage string
---@field objects string[][] word and module
---@field unknown integer exit status for an unknown object
---@field option_help string? what to try after an unknown option, "-help"
---@field help_status integer? exit status of usage that was asked for, 255

local function usage(program)
  context.fail(program.help_status or 255, (program.usage:gsub("\n$", "")))
end

-- Runs one command; returns its exit status.
local function dispatch(program, state, words)
  local object = words:take()
  local known = program.known -- a batch has the same object in every line
  if known and known[1] == object then return known[2].run(state, words) end
  for _, entry in ipairs(program.objects) do
    if matches(object, entry[1]) then
      program.known = { object, require(entry[2]) }
      return program.known[2].run(state, words)
    end
  end
  if matches(object, "help") then usage(program) end
  context.fail(program.unknown, ('Object "%s" is unknown, try "%s help".')
    :format(object, program.name))
end

-- Calls fn; a failure that it raised is told: -> result | nil, exit status
local function attempt(out, fn, ...)
  local ran, result = pcall(fn, ...)
  if ran then return result end
  local failure = context.failure(result) or error(result, 0)
  if out then out:flush() end
  if failure.message then io.stderr:write(failure.message, "\n") end
  return nil, failure.status
end

-- The words of a line; quotes keep blanks in one.
local function split(line)
  local list, at = {}, 1
  while true do
    at = line:find("%S", at)
    if not at then return list end
    local quote = line:match("^[\"']", at)
    local form = quote and ("^%s([^%s]*)%s?()"):format(quote, quote, quote) or "^(%S+)()"
    list[#list + 1], at = line:match(form, at)
  end
end

local function batch(program, state)
  local path = state.batch
  local file = io.stdin
  if path ~= "-" then
    local err
    file, err = io.open(path)
    if not file then
      context.fail(1, ('Cannot open file "%s" for reading: %s'):format(path,
        (err:gsub("^.-: ", ""))))
    end
  end
  local words_of = require("text.bytes").words
  local result, number, pending, family = 0, 0, "", state.family
  for line in file:lines() do
    number = number + 1
    if line:byte(-1) == BACKSLASH then
      pending = pending .. line:sub(1, -2)
    else
      if pending ~= "" then line, pending = pending .. line, "" end
      local list
      if line:find("[\"'#]") then
        list = split(line:match("^[^#]*"))
      else
        list = words_of(line)
      end
      if list[1] then
        state.family = family -- a command may have narrowed it
        local status, failed = attempt(state.out, dispatch, program, state, context.words(list))
        status = status or failed
        if status ~= 0 then
          io.stdout:flush()
          io.stderr:write(("Command failed %s:%d\n"):format(path, number))
          result = 1
          if not state.force then break end
        end
      end
    end
  end
  return result
end

local FLAGS = { -- in iproute2's order
  { "human", "human" }, { "human-readable", "human" }, { "iec", "iec" }, { "stats", "stats" },
  { "statistics", "stats" }, { "details", "details" }, { "resolve", "resolve" },
  { "oneline", "oneline" }, { "timestamp", "timestamp" }, { "tshort", "timestamp_short" },
  { "force", "force" }, { "brief", "brief" }, { "json", "json" }, { "pretty", "pretty" },
}

local FAMILY = { ["4"] = 2, ["6"] = 10, ["0"] = 17, B = 7, M = 28 }

-- Takes the options before the object.
local function read_options(program, words)
  local state = { stats = 0, loops = 10 }
  while true do
    local word = words:peek()
    if not word or word:sub(1, 1) ~= "-" then break end
    words:take()
    if word == "--" then break end
    local name = word:match("^%-%-?(.*)$")
    local function is(whole) return matches(name, whole) end
    local function value() return words:take() or usage(program) end

    local flag
    for _, entry in ipairs(FLAGS) do
      if is(entry[1]) then
        flag = entry[2]
        break
      end
    end
    if is "loops" then
      state.loops = context.integer(value()) or 10
    elseif is "family" then
      local family = value()
      state.family = context.FAMILY[family] or context.invalid(family, "invalid protocol family")
    elseif FAMILY[name] then
      state.family = FAMILY[name]
    elseif is "batch" then
      state.batch = value()
    elseif flag == "stats" then
      state.stats = state.stats + 1
    elseif flag then
      state[flag] = true
      if flag == "timestamp_short" then state.timestamp = true end
    elseif is "Version" then
      state.version = true
    elseif is "rcvbuf" then
      value() -- ours is as large as it may be
    elseif name:find("^c") and matches(name:match("^[^=]*"), "color") then
      state.color = true -- taken and not used: output is never coloured
    elseif is "help" then
      usage(program)
    elseif is "netns" then
      local netns = words:value()
      local fd, err = require("ip.netns").open(netns)
      if not fd then
        context.fail(255, ('Cannot open network namespace "%s": %s'):format(netns, tostring(err)))
      end
      state.netns = fd
    elseif is "Numeric" then
      state.numeric = true
    elseif is "all" then
      state.all = true
    else
      context.fail(255, ('Option "%s" is unknown, try "%s %s".')
        :format(word, program.name, program.option_help or "-help"))
    end
  end
  return state
end

--- Run it.
---@param program ip.Program
---@param args string[]
---@return integer status
function command.run(program, args)
  local words = context.words(args)
  local options, status = attempt(nil, read_options, program, words)
  if not options then return status end
  if options.version then
    io.write(program.name, " utility, luabox\n")
    return 0
  end
  if not options.batch and not words:peek() then
    io.stderr:write(program.usage)
    return program.help_status or 255
  end
  local state
  state, status = attempt(nil, context.new, options)
  if not state then return status end
  -- what a line or an object leaves behind is little: memory is let grow to a few times its size
  local pause = collectgarbage("setpause", 500)
  local result
  if state.batch then
    result, status = attempt(state.out, batch, program, state)
  else
    result, status = attempt(state.out, dispatch, program, state, words)
  end
  state.out:flush()
  state:close()
  collectgarbage("setpause", pause)
  return result or status
end

return command
