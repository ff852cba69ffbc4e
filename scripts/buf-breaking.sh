#!/usr/bin/env bash
# Compares the protos with the last commit on main.
set -euo pipefail
cd "$(dirname "$0")/.."
base=$(git rev-parse --verify --quiet origin/main || git rev-parse --verify --quiet main || git rev-parse HEAD)
if ! git cat-file -e "$base:buf.yaml" 2>/dev/null; then
  echo "buf breaking: main has no protos yet; nothing to compare with"
  exit 0
fi
exec scripts/buf.sh breaking --against ".git#ref=$base"
