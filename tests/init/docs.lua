-- tests/init/docs.lua - every service file shown in docs/services.md is accepted

local t = require "test"
local definitions = require "init.definitions"
local schema = require "init.schema"

local count = 0
for block in t.read("docs/services.md"):gmatch("```lua\n(.-)```") do
  count = count + 1
  local name = "block" .. count .. ".lua"
  local list, err = definitions.evaluate({ name = name, text = block }, 1000000)
  t.ok(list, name .. " is a service file", err)
  for _, definition in ipairs(list or {}) do
    local record, wrong = schema.check(definition)
    t.ok(record, "its " .. definition.kind .. " is accepted", wrong)
  end
end
t.ok(count >= 7, "the page has its examples")
