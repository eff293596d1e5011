-- tests/net/dns_message.lua - the DNS codec

local t = require "test"
local message = require "net.dns.message"

t.is(message.encode_query(0x1234, "www.example", "A", true),
  "\x12\x34\1\0\0\1\0\0\0\0\0\0\3www\7example\0\0\1\0\1", "question, byte by byte")
t.is(message.encode_query(1, "a", "AAAA"):sub(-15), "\0\28\0\1\0\0\41\4\xd0\0\0\0\0\0\0", "EDNS0")
t.is({ message.encode_query(1, "a..b", "A") }, { nil, "empty label" }, "bad name")

local HEAD = "\x12\x34\x81\x80\0\1\0\2\0\0\0\0\3www\7Example\0\0\1\0\1"
local ALIAS = "\192\12\0\5\0\1\0\0\0\60\0\5\2w2\192\16"
local ADDRESS = "\2w2\192\16\0\1\0\1\0\0\0\60\0\4\192\0\2\7"
local answer = message.decode(HEAD .. ALIAS .. ADDRESS)
t.is(answer.question, { name = "www.example", type = "A", class = 1 }, "question")
t.is(answer.answers, {
  { name = "www.example", type = "CNAME", ttl = 60, data = "w2.example" },
  { name = "w2.example", type = "A", ttl = 60, data = "192.0.2.7" },
}, "answers")
t.is({ message.chain(answer, "www.example", "A") }, { { "192.0.2.7" }, "w2.example" }, "alias")
t.is({ message.chain(answer, "other", "A") }, { {}, "other" }, "records nobody asked for")
local whole = HEAD .. ALIAS .. ADDRESS
for size = 0, #whole - 1 do t.is(message.decode(whole:sub(1, size)), nil, "cut to " .. size) end
t.is(message.decode("\x12\x34\1" .. whole:sub(4)), nil, "a query is not an answer")
local truncated = message.decode("\x12\x34\x83" .. (HEAD .. ALIAS):sub(4))
t.is({ truncated.truncated, #truncated.answers }, { true, 1 }, "truncated")
t.is(message.decode(whole:sub(1, -8) .. "\0\3\192\0\2"), nil, "address of three bytes")

-- Loops of aliases end.
local loop = message.decode("\0\1\x81\x80\0\0\0\2\0\0\0\0"
  .. "\1a\0\0\5\0\1\0\0\0\0\0\3\1b\0" .. "\1b\0\0\5\0\1\0\0\0\0\0\3\1a\0")
t.is(message.chain(loop, "a", "A"), {}, "aliases in a circle")
