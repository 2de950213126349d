# What makes a host a machine of its own: its folder in the state folder, and what its first process mounts.

own_folders=(/tmp /var/tmp /root)  # of each host, kept in NAME/files of the state folder

prepare() { # NAME: the host's folder; its /etc is laid over the machine's
  local home=$dir/$1 folder
  mkdir -p "$home"/{etc/ssh,etc/slurm,etc/openmpi,etc-work,log,state}
  for folder in "${own_folders[@]}"; do mkdir -p "$home/files$folder"; done
  chmod 1777 "$home"/files/{tmp,var/tmp}
  chmod 700 "$home/files/root"
  echo "$dir $1" >"$home/etc/rackproof-host"  # by this its processes are known, see processes.sh
  echo "$1" >"$home/etc/hostname"
  tr -d - </proc/sys/kernel/random/uuid >"$home/etc/machine-id"
  cp "$dir/hosts" "$home/etc/hosts"
  # Ranks of all hosts share this machine's CPUs, so they yield while they wait; copies from process to process need a
  # privilege that containers withhold.
  { cat /etc/openmpi/openmpi-mca-params.conf 2>/dev/null || true
    echo 'mpi_yield_when_idle = 1'
    echo 'btl_vader_single_copy_mechanism = none'; } >"$home/etc/openmpi/openmpi-mca-params.conf"
  place_ssh_files "$1"
  cp "$dir/slurm/"*.conf "$home/etc/slurm/"
}

make_machine() { # DIR NAME, as first process in new namespaces: says its pid outside when all is in place, and stays
  dir=$1
  local name=$2 home=$1/$2 pid
  read -r pid _ </proc/self/stat  # still the machine's /proc
  cd /
  echo "$name" >/proc/sys/kernel/hostname
  ip link set lo up
  mount -t overlay overlay -o "lowerdir=/etc,upperdir=$home/etc,workdir=$home/etc-work" /etc
  # /sys/class/net shows the network namespace of who mounts it.
  mount -t sysfs sysfs "$home/state"
  [ ! -d /sys/fs/cgroup ] || mount --rbind /sys/fs/cgroup "$home/state/fs/cgroup"
  mount --rbind "$home/state" /sys
  case $name in
    switch | head) ;;
    *)
      mount -t proc proc /proc
      mount_files "$home" ;;
  esac
  cat /proc/sys/kernel/random/uuid >/etc/boot_id
  mount --bind /etc/boot_id /proc/sys/kernel/random/boot_id
  mount -t tmpfs -o mode=755 run /run
  mkdir -p /run/sshd /run/lock
  mount -t tmpfs shm /dev/shm
  echo "$pid"  # fails when `up` was killed meanwhile: then this ends, too
  exec >/dev/null
  # The first process of a pid namespace inherits orphans: bash collects them when they end.
  while :; do sleep infinity & wait || true; done
}

mount_files() { # HOME: own folders, the trees, all else read-only
  local folder tree trees=() shared i
  mapfile -t trees <"$dir/trees"
  shared=$(cat "$dir/shared")
  # By way of /mnt, since own folders may hide HOME and trees.
  mount -t tmpfs mnt /mnt
  mkdir /mnt/files
  mount --bind "$1/files" /mnt/files
  for i in "${!trees[@]}"; do
    mkdir "/mnt/tree.$i"
    mount --bind "${trees[i]}" "/mnt/tree.$i"
  done
  mount -o remount,bind,ro /
  for folder in "${own_folders[@]}"; do mount --bind "/mnt/files$folder" "$folder"; done
  for i in "${!trees[@]}"; do
    tree=${trees[i]}
    if [ "$shared" = yes ]; then
      [ -d "$tree" ] || mkdir -p "$tree"
      mount --bind "/mnt/tree.$i" "$tree"
      mount -o remount,bind,ro "$tree"
    elif [ -d "$tree" ]; then
      mount -t tmpfs -o ro hidden "$tree"
    fi
  done
  umount --recursive --lazy /mnt
}
