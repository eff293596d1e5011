-- tests/applets/prompt.lua - the prompt, fed through a pipe

local t = require "test"

local function ask(...)
  local got = t.execute({ "prompt" }, { stdin = table.concat({ ... }, "\n") .. "\n" })
  local lines = {}
  for line in got.out:gmatch("[^\n]+") do lines[#lines + 1] = line end
  table.remove(lines, 1) -- the greeting
  return table.concat(lines, "|"), got.err
end

t.is(ask "1 + 1, 'x'", "> 2\tx|> ")
t.is(ask "=require'syscall'.getppid() > 0", "> true|> ")
t.is(ask("a = 5", "a"), "> > 5|> ")
t.is(ask("for i = 1, 2 do", "print(i)", "end"), "> >> >> 1|2|> ")
t.is(ask "echo 'a  b' c\\ d \"e\"", "> a  b c d e|> ")
t.is(ask "S.getpid() == S.getpid(), type(t), type(c.O)", "> true\ttable\ttable|> ")
t.is(ask("echo = 3", "echo"), "> > 3|> ", "a variable goes before a command")
t.is(ask("echo = 3", "!echo 4"), "> > 4|> ", "but not with !")
t.is(ask "true", "> true|> ")
t.is(ask "luabox --version", "> luabox " .. require "version" .. "|> ", "not luabox and a comment")
t.is(select(2, ask "nil + 1"):match("^stdin:1: attempt to perform arithmetic on a nil value"),
  "stdin:1: attempt to perform arithmetic on a nil value")
t.is(select(2, ask "!/no/such"), "/no/such: No such file or directory\n")
t.is(select(2, ask "echo 'a"), "unfinished quote '\n")
t.is(ask("exit", "1"), "> ")
t.is(ask("exit = 5", "exit"), "> > 5|> ")
t.ok(ask "help":find(" echo "), "help lists the commands")
