-- tests/init/inittab.lua - a busybox inittab is read and obeyed

local t = require "test"
local inittab = require "init.inittab"
local supervisor = require "supervisor"

-- the parser: examples/inittab of busybox, shortened
local entries, faults = inittab.parse([[
# comment
::sysinit:/etc/init.d/rcS

::askfirst:-/bin/sh
tty2::askfirst:-/bin/sh
  tty4:2345:respawn:/sbin/getty 38400 tty5
/dev/ttyS0::respawn:/sbin/getty -L ttyS0 9600 vt100
::restart:/sbin/init
::ctrlaltdel:/sbin/reboot
::shutdown:/bin/umount -a -r
::shutdown:/sbin/swapoff -a: b
nonsense
::never:/bin/true
../etc::respawn:/bin/true
]])
local seen = {}
for i, entry in ipairs(entries) do
  seen[i] = ("%d %s|%s|%s"):format(entry.line, entry.id, entry.action, entry.process)
end
t.is(seen, {
  "2 |sysinit|/etc/init.d/rcS", "4 |askfirst|-/bin/sh", "5 tty2|askfirst|-/bin/sh",
  "6 tty4|respawn|/sbin/getty 38400 tty5", "7 ttyS0|respawn|/sbin/getty -L ttyS0 9600 vt100",
  "8 |restart|/sbin/init", "9 |ctrlaltdel|/sbin/reboot", "10 |shutdown|/bin/umount -a -r",
  "11 |shutdown|/sbin/swapoff -a: b",
}, "entries")
t.is({ faults[1].line, faults[2].message, faults[3].line }, { 12, 'unknown action "never"', 14 },
  "faults have their line")
t.is(inittab.command("/sbin/getty 38400  tty5"), { "/sbin/getty", "38400", "tty5" }, "words")
t.is(inittab.command("-/bin/sh"), { "/bin/sh", "-l" }, "a login shell")
t.is(inittab.command("echo a > /x; b"), { "/bin/sh", "-c", "exec echo a > /x; b" }, "a shell line")

-- and PID 1
local out = t.tmp() .. "/out"
local tab = t.write(t.tmp() .. "/inittab", ([[
::wait:/bin/sh -c "sleep 0.1; echo wait >> OUT"
::sysinit:/bin/sh -c "sleep 0.2; echo sysinit 1 >> OUT"
::sysinit:/bin/false
::sysinit:/bin/sh -c "echo sysinit 2 >> OUT"
::once:/bin/sh -c "echo once >> OUT; sleep 1000"
::respawn:/bin/sh -c "echo respawn >> OUT; sleep 0.2"
::ctrlaltdel:/bin/sh -c "echo ctrl-alt-del >> OUT"
::shutdown:/bin/sh -c "sleep 0.1; echo shutdown 1 >> OUT"
::shutdown:/bin/sh -c "echo shutdown 2 >> OUT"
]]):gsub("OUT", out))
supervisor.with({}, function(sup)
  local function text() return t.read(out) end
  t.ok(supervisor.eventually(function()
    local file = io.open(out)
    return file and select(2, file:read("a"):gsub("respawn\n", "")) >= 3
  end), "respawn comes again and again")
  t.ok(text():find("^sysinit 1\nsysinit 2\nwait\n"), "sysinit, then wait, one after the other",
    text())
  t.ok(supervisor.eventually(function() return text():find("once\n") end), "once runs")
  sup:signal("int")
  t.ok(supervisor.eventually(function() return text():find("ctrl%-alt%-del\n") end), "ctrl-alt-del")
  t.is(sup:state("once"), "up", "and all goes on")
  sup:signal("term")
  t.is(sup:ended(), 0, "the end")
  t.ok(text():find("shutdown 1\nshutdown 2\n$"), "shutdown commands in their order", text())
end, { args = { "--services", tab }, wait = false })
