#!/usr/bin/env bash
# Clients that nobody here wrote, against the built server: nano, PouchDB, Cloudant's SDK, EventSource, curl and a page in Chromium. Ends with "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/../../.."
tests=tests/interop/node
results=artifacts/interop/node
mkdir -p "$results"

scripts/install-test-tools.sh || exit 1
[ -x artifacts/bin/subscriptions-server ] || { echo "interop: artifacts/bin/subscriptions-server is missing; run 'make build' first" >&2; exit 1; }

# Installed again only when what is wanted has changed. No package's script is run: what is native comes built.
installed=$tests/node_modules/.installed
if ! cmp -s "$tests/package-lock.json" "$installed"; then
  npm ci --prefix "$tests" --ignore-scripts --no-audit --no-fund --loglevel=error || { echo "interop: npm could not install the clients" >&2; exit 1; }
  cp "$tests/package-lock.json" "$installed"
fi

timeout 300 node --test --test-concurrency=4 --test-timeout=60000 --test-reporter=spec --test-reporter-destination=stdout \
  --test-reporter=tap --test-reporter-destination="$results/tests.tap" "$tests"/*.test.js
status=$?

# What was skipped or broken off did not pass.
count() { sed -n "s/^# $1 \([0-9]*\)$/\1/p" "$results/tests.tap" | tail -n 1; }
all=$(count tests)
passed=$(count pass)
failed=$((${all:-0} - ${passed:-0}))
if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
echo "${passed:-0} passed, $failed failed"
[ "$failed" -eq 0 ] && [ "${passed:-0}" -gt 0 ]
