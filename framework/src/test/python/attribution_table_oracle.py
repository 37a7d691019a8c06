"""What Captum, shap, lime, XGBoost and LightGBM make of the same eight models, for OracleTableTest.

    pip install torch==2.15.0 captum==0.9.0 shap==0.51.0 lime==0.2.0.1 onnx==1.23.2 onnxruntime==1.32.0 \\
        xgboost==3.2.0 lightgbm==4.7.0 scikit-learn==1.9.1 skl2onnx==1.20.0 numpy==2.4.6
    python attribution_table_oracle.py ../resources/attribution

Reads the networks and inputs of gradient_family_oracle.py and fits three ensembles of trees to one table. Writes
table-NAME.json for each of the eight, and table-xgboost.ubj, table-lightgbm.txt and table-scikit-learn.onnx. Networks
compute in double precision; maps have nine digits. Of networks an absent number is 0; of trees it is each row's of a
background. Numbers of tables are multiples of 1/8, and asked in between, so that no threshold is changed by rounding to
single precision. Shapley values are of all coalitions, of the groups that the file names. lime's rows, and the numbers
that its surrogate saw of them, stand beside its coefficients.
"""
import json
import pathlib
import sys

import lightgbm
import numpy as np
import onnx
import onnxruntime
import shap
import skl2onnx
import torch
import xgboost
from captum.attr import InputXGradient, IntegratedGradients, NoiseTunnel, Occlusion, Saliency
from lime.lime_base import LimeBase
from lime.lime_image import LimeImageExplainer
from lime.lime_tabular import LimeTabularExplainer
from networks import Cnn, Encoder, Mlp, Mobile, Residual, filled
from onnx import numpy_helper
from sklearn.ensemble import GradientBoostingRegressor

out = pathlib.Path(sys.argv[1])
torch.set_num_threads(2)
STEPS, DRAWS, NOISE, LIME_ROWS = 10000, 4000, 0.1, 120
ask, asked = LimeBase.explain_instance_with_data, []


def recording(self, data, answers, distances, label, num_features, **more):
    found = ask(self, data, answers, distances, label, num_features, **more)
    coefficients = np.zeros(data.shape[1])
    for column, weight in found[1]:
        coefficients[column] = weight
    asked.append({"z": np.asarray(data, float).tolist(), "coefficients": coefficients.tolist()})
    return found


LimeBase.explain_instance_with_data = recording


def nine(values):
    return [[float(f"{v:.9g}") for v in row] for row in np.asarray(values, float).reshape(len(values), -1)]


def lime_of_rows(train, row, model):
    LimeTabularExplainer(train, mode="regression", discretize_continuous=False, feature_selection="none",
                         random_state=3).explain_instance(row, model, num_samples=LIME_ROWS,
                                                          num_features=train.shape[1])
    said = asked.pop()
    # The rows are the surrogate's, times the deviations and plus the means, which lime takes from the training rows.
    deviation = train.std(0)
    said["rows"] = (np.array(said["z"]) * np.where(deviation == 0, 1, deviation) + train.mean(0)).tolist()
    return said


def network(name, net, groups, window):
    net = net.double()
    family = json.loads((out / f"family-{name}.json").read_text())
    x = torch.tensor(family["inputs"]).double().float().double().reshape(family["shape"])
    targets = torch.tensor(family["targets"])
    file = out / ("cnn.onnx" if name == "cnn" else f"family-{name}.onnx")
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    said = session.run(None, {session.get_inputs()[0].name: x.float().numpy()})[0]
    assert np.abs(said - net(x).detach().numpy()).max() < 1e-4, name
    groups = np.broadcast_to(groups, x.shape[1:])
    written = {"groups": groups.ravel().tolist(), "window": window}
    written["gradient"] = nine(Saliency(net).attribute(x, target=targets, abs=False))
    written["inputTimesGradient"] = nine(InputXGradient(net).attribute(x.requires_grad_(), target=targets).detach())
    x = x.detach()
    written["occlusion"] = nine(Occlusion(net).attribute(
        x, sliding_window_shapes=tuple(window), target=targets, baselines=0))

    torch.manual_seed(31)
    background = torch.rand(3, *x.shape[1:]).float().double()
    written["background"] = nine(background)
    written["expectedGradients"] = nine(torch.stack([IntegratedGradients(net).attribute(
        x, baselines=b[None], target=targets, n_steps=STEPS, method="riemann_middle", internal_batch_size=4000)
        for b in background]).mean(0))

    def noisy(kind):
        return NoiseTunnel(Saliency(net)).attribute(x[:1], nt_type=kind, nt_samples=DRAWS, nt_samples_batch_size=500,
                                                    stdevs=NOISE, target=targets[:1], abs=False).flatten()

    for kind, called in (("smoothgrad", "smoothGrad"), ("smoothgrad_sq", "smoothGradSquared"), ("vargrad", "varGrad")):
        torch.manual_seed(5)
        one, two = noisy(kind), noisy(kind)
        written[called] = nine(one[None])[0]
        written[called + "Apart"] = float((two - one).norm() / one.norm())

    def score(i, rows):
        with torch.no_grad():
            return net(rows)[:, targets[i]].numpy()

    count = int(groups.max()) + 1
    found = []
    for i in range(len(x)):
        def value(z):
            kept = torch.tensor(z[:, groups.ravel()].reshape(len(z), *x.shape[1:]))
            return score(i, kept * x[i])
        found.append(shap.KernelExplainer(value, np.zeros((1, count))).shap_values(
            np.ones((1, count)), nsamples=2 ** count, l1_reg=0, silent=True)[0])
    written["shapley"] = nine(found)

    first = x[0].numpy()
    if x.dim() == 4:
        # lime's images have three channels; the network gets those that it has.
        channels = first.shape[0]
        image = np.zeros((*first.shape[1:], 3))
        image[..., :channels] = first.transpose(1, 2, 0)

        def classify(images):
            rows = torch.tensor(np.ascontiguousarray(images[..., :channels].transpose(0, 3, 1, 2)))
            answers = score(0, rows)
            return np.stack([-answers, answers], 1)

        LimeImageExplainer(random_state=2, feature_selection="none").explain_instance(
            image, classify, labels=(1,), top_labels=None, num_samples=LIME_ROWS, num_features=100,
            segmentation_fn=lambda _: groups[0].astype(int))
        written["lime"] = asked.pop()
    else:
        train = np.random.default_rng(4).normal(size=(50, first.size)).astype(np.float32).astype(float)
        written["lime"] = lime_of_rows(
            train, first.ravel(), lambda rows: score(0, torch.tensor(rows).reshape(-1, *first.shape)))
    (out / f"table-{name}.json").write_text(json.dumps(written, separators=(",", ":")) + "\n")


def patches(height, width, down, across):
    return (np.arange(height)[:, None] // down) * (width // across) + np.arange(width)[None, :] // across


def classifier():
    net = Cnn().eval()
    tensors = {t.name: torch.tensor(numpy_helper.to_array(t)) for t in onnx.load(out / "cnn.onnx").graph.initializer}
    net.load_state_dict({**net.state_dict(), **tensors})
    return net


network("mlp", filled(Mlp(), 11), np.arange(12), [3])
network("cnn", classifier(), patches(16, 16, 8, 4), [1, 4, 4])
network("residual", filled(Residual(), 12), patches(8, 8, 2, 4), [2, 3, 3])
network("mobile", filled(Mobile(), 13), patches(10, 10, 5, 2), [3, 2, 4])
network("encoder", filled(Encoder(), 14), np.arange(6)[:, None], [1, 8])

random = np.random.default_rng(6)
X = np.round(random.normal(size=(300, 6)) * 8) / 8
y = X[:, 0] + X[:, 1] * X[:, 2] - np.abs(X[:, 3]) + (X[:, 4] > .5) * X[:, 5]
rows, background = X[:8] + .0625, X[200:212]
models = {
    "xgboost": xgboost.XGBRegressor(n_estimators=20, max_depth=4, n_jobs=1, base_score=.5),
    "lightgbm": lightgbm.LGBMRegressor(n_estimators=20, max_depth=5, num_leaves=12, min_child_samples=5, n_jobs=1, verbose=-1),
    "scikit-learn": GradientBoostingRegressor(n_estimators=20, max_depth=3, random_state=0),
}
for name, model in models.items():
    model.fit(X, y)
    if name == "xgboost":
        model.save_model(out / "table-xgboost.ubj")
        own = model.get_booster().predict(xgboost.DMatrix(rows), pred_contribs=True)[:, :-1]
    elif name == "lightgbm":
        model.booster_.save_model(out / "table-lightgbm.txt")
        own = model.predict(rows, pred_contrib=True)[:, :-1]
    else:
        made = skl2onnx.to_onnx(model, X[:1].astype(np.float32))
        (out / "table-scikit-learn.onnx").write_bytes(made.SerializeToString())
        own = None
    ask_model = lambda given: np.asarray(model.predict(np.asarray(given)), float)
    written = {
        "train": X.tolist(), "inputs": rows.tolist(), "background": background.tolist(),
        "interventional": nine(shap.TreeExplainer(model, background).shap_values(rows, check_additivity=False)),
        "path": nine(shap.TreeExplainer(model, feature_perturbation="tree_path_dependent").shap_values(rows)),
        "interactions": nine(shap.TreeExplainer(model, feature_perturbation="tree_path_dependent")
                             .shap_interaction_values(rows)),
        "shapley": nine(shap.KernelExplainer(ask_model, background).shap_values(
            rows, nsamples=2 ** 6, l1_reg=0, silent=True)),
        "lime": lime_of_rows(X, rows[0], ask_model),
    }
    if own is not None:
        written["own"] = nine(own)
    (out / f"table-{name}.json").write_text(json.dumps(written, separators=(",", ":")) + "\n")
