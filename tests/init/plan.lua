-- tests/init/plan.lua - the plan image: what is packed is accepted, damage is not believed
--
-- Runs without root. 20,000 images (or FUZZ_ROUNDS) with random damage and a right checksum go
-- through the core's reader; under the sanitizers any step outside the image ends the test.

local t = require "test"
local graph = require "init.graph"
local layout = require "init.plan_layout"
local plan = require "init.plan"
local schema = require "init.schema"

local function record(kind, fields)
  local checked = assert(schema.check { kind = kind, fields = fields, file = "f.lua", line = 1 })
  checked.source = 0
  return checked
end

local records = {
  record("oneshot", { name = "base", run = function() end, undo = { "true" } }),
  record("service", {
    name = "web", run = { "httpd", "-f" }, needs = { "base" }, env = { A = "1", B = "2" },
    limits = { nofile = { 100, 200 }, as = "4G", nice = -3 }, ready = { fd = 5, env = "READY" },
    user = "root", restart = { on = "always", limit = { 3, 10 } }, stop = "INT",
  }),
  record("group", { name = "default", wants = { "web", "base" } }),
}
local warnings = {}
local edges = graph.resolve(records, function(message) warnings[#warnings + 1] = message end)
t.is(warnings, {}, "nothing to complain of")
local sources = {
  { name = "f.lua", text = ("-- text\n"):rep(20) },
  { name = "m", embedded = true },
}
local function is_applet(name) return name == "true" end
local image = plan.pack(records, edges, sources, "default", is_applet)

t.is(layout.check(image), nil, "the core accepts what the loader packs")
t.is(plan.source(image, "f.lua"), { name = "f.lua", embedded = false, text = sources[1].text },
  "a hook child finds the source again")
t.is(plan.source(image, "other"), nil, "and none of another name")
t.is(image, plan.pack(records, edges, sources, "default", is_applet),
  "the same definitions give the same bytes")

t.is(layout.check(""), "truncated", "an empty image")
t.is(layout.check(image:sub(1, -2)), "truncated", "an image without its last byte")
t.is(layout.check(("x"):rep(#image)), "not a plan", "something else")
t.is(layout.check(image:sub(1, 100) .. "?" .. image:sub(102)), "checksum differs", "one wrong byte")

local CRC_AT = 12 -- behind magic, version and size
for i, name in ipairs(layout.header.fields) do
  if name == "crc" then t.is((i - 1) * 4, CRC_AT, "where the checksum stands") end
end

local function with_checksum(bytes)
  local rest = bytes:sub(CRC_AT + 5)
  return bytes:sub(1, CRC_AT) .. string.pack("=I4", layout.crc(rest)) .. rest
end

math.randomseed(1)
local ROUNDS = tonumber(os.getenv "FUZZ_ROUNDS") or 20000
local EXTREME = { 0, 1, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff }
local accepted, refused = 0, {}
for _ = 1, ROUNDS do
  local bytes = image
  for _ = 1, math.random(3) do
    if math.random(4) == 1 then -- a byte anywhere
      local at = math.random(CRC_AT + 5, #image)
      bytes = bytes:sub(1, at - 1) .. string.char(math.random(0, 255)) .. bytes:sub(at + 1)
    else -- a number
      local at = CRC_AT + 5 + 4 * math.random(0, (#image - CRC_AT - 8) // 4)
      local value = math.random(2) == 1 and EXTREME[math.random(#EXTREME)] or
        math.random(0, #image)
      bytes = bytes:sub(1, at - 1) .. string.pack("=I4", value) .. bytes:sub(at + 4)
    end
  end
  local wrong = layout.check(with_checksum(bytes))
  if wrong then
    refused[wrong] = true
  else
    accepted = accepted + 1 -- a number that may be anything, or text
  end
end
for _, message in ipairs {
  "bad string pool", "section outside the image", "string outside the pool", "value out of range",
  "index outside its section", "list outside its section", "source text outside the pool",
} do
  t.ok(refused[message], "damage is found: " .. message)
end
t.ok(accepted > 0, "and numbers may be any")
