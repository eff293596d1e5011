-- init/svc/chart.lua - svc bootchart and graph: pictures of the services
--
-- Layer: PID 1's Lua side, a room of svc. The chart is drawn for a terminal or
-- as SVG 1.1; the graph is in the language of Graphviz's dot.

local client = require "init.client"
local json = require "json"
local out = require "init.svc.out"

local chart = {}

local MARKS = { starting = "-", up = "=", rest = " " }

--- Services in the order in which they were started; nil, text, code.
local function rows_of(opts)
  local records, text, code = client.ask "list"
  if not records then return nil, text, code end
  local rows, last = {}, 1
  for _, record in ipairs(records) do
    out.typed(record)
    if record.started_ms and (record.kind ~= "group" or opts.all) then
      rows[#rows + 1] = record
      last = math.max(last, record.first_ready_ms or record.started_ms)
    end
  end
  table.sort(rows, function(a, b)
    if a.started_ms ~= b.started_ms then return a.started_ms < b.started_ms end
    return a.name < b.name
  end)
  return rows, last
end

local function width()
  return math.max(40, math.tointeger(tonumber(os.getenv "COLUMNS")) or out.width() or 80)
end

local function draw(rows, last)
  local name_width = 4
  for _, row in ipairs(rows) do name_width = math.max(name_width, #row.name) end
  name_width = math.min(name_width, 24)
  local columns = math.max(10, width() - name_width - 20)
  local function at(ms) return math.floor(ms / last * (columns - 1)) end
  out.line(("%s  %-" .. columns .. "s  %7s %7s"):format((" "):rep(name_width),
    ("0%" .. columns - 1 .. "s"):format(last .. " ms"), "start", "ready"))
  for _, row in ipairs(rows) do
    local from = at(row.started_ms)
    local ready = row.first_ready_ms and at(row.first_ready_ms) or columns - 1
    local bar = MARKS.rest:rep(from) .. MARKS.starting:rep(ready - from) ..
      (row.first_ready_ms and "|" .. MARKS.up:rep(columns - 1 - ready) or "?")
    out.line(("%-" .. name_width .. "s  %-" .. columns .. "s  %7d %7s"):format(
      row.name:sub(1, name_width), bar, row.started_ms,
      row.first_ready_ms and tostring(row.first_ready_ms) or "never"))
  end
end

local function escape(text)
  return (text:gsub("[&<>\"]", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;",
    ['"'] = "&quot;" }):gsub("%c", "?"))
end

local function svg(rows, last)
  local left, row_height, plot = 160, 18, 800
  local height = (#rows + 2) * row_height
  local function x(ms) return left + ms / last * plot end
  local parts = {
    ('<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" '
      .. 'font-size="11">'):format(left + plot + 60, height),
    ('<rect width="%d" height="%d" fill="#fff"/>'):format(left + plot + 60, height),
  }
  for step = 0, 10 do
    local ms = last * step / 10
    parts[#parts + 1] = ('<path d="M%.1f %d V%d" stroke="#ddd"/><text x="%.1f" y="12" '
      .. 'fill="#666">%.0f</text>'):format(x(ms), row_height, height, x(ms), ms)
  end
  for i, row in ipairs(rows) do
    local y = i * row_height + 4
    local ready = row.first_ready_ms or last
    parts[#parts + 1] = ('<text x="4" y="%d">%s</text>'):format(y + 11, escape(row.name))
    parts[#parts + 1] = ('<rect x="%.1f" y="%d" width="%.1f" height="12" fill="%s"><title>%s'
      .. "</title></rect>"):format(x(row.started_ms), y,
      math.max(1, x(ready) - x(row.started_ms)), row.first_ready_ms and "#e69f00" or "#d55e00",
      escape(("%s: started %d ms, ready %s"):format(row.name, row.started_ms,
        row.first_ready_ms and row.first_ready_ms .. " ms" or "never")))
    if row.kind == "service" and row.first_ready_ms then
      parts[#parts + 1] = ('<rect x="%.1f" y="%d" width="%.1f" height="12" fill="#56b4e9" '
        .. 'opacity=".5"/>'):format(x(ready), y, math.max(0, x(last) - x(ready)))
    end
  end
  parts[#parts + 1] = "</svg>"
  io.write(table.concat(parts, "\n"), "\n")
end

--- When each service was started and ready, from the start of PID 1.
function chart.bootchart(opts)
  local rows, last, code = rows_of(opts)
  if not rows then return out.finish(last, code) end
  if opts.json then
    out.json(json.array(rows))
  elseif opts.svg then
    svg(rows, last)
  else
    draw(rows, last)
  end
  return client.OK
end

local STYLES = { needs = "solid", wants = "dashed", once = "bold", after = "dotted" }
local COLORS = { up = "palegreen", done = "palegreen", failed = "salmon", starting = "khaki",
  waiting = "khaki", backoff = "orange" }

--- The services and their edges, for dot(1).
function chart.graph(opts)
  local services, text, code = client.ask "list"
  if not services then return out.finish(text, code) end
  local edges
  edges, text, code = client.ask "graph"
  if not edges then return out.finish(text, code) end
  local list = {}
  for _, edge in ipairs(edges) do
    if edge.from then list[#list + 1] = edge end
  end
  if opts.json then
    out.json(json.array(list))
    return client.OK
  end
  io.write("digraph services {\n  rankdir=LR;\n  node [shape=box, style=filled];\n")
  for _, record in ipairs(services) do
    io.write(("  %q [fillcolor=%s];\n"):format(record.name, COLORS[record.state] or "white"))
  end
  for _, edge in ipairs(list) do
    io.write(("  %q -> %q [style=%s];\n"):format(edge.from, edge.to, STYLES[edge.kind]))
  end
  io.write("}\n")
  return client.OK
end

return chart
