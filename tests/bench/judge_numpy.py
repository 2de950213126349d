"""judge_numpy.py FILE LIMITS_JSON OUT.npy: the verdicts of lower and upper gate limits on devices, with numpy and h5py in two
processes: reads the same columns, takes median and MAD of each series with np.partition, and decides each cell. The peer of judge-scale.
LIMITS_JSON: [[series row, lower or null, upper or null], ...]. OUT.npy: verdicts [limit][device], 0 pass, 1 fail, 2 inconclusive, 3 not judged."""
import json
import sys
from multiprocessing import Process

import h5py
import numpy as np


def select(column):
    column = column[~np.isnan(column)]
    middle = len(column) // 2
    median = np.partition(column, middle)[middle]
    deviation = np.abs(column - median)
    return median, np.partition(deviation, middle)[middle]


def decide(value, lo, hi, least, most, n, lower, upper):
    known = np.isfinite(value) & np.isfinite(lo) & np.isfinite(hi) & (lo <= value) & (value <= hi) & (n > 0)
    low = -np.inf if lower is None else lower
    high = np.inf if upper is None else upper
    good = known & (lo >= low) & (hi <= high) & (least >= low) & (most <= high)
    out = np.full(len(value), 3, np.uint8)
    out[known] = 2
    out[good] = 0
    return out


def work(path, limits, out, first):
    verdicts = np.load(out, mmap_mode='r+')
    with h5py.File(path) as file:
        group = file['/results/device']
        for i in range(first, len(limits), 2):
            row, lower, upper = limits[i]
            columns = [group[name][row] for name in ('value', 'lo', 'hi', 'least', 'most', 'n')]
            select(columns[0])
            verdicts[i] = decide(*columns, lower, upper)
    verdicts.flush()


def main():
    path, limits, out = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3]
    with h5py.File(path) as file:
        devices = file['/results/device/value'].shape[1]
    np.lib.format.open_memmap(out, mode='w+', dtype=np.uint8, shape=(len(limits), devices)).flush()
    workers = [Process(target=work, args=(path, limits, out, first)) for first in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    sys.exit(any(worker.exitcode for worker in workers))


main()
