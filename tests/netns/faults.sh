# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Ways in which members fail. Sourced after lib.sh; eth0 to eth3 are mixed_cables: a card,
# and a NIC with firmware of its own, in turns.
# shellcheck disable=SC2154 # $h1 and $h2: host() sets them

# hurt|heal KIND MEMBER: of $h1.
#
#   carrier         the cable is cut
#   peer            the card at its other end is closed
#   down            closed itself
#   deaf            what it sends arrives nowhere, though the link is good
#   hold            its driver takes no packet (a card)
#   hang            its firmware hangs (a NIC)
#   stop_heartbeat  its firmware does not beat, but works (a NIC)
#   refuse          its firmware refuses all register writes (a NIC)
#   flap            its carrier goes and comes ten times, and goes
# What a deaf one did not hear until it was healed is in $UNHEARD.
UNHEARD=0
hurt() {
	case $1 in
	carrier) unplug "$2" ;;
	peer) ip -n "$h2" link set "eth$2" down ;;
	down) ip -n "$h1" link set "eth$2" down ;;
	deaf) deafen "$h2" "eth$2" ;;
	hold) in_net "$h1" ethtool --set-priv-flags "eth$2" hold on ;;
	hang | stop_heartbeat) fault "sim$(($2 / 2))a" "$1" 1 ;;
	refuse) fault "sim$(($2 / 2))a" refuse_writes 1000000 ;;
	flap)
		for _ in {1..10}; do
			unplug "$2"
			plug "$2"
		done
		unplug "$2"
		;;
	esac
}
heal() {
	case $1 in
	carrier | flap) plug "$2" ;;
	peer) ip -n "$h2" link set "eth$2" up ;;
	down) ip -n "$h1" link set "eth$2" up ;;
	deaf)
		UNHEARD=$((UNHEARD + $(ip -n "$h2" -s -j link show "deaf-eth$2" | jq '.[].stats64.tx.packets')))
		hear "$h2" "eth$2"
		;;
	hold) in_net "$h1" ethtool --set-priv-flags "eth$2" hold off ;;
	hang | stop_heartbeat) fault "sim$(($2 / 2))a" "$1" 0 ;;
	refuse) fault "sim$(($2 / 2))a" refuse_writes 0 ;;
	esac
}

# find_soon: as fast as faults are found that the carrier does not tell of; a card that hangs
# by the heartbeat first, or those would be taken for deaf whose answers come in there.
find_soon() {
	option heartbeat_interval_ms 50
	option heartbeat_misses 6
	option probe_interval_ms 100
	option probe_misses 5
	option probe_targets 10.0.0.2
}

# random_of WORD...: one of these, in $RANDOM_WORD; from $RANDOM, which a number set
# starts anew, so never in a subshell.
random_of() {
	local words=("$@")
	RANDOM_WORD=${words[RANDOM % $#]}
}

# HURT[MEMBER]: what is wrong with it.
declare -A HURT=()

# hurt_random: one of the members in order, not the last one.
hurt_random() {
	local i kinds=(carrier peer down deaf flap) well=()
	for i in 0 1 2 3; do
		[ -n "${HURT[$i]:-}" ] || well+=("$i")
	done
	[ ${#well[@]} -gt 1 ] || return
	random_of "${well[@]}"
	i=$RANDOM_WORD
	if [ $((i % 2)) = 0 ]; then kinds+=(hold); else kinds+=(hang stop_heartbeat refuse); fi
	random_of "${kinds[@]}"
	HURT[$i]=$RANDOM_WORD
	say hurt "${HURT[$i]}" "$i"
	hurt "${HURT[$i]}" "$i"
}

# heal_random: one of those that are hurt.
heal_random() {
	[ ${#HURT[@]} -gt 0 ] || return
	random_of "${!HURT[@]}"
	heal_one "$RANDOM_WORD"
}
heal_one() {
	say heal "${HURT[$1]}" "$1"
	heal "${HURT[$1]}" "$1"
	unset "HURT[$1]"
}
heal_all() {
	local i
	for i in "${!HURT[@]}"; do heal_one "$i"; done
}

# accounted NETNS: packets that its adaptors dropped, or its cards could not deliver.
accounted() {
	{
		in_net "$1" ethtool -S nb0 | sed -n 's/^.*\.drop_.*: //p'
		ip -n "$1" -s -j link show | jq '.[] | select(.ifname | test("^eth")) | .stats64.tx.dropped'
	} | jq -s 'add'
}

# both_ways COMMAND...: run it half a second into streams of RATE packets a second in
# both directions, which flow for half a second after it. What is lost, $LOST and $BACK_LOST,
# should have been dropped somewhere, by a count: $DROPPED, $BACK_DROPPED; and none, at either
# end, for want of a member that lives, or as one of the past: $FORLORN.
both_ways() {
	DROPPED=$((-$(accounted "$h1") - UNHEARD)) BACK_DROPPED=-$(accounted "$h2") FORLORN=-$(forlorn)
	start_stream 64 "$RATE"
	start_back 64 "$RATE"
	stream_for $((RATE / 2))
	"$@"
	stream_for $((RATE / 2))
	stop_back
	stop_stream
	DROPPED=$((DROPPED + $(accounted "$h1") + UNHEARD)) BACK_DROPPED=$((BACK_DROPPED + $(accounted "$h2")))
	FORLORN=$((FORLORN + $(forlorn)))
}
forlorn() {
	local netns
	for netns in "$h1" "$h2"; do
		sum_counters "$netns" drop_no_live drop_stale
		counter "$netns" drop_no_member
	done | jq -s add
}

# misfortune: hurt or heal one, as chance has it; 1 if that made one fail. What, goes to say().
say() { true; }
misfortune() {
	if [ $((RANDOM % 2)) = 0 ] && hurt_random; then
		# Who refuses writes works on.
		[ "$RANDOM_WORD" = refuse ]
		return
	fi
	! heal_random && hurt_random && [ "$RANDOM_WORD" != refuse ] && return 1
	return 0
}

# while_random HUNDREDTHS: for a random time, so many hundredths of a second at most.
while_random() {
	local time
	printf -v time 0.%02d $((RANDOM % $1))
	pause "$time"
}
