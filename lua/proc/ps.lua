-- proc/ps.lua - the arguments of ps understood: what to choose, what to show
--
-- Layer: library, pure but for names of users. Three styles are mixed, as
-- procps' ps takes them: -e -o pid (UNIX), aux (BSD), --pid (GNU).

local cli = require "cli"

local ps = {}

---@class proc.ps.Wish
---@field pick table<string, table> kind -> list of texts: pid, ppid, sid, ruid, euid ...
---@field all boolean?
---@field bsd table<string, true> letters in BSD style
---@field unix table<string, true> letters in UNIX style
---@field columns { name: string, header: string?, width: integer? }[]
---@field sort string[]
---@field wide integer how often w was given

--- Letters that take a list, and what it chooses by.
local UNIX_LISTS = { C = "comm", G = "rgid", U = "ruid", g = "session", p = "pid", q = "pid",
  s = "sid", t = "tty", u = "euid" }
local BSD_LISTS = { U = "euid", p = "pid", q = "pid", t = "tty" }
local UNIX_FLAGS = "AaNdefFjlyHLTwcVPMZmn"
local BSD_FLAGS = "aegfhjluvwxcHLTrsSmnXZOV"
local LONG_LISTS = { Group = "rgid", User = "ruid", group = "egid", pid = "pid",
  ["quick-pid"] = "pid", ppid = "ppid", sid = "sid", tty = "tty", user = "euid" }

local function add_list(wish, kind, text)
  local list = wish.pick[kind] or {}
  wish.pick[kind] = list
  for word in text:gmatch(kind == "comm" and "[^,]+" or "[^,%s]+") do list[#list + 1] = word end
  if #list == 0 then cli.usage("the list is empty") end
end

--- "pid,user:20,args=,comm=NAME": a header ends at the comma, as procps has it;
--- POSIX gives it the rest.
local function add_columns(wish, text)
  for word in text:gmatch("[^,]+") do
    local spec, mark, header = word:match("^([^=]*)(=?)(.*)$")
    for part in spec:gmatch("%S+") do
      local name, width = part:match("^(.-):(%d+)$")
      wish.columns[#wish.columns + 1] = {
        name = name or part, width = math.tointeger(tonumber(width)),
        header = mark == "=" and header or nil,
      }
    end
  end
end

local function add_sort(wish, text)
  for word in text:gmatch("[^,%s]+") do wish.sort[#wish.sort + 1] = word end
end

--- The value of a letter: what follows it, or the next argument.
local function value_of(argv, i, rest, letter)
  if rest ~= "" then return rest, i end
  if not argv[i + 1] then cli.usage("option " .. letter .. " needs a list") end
  return argv[i + 1], i + 1
end

local function parse_letters(wish, argv, i, style)
  local is_unix = style == "unix"
  local text = is_unix and argv[i]:sub(2) or argv[i]
  local lists = is_unix and UNIX_LISTS or BSD_LISTS
  local flags = is_unix and UNIX_FLAGS or BSD_FLAGS
  local at = 1
  while at <= #text do
    local letter, rest = text:sub(at, at), text:sub(at + 1)
    local shown = (is_unix and "-" or "") .. letter
    local value
    if letter == "o" or letter == "O" then
      value, i = value_of(argv, i, rest, shown)
      if letter == "O" then wish.extra = true end
      add_columns(wish, value)
      return i
    elseif letter == "k" and not is_unix then
      value, i = value_of(argv, i, rest, shown)
      add_sort(wish, value)
      return i
    elseif lists[letter] then
      value, i = value_of(argv, i, rest, shown)
      add_list(wish, lists[letter], value)
      return i
    elseif flags:find(letter, 1, true) then
      wish[style][letter] = true
      if letter == "w" then wish.wide = wish.wide + 1 end
    else
      cli.usage("unknown option " .. shown)
    end
    at = at + 1
  end
  return i
end

local long = {}

long["deselect"] = function(wish) wish.unix.N = true end
long["forest"] = function(wish) wish.forest = true end
long["json"] = function(wish) wish.json = true end
for _, name in ipairs { "no-headers", "no-heading", "no-headings", "noheader", "noheaders",
  "noheading", "noheadings" } do
  long[name] = function(wish) wish.no_headers = true end
end
for _, name in ipairs { "headers", "heading", "headings", "header", "cumulative", "info" } do
  long[name] = function() end
end

local long_values = {}

function long_values.format(wish, value) add_columns(wish, value) end
function long_values.sort(wish, value) add_sort(wish, value) end
for _, name in ipairs { "cols", "columns", "width" } do
  long_values[name] = function(wish, value)
    wish.columns_wide = math.tointeger(tonumber(value)) or cli.usage("--" .. name .. ": a number")
  end
end
for _, name in ipairs { "rows", "lines" } do long_values[name] = function() end end
for name, kind in pairs(LONG_LISTS) do
  long_values[name] = function(wish, value) add_list(wish, kind, value) end
end

local function parse_long(wish, argv, i)
  local name, value = argv[i]:match("^%-%-([^=]+)=?(.*)$")
  local has_value = argv[i]:find("=", 1, true)
  if long[name] then
    long[name](wish)
  elseif long_values[name] then
    if not has_value then
      i = i + 1
      value = argv[i] or cli.usage("option --" .. name .. " needs a value")
    end
    long_values[name](wish, value)
  else
    local names = {}
    for known in pairs(long) do names[#names + 1] = known end
    for known in pairs(long_values) do names[#names + 1] = known end
    table.sort(names)
    local near = require("cli_help").nearest_word(names, tostring(name))
    cli.usage("unknown option " .. argv[i] .. (near and " (did you mean --" .. near .. "?)" or ""))
  end
  return i
end

--- "ps -aux" is meant as "ps aux", unless there is a user called x.
local function is_bsd_with_hyphen(text)
  local user = text:match("^%-%l*u(x%l*)$")
  return user and not require("passwd").user(user)
end

---@param argv string[]
---@return proc.ps.Wish
function ps.parse(argv)
  local wish = { pick = {}, bsd = {}, unix = {}, columns = {}, sort = {}, wide = 0 }
  local i = 1
  while i <= #argv do
    local arg = argv[i]
    if arg:find("^%-%-.") then
      i = parse_long(wish, argv, i)
    elseif is_bsd_with_hyphen(arg) then
      argv[i] = arg:sub(2)
      i = parse_letters(wish, argv, i, "bsd")
    elseif arg:find("^%-.") then
      i = parse_letters(wish, argv, i, "unix")
    elseif arg:find("^%d[%d,]*$") then
      add_list(wish, "pid", arg)
    elseif arg ~= "" and arg ~= "-" and arg ~= "--" then
      i = parse_letters(wish, argv, i, "bsd")
    end
    i = i + 1
  end
  return wish
end

-- ---- what is shown ----

--- The formats without -o; "=" would be a header of its own.
---@param wish proc.ps.Wish
---@return string list of columns
function ps.format(wish)
  local unix, bsd = wish.unix, wish.bsd
  local threads = unix.L and "lwp," or unix.T and "spid," or ""
  local command = bsd.c and "comm" or "args"
  if bsd.u then
    return "user,pid," .. threads .. "pcpu,pmem,vsz,rss,tname,stat,start_time,bsdtime," .. command
  elseif bsd.l then
    return "f,uid,pid," .. threads .. "ppid,priority,ni,vsz,rss,wchan,stat,tname,bsdtime," ..
      command
  elseif bsd.j then
    return "ppid,pid," .. threads .. "pgid,sid,tname,tpgid,stat,uid,bsdtime," .. command
  elseif bsd.v then
    return "pid,tname,stat,bsdtime,maj_flt,trs,drs,rss,pmem," .. command
  elseif bsd.s then
    return "uid,pid," .. threads .. "pending,blocked,ignored,caught,stat,tname,bsdtime," .. command
  end
  if unix.l and unix.f then
    return "f,s,user=UID;pid," .. threads .. "ppid,c,opri,ni,addr_sz,wchan,stime,tname,time,cmd"
  elseif unix.l then
    if unix.y then -- the memory it has instead of flags and address
      return "s,uid,pid," .. threads .. "ppid,c,opri,ni,rss,sz,wchan,tname,time,ucmd"
    end
    return "f,s,uid,pid," .. threads .. "ppid,c,opri,ni,addr_sz,wchan,tname,time,ucmd"
  elseif unix.F then
    return "user=UID;pid,ppid," .. threads .. "c,sz,rss,psr,stime,tname,time,cmd"
  elseif unix.f and unix.j then
    return "user=UID;pid,ppid,pgid,sid," .. threads .. "c,stime,tname,time,cmd"
  elseif unix.f then
    return unix.L and "user=UID;pid,ppid,lwp,c,nlwp,stime,tname,time,cmd" or
      "user=UID;pid," .. threads .. "ppid,c,stime,tname,time,cmd"
  elseif unix.j then
    return "pid,pgid,sid," .. threads .. "tname,time,ucmd"
  end
  if next(bsd) then
    return "pid," .. threads .. "tname,stat,bsdtime," .. command
  end
  return "pid," .. threads .. "tname,time,ucmd"
end

return ps
