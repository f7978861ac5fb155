# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What happens to members while disks are at work, of either aggregation: nicbond's nb0, or
# bonding's bond0. Sourced after faults.sh and fio.sh. $TOPOLOGY is that of the switch.
# shellcheck disable=SC2154,SC2034 # host() sets h1 and h2; TOPOLOGY, the test does

AGGREGATION=nb0
active() {
	if [ $AGGREGATION = nb0 ]; then primary "$h1"; else sys "$h1" bond0/bonding/active_slave; fi
}
activate() {
	if [ $AGGREGATION = nb0 ]; then
		primary "$h1" "eth$1" && option primary auto
	else
		echo "eth$1" >/sys/class/net/bond0/bonding/active_slave
	fi
	wait_for active_is "eth$1" || fail "eth$1 does not become the one that is active"
}
state() {
	if [ $AGGREGATION = nb0 ]; then
		sys "$h1" "eth$1/nicbond_member/state"
	else
		sys "$h1" "eth$1/bonding_slave/mii_status"
	fi
}
active_is() { [ "$(active)" = "$1" ]; }
is_up() { [ "$(state "$1")" = up ]; }
is_not_up() {
	local state
	state=$(state "$1")
	[ -n "$state" ] && [ "$state" != up ]
}
well() {
	[ $AGGREGATION = bond0 ] || peers_up "$h1" 4 || return
	[ ! -e "/run/netns/$h2" ] || [ -z "$(sys "$h2" nb0/nicbond/epoch)" ] || peers_up "$h2" 4 || return
	is_up 0 && is_up 1 && is_up 2 && is_up 3
}

ALL="0 1 2 3"
leave() {
	ip link set "eth$1" nomaster
	[ "$TOPOLOGY" != static ] || ip -n "$h2" link set "eth$1" nomaster
}
join() {
	[ $AGGREGATION = nb0 ] || ip link set "eth$1" down
	ip link set "eth$1" master $AGGREGATION
	[ "$TOPOLOGY" != static ] || ip -n "$h2" link set "eth$1" master nb0
}

# happen WHAT MEMBER TEXT: it does, is found out, goes on for a while, is mended, and that
# is found out.
happen() {
	mark "$3"
	case $1 in
	role) activate "$2" ;;
	leave)
		# A static switch goes on sending there, unless the cable is out.
		if [ "$TOPOLOGY" = static ]; then
			unplug "$2"
			check "$3: its cable is" wait_for is_not_up "$2"
		fi
		leave "$2"
		;;
	*)
		hurt "$1" "$2"
		check "$3: it is found" wait_for is_not_up "$2"
		;;
	esac
	more_io 60
	[ "$1" != role ] || return
	mark "$3" back
	case $1 in
	leave) join "$2"; plug "$2" ;;
	*) heal "$1" "$2" ;;
	esac
	check "$3: all are up" wait_for well
	more_io 60
}

# both WHAT PRIMARY'S SECONDARY'S MEMBER: to the primary, which is made that, and to another.
both() {
	activate "$3"
	happen "$1" "$3" "the primary$2"
	activate $((($3 + 2) % 4))
	happen "$1" "$3" "a secondary$2"
}

# What the carrier, or the user, tells the driver.
told() {
	both carrier "'s cable is cut" 0
	happen role 3 "the role moves"
}
replaced() { both leave " is taken out, and put in" 1; }
# What it has to find out: soon, from here on.
silent() {
	find_soon
	both peer "'s switch port is closed" 0
	both down " is closed" 1
	both hold "'s queue stops" 2
	both hang "'s firmware hangs" 1
	both deaf "'s frames vanish" 2
}
