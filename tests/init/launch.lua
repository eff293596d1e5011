-- launch.lua - plain services are started in PID 1's own memory, others by a fork: both alike
--
-- Each case is started in the short way and once more with a definition that needs a fork
-- (nice = 0 does): what the service sees, and what is said of a failure, must be the same.

local t = require "test"
local S = require "syscall"
local supervisor = require "supervisor"

local base = t.tmp()
local MANY = 60 -- more than there are slots

local SEE = [[{ echo "$@"; pwd; umask; echo "$HOME $WORD $LUABOX_MODE"
  ls -l /proc/self/fd | sed -n 's/.* \([0-9]*\) -> \([a-z/]*\).*/\1 \2/p' |
  grep -v ' /proc'; ulimit -n
  grep -E '^Sig(Blk|Ign|Cgt)' /proc/self/status
  ps -o pid= -o sid= -o pgid= | while read pid rest; do
  [ $pid != $$ ] || echo $rest | sed "s/$$/self/g"; done; } ]]

local cases = {
  see = ([[run = { "sh", "-c", %q .. " > %s/NAME", "sh", "one", "two words" },
    env = { WORD = "x y", HOME = "/home" }, dir = %q, umask = "077", restart = "never"]])
    :format(SEE, base, base),
  missing = [[run = { "no-such-program" }, restart = "never"]],
  path = [[run = { "/no/such/file" }, restart = "never"]],
  directory = [[run = { "/etc" }, restart = "never"]],
  nodir = [[run = { "true" }, dir = "/no/such/folder", restart = "never"]],
  ownpath = ([[run = { "prog" }, env = { PATH = "/nowhere::%s/bin" }, restart = "never"]])
    :format(base),
  ends = [[run = { "sh", "-c", "exit 3" }, restart = "never"]],
  applet = [[run = { "truncate", "--no-such-option" }, env = { PATH = "/nowhere" },
    restart = "never"]],
  long = ([[run = { "sh", "-c", "echo ${#1} > %s/NAME", "sh", ("x"):rep(5000) },
    restart = "never"]]):format(base),
}

S.mkdir(base .. "/bin", "0755")
t.write(base .. "/bin/prog", "#!/bin/sh\nexit 7\n")
S.chmod(base .. "/bin/prog", "0755")

local list = {}
for name, fields in pairs(cases) do
  for _, way in ipairs { "launched", "forked" } do
    local full = name .. "." .. way
    list[#list + 1] = ("service { name = %q, %s%s }"):format(full, fields:gsub("NAME", full),
      way == "forked" and ", limits = { nice = 0 }" or "")
  end
end
for n = 1, MANY do
  list[#list + 1] = ([[service { name = "many%d", run = { "sleep", "1000" } },
    service { name = "brief%d", run = { "true" }, restart = "never" }]]):format(n, n)
end

local function file(name)
  local text
  supervisor.eventually(function()
    text = S.stat(base .. "/" .. name) and t.read(base .. "/" .. name) or ""
    return text:find("\n") and text
  end)
  return text
end

supervisor.with({ ["all.lua"] = "return {" .. table.concat(list, ",\n") .. "}" }, function(sup)
  for name in pairs(cases) do
    local ends = {}
    for _, way in ipairs { "launched", "forked" } do
      local full = name .. "." .. way
      ends[way] = supervisor.eventually(function()
        local status = sup:status(full)
        return (status.exit or status.signal) and
          (status.state == "failed" or status.state == "down") and
          { status.state, status.reason, status.detail, status.exit }
      end)
    end
    t.is(ends.launched, ends.forked, name .. ": ends as after a fork")
    t.ok(ends.forked, name .. ": ends", sup:log())
  end
  t.is(sup:status("missing.launched").reason, "exec", "a program that is not there is said")
  t.ok(file "see.forked" ~= "", "a service sees something")
  t.is(file "see.launched", file "see.forked", "it sees the same: arguments, folder, descriptors")
  t.is(file "long.launched", "5000\n", "what does not fit into a slot takes a fork")

  for n = 1, MANY do t.ok(sup:reach("many" .. n, "up"), "many" .. n .. " is up") end
  for n = 1, MANY do
    t.ok(sup:reach("brief" .. n, "down"), "one that ends at once was up before", sup:log())
  end
  local open = sup:descriptors()
  local pids = {}
  for n = 1, MANY do pids[n] = sup:status("many" .. n).pid end
  for n = 1, MANY do sup:svc("kill", "KILL", "many" .. n) end
  local back = supervisor.eventually(function()
    for n = 1, MANY do
      local status = sup:status("many" .. n)
      if status.state ~= "up" or status.pid == pids[n] then return false end
    end
    return true
  end)
  t.ok(back, "all that were killed come back")
  t.is(sup:descriptors(), open, "and leave no descriptor")
  local held = sup:shell("ls -l /proc/" .. sup:status("many1").pid .. "/fd").out
  t.is(select(2, held:gsub(" %-> ", "")), 3, "a service has three descriptors", held)
end)

-- A folder on a file system that does not answer: its services hang before their exec, more of
-- them than there are slots, and nobody else does.
local fuse = S.open("/dev/fuse", "rdwr")
if not fuse then
  t.skip_one("a start that hangs", "needs /dev/fuse")
else
  fuse:close()
  list = { [[service { name = "free", run = { "sleep", "1000" } }]],
    [[group { name = "default" }]], ([[
    service { name = "dead", run = function()
      local S = require "syscall"
      local fd = assert(S.open("/dev/fuse", "rdwr"))
      assert(S.mount("none", %q, "fuse", "",
        ("fd=%%d,rootmode=40000,user_id=0,group_id=0"):format(fd:getfd())))
      io.open(%q, "w"):close()
      while true do S.pause() end
    end }]]):format(base .. "/dead", base .. "/mounted") }
  S.mkdir(base .. "/dead", "0755")
  list[#list + 1] = ([[service { name = "bound", run = { "true" }, listen = { a = %q },
    restart = "never" }]]):format("unix:" .. base .. "/dead/a")
  for n = 1, 20 do
    list[#list + 1] = ([[service { name = "stuck%d", run = { "true" }, dir = %q }]])
      :format(n, base .. "/dead/x")
  end
  supervisor.with({ ["all.lua"] = "return {" .. table.concat(list, ",\n") .. "}" }, function(sup)
    sup:svc("start", "dead")
    local mounted = supervisor.eventually(function() return S.stat(base .. "/mounted") end)
    t.ok(mounted, "a dead file system is mounted", sup:log())
    sup:svc("start", "bound")
    for n = 1, 20 do sup:svc("start", "stuck" .. n) end
    t.is(sup:svc("start", "-w", "free").status, 0, "another service starts meanwhile", sup:log())
    t.is(sup:state("stuck1"), "starting", "the first waits for its folder")
    t.is(sup:state("stuck20"), "starting", "so does the last")
    local pid = sup:status("free").pid
    sup:svc("kill", "KILL", "free")
    t.ok(supervisor.eventually(function()
      local status = sup:status "free"
      return status.state == "up" and status.pid ~= pid
    end), "and one that ends is restarted")
    t.ok(sup:reach("bound", "failed"), "a socket that cannot be made there has a time limit")
    local detail = sup:status("bound").detail
    t.ok(detail:find("listen"), "and says what failed", detail)
  end)
end
