#!/usr/bin/env bash
# pandas 3.1.1: DataFrame.to_json keeps ten decimals, so that data are other data when they are read.
#
# Input: doubles. Expected: those doubles, as to_csv and Python's json module write them. Seen:
#   0.12345678901234567 -> 0.123456789     1e-12 -> 0.0
# and with the most that double_precision takes, 15, still another double: 0.123456789012346.
# Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install numpy==2.4.6 pandas==3.1.1
"$folder/venv/bin/python" - <<'PYTHON'
import io
import json

import pandas as pd

values = [0.12345678901234567, 1e-12]
frame = pd.DataFrame({"x": values})


def read(**how):
    lines = frame.to_json(orient="records", lines=True, **how).splitlines()
    return [json.loads(line)["x"] for line in lines]


print("ten decimals:", read(), " fifteen:", read(double_precision=15))
assert read() == [0.123456789, 0.0], "this has changed"
assert read(double_precision=15) == [0.123456789012346, 1e-12], "this has changed"
assert pd.read_csv(io.StringIO(frame.to_csv(index=False)))["x"].tolist() == values
PYTHON
