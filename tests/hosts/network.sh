# Two bridges in the network namespace of `switch`, a port on them for each host and network.

networks=(control data)
declare -A interface_of=([control]=eth0 [data]=eth1)
declare -A prefix_of=([control]=10.77 [data]=10.78)

address_of() { # NAME NETWORK
  if [ "$1" = head ]; then echo "${prefix_of[$2]}.255.1"; else echo "${prefix_of[$2]}.0.$((${1#h} + 1))"; fi
}

networks_of() { if [ "$1" = head ]; then echo control; else echo "${networks[@]}"; fi; }

write_network_tables() { # /etc/hosts of everybody
  local name
  {
    echo '127.0.0.1 localhost'
    for name in head $(names); do echo "$(address_of "$name" control) $name"; done
    for name in $(names); do echo "$(address_of "$name" data) $name-data"; done
  } >"$dir/hosts"
}

in_switch() { nsenter --target "$(pid_of switch)" --net -- "$@"; }
in_network_of() { nsenter --target "$(pid_of "$1")" --net -- "${@:2}"; }

start_switch() {
  local network
  for network in "${networks[@]}"; do printf 'link add %s type bridge\nlink set %s up\n' "$network" "$network"; done |
    in_switch ip -batch -
}

cables_of() { # NAME…: "h0-control", also the name of the port at the switch
  local name network
  for name in "$@"; do
    for network in $(networks_of "$name"); do echo "$name-$network"; done
  done
}

connect() { # CABLE…
  local cable name network pid
  for cable in "$@"; do
    name=${cable%-*} network=${cable#*-}
    pid=$(pid_of "$name")
    echo "link add $cable type veth peer name ${interface_of[$network]} netns $pid"
    echo "link set $cable master $network up"
  done | in_switch ip -batch -
  for cable in "$@"; do configure "${cable%-*}" "${cable#*-}"; done
}

configure() { # NAME NETWORK: the host's end of a cable
  local interface=${interface_of[$2]}
  # The same Ethernet address after a boot, since neighbours remember it.
  in_network_of "$1" ip -batch - <<BATCH
link set $interface address $(printf '02:00:%02x:%02x:%02x:%02x' $(address_of "$1" "$2" | tr . ' ')) up
addr add $(address_of "$1" "$2")/16 dev $interface
BATCH
}

chosen_networks() { # [NETWORK]
  case ${1:-} in
    '') echo "${networks[@]}" ;;
    control | data) echo "$1" ;;
    *) fail "no network '$1': write control or data" ;;
  esac
}

set_port() { # up|down NAME [NETWORK]
  local network chosen
  chosen=$(chosen_networks "${3:-}")
  for network in $chosen; do in_switch ip link set "$2-$network" "$1"; done
}
cut_host() { set_port down "$@"; }
join_host() { set_port up "$@"; }

degrade_host() { # NAME RATE [NETWORK]
  local network chosen limit=(root tbf rate "$2" burst 128kb latency 50ms)
  chosen=$(chosen_networks "${3:-}")
  for network in $chosen; do
    in_switch tc qdisc replace dev "$1-$network" "${limit[@]}"
    in_network_of "$1" tc qdisc replace dev "${interface_of[$network]}" "${limit[@]}"
  done
}

clear_rates() { # NAME
  local network
  for network in "${networks[@]}"; do
    in_switch tc qdisc del dev "$1-$network" root 2>/dev/null || true  # there may be none
    in_network_of "$1" tc qdisc del dev "${interface_of[$network]}" root 2>/dev/null || true
  done
}

delay_host() { # NAME MICROSECONDS NETWORK RELAY: the relay takes the place of the cable
  [[ $2 =~ ^[0-9]+$ ]] || fail "delay '$2': write microseconds"
  local network cable pid switch
  network=$(chosen_networks "$3")
  cable=$1-$network
  pid=$(pid_of "$1")
  switch=$(pid_of switch)
  stop_relay "$cable" || in_switch ip link del "$cable"  # a relay's interfaces go with it
  : >"$dir/$cable.log"
  # In the switch's mount namespace, so that it is known as one of the cluster's processes.
  setsid nsenter --target "$switch" --mount -- "$(readlink -f "$4")" "/proc/$pid/ns/net" "${interface_of[$network]}" \
    "/proc/$switch/ns/net" "$cable" "$2" </dev/null >"$dir/$cable.log" 2>&1 &
  echo $! >"$dir/$cable.relay"
  eventually grep -q ready "$dir/$cable.log" || fail "$cable: $(cat "$dir/$cable.log")"
  in_switch ip link set "$cable" master "$network" up
  configure "$1" "$network"
}

stop_relay() { # CABLE: false when there is none
  local pid
  [ -e "$dir/$1.relay" ] || return 1
  pid=$(cat "$dir/$1.relay")
  ! is_of "$pid" switch || kill -KILL "$pid"
  eventually test ! -e "/proc/$pid" || fail "the relay of $1 does not end"
  rm "$dir/$1.relay"
}

clear_delays() { # NAME
  local cable
  for cable in $(cables_of "$1"); do
    ! stop_relay "$cable" || connect "$cable"
  done
}
