"""Reference numbers for dev.touchstone.influence.tree.BoostIn: influence through the leaves of boosted trees.

    pip install numpy==2.4.6 scipy==1.17.1 xgboost==3.2.0 lightgbm==4.7.0
    python boosted_influence_oracle.py      # writes ../resources/influence/: models, and boosted.json

Independent of the Java: leaves by the libraries' pred_leaf, sums before each round by their predictions of fewer rounds,
learning rate and lambda as they were set, first and second derivatives as the libraries define them.
score(i, e) = sum over trees in which i and e share a leaf of dl_e/df * (eta g_i + h_i v)/(sum h + lambda), with v the
leaf's value: to first order what the leaf's value changes by when i is removed, times what that does to e's loss.
Beside it: the correlation with retraining without each example, which also grows other trees, and with refitting the
leaves of the trees as they are.
"""
import json
import pathlib

import lightgbm
import numpy as np
import xgboost
from scipy import stats

out = pathlib.Path(__file__).parent / ".." / "resources" / "influence"
out.mkdir(exist_ok=True)
random = np.random.default_rng(7)
N, M, ROUNDS = 150, 12, 12
X = np.round(random.normal(size=(N + M, 4)) * 16) / 16
score = X[:, 0] + X[:, 1] * X[:, 2] + random.normal(size=N + M) * .4
targets = {"binary": (score > 0).astype(int), "classes": np.digitize(score, [-.6, .6])}


def softmax(z):
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def slopes(sums, y, factor):
    if sums.shape[1] == 1:
        p = 1 / (1 + np.exp(-sums))
        return p - y[:, None], p * (1 - p)
    p = softmax(sums)
    return p - np.eye(sums.shape[1])[y], factor * p * (1 - p)


def scores(leaves, values, sums, y, given, eta, ridge, factor):
    """leaves, values: examples x rounds x outputs; sums: before each round; training examples first."""
    total = np.zeros((N, M))
    labels = np.concatenate([given, y[N:]])
    for t in range(ROUNDS):
        g, h = slopes(sums[t], labels, factor)
        for c in range(leaves.shape[2]):
            at = leaves[:, t, c]
            for leaf in np.unique(at):
                inside = np.flatnonzero(at[:N] == leaf)
                moved = (eta * g[inside, c] + h[inside, c] * values[inside, t, c]) / (h[inside, c].sum() + ridge)
                asked = np.flatnonzero(at[N:] == leaf)
                total[np.ix_(inside, asked)] += moved[:, None] * g[N + asked, c][None]
    return total


def refitted(i, leaves, base, y, given, eta, ridge, factor):
    """The test examples' losses when leaves are given anew the values that training without example i gives them."""
    labels = np.concatenate([given, y[N:]])
    kept = np.arange(N) != i
    sums = np.tile(base, (N + M, 1)).astype(float)
    for t in range(ROUNDS):
        g, h = slopes(sums, labels, factor)
        for c in range(leaves.shape[2]):
            at = leaves[:, t, c]
            for leaf in np.unique(at):
                inside = np.flatnonzero((at[:N] == leaf) & kept)
                sums[at == leaf, c] -= eta * g[inside, c].sum() / (h[inside, c].sum() + ridge)
    p = 1 / (1 + np.exp(-sums[N:]))
    return -np.log(np.where(y[N:] == 1, p[:, 0], 1 - p[:, 0])) if sums.shape[1] == 1 else -np.log(softmax(sums[N:])[np.arange(M), y[N:]])


said = {"train": X[:N].tolist(), "test": X[N:].tolist(), "models": {}}
for name, y in targets.items():
    given = y[:N].copy()
    wrong = random.choice(N, 15, replace=False)
    given[wrong] = (given[wrong] + 1) % (y.max() + 1)
    k = y.max() + 1
    eta, ridge = .3, 1.5
    settings = {"max_depth": 3, "eta": eta, "lambda": ridge, "nthread": 1,
                **({"objective": "binary:logistic"} if k == 2 else {"objective": "multi:softprob", "num_class": int(k)})}
    fit = lambda rows: xgboost.train(settings, xgboost.DMatrix(X[:N][rows], given[rows]), ROUNDS)
    model = fit(np.arange(N))
    model.save_model(out / f"xgboost-{name}.json")
    everything = xgboost.DMatrix(X)
    outputs = 1 if k == 2 else k
    leaves = model.predict(everything, pred_leaf=True).reshape(N + M, ROUNDS, outputs)
    margins = [model.predict(everything, output_margin=True, iteration_range=(0, t)).reshape(N + M, outputs) for t in range(1, ROUNDS + 1)]
    config = json.loads(model.save_config())["learner"]["learner_model_param"]["base_score"]
    shares = np.array(json.loads(config) if config.startswith("[") else [float(config)])
    base = np.log(shares / (1 - shares)) if k == 2 else np.broadcast_to(shares, (outputs,))
    sums = [np.tile(base, (N + M, 1))] + margins
    values = np.stack([sums[t + 1] - sums[t] for t in range(ROUNDS)], 1)
    expected = scores(leaves, values, sums, y, given, eta, ridge, 2)

    losses = lambda m: -np.log(np.clip(np.where(y[N:] == 1, m.predict(xgboost.DMatrix(X[N:])), 1 - m.predict(xgboost.DMatrix(X[N:])))
                                       if k == 2 else m.predict(xgboost.DMatrix(X[N:]))[np.arange(M), y[N:]], 1e-9, 1))
    before = losses(model)
    effects = np.array([losses(fit(np.delete(np.arange(N), i))) - before for i in range(N)])
    pearson = float(np.mean([stats.pearsonr(expected[:, j], effects[:, j])[0] for j in range(M)]))
    spearman = float(np.mean([stats.spearmanr(expected[:, j], effects[:, j])[0] for j in range(M)]))
    alike = refitted(-1, leaves, base, y, given, eta, ridge, 2)
    refits = np.array([refitted(i, leaves, base, y, given, eta, ridge, 2) for i in range(N)]) - alike
    print("XGBoost", name, "against refitted leaves: Pearson", np.mean([stats.pearsonr(expected[:, j], refits[:, j])[0] for j in range(M)]),
          "Spearman", np.mean([stats.spearmanr(expected[:, j], refits[:, j])[0] for j in range(M)]), "; losses", np.abs(alike - before).max())
    print("XGBoost", name, "against retraining: Pearson", pearson, "Spearman", spearman)
    said["models"][f"xgboost-{name}"] = {
        "file": f"xgboost-{name}.json", "labels": given.tolist(), "truth": y[N:].tolist(), "wrong": wrong.tolist(), "eta": eta / (1 if k == 2 else 2),
        "lambda": ridge / (1 if k == 2 else 2), "scores": expected.tolist(), "refitted": refits.tolist()}

    rate, l2 = .2, .7
    learnt = lightgbm.train({"objective": "binary" if k == 2 else "multiclass", **({} if k == 2 else {"num_class": int(k)}), "learning_rate": rate,
                             "lambda_l2": l2, "num_leaves": 6, "min_data_in_leaf": 5, "verbose": -1, "num_threads": 1},
                            lightgbm.Dataset(X[:N], given), ROUNDS)
    learnt.save_model(out / f"lightgbm-{name}.txt")
    leaves = np.asarray(learnt.predict(X, pred_leaf=True)).reshape(N + M, ROUNDS, outputs)
    margins = [np.asarray(learnt.predict(X, raw_score=True, num_iteration=t)).reshape(N + M, outputs) for t in range(1, ROUNDS + 1)]
    counts = np.bincount(given, minlength=k) / N
    start = np.log(counts[1:] / (1 - counts[1:])) if k == 2 else np.log(counts)
    sums = [np.tile(start, (N + M, 1))] + margins
    values = np.stack([sums[t + 1] - sums[t] for t in range(ROUNDS)], 1)
    factor = k / (k - 1)
    expected = scores(leaves, values, sums, y, given, rate, l2, factor)
    said["models"][f"lightgbm-{name}"] = {
        "file": f"lightgbm-{name}.txt", "labels": given.tolist(), "truth": y[N:].tolist(), "wrong": wrong.tolist(),
        "eta": rate / (1 if k == 2 else factor), "lambda": l2 / (1 if k == 2 else factor), "scores": expected.tolist()}
(out / "boosted.json").write_text(json.dumps(said, separators=(",", ":")) + "\n")
