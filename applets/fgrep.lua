-- applets/fgrep.lua - grep -F
--
-- Layer: applet; calls text.grep.

return require "variant"(require "text.grep", { fixed_strings = true })
