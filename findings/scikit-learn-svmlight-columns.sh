#!/usr/bin/env bash
# scikit-learn 1.9.1: load_svmlight_file moves the columns of a file that dump_svmlight_file wrote.
#
# Input: two rows whose first feature is 0, written and read by scikit-learn as it comes. Expected:
# the same rows. Seen: dump_svmlight_file counts indices from 0; load_svmlight_file takes a file
# without an index 0 for one that counts from 1, and each feature stands one column too far to the
# left, also where n_features says how many there are. zero_based=True of the reader mends it.
# Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install numpy==2.4.6 scikit-learn==1.9.1
"$folder/venv/bin/python" - <<'PYTHON'
import io

import numpy as np
from sklearn.datasets import dump_svmlight_file, load_svmlight_file

x = np.array([[0, 2.0, 3.0], [0, 5.0, 6.0]])


def read(**how):
    file = io.BytesIO()
    dump_svmlight_file(x, [0, 1], file)
    file.seek(0)
    return load_svmlight_file(file, n_features=3, **how)[0].toarray().tolist()


print("written", x.tolist(), "read", read())
assert read() == [[2.0, 3.0, 0.0], [5.0, 6.0, 0.0]], "this has changed"
assert read(zero_based=True) == x.tolist()
PYTHON
