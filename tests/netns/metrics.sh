#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# nicbond metrics: what Prometheus reads is what ethtool says.
. "$(dirname "$0")/lib.sh"

metrics() { in_net "$h1" "$TOOLS/nicbond" metrics "$@"; }

# samples: as Prometheus's own library for Python reads them, a line for each: name, labels, value.
samples() {
	python3 -c '
import sys
from prometheus_client.parser import text_string_to_metric_families
seen = set()
for family in text_string_to_metric_families(sys.stdin.read()):
    assert family.documentation and family.type != "unknown", family.name
    assert family.name not in seen, "twice: " + family.name
    seen.add(family.name)
    for sample in family.samples:
        print(sample.name, *sample.labels.values(), int(sample.value))'
}
value_is() { check "$1 is $2" grep -qx "$1 $2" "$WORK/samples"; }

two_hosts 2
unplug 0
wait_for primary_is eth1
in_net "$h1" "$TOOLS/stream" send 10.1.0.0 64 7000 0 1000 >/dev/null
# Both without a packet between them.
same_counters() {
	exec 3< <(exec_net "$h1" ethtool -S nb0 | sed -nE 's/^ *(eth.)\.(.*): (.*)/nicbond_adaptor_\2_total nb0 \1 \3/p' | sort)
	metrics | samples | sort >"$WORK/samples"
	comm -23 - "$WORK/samples" <&3 >"$WORK/missing"
	[ ! -s "$WORK/missing" ]
}
check "each counter of ethtool -S is one of these" wait_for same_counters
at_least "there are such" 20 "$(grep -c '_total nb0 eth0 ' "$WORK/samples")"
value_is "nicbond_members nb0" 2
value_is "nicbond_failovers_total nb0" 1
value_is "nicbond_adaptor_info nb0 eth0 secondary no-carrier" 1
value_is "nicbond_adaptor_up nb0 eth0" 0
value_is "nicbond_adaptor_primary nb0 eth1" 1
value_is "nicbond_adaptor_buckets nb0 eth1" 256
value_is "nicbond_adaptor_speed_bytes nb0 eth1" $((125000 * $(sys "$h1" eth1/speed)))
check "what was forwarded is there" grep -E '^nicbond_channel_packets_total nb0 eth0 eth1 ' "$WORK/samples"

# Each that the dashboard asks for is there; a pattern of names is one.
jq -r '.. | strings' "$TOP/tools/setup/examples/grafana.json" | grep -oE 'nicbond_[a-z_]+' | sort -u >"$WORK/asked"
at_least "the dashboard asks" 10 "$(wc -l <"$WORK/asked")"
while read -r name; do
	check "the dashboard's $name" grep -q "^$name" "$WORK/samples"
done <"$WORK/asked"

# Any name that a device may have.
ip -n "$h1" link add 'a"\b' type nicbond
check "a name with a quote and a backslash" grep -qxF 'nicbond_members a"\b 0' <(metrics | samples)
equal "of one master alone" "nicbond_members nb0 2" "$(metrics nb0 | samples | grep '^nicbond_members')"
ip -n "$h1" link del 'a"\b'
refused "there is no such master" "nb9 is no master" metrics nb9

# Over HTTP: the head is behind an empty line, and what came with the request is taken.
request=$'GET /metrics HTTP/1.1\r\nHost: h1\r\n\r\n'
metrics --http <<<"$request" >"$WORK/answer"
equal "by HTTP: status" $'HTTP/1.0 200 OK\r' "$(head -n 1 "$WORK/answer")"
check "by HTTP: the same" grep -qx "nicbond_members nb0 2" <(sed '1,/^\r$/d' "$WORK/answer" | samples)
check "without a request it ends" metrics --http </dev/null
