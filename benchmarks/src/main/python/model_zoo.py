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
    }
    for key in ("ReLU", "LeakyReLU", "ELU", "CELU", "SELU", "GELU", "SiLU", "Mish", "Softplus", "Softsign", "Tanh",
                "Sigmoid", "Hardsigmoid", "Hardswish", "Hardtanh", "LogSigmoid", "Tanhshrink", "Softshrink", "Hardshrink",
                "GLU", "RMSNorm"):
        models["act-" + key.lower()] = (
            lambda key=key: nn.Sequential(nn.Linear(6, 16), nn.RMSNorm(16) if key == "RMSNorm" else getattr(nn, key)(),
                                          nn.Linear(8 if key == "GLU" else 16, 3)), "LOGITS", lambda: randn(ROWS, 6))

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
    from sklearn import (calibration, discriminant_analysis, ensemble, gaussian_process, linear_model, naive_bayes,
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
        "one-vs-rest": __import__("sklearn.multiclass", fromlist=["x"]).OneVsRestClassifier(linear_model.LogisticRegression()),
    }
    for key, model in two.items():
        for classes in (2, 4):
            for plain in (True, False):
                if not plain and key not in ("logistic", "forest", "mlp", "hist-boosting", "scaled-logistic"):
                    continue
                name = "sklearn-%s-%d%s" % (key, classes, "" if plain else "-zipmap")

                @zoo("sklearn", name)
                def write_it(folder, name, model=model, classes=classes, plain=plain):
                    x, y = table(classes)
                    fitted = sklearn.base.clone(model).fit(x[ROWS:], y[ROWS:])
                    made = to_onnx(fitted, x[:1], options={"zipmap": False} if plain else None)
                    save(made, folder, name)
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
        "scaled": pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.Ridge()),
        "voting": ensemble.VotingRegressor([("a", linear_model.Ridge()), ("b", tree.DecisionTreeRegressor(max_depth=3, **seed))]),
        "log-target": __import__("sklearn.compose", fromlist=["x"]).TransformedTargetRegressor(
            linear_model.Ridge(), func=np.log1p, inverse_func=np.expm1),
    }
    for key, model in regressors.items():
        name = "sklearn-regressor-" + key

        @zoo("sklearn", name)
        def write_regressor(folder, name, model=model):
            x, y = table(0)
            y = np.maximum(y, 1)
            fitted = sklearn.base.clone(model).fit(x[ROWS:], y[ROWS:])
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

    shapes = {"dense": (dense, [(ROWS, 6)]), "convolutions": (convolutions, [(IMAGES, 12, 12, 3)]),
              "binary": (binary, [(ROWS, 6)]), "gru": (recurrent, [(ROWS, 9, 6)]), "two-inputs": (two, [(ROWS, 4), (ROWS, 2)])}
    for key, (make, sizes) in shapes.items():
        @zoo("keras", "keras-" + key)
        def write_it(folder, name, make=make, sizes=sizes):
            import onnx
            keras.utils.set_random_seed(7)
            model = make()
            random = np.random.default_rng(7)
            given = [random.normal(size=s).astype(np.float32) for s in sizes]
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

    class Reader(CalibrationDataReader):
        def __init__(self, x):
            self.rows = iter([{"x": x[i:i + 1]} for i in range(len(x))])

        def get_next(self):
            return next(self.rows, None)

    for kind in ("cnn", "mlp"):
        for how in ("dynamic-int8", "dynamic-uint8", "qdq", "qdq-int8-per-channel", "qoperator", "float16"):
            @zoo("quantised", "quantised-%s-%s" % (kind, how))
            def write_it(folder, name, kind=kind, how=how):
                path, x = base(folder, name, kind)
                out = os.path.join(folder, name + ".onnx")
                if how.startswith("dynamic"):
                    quantization.quantize_dynamic(
                        path, out, weight_type=QuantType.QInt8 if how == "dynamic-int8" else QuantType.QUInt8)
                elif how == "float16":
                    import onnx
                    from onnxruntime.transformers.float16 import convert_float_to_float16
                    onnx.save(convert_float_to_float16(onnx.load(path), keep_io_types=True), out)
                else:
                    int8 = how == "qdq-int8-per-channel"
                    quantization.quantize_static(
                        path, out, Reader(x), quant_format=QuantFormat.QOperator if how == "qoperator" else QuantFormat.QDQ,
                        per_channel=int8, activation_type=QuantType.QInt8 if int8 else QuantType.QUInt8)
                os.remove(path)
                options = onnxruntime.SessionOptions()
                options.intra_op_num_threads = 1
                answers = onnxruntime.InferenceSession(out, options, providers=["CPUExecutionProvider"]).run(None, {"x": x})[0]
                write(folder, version("onnxruntime", "torch"), name, "LOGITS", {"x": x}, answers, answers.argmax(1),
                      oracle="ONNX Runtime")


SOURCES = {"torch": lambda: version("torch"), "sklearn": lambda: version("scikit-learn", "skl2onnx"),
           "boosted": lambda: version("onnxmltools", "catboost"), "keras": lambda: version("keras"),
           "quantised": lambda: version("onnxruntime")}
FAMILIES = {"torch": torch_models, "sklearn": sklearn_models, "boosted": boosted_models, "keras": keras_models,
            "quantised": quantised_models}


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
