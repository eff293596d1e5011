-- tests/docs/readme.lua - what the README shows is what happens
--
-- Its console blocks run in one shell, in namespaces of their own. After "$ " stands a command,
-- after "> " what its here-document holds; the other lines are the output, where "..." stands
-- for anything, also for any lines.

local t = require "test"
local S = require "syscall"

--- { {command =, output =}, ... } of all console blocks of a text.
local function commands(text)
  local found = {}
  for block in text:gmatch("\n```console\n(.-)\n```") do
    for line in (block .. "\n"):gmatch("(.-)\n") do
      if line:find("^%$ ") then
        found[#found + 1] = { command = line:sub(3), output = "" }
      elseif line:find("^> ") or line == ">" then
        found[#found].command = found[#found].command .. "\n" .. line:sub(3)
      else
        found[#found].output = found[#found].output .. line .. "\n"
      end
    end
  end
  return found
end

local function pattern(output)
  local escaped = output:gsub("[%^%$%(%)%%%.%[%]%*%+%-%?]", "%%%0")
  return "^" .. escaped:gsub("%%%.%%%.%%%.\n", "%%.%%.%%.\n"):gsub("%%%.%%%.%%%.", ".-") .. "$"
end

t.need_root() -- namespaces
local list = commands(t.read("README.md"))
t.ok(#list > 10, "the README has examples")

local MARK = "=== %d ==="
local script = { "set +e" }
for i, item in ipairs(list) do
  script[#script + 1] = item.command
  script[#script + 1] = "echo '" .. MARK:format(i) .. "'"
end

local dir = t.tmp()
assert(S.mkdir(dir .. "/path", "0755"))
assert(S.mkdir(dir .. "/work", "0755"))
assert(S.symlink(t.binary, dir .. "/path/luabox"))
t.write(dir .. "/script", table.concat(script, "\n") .. "\n")
-- PID 1 keeps the beginning of a message only, and the name of our folder may be long
local IN_MNT = "luabox mount --make-rprivate / && luabox mount --bind . /mnt && cd /mnt && "
local got = t.execute({ "sh", "-c", IN_MNT .. ". " .. dir .. "/script 2>&1" }, {
  program = "/bin/sh",
  cwd = dir .. "/work",
  env = { PATH = dir .. "/path:/usr/sbin:/usr/bin:/sbin:/bin", HOME = dir },
  spawn = { unshare = "newnet, newns" },
  timeout = 500,
})

local at = 1
for i, item in ipairs(list) do
  local mark = MARK:format(i) .. "\n"
  local stop = got.out:find(mark, at, true)
  local output = stop and got.out:sub(at, stop - 1) or got.out:sub(at)
  t.ok(stop and output:find(pattern(item.output)), "$ " .. item.command:match("^[^\n]*"),
    "got:\n" .. output .. "want:\n" .. item.output .. got.err)
  at = stop and stop + #mark or #got.out + 1
end
