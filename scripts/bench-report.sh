#!/usr/bin/env bash
# Measures all scenarios and puts the figures into docs/performance.md, between its two markers. Arguments go to 'subs bench'. Run it on a quiet
# machine. Needs built programs: 'make build'.
set -euo pipefail
cd "$(dirname "$0")/.."

page=${BENCH_PAGE:-docs/performance.md}
begin='<!-- bench:begin -->'
end='<!-- bench:end -->'
if [[ $(grep -cxF -e "$begin" "$page") != 1 || $(grep -cxF -e "$end" "$page") != 1 ]]; then
  echo "bench-report: $page must have one line '$begin' and one line '$end'" >&2
  exit 1
fi

figures=$(mktemp)
result=$(mktemp "$page.XXXXXX")
trap 'rm -f "$figures" "$result"' EXIT

# The run first and as a whole: one that fails leaves the page as it was.
"${BENCH_SUBS:-artifacts/bin/subs}" bench --markdown "$@" >"$figures"

revision=$(git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
git diff --quiet HEAD -- src clients 2>/dev/null || revision="$revision with changes"
{
  sed "/^$begin\$/q" "$page"
  printf '\nMeasured on %s at revision %s by `scripts/bench-report.sh%s`.\n' "$(date -u +%Y-%m-%d)" "$revision" "${*:+ $*}"
  cat "$figures"
  printf '\n'
  sed -n "/^$end\$/,\$p" "$page"
} >"$result"
chmod --reference="$page" "$result"
mv "$result" "$page"
echo "bench-report: figures are in $page"
