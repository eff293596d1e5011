-- tests/lua/syscall_tty.lua - terminals, pseudo-terminals and ioctl's requests by name
-- stty(1) says what a terminal's modes are; values of requests: asm-generic/ioctls.h.

local t = require "test"
local S = require "syscall"
local c, types = S.c, S.t

-- ---- a pair ----

local master = assert(S.posix_openpt("rdwr, noctty"))
t.is(master:fcntl("getfd"), 1, "close-on-exec")
t.ok(master:grantpt())
t.ok(master:unlockpt())
local number = assert(master:ioctl("TIOCGPTN"))
t.is(master:ptsname(), "/dev/pts/" .. number)
local terminal = assert(S.open(master:ptsname(), "rdwr, noctty"))
t.is(terminal:isatty(), true)
t.is({ S.isatty(assert(S.open("/dev/null"))) }, { nil, types.error("notty") })
t.is({ terminal:tcgetsid() }, { nil, types.error("notty") }, "it is nobody's")
t.is({ assert(S.open("/dev/null")):ptsname() }, { nil, types.error("notty") })

-- ---- modes ----

--- What stty says of the terminal.
local function stty(...)
  local program = t.find("stty")
  if not program then return nil end
  local got = t.execute({ "stty", "-F", master:ptsname(), ... }, { program = program })
  return got.out .. got.err
end

local modes = assert(terminal:tcgetattr())
t.is({ modes.VMIN, modes.VTIME, modes.VINTR }, { 1, 0, 3 }, "control characters by name")
t.is(modes.lflag & c.LFLAG.ICANON, c.LFLAG.ICANON)
t.is({ modes.speed, modes.ispeed, modes.ospeed }, { 38400, 38400, 38400 })
modes.speed = 115200
modes.VMIN = 7
modes.lflag = "isig, noflsh"
t.ok(terminal:tcsetattr("now", modes))
local read_back = terminal:tcgetattr()
t.is({ read_back.ospeed, read_back.VMIN, read_back.lflag },
  { 115200, 7, c.LFLAG.ISIG | c.LFLAG.NOFLSH })
if t.find("stty") then
  local text = stty("-a")
  t.ok(text:find("speed 115200 baud", 1, true) and text:find("min = 7", 1, true) and
    text:find("-icanon", 1, true) and text:find(" noflsh", 1, true), "as stty sees it")
  stty("sane")
  t.is(terminal:tcgetattr().lflag & c.LFLAG["icanon, echo"], c.LFLAG["icanon, echo"],
    "and the other way round")
else
  t.skip_one("as stty sees it", "no stty")
end
modes:makeraw()
t.is({ modes.lflag & c.LFLAG.ICANON, modes.oflag & c.OFLAG.OPOST, modes.cflag & c.CFLAG.CSIZE,
  modes.VMIN }, { 0, 0, c.CFLAG.CS8, 1 }, "cfmakeraw(3)")
t.ok(S.tcsetattr(terminal, "flush", modes))
t.raises(function() modes.speed = 12345 end, "invalid speed 12345")
t.raises(function() modes.lflag = "nosuch" end, "invalid flag nosuch")
t.raises(function() return modes.VNOSUCH end, "invalid index VNOSUCH")
t.raises(function() terminal:tcsetattr(5, modes) end, "now, drain or flush")
t.raises(function() terminal:tcsetattr("now") end, "tcsetattr")

-- what is written raw at one end is read at the other
assert(master:write("ab"))
t.is(terminal:read(nil, 10), "ab")
t.ok(terminal:tcdrain())
assert(master:write("cd"))
t.ok(terminal:tcflush("iflush"))
terminal:nonblock()
t.is({ terminal:read(nil, 10) }, { nil, types.error("again") }, "flushed away")
t.ok(terminal:tcflow("ooff") and terminal:tcflow("oon"))
t.ok(terminal:tcsendbreak(0))
t.raises(function() terminal:tcflow("sideways") end, "invalid flag sideways")

-- ---- requests by name ----

t.ok(terminal:ioctl("TIOCSWINSZ", { row = 24, col = 80 }))
local size = assert(master:ioctl("TIOCGWINSZ"))
t.is({ size.row, size.col, size.ws_row }, { 24, 80, 24 })
t.is(S.tcgetwinsize(master).col, 80)
t.ok(S.tcsetwinsize(master, { row = 5, col = 6 }))
t.is(terminal:ioctl(c.IOCTL.TIOCGWINSZ).row, 5, "a request of c.IOCTL")
t.is(terminal:ioctl(" tiocgwinsz ").row, 5, "in any case, blanks trimmed")
local two = assert(terminal:ioctl("TCGETS2"))
two.ospeed = 12345
t.ok(terminal:ioctl("TCSETS2", two), "a speed that has no name")
t.is(terminal:ioctl("TCGETS2").ospeed, 12345)
t.is(c.IOCTL.TIOCGPTN, { number = 0x80045430, type = "uint", read = true, singleton = true })
t.is(c.IOCTL._IO("T", 1), 0x5401)
t.is(c.IOCTL._IOR("T", 0x30, "uint").number, 0x80045430, "_IOR(ch, nr, type)")
t.is(c.IOCTL.EVIOCGNAME(256), 0x81004506)
t.is(c.IOCTL.EVIOCGBIT("key", 96), 0x80604521)
t.is(c.IOCTL.EVIOCGABS("y").number, 0x80184541)
t.is(c.IOCTL.NOSUCH, nil)
t.raises(function() master:ioctl("NOSUCH") end, "invalid flag NOSUCH")
t.raises(function() master:ioctl("TIOCSWINSZ") end, "needs an argument")
t.raises(function() master:ioctl({}) end, "name or number")
t.is({ assert(S.open("/dev/null")):ioctl("TIOCGWINSZ") }, { nil, types.error("notty") })

local _, _, r, w = assert(S.pipe())
w:write("abc")
local waiting = types.int1()
t.is({ r:ioctl("FIONREAD", waiting), waiting[0] }, { true, 3 }, "into memory that is given")
t.is(r:ioctl("FIONBIO", 1), true, "a number is passed by its address")
t.is(r:fcntl("getfl") & c.O.NONBLOCK, c.O.NONBLOCK)
local short = types.buffer(2)
t.ok(r:ioctl(0x541b, short), "the kernel writes four bytes")
t.is(#short, 2, "of which two arrive, and nothing is hurt")

-- ---- ifreq ----

local socket = assert(S.socket("inet", "dgram"))
local request = types.ifreq { name = "lo" }
t.ok(socket:ioctl("SIOCGIFINDEX", request))
t.is({ request.ivalue, request.ifr_ifindex }, { S.util.if_nametoindex("lo"), request.ivalue })
t.ok(socket:ioctl("SIOCGIFMTU", request))
t.is(request.ifr_mtu, tonumber(t.read("/sys/class/net/lo/mtu")), "its MTU as sysfs has it")
t.is(request.name, "lo")
t.raises(function() types.ifreq { name = ("x"):rep(17) } end, "name too long")
t.is({ socket:ioctl("SIOCGIFINDEX", types.ifreq { name = "nosuch0" }) },
  { nil, types.error("nodev") })
