-- run.lua - the test runner: luabox lua tests/run.lua [FILE or FOLDER]...
--
-- Layer: tests. Each file runs in a process of its own; its TAP is read, cases
-- that failed are shown, and the last line counts them all. Without arguments
-- everything below tests/ runs, the fast folders first. One at a time, as many
-- measure; but machines that boot in QEMU have a clock of their own, and most of
-- their time goes by in emulation: two of them run side by side.

local S = require "syscall"

local FOLDERS = {
  "lua", "applets", "docs", "nl", "net", "init", "fuzz", "lint", "initramfs", "boot",
}
local SILENT_SECONDS = 600 -- a file that says nothing for longer hangs

local root = arg[0]:match("^(.*)/[^/]*$") or "."

-- ---- one file, in this process ----

if arg[1] == "--file" then
  package.path = root .. "/lib/?.lua;" .. package.path
  local test = require "test"
  local ok, err = xpcall(dofile, debug.traceback, arg[2])
  if not ok then test.ok(false, arg[2] .. " runs to its end", tostring(err)) end
  test.finish()
end

-- ---- all files ----

local function list(folder, found)
  local fd = S.open(folder, "rdonly, directory")
  if not fd then return found end
  local dir <close> = fd
  local names = {}
  while true do
    local entries = dir:getdents()
    if not entries then break end
    for d in entries do
      if not d.name:find("^%.") then names[#names + 1] = d.name end
    end
  end
  table.sort(names)
  for _, name in ipairs(names) do
    local path = folder .. "/" .. name
    if S.stat(path).isdir then
      if name ~= "lib" then list(path, found) end
    elseif name:find("%.lua$") then
      found[#found + 1] = path
    end
  end
  return found
end

local function files()
  local found = {}
  if arg[1] then
    for _, path in ipairs(arg) do
      local st, err = S.stat(path)
      if not st then
        io.stderr:write("run.lua: ", path, ": ", tostring(err), "\n")
        os.exit(2)
      end
      if st.isdir then
        list(path, found)
      else
        found[#found + 1] = path
      end
    end
  else
    for _, folder in ipairs(FOLDERS) do list(root .. "/" .. folder, found) end
  end
  return found
end

local binary = assert(S.readlink("/proc/self/exe"))

--- Tests that give up their rights must still be able to run it. Where others may not enter, as
--- in /root, a copy is tested; the folder to remove in the end, or nil.
local function lay_out()
  for last in binary:gmatch("()/") do
    local folder = S.stat(last == 1 and "/" or binary:sub(1, last - 1))
    if folder and folder.mode & 1 == 0 then
      local copy, made, err
      repeat -- one of a run that was killed may be there
        copy = ("/tmp/luabox-run.%d.%06x"):format(S.getpid(), math.random(0, 0xffffff))
        made, err = S.mkdir(copy, "0755")
      until made or not err.EXIST
      assert(made, err)
      assert(S.chmod(copy, "0755")) -- whatever our umask is
      local from <close> = assert(io.open(binary, "rb"))
      local to <close> = assert(io.open(copy .. "/luabox", "wb"))
      assert(to:write(from:read("a")))
      assert(S.chmod(copy .. "/luabox", "0755"))
      binary = copy .. "/luabox"
      return copy
    end
  end
end

local total = { passed = 0, failed = 0, skipped = 0 }

local function count(line, show)
  if line:find("^not ok") then
    total.failed = total.failed + 1
    show(line)
    return true
  end
  local reason = line:match("^ok.*# SKIP (.*)")
  if reason then
    total.skipped = total.skipped + 1
    show("skipped: " .. (line:match("^ok %d+ %- (.-) *# SKIP") or "") .. ": " .. reason)
  elseif line:find("^ok") then
    total.passed = total.passed + 1
  end
end

-- What a user's shell sets decides nothing here: words, times and forms are those of any machine.
local FOREIGN = { "LANG", "LC_", "LUA_", "LUABOX_PATH$", "POSIXLY_CORRECT", "TZ$", "NO_COLOR",
  "LS_COLORS", "COLUMNS", "LINES" }

local function environment()
  local kept = { "LANG=C.UTF-8" }
  for name, value in pairs(S.environ()) do
    local is_foreign = false
    for _, beginning in ipairs(FOREIGN) do
      is_foreign = is_foreign or name:find("^" .. beginning) ~= nil
    end
    if not is_foreign then kept[#kept + 1] = name .. "=" .. value end
  end
  return kept
end

local shown -- the file whose cases were shown last

local function show(path, line)
  if shown ~= path then io.write(path, "\n") end
  shown = path
  io.write("  ", line, "\n")
  io.stdout:flush()
end

local function start(path)
  local _, _, r, w = assert(S.pipe())
  local null <close> = assert(S.open("/dev/null"))
  local pid, _, pidfd = assert(S.spawn {
    "lua", arg[0], "--file", path, path = binary, fds = { [0] = null, [1] = w },
    setsid = true, env = environment(), umask = tonumber("022", 8),
    pdeathsig = "kill", -- a runner that is killed leaves no test running
  })
  w:close()
  return { path = path, pid = pid, pidfd = pidfd, r = r, rest = "", planned = false, detail = false,
    deadline = S.clock_gettime("monotonic").time + SILENT_SECONDS }
end

local function take(job, text)
  local function show_it(line) show(job.path, line) end
  job.rest = job.rest .. text
  for line in job.rest:gmatch("([^\n]*)\n") do
    if line:find("^1%.%.") then job.planned = true end
    if line:find("^%s+#") then
      if job.detail then show_it(line) end
    else
      job.detail = count(line, show_it)
    end
  end
  job.rest = job.rest:match("[^\n]*$")
end

local function finish(job)
  job.r:close()
  job.pidfd:close()
  S.waitpid(job.pid)
  S.kill(-job.pid, "kill") -- what the file left behind
  if not job.planned then
    total.failed = total.failed + 1
    show(job.path, "not ok - the file did not run to its end")
  end
end

--- Wait until one of them has written something, has ended, or is too late.
local function wait_for(jobs)
  local wanted, deadline = {}, math.huge
  for i, job in ipairs(jobs) do
    wanted[2 * i - 1] = { fd = job.r, events = "in" }
    wanted[2 * i] = { fd = job.pidfd, events = "in" }
    deadline = math.min(deadline, job.deadline)
  end
  local fds = S.t.pollfds(wanted)
  local left = math.max(0, deadline - S.clock_gettime("monotonic").time)
  S.poll(fds, left * 1000 // 1 + 1 | 0)
  return fds
end

--- True: it has ended, or hangs and was ended.
local function attend(job, has_written, has_ended)
  if has_written then
    local text = job.r:read(nil, 65536)
    if not text or text == "" then return true end
    take(job, text)
    job.deadline = S.clock_gettime("monotonic").time + SILENT_SECONDS
  elseif has_ended then -- and whom it left behind holds the pipe
    return true
  elseif S.clock_gettime("monotonic").time > job.deadline then
    S.kill(-job.pid, "kill")
    show(job.path, "timed out")
    return true
  end
end

local function run(paths, at_once)
  local jobs, n = {}, 0
  while jobs[1] or paths[n + 1] do
    while #jobs < at_once and paths[n + 1] do
      n = n + 1
      jobs[#jobs + 1] = start(paths[n])
    end
    local fds = wait_for(jobs)
    for i = #jobs, 1, -1 do
      local has_written, has_ended = fds[2 * i - 1].revents ~= 0, fds[2 * i].revents ~= 0
      if attend(jobs[i], has_written, has_ended) then finish(table.remove(jobs, i)) end
    end
  end
end

local alone, machines = {}, {}
for _, path in ipairs(files()) do
  table.insert(path:find("/boot/[^/]*$") and machines or alone, path)
end
local copy = lay_out()
run(alone, 1)
run(machines, 2)
if copy then
  S.unlink(binary)
  S.rmdir(copy)
end
io.write(("%d passed, %d failed, %d skipped\n"):format(total.passed, total.failed, total.skipped))
os.exit(total.failed == 0 and total.passed > 0)
