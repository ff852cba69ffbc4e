#!/usr/bin/env bash
# The session that the CouchDB book's chapter on change notifications leads its readers through, with curl, against the server that HOST names.
# Where the book opens a second terminal, a job in the background stands for it.
set -uo pipefail
: "${HOST:?names the server, as in http://127.0.0.1:5984}"
curl=(curl --silent --show-error --max-time 20)
feed=$(mktemp)
trap 'rm -f "$feed"' EXIT

say() {
  printf '\n$ %s\n' "$*"
}

run() {
  say "curl $*"
  "${curl[@]}" "${@//DB/$HOST/db}"
}

# Starts a feed and goes on once its answer has begun, so that what is written next comes live.
listen() {
  say "curl $* &"
  : >"$feed"
  "${curl[@]}" --no-buffer "${@//DB/$HOST/db}" >"$feed" &
  listener=$!
  for _ in $(seq 200); do
    [ -s "$feed" ] && break
    sleep 0.05
  done
}

heard() {
  wait "$listener"
  say "what the feed brought"
  cat "$feed"
}

# The first part: polling.
run -X PUT DB
run DB/_changes
run -X PUT DB/test -d '{"name":"Anna"}'
run DB/_changes
run -X PUT DB/test2 -d '{"name":"Ben"}'
run 'DB/_changes?since=1'

# Long polling: one answer, as soon as there is something.
listen 'DB/_changes?feed=longpoll&since=2'
run -X PUT DB/test3 -d '{"name":"Clara"}'
heard

# Continuous: one connection, a line for each change. The book leaves it open; here it ends after three.
listen 'DB/_changes?feed=continuous&since=3&limit=3'
run -X PUT DB/test4 -d '{"name":"Dora"}'
run -X PUT DB/test5 -d '{"name":"Emil"}'
run -X PUT DB/test6 -d '{"name":"Fritz"}'
heard

# A heartbeat is an empty line. The feed ends with the change that follows it.
say "curl 'DB/_changes?feed=continuous&since=6&limit=1&heartbeat=100' &"
"${curl[@]}" --no-buffer "$HOST/db/_changes?feed=continuous&since=6&limit=1&heartbeat=100" >"$feed" &
listener=$!
for _ in $(seq 200); do
  [ "$(grep -c '^$' "$feed")" -ge 3 ] && break
  sleep 0.05
done
run -X PUT DB/test7 -d '{"name":"Gina"}'
wait "$listener"
say "what the feed brought, with its empty lines as one"
cat -s "$feed"

# Filters: functions in a design document, with and without parameters.
run -X PUT DB/_design/app -d '{"_id":"_design/app","filters":{
  "important":"function(doc, req) { if (doc.priority == \"high\") { return true; } else { return false; } }",
  "named":"function(doc, req) { if (doc.name == req.query.name) { return true; } return false; }"}}'
run -X PUT DB/test8 -d '{"name":"Hans","priority":"high"}'
run -X PUT DB/test9 -d '{"name":"Ida","priority":"low"}'
run 'DB/_changes?filter=app/important'
run 'DB/_changes?filter=app/named&name=Clara'
listen 'DB/_changes?feed=continuous&since=10&filter=app/important&limit=1&heartbeat=5000'
run -X PUT DB/test10 -d '{"name":"Jan","priority":"low"}'
run -X PUT DB/test11 -d '{"name":"Karl","priority":"high"}'
heard

# What is wrong has a reason: a POST has to say that it is JSON, as curl does not by itself.
run -X POST DB -d '{"name":"Lisa"}'
run 'DB/_changes?feed=never'
run 'DB/_changes?filter=app/nothing'
run -X DELETE DB
run DB/_changes
