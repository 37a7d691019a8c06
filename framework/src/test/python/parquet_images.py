"""Writes the images of resources/images/trained into Parquet files, as Hugging Face's datasets and pandas write them,
for ParquetImagesTest: what torchvision reads in these images lies beside them (images.py).

    pip install datasets==5.2.0 pandas==3.1.1 pyarrow==26.0.1 pillow==13.0.0 numpy==2.4.6
    python parquet_images.py ../resources/images/trained ../resources/parquet/images

birds.parquet: records of bytes and a path, classes as numbers with names beside them, two groups of rows.
paths.parquet: the same as Dataset.to_parquet writes it by itself, paths alone.
gaps.parquet: one image is missing. unlabelled.parquet: the last label is -1. raw.parquet: bytes of pandas, compressed.
required.parquet: records of which nothing may be missing.
"""

import os
import sys
from pathlib import Path

import datasets
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from datasets import ClassLabel, Dataset, Features, Image, Value
from datasets.table import embed_table_storage

assert (datasets.__version__, pd.__version__, pa.__version__) == ("5.2.0", "3.1.1", "26.0.1")
folder = Path(sys.argv[2]).absolute()
folder.mkdir(parents=True, exist_ok=True)
os.chdir(sys.argv[1])
files = sorted(Path().glob("*/*.jpg"))
features = Features({"row": Value("string"), "image": Image(), "camera": Value("string"),
                     "label": ClassLabel(names=["wren", "heron", "owl"])})


def columns(labels=None, images=None):
    return {"row": [str(f) for f in files], "image": images or [str(f) for f in files],
            "camera": ["north", "south", "north", "south"], "label": labels or [0 if f.parent.name == "a" else 1 for f in files]}


def embedded(data):
    return data.with_format("arrow").map(embed_table_storage, batched=True).with_format(None)


paths = Dataset.from_dict(columns(), features=features)
paths.to_parquet(folder / "paths.parquet")
embedded(paths).to_parquet(folder / "birds.parquet", batch_size=3)
embedded(Dataset.from_dict(columns(images=[str(files[0]), None, str(files[2]), str(files[3])]), features=features)).to_parquet(
    folder / "gaps.parquet")
embedded(Dataset.from_dict(columns(labels=[0, 0, 1, -1]), features=features)).to_parquet(folder / "unlabelled.parquet")
bytes_of = [f.read_bytes() for f in files]
pd.DataFrame({"png": bytes_of, "kind": ["wren", "wren", "heron", "heron"], "weight": [1.5, 2.5, 30.0, 40.0]}).to_parquet(
    folder / "raw.parquet", compression="zstd")
record = pa.struct([pa.field("bytes", pa.binary(), nullable=False), pa.field("size", pa.int32(), nullable=False)])
pq.write_table(
    pa.table([pa.array([{"bytes": b, "size": len(b)} for b in bytes_of], record), pa.array([0, 0, 1, 1])],
             pa.schema([pa.field("image", record, nullable=False), pa.field("y", pa.int64())])),
    folder / "required.parquet")
