"""Cuts scikit-learn's 8 x 8 digits (UCI, Alpaydin and Kaynak; CC BY 4.0) into training and audit tables.

    python digits.py        # data/digits/train.csv.gz, audit.csv.gz: the first 1,000 rows, and 100 after them
"""
import gzip

from sklearn.datasets import load_digits

from common import DATA, write_checksums

TRAIN, AUDIT = 1000, 100


def write(path, pixels, labels):
    lines = ["digit," + ",".join(f"p{i}" for i in range(64))]
    lines += [f"{label}," + ",".join(str(int(value)) for value in row) for row, label in zip(pixels, labels)]
    with open(path, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as zipped:
        zipped.write(("\n".join(lines) + "\n").encode())


def main():
    pixels, labels = load_digits(return_X_y=True)
    folder = DATA / "digits"
    folder.mkdir(exist_ok=True)
    write(folder / "train.csv.gz", pixels[:TRAIN], labels[:TRAIN])
    write(folder / "audit.csv.gz", pixels[TRAIN:TRAIN + AUDIT], labels[TRAIN:TRAIN + AUDIT])
    write_checksums()


if __name__ == "__main__":
    main()
