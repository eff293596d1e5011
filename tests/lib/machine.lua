-- machine.lua - a virtual machine with our image, driven over its serial console
--
-- Layer: test library; used by tests/boot. `make test` makes kernel and image beforehand
-- and says in the environment how QEMU starts them: LUABOX_QEMU, LUABOX_APPEND,
-- LUABOX_IMAGE, LUABOX_SMALL_IMAGE. Without these every boot test is a skip.
--
--   local vm <close> = machine.boot { files = { ["etc/luabox/services/x.lua"] = "..." } }
--   vm:expect("x: started")          the console's text from here on; fails the test after
--   vm:prompt()                      a time that no working machine needs
--   t.is(vm:type("=1 + 1"), "2")
--   t.is(vm:poweroff(), 0)
--
-- Services, the prompt and the terminal's echo write to one console, at any time and in any order:
-- an answer is taken from what is left without services' lines and echo, and of texts of several
-- writers none is first (expect_all). What takes a while is awaited, never slept for.

local S = require "syscall"
local t = require "test"
local eventually = require "eventually"

package.path = "initramfs/?.lua;" .. package.path
local cpio = require "cpio"

local PATIENCE = 300 -- seconds; software emulation on a busy machine can be this slow
local PROMPT = "\n> "

local machine = {}
machine.__index = machine

-- a pattern for the text itself
local function plain(text)
  return (text:gsub("%p", "%%%0"))
end

-- The user's files as a second archive: the kernel unpacks one after the other.
local function image_with(files, image)
  local entries = {}
  for path, file in pairs(files) do
    if type(file) == "string" then file = { data = file } end
    entries[#entries + 1] = { path = path, type = "file", mode = tonumber(file.mode or "644", 8),
      data = file.data }
  end
  local path = t.tmp() .. "/initramfs"
  t.write(path, t.read(image) .. cpio.archive(entries))
  return path
end

local NETWORKS = {
  user = { "-netdev", "user,id=n0", "-device", "virtio-net-pci,netdev=n0,romfile=" },
  -- a cable with nobody at the other end
  silent = { "-netdev", "hubport,id=n0,hubid=0", "-device", "virtio-net-pci,netdev=n0,romfile=" },
  none = { "-nic", "none" },
}

---@class machine.Options
---@field files table<string, string|table>? added to the image: path (no leading "/") -> contents,
--- or { data = contents, mode = "755" }
---@field memory string? "512M"
---@field append string? added to the kernel's command line
---@field small boolean? the image of make SMALL=1
---@field disk string? a file that is /dev/vda
---@field network "user"|"silent"|"none"|nil default "user": DHCP gives 10.0.2.15
---@field forward integer? with network = "user": this port of our loopback is its port 22
---@field clock string? what its clock shows at first, "2030-01-31T12:00:00", UTC

--- Start a machine.
---@param options machine.Options?
---@return machine
function machine.boot(options)
  options = options or {}
  local qemu = os.getenv("LUABOX_QEMU")
  if not qemu then t.skip("needs QEMU as `make test` starts it") end

  local argv = {}
  for word in qemu:gmatch("%S+") do argv[#argv + 1] = word end
  t.need(argv[1])
  local function add(...) table.move({ ... }, 1, select("#", ...), #argv + 1, argv) end
  local network = table.pack(table.unpack(NETWORKS[options.network or "user"]))
  if options.forward then
    network[2] = ("%s,hostfwd=tcp:127.0.0.1:%d-:22"):format(network[2], options.forward)
  end
  add(table.unpack(network))
  if options.disk then
    add("-drive", "if=virtio,format=raw,file=" .. options.disk)
  end
  if options.clock then add("-rtc", "base=" .. options.clock) end
  if options.memory then add("-m", options.memory) end
  add("-serial", "stdio", "-monitor", "none")
  add("-initrd", image_with(options.files or {},
    os.getenv(options.small and "LUABOX_SMALL_IMAGE" or "LUABOX_IMAGE")))
  add("-append", os.getenv("LUABOX_APPEND") .. " " .. (options.append or ""))

  local ok, err, input, to_machine = S.pipe2("cloexec")
  t.ok(ok, "pipe", err)
  local ok2, err2, from_machine, output = S.pipe2("cloexec")
  t.ok(ok2, "pipe", err2)
  argv.fds = { [0] = input, [1] = output, [2] = output }
  argv.pdeathsig = "kill"
  local pid = assert(S.spawn(argv))
  input:close()
  output:close()
  return setmetatable({ pid = pid, input = to_machine, output = from_machine, log = "", at = 1,
    said = "", line = "", names = {} }, machine)
end

function machine:__close()
  if self.pid then
    S.kill(self.pid, "kill")
    S.waitpid(self.pid)
    self.pid = nil
  end
  self.input:close()
  self.output:close()
end

-- logd ends its lines with \r\n, which the terminal makes \r\r\n: nobody else's end so. Where it
-- began: at the line's start or behind a prompt; else behind what somebody was just writing.
local NAME = "[%w_.@%-]+"

function machine:before_log(line)
  local prompt, name = line:match("^(>? ?)(" .. NAME .. "): ")
  if name then
    self.names[name] = true
    return prompt
  end
  for at = 1, #line do
    name = line:match("^(" .. NAME .. "): ", at)
    if name and self.names[name] then return line:sub(1, at - 1) end
  end
  return line
end

-- What was said without the lines of services: whole lines to `said`, the last one in `line`.
function machine:sort(piece)
  local kept, raw = "", self.rest and self.rest .. piece or piece
  for line, ending in raw:gmatch("([^\r\n]*)(\r*\n)") do
    if ending == "\r\r\n" then
      self.line = self.line .. self:before_log(line)
    else
      kept = kept .. self.line .. line .. "\n"
      self.line = ""
    end
  end
  self.said = self.said .. kept
  self.rest = raw:match("[^\n]*$")
end

-- One more piece of the console, or nil at its end or the deadline.
function machine:read(deadline)
  local left = deadline - S.clock_gettime("monotonic").time
  if left <= 0 then return nil end
  local fds = S.t.pollfds { { fd = self.output, events = "in" } }
  if S.poll(fds, math.ceil(left * 1000)) == 0 then return nil end
  local piece = self.output:read(nil, 65536)
  if not piece or piece == "" then return nil end
  self.log = self.log .. piece:gsub("\r", "")
  self:sort(piece)
  return true
end

local function deadline_in(seconds)
  return S.clock_gettime("monotonic").time + (seconds or PATIENCE)
end

function machine:fail(what)
  t.ok(false, "console says " .. what)
  io.stderr:write("---- console\n", self.log:sub(-4000), "\n----\n")
  error("the machine did not say " .. what, 0)
end

--- Wait for a Lua pattern on the console, from where the last one ended.
---@param pattern string
---@param seconds number?
---@return string? captures or the whole match
function machine:expect(pattern, seconds)
  local deadline = deadline_in(seconds)
  repeat
    local found = table.pack(self.log:find(pattern, self.at))
    if found[1] then
      self.at = found[2] + 1
      t.ok(true, "console says " .. pattern)
      if found.n > 2 then return table.unpack(found, 3, found.n) end
      return self.log:sub(found[1], found[2])
    end
  until not self:read(deadline)
  self:fail(pattern)
end

--- Wait for all of them, which several writers say in any order.
---@param ... string patterns
function machine:expect_all(...)
  local from, behind = self.at, self.at
  for _, pattern in ipairs { ... } do
    self.at = from
    self:expect(pattern)
    behind = math.max(behind, self.at)
  end
  self.at = behind
end

--- Type a line.
function machine:send(line)
  S.signal("pipe", "ign") -- a machine that has ended is to be told of, not to end us
  if not self.input:write(line .. "\n") then self:fail("anything: it has ended") end
end

-- Wait until look(text) gives something true: of all that was said, services apart.
function machine:hear(look, what, seconds)
  local deadline = deadline_in(seconds)
  repeat
    local found = table.pack(look(self.said .. self.line .. (self.rest or "")))
    if found[1] then return table.unpack(found, 1, found.n) end
  until not self:read(deadline)
  self:fail(what)
end

-- Lines typed at the prompt; `number` is told right before the last one is obeyed.
local MARK = 'io.write("at " .. "%d\\n")'
local QUIET = 'local m = S.tcgetattr(0) m.lflag = m.lflag & ~S.c.LFLAG.ECHO '
  .. 'S.tcsetattr(0, "now", m)'
local asked = 0

-- Behind the prompt that follows a new mark: where that is in what is said. Whatever came before
-- it, other prompts, echoes, messages, is past.
function machine:mark(line, seconds)
  asked = asked + 1
  local number = asked
  local from = #self.said + 1
  self.at = #self.log + 1
  if not self.is_quiet then self:send(QUIET) end
  self.is_quiet = true
  self:send(MARK:format(number))
  if line then self:send(line) end
  return self:hear(function(said)
    local _, stop = said:find(("at %d\n"):format(number), from, true)
    local _, prompt = said:find(PROMPT, stop or #said + 1, true)
    return prompt and prompt + 1
  end, "a prompt at " .. (line or "any time"), seconds)
end

--- Wait until a prompt stands alone, whatever came before it: other prompts, echoes, messages.
function machine:settle(seconds) self:mark(nil, seconds) end

--- Wait for the first prompt.
function machine:prompt(seconds)
  local from = self.at
  self.at = 1
  self:expect(plain(PROMPT), seconds)
  self.at = from
  self:settle(seconds)
end

--- Type a line at the prompt; what it printed. What services say meanwhile can be expected.
---@param line string
---@return string output without its last newline
function machine:type(line)
  if line == "" then return self:settle() end
  local from = self:mark(line)
  return (self:hear(function(said)
    if said:sub(from, from + 1) == "> " then return "" end
    local stop = said:find(PROMPT, from, true)
    return stop and said:sub(from, stop - 1)
  end, "an answer to " .. line))
end

--- Ask until the answer is one that is true.
---@param fn fun(): any
---@param seconds number?
function machine.await(fn, seconds) return eventually(fn, seconds or PATIENCE) end

--- From the initramfs into a root of its own, with this binary and /real.lua for its services.
function machine:switch_root()
  for _, line in ipairs {
    "mkdir /new", "mount -t tmpfs real /new", "mkdir -p /new/sbin /new/etc/luabox/services",
    "cp /init /new/sbin/init", "cp /real.lua /new/etc/luabox/services/real.lua",
  } do
    self:type(line)
  end
  self:send("svc switch-root /new /sbin/init")
  self:expect("luabox: handing over to /sbin/init")
  self:expect("luabox: applying a plan")
  self:settle()
end

--- End the machine from within and collect QEMU.
---@return integer status QEMU's exit status
function machine:poweroff()
  self:send("poweroff")
  return self:wait()
end

--- Wait for QEMU to end by itself.
function machine:wait(seconds)
  local deadline = deadline_in(seconds)
  while self:read(deadline) do end
  local pid, _, status
  repeat -- the console may close a little before the process ends
    pid, _, status = S.waitpid(self.pid, "nohang")
    if pid == 0 then S.nanosleep(0.05) end
  until pid ~= 0 or S.clock_gettime("monotonic").time > deadline
  if pid == 0 then return nil end
  self.pid = nil
  return status.EXITSTATUS
end

return machine
