-- ethtool/parameters.lua - rings, channels and pause frames of a link: what can be counted and set
--
-- Layer: library of ethtool; calls nl.genl. Words and output are ethtool(8)'s, version 6.1.

local genl = require "nl.genl"
local schemas = require "nl.schema.ethtool"

local parameters = {}

local VERSION = 1
local U32 = 0xffffffff

-- Each a line: label, attribute, how it is shown. A line without attribute is a title.
local COUNT, SWITCH, SPLIT = "count", "switch", "split"

local KINDS = {
  rings = {
    title = "Ring parameters for %s:\n", get = 15, set = 16, refused = 81, letter = "-G",
    lines = { { "Pre-set maximums:\n" }, { "RX:\t\t", "rx_max", COUNT },
      { "RX Mini:\t", "rx_mini_max", COUNT }, { "RX Jumbo:\t", "rx_jumbo_max", COUNT },
      { "TX:\t\t", "tx_max", COUNT }, { "Current hardware settings:\n" },
      { "RX:\t\t", "rx", COUNT }, { "RX Mini:\t", "rx_mini", COUNT },
      { "RX Jumbo:\t", "rx_jumbo", COUNT }, { "TX:\t\t", "tx", COUNT },
      { "RX Buf Len:\t\t", "rx_buf_len", COUNT }, { "CQE Size:\t\t", "cqe_size", COUNT },
      { "TX Push:\t", "tx_push", SWITCH }, { "TCP data split:\t", "tcp_data_split", SPLIT } },
    words = { rx = "rx", ["rx-mini"] = "rx_mini", ["rx-jumbo"] = "rx_jumbo", tx = "tx",
      ["rx-buf-len"] = "rx_buf_len", ["cqe-size"] = "cqe_size", ["tx-push"] = "tx_push" },
  },
  channels = {
    title = "Channel parameters for %s:\n", get = 17, set = 18, refused = 1, letter = "-L",
    lines = { { "Pre-set maximums:\n" }, { "RX:\t\t", "rx_max", COUNT },
      { "TX:\t\t", "tx_max", COUNT }, { "Other:\t\t", "other_max", COUNT },
      { "Combined:\t", "combined_max", COUNT }, { "Current hardware settings:\n" },
      { "RX:\t\t", "rx", COUNT }, { "TX:\t\t", "tx", COUNT }, { "Other:\t\t", "other", COUNT },
      { "Combined:\t", "combined", COUNT } },
    words = { rx = "rx", tx = "tx", other = "other", combined = "combined" },
  },
  pause = {
    title = "Pause parameters for %s:\n", get = 21, set = 22, refused = 76, letter = "-A",
    lines = { { "Autonegotiate:\t", "autoneg", SWITCH }, { "RX:\t\t", "rx", SWITCH },
      { "TX:\t\t", "tx", SWITCH } },
    words = { autoneg = "autoneg", rx = "rx", tx = "tx" },
  },
}

local SPLITS = { [0] = "n/a", "off", "on" }

local function value_text(how, value)
  if value == nil then return "n/a" end
  if how == SWITCH then return value ~= 0 and "on" or "off" end
  if how == SPLIT then return SPLITS[value] or ("unknown(%d)"):format(value) end
  return tostring(value)
end

-- What the kernel said, and its errno.
local function refused(err, status)
  local explained = type(err) == "table" -- else it is errno's own
  if explained and err.message then
    io.stderr:write(("netlink error: %s%s\n"):format(err.message,
      err.offset and (" (offset %d)"):format(err.offset) or ""))
  end
  local system = explained and rawget(err, "system") or err
  io.stderr:write(("netlink error: %s\n"):format(tostring(system)))
  return status
end

--- Show a kind of parameters.
---@param connection nl.Connection
---@param family table
---@param name string of the link
---@param kind "rings"|"channels"|"pause"
---@return table|integer values, or the exit status
function parameters.get(connection, family, name, kind)
  local message, err = connection:get(genl.bind(schemas[kind], family), {
    cmd = KINDS[kind].get, version = VERSION, device = { dev_name = name } })
  return message or refused(err, 1)
end

--- Values as ethtool prints them.
---@param name string
---@param kind string
---@param values table
---@return string
function parameters.text(name, kind, values)
  local parts = { KINDS[kind].title:format(name) }
  for _, line in ipairs(KINDS[kind].lines) do
    parts[#parts + 1] = line[1]
    if line[2] then parts[#parts + 1] = value_text(line[3], values[line[2]]) .. "\n" end
  end
  -- it ends its lists so, but for channels
  if kind == "pause" then parts[#parts + 1] = "\n" end
  return table.concat(parts)
end

-- "rx 5 tx 6" -> values | nil, what is wrong
local function read_words(kind, words)
  local values, how = {}, {}
  for _, line in ipairs(KINDS[kind].lines) do
    if line[2] then how[line[2]] = line[3] end
  end
  for i = 1, #words, 2 do
    local word, value = words[i], words[i + 1]
    local attribute = KINDS[kind].words[word]
    if not attribute then return nil, ("unknown parameter '%s'"):format(word) end
    if not value then return nil, ("no value for parameter '%s'"):format(word) end
    local number
    if how[attribute] == SWITCH then
      number = ({ on = 1, off = 0 })[value]
    else
      number = value:find("^%w+$") and math.tointeger(tonumber(value))
    end
    if not number or number < 0 or number > U32 then
      return nil, ("invalid value '%s' for parameter '%s'"):format(value, word)
    end
    values[attribute] = number
  end
  return values
end

--- Set some of them.
---@param words string[] names and values in turns
---@return true|integer ok or the exit status
function parameters.set(connection, family, name, kind, words)
  local values, wrong = read_words(kind, words)
  if not values then
    io.stderr:write(("ethtool (%s): %s\n"):format(KINDS[kind].letter, wrong))
    return 1
  end
  values.cmd, values.version, values.device = KINDS[kind].set, VERSION, { dev_name = name }
  local ok, err = connection:call(genl.bind(schemas[kind], family), "set", values)
  return ok and true or refused(err, KINDS[kind].refused)
end

return parameters
