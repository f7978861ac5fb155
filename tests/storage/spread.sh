# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Which adaptor transmits to which target, by what comes in at the switch's ports. Sourced
# after disks.sh and fio.sh.
# shellcheck disable=SC2154,SC2034 # host() sets h2; FRAMES is for the test

# watch D_ID...; watched: what came in at the switch's ports for each meanwhile, in $WORK.
WATCHERS=()
watch() {
	local id
	for id; do
		background "$WORK/watched-$id" ip netns exec "$h2" "$TOOLS/exchanges" "$id" eth0 eth1 eth2 eth3
		WATCHERS+=("$PID")
		wait_for said "$WORK/watched-$id" ready
	done
}
watched() {
	kill -TERM "${WATCHERS[@]}"
	wait "${WATCHERS[@]}"
	WATCHERS=()
}
# frames D_ID: of the four. exchanges D_ID: likewise. several D_ID.
frames() { sed -n 's/^eth[0-9] frames \([0-9]*\).*/\1/p' "$WORK/watched-$1" | xargs; }
exchanges() { sed -n 's/^eth[0-9] .*exchanges //p' "$WORK/watched-$1" | xargs; }
several() { sed -n 's/^all several \([0-9]*\).*/\1/p' "$WORK/watched-$1"; }
# disordered D_ID: how many frames, and how many were missed, which would look like that.
disordered() { sed -n 's/^all .*missed \([0-9]*\) disordered \([0-9]*\)$/\2 \1/p' "$WORK/watched-$1"; }
# FRAMES[disk]: its target's D_ID and the frames by adaptor.
declare -a FRAMES

# users WORDS: how many of these are not 0.
users() { xargs -n 1 <<<"$1" | grep -vc '^0$'; }

spread_by_target() {
	local i id ids=()
	for i in "${!TARGETS[@]}"; do ids+=("$(d_id "t$i")"); done
	watch "${ids[@]}"
	more_io 200
	watched
	for i in "${!TARGETS[@]}"; do
		id=${ids[i]}
		FRAMES[i]="$id $(frames "$id")"
		equal "D_ID $id: one adaptor transmits to it" 1 "$(users "$(frames "$id")")"
		equal "D_ID $id: each sequence in order, and all seen" "0 0" "$(disordered "$id")"
	done
	equal "four D_IDs: four adaptors" 4 "$(for id in "${ids[@]}"; do sed -n 's/^\(eth[0-9]\) frames [1-9].*/\1/p' "$WORK/watched-$id"; done | sort -u | wc -l)"
}
spread_by_exchange() {
	local id
	id=$(d_id t0)
	option hash_fields dst-ip,fc-ox-id
	more_io 20
	watch "$id"
	more_io 200
	watched
	option hash_fields dst-ip
	note "exchanges with $id (t0) by adaptor: $(exchanges "$id"), frames: $(frames "$id")"
	# How many OX_IDs there are is up to libfc, which takes the last one again.
	at_least "fc-ox-id: adaptors that transmit to $id" 2 "$(users "$(frames "$id")")"
	equal "fc-ox-id: no exchange by two of them" 0 "$(several "$id")"
	equal "fc-ox-id: each sequence in order, and all seen" "0 0" "$(disordered "$id")"
}
