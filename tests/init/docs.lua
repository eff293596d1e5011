-- tests/init/docs.lua - the service files shown in docs/services.md
--
-- Every block is accepted by the loader. One with `<!-- try: NAME STATE -->` before it is given to
-- a supervisor, and that service must come to that state. What the examples have in /tmp is in the
-- folder of the test.

local t = require "test"
local definitions = require "init.definitions"
local schema = require "init.schema"
local supervisor = require "supervisor"

local text = t.read("docs/services.md")
local count = 0
for block in text:gmatch("```lua\n(.-)```") do
  count = count + 1
  local name = "block" .. count .. ".lua"
  local list, err = definitions.evaluate({ name = name, text = block }, 1000000)
  t.ok(list, name .. " is a service file", err)
  for _, definition in ipairs(list or {}) do
    if definition.template then definition = definitions.instance(definition, "x") end
    local record, wrong = schema.check(definition)
    t.ok(record, "its " .. definition.kind .. " is accepted", wrong)
  end
end
t.ok(count >= 18, "the page has its examples")

local tried = 0
for name, state, block in text:gmatch("<!%-%- try: (%S+) (%S+) %-%->\n```lua\n(.-)```") do
  tried = tried + 1
  block = block:gsub("/tmp/luabox%-docs", t.tmp() .. "/docs")
  supervisor.with({ ["example.lua"] = block }, function(sup)
    t.ok(sup:reach(name, state), ("example %d: %s is %s"):format(tried, name, state), sup:log())
    t.ok(sup:reach("default", "up"), "and nothing holds up the boot", sup:log())
  end, { cgroup = true, network = "lo" })
end
t.ok(tried >= 14, "and most of them run")

-- ---- nothing is left out ----

local shown = ""
for block in text:gmatch("```lua\n(.-)```") do shown = shown .. block end
local missing = {}
--- Every one of these is in an example, as `name =` or as "name".
local function all_shown(what, names)
  for name in names:gmatch("%S+") do
    local plain = name:gsub("%p", "%%%0")
    if not shown:find("%f[%w_]" .. plain .. "%s*=") and not shown:find('["t ]' .. plain) then
      missing[#missing + 1] = what .. " " .. name
    end
  end
end
local fields = {}
local declared = t.read("init/schema.lua"):match("\nlocal FIELDS = {\n(.-)\n}")
for name in declared:gmatch("(%l+) = {") do
  fields[#fields + 1] = name
end
t.ok(#fields > 45, "the schema has its fields", tostring(#fields))
all_shown("field", table.concat(fields, " "))
all_shown("limits", [[as core cpu data fsize memlock msgqueue nofile nproc rtprio rttime stack
  nice oom sched ioprio mem memhigh pids cpuweight cpumax io]])
all_shown("ready", "fd timeout pidfile file unix tcp check every ok notify")
all_shown("restart", "on delay factor max jitter reset limit always failure abnormal never")
all_shown("stop", "signal timeout scope")
all_shown("on", "up down crash failed ready_timeout")
all_shown("log", "to path size keep rate stamp")
all_shown("ns", "mount pid net ipc uts user time cgroup root ro hide tmp")
all_shown("sandbox", "seccomp landlock required allow deny basic ro rw net")
all_shown("listen", "tcp: udp: unix: seqpacket: dgram: fifo: netlink:uevent")
all_shown("when", "path: dev: link: route: cmdline:")
t.is(missing, {}, "every field and member has an example")

-- ---- svc: every verb is on the page, and its exit codes are those ----

local section = text:match("\n## svc\n(.-)\n## ")
local undocumented = {}
for verb in t.read("applets/svc.lua"):match("\nlocal COMMANDS = {\n(.-)\n}"):gmatch('{ "(%S+)') do
  verb = verb:gsub('[",]+$', "")
  if not section:find("%f[%w]" .. verb:gsub("%p", "%%%0") .. "%f[^%w-]") then
    undocumented[#undocumented + 1] = verb
  end
end
t.is(undocumented, {}, "every verb of svc is on the page")

local CODES = [[
  0 list
  0 status fine
  1 status broken
  4 status none
  0 why broken
  4 why none
  0 start fine
  4 start none
  0 start -w fine
  1 start -w broken
  3 start -w -t 0.2 slow
  5 stop fine
  4 stop none
  0 restart -w fine
  1 restart -w broken
  0 once -w fine
  1 once -w broken
  4 once none
  0 wait user
  0 reload user
  1 reload fine
  1 reload broken
  4 reload none
  0 wait fine
  1 wait broken
  3 wait -t 0.2 slow
  4 wait none
  0 kill CONT fine
  0 signal CONT fine
  1 kill HUP broken
  4 kill HUP none
  2 kill NOSUCH fine
  0 log fine
  4 log none
  0 cond set x
  0 cond clear x
  2 cond maybe x
  0 check
  0 plan
  0 apply
  1 confirm
  1 rollback
  0 bootchart
  0 graph
  0 disable slow
  0 enable slow
  4 enable none
  1 reexec /no/such/binary
  1 switch-root /no/such/folder
  2 no-such-verb
  2 list fine
  2 poweroff fine
  0 stop -f -w fine
  1 status fine
  0 soft
]]
supervisor.with({ ["a.lua"] = [[return {
  service { name = "fine", run = { "sleep", "1000" } },
  service { name = "user", run = sh "trap : HUP; while :; do sleep 0.1; done", needs = { "fine" },
    reload = "HUP" },
  service { name = "broken", run = { "false" }, ready = "exit", restart = "never" },
  service { name = "slow", run = { "sleep", "1000" }, ready = 3 },
  group { name = "default", wants = { "fine", "user", "broken" } },
}]] }, function(sup)
  t.ok(sup:reach("default", "up"), "services for svc", sup:log())
  for code, line in CODES:gmatch("(%d) ([^\n]+)") do
    local words = {}
    for word in line:gmatch("%S+") do words[#words + 1] = word end
    local got = sup:svc(table.unpack(words))
    t.is(got.status, tonumber(code), "exit code of svc " .. line)
  end
end)
t.run({ "svc", "list" }, { status = 6, err = t.any, env = { "LUABOX_RUN=" .. t.tmp() } })
