-- lua/fs/real.lua - a path without ., .. and symbolic links
--
-- Layer: library; calls S. Parts that do not exist are taken as they are, as GNU
-- realpath -m does.

local S = require "syscall"

local real = {}

local MAX_LINKS = 40 -- what the kernel follows before it says ELOOP

--- The parts of the path from the root on.
---@param path string
---@return string[]
function real.parts(path)
  if path:sub(1, 1) ~= "/" then path = (S.getcwd() or "") .. "/" .. path end
  local done, todo, links = {}, {}, 0
  for part in path:gmatch("[^/]+") do todo[#todo + 1] = part end
  while todo[1] do
    local part = table.remove(todo, 1)
    if part == ".." then
      done[#done] = nil
    elseif part ~= "." then
      local to = links < MAX_LINKS and S.readlink("/" .. table.concat(done, "/", 1,
        #done) .. "/" .. part)
      if to then
        links = links + 1
        if to:sub(1, 1) == "/" then done = {} end
        local at = 1
        for piece in to:gmatch("[^/]+") do
          table.insert(todo, at, piece)
          at = at + 1
        end
      else
        done[#done + 1] = part
      end
    end
  end
  return done
end

--- The path itself.
---@param path string
---@return string
function real.path(path)
  return "/" .. table.concat(real.parts(path), "/")
end

return real
