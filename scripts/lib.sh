# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Helpers shared by the scripts of this folder. Source it after `set -euo pipefail`.
# shellcheck disable=SC2034 # the variables are for who sources this

TOP=$(realpath "$(dirname "${BASH_SOURCE[0]}")/..")
CACHE=$(realpath -m "${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/nicbond")
JOBS=$(nproc)
export RUN_START=${RUN_START:-$(date +%s)}

# What the caller's shell or make has set is not for the tools called here, whose
# words these scripts read.
export LC_ALL=C.UTF-8
unset LANGUAGE MAKEFLAGS MFLAGS MAKELEVEL ARCH CROSS_COMPILE KBUILD_OUTPUT KDIR

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

# A guest has its own /run and /dev; kbuild takes no such names.
case $TOP:$CACHE: in
/run/* | /dev/* | *:/run/* | *:/dev/*) die "cannot work below /run or /dev: $TOP, $CACHE" ;;
*[[:space:]]* | *:*:*:*) die "no spaces or colons in paths, please: $TOP, $CACHE" ;;
esac

# Which clang builds the module, too. The source tree takes 17.0.1 and later.
CLANG=clang-19

# step TEXT LOGFILE COMMAND...: run a long command with its output in LOGFILE;
# show that it lives (elapsed seconds, last line on a terminal), and the log's
# end when it fails.
step() {
	local text=$1 log=$2 start=$SECONDS pid beat=0
	shift 2
	mkdir -p "$(dirname "$log")"
	"$@" >"$log" 2>&1 &
	pid=$!
	while kill -0 "$pid" 2>/dev/null; do
		sleep 0.2
		beat=$((beat + 1))
		if [ -t 2 ]; then
			printf '\r\033[K  %s … %ds  %.50s' "$text" $((SECONDS - start)) \
				"$(tail -n 1 "$log" | tr -d '\r\033')" >&2
		elif [ $((beat % 150)) = 0 ]; then
			say "  $text … $((SECONDS - start))s"
		fi
	done
	[ ! -t 2 ] || printf '\r\033[K' >&2
	if wait "$pid"; then
		say "  $text: done in $((SECONDS - start))s"
	else
		tail -n 30 "$log" >&2
		die "$text failed; the whole log is $log"
	fi
}

# need PACKAGE...: install what is missing of these Debian packages.
need() {
	local missing=() package
	for package; do
		dpkg-query -W -f '${Status}' "$package" 2>/dev/null |
			grep -q 'ok installed' || missing+=("$package")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	[ "$(id -u)" = 0 ] ||
		die "missing packages, install them first: apt-get install ${missing[*]}"
	(
		alone packages
		step "refreshing the package lists" "$CACHE/log/apt-update" \
			apt-get update
		step "installing ${missing[*]}" "$CACHE/log/apt-install" \
			env DEBIAN_FRONTEND=noninteractive \
			apt-get -o DPkg::Lock::Timeout=600 install -y \
			--no-install-recommends "${missing[@]}"
	)
}

# alone WHAT: until this shell ends, nobody else does WHAT. Who comes second waits.
alone() {
	local lock=$CACHE/lock-$1 fd
	mkdir -p "$CACHE"
	exec {fd}>"$lock"
	flock --nonblock "$fd" || {
		say "  waiting for another run: $1"
		flock "$fd"
	}
}

# digest: a short name for whatever comes in on standard input.
digest() { sha256sum | cut -c1-12; }

# publish BUILT FINAL: make a finished folder visible in one step, so that an
# interrupted run never leaves half of one under its final name.
publish() { rm -rf "$2"; mv "$1" "$2"; }

# copy_sources FOLDER: a copy of the modules' sources, so that what is made of them stays
# apart; older than nothing that did not change.
copy_sources() {
	local part file
	mkdir -p "$1"
	for part in drivers include samples tests/modules; do
		(cd "$TOP" && find "$part" -type f \( -name '*.[ch]' -o -name Makefile -o -name Kconfig \) \
			! -name '*.mod.c') | while read -r file; do
			cmp -s "$TOP/$file" "$1/$file" || install -Dm644 "$TOP/$file" "$1/$file"
		done
	done
}

# result TEXT STATUS: a test's line.
result() { if [ "$2" = 0 ]; then echo "ok - $1"; else echo "not ok - $1"; fi; }

# kunit_results NAME DMESG: one line for each KUnit case, and for each suite, which
# ran whole or did not. A skipped case did not pass.
kunit_results() {
	local name=$1 log=$2 suite
	sed -nE "s/^ {4,}((not )?ok) [0-9]+ (.*)/\1 - $name: \3/p" "$log" |
		sed -E 's/^ok( - .*# SKIP)/not ok\1/'
	for suite in "$TOP"/drivers/net/nicbond/tests/*_kunit.c; do
		suite=nicbond_$(basename "$suite" _kunit.c)
		grep -qE "^ok [0-9]+ $suite\$" "$log"
		result "$name: suite $suite" $?
	done
	grep -E -A 4 'EXPECTATION FAILED|ASSERTION FAILED' "$log" | head -n 40
}
