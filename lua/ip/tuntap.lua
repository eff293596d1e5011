-- ip/tuntap.lua - `ip tuntap`: devices whose packets a program reads and writes
--
-- Layer: library of ip; calls S and net.tun. Words, form and messages are iproute2 6.1's.

local S = require "syscall"
local context = require "ip.context"
local schema = require "nl.schema.link"
local tun = require "net.tun"

local matches, fail = context.matches, context.fail

local TUN, TAP, NO_PI, ONE_QUEUE, VNET_HDR, MULTI_QUEUE, EXCLUSIVE =
  0x1, 0x2, 0x1000, 0x2000, 0x4000, 0x100, 0x8000
local PERSIST, NO_FILTER = 0x800, 0x1000 -- in what sysfs tells

local tuntap = {}

local function usage()
  fail(255, [[
Usage: ip tuntap { add | del | show | list | lst | help } [ dev PHYS_DEV ]
       [ mode { tun | tap } ] [ user USER ] [ group GROUP ]
       [ one_queue ] [ pi ] [ vnet_hdr ] [ multi_queue ] [ name NAME ]

Where: USER  := { STRING | NUMBER }
       GROUP := { STRING | NUMBER }]])
end

-- A user or group by name or number.
local function take_id(words, what)
  local text = words:value()
  local number = text:find("^%d+$") and math.tointeger(tonumber(text))
  if number then return number end
  local passwd = require "passwd"
  local entry = passwd[what](text)
  return entry and (entry.uid or entry.gid) or fail(255, ('invalid %s "%s"'):format(what, text))
end

local function take_name(words, word, key)
  if not context.is_link_name(word) then
    context.invalid(word, ('"%s" not a valid ifname'):format(key))
  end
  return word
end

local function read(words)
  local what = { flags = NO_PI, name = "" }
  while words:peek() do
    local word = words:take()
    if matches(word, "mode") then
      local mode = words:value()
      if matches(mode, "tun") then
        if what.mode == TAP then fail(255, "You managed to ask for more than one tunnel mode.") end
        what.mode = TUN
      elseif matches(mode, "tap") then
        if what.mode == TUN then fail(255, "You managed to ask for more than one tunnel mode.") end
        what.mode = TAP
      else
        fail(255, ('Unknown tunnel mode "%s"'):format(mode))
      end
    elseif word == "user" then
      what.user = take_id(words, "user")
    elseif word == "group" then
      what.group = take_id(words, "group")
    elseif word == "pi" then
      what.flags = what.flags & ~NO_PI
    elseif word == "one_queue" then
      what.flags = what.flags | ONE_QUEUE
    elseif word == "vnet_hdr" then
      what.flags = what.flags | VNET_HDR
    elseif word == "multi_queue" then
      what.flags = what.flags | MULTI_QUEUE
    elseif matches(word, "dev") then
      what.name = take_name(words, words:value(), "dev")
    else
      if word == "name" then
        word = words:value()
      elseif matches(word, "help") then
        usage()
      end
      if what.name ~= "" then context.ambiguous("name", word) end
      what.name = take_name(words, word, "name")
    end
  end
  return what
end

-- The clone device with the tunnel on it; messages name the call, as perror(3) does.
local function attach(what, flags)
  if not what.mode then fail(1, "You failed to specify a tunnel mode") end
  local fd, err, call = tun.attach(what.name, what.flags | what.mode | flags)
  if not fd then
    fail(1, ("%s: %s"):format(call == "open" and call or "ioctl(TUNSETIFF)", tostring(err)))
  end
  return fd
end

local function set(fd, request, value)
  local ok, err = S.ioctl(fd, request, value)
  if not ok then fail(1, ("ioctl(%s): %s"):format(request, tostring(err))) end
end

local function add(_, words)
  local what = read(words)
  local fd <close> = attach(what, EXCLUSIVE)
  if what.user then set(fd, "TUNSETOWNER", what.user) end
  if what.group then set(fd, "TUNSETGROUP", what.group) end
  set(fd, "TUNSETPERSIST", 1)
  return 0
end

local function delete(_, words)
  local fd <close> = attach(read(words), 0)
  set(fd, "TUNSETPERSIST", 0)
  return 0
end

-- ---- show ----

-- tun(4)'s own files; they are those of the namespace that /sys belongs to
local function property(name, key)
  local path = ("/sys/class/net/%s/%s"):format(name, key)
  local file <close>, err = io.open(path)
  if file then return math.tointeger(tonumber((file:read("l")))) end
  io.stderr:write(("fopen %s: %s\n"):format(path, (err:gsub("^.-: ", ""))))
end

local WORDS = { { ONE_QUEUE, "one_queue" }, { VNET_HDR, "vnet_hdr" },
  { MULTI_QUEUE, "multi_queue" }, { PERSIST, "persist" } }

local function print_flags(out, flags)
  local rest = flags & ~(TUN | TAP | NO_PI | ONE_QUEUE | VNET_HDR | MULTI_QUEUE | PERSIST)
  out:array("flags", " ")
  local list = {}
  if flags & TUN ~= 0 then list[1] = "tun" end
  if flags & TAP ~= 0 then list[#list + 1] = "tap" end
  if flags & NO_PI == 0 then list[#list + 1] = "pi" end
  for _, word in ipairs(WORDS) do
    if flags & word[1] ~= 0 then list[#list + 1] = word[2] end
  end
  if flags & NO_FILTER == 0 then list[#list + 1] = "filter" end
  for i, word in ipairs(list) do
    out:json(nil, word)
    out:text(i < #list and "%s " or "%s", word)
  end
  if rest ~= 0 then
    out:json(nil, ("%x"):format(rest))
    out:text(" UNKNOWN_FLAGS:%x", rest)
  end
  out:array_end()
end

-- Processes that have the device open: their fdinfo names it.
local function print_processes(out, name)
  out:array("processes", "\n\tAttached to processes:")
  local proc <close> = S.open("/proc", "rdonly, directory, cloexec")
  for _, pid in ipairs(proc and require("fs.dir").list(proc) or {}) do
    local folder = pid:find("^%d+$")
      and S.open("/proc/" .. pid .. "/fdinfo", "rdonly, directory, cloexec")
    for _, number in ipairs(folder and require("fs.dir").list(folder) or {}) do
      local file = io.open(("/proc/%s/fdinfo/%s"):format(pid, number))
      local text = file and file:read("a")
      if file then file:close() end
      if text and text:match("\niff:%s*([^\n]*)") == name then
        local comm = io.open("/proc/" .. pid .. "/comm")
        local process = comm and comm:read("l") or "<NULL>"
        if comm then comm:close() end
        out:object()
        out:name("name", " %s", process)
        out:put("pid", "(%d)", math.tointeger(tonumber(pid)))
        out:object_end()
      end
    end
    if folder then folder:close() end
  end
  out:array_end()
end

local function show(ip, words)
  local what = read(words)
  local out = ip.out
  local links, err = ip.connection:dump(schema, { linkinfo = { kind = "tun" } })
  if not links then return ip:refused(err) end
  out:start()
  for _, link in ipairs(links) do
    local name = link.ifname
    local is_tun = link.linkinfo and link.linkinfo.kind == "tun"
    local flags = is_tun and (what.name == "" or what.name == name) and property(name, "tun_flags")
    if flags then
      local owner, group = property(name, "owner"), property(name, "group")
      out:object()
      out:name("ifname", "%s:", name)
      print_flags(out, flags)
      if owner and owner ~= -1 then out:put("user", " user %d", owner) end
      if group and group ~= -1 then out:put("group", " group %d", group) end
      if ip.details then print_processes(out, name) end
      out:text("\n")
      out:object_end()
    end
  end
  out:finish()
  return 0
end

local VERBS = { { "show", show }, { "lst", show }, { "list", show }, { "add", add },
  { "delete", delete } }

--- `ip tuntap ...`
---@param ip ip.Context
---@param words ip.Words
---@return integer status
function tuntap.run(ip, words)
  return context.verb(ip, words, "tuntap", VERBS, usage)
end

return tuntap
