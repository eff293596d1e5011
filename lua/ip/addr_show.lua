-- ip/addr_show.lua - `ip address show`, and `ip link show`, which lists by the same words
--
-- Layer: library of ip. Words, form and keys are iproute2 6.1's.

local context = require "ip.context"
local names = require "ip.names"
local link_show = require "ip.link_show"
local schema = require "nl.schema.addr"
local link_schema = require "nl.schema.link"

local matches, fail = context.matches, context.fail

local AF_INET, AF_INET6, AF_PACKET = 2, 10, 17
local IFF_UP = 0x1
local FOREVER = 0xffffffff
local EXT_MASK_VF, EXT_MASK_SKIP_STATS = 1, 8

local addr_show = {}

-- name, bit, what cannot be set, what only IPv6 has; in the order of printing
local FLAGS = {
  { "secondary", 0x1, readonly = true }, { "nodad", 0x2, inet6 = true },
  { "optimistic", 0x4, readonly = true, inet6 = true },
  { "dadfailed", 0x8, readonly = true, inet6 = true },
  { "home", 0x10, inet6 = true }, { "deprecated", 0x20, readonly = true, inet6 = true },
  { "tentative", 0x40, readonly = true, inet6 = true },
  { "permanent", 0x80, readonly = true },
  { "mngtmpaddr", 0x100, inet6 = true }, { "noprefixroute", 0x200 },
  { "autojoin", 0x400 }, { "stable-privacy", 0x800, readonly = true, inet6 = true },
}

--- A flag of addresses by its word.
function addr_show.flag(name)
  if name == "temporary" then name = "secondary" end
  for _, flag in ipairs(FLAGS) do
    if flag[1] == name then return flag end
  end
  return nil
end

local function family_word(family)
  for word, number in pairs(context.FAMILY) do
    if number == family then return word end
  end
  return nil
end

local function print_flags(out, message)
  local flags = message.flags
  for _, flag in ipairs(FLAGS) do
    local name, bit = flag[1], flag[2]
    if bit == 0x80 then
      if flags & bit == 0 then out:put("dynamic", "dynamic ", true) end
    elseif flags & bit ~= 0 then
      if bit == 0x1 and message.family == AF_INET6 then name = "temporary" end
      out:put(name, name .. " ", true)
    end
    flags = flags & ~bit
  end
  if flags ~= 0 then out:put("ifa_flags", "flags %s ", ("%02x"):format(flags)) end
end

local function print_lifetime(out, key, seconds, signed)
  if seconds == FOREVER then
    out:json(key, FOREVER)
    out:text("forever")
  else
    if signed and seconds > 0x7fffffff then seconds = seconds - (1 << 32) end
    out:put(key, "%dsec", seconds)
  end
end

--- Print an address.
---@param ip ip.Context
---@param message table
---@param with_link boolean? name its link on the line
---@param deleted boolean?
function addr_show.print(ip, message, with_link, deleted)
  local out = ip.out
  local own = message["local"] or message.address
  local peer = message.address or own
  if deleted then out:put("deleted", "Deleted ", true) end
  if not ip.brief then
    if with_link then
      out:put("index", "%d: ", message.index)
      out:name("dev", "%s", ip:name(message.index))
    end
    local word = family_word(message.family)
    if word then
      out:put("family", "    %s ", word)
    else
      out:put("family_index", "    family %d ", message.family)
    end
  end
  if own then
    out:put("local", "%s", own)
    if peer ~= own then
      out:text(" peer ")
      out:put("address", "%s", peer)
    end
    out:put("prefixlen", "/%d ", message.prefixlen)
    if message.rt_priority then out:put("metric", "metric %d ", message.rt_priority) end
  end
  if ip.brief then return end
  if message.broadcast then
    out:text("brd ")
    out:put("broadcast", "%s ", message.broadcast)
  end
  if message.anycast then
    out:text("any ")
    out:put("anycast", "%s ", message.anycast)
  end
  out:put("scope", "scope %s ", names.name("scope", message.scope, ip.numeric))
  print_flags(out, message)
  if message.label then out:name("label", "%s", message.label) end
  local cache = message.cacheinfo
  if cache then
    out:line()
    out:text("       valid_lft ")
    print_lifetime(out, "valid_life_time", cache.valid)
    out:text(" preferred_lft ")
    print_lifetime(out, "preferred_life_time", cache.prefered, message.flags & 0x20 ~= 0)
  end
  out:text("\n")
end

-- A label with the shell's * and ? against a pattern.
local function label_fits(pattern, label)
  local lua_pattern = pattern:gsub("[%^%$%(%)%%%.%[%]%+%-]", "%%%0")
    :gsub("%*", ".*"):gsub("%?", ".")
  return label:find("^" .. lua_pattern .. "$") ~= nil
end

--- Does the filter take this address?
function addr_show.fits(ip, filter, message)
  if filter.index and filter.index ~= message.index then return false end
  if filter.family and filter.family ~= message.family then return false end
  if filter.scope and filter.scope ~= message.scope then return false end
  if (filter.flags ~ message.flags) & filter.flag_mask ~= 0 then return false end
  if filter.label then
    local label = message.label or ip:name(message.index)
    if not label_fits(filter.label, label) then return false end
  end
  if filter.prefix and not context.within(filter.prefix, message["local"] or message.address) then
    return false
  end
  return true
end

--- The words that select; nil when they ask for help.
function addr_show.filter(ip, words)
  local filter = { family = ip.family, flags = 0, flag_mask = 0 }
  local device
  while words:peek() do
    local word = words:take()
    local name = word:match("^%-?(.*)$")
    local inverse = word:sub(1, 1) == "-"
    if name == "dynamic" then
      name, inverse = "permanent", not inverse
    elseif name == "primary" then
      name, inverse = "secondary", not inverse
    end
    local flag = addr_show.flag(name)
    if word == "to" then
      filter.prefix = context.prefix(words:value(), filter.family)
      filter.family = filter.family or filter.prefix.family
      ip.family = filter.family
    elseif word == "scope" then
      local scope = words:value()
      filter.scope = names.number("scope", scope, 255)
      if not filter.scope and scope ~= "all" then
        context.invalid(scope, 'invalid "scope"\n')
      end
    elseif word == "up" then
      filter.up = true
    elseif flag then
      filter.flags = inverse and filter.flags & ~flag[2] or filter.flags | flag[2]
      filter.flag_mask = filter.flag_mask | flag[2]
    elseif word == "label" then
      filter.label = words:value()
    elseif word == "group" then
      local group = words:value()
      filter.group = names.number("group", group, 0x7fffffff)
        or context.invalid(group, 'Invalid "group" value\n')
    elseif word == "master" or word == "vrf" then
      local master = words:value()
      filter.master = ip:index(master) or context.invalid(master,
        word == "vrf" and "Not a valid VRF name\n" or "Device does not exist\n")
    elseif word == "nomaster" then
      filter.nomaster = true
    elseif word == "type" then
      local kind = words:value()
      filter.slave_kind = kind:match("^(.*)_slave$")
      filter.kind = not filter.slave_kind and kind or nil
    else
      if word == "dev" then
        word = words:value()
      elseif matches(word, "help") then
        return nil
      end
      if device then context.ambiguous("dev", word) end
      device = word
    end
  end
  if device then
    filter.index = ip:index(device) or fail(1, ('Device "%s" does not exist.'):format(device))
    filter.device = device
  end
  return filter
end

local function link_fits(filter, link)
  local info = link.linkinfo or {}
  return not (filter.up and link.flags & IFF_UP == 0)
    and not (filter.group and link.group and filter.group ~= link.group)
    and not (filter.master and filter.master ~= link.master)
    and not (filter.nomaster and link.master and link.master ~= 0)
    and not (filter.kind and filter.kind ~= info.kind)
    and not (filter.slave_kind and filter.slave_kind ~= info.slave_kind)
end

-- The links that the filter asks for, remembered for their names; nil after a failure.
local function list_links(ip, filter, family)
  local mask = EXT_MASK_VF | (ip.stats == 0 and EXT_MASK_SKIP_STATS or 0)
  if filter.index then
    local link, err = ip.connection:get(link_schema, { index = filter.index, ext_mask = mask })
    if not link then return nil, ip:refused(err) end
    ip:remember(link)
    return { link }
  end
  -- an address family's own view of the links takes nothing to select by
  local is_plain = family == AF_INET or family == AF_INET6
  local links, err, warning = ip.connection:dump(link_schema, is_plain and { family = family } or {
    family = family,
    ext_mask = mask,
    master = filter.master,
    linkinfo = filter.kind and { kind = filter.kind },
  })
  if not links then return nil, ip:refused(err) end
  ip:remark(warning)
  for _, link in ipairs(links) do ip:remember(link) end
  return links
end

-- Does `ip addr` show a link with these addresses at all?
local function has_shown_address(ip, filter, addresses)
  if not addresses then return not filter.family or filter.family == AF_PACKET end
  for _, message in ipairs(addresses) do
    if addr_show.fits(ip, filter, message) then return true end
  end
  return false
end

--- `ip addr show` and `ip link show`.
---@param ip ip.Context
---@param words ip.Words
---@param as_link boolean
---@param usage fun()
---@return integer status
function addr_show.show(ip, words, as_link, usage)
  local link_family = ip.family -- some families show their own view of a link
  local filter = addr_show.filter(ip, words) or usage()
  local out = ip.out
  local want_addresses = filter.family ~= AF_PACKET
  local links, status = list_links(ip, filter, link_family)
  out:start()
  if not links then
    out:finish()
    return status
  end
  local by_index = {}
  if want_addresses then
    local ok, err, warning = ip.connection:dump(schema, {
      family = filter.family,
      index = filter.index,
    }, function(message)
      local list = by_index[message.index]
      if not list then
        list = {}
        by_index[message.index] = list
      end
      list[#list + 1] = message
    end)
    if not ok then
      out:finish()
      return ip:refused(err)
    end
    ip:remark(warning)
  end
  for _, link in ipairs(links) do
    local addresses = by_index[link.index]
    if link_fits(filter, link)
      and (not want_addresses or has_shown_address(ip, filter, addresses)) then
      out:object()
      if ip.brief or not (ip.oneline and want_addresses) then
        if not filter.label then link_show.print(ip, link, as_link) end
      end
      if want_addresses then
        out:array("addr_info")
        for _, message in ipairs(addresses or {}) do
          if addr_show.fits(ip, filter, message) then
            out:object()
            addr_show.print(ip, message, ip.oneline)
            out:object_end()
          end
        end
        out:array_end()
        if ip.brief then out:text("\n") end
        if not as_link and ip.stats > 0 and not ip.brief and not filter.label
          and not ip.oneline then
          require("ip.link_stats").print(ip, link)
          out:text("\n")
        end
      end
      out:object_end()
    end
  end
  out:finish()
  return 0
end

return addr_show
