-- ss/table.lua - rows of sockets as text in columns
--
-- Layer: library of ss, pure. The form is iproute2's where it writes to no terminal: each column as
-- wide as its widest cell or its title, addresses to the right, what follows them to the left.

local columns = {}

-- name, title, what stands before it, to the right?, width at least
local COLUMNS = {
  { "netid", "Netid", "" },
  { "state", "State", " " },
  { "recv_q", "Recv-Q", " ", nil, 6 },
  { "send_q", "Send-Q", " ", nil, 6 },
  { "src", "Local Address", " ", true },
  { "sport", "Port", ":" },
  { "dst", "Peer Address", " ", true },
  { "dport", "Port", ":" },
  { "more", "Process", "" },
}

--- The text of a table.
---@param rows table[] cells by column; `src_mark`, `dst_mark`: what stands between address and port
---@param hidden table<string, boolean> columns that are left out
---@param header boolean
---@return string
function columns.text(rows, hidden, header)
  local shown, widths = {}, {}
  for _, column in ipairs(COLUMNS) do
    local name = column[1]
    if not hidden[name] then
      shown[#shown + 1] = column
      local width = header and #column[2] or column[5] or 0
      -- the end of the last row counts for nothing there, and so not here
      local count = name == "more" and #rows - 1 or #rows
      for i = 1, count do width = math.max(width, #rows[i][name]) end
      widths[name] = width
    end
  end
  local lines = {}
  local function add(cell_of, mark_of)
    local parts = {}
    for i, column in ipairs(shown) do
      local name = column[1]
      local cell = cell_of(column)
      local pad = (" "):rep(widths[name] - #cell) -- none when it is longer
      parts[#parts + 1] = i > 1 and (mark_of(name) or column[3]) or ""
      parts[#parts + 1] = column[4] and pad .. cell or cell .. pad
    end
    lines[#lines + 1] = table.concat(parts) .. "\n"
  end
  if header then
    add(function(column) return column[2] end, function() return nil end)
  end
  for _, row in ipairs(rows) do
    add(function(column) return row[column[1]] end, function(name)
      return name == "sport" and row.src_mark or name == "dport" and row.dst_mark or nil
    end)
  end
  return table.concat(lines)
end

return columns
