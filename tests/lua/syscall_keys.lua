-- tests/lua/syscall_keys.lua - keyrings of a session that ends with the test

local t = require "test"
local S = require "syscall"

-- a name that another test at the same time has would be the same ring
local ring, err = S.keyctl("join_session_keyring", "luabox-test." .. S.getpid())
if not ring then t.skip("no keyrings here: " .. tostring(err)) end

local key = assert(S.add_key("user", "name", "se\0cret", "session_keyring"))
t.is(S.keyctl("read", key), "se\0cret", "a payload is bytes")
t.ok(S.keyctl("describe", key):find("^user;.*;name$"), "described")
t.is(S.keyctl("search", "session_keyring", "user", "name"), key)
t.is(S.request_key("user", "name"), key)
t.ok(S.keyctl("update", key, ("x"):rep(2000)), "update")
t.is(#S.keyctl("read", key), 2000, "more than the first guess")
local sub = assert(S.add_key("keyring", "sub", nil, "session_keyring"))
t.ok(S.keyctl("link", key, sub), "link")
t.is(S.keyctl("read", sub), string.pack("=i4", key))
t.ok(S.keyctl("unlink", key, sub), "unlink")
t.ok(S.keyctl("set_timeout", key, 100), "set_timeout")
t.is(S.keyctl("get_keyring_id", "session_keyring"), ring)
t.ok(S.keyctl("revoke", key), "revoke")
t.is(select(2, S.keyctl("read", key)).sym, "KEYREVOKED")
t.is(select(2, S.request_key("user", "no such")).sym, "NOKEY")
t.ok(S.keyctl("clear", "session_keyring"), "clear")
t.raises(function() S.keyctl("no_such") end, "invalid flag no_such")
t.raises(function() S.keyctl(23, 1) end, "not bound")
