-- outputs.lua - the output of one service as the input of another

local t = require "test"
local S = require "syscall"
local supervisor = require "supervisor"

local base = t.tmp() .. "/outputs"
S.mkdir(base, "0755")
t.write(base .. "/count", "0")
for _, name in ipairs { "got", "sink" } do t.write(base .. "/" .. name, "") end

-- Both ends die again and again: each line arrives once, whole and in order. (`read` of a shell
-- takes a byte at a time from a pipe, so a reader that ends has taken no more than its lines.)
supervisor.with({ ["pipe.lua"] = ([[
  local base = %q
  return {
    service { name = "writer", log = { to = "svc:reader" }, restart = { on = "always", delay = 0 },
      run = sh("n=$(cat " .. base .. "/count); m=$((n + 7)); while [ $n -lt $m ]; do "
        .. "n=$((n + 1)); echo line $n; echo $n > " .. base .. "/count; done; "
        .. "[ $n -lt 140 ] || exec sleep 1000") },
    service { name = "reader", restart = { on = "always", delay = 0 },
      run = sh("for n in 1 2 3 4 5; do read -r l; echo $l >> " .. base .. "/got; done") },
    service { name = "other", log = { to = "svc:sink@x" },
      run = sh "echo >&2 to a template; sleep 1000" },
    template "sink" { run = sh("read -r l; echo " .. arg .. ": $l > " .. base
      .. "/sink; exec sleep 1000") },
    service { name = "lost", log = { to = "svc:nobody" }, run = { "true" } },
    service { name = "myself", log = { to = "svc:myself" }, run = { "true" } },
    service { name = "ring1", log = { to = "svc:ring2" }, run = { "true" } },
    service { name = "ring2", log = { to = "svc:ring1" }, run = { "true" } },
  }
]]):format(base) }, function(sup)
  local want = {}
  for n = 1, 140 do want[n] = "line " .. n .. "\n" end
  supervisor.eventually(function() return t.read(base .. "/got"):find("line 140\n") end)
  t.is(t.read(base .. "/got"), table.concat(want), "every line once, in order")
  t.ok(sup:status("writer").starts >= 20 and sup:status("reader").starts >= 28,
    "though both were started often")
  t.ok(not sup:log():find("line %d"), "and they are nowhere else")
  t.ok(supervisor.eventually(function() return t.read(base .. "/sink") == "x: to a template\n" end),
    "a reader from a template; standard error goes there, too")
  t.is(sup:status("lost").detail, "missing:nobody", "a reader that is not there")
  t.is(sup:status("myself").detail, "log: myself has no input for it", "one that reads itself")
  t.ok(sup:status("ring1").detail:find("^cycle: ring1"), "two that read each other")

  -- the reader stops: the writer does not; what it writes meanwhile is not lost
  t.is(sup:svc("stop", "-w", "reader").status, 0, "the reader can be stopped")
  t.is(sup:state("writer"), "up", "without the writer")
  t.write(base .. "/got", "")
  t.write(base .. "/count", "200")
  sup:svc("restart", "-w", "writer")
  supervisor.eventually(function() return t.read(base .. "/count") == "207\n" end)
  t.is(sup:svc("reexec").status, 0, "PID 1 is replaced meanwhile")
  sup:svc("start", "-w", "reader")
  t.ok(supervisor.eventually(function()
    return t.read(base .. "/got"):find("^line 201\n.*line 207\n")
  end), "and the next reader has it", t.read(base .. "/got"))

  -- a new plan: the reader is another, the pipe the same
  local text = t.read(sup.folder .. "/pipe.lua")
  t.write(sup.folder .. "/pipe.lua", (text:gsub("echo %$l >> ", "echo new $l >> ")
    :gsub("[^\n]*name = \"[lmr][oyi][^\n]*\n", "")))
  t.run({ "svc", "apply" }, { out = t.match("restart  reader\n") })
  t.write(base .. "/count", "300")
  sup:svc("kill", "KILL", "writer")
  t.ok(supervisor.eventually(function()
    return t.read(base .. "/got"):find("new line 301\n.*new line 305\n")
  end), "who writes has not noticed", t.read(base .. "/got"))
  t.ok(t.read(base .. "/got"):find("line 206\nline 207\nnew line 301\nnew line 302\n"),
    "nothing is lost by that", t.read(base .. "/got"))
  -- and one that nobody writes to any more reads nothing
  t.write(sup.folder .. "/pipe.lua", [[return {
    service { name = "reader", run = sh "read -r l || sleep 1000" },
    service { name = "writer", run = sh "echo silent; sleep 1000", log = false },
  }]])
  sup:svc("apply")
  local fd
  supervisor.eventually(function() -- the former one may still be there
    local pid = sup:status("reader").pid
    fd = pid and S.readlink("/proc/" .. pid .. "/fd/0")
    return fd == "/dev/null"
  end)
  t.is(fd, "/dev/null", "without a writer there is no pipe")
  t.write(sup.folder .. "/pipe.lua", (t.read(sup.folder .. "/pipe.lua")
    :gsub("echo silent", "echo loud"):gsub("log = false", "log = true")))
  sup:svc("apply")
  t.ok(sup:says("writer: loud"), "a log that a plan turns on")
end)
