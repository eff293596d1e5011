-- tests/init/docs.lua - the service files shown in docs/services.md
--
-- Every block is accepted by the loader. One with `<!-- try: NAME STATE -->` before it is given to
-- a supervisor, and that service must come to that state.

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
  supervisor.with({ ["example.lua"] = block }, function(sup)
    t.ok(sup:reach(name, state), ("example %d: %s is %s"):format(tried, name, state), sup:log())
    t.ok(sup:reach("default", "up"), "and nothing holds up the boot", sup:log())
  end, { cgroup = true })
end
t.ok(tried >= 14, "and most of them run")
os.execute("rm -rf /tmp/luabox-docs")
