"""Explains an image by lime's LimeImageExplainer, on request of dev.touchstone.measuring.LimePeer.

  {"size": n, "patch": p, "hidden": h}  -> {"lime": ..}
  {"samples": m, "seed": s}  -> {"seconds": .., "model": .., "coefficients": [..]}

The image is 3 x n x n of numbers that both sides make alike, its segments are patches of p x p, and the network is the
sum of h softsign units over all pixels, in double precision. "seconds" is what explain_instance took, "model" what of it
passed inside the network. lime's settings are its defaults, but that all segments are explained.
"""
import json
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "2")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np
from lime import lime_image
from lime.lime_image import LimeImageExplainer

lime_image.tqdm = lambda rows: rows  # a bar on the terminal is no work


class Peer:
    inside = 0

    def load(self, request):
        n, patch = request["size"], request["patch"]
        places = np.arange(3 * n * n).reshape(3, n, n)
        self.image = np.abs(np.sin(places * 0.37)).transpose(1, 2, 0)
        self.weights = np.stack([np.sin(places * (0.011 + 0.003 * h)).transpose(1, 2, 0) / (10 * n)
                                 for h in range(request["hidden"])])
        rows = np.arange(n) // patch
        self.segments = rows[:, None] * ((n + patch - 1) // patch) + rows[None, :]
        return {"lime": "0.2.0.1", "numpy": np.__version__}

    def network(self, images):
        start = time.perf_counter()
        sums = images.reshape(len(images), -1) @ self.weights.reshape(len(self.weights), -1).T
        made = (sums / (1 + np.abs(sums))).sum(1)
        self.inside += time.perf_counter() - start
        return np.column_stack([made, -made])

    def explain(self, request):
        self.inside = 0
        explainer = LimeImageExplainer(random_state=request["seed"], feature_selection="none")
        start = time.perf_counter()
        found = explainer.explain_instance(self.image, self.network, labels=(0,), top_labels=None,
                                           num_samples=request["samples"],
                                           segmentation_fn=lambda image: self.segments)
        seconds = time.perf_counter() - start
        coefficients = [weight for _, weight in sorted(found.local_exp[0])]
        return {"seconds": seconds, "model": self.inside, "coefficients": coefficients}


peer = Peer()
for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps(peer.load(request) if "size" in request else peer.explain(request)), flush=True)
