-- applets/sort.lua - sort, merge and check lines
--
-- Layer: applet; calls S, text.sort.
-- Follows POSIX sort and GNU's options, in the POSIX locale: bytes are compared.
-- -m sorts as well: sorted input gives the same result. All input is held in memory.

local S = require "syscall"
local cli = require "cli"

local applet = {
  summary = "sort, merge and check lines",
  usage = "[OPTION]... [FILE]...",
  options = {
    { "b", "ignore-leading-blanks", help = "blanks before a key do not count" },
    { "d", "dictionary-order", help = "only blanks, letters and digits count" },
    { "f", "ignore-case", help = "small letters count as large ones" },
    { "g", "general-numeric-sort", help = "compare floating point numbers" },
    { "h", "human-numeric-sort", help = "compare sizes such as 2K and 1G" },
    { "i", "ignore-nonprinting", help = "only printable characters count" },
    { "M", "month-sort", help = "compare names of months" },
    { "n", "numeric-sort", help = "compare decimal numbers of any length" },
    { "R", "random-sort", help = "shuffle, equal keys together" },
    { "r", "reverse", help = "turn the order round" },
    { "V", "version-sort", help = "compare version numbers" },
    { nil, "sort", arg = "WORD",
      help = "general-numeric, human-numeric, month, numeric, random or version" },
    { "k", "key", arg = "KEY", many = true,
      help = "F[.C][OPTIONS][,F[.C][OPTIONS]]: field and character, from 1" },
    { "t", "field-separator", arg = "CHAR", help = "what is between fields, not blanks" },
    { "u", "unique", help = "write only the first of lines that compare equal" },
    { "s", "stable", help = "lines that compare equal keep their order" },
    { "c", nil, help = "check whether the input is sorted" },
    { nil, "check", arg = "HOW", optional = true, help = "same; quiet, silent: as -C" },
    { "C", nil, help = "same, without a message" },
    { "m", "merge", help = "the input is sorted already" },
    { "o", "output", arg = "FILE", help = "write here; may be one of the inputs" },
    { "z", "zero-terminated", help = "lines end with NUL" },
    { nil, "files0-from", arg = "FILE", help = "read the names, ended by NUL, from FILE" },
    { "S", "buffer-size", arg = "SIZE", help = "accepted, not used" },
    { "T", "temporary-directory", arg = "DIR", many = true, help = "accepted, not used" },
    { nil, "parallel", arg = "N", help = "accepted, not used" },
    { nil, "batch-size", arg = "N", help = "accepted, not used" },
    { nil, "compress-program", arg = "PROGRAM", help = "accepted, not used" },
    { nil, "debug", help = "accepted, not used" },
  },
  usage_status = 2,
  examples = {
    { "sort -k 2,2n -k 1,1 file", "by the second field as a number, then by the first" },
    { "du -h | sort -h", "by size" },
  },
}

local KINDS = {
  g = "general", h = "human", M = "month", n = "numeric", R = "random", V = "version",
}
local WORDS = {
  ["general-numeric"] = "g", ["human-numeric"] = "h", month = "M", numeric = "n",
  random = "R", version = "V",
}
local LONG = {
  b = "ignore_leading_blanks", d = "dictionary_order", f = "ignore_case",
  g = "general_numeric_sort", h = "human_numeric_sort", i = "ignore_nonprinting",
  M = "month_sort", n = "numeric_sort", R = "random_sort", r = "reverse", V = "version_sort",
}

-- The ordering letters given for the whole command.
local function global_letters(opts)
  local letters = ""
  for letter, long in pairs(LONG) do
    if opts[long] then letters = letters .. letter end
  end
  if opts.sort then
    local letter = WORDS[opts.sort]
    if not letter then cli.usage(("--sort: unknown order %s"):format(opts.sort)) end
    letters = letters .. letter
  end
  return letters
end

-- Put ordering letters into a key.
local function set_order(key, letters)
  local kind
  for letter in letters:gmatch("[ghMnRV]") do
    if kind and kind ~= letter then
      cli.usage(("options -%s%s are incompatible"):format(kind, letter))
    end
    kind = letter
  end
  key.kind = KINDS[kind]
  key.dictionary = letters:find("d") ~= nil
  key.printable = letters:find("i") ~= nil
  key.fold = letters:find("f") ~= nil
  key.reverse = letters:find("r") ~= nil
  return key
end

local function parse_key(text, letters)
  local from, from_char, start, rest = text:match("^(%d+)%.?(%d*)([bdfghiMnRrV]*)(.*)$")
  local to, to_char, stop = nil, nil, ""
  if from and rest ~= "" then
    to, to_char, stop = rest:match("^,(%d+)%.?(%d*)([bdfghiMnRrV]*)$")
    if not to then from = nil end
  end
  if not from then cli.usage(("invalid key: %s"):format(text)) end
  from, from_char = tonumber(from), tonumber(from_char) or 1
  if from == 0
    or to == "0" then cli.usage(("invalid key: %s: fields count from 1"):format(text)) end
  if from_char == 0 then cli.usage(("invalid key: %s: characters count from 1"):format(text)) end
  local own = start .. stop
  local order = own ~= "" and own or letters
  return set_order({
    from_field = from,
    from_char = from_char,
    to_field = tonumber(to) or 0,
    to_char = tonumber(to_char) or 0,
    skip_start = (own ~= "" and start or letters):find("b") ~= nil,
    skip_end = (own ~= "" and stop or letters):find("b") ~= nil,
  }, order)
end

local function separator_of(text)
  if not text then return nil end
  if text == "\\0" then return "\0" end
  if #text ~= 1 then cli.usage(("field separator is not one character: %s"):format(text)) end
  return text
end

local function fail(name, err)
  cli.warn(name, err)
  return 2
end

local function names_from(name)
  local fd, err = 0, nil
  if name ~= "-" then fd, err = S.open(name) end
  if not fd then return nil, err end
  local names = {}
  local reader <close> = require("text.lines").reader(fd, "\0")
  for line in reader.line, reader do names[#names + 1] = line end
  return names
end

---@param opts table
---@param args string[]
---@return true|integer status 1: not sorted (-c), 2: trouble
function applet.run(opts, args)
  local sort = require "text.sort"
  local letters = global_letters(opts)
  local keys = {}
  for i, text in ipairs(opts.key or {}) do keys[i] = parse_key(text, letters) end
  if not keys[1] and letters:find("[^r]") then
    keys[1] = set_order({ skip_start = letters:find("b") ~= nil }, letters)
  end
  local sorter = sort.new {
    keys = keys,
    separator = separator_of(opts.field_separator),
    delimiter = opts.zero_terminated and "\0" or "\n",
    stable = opts.stable,
    unique = opts.unique,
    reverse = opts.reverse,
    seed = letters:find("R") and math.random(0) or 0,
  }

  if opts.files0_from then
    local err
    args, err = names_from(opts.files0_from)
    if not args then return fail(opts.files0_from, err) end
  elseif not args[1] then
    args = { "-" }
  end
  local check = opts.c or opts.C or opts.check
  if check and #args > 1 then cli.usage("-c takes one file") end
  for _, name in ipairs(args) do
    local fd, ok, err = 0, nil, nil
    if name ~= "-" then fd, err = S.open(name) end
    if fd then ok, err = sorter:read(fd) end
    if not ok then return fail(name, err) end
    if fd ~= 0 then fd:close() end
  end

  if check then
    local line, text = sorter:disorder()
    if not line then return true end
    if not (opts.C or opts.check == "quiet" or opts.check == "silent") then
      io.stderr:write(("sort: %s:%d: disorder: %s\n"):format(args[1], line, text))
    end
    return 1
  end

  local ok, err = sorter:sort()
  if not ok then return fail("sort", err) end
  local out = 1
  if opts.output then
    out, err = S.open(opts.output, "wronly, creat, trunc", "0666")
    if not out then return fail(opts.output, err) end
  end
  ok, err = sorter:write(out)
  if not ok then return fail(opts.output or "write error", err) end
  return true
end

return applet
