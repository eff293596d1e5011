-- tests/lua/syscall_sysv.lua - System V queues, semaphores and segments, beside /proc/sysvipc

local t = require "test"
local S = require "syscall"

--- The kernel's line on an identifier, by the names in the first line.
local function line_of(file, id, column)
  local heads
  for line in io.lines("/proc/sysvipc/" .. file) do
    local words = {}
    for word in line:gmatch("%S+") do words[#words + 1] = word end
    if not heads then
      heads = words
    else
      local row = {}
      for i, head in ipairs(heads) do row[head] = tonumber(words[i]) end
      if row[column] == id then return row end
    end
  end
end

t.isolated("newipc", function()
  -- messages
  local q = assert(S.msgget(0, "creat", "0640"))
  t.is(S.msgsnd(q, 7, "seven"), true)
  t.is(S.msgsnd(q, 3, "three"), true)
  local row = line_of("msg", q, "msqid")
  local st = S.msgctl(q, "stat")
  t.is({ st.qnum, st.mode, st.lspid }, { row.qnum, 416, S.getpid() }, "as the kernel has it")
  t.is({ S.msgrcv(q, 100, 3) }, { "three", nil, 3 }, "a message of a type")
  local none, err = S.msgrcv(q, 2, 0, "nowait")
  t.ok(not none and err["2BIG"], "larger than asked for")
  t.is({ S.msgrcv(q, 2, 0, "nowait, noerror") }, { "se", nil, 7 }, "cut short")
  none, err = S.msgrcv(q, 100, 0, "nowait")
  t.ok(not none and err.NOMSG, "none is left")
  t.is(S.msgctl(q, "set", { mode = "0600", qbytes = 1000 }), true)
  st = S.msgctl(q, "stat")
  t.is({ st.mode, st.qbytes }, { 384, 1000 }, "set")
  t.is(S.msgctl(q, "rmid"), true)
  t.is(line_of("msg", q, "msqid"), nil, "gone")

  -- semaphores
  local set = assert(S.semget(0x1234, 3, "creat, excl", "0600"))
  none, err = S.semget(0x1234, 3, "creat, excl", "0600")
  t.ok(not none and err.EXIST, "the key is taken")
  t.is(S.semctl(set, nil, "setall", { 1, 2, 3 }), true)
  t.is(S.semop(set, { { 0, -1 }, { 2, 4 } }), true)
  t.is(S.semctl(set, nil, "getall"), { 0, 2, 7 })
  none, err = S.semop(set, { { 1, 5 }, { 0, -1, "nowait" } })
  t.ok(not none and err.AGAIN, "all or none")
  none, err = S.semop(set, { { 0, -1 } }, 0.01)
  t.ok(not none and err.AGAIN, "until the time is over")
  t.is({ S.semctl(set, 1, "getval"), S.semctl(set, 0, "getpid") }, { 2, S.getpid() })
  t.is(S.semctl(set, 1, "setval", 9), true)
  t.is({ S.semctl(set, 1, "getval"), S.semctl(set, nil, "stat").nsems },
    { 9, line_of("sem", set, "semid").nsems })
  t.raises(function() S.semop(set, { { 0, "x" } }) end, "number expected")
  t.is(S.semctl(set, nil, "rmid"), true)

  -- segments
  local id = assert(S.shmget(0, 5000, "creat", "0600"))
  local one, other = assert(S.shmat(id)), assert(S.shmat(id, "rdonly"))
  t.is(#one, 5000)
  S.mem.copy(one, "shared")
  t.is(S.mem.string(other, 6), "shared")
  t.raises(function() other[0] = 1 end, "protected", "read only")
  t.is(S.shmctl(id, "stat").nattch, line_of("shm", id, "shmid").nattch)
  local pid = assert(S.fork())
  if pid == 0 then
    S.mem.copy(one, "child!")
    S._exit(0)
  end
  S.waitpid(pid)
  t.is(S.mem.string(other, 6), "child!", "with a child, too")
  t.is(S.shmdt(one), true)
  t.raises(function() return one[0] end, "not mapped")
  t.is(S.shmctl(id, "rmid"), true)
  t.is(S.shmdt(other), true)
  t.is(line_of("shm", id, "shmid"), nil, "gone")
end)
