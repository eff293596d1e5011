-- tests/lua/json.lua - RFC 8259 both ways

local t = require "test"
local json = require "json"

t.is(json.encode { b = 1, a = { 1, 2.5, "x" } }, '{"a":[1,2.5,"x"],"b":1}')
t.is(json.encode(json.array()), "[]")
t.is(json.encode {}, "{}")
t.is(json.encode(json.null), "null")
t.is(json.encode "a\"\\\n\1é", '"a\\"\\\\\\n\\u0001é"')
t.is(json.encode "\xff", '"\u{fffd}"', "bytes that are no UTF-8")
t.is(json.encode { 0.35, 1 / 3, 1e300 }, "[0.35,0.3333333333333333,1e+300]")
t.is(json.encode(math.maxinteger), "9223372036854775807")
t.is(json.encode({ a = { 1 } }, { indent = 2 }), '{\n  "a": [\n    1\n  ]\n}')
t.raises(function() json.encode(print) end, "value of type function")
t.raises(function() json.encode(0 / 0) end, "no number")
t.raises(function() json.encode { 1, x = 2 } end, "key of type number")
local loop = {}
loop[1] = loop
t.raises(function() json.encode(loop) end, "too deep")

t.is(json.decode '{"a": [1, 2.5, -3e2, true, null]}',
  { a = { 1, 2.5, -300.0, true, json.null } })
t.is(json.decode "9223372036854775807", math.maxinteger)
t.is(math.type(json.decode "1"), "integer")
t.is(json.decode '"\\u00e9\\ud83d\\ude00\\n"', "é😀\n")
t.is(json.decode " [ ] ", {})
for text, message in pairs {
  ["["] = "a value expected at byte 2",
  ["[1,]"] = "a value expected at byte 4",
  ['{"a" 1}'] = "':' expected at byte 6",
  ['"abc'] = "unfinished string at byte 1",
  ["01"] = "a value expected at byte 1",
  ["1 2"] = "text after the value at byte 3",
  ['"\\q"'] = "invalid escape at byte 2",
  ['"a\nb"'] = "control character in string at byte 3",
  [("["):rep(300)] = "too deep at byte 202",
} do
  local value, err = json.decode(text)
  t.is({ value, err }, { nil, "JSON: " .. message }, text:sub(1, 20):gsub("\n", " "))
end
