-- lua/text/columns.lua - names in columns, as wide as the terminal
--
-- Layer: library, pure.

local columns = {}

local GAP = 2

-- Widths of so many columns; nil: they do not fit.
local function fit(widths, count, rows, line_width, across)
  local fitted, sum = {}, 0
  for column = 1, count do
    local widest = 0
    local first, last, step = (column - 1) * rows + 1, math.min(column * rows, #widths), 1
    if across then first, last, step = column, #widths, count end
    for i = first, last, step do widest = math.max(widest, widths[i]) end
    fitted[column] = widest
    sum = sum + widest + (column < count and GAP or 0)
    if sum >= line_width then return nil end -- the terminal's last column stays free
  end
  return fitted
end

--- Lay items out in as many columns as fit.
---@param items string[]
---@param widths integer[] columns each takes on the screen
---@param line_width integer
---@param across? boolean side by side rather than one below the other
---@return string text with newlines
function columns.layout(items, widths, line_width, across)
  local n = #items
  if n == 0 then return "" end
  -- as many columns as fit; each takes at least one character and the gap
  local fitted, rows
  for count = math.min(n, math.max(1, line_width // (GAP + 1))), 2, -1 do
    rows = -(-n // count)
    fitted = fit(widths, count, rows, line_width, across)
    if fitted then break end
  end
  if not fitted then return table.concat(items, "\n") .. "\n" end
  local count, out = #fitted, {}
  for row = 1, rows do
    local line = {}
    for column = 1, count do
      local i = across and (row - 1) * count + column or (column - 1) * rows + row
      if items[i] then
        local next_i = across and i + 1 or i + rows
        local last = column == count or not items[next_i]
        line[column] = last and items[i] or items[i] .. (" "):rep(fitted[column] - widths[i] + GAP)
      end
    end
    out[row] = table.concat(line)
  end
  return table.concat(out, "\n") .. "\n"
end

--- Items with ", " between them, lines broken where they are full (ls -m).
---@param items string[]
---@param widths integer[]
---@param line_width integer
---@return string
function columns.commas(items, widths, line_width)
  local out, at = {}, 0
  for i, item in ipairs(items) do
    local last = i == #items
    local need = widths[i] + (last and 0 or 1)
    if i > 1 then
      if at + 1 + need > line_width then
        out[#out + 1] = "\n"
        at = 0
      else
        out[#out + 1] = " "
        at = at + 1
      end
    end
    out[#out + 1] = last and item or item .. ","
    at = at + need
  end
  return table.concat(out) .. "\n"
end

return columns
