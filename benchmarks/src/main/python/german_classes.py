"""Writes German credit with its class (UCI, Statlog; credit-g.arff of Debian `weka`), for TrainingDataResults.

  python german_classes.py CREDIT_G.ARFF FOLDER
"""
import csv
import pathlib
import re
import sys

CELL = re.compile(r"'([^']*)'|([^,']+)")


def main(source, folder):
    lines = pathlib.Path(source).read_text(encoding="latin-1").splitlines()
    names = [line.split()[1] for line in lines if line.startswith("@attribute")]
    at = names.index("personal_status")
    rows = [[quoted or plain.strip() for quoted, plain in CELL.findall(line)]
            for line in lines[lines.index("@data") + 1:] if line and not line.startswith("%")]
    for row in rows:
        assert len(row) == len(names), row
        row[at] = row[at].split()[0]  # male or female, as the samples have it
    names[at] = "sex"
    with open(pathlib.Path(folder) / "german.csv", "w", newline="") as out:
        csv.writer(out).writerows([names, *rows])


if __name__ == "__main__":
    main(*sys.argv[1:])
