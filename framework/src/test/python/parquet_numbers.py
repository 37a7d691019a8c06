"""Writes numbers that follow from a row's position into Parquet files of many pages, for ParquetNumbersTest.

    pip install numpy==2.4.6 pyarrow==26.0.1
    python parquet_numbers.py ../resources/parquet/numbers

plain: values as they are, groups of 1,700 rows and one without any. dictionary: snappy, few and many different values.
delta: pages of version 2, delta and byte-stream-split encodings, zstd. required: nothing may be missing, version 2.
times: of the day, in three units.
"""

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

assert pa.__version__ == "26.0.1"
folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
i = np.arange(5000)


def column(values, missing=None):
    return pa.array(values, mask=missing)


table = pa.table({
    "tenth": column(i * 0.1, i % 7 == 3),
    "square": column(i * i * 0.001 - 5),
    "eighth": column((i / 8).astype(np.float32), i % 1024 == 1023),
    "int": column((i * 7 - 10000).astype(np.int32)),
    "long": column(i.astype(np.int64) * 1_000_003, i // 1500 % 2 == 1),
    "thirteen": column((i % 13).astype(np.int64), i % 13 == 5),
    "half": column((i % 3) * 0.5),
    "none": pa.nulls(len(i), pa.float64()),
    "y": pa.array(np.where(i % 2 == 0, "no", "yes")),
})
small = {"data_page_size": 2000, "write_batch_size": 100}
with pq.ParquetWriter(folder / "plain.parquet", table.schema, use_dictionary=False, compression="none", **small) as out:
    out.write_table(table[:3400], row_group_size=1700)
    out.write_table(table[:0])
    out.write_table(table[3400:], row_group_size=1700)
pq.write_table(table, folder / "dictionary.parquet", compression="snappy", dictionary_pagesize_limit=4000, **small)
encodings = {name: "BYTE_STREAM_SPLIT" for name in ["tenth", "square", "eighth", "half", "none"]}
encodings |= {name: "DELTA_BINARY_PACKED" for name in ["int", "long", "thirteen"]}
pq.write_table(table, folder / "delta.parquet", use_dictionary=False, column_encoding=encodings | {"y": "PLAIN"},
               data_page_version="2.0", compression="zstd", **small)
whole = table.select(["square", "int", "half", "y"])
required = pa.schema([pa.field(f.name, f.type, nullable=False) for f in whole.schema])
pq.write_table(whole.cast(required), folder / "required.parquet", data_page_version="2.0", compression="lz4", **small)
seconds = [0, 3661, 86399]
times = {"ms": (pa.time32("ms"), 10**3), "us": (pa.time64("us"), 10**6), "ns": (pa.time64("ns"), 10**9)}
pq.write_table(pa.table({name: pa.array([s * of + 5 for s in seconds], of_type) for name, (of_type, of) in times.items()}
                        | {"y": ["no", "yes", "no"]}), folder / "times.parquet")
for file in sorted(folder.glob("*.parquet")):
    meta = pq.read_metadata(file)
    print(file.name, file.stat().st_size, [meta.row_group(g).num_rows for g in range(meta.num_row_groups)],
          meta.row_group(0).column(0).encodings)
