-- tests/fuzz/inittab.lua - hostile inittabs: entries and faults, never an error
--
-- What comes out must be definitions that the schema accepts, or refuses with words.

local t = require "test"
local fuzz = require "fuzz"
local inittab = require "init.inittab"
local schema = require "init.schema"

local PARTS = { ":", "::", "#", "\n", "\r\n", "tty1", "/dev/ttyS0", "..", "sysinit", "respawn",
  "askfirst", "shutdown", "ctrlaltdel", "wait", "once", "-/bin/sh", "echo $x", " ", "\t", "\0",
  "::respawn:/bin/true\n", "tty2::askfirst:-/bin/sh\n" }

local function generate()
  local out = {}
  for i = 1, math.random(0, 40) do
    out[i] = math.random(6) == 1 and fuzz.bytes(math.random(1, 4)) or PARTS[math.random(#PARTS)]
  end
  return table.concat(out)
end

local function check(text)
  local list, faults = inittab.definitions(text, "inittab")
  for _, fault in ipairs(faults) do
    assert(math.type(fault.line) == "integer" and type(fault.message) == "string")
  end
  local names = {}
  for _, definition in ipairs(list) do
    local record, err = schema.check(definition)
    assert(record or type(err) == "string")
    assert(not names[definition.fields.name], "a name twice")
    names[definition.fields.name] = true
    assert(record or err:find("zero byte") or err:find("must be"), err)
  end
  assert(names.default)
end

local CORPUS = {
  "::sysinit:/etc/init.d/rcS\n::askfirst:-/bin/sh\ntty2::askfirst:-/bin/sh\n"
    .. "::ctrlaltdel:/sbin/reboot\n::shutdown:/bin/umount -a -r\n::restart:/sbin/init\n",
  "# comment\n\nttyS0:2345:respawn:/sbin/getty -L ttyS0 9600 vt100\n::once:echo $HOME > /x; y\n",
}
local rounds = fuzz.run {
  name = "inittab", generate = generate, check = check, corpus = CORPUS,
}
t.ok(rounds > 0, "no input raised an error in " .. rounds .. " rounds")
