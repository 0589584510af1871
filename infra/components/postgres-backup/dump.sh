#!/bin/sh
# Container "dump" of a backup: takes the dump, and judges what came back from the store. It holds the database's password and
# no key of the store. Container "upload" is its other half. They share a directory and three named pipes:
#
#   stream    dump -> upload   the dump
#   readback  upload -> dump   one line: the object's name, when the store is known to answer; then the object as it is in the store
#   verdict   dump -> upload   one line: the database's size; one line "dumped", when pg_dump ended well; then the manifest
#
# Each side opens all three before it does anything. So whenever one side ends, however it ends, the kernel closes its pipes,
# and the other side sees an end of file where a line should be. Nothing waits for a container that is gone.
set -eu
trap 'exit 143' TERM

fail() {
  echo "backup failed: $*" >&2
  exit 1
}

# Says one line to the other side. In a shell of its own, since writing to a side that is gone ends the writer without a word.
tell() {
  (printf '%s\n' "$2" >&"$1")
}

work="$SCRATCH/dump"
mkdir -p "$work"
mkfifo "$work/sum" "$work/count"

cd "$EXCHANGE"
mkfifo stream readback verdict
: >dump-started
waited=0
until [ -e upload-started ]; do
  [ "$waited" -lt "$RENDEZVOUS_SECONDS" ] || fail "container upload did not start within $RENDEZVOUS_SECONDS s"
  waited=$((waited + 1))
  sleep 1
done
exec 4>stream 5<readback 6>verdict

# Copies a stream; leaves its checksum and its length in files.
measure() {
  sha256sum <"$work/sum" >"$work/sha256" 4>&- 5<&- 6>&- &
  sum=$!
  wc -c <"$work/count" >"$work/bytes" 4>&- 5<&- 6>&- &
  count=$!
  code=0
  tee "$work/sum" "$work/count" || code=$?
  wait "$sum" "$count"
  return "$code"
}

read -r object <&5 || fail "container upload ended before the dump began; see its log and its exit code"

PGPASSWORD=$(cat "$PASSWORD_FILE")
export PGPASSWORD
attempt=0
until pg_isready --quiet; do
  # A new pod's first packets may not pass its network policy.
  attempt=$((attempt + 1))
  [ "$attempt" -lt 30 ] || fail "no answer from Postgres at $PGHOST:$PGPORT for 30 s"
  sleep 1
done

query() {
  psql --no-psqlrc --no-align --tuples-only --quiet --set=ON_ERROR_STOP=1 --command="$1"
}
# The clock is read before the dump's snapshot is taken, so the age of a backup is never understated.
facts=$(query "SELECT json_build_object('database', current_database(), 'snapshotAt', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), 'serverVersion', current_setting('server_version'), 'databaseBytes', pg_database_size(current_database()), 'schemaVersion', ($SCHEMA_VERSION_QUERY))") ||
  fail "$PGUSER can't read database $PGDATABASE at $PGHOST:$PGPORT"
size=$(query "SELECT pg_database_size(current_database())") || fail "the size of database $PGDATABASE can't be read"
tell 6 "$size" || fail "container upload ended before the dump began; see its log and its exit code"

# A lock that a migration never gives back would hold the dump until the Job's deadline, without a word.
echo "dumping database $PGDATABASE of $PGHOST:$PGPORT, $size bytes on its disk"
{
  code=0
  pg_dump --format=custom --compress=zstd:3 --lock-wait-timeout=300s --no-password 4>&- 5<&- 6>&- || code=$?
  echo "$code" >"$work/exit-code"
} | measure >&4 || fail "container upload stopped taking the dump; see its log and its exit code"
code=$(cat "$work/exit-code")
[ "$code" -eq 0 ] || fail "pg_dump ended with code $code"
dumped=$(cut -d ' ' -f 1 "$work/sha256")
bytes=$(tr -d ' ' <"$work/bytes")
tell 6 dumped || fail "container upload ended early; see its log and its exit code"
exec 4>&-

echo "dumped $bytes bytes, sha256 $dumped; reading it back"
measure <&5 | {
  code=0
  pg_restore --list >"$work/contents" 4>&- 5<&- 6>&- || code=$?
  echo "$code" >"$work/exit-code"
  cat >/dev/null
}
stored=$(cut -d ' ' -f 1 "$work/sha256")
[ "$stored" = "$dumped" ] ||
  fail "$object was read back with sha256 $stored and $(tr -d ' ' <"$work/bytes") bytes instead of $dumped and $bytes: it is not a backup"
code=$(cat "$work/exit-code")
[ "$code" -eq 0 ] || fail "pg_restore can't list $object (code $code): it is not a backup"

verified=$(date -u +%Y-%m-%dT%H:%M:%SZ)
tables=$(grep -c ' TABLE DATA ' "$work/contents") || true
manifest=$(printf '%s, "format": 1, "object": "%s", "bytes": %s, "sha256": "%s", "tables": %s, "dumpVersion": "%s", "verifiedAt": "%s"}' \
  "${facts%\}}" "$object" "$bytes" "$dumped" "$tables" "$(pg_dump --version | cut -d ' ' -f 3)" "$verified")
tell 6 "$manifest" || fail "container upload ended before $object was recorded; see its log and its exit code"
echo "verified: $tables tables"
