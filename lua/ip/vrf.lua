-- ip/vrf.lua - `ip vrf`: VRF devices and their tables
--
-- Layer: library of ip. Form and keys are iproute2 6.1's (ip-vrf(8)).

local context = require "ip.context"
local schema = require "nl.schema.link"

local fail = context.fail

local vrf = {}

local function usage()
  fail(255, [=[
Usage:	ip vrf show [NAME] ...
	ip vrf exec [NAME] cmd ...
	ip vrf identify [PID]
	ip vrf pids [NAME]]=])
end

local function show_one(ip, name)
  local index = ip:index(name)
  local info = index and ip:link(index).linkinfo
  local tab = info and info.kind == "vrf" and info.data and info.data.table
    or fail(1, "Invalid VRF")
  ip.out:text("%s %d\n", name, tab)
  return 0
end

local function show(ip, words)
  local name = words:take()
  if name then return show_one(ip, name) end
  local links, err = ip.connection:dump(schema, { linkinfo = { kind = "vrf" } })
  if not links then return ip:refused(err) end
  local out, count = ip.out, 0
  out:start()
  out:text("%-16s  %5s\n", "Name", "Table")
  out:text("-----------------------\n")
  for _, link in ipairs(links) do
    local info = link.linkinfo
    local tab = info and info.kind == "vrf" and info.data and info.data.table
    if tab then
      count = count + 1
      out:object()
      out:name("name", "%-16s", link.ifname)
      out:put("table", " %5d\n", tab)
      out:object_end()
    end
  end
  if count == 0 then out:text("No VRF has been configured\n") end
  out:finish()
  return 0
end

local function processes(ip, words, verb) return require("ip.vrf_processes")[verb](ip, words) end

local VERBS = { { "show", show }, { "list", show }, { "lst", show },
  { "identify", processes, "identify" }, { "pids", processes, "pids" },
  { "exec", processes, "exec" } }

--- `ip vrf ...`
---@param ip ip.Context
---@param words ip.Words
---@return integer status
function vrf.run(ip, words)
  return context.verb(ip, words, "vrf", VERBS, usage)
end

return vrf
