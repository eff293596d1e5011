-- applets/egrep.lua - grep -E
--
-- Layer: applet; calls text.grep.

return require "variant"(require "text.grep", { extended_regexp = true })
