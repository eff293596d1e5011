-- ip/netns_command.lua - `ip netns`: named network namespaces
--
-- Layer: library of ip; calls S. Words and messages are iproute2 6.1's (ip-netns(8)). A name is a
-- file in /run/netns on which the namespace is mounted; it lives as long as that mount.

local S = require "syscall"
local context = require "ip.context"
local netns = require "ip.netns"

local matches, fail = context.matches, context.fail

local DIRECTORY = netns.DIRECTORY
local NSID = netns.NSID
local AF_UNSPEC = 0
local U31 = 0x7fffffff
local CREATE = 0x100 -- IN_CREATE, inotify(7)

local command = {}

local USAGE = [[
Usage:	ip netns list
	ip netns add NAME
	ip netns attach NAME PID
	ip netns set NAME NETNSID
	ip [-all] netns delete [NAME]
	ip netns identify [PID]
	ip netns pids NAME
	ip [-all] netns exec [NAME] cmd ...
	ip netns monitor
	ip netns list-id [target-nsid POSITIVE-INT] [nsid POSITIVE-INT]
NETNSID := auto | POSITIVE-INT]]

local function usage() fail(255, USAGE) end

local function path_of(name) return DIRECTORY .. "/" .. name end

local function take_name(words)
  local name = words:take() or fail(1, "No netns name specified")
  if name:find("/", 1, true) or name == "." or name == ".." or #name > 255 then
    fail(255, ('Invalid netns name "%s"'):format(name))
  end
  return name
end

local function open(name, what, status)
  local fd, err = netns.open(name)
  return fd or fail(status or 1, ("Cannot open network namespace%s: %s"):format(
    what and ' "' .. name .. '"' or "", tostring(err)))
end

-- ---- list ----

local function list(ip)
  local out = ip.out
  if not S.access(DIRECTORY, "r") then return 0 end
  out:start()
  for _, name in ipairs(netns.list()) do
    local fd = netns.open(name)
    local answer = fd and ip.connection:get(NSID, { fd = fd:getfd() })
    if fd then fd:close() end
    out:object()
    out:name("name", "%s", name)
    if answer and answer.nsid and answer.nsid >= 0 then out:put("id", " (id: %d)", answer.nsid) end
    out:text("\n")
    out:object_end()
  end
  out:finish()
  return 0
end

--- Print one id.
function command.print_id(ip, message, deleted)
  local out = ip.out
  out:object()
  if deleted then out:put("deleted", "Deleted ", true) end
  out:put("nsid", "nsid %d ", message.nsid)
  if message.current_nsid then out:put("current-nsid", "current-nsid %d ", message.current_nsid) end
  local name = netns.name(ip, message.current_nsid or message.nsid)
  if name then out:name("name", "(iproute2 netns name: %s)", name) end
  out:text("\n")
  out:object_end()
end

local function list_ids(ip, words)
  local values = { family = AF_UNSPEC }
  local only
  while words:peek() do
    local word = words:take()
    if word == "target-nsid" then
      values.target_nsid = words:number(0, U31, '"target-nsid" value is invalid\n')
    elseif word == "nsid" then
      only = words:number(0, U31, '"nsid" value is invalid\n')
    else
      fail(255, ('Error: argument "%s" is wrong: unknown command'):format(word))
    end
  end
  ip.out:start()
  local answer, err
  if only then
    values.nsid = only
    answer, err = ip.connection:get(NSID, values)
    if answer then command.print_id(ip, answer) end
  else
    answer, err = ip.connection:dump(NSID, values, function(message)
      command.print_id(ip, message)
    end)
  end
  ip.out:finish()
  return answer and 0 or ip:refused(err)
end

-- ---- add, attach, delete, set ----

-- The directory's mounts must reach other mount namespaces, so that a name that is deleted here is
-- gone there as well: it is a shared mount of its own.
local function make_directory()
  local ok, err = S.mkdir(DIRECTORY, "0755")
  if not ok and not err.EXIST then
    fail(1, ('mkdir %s failed: %s'):format(DIRECTORY, tostring(err)))
  end
  ok, err = S.mount("none", DIRECTORY, "none", "shared, rec")
  if not ok and err.INVAL then
    ok, err = S.mount(DIRECTORY, DIRECTORY, "none", "bind, rec")
    if not ok then
      fail(1, ("mount --bind %s %s failed: %s"):format(DIRECTORY, DIRECTORY, tostring(err)))
    end
    ok, err = S.mount("none", DIRECTORY, "none", "shared, rec")
  end
  if not ok then
    fail(1, ("mount --make-shared %s failed: %s"):format(DIRECTORY, tostring(err)))
  end
end

local function make_name(name, source)
  make_directory()
  local path = path_of(name)
  local file, err = S.open(path, "rdonly, creat, excl, cloexec", 0)
  if not file then
    fail(1, ('Cannot create namespace file "%s": %s'):format(path, tostring(err)))
  end
  file:close()
  local ok
  ok, err = S.mount(source, path, "none", "bind")
  if not ok then
    S.unlink(path)
    fail(1, ("Bind %s -> %s failed: %s"):format(source, path, tostring(err)))
  end
  return 0
end

local function add(_, words)
  local name = take_name(words)
  -- our own namespace is left in a child, not here: a batch goes on in it
  local _, _, reader, writer = assert(S.pipe2("cloexec"))
  local pid = assert(S.fork())
  if pid == 0 then
    local ok, err = S.unshare("newnet")
    writer:write(ok and "+" or tostring(err))
    reader:close()
    S.pause()
    S._exit(0)
  end
  writer:close()
  local answer = reader:read(nil, 256)
  local ran, result = true, nil
  if answer == "+" then ran, result = pcall(make_name, name, ("/proc/%d/ns/net"):format(pid)) end
  S.kill(pid, "kill")
  S.waitpid(pid)
  reader:close()
  if answer ~= "+" then
    fail(1, ("Failed to create a new network namespace \"%s\": %s"):format(name, answer or ""))
  end
  if not ran then error(result, 0) end
  return result
end

local function attach(_, words)
  local name = words:take()
  local pid = words:take()
  if not name or not pid then fail(1, "No netns name and PID specified") end
  if not pid:find("^%d+$") then fail(1, "Invalid PID: " .. pid) end
  words.at = words.at - 2
  take_name(words)
  return make_name(name, ("/proc/%s/ns/net"):format(pid))
end

local function delete_one(name)
  local path = path_of(name)
  S.umount(path, "detach")
  local ok, err = S.unlink(path)
  if ok then return 0 end
  fail(1, ('Cannot remove namespace file "%s": %s'):format(path, tostring(err)))
end

local function delete(ip, words)
  if not words:peek() and ip.all then
    for _, name in ipairs(netns.list()) do delete_one(name) end
    return 0
  end
  return delete_one(take_name(words))
end

local function set(ip, words)
  local name = take_name(words)
  local text = words:take() or fail(1, "No nsid specified")
  local id = -1
  if text ~= "auto" then
    id = context.integer(text)
    if not id or id < 0 or id > U31 then context.invalid(text, 'Invalid "netnsid" value') end
  end
  local fd <close> = open(name, true)
  return ip:change(NSID, "new", { nsid = id, fd = fd:getfd() })
end

-- ---- processes ----

-- What tells namespaces apart.
local function identity(path)
  local st = S.stat(path)
  return st and st.dev.device .. ":" .. st.ino
end

local function identify(ip, words)
  local pid = words:take()
  if words:peek() then fail(1, "extra arguments specified") end
  if pid and not pid:find("^%d+$") then
    fail(1, ("Specified string '%s' is not a pid"):format(pid))
  end
  local path = ("/proc/%s/ns/net"):format(pid or "self")
  local st, err = S.stat(path)
  if not st then
    fail(1, "Cannot open network namespace: " .. tostring(err))
  end
  local own, found = identity(path), ""
  for _, name in ipairs(netns.list()) do
    if identity(path_of(name)) == own then
      found = name
      break
    end
  end
  ip.out:name(nil, "%s\n", found)
  return 0
end

local function pids(ip, words)
  local name = take_name(words)
  open(name):close()
  local wanted = identity(path_of(name))
  local directory <close> = assert(S.open("/proc", "rdonly, directory, cloexec"))
  for _, entry in ipairs(require("fs.dir").list(directory)) do
    if entry:find("^%d+$") and identity(("/proc/%s/ns/net"):format(entry)) == wanted then
      ip.out:text("%s\n", entry)
    end
  end
  return 0
end

-- Goes into the namespace, with its own view of /sys and the files of /etc/netns/NAME over those
-- of /etc.
local function enter(name)
  local fd <close> = open(name, true, 255)
  local ok, err = S.setns(fd, "newnet")
  if not ok then
    fail(1, ('setting the network namespace "%s" failed: %s'):format(name, tostring(err)))
  end
  ok, err = S.unshare("newns")
  if not ok then fail(1, "unshare failed: " .. tostring(err)) end
  ok, err = S.mount("none", "/", "none", "slave, rec")
  if not ok then fail(1, '"mount --make-rslave /" failed: ' .. tostring(err)) end
  S.umount("/sys", "detach")
  S.mount(name, "/sys", "sysfs")
  local own = S.open("/etc/netns/" .. name, "rdonly, directory, cloexec")
  if not own then return end
  for _, file in ipairs(require("fs.dir").list(own)) do
    local from, to = "/etc/netns/" .. name .. "/" .. file, "/etc/" .. file
    ok, err = S.mount(from, to, "none", "bind")
    if not ok then
      io.stderr:write(("Bind %s -> %s failed: %s\n"):format(from, to, tostring(err)))
    end
  end
  own:close()
end

local function run_in(ip, name, argv)
  enter(name)
  require("ip.exec").replace(ip, argv)
end

local function exec(ip, words)
  local name = not ip.all and (words:take() or fail(1, "No netns name specified"))
  local argv = { table.unpack(words, words.at) }
  if not argv[1] then fail(1, "No command specified") end
  if not ip.all then return run_in(ip, name, argv) end
  for _, each in ipairs(netns.list()) do
    ip.out:text("\nnetns: %s\n", each)
    ip.out:flush()
    io.stdout:flush()
    local pid = assert(S.fork())
    if pid == 0 then
      local _, err = pcall(run_in, ip, each, argv)
      local failure = context.failure(err)
      io.stderr:write(failure and failure.message or tostring(err), "\n")
      S._exit(1)
    end
    S.waitpid(pid)
  end
  return 0
end

local function monitor(ip)
  make_directory()
  local watch = assert(S.inotify_init("cloexec"))
  local ok, err = S.inotify_add_watch(watch, DIRECTORY, "create, delete")
  if not ok then fail(1, "inotify_add_watch failed: " .. tostring(err)) end
  while true do
    local events
    events, err = S.inotify_read(watch)
    if not events then fail(1, "read failed: " .. tostring(err)) end
    for _, event in ipairs(events) do
      ip.out:name(nil, event.mask & CREATE ~= 0 and "add %s\n" or "delete %s\n", event.name)
    end
    ip.out:flush()
    if not io.stdout:flush() then return 1 end
  end
end

local VERBS = { { "list-id", list_ids }, { "help", usage }, { "add", add }, { "set", set },
  { "delete", delete }, { "identify", identify }, { "pids", pids }, { "exec", exec },
  { "monitor", monitor }, { "attach", attach } }

--- `ip netns ...`
---@param ip ip.Context
---@param words ip.Words
---@return integer status
function command.run(ip, words)
  local verb = words:take()
  if not verb or matches(verb, "list") or matches(verb, "show") or matches(verb, "lst") then
    return list(ip)
  end
  for _, entry in ipairs(VERBS) do
    if matches(verb, entry[1]) then return entry[2](ip, words) end
  end
  fail(255, ('Command "%s" is unknown, try "ip netns help".'):format(verb))
end

return command
