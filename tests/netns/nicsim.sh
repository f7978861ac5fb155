#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Adaptors of two makes in one master: software adaptors on eth0 and eth2, and on eth1
# and eth3 those that a NIC driver brought (samples/nicsim):
#
#   $h1  nb0 10.0.0.1                           nb0 10.0.0.2  $h2
#          eth0 ---------- cable ---------- eth0
#          eth1 (sim0a) -- nicsim -- (sim0b) eth1
#          eth2 ---------- cable ---------- eth2
#          eth3 (sim1a) -- nicsim -- (sim1b) eth3
. "$(dirname "$0")/lib.sh"

cables() { mixed_cables "$1"; }

# arrivals COUNT FILE: send one packet to each destination, from $h1, and write over
# which cable it came to $h2. What an adaptor gets over the channel and puts on its
# own wire passes no tap of $h1.
arrivals() {
	background "$2.raw" nsenter --net="/run/netns/$h2" "$TOOLS/observe" -i 7000 eth0 eth1 eth2 eth3
	local observer=$PID
	wait_for said "$2.raw" ready
	in_net "$h1" "$TOOLS/stream" send 10.1.0.0 "$1" 7000 0 "$1" 42 >/dev/null
	wait_for enough_lines "$2.raw" $(($1 + 1)) || true
	kill -TERM "$observer"
	wait "$observer"
	grep -v ready "$2.raw" | sort >"$2"
}

# tables_agree TEXT: what `ethtool -d` shows of TABLE, 256 buckets, is the same in all
# four adaptors.
tables_agree() {
	in_net "$h1" ethtool -d nb0 raw on >"$WORK/registers"
	equal "$1: all adaptors show the same table" 1 "$(for i in 0 1 2 3; do
		tail -c +$((i * REGISTERS_SIZE + REG_TABLE + 1)) "$WORK/registers" |
			head -c 256 | sha256sum
	done | sort -u | wc -l)"
}

role() { sys "$h1" "eth$1/nicbond_member/role"; }

# A known key, so that a run finds what the last one found; a flow stays on one CPU,
# as its order is only as good as its sender's.
wait_for rmmod nicbond
load hash_key=000102030405060708090a0b0c0d0e0f
STREAM_CPU=0
RATE=$((5000 / LOAD))
two_hosts 4
in_net "$h1" ip link add ticker type dummy
in_net "$h1" ip link set ticker up

refused "unload of nicbond under a driver that brought firmware" "in use" rmmod nicbond
refused "unload of the driver under a master" "in use" rmmod nicsim
equal "the speed that a NIC reports" 1000 "$(sys "$h1" eth1/speed)"

# Balance over adaptors of both makes.
arrivals 1000 "$WORK/all"
equal "1000 packets to 1000 destinations came" 1000 "$(wc -l <"$WORK/all")"
at_most "spread over 4 members, 1000 x max/mean" 1150 "$(spread "$WORK/all" 4)"
tables_agree "balance"

# only_primary_selects I
only_primary_selects() {
	local i seen
	in_net "$h1" ethtool -S nb0 >"$WORK/before"
	in_net "$h1" "$TOOLS/stream" send 10.1.0.0 200 7001 0 200 7 >/dev/null
	in_net "$h1" ethtool -S nb0 >"$WORK/stats"
	grew() { echo $(($(sed -n "s/^ *$1: //p" "$WORK/stats") - $(sed -n "s/^ *$1: //p" "$WORK/before"))); }
	at_least "primary eth$1: it was handed all" 200 "$(grew "eth$1.handed_over")"
	equal "primary eth$1: it selected for each" "$(grew "eth$1.handed_over")" "$(grew "eth$1.selected")"
	for i in 0 1 2 3; do
		[ "$i" != "$1" ] || continue
		equal "secondary eth$i: handed none, selected none, forwarded none" "0 0 0" \
			"$(grew "eth$i.handed_over") $(grew "eth$i.selected") $(grew "eth$i.forwarded")"
		seen=$(grew "eth$i.chan_received")
		at_least "secondary eth$i: received over the channel" 20 "$seen"
		equal "secondary eth$i: and transmitted that" "$seen" "$(grew "eth$i.transmitted")"
	done
}
equal "eth0 is primary" eth0 "$(primary "$h1")"
only_primary_selects 0
same_count() { [ "$(counter "$h1" eth1.chan_received)" = "$(nic eth1 channel_frames)" ]; }
check "a NIC's own count of frames from others" wait_for same_count
primary "$h1" eth1
only_primary_selects 1
conserved "balance"

# A change of primary, from make to make, moves nothing.
for i in 3 2 1 0; do
	primary "$h1" "eth$i"
	arrivals 1000 "$WORK/again"
	check "primary eth$i: each destination is where it was" cmp "$WORK/all" "$WORK/again"
	tables_agree "primary eth$i"
done

# One fails: the others' destinations stay. eth0's and eth1's failures are failovers,
# to the other make each.
for dead in 0 1 3; do
	unplug $dead
	wait_for peers_up "$h1" 3
	arrivals 1000 "$WORK/less"
	equal "eth$dead dead: all destinations are served" 1000 "$(wc -l <"$WORK/less")"
	equal "eth$dead dead: no other's destination moved" 0 \
		"$(comm -23 "$WORK/all" "$WORK/less" | grep -vc "eth$dead$")"
	at_most "eth$dead dead: spread over 3, 1000 x max/mean" 1150 "$(spread "$WORK/less" 3)"
	case $dead in
	0) check "eth0 dead: a NIC takes over" primary_is eth1 ;;
	1) check "eth1 dead: a software adaptor takes over" primary_is eth0 ;;
	esac
	plug $dead
	wait_for peers_up "$h1" 4
	arrivals 1000 "$WORK/again"
	check "eth$dead back: each destination is where it was" cmp "$WORK/all" "$WORK/again"
	tables_agree "eth$dead back"
done

# The same under a stream; for most of a second nobody but the adaptor sees it (lib.sh), unless
# the machine stalls just then.
for dead in 0 1; do
	first="nb0: primary eth$dead -> eth$((1 - dead)).* cause: transmit"
	for _ in 1 2 3 4 5; do
		primary "$h1" eth$dead
		mark_log before
		start_stream 64 $RATE
		stream_for $((RATE / 2))
		unplug_late $dead
		stream_for "$RATE"
		stop_stream
		at_most "stream: eth$dead, primary, dies: packets lost" 1 "$LOST"
		equal "stream: eth$dead dies: or twice there" 0 "$TWICE"
		! logged "$before" "$first" >/dev/null || break
		plug $dead
		wait_for peers_up "$h1" 4
	done
	check "stream: eth$dead dies: the firmware said so first" logged "$before" "$first"
	equal "stream: eth$dead dies: the other make is primary" eth$((1 - dead)) "$(primary "$h1")"
	start_stream 64 $RATE
	stream_for $((RATE / 5))
	plug $dead
	wait_for peers_up "$h1" 4
	stream_for $((RATE / 5))
	stop_stream
	equal "stream: eth$dead comes back: none was lost, or came twice" "0 0" "$LOST $TWICE"
done
for mode in direct ring; do
	option channel_mode $mode
	start_stream 64 $RATE
	for i in 1 2 3 0; do
		primary "$h1" "eth$i"
	done
	stream_for $((RATE / 5))
	stop_stream
	equal "stream: role moves, $mode: none was lost, came twice, was overtaken" "0 0 0" \
		"$LOST $TWICE $REORDERED"
done
option channel_mode direct
conserved "stream"

refused_more_than() { [ "$(nic eth1 writes_refused)" -gt "$1" ]; }

tells_of_refusal() { grep '"member":"eth1"' "$WORK/events" | grep -q '"what":"refused"'; }
# Faults. A refused role: the old primary stays, by hand or when it fails.
fault sim0a refuse_register "$REG_ROLE"
fault sim0a refuse_writes 1
refused "a refused role is said" "adaptor refused a write to register $(printf %#x "$REG_ROLE"): error -5" \
	primary "$h1" eth1
equal "a refused role: eth0 stays primary" "eth0 primary secondary" \
	"$(primary "$h1") $(role 0) $(role 1)"
equal "a refused role: counted" 1 "$(nic eth1 writes_refused)"
# When the primary fails the next one is asked then, and listeners hear of who refused.
background "$WORK/events" ip netns exec "$h1" "$TOOLS/nicbond" events -j nb0
listens() { ip -n "$h1" link set eth3 nomaster; ip -n "$h1" link set eth3 master nb0; grep -q . "$WORK/events"; }
wait_for listens
wait_for peers_up "$h1" 4
fault sim0a refuse_writes 1000
start_stream 64 $RATE
unplug 0
check "a refused role at failover: the next one takes it" wait_for primary_is eth2
check "a refused role at failover: eth1 was asked before" refused_more_than 1
check "a refused role at failover: an event says so" wait_for tells_of_refusal
stream_for "$RATE"
plug 0
stop_stream
fault sim0a refuse_writes 0
at_most "a refused role at failover: packets lost" 1 "$LOST"
equal "a refused role at failover: or twice there" 0 "$TWICE"
wait_for peers_up "$h1" 4
primary "$h1" eth1
equal "the next time it takes the role" "eth1 secondary primary" \
	"$(primary "$h1") $(role 0) $(role 1)"
primary "$h1" eth0

# A write refused while options change: none is changed, whoever asks.
options() {
	sys "$h1" 'nb0/nicbond/[!h]*' | xargs
	sys "$h1" 'eth[0-3]/nicbond_member/[wpq]*' | xargs
	in_net "$h1" ethtool -d nb0 raw on | od -An -v -tx4 -w4 -j $((2 * REGISTERS_SIZE)) -N $((REG_COUNTER)) | sed -n '12,20p'
}
# refuses REGISTER TEXT PATTERN COMMAND...: eth1's adaptor does not take the next write.
refuses() {
	local text=$2 pattern=$3 before
	before=$(options)
	fault sim0a refuse_register "$1"
	fault sim0a refuse_writes 1
	shift 3
	refused "$text" "$pattern" "$@"
	equal "$text: nothing is changed" "$before" "$(options)"
	fault sim0a refuse_writes 0
}
refuses "$REG_TABLE_SIZE" "an option refused after another was taken" \
	"refused an option, so none was changed" \
	ip -n "$h1" link set nb0 type nicbond flowlet_gap_us 7 table_size 1024
refuses "$REG_FLOWLET_GAP" "the first of two refused" "refused an option, so none was changed" \
	ip -n "$h1" link set nb0 type nicbond selector load flowlet_gap_us 7
refuses "$REG_CHANNEL_DEPTH" "by sysfs" "refused a write to register" option channel_depth 7
refuses $((REG_PEER + 8)) "a member's options refused" "refused it, so nothing was changed" \
	ip -n "$h1" link set eth2 type nicbond_slave weight 9 priority 3
option primary_reselect failure
check "the same again, taken" ip -n "$h1" link set eth2 type nicbond_slave weight 1 priority 3
fault sim0a refuse_register $((REG_PEER + 8))
fault sim0a refuse_writes 1
check "a priority asks no adaptor" ip -n "$h1" link set eth2 type nicbond_slave priority 0
fault sim0a refuse_writes 0

# A write refused at joining: no member, and no trace.
state() {
	sys "$h1" nb0/nicbond/members
	in_host "$h1" cat /sys/class/net/eth3/{mtu,address,flags}
	in_host "$h1" ls /sys/class/net/eth3 | grep -c nicbond
	for i in 0 1 2; do registers "$h1" "$i" $((REG_PEER)) 4; done
	buckets "$h1" 0 | sort | uniq -c
	lsmod | awk '$1 == "nicsim" { print $3 }'
}
join() { ip -n "$h1" link set eth3 master nb0; }
ip -n "$h1" link set eth3 nomaster
wait_for peers_up "$h1" 3
before=$(state)
for reg in "$REG_CTRL" "$REG_HASH_KEY" $((REG_PEER + 4)); do
	fault sim1a refuse_register "$reg"
	fault sim1a refuse_writes 1
	refused "joining, register $reg refused" "The adaptor refused its configuration" join
	equal "joining, register $reg refused: no trace" "$before" "$(state)"
done
fault sim1a refuse_creates 1
refused "joining, no adaptor" "Cannot create the device's adaptor" join
equal "joining, no adaptor: no trace" "$before" "$(state)"
check "joining, at last" join
wait_for peers_up "$h1" 4
arrivals 1000 "$WORK/again"
equal "joining, at last: its share" 64 "$(buckets "$h1" 0 | grep -cx 3)"
tables_agree "joining"

# Lost frames are lost, and no other.
start_stream 64 $RATE
fault sim0a lose_frames 37
stream_for "$RATE"
stop_stream
equal "lost frames: 37, and that is counted" 37 "$(nic eth1 drop_channel_lost)"
# One or two may have been the stack's own: a request for a neighbour.
at_most "lost frames: packets lost" 37 "$LOST"
at_least "lost frames: packets lost" 35 "$LOST"
equal "lost frames: none came twice" 0 "$TWICE"
conserved "lost frames"

# Delayed ones are late, in order; also when the delay ends, or the role moves there: who
# moves it sends what waits, so that has to be on the sender's CPU, in whose backlog the
# frames before it are.
taskset -cp "$STREAM_CPU" $$ >/dev/null
fault sim0a delay_frames_us 30000
fault sim1a delay_frames_us 50000
start_stream 64 $RATE
stream_for "$RATE"
for i in 1 2 3 0 1 0; do
	primary "$h1" eth$i
	stream_for $((RATE / 10))
done
fault sim0a delay_frames_us 0
stream_for $((RATE / 5))
stop_stream
equal "delayed frames: none was lost, came twice, was overtaken" "0 0 0" "$LOST $TWICE $REORDERED"
at_least "delayed frames" $((RATE / 10)) "$(nic eth1 channel_delayed)"

taskset -cp "0-$(($(nproc --all) - 1))" $$ >/dev/null

# A released card stays up, so what waits in it still arrives.
start_stream 64 $RATE
for i in 1 2 3; do
	stream_for $((RATE / 5))
	ip -n "$h1" link set eth3 nomaster
	ip -n "$h1" link set eth3 master nb0
done
stop_stream
fault sim1a delay_frames_us 0
equal "delayed frames of a member that leaves: none was lost, or came twice" "0 0" "$LOST $TWICE"
wait_for peers_up "$h1" 4
conserved "delayed frames"

# A lie about the role shows where the register does, and nothing goes by it.
arrivals 1000 "$WORK/all"
fault sim0a lie_role 1
equal "a lie: shows" "primary primary" "$(role 0) $(role 1)"
arrivals 1000 "$WORK/again"
equal "a lie: eth0 is primary" eth0 "$(primary "$h1")"
check "a lie: no destination moved" cmp "$WORK/all" "$WORK/again"
primary "$h1" eth1
equal "a lie: the role moves all the same" "eth1 secondary secondary" \
	"$(primary "$h1") $(role 0) $(role 1)"
only_primary_selects 1
fault sim0a lie_role 0
equal "a lie ends" "secondary primary" "$(role 0) $(role 1)"

# The heartbeat grows, and stands still.
heartbeat() { registers "$h1" "${1:-1}" "$REG_HEARTBEAT"; }
# beats COUNT: so many pass by, as eth0's adaptor counts them.
beats() { UNTIL=$(($(heartbeat 0) + $1)); wait_for passed; }
passed() { [ "$(heartbeat 0)" -ge "$UNTIL" ]; }
grown() { [ "$(heartbeat)" -gt "$beat" ]; }
beat=$(heartbeat)
check "the heartbeat grows" wait_for grown
fault sim0a stop_heartbeat 1
beats 5
beat=$(heartbeat)
beats 10
equal "a stopped heartbeat stands still" "$beat" "$(heartbeat)"
fault sim0a stop_heartbeat 0
check "and goes on" wait_for grown

# The primary is unplugged from the machine: a NIC, then gone. The other end stays.
primary "$h1" eth3
start_stream 64 $RATE
stream_for $((RATE / 5))
fault sim1a remove 1
stream_for "$RATE"
stop_stream
at_most "a NIC, primary, is unplugged: packets lost" 1 "$LOST"
equal "unplugged: or twice there" 0 "$TWICE"
equal "unplugged: no member any more" "eth0 eth1 eth2" "$(sys "$h1" nb0/nicbond/members | xargs)"
equal "unplugged: the other end has no carrier" no-carrier "$(sys "$h2" eth3/nicbond_member/state)"
refused "unplugged: there is no cable to mend" "." ip -n "$h2" link set eth3 carrier on
fault sim1a remove 1
refused "still in use" "in use" rmmod nicsim

# A NIC that moves to another namespace leaves its master, with its firmware.
ip -n "$h1" link set eth1 netns "$h2" name eth9
equal "moved: no member any more" "eth0 eth2" "$(sys "$h1" nb0/nicbond/members | xargs)"
check "moved: traffic flows" ping_all "$h1" 3 10.0.0.2
fault sim0a refuse_register "$REG_CTRL"
fault sim0a refuse_writes 1
refused "moved: it is the same firmware" "The adaptor refused its configuration" \
	ip -n "$h2" link set eth9 master nb0
check "moved: a member there" ip -n "$h2" link set eth9 master nb0

ip -n "$h1" link del nb0
ip -n "$h2" link del nb0
check "the driver goes when no master holds it" rmmod nicsim
refused "pairs=0" "pairs=0 is out of range; accepted: 1 to 64" insmod "$MODULES/nicsim.ko" pairs=0
