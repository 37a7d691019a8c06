"""A narrow ResNet-18 with random weights, and what Zennit and Captum explain of it.

    pip install torch==2.15.0 zennit==0.5.1 captum==0.9.0 onnx==1.23.2
    python resnet_relevance.py ../src/test/resources/models

Writes resnet18-narrow.onnx (the eighteen layers of He et al. 2016 with 4 to 32 channels, in evaluation mode, batch
normalisation folded into the convolutions) and resnet18-narrow.json: inputs, classes, LRP-epsilon by
Zennit (every convolution, dense layer, average and sum by the epsilon rule, relevance 1 at the class's score) and
Grad-CAM at the last block by Captum. In double precision.
"""
import copy
import json
import sys
from pathlib import Path

import torch
from captum.attr import LayerGradCam
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval
from zennit.attribution import Gradient
from zennit.composites import LayerMapComposite
from zennit.layer import Sum
from zennit.rules import Epsilon, Pass
from zennit.types import Activation, AvgPool, Convolution, Linear

EPSILON = 1e-3
out = Path(sys.argv[1])
torch.manual_seed(3)


class Block(nn.Module):
    def __init__(self, channels, wider, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, wider, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(wider)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(wider, wider, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(wider)
        self.shortcut = nn.Sequential()
        if stride != 1 or channels != wider:
            self.shortcut = nn.Sequential(nn.Conv2d(channels, wider, 1, stride, bias=False), nn.BatchNorm2d(wider))
        self.sum = Sum()
        self.relu2 = nn.ReLU()

    def forward(self, x):
        y = self.bn2(self.conv2(self.relu1(self.bn1(self.conv1(x)))))
        return self.relu2(self.sum(torch.stack([y, self.shortcut(x)], dim=-1)))


class Plain(Block):
    """The same block as it is exported: an addition."""

    def forward(self, x):
        y = self.bn2(self.conv2(self.relu1(self.bn1(self.conv1(x)))))
        return self.relu2(y + self.shortcut(x))


def resnet18(block):
    layers = [nn.Conv2d(3, 4, 3, 1, 1, bias=False), nn.BatchNorm2d(4), nn.ReLU()]
    channels = 4
    for wider, stride in ((4, 1), (8, 2), (16, 2), (32, 2)):
        layers += [block(channels, wider, stride), block(wider, wider, 1)]
        channels = wider
    return nn.Sequential(*layers, nn.AvgPool2d(4), nn.Flatten(), nn.Linear(32, 10))


net = resnet18(Block).eval()
for module in net.modules():
    if isinstance(module, (nn.Conv2d, nn.Linear)):
        nn.init.kaiming_normal_(module.weight)
    if isinstance(module, nn.BatchNorm2d):
        module.weight.data.uniform_(0.5, 1.2)
        module.bias.data.normal_(0, 0.2)
        module.running_mean.normal_(0, 0.3)
        module.running_var.uniform_(0.5, 1.5)
# By hand: Zennit's canoniser leaves the epsilon of the normalisations that it merged, and moves the scores by .003.
for parent in list(net.modules()):
    names = list(parent._modules)
    for first, second in zip(names, names[1:]):
        if isinstance(parent._modules[second], nn.BatchNorm2d):
            parent._modules[first] = fuse_conv_bn_eval(parent._modules[first], parent._modules[second])
            parent._modules[second] = nn.Identity()
plain = copy.deepcopy(net)
for module in plain.modules():
    if isinstance(module, Block):
        module.__class__ = Plain
inputs = torch.randn(3, 3, 32, 32)
classes = [1, 7, 4]
torch.onnx.export(plain, inputs, out / "resnet18-narrow.onnx", opset_version=17, dynamo=False, input_names=["image"],
                  output_names=["logits"], dynamic_axes={"image": {0: "n"}, "logits": {0: "n"}})

net, plain, inputs = net.double(), plain.double(), inputs.double()
gradcam = LayerGradCam(plain, plain[10]).attribute(inputs, target=torch.tensor(classes)).detach()
composite = LayerMapComposite(
    [(Activation, Pass()), (Sum, Epsilon(EPSILON)), (AvgPool, Epsilon(EPSILON)), (Convolution, Epsilon(EPSILON)),
     (Linear, Epsilon(EPSILON))])
with Gradient(model=net, composite=composite) as attributor:
    scores, relevance = attributor(inputs, torch.eye(10, dtype=torch.double)[classes])
assert torch.allclose(scores, plain(inputs), atol=1e-9)
(out / "resnet18-narrow.json").write_text(json.dumps({
    "inputs": [[float(f"{v:.9g}") for v in row] for row in inputs.flatten(1).tolist()],
    "classes": classes,
    "epsilon": EPSILON,
    "relevance": [[float(f"{v:.7g}") for v in row] for row in relevance.flatten(1).tolist()],
    "gradcam": [[float(f"{v:.7g}") for v in row] for row in gradcam.flatten(1).tolist()],
}))
print(relevance.sum((1, 2, 3)), scores[range(3), classes], gradcam.shape)
