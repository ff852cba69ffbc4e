#!/usr/bin/env bash
# Proves the contract with a client that nobody here wrote: Python over stubs generated from protos/, against the built server.
set -euo pipefail
cd "$(dirname "$0")/../../.."

server=artifacts/bin/subscriptions-server
stubs=artifacts/interop/python
run=$(mktemp -d)
pid=""

finish() {
  if [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; then
    kill -KILL "$pid"
    wait "$pid" 2>/dev/null || true
  fi
  rm -rf "$run"
}
trap finish EXIT

fail() {
  echo "interop: $1" >&2
  echo "--- the server's output:" >&2
  tail -n 50 "$run/server.log" >&2 || true
  exit 1
}

scripts/install-test-tools.sh
[ -x "$server" ] || { echo "interop: $server is missing; run 'make build' first" >&2; exit 1; }

rm -rf "$stubs"
mkdir -p "$stubs"
find protos tests/interop/protos -name '*.proto' -print0 | xargs -0 protoc -I protos -I tests/interop/protos \
  --plugin=protoc-gen-grpc_python="$(command -v grpc_python_plugin)" --python_out="$stubs" --grpc_python_out="$stubs"

"$server" --data "$run/data" --grpc 127.0.0.1:0 --http 127.0.0.1:0 >"$run/server.log" 2>&1 &
pid=$!

# The ports are the system's choice; the server names them once it listens.
target=""
for _ in $(seq 300); do
  target=$(sed -n 's/.*gRPC.*http:\/\/\([0-9.]*:[0-9]*\).*/\1/Ip' "$run/server.log" | head -n 1)
  [ -n "$target" ] && break
  kill -0 "$pid" 2>/dev/null || fail "the server ended before it listened"
  sleep 0.1
done
[ -n "$target" ] || fail "the server named no gRPC address within 30 seconds"

PYTHONDONTWRITEBYTECODE=1 timeout 300 /usr/bin/python3 tests/interop/python/worker_contract.py "$target" "$stubs" || fail "the client's checks failed"

kill -TERM "$pid"
for _ in $(seq 100); do
  kill -0 "$pid" 2>/dev/null || break
  sleep 0.1
done
kill -0 "$pid" 2>/dev/null && fail "the server did not end within 10 seconds of SIGTERM"
status=0
wait "$pid" || status=$?
[ "$status" -eq 0 ] || fail "the server ended with exit code $status after SIGTERM"
