"""Scores concepts in ResNet-50 by Captum's TCAV, on request of dev.touchstone.measuring.TcavResNetPeer.

  {"export": "resnet50.onnx"}        -> {"torch": .., "captum": ..}
  {"images": "i.bin", "having": n, "random": r, "tested": t, "sets": s}
       -> {"seconds": .., "processor": .., "activation seconds": .., "activation processor": .., "scores": [by layer]}

The network is torchvision's with its own initial weights (He et al. 2015) and batch norms that have met 32 images of noise:
time does not depend on what it has learnt. images are float32, big-endian, 3 x 224 x 224: those with a concept, random ones,
tested ones. Timed is interpret() of one concept against s random sets of as many images, as it comes: activations, which are
kept on disk, Captum's default classifier, scores of class 0 at the ends of the four stages; and activations of one set alone.
"""
import json
import sys
import tempfile
import time

import captum
import numpy as np
import torch
import torchvision
from captum.attr import LayerGradientXActivation
from captum.concept import TCAV, Concept

torch.set_num_threads(2)
LAYERS = ["layer1", "layer2", "layer3", "layer4"]
SHAPE = (3, 224, 224)


def network():
    torch.manual_seed(1)
    net = torchvision.models.resnet50(weights=None)
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = None  # the plain mean of what they meet
        if isinstance(module, torch.nn.ReLU):
            module.inplace = False  # Captum's hooks see what the next operation leaves
    with torch.no_grad():
        net.train()(torch.rand(32, *SHAPE))
    return net.eval()


def batches(images):
    return torch.utils.data.DataLoader(images, batch_size=10)


class Clock:
    def __enter__(self):
        self.wall, self.busy = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_):
        self.wall, self.busy = time.perf_counter() - self.wall, time.process_time() - self.busy


def score(net, request):
    n, r = request["having"], request["random"]
    images = torch.tensor(np.fromfile(request["images"], ">f4").astype(np.float32).reshape(-1, *SHAPE))
    rng = np.random.default_rng(1)
    concept = Concept(0, "concept", batches(images[:n]))
    others = [Concept(i + 1, f"random {i}", batches(images[n:n + r][rng.choice(r, n, False)])) for i in range(request["sets"])]
    tested = images[n + r:n + r + request["tested"]]
    with tempfile.TemporaryDirectory() as folder:
        tcav = TCAV(net, LAYERS, save_path=folder,
                    layer_attr_method=LayerGradientXActivation(net, None, multiply_by_inputs=False))
        tcav.concepts = {concept}
        with Clock() as activation:
            tcav.generate_all_activations()
    with tempfile.TemporaryDirectory() as folder, Clock() as all_of_it:
        tcav = TCAV(net, LAYERS, save_path=folder,
                    layer_attr_method=LayerGradientXActivation(net, None, multiply_by_inputs=False))
        found = tcav.interpret(tested, experimental_sets=[[concept, other] for other in others], target=0)
    scores = [float(np.mean([float(by[layer]["sign_count"][0]) for by in found.values()])) for layer in LAYERS]
    return {"seconds": all_of_it.wall, "processor": all_of_it.busy, "activation seconds": activation.wall,
            "activation processor": activation.busy, "scores": scores}


net = network()
for line in sys.stdin:
    asked = json.loads(line)
    if "export" in asked:
        torch.onnx.export(net, torch.rand(2, *SHAPE), asked["export"], dynamo=False, opset_version=17,
                          input_names=["image"], output_names=["logits"],
                          dynamic_axes={"image": {0: "N"}, "logits": {0: "N"}})
        print(json.dumps({"torch": torch.__version__, "captum": captum.__version__}), flush=True)
    else:
        print(json.dumps(score(net, asked)), flush=True)
