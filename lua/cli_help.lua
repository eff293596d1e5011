-- cli_help.lua - help made of an applet's table
--
-- Layer: library, loaded by cli.lua when help or a usage line is wanted.

local help = {}

--- The usage line.
---@param name string
---@param applet cli.Applet
---@return string line with its newline
function help.usage(name, applet)
  local usage = applet.usage or ""
  return "usage: " .. name .. (usage == "" and "" or " " .. usage) .. "\n"
end

local function left_column(option)
  local text = option[1] and "-" .. option[1] or "   "
  if option[2] then text = text .. (option[1] and ", --" or " --") .. option[2] end
  if option.arg then
    local value = (option[2] and "=" or " ") .. option.arg
    text = text .. (option.optional and "[" .. value .. "]" or value)
  end
  return text
end

--- The whole help.
---@param name string
---@param applet cli.Applet
---@return string
function help.text(name, applet)
  local lines = { help.usage(name, applet) .. "\n" .. applet.summary .. "\n" }
  local options = applet.raw and (applet.options or {}) or require("cli_options").all(applet)
  local width = 0
  for _, option in ipairs(options) do width = math.max(width, #left_column(option)) end
  width = math.min(width, 26)
  if #options > 0 then lines[#lines + 1] = "\n" end
  for _, option in ipairs(options) do
    local left = left_column(option)
    local gap = #left > width and "\n" .. (" "):rep(width + 4) or (" "):rep(width - #left + 2)
    lines[#lines + 1] = "  " .. left .. gap .. (option.help or "") .. "\n"
  end
  if applet.commands then
    lines[#lines + 1] = "\nCommands:\n"
    for _, command in ipairs(applet.commands) do
      lines[#lines + 1] = ("  %-26s%s\n"):format(command[1], command[2])
    end
  end
  if applet.examples then
    lines[#lines + 1] = "\nExamples:\n"
    for _, example in ipairs(applet.examples) do
      lines[#lines + 1] = "  " .. example[1] .. "\n      " .. example[2] .. "\n"
    end
  end
  return table.concat(lines)
end

--- How many letters must change, come, go or swap places with the next to make
--- one word of the other (optimal string alignment).
local function distance(a, b)
  local before, row = nil, {}
  for j = 0, #b do row[j] = j end
  for i = 1, #a do
    local new = { [0] = i }
    for j = 1, #b do
      local cost = a:byte(i) == b:byte(j) and 0 or 1
      new[j] = math.min(row[j] + 1, new[j - 1] + 1, row[j - 1] + cost)
      local swapped = before and j > 1 and a:byte(i) == b:byte(j - 1) and a:byte(i - 1) == b:byte(j)
      if swapped then new[j] = math.min(new[j], before[j - 2] + 1) end
    end
    before, row = row, new
  end
  return row[#b]
end

--- The word of a list that is nearest, if any is near.
---@param words string[]
---@param text string
---@return string?
function help.nearest_word(words, text)
  local best, least = nil, math.max(1, #text // 3) + 1
  for _, word in ipairs(words) do
    local d = distance(word, text)
    if d < least then
      best, least = word, d
    end
  end
  return best
end

--- The long option that was perhaps meant.
---@param options cli.Option[]
---@param text string
---@return string?
function help.nearest(options, text)
  local words = {}
  for _, option in ipairs(options) do words[#words + 1] = option[2] or nil end
  return help.nearest_word(words, text)
end

return help
