-- tests/lua/cli.lua - option parsing, messages, help, output errors

local t = require "test"
local options = require "cli_options"

local applet = {
  options = {
    { "a", "all", help = "everything" },
    { "n", "lines", arg = "N", type = "integer", help = "how many" },
    { "e", "expression", arg = "E", many = true, help = "may be repeated" },
    { "x", help = "a letter alone" },
    { false, "no-clobber", help = "a name alone" },
    { false, "no-color", help = "another with its beginning" },
  },
  json = true,
}

local function parse(...)
  local opts, operands = options.parse(applet, { ... })
  return { opts = opts, operands = operands }
end

t.is(parse("-ax", "f"), { opts = { all = true, x = true }, operands = { "f" } })
t.is(parse("f", "-a"), { opts = { all = true }, operands = { "f" } }, "options after operands")
t.is(parse("-n5"), { opts = { lines = 5 }, operands = {} })
t.is(parse("-an", "-5"), { opts = { all = true, lines = -5 }, operands = {} })
t.is(parse("--lines=0x10"), { opts = { lines = 16 }, operands = {} })
t.is(parse("--line", "7"), { opts = { lines = 7 }, operands = {} }, "a beginning that is enough")
t.is(parse("-e", "a", "--expression=b"), { opts = { expression = { "a", "b" } }, operands = {} })
t.is(parse("--no-clobber").opts, { no_clobber = true })
t.is(parse("--", "-a"), { opts = {}, operands = { "-a" } })
t.is(parse("-", "a"), { opts = {}, operands = { "-", "a" } })
t.is(parse("--json").opts, { json = true })

local function usage(...)
  local argv = { ... }
  local ok, err = pcall(options.parse, applet, argv)
  return not ok and type(err) == "table" and err.message or "no usage error: " .. tostring(err)
end

t.is(usage("-q"), "unknown option -q")
t.is(usage("--lies"), "unknown option --lies (did you mean --lines?)")
t.is(usage("--no-c"), "ambiguous option --no-c")
t.is(usage("-n"), "option -n needs an argument")
t.is(usage("--lines"), "option --lines needs an argument")
t.is(usage("--all=x"), "option --all takes no argument")
t.is(usage("-nx"), "--lines: integer expected: x")
t.is(usage("-n", "1.5"), "--lines: integer expected: 1.5")

t.run("hostname --help", { out = t.match "^usage: hostname .*\n  %-s, %-%-short +print only" })
t.run({ "lua", "-e", "require('syscall').close(1) os.exit(0)" }, {})

-- /dev/full: what is written last fails when it is flushed, not before
local full = assert(require("syscall").open("/dev/full", "wronly"))
local got = t.execute({ "echo", "x" }, { spawn = { fds = { [1] = full } } })
t.is({ got.status, got.err }, { 1, "echo: write error: No space left on device\n" })

t.run("no-such-applet", { status = 127, err = "luabox: no-such-applet: no such applet\n" })
