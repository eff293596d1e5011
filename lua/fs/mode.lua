-- lua/fs/mode.lua - permission bits as text: 755, u+x, rwxr-xr-x
--
-- Layer: library, pure. Follows POSIX chmod ("extended description") and GNU's
-- numeric operators (+10, =755).

local mode = {}

local SETUID, SETGID, STICKY = 0x800, 0x400, 0x200 -- 04000 02000 01000

local WHO = {
  u = SETUID | 0x1c0, g = SETGID | 0x038, o = STICKY | 0x007, a = 0xfff, -- 04700 02070 01007
}
local PERM = { r = 0x124, w = 0x092, x = 0x049, s = SETUID | SETGID, t = STICKY }
local SHIFT = { u = 6, g = 3, o = 0 }

---@class fs.ModeChange
---@field octal? integer
---@field clauses? table[]
---@field keeps_special? boolean an octal mode of at most four digits leaves a directory's
---  set-id bits

--- Read the MODE of chmod, mkdir -m and install -m.
---@param text string
---@return fs.ModeChange? change
---@return string? err "invalid mode"
function mode.parse(text)
  if text:find("^[0-7]+$") then
    local value = tonumber(text, 8)
    if value > 0xfff then return nil, "invalid mode" end
    return { octal = value, keeps_special = #text < 5 }
  end
  local clauses = {}
  for clause in (text .. ","):gmatch("([^,]*),") do
    local who, actions = clause:match("^([ugoa]*)(.*)$")
    if actions == "" then return nil, "invalid mode" end
    local mask = 0
    for letter in who:gmatch(".") do mask = mask | WHO[letter] end
    local at = 1
    while at <= #actions do
      local op, perms, after = actions:match("^([-+=])([rwxXst]*)()", at)
      if not op then return nil, "invalid mode" end
      local action = { who = mask, op = op, perms = perms }
      if perms == "" then
        local copy, behind = actions:match("^([ugo])()", after)
        local digits, past = actions:match("^([0-7]+)()", after)
        if copy then
          action.copy, after = copy, behind
        elseif digits then
          if who ~= "" or tonumber(digits, 8) > 0xfff then return nil, "invalid mode" end
          action.octal, after = tonumber(digits, 8), past
        end
      end
      clauses[#clauses + 1] = action
      at = after
    end
  end
  return { clauses = clauses }
end

local function bits_of(action, current, is_directory)
  if action.octal then return action.octal end
  if action.copy then
    local three = current >> SHIFT[action.copy] & 7
    return three << 6 | three << 3 | three
  end
  local bits = 0
  for letter in action.perms:gmatch(".") do
    if letter == "X" then
      if is_directory or current & 0x049 ~= 0 then bits = bits | 0x049 end
    else
      bits = bits | PERM[letter]
    end
  end
  return bits
end

--- The mode that a change makes of another.
---@param change fs.ModeChange
---@param current integer permission bits
---@param is_directory boolean
---@param umask integer used where no one is named: chmod +w
---@return integer
function mode.apply(change, current, is_directory, umask)
  if change.octal then
    -- set-id bits of directories are only cleared when asked for: GNU, and most others
    local kept = is_directory and change.keeps_special and current & (SETUID | SETGID) or 0
    return change.octal | kept
  end
  for _, action in ipairs(change.clauses) do
    local bits = bits_of(action, current, is_directory)
    local named = action.who ~= 0 and action.who or 0xfff
    -- the set-id bits of a directory change only where they are mentioned
    local kept = is_directory and not action.octal and (SETUID | SETGID) & ~(named & bits) or 0
    if action.who ~= 0 or action.octal then
      bits = bits & named
    else
      bits = bits & ~umask
    end
    if action.op == "+" then
      current = current | bits
    elseif action.op == "-" then
      current = current & ~bits
    else
      current = current & (~named | kept) | bits
    end
  end
  return current
end

local LETTER = {
  file = "-", directory = "d", link = "l", char = "c", block = "b", fifo = "p", socket = "s",
}

local function write_letters(type, bits)
  local out = { LETTER[type] or "?" }
  for shift = 6, 0, -3 do
    local three = bits >> shift & 7
    local execute = three & 1 ~= 0
    local special = bits & (shift == 6 and SETUID or shift == 3 and SETGID or STICKY) ~= 0
    local last = execute and "x" or "-"
    if special then
      local letter = shift == 0 and "t" or "s"
      last = execute and letter or letter:upper()
    end
    out[#out + 1] = (three & 4 ~= 0 and "r" or "-") .. (three & 2 ~= 0 and "w" or "-") .. last
  end
  return table.concat(out)
end

local known = {} -- files of a tree have few modes

--- The ten letters of ls -l.
---@param type string as fs.dir.status names it
---@param bits integer
---@return string "drwxr-xr-x"
function mode.letters(type, bits)
  local of_type = known[type]
  if not of_type then
    of_type = {}
    known[type] = of_type
  end
  local text = of_type[bits]
  if not text then
    text = write_letters(type, bits)
    of_type[bits] = text
  end
  return text
end

return mode
