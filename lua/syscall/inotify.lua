-- syscall/inotify.lua - S.inotify_read: events as tables
--
-- Layer: library, behind S; calls S.

local S = require "syscall"

return {
  --- What has happened to the files watched.
  ---@param fd S.fd
  ---@param buffer S.mem? to read into
  ---@param length integer? of it, 1024: room for one event with the longest of names is 272
  ---@return { wd: integer, mask: integer, cookie: integer, name: string? }[]? events
  ---@return S.Error? err
  inotify_read = function(fd, buffer, length)
    length = length or 1024
    buffer = buffer or S.t.buffer(length)
    local n, err = S.read(fd, buffer, length)
    if not n then return nil, err end
    return S.t.inotify_events(buffer, n)
  end,
}
