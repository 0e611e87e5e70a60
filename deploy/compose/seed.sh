#!/bin/sh
# A few todos to look at. Each has a key of its own, so running it again makes none twice.
set -eu
n=0
while read -r todo; do
  n=$((n + 1))
  curl -fsS --retry 20 --retry-all-errors --retry-delay 1 -o /dev/null \
    -H "Content-Type: application/json" -H "Idempotency-Key: seed-$n" -d "$todo" "$GATEWAY_URL/api/v1/todos"
done < "${SEED:-/seed.jsonl}"
echo "seed: $n todos are there"
