-- tests/lua/syscall_layouts.lua - constants and layouts beside a C program of the same headers
--
-- kernel.headers says which header has what. For each group of headers a program is made that
-- prints the value of every constant, and size and place of every struct and field, that the
-- binary has; every line must be the same. For other machines with their compiler and qemu.

local t = require "test"

local here = debug.getinfo(1, "S").source:match("^@(.*/)")
local tmp = t.tmp()

-- ---- kernel.headers ----

local groups = {} -- array of {name=, headers=, tables = {TABLE = PREFIX}, types = {NAME = TYPE}}
local expressions, members, own = {}, {}, {}
local listed = {} -- tables and types that some group has

for line in io.lines(here .. "kernel.headers") do
  local what, rest = line:match("^(%S+) (.*)")
  local group = groups[#groups]
  if what == "group" or what == "header" then
    if what == "group" then
      group = { headers = {}, tables = {}, types = {} }
      group.name, rest = rest:match("^(%S+) (.*)")
      groups[#groups + 1] = group
    end
    for header in rest:gmatch("%S+") do table.insert(group.headers, header) end
  elseif what == "c" then
    local prefix, names = rest:match("^(%S+) (.*)")
    for name in names:gmatch("%S+") do
      group.tables[name] = prefix == "-" and "" or prefix
      listed[name] = true
    end
  elseif what == "t" then
    local name, ctype = rest:match("^(%S+) (.*)")
    group.types[name] = ctype
    listed[name] = true
  elseif what == "=" then
    local name, expression = rest:match("^(%S+) (.*)")
    expressions[name] = expression
  elseif what == "." then
    local name, member = rest:match("^(%S+) (.*)")
    members[name] = member
  elseif what == "own" then
    for name in rest:gmatch("%S+") do own[name] = true end
  end
end

-- ---- the program ----

-- One line of C for one line of ours; nil where the group does not have it.
local function statement(group, line)
  local what, name = line:match("^(%l) (%S+)")
  local head, tail = name:match("^([^.]+)%.?(.*)")
  if own[name] or own[head] or (what == "s" and own["size:" .. name]) then return nil end
  local is_guess = not listed[head] and group.name == "kernel" -- by the usual name
  if what == "c" then
    local prefix = group.tables[head] or is_guess and head .. "_"
    if not prefix then return nil end
    return ('V("%s", %s)'):format(name, expressions[name] or prefix .. tail)
  end
  local ctype = group.types[head] or is_guess and "struct " .. head
  if not ctype then return nil end
  local field = members[name] or tail
  if what == "s" then return ('S("%s", %s)'):format(name, ctype) end
  if what == "b" then return ('B("%s", %s, %s)'):format(name, ctype, field) end
  local rest = line:match(" 0$") and "E" or "F"
  return ('%s("%s", %s, %s)'):format(rest, name, ctype, field)
end

local PROLOGUE = [[
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#define _TIME_BITS 64
#include <stddef.h>
#include <stdio.h>
#include <string.h>
%s
#define V(name, value) printf("c %%s %%u\n", name, (unsigned)(value));
#define S(name, T) printf("s %%s %%zu\n", name, sizeof(T));
#define F(name, T, m) printf("f %%s %%zu %%zu\n", name, offsetof(T, m), sizeof(((T *)0)->m));
#define E(name, T, m) printf("f %%s %%zu 0\n", name, offsetof(T, m));
#define B(name, T, m) { T x; const unsigned char *p = (void *)&x; size_t i; \
  memset(&x, 0, sizeof x); x.m = -1; printf("b %%s ", name); \
  for (i = 0; i < sizeof x; i++) printf("%%02x", p[i]); printf("\n"); }
int main(void) {
]]

local function readable(compiler, header)
  local source = t.write(tmp .. "/one.c", "#include <" .. header .. ">\n")
  return t.execute({ compiler, "-E", "-w", "-o", "/dev/null", source }, { program = compiler,
    timeout = 60 }).status == 0
end

-- Compiles what of the statements this machine's headers know; the others are returned.
local function compile(compiler, group, statements, output)
  local includes = {}
  for _, header in ipairs(group.headers) do
    if readable(compiler, header) then includes[#includes + 1] = "#include <" .. header .. ">" end
  end
  local prologue = PROLOGUE:format(table.concat(includes, "\n"))
  local _, first = prologue:gsub("\n", "\n")
  local unknown = {}
  for _ = 1, 3 do
    local source = tmp .. "/" .. group.name .. ".c"
    t.write(source, prologue .. table.concat(statements, "\n") .. "\nreturn 0; }\n")
    local got = t.execute({ compiler, "-w", "-O0", "-static", "-ftrack-macro-expansion=0", "-o",
      output, source }, { program = compiler, timeout = 120 })
    if got.status == 0 then return unknown end
    local found
    for number in got.err:gmatch("%.c:(%d+):%d+: error") do
      local i = tonumber(number) - first
      if i >= 1 and statements[i] and statements[i] ~= "" then
        unknown[#unknown + 1] = statements[i]:match('"(.-)"')
        statements[i] = ""
        found = true
      end
    end
    if not found then error(got.err:sub(1, 2000)) end
  end
  error(group.name .. ": it does not compile")
end

local function lines_of(text)
  local list = {}
  for line in text:gmatch("[^\n]+") do list[#list + 1] = line end
  return list
end

-- On 32-bit machines these are the C library's, which asks the kernel for others: musl's are not
-- those of the compiler's library.
local OWN_32 = { stat = true, timex = true }

-- argv runs a luabox of that machine; its compiler's programs are run the same way.
local function compare(machine, compiler, emulator, binary)
  local function run(argv)
    if emulator then table.insert(argv, 1, emulator) end
    return t.execute(argv, { program = argv[1], timeout = 120 })
  end
  local ours = run { binary, "lua", here .. "../lib/layouts.lua" }
  if not t.is(ours.status, 0, machine .. ": the binary tells what it has") then return end
  local is_32 = ours.out:find("\ns iovec 8\n") ~= nil
  local compared, unknown, wrong = {}, {}, {}
  local total = 0
  for _, group in ipairs(groups) do
    local statements, want = {}, {}
    for _, line in ipairs(lines_of(ours.out)) do
      local code = statement(group, line)
      if code and not (is_32 and OWN_32[line:match("^%l ([^.%s]+)")]) then
        statements[#statements + 1] = code
        want[line:match("^%l %S+")] = line
      end
    end
    local program = tmp .. "/" .. machine .. "." .. group.name
    for _, name in ipairs(compile(compiler, group, statements, program)) do
      unknown[#unknown + 1] = name
    end
    for _, line in ipairs(lines_of(run({ program }).out)) do
      local name = line:match("^%l %S+")
      total = total + 1
      compared[name] = true
      if want[name] ~= line then
        wrong[#wrong + 1] = "ours: " .. tostring(want[name]) .. ", theirs: " .. line
      end
    end
  end
  t.is(table.concat(wrong, "\n"), "", ("%s: %d values, sizes and places"):format(machine, total))
  t.ok(total > 4800, machine .. ": that is most of them")
  local missing = {}
  for _, line in ipairs(lines_of(ours.out)) do
    local name = line:match("^%l (%S+)")
    if not compared[line:match("^%l %S+")] and not own[name] and not own["size:" .. name] and
      not own[name:match("^[^.]+")] then
      missing[#missing + 1] = name
    end
  end
  return missing, unknown
end

-- ---- this machine ----

local compiler = t.find("gcc")
if not compiler then t.skip("no C compiler") end

local missing, unknown = compare("native", compiler, nil, t.binary)
if missing and #unknown > 0 then
  t.skip_one("names that this machine's headers lack", table.concat(unknown, " "))
elseif missing then
  t.is(table.concat(missing, " "), "", "every constant and field is in kernel.headers, or own")
end

-- ---- others, where a binary was built for them ----

local MACHINES = {
  arm64 = { "aarch64-linux-gnu-gcc", "qemu-aarch64-static" },
  armhf = { "arm-linux-gnueabihf-gcc", "qemu-arm-static" },
  i386 = { "i686-linux-gnu-gcc", "qemu-i386-static" },
  s390x = { "s390x-linux-gnu-gcc", "qemu-s390x-static" },
}

for machine, tools in pairs(MACHINES) do
  local binary = t.binary:match("^(.*/)[^/]+/[^/]+$") .. machine .. "/luabox"
  local cross, emulator = t.find(tools[1]), t.find(tools[2])
  if not (cross and emulator and require("syscall").access(binary, "x")) then
    t.skip_one(machine, "no compiler, emulator or binary for it")
  elseif not readable(cross, "stdio.h") then
    t.skip_one(machine, "its compiler has no C library")
  else
    compare(machine, cross, emulator, binary)
  end
end
