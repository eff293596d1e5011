-- applets/ps.lua - list processes
--
-- Layer: applet; proc.ps understands the arguments, proc.columns shows a process.
-- Follows procps' ps: scripts everywhere rely on its options, names of columns
-- and form. Exit status 1 when nothing was chosen.

local cli = require "cli"
local S = require "syscall"
local columns = require "proc.columns"
local process = require "proc.process"
local ps = require "proc.ps"

local applet = {
  summary = "list processes: by default, one's own on this terminal",
  usage = "[-AadefFlLTHNw] [-pCuUGgst LIST] [--ppid LIST] [-o COLUMNS] [--sort KEYS] [aux]",
  raw = true,
  json = true,
  options = {
    { "e", false, help = "all processes; also -A" },
    { "a", false, help = "all with a terminal but session leaders" },
    { "d", false, help = "all but session leaders" },
    { "N", "deselect", help = "all that do not fit the choice" },
    { "p", "pid", arg = "LIST", help = "by number; also a plain number" },
    { false, "ppid", arg = "LIST", help = "by the parent's number" },
    { "C", false, arg = "LIST", help = "by the command's name" },
    { "u", "user", arg = "LIST", help = "by effective user, name or number" },
    { "U", "User", arg = "LIST", help = "by real user" },
    { "G", "Group", arg = "LIST", help = "by real group" },
    { false, "group", arg = "LIST", help = "by effective group" },
    { "s", "sid", arg = "LIST", help = "by session; also -g" },
    { "t", "tty", arg = "LIST", help = "by terminal; - is none" },
    { "f", false, help = "full format; -F has more" },
    { "l", false, help = "long format" },
    { "j", false, help = "jobs format" },
    { "o", "format", arg = "COLUMNS", help = "these columns: name, name=HEADER, name:WIDTH" },
    { "O", false, arg = "COLUMNS", help = "these among the usual ones" },
    { "L", false, help = "threads, with LWP; -T: with SPID" },
    { "H", "forest", help = "children below their parents" },
    { "w", false, help = "wide; -ww: as wide as it is" },
    { false, "sort", arg = "KEYS", help = "by columns; -KEY: the greatest first" },
    { false, "no-headers", help = "no first line" },
    { false, "width", arg = "N", help = "cut lines at N columns" },
    { false, "json", help = "print the list as JSON" },
  },
  examples = {
    { "ps aux", "everything, as on BSD" },
    { "ps -ef --forest", "everything, as a tree" },
    { "ps -o pid=,rss=,comm= --sort=-rss -e", "who takes the most memory, for a script" },
  },
}

local JSON_COLUMNS = "pid,ppid,user,uid,stat,tname,pcpu,pmem,vsz,rss,nlwp,lstart,etimes,times," ..
  "comm,args"

-- ---- choosing ----

--- Texts of a list as numbers; names through the function.
local function numbers(list, named)
  local set = {}
  for _, text in ipairs(list) do
    local number = named and named(text) or math.tointeger(tonumber(text))
    if not number then
      cli.usage((named and "no such user or group: " or "not a number: ") .. text)
    end
    set[number] = true
  end
  return set
end

local tests = {}

local function by(field)
  return function(list)
    local set = numbers(list)
    return function(p) return set[p[field]] end
  end
end

tests.pid, tests.ppid, tests.sid = by "pid", by "ppid", by "session"

local function by_id(list_name, at, lookup)
  return function(list)
    local set = numbers(list, function(text) return (require("passwd")[lookup](text)) end)
    return function(p) return set[p[list_name][at]] end
  end
end

tests.euid, tests.ruid = by_id("uids", 2, "uid"), by_id("uids", 1, "uid")
tests.egid, tests.rgid = by_id("gids", 2, "gid"), by_id("gids", 1, "gid")

--- -g means sessions, and groups when it holds names.
function tests.session(list)
  for _, text in ipairs(list) do
    if not text:find("^%d+$") then return tests.egid(list) end
  end
  return tests.sid(list)
end

function tests.comm(list)
  local set = {}
  for _, name in ipairs(list) do set[name:sub(1, 15)] = true end -- the kernel keeps 15 bytes
  return function(p) return set[p.comm] end
end

function tests.tty(list)
  local set = {}
  for _, name in ipairs(list) do
    name = name:gsub("^/dev/", "")
    set[name == "-" and "?" or name] = true
    set["tty" .. name], set["pts/" .. name] = true, true
  end
  return function(p) return set[columns.tty(p)] end
end

--- The function that says whether a process is wished.
local function chooser(wish)
  local picks = {}
  for kind, list in pairs(wish.pick) do picks[#picks + 1] = tests[kind](list) end
  local unix, bsd = wish.unix, wish.bsd
  if unix.A or unix.e or bsd.a and bsd.x then picks[#picks + 1] = function() return true end end
  if unix.a then
    picks[#picks + 1] = function(p) return p.tty ~= 0 and p.session ~= p.pid end
  end
  if unix.d then picks[#picks + 1] = function(p) return p.session ~= p.pid end end
  local own = S.geteuid()
  if bsd.a and not bsd.x then picks[#picks + 1] = function(p) return p.tty ~= 0 end end
  if bsd.x and not bsd.a then picks[#picks + 1] = function(p) return p.uid == own end end
  local tty = (process.get(S.getpid()) or {}).tty
  if bsd.T then picks[#picks + 1] = function(p) return p.tty == tty end end
  if #picks == 0 then
    local bsd_style = next(bsd) and not next(unix)
    picks[1] = function(p)
      return p.uid == own and (p.tty == tty and not bsd_style or bsd_style and p.tty ~= 0)
    end
  end
  return function(p)
    local fits = false
    for _, pick in ipairs(picks) do fits = fits or pick(p) end
    if bsd.r and p.state ~= "R" and p.state ~= "D" then fits = false end
    if unix.N then return not fits end
    return fits
  end
end

local function choose(wish)
  local all, err = process.list()
  if not all then return nil, err end
  local is_wished = chooser(wish)
  local threads = wish.unix.L or wish.unix.T or wish.unix.m or wish.bsd.H or wish.bsd.m
  local chosen = {}
  for _, p in ipairs(all) do
    if is_wished(p) then
      if threads then
        local list = process.threads(p)
        table.move(list, 1, #list, #chosen + 1, chosen)
      else
        chosen[#chosen + 1] = p
      end
    end
  end
  return chosen
end

-- ---- showing ----

local function column_of(spec)
  local column = columns.get(spec.name)
  if not column then
    local near = require("cli_help").nearest_word(columns.names(), spec.name:lower())
    cli.usage("unknown column " .. spec.name .. (near and " (did you mean " .. near .. "?)" or ""))
  end
  column.header = spec.header or column.header
  column.width = spec.width or math.max(column.width, #column.header)
  column.fixed = spec.width
  return column
end

--- The columns of a format: "user=UID;pid,..." has a header for a name.
local function standard_columns(text)
  local list = {}
  for word in text:gmatch("[^,;]+") do
    local name, header = word:match("^([^=]+)=?(.*)$")
    list[#list + 1] = column_of { name = name, header = header ~= "" and header or nil }
  end
  return list
end

local function chosen_columns(wish)
  if #wish.columns == 0 then
    return standard_columns(wish.json and JSON_COLUMNS or ps.format(wish))
  end
  local list = {}
  for i, spec in ipairs(wish.columns) do list[i] = column_of(spec) end
  if wish.extra then -- -O: between the number and the rest
    local usual = standard_columns "pid,s,tname,time,args"
    table.move(usual, 2, #usual, #list + 1, list)
    table.insert(list, 1, usual[1])
  end
  return list
end

local IS_COMMAND = { args = true, cmd = true, command = true, comm = true, ucmd = true,
  ucomm = true }

--- A name too long for its column ends in "+"; numbers may take the next one's room.
local function cell(column, p, prefix, is_last, wish)
  local value = column.value(p)
  if wish.bsd.n and column.name == "user" then value = p.uid end
  local text = column.show(value)
  if prefix and IS_COMMAND[column.name] then text = prefix .. text end
  if column.left and not is_last and #text > column.width then
    local is_name = column.name:find("user$") or column.name:find("group$")
    text = is_name and text:sub(1, column.width - 1) .. "+" or text:sub(1, column.width)
  end
  return text
end

--- Put cells in a line. A cell that is too wide takes the room of the next.
local function join(cells, list)
  local parts, debt = {}, 0
  for i, text in ipairs(cells) do
    local column, is_last = list[i], i == #cells
    local pad = column.width - #text
    local fill = math.max(0, pad - debt)
    debt = math.max(0, debt - math.max(pad, 0)) + math.max(0, -pad)
    if column.left then
      parts[i] = is_last and text or text .. (" "):rep(fill)
    else
      parts[i] = (" "):rep(fill) .. text
    end
  end
  return table.concat(parts, " ")
end

--- How wide a line may be: a terminal's width, else as wide as it is.
local function line_width(wish)
  if wish.columns_wide then return wish.columns_wide end
  if wish.wide > 1 then return nil end
  local size = S.tcgetwinsize(1)
  local width = size and (size.ws_col > 0 and size.ws_col or 80)
  return width and (wish.wide == 1 and math.max(132, width) or width)
end

local function print_table(wish, list, chosen, prefix)
  local width = line_width(wish)
  local function put(line)
    io.write(width and #line > width and line:sub(1, width) or line, "\n")
  end
  local headers, has_header = {}, false
  for i, column in ipairs(list) do
    headers[i] = column.header
    has_header = has_header or column.header ~= ""
  end
  if has_header and not (wish.no_headers or wish.bsd.h) then
    io.write(join(headers, list), "\n")
  end
  for _, p in ipairs(chosen) do
    p.with_environment = wish.bsd.e
    local cells = {}
    for i, column in ipairs(list) do
      cells[i] = cell(column, p, prefix and prefix[p], i == #list, wish)
    end
    put(join(cells, list))
  end
end

local function print_json(list, chosen)
  local json = require "json"
  local objects = json.array {}
  for i, p in ipairs(chosen) do
    local object = {}
    for _, column in ipairs(list) do object[column.name] = column.value(p) end
    objects[i] = object
  end
  io.write(json.encode(objects), "\n")
end

local function sort(chosen, keys)
  local list = {}
  for i, key in ipairs(keys) do
    local sign, name = key:match("^([+-]?)(.*)$")
    list[i] = { column = column_of { name = name }, down = sign == "-" }
  end
  local values, place = {}, {}
  for i, p in ipairs(chosen) do
    place[p], values[p] = i, {}
    for k, key in ipairs(list) do values[p][k] = key.column.value(p) end
  end
  table.sort(chosen, function(a, b)
    for k, key in ipairs(list) do
      local x, y = values[a][k], values[b][k]
      if x ~= y then
        if key.down then return y < x end
        return x < y
      end
    end
    return place[a] < place[b] -- equal ones stay in order
  end)
end

---@param argv string[]
---@return integer|nil status
---@return any err
function applet.run(_, argv)
  local wish = ps.parse(argv)
  if wish.unix.V or wish.bsd.V then
    io.write("ps (luabox) ", require "version", "\n")
    return 0
  end
  local list = chosen_columns(wish)
  local chosen, err = choose(wish)
  if not chosen then return nil, err end
  sort(chosen, wish.sort)
  local prefix
  if wish.forest or wish.bsd.f or wish.unix.H then
    chosen, prefix = require("proc.forest").order(chosen, wish.forest or wish.bsd.f)
  end
  if wish.json then
    print_json(list, chosen)
  else
    print_table(wish, list, chosen, prefix)
  end
  return #chosen > 0 and 0 or 1
end

return applet
