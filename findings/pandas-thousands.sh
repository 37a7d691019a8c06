#!/usr/bin/env bash
# pandas 3.1.1: read_csv takes a thousands separator out of numbers wherever it stands.
#
# Input: a column of numbers with a comma at places where no thousands are separated, read with
# thousands=",". Expected: a text, or an error, as of other numbers that are none ("1,5" is one and a
# half in most of Europe). Seen: 1,5 is 15, 12,34 is 1234, 1,,2 is 12, without a warning.
# Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install numpy==2.4.6 pandas==3.1.1
"$folder/venv/bin/python" - <<'PYTHON'
import io

import pandas as pd

read = pd.read_csv(io.StringIO("x;y\n1,5;0\n12,34;1\n1,,2;0\n"), sep=";", thousands=",")["x"].tolist()
print("1,5  12,34  1,,2 are read as", read)
assert read == [15, 1234, 12], "this has changed"
PYTHON
