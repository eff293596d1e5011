-- tests/lua/syscall_tls.lua - kernel TLS: two ends of a connection, keys by hand

local t = require "test"
local S = require "syscall"

local info = S.t.tls12_crypto_info_aes_gcm_128 {
  key = ("k"):rep(16), iv = ("i"):rep(8), salt = "salt", rec_seq = ("\0"):rep(8), version = "1.3",
}
t.is({ info.info.version, info.info.cipher_type, #info }, { 0x304, 51, 40 }) -- linux/tls.h
t.is(#S.t.tls12_crypto_info_chacha20_poly1305(), 56)
t.raises(function() S.t.tls12_crypto_info_aes_gcm_256 { key = "short" } end, "32 bytes expected")
t.raises(function() S.t.tls12_crypto_info_aes_gcm_256 { version = "3" } end, "1.2 or 1.3")

local listener = assert(S.socket("inet", "stream"))
assert(listener:bind(S.t.sockaddr_in(0, "127.0.0.1")))
assert(listener:listen())
local client = assert(S.socket("inet", "stream"))
assert(client:connect(listener:getsockname()))
local server = assert(listener:accept())
local ok, err = client:setsockopt("tcp", "ulp", "tls")
if not ok then t.skip("no kernel TLS here: " .. tostring(err)) end
assert(server:setsockopt("tcp", "ulp", "tls"))
t.ok(client:setsockopt("tls", "tx", info), "keys to send with")
t.ok(server:setsockopt("tls", "rx", info), "keys to receive with")
t.is(client:write("secret"), 6)
t.is(server:read(), "secret", "deciphered by the kernel")
