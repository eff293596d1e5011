-- syscall/types/bpf.lua - instructions of both kinds, and a classic program
--
-- Layer: library, behind S.t. Opcodes as names: t.sock_filter("LD,W,ABS", 4).

local S = require "syscall"
local mem = require "syscall.mem"

local bpf = {}

local function fill(m, fields)
  for key, value in pairs(fields) do m[key] = value end
  return m
end

bpf.sock_filter = { set = { code = function(m, v) mem.set(m, "code", S.c.BPF[v]) end } }

--- t.sock_filter(code, k, jt, jf), or a table of these, positional or by name.
function bpf.sock_filter.new(code, k, jt, jf)
  local m = mem.new("sock_filter")
  if type(code) == "table" then
    if code[1] == nil then return fill(m, code) end
    code, k, jt, jf = table.unpack(code, 1, 4)
  end
  m.code, m.k, m.jt, m.jf = code, k or 0, jt or 0, jf or 0
  return m
end

bpf.sock_fprog = {}

--- {length, filters}, or by name.
function bpf.sock_fprog.new(fields)
  local m = mem.new("sock_fprog")
  if fields == nil then return m end
  m.len, m.filter = fields.len or fields[1], fields.filter or fields[2]
  return m
end

bpf.bpf_insn = { set = { code = function(m, v) mem.set(m, "code", S.c.BPF[v]) end } }

--- t.bpf_insn(code, dst_reg, src_reg, off, imm), or a table of these.
function bpf.bpf_insn.new(code, dst, src, off, imm)
  local m = mem.new("bpf_insn")
  if type(code) == "table" then
    if code[1] == nil then return fill(m, code) end
    code, dst, src, off, imm = table.unpack(code, 1, 5)
  end
  m.code, m.dst_reg, m.src_reg = code, dst or 0, src or 0
  m.off, m.imm = off or 0, imm or 0
  return m
end

return bpf
