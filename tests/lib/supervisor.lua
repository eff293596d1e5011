-- supervisor.lua - a private PID 1 for a test
--
-- Layer: test library; used by tests/init. Runs `luabox init` as PID 1 of its own pid and mount
-- namespaces, with service files from the test; the test's commands run inside as well.
--
--   supervisor.with({ ["web.lua"] = [[return service { ... }]] }, function(sup)
--     t.is(sup:state("web"), "up")
--   end)

local S = require "syscall"
local t = require "test"

local supervisor = {}
supervisor.__index = supervisor

--- See eventually.lua.
supervisor.eventually = require "eventually"

local number = 0

--- svc with arguments: { status, out, err }.
function supervisor:svc(...) return t.execute { "svc", ... } end

--- What `svc status` knows of a service.
function supervisor:status(name)
  local got = self:svc("status", "--json", name)
  return got.out ~= "" and require("json").decode(got.out) or {}
end

function supervisor:state(name) return self:status(name).state end

--- Wait for a state; the status then, or nil.
function supervisor:reach(name, state)
  return self.eventually(function()
    local status = self:status(name)
    return status.state == state and status
  end)
end

--- All events of the services so far that `svc events` has told, oldest first: it is started by
--- the first call, and PID 1 remembers the last 512. Times are PID 1's own: when it decided.
---@return { at_ms: integer, name: string, state: string, pid: integer?, reason: string? }[]
function supervisor:events()
  local path = self.base .. "/events"
  if not self.follower then
    local out <close> = assert(S.open(path, "wronly, creat, append, cloexec", "0644"))
    self.follower = assert(S.spawn { "luabox", "svc", "events", "--json", "-n", "0",
      path = t.binary, fds = { [0] = 0, [1] = out, [2] = out }, pdeathsig = "kill" })
  end
  local list = {}
  for line in t.read(path):gmatch("([^\n]*)\n") do
    list[#list + 1] = require("json").decode(line)
  end
  return list
end

--- Those after number `from`, when there is one for which `last` is true; else nil.
---@param from integer how many events are old
---@param last fun(event: table): boolean?
function supervisor:events_until(from, last)
  return self.eventually(function()
    local list = table.move(self:events(), from + 1, 1 << 20, 1, {})
    for i, event in ipairs(list) do
      if last(event) then return table.move(list, 1, i, 1, {}) end
    end
  end)
end

--- Memory of PID 1's own in KB, its arena and its stack: pages of the program come and go. Of
--- smaps: it counts what is there, while the sums of /proc/1/status may be late by dozens of pages.
function supervisor.memory()
  local total, shared = 0, false
  for line in t.read("/proc/1/smaps"):gmatch("[^\n]+") do
    local mode = line:match("^%x+%-%x+ ...(.)")
    if mode then shared = mode == "s" and line:find("/memfd:", 1, true) end
    local key, size = line:match("^(%a+):%s+(%d+) kB")
    if key == "Anonymous" or key == "Swap" or shared and key == "Rss" then total = total + size end
  end
  return total
end

--- One case: it has not grown by more than `most` KB since it was `before`.
function supervisor.has_not_grown(before, most, name)
  local now = supervisor.memory()
  if t.read(t.binary):find("__asan_init", 1, true) then
    return t.skip_one(name, "the sanitizer has its own memory in there")
  end
  return t.ok(math.abs(now - before) <= most, name, ("%d -> %d"):format(before, now))
end

--- Is a child of PID 1 on its way out? It gives up its memory before its files: who has seen the
--- end of a pipe of its does not see a command line any more. Or is it the trial of an image that
--- PID 1 has become, without waiting for the trial's end?
local function is_ending()
  for pid in t.read("/proc/1/task/1/children"):gmatch("%d+") do
    local line <close> = io.open("/proc/" .. pid .. "/cmdline")
    local comm <close> = io.open("/proc/" .. pid .. "/comm")
    if line and comm and (line:read("a") == "" or comm:read("l") == "luabox-trial") then
      return true
    end
  end
end

--- What fn says when PID 1 has seen the end of all clients and children that have ended so far, as
--- they came before our own request. (The turn that answers the first may have others to attend to
--- after us, the second comes after all of them.) Our connection is there meanwhile.
function supervisor:settled(fn)
  self.eventually(function() return not is_ending() end)
  local client <close> = assert(self.eventually(function() return self:connect() end))
  for _ = 1, 2 do
    assert(client:send "info\0")
    repeat
      local packet = self.answer(client)
      assert(packet ~= "", "PID 1 does not answer")
    until packet:find("end=", 1, true)
  end
  return fn()
end

--- How many descriptors PID 1 has, but for those of clients and children that are gone.
function supervisor:descriptors()
  return self:settled(function()
    local fd <close> = assert(S.open("/proc/1/fd", "rdonly, directory"))
    return #require("fs.dir").list(fd) - 1 -- that of our connection
  end)
end

--- The pid inside of a process that has this in that file of /proc.
local function find(kind, text)
  local fd <close> = assert(S.open("/proc", "rdonly, directory"))
  for _, pid in ipairs(require("fs.dir").list(fd)) do
    local file <close> = pid:find("^%d+$") and io.open("/proc/" .. pid .. "/" .. kind) or nil
    if file and file:read("a") == text then return math.tointeger(tonumber(pid)) end
  end
end

--- The pid inside of a process of that name, as "luabox-logd"; nil when there is none.
function supervisor.find(name) return find("comm", name .. "\n") end

--- The pid inside of a process with these arguments.
function supervisor.find_command(...)
  return find("cmdline", table.concat({ ... }, "\0") .. "\0")
end

--- Run a shell line inside, where the pids are those of `svc`.
function supervisor:shell(line)
  return t.execute({ "sh", "-c", line }, { program = "/bin/sh" })
end

--- Connect to a socket of the file system; kind in the words of socket(2).
---@return S.fd? fd
---@return S.Error? err
function supervisor.unix(path, kind)
  local fd = assert(S.socket("unix", kind .. ", cloexec"))
  local ok, err = fd:connect(S.t.sockaddr_un(path))
  if ok then return fd end
  fd:close()
  return nil, err
end

--- A client of PID 1 that does not block: at "ctl", or at "info", which is everybody's.
function supervisor:connect(name)
  return self.unix(self.base .. "/run/" .. (name or "ctl"), "seqpacket, nonblock")
end

--- The next packet that such a client is sent.
function supervisor.answer(fd)
  return supervisor.eventually(function() return fd:read(nil, 4096) end) or ""
end

--- Everything the console has got.
function supervisor:log() return t.read(self.log_path) end

--- Wait for a plain text on the console.
function supervisor:says(text)
  return self.eventually(function() return self:log():find(text, 1, true) end) ~= nil
end

function supervisor:signal(name) S.kill(self.pid, name) end

--- Wait for the end of PID 1: its exit code, or nil.
function supervisor:ended(seconds)
  local status = self.eventually(function()
    local pid, _, status = S.waitpid(self.pid, "nohang")
    return pid and pid ~= 0 and status
  end, seconds)
  self.gone = status ~= nil
  return status and status.EXITSTATUS
end

--- A cgroup of its own for a supervisor: of version 2, or with the controller of that name.
local function own_cgroup(controller)
  for _, mount in ipairs { "/sys/fs/cgroup", "/sys/fs/cgroup/unified", "/sys/fs/cgroup/pids" } do
    local fits = S.stat(mount .. "/cgroup.procs") and
      (controller and mount:find(controller, 1, true) or not controller and
      S.stat(mount .. "/cgroup.controllers"))
    if fits then
      local folder = ("%s/luabox-test.%d.%d.%06x"):format(mount, S.getpid(), number,
        math.random(0, 0xffffff))
      if S.mkdir(folder, "0755") then return folder end
    end
  end
end

--- Remove it with all below: what was in there has ended. Without a child: the namespace has no
--- PID 1 any more, and nobody can fork in it.
---@return true? ok
local function remove_cgroup(folder)
  local fd <close> = S.open(folder, "rdonly, directory")
  for _, name in ipairs(fd and require("fs.dir").list(fd) or {}) do
    local st = S.lstat(folder .. "/" .. name)
    if st and st.isdir then remove_cgroup(folder .. "/" .. name) end
  end
  return S.rmdir(folder)
end

--- Another /etc in this mount namespace: these files, and who is who.
local function mount_etc(base, files)
  local etc = base .. "/etc"
  S.mkdir(etc, "0755")
  for _, name in ipairs { "passwd", "group", "nsswitch.conf" } do
    if S.stat("/etc/" .. name) then t.write(etc .. "/" .. name, t.read("/etc/" .. name)) end
  end
  for name, text in pairs(files) do
    for folder in name:gmatch("()/") do S.mkdir(etc .. "/" .. name:sub(1, folder - 1), "0755") end
    t.write(etc .. "/" .. name, text)
  end
  assert(S.mount(etc, "/etc", nil, "bind"))
end

local function start(self, args, closed, bare)
  local log = assert(S.open(self.log_path, "wronly, creat, append", "0644"))
  local null = assert(S.open("/dev/null", "rdonly"))
  local spec = {
    "sh", "-c", (self.cgroup and "echo 0 > " .. self.cgroup .. "/cgroup.procs && " or "") ..
      (bare and "mount -t tmpfs none /dev && " or "") ..
      'mount -t proc proc /proc && exec "$0" init "$@"' ..
      (closed and " <&- >&- 2>&-" or ""), t.binary, "--services",
    self.folder, path = "/bin/sh", fds = { [0] = null, [1] = log, [2] = log },
    pdeathsig = "kill",
  }
  for _, word in ipairs(args or {}) do spec[#spec + 1] = word end
  self.pid = assert(S.spawn(spec))
  log:close()
  null:close()
end

--- Run fn with a PID 1 that supervises these files.
---@param files table<string, string> name -> text
---@param fn fun(sup: table)
---@param options { args: string[]?, env: table?, wait: boolean?, cgroup: boolean|string|nil,
---  network: boolean|string|nil, closed: boolean?, bare: boolean?, etc: table<string, string>?,
---  before: fun()? }? closed: without
---  standard streams. bare: without anything in /dev. cgroup: one
---  of its own, of version 2 (true) or the controller of that name, where the machine has such;
---  sup.cgroup is the folder. network: a network namespace, too; "lo": with its loopback up.
---  etc: files of an /etc that has no others but those of users. before: called inside, before
---  PID 1 is there
function supervisor.with(files, fn, options)
  options = options or {}
  t.need_root()
  number = number + 1
  S.umask("022") -- services of other users, too, enter these folders
  S.chmod(t.tmp(), "0755")
  local base = t.tmp() .. "/" .. number
  S.mkdir(base, "0755")
  S.mkdir(base .. "/services", "0755")
  for name, text in pairs(files) do t.write(base .. "/services/" .. name, text) end
  local namespaces = "newpid, newns" .. (options.network and ", newnet" or "")
  t.isolated(namespaces, function()
    local self = setmetatable({
      base = base, folder = base .. "/services", log_path = base .. "/console",
    }, supervisor)
    S.setenv("LUABOX_RUN", base .. "/run")
    S.setenv("LC_ALL", "C") -- what programs of the host say is compared
    for name, value in pairs(options.env or {}) do S.setenv(name, value) end
    if options.network == "lo" then require("nl").interface("lo"):up() end
    if options.etc then mount_etc(base, options.etc) end
    if options.before then options.before() end
    self.cgroup = options.cgroup and
      own_cgroup(type(options.cgroup) == "string" and options.cgroup or nil)
    start(self, options.args, options.closed, options.bare)
    if options.wait ~= false then
      local ok = self.eventually(function()
        local got = self:svc("list")
        return got.status == 0 and got.out:find("\n%S")
      end)
      if not ok then t.ok(false, "PID 1 answers", self:log()) end
    end
    local good, err = xpcall(fn, debug.traceback, self)
    if not good then t.ok(false, "test runs to its end", err .. "\n" .. self:log()) end
    -- the end of PID 1 is that of all in the namespace, and waits for it: also for our children
    if not self.gone then S.kill(self.pid, "kill") end
    repeat until not S.waitpid(-1)
    if self.cgroup then self.eventually(function() return remove_cgroup(self.cgroup) end) end
  end)
end

return supervisor
