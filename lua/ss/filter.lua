-- ss/filter.lua - which sockets are shown: states and expressions
--
-- Layer: library of ss, pure functions. The language is that of ss(8): FILTER := [ state X ] ...
-- [ EXPRESSION ]; an expression becomes one function of a socket.

local glob = require "text.glob"
local inet = require "nl.inet"
local services = require "net.services"

local filter = {}

local AF_UNIX = 1

local ALL = 0xfff
local function bits(...)
  local mask = 0
  for _, state in ipairs { ... } do mask = mask | 1 << state end
  return mask
end

-- by include/net/tcp_states.h
local STATE = { established = bits(1), ["syn-sent"] = bits(2), ["syn-recv"] = bits(3, 12),
  ["fin-wait-1"] = bits(4), ["fin-wait-2"] = bits(5), ["time-wait"] = bits(6), closed = bits(7),
  ["close-wait"] = bits(8), ["last-ack"] = bits(9), listening = bits(10), closing = bits(11),
  unconnected = bits(7), all = ALL | 1 << 12 }
STATE.listen = STATE.listening
STATE.connected = STATE.all & ~(STATE.closed | STATE.listening)
STATE.synchronized = STATE.connected & ~STATE["syn-sent"]
STATE.bucket = STATE["syn-recv"] | STATE["time-wait"]
STATE.big = STATE.all & ~STATE.bucket
filter.STATE = STATE

local function fail(form, ...) error({ wrong = form:format(...) }, 0) end

-- ---- conditions ----

local COMPARE = {
  ["="] = function(a, b) return a == b end,
  ["!="] = function(a, b) return a ~= b end,
  [">"] = function(a, b) return a > b end,
  ["<"] = function(a, b) return a < b end,
  [">="] = function(a, b) return a >= b end,
  ["<="] = function(a, b) return a <= b end,
}
local OPERATOR = { ["="] = "=", ["=="] = "=", eq = "=", ["!="] = "!=", ne = "!=", neq = "!=",
  [">"] = ">", gt = ">", ["<"] = "<", lt = "<", [">="] = ">=", ge = ">=", geq = ">=",
  ["<="] = "<=", le = "<=", leq = "<=" }

local function read_port(text)
  return services.port(text) or fail('"%s" does not look like a port', text)
end

local MAPPED = ("\0"):rep(10) .. "\xff\xff"

local function address_matches(text, bytes, length)
  local own = text and inet.bytes(text)
  if not own then return false end
  if #own == 16 and #bytes == 4 and own:sub(1, 12) == MAPPED then own = own:sub(13) end
  return #own == #bytes and inet.mask(own, length) == inet.mask(bytes, length)
end

-- "10.0.0.0/8:22", "[::1]:ssh", ":22", "*:22", "/run/x.*"
local function host_condition(side, text)
  local path = text:match("^unix:(.*)$") or text:match("^[/@].*$")
  if path then
    return function(socket)
      return socket.family == AF_UNIX and side == "src" and socket.path ~= nil
        and glob.match(path, socket.path)
    end
  end
  local host, port = text:match("^(%[.*%][/%d]*):?(.*)$")
  if host then
    host = host:gsub("[%[%]]", "")
  elseif select(2, text:gsub(":", "")) > 1 then
    host, port = text, ""
  else
    host, port = text:match("^([^:]*):?(.*)$")
  end
  local number = port ~= "" and port ~= "*" and read_port(port) or nil
  local bytes, length
  if host ~= "" and host ~= "*" then
    bytes, length = inet.prefix(host)
    if not bytes then fail('an address or prefix is expected rather than "%s"', host) end
  end
  local port_field = side == "src" and "sport" or "dport"
  return function(socket)
    if not socket.sport then return false end
    return (not number or socket[port_field] == number)
      and (not bytes or address_matches(socket[side], bytes, length))
  end
end

local function negated(condition, operator)
  if operator == "=" then return condition end
  if operator == "!=" then return function(socket) return not condition(socket) end end
  fail("an address can be equal or not, not %s", operator)
end

local CONDITION = {}

function CONDITION.src(operator, value) return negated(host_condition("src", value), operator) end
function CONDITION.dst(operator, value) return negated(host_condition("dst", value), operator) end

local function port_condition(field)
  return function(operator, value)
    local number, compare = read_port(value:gsub("^:", "")), COMPARE[operator]
    return function(socket) return socket[field] ~= nil and compare(socket[field], number) end
  end
end
CONDITION.sport, CONDITION.dport = port_condition("sport"), port_condition("dport")

function CONDITION.dev(operator, value)
  local compare = COMPARE[operator]
  return function(socket) return compare(socket.dev or "", value) end
end

function CONDITION.fwmark(operator, value)
  local mark, mask = value:match("^(%w+)/?(%w*)$")
  mark, mask = tonumber(mark), mask == "" and 0xffffffff or tonumber(mask)
  if not mark or not mask then fail('"%s" is not a mark', value) end
  local compare = COMPARE[operator]
  return function(socket)
    return socket.sport ~= nil and compare((socket.mark or 0) & mask, mark & mask)
  end
end

-- ---- the expression ----

local function tokens_of(text)
  local list, at = {}, 1
  while true do
    at = text:find("%S", at)
    if not at then return list end
    local token = text:match("^[()]", at) or text:match("^[!<>=]=", at) or text:match("^&&?", at)
      or text:match("^||?", at) or text:match("^[!<>=]", at) or text:match("^[^%s()!<>=&|]+", at)
    list[#list + 1] = token
    at = at + #token
  end
end

local AND = { ["and"] = true, ["&"] = true, ["&&"] = true }
local OR = { ["or"] = true, ["|"] = true, ["||"] = true }
local NOT = { ["not"] = true, ["!"] = true }
local MAX_DEPTH = 100

local function syntax_error(parser)
  local token = parser.list[parser.at]
  fail("filter: syntax error %s", token and ('at "%s"'):format(token) or "at the end")
end

local read_any

local function read_condition(parser, depth)
  if depth > MAX_DEPTH then fail("filter: nested too deep") end
  local token = parser.list[parser.at]
  if not token then syntax_error(parser) end
  if NOT[token] then
    parser.at = parser.at + 1
    local inner = read_condition(parser, depth + 1)
    return function(socket) return not inner(socket) end
  elseif token == "(" then
    parser.at = parser.at + 1
    local inner = read_any(parser, depth + 1)
    if parser.list[parser.at] ~= ")" then syntax_error(parser) end
    parser.at = parser.at + 1
    return inner
  elseif token == "autobound" then
    parser.at = parser.at + 1
    return parser.is_autobound
  end
  local make = CONDITION[token]
  if not make then
    if token:find("^[()<>=]") or AND[token] or OR[token] then syntax_error(parser) end
    -- a lone address is the other side's
    parser.at = parser.at + 1
    return host_condition("dst", token)
  end
  parser.at = parser.at + 1
  local operator = OPERATOR[parser.list[parser.at]]
  if operator then parser.at = parser.at + 1 end
  local value = parser.list[parser.at]
  if not value or value:find("^[()<>=&|!]") then syntax_error(parser) end
  parser.at = parser.at + 1
  return make(operator or "=", value)
end

local function read_all(parser, depth)
  local list = {}
  while true do
    list[#list + 1] = read_condition(parser, depth)
    local token = parser.list[parser.at]
    if AND[token] then
      parser.at = parser.at + 1
    elseif not token or token == ")" or OR[token] then
      break
    end -- side by side is "and", too
  end
  if #list == 1 then return list[1] end
  return function(socket)
    for _, condition in ipairs(list) do
      if not condition(socket) then return false end
    end
    return true
  end
end

function read_any(parser, depth)
  local list = { read_all(parser, depth) }
  while OR[parser.list[parser.at]] do
    parser.at = parser.at + 1
    list[#list + 1] = read_all(parser, depth)
  end
  if #list == 1 then return list[1] end
  return function(socket)
    for _, condition in ipairs(list) do
      if condition(socket) then return true end
    end
    return false
  end
end

local function everything() return true end

--- Understand a filter.
---@param words string[]
---@param is_autobound fun(socket: nl.Socket): boolean has it a port that the kernel chose?
---@return { states: integer?, accepts: fun(socket: nl.Socket): boolean }? filter states: a mask,
--- nil when none were named
---@return string? err
function filter.parse(words, is_autobound)
  local ok, result = pcall(function()
    local i, states = 1, nil
    while words[i] == "state" or words[i] == "exclude" do
      local name = words[i + 1]
      if not name then fail("%s: which state?", words[i]) end
      local mask = STATE[name:lower()]
      if not mask then fail("wrong state name: %s", name) end
      if words[i] == "state" then
        states = (states or 0) | mask
      else
        states = (states or STATE.all) & ~mask
      end
      i = i + 2
    end
    local accepts = everything
    if words[i] then
      local parser = { list = tokens_of(table.concat(words, " ", i)), at = 1,
        is_autobound = is_autobound }
      if #parser.list > 0 then
        accepts = read_any(parser, 0)
        if parser.list[parser.at] then syntax_error(parser) end
      end
    end
    return { states = states, accepts = accepts }
  end)
  if ok then return result end
  if type(result) == "table" and result.wrong then return nil, result.wrong end
  error(result, 0)
end

return filter
