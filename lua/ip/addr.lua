-- ip/addr.lua - `ip address`: add, change, replace, delete, flush
--
-- Layer: library of ip. Words and messages are iproute2 6.1's.

local context = require "ip.context"
local addr_show = require "ip.addr_show"
local names = require "ip.names"
local inet = require "nl.inet"
local schema = require "nl.schema.addr"

local matches, fail = context.matches, context.fail

local AF_INET, AF_INET6, AF_PACKET = 2, 10, 17
local FOREVER = 0xffffffff

local addr = {}

-- Deletes what the filter takes, again until nothing is left: deleting one may bring another up.
local function flush(ip, words, usage)
  if not words:peek() then fail(1, "Flush requires arguments.") end
  if ip.family == AF_PACKET then fail(1, "Cannot flush link addresses.") end
  local filter = addr_show.filter(ip, words) or usage()
  local only_primary = filter.flag_mask & 0x1 ~= 0 and filter.flags & 0x1 == 0
  local round = 0
  while ip.loops == 0 or round < ip.loops do
    local found, err = ip.connection:dump(schema, { family = filter.family, index = filter.index })
    if not found then
      io.stderr:write("Flush terminated\n")
      ip:refused(err)
      return 1
    end
    local count, failure = 0, nil
    local batch = ip.connection:batch(function(_, refused)
      if refused and not refused.ADDRNOTAVAIL then failure = failure or refused end
    end)
    for _, message in ipairs(found) do
      if addr_show.fits(ip, filter, message) then
        count = count + 1
        if ip.stats > 1 then addr_show.print(ip, message, true) end
        batch:add(count, schema, "del", {
          family = message.family, prefixlen = message.prefixlen, index = message.index,
          scope = message.scope, ["local"] = message["local"], address = message.address,
          label = message.label,
        })
      end
    end
    if count == 0 or only_primary and round > 0 then
      ip:flushed(round)
      return 0
    end
    round = round + 1
    local ok, socket_err = batch:flush()
    failure = failure or not ok and socket_err
    if failure then
      ip.out:flush()
      io.stderr:write("Failed to send flush request: ", tostring(failure), "\n")
      return 255
    end
    if ip.stats > 0 then
      ip.out:text("\n*** Round %d, deleting %d addresses ***\n", round, count)
    end
  end
  io.stderr:write(("*** Flush remains incomplete after %d rounds. ***\n"):format(ip.loops))
  return 1
end

local function default_scope(prefix)
  return prefix and prefix.family == AF_INET and prefix.bytes:byte() == 127 and 254 or 0
end

local function lifetime(words, why)
  local word = words:value()
  if word == "forever" then return FOREVER end
  local seconds = context.integer(word)
  if not seconds or seconds < 0 or seconds > FOREVER then context.invalid(word, why) end
  return seconds
end

-- `ip addr add`, `change`, `replace`, `delete`
local function modify(ip, words, verb, mode, usage)
  local values = { family = ip.family }
  local device, own, own_word, peer, broadcast, scoped, valid, preferred
  local flags = 0
  local function family_of(prefix)
    values.family = values.family or prefix.family
    return prefix
  end
  while words:peek() do
    local word = words:take()
    local flag = addr_show.flag(word)
    if word == "peer" or word == "remote" then
      local text = words:value()
      if peer then context.duplicate("peer", text) end
      peer = family_of(context.prefix(text, values.family))
      values.address, values.prefixlen = peer.text, peer.length
    elseif matches(word, "broadcast") or word == "brd" then
      local text = words:value()
      if broadcast then context.duplicate("broadcast", text) end
      broadcast = text
      if text ~= "+" and text ~= "-" then
        local family
        values.broadcast, family = context.address(text, values.family)
        values.family = values.family or family
      end
    elseif word == "anycast" then
      local text = words:value()
      if values.anycast then context.duplicate("anycast", text) end
      local family
      values.anycast, family = context.address(text, values.family)
      values.family = values.family or family
    elseif word == "scope" then
      local text = words:value()
      values.scope = names.number("scope", text, 255)
        or context.invalid(text, "invalid scope value.")
      scoped = true
    elseif word == "dev" then
      device = words:value()
    elseif word == "label" then
      values.label = words:value()
    elseif matches(word, "metric") or matches(word, "priority") or matches(word, "preference") then
      values.rt_priority = words:number(0, 0xffffffff, '"metric" value is invalid\n')
    elseif matches(word, "valid_lft") then
      valid = lifetime(words, "valid_lft value")
    elseif matches(word, "preferred_lft") then
      preferred = lifetime(words, "preferred_lft value")
    elseif flag then
      if flag.readonly then
        io.stderr:write(("Warning: %s option is not mutable from userspace\n"):format(word))
      elseif flag.inet6 and values.family ~= AF_INET6 then
        io.stderr:write(("Warning: %s option can be set only for IPv6 addresses\n"):format(word))
      else
        flags = flags | flag[2]
      end
    else
      if word == "local" then
        word = words:value()
      elseif matches(word, "help") then
        usage()
      end
      if own then context.ambiguous("local", word) end
      own_word = word
      own = family_of(context.prefix(word, values.family))
      values["local"] = own.text
    end
  end
  if flags > 0xff then values.flags = flags else values.flags8 = flags end
  if not device then fail(1, 'Not enough information: "dev" argument is required.') end
  if not peer and own then
    if verb == "del" and own.family == AF_INET and not own.explicit then
      io.stderr:write(([[
Warning: Executing wildcard deletion to stay compatible with old scripts.
         Explicitly specify the prefix length (%s/%d) to avoid this warning.
         This special behaviour is likely to disappear in further releases,
         fix your scripts!
]]):format(own_word, #own.bytes * 8))
    else
      peer = own
      values.address = own.text
    end
  end
  if (values.prefixlen or 0) == 0 then values.prefixlen = own and own.length or 0 end
  if (broadcast == "+" or broadcast == "-") and verb ~= "del" then
    if values.family ~= AF_INET then
      fail(1, "Broadcast can be set only for IPv4 addresses")
    end
    if peer and peer.length <= 30 then
      values.broadcast = inet.text(inet.mask(peer.bytes, peer.length, broadcast == "+"))
    end
  end
  if not scoped and verb ~= "del" then values.scope = default_scope(own) end
  values.index = ip:must_index(device)
  if valid or preferred then
    valid, preferred = valid or FOREVER, preferred or FOREVER
    if valid == 0 then fail(1, "valid_lft is zero") end
    if valid < preferred then fail(1, "preferred_lft is greater than valid_lft") end
    values.cacheinfo = { prefered = preferred, valid = valid }
  end
  return ip:change(schema, verb, values, mode)
end

local function usage()
  fail(255, [[
Usage: ip address {add|change|replace} IFADDR dev IFNAME [ LIFETIME ]
                                                      [ CONFFLAG-LIST ]
       ip address del IFADDR dev IFNAME [mngtmpaddr]
       ip address {show|flush} [ dev IFNAME ] [ scope SCOPE-ID ]
                            [ to PREFIX ] [ FLAG-LIST ] [ label LABEL ] [up]
                            [ master DEVICE ] [ nomaster ] [ type TYPE ] [ group GROUP ]
IFADDR := PREFIX | ADDR peer PREFIX
          [ broadcast ADDR ] [ anycast ADDR ]
          [ label IFNAME ] [ scope SCOPE-ID ] [ metric METRIC ]
SCOPE-ID := [ host | link | global | NUMBER ]
FLAG-LIST := [ FLAG-LIST ] FLAG
FLAG  := [ permanent | dynamic | secondary | primary |
           [-]tentative | [-]deprecated | [-]dadfailed | temporary |
           CONFFLAG-LIST ]
CONFFLAG-LIST := [ CONFFLAG-LIST ] CONFFLAG
CONFFLAG  := [ home | nodad | mngtmpaddr | noprefixroute | autojoin ]
LIFETIME := [ valid_lft LFT ] [ preferred_lft LFT ]
LFT := forever | SECONDS]])
end

--- `ip address ...`
---@param ip ip.Context
---@param words ip.Words
---@return integer status
function addr.run(ip, words)
  local verb = words:take()
  if not verb then return addr_show.show(ip, words, false, usage) end
  if matches(verb, "add") then return modify(ip, words, "new", "add", usage) end
  if matches(verb, "change") or verb == "chg" then
    return modify(ip, words, "new", "change", usage)
  end
  if matches(verb, "replace") then return modify(ip, words, "new", "replace", usage) end
  if matches(verb, "delete") then return modify(ip, words, "del", nil, usage) end
  if matches(verb, "list") or matches(verb, "show") or matches(verb, "lst") then
    return addr_show.show(ip, words, false, usage)
  end
  if matches(verb, "flush") then return flush(ip, words, usage) end
  if matches(verb, "help") then usage() end
  fail(255, ('Command "%s" is unknown, try "ip address help".'):format(verb))
end

return addr
