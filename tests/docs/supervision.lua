-- tests/docs/supervision.lua - what docs/supervision.md shows is what happens
--
-- The console blocks run in one shell beside a PID 1 with the services of the page. After "$ "
-- stands a command; in the output "..." stands for anything.

local t = require "test"
local S = require "syscall"
local definitions = require "init.definitions"
local schema = require "init.schema"
local supervisor = require "supervisor"

local page = t.read("docs/supervision.md")

local files = {}
for block in page:gmatch("\n```lua\n(.-)\n```") do
  local list, err = definitions.evaluate({ name = "block.lua", text = block }, 1000000)
  t.ok(list, "a service file: " .. block:sub(1, 40), err)
  for _, definition in ipairs(list or {}) do
    definition.fields.user = nil -- may not be here
    local record, wrong = schema.check(definition)
    t.ok(record, definition.fields.name .. " is accepted", wrong)
  end
  local name = block:match("^%-%- (%w+%.lua)\n")
  if name then files[name] = block end
end

local commands = {}
for block in page:gmatch("\n```console\n(.-)\n```") do
  for line in (block .. "\n"):gmatch("(.-)\n") do
    if line:find("^%$ ") then
      commands[#commands + 1] = { command = line:sub(3), output = "" }
    else
      commands[#commands].output = commands[#commands].output .. line .. "\n"
    end
  end
end
t.ok(#commands > 20, "the page has its examples")

local function pattern(output)
  local escaped = output:gsub("[%^%$%(%)%%%.%[%]%*%+%-%?]", "%%%0")
  return "^" .. escaped:gsub("%%%.%%%.%%%.", ".-"):gsub(" +", " *") .. "$"
end

supervisor.with(files, function(sup)
  local path = sup.base .. "/path"
  S.mkdir(path, "0755")
  for _, name in ipairs { "luabox", "svc" } do S.symlink(t.binary, path .. "/" .. name) end
  for _, item in ipairs(commands) do
    local got = t.execute({ "sh", "-c", item.command .. " 2>&1" }, {
      program = "/bin/sh", cwd = sup.folder,
      env = { "PATH=" .. path .. ":/usr/sbin:/usr/bin:/sbin:/bin", "LUABOX_RUN=" .. sup.base ..
        "/run", "COLUMNS=80" },
    })
    -- of several commands only the last one is redirected
    local text = got.err .. got.out
    local want = item.output:gsub("%.%.%.\n$", "...")
    t.ok(text:find(pattern(want)), item.command, ("got:\n%s\nwant:\n%s"):format(text, item.output))
  end
end)
