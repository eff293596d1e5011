-- notify.lua - what services send and authors write: sd_notify messages, environment files

local t = require "test"
local fuzz = require "fuzz"
local layout = require "init.plan_layout"

-- what the formats say, before anything is damaged: sd_notify(3), systemd.exec(5)
t.is(layout.notify("READY=1\nSTATUS=all well\nMAINPID=12\n"),
  { ready = "", status = "all well", main_pid = "12" }, "three lines")
t.is(layout.notify("READY=10\nX_READY=1\nFDSTORE=1\nFDNAME=a b"), { store = "" },
  "a line is the whole line; a name has no blank")
t.is(layout.notify("FDNAME=web\nWATCHDOG=trigger"), { name = "web", watchdog = "trigger" },
  "the last line needs no newline")
for line, want in pairs {
  ["A=b"] = "A=b", ["  export A = 'b c'  "] = "A=b c", ['A="x'] = 'A="x', ["A="] = "A=",
  ["# A=b"] = "", [""] = "", ["A b=c"] = "", ["1A=b"] = "", ["=b"] = "", ["A='"] = "A='",
  ["A=\"it's\""] = "A=it's", ["A_1=a=b"] = "A_1=a=b",
} do
  t.is(layout.envfile(line) or "", want, ("%q"):format(line))
end

t.ok(fuzz.run {
  name = "notify",
  corpus = { "READY=1\nSTATUS=x\nMAINPID=1\nFDSTORE=1\nFDNAME=abc\n", "WATCHDOG=1",
    "\n\n\n", "\0" },
  generate = function() return fuzz.bytes(math.random(0, 200)) end,
  check = function(input)
    for key, value in pairs(layout.notify(input)) do
      assert(type(key) == "string" and input:find(value, 1, true))
    end
  end,
}, "messages")
t.ok(fuzz.run {
  name = "envfile",
  corpus = { "A=b", " export A_B = 'c d' ", "#x", "A=\"b\"" },
  generate = function() return fuzz.bytes(math.random(0, 60)) end,
  check = function(input)
    local word = layout.envfile(input)
    assert(not word or word:find("^[%a_][%w_]*="), word)
  end,
}, "lines of environment files")
