-- tests/applets/dmesg.lua - records as the kernel documents them, and util-linux

local t = require "test"
local S = require "syscall"
local json = require "json"
local kmsg = require "proc.kmsg"

t.is(kmsg.parse_record("30,160,424069,-;a\\x09b;c\n SUBSYSTEM=acpi\n DEVICE=+acpi:x\n"),
  { level = 6, facility = 3, usec = 424069, time = 0.424069, sequence = 160, text = "a\tb;c" })
t.is(kmsg.parse_record("4,1,7,c,caller=T1;x\n").text, "x", "fields that come later")
t.is(kmsg.parse_record("nonsense"), nil)
t.is(kmsg.parse_syslog("<5>[    1.000002] one\n<30>[12345.678901] two\nthree\n"), {
  { level = 5, facility = 0, usec = 1000002, time = 1.000002, text = "one" },
  { level = 6, facility = 3, usec = 12345678901, time = 12345.678901, text = "two" },
  { level = 6, facility = 0, usec = 0, time = 0.0, text = "three" },
})
t.is({ kmsg.level "err", kmsg.level "7", kmsg.level "x", kmsg.facility "daemon" },
  { 3, 7, nil, 3 })

t.run("dmesg -l nosuch", { status = 1, err = t.match "^dmesg: unknown name: nosuch\nusage" })
t.run("dmesg x", { status = 1, err = t.match "^dmesg: too many operands\n" })

t.need_root()
if not S.access("/dev/kmsg", "r") then t.skip("needs /dev/kmsg") end
local mark = "luabox test " .. S.getpid()
t.write("/dev/kmsg", "<27>" .. mark .. "\n") -- daemon.err; a line is whole with its end
t.run("dmesg -l err", { out = t.match("%] " .. mark .. "\n") })
t.run("dmesg -f daemon -x", { out = t.match("daemon:err   : %[[^\n]*%] " .. mark .. "\n") })
t.run("dmesg -u -t", { out = t.match("%f[^\n%z]" .. mark .. "\n") })
t.run("dmesg -r -l err+", { out = t.match("<27>%[[^\n]*" .. mark) })
t.ok(not t.execute({ "dmesg", "-k" }).out:find(mark, 1, true), "not one of the kernel's")
local list = json.decode(t.execute({ "dmesg", "--json" }).out)
local found
for _, record in ipairs(list) do
  if record.message == mark then found = record end
end
t.is({ found.level, found.facility }, { "err", "daemon" }, "as JSON")

-- What a program or a device wrote must not command a terminal, nor break a pipe.
t.write("/dev/kmsg", "<27>" .. mark .. " \1\27[1m\t\\x41 \xff\xc3\xa9\xc2\x9b\127\xe2\x82\n")
t.ok(t.execute({ "dmesg", "-t" }).out:find(
  mark .. [[ \x01\x1b[1m]] .. "\t" .. [[\x41 \xffé\xc2\x9b\x7f\xe2\x82]] .. "\n", 1, true),
  "what is not printable UTF-8 is escaped")

-- The kernel goes on writing: only what stood still around ours can be compared with it.
local theirs = t.find("dmesg")
for _, options in ipairs(theirs and { "", "-k", "-x", "-t", "-kr", "-l warn,err" } or {}) do
  local argv = { "dmesg" }
  for word in options:gmatch("%S+") do argv[#argv + 1] = word end
  local function by_them()
    return t.execute(argv, { program = theirs, env = { LC_ALL = "C.UTF-8" } }).out
  end
  local before, ours, after
  for _ = 1, 100 do
    before, ours, after = by_them(), t.execute(argv).out, by_them()
    if before == after then break end
  end
  t.ok(ours == after, "dmesg " .. options .. " as util-linux has it")
end
