"""Writes one table with Apache Spark, its timestamps as INT96 (Spark's default) and as microseconds, for ParquetTest,
which computes the same values again.

    pip install pyspark==4.0.1      # and a Java of 17 or later
    python parquet_spark.py ../resources/parquet/writers
"""

import datetime
import decimal
import pathlib
import shutil
import sys
import tempfile

import pyspark
from pyspark.sql import SparkSession
from pyspark.sql import types as T

assert pyspark.__version__ == "4.0.1"
folder = pathlib.Path(sys.argv[1])
columns = [("id", T.StringType()), ("rooms", T.IntegerType()), ("big", T.LongType()), ("small", T.ShortType()),
           ("price", T.DecimalType(9, 2)), ("wide", T.DecimalType(18, 4)), ("huge", T.DecimalType(30, 3)),
           ("area", T.DoubleType()), ("rate", T.FloatType()), ("balcony", T.BooleanType()),
           ("district", T.StringType()), ("seen", T.TimestampType()), ("day", T.DateType()), ("sold", T.StringType())]
schema = T.StructType([T.StructField(name, kind, name != "id") for name, kind in columns])
rows = []
for i in range(40):
    absent = i % 7 == 3
    rows.append((
        f"f{i:02d}", None if absent else i % 5, i * 10**12, i - 20,
        None if absent else decimal.Decimal(i * 12345) / 100, decimal.Decimal(i * 1000003 - 5 * 10**6) / 10000,
        decimal.Decimal((-1)**i * i * 10**15) / 1000, i / 7, None if absent else i * 0.5,
        None if absent else i % 2 == 0, ["north", "east"][i % 2],
        None if absent else datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc)
        + datetime.timedelta(hours=i, microseconds=i),
        datetime.date(1969, 12, 20) + datetime.timedelta(days=i), ["no", "yes"][i % 3 == 0]))
for name, kind in {"int96": "INT96", "micros": "TIMESTAMP_MICROS"}.items():
    spark = (SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
             .config("spark.sql.session.timeZone", "UTC").config("spark.sql.parquet.outputTimestampType", kind)
             .getOrCreate())
    with tempfile.TemporaryDirectory() as temporary:
        spark.createDataFrame(rows, schema).coalesce(1).write.mode("overwrite").parquet(temporary)
        part, = pathlib.Path(temporary).glob("part-*.snappy.parquet")
        shutil.copy(part, folder / f"spark-{name}.parquet")
    spark.stop()
