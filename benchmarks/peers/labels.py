"""Label errors found by cleanlab, on request of dev.touchstone.measuring.LabelPeer; features and folds as in heads.py.

  {"features": "f.bin", "rows": n, "columns": d, "labels": [..]}   -> {"scikit-learn": .., "cleanlab": ..}
  {"folds": 5, "ridge": l, "plantings": [[labels], ..]}            -> {"seconds": .., "processor": .., "auroc": [..]}
  {"predictions": "p.bin", "classes": k, "labels": [..]}           -> {"seconds": .., "found": ..}

"folds" is cleanlab's recipe, for each planting: out-of-fold probabilities by scikit-learn's cross_val_predict, then
find_label_issues on them, ranked by self-confidence. "predictions" is find_label_issues alone, the quicker of n_jobs=1
and its default.
"""
import json
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "2")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import cleanlab
import heads
import numpy as np
import sklearn
from cleanlab.filter import find_label_issues
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


class Peer(heads.Peer):
    def load(self, request):
        super().load(request)
        return {"scikit-learn": sklearn.__version__, "cleanlab": cleanlab.__version__}

    def folds(self, request):
        n, ridge = len(self.y), request["ridge"]
        start, processor, areas = time.perf_counter(), time.process_time(), []
        for labels in request["plantings"]:
            given = np.array(labels)
            model = make_pipeline(StandardScaler(), LogisticRegression(C=1 / (n * ridge), max_iter=1000))
            folds = StratifiedKFold(request["folds"], shuffle=True, random_state=0)
            p = cross_val_predict(model, self.raw, given, cv=folds, method="predict_proba")
            find_label_issues(given, p, return_indices_ranked_by="self_confidence", n_jobs=1)
            areas.append(p[np.arange(n), given])
        seconds, processor = time.perf_counter() - start, time.process_time() - processor
        areas = [float(roc_auc_score(np.array(labels) != self.y, -c)) for labels, c in zip(request["plantings"], areas)]
        return {"seconds": seconds, "processor": processor, "auroc": areas}

    def confident(self, request):
        labels = np.array(request["labels"])
        p = np.fromfile(request["predictions"], dtype=">f4").astype(np.float64).reshape(len(labels), request["classes"])
        p /= p.sum(1, keepdims=True)
        seconds = []
        for settings in ({"n_jobs": 1}, {}):
            start = time.perf_counter()
            found = find_label_issues(labels, p, return_indices_ranked_by="self_confidence", **settings)
            seconds.append(time.perf_counter() - start)
        return {"seconds": min(seconds), "each": seconds, "found": len(found)}


def main():
    peer = Peer()
    for line in sys.stdin:
        request = json.loads(line)
        answer = next(
            getattr(peer, method)(request)
            for key, method in (("features", "load"), ("folds", "folds"), ("predictions", "confident"))
            if key in request
        )
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
