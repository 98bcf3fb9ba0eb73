# Starts a service on a free port with the example picture in its folder, and stops it when the script
# ends. Sets $port, $process and $work, a folder that is removed in the end.
#
# usage: start_server <tng-server> [<options>]
start_server() {
  work=$(mktemp -d)
  trap stop_server EXIT
  mkdir "$work/images"
  touch "$work/log"
  cp Examples/kodim23.png "$work/images/photo.png"
  "$1" --port 0 --images "$work/images" --cache "$work/cache" --log-level notice "${@:2}" 2> "$work/log" &
  process=$!
  for _ in {1..100}; do
    port=$(sed -n 's/.*port=\([0-9]*\).*listening.*/\1/p' "$work/log")
    [ -n "$port" ] && return
    sleep 0.1
  done
  cat "$work/log" >&2
  exit 1
}

stop_server() {
  kill "$process" 2> /dev/null && wait "$process" || true
  rm -rf "$work"
}
