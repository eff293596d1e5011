---@meta
-- lua/meta/syscall/tty.lua - terminals
--
-- Declarations for editors, and the source of help and docs/reference: one function, one
-- paragraph and its man page. Where nothing else is said a failing call gives nil and an error.

---@class S
local S = {}

--- A new pseudoterminal: its master.
--- posix_openpt(3)
---@param flags? S.c.O
---@return S.fd? fd
---@return S.Error? err
function S.posix_openpt(flags) end

--- posix_openpt.
--- posix_openpt(3)
---@param flags? S.c.O
---@return S.fd? fd
---@return S.Error? err
function S.openpt(flags) end

--- Nothing to do on Linux.
--- grantpt(3)
---@param fd S.fd|integer
---@return true? ok
---@return S.Error? err
function S.grantpt(fd) end

--- Let the slave be opened.
--- unlockpt(3)
---@param fd S.fd|integer
---@return true? ok
---@return S.Error? err
function S.unlockpt(fd) end

--- The slave's path.
--- ptsname(3)
---@param fd S.fd|integer
---@return string? path
---@return S.Error? err
function S.ptsname(fd) end

--- Is it a terminal? NOTTY.
--- isatty(3)
---@param fd S.fd|integer
---@return true? ok
---@return S.Error? err
function S.isatty(fd) end

--- A terminal's settings.
--- termios(3)
---@param fd S.fd|integer
---@return S.t.termios? termios
---@return S.Error? err
function S.tcgetattr(fd) end

--- Set them: now, or when output is "drain"ed.
--- termios(3)
---@param fd S.fd|integer
---@param when? S.c.TCSA
---@param termios S.t.termios
---@return true? ok
---@return S.Error? err
function S.tcsetattr(fd, when, termios) end

--- Send a break, of tenths of a second.
--- termios(3)
---@param fd S.fd|integer
---@param duration? integer
---@return true? ok
---@return S.Error? err
function S.tcsendbreak(fd, duration) end

--- Wait until all output is sent.
--- termios(3)
---@param fd S.fd|integer
---@return true? ok
---@return S.Error? err
function S.tcdrain(fd) end

--- Throw away what waits.
--- termios(3)
---@param fd S.fd|integer
---@param queue S.c.TCFLUSH
---@return true? ok
---@return S.Error? err
function S.tcflush(fd, queue) end

--- Stop or start output or input.
--- termios(3)
---@param fd S.fd|integer
---@param action S.c.TCFLOW
---@return true? ok
---@return S.Error? err
function S.tcflow(fd, action) end

--- The session whose terminal it is.
--- tcgetsid(3)
---@param fd S.fd|integer
---@return integer? sid
---@return S.Error? err
function S.tcgetsid(fd) end

--- The foreground process group.
--- tcgetpgrp(3)
---@param fd S.fd|integer
---@return integer? pgid
---@return S.Error? err
function S.tcgetpgrp(fd) end

--- Set the foreground process group.
--- tcsetpgrp(3)
---@param fd S.fd|integer
---@param pgid integer
---@return true? ok
---@return S.Error? err
function S.tcsetpgrp(fd, pgid) end

--- Rows and columns. NOTTY for what is no terminal.
--- ioctl_tty(2)
---@param fd S.fd|integer
---@return S.t.winsize? size
---@return S.Error? err
function S.tcgetwinsize(fd) end

--- Set rows and columns.
--- ioctl_tty(2)
---@param fd S.fd|integer
---@param size S.t.winsize
---@return true? ok
---@return S.Error? err
function S.tcsetwinsize(fd, size) end

--- Hang up our terminal.
--- vhangup(2)
---@return true? ok
---@return S.Error? err
function S.vhangup() end
