"""Reference neighbourhoods and coefficients for dev.touchstone.attribution.perturbation.Lime*.

    python lime_oracle.py ../resources/attribution

lime==0.2.0.1 scikit-learn==1.9.1 numpy==2.4.6 scipy==1.17.1 scikit-image==0.26.0, CPU.

Writes lime.json: for tables (quartiles with a category, and undiscretised around mean and example), an image and a
text, what lime's surrogate saw, what the model answered, and the intercept, coefficients and R2 that lime found.
lime's sizes of samples are kept small, its settings are its defaults.
"""
import json
import pathlib
import sys

import numpy as np
from lime.lime_base import LimeBase
from lime.lime_image import LimeImageExplainer
from lime.lime_tabular import LimeTabularExplainer
from lime.lime_text import LimeTextExplainer

out = pathlib.Path(sys.argv[1])
rng = np.random.default_rng(3)
seen = []
ask = LimeBase.explain_instance_with_data


def recording(self, data, answers, distances, label, num_features, **more):
    found = ask(self, data, answers, distances, label, num_features, **more)
    coefficients = np.zeros(data.shape[1])
    for column, weight in found[1]:
        coefficients[column] = weight
    seen.append({"z": np.asarray(data).tolist(), "y": answers[:, label].tolist(), "intercept": float(found[0]),
                 "coefficients": coefficients.tolist(), "r2": float(found[2])})
    return found


LimeBase.explain_instance_with_data = recording

# Tables: three numbers, of which one has few values, and a category in codes.
train = np.column_stack([rng.gamma(2, 10, 200), rng.normal(size=200), rng.integers(0, 3, 200) * 1.0,
                         rng.integers(0, 4, 200)]).round(4)
row = train[17]


def model(x):
    p = 1 / (1 + np.exp(-(0.05 * x[:, 0] - x[:, 1] * (x[:, 3] == 2) + 0.4 * x[:, 2] - 1)))
    return np.column_stack([1 - p, p])


names = ["quartiles", "around the mean", "around the example"]
tables = []
for how in names:
    explainer = LimeTabularExplainer(train, feature_names=list("abcd"), categorical_features=[3], random_state=1,
                                     discretize_continuous=how == "quartiles",
                                     sample_around_instance=how == "around the example",
                                     feature_selection="none")
    if how == "quartiles":
        d = explainer.discretizer
        bins = {str(k): {"mins": list(map(float, d.mins[k])), "maxs": list(map(float, d.maxs[k])),
                         "means": list(map(float, d.means[k])), "stds": list(map(float, d.stds[k])),
                         "bins": list(map(float, explainer.feature_values[k])),
                         "frequencies": list(map(float, explainer.feature_frequencies[k]))} for k in range(3)}
    explainer.explain_instance(row, model, num_samples=60, num_features=4)
    tables.append({"how": how, **seen.pop()})

# An image of 3 channels and 7 segments.
image = rng.random((6, 8, 3)).round(3)
segments = (np.arange(48).reshape(6, 8) // 7).astype(int)
weights = rng.normal(size=(6, 8, 3)).round(3)


def net(images):
    s = np.tanh((images * weights).sum((1, 2, 3)))
    return np.column_stack([-s, s])


fudged = []
original = LimeImageExplainer.data_labels


def keep(self, image, fudged_image, *more, **kw):
    fudged.append(fudged_image)
    return original(self, image, fudged_image, *more, **kw)


LimeImageExplainer.data_labels = keep
LimeImageExplainer(random_state=2, feature_selection="none").explain_instance(
    image, net, labels=(1,), top_labels=None, num_samples=40, num_features=100, segmentation_fn=lambda x: segments)
pictured = {"image": image.transpose(2, 0, 1).ravel().tolist(), "segments": segments.ravel().tolist(),
            "fudged": fudged[0].transpose(2, 0, 1).ravel().tolist(), **seen.pop()}

# A text in which a word comes twice.
text = "It's good, really good; not one of the_best - but good fun!"
asked = []


def reader(texts):
    asked.extend(texts)
    s = np.array([t.count("good") * (2 if "not" in t else 1) + 0.3 * ("fun" in t) for t in texts])
    return np.column_stack([-s, s])


LimeTextExplainer(random_state=4, feature_selection="none").explain_instance(text, reader, num_samples=50,
                                                                           num_features=100)
told = {"text": text, "asked": asked, **seen.pop()}
json.dump({"train": train.tolist(), "row": row.tolist(), "bins": bins, "tables": tables, "image": pictured,
           "text": told}, open(out / "lime.json", "w"))
