-- rc/services/syslog.lua - messages of programs and of the kernel, in a file
--
-- Layer: policy. syslog(3) writes to /dev/log, the kernel to /dev/kmsg; both end up in
-- /var/log/messages, which is kept small: one old file beside it. PID 1 holds /dev/log: this
-- runs while there is something to write, no message waits for it in vain, and none is lost
-- between two runs. The kernel's messages wait in the kernel until somebody logs; how far they
-- have been read is in the descriptor of /dev/kmsg, which PID 1 keeps as well.

local PATH = "/var/log/messages"
local SIZE = 256 * 1024
local IDLE = 5000 -- ms without a message; then it ends
local DATAGRAM = 8192

local function run()
  local S = require "syscall"
  local file, size
  local second, stamp

  --- localtime(3) looks for its file each time: not for every line.
  local function stamped(time)
    time = math.floor(time)
    if time ~= second then second, stamp = time, os.date("%b %d %H:%M:%S ", time) end
    return stamp
  end

  local function open()
    S.mkdir("/var/log", "0755")
    file = io.open(PATH, "a")
    size = file and file:seek("end")
  end

  --- One line; where no file can be written, to PID 1's own log.
  local function log(text, time)
    local line = stamped(time or os.time()) .. text:gsub("[%c]+$", ""):gsub("%c", " ") .. "\n"
    if not file then open() end
    if not file then return io.stdout:write(line) end
    file:write(line)
    size = size + #line
    if size > SIZE then
      file:close()
      os.rename(PATH, PATH .. ".0")
      file = nil
    end
  end

  --- The kernel's since the last time: priority,number,microseconds,flags;text
  local function kernel(kmsg)
    local booted = os.time() - S.clock_gettime("monotonic").time
    while true do
      local record, err = kmsg:read(nil, DATAGRAM)
      if record then
        local microseconds, text = record:match("^%d+,%d+,(%d+),[^;]*;([^\n]*)")
        if text then log("kernel: " .. text, booted + microseconds / 1e6) end
      elseif err.PIPE then
        log "kernel: messages were overwritten before they could be read"
      else
        return
      end
    end
  end

  --- <priority>Mmm dd hh:mm:ss program[pid]: text
  local function programs(socket)
    while true do
      local text = socket:read(nil, DATAGRAM)
      if not text then return end
      log((text:gsub("^<%d+>", ""):gsub("^%a%a%a [ %d]%d %d%d:%d%d:%d%d ", "")))
    end
  end

  --- sd_pid_notify_with_fds(3): the next run gets it back.
  local function keep(kmsg)
    local manager <close> = assert(S.socket("unix", "dgram, cloexec"))
    assert(manager:connect(S.t.sockaddr_un(os.getenv "NOTIFY_SOCKET")))
    assert(manager:sendmsg(S.t.msghdr { iov = S.t.iovecs { "FDSTORE=1\nFDNAME=kmsg" },
      control = S.t.cmsghdr("socket", "rights", { kmsg }) }))
  end

  --- /dev/kmsg as the run before left it, or from its beginning.
  local function open_kmsg()
    if (os.getenv "LISTEN_FDNAMES"):find(":kmsg", 1, true) then return S.t.fd(4) end
    local kmsg = S.open("/dev/kmsg", "rdonly, nonblock, cloexec")
    if kmsg then keep(kmsg) end
    return kmsg
  end

  local socket, kmsg = S.t.fd(3), open_kmsg()
  assert(socket:nonblock())
  repeat
    if kmsg then kernel(kmsg) end
    programs(socket)
    if file then file:flush() end
    local ready = S.poll(S.t.pollfds { { fd = socket, events = "in" },
      kmsg and { fd = kmsg, events = "in" } }, IDLE)
  until ready == 0
end

return service {
  name = "syslog",
  desc = "messages of programs and of the kernel",
  listen = { log = "dgram:/dev/log?mode=0666", demand = true },
  store = 1,
  run = run,
  after = { "rc" },
  log = { to = "ring" }, -- not to the console
}
