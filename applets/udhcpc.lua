-- applets/udhcpc.lua - get addresses by DHCP and keep them
--
-- Layer: applet over loop; calls net.dhcp. Options, messages and scripts as busybox's udhcpc,
-- with differences on purpose: without -s the lease is applied here, so no script is needed;
-- without -i every wired link gets a client, also one that appears later; -i may be repeated.

local S = require "syscall"
local mem = require "syscall.mem"
local cli = require "cli"
local dhcp = require "net.dhcp"
local loop = require "loop"
local options = require "net.dhcp.options"
local resolv = require "net.resolv"
local script = require "net.dhcp.script"

local PROBE_MS = 300 -- of -a without a number
local SCRIPT_TIME = 120 -- seconds until a script that hangs is killed
local WORTH_IT = 5 -- seconds without work, to rest meanwhile
local REMEMBERED = 256 * 1024 -- bytes of what is known at rest, at most

local applet = {
  summary = "DHCP client",
  usage = "[-fbqnRoCBSv] [-a[MS]] [-i LINK]... [-s SCRIPT] [-p FILE] [-t N] [-T SECONDS]"
    .. " [-A SECONDS] [-r ADDRESS] [-O OPTION]... [-x OPTION:VALUE]... [-F NAME] [-V VENDOR]"
    .. " [--ready-fd FD]",
  options = {
    { "i", "interface", arg = "LINK", many = true, help = "use this link; all wired ones" },
    { "f", "foreground", help = "stay in the foreground" },
    { "b", "background", help = "go to the background at once if there is no lease" },
    { "q", "quit", help = "exit when a lease was obtained" },
    { "n", "now", help = "exit if no lease is obtained" },
    { "R", "release", help = "give the lease back on exit" },
    { "s", "script", arg = "SCRIPT", help = "run this at each event, and apply nothing here" },
    { "p", "pidfile", arg = "FILE", help = "write the process id there" },
    { "t", "retries", arg = "N", type = "integer", help = "requests until giving up for a while" },
    { "T", "timeout", arg = "SECONDS", type = "number", help = "between requests" },
    { "A", "tryagain", arg = "SECONDS", type = "number", help = "pause after giving up" },
    { "r", "request", arg = "ADDRESS", help = "ask for this address" },
    { "O", "request-option", arg = "OPTION", many = true, help = "ask for an option, too" },
    { "o", "no-default-options", help = "ask only for those of -O" },
    { "x", false, arg = "OPTION:VALUE", many = true, help = "send an option" },
    { "F", "fqdn", arg = "NAME", help = "ask the server to give the host this name in DNS" },
    { "V", "vendorclass", arg = "VENDOR", help = "vendor class to send" },
    { "C", "clientid-none", help = "do not send a client identifier" },
    { "B", "broadcast", help = "ask for broadcast answers" },
    { "a", "arping", arg = "MS", type = "integer", optional = true,
      help = "look for so long whether the address is free; 300" },
    { "S", "syslog", help = "log to syslog as well" },
    { "v", "verbose", help = "tell more" },
    { false, "metric", arg = "N", type = "integer", help = "of the routes" },
    { false, "no-resolver", help = "leave resolv.conf alone" },
    { false, "set-hostname", help = "take the host name that the server gives" },
    { false, "ready-fd", arg = "FD", type = "integer",
      help = "write a newline there when the first lease is applied" },
    { false, "rested", arg = "FD,FD,FD", help = "go on from there; for itself alone" },
  },
  operands = { max = 0 },
  examples = {
    { "udhcpc -i eth0 -n -q", "one lease, or failure" },
    { "udhcpc -f", "all wired links, as a service" },
  },
}

local log_socket

local function log(opts, text)
  io.stderr:write("udhcpc: ", text, "\n")
  if not opts.syslog then return end
  if not log_socket then
    log_socket = S.socket("unix", "dgram, nonblock")
    log_socket:connect(S.t.sockaddr_un("/dev/log")) -- without a logger the sends just fail
  end
  log_socket:send("<30>udhcpc: " .. text) -- daemon.info
end

--- Options to ask for, after -o and -O.
local function parameters(opts)
  local asked = opts.request_option or {}
  if #asked == 0 and not opts.no_default_options then return nil end
  local codes, seen = {}, {}
  local function add(code)
    if not seen[code] then codes[#codes + 1], seen[code] = code, true end
  end
  if not opts.no_default_options then
    for _, code in ipairs(require("net.dhcp.machine").PARAMETERS) do add(code) end
  end
  for _, key in ipairs(asked) do
    local option = options.get(tonumber(key) or key)
    local code = option and option.code or math.tointeger(tonumber(key))
    if not code or code < 1 or code > 254 then cli.usage("unknown option " .. key) end
    add(code)
  end
  return codes
end

--- Bytes of the -x options by code.
local function extra(opts)
  local bytes = {}
  for _, item in ipairs(opts.x or {}) do
    local key, text = item:match("^([^:]+):(.*)$")
    local number = math.tointeger(tonumber(key))
    local option = key and options.get(number or key)
    local kind = option and option.type or number and options.get("vendorinfo").type
    local value = kind and kind.parse and kind.parse(text)
    local code = option and option.code or number
    if value == nil or not code or code < 1 or code > 254 then
      cli.usage("bad option " .. item)
    end
    bytes[code] = kind.encode(value)
  end
  return bytes
end

local function own_hostname()
  local host = S.gethostname()
  local short = host and host:match("^[^.]*")
  local plain = short and short ~= "localhost" and short ~= "(none)"
    and require("net.name").is_host(short)
  return plain and short or nil
end

--- What net.dhcp wants to know, from the command line.
local function settings(opts)
  local sent = extra(opts)
  local one_shot = opts.interface or opts.now or opts.retries or opts.timeout
  return {
    requested = opts.request, parameters = parameters(opts), extra = sent,
    client_id = opts.clientid_none and false or sent[61], broadcast = opts.broadcast,
    hostname = not sent[12] and own_hostname() or nil, fqdn = opts.fqdn, vendor = opts.vendorclass,
    probe_time = opts.arping and (opts.arping == true and PROBE_MS or opts.arping) / 1000,
    -- A person who waits wants an answer soon; a service has the growing intervals of RFC 2131.
    tries = one_shot and (opts.retries or 3), interval = one_shot and (opts.timeout or 3),
    pause = opts.tryagain or 20,
    apply = not opts.script, metric = opts.metric, resolver = not opts.no_resolver,
    set_hostname = opts.set_hostname,
  }
end

local function run_script(opts, event, env)
  for _, key in ipairs { "PATH", "HOME" } do env[key] = os.getenv(key) end
  local pid, err, pidfd = S.spawn { opts.script, event, env = env }
  if not pid then return log(opts, ("%s: %s"):format(opts.script, err)) end
  local fd <close> = pidfd
  local status = loop.child(pid, fd, loop.now() + SCRIPT_TIME)
  if not status then
    S.kill(pid, "kill")
    loop.child(pid, fd)
    log(opts, ("%s: killed, it took too long"):format(opts.script))
  end
end

--- Fork before there is a loop: what epoll knows of signals belongs to the process that told
--- it. The child does everything; the parent stays in the foreground until it hears "b".
---@return integer? status in the parent, when it is to leave
---@return S.fd? tell in the child: how to let the parent go
local function fork_early()
  local _, _, hear, tell = assert(S.pipe())
  local pid = assert(S.fork())
  if pid == 0 then
    S.prctl("set_pdeathsig", "term")
    hear:close()
    return nil, tell
  end
  tell:close()
  if hear:read(nil, 1) == "b" then return 0 end
  local _, _, status = S.waitpid(pid)
  return status and status.EXITSTATUS or 1
end

--- Leave the terminal, once.
local function to_background(state)
  local tell = state.tell
  if not tell then return end
  state.tell = nil
  S.prctl("set_pdeathsig", 0)
  S.setsid()
  local null <close> = S.open("/dev/null", "rdwr")
  for number = 0, 2 do if null then null:dup2(number) end end
  tell:write("b")
  tell:close()
end

-- ---- rest: with a lease there is nothing to do for hours ----

--- Our arguments, as they were given to the first of us.
local function own_arguments()
  local file <close> = io.open("/proc/self/cmdline", "rb")
  local words, found = {}, false
  for word in (file and file:read("a") or ""):gmatch("(%Z*)%z") do
    if found then
      words[#words + 1] = word
    elseif word:match("[^/]*$") == cli.name() then
      found = true
    end
  end
  if words[1] == "--rested" then words = { table.unpack(words, 3) } end
  return found and words or nil
end

--- Have a descriptor outlive exec; its number.
local function kept(fd)
  local number = fd:getfd()
  assert(S.fcntl(number, "setfd", 0))
  return number
end

--- When all clients have time, become `await`, which is nearly nothing: with the links' monitor,
--- a timer for the first deadline, our signals, blocked as they are, and what we know in a memfd.
--- Each of these wakes it, and it runs us again. Comes back where there is work, or no way.
local function rest(state)
  if not state.listed or state.tell or state.opts.quit or state.ending
    or not S.sigpending().isemptyset then
    return
  end
  local list, machines = state.links:at_rest(loop.now() + WORTH_IT)
  local words = list and own_arguments()
  if not words then return end
  local first
  for _, one in ipairs(machines) do
    if one.deadline and one.deadline < (first or math.huge) then first = one.deadline end
  end
  local memory <close> = S.memfd_create("udhcpc", "cloexec")
  local timer <close> = S.timerfd_create("boottime", "nonblock,cloexec")
  if not memory or not timer then return end
  assert(memory:write(require("net.dhcp.rest").encode(list, machines)))
  if first then assert(timer:timerfd_settime("abstime", { 0, first })) end
  local wake, links = kept(timer), kept(state.links.monitor)
  local rested = ("%d,%d,%d%s"):format(kept(memory), wake, links, state.told and ",told" or "")
  S.execve("/proc/self/exe", { "luabox", "await", tostring(wake), tostring(links), "--",
    cli.name(), "--rested", rested, table.unpack(words) }, S.environ())
  S.fcntl(links, "setfd", "cloexec")
end

--- What we knew before we rested; the descriptors have done their duty.
---@return net.dhcp.Rest[]?
local function remembered(text)
  local saved
  for number in text:gmatch("%d+") do
    local fd <close> = S.t.fd(math.tointeger(number))
    local buffer = not saved and S.t.buffer(REMEMBERED)
    local size = buffer and fd:pread(buffer, REMEMBERED, 0)
    if size then saved = require("net.dhcp.rest").decode(mem.string(buffer, size)) end
  end
  return saved
end

---@class applets.udhcpc.State
---@field opts table
---@field finished loop.Queue exit statuses
---@field ending boolean? there is one: no rest any more, though the main task has not seen it yet
---@field tell S.fd? while a parent waits in the foreground

local function finish(state, status)
  state.ending = true
  state.finished:put(status)
end

local function ready(state)
  local opts = state.opts
  if opts.ready_fd and not state.told then
    state.told = true
    S.write(opts.ready_fd, "\n")
    S.close(opts.ready_fd)
  end
  if opts.quit then return finish(state, 0) end
  to_background(state)
end

--- What to do at a client's events.
local function reporter(state, name_of)
  local opts = state.opts
  local function call_script(event, lease, detail)
    if opts.script then
      run_script(opts, event, script.environment(name_of(), lease, { message = detail }))
    end
  end
  local on = {}

  function on.bound(lease)
    log(opts, ("%s: lease of %s obtained from %s, lease time %s"):format(name_of(),
      lease.address, lease.server, lease.duration or "infinite"))
    call_script("bound", lease)
    state.leases = state.leases + 1
    ready(state)
  end

  function on.renew(lease)
    if opts.verbose then
      log(opts, ("%s: lease of %s renewed by %s"):format(name_of(), lease.address, lease.server))
    end
    call_script("renew", lease)
  end

  function on.deconfig(lease, reason)
    log(opts, ("%s: lease of %s %s"):format(name_of(), lease.address, reason))
    call_script("deconfig")
    state.leases = state.leases - 1
  end

  function on.nak(_, reason)
    log(opts, ("%s: request refused%s"):format(name_of(), reason and ": " .. reason or ""))
    call_script("nak", nil, reason)
  end

  function on.fail()
    log(opts, name_of() .. ": no answer from a DHCP server yet")
    call_script("leasefail")
    if state.leases > 0 then return end
    if opts.now then finish(state, 1) elseif opts.background then to_background(state) end
  end

  function on.dark()
    log(opts, name_of() .. ": no carrier yet")
  end

  function on.warning(_, text)
    -- What others send could fill a log.
    if opts.verbose or not text:find("^ignored") then log(opts, name_of() .. ": " .. text) end
  end

  return function(event, lease, detail) on[event](lease, detail) end
end

local function start_client(state, link, saved)
  local client, err
  local config = { saved = saved, idle = function() rest(state) end }
  for key, value in pairs(state.config) do config[key] = value end
  config.on = reporter(state, function() return client.link.name end)
  client, err = dhcp.client(link, config)
  if not client then
    log(state.opts, ("%s: %s"):format(link.name, tostring(err)))
    return nil
  end
  -- Scripts bring the link into a known state before anything else, as they do with busybox.
  if saved then
    state.leases = state.leases + (saved.lease and 1 or 0)
  elseif state.opts.script then
    run_script(state.opts, "deconfig", script.environment(client.link.name))
  end
  return client
end

local function release_all(state)
  for _, client in pairs(state.links.clients) do
    client.task:cancel()
    client:deafen()
    client:perform(client.machine:release(loop.now()))
  end
end

local function obey_signals(state)
  local signals <close> = loop.signals("usr1,usr2,term,int,hup")
  while true do
    local signal = signals:wait()
    if signal == "usr1" or signal == "usr2" then
      for _, client in pairs(state.links.clients) do
        if signal == "usr1" then client:renew() else client:release() end
      end
    elseif signal == "term" or signal == "int" or state.opts.foreground then
      return finish(state, signal == "int" and 130 or 0)
    end
  end
end

local function write_pid(path)
  local file <close> = io.open(path, "w")
  if file then file:write(S.getpid(), "\n") end
end

local function main(opts, tell)
  local links = require "net.dhcp.links"
  local state = { opts = opts, config = settings(opts), finished = loop.queue(), leases = 0,
    tell = tell, told = opts.rested and opts.rested:find("told", 1, true) ~= nil }
  local saved = opts.rested and remembered(opts.rested)
  if opts.pidfile then write_pid(opts.pidfile) end

  local wanted
  if opts.interface then
    wanted = {}
    for _, name in ipairs(opts.interface) do
      wanted[name] = true
      local link, err = require("nl").interface(name)
      if not link then return nil, ("%s: %s"):format(name, err) end
    end
  end
  state.links = links.new(function(message)
    if wanted then return wanted[message.ifname] end
    return links.is_wired(message)
  end, function(link, rested) return start_client(state, link, rested) end, function(client, err)
    log(opts, ("%s: %s"):format(client.link.name, tostring(err)))
    if wanted then finish(state, 1) end
  end, saved)

  local _ <close> = loop.spawn(obey_signals, state) -- first: they are ours before we may rest
  local _ <close> = loop.spawn(function()
    local _, err = state.links:run(function(gone)
      for _, link in ipairs(gone) do
        if state.config.resolver and state.config.apply then resolv.update(link.name) end
      end
      if not next(state.links.clients) and not saved then log(opts, "no wired link yet") end
      state.listed = true
      rest(state)
    end)
    log(opts, "links: " .. tostring(err))
    finish(state, 1)
  end)
  local status = state.finished:get()
  if opts.release then release_all(state) end
  if opts.pidfile then S.unlink(opts.pidfile) end
  return status
end

function applet.run(opts)
  local tell
  if not opts.foreground and not opts.quit and not opts.rested then
    settings(opts) -- wrong usage is told before anything is forked
    local status
    status, tell = fork_early()
    if status then return status end
  end
  return loop.run(main, opts, tell)
end

return applet
