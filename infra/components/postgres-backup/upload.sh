#!/bin/sh
# Container "upload" of a backup: stores what container "dump" sends, sends back what the store has of it, and records it when
# "dump" has found it whole. See there for the pipes. It holds the store's keys and no password of the database.
#
# A backup is an object NAME.dump with a manifest NAME.json. The manifest is written last, so an object without one counts for
# nothing, whatever moment everything ended at.
set -eu
child=
stop() {
  # rclone ends an unfinished upload when it is asked to stop; killed, it would leave the parts behind.
  [ -z "$child" ] || kill "$child" 2>/dev/null || true
  [ -z "$child" ] || wait "$child" 2>/dev/null || true
}
trap 'stop; exit 143' TERM

fail() {
  stop
  echo "backup failed: $*" >&2
  exit 1
}

# Says one line to the other side. In a shell of its own, since writing to a side that is gone ends the writer without a word.
tell() {
  (printf '%s\n' "$2" >&"$1")
}

fail_storing() {
  cat "$work/rcat.log" >&2
  fail "$@"
}

work="$SCRATCH/upload"
mkdir -p "$work"
mkfifo "$work/object"

cd "$EXCHANGE"
waited=0
until [ -e dump-started ]; do
  [ "$waited" -lt "$RENDEZVOUS_SECONDS" ] || fail "container dump did not start within $RENDEZVOUS_SECONDS s"
  waited=$((waited + 1))
  sleep 1
done
: >upload-started
exec 4<stream 5>readback 6<verdict

if [ -n "${WRITER_KEY_DIRECTORY:-}" ]; then
  RCLONE_CONFIG_WRITER_ACCESS_KEY_ID=$(cat "$WRITER_KEY_DIRECTORY/access-key-id")
  RCLONE_CONFIG_WRITER_SECRET_ACCESS_KEY=$(cat "$WRITER_KEY_DIRECTORY/secret-access-key")
  RCLONE_CONFIG_READER_ACCESS_KEY_ID=$(cat "$READER_KEY_DIRECTORY/access-key-id")
  RCLONE_CONFIG_READER_SECRET_ACCESS_KEY=$(cat "$READER_KEY_DIRECTORY/secret-access-key")
  export RCLONE_CONFIG_WRITER_ACCESS_KEY_ID RCLONE_CONFIG_WRITER_SECRET_ACCESS_KEY
  export RCLONE_CONFIG_READER_ACCESS_KEY_ID RCLONE_CONFIG_READER_SECRET_ACCESS_KEY
fi

# Runs rclone so that a signal reaches this script meanwhile.
store() {
  rclone --retries 1 --contimeout 10s --timeout 60s "$@" 4<&- 6<&- &
  child=$!
  code=0
  wait "$child" || code=$?
  child=
  return "$code"
}

folder="$BUCKET/$PREFIX/$DATABASE"
# The pod's own suffix keeps two backups of one second apart.
name="$(date -u +%Y-%m-%dT%H-%M-%SZ)-${POD_NAME##*-}"

attempt=0
while :; do
  code=0
  store lsf --low-level-retries 1 --max-depth 1 "writer:$folder/" >/dev/null 2>"$work/error" 5>&- || code=$?
  # 3: no such folder, as before the first backup.
  if [ "$code" -eq 0 ] || [ "$code" -eq 3 ]; then break; fi
  attempt=$((attempt + 1))
  [ "$attempt" -lt 10 ] || fail "bucket $BUCKET at $ENDPOINT can't be listed: $(tail -n 1 "$work/error")"
  sleep 2
done
tell 5 "$name.dump" || fail "container dump ended before it began; see its log and its exit code"
read -r size <&6 || fail "container dump ended before it began; see its log and its exit code"

# S3 takes at most 10,000 parts. Two are held in memory at a time, and the dump is never larger than the database.
part=$((size / 9000 / 1048576 + 1))
[ "$part" -ge 8 ] || part=8
memory=$((64 + 2 * part))
[ "$memory" -le "$MEMORY_MEBIBYTES" ] ||
  fail "a database of $size bytes is sent in parts of $part MiB, which needs $memory MiB of memory instead of $MEMORY_MEBIBYTES; raise uploadResources.memory to ${memory}Mi"

rclone --retries 1 --contimeout 10s --timeout 60s --low-level-retries 5 --s3-chunk-size "${part}Mi" --s3-upload-concurrency 2 \
  rcat "writer:$folder/$name.dump" <"$work/object" 2>"$work/rcat.log" 4<&- 5>&- 6<&- &
child=$!
exec 7>"$work/object"
# This script holds the far end of rclone's input, and lets go of it only when the dump is known to be whole: the end of its
# input is what makes rclone finish the object. A dump that broke off therefore never becomes one.
taken=0
cat <&4 >&7 5>&- 6<&- &
wait $! || taken=$?
exec 4<&-
[ "$taken" -eq 0 ] || fail_storing "$name.dump can't be stored in bucket $BUCKET at $ENDPOINT"
if ! read -r state <&6 || [ "$state" != dumped ]; then
  fail "the dump did not come to its end; nothing was stored"
fi
exec 7>&-
# How it ended is not asked: after a streamed upload rclone looks at the object's head, which a writer that may not read is
# denied. What counts is what can be read back.
wait "$child" || true
child=

store cat "reader:$folder/$name.dump" >&5 5>&- || fail_storing "$name.dump can't be read back from bucket $BUCKET at $ENDPOINT; it is not a backup"
exec 5>&-
manifest=$(cat <&6)
case "$manifest" in
*\}) ;;
*) fail_storing "$name.dump was not verified; it is not a backup. See the log and the exit code of container dump" ;;
esac

printf '%s\n' "$manifest" >"$work/manifest"
store copyto --no-check-dest "$work/manifest" "writer:$folder/$name.json" ||
  fail "$name.json can't be stored in bucket $BUCKET at $ENDPOINT: without it $name.dump does not count"
store cat "reader:$folder/$name.json" >"$work/recorded" || fail "$name.json can't be read back from bucket $BUCKET at $ENDPOINT"
cmp -s "$work/manifest" "$work/recorded" || fail "$name.json was stored with other content; $name.dump does not count"
echo "backup $folder/$name.dump is stored and verified"

# Only where the store expires nothing by itself, and only behind a new backup: so the newest is never among what goes.
[ -n "${EXPIRE_DAYS:-}" ] || exit 0
older="--use-server-modtime --min-age ${EXPIRE_DAYS}d"
# Manifests first: one without its dump would count. Word splitting of the options is meant.
# shellcheck disable=SC2086
if ! store delete $older --include '*.json' "writer:$folder/" || ! store delete $older "writer:$folder/" || ! store backend cleanup "writer:$BUCKET" -o max-age=24h; then
  echo "warning: backups older than $EXPIRE_DAYS days are not all removed; the volume of the store will fill up" >&2
fi
