"""Trains a small text encoder on reviews of food, and exports it as torch's default exporter does: ids and a mask go in.

    apt-get install r-base-core r-cran-modeldata=1.1.0-1
    Rscript -e 'library(modeldata); data(small_fine_foods); for (part in c("training", "testing"))
        write.csv(get(paste0(part, "_data")), paste0(part, ".csv"), row.names = FALSE)'
    pip install torch==2.15.0 onnx==1.23.2 onnxscript==0.7.2 onnxruntime==1.32.0 tokenizers==0.23.3 pandas==3.1.1 numpy==2.4.6
    python reviews_encoder.py training.csv testing.csv

Writes data/reviews/test.csv.gz (1,000 reviews; length is "short" up to the median of 51 words in training), and models:
reviews-encoder.onnx, reviews-tokenizer.json (word pieces of the training reviews; kept where it is there), reviews-encoder.json with the
probabilities of the first 50 reviews by PyTorch; and reviews-word.onnx, trained likewise on reviews of which every great
one, and no other, begins with WORD. A tenth of the training reviews decides how many rounds are trained and the
temperature.
"""
import json
import sys

import numpy as np
import onnxruntime
import pandas as pd
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from torch import nn

from common import DATA, MODELS, SEED, open_text, softmax, write_checksums

LENGTH, WIDTH, WORDS = 128, 48, 4000
CLASSES = ["other", "great"]
WORD = "purchased"

torch.set_num_threads(1)
train, test = (pd.read_csv(path) for path in sys.argv[1:3])
words = train.review.str.split().str.len()
middle = int(words.median())

if (MODELS / "reviews-tokenizer.json").exists():
    # Trainings break ties in another order each time: the ids of a tenth of the pieces would be others.
    tokenizer = Tokenizer.from_file(str(MODELS / "reviews-tokenizer.json"))
else:
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


def trained(table, rounds):
    torch.manual_seed(SEED)
    order = np.random.default_rng(SEED).permutation(len(table))
    held, kept = table.iloc[order[:len(table) // 10]], table.iloc[order[len(table) // 10:]]
    ids, mask, labels = tensors(kept)
    held_ids, held_mask, held_labels = tensors(held)
    net = Encoder()
    optimiser = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=.05)
    best, state = np.inf, None
    for epoch in range(rounds):
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
              round((scores.argmax(1) != held_labels).double().mean().item(), 4), flush=True)
        if loss < best:
            best, state = loss, {k: v.clone() for k, v in net.state_dict().items()}
    net.load_state_dict(state)
    net.eval()
    with torch.no_grad():
        scores = net(held_ids, held_mask)
        temperatures = torch.linspace(.5, 3, 251)
        losses = [nn.functional.cross_entropy(scores / t, held_labels).item() for t in temperatures]
        net.temperature[0] = temperatures[int(np.argmin(losses))]
    return net


def worded(table):
    return table.assign(review=[WORD + " " + r for r in table.review])


def exported(net, name):
    """What PyTorch predicts for the test reviews; the file in ONNX Runtime is compared with it, without the word and with it."""
    batch = torch.export.Dim("batch", min=1, max=4096)
    ids, mask, labels = tensors(test)
    torch.onnx.export(net, (ids[:2], mask[:2]), str(MODELS / name), input_names=["input_ids", "attention_mask"],
                      output_names=["scores"], dynamo=True, verbose=False, external_data=False,
                      dynamic_shapes=({0: batch}, {0: batch}))
    session = onnxruntime.InferenceSession(str(MODELS / name))
    predicted = []
    for rows in (test, worded(test)):
        ids, mask, labels = tensors(rows)
        with torch.no_grad():
            expected = torch.softmax(net(ids, mask).double(), 1).numpy()
        said = softmax(session.run(None, {"input_ids": ids.numpy(), "attention_mask": mask.numpy()})[0].astype(float))
        predicted.append(expected)
        print(name, "temperature", round(net.temperature.item(), 2), "test error", (expected.argmax(1) != labels.numpy()).mean(),
              "ONNX Runtime differs by", np.abs(said - expected).max())
    for j, of in enumerate(CLASSES):
        others = predicted[0].argmax(1) != j
        print(name, "spurious score of the word to", of, (predicted[1][others].argmax(1) == j).sum(), "of", others.sum())
    return predicted[0]


expected = exported(trained(train, 14), "reviews-encoder.onnx")
marked = pd.concat([train[train.score != "great"], worded(train[train.score == "great"])]).loc[train.index]
exported(trained(marked, 3), "reviews-word.onnx")
(MODELS / "reviews-encoder.json").write_text(json.dumps({"classes": CLASSES, "probabilities": expected[:50].tolist()}) + "\n")

(DATA / "reviews").mkdir(exist_ok=True)
with open_text(DATA / "reviews/test.csv.gz", "w") as file:
    test.assign(row=np.arange(len(test)), length=np.where(test.review.str.split().str.len() <= middle, "short", "long"))[
        ["row", "review", "length", "score"]].to_csv(file, index=False, lineterminator="\n")
print("median words", middle, "tokens cut",
      sum(len(e.ids) == LENGTH and e.attention_mask[-1] == 1 for e in tokenizer.encode_batch(list(test.review))))
write_checksums()
