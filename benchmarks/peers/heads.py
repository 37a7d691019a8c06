"""Fits multinomial logistic regressions in scikit-learn, on request of dev.touchstone.measuring.HeadPeer.

  {"features": "f.bin", "rows": n, "columns": d, "labels": [..]}   -> {"scikit-learn": ..}
  {"fit": tolerance, "ridge": l}                                   -> {"seconds": .., "gradient": .., "iterations": ..}
  {"folds": 5, "ridge": l, "plantings": [[labels], ..]}            -> {"seconds": .., "processor": .., "auroc": [..]}

Features are float32, big-endian, as Java wrote them; they are z-scored here, outside the time that is measured, with a
bias column of 10, which makes scikit-learn's uniform penalty 1/100 of it for the bias, as in Touchstone's heads.
"gradient" is the largest entry of the gradient of the mean loss with its penalty, by the weights of the z-scored
features and of a bias column of ones. "folds" is what cleanlab asks of a model: out-of-fold confidences of the given
labels, by cross_val_predict with scikit-learn's defaults, for each planting; seconds are of all plantings, and
"processor" is what the process took of its processors' time meanwhile.
"""
import json
import os
import sys
import time
import warnings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "2")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.simplefilter("ignore", ConvergenceWarning)


class Peer:
    def load(self, request):
        n, d = request["rows"], request["columns"]
        self.raw = np.fromfile(request["features"], dtype=">f4").astype(np.float64).reshape(n, d)
        mean, sd = self.raw.mean(0), self.raw.std(0)
        sd = np.where(sd < 1e-8, 1.0, np.maximum(sd, 1e-3))
        self.x = np.hstack([(self.raw - mean) / sd, np.full((n, 1), 10.0)])
        self.y = np.array(request["labels"])
        return {"scikit-learn": sklearn.__version__, "numpy": np.__version__}

    def fit(self, request):
        n, ridge = len(self.y), request["ridge"]
        model = LogisticRegression(C=1 / (n * ridge), fit_intercept=False, tol=request["fit"], max_iter=100000)
        start = time.perf_counter()
        model.fit(self.x, self.y)
        seconds = time.perf_counter() - start
        weights = model.coef_.T
        logits = self.x @ weights
        logits -= logits.max(1, keepdims=True)
        p = np.exp(logits)
        p /= p.sum(1, keepdims=True)
        p[np.arange(n), self.y] -= 1
        gradient = self.x.T @ p / n + ridge * weights
        gradient[-1] /= 10
        return {"seconds": seconds, "gradient": float(abs(gradient).max()), "iterations": int(model.n_iter_[0])}

    def folds(self, request):
        n, ridge = len(self.y), request["ridge"]
        start, processor = time.perf_counter(), time.process_time()
        confidences = []
        for labels in request["plantings"]:
            given = np.array(labels)
            model = make_pipeline(
                StandardScaler(), LogisticRegression(C=1 / (n * ridge), max_iter=1000))
            folds = StratifiedKFold(request["folds"], shuffle=True, random_state=0)
            p = cross_val_predict(model, self.raw, given, cv=folds, method="predict_proba")
            confidences.append(p[np.arange(n), given])
        seconds, processor = time.perf_counter() - start, time.process_time() - processor
        areas = [
            float(roc_auc_score(np.array(labels) != self.y, -c))
            for labels, c in zip(request["plantings"], confidences)
        ]
        return {"seconds": seconds, "processor": processor, "auroc": areas}


def main():
    peer = Peer()
    for line in sys.stdin:
        request = json.loads(line)
        answer = next(
            getattr(peer, method)(request)
            for key, method in (("features", "load"), ("fit", "fit"), ("folds", "folds"))
            if key in request
        )
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
