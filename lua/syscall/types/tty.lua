-- syscall/types/tty.lua - a terminal's modes: flags and speeds by name
--
-- Layer: library, behind S.t. Follows termios(3).

local S = require "syscall"
local mem = require "syscall.mem"

local function speed_of(bits)
  for name, value in pairs(S.c.B) do
    if value == bits then return math.tointeger(name) end
  end
end

local function set_flag(field, names)
  return function(m, v) m[field] = S.c[names][v] end
end

local function get_speed(m) return speed_of(m.c_cflag & S.c.CBAUD) end

local function set_speed(m, speed)
  local bits = S.c.B[speed]
  if not bits then error("invalid speed " .. tostring(speed), 2) end
  m.c_cflag = m.c_cflag & ~S.c.CBAUD | bits
end

--- VMIN, VTIME, VINTR ...: control characters, c_cc by c.CC's names.
local function character(m, name)
  local i = S.c.CC[name]
  if type(i) ~= "number" then error("invalid index " .. tostring(name), 3) end
  return m.c_cc, i
end

--- cfmakeraw(3)
local function makeraw(m)
  local c = S.c
  m.c_iflag = m.c_iflag & ~c.IFLAG["ignbrk,brkint,parmrk,istrip,inlcr,igncr,icrnl,ixon"]
  m.c_oflag = m.c_oflag & ~c.OFLAG["opost"]
  m.c_lflag = m.c_lflag & ~c.LFLAG["echo,echonl,icanon,isig,iexten"]
  m.c_cflag = m.c_cflag & ~c.CFLAG["csize,parenb"] | c.CFLAG["cs8"]
  m.c_cc[c.CC.VMIN], m.c_cc[c.CC.VTIME] = 1, 0
  return true
end

local termios = {
  get = { speed = get_speed, ispeed = get_speed, ospeed = get_speed },
  set = {
    iflag = set_flag("c_iflag", "IFLAG"),
    oflag = set_flag("c_oflag", "OFLAG"),
    cflag = set_flag("c_cflag", "CFLAG"),
    lflag = set_flag("c_lflag", "LFLAG"),
    speed = set_speed,
    ispeed = set_speed,
    ospeed = set_speed,
  },
  methods = { makeraw = makeraw },
  index = function(m, name)
    local cc, i = character(m, name)
    return cc[i]
  end,
  newindex = function(m, name, value)
    local cc, i = character(m, name)
    cc[i] = value
  end,
}

--- The same; its speeds are numbers of their own where c_cflag says BOTHER.
local termios2 = { get = {}, set = {}, methods = termios.methods, index = termios.index,
  newindex = termios.newindex }
for part in pairs { get = true, set = true } do
  for name, f in pairs(termios[part]) do termios2[part][name] = f end
end

local BOTHER = 0x1000 -- CBAUDEX of every machine but alpha and powerpc

local function set_number(field)
  return function(m, speed)
    if S.c.B[speed] then set_speed(m, speed)
    else m.c_cflag = m.c_cflag & ~S.c.CBAUD | BOTHER end
    m[field] = speed
  end
end

termios2.get.ispeed = function(m) return m.c_ispeed end
termios2.get.ospeed = function(m) return m.c_ospeed end
termios2.set.ispeed = set_number("c_ispeed")
termios2.set.ospeed = set_number("c_ospeed")
termios2.set.speed = function(m, speed)
  m.ispeed = speed
  m.ospeed = speed
end

function termios.new(fields)
  local m = mem.new("termios")
  for key, value in pairs(fields or {}) do m[key] = value end
  return m
end

function termios2.new(fields)
  local m = mem.new("termios2")
  for key, value in pairs(fields or {}) do m[key] = value end
  return m
end

return { termios = termios, termios2 = termios2 }
