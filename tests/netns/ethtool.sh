#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# What ethtool says of a master: the link is its members', the clock the primary's.
#
#   $h1 nb0 -- eth0 eth1 (cards with clocks 0 and 1) ==2 cables== $h2
#       nb1 -- nb2 -- d0 (dummy: no clock), nb2
. "$(dirname "$0")/lib.sh"

says() { in_net "$h1" ethtool "${2:-nb0}" | sed -n "s/^[[:space:]]*$1: *//p"; }
says_is() { [ "$(says "$1")" = "$2" ]; }

two_hosts 2
equal "speed: the sum" 2000Mb/s "$(says Speed)"
equal "duplex" Full "$(says Duplex)"
equal "port" Other "$(says Port)"
equal "link" yes "$(says "Link detected")"
unplug 1
check "speed without one" wait_for says_is Speed 1000Mb/s
unplug 0
check "no link without both" wait_for says_is "Link detected" no
equal "and no speed" "Unknown!" "$(says Speed)"
plug 0
plug 1
check "both again" wait_for says_is Speed 2000Mb/s
wait_for peers_up "$h1" 2

driver() { in_net "$h1" ethtool -i nb0 | sed -n "s/^$1: //p"; }
equal "driver" nicbond "$(driver driver)"
check "its firmware has a version" grep -q "registers [0-9]" <<<"$(driver firmware-version)"

# The number after the words that this version of ethtool has for it.
clock() { in_net "$h1" ethtool -T "${1:-nb0}" | grep -E '^(PTP Hardware Clock|Hardware timestamp provider index):' | grep -oE '[^ ]+$'; }
hardware() { in_net "$h1" ethtool -T "${1:-nb0}" | grep -c "^[[:space:]]*hardware-\(transmit\|receive\|raw\)"; }
primary "$h1" eth0
equal "the clock is the primary's" 0 "$(clock)"
equal "and so is what its hardware can" 3 "$(hardware)"
primary "$h1" eth1
equal "after a move of the role it is the new one's" 1 "$(clock)"
unplug 1
eth0_is() { [ "$(primary "$h1")" = eth0 ]; }
check "the primary fails" wait_for eth0_is
equal "and the clock is that of the next" 0 "$(clock)"
plug 1
wait_for peers_up "$h1" 2

stamps() { in_net "$h1" "$TOOLS/hwtstamp" "$@"; }
BONDED=1
if [ -n "${BED##stock-6.1}" ]; then
	refused "time stamps, asked for as of any card" "not supported" stamps set nb0 0 1 1
	equal "not asked for, by then" "0 0 0" "$(stamps get eth0)"
	equal "asked for as the primary's" "$BONDED 1 1" "$(stamps set nb0 $BONDED 1 1)"
	equal "the primary's they are" "0 1 1" "$(stamps get eth0)"
	equal "and not the other's" "0 0 0" "$(stamps get eth1)"
	equal "as the master says" "$BONDED 1 1" "$(stamps get nb0)"
	primary "$h1" eth1
	equal "the next primary has its own" "$BONDED 0 0" "$(stamps get nb0)"
fi

ip -n "$h1" link add nb2 type nicbond
equal "no member: no clock" none "$(clock nb2)"
equal "and no hardware" 0 "$(hardware nb2)"
refused "nor settings" "not supported" stamps get nb2
# Only ethtool's netlink has words for why, and time stamps since Linux 6.14.
bits() { echo "{\"nomask\": 1, \"bits\": {\"bit\": [{\"name\": \"$1\"}]}}"; }
if [[ ${BED:-} != stock-* ]]; then
	in_host "$h1" "$TOP/tests/tools/ynl" "$TOOLS/pyynl" "$TOOLS/ethtool.yaml" >"$WORK/words" <<-END
		do tsconfig-set {"header": {"dev-name": "nb2"}, "hwtstamp-flags": $(bits bonded-phc-index)}
		do tsconfig-set {"header": {"dev-name": "nb2"}, "tx-types": $(bits on)}
	END
	equal "nor can they be set, which is said in words" \
		"There is no primary that has a clock / The clock is the primary's: ask with BONDED_PHC_INDEX" \
		"$(jq -r .text "$WORK/words" | paste -sd / | sed 's|/| / |')"
fi
ip -n "$h1" link add d0 type dummy
ip -n "$h1" link set d0 master nb2
equal "a member without a clock: none" none "$(clock nb2)"
refused "nor settings" "not supported" stamps get nb2
primary "$h1" eth1
ip -n "$h1" link add nb1 type nicbond
ip -n "$h1" link set nb0 master nb1
equal "through a master that is a member: the clock" 1 "$(clock nb1)"
[ -z "${BED##stock-6.1}" ] ||
	equal "and the settings" "$BONDED 1 0" "$(stamps set nb1 $BONDED 1 0)"
