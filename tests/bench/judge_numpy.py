"""judge_numpy.py CELLS VERDICTS: decides the gate limits on devices with numpy and h5py in two processes, from the columns that rackproof reads,
takes median and MAD of every series with np.partition, prints the seconds, then compares every verdict with those in VERDICTS. Ends with 1 when one differs.
The peer of judge-scale. It knows what a simulated fleet needs: complete cases, real quantities, one or two launches, a declared component."""
import sys
import time
from multiprocessing import Process

import h5py
import numpy as np

PASS, FAIL, INCONCLUSIVE, NOT_JUDGED = 0, 1, 2, 3
Z = 1.959963984540054


def select(column):
    column = column[~np.isnan(column)]
    middle = len(column) // 2
    median = np.partition(column, middle)[middle]
    deviation = np.abs(column - median)
    return median, np.partition(deviation, middle)[middle]


def fails(value, lo, hi, least, most, n, lower, upper, component, factor):
    """Two launches that each miss by k(2) deviations, of cells that do not pass."""
    bad = np.zeros(len(value), bool)
    for limit, side in ((lower, -1), (upper, 1)):
        if not np.isfinite(limit):
            continue
        half = hi - value if side < 0 else value - lo
        between = Z * component * value / np.sqrt(2)
        within = np.sqrt(np.maximum(half * half - between * between, 0)) / Z
        deviation = np.hypot(component, within / np.maximum(np.abs(value), abs(limit)))
        if side < 0:
            bad |= (n == 2) & (hi < limit) & (most < limit - factor * deviation * abs(limit))
        else:
            edge = limit * np.exp(factor * deviation)
            bad |= (n == 2) & (lo > limit) & (least > edge)
    return bad


def decide(columns, lower, upper, component, factor):
    value, lo, hi, least, most, n = columns
    known = np.isfinite(value) & np.isfinite(lo) & np.isfinite(hi) & (lo <= value) & (value <= hi) & (n > 0)
    good = known & (lo >= lower) & (hi <= upper) & (least >= lower) & (most <= upper)
    out = np.full(len(value), NOT_JUDGED, np.uint8)
    out[known] = INCONCLUSIVE
    out[good] = PASS
    rest = np.flatnonzero(known & ~good)
    some = [column[rest].astype(np.float64) for column in (value, lo, hi, least, most)]
    out[rest[fails(*some, n[rest], lower, upper, component, factor)]] = FAIL
    return out


def work(path, limits, component, factor, out, first):
    verdicts = np.load(out, mmap_mode='r+')
    with h5py.File(path) as file:
        group = file['/results/device']
        for i in range(first, len(limits), 2):
            series, lower, upper = limits[i]
            columns = [group[name][series] for name in ('value', 'lo', 'hi', 'least', 'most', 'n')]
            select(columns[0])
            verdicts[i] = decide(columns, lower, upper, component, factor)
    verdicts.flush()


def texts(file, path):
    offsets, raw = file['/dict/offsets'][...], file['/dict/strings'][...].tobytes()
    return [raw[offsets[row]:offsets[row + 1]].decode() for row in file[path][...]]


def read_limits(cells, verdicts):
    metrics = [f'{case}#{quantity}' for case, quantity in
               zip(texts(cells, '/series/case'), texts(cells, '/series/quantity'))]
    lower, upper = verdicts['/limits/lower'][...], verdicts['/limits/upper'][...]
    return [(metrics.index(metric), -np.inf if np.isnan(low) else low, np.inf if np.isnan(high) else high)
            for metric, low, high in zip(texts(verdicts, '/limits/metric'), lower, upper)]


def main():
    path, verdicts_path, factor, out = sys.argv[1], sys.argv[2], float(sys.argv[3]), sys.argv[4]
    with h5py.File(path) as cells, h5py.File(verdicts_path) as verdicts:
        limits = read_limits(cells, verdicts)
        component = float(cells['/parts/launch_component'][0])
        devices = cells['/results/device/value'].shape[1]
    begin = time.monotonic()
    np.lib.format.open_memmap(out, mode='w+', dtype=np.uint8, shape=(len(limits), devices)).flush()
    workers = [Process(target=work, args=(path, limits, component, factor, out, first)) for first in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    seconds = time.monotonic() - begin
    if any(worker.exitcode for worker in workers):
        sys.exit(3)
    ours = np.load(out, mmap_mode='r')
    differing = 0
    with h5py.File(verdicts_path) as verdicts:
        rows = verdicts['/verdicts/device/limit'][...]
        for row in np.flatnonzero(rows >= 0):
            differing += int((verdicts['/verdicts/device/verdict'][row] != ours[rows[row]]).sum())
    print(f'{seconds:.2f} s, {differing} of {ours.size} verdicts differ')
    sys.exit(1 if differing else 0)


main()
