# Processes of the cluster: how they start, how they are entered, how all of them end.

start() { # NAME…: the first process of each, all at the same time
  local name pid namespaces ready=() i=0
  for name in "$@"; do
    namespaces=(--net --uts --mount --ipc)
    case $name in
      switch | head) ;;
      *) namespaces+=(--pid --fork --kill-child) ;;
    esac
    make_group "$name"
    exec {ready[i]}< <(
      join_group "$name"
      exec setsid unshare "${namespaces[@]}" bash "$here/hosts" init "$dir" "$name" </dev/null 2>"$dir/$name/log/init"
    )
    i=$((i + 1))
  done
  i=0
  for name in "$@"; do
    read -r pid <&"${ready[i]}" || fail "$name did not start: $(cat "$dir/$name/log/init")"
    exec {ready[i]}<&-
    echo "$pid" >"$dir/$name/pid"
    i=$((i + 1))
  done
}

is_of() { # PID NAME: whether a process is in that host of this cluster
  local mark=
  { read -r mark <"/proc/$1/root/etc/rackproof-host"; } 2>/dev/null || true
  [ "$mark" = "$dir $2" ]
}

pid_of() { # NAME: its first process
  local pid=
  [ ! -e "$dir/$1/pid" ] || pid=$(cat "$dir/$1/pid")
  [ -n "$pid" ] && is_of "$pid" "$1" || fail "$1 is not up"
  echo "$pid"
}

in_host() { (enter "$@"); }

eventually() { # COMMAND…: true as soon as it is, false after 20 s
  local i
  for ((i = 0; i < 1000; ++i)); do
    ! "$@" || return 0
    sleep 0.02
  done
  return 1
}

enter() { # NAME COMMAND…: becomes the command in that host
  local name=$1 pid all=(--net --uts --mount --ipc)
  shift
  pid=$(pid_of "$name")
  if [ "$name" = head ]; then exec nsenter --target "$pid" "${all[@]}" --wdns="$PWD" -- "$@"; fi
  join_group "$name"
  exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root USER=root LOGNAME=root \
    nsenter --target "$pid" "${all[@]}" --pid -- "$@"
}

own_pids() { # pids of everything in the cluster and of what is about to be, without this process
  local process mark line
  for process in /proc/[0-9]*; do
    case ${process#/proc/} in $$ | "$BASHPID") continue ;; esac
    mark=
    { read -r mark <"$process/root/etc/rackproof-host"; } 2>/dev/null || true
    if [ "${mark% *}" = "$dir" ]; then echo "${process#/proc/}"; continue; fi
    { mapfile -d '' -t line <"$process/cmdline"; } 2>/dev/null || continue
    case "${line[*]}" in
      *" $here/hosts init $dir "* | *" $here/hosts watching $dir "*) echo "${process#/proc/}" ;;
    esac
  done
}

down() {
  trap - EXIT
  local pid pids i
  [ -e "$dir" ] || return 0
  if [ ! -e "$dir/names" ]; then
    rmdir "$dir" 2>/dev/null || fail "$dir holds no hosts"
    return 0
  fi
  thaw_all
  for ((i = 0; i < 1000; ++i)); do
    pids=$(own_pids)
    [ -n "$pids" ] || break
    for pid in $pids; do kill -KILL "$pid" 2>/dev/null || true; done
    sleep 0.01
  done
  [ -z "$pids" ] || fail "still there: $pids"
  remove_groups
  rm -rf "$dir"
}

kill_host() { # NAME
  local pid cable
  pid=$(pid_of "$1")
  kill -KILL "$pid"
  thaw_host "$1"
  for cable in $(cables_of "$1"); do stop_relay "$cable" || true; done
  # The kernel lets go of a pid namespace's first process when all the others are gone.
  eventually test ! -e "/proc/$pid" || fail "$1 does not die"
  rm "$dir/$1/pid"
}

boot_host() { # NAME
  [ ! -e "$dir/$1/pid" ] || fail "$1 is up: hosts kill $1 first"
  start "$1"
  connect $(cables_of "$1")
}

watch() { # PID: goes down when that process ends
  [ -e "/proc/$1" ] || fail "no process $1"
  setsid bash "$here/hosts" watching "$dir" "$1" </dev/null >/dev/null 2>&1 &
}

watching() { # DIR PID
  dir=$1
  while [ -e "/proc/$2" ]; do sleep 0.5; done
  down
}
