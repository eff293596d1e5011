-- rc/services/syslog.lua - messages of programs and of the kernel, in a file
--
-- Layer: policy. syslog(3) writes to /dev/log, the kernel to /dev/kmsg; both
-- end up in /var/log/messages, which is kept small: one old file beside it.

local PATH = "/var/log/messages"
local SIZE = 256 * 1024

local function run()
  local S = require "syscall"
  local loop = require "loop"
  local file, size

  local function open()
    file = io.open(PATH, "a")
    if not file then return end
    file:setvbuf("line")
    size = file:seek("end")
  end

  --- One line; where no file can be written, to PID 1's own log.
  local function log(text)
    local line = os.date("%b %d %H:%M:%S ") .. text:gsub("[%c]+$", ""):gsub("%c", " ") .. "\n"
    if not file then open() end
    (file or io.stdout):write(line)
    size = (size or 0) + #line
    if file and size > SIZE then
      file:close()
      os.rename(PATH, PATH .. ".0")
      file = nil
    end
  end

  local function programs(socket)
    while true do
      local text = assert(loop.read(socket, 8192))
      -- <priority>Mmm dd hh:mm:ss program[pid]: text
      log((text:gsub("^<%d+>", ""):gsub("^%a%a%a [ %d]%d %d%d:%d%d:%d%d ", "")))
    end
  end

  local function kernel(kmsg)
    while true do
      local record, err = loop.read(kmsg, 8192)
      if record then
        -- priority,number,time,flags;text
        local text = record:match("^[^;]*;([^\n]*)")
        if text then log("kernel: " .. text) end
      elseif not err.PIPE then -- PIPE: some were overwritten before we came
        error("/dev/kmsg: " .. err)
      end
    end
  end

  loop.run(function()
    S.mkdir("/var/log", "0755")
    S.unlink("/dev/log")
    local socket = assert(S.socket("unix", "dgram, nonblock, cloexec"))
    assert(socket:bind(S.t.sockaddr_un("/dev/log")))
    assert(S.chmod("/dev/log", "0666"))
    local kmsg = S.open("/dev/kmsg", "rdonly, nonblock, cloexec")
    local tasks = { loop.spawn(programs, socket) }
    if kmsg then tasks[2] = loop.spawn(kernel, kmsg) end
    S.write(3, "\n")
    S.close(3)
    for _, task in ipairs(tasks) do task:join() end
  end)
end

return service {
  name = "syslog",
  desc = "messages of programs and of the kernel",
  run = run,
  ready = 3,
  after = { "rc" },
  log = { to = "ring" }, -- not to the console
}
