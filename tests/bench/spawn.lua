-- spawn.lua - what it costs to start the smallest applets, as ratios to the peers
--
--   luabox lua tests/bench/spawn.lua LUABOX FOLDER [COUNT]
--
-- FOLDER holds spawn (tests/bench/spawn.c), floor (the smallest static C program) and,
-- where it could be built, busybox (static, musl). The ratios count, not the microseconds;
-- LIMITS are what the project promises.

local luabox, folder, count = arg[1], arg[2], tonumber(arg[3] or 1000)

local CASES = {
  { "true" },
  { "false" },
  { "echo", "hi" },
  { "cat", "/dev/null" },
  { "hostname" },
  { "ls", "/" },
  { "lua", "-e", "" },
}

-- applet -> greatest ratio to a peer
local LIMITS = {
  ["true"] = { "floor", 1.2 },
  ["false"] = { "floor", 1.2 },
  echo = { "busybox", 1.3 },
  cat = { "busybox", 1.3 },
  hostname = { "busybox", 1.3 },
  ls = { "busybox", 1.3 },
}

local function exists(path)
  local f <close> = io.open(path)
  return f ~= nil
end

-- median in microseconds of each contender, by name
local function measure(case)
  local contenders = { { "floor", folder .. "/floor" } }
  local words = table.concat(case, " "):gsub("%-e $", "-e ''")
  if exists(folder .. "/busybox") and case[1] ~= "lua" then
    contenders[2] = { "busybox", folder .. "/busybox " .. words }
  end
  contenders[#contenders + 1] = { "luabox", luabox .. " " .. words }

  local command = { folder .. "/spawn", tostring(count) }
  for _, contender in ipairs(contenders) do
    command[#command + 1] = "-- " .. contender[2]
  end
  local got = {}
  local output <close> = assert(io.popen(table.concat(command, " ")))
  for _, contender in ipairs(contenders) do
    local median, _, cpu, status = output:read("n", "n", "n", "n")
    got[contender[1]] = { median = median / 1000, cpu = cpu, status = status }
  end
  return got
end

local format = "%-16s %10s %10s %10s %9s %9s  %s\n"
io.write(format:format(
  "start and end", "floor us", "busybox us", "luabox us", "/floor", "/busybox", ""
))
local missed = 0
for _, case in ipairs(CASES) do
  local got = measure(case)
  local function us(name) return got[name] and ("%.1f"):format(got[name].median) or "-" end
  local function ratio(name)
    return got[name] and got.luabox.median / got[name].median
  end
  local note, limit = "", LIMITS[case[1]]
  if limit and ratio(limit[1]) then
    note = ("limit %.1f x %s"):format(limit[2], limit[1])
    if ratio(limit[1]) > limit[2] then
      note, missed = note .. ": MISSED", missed + 1
    end
  end
  if got.luabox.status > 1 or got.luabox.status == 1 and case[1] ~= "false" then
    note = ("luabox ended with %d"):format(got.luabox.status)
  end
  local busybox = ratio("busybox")
  io.write(format:format(table.concat(case, " "), us "floor", us "busybox", us "luabox",
    ("%.2f"):format(ratio "floor"), busybox and ("%.2f"):format(busybox) or "-", note))
end
io.write(("%d of the limits missed\n"):format(missed))
