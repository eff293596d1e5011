-- net/links.lua - names of links by their numbers
--
-- Layer: library; calls nl.request.

local links = {}

--- Names of links by index.
---@param connection nl.Connection? of the route protocol
---@return table<integer, string> names empty when they cannot be read
function links.names(connection)
  local own
  if not connection then
    own = require("nl.request").open()
    connection = own
    if not own then return {} end
  end
  local names = {}
  connection:dump(require "nl.schema.link", {}, function(link) names[link.index] = link.ifname end)
  if own then own:close() end
  return names
end

return links
