"""Writes the flats of TablesTest, from the CSV file, in other formats.

    pip install numpy==2.4.6 pandas==3.1.1 pyarrow==26.0.1
    python tables.py        # in sample-tests
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow

assert (np.__version__, pd.__version__, pyarrow.__version__) == ("2.4.6", "3.1.1", "26.0.1")
folder = Path("src/test/resources/tables")
flats = pd.read_csv(folder / "flats.csv", sep=";", decimal=",", thousands=".", na_values=["NA"])
x = flats[["rooms", "area", "price"]]
np.savez_compressed(folder / "flats.npz", x=x.to_numpy(),
                    sold=(flats["sold"] == "yes").to_numpy(),
                    district=flats["district"].to_numpy(dtype=str))
np.save(folder / "x.npy", np.asfortranarray(x.to_numpy(dtype=">f8")))
np.save(folder / "sold.npy", (flats["sold"] == "yes").to_numpy(dtype="i1"))
flats.to_json(folder / "flats.jsonl", orient="records", lines=True)
with open(folder / "flats.svm", "w") as out:
    for row, sold in zip(x.to_numpy(), flats["sold"]):
        cells = " ".join(f"{i}:{v!r}" for i, v in enumerate(row.tolist(), 1) if v == v)
        out.write(f"{'+1' if sold == 'yes' else '-1'} {cells}\n")
flats["balcony"] = flats["balcony"].astype(bool)
flats["quarter"] = pd.Categorical(["Q1", "Q2", "Q1", "Q3"])
flats.set_index("listing").to_parquet(folder / "flats.parquet")
