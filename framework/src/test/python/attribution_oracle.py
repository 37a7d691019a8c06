"""Reference numbers for dev.touchstone.attribution and dev.touchstone.similarity.

    python attribution_oracle.py ../resources/attribution

torch==2.15.0 captum==0.9.0 onnx==1.23.2 scikit-image==0.25.2 scipy==1.17.1 numpy==2.4.6, CPU.

Writes cnn.onnx (random weights, non-zero biases, overlapping and padded pooling), captum.json (maps in double
precision) and similarity.json.
"""
import json
import pathlib
import sys

import numpy as np
import torch
from captum.attr import GuidedBackprop, InputXGradient, IntegratedGradients, NoiseTunnel, Saliency
from scipy.stats import spearmanr
from skimage.metrics import structural_similarity
from torch import nn

out = pathlib.Path(sys.argv[1])
torch.manual_seed(7)
torch.set_num_threads(2)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.relu1 = nn.ReLU()
        self.bn1 = nn.BatchNorm2d(6)
        self.pool1 = nn.MaxPool2d(2)
        self.conv2 = nn.Conv2d(6, 10, 3, padding=1)
        self.relu2 = nn.ReLU()
        self.pool2 = nn.MaxPool2d(3, stride=2, padding=1)
        self.fc1 = nn.Linear(160, 24)
        self.relu3 = nn.ReLU()
        self.fc2 = nn.Linear(24, 5)

    def forward(self, x):
        x = self.pool1(self.bn1(self.relu1(self.conv1(x))))
        x = self.pool2(self.relu2(self.conv2(x)))
        return self.fc2(self.relu3(self.fc1(torch.flatten(x, 1))))


net = Net().eval()
with torch.no_grad():
    for m in net.modules():
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(m.weight)
            m.bias.normal_(0, 0.3)
        if isinstance(m, nn.BatchNorm2d):
            m.weight.uniform_(0.5, 1.5)
            m.bias.normal_(0, 0.3)
            m.running_mean.normal_(0.4, 0.2)
            m.running_var.uniform_(0.3, 1.5)
inputs = torch.rand(4, 1, 16, 16)
torch.onnx.export(net, inputs, out / "cnn.onnx", opset_version=17, dynamo=False, input_names=["image"],
                  output_names=["logits"], dynamic_axes={"image": {0: "n"}, "logits": {0: "n"}})

net = net.double()
inputs = inputs.double()
scores = net(inputs)
targets = scores.argmax(1)


def listed(values):
    return [[float(f"{v:.12g}") for v in row] for row in values.detach().reshape(len(values), -1).tolist()]


def ig(n, method):
    return IntegratedGradients(net).attribute(inputs, target=targets, n_steps=n, method=method, internal_batch_size=1024)


limit = ig(20000, "riemann_middle")
errors = {m: {n: float(((ig(n, m) - limit).flatten(1).norm(dim=1) / limit.flatten(1).norm(dim=1)).mean())
              for n in (5, 10, 20, 50, 100, 200)} for m in ("gausslegendre", "riemann_middle")}
torch.manual_seed(8)
noise = [NoiseTunnel(Saliency(net)).attribute(inputs, nt_type="smoothgrad", nt_samples=2000, nt_samples_batch_size=500,
                                              stdevs=0.1, target=targets, abs=False) for _ in range(2)]
json.dump({
    "inputs": listed(inputs), "targets": targets.tolist(), "scores": listed(scores),
    "saliency": listed(Saliency(net).attribute(inputs, target=targets)),
    "signedGradient": listed(Saliency(net).attribute(inputs, target=targets, abs=False)),
    "inputXGradient": listed(InputXGradient(net).attribute(inputs, target=targets)),
    "guidedBackprop": listed(GuidedBackprop(net).attribute(inputs, target=targets)),
    "integratedGradientsLimit": listed(limit),
    "integratedGradientsErrors": errors,
    "smoothGrad": listed(noise[0]),
    "smoothGradNoise": 0.1,
    "smoothGradSamples": 2000,
    "smoothGradDistanceOfTwoRuns": float(((noise[0] - noise[1]).flatten(1).norm(dim=1)
                                          / noise[0].flatten(1).norm(dim=1)).mean()),
}, open(out / "captum.json", "w"))
print(json.dumps(errors, indent=1))

rng = np.random.default_rng(3)
pairs = []
for height, width, mix in ((16, 16, 0.7), (13, 20, 0.3), (28, 28, 0.0)):
    a = rng.random((height, width)).round(3)
    b = (mix * a + (1 - mix) * rng.random((height, width))).round(3)
    a[:3] = 0  # equal values
    pairs.append({
        "height": height, "width": width, "a": a.ravel().tolist(), "b": b.ravel().tolist(),
        "ssim": float(structural_similarity(a, b, data_range=1, gaussian_weights=True, sigma=1.5,
                                            use_sample_covariance=False)),
        "spearman": float(spearmanr(a.ravel(), b.ravel()).statistic)})
json.dump(pairs, open(out / "similarity.json", "w"))
