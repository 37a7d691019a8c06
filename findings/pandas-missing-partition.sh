#!/usr/bin/env bash
# pandas 3.1.1, pyarrow 26.0.1: a table that to_parquet partitioned by a column with a missing value
# is not read back by read_parquet.
#
# Input: three rows, the second without a district, written with partition_cols=["district"].
# Expected: the three rows, the second district missing, as pyarrow.parquet.read_table has them, and
# Spark of the same folder. Seen: "ArrowInvalid: Cannot yet unify dictionaries with nulls", until
# read_parquet is told the type of the column.
# Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install numpy==2.4.6 pandas==3.1.1 pyarrow==26.0.1
"$folder/venv/bin/python" - "$folder/table" <<'PYTHON'
import sys

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

written = pd.DataFrame({"x": [1.0, 2.0, 3.0], "district": ["north", None, "south"]})
written.to_parquet(sys.argv[1], partition_cols=["district"])
print("pyarrow reads", pq.read_table(sys.argv[1]).num_rows, "rows")
try:
    pd.read_parquet(sys.argv[1])
except pa.ArrowInvalid as e:
    print("pandas:", e)
else:
    sys.exit("this has changed")
by = ds.partitioning(pa.schema([("district", pa.string())]), flavor="hive")
assert len(pd.read_parquet(sys.argv[1], partitioning=by)) == 3
PYTHON
