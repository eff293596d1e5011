-- tests/lua/crypto_x25519.lua - the vectors of RFC 7748 sections 5.2 and 6.1

local t = require "test"

local x25519 = require "crypto.x25519"

local function bytes(hex)
  return (hex:gsub("%x%x", function(octet) return string.char(tonumber(octet, 16)) end))
end

local function hex(text)
  return (text:gsub(".", function(c) return ("%02x"):format(c:byte()) end))
end

t.is(hex(x25519(bytes "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
  bytes "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c")),
  "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552", "vector 1")
t.is(hex(x25519(bytes "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
  bytes "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493")),
  "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957", "vector 2")

local k, u = bytes("09" .. ("00"):rep(31)), bytes("09" .. ("00"):rep(31))
for i = 1, 1000 do
  k, u = x25519(k, u), k
  if i == 1 then
    t.is(hex(k), "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079", "once")
  end
end
t.is(hex(k), "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51",
  "a thousand times")

local a = ("\x77\x07"):rep(16)
local b = bytes "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"
t.is(hex(x25519(b)), "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
  "Bob's public key")
t.is(x25519(a, x25519(b)), x25519(b, x25519(a)), "both sides agree")
-- all of the top bit is ignored, and p is 0
t.is(x25519(b, ("\xff"):rep(31) .. "\x7f"), x25519(b, ("\xff"):rep(32)), "the top bit")
t.is(hex(x25519(b, bytes "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")),
  ("00"):rep(32), "p is zero")
t.raises(function() x25519("short") end, "32 bytes expected", "a short key")
t.raises(function() x25519(b, "short") end, "32 bytes expected", "a short point")
