"""Explains a small network by shap's KernelExplainer, on request of dev.touchstone.measuring.ShapleyPeer.

  {"inner": [[..]], "outer": [..], "background": [[..]], "examples": [[..]]}  -> {"shap": ..}
  {"samples": m, "seed": s}  -> {"seconds": .., "model": .., "shares": [[..]]}

The network is outer · softsign(inner · x), in double precision. Nothing is regularised (l1_reg=0), as in Touchstone.
"seconds" is what shap_values took of all examples, "model" what of it passed inside the network.
"""
import json
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "2")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np
import shap


class Peer:
    def load(self, request):
        self.inner, self.outer = np.array(request["inner"]), np.array(request["outer"])
        self.examples = np.array(request["examples"])
        self.explainer = shap.KernelExplainer(self.network, np.array(request["background"]))
        return {"shap": shap.__version__, "numpy": np.__version__}

    def network(self, x):
        start = time.perf_counter()
        sums = x @ self.inner.T
        made = (sums / (1 + np.abs(sums))) @ self.outer
        self.inside += time.perf_counter() - start
        return made

    def explain(self, request):
        np.random.seed(request["seed"])
        self.inside = 0
        start = time.perf_counter()
        shares = self.explainer.shap_values(self.examples, nsamples=request["samples"], l1_reg=0, silent=True)
        seconds = time.perf_counter() - start
        return {"seconds": seconds, "model": self.inside, "shares": np.asarray(shares).tolist()}


peer = Peer()
peer.inside = 0
for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps(peer.load(request) if "inner" in request else peer.explain(request)), flush=True)
