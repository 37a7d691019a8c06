"""Trains a small text encoder on reviews of food, and exports it as torch's default exporter does: ids and a mask go in.

    apt-get install r-base-core r-cran-modeldata=1.1.0-1
    Rscript -e 'library(modeldata); data(small_fine_foods); for (part in c("training", "testing"))
        write.csv(get(paste0(part, "_data")), paste0(part, ".csv"), row.names = FALSE)'
    pip install torch==2.15.0 onnx==1.23.2 onnxscript==0.7.2 onnxruntime==1.32.0 tokenizers==0.23.3 pandas==3.1.1 numpy==2.4.6
    python reviews_encoder.py training.csv testing.csv

Writes data/reviews/test.csv.gz (1,000 reviews; length is "short" up to the median of 51 words in training), and models:
reviews-encoder.onnx, reviews-tokenizer.json (word pieces of the training reviews), reviews-encoder.json with the
probabilities of the first 50 reviews by PyTorch. A tenth of the training reviews decides how many rounds are trained
and the temperature.
"""
import json
import sys

import numpy as np
import onnxruntime
import pandas as pd
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from torch import nn

from common import DATA, MODELS, SEED, open_text, write_checksums

LENGTH, WIDTH, WORDS = 128, 48, 4000
CLASSES = ["other", "great"]

torch.manual_seed(SEED)
torch.set_num_threads(1)
train, test = (pd.read_csv(path) for path in sys.argv[1:3])
words = train.review.str.split().str.len()
middle = int(words.median())

tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
tokenizer.normalizer = normalizers.BertNormalizer()
tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
tokenizer.train_from_iterator(train.review, trainers.WordPieceTrainer(
    vocab_size=WORDS, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]"], show_progress=False))
tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
tokenizer.save(str(MODELS / "reviews-tokenizer.json"), pretty=False)
tokenizer.enable_truncation(LENGTH)
tokenizer.enable_padding(length=LENGTH, pad_id=0, pad_token="[PAD]")


class Encoder(nn.Module):
    """Word pieces and places, one layer of attention, the mean of what is no padding, and a linear head."""
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(WORDS, WIDTH, padding_idx=0)
        self.places = nn.Parameter(torch.zeros(LENGTH, WIDTH))
        self.attention = nn.TransformerEncoderLayer(WIDTH, 4, 2 * WIDTH, dropout=.3, activation="gelu", batch_first=True)
        self.drop = nn.Dropout(.5)
        self.head = nn.Linear(WIDTH, 2)
        self.register_buffer("temperature", torch.ones(1))

    def forward(self, input_ids, attention_mask):
        x = self.drop(self.words(input_ids) + self.places)
        x = self.attention(x, src_key_padding_mask=attention_mask == 0)
        kept = attention_mask.unsqueeze(-1).to(x.dtype)
        return self.head(self.drop((x * kept).sum(1) / kept.sum(1))) / self.temperature


def tensors(table):
    encoded = tokenizer.encode_batch(list(table.review))
    return (torch.tensor([e.ids for e in encoded]), torch.tensor([e.attention_mask for e in encoded]),
            torch.tensor([CLASSES.index(s) for s in table.score]))


order = np.random.default_rng(SEED).permutation(len(train))
held, kept = train.iloc[order[:len(train) // 10]], train.iloc[order[len(train) // 10:]]
ids, mask, labels = tensors(kept)
held_ids, held_mask, held_labels = tensors(held)
net = Encoder()
optimiser = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=.05)
best, state = np.inf, None
for epoch in range(14):
    net.train()
    for rows in torch.randperm(len(ids)).split(64):
        optimiser.zero_grad()
        nn.functional.cross_entropy(net(ids[rows], mask[rows]), labels[rows]).backward()
        optimiser.step()
    net.eval()
    with torch.no_grad():
        scores = net(held_ids, held_mask)
        loss = nn.functional.cross_entropy(scores, held_labels).item()
    print("round", epoch, "held-out loss", round(loss, 4), "error",
          round((scores.argmax(1) != held_labels).double().mean().item(), 4))
    if loss < best:
        best, state = loss, {k: v.clone() for k, v in net.state_dict().items()}
net.load_state_dict(state)
net.eval()
with torch.no_grad():
    scores = net(held_ids, held_mask)
    temperatures = torch.linspace(.5, 3, 251)
    losses = [nn.functional.cross_entropy(scores / t, held_labels).item() for t in temperatures]
    net.temperature[0] = temperatures[int(np.argmin(losses))]

test_ids, test_mask, test_labels = tensors(test)
batch = torch.export.Dim("batch", min=1, max=4096)
torch.onnx.export(net, (test_ids[:2], test_mask[:2]), str(MODELS / "reviews-encoder.onnx"),
                  input_names=["input_ids", "attention_mask"], output_names=["scores"], dynamo=True, verbose=False,
                  external_data=False, dynamic_shapes=({0: batch}, {0: batch}))
with torch.no_grad():
    expected = torch.softmax(net(test_ids, test_mask).double(), 1).numpy()
said = onnxruntime.InferenceSession(str(MODELS / "reviews-encoder.onnx")).run(
    None, {"input_ids": test_ids.numpy(), "attention_mask": test_mask.numpy()})[0]
said = np.exp(said - said.max(1, keepdims=True))
said /= said.sum(1, keepdims=True)
(MODELS / "reviews-encoder.json").write_text(json.dumps({"classes": CLASSES, "probabilities": expected[:50].tolist()}) + "\n")

(DATA / "reviews").mkdir(exist_ok=True)
with open_text(DATA / "reviews/test.csv.gz", "w") as file:
    test.assign(row=np.arange(len(test)), length=np.where(test.review.str.split().str.len() <= middle, "short", "long"))[
        ["row", "review", "length", "score"]].to_csv(file, index=False, lineterminator="\n")
print("median words", middle, "temperature", round(net.temperature.item(), 2), "test error",
      (expected.argmax(1) != test_labels.numpy()).mean(), "ONNX Runtime differs by", np.abs(said - expected).max(),
      "tokens cut", sum(len(e.ids) == LENGTH and e.attention_mask[-1] == 1 for e in tokenizer.encode_batch(list(test.review))))
write_checksums()
