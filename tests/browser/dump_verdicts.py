#!/usr/bin/python3
"""dump_verdicts.py VERDICTS: what a verdicts file says, as JSON, read with h5py and the conventions of harness/results/README.md alone."""
import json
import math
import sys

import h5py

h = h5py.File(sys.argv[1], "r")
raw, at = h["dict/strings"][:].tobytes(), h["dict/offsets"][:]
texts = [raw[a:b].decode() for a, b in zip(at, at[1:])]


def column(path):
    data = h[path]
    names = h5py.check_enum_dtype(data.dtype)
    if names is not None:
        name_of = {number: name for name, number in names.items()}
        return [name_of[number] for number in data[:]]
    values = data[:].tolist()
    if data.attrs["units"] == b"row of /dict/offsets":
        return [texts[row] for row in values]
    if data.attrs["units"] == b"row of /targets":
        return [targets[row] for row in values]
    return [None if isinstance(value, float) and not math.isfinite(value) else value for value in values]


def table(group, columns):
    return [dict(zip(columns, row)) for row in zip(*(column(f"{group}/{name}") for name in columns))]


targets = column("targets/name")
json.dump({
    "disposition": column("judgement/disposition")[0],
    "targets": targets,
    "limits": table("limits", ["metric", "scope", "model", "severity", "bound", "lower", "upper", "number"]),
    "cells": table("cells", ["target", "case", "quantity", "limit", "severity", "verdict", "value", "lo", "hi"]),
    "roll_ups": table("roll_ups", ["subject", "kind", "disposition", "passed", "failed", "inconclusive", "not_judged", "not_applicable"]),
    "coverage": table("coverage", ["target", "case", "measured"]),
}, sys.stdout)
