"""Writes one table as folders of Parquet files, for ParquetFolderTest, which computes the same values again: by Apache
Spark in parts, and partitioned by two columns; by pyarrow, partitioned by one.

    pip install pyspark==4.2.0 pyarrow==26.0.1      # and a Java of 17 or later
    python parquet_parts.py ../resources/parquet/parts
"""

import pathlib
import shutil
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pyspark
from pyspark.sql import SparkSession

assert (pyspark.__version__, pa.__version__) == ("4.2.0", "26.0.1")
folder = pathlib.Path(sys.argv[1]).absolute()
shutil.rmtree(folder, ignore_errors=True)
folder.mkdir(parents=True)
districts = ["north", "south west", "a/b:c=d%", None, ""]
rows = [(f"f{i:02d}", float(i * i), ["no", "yes"][i % 3 == 0], districts[i % 5], 2020 + i % 2) for i in range(20)]
names = ["id", "area", "sold", "district", "year"]

spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
table = spark.createDataFrame(rows, "id string, area double, sold string, district string, year int")
table.repartition(3, "id").write.parquet(str(folder / "spark"))
table.coalesce(1).write.partitionBy("district", "year").parquet(str(folder / "spark-by"))
print(sorted((r.id, r.district, r.year) for r in spark.read.parquet(str(folder / "spark-by")).collect()))
spark.stop()

pq.write_to_dataset(
    pa.table({n: [["süd" if v == "south west" else v for v in r][k] for r in rows if r[3]] for k, n in enumerate(names)}),
    folder / "pyarrow-by", partition_cols=["district"], basename_template="part-{i}.parquet")
for path in sorted(folder.rglob("*")):
    # Spark names its files anew in every run; their order stays.
    number = path.name.lstrip(".")[:10]
    if path.name.startswith("part-0") and path.name.endswith(".snappy.parquet"):
        path.rename(path.with_name(f"{number}-c000.snappy.parquet"))
    elif path.name.endswith(".crc") and "part-" in path.name:
        path.rename(path.with_name(f".{number}-c000.snappy.parquet.crc"))
