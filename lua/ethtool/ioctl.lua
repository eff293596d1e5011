-- ethtool/ioctl.lua - what drivers tell only by SIOCETHTOOL: their name, and counters of their own
--
-- Layer: library of ethtool; calls S. Follows include/uapi/linux/ethtool.h.

local S = require "syscall"
local mem = require "syscall.mem"

local ethtool = {}

local SIOCETHTOOL = 0x8946
local GDRVINFO, GSTRINGS, GSTATS, GSSET_INFO = 0x03, 0x1b, 0x1d, 0x37
local SET_STATS = 1 -- ETH_SS_STATS
local STRING = 32 -- ETH_GSTRING_LEN
local MAX_STATS = 100000

-- struct ethtool_drvinfo
local DRIVER = "=I4c32c32c32c32c32c12I4I4I4I4I4"

-- One request: bytes there, bytes back.
local function call(name, bytes)
  local fd <close>, err = S.socket("inet", "dgram")
  if not fd then return nil, err end
  local buffer = S.t.buffer(#bytes)
  mem.copy(buffer, bytes, #bytes)
  local request = S.t.ifreq()
  request.ifr_name = name
  request.ifr_data = buffer
  local ok
  ok, err = S.ioctl(fd, SIOCETHTOOL, request)
  if not ok then return nil, err end
  return mem.string(buffer, #bytes)
end

local function text(bytes) return bytes:match("^[^%z]*") end

--- The driver and what it can.
---@param name string
---@return table? driver
---@return S.Error? err
function ethtool.driver(name)
  local bytes, err = call(name, string.pack("=I4", GDRVINFO)
    .. ("\0"):rep(string.packsize(DRIVER) - 4))
  if not bytes then return nil, err end
  local _, driver, version, firmware, bus, rom, _, flags, stats, tests, eeprom, registers =
    string.unpack(DRIVER, bytes)
  return { driver = text(driver), version = text(version), firmware = text(firmware),
    bus = text(bus), rom = text(rom), flags = flags, stats = stats, tests = tests,
    eeprom = eeprom, registers = registers }
end

--- The driver's own counters, in its order.
---@param name string
---@return { name: string, value: integer }[]? counters
---@return S.Error? err
function ethtool.statistics(name)
  local info, err = call(name, string.pack("=I4I4I8I4", GSSET_INFO, 0, 1 << SET_STATS, 0))
  if not info then return nil, err end
  local _, _, mask, count = string.unpack("=I4I4I8I4", info)
  if mask == 0 or count == 0 or count > MAX_STATS then return {} end
  local names
  names, err = call(name, string.pack("=I4I4I4", GSTRINGS, SET_STATS, count)
    .. ("\0"):rep(count * STRING))
  if not names then return nil, err end
  local values
  values, err = call(name, string.pack("=I4I4", GSTATS, count) .. ("\0"):rep(count * 8))
  if not values then return nil, err end
  local list = {}
  for i = 1, math.min(count, (string.unpack("=I4", values, 5))) do
    list[i] = { name = text(names:sub(13 + (i - 1) * STRING, 12 + i * STRING)),
      value = string.unpack("=i8", values, 9 + (i - 1) * 8) }
  end
  return list
end

return ethtool
