-- run.lua - the test runner: luabox lua tests/run.lua [FILE or FOLDER]...
--
-- Layer: tests. Each file runs in a process of its own; its TAP is read, cases
-- that failed are shown, and the last line counts them all. Without arguments
-- everything below tests/ runs, the fast folders first.

local S = require "syscall"

local FOLDERS = {
  "lua", "applets", "docs", "nl", "net", "init", "fuzz", "lint", "initramfs", "boot",
}
local FILE_SECONDS = 600 -- a file that takes longer hangs

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

local function run_file(path)
  local _, _, r, w = assert(S.pipe())
  local pid = assert(S.spawn {
    "lua", arg[0], "--file", path, path = binary, fds = { [1] = w }, setsid = true,
    pdeathsig = "kill", -- a runner that is killed leaves no test running
  })
  w:close()
  local header = path .. "\n"
  local function show(line)
    io.write(header, "  ", line, "\n")
    header = ""
    io.stdout:flush()
  end
  local planned, rest, detail = false, "", false
  local deadline = S.clock_gettime("monotonic").time + FILE_SECONDS
  while true do
    local left = deadline - S.clock_gettime("monotonic").time
    local fds = S.t.pollfds { { fd = r, events = "in" } }
    local ready = left > 0 and S.poll(fds, left * 1000 // 1 | 0)
    if ready == 0 or not ready then
      S.kill(-pid, "kill")
      show("timed out")
      break
    end
    local text = r:read(nil, 65536)
    if not text or text == "" then break end
    rest = rest .. text
    for line in rest:gmatch("([^\n]*)\n") do
      if line:find("^1%.%.") then planned = true end
      if line:find("^%s+#") then
        if detail then show(line) end
      else
        detail = count(line, show)
      end
    end
    rest = rest:match("[^\n]*$")
  end
  S.waitpid(pid)
  S.kill(-pid, "kill") -- what the file left behind
  if not planned then
    total.failed = total.failed + 1
    show("not ok - the file did not run to its end")
  end
end

for _, path in ipairs(files()) do run_file(path) end
io.write(("%d passed, %d failed, %d skipped\n"):format(total.passed, total.failed, total.skipped))
os.exit(total.failed == 0 and total.passed > 0)
