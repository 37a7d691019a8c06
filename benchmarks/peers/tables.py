"""Makes a table as CSV and Parquet, or reads one with pandas or pyarrow; for TablePeer.

    python tables.py make FOLDER ROWS     44 columns of doubles, 5 of whole numbers, a label
    python tables.py read FILE            prints seconds, the XOR of all features' bits, peak KiB
"""

import sys
import time
from pathlib import Path

import numpy as np


def make(folder, rows):
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet

    rng = np.random.default_rng(1)
    table = {f"x{i}": rng.standard_normal(rows) * 10.0 ** (i % 5 - 2) for i in range(44)}
    table.update({f"x{i}": rng.integers(0, 100_000, rows) for i in range(44, 49)})
    table["y"] = rng.choice(["no", "yes"], rows)
    table = pa.table(table)
    folder.mkdir(parents=True, exist_ok=True)
    pa.csv.write_csv(table, folder / "table.csv")
    pa.parquet.write_table(table, folder / "table.parquet")


def read(file):
    if file.suffix == ".csv":
        import pandas as pd

        start = time.perf_counter()
        table = pd.read_csv(file)
        seconds = time.perf_counter() - start
        columns = (table[name].to_numpy() for name in table.columns[:-1])
    else:
        import pyarrow.parquet as pq

        start = time.perf_counter()
        table = pq.read_table(file)
        seconds = time.perf_counter() - start
        columns = (table[name].to_numpy() for name in table.column_names[:-1])
    status = Path("/proc/self/status").read_text()
    peak = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    bits = np.int64(0)
    for column in columns:
        bits ^= np.bitwise_xor.reduce(column.astype("f8").view("i8"))
    print(seconds, int(bits), peak)


if sys.argv[1] == "make":
    make(Path(sys.argv[2]), int(sys.argv[3]))
else:
    read(Path(sys.argv[2]))
