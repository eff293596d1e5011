-- init/schema/when.lua - the field when: conditions under which a service runs
--
-- Layer: PID 1's Lua side. What cannot change while the machine runs is decided
-- here (`cmdline:`, `container`); all else is watched by init/watch.lua.

local checks = require "init.schema.checks"

local when = {}

local cmdline

local function on_cmdline(word)
  if not cmdline then
    local file = io.open("/proc/cmdline")
    cmdline = " " .. (file and file:read("a") or ""):gsub("%s", " ") .. " "
    if file then file:close() end
  end
  return cmdline:find(" " .. word .. " ", 1, true) ~= nil or
    cmdline:find(" " .. word .. "=", 1, true) ~= nil
end

local KINDS = {
  dev = function(rest) return rest:find("^[^/].*$") and { kind = "dev", text = rest } end,
  path = function(rest) return checks.path(rest) and { kind = "path", text = rest } end,
  link = function(rest)
    local name, state = rest:match("^([^=/%s]+)=?(%l*)$")
    if not name or (state ~= "" and state ~= "up" and state ~= "there") then return nil end
    return { kind = "link", text = name .. "=" .. (state == "" and "up" or state) }
  end,
  route = function(rest) return rest == "default" and { kind = "route", text = rest } end,
  cond = function(rest)
    return rest:find("^[%w._-]+$") and #rest < 64 and { kind = "cond", text = rest }
  end,
  cmdline = function(rest)
    return { kind = "constant", text = "cmdline:" .. rest, value = on_cmdline(rest) }
  end,
}

local EXPECTED = '"dev:NAME", "path:/PATH", "link:NAME=up", "route:default", "cond:NAME", '
  .. '"cmdline:WORD" or "container", each with "not " before it or not'

local function test(value)
  if not checks.text(value) then return nil end
  local negation, rest = value:match("^(not%s+)(.*)$")
  rest = rest or value
  if rest == "container" then
    local here = os.getenv "LUABOX_MODE" == "container"
    return {
      negate = negation ~= nil,
      condition = { kind = "constant", text = rest, value = here },
    }
  end
  local kind, text = rest:match("^(%l+):(.+)$")
  local condition = KINDS[kind] and KINDS[kind](text)
  return condition and { negate = negation ~= nil, condition = condition }
end

function when.check(value, _, record)
  if type(value) == "string" then value = { value } end
  local list = checks.list(value)
  if not list then return nil, EXPECTED end
  record.when = {}
  for i, item in ipairs(list) do
    record.when[i] = test(item)
    if not record.when[i] then
      return nil, nil, ("when: %q is none of %s"):format(item, EXPECTED)
    end
  end
  return true
end

return when
