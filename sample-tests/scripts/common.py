"""What the sample scripts share: where things are, IDX files, tables, calibration error, checksums."""
import csv
import gzip
import hashlib
import io
import json
import pathlib

import numpy as np

SEED = 20260
RESOURCES = pathlib.Path(__file__).resolve().parent.parent / "src/test/resources"
DATA = RESOURCES / "data"
MODELS = RESOURCES / "models"


def open_text(path, mode="r"):
    """A text file, gzipped when its name says so. Newlines are \\n on every platform."""
    if path.suffix != ".gz":
        return open(path, mode, encoding="utf-8", newline="\n" if mode == "w" else "")
    if mode == "r":
        return gzip.open(path, "rt", encoding="utf-8", newline="")
    return io.TextIOWrapper(_Gzip(path), encoding="utf-8", newline="\n")


class _Gzip(gzip.GzipFile):
    """Without time and name in its header, so that the same content is the same file."""

    def __init__(self, path):
        self._file = open(path, "wb")
        super().__init__("", "wb", 9, self._file, mtime=0)

    def close(self):
        super().close()
        self._file.close()


# --- IDX, the format of MNIST: magic 0x08 (unsigned byte) and the rank, the sizes, then the bytes ---

def read_idx(path):
    raw = (gzip.open if path.suffix == ".gz" else open)(path, "rb").read()
    rank = raw[3]
    shape = np.frombuffer(raw, ">u4", rank, 4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * rank).reshape(shape)


def write_idx(path, array):
    path.parent.mkdir(parents=True, exist_ok=True)
    with _Gzip(path) as f:
        f.write(bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes())
        f.write(np.ascontiguousarray(array, np.uint8).tobytes())


def stratified(labels, n, rng):
    """n positions, each class in its share (within one), in the order of the source.

    Shuffle, sort by class, and take every (N/n)-th.
    """
    shuffled = rng.permutation(len(labels))
    by_class = shuffled[np.argsort(labels[shuffled], kind="stable")]
    steps = ((np.arange(n) + 0.5) * len(labels) / n).astype(int)
    return np.sort(by_class[steps])


# --- tables ---

def read_rows(path):
    with open_text(path) as f:
        return list(csv.DictReader(f))


def write_rows(path, rows, columns):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open_text(path, "w") as f:
        out = csv.DictWriter(f, columns, lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


def read_table(folder, part):
    """Model inputs, labels (index into classes) and group columns, by the rules of schema.json."""
    schema = json.loads((DATA / folder / "schema.json").read_text())
    path = next((DATA / folder).glob(part + ".csv*"))
    rows = read_rows(path)
    columns = []
    for feature in schema["features"]:
        cells = [row[feature["name"]] for row in rows]
        if feature["type"] == "numeric":
            columns.append([float(cell) for cell in cells])
        else:
            place = {value: i for i, value in enumerate(feature["values"])}
            columns.extend(np.eye(len(place))[[place[cell] for cell in cells]].T)
    labels = np.array([schema["classes"].index(row[schema["label"]]) for row in rows])
    groups = {g: np.array([row[g] for row in rows]) for g in schema["groups"]}
    return np.array(columns, np.float32).T, labels, groups, schema


# --- measures ---

def binned_error(confidence, hit, bins=10):
    """Expected calibration error: equal-width bins, the gap of each weighted by its share."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    gap = np.bincount(place, hit - confidence, bins)
    return np.abs(gap).sum() / len(hit)


def top_label_ece(probabilities, labels):
    return binned_error(probabilities.max(1), probabilities.argmax(1) == labels)


def softmax(logits):
    e = np.exp(logits - logits.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def predict(path, inputs):
    """The first floating-point [N, classes] output of an ONNX model."""
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    name = [o.name for o in session.get_outputs() if o.type == "tensor(float)"][0]
    return session.run([name], {session.get_inputs()[0].name: inputs})[0].astype(float)


# --- records ---

def write_section(name, text):
    """Replaces one section of models/README.md; each script writes its own."""
    path = MODELS / "README.md"
    start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->\n"
    old = path.read_text() if path.exists() else (
        "# Sample models\n\nWritten by the scripts in `sample-tests/scripts`; do not edit by hand.\n")
    block = start + text.strip() + "\n" + end
    if start in old:
        before, rest = old.split(start)
        new = before + block + rest.split(end)[1]
    else:
        new = old + "\n" + block
    path.write_text(new)


def write_checksums():
    """SHA256SUMS over every data and model file, in the format of sha256sum."""
    files = sorted(p for d in (DATA, MODELS) for p in d.rglob("*") if p.is_file())
    lines = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(RESOURCES)}\n" for p in files]
    (RESOURCES / "SHA256SUMS").write_text("".join(lines))
