-- loop/timers.lua - what is due when: a binary heap of waits by their deadline
--
-- Layer: library, pure; for loop.lua. A wait that ended before its time keeps its place, with
-- `done` set, until it comes up or until most of the heap is such: leaving costs nothing then.

local timers = {}
timers.__index = timers

local FEW = 64 -- ended waits that are not worth sorting out

function timers.new()
  return setmetatable({ heap = {}, ended = 0 }, timers)
end

local function sift_up(heap, i)
  local wait = heap[i]
  while i > 1 and heap[i // 2].at > wait.at do
    heap[i] = heap[i // 2]
    i = i // 2
  end
  heap[i] = wait
end

local function sift_down(heap, i)
  local wait, size = heap[i], #heap
  while 2 * i <= size do
    local child = 2 * i
    if child < size and heap[child + 1].at < heap[child].at then child = child + 1 end
    if heap[child].at >= wait.at then break end
    heap[i] = heap[child]
    i = child
  end
  heap[i] = wait
end

local function pop(heap)
  local top, last = heap[1], table.remove(heap)
  if #heap > 0 then
    heap[1] = last
    sift_down(heap, 1)
  end
  return top
end

---@param wait { at: number, done: boolean? }
function timers:add(wait)
  local heap = self.heap
  heap[#heap + 1] = wait
  sift_up(heap, #heap)
end

--- One of the waits here has been marked done.
function timers:leave()
  self.ended = self.ended + 1
  if self.ended < FEW or self.ended * 2 < #self.heap then return end
  local live = {}
  for _, wait in ipairs(self.heap) do
    if not wait.done then live[#live + 1] = wait end
  end
  self.heap, self.ended = live, 0
  for i = #live // 2, 1, -1 do sift_down(live, i) end
end

--- Take out the next wait that is due.
---@param now number
function timers:due(now)
  local heap = self.heap
  while heap[1] and (heap[1].done or heap[1].at <= now) do
    local wait = pop(heap)
    if not wait.done then return wait end
    self.ended = self.ended - 1
  end
  return nil
end

--- The earliest deadline of a live wait.
---@return number?
function timers:earliest()
  local heap = self.heap
  while heap[1] and heap[1].done do
    pop(heap)
    self.ended = self.ended - 1
  end
  return heap[1] and heap[1].at
end

return timers
