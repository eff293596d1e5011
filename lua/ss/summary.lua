-- ss/summary.lua - how many sockets there are
--
-- Layer: library of ss. From /proc/net/sockstat, sockstat6 and snmp.

local file = require "proc.file"

local summary = {}

-- "TCP: inuse 3 orphan 0" -> { TCP = { inuse = 3, orphan = 0 } }
local function parse(text, found)
  for name, rest in (text or ""):gmatch("(%w+): ([^\n]*)") do
    found[name] = found[name] or {}
    for key, value in rest:gmatch("(%a+) (%d+)") do found[name][key] = tonumber(value) end
  end
  return found
end

-- The value of a column of /proc/net/snmp.
local function snmp(text, protocol, column)
  local titles, values = (text or ""):match(protocol .. ": ([^\n]*)\n" .. protocol .. ": ([^\n]*)")
  if not titles then return 0 end
  local value = values:gmatch("%S+")
  for title in titles:gmatch("%S+") do
    local number = value()
    if title == column then return tonumber(number) or 0 end
  end
  return 0
end

--- The table that ss -s prints.
---@return string
function summary.text()
  local stat = parse(file.read("/proc/net/sockstat6"), parse(file.read("/proc/net/sockstat"), {}))
  local function count(name, key) return stat[name] and stat[name][key] or 0 end
  local tcp4, tcp6 = count("TCP", "inuse"), count("TCP6", "inuse")
  local waiting = count("TCP", "tw")
  local total = count("TCP", "alloc") + waiting
  local lines = {
    ("Total: %d"):format(count("sockets", "used")),
    ("TCP:   %d (estab %d, closed %d, orphaned %d, timewait %d)"):format(total,
      snmp(file.read("/proc/net/snmp"), "Tcp", "CurrEstab"),
      total - (tcp4 + tcp6), count("TCP", "orphan"), waiting),
    "",
    "Transport Total     IP        IPv6",
  }
  local function row(name, four, six)
    lines[#lines + 1] = ("%s\t  %-9d %-9d %-9d"):format(name, four + six, four, six)
  end
  local raw4, raw6 = count("RAW", "inuse"), count("RAW6", "inuse")
  local udp4, udp6 = count("UDP", "inuse"), count("UDP6", "inuse")
  row("RAW", raw4, raw6)
  row("UDP", udp4, udp6)
  row("TCP", tcp4, tcp6)
  row("INET", raw4 + udp4 + tcp4, raw6 + udp6 + tcp6)
  row("FRAG", count("FRAG", "inuse"), count("FRAG6", "inuse"))
  return table.concat(lines, "\n") .. "\n\n"
end

return summary
