-- ip/addrlabel.lua - `ip addrlabel`: labels of IPv6 prefixes (RFC 6724)
--
-- Layer: library of ip. Words, form and keys are iproute2 6.1's.

local context = require "ip.context"
local schema = require "nl.schema.addrlabel"

local fail = context.fail

local AF_INET6 = 10

local addrlabel = {}

local function usage()
  fail(255, [=[
Usage: ip addrlabel { add | del } prefix PREFIX [ dev DEV ] [ label LABEL ]
       ip addrlabel [ list | flush | help ]]=])
end

local function show(ip, words)
  if words:peek() then fail(1, '"ip addrlabel show" does not take any arguments.') end
  local out = ip.out
  return ip:list(schema, { family = ip.family or AF_INET6 }, function(message)
    out:object()
    if message.address then
      out:text("prefix ")
      out:put("address", "%s", message.address)
      out:put("prefixlen", "/%d ", message.prefixlen)
    end
    if message.index ~= 0 then out:name("ifname", "dev %s ", ip:name(message.index)) end
    if message.label then out:put("label", "label %d ", message.label) end
    out:text("\n")
    out:object_end()
  end, 255)
end

local function modify(ip, words, verb, mode)
  local values, prefix = { family = ip.family or AF_INET6 }, nil
  while words:peek() do
    local word = words:take()
    if word == "prefix" then
      prefix = context.prefix(words:value(), ip.family)
    elseif word == "dev" then
      local device = words:value()
      values.index = ip:index(device) or context.invalid(device, "dev is invalid\n")
    elseif word == "label" then
      values.label = words:number(0, 0xfffffffe, "label is invalid\n")
    end -- other words are passed over, as there
  end
  if not prefix then fail(1, 'Not enough information: "prefix" argument is required.') end
  if not values.label then fail(1, 'Not enough information: "label" argument is required.') end
  values.address, values.prefixlen = prefix.text, prefix.length
  return ip:change(schema, verb, values, mode)
end

local function flush(ip, words)
  if words:peek() then fail(1, '"ip addrlabel flush" does not allow extra arguments') end
  local found, err = ip.connection:dump(schema, { family = ip.family or AF_INET6 })
  if not found then return ip:refused(err) end
  for _, message in ipairs(found) do
    local ok, refused = ip.connection:call(schema, "del", message)
    if not ok then return ip:refused(refused) end
  end
  return 0
end

local VERBS = { { "list", show }, { "show", show }, { "lst", show },
  { "add", modify, "new", "add" }, { "delete", modify, "del" }, { "flush", flush } }

--- `ip addrlabel ...`
---@param ip ip.Context
---@param words ip.Words
---@return integer status
function addrlabel.run(ip, words)
  return context.verb(ip, words, "addrlabel", VERBS, usage)
end

return addrlabel
