-- ip/monitor.lua - `ip monitor`: changes as they happen
--
-- Layer: library of ip; calls nl.monitor. Form is iproute2 6.1's. When events were lost, what
-- there is now is printed again: the reader can trust what was printed last.

local context = require "ip.context"

local matches, fail = context.matches, context.fail

local RTM_F_CLONED = 0x200

local monitor = {}

local KINDS = { { "link", "link" }, { "address", "addr" }, { "route", "route" },
  { "neigh", "neigh" }, { "nexthop", "nexthop" }, { "rule", "rule" }, { "nsid", "nsid" } }

local LABEL = { link = "[LINK]", addr = "[ADDR]", route = "[ROUTE]", neigh = "[NEIGH]",
  rule = "[RULE]", nexthop = "[NEXTHOP]", nsid = "[NSID]" }

local PRINT = {
  link = function(ip, message, deleted, nsid)
    -- indexes of another namespace say nothing of the links here
    if not deleted and not nsid then ip:remember(message) end
    require("ip.link_show").print(ip, message, false, deleted)
  end,
  addr = function(ip, message, deleted)
    require("ip.addr_show").print(ip, message, true, deleted)
  end,
  route = function(ip, message, deleted)
    require("ip.route_show").print(ip, message, nil, deleted)
  end,
  neigh = function(ip, message, deleted)
    require("ip.neigh").print(ip, message, true, deleted and "del" or nil)
  end,
  rule = function(ip, message, deleted)
    require("ip.rule").print(ip, message, deleted)
  end,
  nexthop = function(ip, message, deleted)
    require("ip.nexthop").print(ip, message, deleted)
  end,
  nsid = function(ip, message, deleted)
    require("ip.netns_command").print_id(ip, message, deleted)
  end,
}

local function usage()
  fail(255, [[
Usage: ip monitor [ all | OBJECTS ] [ label ] [ all-nsid ] [ dev DEVICE ]
OBJECTS := link | address | route | neigh | nexthop | rule | nsid]])
end

local function read_words(ip, words)
  local kinds, chosen = {}, {}
  local what = { kinds = kinds }
  while words:peek() do
    local word = words:take()
    local kind
    if matches(word, "label") then
      what.label = true
    elseif word == "all-nsid" then
      what.all_nsid = true
    else
      for _, entry in ipairs(KINDS) do
        if matches(word, entry[1]) then
          kind = entry[2]
          break
        end
      end
      if kind then
        if not chosen[kind] then kinds[#kinds + 1] = kind end
        chosen[kind] = true
      elseif word == "all" then
        what.label = true
      elseif matches(word, "help") then
        usage()
      elseif word == "dev" then
        local device = words:value()
        what.index = ip:index(device) or context.invalid(device, "Device does not exist\n")
      else
        fail(255, ('Argument "%s" is unknown, try "ip monitor help".'):format(word))
      end
    end
  end
  if #kinds == 0 then
    for i, entry in ipairs(KINDS) do kinds[i] = entry[2] end
  end
  return what
end

local function print_time(ip)
  local seconds = os.time()
  if ip.timestamp_short then
    ip.out:write(os.date("[%Y-%m-%dT%H:%M:%S.000000] ", seconds))
  else
    ip.out:write(("Timestamp: %s 0 usec\n"):format(os.date("%a %b %e %H:%M:%S %Y", seconds)))
  end
end

local function is_wanted(ip, what, event)
  local message = event.message
  if event.kind == "route" and message.flags & RTM_F_CLONED ~= 0 then return false end
  local kind = event.kind
  local is_any = kind == "link" or kind == "nsid" -- of no address family
  if not is_any and ip.family and message.family ~= ip.family then return false end
  if what.index then
    local is_hop = kind == "route" or kind == "nexthop"
    local index = is_hop and message.oif or message.index
    if kind == "rule" or kind == "nsid" or index ~= what.index then return false end
  end
  return true
end

--- `ip monitor ...`; ends when its reader goes away.
---@param ip ip.Context
---@param words ip.Words
---@return integer status
function monitor.run(ip, words)
  local what = read_words(ip, words)
  ip.is_monitor = true
  local events, err = require("nl.monitor").monitor(what.kinds,
    { netns = ip.netns, all_nsid = what.all_nsid })
  if not events then fail(1, "Cannot open netlink socket: " .. tostring(err)) end
  while true do
    local list
    list, err = events:read()
    if not list then
      ip.out:flush()
      io.stderr:write("Netlink error: ", tostring(err), "\n")
      return 1
    end
    for _, event in ipairs(list) do
      if event.action == "lost" then
        ip.out:flush()
        io.stderr:write("Events were lost: listing what there is now.\n")
      elseif event.message and is_wanted(ip, what, event) then
        if ip.timestamp then print_time(ip) end
        if what.all_nsid then
          ip.out:write(event.nsid and ("[nsid %d]"):format(event.nsid) or "[nsid current]")
        end
        if what.label then ip.out:write(LABEL[event.kind]) end
        PRINT[event.kind](ip, event.message, event.action == "del", event.nsid)
      end
    end
    ip.out:flush()
    if not io.stdout:flush() then return 1 end
  end
end

return monitor
