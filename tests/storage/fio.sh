# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Disks at work: fio writes random blocks, reads each again and compares, while things happen.
# Sourced after lib.sh.

# In it: result (fio's), log_lat.N.log, each I/O of the N-th disk, and marks.
IO=$WORK/io

fio_jobs() {
	local disk
	cat <<-END
		[global]
		ioengine=libaio
		direct=1
		rw=randwrite
		bsrange=4k-32k
		iodepth=4
		time_based
		runtime=1h
		verify=crc32c
		verify_backlog=32
		verify_fatal=1
		verify_state_save=0
		disable_clat=1
		disable_slat=1
		write_lat_log=$IO/log
		log_unix_epoch=1
	END
	for disk; do printf '[%s]\nfilename=/dev/%s\n' "$disk" "$disk"; done
}

# start_io DISK...: until stop_io.
start_io() {
	DISKS=("$@")
	rm -rf "$IO"
	mkdir "$IO"
	fio_jobs "$@" >"$IO/jobs"
	background "$IO/said" fio --output="$IO/result" --output-format=json "$IO/jobs"
	FIO=$PID
	more_io 1
}

# more_io COUNT: each disk completes so many more.
completed() { awk '{ print $1 + $5 }' "/sys/block/$1/stat"; }
has_completed() { [ "$(completed "$1")" -ge "$2" ]; }
more_io() {
	local i target=()
	for i in "${!DISKS[@]}"; do target[i]=$(($(completed "${DISKS[i]}") + $1)); done
	for i in "${!DISKS[@]}"; do
		wait_for has_completed "${DISKS[i]}" "${target[i]}" || fail "${DISKS[i]} does no I/O"
	done
}

# stop_io: fio says 128 when it ends because it is told to; what failed is in its report.
stop_io() {
	local status=0
	mark "the end"
	kill -INT "$FIO"
	wait "$FIO" || status=$?
	equal "fio went on until it was told to stop" 128 $status
	sed -i '/^fio: terminating/d' "$IO/result"
	equal "errors of I/O, and blocks read that are not as written" 0 \
		"$(jq '[.jobs[] | .error, .total_err] | add' "$IO/result")"
}

# mark TEXT [back]: that happens now; or what had happened is mended. Columns: milliseconds,
# text, that word.
mark() {
	printf '%s\t%s\t%s\n' $((${EPOCHREALTIME/./} / 1000)) "$1" "${2:-}" >>"$IO/marks"
	[ -n "${2:-}" ] || note "$1"
}

# each_io: one line for each: when it ended, how long it took, both in ms, its bytes, disk.
each_io() {
	local i
	for i in "${!DISKS[@]}"; do
		awk -F', *' -v disk="${DISKS[i]}" -v OFS='\t' '{ print $1, $2 / 1e6, $4, disk }' \
			"$IO/log_lat.$((i + 1)).log"
	done
}

# longest NAME: a line for each mark's text and each kind of disk, sd or nvme: text, NAME and
# kind, and how many ms the longest I/O took whose middle was between that and the next.
longest() {
	sort -n "$IO/marks" - < <(each_io) | awk -F'\t' -v name="$1" -v OFS='\t' '
		NF == 3 { if (!($2 in order)) { order[$2] = ++n; text[n] = $2 }
			  at[++marks] = $1; of[marks] = order[$2]; next }
		{ middle = $1 - $2 / 2
		  for (m = marks; m > 1 && at[m] > middle; m--);
		  kind = substr($4, 1, 2) == "sd" ? "FCoE" : "NVMe"
		  kinds[kind]
		  if ($2 > max[of[m], kind]) max[of[m], kind] = $2 }
		END { for (i = 1; i < n; i++) for (kind in kinds)
			print text[i], name " " kind, int(max[i, kind] + 0.5) }'
}

# per_disk: of each disk: name, I/Os written, read, errors, and the longest in ms.
per_disk() {
	jq -r '.jobs[] | [.jobname, .write.total_ios, .read.total_ios, .error + .total_err,
		([.write.lat_ns.max, .read.lat_ns.max] | max / 1e6 | round)] | @tsv' "$IO/result"
}

# throughput: MB/s of both kinds, for each quarter of a second since the first mark; then the
# marks. For a picture.
throughput() {
	each_io | awk -F'\t' -v start="$(head -n 1 "$IO/marks" | cut -f 1)" '
		$1 >= start { bin = int(($1 - start) / 250); if (bin > last) last = bin
			      if (substr($4, 1, 2) == "sd") sd[bin] += $3; else nvme[bin] += $3 }
		END { for (bin = 0; bin < last; bin++)
			printf "rate\t%.2f\t%.3f\t%.3f\n", (bin + 0.5) / 4, sd[bin] * 4 / 1e6, nvme[bin] * 4 / 1e6 }'
	awk -F'\t' 'NR == 1 { start = $1 } { printf "mark\t%.2f\t%s\t%s\n", ($1 - start) / 1e3, $2, $3 }' "$IO/marks"
}
