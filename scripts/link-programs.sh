#!/usr/bin/env bash
# Puts the built programs where everybody looks for them: artifacts/bin/subscriptions-server and artifacts/bin/subs.
set -euo pipefail
cd "$(dirname "$0")/.."
flavor=$(printf '%s' "${1:-Release}" | tr '[:upper:]' '[:lower:]')
mkdir -p artifacts/bin
ln -sfn "Subscriptions.Server/$flavor/subscriptions-server" artifacts/bin/subscriptions-server
ln -sfn "Subscriptions.Cli/$flavor/subs" artifacts/bin/subs
