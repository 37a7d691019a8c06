"""Scores a concept by Captum's TCAV, on request of dev.touchstone.measuring.TcavPeer.

  {"load": "m.onnx", "images": "i.bin", "size": s, "having": n, "pool": p, "tested": t, "label": k, "layers": [..]}
                                     -> {"torch": .., "captum": ..}
  {"vectors": v, "seed": s}          -> {"seconds": .., "scores": [mean score over the vectors, by layer]}

images are float32, big-endian: those with the concept, the pool, the tested ones. Each vector is learnt from the concept
against as many images of the pool by Captum's default classifier, after activations that are computed once and kept on
disk, as Captum keeps them. layers are places in the chain of modules that peer.py makes of the file.
"""
import ast
import json
import pathlib
import sys
import tempfile
import time

import captum
import numpy as np
import onnx
import torch
from captum.attr import LayerGradientXActivation
from captum.concept import TCAV, Concept
from onnx import numpy_helper
from torch import nn

torch.set_num_threads(2)
# eager() and fill() of peer.py, which reads requests as soon as it is imported.
source = ast.parse((pathlib.Path(__file__).parent / "peer.py").read_text())
source.body = [part for part in source.body if isinstance(part, ast.FunctionDef) and part.name in ("eager", "fill")]
exec(compile(source, "peer.py", "exec"))


class Peer:
    def load(self, request):
        self.net = eager(request["load"])
        images = np.fromfile(request["images"], ">f4").astype(np.float32)
        images = torch.tensor(images.reshape(-1, 1, request["size"], request["size"]))
        n, p = request["having"], request["pool"]
        self.having, self.pool, self.tested = images[:n], images[n:n + p], images[n + p:]
        self.label, self.layers = request["label"], [str(layer) for layer in request["layers"]]
        return {"torch": torch.__version__, "captum": captum.__version__}

    def score(self, request):
        rng = np.random.default_rng(request["seed"])
        torch.manual_seed(request["seed"])
        n = len(self.having)
        start = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            tcav = TCAV(self.net, self.layers, save_path=folder,
                        layer_attr_method=LayerGradientXActivation(self.net, None, multiply_by_inputs=False))
            concept = Concept(0, "concept", self.batches(self.having))
            sets = [[concept, Concept(i + 1, f"random {i}", self.batches(self.pool[rng.choice(len(self.pool), n, False)]))]
                    for i in range(request["vectors"])]
            scores = tcav.interpret(self.tested, experimental_sets=sets, target=self.label)
        seconds = time.perf_counter() - start
        return {"seconds": seconds, "scores": [
            float(np.mean([float(by[layer]["sign_count"][0]) for by in scores.values()])) for layer in self.layers]}

    @staticmethod
    def batches(images):
        return torch.utils.data.DataLoader(images, batch_size=len(images))


peer = Peer()
for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps(peer.load(asked) if "load" in asked else peer.score(asked)), flush=True)
