-- init/loader.lua - service files to a plan
--
-- Layer: PID 1's Lua side; a short-lived child of the core, under limits of
-- memory (vm.limit), instructions (per file) and time (the core's timer).
-- Every fault is one line on stderr with file:line, and costs only the
-- services of that file: whatever the user wrote, a boot goes on.
-- With --strict any fault refuses the whole plan: for `svc apply` and `check`,
-- which read the faults from the descriptor of --report.
-- usage: init-loader --fd N [--strict] [--report N] [--services DIR] [--skip FILE]...

local S = require "syscall"
local vm = require "vm"
local definitions = require "init.definitions"
local graph = require "init.graph"
local plan = require "init.plan"
local schema = require "init.schema"

local CONF = "/etc/luabox"
local INITTAB = "/etc/inittab"
local MEMORY = 16 << 20
local FILE_SIZE = 1 << 20
local GARBAGE = 400 -- percent of what was in use after the last cycle
local PIECE = 16 << 10 -- all of nearly any file

local loader = {}

local faults = 0 -- what was wrong, not counting mere warnings
local report -- a descriptor, or standard error

--- One line; in a report it begins with what it is: F, a fault, or W, a warning.
local function complain(message, is_warning)
  if not is_warning then faults = faults + 1 end
  message = require("text.quote").plain(message)
  if report then
    S.write(report, (is_warning and "W" or "F") .. message .. "\n")
  else
    io.stderr:write(message, "\n")
  end
end

local function options_of(argv)
  local options = { skip = {} }
  local i = 1
  while argv[i] do
    if argv[i] == "--strict" then
      options.strict = true
      i = i - 1
    elseif argv[i] == "--skip" then
      options.skip[argv[i + 1]] = true
    else
      options[argv[i]:gsub("^%-%-", "")] = argv[i + 1]
    end
    i = i + 2
  end
  return options
end

local function read_file(path)
  local fd <close>, err = S.open(path, "rdonly")
  if not fd then return nil, path .. ": " .. tostring(err) end
  local parts, size = {}, 0
  repeat
    local part, why = fd:read(nil, size == 0 and PIECE or FILE_SIZE)
    if not part then return nil, path .. ": " .. tostring(why) end
    parts[#parts + 1] = part
    size = size + #part
    if size > FILE_SIZE then return nil, path .. ": larger than 1 MiB" end
  until #part < PIECE -- a file; what is none is asked once more than needed
  return table.concat(parts)
end

local function directory(path)
  local fd = S.open(path, "rdonly, directory")
  if not fd then return nil end
  local names = {}
  for _, name in ipairs(require("fs.dir").list(fd) or {}) do
    if name:match("^[^.].*%.lua$") then names[#names + 1] = path .. "/" .. name end
  end
  fd:close()
  table.sort(names)
  return names
end

--- The names in the file `disabled` beside the services: `svc disable`.
local function disabled_names(path)
  local names = {}
  for name in (read_file(path .. "/disabled") or ""):gmatch("[^\n]+") do
    names[name] = true
  end
  return names
end

--- Nobody wants them any more; who needs one says so, and gets it.
local function drop_disabled(state)
  if not next(state.disabled) then return end
  local function kept(names)
    local list = {}
    for _, name in ipairs(names) do
      if not state.disabled[name] then list[#list + 1] = name end
    end
    return list
  end
  for _, record in ipairs(state.records) do record.wants = kept(record.wants) end
  if state.everything then state.everything.needs = kept(state.everything.needs) end
end

local function is_machine() return os.getenv "LUABOX_MODE" == "machine" end

--- Is this an initramfs on the way to the root that root= names?
local function is_early()
  if not is_machine() then return false end
  local file <close> = io.open("/proc/cmdline")
  local line = file and file:read("a") or ""
  return line:find("root=", 1, true) and require("fs.root").wanted() ~= nil
end

--- All sources that may define services: a folder's files and, on a machine,
--- the binary's own, of which a file of the same name takes the place.
local function gather(path, conf)
  local sources, present = {}, {}
  local names = directory(path or conf .. "/services")
  if path and not names then complain(path .. ": no such directory") end
  for _, name in ipairs(names or {}) do
    local text, err = read_file(name)
    present[name:match("^.*/(.*)%.lua$")] = true
    if text then
      sources[#sources + 1] = { name = name, text = text }
    else
      complain(err)
    end
  end
  local own = not path and is_machine() and (is_early() and "rc.early." or "rc.services.")
  for _, name in ipairs(own and vm.modules(own) or {}) do
    if not present[name:match("[^.]*$")] then
      sources[#sources + 1] = { name = name, embedded = true }
    end
  end
  return sources
end

--- rc.lua is a oneshot named rc, unless a file defines its own.
local function rc_source(conf)
  local path = conf .. "/rc.lua"
  local text = read_file(path)
  if text then return { name = path, text = text } end
  if is_machine() and vm.has "rc.rc" then
    return { name = "rc.rc", embedded = true }
  end
end

local function rc_definition(source)
  return {
    kind = "oneshot", file = source.name, line = 1,
    fields = {
      name = "rc",
      desc = "boot script",
      run = function() end, -- stands for the script: the hook child runs it
      -- what ran in the initramfs runs again on the real root
      env = is_early() and { LUABOX_STAGE = "initramfs" } or nil,
      ready = { "exit", timeout = 60 },
    },
  }
end

--- The line that a message should name: that of the field, if it can be seen.
local function line_of(source, definition, field)
  if not field or not source.text then return definition.line end
  local number = 0
  local pattern = "%f[%w_]" .. tostring(field):gsub("%p", "%%%0") .. "%s*="
  for line in (source.text .. "\n"):gmatch("(.-)\n") do
    number = number + 1
    if number >= definition.line and line:find(pattern) then return number end
  end
  return definition.line
end

--- A service that stands in the list but cannot run, and says why.
local function broken_record(definition, message)
  local name = definition.fields.name
  local record = schema.check {
    kind = "group", file = definition.file, line = definition.line, fields = { name = name },
  }
  if record then
    record.broken = message
    record.main = definition.fields.main == true -- a container does not live on without it
  end
  return record
end

--- A message about a definition, with its place.
local function placed(state, index, definition, err, field)
  local line = line_of(state.sources[index], definition, field)
  return ("%s:%d: %s"):format(definition.file, line, err)
end

local function add_template(state, index, definition)
  local name = definition.template
  if definition.fields.name then
    complain(placed(state, index, definition, "a template has its name before the table: " .. name,
      "name"))
  end
  state.templates[name] = { index = index, definition = definition }
end

local function add(state, index, definition)
  if definition.template then return add_template(state, index, definition) end
  local record, err, field = schema.check(definition)
  if not record then
    local message = placed(state, index, definition, err, field)
    complain(message)
    record = broken_record(definition, message)
    if not record then return end
  end
  local first = state.by_name[record.name]
  if first then
    complain(("%s:%d: %s is already defined in %s:%d"):format(record.file, record.line,
      record.name, first.file, first.line))
    return
  end
  record.source = index - 1
  state.by_name[record.name] = record
  state.records[#state.records + 1] = record
end

--- Services that are asked for by name, as getty@tty1, come from their template.
local function instances(state)
  local at = 1
  while state.records[at] do
    local record = state.records[at]
    for _, names in ipairs {
      record.needs, record.wants, record.once, { record.log_service },
    } do
      for _, name in ipairs(names) do
        local base, argument = name:match("^(.-)@(.*)$")
        local template = not state.by_name[name] and state.templates[base]
        if template then
          template.used = true
          add(state, template.index, definitions.instance(template.definition, argument))
        end
      end
    end
    at = at + 1
  end
end

--- What is wrong with a template whatever its argument: fields that depend on it are left out.
local function check_template(state, template)
  local sample = definitions.instance(template.definition, "x")
  local record, err, field
  repeat
    if field then sample.fields[field] = nil end
    record, err, field = schema.check(sample)
  until record or not field or sample.fields[field] == nil or
    not definitions.uses_argument(template.definition.fields[field])
  if not record then complain(placed(state, template.index, sample, err, field)) end
end

--- luabox.svc=-name,+name of the kernel's command line.
local function choose(state, words)
  local group = state.by_name.default
  local wants = { table.unpack(group.wants) }
  group.wants = wants
  for sign, name in words:gmatch("([+-])([^,]+)") do
    state.disabled[name] = sign == "-" or nil
    if sign == "+" then wants[#wants + 1] = name end
  end
end

--- Without a group "default" everything that is defined is started.
local function default_group(state)
  if state.by_name.default then return end
  local wants, needs = {}, {}
  for _, record in ipairs(state.records) do
    -- a machine without it is not up
    local list = record.critical and not record.broken and needs or wants
    list[#list + 1] = record.name
  end
  add(state, 1, { kind = "group", file = "default", line = 0, fields = {
    name = "default", desc = "everything", wants = wants, needs = needs,
  } })
  state.everything = state.by_name.default
end

local function applet_test()
  local in_c = {}
  for _, name in ipairs(vm.applets()) do in_c[name] = true end
  return function(name)
    return in_c[name] or name == "lua" or vm.has("applets." .. name)
  end
end

--- A busybox inittab, if that is what we are given, or all there is.
local function inittab_source(path, conf)
  local given = path and S.stat(path)
  if given and given.isreg then
    return { name = path, text = assert(read_file(path)) }
  elseif path or os.getenv "LUABOX_MODE" == "user" or S.stat(conf .. "/services") or
      S.stat(conf .. "/rc.lua") then
    return nil
  end
  local text = read_file(INITTAB)
  return text and { name = INITTAB, text = text }
end

local function add_inittab(state, source)
  local list, wrong = require("init.inittab").definitions(source.text, source.name)
  for _, fault in ipairs(wrong) do
    complain(("%s:%d: %s"):format(source.name, fault.line, fault.message))
  end
  for _, definition in ipairs(list) do add(state, 1, definition) end
end

--- The definitions of one file.
local function load_source(state, index, source)
  local list, err = definitions.evaluate(source, definitions.INSTRUCTIONS)
  if not list then complain(err) end
  for _, definition in ipairs(list or {}) do add(state, index, definition) end
end

---@param argv string[]
---@return integer status
function loader.main(argv)
  vm.limit(MEMORY, 0)
  -- It ends soon: what it drops is collected when it gets near its limit.
  collectgarbage("incremental", GARBAGE)
  local options = options_of(argv)
  local fd = assert(math.tointeger(tonumber(options.fd)), "--fd N is missing")
  report = math.tointeger(tonumber(options.report))
  local conf = options.conf or CONF
  local tab = inittab_source(options.services, conf)
  local state = {
    sources = tab and { tab } or gather(options.services, conf),
    records = {}, by_name = {}, templates = {},
    disabled = disabled_names(options.services or conf .. "/services"),
  }

  if tab then add_inittab(state, tab) end
  for index, source in ipairs(tab and {} or state.sources) do
    -- The core reads this name if this child does not come to an end.
    S.pwrite(fd, "FILE " .. source.name:sub(1, 200) .. "\0", nil, 0)
    if not options.skip[source.name] then
      local ok, err = pcall(load_source, state, index, source) -- it may take all the memory
      if not ok then
        collectgarbage()
        complain(source.name .. ": " .. tostring(err))
      end
    end
  end
  S.pwrite(fd, "PLAN\0", nil, 0) -- from here on no file is to blame
  local rc = not tab and rc_source(conf)
  if rc and not state.by_name.rc then
    state.sources[#state.sources + 1] = rc
    add(state, #state.sources, rc_definition(rc))
    state.by_name.rc.run = { fn = "script" }
  end
  if #state.sources == 0 then state.sources[1] = { name = "default", text = "" } end
  default_group(state)
  choose(state, options.svc or "")
  drop_disabled(state)
  instances(state)
  for _, template in pairs(state.templates) do
    if not template.used then check_template(state, template) end
  end

  local edges = graph.resolve(state.records, complain, state.templates)
  local image = plan.pack(state.records, edges, state.sources, "default", applet_test(),
    tab ~= nil)
  if options.strict and faults > 0 then return 1 end
  assert(S.ftruncate(fd, #image))
  local at = 0
  while at < #image do
    at = at + assert(S.pwrite(fd, image:sub(at + 1, at + 65536), nil, at))
  end
  return 0
end

return loader
