-- net/statistics.lua - the counters of the kernel's protocols, in net-tools' words
--
-- Layer: library, parsing is pure. From /proc/net/snmp, snmp6 and netstat. Those that net-tools has
-- no sentence for, and all of the extensions, are told as "NAME: VALUE".

local file = require "proc.file"

local statistics = {}

local WORDS = {
  Ip = {
    InReceives = "%d total packets received", InHdrErrors = "%d with invalid headers",
    InAddrErrors = "%d with invalid addresses", ForwDatagrams = "%d forwarded",
    InUnknownProtos = "%d with unknown protocol", InDiscards = "%d incoming packets discarded",
    InDelivers = "%d incoming packets delivered", OutRequests = "%d requests sent out",
    OutDiscards = "%d outgoing packets dropped",
    OutNoRoutes = "%d dropped because of missing route",
    ReasmTimeout = "%d fragments dropped after timeout", ReasmReqds = "%d reassemblies required",
    ReasmOKs = "%d packets reassembled ok", ReasmFails = "%d packet reassemblies failed",
    FragOKs = "%d fragments received ok", FragFails = "%d fragments failed",
    FragCreates = "%d fragments created",
  },
  Icmp = {
    InMsgs = "%d ICMP messages received", InErrors = "%d input ICMP message failed",
    OutMsgs = "%d ICMP messages sent", OutErrors = "%d ICMP messages failed",
  },
  Tcp = {
    ActiveOpens = "%d active connection openings", PassiveOpens = "%d passive connection openings",
    AttemptFails = "%d failed connection attempts", EstabResets = "%d connection resets received",
    CurrEstab = "%d connections established", InSegs = "%d segments received",
    OutSegs = "%d segments sent out", RetransSegs = "%d segments retransmitted",
    InErrs = "%d bad segments received", OutRsts = "%d resets sent",
  },
  Udp = {
    InDatagrams = "%d packets received", NoPorts = "%d packets to unknown port received",
    InErrors = "%d packet receive errors", OutDatagrams = "%d packets sent",
    RcvbufErrors = "%d receive buffer errors", SndbufErrors = "%d send buffer errors",
  },
}

-- Constants of the implementation, and what is told even when it is zero.
local SILENT = { RtoAlgorithm = true, RtoMin = true, RtoMax = true, MaxConn = true,
  DefaultTTL = true }
local ALWAYS = { InReceives = true, ForwDatagrams = true, InDiscards = true, InDelivers = true,
  OutRequests = true, InMsgs = true, InErrors = true, OutMsgs = true, OutErrors = true,
  ActiveOpens = true, PassiveOpens = true, AttemptFails = true, EstabResets = true,
  CurrEstab = true, InSegs = true, OutSegs = true, RetransSegs = true, InErrs = true,
  OutRsts = true, InDatagrams = true, NoPorts = true, OutDatagrams = true, RcvbufErrors = true,
  SndbufErrors = true }

--- Counters in the order of the file: lines in pairs of names and values.
---@param text string
---@return { name: string, counters: { name: string, value: integer }[] }[]
function statistics.parse(text)
  local list, titles = {}, nil
  for line in text:gmatch("[^\n]+") do
    local name, rest = line:match("^(%w+): (.*)$")
    if name and titles and titles.name == name then
      local group = { name = name, counters = {} }
      local i = 0
      for value in rest:gmatch("%S+") do
        i = i + 1
        if titles[i] and math.tointeger(tonumber(value)) then
          group.counters[#group.counters + 1] = { name = titles[i],
            value = math.tointeger(tonumber(value)) }
        end
      end
      list[#list + 1] = group
      titles = nil
    elseif name then
      titles = { name = name }
      for title in rest:gmatch("%S+") do titles[#titles + 1] = title end
    end
  end
  return list
end

-- "Ip6InReceives   12" lines, put in groups.
local function parse_six(text)
  local groups, by_name = {}, {}
  for name, value in text:gmatch("(%w+)%s+(%d+)") do
    local group, counter = name:match("^(%u%l+6)(.+)$")
    if group then
      if not by_name[group] then
        by_name[group] = { name = group, counters = {} }
        groups[#groups + 1] = by_name[group]
      end
      table.insert(by_name[group].counters,
        { name = counter, value = math.tointeger(tonumber(value)) })
    end
  end
  return groups
end

local function shown(group, wanted)
  if not next(wanted) then return true end
  local name = group.name:gsub("6$", "")
  return wanted[name:lower():match("^udplite") or name:lower():match("^%a-(tcp)")
    or name:lower():match("^(udp)") or name:lower():match("^(icmp)") or ""] or false
end

--- The groups of counters.
---@param six boolean of IPv6
---@param wanted table<string, boolean> "tcp", "udp", "icmp"; empty: all
---@return table[]? groups
---@return S.Error? err
function statistics.read(six, wanted)
  local groups = {}
  local paths = six and { "/proc/net/snmp6" } or { "/proc/net/snmp", "/proc/net/netstat" }
  for _, path in ipairs(paths) do
    local text, err = file.read(path)
    if not text then return nil, err end
    for _, group in ipairs(six and parse_six(text) or statistics.parse(text)) do
      if shown(group, wanted) then groups[#groups + 1] = group end
    end
  end
  return groups
end

--- The text of groups.
---@param groups table[]
---@return string
function statistics.text(groups)
  local lines = {}
  for _, group in ipairs(groups) do
    lines[#lines + 1] = group.name .. ":"
    local words = WORDS[group.name:gsub("6$", "")] or {}
    for _, counter in ipairs(group.counters) do
      local name, value = counter.name, counter.value
      local sentence = words[name]
      local silent = SILENT[name] and WORDS[group.name]
      if sentence and (value ~= 0 or ALWAYS[name]) then
        lines[#lines + 1] = "    " .. sentence:format(value)
      elseif not sentence and not silent and value ~= 0 then
        lines[#lines + 1] = ("    %s: %d"):format(name, value)
      end
    end
  end
  return table.concat(lines, "\n") .. "\n"
end

return statistics
