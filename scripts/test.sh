#!/usr/bin/env bash
# Installs what the tests need, builds, and runs every test. The last line is "N passed, N failed"; what failed is named before it.
set -uo pipefail
cd "$(dirname "$0")/.."
configuration=${1:-Release}
results=artifacts/test-results
rm -rf "$results"
mkdir -p "$results"
failures=$results/failures.txt
passed=0
failed=0

# A step that runs outside a test runner counts as one test.
step() {
  local name=$1
  shift
  echo "== $name"
  if "$@"; then
    passed=$((passed + 1))
  else
    echo "$name" >>"$failures"
    failed=$((failed + 1))
  fi
}

# The failed tests of a result file: each with the beginning of its message, and of what it printed (random tests print their seed).
failed_tests() {
  awk '
    function shown(text) { gsub(/&quot;/, "\"", text); gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&#xD;/, "", text); gsub(/&amp;/, "\\&", text); return text }
    /<UnitTestResult / { name = ""; if (/outcome="Failed"/) { name = $0; sub(/.* testName="/, "", name); sub(/".*/, "", name); print shown(name) } }
    /<\/UnitTestResult>/ { name = "" }
    !name { next }
    match($0, /<(Message|StdOut)>/) { inside = 1; lines = 0; $0 = substr($0, RSTART + RLENGTH) }
    inside {
      text = $0
      ends = sub(/<\/(Message|StdOut)>.*/, "", text)
      if (text != "" && lines++ < 20) print "    " shown(text)
      if (ends) inside = 0
    }
  ' "$1"
}

finish() {
  if [ -s "$failures" ]; then
    echo "== failed"
    cat "$failures"
  fi
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
  exit
}

scripts/install-test-tools.sh || { failed=1; finish; }

echo "== build"
make --no-print-directory build CONFIGURATION="$configuration" || { failed=1; finish; }

step "protos: style" scripts/buf.sh lint
step "protos: compatible with main" scripts/buf-breaking.sh
step "code style" dotnet format Subscriptions.sln --verify-no-changes --no-restore --severity warn

for project in tests/*.Tests; do
  name=$(basename "$project")
  echo "== $name"
  dotnet test "$project" -c "$configuration" --no-build --nologo --results-directory "$results" \
    --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal"
  status=$?
  counters=$(grep -o '<Counters [^>]*' "$results/$name.trx" 2>/dev/null)
  count() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counters"; }
  ok=$(count passed)
  total=$(count total)
  passed=$((passed + ${ok:-0}))
  bad=$((${total:-0} - ${ok:-0}))
  # A runner that crashed, or ran nothing, is a failure even if it counted none.
  if [ "$status" -ne 0 ] || [ "${total:-0}" -eq 0 ]; then [ "$bad" -gt 0 ] || bad=1; fi
  failed=$((failed + bad))
  if [ "$bad" -gt 0 ]; then failed_tests "$results/$name.trx" | grep . >>"$failures" || echo "$name" >>"$failures"; fi
done

# These print a line "N passed, N failed" of their own.
for suite in tests/interop/*/run.sh; do
  name=$(basename "$(dirname "$suite")")
  echo "== interop: $name"
  log=$results/interop-$name.log
  "$suite" 2>&1 | tee "$log"
  status=${PIPESTATUS[0]}
  counted=$(grep -Eo '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -n 1)
  ok=$(sed -n 's/ passed.*//p' <<<"$counted")
  bad=$(sed -n 's/.*, \([0-9]*\) failed/\1/p' <<<"$counted")
  passed=$((passed + ${ok:-0}))
  if [ "$status" -ne 0 ] || [ "${ok:-0}" -eq 0 ]; then [ "${bad:-0}" -gt 0 ] || bad=1; fi
  failed=$((failed + ${bad:-0}))
  if [ "${bad:-0}" -gt 0 ]; then echo "interop: $name" >>"$failures"; fi
done

finish
