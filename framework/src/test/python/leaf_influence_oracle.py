"""Reference numbers for dev.touchstone.influence.tree.LeafInfluence: leaves refitted with a weight that changes a little.

    pip install numpy==2.4.6
    python leaf_influence_oracle.py    # reads ../resources/influence/, writes leaf-influence.json there

Reads XGBoost's files and the data that boosted_influence_oracle.py wrote, goes through the trees itself, and gives all
leaves the values -eta sum(w g) / (sum(w h) + lambda) anew, round by round, with w_i = 1 + e and 1 - e for each training
example i: the central difference of a test example's loss is its derivative by w_i, and its negative the score. "refitted"
in boosted.json is what leaving the example out altogether does; correlations with that are printed.
"""
import json
import pathlib

import numpy as np

folder = pathlib.Path(__file__).parent / ".." / "resources" / "influence"
given = json.loads((folder / "boosted.json").read_text())
X = np.concatenate([given["train"], given["test"]]).astype(np.float32)
N, E = len(given["train"]), 1e-4


def leaf(tree, x):
    at = 0
    while tree["left_children"][at] >= 0:
        left = x[tree["split_indices"][at]] < np.float32(tree["split_conditions"][at])
        at = tree["left_children" if left else "right_children"][at]
    return at


said = {}
for name in ["xgboost-binary", "xgboost-classes"]:
    about = given["models"][name]
    learner = json.loads((folder / about["file"]).read_text())["learner"]
    trees = learner["gradient_booster"]["model"]["trees"]
    outputs = max(learner["gradient_booster"]["model"]["tree_info"]) + 1
    score = learner["learner_model_param"]["base_score"]
    score = np.array(json.loads(score) if score.startswith("[") else [float(score)])
    base = np.log(score / (1 - score)) if outputs == 1 else np.broadcast_to(score, outputs)
    at = np.array([[leaf(tree, x) for x in X] for tree in trees])
    labels = np.concatenate([about["labels"], about["truth"]])
    eta, ridge = about["eta"], about["lambda"]

    def losses(weights):
        sums = np.tile(base, (len(X), 1)).astype(float)
        for t in range(0, len(trees), outputs):
            if outputs == 1:
                p = 1 / (1 + np.exp(-sums))
                g = p - labels[:, None]
            else:
                e = np.exp(sums - sums.max(1, keepdims=True))
                p = e / e.sum(1, keepdims=True)
                g = p - np.eye(outputs)[labels]
            h = p * (1 - p)
            for c in range(outputs):
                here = at[t + c]
                size = here.max() + 1
                G = np.bincount(here[:N], weights * g[:N, c], size)
                H = np.bincount(here[:N], weights * h[:N, c], size)
                sums[:, c] += (-eta * G / (H + ridge))[here]
        if outputs == 1:
            return np.logaddexp(0, np.where(labels == 1, -sums[:, 0], sums[:, 0]))
        return np.logaddexp.reduce(sums, 1) - sums[np.arange(len(X)), labels]

    all_scores = np.zeros((N, len(X)))
    for i in range(N):
        up, down = np.ones(N), np.ones(N)
        up[i] += E
        down[i] -= E
        all_scores[i] = -(losses(up) - losses(down)) / (2 * E)
    refitted = np.array(about["refitted"])
    pearson = np.mean([np.corrcoef(all_scores[:, N + j], refitted[:, j])[0, 1] for j in range(refitted.shape[1])])
    print(name, "against refitted leaves: Pearson", pearson, "; BoostIn",
          np.mean([np.corrcoef(np.array(about["scores"])[:, j], refitted[:, j])[0, 1] for j in range(refitted.shape[1])]))
    said[name] = {"scores": all_scores[:, N:].tolist(), "own": np.diag(all_scores[:, :N]).tolist()}
(folder / "leaf-influence.json").write_text(json.dumps(said, separators=(",", ":")) + "\n")
