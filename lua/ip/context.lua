-- ip/context.lua - what the objects of ip share: words, the connection, names of links, failures
--
-- Layer: library of ip; calls nl.request. Messages and exit statuses are iproute2's: 1 for what
-- is not there or not possible, 2 when the kernel refuses, 255 for wrong words.

local inet = require "nl.inet"

local AF_INET, AF_INET6, AF_BRIDGE, AF_PACKET, AF_MPLS = 2, 10, 7, 17, 28

---@class ip.Context
---@field family integer? that options name
---@field out ip.Out
---@field connection nl.Connection
local Context = {}

local context = {}

context.FAMILY = { inet = AF_INET, inet6 = AF_INET6, link = AF_PACKET, bridge = AF_BRIDGE,
  mpls = AF_MPLS }

---@class ip.Exit raised to end a command: its message is on stderr already or goes there
local Exit = {}
Exit.__index = Exit

--- End the command.
---@param status integer
---@param message string?
function context.fail(status, message)
  error(setmetatable({ status = status, message = message }, Exit), 0)
end

--- The failure that `context.fail` raised, or nil when it is another error.
function context.failure(err)
  return getmetatable(err) == Exit and err or nil
end

local fail = context.fail

--- Wrong words.
function context.invalid(word, why)
  fail(255, ('Error: argument "%s" is wrong: %s'):format(word, why))
end

function context.duplicate(key, word)
  fail(255, ('Error: duplicate "%s": "%s" is the second value.'):format(key, word))
end

function context.ambiguous(key, word)
  fail(255, ('Error: either "%s" is duplicate, or "%s" is a garbage.'):format(key, word))
end

-- The abbreviations of words that were asked for more than once: a batch asks for each in every
-- line.
local abbreviations = {}

--- Is the word an abbreviation of this one?
---@param word string
---@param whole string of the language: they are few
---@return boolean
function context.matches(word, whole)
  local known = abbreviations[whole]
  if known then return known[word] == true end
  if known == nil then
    abbreviations[whole] = false
  else
    known = {}
    for size = 1, #whole do known[whole:sub(1, size)] = true end
    abbreviations[whole] = known
  end
  return word ~= "" and whole:find(word, 1, true) == 1
end

--- What the kernel said to a request. The caller returns 2.
---@param err nl.Error
function Context:refused(err)
  self.out:flush()
  local message = type(err) == "table" and err.message
  if message then
    -- the kernel's own words, with a full stop
    io.stderr:write("Error: ", message, message:find("[.\n]$") and "\n" or ".\n")
  else
    io.stderr:write("RTNETLINK answers: ", tostring(err), "\n")
  end
  return 2
end

--- What the system says to an error's number, without the kernel's own words.
---@param err nl.Error|S.Error
---@return string
function context.errno_text(err)
  return tostring(type(err) == "table" and rawget(err, "system") or err)
end

--- The kernel's remark on something that it did.
function Context:remark(warning)
  if warning == "interrupted" then
    io.stderr:write("Dump was interrupted and may be inconsistent.\n")
  elseif warning then
    io.stderr:write("Warning: ", warning, warning:find("[.\n]$") and "\n" or ".\n")
  end
end

--- What -s tells at the end of a flush.
function Context:flushed(rounds)
  if self.stats == 0 then return end
  self.out:text(rounds == 0 and "Nothing to flush.\n"
    or ("*** Flush is complete after %d round%s ***\n"):format(rounds, rounds > 1 and "s" or ""))
end

--- A request that changes something, done: exit status 0 or 2.
function Context:change(schema, verb, values, mode)
  local ok, err, warning = self.connection:call(schema, verb, values, mode)
  if not ok then return self:refused(err) end
  self:remark(warning)
  if schema.name == "link" then self.links, self.indexes = {}, {} end
  return 0
end

--- Print what a dump brings, object by object. -> exit status
---@param schema table
---@param values table? what the kernel selects by
---@param print fun(message: table)
---@param failed integer? the status when the kernel refuses, 2
---@return integer status
function Context:list(schema, values, print, failed)
  local out = self.out
  out:start()
  local ok, err, warning = self.connection:dump(schema, values, print)
  out:finish()
  if not ok then
    self:refused(err)
    io.stderr:write("Dump terminated\n")
    return failed or 2
  end
  self:remark(warning)
  return 0
end

--- The verb of an object, done. The first that the word abbreviates counts.
---@param object string its word, for the failure
---@param verbs table[] word, function(ip, words, ...) -> exit status, what else it is called with;
--- the first is done when there is no word
---@param usage fun()
---@return integer status
function context.verb(ip, words, object, verbs, usage)
  local word = words:take()
  for _, verb in ipairs(verbs) do
    if not word or context.matches(word, verb[1]) then
      return verb[2](ip, words, table.unpack(verb, 3))
    end
  end
  if context.matches(word, "help") then usage() end
  fail(255, ('Command "%s" is unknown, try "ip %s help".'):format(word, object))
end

---@class ip.Words the words of a command line, the next of which is words[words.at]
local Words = {}
Words.__index = Words

--- Words to be taken one by one: the list itself, which is the caller's no more.
---@param list string[]
---@return ip.Words
function context.words(list)
  list.at = 1
  return setmetatable(list, Words)
end

--- The next word, which stays; nil at the end.
function Words:peek() return self[self.at] end

--- The next word, taken; nil at the end: `for word in words.take, words do` takes them all.
function Words:take()
  local at = self.at
  local word = self[at]
  if word then self.at = at + 1 end
  return word
end

--- The value that must follow.
function Words:value()
  local at = self.at
  local word = self[at] or fail(255, 'Command line is not complete. Try option "help"')
  self.at = at + 1
  return word
end

-- Small numbers, which most are.
local SMALL = {}
for number = 0, 128 do SMALL[tostring(number)] = number end

-- C's strtoul with base 0, the whole word
local function parse_integer(text)
  if SMALL[text] then return SMALL[text] end
  if text:find("^[1-9]%d?%d?%d?%d?$") then return math.tointeger(tonumber(text)) end
  local sign, digits = text:match("^([+-]?)(%w+)$")
  if not digits then return nil end
  local number
  if digits:find("^0[xX]%x+$") then
    number = tonumber(digits)
  elseif digits:find("^0[0-7]+$") then
    number = tonumber(digits, 8)
  elseif digits:find("^%d+$") then
    number = tonumber(digits)
  end
  number = number and math.tointeger(number)
  return number and (sign == "-" and -number or number)
end
context.integer = parse_integer

--- A number that must follow, or the failure `why`.
function Words:number(least, largest, why)
  local word = self:value()
  local number = parse_integer(word)
  if not number or number < least or number > largest then context.invalid(word, why) end
  return number, word
end

--- "on" or "off" that must follow.
function Words:on_off(key)
  local word = self:value()
  if word == "on" then return true end
  if word == "off" then return false end
  fail(1, ('Error: argument of "%s" must be "on" or "off", not "%s"'):format(key, word))
end

local FAMILY_NAME = { [AF_INET] = "inet", [AF_INET6] = "inet6", [AF_MPLS] = "mpls" }

local function wanted_family(family, bytes)
  return not family or family == 0 or family == AF_PACKET or family == (#bytes == 4 and 2 or 10)
end

-- iproute2 takes short IPv4 addresses in prefixes: "10/8" is 10.0.0.0/8
local function padded(text)
  if not text:find("^[%d.]+$") or text:find("%.$") then return text end
  local octets = select(2, text:gsub("%.", "")) + 1
  return text .. (".0"):rep(4 - octets)
end

--- An address in a word: bytes and family. "any", "all" and "default" are the zero address.
---@param word string
---@param family integer?
---@return string? bytes
---@return integer? family
function context.parse_address(word, family)
  if word == "any" or word == "all" or word == "default" then
    if family == AF_INET6 then return ("\0"):rep(16), AF_INET6 end
    return "\0\0\0\0", family == AF_INET and AF_INET or 0
  end
  local bytes = inet.bytes(word)
  if not bytes and not word:find(":", 1, true) then bytes = inet.bytes(padded(word)) end
  if not bytes or not wanted_family(family, bytes) then return nil end
  return bytes, #bytes == 4 and AF_INET or AF_INET6
end

--- An address that must be one.
---@return string text
---@return integer family
---@return string bytes
function context.address(word, family)
  local bytes, found = context.parse_address(word, family)
  if not bytes then
    fail(1, ('Error: %s address is expected rather than "%s".')
      :format(FAMILY_NAME[family] or "any valid", word))
  end
  return inet.text(bytes), found, bytes
end

local ANY = { default = true, any = true, all = true }

-- A prefix's length in words: a number, or a netmask of IPv4.
local function prefix_length(text, bits)
  return SMALL[text] or bits == 32 and text:find(".", 1, true) and inet.netmask_length(text)
    or parse_integer(text)
end

---@class ip.Prefix
---@field text string the address
---@field bytes string
---@field length integer
---@field family integer 0 for "default" where no family is known
---@field explicit boolean the word has a length
---@field is_any boolean "default", "any" or "all": goes into no attribute

-- A label stands for a prefix of its own 20 bits. Its text is that of its bytes as an address.
local function label_prefix(word)
  local bytes = require("nl.mpls").bytes(word)
    or fail(1, ('Error: mpls prefix is expected rather than "%s".'):format(word))
  return { text = inet.text(bytes:sub(1, 4)), bytes = bytes, length = 20, family = AF_MPLS,
    explicit = false }
end

--- A prefix that must be one.
---@return ip.Prefix
function context.prefix(word, family)
  if family == AF_PACKET then family = nil end
  if family == AF_MPLS and not ANY[word] then return label_prefix(word) end
  if ANY[word] then
    local bytes = ("\0"):rep(family == AF_INET6 and 16 or 4)
    return { text = inet.text(bytes), bytes = bytes, length = 0, family = family or 0,
      explicit = true, is_any = true }
  end
  local slash, address, length = word:find("/", 1, true), nil, nil
  if slash then address, length = word:sub(1, slash - 1), word:sub(slash + 1) end
  local bytes, found = context.parse_address(address or word, family)
  local bits = bytes and #bytes * 8
  if bits then length = length and prefix_length(length, bits) or not length and bits end
  if not bits or not length or length < 0 or length > bits then
    fail(1, ('Error: %s prefix is expected rather than "%s".')
      :format(FAMILY_NAME[family] or "any valid", word))
  end
  return { text = inet.text(bytes), bytes = bytes, length = length, family = found,
    explicit = address ~= nil }
end

--- A hardware address that must be one; the failure names the octet.
---@return string text
function context.hardware_address(word)
  if word:find(".", 1, true) then
    -- an IPv4 address is the hardware address of a tunnel
    return inet.hardware_text(inet.bytes(word)
      or fail(1, ('"%s" is invalid lladdr.'):format(word)))
  end
  for octet in (word .. ":"):gmatch("(.-):") do
    if not octet:find("^%x%x?$") then fail(1, ('"%s" is invalid lladdr.'):format(octet)) end
  end
  return word
end

--- Is the address within the prefix?
function context.within(prefix, text)
  if prefix.length == 0 and prefix.family == 0 then return true end
  local bytes = inet.bytes(text)
  return #bytes == #prefix.bytes
    and inet.mask(bytes, prefix.length) == inet.mask(prefix.bytes, prefix.length)
end

local function open(self)
  local connection, err = require("nl.request").open(self.netns and { netns = self.netns })
  if not connection then fail(1, "Cannot open netlink socket: " .. tostring(err)) end
  return connection
end

Context.__index = Context

--- A connection for a question in between: a second one while the first is in a dump.
---@return nl.Connection
function Context:side()
  if not self.connection.busy then return self.connection end
  self.second = self.second or open(self)
  return self.second
end

--- Close what it has open.
function Context:close()
  self.connection:close()
  if self.second then self.second:close() end
end

local EXT_MASK_VF, EXT_MASK_SKIP_STATS = 1, 8

local function link_schema() return require "nl.schema.link" end

--- Remember a link, for the names of others.
function Context:remember(link) self.links[link.index] = link end


--- A link by index; nil when there is none.
---@param index integer
---@return table? link
function Context:link(index)
  local link = self.links[index]
  if link == nil then
    link = self:side():get(link_schema(), {
      index = index, ext_mask = EXT_MASK_VF | EXT_MASK_SKIP_STATS }) or false
    self.links[index] = link
  end
  return link or nil
end

--- The length of a link's queue, where the family's view of the link has none.
---@param index integer
---@return integer
function Context:queue_length(index)
  local link = self:side():get(link_schema(), { index = index, ext_mask = EXT_MASK_SKIP_STATS })
  return link and link.txqlen or 0
end

--- A link's name; "if7" when it is gone, "*" for none.
---@param index integer
---@return string
function Context:name(index)
  if index == 0 then return "*" end
  local link = self:link(index)
  return link and link.ifname or "if" .. index
end

--- A link's index by its name or alternative name; nil when there is none.
---@param name string
---@return integer?
function Context:index(name)
  local index = self.indexes[name] -- a batch names the same link over and over
  if index then return index end
  local by = #name > 15 and { altname = name } or { ifname = name }
  by.ext_mask = EXT_MASK_SKIP_STATS
  local link = self:side():get(link_schema(), by, nil, require("nl.codec").header)
  if link then
    self.indexes[name] = link.index
    return link.index
  end
  local number = name:match("^if(%d+)$")
  return number and math.tointeger(tonumber(number)) or nil
end

--- The same, where it must be there.
function Context:must_index(name)
  return self:index(name) or fail(1, ('Cannot find device "%s"'):format(name))
end

--- A name that a link may have: up to 15 bytes, neither "/" nor blank.
function context.is_link_name(name)
  return name ~= "" and #name <= 15 and not name:find("[/%s]")
end

--- The state of one call of ip.
---@param options table family, json, pretty, oneline, brief, details, stats, netns, ...
---@return ip.Context
function context.new(options)
  local self = options
  self.links, self.indexes = {}, {}
  self.out = require("ip.out").new(options)
  self.connection = open(self)
  return setmetatable(self, Context)
end

return context
