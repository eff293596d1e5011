-- definitions.lua - service files of any kind: errors, never a crash, never a bad plan
--
-- Random text through the loader's front door, and random tables through the schema; whatever
-- is accepted must make a plan that the core accepts.

local t = require "test"
local fuzz = require "fuzz"
local definitions = require "init.definitions"
local graph = require "init.graph"
local layout = require "init.plan_layout"
local plan = require "init.plan"
local schema = require "init.schema"

local function is_applet(name) return name == "true" end

--- What the loader does with one source; the number of services that came of it.
local function load(text)
  local source = { name = "fuzz.lua", text = text }
  local list, err = definitions.evaluate(source, 100000)
  if not list then
    assert(type(err) == "string", "an error without a message")
    return 0
  end
  local records, by_name = {}, {}
  for _, definition in ipairs(list) do
    if definition.template then definition = definitions.instance(definition, "x") end
    local record, wrong = schema.check(definition)
    assert(record or type(wrong) == "string", "refused without a message")
    if record and not by_name[record.name] then
      by_name[record.name] = true
      record.source = 0
      records[#records + 1] = record
    end
  end
  local edges = graph.resolve(records, function(message) assert(type(message) == "string") end)
  local wrong = layout.check(plan.pack(records, edges, { source }, "default", is_applet))
  assert(not wrong, wrong)
  return #records
end

-- ---- random definitions ----

local FIELDS = {}
for word in ([[name desc doc tags run pre post undo reload dir env envfile umask stdin tty console
    session user group groups caps secbits nonewprivs limits ns sandbox needs wants once after
    before provides when hold ready listen demand store restart watchdog stop log on main critical
    every at
    onboot jitter persist overlap what where type options no-such-field]]):gmatch("%S+") do
  FIELDS[#FIELDS + 1] = word
end

local WORDS = {
  '"a"', '"b"', '"a@x"', '"exec"', '"exit"', '"notify"', '"always"', '"root"', '"nobody"',
  '"65534"', '"/tmp"', '"-/x"', '"path:/x"', '"not cond:y"', '"tcp:1"', '"tcp:127.0.0.1:99999"',
  '"unix:/x?mode=9"',
  '"64M"', '"unlimited"', '"TERM"', '"sigusr1"', '"12:30"', '"mon-fri */5:00"', '"basic"', '"idle"',
  '"fifo:99"', '"net_raw"', '"mount"', '"start:b"', '""', '"\\0"', '"' .. ("x"):rep(300) .. '"',
  "0", "1", "-1", "3", "0.5", "1e308", "-0.0", "0/0", "1/0", "1 << 62", "true", "false", "nil",
  "{}", "function() end", 'sh "x"', "arg", "math.huge", "{ [1.5] = 2 }", "{ 1, 2, nil, 4 }",
  "setmetatable({}, { __index = function() error 'no' end })",
}
local KEYS = {
  "on", "delay", "limit", "fd", "timeout", "check", "file", "tcp", "unix", "every",
  "ok", "signal", "scope", "nofile", "mem", "pids", "nice", "sched", "seccomp", "landlock", "ro",
  "rw", "net",
  "allow", "deny", "required", "root", "tmp", "demand", "up", "crash", "to", "size", "user", "1" }

local function value(depth)
  if depth == 0 or math.random(3) > 1 then return WORDS[math.random(#WORDS)] end
  local parts = {}
  for i = 1, math.random(0, 4) do
    local item = value(depth - 1)
    parts[i] = math.random(2) == 1 and item or
      ("[%q] = %s"):format(KEYS[math.random(#KEYS)], item)
  end
  return "{ " .. table.concat(parts, ", ") .. " }"
end

local KINDS = { "service", "oneshot", "group", "timer", "mount", 'template "x"' }

local function definition()
  local parts = { ('name = %q, run = { "true" }'):format(("abc"):sub(math.random(3)):sub(1, 1)) }
  for _ = 1, math.random(0, 4) do
    parts[#parts + 1] = ("[%q] = %s"):format(FIELDS[math.random(#FIELDS)], value(2))
  end
  return KINDS[math.random(#KINDS)] .. " { " .. table.concat(parts, ", ") .. " }"
end

local accepted = 0
local rounds = fuzz.run {
  name = "definitions",
  corpus = {
    'return service { name = "web", run = { "httpd" }, ready = { tcp = 80 }, needs = { "a" } }',
    'return { oneshot { name = "a", run = function() end }, timer { name = "b", at = "3:00", '
      .. 'run = sh "x" } }',
    'local x = 1\nwhile x do x = x + 1 end', 'error({})', 'return setmetatable({}, '
      .. '{ __index = function() return 1 end })', "return coroutine.yield(1)", "",
    'return service { name = "a", run = { "true" }, user = 1 << 62, group = 1 << 40 }',
  },
  generate = function()
    local list = {}
    for i = 1, math.random(3) do list[i] = definition() end
    return "return { " .. table.concat(list, ",\n") .. " }"
  end,
  check = function(input) accepted = accepted + load(input) end,
}
t.ok(true, rounds .. " service files")
t.ok(accepted > 50, "of which some define services", tostring(accepted))
