---@meta
-- lua/meta/text.lua - the accelerators over text: declarations, not embedded

-- ---- text.lines (src/text_lines.c)

---@class text.Reader reads a descriptor, which it does not own, in blocks
local Reader = {}

--- The next line without its delimiter: `for line, ended in reader.line, reader do`
---@return string? line nil at the end
---@return boolean|S.Error? had_delimiter false for a last line without one; err after nil
function Reader:line() end
---@return string? block what is at hand, or the next read; nil at the end
---@return S.Error? err
function Reader:block() end
---@return string? block the same, without taking it
---@return S.Error? err
function Reader:peek() end
---@param byte string
---@return boolean # whether the block at hand, read if need be, holds it
function Reader:has(byte) end
--- Pass over lines in bounded memory; a last line without a delimiter counts.
---@param lines integer? all
---@return integer? skipped
---@return S.Error? err
function Reader:skip(lines) end
---@param out any fd
---@param lines integer? all
---@return integer? copied
---@return S.Error? err
---@return "write"? side when writing failed
function Reader:copy(out, lines) end
---@return integer bytes handed out so far
---@return integer lines handed out; right with numbers, or with line, skip and copy alone
function Reader:tell() end
---@return boolean moved the descriptor now stands at the first byte not handed out
function Reader:give_back() end
---@return S.Error? err of the read that ended it
function Reader:failed() end
--- Go on with another descriptor and the same buffer.
function Reader:reset(fd) end
function Reader:close() end

---@class text.lines
local lines = {}
---@param fd any fd object or number
---@param delimiter string? one byte, "\n"
---@param size integer? of the first block; it grows for longer lines
---@param numbers boolean? keep the number of lines right in all cases
---@return text.Reader
function lines.reader(fd, delimiter, size, numbers) end

-- ---- text.bytes (src/text_bytes.c)

---@class text.bytes
local bytes = {}
---@param s string
---@return string[] # what blanks part
function bytes.words(s) end
---@param s any string or memory (S.t.buffer)
---@param byte string
---@param length integer? how much of s counts
---@return integer
function bytes.count(s, byte, length) end
---@param s any string or memory
---@param byte string
---@param n integer the nth; negative: from the end
---@param length integer? how much of s counts
---@return integer? position
---@return integer? count how many there are, after nil
function bytes.nth(s, byte, n, length) end

-- ---- text.copy (src/text_copy.c)

---@class text.copy
local copy = {}
--- Move bytes the fastest way the kernel offers for the pair.
---@param from any fd
---@param to any fd
---@param count integer? to the end
---@return integer? copied
---@return S.Error? err
---@return "read"|"write"? side
---@return integer? copied_before
function copy.bytes(from, to, count) end
--- Share all blocks of a file: FICLONE.
---@return true? ok
---@return S.Error? err
function copy.clone(from, to) end
---@return boolean # both are the same regular file
function copy.same_file(fd, other) end
---@return boolean # copying would read again what it writes (cat f >> f)
function copy.feeds_itself(from, to) end

-- ---- text.count (src/text_count.c)

---@class text.count
local count = {}
---@param fd any
---@param what string letters of wc: l w m c L; only these are counted
---@param utf8 boolean? for m and L
---@return { lines: integer, words: integer, chars: integer, bytes: integer, width: integer }
---@return S.Error? err the counts go up to it
function count.fd(fd, what, utf8) end
---@param s string
---@param utf8 boolean?
---@return integer columns on a terminal; control bytes take none
function count.width(s, utf8) end

-- ---- text.regex (src/text_regex.c)

---@class text.Regex
local Regex = {}
--- As string.find: inclusive positions, then the groups; a group that took no part, or none in
--- the last turn of a repeat, is false. Leftmost, then longest (POSIX XBD 9.1); for groups, the
--- first alternative that fits and another turn of a repeat are preferred. Back references that
--- take too long, and groups of a match of many megabytes, are an error.
---@param s string
---@param init integer? 1
---@param not_bol boolean? ^ does not match at init = 1 either
---@return integer? start
---@return integer|string? stop after nil: what went wrong, if that is why
---@return string|false ...
function Regex:find(s, init, not_bol) end
---@param reader text.Reader
---@param invert boolean?
---@return string? line the next that matches
---@return boolean|string|S.Error? had_delimiter err after nil: of reading, or as of find
function Regex:next(reader, invert) end
---@param reader text.Reader
---@param invert boolean?
---@param max integer?
---@return integer? count
---@return S.Error|string? err
---@return integer? count_before
function Regex:count(reader, invert, max) end
--- Write the lines that match; a last one without a newline gets it.
---@param reader text.Reader
---@param out any fd
---@param invert boolean?
---@param max integer?
---@return integer? count
---@return S.Error|string? err
---@return "read"|"write"? side
---@return integer? count_before
function Regex:copy(reader, out, invert, max) end

---@class text.regex
local regex = {}
--- POSIX regular expressions with GNU's operators: `\+ \? \|` in basic ones, `{,n}`, `\<`, `\>`,
--- `\b`, `\B`, `\w`, `\W`, `\s`, `\S`, "\`", `\'` and back references in both. Patterns and texts
--- may hold any byte. With u, a byte that is not UTF-8 is a character in no class; beyond ASCII
--- nearly all letters are known as such, and both cases of those of Latin, Greek, Cyrillic,
--- Armenian, Georgian and some rarer scripts.
---@param patterns string|string[]
---@param flags string? E extended, F fixed, else basic; i both cases, w words, x whole
---  lines; u: characters are UTF-8; n: find gives no groups
---@return text.Regex? re
---@return string? message
function regex.compile(patterns, flags) end

-- ---- text.sort (src/text_sort.c)

---@class text.SortKey
---@field kind? "text"|"numeric"|"general"|"human"|"month"|"version"|"random"
---@field from_field? integer 1
---@field from_char? integer 1
---@field to_field? integer 0: to the end of the line
---@field to_char? integer 0: to the end of the field
---@field skip_start? boolean blanks before the first character do not count
---@field skip_end? boolean nor those before the last
---@field reverse? boolean
---@field fold? boolean
---@field dictionary? boolean
---@field printable? boolean

---@class text.SortOptions
---@field keys? text.SortKey[] the whole line
---@field separator? string one byte; fields begin with their blanks
---@field delimiter? string "\n"
---@field stable? boolean
---@field reverse? boolean
---@field unique? boolean
---@field seed? integer for kind "random"

---@class text.Sorter: #sorter is the number of lines
local Sorter = {}
---@return true? ok
---@return S.Error? err
function Sorter:read(fd) end
---@param line string
---@return true? ok
---@return S.Error? err
function Sorter:add(line) end
---@return true? ok
---@return S.Error? err
function Sorter:sort() end
---@return integer? number of the first line that is out of order
---@return string? line
function Sorter:disorder() end
---@return true? ok
---@return S.Error? err
function Sorter:write(fd) end
---@param i integer
---@return string? line
function Sorter:line(i) end

---@class text.sort
local sort = {}
---@param options text.SortOptions
---@return text.Sorter
function sort.new(options) end
--- Compare version numbers.
---@param a string
---@param b string
---@return integer # < 0, 0, > 0
function sort.versions(a, b) end
