-- tests/applets/svlogd.lua - rotated folders, beside runit's where it is

local t = require "test"
local S = require "syscall"
local eventually = require "eventually"
local logdir = require "runit.logdir"

local base = t.tmp()
local number = 0

local function folder(config)
  number = number + 1
  local path = base .. "/" .. number
  S.mkdir(path, "0755")
  if config then t.write(path .. "/config", config) end
  return path
end

local function contents(path)
  local names = {}
  for name in io.popen("ls -A '" .. path .. "'"):lines() do
    if name ~= "lock" and name ~= "config" and name ~= "state" then names[#names + 1] = name end
  end
  local all = {}
  for i, name in ipairs(names) do
    local file <close> = io.open(path .. "/" .. name) -- it may have another name by now
    all[i] = file and file:read("a") or ""
  end
  return names, table.concat(all)
end

local function lines(count)
  local list = {}
  for i = 1, count do list[i] = ("line %04d"):format(i) end
  return table.concat(list, "\n") .. "\n"
end

for pattern, want in pairs {
  ["a*"] = { "a", "abc" }, ["*: tcp*"] = { ": tcp", "web: tcp 1" }, ["a.b"] = { "a.b" },
} do
  for _, text in ipairs(want) do
    t.ok(text:find(logdir.pattern(pattern)), pattern .. " matches " .. text)
  end
end
t.ok(not ("xa"):find(logdir.pattern "a*") and not ("axb"):find(logdir.pattern "a.b"), "and no more")

local function run(program, args, path, input)
  local argv = { "svlogd", table.unpack(args) }
  argv[#argv + 1] = path
  return t.execute(argv, { program = program, stdin = input })
end

local function cases(what, program)
  local path = folder()
  t.is(run(program, {}, path, "one\ntwo\nhalf").status, 0, what .. ": ends with its input")
  local names, text = contents(path)
  -- runit's forgets a last line without a newline
  t.is({ names, text }, { { "current" }, "one\ntwo\n" .. (program and "" or "half\n") },
    what .. ": current has it")

  path = folder "s200\nn2\n"
  run(program, {}, path, lines(100))
  names, text = contents(path)
  t.is(#names, 3, what .. ": two old files are kept")
  t.ok(names[1]:find("^@4000%x+%.s$"), what .. ": named by TAI64N", names[1])
  t.ok(text:find("line 0100\n$"), what .. ": the newest lines are there")

  path = folder "-*debug*\n+*debug: keep*\n"
  run(program, {}, path, "a\nb debug\nx debug: keep me\n")
  t.is(select(2, contents(path)), "a\nx debug: keep me\n", what .. ": lines are selected")

  path = folder "pweb: \n"
  run(program, { "-tt" }, path, "hi\n")
  text = select(2, contents(path))
  t.ok(text:find("^%d%d%d%d%-%d%d%-%d%d_%d%d:%d%d:%d%d%.%d%d%d%d%d web: hi\n$"),
    what .. ": -tt and a prefix", text)
  path = folder()
  run(program, { "-t", "-r", "?" }, path, "a\1b\n")
  text = select(2, contents(path))
  t.ok(text:find("^@%x+ a%?b\n$"), what .. ": -t -r", text)

  path = folder()
  run(program, { "-r", "_" }, path, "a\tb\n")
  t.is(select(2, contents(path)), "a_b\n", what .. ": a tab is not printable")
  t.is(S.stat(path .. "/current").mode & tonumber("777", 8), tonumber("744", 8),
    what .. ": the mode of what is complete")

  local long = ("x"):rep(3000)
  path = folder "e*y*\n"
  local got = run(program, { "-l", "40" }, path, long .. "\n" .. "y" .. long .. "\n")
  t.is(select(2, contents(path)), long .. "\ny" .. long .. "\n", what .. ": nothing is cut")
  t.is(got.err, "y" .. long:sub(1, 39) .. "...\n", what .. ": a long alert")

  path = folder "pweb: \ne*\nE*fine*\n-*secret*\n"
  got = run(program, {}, path, "one\nall fine\na secret\n")
  t.is({ got.err, select(2, contents(path)) },
    { "web: one\nweb: a secret\n", "web: one\nweb: all fine\n" },
    what .. ": alerts go to standard error, too")

  path = folder "-a+bc*\n"
  run(program, {}, path, "abbbc\nac\nb\n")
  t.is(select(2, contents(path)), "ac\nb\n", what .. ": plus is one or more")

  path = folder "s100\n!cat; cat <&4 >&2; echo again >&5\n"
  got = run(program, {}, path, lines(40))
  t.ok(got.err:find("^again\n"), what .. ": a processor hands on its state", got.err)
end

cases("ours")

local theirs = t.find "svlogd"
if theirs then cases("runit's", theirs) else t.skip_one("beside runit's", "needs svlogd") end

-- ALRM rotates, TERM ends it
local path = folder()
local _, _, r, w = assert(S.pipe2("cloexec"))
local pid = S.spawn {
  "luabox", "svlogd", path, path = t.binary, fds = { [0] = r, [1] = 1, [2] = 2 },
}
r:close()
w:write("first\n")
t.ok(eventually(function() return select(2, contents(path)) == "first\n" end), "a line")
S.kill(pid, "alrm")
t.ok(eventually(function() return #contents(path) == 2 end), "ALRM rotates")
S.kill(pid, "term")
local _, _, status = S.waitpid(pid)
t.is(status.EXITSTATUS, 0, "TERM ends it")
t.run({ "svlogd", base .. "/none" }, { status = 111, err = t.match "no functional log dir" })

-- u and U: by UDP, without a stamp; runit's own sends to nobody here
t.netns(function()
  require("nl").interface("lo"):up()
  local socket = assert(S.socket("inet", "dgram, cloexec"))
  assert(socket:bind(S.t.sockaddr_in(5514, "127.0.0.1")))
  local logs = folder "U127.0.0.1:5514\npweb: \n-no*\n"
  run(nil, { "-tt", "-l", "5" }, logs, "no\nlonger\n")
  S.poll(S.t.pollfds { { fd = socket, events = "in" } }, 30000)
  assert(socket:nonblock())
  t.is({ socket:read(nil, 100), select(2, contents(logs)) }, { "web: longe", "" },
    "sent by UDP only")
end)
