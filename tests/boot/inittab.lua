-- inittab.lua - a board with busybox, its inittab and no Lua set-up: one boot obeys every action
--
-- The image has an empty /etc/luabox/services: luabox.conf= names a folder that is not there.

local machine = require "machine"
local t = require "test"

local path = t.need "busybox"
local busybox = t.read(path)
if busybox:find("/ld-linux", 1, true) or busybox:find("/ld-musl", 1, true) then
  t.skip("needs a busybox that is linked statically")
end
local function step(word)
  return ('/bin/sh -c "echo %s >>/run/steps; echo step: %s"'):format(word, word)
end
local tab = table.concat({
  "# a board",
  "::sysinit:/bin/busybox hostname board",
  "::wait:/bin/sh -c 'sleep 1; echo wait >>/run/steps'",
  "::sysinit:" .. step "sysinit",
  "::once:" .. step "once",
  "::respawn:/bin/sh -c 'echo respawn >>/run/steps; exec sleep 1'",
  "::askfirst:/bin/lines",
  "::ctrlaltdel:" .. step "ctrlaltdel",
  "::shutdown:" .. step "shutdown",
  "::restart:/bin/again one two",
}, "\n") .. "\n"

local vm <close> = machine.boot {
  network = "none", append = "luabox.conf=/etc/none",
  files = {
    ["etc/inittab"] = tab, ["bin/sh"] = { data = busybox, mode = "755" },
    ["bin/busybox"] = { data = busybox, mode = "755" },
    -- an interactive sh has a line editor, which drops what is typed before it asks
    ["bin/lines"] = { mode = "755",
      data = '#!/bin/sh\nwhile read -r line; do eval "$line"; done\n' },
    -- the last step but those of respawn, which go on to the end; said whole, then it is off
    ["bin/again"] = { mode = "755", data = "#!/bin/sh\n"
      .. "echo again: $$ $* $(grep -v respawn /run/steps | tail -n 1) >/dev/console\n"
      .. "/bin/luabox lua -e 'require(\"syscall\").open(\"/dev/console\", \"wronly\"):tcdrain()'\n"
      .. "exec /bin/busybox poweroff -f\n" },
  },
}
vm:expect("Please press Enter to activate this console")
vm:send("")
local lines = 0
local function run(line)
  lines = lines + 1
  vm:send(("echo 'at' %d; %s; echo 'end' %d"):format(lines, line, lines))
  return vm:hear(function(said)
    return said:match(("\nat %d\n(.-)end %d\n"):format(lines, lines))
  end, "the end of " .. line)
end
t.ok(run("hostname"):find("board\n"), "sysinit has run")
local steps
vm.await(function()
  steps = run "cat /run/steps"
  return steps:find("once\n") and select(2, steps:gsub("respawn", "")) >= 2
end)
t.ok(steps:find("sysinit\nwait\n"), "sysinit, then wait, whatever their order in the file", steps)
t.ok(steps:find("once\n") and select(2, steps:gsub("respawn", "")) >= 2, "once, and respawn again",
  steps)
t.ok(run("ps | grep -c '[l]uabox init-hook'"):find("0\n"), "the boot script of luabox has not run")
local list = run "/bin/svc list"
t.ok(list:find("\nwait +done") and list:find("\naskfirst +up"), "svc shows them", list)
vm:send("kill -INT 1")
vm:expect("step: ctrlaltdel")
vm:send("kill -QUIT 1")
vm:expect("step: shutdown")
vm:expect("again: 1 one two shutdown")
t.is(vm:wait(), 0, "what restart names is PID 1 and switches off")
