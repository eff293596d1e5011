-- ip/nexthop.lua - `ip nexthop`: next hops that routes name by their id
--
-- Layer: library of ip. Words, form and keys are iproute2 6.1's (ip-nexthop(8)).

local context = require "ip.context"
local encap = require "ip.encap"
local names = require "ip.names"
local schema = require "nl.schema.nexthop"

local matches, fail = context.matches, context.fail

local AF_INET = 2
local ONLINK = 0x4
local U32 = 0xffffffff
local TYPES = { mpath = 0, resilient = 1 }
local FLAG = { { 0x1, "dead" }, { 0x4, "onlink" }, { 0x2, "pervasive" }, { 0x8, "offload" },
  { 0x40, "trap" }, { 0x10, "linkdown" }, { 0x20, "unresolved" } }
-- what the kernel counts times in
local HZ = 100

local nexthop = {}

local function usage()
  fail(255, [=[
Usage: ip nexthop { list | flush } [ protocol ID ] SELECTOR
       ip nexthop { add | replace } id ID NH [ protocol ID ]
       ip nexthop { get | del } id ID
       ip nexthop bucket list BUCKET_SELECTOR
       ip nexthop bucket get id ID index INDEX
SELECTOR := [ id ID ] [ dev DEV ] [ vrf NAME ] [ master DEV ]
            [ groups ] [ fdb ]
BUCKET_SELECTOR := SELECTOR | [ nhid ID ]
NH := { blackhole | [ via ADDRESS ] [ dev DEV ] [ onlink ]
        [ encap ENCAPTYPE ENCAPHDR ] |
        group GROUP [ fdb ] [ type TYPE [ TYPE_ARGS ] ] }
GROUP := [ <id[,weight]>/<id[,weight]>/... ]
TYPE := { mpath | resilient }
TYPE_ARGS := [ RESILIENT_ARGS ]
RESILIENT_ARGS := [ buckets BUCKETS ] [ idle_timer IDLE ]
                  [ unbalanced_timer UNBALANCED ]
ENCAPTYPE := [ mpls ]
ENCAPHDR := [ MPLSLABEL ]]=])
end

-- ---- text ----

local function print_group(out, members)
  out:array("group", "group ")
  for i, member in ipairs(members) do
    out:object()
    out:put("id", i == 1 and "%d" or "/%d", member.id)
    if member.weight > 1 then out:put("weight", ",%d", member.weight) end
    out:object_end()
  end
  out:array_end(" ")
end

local function print_resilient(out, group)
  out:object("resilient_args")
  if group.buckets then out:put("buckets", "buckets %d ", group.buckets) end
  for _, key in ipairs { "idle_timer", "unbalanced_timer", "unbalanced_time" } do
    local value = group[key]
    if value then out:number(key, key .. " %g ", "%g", value / HZ) end
  end
  out:object_end()
end

local function print_bucket(out, bucket)
  out:object("bucket")
  if bucket.index then out:put("index", "index %d ", bucket.index) end
  if bucket.idle_time then
    out:number("idle_time", "idle_time %g ", "%g", bucket.idle_time / HZ)
  end
  if bucket.nh_id then out:put("nhid", "nhid %d ", bucket.nh_id) end
  out:object_end()
end

local function print_flags(out, flags)
  out:array("flags")
  for _, flag in ipairs(FLAG) do
    if flags & flag[1] ~= 0 then out:put(nil, "%s ", flag[2]) end
  end
  out:array_end()
end

local function print_one(ip, message)
  local out, details = ip.out, ip.details
  if message.id then out:put("id", "id %d ", message.id) end
  if message.group then print_group(out, message.group) end
  local kind = message.group_type
  if kind and kind ~= TYPES.mpath then
    out:put("type", "type %s ", kind == TYPES.resilient and "resilient" or "<unknown type>")
  end
  if message.res_group then print_resilient(out, message.res_group) end
  if message.res_bucket then print_bucket(out, message.res_bucket) end
  encap.print(ip, message)
  if message.gateway then out:put("gateway", "via %s ", message.gateway) end
  if message.oif then out:name("dev", "dev %s ", ip:name(message.oif)) end
  if message.scope ~= 0 or details then
    out:put("scope", "scope %s ", names.name("scope", message.scope, ip.numeric))
  end
  if message.blackhole then out:mark("blackhole", "blackhole ") end
  if message.protocol ~= 0 or details then
    out:put("protocol", "proto %s ", names.name("protocol", message.protocol, ip.numeric))
  end
  print_flags(out, message.flags)
  if message.fdb then out:mark("fdb", "fdb") end
end

--- Print a next hop.
---@param ip ip.Context
---@param message table
---@param deleted boolean?
function nexthop.print(ip, message, deleted)
  local out = ip.out
  out:object()
  if deleted then out:put("deleted", "Deleted ", true) end
  print_one(ip, message)
  out:text("\n")
  out:object_end()
end

--- Print the next hop that a route names, within the route.
---@param ip ip.Context
---@param id integer
function nexthop.print_of_route(ip, id)
  ip.nexthops = ip.nexthops or {}
  local message = ip.nexthops[id] or ip:side():get(schema, { id = id })
  if not message then return end
  ip.nexthops[id] = message
  ip.out:object("nh_info")
  ip.out:text("\n\tnh_info ")
  print_one(ip, message)
  ip.out:object_end()
end

-- ---- add, replace, delete ----

local function take_group(words)
  local text, members = words:value(), {}
  for part in (text .. "/"):gmatch("([^/]*)/") do
    local id, weight = part:match("^(%d+),(%d+)$")
    id = context.integer(id or part)
    weight = weight and context.integer(weight)
    if not id or id > U32 or weight and (weight < 1 or weight > 256) then
      context.invalid(text:match("^[^/]*"), '"group" value is invalid\n')
    end
    members[#members + 1] = { id = id, weight = weight }
  end
  return members
end

local function modify(ip, words, verb, mode)
  local values = { family = ip.family, protocol = 0, flags = 0 }
  local resilient = {}
  while words:peek() do
    local word = words:take()
    if word == "id" then
      values.id = words:number(0, U32, "invalid id value")
    elseif word == "dev" then
      local device = words:value()
      values.oif = ip:index(device) or context.invalid(device, "Device does not exist\n")
      values.family = values.family or AF_INET
    elseif word == "via" then
      local family
      values.gateway, family = context.address(words:value(), values.family)
      values.family = values.family or family
    elseif word == "encap" then
      encap.read(ip, words, values)
    elseif word == "blackhole" then
      values.blackhole = true
      values.family = values.family or AF_INET
    elseif word == "fdb" then
      values.fdb = true
    elseif word == "onlink" then
      values.flags = values.flags | ONLINK
    elseif word == "group" then
      values.group = take_group(words)
    elseif word == "type" then
      local text = words:value()
      values.group_type = TYPES[text] or context.invalid(text, '"type" value is invalid\n')
    elseif word == "buckets" then
      resilient.buckets = words:number(0, 0xffff, "invalid buckets value")
    elseif word == "idle_timer" or word == "unbalanced_timer" then
      resilient[word] = words:number(0, U32 // HZ, ("invalid %s value"):format(word)) * HZ
    elseif matches(word, "protocol") then
      local text = words:value()
      values.protocol = names.number("protocol", text, 255)
        or context.invalid(text, '"protocol" value is invalid\n')
    elseif word == "help" then
      usage()
    else
      context.invalid(word, "")
    end
  end
  if next(resilient) then values.res_group = resilient end
  return ip:change(schema, verb, values, mode)
end

-- ---- show, flush, get ----

local function read_filter(ip, words)
  local filter = { family = ip.family }
  while words:peek() do
    local word = words:take()
    if word == "dev" then
      filter.oif = ip:must_index(words:value())
    elseif word == "groups" then
      filter.groups = true
    elseif word == "fdb" then
      filter.fdb = true
    elseif word == "master" then
      filter.master = ip:must_index(words:value())
    elseif matches(word, "vrf") then
      local name = words:value()
      local index = ip:index(name)
      local info = index and ip:link(index).linkinfo
      if not info or info.kind ~= "vrf" then context.invalid(name, "Invalid VRF\n") end
      filter.master = index
    elseif word == "id" then
      filter.id = words:number(0, U32, "invalid id value")
    elseif word == "nhid" then
      filter.res_bucket = { nh_id = words:number(0, U32, "invalid id value") }
    elseif matches(word, "protocol") then
      local text = words:value()
      filter.protocol = names.number("protocol", text, 255)
        or context.invalid(text, "invalid protocol value")
    elseif matches(word, "help") then
      usage()
    else
      context.invalid(word, "")
    end
  end
  return filter
end

local function get(ip, values, verb)
  local answer, err = ip.connection:get(schema, values, verb)
  if not answer then return ip:refused(err) end
  ip.out:start()
  nexthop.print(ip, answer)
  ip.out:finish()
  return 0
end

local function dump(ip, filter, each, verb)
  local protocol = filter.protocol
  filter.protocol = nil
  local ok, err, warning = ip.connection:dump(schema, filter, function(message)
    if not protocol or message.protocol == protocol then each(message) end
  end, verb)
  if not ok then
    ip.out:finish()
    ip:refused(err)
    io.stderr:write("Dump terminated\n")
    return 2
  end
  ip:remark(warning)
  return 0
end

local function show(ip, words)
  local filter = read_filter(ip, words)
  if filter.id then return get(ip, { id = filter.id }) end
  ip.out:start()
  local status = dump(ip, filter, function(message) nexthop.print(ip, message) end)
  if status == 0 then ip.out:finish() end
  return status
end

local function flush(ip, words)
  local ids, filter, status = {}, read_filter(ip, words), 0
  if filter.id then
    ids[1] = filter.id
  else
    status = dump(ip, filter, function(message) ids[#ids + 1] = message.id end)
  end
  if status ~= 0 then return status end
  -- a group goes with its last member: that it is gone already does not matter
  for _, id in ipairs(ids) do ip.connection:call(schema, "del", { id = id }) end
  local count = #ids
  ip.out:text(count == 0 and "Nothing to flush\n"
    or ("Flushed %d nexthop%s\n"):format(count, count > 1 and "s" or ""))
  return 0
end

local function bucket(ip, words)
  local verb = words:take()
  if verb and matches(verb, "get") then
    local values = { res_bucket = {} }
    while words:peek() do
      local word = words:take()
      if word == "id" then
        values.id = words:number(0, U32, "invalid id value")
      elseif word == "index" then
        values.res_bucket.index = words:number(0, 0xffff, "invalid index value")
      elseif matches(word, "help") then
        usage()
      else
        context.invalid(word, "")
      end
    end
    return get(ip, values, "getbucket")
  end
  if verb and not (matches(verb, "list") or matches(verb, "show") or matches(verb, "lst")) then
    if matches(verb, "help") then usage() end
    fail(255, ('Command "%s" is unknown, try "ip nexthop help".'):format(verb))
  end
  ip.out:start()
  local status = dump(ip, read_filter(ip, words), function(message)
    nexthop.print(ip, message)
  end, "getbucket")
  if status == 0 then ip.out:finish() end
  return status
end

--- `ip nexthop ...`
---@param ip ip.Context
---@param words ip.Words
---@return integer status
function nexthop.run(ip, words)
  local verb = words:take()
  if not verb then return show(ip, words) end
  if matches(verb, "add") then return modify(ip, words, "new", "add") end
  if matches(verb, "replace") then return modify(ip, words, "new", "replace") end
  if matches(verb, "delete") then return modify(ip, words, "del") end
  if matches(verb, "list") or matches(verb, "show") or matches(verb, "lst") then
    return show(ip, words)
  end
  if matches(verb, "get") then
    local filter = read_filter(ip, words)
    return get(ip, { id = filter.id })
  end
  if matches(verb, "flush") then return flush(ip, words) end
  if matches(verb, "bucket") then return bucket(ip, words) end
  if matches(verb, "help") then usage() end
  fail(255, ('Command "%s" is unknown, try "ip nexthop help".'):format(verb))
end

return nexthop
