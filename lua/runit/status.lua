-- runit/status.lua - the file supervise/status: what runsv tells sv
--
-- Layer: library, pure. 20 bytes, as runit and daemontools have them: TAI64N
-- time of the last change, pid (little-endian), paused, wanted, TERM was sent,
-- state.

local status = {}

local FORMAT = ">I8I4<I4BBBB"
local TAI = 4611686018427387914 -- 2^62 + 10: TAI64 of 1970

local STATES = { [0] = "down", "run", "finish" }
local NUMBERS = { down = 0, run = 1, finish = 2 }

---@class runit.Status
---@field since number seconds since 1970
---@field pid integer 0: none
---@field paused boolean
---@field want "up"|"down"
---@field term boolean TERM was sent
---@field state "down"|"run"|"finish"

---@param s runit.Status
---@return string
function status.encode(s)
  local seconds = math.floor(s.since)
  return FORMAT:pack(TAI + seconds, math.floor((s.since - seconds) * 1e9), s.pid,
    s.paused and 1 or 0, (s.want == "up" and "u" or "d"):byte(), s.term and 1 or 0,
    NUMBERS[s.state])
end

---@param bytes string
---@return runit.Status?
function status.decode(bytes)
  if #bytes ~= FORMAT:packsize() then return nil end
  local tai, nano, pid, paused, want, term, state = FORMAT:unpack(bytes)
  return {
    since = tai - TAI + nano / 1e9, pid = pid, paused = paused ~= 0,
    want = want == ("u"):byte() and "up" or "down", term = term ~= 0,
    state = STATES[state] or "down",
  }
end

--- The text of supervise/stat.
---@param s runit.Status
---@return string
function status.text(s)
  local parts = { s.state }
  if s.paused then parts[#parts + 1] = "paused" end
  if s.term then parts[#parts + 1] = "got TERM" end
  if s.state ~= "down" and s.want == "down" then parts[#parts + 1] = "want down" end
  return table.concat(parts, ", ")
end

return status
