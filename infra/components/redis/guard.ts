import { dataDirectory, port, secretDirectory } from "./configuration.ts";

/**
 * Before a leader starts: an empty volume, while its follower holds data, is a volume that was lost. Started all the same, the leader
 * would make its follower copy the emptiness, and both would be gone (Redis, "Safety of replication when master has persistence
 * turned off"). A follower whose name stays unknown is one that was never made; one that doesn't answer is asked again, and so is a DNS
 * that doesn't: a new pod's first packets may not pass its network policy.
 */
export function leaderGuard(follower: string, follows: string): string {
  return [
    "set -eu",
    `if [ -e ${dataDirectory}/appendonlydir ]; then exit 0; fi`,
    `REDISCLI_AUTH=$(cat ${secretDirectory}/copy-password)`,
    "export REDISCLI_AUTH",
    "attempt=0",
    "unknown=0",
    'while [ "$attempt" -lt 30 ]; do',
    `  answer=$(timeout 5 redis-cli -h ${follower} -p ${port} --user copy --no-auth-warning info keyspace persistence 2>&1) || true`,
    '  case "$answer" in',
    "    *db[0-9]*:keys=*)",
    `      echo "the volume is empty, and ${follower} holds data: it would be lost. ${follows}" >&2`,
    "      exit 1 ;;",
    // While it loads its own file it does not know yet.
    "    *loading:1*) ;;",
    "    *Keyspace*) exit 0 ;;",
    "    *'not known'* | *'No address associated'*)",
    "      unknown=$((unknown + 1))",
    '      if [ "$unknown" -ge 5 ]; then exit 0; fi ;;',
    "  esac",
    "  attempt=$((attempt + 1)); sleep 1",
    "done",
    `echo "the volume is empty, and ${follower} does not say whether it holds data: $answer" >&2`,
    "exit 1",
    "",
  ].join("\n");
}
