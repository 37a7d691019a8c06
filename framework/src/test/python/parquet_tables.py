"""Writes tables as pandas and pyarrow write them to Parquet, and what pyarrow reads there, for ParquetTest.

    pip install numpy==2.4.6 pandas==3.1.1 pyarrow==26.0.1
    python parquet_tables.py ../resources/parquet
"""

import datetime as dt
import decimal
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

assert (np.__version__, pd.__version__, pa.__version__) == ("2.4.6", "3.1.1", "26.0.1")
folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
rng = np.random.default_rng(21)

# 1. Every type of a flat column, with and without nulls.
n = 40
gaps = rng.random(n) < 0.25


def column(kind, values):
    return [pa.array(values, kind), pa.array([None if g else v for g, v in zip(gaps, values)], kind)]


whole = rng.integers(-100, 100, n).tolist()
small = rng.integers(0, 100, n).tolist()
reals = rng.standard_normal(n).tolist()
moments = [dt.datetime(2026, 11, 29, 12, 30, 15, 123456) + dt.timedelta(days=int(d), microseconds=int(u))
           for d, u in zip(rng.integers(-40000, 400, n), rng.integers(0, 10**6, n))]
words = rng.choice(["north", "süd", "東", "west 😀"], n).tolist()
columns = {
    "int8": (pa.int8(), whole), "int16": (pa.int16(), whole), "int32": (pa.int32(), whole),
    "int64": (pa.int64(), [v * 2**40 for v in whole]),
    "uint8": (pa.uint8(), small), "uint16": (pa.uint16(), small),
    "uint32": (pa.uint32(), [v + 2**31 for v in small]), "uint64": (pa.uint64(), small),
    "half": (pa.float16(), np.array(reals, "f2")), "float": (pa.float32(), reals), "double": (pa.float64(), reals),
    "bool": (pa.bool_(), [v > 50 for v in small]),
    "decimal9": (pa.decimal128(9, 2), [decimal.Decimal(v) / 4 for v in small]),
    "decimal38": (pa.decimal128(38, 5), [decimal.Decimal(v) * 10**20 / 8 for v in whole]),
    "text": (pa.string(), words), "large": (pa.large_string(), words),
    "category": (pa.dictionary(pa.int8(), pa.string()), words),
    "date": (pa.date32(), [m.date() for m in moments]),
    "millis": (pa.timestamp("ms"), [m.replace(microsecond=m.microsecond // 1000 * 1000) for m in moments]),
    "micros": (pa.timestamp("us", tz="UTC"), moments),
    "nanos": (pa.timestamp("ns"), moments),
}
table = {}
for name, (kind, values) in columns.items():
    table[name], table[name + "?"] = column(kind, values)
table = pa.table(table)

FORMATS = {
    "plain": dict(compression="none", use_dictionary=False, data_page_version="1.0"),
    "snappy": dict(compression="snappy", data_page_version="1.0"),
    "zstd2": dict(compression="zstd", data_page_version="2.0", row_group_size=7),
    "gzip": dict(compression="gzip", row_group_size=11, data_page_size=64, write_page_checksum=True),
    "lz4": dict(compression="lz4", data_page_version="2.0", use_dictionary=False),
    "delta": dict(compression="none", use_dictionary=False, data_page_version="2.0",
                  column_encoding={"int32": "DELTA_BINARY_PACKED", "int64?": "DELTA_BINARY_PACKED",
                                   "text": "DELTA_BYTE_ARRAY", "text?": "DELTA_LENGTH_BYTE_ARRAY",
                                   "double": "BYTE_STREAM_SPLIT", "float?": "BYTE_STREAM_SPLIT"}),
}
for name, how in FORMATS.items():
    pq.write_table(table, folder / f"{name}.parquet", **how)
pq.write_table(table.select(["nanos", "nanos?"]), folder / "int96.parquet", use_deprecated_int96_timestamps=True)


def text(value, kind):
    if value is None:
        return ""
    if pa.types.is_timestamp(kind):
        value = pd.Timestamp(value)
        out = value.isoformat().replace("+00:00", "")
        return out + ("Z" if kind.tz else "")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(value)
    return str(value)


read = pq.read_table(folder / "plain.parquet")
(folder / "expected.json").write_text(json.dumps(
    {c: [text(v, read.schema.field(c).type) for v in read[c].to_pylist()] for c in read.column_names},
    ensure_ascii=False, separators=(",", ":")) + "\n")

# 2. As people keep data frames.
people = pd.DataFrame({
    "age": [31, 42, 53, 64], "pay": [1.5, np.nan, 3.25, 4.0],
    "children": pd.array([0, None, 2, 1], dtype="Int64"), "smokes": [True, False, True, False],
    "job": pd.Categorical(["nurse", "smith", "nurse", "baker"]),
    "hired": pd.to_datetime(["2020-01-01", "2021-06-30", "2022-02-28", "2023-12-31"]),
    "y": ["no", "yes", "no", "yes"]})
people.to_parquet(folder / "range-index.parquet")
people.set_index(pd.Index([7, 3, 9, 1])).to_parquet(folder / "index.parquet")
people.set_index(pd.Index(["a", "b", "c", "d"], name="key")).to_parquet(folder / "named-index.parquet")
people[["age", "y"]].reset_index().to_parquet(folder / "reset-index.parquet")
pq.write_table(pa.table({"x": [1, 2], "tags": [["a"], []], "place": [{"lat": 1.0}, {"lat": 2.0}],
                         "y": ["no", "yes"]}), folder / "nested.parquet")
pq.write_table(pa.table({"x": pa.array([2**53 + 1, 2**60], pa.int64()), "y": ["no", "yes"]}),
               folder / "large-whole.parquet")
pq.write_table(pa.table({"x": pa.array([], pa.int64()), "y": pa.array([], pa.string())}), folder / "empty.parquet")
pq.write_table(pa.table({"x": [1.0, 2.0], "y": ["no", "yes"]}), folder / "brotli.parquet", compression="brotli")
