# What goes wrong in one host: too little CPU time, processes that do not die, a wrong clock, a missing library.

group_of() { # CONTROLLER [NAME]: the cgroup of a host, of the whole cluster without NAME
  echo "/sys/fs/cgroup/$1/rackproof-$(printf %s "$dir" | sha256sum | cut -c1-12)${2:+/$2}"
}
has_controller() { [ -w "/sys/fs/cgroup/$1/cgroup.procs" ]; }

make_group() { # NAME
  local controller
  for controller in cpu freezer; do
    ! has_controller "$controller" || mkdir -p "$(group_of "$controller" "$1")"
  done
}

join_group() { # NAME: this process and its children
  ! has_controller cpu || echo "$BASHPID" >"$(group_of cpu "$1")/cgroup.procs"
}

remove_groups() {
  local controller group
  for controller in cpu freezer; do
    group=$(group_of "$controller")
    eventually remove_group "$group" || fail "$group does not go"
  done
}
remove_group() { # FOLDER: busy as long as an ended process in it is not yet collected by its parent
  [ ! -d "$1" ] || find "$1" -depth -type d -exec rmdir {} + 2>/dev/null
}

quota_host() { # NAME PERCENT
  [[ $2 =~ ^[0-9]+$ ]] && [ "$2" -ge 1 ] || fail "quota '$2': write percent of one CPU, 1 or more"
  has_controller cpu || fail "quota needs the cpu controller of cgroup v1 in /sys/fs/cgroup/cpu"
  echo $(($2 * 1000)) >"$(group_of cpu "$1")/cpu.cfs_quota_us"  # of 100 ms
}

freeze_host() { # NAME PID
  has_controller freezer || fail "freeze needs the freezer controller of cgroup v1 in /sys/fs/cgroup/freezer"
  local group
  group=$(group_of freezer "$1")
  # Written in the host's pid namespace, in which PID is counted.
  nsenter --target "$(pid_of "$1")" --pid -- sh -c 'echo "$0" >"$1"' "$2" "$group/cgroup.procs" 2>/dev/null ||
    fail "$1 has no process $2"
  echo FROZEN >"$group/freezer.state"
}

thaw_host() { # NAME
  local state
  state=$(group_of freezer "$1")/freezer.state
  [ ! -e "$state" ] || echo THAWED >"$state"
}

thaw_all() {
  local name
  for name in $(names); do thaw_host "$name"; done
}

skew_host() { # NAME SECONDS
  [[ $2 =~ ^[+-]?[0-9]+$ ]] || fail "skew '$2': write whole seconds"
  local library
  library=$(find /usr/lib -name libfaketimeMT.so.1 2>/dev/null | head -n 1)
  [ -n "$library" ] || fail "skew needs the package libfaketime"
  local offset=$2
  [[ $offset == -* ]] || offset=+${offset#+}
  in_host "$1" sh -c 'echo "$0" >/etc/faketimerc && echo "$1" >/etc/ld.so.preload' "$offset" "$library"
  # The sandbox of a session's beginning kills it when its parent was started without the library.
  restart_sshd "$1"
}

clear_skew() { # NAME
  in_host "$1" test -e /etc/ld.so.preload || return 0
  in_host "$1" rm /etc/ld.so.preload /etc/faketimerc
  restart_sshd "$1"
}

missing_library_host() { # NAME SONAME
  local found path
  found=$(in_host "$1" find /usr/lib /usr/local/lib -name "$2" -not -type d)
  [ -n "$found" ] || fail "$1 has no library $2"
  for path in $found; do
    # An overlay that lacks the file, one for each folder.
    in_host "$1" sh -euc '
      if ! findmnt --source missing --mountpoint "$0" >/dev/null; then
        upper=$(mktemp -d /run/missing.XXXXXX)
        mkdir "$upper/over" "$upper/work"
        mount -t overlay missing -o "lowerdir=$0,upperdir=$upper/over,workdir=$upper/work" "$0"
      fi
      rm "$1"' "$(dirname "$path")" "$path"
  done
}

restore_libraries() { # NAME
  local folder
  for folder in $(in_host "$1" findmnt --noheadings --raw --output TARGET --source missing); do
    in_host "$1" umount --lazy "$folder"
  done
}

clear_host() { # NAME
  restore_libraries "$1"
  clear_skew "$1"
  clear_delays "$1"
  clear_rates "$1"
  ! has_controller cpu || echo -1 >"$(group_of cpu "$1")/cpu.cfs_quota_us"
  thaw_host "$1"
}
