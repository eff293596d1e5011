-- test.lua - what a test file needs: cases, and running the binary
--
-- Layer: tests. Prints TAP; tests/run.lua counts it. One line, one case: status,
-- standard output and standard error are compared in full.

local S = require "syscall"

local test = {}

local RUN_SECONDS = 120 -- a command that takes longer hangs; a machine may be very busy

local count, failures = 0, 0
local scratch -- the test's own folder
local cleanups = {}

test.binary = assert(S.readlink("/proc/self/exe"))

local function report(ok, name, detail)
  count = count + 1
  if not ok then failures = failures + 1 end
  name = tostring(name):gsub("[#\n]", " ")
  io.write(ok and "ok " or "not ok ", count, " - ", name, "\n")
  if not ok and detail then io.write((tostring(detail):gsub("[^\n]+", "  # %0")), "\n") end
  io.stdout:flush()
  return ok
end

--- A value in Lua's own notation, tables included.
local function show(value)
  if type(value) == "string" then return ("%q"):format(value):gsub("\\\n", "\\n") end
  if type(value) ~= "table" or getmetatable(value) then return tostring(value) end
  local parts, keys = {}, {}
  for key in pairs(value) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for i, key in ipairs(keys) do parts[i] = tostring(key) .. " = " .. show(value[key]) end
  return "{" .. table.concat(parts, ", ") .. "}"
end

local function same(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then return a == b end
  for key, value in pairs(a) do
    if not same(value, b[key]) then return false end
  end
  for key in pairs(b) do
    if a[key] == nil then return false end
  end
  return true
end

local Match = {}

--- Expect text that matches a Lua pattern.
function test.match(pattern) return setmetatable({ pattern = pattern }, Match) end

--- Expect anything.
test.any = test.match("")

local function agrees(got, want)
  if getmetatable(want) == Match then return got:find(want.pattern) ~= nil end
  return got == want
end

function test.ok(cond, name, detail) return report(cond, name, detail) end

--- Tables are compared by their contents.
function test.is(got, want, name)
  return report(same(got, want), name or show(want),
    "got:  " .. show(got) .. "\nwant: " .. show(want))
end

--- fn must raise an error whose text matches.
function test.raises(fn, pattern, name)
  local ok, err = pcall(fn)
  err = tostring(err)
  return report(not ok and err:find(pattern) ~= nil, name or "raises " .. pattern,
    ok and "no error was raised" or "got: " .. err)
end

--- The rest of the file cannot run here; counted as one skip.
function test.skip(reason)
  count = count + 1
  io.write("ok ", count, " - # SKIP ", reason, "\n")
  test.finish()
end

function test.skip_one(name, reason)
  count = count + 1
  io.write("ok ", count, " - ", name, " # SKIP ", reason, "\n")
end

function test.need_root()
  if S.geteuid() ~= 0 then test.skip("needs root") end
end

--- A program of the host, found in PATH or where administrators' programs are.
function test.find(tool)
  for dir in ((os.getenv("PATH") or "") .. ":/usr/sbin:/sbin"):gmatch("[^:]+") do
    if S.access(dir .. "/" .. tool, "x") then return dir .. "/" .. tool end
  end
end

function test.need(tool)
  return test.find(tool) or test.skip("needs the program " .. tool)
end

function test.read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("a")
  file:close()
  return text
end

function test.write(path, text, mode)
  local file = assert(io.open(path, "wb"))
  assert(file:write(text))
  assert(file:close())
  if mode then assert(S.chmod(path, mode)) end
  return path
end

--- Called when the test ends, last registered first, whatever happens.
function test.cleanup(fn) table.insert(cleanups, 1, fn) end

--- A folder that is removed when the test ends.
function test.tmp()
  if scratch then return scratch end
  local base = os.getenv("TMPDIR") or "/tmp"
  local made, err
  repeat -- one of a test that was killed, or in another PID namespace, may be there
    scratch = ("%s/luabox-test.%d.%06x"):format(base, S.getpid(), math.random(0, 0xffffff))
    made, err = S.mkdir(scratch, "0755")
  until made or not err.EXIST
  assert(made, err)
  local owner = S.getpid()
  test.cleanup(function()
    if S.getpid() == owner then os.execute("rm -rf '" .. scratch .. "'") end
  end)
  return scratch
end

-- ---- running the binary ----

local function split(command)
  local words = {}
  for word in command:gmatch("%S+") do words[#words + 1] = word end
  return words
end

--- Run argv, feeding stdin; both outputs are collected through one poll.
---@param argv string[] argv[1] an applet, unless opts.program
---@param opts { stdin: string?, env: table?, cwd: string?, program: string?, timeout: number?,
---  spawn: table? }?
---@return { status: integer?, signal: integer?, out: string, err: string }
function test.execute(argv, opts)
  opts = opts or {}
  local _, _, in_r, in_w = assert(S.pipe())
  local _, _, out_r, out_w = assert(S.pipe())
  local _, _, err_r, err_w = assert(S.pipe())
  local spec = table.move(argv, 1, #argv, 1, {})
  if not opts.program then table.insert(spec, 1, "luabox") end
  spec.path = opts.program or test.binary
  spec.cwd, spec.env, spec.pdeathsig = opts.cwd, opts.env, "kill"
  for key, value in pairs(opts.spawn or {}) do spec[key] = value end
  spec.fds = { [0] = in_r, [1] = out_w, [2] = err_w }
  for fd, from in pairs((opts.spawn or {}).fds or {}) do spec.fds[fd] = from end
  local pid, spawn_err = S.spawn(spec)
  for _, fd in ipairs { in_r, out_w, err_w } do fd:close() end
  if not pid then return { out = "", err = tostring(spawn_err), status = 127 } end

  local input, sent = opts.stdin or "", 0
  in_w:nonblock()
  S.signal("pipe", "ign")
  local parts = { [out_r] = {}, [err_r] = {} }
  local open = 2
  local deadline = S.clock_gettime("monotonic").time + (opts.timeout or RUN_SECONDS)
  if input == "" then in_w:close() end
  local timed_out = false
  while open > 0 do
    local fds = {}
    for stream in pairs(parts) do
      if stream:getfd() >= 0 then fds[#fds + 1] = { fd = stream, events = "in" } end
    end
    if in_w:getfd() >= 0 then fds[#fds + 1] = { fd = in_w, events = "out" } end
    local left = deadline - S.clock_gettime("monotonic").time
    local ready = left > 0 and S.poll(S.t.pollfds(fds), math.ceil(left * 1000))
    if ready == 0 or left <= 0 then
      timed_out = true
      S.kill(pid, "kill")
      break
    end
    if in_w:getfd() >= 0 then
      local n, err = in_w:write(input:sub(sent + 1, sent + 65536))
      if n then sent = sent + n end
      if sent == #input or (not n and not err.AGAIN) then in_w:close() end
    end
    for stream, list in pairs(parts) do
      local polled = stream:getfd() >= 0 and
        S.poll(S.t.pollfds { { fd = stream, events = "in" } }, 0) == 1
      if polled then
        local text = stream:read(nil, 65536)
        if text and #text > 0 then
          list[#list + 1] = text
        else
          stream:close()
          open = open - 1
        end
      end
    end
  end
  in_w:close()
  local _, _, status = S.waitpid(pid)
  S.signal("pipe", "dfl")
  local result = {
    status = status and status.EXITSTATUS,
    signal = status and status.TERMSIG,
    out = table.concat(parts[out_r]),
    err = table.concat(parts[err_r]),
  }
  if timed_out then result.err = result.err .. "[timed out]" end
  out_r:close()
  err_r:close()
  return result
end

--- Run an applet and compare everything.
---@param command string|string[] words, or the list of them
---@param want { status: integer?, out: any, err: any, stdin: string?, env: table?, cwd: string?,
---  name: string? }
function test.run(command, want)
  local argv = type(command) == "table" and command or split(command)
  local got = test.execute(argv, want)
  local name = want.name or table.concat(argv, " ")
  local status = want.status or 0
  local good = got.status == status and agrees(got.out, want.out or "") and
    agrees(got.err, want.err or "")
  local function expected(value)
    return getmetatable(value) == Match and "pattern " .. value.pattern or show(value or "")
  end
  report(good, name, ("status %s, want %d\nout:  %s\nwant: %s\nerr:  %s\nwant: %s"):format(
    got.status or "signal " .. tostring(got.signal), status, show(got.out), expected(want.out),
    show(got.err), expected(want.err)))
  return got
end

--- Run fn in a child process with its own namespaces; its cases count as ours.
---@param namespaces string as S.unshare takes them: "newnet, newns"
---@param fn fun()
function test.isolated(namespaces, fn)
  test.need_root()
  io.stdout:flush()
  local _, _, r, w = assert(S.pipe())
  local pid = assert(S.fork())
  if pid == 0 then
    S.prctl("set_pdeathsig", "kill")
    cleanups = {}
    r:close()
    local ok, err = S.unshare(namespaces)
    if ok and namespaces:find("newns") then
      ok, err = S.mount("none", "/", nil, "rec, private")
    end
    local good, message = ok, err
    if ok then good, message = xpcall(fn, debug.traceback) end
    if not good then report(false, "in namespaces " .. namespaces, tostring(message)) end
    for _, cleanup in ipairs(cleanups) do pcall(cleanup) end
    w:write(("%d %d"):format(count, failures))
    io.stdout:flush()
    S._exit(0)
  end
  w:close()
  local tally = r:read(nil, 100) or ""
  r:close()
  S.waitpid(pid)
  local n, bad = tally:match("(%d+) (%d+)")
  if not n then
    report(false, "in namespaces " .. namespaces, "the child died")
  else
    count, failures = tonumber(n), tonumber(bad)
  end
end

--- Run fn in a network namespace of its own.
function test.netns(fn) return test.isolated("newnet, newns", fn) end

--- Print the plan, clean up and leave; run.lua calls it at the end of a file.
function test.finish()
  for _, cleanup in ipairs(cleanups) do pcall(cleanup) end
  cleanups = {}
  io.write("1..", count, "\n")
  io.stdout:flush()
  S.exit(failures > 0 and 1 or 0)
end

return test
