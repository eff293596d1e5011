-- tests/applets/tc.lua - queueing disciplines and classes against the host's tc
--
-- What the running kernel lacks is skipped here and done in a machine with Debian's kernel
-- (tests/boot/tc.lua).

local t = require "test"

t.need_root()
t.need("tc")
local oracle = require "oracle"
if not oracle.ip("-V"):find("iproute2%-6%.1") then
  t.skip("the host's iproute2 is not 6.1, whose output ours follows")
end

local each = oracle.each

local function network()
  each([[
    link add eth0 type veth peer name eth1
    link set eth0 up
    link set eth1 up
  ]], oracle.ip)
end

-- The same by both, and shown by both.
local function discipline(words)
  local add = "tc qdisc add dev eth0 root handle 7: " .. words
  local undo = { "tc qdisc del dev eth0 root" }
  local can = oracle.try(add)
  if can.status ~= 0 then
    t.skip_one(add, "this kernel: " .. can.err:gsub("\n", " "))
    return
  end
  for _, show in ipairs { "tc qdisc show dev eth0", "tc -d qdisc show dev eth0",
    "tc -s qdisc show dev eth0", "tc -j qdisc show dev eth0", "tc -j -p qdisc show dev eth0",
    "tc -j -s qdisc show dev eth0", "tc qdisc" } do
    oracle.same(show)
  end
  oracle.same_fields("tc qdisc show dev eth0")
  oracle.ip(undo[1])
  oracle.same_change("tc -d qdisc show dev eth0", undo, add)
end

t.netns(function()
  network()
  each([[
    sfq
    sfq perturb 20 quantum 3000 limit 50 depth 10 headdrop flows 60 divisor 2048
    pfifo limit 77
    pfifo
    bfifo limit 3000
    bfifo limit 10k
    fq
    fq limit 5000 flow_limit 50 quantum 2000 initial_quantum 10k maxrate 10mbit nopacing
    fq buckets 512 refill_delay 20ms low_rate_threshold 1mbit orphan_mask 511 timer_slack 5us
    fq ce_threshold 4ms horizon 3s horizon_cap
    fq_codel
    fq_codel limit 500 flows 256 quantum 300 target 10ms interval 200ms noecn ce_threshold 3ms
    fq_codel memory_limit 1mb drop_batch 32
    tbf rate 1mbit burst 10kb latency 50ms
    tbf rate 10mbit burst 10kb limit 100kb peakrate 20mbit mtu 1500 overhead 10
    tbf rate 1gbit burst 1mb limit 1mb mpu 64 linklayer atm
    tbf rate 100kbps burst 5k latency 1s
    netem
    netem delay 10ms
    netem delay 100ms 20ms
    netem delay 100ms 20ms 25%
    netem loss 5%
    netem loss random 5% 10% ecn
    netem loss state 1% 2% 3% 4% 5%
    netem loss state 1%
    netem loss gemodel 1% 2% 3% 4%
    netem loss gemodel 1% 50%
    netem duplicate 1%
    netem corrupt 0.5%
    netem delay 10ms reorder 25% 50%
    netem delay 10ms reorder 25% gap 5 limit 500
    netem rate 1mbit
    netem rate 1mbit 10 20 30
    netem slot 10ms 20ms packets 5 bytes 600
    htb
    htb default 30 r2q 5
    htb direct_qlen 50 default 1f
    prio
    prio bands 4 priomap 1 2 2 2 1 2 0 0 1 1 1 1 1 1 1 3
  ]], discipline)

  for _, words in ipairs { "ingress", "clsact" } do
    oracle.ip("tc qdisc add dev eth0 " .. words)
    oracle.same("tc qdisc show dev eth0")
    oracle.same("tc -j qdisc show dev eth0")
    oracle.same("tc qdisc show dev eth0 ingress")
    oracle.ip("tc qdisc del dev eth0 " .. words)
    oracle.same_change("tc qdisc show dev eth0", { "tc qdisc del dev eth0 " .. words },
      "tc qdisc add dev eth0 " .. words)
  end

  each([[
    tc qdisc show
    tc qdisc show invisible dev eth0
    tc -j qdisc show
    tc foo
    tc qdisc foo
    tc qdisc add
    tc qdisc add dev
    tc qdisc add dev nope root pfifo
    tc qdisc add dev eth0 root bogus
    tc qdisc add dev eth0 root bogus option
    tc qdisc add dev eth0 root pfifo bogus
    tc qdisc add dev eth0 root pfifo limit
    tc qdisc add dev eth0 root pfifo limit x
    tc qdisc add dev eth0 root pfifo help
    tc qdisc add dev eth0 pfifo
    tc qdisc add dev eth0 root handle x pfifo
    tc qdisc add dev eth0 parent zz pfifo
    tc qdisc add dev eth0 root parent 1: pfifo
    tc qdisc add dev eth0 dev eth1 root pfifo
    tc qdisc add dev eth0 root tbf
    tc qdisc add dev eth0 root tbf rate 1mbit
    tc qdisc add dev eth0 root tbf rate 1mbit burst 10k
    tc qdisc add dev eth0 root tbf rate x burst 10k latency 5ms
    tc qdisc add dev eth0 root tbf rate 1mbit burst x latency 5ms
    tc qdisc add dev eth0 root tbf rate 1mbit burst 10k latency 5ms limit 100
    tc qdisc add dev eth0 root tbf rate 1mbit burst 10k latency 5ms bogus
    tc qdisc add dev eth0 root tbf help
    tc qdisc add dev eth0 root netem delay
    tc qdisc add dev eth0 root netem delay x
    tc qdisc add dev eth0 root netem delay 10ms bogus
    tc qdisc add dev eth0 root netem loss x
    tc qdisc add dev eth0 root netem loss 200%
    tc qdisc add dev eth0 root netem bogus
    tc qdisc add dev eth0 root netem duplicate x
    tc qdisc add dev eth0 root netem rate x
    tc qdisc add dev eth0 root netem reorder 25%
    tc qdisc add dev eth0 root netem help
    tc qdisc add dev eth0 root fq limit x
    tc qdisc add dev eth0 root fq bogus
    tc qdisc add dev eth0 root fq help
    tc qdisc add dev eth0 root fq_codel limit x
    tc qdisc add dev eth0 root fq_codel target x
    tc qdisc add dev eth0 root fq_codel bogus
    tc qdisc add dev eth0 root htb bogus
    tc qdisc add dev eth0 root htb default x
    tc class add dev eth0 parent 1: classid 1:1 htb
    tc class add dev eth0 parent 1: classid 1:1 htb rate
    tc class add dev eth0 parent 1: classid 1:1 htb rate x
    tc class add dev eth0 parent 1: classid 1:1 htb rate 1mbit
    tc class add dev eth0 parent 1: classid 1:1 htb rate 1mbit bogus
    tc class add dev eth0 classid 1:1 htb rate 1mbit
    tc class add dev eth0 parent 1: classid zz htb rate 1mbit
    tc class add
    tc class show
    tc class show dev nope
    tc class foo
    tc qdisc del dev eth0 root
    tc qdisc del dev nope root
    tc qdisc del
    tc qdisc change dev eth0 root pfifo limit 5
    tc qdisc show dev nope
    tc qdisc show bogus
    tc -foo
  ]], oracle.same)

  -- classes
  if oracle.try("tc qdisc add dev eth0 root handle 1: htb default 30").status ~= 0 then
    t.skip_one("classes", "this kernel has no htb")
    return
  end
  each([[
    tc class add dev eth0 parent 1: classid 1:1 htb rate 6mbit burst 15k
    tc class add dev eth0 parent 1:1 classid 1:10 htb rate 5mbit ceil 6mbit burst 15k
    tc class add dev eth0 parent 1:1 classid 1:30 htb rate 1kbit overhead 10 linklayer atm
    tc qdisc add dev eth0 parent 1:10 handle 10: pfifo limit 9
  ]], oracle.ip)
  each([[
    tc qdisc show dev eth0
    tc -d qdisc show dev eth0
    tc -j -s -d qdisc show dev eth0
    tc class show dev eth0
    tc -d class show dev eth0
    tc -s class show dev eth0
    tc -s -d class show dev eth0
    tc class show dev eth0 parent 1:
    tc class show dev eth0 parent 1:1
    tc class show dev eth0 classid 1:10
    tc class del dev eth0 classid 1:99
    tc qdisc show dev eth0 handle 10:
    tc qdisc show dev eth0 parent 1:10
    tc qdisc show dev eth0 root
    tc qdisc show root
  ]], oracle.same)
  each([[
    rate 1mbit
    rate 1mbit ceil 2mbit burst 20k cburst 30k prio 3 quantum 5000
    rate 10gbit
    rate 100kbps mpu 64 overhead 4
  ]], function(words)
    oracle.same_change("tc -d class show dev eth0", { "tc class del dev eth0 classid 1:50" },
      "tc class add dev eth0 parent 1:1 classid 1:50 htb " .. words)
  end)
  oracle.same_change("tc -d class show dev eth0",
    { "tc class change dev eth0 parent 1:1 classid 1:10 htb rate 5mbit ceil 6mbit burst 15k" },
    "tc class change dev eth0 parent 1:1 classid 1:10 htb rate 4mbit ceil 6mbit prio 2")
  t.run("tc class del dev eth0 classid 1:30", {})
  t.ok(not oracle.ip("tc class show dev eth0"):find("1:30"), "a class is deleted")

  local file = t.tmp() .. "/batch"
  t.write(file, "qdisc del dev eth0 root\n# and\nqdisc add dev eth0 root pfifo limit 5\n")
  t.run({ "tc", "-batch", file }, {})
  t.ok(oracle.ip("tc qdisc show dev eth0"):find("pfifo .* limit 5p"), "a batch is carried out")
  oracle.report_fields()
end)

t.run("tc", { err = t.match "^Usage:\ttc " })
t.run("tc help", { err = t.match "^Usage:\ttc " })
t.run("tc qdisc help", { err = t.match "^Usage: tc qdisc " })
t.run("tc class help", { err = t.match "^Usage: tc class " })
