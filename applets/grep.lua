-- applets/grep.lua - print lines that match a pattern
--
-- Layer: applet; calls text.grep.

return require "text.grep"
