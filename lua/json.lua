-- json.lua - JSON, RFC 8259
--
-- Layer: library, pure. Integers stay integers in both directions; a table is
-- an array when json.array marked it or when it has only the keys 1 to #t and
-- at least one.

local json = {}

local Array = {}

--- What null decodes to, and what encodes to null.
json.null = setmetatable({}, { __tostring = function() return "null" end })

local MAX_DEPTH = 200

--- Mark a table as an array, for an empty one would be an object.
---@generic T: table
---@param t T?
---@return T
function json.array(t) return setmetatable(t or {}, Array) end

local ESCAPES = {
  ['"'] = '\\"', ["\\"] = "\\\\", ["\b"] = "\\b", ["\f"] = "\\f",
  ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t",
}

local function escape(c) return ESCAPES[c] or ("\\u%04x"):format(c:byte()) end

-- Bytes that are no UTF-8 become U+FFFD: the output must be JSON whatever a
-- file is called.
local function valid_utf8(s)
  local position = 1
  local parts = {}
  while true do
    local length, bad = utf8.len(s, position)
    if length then
      parts[#parts + 1] = s:sub(position)
      return table.concat(parts)
    end
    parts[#parts + 1] = s:sub(position, bad - 1) .. "\u{fffd}"
    position = bad + 1
  end
end

local function encode_string(s)
  if not utf8.len(s) then s = valid_utf8(s) end
  return '"' .. s:gsub('[%c"\\\127]', escape) .. '"'
end

local function is_array(t)
  if getmetatable(t) == Array then return true end
  local n = #t
  if n == 0 then return false end
  local count = 0
  for _ in pairs(t) do count = count + 1 end
  return count == n
end

local function sorted_keys(t)
  local keys = {}
  for key in pairs(t) do
    if type(key) ~= "string" then error("JSON: key of type " .. type(key), 0) end
    keys[#keys + 1] = key
  end
  table.sort(keys)
  return keys
end

local encode

local function encode_table(t, out, opts, depth)
  if depth > MAX_DEPTH then error("JSON: too deep", 0) end
  local indent = opts.indent
  local newline = indent and "\n" .. (" "):rep(indent * (depth + 1)) or ""
  local last = indent and "\n" .. (" "):rep(indent * depth) or ""
  local separator = "," .. newline
  if is_array(t) then
    if #t == 0 then
      out[#out + 1] = "[]"
      return
    end
    out[#out + 1] = "[" .. newline
    for i, value in ipairs(t) do
      if i > 1 then out[#out + 1] = separator end
      encode(value, out, opts, depth + 1)
    end
    out[#out + 1] = last .. "]"
    return
  end
  local keys = opts.order and opts.order(t) or sorted_keys(t)
  if #keys == 0 then
    out[#out + 1] = "{}"
    return
  end
  out[#out + 1] = "{" .. newline
  for i, key in ipairs(keys) do
    if i > 1 then out[#out + 1] = separator end
    out[#out + 1] = encode_string(key) .. (indent and ": " or ":")
    encode(t[key], out, opts, depth + 1)
  end
  out[#out + 1] = last .. "}"
end

local function encode_number(n)
  if math.type(n) == "integer" then return ("%d"):format(n) end
  if n ~= n or n == math.huge or n == -math.huge then error("JSON: " .. n .. " is no number", 0) end
  for digits = 15, 17 do -- the shortest that reads back as the same
    local text = ("%." .. digits .. "g"):format(n)
    if tonumber(text) == n then return text end
  end
end

function encode(value, out, opts, depth)
  local kind = type(value)
  if value == json.null or value == nil then
    out[#out + 1] = "null"
  elseif kind == "table" then
    encode_table(value, out, opts, depth)
  elseif kind == "string" then
    out[#out + 1] = encode_string(value)
  elseif kind == "number" then
    out[#out + 1] = encode_number(value)
  elseif kind == "boolean" then
    out[#out + 1] = tostring(value)
  else
    error("JSON: value of type " .. kind, 0)
  end
end

---@class json.Options
---@field indent integer? blanks a level; absent: one line
---@field order (fun(t: table): string[])? the keys of an object, in order; sorted without

--- Raises for what JSON cannot hold (functions, NaN, mixed tables).
---@param value any
---@param opts json.Options?
---@return string
function json.encode(value, opts)
  local out = {}
  encode(value, out, opts or {}, 0)
  return table.concat(out)
end

-- ---- decoding ----

local UNESCAPES = {
  ['"'] = '"', ["\\"] = "\\", ["/"] = "/", b = "\b", f = "\f", n = "\n", r = "\r", t = "\t",
}

local function fail(position, what)
  error({ position = position, what = what }, 0)
end

local function skip(s, position) return s:find("[^ \t\r\n]", position) or #s + 1 end

local function decode_unicode(s, position)
  local hex = s:match("^%x%x%x%x", position)
  if not hex then fail(position, "four hexadecimal digits expected") end
  local code = tonumber(hex, 16)
  if code >= 0xd800 and code <= 0xdbff then -- the first half of a pair
    local low = s:match("^\\u(d[c-fC-F]%x%x)", position + 4) or
      s:match("^\\u(D[c-fC-F]%x%x)", position + 4)
    if low then
      code = 0x10000 + ((code - 0xd800) << 10) + (tonumber(low, 16) - 0xdc00)
      return utf8.char(code), position + 10
    end
    return "\u{fffd}", position + 4
  elseif code >= 0xdc00 and code <= 0xdfff then
    return "\u{fffd}", position + 4
  end
  return utf8.char(code), position + 4
end

local function decode_string(s, position)
  local parts = {}
  local start = position + 1
  while true do
    local stop = s:find('[%c"\\]', start)
    if not stop then fail(position, "unfinished string") end
    parts[#parts + 1] = s:sub(start, stop - 1)
    local c = s:sub(stop, stop)
    if c == '"' then return table.concat(parts), stop + 1 end
    if c ~= "\\" then
      if c ~= "\127" then fail(stop, "control character in string") end
      parts[#parts + 1] = c
      start = stop + 1
    else
      local letter = s:sub(stop + 1, stop + 1)
      if letter == "u" then
        parts[#parts + 1], start = decode_unicode(s, stop + 2)
      else
        parts[#parts + 1] = UNESCAPES[letter] or fail(stop, "invalid escape")
        start = stop + 2
      end
    end
  end
end

local decode

local function decode_array(s, position, depth)
  local t = json.array()
  position = skip(s, position + 1)
  if s:sub(position, position) == "]" then return t, position + 1 end
  while true do
    t[#t + 1], position = decode(s, position, depth)
    position = skip(s, position)
    local c = s:sub(position, position)
    if c == "]" then return t, position + 1 end
    if c ~= "," then fail(position, "',' or ']' expected") end
    position = skip(s, position + 1)
  end
end

local function decode_object(s, position, depth)
  local t = {}
  position = skip(s, position + 1)
  if s:sub(position, position) == "}" then return t, position + 1 end
  while true do
    if s:sub(position, position) ~= '"' then fail(position, "a name expected") end
    local key
    key, position = decode_string(s, position)
    position = skip(s, position)
    if s:sub(position, position) ~= ":" then fail(position, "':' expected") end
    t[key], position = decode(s, skip(s, position + 1), depth)
    position = skip(s, position)
    local c = s:sub(position, position)
    if c == "}" then return t, position + 1 end
    if c ~= "," then fail(position, "',' or '}' expected") end
    position = skip(s, position + 1)
  end
end

local WORDS = { { "true", true }, { "false", false }, { "null", json.null } }

local function decode_number(s, position)
  local text = s:match("^-?%d+%.?%d*[eE]?[-+]?%d*", position)
  if not text or text:find("^-?0%d") or text:find("%.$") or text:find("%.[eE]") then
    fail(position, "a value expected")
  end
  local number = tonumber(text)
  if not number then fail(position, "malformed number") end
  return number, position + #text
end

function decode(s, position, depth)
  if depth > MAX_DEPTH then fail(position, "too deep") end
  local c = s:sub(position, position)
  if c == "{" then return decode_object(s, position, depth + 1) end
  if c == "[" then return decode_array(s, position, depth + 1) end
  if c == '"' then return decode_string(s, position) end
  for _, word in ipairs(WORDS) do
    if s:sub(position, position + #word[1] - 1) == word[1] then
      return word[2], position + #word[1]
    end
  end
  return decode_number(s, position)
end

local function decode_all(s)
  local value, position = decode(s, skip(s, 1), 0)
  position = skip(s, position)
  if position <= #s then fail(position, "text after the value") end
  return value
end

---@param s string
---@return any value json.null for null
---@return string? err with the byte's position
function json.decode(s)
  local ok, result = pcall(decode_all, s)
  if ok then return result end
  if type(result) ~= "table" then error(result, 0) end
  return nil, ("JSON: %s at byte %d"):format(result.what, result.position)
end

return json
