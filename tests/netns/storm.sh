#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Connections through a storm: HTTP requests over the master, while its members fail and
# come back at random, but never the last one. REQUESTS and FAILURES, how many there are at
# least; SEED=N repeats a storm's order of events.
#
#   $h1 nb0 ==4 cables (mixed_cables)== nb0 $h2 nginx
# shellcheck disable=SC2154 # $h1 and $h2: host() sets them
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/faults.sh"
cables() { mixed_cables "$1"; }

REQUESTS=${REQUESTS:-$((10000 / LOAD))} FAILURES=${FAILURES:-$((10 + 40 / LOAD))}
SEED=${SEED:-$RANDOM}
RANDOM=$SEED
note "SEED=$SEED"

two_hosts 4
find_soon

# Most files are small; some take many packets.
mkdir "$WORK/www"
for i in {0..31}; do
	size=$((100 + 37 * i))
	[ $((i % 8)) != 7 ] || size=$((20000 * i / 8))
	head -c "$size" /dev/urandom >"$WORK/www/$i"
done
chmod -R a+rX "$WORK"
cat >"$WORK/nginx.conf" <<NGINX
daemon off;
user root;
worker_processes 1;
pid $WORK/nginx.pid;
error_log stderr;
events { }
http {
	access_log off;
	keepalive_requests 1000000000;
	keepalive_timeout 3600;
	sendfile on;
	server {
		listen 10.0.0.2:80;
		root $WORK/www;
	}
}
NGINX
background "$WORK/nginx" ip netns exec "$h2" nginx -c "$WORK/nginx.conf"
listens() { in_net "$h2" ss -tln | grep -q ':80 '; }
check "the server listens" wait_for listens

background "$WORK/requests" nsenter --net="/run/netns/$h1" "$TOOLS/requests" 10.0.0.2 80 16 "$REQUESTS" "$WORK"/www/*
client=$PID
connected() { [ "$(in_net "$h1" ss -tnH state established dst 10.0.0.2:80 | wc -l)" = 16 ]; }
check "16 connections" wait_for connected
failures=0 start=$SECONDS
while [ $failures -lt "$FAILURES" ]; do
	misfortune || failures=$((failures + 1))
	while_random 30
done
heal_all
note "$failures failures in $((SECONDS - start)) s"
check "no connection was lost" connected
kill -TERM "$client"
wait "$client"
status=$?
read -r _ good _ wrong _ lost <"$WORK/requests"
equal "no answer was wrong, no connection lost" "0 0 0" "$status $wrong $lost"
at_least "requests answered" "$REQUESTS" "$good"
note "$good requests in $((SECONDS - start)) s"
check "at the end all are up" wait_for peers_up "$h1" 4
equal "one is primary" 1 "$(sys "$h1" 'eth*/nicbond_member/role' | grep -c '^primary$')"
conserved "the storm"
