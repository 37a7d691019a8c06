"""Writes small models of every usual exporter, with what the library that trained them predicts: the zoo of
dev.touchstone.measuring.Compatibility, which makes docs/models/compatibility.md of them.

    pip install -r model_zoo.txt
    python model_zoo.py zoo                     # all, or some families: python model_zoo.py zoo torch sklearn
    ZOO_ONLY=vit python model_zoo.py zoo torch  # those whose name contains it

Each model is trained or drawn here, exported with the defaults that its documentation shows, and asked about rows that
it was not trained on. NAME.json holds where it comes from, what it emits, its inputs, the answers of the training library
(never those of an ONNX runtime), the labels that it predicts, and for networks the gradient of the first output by
automatic differentiation. What an exporter refuses is a row too: "refused".
"""
import importlib.metadata
import json
import os
import sys
import traceback
import warnings

import numpy as np

warnings.filterwarnings("ignore")
os.environ.setdefault("KERAS_BACKEND", "torch")

ROWS = 64
IMAGES = 8
ZOO = []


def zoo(source, name, **options):
    def keep(make):
        ZOO.append((source, name, make, options))
        return make
    return keep


def version(*packages):
    return ", ".join("%s %s" % (p, importlib.metadata.version(p)) for p in packages)


def values(array):
    array = np.asarray(array)
    kind = ("text" if array.dtype.kind in "OUS" else "boolean" if array.dtype.kind == "b"
            else "whole" if array.dtype.kind in "iu" else "double" if array.dtype == np.float64 else "float")
    return {"kind": kind, "shape": list(array.shape),
            "values": [str(v) for v in array.ravel()] if kind == "text" else array.ravel().tolist()}


def write(folder, source, name, kind, inputs, answers, labels=None, gradients=None, **more):
    answers = np.asarray(answers, dtype=np.float64)
    row = {"source": source, "name": name, "kind": kind,
           "inputs": {key: values(value) for key, value in inputs.items()},
           "answers": answers.reshape(len(answers), -1).tolist(), **more}
    if labels is not None:
        row["labels"] = [int(label) for label in labels]
    if gradients is not None:
        row["gradients"] = np.asarray(gradients, dtype=np.float64).reshape(len(answers), -1).tolist()
    row.update(asked_in_python(os.path.join(folder, name + ".onnx"), inputs, answers, labels))
    with open(os.path.join(folder, name + ".json"), "w", encoding="utf-8") as file:
        json.dump(row, file)


def asked_in_python(path, inputs, answers, labels):
    """What the file answers in ONNX Runtime for Python: an exporter may write another model than it was given."""
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        declared = {i.name: i for i in session.get_inputs()}
        given = {}
        for name, value in inputs.items():
            value, fixed = np.asarray(value), declared[name].shape and declared[name].shape[0] == 1
            given[name] = (value, fixed)
        if any(fixed for _, fixed in given.values()):
            parts = [session.run(None, {n: v[i:i + 1] for n, (v, _) in given.items()}) for i in range(len(answers))]
            outputs = [np.concatenate([np.asarray(p[k]) for p in parts]) for k in range(len(parts[0]))]
        else:
            outputs = session.run(None, {n: v for n, (v, _) in given.items()})
    except Exception as refusal:
        return {"file": {"refused": str(refusal).strip().splitlines()[0][:160]}}
    said = {}
    for output in outputs:
        if isinstance(output, list) and output and isinstance(output[0], dict):
            output = np.array([[row[key] for key in sorted(row)] for row in output])
        output = np.asarray(output)
        if output.dtype.kind == "f" and output.size == answers.size:
            off = np.abs(output.reshape(answers.shape).astype(np.float64) - answers)
            said["difference"] = float((off / np.maximum(1, np.abs(answers))).max())
        elif labels is not None and output.dtype.kind in "iu" and output.size == len(answers):
            said["labels"] = int((output.ravel() != np.asarray(labels)).sum())
    return {"file": said}


# --- PyTorch ------------------------------------------------------------------------------------------------------

def torch_models():
    import torch
    from torch import nn
    import torchvision

    class Residual(nn.Module):
        def __init__(self, width):
            super().__init__()
            self.a = nn.Sequential(nn.Conv2d(width, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU(),
                                   nn.Conv2d(width, width, 3, padding=1), nn.BatchNorm2d(width))

        def forward(self, x):
            return torch.relu(x + self.a(x))

    class Text(nn.Module):
        """A transformer encoder over word ids with a mask, mean pooling."""
        def __init__(self):
            super().__init__()
            self.words = nn.Embedding(100, 32)
            self.places = nn.Embedding(16, 32)
            layer = nn.TransformerEncoderLayer(32, 4, 64, batch_first=True, activation="gelu")
            self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
            self.head = nn.Linear(32, 3)

        def forward(self, ids, mask):
            x = self.words(ids) + self.places(torch.arange(ids.shape[1]))
            x = self.encoder(x, src_key_padding_mask=mask == 0)
            kept = mask.unsqueeze(-1).to(x.dtype)
            return self.head((x * kept).sum(1) / kept.sum(1))

    class Recurrent(nn.Module):
        def __init__(self, cell):
            super().__init__()
            self.cell = cell(6, 16, batch_first=True, bidirectional=True)
            self.head = nn.Linear(32, 4)

        def forward(self, x):
            return self.head(self.cell(x)[0][:, -1])

    class Tabular(nn.Module):
        """Numbers beside categories by their ids, as in entity embeddings."""
        def __init__(self):
            super().__init__()
            self.job = nn.Embedding(7, 4)
            self.town = nn.Embedding(30, 6)
            self.body = nn.Sequential(nn.Linear(15, 32), nn.SiLU(), nn.LayerNorm(32), nn.Dropout(.2), nn.Linear(32, 1))

        def forward(self, numbers, job, town):
            return self.body(torch.cat([numbers, self.job(job), self.town(town)], 1))

    class Bytes(nn.Module):
        """Takes uint8 images with channels last, as a camera gives them."""
        def __init__(self):
            super().__init__()
            self.body = nn.Sequential(nn.Conv2d(3, 8, 3, stride=2), nn.ReLU(), nn.AdaptiveAvgPool2d(3), nn.Flatten(),
                                      nn.Linear(72, 5))

        def forward(self, x):
            return self.body(x.permute(0, 3, 1, 2).float() / 255)

    class Attention(nn.Module):
        def __init__(self):
            super().__init__()
            self.attention = nn.MultiheadAttention(16, 2, batch_first=True)
            self.head = nn.Linear(16, 2)

        def forward(self, x):
            return self.head(self.attention(x, x, x, need_weights=False)[0].mean(1))

    class Softmaxed(nn.Module):
        def __init__(self, logarithms=False):
            super().__init__()
            self.body = nn.Linear(6, 3)
            self.logarithms = logarithms

        def forward(self, x):
            y = self.body(x)
            return torch.log_softmax(y, 1) if self.logarithms else torch.softmax(y, 1)

    class Quantiles(nn.Module):
        def __init__(self):
            super().__init__()
            self.middle = nn.Linear(6, 1)
            self.width = nn.Linear(6, 2)

        def forward(self, x):
            m, w = self.middle(x), nn.functional.softplus(self.width(x))
            return torch.cat([m - w[:, :1], m, m + w[:, 1:]], 1)

    class Encoded(nn.Module):
        def __init__(self, layer):
            super().__init__()
            self.layer, self.head = layer, nn.Linear(16, 2)

        def forward(self, x):
            return self.head(self.layer(x).amax(1))

    class Translated(nn.Module):
        """An encoder, and a decoder that is asked about what was learnt."""
        def __init__(self):
            super().__init__()
            self.asked = nn.Parameter(torch.randn(2, 16))
            self.body = nn.Transformer(16, 2, 1, 1, 32, batch_first=True)
            self.head = nn.Linear(32, 3)

        def forward(self, x):
            return self.head(self.body(x, self.asked.expand(x.shape[0], 2, 16)).flatten(1))

    class Causal(nn.Module):
        """A decoder's attention, which sees what came before, in grouped heads."""
        def __init__(self):
            super().__init__()
            self.q, self.kv, self.head = nn.Linear(16, 16), nn.Linear(16, 16), nn.Linear(16, 3)

        def forward(self, x):
            n, t, _ = x.shape
            q = self.q(x).reshape(n, t, 4, 4).transpose(1, 2)
            k, v = (p.reshape(n, t, 2, 4).transpose(1, 2).repeat_interleave(2, 1) for p in self.kv(x).chunk(2, 2))
            y = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
            return self.head(y.transpose(1, 2).reshape(n, t, 16)[:, -1])

    class Rotary(nn.Module):
        """Rotary places and a gated layer, as language models have them."""
        def __init__(self):
            super().__init__()
            self.norm, self.qkv = nn.RMSNorm(16), nn.Linear(16, 48, bias=False)
            self.gate, self.up, self.down = nn.Linear(16, 24), nn.Linear(16, 24), nn.Linear(24, 16)
            self.head = nn.Linear(16, 3)
            angles = torch.arange(6.)[:, None] * 10. ** (-torch.arange(4.) / 4)
            self.register_buffer("cos", torch.cat([angles.cos()] * 2, 1))
            self.register_buffer("sin", torch.cat([angles.sin()] * 2, 1))

        def turned(self, x):
            a, b = x.chunk(2, -1)
            return x * self.cos + torch.cat([-b, a], -1) * self.sin

        def forward(self, x):
            q, k, v = (p.unflatten(2, (2, 8)).transpose(1, 2) for p in self.qkv(self.norm(x)).chunk(3, 2))
            x = x + nn.functional.scaled_dot_product_attention(self.turned(q), self.turned(k), v).transpose(1, 2).flatten(2)
            x = x + self.down(nn.functional.silu(self.gate(x)) * self.up(x))
            return self.head(x.mean(1))

    class InContext(nn.Module):
        """Answers by attending to training rows that the file holds, as TabPFN does: a table's row is one token."""
        def __init__(self):
            super().__init__()
            self.register_buffer("seen", torch.randn(40, 6))
            self.register_buffer("known", nn.functional.one_hot(torch.arange(40) % 3, 3).float())
            self.row, self.label = nn.Linear(6, 16), nn.Linear(3, 16)
            self.attention, self.norm, self.head = nn.MultiheadAttention(16, 2, batch_first=True), nn.LayerNorm(16), nn.Linear(16, 3)

        def forward(self, x):
            context = (self.row(self.seen) + self.label(self.known))[None]
            asked = self.row(x)[None]
            return self.head(self.norm(asked + self.attention(asked, context, context, need_weights=False)[0]))[0]

    class Columns(nn.Module):
        """A token for each column of a table, and one to answer (FT-Transformer)."""
        def __init__(self):
            super().__init__()
            self.weight, self.bias = nn.Parameter(torch.randn(6, 16)), nn.Parameter(torch.randn(6, 16))
            self.answer = nn.Parameter(torch.randn(1, 1, 16))
            self.layer = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True, norm_first=True)
            self.head = nn.Linear(16, 3)

        def forward(self, x):
            tokens = x[..., None] * self.weight + self.bias
            return self.head(self.layer(torch.cat([self.answer.expand(x.shape[0], 1, 16), tokens], 1))[:, 0].relu())

    class Sparsemax(nn.Module):
        """The Euclidean projection onto distributions, as TabNet's masks."""
        def __init__(self):
            super().__init__()
            self.body = nn.Linear(6, 4)

        def forward(self, x):
            z = self.body(x)
            ordered = torch.sort(z, 1, descending=True).values
            k = torch.arange(1., 5.)
            sums = ordered.cumsum(1)
            size = (1 + k * ordered > sums).sum(1, keepdim=True)
            tau = (sums.gather(1, size - 1) - 1) / size
            return torch.clamp(z - tau, min=0)

    class Splines(nn.Module):
        """Hats along each column and weights of them (a Kolmogorov-Arnold layer)."""
        def __init__(self):
            super().__init__()
            self.register_buffer("knots", torch.linspace(-3, 3, 9))
            self.weight = nn.Parameter(torch.randn(6, 9, 3))

        def forward(self, x):
            return torch.einsum("nck,cko->no", torch.relu(1 - (x[..., None] - self.knots).abs() / .75), self.weight)

    class Experts(nn.Module):
        """Two of four experts answer for an example."""
        def __init__(self):
            super().__init__()
            self.gate, self.experts = nn.Linear(6, 4), nn.ModuleList(nn.Linear(6, 3) for _ in range(4))

        def forward(self, x):
            best, which = torch.topk(self.gate(x), 2, 1)
            shares = torch.zeros(x.shape[0], 4).scatter(1, which, torch.softmax(best, 1))
            return (torch.stack([e(x) for e in self.experts], 1) * shares[..., None]).sum(1)

    class Conditional(nn.Module):
        """Another layer for examples of another sign: where, masks, and a rounded column."""
        def __init__(self):
            super().__init__()
            self.a, self.b, self.c = nn.Linear(6, 3), nn.Linear(6, 3), nn.Embedding(5, 3)

        def forward(self, x):
            step = torch.bucketize(x[:, 1].contiguous(), torch.tensor([-1., -.3, .3, 1.]))
            return torch.where(x[:, :1] > 0, self.a(x), self.b(x).masked_fill(x[:, 2:3] > 1, -1.)) + self.c(step)

    class Twofold(nn.Module):
        def __init__(self, both):
            super().__init__()
            self.both = both

        def forward(self, x):
            return self.both(x, x.tanh())

    class Spectrum(nn.Module):
        """How strong each frequency is, as audio models begin."""
        def __init__(self):
            super().__init__()
            self.head = nn.Linear(33, 3)

        def forward(self, x):
            return self.head(torch.log1p(torch.fft.rfft(x).abs()))

    class Warped(nn.Module):
        """A spatial transformer: an image turned by what is seen of it."""
        def __init__(self):
            super().__init__()
            self.see, self.head = nn.Linear(144, 6), nn.Linear(144, 3)

        def forward(self, x):
            turn = torch.eye(2, 3) + .1 * self.see(x.flatten(1)).view(-1, 2, 3)
            grid = nn.functional.affine_grid(turn, [x.shape[0], 1, 12, 12], align_corners=False)
            return self.head(nn.functional.grid_sample(x, grid, align_corners=False).flatten(1))

    class Twice(nn.Module):
        """One rectifier used at two places, and a functional one."""
        def __init__(self):
            super().__init__()
            self.a, self.b, self.c, self.relu = nn.Linear(6, 12), nn.Linear(12, 12), nn.Linear(12, 3), nn.ReLU()

        def forward(self, x):
            return self.c(self.relu(self.b(self.relu(self.a(x))).clamp(max=3)))

    def randn(*shape):
        return (torch.randn(*shape),)

    def activation(layer):
        return nn.Sequential(nn.Linear(6, 16), layer, nn.Linear(16, 3))

    vision = torchvision.models
    models = {
        "mlp": (lambda: nn.Sequential(nn.Linear(6, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(), nn.Linear(32, 3)),
                "LOGITS", lambda: randn(ROWS, 6)),
        "mlp-double": (lambda: nn.Sequential(nn.Linear(6, 32), nn.Tanh(), nn.Linear(32, 3)).double(), "LOGITS",
                       lambda: (torch.randn(ROWS, 6, dtype=torch.float64),)),
        "mlp-half": (lambda: nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 3)).half(), "LOGITS",
                     lambda: (torch.randn(ROWS, 6).half(),)),
        "binary-logit": (lambda: nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 1)), "LOGITS",
                         lambda: randn(ROWS, 6)),
        "binary-flat": (lambda: nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 1), nn.Flatten(0)), "LOGITS",
                        lambda: randn(ROWS, 6)),
        "binary-sigmoid": (lambda: nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 1), nn.Sigmoid()),
                           "PROBABILITIES", lambda: randn(ROWS, 6)),
        "softmax": (Softmaxed, "PROBABILITIES", lambda: randn(ROWS, 6)),
        "log-softmax": (lambda: Softmaxed(True), "LOG_PROBABILITIES", lambda: randn(ROWS, 6)),
        "regression": (lambda: nn.Sequential(nn.Linear(6, 16), nn.ELU(), nn.Linear(16, 1)), "VALUES",
                       lambda: randn(ROWS, 6)),
        "quantiles": (Quantiles, "INTERVALS", lambda: randn(ROWS, 6)),
        "relu-twice": (Twice, "LOGITS", lambda: randn(ROWS, 6)),
        "cnn": (lambda: nn.Sequential(nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2),
                                      nn.Conv2d(8, 16, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                                      nn.Linear(16, 10)), "LOGITS", lambda: randn(IMAGES, 1, 28, 28)),
        "residual": (lambda: nn.Sequential(nn.Conv2d(3, 8, 3), Residual(8), Residual(8), nn.AvgPool2d(4), nn.Flatten(),
                                           nn.LazyLinear(5)), "LOGITS", lambda: randn(IMAGES, 3, 18, 18)),
        "upsampling": (lambda: nn.Sequential(nn.Conv2d(1, 4, 3), nn.Upsample(scale_factor=2, mode="bilinear"),
                                             nn.ConvTranspose2d(4, 4, 2, stride=2), nn.GroupNorm(2, 4), nn.Hardswish(),
                                             nn.PixelShuffle(2), nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(1, 2)),
                       "LOGITS", lambda: randn(IMAGES, 1, 12, 12)),
        "instance-norm": (lambda: nn.Sequential(nn.Conv2d(1, 4, 3), nn.InstanceNorm2d(4, affine=True), nn.PReLU(4),
                                                nn.Flatten(), nn.LazyLinear(3)), "LOGITS",
                          lambda: randn(IMAGES, 1, 9, 9)),
        "conv1d": (lambda: nn.Sequential(nn.Conv1d(4, 8, 5, dilation=2, padding=4), nn.ReLU6(), nn.MaxPool1d(2),
                                         nn.Flatten(), nn.LazyLinear(3)), "LOGITS", lambda: randn(ROWS, 4, 20)),
        "conv3d": (lambda: nn.Sequential(nn.Conv3d(1, 4, 3), nn.ReLU(), nn.AvgPool3d(2), nn.Flatten(),
                                         nn.LazyLinear(3)), "LOGITS", lambda: randn(IMAGES, 1, 8, 8, 8)),
        "bytes-channels-last": (Bytes, "LOGITS",
                                lambda: (torch.randint(0, 256, (IMAGES, 20, 20, 3), dtype=torch.uint8),)),
        "entity-embeddings": (Tabular, "LOGITS", lambda: (torch.randn(ROWS, 5), torch.randint(0, 7, (ROWS,)),
                                                          torch.randint(0, 30, (ROWS,)))),
        "text-encoder": (Text, "LOGITS", lambda: (torch.randint(1, 100, (ROWS, 12)),
                                                  (torch.arange(12) < torch.randint(3, 13, (ROWS, 1))).long())),
        "attention": (Attention, "LOGITS", lambda: randn(ROWS, 5, 16)),
        "lstm": (lambda: Recurrent(nn.LSTM), "LOGITS", lambda: randn(ROWS, 9, 6)),
        "gru": (lambda: Recurrent(nn.GRU), "LOGITS", lambda: randn(ROWS, 9, 6)),
        "resnet18": (lambda: vision.resnet18(num_classes=10), "LOGITS", lambda: randn(4, 3, 64, 64)),
        "mobilenet-v3": (lambda: vision.mobilenet_v3_small(num_classes=10), "LOGITS", lambda: randn(4, 3, 64, 64)),
        "efficientnet-b0": (lambda: vision.efficientnet_b0(num_classes=10), "LOGITS", lambda: randn(4, 3, 64, 64)),
        "densenet121": (lambda: vision.densenet121(num_classes=10), "LOGITS", lambda: randn(4, 3, 64, 64)),
        "squeezenet": (lambda: vision.squeezenet1_1(num_classes=10), "LOGITS", lambda: randn(4, 3, 64, 64)),
        "shufflenet": (lambda: vision.shufflenet_v2_x0_5(num_classes=10), "LOGITS", lambda: randn(4, 3, 64, 64)),
        "convnext-tiny-1": (lambda: vision.convnext.ConvNeXt(
            [vision.convnext.CNBlockConfig(24, 48, 1), vision.convnext.CNBlockConfig(48, None, 1)], num_classes=10),
            "LOGITS", lambda: randn(4, 3, 64, 64)),
        "vit-small": (lambda: vision.VisionTransformer(32, 8, 2, 4, 48, 96, num_classes=10), "LOGITS",
                      lambda: randn(4, 3, 32, 32)),
        "swin-small": (lambda: vision.SwinTransformer([4, 4], 24, [1, 1], [2, 4], [4, 4], num_classes=10), "LOGITS",
                       lambda: randn(4, 3, 64, 64)),
        "multi-label": (lambda: nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 4), nn.Sigmoid()),
                        "LABELS", lambda: randn(ROWS, 6)),
        "swin-v2-small": (lambda: vision.SwinTransformer(
            [4, 4], 24, [1, 1], [2, 4], [4, 4], num_classes=10, block=vision.swin_transformer.SwinTransformerBlockV2,
            downsample_layer=vision.swin_transformer.PatchMergingV2), "LOGITS", lambda: randn(4, 3, 64, 64)),
        "regnet-y": (lambda: vision.regnet_y_400mf(num_classes=10), "LOGITS", lambda: randn(4, 3, 64, 64)),
        "mnasnet": (lambda: vision.mnasnet0_5(num_classes=10), "LOGITS", lambda: randn(4, 3, 64, 64)),
        "googlenet": (lambda: lively(vision.googlenet(num_classes=10, aux_logits=False, init_weights=False)), "LOGITS",
                      lambda: randn(4, 3, 64, 64)),
        "maxvit-small": (lambda: vision.MaxVit((64, 64), 16, 4, [16, 32], [1, 1], 8, .0, num_classes=10), "LOGITS",
                         lambda: randn(4, 3, 64, 64)),
        "efficientnet-v2": (lambda: vision.efficientnet_v2_s(num_classes=10), "LOGITS", lambda: randn(4, 3, 64, 64)),
        "transformer": (lambda: Encoded(nn.TransformerEncoderLayer(16, 2, 32, batch_first=True, norm_first=True,
                                                                   activation="relu")), "LOGITS", lambda: randn(ROWS, 5, 16)),
        "encoder-decoder": (Translated, "LOGITS", lambda: randn(ROWS, 5, 16)),
        "causal": (Causal, "LOGITS", lambda: randn(ROWS, 5, 16)),
        "rotary": (Rotary, "LOGITS", lambda: randn(ROWS, 6, 16)),
        "in-context": (InContext, "LOGITS", lambda: randn(ROWS, 6)),
        "columns-as-tokens": (Columns, "LOGITS", lambda: randn(ROWS, 6)),
        "sparsemax": (Sparsemax, "PROBABILITIES", lambda: randn(ROWS, 6)),
        "splines": (Splines, "LOGITS", lambda: randn(ROWS, 6)),
        "mixture-of-experts": (Experts, "LOGITS", lambda: randn(ROWS, 6)),
        "conditional": (Conditional, "LOGITS", lambda: randn(ROWS, 6)),
        "rnn": (lambda: Recurrent(nn.RNN), "LOGITS", lambda: randn(ROWS, 9, 6)),
        "bilinear": (lambda: Twofold(nn.Bilinear(6, 6, 3)), "LOGITS", lambda: randn(ROWS, 6)),
        "spectrum": (Spectrum, "LOGITS", lambda: randn(ROWS, 64)),
        "grid-sample": (Warped, "LOGITS", lambda: randn(IMAGES, 1, 12, 12)),
        "unfold": (lambda: nn.Sequential(nn.Unfold(3, stride=2), nn.Flatten(), nn.LazyLinear(3)), "LOGITS",
                   lambda: randn(IMAGES, 2, 9, 9)),
        "dilated-causal": (lambda: nn.Sequential(nn.ConstantPad1d((4, 0), 0.), nn.utils.parametrizations.weight_norm(
            nn.Conv1d(3, 8, 3, dilation=2)), nn.GELU("tanh"), nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(8, 2)),
            "LOGITS", lambda: randn(ROWS, 3, 16)),
    }
    for key in ("ReLU", "LeakyReLU", "ELU", "CELU", "SELU", "GELU", "SiLU", "Mish", "Softplus", "Softsign", "Tanh",
                "Sigmoid", "Hardsigmoid", "Hardswish", "Hardtanh", "LogSigmoid", "Tanhshrink", "Softshrink", "Hardshrink",
                "GLU", "RMSNorm"):
        models["act-" + key.lower()] = (
            lambda key=key: nn.Sequential(nn.Linear(6, 16), nn.RMSNorm(16) if key == "RMSNorm" else getattr(nn, key)(),
                                          nn.Linear(8 if key == "GLU" else 16, 3)), "LOGITS", lambda: randn(ROWS, 6))

    def lively(model):
        """With the weights that a network begins with, answers would not depend on the image but by rounding."""
        for module in model.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        return model

    def made(make, batch):
        torch.manual_seed(7)
        model = make().eval()
        if isinstance(model, vision.VisionTransformer):
            nn.init.normal_(model.heads[-1].weight, std=.2)  # it begins at 0
        given = batch()
        with torch.no_grad():
            model(*given)
            for module in model.modules():
                if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
                    module.running_mean.normal_(0, .3)
                    module.running_var.uniform_(.5, 2)
        return model, given

    def export(model, given, path, dynamo, dynamic):
        names = ["x"] if len(given) == 1 else ["in%d" % i for i in range(len(given))]
        if dynamo:
            batch = torch.export.Dim("batch", min=1, max=4096)
            torch.onnx.export(model, given, path, input_names=names, dynamo=True,
                              dynamic_shapes=tuple({0: batch} for _ in given) if dynamic else None, verbose=False,
                              external_data=False)
        else:
            torch.onnx.export(model, given, path, input_names=names, dynamo=False,
                              dynamic_axes={n: {0: "batch"} for n in names} if dynamic else None)
        return names

    def add(key, spec, exporter, dynamic=True):
        make, kind, batch = spec
        suffix = "" if dynamic else "-fixed"
        name = "torch-%s-%s%s" % ("dynamo" if exporter else "script", key, suffix)

        @zoo("torch", name)
        def write_it(folder, name):
            model, given = made(make, batch)
            source = "%s, %s exporter%s" % (version("torch"), "default" if exporter else "TorchScript",
                                            "" if dynamic else ", batch fixed as by default")
            asked = tuple(g[:1] for g in given) if not dynamic else given
            names = export(model, asked, os.path.join(folder, name + ".onnx"), exporter, dynamic)
            floats = [g for g in given if g.dtype in (torch.float32, torch.float64)]
            gradients = None
            if len(given) == 1 and floats:
                x = given[0].clone().requires_grad_(True)
                y = model(x)
                y = y.reshape(len(x), -1)
                score = {"LOGITS": lambda: y[:, 0], "VALUES": lambda: y[:, 0]}.get(kind)
                if score is not None:
                    gradients = torch.autograd.grad(score().sum(), x)[0].numpy()
            with torch.no_grad():
                answers = model(*given).reshape(len(given[0]), -1).double().numpy()
            labels = None
            if kind in ("LOGITS", "PROBABILITIES", "LOG_PROBABILITIES"):
                cut = 0 if kind == "LOGITS" else .5
                labels = (answers[:, 0] > cut).astype(int) if answers.shape[1] == 1 else answers.argmax(1)
            write(folder, source, name, kind, dict(zip(names, [g.numpy() for g in given])), answers, labels, gradients)

    for key, spec in models.items():
        add(key, spec, True)
        add(key, spec, False)
    for key in ("cnn", "mlp", "lstm", "text-encoder", "resnet18"):
        add(key, models[key], True, dynamic=False)


# --- tables -------------------------------------------------------------------------------------------------------

def table(classes, n=ROWS + 400, features=8, seed=7):
    """Numbers and classes, or values if there are 0 classes; the first ROWS are kept for asking."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(n, features)).astype(np.float32)
    score = x[:, 0] + x[:, 1] * x[:, 2] + .3 * random.normal(size=n)
    if classes == 0:
        return x, (100 * score + 700).astype(np.float64)
    return x, np.digitize(score, np.quantile(score, np.arange(1, classes) / classes))


def classifier_row(folder, name, source, model, rows, inputs=None, kind="PROBABILITIES", **more):
    probabilities = model.predict_proba(rows)
    said = model.predict(rows)
    labels = [int(np.flatnonzero(model.classes_ == label)[0]) for label in np.asarray(said).ravel()]
    write(folder, source, name, kind, inputs or {"X": rows}, probabilities, labels, **more)


def sklearn_models():
    import sklearn.base
    from sklearn import (calibration, cluster, cross_decomposition, decomposition, discriminant_analysis, ensemble,
                         feature_selection, frozen, gaussian_process, linear_model, model_selection, multioutput, naive_bayes,
                         neighbors, neural_network, pipeline, preprocessing, svm, tree)
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import FloatTensorType, StringTensorType
    source = version("scikit-learn", "skl2onnx")
    seed = {"random_state": 0}
    two = {
        "logistic": linear_model.LogisticRegression(),
        "sgd-log": linear_model.SGDClassifier(loss="log_loss", **seed),
        "sgd-huber": linear_model.SGDClassifier(loss="modified_huber", **seed),
        "svc-platt": svm.SVC(probability=True, **seed) if "probability" in svm.SVC().get_params() else svm.SVC(),
        "nu-svc-platt": svm.NuSVC(probability=True, **seed),
        "tree": tree.DecisionTreeClassifier(max_depth=5, **seed),
        "forest": ensemble.RandomForestClassifier(30, **seed),
        "extra-trees": ensemble.ExtraTreesClassifier(30, **seed),
        "boosting": ensemble.GradientBoostingClassifier(n_estimators=30, **seed),
        "hist-boosting": ensemble.HistGradientBoostingClassifier(max_iter=30, **seed),
        "adaboost": ensemble.AdaBoostClassifier(n_estimators=20, **seed),
        "bagging": ensemble.BaggingClassifier(n_estimators=10, **seed),
        "voting-soft": ensemble.VotingClassifier([("a", linear_model.LogisticRegression()),
                                                  ("b", tree.DecisionTreeClassifier(max_depth=3, **seed))], voting="soft", flatten_transform=False),
        "stacking": ensemble.StackingClassifier([("a", linear_model.LogisticRegression()),
                                                 ("b", tree.DecisionTreeClassifier(max_depth=3, **seed))]),
        "mlp": neural_network.MLPClassifier((16, 8), max_iter=400, **seed),
        "mlp-tanh": neural_network.MLPClassifier((16,), activation="tanh", max_iter=400, **seed),
        "neighbours": neighbors.KNeighborsClassifier(7),
        "neighbours-weighted": neighbors.KNeighborsClassifier(7, weights="distance"),
        "gaussian-bayes": naive_bayes.GaussianNB(),
        "bernoulli-bayes": naive_bayes.BernoulliNB(),
        "lda": discriminant_analysis.LinearDiscriminantAnalysis(),
        "qda": discriminant_analysis.QuadraticDiscriminantAnalysis(),
        "gaussian-process": gaussian_process.GaussianProcessClassifier(),
        "calibrated-sigmoid": calibration.CalibratedClassifierCV(svm.LinearSVC(), cv=3),
        "calibrated-isotonic": calibration.CalibratedClassifierCV(linear_model.LogisticRegression(), method="isotonic", cv=3),
        "scaled-logistic": pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.LogisticRegression()),
        "polynomial": pipeline.make_pipeline(preprocessing.PolynomialFeatures(2), linear_model.LogisticRegression(max_iter=500)),
        "binned": pipeline.make_pipeline(preprocessing.KBinsDiscretizer(5, encode="onehot-dense"),
                                         linear_model.LogisticRegression()),
        "quantile-transformed": pipeline.make_pipeline(preprocessing.QuantileTransformer(n_quantiles=100, **seed),
                                                       linear_model.LogisticRegression()),
        "power-transformed": pipeline.make_pipeline(preprocessing.PowerTransformer(), linear_model.LogisticRegression()),
        "logistic-cv": linear_model.LogisticRegressionCV(cv=3),
        "multinomial-bayes": pipeline.make_pipeline(preprocessing.MinMaxScaler(clip=True), naive_bayes.MultinomialNB()),
        "complement-bayes": pipeline.make_pipeline(preprocessing.MinMaxScaler(clip=True), naive_bayes.ComplementNB()),
        "categorical-bayes": pipeline.make_pipeline(preprocessing.KBinsDiscretizer(4, encode="ordinal"), naive_bayes.CategoricalNB()),
        "chosen": pipeline.make_pipeline(feature_selection.SelectKBest(k=5), linear_model.LogisticRegression()),
        "principal": pipeline.make_pipeline(decomposition.PCA(4, whiten=True, **seed), linear_model.LogisticRegression()),
        "kernel-principal": pipeline.make_pipeline(decomposition.KernelPCA(4, kernel="rbf", **seed), linear_model.LogisticRegression()),
        "splines": pipeline.make_pipeline(preprocessing.SplineTransformer(4), linear_model.LogisticRegression(max_iter=500)),
        "robust-scaled": pipeline.make_pipeline(preprocessing.RobustScaler(), linear_model.LogisticRegression()),
        "normalised": pipeline.make_pipeline(preprocessing.Normalizer(), linear_model.LogisticRegression()),
        "clusters": pipeline.make_pipeline(cluster.KMeans(6, n_init=3, **seed), linear_model.LogisticRegression(max_iter=500)),
        "logarithms": pipeline.make_pipeline(preprocessing.FunctionTransformer(), tree.DecisionTreeClassifier(max_depth=4, **seed)),
        "union": pipeline.make_pipeline(pipeline.make_union(preprocessing.StandardScaler(), decomposition.TruncatedSVD(3, **seed)),
                                        linear_model.LogisticRegression(max_iter=500)),
        "frozen": frozen.FrozenEstimator(linear_model.LogisticRegression()),
        "boosted-by-trees-of-one": ensemble.AdaBoostClassifier(tree.DecisionTreeClassifier(max_depth=2, **seed), n_estimators=15, **seed),
        "one-vs-one": __import__("sklearn.multiclass", fromlist=["x"]).OneVsOneClassifier(linear_model.LogisticRegression()),
        "linear-svc": svm.LinearSVC(), "ridge": linear_model.RidgeClassifier(), "perceptron": linear_model.Perceptron(**seed),
        "sgd-hinge": linear_model.SGDClassifier(**seed), "svc": svm.SVC(decision_function_shape="ovr"),
        "neighbours-in-reach": neighbors.RadiusNeighborsClassifier(3., outlier_label="most_frequent"),
        "bagged-logistic": ensemble.BaggingClassifier(linear_model.LogisticRegression(), n_estimators=5, max_features=.7, **seed),
        "threshold": model_selection.FixedThresholdClassifier(linear_model.LogisticRegression(), threshold=.3),
        "one-vs-rest": __import__("sklearn.multiclass", fromlist=["x"]).OneVsRestClassifier(linear_model.LogisticRegression()),
    }
    for key, model in two.items():
        for classes in (2, 4):
            for plain in (True, False):
                if classes == 2 and key in ("one-vs-one", "linear-svc", "ridge", "perceptron", "sgd-hinge", "svc"):
                    continue  # one decision, which exporters write as one column or as two
                if classes == 4 and key == "threshold":
                    continue
                if not plain and key not in ("logistic", "forest", "mlp", "hist-boosting", "scaled-logistic"):
                    continue
                name = "sklearn-%s-%d%s" % (key, classes, "" if plain else "-zipmap")

                @zoo("sklearn", name)
                def write_it(folder, name, model=model, classes=classes, plain=plain):
                    x, y = table(classes)
                    if isinstance(model, frozen.FrozenEstimator):
                        fitted = frozen.FrozenEstimator(sklearn.base.clone(model.estimator).fit(x[ROWS:], y[ROWS:]))
                    else:
                        fitted = sklearn.base.clone(model).fit(x[ROWS:], y[ROWS:])
                    scores = not hasattr(fitted, "predict_proba")
                    made = to_onnx(fitted, x[:1], options=None if scores or not plain else {"zipmap": False})
                    save(made, folder, name)
                    if scores:
                        said = np.asarray(fitted.decision_function(x[:ROWS]))
                        labels = fitted.predict(x[:ROWS])
                        write(folder, source + ", scores", name, "LOGITS", {"X": x[:ROWS]}, said, labels)
                        return
                    classifier_row(folder, name, source + ("" if plain else ", ZipMap (default)"), fitted, x[:ROWS])

    @zoo("sklearn", "sklearn-logistic-named")
    def named(folder, name):
        x, y = table(3)
        fitted = linear_model.LogisticRegression().fit(x[ROWS:], np.array(["high", "low", "middle"])[y[ROWS:]])
        save(to_onnx(fitted, x[:1], options={"zipmap": False}), folder, name)
        classifier_row(folder, name, source, fitted, x[:ROWS])

    @zoo("sklearn", "sklearn-logistic-double")
    def double(folder, name):
        x, y = table(3)
        x = x.astype(np.float64)
        fitted = linear_model.LogisticRegression().fit(x[ROWS:], y[ROWS:])
        save(to_onnx(fitted, x[:1], options={"zipmap": False}), folder, name)
        classifier_row(folder, name, source + ", double", fitted, x[:ROWS])

    @zoo("sklearn", "sklearn-hist-boosting-missing")
    def missing(folder, name):
        x, y = table(3)
        x[np.random.default_rng(3).random(x.shape) < .2] = np.nan
        fitted = ensemble.HistGradientBoostingClassifier(max_iter=30, **seed).fit(x[ROWS:], y[ROWS:])
        save(to_onnx(fitted, x[:1], options={"zipmap": False}), folder, name)
        classifier_row(folder, name, source + ", missing values", fitted, x[:ROWS])

    @zoo("sklearn", "sklearn-dataframe")
    def dataframe(folder, name):
        import pandas as pd
        from sklearn.compose import ColumnTransformer
        from sklearn.impute import SimpleImputer
        random = np.random.default_rng(5)
        n = 400
        frame = pd.DataFrame({"age": random.integers(18, 80, n).astype(np.float32),
                              "hours": random.normal(40, 9, n).astype(np.float32),
                              "job": random.choice(["clerk", "nurse", "smith"], n).astype(object)})
        y = np.where(frame.age + 10 * (frame.job == "nurse") + random.normal(0, 8, n) > 50, "yes", "no")
        frame.loc[random.random(n) < .1, "hours"] = np.nan
        numbers = pipeline.make_pipeline(SimpleImputer(), preprocessing.StandardScaler())
        fitted = pipeline.make_pipeline(
            ColumnTransformer([("n", numbers, ["age", "hours"]),
                               ("c", preprocessing.OneHotEncoder(handle_unknown="ignore"), ["job"])]),
            ensemble.RandomForestClassifier(20, **seed)).fit(frame[ROWS:], y[ROWS:])
        kinds = [("age", FloatTensorType([None, 1])), ("hours", FloatTensorType([None, 1])),
                 ("job", StringTensorType([None, 1]))]
        save(to_onnx(fitted, initial_types=kinds), folder, name)
        rows = frame[:ROWS]
        classifier_row(folder, name, source + ", DataFrame", fitted, rows,
                       {c: rows[[c]].to_numpy() for c in rows.columns})

    @zoo("sklearn", "sklearn-words")
    def words(folder, name):
        from sklearn.feature_extraction.text import TfidfVectorizer
        random = np.random.default_rng(5)
        vocabulary = np.array("good bad fine poor great awful slow quick cheap dear".split())
        texts = np.array([" ".join(random.choice(vocabulary, 8)) for _ in range(300)], dtype=object)
        y = np.array([sum(w in ("good", "fine", "great") for w in t.split()) > 2 for t in texts]).astype(int)
        fitted = pipeline.make_pipeline(TfidfVectorizer(), linear_model.LogisticRegression()).fit(texts[ROWS:], y[ROWS:])
        save(to_onnx(fitted, initial_types=[("text", StringTensorType([None]))]), folder, name)
        classifier_row(folder, name, source + ", texts", fitted, texts[:ROWS], {"text": texts[:ROWS]})

    @zoo("sklearn", "sklearn-multi-label")
    def labels(folder, name):
        x, y = table(4)
        both = np.stack([y > 1, y % 2 == 0, x[:, 0] > 0], 1).astype(int)
        fitted = neural_network.MLPClassifier((16,), max_iter=400, **seed).fit(x[ROWS:], both[ROWS:])
        save(to_onnx(fitted, x[:1], options={"zipmap": False}), folder, name)
        write(folder, source, name, "LABELS", {"X": x[:ROWS]}, fitted.predict_proba(x[:ROWS]))

    regressors = {
        "linear": linear_model.LinearRegression(), "ridge": linear_model.Ridge(), "lasso": linear_model.Lasso(),
        "huber": linear_model.HuberRegressor(), "bayesian-ridge": linear_model.BayesianRidge(),
        "poisson": linear_model.PoissonRegressor(), "quantile": linear_model.QuantileRegressor(alpha=.1),
        "svr": svm.SVR(C=100), "linear-svr": svm.LinearSVR(C=10), "tree": tree.DecisionTreeRegressor(max_depth=6, **seed),
        "forest": ensemble.RandomForestRegressor(30, **seed), "boosting": ensemble.GradientBoostingRegressor(**seed),
        "hist-boosting": ensemble.HistGradientBoostingRegressor(max_iter=40, **seed),
        "mlp": neural_network.MLPRegressor(hidden_layer_sizes=(16,), max_iter=800, **seed), "neighbours": neighbors.KNeighborsRegressor(5),
        "gaussian-process": gaussian_process.GaussianProcessRegressor(alpha=.1, normalize_y=True),
        "gamma": linear_model.GammaRegressor(), "tweedie": linear_model.TweedieRegressor(power=1.5), "lars": linear_model.Lars(),
        "matching-pursuit": linear_model.OrthogonalMatchingPursuit(), "elastic-net-cv": linear_model.ElasticNetCV(cv=3),
        "ransac": linear_model.RANSACRegressor(**seed), "theil-sen": linear_model.TheilSenRegressor(**seed),
        "partial-least-squares": cross_decomposition.PLSRegression(3), "nu-svr": svm.NuSVR(C=100),
        "extra-trees": ensemble.ExtraTreesRegressor(20, **seed), "adaboost": ensemble.AdaBoostRegressor(n_estimators=10, **seed),
        "bagging": ensemble.BaggingRegressor(n_estimators=10, **seed),
        "stacking": ensemble.StackingRegressor([("a", linear_model.Ridge()), ("b", tree.DecisionTreeRegressor(max_depth=3, **seed))]),
        "chain": multioutput.RegressorChain(linear_model.Ridge()),
        "scaled": pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.Ridge()),
        "voting": ensemble.VotingRegressor([("a", linear_model.Ridge()), ("b", tree.DecisionTreeRegressor(max_depth=3, **seed))]),
        "log-target": __import__("sklearn.compose", fromlist=["x"]).TransformedTargetRegressor(
            linear_model.Ridge(), func=np.log1p, inverse_func=np.expm1),
    }
    for key, model in regressors.items():
        name = "sklearn-regressor-" + key

        @zoo("sklearn", name)
        def write_regressor(folder, name, model=model, key=key):
            x, y = table(0)
            y = np.maximum(y, 1)
            # A chain is of several targets; one is asked about.
            fitted = sklearn.base.clone(model).fit(x[ROWS:], y[ROWS:, None] if key == "chain" else y[ROWS:])
            save(to_onnx(fitted, x[:1]), folder, name)
            write(folder, source, name, "VALUES", {"X": x[:ROWS]}, fitted.predict(x[:ROWS]))


def save(made, folder, name):
    with open(os.path.join(folder, name + ".onnx"), "wb") as file:
        file.write((made[0] if isinstance(made, tuple) else made).SerializeToString())


# --- boosted trees ------------------------------------------------------------------------------------------------

def boosted_models():
    from onnxmltools import convert_lightgbm, convert_xgboost
    from onnxmltools.convert.common.data_types import FloatTensorType
    kinds = [("X", FloatTensorType([None, 8]))]

    def holes(x):
        x = x.copy()
        x[np.random.default_rng(3).random(x.shape) < .2] = np.nan
        return x

    for classes in (2, 4, 0):
        for missing in (False, True):
            for library in ("lightgbm", "xgboost", "catboost"):
                name = "%s-%s%s" % (library, classes or "regressor", "-missing" if missing else "")

                @zoo("boosted", name)
                def write_it(folder, name, classes=classes, missing=missing, library=library):
                    x, y = table(classes)
                    x = holes(x) if missing else x
                    path = os.path.join(folder, name + ".onnx")
                    if library == "lightgbm":
                        import lightgbm
                        kind = lightgbm.LGBMClassifier if classes else lightgbm.LGBMRegressor
                        model = kind(n_estimators=40, verbose=-1).fit(x[ROWS:], y[ROWS:])
                        save(convert_lightgbm(model, initial_types=kinds, target_opset=15), folder, name)
                        source = version("lightgbm", "onnxmltools")
                    elif library == "xgboost":
                        import xgboost
                        kind = xgboost.XGBClassifier if classes else xgboost.XGBRegressor
                        model = kind(n_estimators=40, max_depth=4).fit(x[ROWS:], y[ROWS:])
                        save(convert_xgboost(model, initial_types=kinds, target_opset=15), folder, name)
                        source = version("xgboost", "onnxmltools")
                    else:
                        import catboost
                        kind = catboost.CatBoostClassifier if classes else catboost.CatBoostRegressor
                        model = kind(iterations=40, depth=4, verbose=False, thread_count=1,
                                     allow_writing_files=False).fit(x[ROWS:], y[ROWS:])
                        model.save_model(path, format="onnx")
                        source = version("catboost")
                    source += ", missing values" if missing else ""
                    given = "features" if library == "catboost" else "X"
                    if classes:
                        classifier_row(folder, name, source, model, x[:ROWS], {given: x[:ROWS]})
                    else:
                        write(folder, source, name, "VALUES", {given: x[:ROWS]}, model.predict(x[:ROWS]))


    more = {
        "lightgbm-dart": lambda l: l.LGBMClassifier(n_estimators=30, boosting_type="dart", verbose=-1),
        "lightgbm-quantile": lambda l: l.LGBMRegressor(n_estimators=30, objective="quantile", alpha=.8, verbose=-1),
        "lightgbm-poisson": lambda l: l.LGBMRegressor(n_estimators=30, objective="poisson", verbose=-1),
        "lightgbm-extra": lambda l: l.LGBMClassifier(n_estimators=30, extra_trees=True, verbose=-1),
        "xgboost-dart": lambda x: x.XGBClassifier(n_estimators=20, rate_drop=.3, max_depth=3),
        "xgboost-forest": lambda x: x.XGBRFClassifier(n_estimators=20, max_depth=4),
        "xgboost-poisson": lambda x: x.XGBRegressor(n_estimators=20, objective="count:poisson"),
        "xgboost-gamma": lambda x: x.XGBRegressor(n_estimators=20, objective="reg:gamma"),
        "xgboost-absolute": lambda x: x.XGBRegressor(n_estimators=20, objective="reg:absoluteerror"),
        "xgboost-linear": lambda x: x.XGBClassifier(n_estimators=20, booster="gblinear"),
        "xgboost-deep": lambda x: x.XGBClassifier(n_estimators=60, max_depth=9, learning_rate=.5),
        "catboost-lossguide": lambda c: c.CatBoostClassifier(iterations=30, grow_policy="Lossguide", verbose=False, thread_count=1,
                                                             allow_writing_files=False),
        "catboost-quantile": lambda c: c.CatBoostRegressor(iterations=30, loss_function="Quantile:alpha=0.8", verbose=False,
                                                           thread_count=1, allow_writing_files=False),
        "catboost-poisson": lambda c: c.CatBoostRegressor(iterations=30, loss_function="Poisson", verbose=False, thread_count=1,
                                                          allow_writing_files=False),
        "catboost-one-vs-all": lambda c: c.CatBoostClassifier(iterations=30, loss_function="MultiClassOneVsAll", verbose=False,
                                                              thread_count=1, allow_writing_files=False),
    }
    for name, make in more.items():
        @zoo("boosted", name)
        def write_more(folder, name, make=make):
            library = name.split("-")[0]
            model = make(__import__(library))
            of_classes = hasattr(model, "predict_proba")
            x, y = table(4 if name.endswith("one-vs-all") else 2 if of_classes else 0)
            y = y if of_classes else np.floor(np.maximum(y, 1) / 100) + 1
            model.fit(x[ROWS:], y[ROWS:])
            if library == "catboost":
                model.save_model(os.path.join(folder, name + ".onnx"), format="onnx")
            else:
                save((convert_lightgbm if library == "lightgbm" else convert_xgboost)(model, initial_types=kinds, target_opset=15),
                     folder, name)
            source = version(*((library,) if library == "catboost" else (library, "onnxmltools")))
            given = "features" if library == "catboost" else "X"
            if of_classes:
                classifier_row(folder, name, source, model, x[:ROWS], {given: x[:ROWS]})
            else:
                write(folder, source, name, "VALUES", {given: x[:ROWS]}, model.predict(x[:ROWS]))


# --- Keras --------------------------------------------------------------------------------------------------------

def keras_models():
    import keras
    from keras import layers
    source = version("keras", "torch").replace("torch", "on torch")

    def dense():
        return keras.Sequential([keras.Input((6,)), layers.Dense(16, activation="relu"), layers.BatchNormalization(),
                                 layers.Dense(3, activation="softmax")])

    def convolutions():
        return keras.Sequential([keras.Input((12, 12, 3)), layers.Conv2D(8, 3, activation="relu", padding="same"),
                                 layers.MaxPooling2D(), layers.SeparableConv2D(8, 3), layers.GlobalAveragePooling2D(),
                                 layers.Dropout(.3), layers.Dense(4, activation="softmax")])

    def binary():
        return keras.Sequential([keras.Input((6,)), layers.Dense(8, activation="swish"), layers.LayerNormalization(),
                                 layers.Dense(1, activation="sigmoid")])

    def recurrent():
        return keras.Sequential([keras.Input((9, 6)), layers.GRU(8), layers.Dense(2, activation="softmax")])

    def two():
        a, b = keras.Input((4,), name="a"), keras.Input((2,), name="b")
        return keras.Model([a, b], layers.Dense(3, activation="softmax")(layers.Concatenate()([a, b])))

    def attention():
        given = keras.Input((5, 12))
        x = layers.Add()([given, layers.MultiHeadAttention(2, 6)(layers.LayerNormalization()(given), given)])
        x = layers.Dense(16, activation="gelu")(layers.RMSNormalization()(x))
        return keras.Model(given, layers.Dense(3, activation="softmax")(layers.GlobalAveragePooling1D()(x)))

    def grouped():
        given = keras.Input((5, 12))
        x = layers.GroupQueryAttention(6, 4, 2)(given, given)
        return keras.Model(given, layers.Dense(3, activation="softmax")(layers.Flatten()(x)))

    def lstm():
        return keras.Sequential([keras.Input((9, 6)), layers.Bidirectional(layers.LSTM(8)), layers.Dense(2, activation="softmax")])

    def words():
        return keras.Sequential([keras.Input((12,), dtype="int64"), layers.Embedding(50, 8), layers.Conv1D(8, 3, activation="silu"),
                                 layers.GlobalMaxPooling1D(), layers.Dense(3, activation="softmax")])

    def upsampled():
        return keras.Sequential([keras.Input((8, 8, 3)), layers.Conv2DTranspose(4, 3, strides=2, padding="same"),
                                 layers.GroupNormalization(2), layers.LeakyReLU(.2), layers.UpSampling2D(2, interpolation="bilinear"),
                                 layers.DepthwiseConv2D(3, activation="hard_silu"), layers.SpatialDropout2D(.2),
                                 layers.GlobalMaxPooling2D(), layers.Dense(4, activation="softmax")])

    def standardised():
        norm = layers.Normalization(axis=-1)
        norm.adapt(np.random.default_rng(3).normal(2, 3, (200, 6)).astype(np.float32))
        return keras.Sequential([keras.Input((6,)), norm, layers.Dense(8, activation="selu"), layers.PReLU(),
                                 layers.UnitNormalization(), layers.Dense(3, activation="softmax")])

    def mobile():
        return keras.applications.MobileNetV3Small((64, 64, 3), alpha=.5, weights=None, classes=4, include_preprocessing=False)

    def convnext():
        return keras.applications.ConvNeXtTiny(input_shape=(32, 32, 3), weights=None, classes=4, include_preprocessing=False)

    shapes = {"attention": (attention, [(ROWS, 5, 12)]), "grouped-query": (grouped, [(ROWS, 5, 12)]), "lstm": (lstm, [(ROWS, 9, 6)]),
              "words": (words, [(ROWS, 12)]), "upsampled": (upsampled, [(IMAGES, 8, 8, 3)]), "standardised": (standardised, [(ROWS, 6)]),
              "mobilenet": (mobile, [(4, 64, 64, 3)]), "convnext": (convnext, [(4, 32, 32, 3)]),
              "dense": (dense, [(ROWS, 6)]), "convolutions": (convolutions, [(IMAGES, 12, 12, 3)]),
              "binary": (binary, [(ROWS, 6)]), "gru": (recurrent, [(ROWS, 9, 6)]), "two-inputs": (two, [(ROWS, 4), (ROWS, 2)])}
    for key, (make, sizes) in shapes.items():
        @zoo("keras", "keras-" + key)
        def write_it(folder, name, make=make, sizes=sizes, key=key):
            import onnx
            keras.utils.set_random_seed(7)
            model = make()
            random = np.random.default_rng(7)
            given = ([random.integers(0, 50, sizes[0]).astype(np.int64)] if key == "words"
                     else [random.normal(size=s).astype(np.float32) for s in sizes])
            answers = np.asarray(model.predict(given if len(given) > 1 else given[0], verbose=0))
            path = os.path.join(folder, name + ".onnx")
            model.export(path, format="onnx", verbose=False)
            names = [i.name for i in onnx.load(path, load_external_data=False).graph.input]
            labels = (answers[:, 0] > .5).astype(int) if answers.shape[1] == 1 else answers.argmax(1)
            write(folder, source, name, "PROBABILITIES", dict(zip(names, given)), answers, labels)


# --- quantisers ---------------------------------------------------------------------------------------------------

def quantised_models():
    """What they make is judged by ONNX Runtime for Python alone: the training library never saw it."""
    import onnxruntime
    from onnxruntime import quantization
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType

    def base(folder, name, kind):
        import torch
        from torch import nn
        torch.manual_seed(7)
        model = (nn.Sequential(nn.Conv2d(1, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8 * 169, 10))
                 if kind == "cnn" else nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 3))).eval()
        x = torch.randn(*((IMAGES, 1, 28, 28) if kind == "cnn" else (ROWS, 6)))
        path = os.path.join(folder, name + ".float")
        torch.onnx.export(model, (x,), path, input_names=["x"], dynamo=False, dynamic_axes={"x": {0: "batch"}})
        return path, x.numpy()

    def product_form(model):
        """Gemm as MatMul and Add, with weights of several blocks."""
        from onnx import helper, numpy_helper
        weights = {t.name: t for t in model.graph.initializer}
        for place, node in reversed(list(enumerate(model.graph.node))):
            if node.op_type == "Gemm":
                weight = weights[node.input[1]]
                turned = np.ascontiguousarray(numpy_helper.to_array(weight).T)
                weight.CopyFrom(numpy_helper.from_array(turned, weight.name))
                model.graph.node.remove(node)
                model.graph.node.insert(place, helper.make_node("Add", [node.output[0] + "_p", node.input[2]], [node.output[0]]))
                model.graph.node.insert(place, helper.make_node("MatMul", list(node.input[:2]), [node.output[0] + "_p"]))
        return model

    class Reader(CalibrationDataReader):
        def __init__(self, x):
            self.rows = iter([{"x": x[i:i + 1]} for i in range(len(x))])

        def get_next(self):
            return next(self.rows, None)

    for kind in ("cnn", "mlp"):
        for how in ("dynamic-int8", "dynamic-uint8", "qdq", "qdq-int8-per-channel", "qoperator", "float16",
                    "qdq-int16", "int4-qdq", "int4-blocks", "bfloat16"):
            @zoo("quantised", "quantised-%s-%s" % (kind, how))
            def write_it(folder, name, kind=kind, how=how):
                path, x = base(folder, name, kind)
                out = os.path.join(folder, name + ".onnx")
                if how.startswith("dynamic"):
                    quantization.quantize_dynamic(
                        path, out, weight_type=QuantType.QInt8 if how == "dynamic-int8" else QuantType.QUInt8)
                elif how.startswith("int4"):
                    import onnx
                    from onnxruntime.quantization import matmul_nbits_quantizer as nbits
                    # The heads alone have products of matrices; Gemm is none to the quantiser.
                    simple = product_form(onnx.load(path))
                    made = nbits.MatMulNBitsQuantizer(
                        simple, block_size=16, is_symmetric=True,
                        quant_format=QuantFormat.QDQ if how == "int4-qdq" else QuantFormat.QOperator)
                    made.process()
                    made.model.save_model_to_file(out, False)
                elif how == "bfloat16":
                    import onnx
                    from onnx import helper, numpy_helper, TensorProto
                    model = onnx.load(path)
                    for tensor in model.graph.initializer:
                        wide = numpy_helper.to_array(tensor)
                        if wide.dtype == np.float32:
                            bits = wide.astype(np.float32).view(np.uint32)
                            short = ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)
                            tensor.CopyFrom(helper.make_tensor(tensor.name + "_short", TensorProto.BFLOAT16, wide.shape,
                                                               short.tobytes(), raw=True))
                    for place, tensor in enumerate([t for t in model.graph.initializer if t.data_type == TensorProto.BFLOAT16]):
                        model.graph.node.insert(0, helper.make_node("Cast", [tensor.name], [tensor.name[:-6]], to=TensorProto.FLOAT))
                    onnx.save(model, out)
                elif how == "float16":
                    import onnx
                    from onnxruntime.transformers.float16 import convert_float_to_float16
                    onnx.save(convert_float_to_float16(onnx.load(path), keep_io_types=True), out)
                else:
                    int8 = how == "qdq-int8-per-channel"
                    if how == "qdq-int16":
                        quantization.quantize_static(path, out, Reader(x), activation_type=QuantType.QInt16,
                                                     weight_type=QuantType.QInt8, extra_options={"UseQDQContribOps": False})
                    else:
                        quantization.quantize_static(
                            path, out, Reader(x), quant_format=QuantFormat.QOperator if how == "qoperator" else QuantFormat.QDQ,
                            per_channel=int8, activation_type=QuantType.QInt8 if int8 else QuantType.QUInt8)
                os.remove(path)
                options = onnxruntime.SessionOptions()
                options.intra_op_num_threads = 1
                answers = onnxruntime.InferenceSession(out, options, providers=["CPUExecutionProvider"]).run(None, {"x": x})[0]
                write(folder, version("onnxruntime", "torch"), name, "LOGITS", {"x": x}, answers, answers.argmax(1),
                      oracle="ONNX Runtime")


# --- forms that a file may have ------------------------------------------------------------------------------------

def form_models():
    """One network in the forms that ONNX has for a file, each judged by the network that PyTorch trained."""
    import onnx
    import torch
    from onnx import helper, numpy_helper, TensorProto, version_converter
    from torch import nn
    torch.manual_seed(7)
    net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(4 * 9, 12), nn.GELU(),
                        nn.Linear(12, 3)).eval()
    x = torch.randn(IMAGES, 1, 8, 8)

    def plain(folder, name, **options):
        path = os.path.join(folder, name + ".onnx")
        torch.onnx.export(net, (x,), path, input_names=["x"], dynamo=False, dynamic_axes={"x": {0: "batch"}}, **options)
        return onnx.load(path), path

    def dynamo(folder, name, **options):
        path = os.path.join(folder, name + ".onnx")
        torch.onnx.export(net, (x,), path, input_names=["x"], dynamo=True, verbose=False,
                          dynamic_shapes=({0: torch.export.Dim("batch", min=1, max=4096)},), **options)

    def sparse(model):
        kept = []
        for tensor in model.graph.initializer:
            values = numpy_helper.to_array(tensor)
            if values.ndim != 2:
                kept.append(tensor)
                continue
            where = np.flatnonzero(values)
            model.graph.sparse_initializer.append(helper.make_sparse_tensor(
                numpy_helper.from_array(values.ravel()[where], tensor.name), numpy_helper.from_array(where.astype(np.int64), ""),
                list(values.shape)))
        del model.graph.initializer[:]
        model.graph.initializer.extend(kept)

    def function(model):
        """Everything behind the input in a local function, with an attribute that a node in it refers to."""
        nodes = list(model.graph.node)
        weights = [t.name for t in model.graph.initializer]
        out = model.graph.output[0].name
        made = helper.make_function("zoo", "Net", ["x"] + weights, [out], nodes, list(model.opset_import))
        del model.graph.node[:]
        model.graph.node.append(helper.make_node("Net", ["x"] + weights, [out], domain="zoo", name="net"))
        model.functions.append(made)
        model.opset_import.append(helper.make_opsetid("zoo", 1))

    def branches(model):
        """The same network in both branches of an If, whose condition is a constant."""
        out = model.graph.output[0]
        nodes = list(model.graph.node)

        def branch(sign):
            inner = [onnx.NodeProto() for _ in nodes]
            for copy, node in zip(inner, nodes):
                copy.CopyFrom(node)
                copy.output[:] = [o + sign for o in node.output]
                own = {o for n in nodes for o in n.output}
                copy.input[:] = [i + sign if i in own else i for i in node.input]
            return helper.make_graph(inner, "branch" + sign, [], [helper.make_tensor_value_info(out.name + sign, TensorProto.FLOAT, None)])

        del model.graph.node[:]
        model.graph.initializer.append(numpy_helper.from_array(np.array(True), "always"))
        model.graph.node.append(helper.make_node("If", ["always"], [out.name], then_branch=branch("_then"), else_branch=branch("_else")))

    def constants(model):
        for place, tensor in enumerate(list(model.graph.initializer)):
            model.graph.node.insert(0, helper.make_node("Constant", [], [tensor.name], value=tensor))
        del model.graph.initializer[:]

    def declared(model):
        """Initializers that are inputs, too, as files before IR version 4 have them."""
        for tensor in model.graph.initializer:
            model.graph.input.append(helper.make_tensor_value_info(tensor.name, tensor.data_type, list(tensor.dims)))

    def row(folder, name, source):
        given = x.clone().requires_grad_(True)
        score = net(given)
        gradients = torch.autograd.grad(score[:, 0].sum(), given)[0].numpy()
        answers = score.detach().double().numpy()
        write(folder, source, name, "LOGITS", {"x": x.numpy()}, answers, answers.argmax(1), gradients)

    source = version("onnx", "torch")
    for key, change in {"sparse-weights": sparse, "local-function": function, "if-constant": branches, "constants": constants,
                        "weights-as-inputs": declared}.items():
        @zoo("form", "form-" + key)
        def write_form(folder, name, change=change):
            model, path = plain(folder, name)
            change(model)
            onnx.save(model, path)
            row(folder, name, source)

    for opset in (7, 9, 11, 13, 18, 21, 22, 23, 24, 25, 26):
        @zoo("form", "form-opset-%02d" % opset)
        def write_opset(folder, name, opset=opset):
            if opset <= 20:
                plain(folder, name, opset_version=opset)
            else:
                dynamo(folder, name, opset_version=opset, external_data=False)
                model = onnx.load(os.path.join(folder, name + ".onnx"))
                stated = [o.version for o in model.opset_import if o.domain == ""]
                if stated != [opset]:
                    onnx.save(version_converter.convert_version(model, opset), os.path.join(folder, name + ".onnx"))
            row(folder, name, source + ", opset %d" % opset)

    @zoo("form", "form-external-data")
    def external(folder, name):
        dynamo(folder, name)
        row(folder, name, version("torch") + ", weights beside the file, as by default")

    @zoo("form", "form-not-optimised")
    def unoptimised(folder, name):
        dynamo(folder, name, optimize=False, external_data=False)
        row(folder, name, version("torch") + ", optimize=False")

    for key in ("exported-program", "scripted-loop", "scripted-branch", "dynamo-cond"):
        @zoo("form", "form-" + key)
        def written(folder, name, key=key):
            path = os.path.join(folder, name + ".onnx")
            if key == "exported-program":
                program = torch.export.export(net, (x,), dynamic_shapes=({0: torch.export.Dim("batch", min=1, max=4096)},))
                torch.onnx.export(program, (), path, input_names=["x"], dynamo=True, verbose=False, external_data=False)
                row(folder, name, version("torch") + ", an exported program")
                return
            model, exported = {"scripted-loop": Loop, "scripted-branch": Branch, "dynamo-cond": Cond}[key](), None
            given = torch.randn(ROWS, 6)
            if key == "dynamo-cond":
                torch.onnx.export(model, (given,), path, input_names=["x"], dynamo=True, verbose=False, external_data=False,
                                  dynamic_shapes=({0: torch.export.Dim("batch", min=2, max=4096)},))
            else:
                torch.onnx.export(torch.jit.script(model), (given,), path, input_names=["x"], dynamo=False,
                                  dynamic_axes={"x": {0: "batch"}})
            asked = given.clone().requires_grad_(True)
            score = model(asked)
            gradients = torch.autograd.grad(score[:, 0].sum(), asked)[0].numpy()
            answers = score.detach().double().numpy()
            write(folder, version("torch"), name, "LOGITS", {"x": given.numpy()}, answers, answers.argmax(1), gradients)

    class Loop(nn.Module):
        """The same layer, three times."""
        def __init__(self):
            super().__init__()
            self.a, self.b = nn.Linear(6, 6), nn.Linear(6, 3)

        def forward(self, x):
            for _ in range(3):
                x = torch.tanh(self.a(x))
            return self.b(x)

    class Branch(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = nn.Linear(6, 3), nn.Linear(3, 3)

        def forward(self, x):
            y = self.a(x)
            if x.dim() == 2:
                y = torch.relu(y)
            return self.b(y)

    class Cond(nn.Module):
        """Another layer for batches of few numbers: the branch hangs on the shape alone."""
        def __init__(self):
            super().__init__()
            self.a, self.b = nn.Linear(6, 3), nn.Linear(6, 3)

        def forward(self, x):
            return torch.cond(self.a.bias.sum() > 0, lambda x: self.a(x), lambda x: self.b(x), (x,))


SOURCES = {"torch": lambda: version("torch"), "sklearn": lambda: version("scikit-learn", "skl2onnx"),
           "boosted": lambda: version("onnxmltools", "catboost"), "keras": lambda: version("keras"),
           "quantised": lambda: version("onnxruntime"), "form": lambda: version("onnx", "torch")}
FAMILIES = {"torch": torch_models, "sklearn": sklearn_models, "boosted": boosted_models, "keras": keras_models,
            "quantised": quantised_models, "form": form_models}


def main():
    folder, wanted = sys.argv[1], sys.argv[2:] or list(FAMILIES)
    os.makedirs(folder, exist_ok=True)
    for family in wanted:
        ZOO.clear()
        FAMILIES[family]()
        for source, name, make, options in ZOO:
            if os.environ.get("ZOO_ONLY", "") not in name:
                continue
            for ending in (".onnx", ".json"):
                if os.path.exists(os.path.join(folder, name + ending)):
                    os.remove(os.path.join(folder, name + ending))
            try:
                make(folder, name)
                print("made   ", name, flush=True)
            except Exception as refusal:
                said = str(refusal).strip().splitlines() or [type(refusal).__name__]
                with open(os.path.join(folder, name + ".json"), "w", encoding="utf-8") as file:
                    why = "%s: %s" % (type(refusal).__name__, said[0].split(" # ")[0].split(", scope")[0][:160])
                    json.dump({"source": SOURCES[family](), "name": name, "refused": why}, file)
                print("refused", name, said[0][:160], flush=True)
                if os.environ.get("ZOO_TRACES"):
                    traceback.print_exc()


if __name__ == "__main__":
    main()
