#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Destinations chosen to meet at one member, by who has seen which one transmits them, but not
# the hash key (Documentation/security.rst).
#
#   $h1 nb0 ==4 cables== nb0 $h2
. "$(dirname "$0")/lib.sh"

two_hosts 4
ip -n "$h1" route add 10.1.0.0/16 via 10.0.0.2
ip -n "$h1" route add fd01::/64 via fd00::2
random_key() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

# Those that one member transmits under the one key, are anybody's under another. Of n draws
# of one of four, one gets more than n/4 + 7 sqrt(3n/16) with a probability below
# 4 exp(-24), 1.5e-10 (Bernstein is laxer; normal: 5e-12); the keys are new in each run.
COUNT=$((16384 / LOAD))
[ $COUNT -ge 4096 ] || COUNT=4096
level() { awk '{ n++; if (++count[$2] > most) most = count[$2] }
	END { print most <= n / 4 + 7 * sqrt(3 * n / 16), n, most }' "$@"; }
for base in 10.1.0.0 fd01::; do
	option hash_key "$(random_key)"
	destinations $base $COUNT "$WORK/seen" 42
	awk '$2 == "eth2"' "$WORK/seen" >"$WORK/chosen"
	at_least "$base: destinations that one member transmits" $((COUNT / 8)) "$(wc -l <"$WORK/chosen")"
	destinations $base $COUNT "$WORK/again" 42
	equal "$base: all of them, while the key is known" "eth2" \
		"$(join "$WORK/chosen" "$WORK/again" | awk '{ print $3 }' | sort -u | xargs)"
	option hash_key "$(random_key)"
	destinations $base $COUNT "$WORK/again" 42
	join "$WORK/chosen" "$WORK/again" | awk '{ print $1, $3 }' >"$WORK/then"
	read -r within n most < <(level "$WORK/then")
	equal "$base: under another key no member has more than by chance ($most of $n)" 1 "$within"
	read -r within n most < <(level "$WORK/again")
	equal "$base: nor of all in a row ($most of $n)" 1 "$within"
done
