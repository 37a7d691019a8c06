"""Writes two small tokenizers and what they make of texts, to src/test/resources/tokens.

    pip install tokenizers==0.23.3
    python tokenizers_oracle.py ../resources/tokens

The sentences are made up here. expected.json holds, for each tokenizer, the ids and types of every text: whole, and cut
at 16 tokens.
"""
import json
import os
import sys

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

SENTENCES = ["the coffee was good and fresh", "terrible stale crackers, never again!", "my dog loves these treats",
             "\u00dcberraschend gut, caf\u00e9 cr\u00e8me 2.0", "great price; slow shipping", "the box arrived broken"]
TEXTS = ["The coffee was GOOD", "stale crackers and caf\u00e9 cr\u00e8me 2.0!", "", "a b c d e f g h i j k l m " * 30,
         "\u00dcberraschend  gut\tdog \U0001f600"]


def wordpiece():
    made = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer()
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.train_from_iterator(SENTENCES * 20, trainers.WordPieceTrainer(
        vocab_size=200, special_tokens=["[UNK]", "[PAD]", "[CLS]", "[SEP]"]))
    made.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return made


def bpe():
    made = Tokenizer(models.BPE(unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.train_from_iterator(SENTENCES * 20, trainers.BpeTrainer(
        vocab_size=320, special_tokens=["<s>", "<pad>", "</s>", "<unk>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    made.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    return made


def unpadded():
    """No token of it is for padding."""
    made = Tokenizer(models.WordLevel({"a": 0, "b": 1, "?": 2}, unk_token="?"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    return made


def said(tokenizer):
    return [{"ids": e.ids, "types": e.type_ids} for e in tokenizer.encode_batch(TEXTS)]


folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
expected = {"texts": TEXTS}
for name, make in (("wordpiece", wordpiece), ("bpe", bpe), ("unpadded", unpadded)):
    tokenizer = make()
    tokenizer.save(os.path.join(folder, name + ".json"), pretty=False)
    whole = said(tokenizer)
    tokenizer.enable_truncation(16)
    expected[name] = {"whole": whole, "cut": said(tokenizer)}
with open(os.path.join(folder, "expected.json"), "w", encoding="utf-8") as file:
    json.dump(expected, file)
