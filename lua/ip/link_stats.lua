-- ip/link_stats.lua - a link's counters, printed as `ip -s link` does
--
-- Layer: library of ip. Form and keys are iproute2 6.1's.

local link_stats = {}

local WIDTHS = { #"*X errors:", #"packets", #"errors", #"dropped", #"heartbt", #"overrun",
  #"compressed", #"otherhost" }

-- field, JSON key; with `more` only from the second -s on, with `nonzero` only when counted
local RX = {
  { "rx_bytes", "bytes" }, { "rx_packets", "packets" }, { "rx_errors", "errors" },
  { "rx_dropped", "dropped" }, { "rx_over_errors", "over_errors" },
  { "multicast", "multicast" }, { "rx_compressed", "compressed", nonzero = true },
  { "rx_length_errors", "length_errors", more = true },
  { "rx_crc_errors", "crc_errors", more = true },
  { "rx_frame_errors", "frame_errors", more = true },
  { "rx_fifo_errors", "fifo_errors", more = true },
  { "rx_missed_errors", "missed_errors", more = true },
  { "rx_nohandler", "nohandler", more = true, nonzero = true },
}
local TX = {
  { "tx_bytes", "bytes" }, { "tx_packets", "packets" }, { "tx_errors", "errors" },
  { "tx_dropped", "dropped" }, { "tx_carrier_errors", "carrier_errors" },
  { "collisions", "collisions" }, { "tx_compressed", "compressed", nonzero = true },
  { "tx_aborted_errors", "aborted_errors", more = true },
  { "tx_fifo_errors", "fifo_errors", more = true },
  { "tx_window_errors", "window_errors", more = true },
  { "tx_heartbeat_errors", "heartbeat_errors", more = true },
}

local function print_json(out, stats, way, fields, more, carrier_changes)
  out:object(way)
  for _, field in ipairs(fields) do
    local value = stats[field[1]] or 0
    if (more or not field.more) and (value ~= 0 or not field.nonzero) then
      out:json(field[2], value)
    end
  end
  if way == "tx" and more and carrier_changes then
    out:json("carrier_changes", carrier_changes)
  end
  out:object_end()
end

-- The columns are as wide as the widest number in each.
local function measure(rows)
  local widths = { table.unpack(WIDTHS) }
  for _, row in ipairs(rows) do
    for i, value in ipairs(row) do
      widths[i] = math.max(widths[i], #tostring(value))
    end
  end
  return widths
end

local function numbers(out, widths, first, values)
  for i, value in ipairs(values) do
    out:text("%s", ("%" .. widths[first + i - 1] .. "d "):format(value))
  end
end

local function pad(width, text) return (" "):rep(width - #text) .. text end

local function print_text(out, s, more, carrier_changes)
  local function get(name) return s[name] or 0 end
  local rx = { get "rx_bytes", get "rx_packets", get "rx_errors", get "rx_dropped",
    get "rx_missed_errors", get "multicast", get "rx_compressed" }
  local rx_more = { get "rx_length_errors", get "rx_crc_errors", get "rx_frame_errors",
    get "rx_fifo_errors", get "rx_over_errors" }
  local tx = { get "tx_bytes", get "tx_packets", get "tx_errors", get "tx_dropped",
    get "tx_carrier_errors", get "collisions", get "tx_compressed" }
  local tx_more = { get "tx_aborted_errors", get "tx_fifo_errors", get "tx_window_errors",
    get "tx_heartbeat_errors", carrier_changes or 0 }
  local nohandler = get "rx_nohandler"
  local rows = { rx, tx }
  if more then
    rows[3] = { 0, table.unpack(rx_more) }
    rows[3][7] = nohandler
    -- iproute2 measures these one column further to the right than it prints them
    rows[4] = { 0, 0, table.unpack(tx_more) }
  end
  local w = measure(rows)

  local function heading(way, names, compressed)
    local parts = { pad(w[1] - 4, "bytes") }
    for i, name in ipairs(names) do parts[#parts + 1] = pad(w[i + 1], name) end
    parts[#parts + 1] = pad(w[7], compressed ~= 0 and "compressed" or "")
    out:text("    %s: %s", way, table.concat(parts, " "))
    out:line("    ")
  end
  local function row(values)
    numbers(out, w, 1, { table.unpack(values, 1, 6) })
    if values[7] ~= 0 then numbers(out, w, 7, { values[7] }) end
  end

  heading("RX", { "packets", "errors", "dropped", "missed", "mcast" }, rx[7])
  row(rx)
  if more then
    out:line("    RX errors:")
    out:text("%s %s %s %s %s %s%s", pad(w[1] - 10, ""), pad(w[2], "length"), pad(w[3], "crc"),
      pad(w[4], "frame"), pad(w[5], "fifo"), pad(w[6], "overrun"),
      nohandler ~= 0 and pad(w[7] + 1, " nohandler") or "")
    out:line(pad(w[1] + 5, ""))
    numbers(out, w, 2, rx_more)
    if nohandler ~= 0 then numbers(out, w, 7, { nohandler }) end
  end
  out:line()
  heading("TX", { "packets", "errors", "dropped", "carrier", "collsns" }, tx[7])
  row(tx)
  if more then
    out:line("    TX errors:")
    out:text("%s %s %s %s %s %s", pad(w[1] - 10, ""), pad(w[2], "aborted"), pad(w[3], "fifo"),
      pad(w[4], "window"), pad(w[5], "heartbt"), pad(w[6], carrier_changes and "transns" or ""))
    out:line(pad(w[1] + 5, ""))
    if not carrier_changes then tx_more[5] = nil end
    numbers(out, w, 2, tx_more)
  end
end

--- Print the counters that a link message has.
---@param ip ip.Context
---@param link table
function link_stats.print(ip, link)
  local out, more = ip.out, ip.stats > 1
  local stats = link.stats64 or link.stats
  if not stats then return end
  if out.is_json then
    out:object(link.stats64 and "stats64" or "stats")
    print_json(out, stats, "rx", RX, more)
    print_json(out, stats, "tx", TX, more, link.carrier_changes)
    out:object_end()
  else
    print_text(out, stats, more, link.carrier_changes)
  end
end

return link_stats
