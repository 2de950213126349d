# Daemons of the cluster: sshd and Slurm, and the files they need.

write_ssh_files() { # one key of the user, a key of every host, the client's tables
  local name
  mkdir "$dir/ssh"
  ssh-keygen -q -t ed25519 -N '' -C tester -f "$dir/ssh/id_ed25519"
  for name in head $(names); do
    ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$dir/ssh/$name"
    printf '%s %s\n' "$name,$(address_of "$name" control),$name-data,$(address_of "$name" data)" \
      "$(cut -d' ' -f1,2 "$dir/ssh/$name.pub")"
  done >"$dir/ssh/known_hosts"
  cat >"$dir/ssh_config" <<'CONFIG'
Host *
  User root
  IdentityFile /etc/ssh/id_ed25519
  IdentitiesOnly yes
  UserKnownHostsFile /etc/ssh/ssh_known_hosts
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  BatchMode yes
  ConnectTimeout 5
  LogLevel ERROR
CONFIG
  cat >"$dir/ssh/sshd_config" <<'CONFIG'
HostKey /etc/ssh/ssh_host_ed25519_key
AuthorizedKeysFile /etc/ssh/authorized_keys
PidFile /run/sshd.pid
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
UseDNS no
MaxStartups 1000
MaxSessions 1000
PrintLastLog no
Subsystem sftp internal-sftp
CONFIG
}

place_ssh_files() { # NAME
  local etc=$dir/$1/etc/ssh
  [ -e "$dir/ssh/$1" ] || return 0  # the switch has none
  cp "$dir/ssh_config" "$dir/ssh/sshd_config" "$dir/ssh/id_ed25519" "$etc/"
  cp "$dir/ssh/known_hosts" "$etc/ssh_known_hosts"
  cp "$dir/ssh/id_ed25519.pub" "$etc/authorized_keys"
  cp "$dir/ssh/$1" "$etc/ssh_host_ed25519_key"
  cp "$dir/ssh/$1.pub" "$etc/ssh_host_ed25519_key.pub"  # not the one of the machine
}

start_sshd() { # NAME…
  local name
  for name in "$@"; do
    # Forked in the host, so that it is a child of the host's first process.
    (enter "$name" setsid --fork /usr/sbin/sshd -D -e </dev/null >"$dir/$name/log/sshd" 2>&1)
  done
  for name in "$@"; do
    # It writes the file when it listens.
    eventually in_host "$name" test -s /run/sshd.pid || fail "sshd of $name: $(cat "$dir/$name/log/sshd")"
  done
}

restart_sshd() { # NAME: when it runs there
  in_host "$1" test -e /run/sshd.pid || return 0
  stop_daemon "$1" /run/sshd.pid
  start_sshd "$1"
}

write_slurm_files() {
  local name
  mkdir "$dir/slurm"
  {
    cat <<CONFIG
ClusterName=rackproof
SlurmctldHost=head($(address_of head control))
AuthType=auth/none
CredType=cred/none
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$dir/head/slurmctld
SlurmctldPidFile=/run/slurmctld.pid
SlurmctldLogFile=$dir/head/log/slurmctld
SlurmdSpoolDir=/var/tmp/slurmd
SlurmdPidFile=/run/slurmd.pid
SlurmdLogFile=/var/tmp/slurmd.log
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=2,bf_interval=2
MpiDefault=none
ReturnToService=2
SlurmctldTimeout=10
SlurmdTimeout=5
MessageTimeout=5
KillWait=2
CONFIG
    for name in $(names); do
      echo "NodeName=$name NodeAddr=$(address_of "$name" control) CPUs=2 RealMemory=1000 State=UNKNOWN"
    done
    echo 'PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP'
  } >"$dir/slurm/slurm.conf"
  # Without it several ranks' folders of one name collide in /tmp.
  echo 'PMIxCliTmpDirBase=/var/tmp' >"$dir/slurm/mpi.conf"
}

slurm_up() {
  local name count
  mkdir -p "$dir/head/slurmctld"
  in_host head slurmctld -c
  for name in $(names); do in_host "$name" slurmd; done
  count=$(names | wc -l)
  eventually slurm_is_idle "$count" || fail "slurm is not ready: $(in_host head sinfo -N 2>&1)"
}

slurm_is_idle() { # COUNT
  [ "$(in_host head sinfo --noheader --Node --format=%t 2>/dev/null | grep -cx idle)" = "$1" ]
}

slurm_down() {
  local name
  for name in $(names); do
    stop_daemon "$name" /run/slurmd.pid
  done
  stop_daemon head /run/slurmctld.pid
}

stop_daemon() { # NAME PIDFILE
  in_host "$1" sh -c 'pid=$(cat "$0" 2>/dev/null) || exit 0; kill "$pid" 2>/dev/null || exit 0
    i=0; while kill -0 "$pid" 2>/dev/null; do i=$((i + 1)); [ $i -lt 1000 ] || exit 1; sleep 0.01; done' "$2" ||
    fail "$2 of $1 does not end"
}
