-- tc/object.lua - `tc qdisc` and `tc class`: show, add, change, replace, delete
--
-- Layer: library of tc; calls nl.request. Words, form and keys are iproute2 6.1's (tc(8)).

local context = require "ip.context"
local kinds = require "tc.kind"
local units = require "tc.units"

local matches, fail = context.matches, context.fail

local ROOT, INGRESS, INGRESS_HANDLE = 0xffffffff, 0xfffffff1, 0xffff0000

local object = {}

---@class tc.Object what a qdisc and a class have of their own
---@field name string "qdisc", "class"
---@field schema string
---@field prefix string before a kind's functions: "", "class_"
---@field usage string

-- ---- text ----

local function show_stats(out, message)
  local stats = message.stats2
  if not stats then return end
  local basic, queue = stats.basic, stats.queue
  if basic then
    out:line()
    out:put("bytes", " Sent %d bytes", basic.bytes)
    out:put("packets", " %d pkt", stats.pkt64 or basic.packets)
  end
  if not queue then return end
  if not basic then out:line() end
  out:put("drops", " (dropped %d,", queue.drops)
  out:put("overlimits", " overlimits %d", queue.overlimits)
  out:put("requeues", " requeues %d) ", queue.requeues)
  out:line()
  out:json("backlog", queue.backlog)
  out:text(" backlog %s", units.size_text(queue.backlog))
  out:put("qlen", " %dp", queue.qlen)
  out:text(" requeues %d", queue.requeues)
end

--- Print a qdisc or class.
---@param tc ip.Context
---@param what tc.Object
---@param message table
---@param filter table what the user has said already
---@param deleted boolean?
function object.print(tc, what, message, filter, deleted)
  local out = tc.out
  local room = kinds.find(message.kind)
  out:object()
  if deleted then out:put("deleted", "deleted ", true) end
  out:name(what.name == "class" and "class" or "kind", what.name .. " %s ", message.kind)
  if what.name == "class" then
    out:put("handle", "%s ", units.handle_text(message.handle))
  else
    out:put("handle", "%s ", ("%x:"):format(message.handle >> 16))
  end
  if not filter.ifindex then out:name("dev", "dev %s ", tc:name(message.ifindex)) end
  if message.parent == ROOT then
    out:put("root", "root ", true)
  elseif message.parent ~= 0 then
    out:put("parent", "parent %s ", units.handle_text(message.parent))
  end
  if what.name == "class" then
    if message.info ~= 0 then out:put("leaf", "leaf %s ", ("%x:"):format(message.info >> 16)) end
  elseif message.info ~= 1 then
    out:put("refcnt", "refcnt %d ", message.info)
  end
  if message.hw_offload and message.hw_offload ~= 0 then
    out:put("offloaded", "offloaded ", true)
  end
  for _, key in ipairs { "ingress_block", "egress_block" } do
    if message[key] then out:put(key, key .. " %d ", message[key]) end
  end
  local view = { kind = message.kind, details = tc.details }
  local show = room and room[what.prefix .. "show"]
  if what.name == "qdisc" then out:object("options") end
  if show then show(out, message.options or {}, view) end
  if what.name == "qdisc" then out:object_end() end
  if tc.stats > 0 then
    show_stats(out, message)
    local xstats = message.stats2 and message.stats2.app or message.xstats
    local show_xstats = room and room[what.prefix .. "show_xstats"]
    if xstats and show_xstats then
      out:line()
      show_xstats(out, xstats)
    end
    if what.name == "class" then out:line() end
  end
  out:text("\n")
  out:object_end()
end

local function usage(what)
  io.stderr:write(what.usage)
  return 0 -- as iproute2 has it
end

local function show(tc, words, what)
  local filter, wanted, invisible = {}, {}, nil
  local device
  while words:peek() do
    local word = words:take()
    if word == "dev" then
      device = words:value()
    elseif word == "root" then
      wanted.parent = ROOT
    elseif what.name == "qdisc" and (word == "ingress" or word == "clsact") then
      wanted.parent = INGRESS
    elseif word == "parent" then
      local text = words:value()
      filter.parent = units.class_id(text) or context.invalid(text, "invalid parent ID")
      if what.name == "qdisc" then wanted.parent = filter.parent end
    elseif what.name == "qdisc" and word == "handle" then
      local text = words:value()
      wanted.handle = units.qdisc_handle(text) or context.invalid(text, "invalid handle")
    elseif what.name == "class" and matches(word, "classid") then
      local text = words:value()
      wanted.handle = units.class_id(text) or context.invalid(text, "invalid class ID")
    elseif what.name == "qdisc" and word == "invisible" then
      invisible = true
    elseif matches(word, "help") then
      return usage(what)
    else
      fail(255, ('What is "%s"? Try "tc %s help".'):format(word, what.name))
    end
  end
  if device then
    filter.ifindex = tc:index(device) or fail(1, ('Cannot find device "%s"'):format(device))
  elseif what.name == "class" then
    return 0 -- the kernel lists classes of one link alone
  end
  local out = tc.out
  out:start()
  local ok, err, warning = tc.connection:dump(require(what.schema), {
    ifindex = filter.ifindex, dump_invisible = invisible,
    parent = what.name == "class" and filter.parent or nil,
  }, function(message)
    if filter.ifindex and message.ifindex ~= filter.ifindex then return end
    for key, value in pairs(wanted) do
      if message[key] ~= value then return end
    end
    object.print(tc, what, message, filter)
  end)
  out:finish()
  if not ok then return tc:refused(err) end
  tc:remark(warning)
  return 0
end

-- ---- add, change, replace, delete ----

local function once(values, key, word, text)
  if values[key] and values[key] ~= 0 then context.duplicate(word, text) end
end

-- Words that only one of the two has: true when it was one.
local function read_own(words, what, word, values)
  if what.name == "class" then
    if word ~= "classid" then return false end
    local text = words:value()
    values.handle = units.class_id(text) or context.invalid(text, "invalid class ID")
    return true
  end
  if word == "handle" then
    local text = words:value()
    once(values, "handle", "handle", text)
    values.handle = units.qdisc_handle(text) or context.invalid(text, "invalid qdisc ID")
  elseif word == "ingress" or word == "clsact" then
    once(values, "parent", "parent", word)
    values.parent, values.handle, values.kind = INGRESS, INGRESS_HANDLE, word
  elseif word == "ingress_block" or word == "egress_block" then
    values[word] = words:number(0, 0xffffffff, "invalid block index value")
  else
    return false
  end
  return true
end

local function modify(tc, words, what, verb, mode)
  local values, device = {}, nil
  while words:peek() do
    local word = words:take()
    if word == "dev" then
      local text = words:value()
      if device then context.duplicate("dev", text) end
      device = text
    elseif word == "root" then
      once(values, "parent", "parent", word)
      values.parent = ROOT
    elseif word == "parent" then
      local text = words:value()
      once(values, "parent", "parent", text)
      values.parent = units.class_id(text) or context.invalid(text, "invalid parent ID")
    elseif read_own(words, what, word, values) then
      if values.kind then break end
    elseif matches(word, "help") then
      return usage(what)
    else
      values.kind = word
      break
    end
  end
  local options
  if values.kind then
    local room = kinds.find(values.kind)
    local read = room and room[what.prefix .. "read"]
    if read then
      options = read(words, values)
    elseif words:peek() then
      fail(1, ('Unknown %s "%s", hence option "%s" is unparsable'):format(what.name, values.kind,
        words:peek()))
    end
  end
  values.options = options
  if device then
    values.ifindex = tc:index(device) or fail(1, ('Cannot find device "%s"'):format(device))
  end
  return tc:change(require(what.schema), verb, values, mode)
end

local VERBS = { { "add", "new", "add" }, { "change", "new" }, { "replace", "new", "replace" },
  { "link", "new", "change" }, { "delete", "del" } }

--- `tc qdisc ...` or `tc class ...`
---@param tc ip.Context
---@param words ip.Words
---@param what tc.Object
---@return integer status
function object.run(tc, words, what)
  local verb = words:take()
  if not verb then return show(tc, words, what) end
  for _, entry in ipairs(VERBS) do
    if matches(verb, entry[1]) and not (entry[1] == "link" and what.name == "class") then
      return modify(tc, words, what, entry[2], entry[3])
    end
  end
  if matches(verb, "list") or matches(verb, "show") or matches(verb, "lst") then
    return show(tc, words, what)
  end
  if matches(verb, "help") then return usage(what) end
  fail(255, ('Command "%s" is unknown, try "tc %s help".'):format(verb, what.name))
end

return object
