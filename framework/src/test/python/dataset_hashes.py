"""SHA-256 of the data sets of DatasetHashTest, from the bytes that are documented in Digest alone.

Needs nothing but Python 3's standard library. Texts and arrays stand behind their lengths as 64-bit
numbers, everything big-endian. Random draws are no part of it.
"""
import hashlib
import struct


class Digest:
    def __init__(self):
        self.sha = hashlib.sha256()

    def number(self, value):
        self.sha.update(struct.pack(">q", value))
        return self

    def text(self, text):
        data = text.encode("utf-8")
        self.number(len(data)).sha.update(data)
        return self

    def array(self, kind, values):
        self.number(len(values)).sha.update(struct.pack(f">{len(values)}{kind}", *values))
        return self

    def hex(self):
        return self.sha.hexdigest()


def data_set(targets, shape, ids, rows, names=(), columns=None):
    checked = Digest()
    for key, row in zip(ids, rows):
        checked.text(key).array("f", row)
    digest = Digest()
    targets(digest)
    digest.array("i", shape).text(checked.hex())
    for name in names:
        digest.text(name)
    if len(names) > len(rows) + 1:
        digest.number(len(names))
    for column, cells in sorted((columns or {}).items()):
        digest.text(column)
        for cell in cells:
            digest.text(cell)
    return digest.hex()


def labels(*values):
    return lambda digest: digest.array("i", values)


def values(numbers, unit):
    return lambda digest: digest.text("values").array("d", numbers).text(unit)


IDS = ["a", "b", "c", "d", "e", "f"]
ROWS = [[i, i * i / 4] for i in range(6)]
SEX = ["w", "m", "w", "m", "w", "m"]
WARD = ["north", "north", "east", "east", "s\u00fcd", "s\u00fcd"]
POSITIONS = [str(i) for i in range(6)]

patients = data_set(
    labels(0, 1, 0, 1, 1, 0), [2], IDS, ROWS, ["no", "yes"], {"ward": WARD, "sex": SEX})
print("patients", patients)
print("plain", data_set(labels(0, 1, 2), [1], ["0", "1", "2"], [[0], [1], [2]], ["0", "1", "2"]))
print("many", data_set(labels(0), [1, 2], ["0"], [[3, 4]], ["a", "b", "c", "d"]))
print("costs", data_set(
    values([1.5, -2, 0, 7, 0.1, 1e9], "EUR"), [2], POSITIONS, ROWS, (), {"sex": SEX}))
print("csv", data_set(
    labels(0, 1), [2], ["x", "y"], [[1.5, 60], [-20, 0]], ["no", "yes"], {"sex": ["f", "m"]}))
print("select", Digest().text(patients).array("i", [4, 0]).hex())
print("where", Digest().text(patients).array("i", [2, 3]).hex())
print("scaled", Digest().text(patients).text("scaled by").text("0.5").hex())
print("normalised", Digest().text(patients).text("normalised by")
      .text("mean [1.0, 2.0], deviation [3.0, 4.0]").hex())
print("features", Digest().text(patients).text("other").array("i", [1]).array("f", [9] * 6).hex())
print("labels", Digest().text(patients).text("labels").array("i", [1, 1, 1, 0, 0, 0]).hex())
WEIGHTS = [1, 0, 0.5, 2, 1, 1]
print("weighted", Digest().text(patients).text("training weights").array("d", WEIGHTS).hex())
print("weighted, two", Digest().text(Digest().text(patients).array("i", [4, 0]).hex())
      .text("training weights").array("d", [1, 1]).hex())
