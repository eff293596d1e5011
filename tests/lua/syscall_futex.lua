-- tests/lua/syscall_futex.lua - a word that two processes wait on

local t = require "test"
local S = require "syscall"
local mem = S.mem

local page = assert(S.mmap(nil, S.getpagesize(), "read, write", "shared, anonymous"))
local words = mem.cast("uint32", page)
local word = words + 1

t.is(mem.fetch_add(word, 5), 0)
t.is(mem.fetch_add(word, -2), 5)
t.ok(mem.cas(word, 3, 9), "cas")
t.is({ mem.cas(word, 3, 4) }, { false, 9 })
t.is(words[1], 9)
t.is(select(2, S.futex_wait(word, 3)).sym, "AGAIN")
t.is(select(2, S.futex_wait(word, 9, 0.01)).sym, "TIMEDOUT")
local now = S.clock_gettime("monotonic").time
t.is(select(2, S.futex_wait_until(word, 9, now + 0.01)).sym, "TIMEDOUT")
t.is(S.futex_wake(word), 0, "nobody waits")

local pid = assert(S.fork())
if pid == 0 then
  local ok, err = S.futex_wait(word, 9, 20)
  S._exit((ok or err.AGAIN) and words[1] == 10 and 0 or 1)
end
S.nanosleep(0.01) -- mostly it waits by now; the word tells it, if not
words[1] = 10
S.futex_wake(word, 1)
t.is(select(3, S.waitpid(pid)).EXITSTATUS, 0, "woken in another process")

-- ten thousand increments each, by three processes, and none is lost
local children = {}
for i = 1, 3 do
  children[i] = assert(S.fork())
  if children[i] == 0 then
    for _ = 1, 10000 do mem.fetch_add(words + 2, 1) end
    S._exit(0)
  end
end
for _, child in ipairs(children) do S.waitpid(child) end
t.is(words[2], 30000)

t.raises(function() mem.cas(S.t.buffer(3), 0, 0) end, "aligned bytes")
t.raises(function() S.futex_wake(page + 1) end, "aligned bytes")
assert(S.munmap(page, S.getpagesize()))
t.raises(function() mem.fetch_add(word, 1) end, "not mapped")
