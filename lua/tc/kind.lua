-- tc/kind.lua - the kinds of queueing disciplines that have words and text of their own
--
-- Layer: library of tc. A kind's room, tc/kind/NAME.lua, has read(words, what) -> options,
-- show(out, options, tc), and where it has them show_xstats(out, bytes), and class_ before those
-- names for its classes.

local context = require "ip.context"

local kind = {}

local ROOM = { pfifo = "fifo", bfifo = "fifo", pfifo_head_drop = "fifo", prio = "prio",
  pfifo_fast = "prio", fq = "fq", fq_codel = "fq_codel", tbf = "tbf", htb = "htb",
  netem = "netem", sfq = "sfq", ingress = "ingress", clsact = "ingress" }

--- A kind's room; nil for one without words.
---@param name string
---@return table?
function kind.find(name)
  local room = ROOM[name]
  return room and require("tc.kind." .. room)
end

--- Wrong words: the message, and the usage of the kind.
function kind.unknown(word, usage)
  context.fail(1, ('What is "%s"?\n%s'):format(word, usage))
end

function kind.illegal(what) context.fail(1, ('Illegal "%s"'):format(what)) end

--- A value that must follow, read by one of tc.units.
function kind.value(words, read, what)
  return read(words:value()) or kind.illegal(what)
end

--- A number that must follow.
function kind.number(words, what)
  local number = context.integer(words:value())
  return number and number >= 0 and number <= 0xffffffff and number or kind.illegal(what)
end

--- The options of a kind of which most words are followed by a number.
---@param words ip.Words
---@param how table<string, { [1]: function? }> word: what of tc.units reads its value; without, a
--- number
---@param usage string
---@param other? fun(options: table, word: string, words: ip.Words): boolean? takes any other word
---@return table? options nil without words
function kind.options(words, how, usage, other)
  local options
  while words:peek() do
    local word = words:take()
    options = options or {}
    if how[word] then
      local read = how[word][1]
      options[word] = read and kind.value(words, read, word) or kind.number(words, word)
    elseif word == "help" then
      context.fail(1, usage)
    elseif not (other and other(options, word, words)) then
      kind.unknown(word, usage)
    end
  end
  return options
end

return kind
