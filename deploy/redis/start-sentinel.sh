#!/bin/sh
# Starts a sentinel. It writes what it learns into its own file, so it has a copy; the sentinels that are up know more than it.
set -eu
primary=$(timeout 3 redis-cli -h "$SENTINELS" -p "$SENTINEL_PORT" sentinel get-master-addr-by-name todo 2>/dev/null | head -n 1 || true)
[ -n "$primary" ] || primary=$FIRST
{
  echo "port $SENTINEL_PORT"
  [ -z "${BIND:-}" ] || echo "bind $BIND"
  echo "dir $RUN"
  echo "sentinel resolve-hostnames yes"
  echo "sentinel announce-hostnames yes"
  echo "sentinel announce-ip $NAME"
  echo "sentinel monitor todo $primary $PORT 2"
  echo "sentinel auth-pass todo $REDIS_PASSWORD"
  echo "sentinel down-after-milliseconds todo 5000"
  echo "sentinel failover-timeout todo 30000"
  echo "sentinel parallel-syncs todo 1"
} > "$RUN/sentinel.conf"
exec redis-sentinel "$RUN/sentinel.conf"
