"""Writes arrays as NumPy writes them, and what they hold, for NumPyArraysTest.

    pip install numpy==2.4.6
    python arrays.py ../resources/arrays
"""

import json
import sys
from pathlib import Path

import numpy as np

assert np.__version__ == "2.4.6", np.__version__
folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
rng = np.random.default_rng(11)

arrays, expected = {}, {}


def add(name, array):
    arrays[name] = array
    expected[name] = {
        "type": "str" if array.dtype.kind in "US" else array.dtype.name,
        "shape": list(array.shape),
        # In C order; JSON holds doubles to the last bit.
        "values": [repr(float(v)) if array.dtype.kind not in "US" else (v if isinstance(v, str) else v.decode())
                   for v in array.ravel(order="C").tolist()],
    }


for order in "C", "F":
    for shape in (5, 3), (2, 3, 4), (3, 1), (1, 4), (4, 2, 1, 3):
        size = int(np.prod(shape))
        for kind, low, high in (
            ("f2", None, None), ("f4", None, None), ("f8", None, None),
            ("i1", -128, 127), ("i2", -2**15, 2**15 - 1), ("i4", -2**31, 2**31 - 1), ("i8", -2**53, 2**53),
            ("u1", 0, 255), ("u2", 0, 2**16 - 1), ("u4", 0, 2**32 - 1), ("u8", 0, 2**53), ("b1", None, None),
        ):
            for endian in "<>":
                if kind == "b1":
                    values = rng.integers(0, 2, size).astype(bool)
                elif low is None:
                    values = (rng.standard_normal(size) * 10.0 ** rng.integers(-3, 4, size)).astype(endian + kind)
                else:
                    values = rng.integers(low, high, size, endpoint=True).astype(endian + kind)
                array = np.asarray(values.reshape(shape), order=order)
                add(f"{kind}{'l' if endian == '<' else 'b'}{order}{'x'.join(map(str, shape))}", array)

halves = np.array([0x0000, 0x8000, 0x0001, 0x03FF, 0x0400, 0x3C00, 0xBC00, 0x7BFF, 0x3555], dtype="<u2").view("<f2")
add("halves", halves)
add("one-axis", np.arange(6, dtype="<f4"))
# A transposed view and a slice: what numpy.save makes of arrays that are in neither order.
add("transposed", np.arange(12.0).reshape(3, 4).T)
add("strided", np.arange(24.0).reshape(4, 6)[:, ::2])
add("texts", np.array(["no", "yes", "größer", "漢字😀", "no"]))
add("textsb", np.array(["no", "yes"], dtype=">U5"))
add("bytes", np.array([b"no", b"yes"]))

np.savez(folder / "plain.npz", **arrays)
np.savez_compressed(folder / "compressed.npz", **arrays)
np.save(folder / "single.npy", arrays["f8lF5x3"])
with open(folder / "version2.npy", "wb") as out:
    np.lib.format.write_array(out, arrays["f4lC5x3"], version=(2, 0))
with open(folder / "version3.npy", "wb") as out:
    np.lib.format.write_array(out, arrays["f4lC5x3"], version=(3, 0))
(folder / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, indent=None, separators=(",", ":")) + "\n")

np.save(folder / "five-labels.npy", np.array([0, 1, 0, 1, 1], dtype="i1"))

# What is refused.
np.save(folder / "objects.npy", np.array([1, "a"], dtype=object), allow_pickle=True)
np.save(folder / "structured.npy", np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")]))
np.save(folder / "dates.npy", np.array(["2026-01-01"], dtype="datetime64[D]"))
np.save(folder / "complex.npy", np.zeros((2, 2), dtype=complex))
np.save(folder / "scalar.npy", np.float64(3))
with open(folder / "two.npy", "wb") as out:
    np.save(out, np.zeros((2, 2)))
    np.save(out, np.zeros((2, 2)))
np.savez(folder / "tokens.npz",
         input_ids=np.array([[101, 7592, 102], [101, 2088, 102]], dtype=np.int64),
         attention_mask=np.ones((2, 3), dtype=bool),
         age=np.array([31, 42], dtype=np.int16),
         job=np.array(["nurse", "smith"]),
         y=np.array([0, 1]),
         onehot=np.eye(2),
         amount=np.array([1.5, -2.25]),
         cost=np.array([1.0, 0.5], dtype=np.float32),
         large=np.array([[1, 2**53 + 1], [3, 4]], dtype=np.int64),
         missing=np.array([[1.0, np.nan], [2.0, 3.0]]))
