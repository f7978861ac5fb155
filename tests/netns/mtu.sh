#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# All members have the master's MTU, or the change is refused and nobody has it:
#
#   $box   nb0 -- d0 d1 (dummy), x0.5 (VLAN device of x0, takes no more than that), d2
# shellcheck disable=SC2154 # $box and the like: host() sets them
. "$(dirname "$0")/lib.sh"

host box
link() { ip -n "$box" link "$@"; }
mtus() { for dev in nb0 d0 d1 x0.5 d2; do sys "$box" $dev/mtu; done | xargs; }

for dev in d0 d1 d2 x0; do
	link add $dev type dummy
	link set $dev up
done
link add x0.5 link x0 type vlan id 5
link set d0 mtu 1600
link add nb0 type nicbond
link set nb0 up
for dev in d0 d1 x0.5 d2; do
	link set $dev master nb0
done
equal "all have the master's" "1500 1500 1500 1500 1500" "$(mtus)"

check "smaller" link set nb0 mtu 1400
equal "all have it" "1400 1400 1400 1400 1400" "$(mtus)"
check "as large as all take" link set nb0 mtu 1500

refused "larger than one takes" "x0.5 does not take an MTU of 2000" link set nb0 mtu 2000
equal "and nobody has it, before or after that one" "1500 1500 1500 1500 1500" "$(mtus)"
refused "more than any takes" "greater than|maximum" link set nb0 mtu 70000
refused "less than any takes" "less than|minimum" link set nb0 mtu 60
refused "a member's own" "is that of its master" link set d1 mtu 1400
equal "nobody has that either" "1500 1500 1500 1500 1500" "$(mtus)"

# The device below a member: its VLAN devices follow (since 7.2 a little later), but that
# which is a member is not let.
follows() { [ "$(sys "$box" "$1/mtu")" = "$2" ]; }
link add x0.6 link x0 type vlan id 6
link set x0 mtu 1300
check "a device below gets smaller, and another one on it" wait_for follows x0.6 1300
equal "a smaller device below is no smaller member" "1500 1500 1500 1500 1500" "$(mtus)"
link del x0.6
link set x0 mtu 1500

link set x0.5 nomaster
check "without that member, larger" link set nb0 mtu 2000
equal "all have it, the released one does not" "2000 2000 2000 1500 2000" "$(mtus)"
refused "to join without taking it" "does not take the master's MTU" link set x0.5 master nb0
equal "changes nothing" "2000 2000 2000 1500 2000" "$(mtus)"
equal "and does not make it a member" "d0 d1 d2" "$(sys "$box" nb0/nicbond/members | xargs)"
check "a device above is below the master's" link add nb0.9 link nb0 mtu 1900 type vlan id 9
link set nb0 mtu 1800
check "and goes down with it" wait_for follows nb0.9 1800

# A stack: the change goes through it, or nowhere.
link add nb1 type nicbond
link set x0 mtu 1800
link set x0.5 master nb1
link set nb1 master nb0
equal "a master that is a member has it, and its member" "1800 1800" \
	"$(sys "$box" nb1/mtu) $(sys "$box" x0.5/mtu)"
check "smaller, through both" link set nb0 mtu 1700
equal "down to the last" "1700 1700 1700" "$(sys "$box" nb1/mtu) $(sys "$box" x0.5/mtu) $(sys "$box" d2/mtu)"
refused "larger than the last takes" "nb1 does not take an MTU of 1900" link set nb0 mtu 1900
equal "and all are as they were" "1700 1700 1700" "$(sys "$box" nb1/mtu) $(sys "$box" x0.5/mtu) $(sys "$box" d2/mtu)"
refused "the inner master's own" "is that of its master" link set nb1 mtu 1400
equal "is not half applied" "1700 1700" "$(sys "$box" nb1/mtu) $(sys "$box" x0.5/mtu)"

link del nb0
equal "a released member has its own again" "1600 1500" "$(sys "$box" d0/mtu) $(sys "$box" d1/mtu)"
