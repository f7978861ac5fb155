# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Debian packages of any suite, without touching the system's apt: an apt state
# of our own in the cache, the system's mirror and archive keyring, signatures
# checked by apt as always. Source it after lib.sh.

# shellcheck disable=SC2034 # used where this is sourced
DEB_SUITES="bookworm bookworm-backports trixie-backports forky sid"
DEB_STATE=$CACHE/apt

deb_mirror() {
	# shellcheck disable=SC2016 # apt expands that
	apt-get indextargets --format '$(SITE)' 'Created-By: Packages' \
		'Origin: Debian' 'Label: Debian' | head -n 1
}

# deb_options SUITE: set $deb_opt for apt-get and apt-cache.
deb_options() {
	local root=$DEB_STATE/$1
	mkdir -p "$root/lists/partial" "$root/cache/archives/partial"
	deb_opt=(-o "Dir::Etc::sourcelist=$root/sources.list"
		-o Dir::Etc::sourceparts=- -o "Dir::State::Lists=$root/lists"
		-o "Dir::Cache=$root/cache" -o APT::Sandbox::User=root
		-o "APT::Default-Release=$1")
}

deb_refresh() {
	local suite=$1 root=$DEB_STATE/$1 mirror
	deb_options "$suite"
	# Half a day old when the run began, so that no list changes within one.
	[ -z "$(find "$root/fresh" -newermt "@$((RUN_START - 43200))" 2>/dev/null)" ] || return 0
	mirror=$(deb_mirror)
	[ -n "$mirror" ] || { apt-get update >/dev/null 2>&1; mirror=$(deb_mirror); }
	[ -n "$mirror" ] || die "apt names no mirror: is /etc/apt set up?"
	printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' \
		"$mirror" "$suite" >"$root/sources.list"
	step "package list of $suite" "$CACHE/log/apt-$suite" \
		apt-get "${deb_opt[@]}" update
	touch "$root/fresh"
}

# deb_version SUITE PACKAGE: the version that the suite offers, or nothing.
deb_version() {
	deb_options "$1"
	apt-cache "${deb_opt[@]}" madison "$2" 2>/dev/null |
		awk -F'|' '{ gsub(/ /, "", $2); print $2; exit }'
}

# deb_depends SUITE PACKAGE PATTERN: its first dependency that matches PATTERN.
deb_depends() {
	deb_options "$1"
	apt-cache "${deb_opt[@]}" depends "$2" |
		sed -n 's/^ *Depends: //p' | grep -E -m 1 -e "$3"
}

deb_fetch() {
	(cd "$store" && step "fetching $1" "$CACHE/log/fetch-$1" \
		apt-get "${deb_opt[@]}" download "$1")
}

# deb_unpack SUITE FOLDER PACKAGE...: download and unpack into FOLDER.
deb_unpack() {
	local suite=$1 folder=$2 store=$CACHE/debs package deb
	shift 2
	deb_options "$suite"
	mkdir -p "$store" "$folder"
	for package; do
		deb_fetch "$package" || {
			# The archive has replaced it since the list was made.
			rm -f "$DEB_STATE/$suite/fresh"
			deb_refresh "$suite"
			deb_fetch "$package"
		}
		deb=$(find "$store" -name "${package}_*.deb" -printf '%T@ %p\n' |
			sort -n | tail -n 1 | cut -d' ' -f2)
		step "unpacking $package" "$CACHE/log/unpack-$package" \
			dpkg -x "$deb" "$folder"
		rm -f "$deb"
	done
}
