-- tests/docs/syscall.lua - the examples of docs/syscall.md run as they stand

local t = require "test"
local S = require "syscall"

local examples = {}
for code in t.read("docs/syscall.md"):gmatch("```lua\n(.-)```") do
  examples[#examples + 1] = code
end
t.is(#examples, 5, "examples found")
local dir = t.tmp()

local function run(n, out, name)
  t.run({ "lua", "-e", examples[n] }, { cwd = dir, out = out, name = name })
end

run(1, "6\t7\nnil\tNo such file or directory\ttrue\n", "a file")
run(2, "Invalid cross-device link\ntrue\n", "openat2 and statx")
if S.landlock_create_ruleset(nil, "version") then
  run(3, "nil\ttrue\n", "landlock")
else
  t.skip_one("landlock", "not in this kernel")
end
if S.io_uring_setup(1) then
  run(4, "true\t6\tnil\ta line\n", "io_uring")
else
  t.skip_one("io_uring", "not allowed here")
end
run(5, "64\t0\tworker\t63\n" ..
  "false\t(command line):8: process.cwd: /no/such: No such file or directory\n" ..
  "false\t(command line):9: process.limits: no resource nofiles (did you mean nofile?)\n",
  "process")
