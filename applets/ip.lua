-- applets/ip.lua - show and change links, addresses, routes, rules and neighbours
--
-- Layer: applet; calls lua/ip. Words, abbreviations, output, messages and exit statuses are
-- iproute2's (ip(8), version 6.1). Each object is a file in lua/ip, loaded when it is asked for.

local context = require "ip.context"

local matches = context.matches

local USAGE = [[
Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }
       ip [ -force ] -batch filename
where  OBJECT := { address | link | monitor | neighbor | neighbour | route | rule }
       OPTIONS := { -V[ersion] | -s[tatistics] | -d[etails] | -r[esolve] |
                    -j[son] | -p[retty] | -f[amily] { inet | inet6 | bridge | link } |
                    -4 | -6 | -B | -0 | -l[oops] { maximum-addr-flush-attempts } |
                    -br[ief] | -o[neline] | -t[imestamp] | -ts[hort] | -b[atch] [filename] |
                    -n[etns] name | -N[umeric] | -a[ll] | -c[olor] }
]]

-- The first that the word abbreviates counts: the order is part of the interface.
local OBJECTS = {
  { "address", "ip.addr" },
  { "route", "ip.route" },
  { "rule", "ip.rule" },
  { "neighbor", "ip.neigh" },
  { "neighbour", "ip.neigh" },
  { "link", "ip.link" },
  { "monitor", "ip.monitor" },
}

local function usage()
  context.fail(255, (USAGE:gsub("\n$", "")))
end

-- Runs one command; returns its exit status.
local function dispatch(state, words)
  local object = words:take()
  for _, entry in ipairs(OBJECTS) do
    if matches(object, entry[1]) then
      return require(entry[2]).run(state, words)
    end
  end
  if matches(object, "help") then usage() end
  context.fail(1, ('Object "%s" is unknown, try "ip help".'):format(object))
end

-- Runs one command and reports how it failed.
local function attempt(state, words)
  local ran, status = pcall(dispatch, state, words)
  if ran then return status end
  local failure = context.failure(status)
  state.out:flush()
  if not failure then error(status, 0) end
  if failure.message then io.stderr:write(failure.message, "\n") end
  return failure.status
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

local function batch(state, path)
  local file = io.stdin
  if path ~= "-" then
    local err
    file, err = io.open(path)
    if not file then
      context.fail(1, ('Cannot open file "%s" for reading: %s'):format(path,
        (err:gsub("^.-: ", ""))))
    end
  end
  local result, number, pending, family = 0, 0, "", state.family
  for line in file:lines() do
    number = number + 1
    if line:find("\\$") then
      pending = pending .. line:sub(1, -2)
    else
      line = (pending .. line):gsub("#.*$", "")
      pending = ""
      local list = split(line)
      if list[1] then
        state.family = family -- a command may have narrowed it
        local status = attempt(state, context.words(list))
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
local function read_options(words)
  local state = { stats = 0, loops = 10 }
  while true do
    local word = words:peek()
    if not word or word:sub(1, 1) ~= "-" then break end
    words:take()
    if word == "--" then break end
    local name = word:match("^%-%-?(.*)$")
    local function is(whole) return matches(name, whole) end
    local function value() return words:take() or usage() end

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
      usage()
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
      context.fail(255, ('Option "%s" is unknown, try "ip -help".'):format(word))
    end
  end
  return state
end

local applet = {
  summary = "show and change links, addresses, routes, rules and neighbours",
  usage = "[OPTIONS] OBJECT {COMMAND | help}",
  raw = true, -- the language is iproute2's own
  examples = {
    { "ip -br addr", "addresses, a link a line" },
    { "ip link set eth0 up", "start a link" },
    { "ip -j route", "the routes as JSON" },
  },
}

---@param args string[]
---@return integer status
function applet.run(_, args)
  local words = context.words(args)
  local ran, result = pcall(read_options, words)
  if not ran then
    local failure = context.failure(result)
    if not failure then error(result, 0) end
    io.stderr:write(failure.message, "\n")
    return failure.status
  end
  if result.version then
    io.write("ip utility, luabox\n")
    return 0
  end
  local state = context.new(result)
  if not state.batch and not words:peek() then
    io.stderr:write(USAGE)
    return 255
  end
  local status
  if state.batch then
    ran, status = pcall(batch, state, state.batch)
    if not ran then
      local failure = context.failure(status) or error(status, 0)
      io.stderr:write(failure.message, "\n")
      status = failure.status
    end
  else
    status = attempt(state, words)
  end
  state.out:flush()
  return status
end

return applet
