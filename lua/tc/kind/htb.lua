-- tc/kind/htb.lua - a hierarchy of token buckets, and its classes
--
-- Layer: library of tc (form: tc.kind). Words and form are iproute2 6.1's (tc-htb(8)).

local context = require "ip.context"
local kind = require "tc.kind"
local units = require "tc.units"

local fail = context.fail

local ETHERNET, ATM = 1, 2
local LINKLAYER = { ethernet = ETHERNET, atm = ATM, adsl = ATM }
local LINKLAYER_NAME = { [0] = "unspec", "ethernet", "atm" }
local VERSION, R2Q, MTU = 3, 10, 1600

local USAGE = [=[
Usage: ... qdisc add ... htb [default N] [r2q N]
                      [direct_qlen P] [offload]
 default  minor id of class to which unclassified packets are sent {0}
 r2q      DRR quantums are computed as rate in Bps/r2q {10}
 debug    string of 16 numbers each 0-3 {0}

 direct_qlen  Limit of the direct queue {in packets}
 offload  enable hardware offload
... class add ... htb rate R1 [burst B1] [mpu B] [overhead O]
                      [prio P] [slot S] [pslot PS]
                      [ceil R2] [cburst B2] [mtu MTU] [quantum Q]
 rate     rate allocated to this class (class can still borrow)
 burst    max bytes burst which can be accumulated during idle period {computed}
 mpu      minimum packet size used in rate computations
 overhead per-packet size overhead used in rate computations
 linklay  adapting to a linklayer e.g. atm
 ceil     definite upper class rate (no borrows) {rate}
 cburst   burst but for ceil {computed}
 mtu      max packet size we create rate map for {1600}
 prio     priority of leaf; lower are served first {0}
 quantum  how much bytes to serve from leaf at once {use r2q}

TC HTB version 3.3]=]

local htb = {}

local function illegal(what) fail(1, ('Illegal "%s"\n%s'):format(what, USAGE)) end

function htb.read(words)
  local init, options = { version = VERSION, r2q = R2Q }, {}
  while words:peek() do
    local word = words:take()
    if word == "r2q" then
      init.r2q = context.integer(words:value()) or illegal(word)
    elseif word == "default" then
      init.default = tonumber(words:value(), 16) or illegal(word)
    elseif word == "direct_qlen" then
      options.direct_qlen = context.integer(words:value()) or illegal(word)
    elseif word == "offload" then
      options.offload = true
    else
      kind.unknown(word, USAGE)
    end
  end
  options.init = init
  return options
end

local WORDS = {
  rate = units.rate, ceil = units.rate, burst = units.size, buffer = units.size,
  maxburst = units.size, cburst = units.size, cbuffer = units.size, cmaxburst = units.size,
  mtu = context.integer, mpu = context.integer, overhead = context.integer,
  quantum = context.integer, prio = context.integer,
}
local SAME = { buffer = "burst", maxburst = "burst", cbuffer = "cburst", cmaxburst = "cburst" }

function htb.class_read(words)
  local got = {}
  while words:peek() do
    local word = words:take()
    local read = WORDS[word]
    if read then
      local text = words:value()
      local size = read == units.size and text:match("^(.*)/") or text
      got[SAME[word] or word] = read(size) or illegal(SAME[word] or word)
    elseif word == "linklayer" then
      got.linklayer = LINKLAYER[words:value()] or illegal(word)
    else
      kind.unknown(word, USAGE)
    end
  end
  if not got.rate or got.rate == 0 then fail(1, '"rate" is required.') end
  local ceil, mtu = got.ceil or got.rate, got.mtu or MTU
  -- a bucket holds what goes out between two interrupts of a clock that has a billion a second
  local burst = got.burst or got.rate // 1000000000 + mtu
  local cburst = got.cburst or ceil // 1000000000 + mtu
  local linklayer = got.linklayer or ETHERNET
  local function clamp(rate) return math.min(rate, 0xffffffff) end
  return {
    parms = {
      linklayer = linklayer, overhead = got.overhead, cell_align = -1, mpu = got.mpu,
      rate = clamp(got.rate),
      ceil_linklayer = linklayer, ceil_overhead = got.overhead, ceil_cell_align = -1,
      ceil_mpu = got.mpu, ceil_rate = clamp(ceil),
      buffer = units.transmit_ticks(got.rate, burst), cbuffer = units.transmit_ticks(ceil, cburst),
      quantum = got.quantum, prio = got.prio,
    },
    rate64 = got.rate > 0xffffffff and got.rate or nil,
    ceil64 = ceil > 0xffffffff and ceil or nil,
  }
end

local function show_rate(out, key, rate, overhead)
  out:json(key, rate)
  out:text("%s %s ", key, units.rate_text(rate))
  if overhead ~= 0 then out:put("overhead", "overhead %d ", overhead) end
end

local function show_bucket(out, key, bytes, p, prefix, details)
  out:json(key, bytes)
  if details then
    out:text("%s %s/%d mpu %s ", key, units.size_text(bytes), 1 << p[prefix .. "cell_log"],
      units.size_text(p[prefix .. "mpu"]))
  else
    out:text("%s %s ", key, units.size_text(bytes))
  end
end

function htb.class_show(out, options, tc)
  local p = options.parms
  if not p then return end
  local rate, ceil = options.rate64 or p.rate, options.ceil64 or p.ceil_rate
  if p.level == 0 then
    out:put("prio", "prio %d ", p.prio)
    if tc.details then out:put("quantum", "quantum %d ", p.quantum) end
  end
  show_rate(out, "rate", rate, p.overhead)
  show_rate(out, "ceil", ceil, 0)
  if p.linklayer > ETHERNET or tc.details then
    out:put("linklayer", "linklayer %s ", LINKLAYER_NAME[p.linklayer & 0xf] or "unknown")
  end
  show_bucket(out, "burst", units.transmit_bytes(rate, p.buffer), p, "", tc.details)
  show_bucket(out, "cburst", units.transmit_bytes(ceil, p.cbuffer), p, "ceil_", tc.details)
  if tc.details then out:put("level", "level %d ", p.level) end
end

function htb.show(out, options, tc)
  local init = options.init
  if init then
    out:put("r2q", "r2q %d", init.r2q)
    out:put("default", " default %s", init.default == 0 and "0" or ("%#x"):format(init.default))
    out:put("direct_packets_stat", " direct_packets_stat %d", init.direct_packets)
    if tc.details then
      out:put("ver", " ver %s", ("%d.%d"):format(init.version >> 16, init.version & 0xffff))
    end
  end
  if options.direct_qlen then out:put("direct_qlen", " direct_qlen %d", options.direct_qlen) end
  if options.offload then out:mark("offload", " offload") end
end

-- struct tc_htb_xstats
function htb.class_show_xstats(out, bytes)
  if #bytes < 20 then return end
  local lends, borrows, giants, tokens, ctokens = string.unpack("=I4I4I4i4i4", bytes)
  out:put("lended", " lended: %d", lends)
  out:put("borrowed", " borrowed: %d", borrows)
  out:put("giants", " giants: %d", giants)
  out:line()
  out:put("tokens", " tokens: %d", tokens)
  out:put("ctokens", " ctokens: %d", ctokens)
end

return htb
