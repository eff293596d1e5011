-- init/schema/log.lua - the field `log` of a definition
--
-- Layer: PID 1's Lua side, pure; used by init/schema.lua. What a service
-- prints always goes through the journal, but with "console" and false.

local SIZE = { [""] = 1, K = 1 << 10, M = 1 << 20, G = 1 << 30 }
local STAMPS = { utc = 1, mono = 2, ["utc+mono"] = 3, none = 0 } -- bits of plan.h
local checks = require "init.schema.checks"

local TARGETS = { ring = true, console = true, file = true, kmsg = true, both = true }
local FOLDER = "/var/log/"

local MEMBERS = {
  to = function(value)
    local name = tostring(value):match("^svc:(.*)$")
    return (TARGETS[value] or name and checks.name(name)) and value,
      '"file", "ring", "kmsg", "console" or "svc:NAME"'
  end,
  path = function(value)
    return type(value) == "string" and #value < 256 and value:find("^/[^%z]*[^/%z]$") and value,
      "the full name of a file, as /var/log/web.log"
  end,
  size = function(value)
    local n, unit = tostring(value):match("^(%d+)([KMG]?)$")
    n = n and math.tointeger(tonumber(n)) * SIZE[unit]
    return n and n >= 4096 and n < 1 << 32 and n, 'a size from 4K, as "1M"'
  end,
  keep = function(value)
    local n = math.tointeger(value)
    return n and n >= 0 and n <= 99 and n, "how many old files stay, 0 to 99"
  end,
  rate = function(value)
    local n = math.tointeger(value) or math.tointeger(tonumber(tostring(value):match("^(%d+)/s$")))
    return n and n > 0 and n < 1 << 32 and n, 'lines a second, as "2000/s"'
  end,
  stamp = function(value) return STAMPS[value], '"utc", "mono", "utc+mono" or "none"' end,
}

--- Check the field and put what it says into the record.
---@param value any
---@param record table
---@return true? ok
---@return string? expected
---@return string? message
return function(value, _, record)
  if value == true or value == false then
    record.log = value and "both" or "none"
    return true
  end
  if type(value) ~= "table" then return nil, "true, false or a table" end
  for key, item in pairs(value) do
    local check = MEMBERS[key]
    if not check then return nil, nil, checks.no_member("log", key, MEMBERS) end
    local result, expected = check(item)
    if not result then return nil, nil, ("log.%s must be %s"):format(key, expected) end
    record[key == "to" and "log" or "log_" .. key] = result
  end
  record.log = record.log or (record.log_path or record.log_size or record.log_keep) and "file"
    or "both"
  record.log_service = record.log:match("^svc:(.*)$")
  if record.log_service then
    record.log = "svc"
    if next(value, (next(value))) then
      return nil, nil, "log: what goes to a service is that service's alone: no more members"
    end
  end
  if record.log == "file" then
    record.log_path = record.log_path or FOLDER .. tostring(record.definition.name) .. ".log"
    record.log_size = record.log_size or 1 << 20
    record.log_keep = record.log_keep or 5
    record.log_stamp = record.log_stamp or STAMPS["utc+mono"]
  end
  return true
end
