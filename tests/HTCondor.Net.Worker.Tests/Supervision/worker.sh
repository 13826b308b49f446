#!/bin/bash
# worker.sh - speaks the worker's protocol, and misbehaves as the file "mode" in
# FAKE_FOLDER says at the time of each request. Every start adds a line to "starts".
folder=$FAKE_FOLDER
if [ "$1" = --end ]; then
  echo "$2" >>"$folder/ended"
  kill -KILL "$2"
  exit
fi

mode() { cat "$folder/mode"; }
say() { printf '%s\n' "$*"; }

echo "$$" >>"$folder/starts"
env >"$folder/environment"
problems='[]'
protocol=1
case $(mode) in
no-start)
  echo "cannot read /etc/condor" >&2
  exit 1
  ;;
no-hello) exec tail -f /dev/null ;;
unusable) problems='["HTCondor 99.1 is outside the tested range, 23.9 to 25.14."]' ;;
future) protocol=2 ;;
esac
say "{\"hello\":{\"protocol\":$protocol,\"processId\":$$,\"userId\":1001,\"condorVersion\":\"\$CondorVersion: 23.9.6 \$\",\"problems\":$problems}}"

while IFS= read -r line; do
  id=${line#*\"id\":}
  id=${id%%[,\}]*}
  # Before the request shows: whoever has seen it may set the next mode.
  mode=$(mode)
  echo "$line" >>"$folder/requests"
  case $mode in
  answer)
    say "{\"id\":$id,\"ad\":{\"ClusterId\": 7, \"Request\": $id}}"
    say "{\"id\":$id,\"result\":{\"cluster\":7}}"
    ;;
  change | change-hang | change-crash | change-except)
    say "{\"id\":$id,\"ready\":true}"
    IFS= read -r answer
    echo "$answer" >>"$folder/requests"
    case $mode in
    change-hang) exec tail -f /dev/null ;;
    change-crash)
      echo "terminate called after throwing" >&2
      kill -SEGV $$
      ;;
    change-except)
      say "{\"id\":$id,\"except\":\"Assertion failed (qmgmt.cpp:12)\"}"
      exit 4
      ;;
    esac
    case $answer in
    *Go*) say "{\"id\":$id,\"result\":{\"cluster\":7}}" ;;
    *) say "{\"id\":$id,\"error\":{\"subsystem\":\"CLIENT\",\"code\":0,\"text\":\"given up\"}}" ;;
    esac
    ;;
  hang) exec tail -f /dev/null ;;
  crash)
    echo "first words" >&2
    echo "last words" >&2
    kill -SEGV $$
    ;;
  exit) exit 3 ;;
  garbage) say "Segmentation fault" ;;
  wrong-id) say "{\"id\":999,\"result\":{}}" ;;
  nothing) say "{\"id\":$id}" ;;
  bad-ad) say "{\"id\":$id,\"ad\":{\"ClusterId\": 7,}}" ;;
  half)
    printf '{"id":%s,"result":{"clus' "$id"
    exit 0
    ;;
  long)
    printf '{"id":%s,"ad":{"Text": "' "$id"
    head -c 10000000 /dev/zero | tr '\0' x
    say '"}}'
    say "{\"id\":$id,\"result\":{}}"
    ;;
  endless)
    printf '{"id":%s,"ad":{"Text": "' "$id"
    tr '\0' x </dev/zero
    ;;
  loud)
    head -c 3000000 /dev/zero | tr '\0' y >&2
    printf '\nthe end\n' >&2
    kill -KILL $$
    ;;
  error) say "{\"id\":$id,\"error\":{\"subsystem\":\"SECMAN\",\"code\":2007,\"text\":\"no\",\"retryable\":true}}" ;;
  esac
done
