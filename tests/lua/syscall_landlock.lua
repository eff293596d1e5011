-- tests/lua/syscall_landlock.lua - rights given up, in children

local t = require "test"
local S = require "syscall"

local version, err = S.landlock_create_ruleset(nil, "version")
if not version then t.skip("no Landlock here: " .. tostring(err)) end
t.ok(version >= 1, "a version")

local tmp = t.tmp()
assert(S.mkdir(tmp .. "/in", "0755"))
assert(S.mkdir(tmp .. "/out", "0755"))
t.write(tmp .. "/in/f", "in")
t.write(tmp .. "/out/f", "out")

--- In a child: what fn returns as a string.
local function in_child(fn)
  local _, _, r, w = assert(S.pipe())
  local pid = assert(S.fork())
  if pid == 0 then
    local ok, result = pcall(fn)
    w:write(tostring(ok and result or "raised: " .. tostring(result)))
    S._exit(0)
  end
  w:close()
  local text = r:read()
  S.waitpid(pid)
  return text
end

local function try(path, flags)
  local fd, why = S.open(path, flags)
  return fd and "ok" or why.sym
end

t.is(in_child(function()
  local got, why = S.landlock { read = { tmp .. "/in" }, execute = { "/usr", "/lib", "/bin" } }
  if got ~= version then return "landlock: " .. tostring(why) end
  return table.concat({ try(tmp .. "/in/f"), try(tmp .. "/out/f"), try(tmp .. "/in/f", "wronly"),
    try(tmp .. "/in/new", "creat, wronly") }, " ")
end), "ok ACCES ACCES ACCES")

t.is(in_child(function()
  assert(S.landlock { write = { tmp .. "/in" } })
  return table.concat({ try(tmp .. "/in/new", "creat, wronly"), try(tmp .. "/out/f"),
    tostring(S.unlink(tmp .. "/in/new")) }, " ")
end), "ok ACCES true")

t.is(in_child(function() -- step by step
  local ruleset = assert(S.landlock_create_ruleset { handled_access_fs = "read_file" })
  local parent = assert(S.open(tmp .. "/in", "path"))
  assert(ruleset:landlock_add_rule("path_beneath",
    { allowed_access = "read_file", parent_fd = parent }))
  assert(S.prctl("set_no_new_privs", true))
  assert(ruleset:landlock_restrict_self())
  return try(tmp .. "/in/f") .. " " .. try(tmp .. "/out/f") .. " " .. try(tmp .. "/out/f", "wronly")
end), "ok ACCES ok")

if version >= 4 then
  t.is(in_child(function()
    assert(S.landlock { all = { "/" }, bind = {} })
    local s = assert(S.socket("inet", "stream"))
    local _, why = s:bind(S.t.sockaddr_in(0, "127.0.0.1"))
    return why and why.sym
  end), "ACCES", "no port to bind")
else
  t.skip_one("ports", "Landlock " .. version .. " does not know the network")
end

t.is({ S.landlock { read = { "/no/such" } } }, { nil, S.t.error("NOENT"), "/no/such" })
t.raises(function() S.landlock { raed = { "/" } } end, "unknown key raed")
t.raises(function() S.landlock { read = "/" } end, "array expected")
