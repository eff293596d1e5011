-- ip/token.lua - `ip token`: the host's half of the addresses that a link makes itself
--
-- Layer: library of ip. Words, form and keys are iproute2 6.1's (ip-token(8)).

local context = require "ip.context"
local schema = require "nl.schema.link"

local fail = context.fail

local AF_INET6 = 10
local IFF_LOOPBACK, IFF_NOARP = 0x8, 0x80

local token = {}

local function usage()
  fail(255, "Usage: ip token [ list | set | del | get ] [ TOKEN ] [ dev DEV ]")
end

local function take_device(ip, words)
  local device = words:value()
  return ip:index(device) or context.invalid(device, "dev is invalid\n")
end

local function show(ip, words)
  local index
  while words:peek() do
    if words:take() == "dev" then index = take_device(ip, words) end
  end
  local out = ip.out
  return ip:list(schema, { family = AF_INET6 }, function(link)
    local text = link.protinfo and link.protinfo.token
    if not text or link.flags & (IFF_LOOPBACK | IFF_NOARP) ~= 0
      or index and link.index ~= index then
      return
    end
    out:object()
    out:put("token", "token %s ", text)
    out:name("ifname", "dev %s\n", link.ifname)
    out:object_end()
  end, 255)
end

local function set(ip, words, text)
  local index
  while words:peek() do
    local word = words:take()
    if word == "dev" then
      index = index or take_device(ip, words)
    else
      if context.matches(word, "help") then usage() end
      text = text or context.prefix(word, AF_INET6).text
    end
  end
  if not text then fail(1, "Not enough information: token is required.") end
  if not index then fail(1, 'Not enough information: "dev" argument is required.') end
  return ip:change(schema, "set", { index = index, af_spec = { inet6 = { token = text } } })
end

local VERBS = { { "list", show }, { "lst", show }, { "show", show }, { "set", set },
  { "add", set }, { "get", show }, { "delete", set, "::" } }

--- `ip token ...`
---@param ip ip.Context
---@param words ip.Words
---@return integer status
function token.run(ip, words)
  return context.verb(ip, words, "token", VERBS, usage)
end

return token
