-- oracle.lua - a rich network, and commands compared with the host's iproute2
--
-- Layer: tests. What counters and timers hold differs from one call to the next: it is blanked.

local eventually = require "eventually"
local json = require "json"
local S = require "syscall"
local t = require "test"

local oracle = {}

local TOOLS = { tc = t.find("tc"), bridge = t.find("bridge"), ip = t.find("ip"), ss = t.find("ss") }

oracle.TOOLS = TOOLS

--- Each line of several, without the blanks around it.
function oracle.each(lines, fn)
  for line in lines:gmatch("[^\n]+") do
    line = line:match("^%s*(.-)%s*$")
    if line ~= "" then fn(line) end
  end
end

-- A command's words, beginning with the tool: ip where none is named. -> argv, the host's program
local function parse(command)
  local argv = {}
  for word in command:gmatch("%S+") do argv[#argv + 1] = word end
  if not TOOLS[argv[1]] or argv[1] == "ip" then table.insert(argv, 1, "ip") end
  return argv, TOOLS[argv[1]]
end

-- A command by the host's own tool.
local function by_host(command, spawn)
  local argv, program = parse(command)
  return t.execute(argv, { program = program, spawn = spawn })
end

--- Run the host's own ip; the test fails when that does.
function oracle.ip(command)
  local got = by_host(command)
  if got.status ~= 0 then t.ok(false, "host's ip " .. command, got.err) end
  return got.out
end

--- The same where it may fail.
---@return { status: integer, out: string, err: string }
function oracle.try(command) return by_host(command) end

-- What the kernel will still change on its own: it takes note of a carrier a while after that has
-- come, only then gives the link its IPv6 address, and that is tentative for a second or two.
local function moves(link)
  local is = {}
  for _, flag in ipairs(link.flags) do is[flag] = true end
  local tentative, own = false, false
  for _, address in ipairs(link.addr_info) do
    tentative = tentative or address.tentative and not address.dadfailed
    own = own or address.family == "inet6" and address.scope == "link"
  end
  if tentative then return true end
  if not (is.UP and is.LOWER_UP) or is.LOOPBACK then return false end
  if link.operstate == "DOWN" then return true end
  local function setting(name)
    local file <close> = io.open(("/proc/sys/net/ipv6/conf/%s/%s"):format(link.ifname, name))
    return file and file:read("n")
  end
  return not own and link.link_type == "ether" and not (is.MASTER or is.SLAVE or is.NOARP)
    and setting("disable_ipv6") == 0 and setting("addr_gen_mode") == 0
end

--- Wait until links have their state and their addresses: it changes what is shown.
function oracle.settle()
  eventually(function()
    for _, link in ipairs(json.decode(oracle.ip("-j addr"))) do
      if link.ifname and moves(link) then return false end
    end
    return true
  end, 30)
end

-- Before another attempt, longer each time: what the kernel does then may take it a second.
local function pause(attempt) S.nanosleep(math.min(0.01 * 2 ^ attempt, 1)) end

--- Links, addresses, routes, neighbours and rules of many kinds, made by the host's ip.
function oracle.network()
  for command in ([[
    link set lo up
    link add eth0 type veth peer name eth1
    link add br0 type bridge
    link add vx0 type vxlan id 42 remote 10.0.0.9 dstport 4789 dev eth0
    link add vx6 type vxlan id 43 group ff05::1 dev eth0 ttl 7 nolearning srcport 5 9
    link add mv0 link eth0 type macvlan mode bridge
    link add ifb0 type ifb
    tuntap add tap0 mode tap
    tuntap add tun0 mode tun
    link set eth1 master br0
    link set eth0 up
    link set eth1 up
    link set br0 up
    link set eth0 alias uplink
    link property add dev eth0 altname lan0
    addr add 10.0.0.1/24 brd + dev eth0
    addr add 10.0.0.2/24 dev eth0 label eth0:1
    addr add 192.168.9.1 peer 192.168.9.2/32 dev eth0 valid_lft 3000 preferred_lft 1000
    addr add fd00::1/64 dev eth0 nodad
    addr add 10.9.0.1/16 dev br0 scope link metric 77
    route add default via 10.0.0.254
    route add 10.5.0.0/16 via 10.0.0.254 metric 100 proto static src 10.0.0.1 mtu 1400
    route add blackhole 10.6.0.0/16
    route add unreachable 10.7.0.0/16 metric 5
    route add 10.8.0.0/16 nexthop via 10.0.0.254 weight 2 nexthop via 10.0.0.253 weight 3
    route add 10.10.0.0/16 dev eth0 table 100
    route add fd01::/32 via fd00::2
    route add default via fd00::2 dev eth0 metric 50
    neigh add 10.0.0.77 lladdr 00:11:22:33:44:55 dev eth0 nud permanent
    neigh add 10.0.0.78 lladdr 00:11:22:33:44:56 dev eth0 nud noarp
    neigh add proxy 10.0.0.79 dev eth0
    neigh add fd00::55 lladdr 00:11:22:33:44:57 dev eth0 nud permanent router
    rule add from 10.1.0.0/16 table 100
    rule add to 10.2.0.1 fwmark 0x5/0xff lookup 5 pref 77
    rule add iif eth0 oif br0 blackhole
    rule add not from 1.2.3.4 prohibit
    rule add ipproto tcp sport 5-9 dport 80 uidrange 1-1000 table 9 suppress_prefixlength 3
    rule add pref 500 goto 32766
    rule add tos 8 table 4 realms 3/4
    -6 rule add from fd00::/16 table 100
  ]]):gmatch("[^\n]+") do
    if command:find("%S") then oracle.ip(command) end
  end
  oracle.settle()
end

local function blank(text)
  return (text:gsub('(%a+_timer"?:?) *[%d.]+', "%1 0")
    :gsub("%f[%d]%d+: new", "N: new") -- the index of what a test makes
    :gsub('"ifindex":%d+', '"ifindex":0')
    :gsub("direct_packets_stat %d+", "direct_packets_stat N")
    :gsub("tokens: %-?%d+", "tokens: N") -- of a bucket that fills
    :gsub("permaddr [%x:]+::", "permaddr P") -- a tunnel's is made by chance
    :gsub("last(%l+):%d+", "last%1:0"):gsub("(timer:%([^,]+),[^,]+", "%1,T")
    :gsub("idle_time [%d.]+", "idle_time T"):gsub('"idle_time":[%d.]+', '"idle_time":0')
    :gsub("used %d+/%d+/%d+", "used U")
    :gsub('"(%a+)":%d+,"confirmed":%d+,"updated":%d+', '"%1":0')
    :gsub("_lft %d+sec", "_lft N"):gsub('_life_time":%d+', '_life_time":0')
    :gsub("expires %d+sec", "expires N")
    :gsub(" age [%d.]+sec", " age A"):gsub('"age":[%d.]+', '"age":0')
    -- a neighbour table's is drawn anew every few minutes, and packets of the kernel's own hold it
    :gsub('(%f[%w_]reachable"?:? ?)%d+', "%10"):gsub('(%f[%w]refcnt"?:? ?)%d+', "%10"))
end

-- Two texts from where they differ on.
local function difference(got, want)
  local at = 1
  while at <= #got and got:byte(at) == want:byte(at) do at = at + 1 end
  at = math.max(1, at - 60)
  return ("got:  ...%s\nwant: ...%s"):format(got:sub(at, at + 300), want:sub(at, at + 300))
end

--- The same words to both: status, output and messages are the same.
---@param command string
---@param spawn table? for S.spawn: another user
function oracle.same(command, spawn)
  local argv = parse(command)
  local want, got, out
  for attempt = 1, 20 do
    if attempt > 1 then pause(attempt) end
    local before = want
    want, got = by_host(command, spawn), t.execute(argv, { spawn = spawn })
    out = blank(want.out)
    if blank(got.out) == out then break end
    -- the kernel counts packets of its own: both must have seen the same moment
    if before and blank(before.out) == out then break end
  end
  t.ok(got.status == want.status and blank(got.out) == out and got.err == want.err,
    table.concat(argv, " "), ("status %s, want %s\nerr:  %s\nwant: %s\n%s")
    :format(got.status, want.status, got.err, want.err, difference(blank(got.out), out)))
end

-- Every value of a JSON text by its path.
local function fields(value, path, found)
  if type(value) == "table" and value ~= json.null then
    for key, item in pairs(value) do fields(item, path .. "." .. tostring(key), found) end
    if next(value) == nil and path ~= "" then found[path] = "{}" end
  else
    found[path] = tostring(value)
  end
  return found
end

local counted = {} -- of each object: total, equal, what differs

-- Fields that are the same in both tables, counted under `object`: -> what differs.
local function count_fields(object, want, got)
  local count = counted[object] or { total = 0, equal = 0, wrong = {} }
  counted[object] = count
  local wrong = {}
  for path, value in pairs(want) do
    count.total = count.total + 1
    if got[path] == value then
      count.equal = count.equal + 1
    else
      wrong[#wrong + 1] = ("%s: %s, want %s"):format(path, tostring(got[path]), value)
    end
  end
  for path, value in pairs(got) do
    if want[path] == nil then
      count.total = count.total + 1
      wrong[#wrong + 1] = ("%s: %s, want none"):format(path, value)
    end
  end
  table.move(wrong, 1, #wrong, #count.wrong + 1, count.wrong)
  return wrong
end

-- Both outputs of a command as tables of fields, seen at one moment as far as that is possible.
local function both_fields(argv, program, decode)
  local want, got
  for attempt = 1, 20 do
    if attempt > 1 then pause(attempt) end
    local before = want
    local host = t.execute(argv, { program = program })
    if host.status ~= 0 then return {}, {} end -- the kernel lacks it
    want, got = host.out, t.execute(argv).out
    if blank(want) == blank(got) or before and blank(before) == blank(want) then break end
  end
  return fields(decode(want), "", {}), fields(decode(got), "", {})
end

local function decode_json(text)
  if text == "" then return {} end
  return json.decode(blank(text)) or { unreadable = text }
end

local function decode_words(text)
  local lines = {}
  for line in blank(text):gmatch("[^\n]+") do
    local words = {}
    for word in line:gmatch("%S+") do words[#words + 1] = word end
    lines[#lines + 1] = words
  end
  return lines
end

--- The same words to both, with -j: every field is the same. They are counted.
function oracle.same_fields(command)
  local argv, program = parse(command)
  table.insert(argv, 2, "-j")
  local want, got = both_fields(argv, program, decode_json)
  local wrong = count_fields(command, want, got)
  t.ok(#wrong == 0 and next(want), table.concat(argv, " "), table.concat(wrong, "\n"))
end

--- The same, but for an object's count alone. Without JSON (`is_text`) each word is a field.
function oracle.compare_fields(object, command, is_text)
  local argv, program = parse(command)
  if not is_text then table.insert(argv, 2, "-j") end
  local want, got = both_fields(argv, program, is_text and decode_words or decode_json)
  count_fields(object, want, got)
end

--- How many fields were the same: 99 of 100 at least.
---@param each_object boolean? tell them for each object, too
function oracle.report_fields(each_object)
  local total, equal, objects = 0, 0, {}
  for object, count in pairs(counted) do
    total, equal = total + count.total, equal + count.equal
    objects[#objects + 1] = object
  end
  table.sort(objects)
  for _, object in ipairs(each_object and objects or {}) do
    local count = counted[object]
    if count.total == 0 then
      t.skip_one(object, "this kernel has none")
    else
      t.ok(count.equal >= count.total * 0.99, ("%s: %d of %d fields are equal")
        :format(object, count.equal, count.total), table.concat(count.wrong, "\n"))
    end
  end
  if total == 0 then return t.skip_one("fields", "this kernel has none of it") end
  t.ok(equal >= total * 0.99, ("%d of %d fields are equal: %.2f %%")
    :format(equal, total, 100 * equal / total))
end

--- The same change by both, each undone by `undo`: what the host's ip shows then is the same, and
--- is not what it showed before. The kernel changes what is shown on its own, too, by packets it
--- sends and by carriers that it takes note of: what differs is done again, with more time until
--- it is looked at, and only what always differs is wrong.
---@param is_new boolean? what it shows is not there before
function oracle.same_change(show, undo, command, is_new)
  local argv, program = parse(command)
  local want, got, shown_want, shown_got, right
  for attempt = 1, 8 do
    local before = not is_new and blank(oracle.ip(show)) or ""
    want = t.execute(argv, { program = program })
    if attempt > 1 then pause(attempt) end
    shown_want = blank(oracle.ip(show))
    for _, words in ipairs(undo) do oracle.ip(words) end
    got = t.execute(argv)
    if attempt > 1 then pause(attempt) end
    shown_got = blank(is_new and oracle.try(show).out or oracle.ip(show))
    for _, words in ipairs(undo) do
      if is_new then oracle.try(words) else oracle.ip(words) end
    end
    right = want.status == got.status and want.err == got.err and shown_want == shown_got
      and shown_want ~= before
    if right then break end
  end
  t.ok(right, table.concat(argv, " "), ("status %s, want %s\nerr:  %s\nwant: %s\n%s")
    :format(got.status, want.status, got.err, want.err, difference(shown_got, shown_want)))
end

return oracle
