#!/bin/sh
# Starts Redis as whatever the sentinels say it is now; before there are sentinels, the first pod is the one that is written to.
# NAME, FIRST: host names of this one and of the first. SENTINELS: the sentinels' host name, SENTINEL_PORT. PORT, CONF, DATA. BIND: an address, if not every one.
set -eu
primary=$(timeout 3 redis-cli -h "$SENTINELS" -p "$SENTINEL_PORT" sentinel get-master-addr-by-name todo 2>/dev/null | head -n 1 || true)
[ -n "$primary" ] || primary=$FIRST
# Passwords by standard input, not on a command line that others can list.
{
  echo "include $CONF"
  echo "dir $DATA"
  echo "requirepass $REDIS_PASSWORD"
  echo "masterauth $REDIS_PASSWORD"
  echo "replica-announce-ip $NAME"
  echo "replica-announce-port $PORT"
  echo "port $PORT"
  [ -z "${BIND:-}" ] || echo "bind $BIND"
  if [ "$primary" != "$NAME" ]; then echo "replicaof $primary $PORT"; fi
} > "$RUN/redis.conf"
exec redis-server "$RUN/redis.conf"
