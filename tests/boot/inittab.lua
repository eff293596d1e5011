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
    ["bin/again"] = { mode = "755", data = "#!/bin/sh\n"
      .. "echo again: $$ $* $(cat /run/steps | tail -n 1) >/dev/console\n"
      .. "exec /bin/busybox poweroff -f\n" },
  },
}
vm:expect("Please press Enter to activate this console")
vm:send("")
local function run(line)
  vm:send(line .. "; echo 'en''d'")
  local out = vm:expect("'en''d'\n(.-)end\n")
  return (out:gsub("luabox: [^\n]*\n", ""):gsub("^\n", ""))
end
t.ok(run("hostname"):find("board\n"), "sysinit has run")
local steps = run "sleep 2; cat /run/steps"
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
