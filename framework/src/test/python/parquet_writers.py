"""Writes one table with Polars, DuckDB and fastparquet, and as CSV, for ParquetTest.

    pip install numpy==2.4.6 pandas==3.1.1 polars==2.1.0 duckdb==2.0.1 fastparquet==2026.9.0
    python parquet_writers.py ../resources/parquet/writers
"""

import sys
from pathlib import Path

import duckdb
import fastparquet
import numpy as np
import pandas as pd
import polars as pl

assert (np.__version__, pd.__version__, pl.__version__, duckdb.__version__, fastparquet.__version__) == (
    "2.4.6", "3.1.1", "2.1.0", "2.0.1", "2026.9.0")
folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
rng = np.random.default_rng(3)
n = 300
columns = {
    "whole": rng.integers(-9, 9, n), "real": rng.standard_normal(n), "truth": rng.random(n) > 0.5,
    "word": rng.choice(["a", "bé", "東"], n).tolist(),
    "gaps": np.where(rng.random(n) < 0.2, np.nan, rng.standard_normal(n)),
    "y": rng.choice(["bad", "good"], n).tolist()}
pandas = pd.DataFrame(columns)
pandas.to_csv(folder / "rows.csv", index=False)
pl.DataFrame(columns).with_columns(pl.col("gaps").fill_nan(None)).write_parquet(folder / "polars.parquet")
# DuckDB would take yes and no for truth values.
duckdb.sql(f"copy (select * from read_csv('{folder}/rows.csv')) to '{folder}/duckdb.parquet' "
           "(format parquet, compression zstd, parquet_version v2)")
for column in "word", "y":
    pandas[column] = pandas[column].astype(object)
pandas["word"] = pandas["word"].astype("category")
fastparquet.write(str(folder / "fastparquet.parquet"), pandas, compression="GZIP", row_group_offsets=100)
