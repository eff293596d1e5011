-- ss/details.lua - what ss says of a socket besides addresses: owners, timers, memory, TCP's state
--
-- Layer: library of ss, pure but for the files of the cgroup tree. Words and order are ss(8)'s.

local details = {}

--- The processes that have it.
---@param owners net.Owner[]?
---@return string
function details.users(owners)
  if not owners then return "" end
  local list = {}
  for i, owner in ipairs(owners) do
    list[i] = ('("%s",pid=%d,fd=%d)'):format(owner.name, owner.pid, owner.fd)
  end
  return (" users:(%s)"):format(table.concat(list, ","))
end

-- 119min, 1min59sec, 57sec, 9.216ms (so it is written), 204ms
local function duration(ms)
  local seconds = ms // 1000
  local minutes, text = seconds // 60, ""
  ms, seconds = ms % 1000, seconds % 60
  if minutes > 0 then
    ms = 0
    text = ("%dmin"):format(minutes)
    if minutes > 9 then seconds = 0 end
  end
  if seconds > 0 then
    if seconds > 9 then ms = 0 end
    text = text .. seconds .. (ms > 0 and "." or "sec")
  end
  if ms > 0 then text = text .. ("%03dms"):format(ms) end
  return text
end
details.duration = duration

local TIMERS = { [0] = "off", "on", "keepalive", "timewait", "persist" }

--- The timer that runs.
---@param socket nl.Socket
---@return string
function details.timer(socket)
  if not socket.timer or socket.timer == 0 then return "" end
  return (" timer:(%s,%s,%d)"):format(TIMERS[socket.timer] or "unknown",
    duration(socket.expires), socket.retrans)
end

--- Which ways are open: RCV_SHUTDOWN 1, SEND_SHUTDOWN 2.
---@param shutdown integer?
---@return string
function details.arrows(shutdown)
  if not shutdown then return "" end
  return (" %s-%s"):format(shutdown & 1 ~= 0 and "-" or "<", shutdown & 2 ~= 0 and "-" or ">")
end

local CGROUP_ROOTS = { "/sys/fs/cgroup/unified", "/sys/fs/cgroup" }
local cgroups -- paths by id, which is the directory's inode

local function find_cgroups()
  local S = require "syscall"
  local dir = require "fs.dir"
  local found = {}
  local function visit(path, shown)
    local status = dir.status(nil, path)
    if not status then return end
    found[status.ino] = found[status.ino] or shown
    local fd <close> = S.open(path, "rdonly, directory")
    local names, types = dir.list(fd or -1)
    for i, name in ipairs(names or {}) do
      if types[i] == "directory" then
        visit(path .. "/" .. name, (shown == "/" and "" or shown) .. "/" .. name)
      end
    end
  end
  for _, root in ipairs(CGROUP_ROOTS) do visit(root, "/") end
  return found
end

local function cgroup(id)
  cgroups = cgroups or find_cgroups()
  return (" cgroup:%s"):format(cgroups[id] or ("unreachable:%x"):format(id))
end

--- -e of an internet socket.
---@param socket nl.Socket
---@return string
function details.extended(socket)
  local parts = {}
  local function add(form, ...) parts[#parts + 1] = form:format(...) end
  if socket.uid and socket.uid ~= 0 then add(" uid:%d", socket.uid) end
  if socket.inode then add(" ino:%d", socket.inode) end
  if socket.cookie then add(" sk:%x", socket.cookie) end
  if socket.mark and socket.mark ~= 0 then add(" fwmark:0x%x", socket.mark) end
  if socket.cgroup_id then parts[#parts + 1] = cgroup(socket.cgroup_id) end
  if socket.v6only then add(" v6only:%d", socket.v6only) end
  parts[#parts + 1] = details.arrows(socket.shutdown)
  return table.concat(parts)
end

local MEMORY = { "r", "rb", "t", "tb", "f", "w", "o", "bl", "d" }

--- -m: memory in bytes.
---@param socket nl.Socket
---@return string
function details.memory(socket)
  local skmem, list = socket.skmem, {}
  if not skmem then return "" end
  for i, name in ipairs(MEMORY) do
    if not skmem[name] then break end -- older kernels tell fewer
    list[i] = name .. skmem[name]
  end
  return (" skmem:(%s)"):format(table.concat(list, ","))
end

local function rate(bits_per_second) return ("%.0fbps"):format(bits_per_second) end

-- A 64-bit count that the kernel has without sign.
local function unsigned(n) return n >= 0 and n + 0.0 or n + 2.0 ^ 64 end

local function plain(value) return ("%g"):format(value) end

local function when_set(info, name, label, divisor)
  local value = info[name]
  if not value or value == 0 then return "" end
  if divisor then return (" %s:%s"):format(label, plain(value / divisor)) end
  return (" %s:%d"):format(label, value)
end

local TCPI_OPT_TIMESTAMPS, TCPI_OPT_SACK, TCPI_OPT_WSCALE, TCPI_OPT_ECN, TCPI_OPT_ECN_SEEN,
  TCPI_OPT_SYN_DATA = 1, 2, 4, 8, 16, 32
local TCP_INFINITE_SSTHRESH = 0x7fffffff

local function bbr(b)
  local text = (" bbr:(bw:%s,mrtt:%s"):format(rate((b.bw_hi << 32 | b.bw_lo) * 8),
    plain(b.min_rtt / 1000))
  if b.pacing_gain ~= 0 then text = text .. ",pacing_gain:" .. plain(b.pacing_gain / 256) end
  if b.cwnd_gain ~= 0 then text = text .. ",cwnd_gain:" .. plain(b.cwnd_gain / 256) end
  return text .. ")"
end

-- What the handshake agreed upon.
local function options_text(info, cong, all)
  local parts = {}
  local function has(bit, word)
    if all and info.options & bit ~= 0 then parts[#parts + 1] = " " .. word end
  end
  has(TCPI_OPT_TIMESTAMPS, "ts")
  has(TCPI_OPT_SACK, "sack")
  has(TCPI_OPT_ECN, "ecn")
  has(TCPI_OPT_ECN_SEEN, "ecnseen")
  has(TCPI_OPT_SYN_DATA, "fastopen")
  if cong then parts[#parts + 1] = " " .. cong end
  if info.options & TCPI_OPT_WSCALE ~= 0 then
    -- two four-bit fields: their order in the byte is the machine's
    local low, high = info.wscales & 0xf, info.wscales >> 4
    if string.pack("=I2", 1) ~= "\1\0" then low, high = high, low end
    parts[#parts + 1] = (" wscale:%d,%d"):format(low, high)
  end
  return table.concat(parts)
end

local function sending(info)
  if not (info.rtt and info.rtt > 0 and info.snd_mss > 0 and info.snd_cwnd > 0) then return "" end
  return " send " .. rate(info.snd_cwnd * info.snd_mss * 8000000 / info.rtt)
end

local function paced(info)
  local pacing, limit = info.pacing_rate, info.max_pacing_rate
  if not pacing or pacing == 0 or pacing == -1 then return "" end
  local text = " pacing_rate " .. rate(unsigned(pacing) * 8)
  if limit and limit ~= -1 and limit ~= 0 then text = text .. "/" .. rate(unsigned(limit) * 8) end
  return text
end

local function limited(info, name)
  local busy, time = info.busy_time or 0, info[name] or 0
  if time == 0 then return "" end
  local text = (" %s:%dms"):format(name, time // 1000)
  return name == "busy_time" and text
    or text .. ("(%.1f%%)"):format(busy > 0 and 100 * time / busy or 0)
end

--- -i: TCP's own numbers.
---@param socket nl.Socket
---@param all boolean? with the handshake's options, as -o asks
---@return string
function details.tcp(socket, all)
  local i = socket.info
  if not i then return socket.cong and " " .. socket.cong or "" end
  local rtt = i.rtt and i.rtt > 0
    and (" rtt:%s/%s"):format(plain(i.rtt / 1000), plain(i.rttvar / 1000)) or ""
  local started = i.last_data_sent or 0
  local retransmitted = ((i.retrans or 0) ~= 0 or (i.total_retrans or 0) ~= 0)
    and (" retrans:%d/%d"):format(i.retrans, i.total_retrans) or ""
  local flags = i.delivery_flags
  if string.pack("=I2", 1) ~= "\1\0" then flags = flags >> 7 end
  return table.concat {
    options_text(i, socket.cong, all),
    -- three seconds is what a socket has that never sent
    i.rto ~= 0 and i.rto ~= 3000000 and " rto:" .. plain(i.rto / 1000) or "",
    when_set(i, "backoff", "backoff"),
    rtt,
    when_set(i, "ato", "ato", 1000),
    when_set(i, "snd_mss", "mss"),
    when_set(i, "pmtu", "pmtu"),
    when_set(i, "rcv_mss", "rcvmss"),
    when_set(i, "advmss", "advmss"),
    i.snd_cwnd ~= 2 and when_set(i, "snd_cwnd", "cwnd") or "",
    i.snd_ssthresh < TCP_INFINITE_SSTHRESH and i.snd_ssthresh < 0xffff
      and when_set(i, "snd_ssthresh", "ssthresh") or "",
    when_set(i, "bytes_sent", "bytes_sent"),
    when_set(i, "bytes_retrans", "bytes_retrans"),
    when_set(i, "bytes_acked", "bytes_acked"),
    when_set(i, "bytes_received", "bytes_received"),
    when_set(i, "segs_out", "segs_out"),
    when_set(i, "segs_in", "segs_in"),
    when_set(i, "data_segs_out", "data_segs_out"),
    when_set(i, "data_segs_in", "data_segs_in"),
    socket.bbr and bbr(socket.bbr) or "",
    sending(i),
    started ~= 0 and when_set(i, "last_data_sent", "lastsnd") or "",
    when_set(i, "last_data_recv", "lastrcv"),
    when_set(i, "last_ack_recv", "lastack"),
    paced(i),
    (i.delivery_rate or 0) ~= 0 and " delivery_rate " .. rate(unsigned(i.delivery_rate) * 8) or "",
    when_set(i, "delivered", "delivered"),
    when_set(i, "delivered_ce", "delivered_ce"),
    flags & 1 ~= 0 and " app_limited" or "",
    (i.busy_time or 0) ~= 0 and (" busy:%dms"):format(i.busy_time // 1000) or "",
    limited(i, "rwnd_limited"),
    limited(i, "sndbuf_limited"),
    when_set(i, "unacked", "unacked"),
    retransmitted,
    when_set(i, "lost", "lost"),
    socket.state ~= 10 and when_set(i, "sacked", "sacked") or "",
    when_set(i, "dsack_dups", "dsack_dups"),
    when_set(i, "fackets", "fackets"),
    i.reordering ~= 3 and when_set(i, "reordering", "reordering") or "",
    when_set(i, "reord_seen", "reord_seen"),
    when_set(i, "rcv_rtt", "rcv_rtt", 1000),
    when_set(i, "rcv_space", "rcv_space"),
    when_set(i, "rcv_ssthresh", "rcv_ssthresh"),
    when_set(i, "notsent_bytes", "notsent"),
    i.min_rtt and i.min_rtt ~= 0xffffffff and when_set(i, "min_rtt", "minrtt", 1000) or "",
    when_set(i, "rcv_ooopack", "rcv_ooopack"),
    when_set(i, "snd_wnd", "snd_wnd"),
  }
end

return details
