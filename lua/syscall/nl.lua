-- syscall/nl.lua - S.nl, under the name that older programs ask for
--
-- Layer: library, behind S.

return require "nl"
