"""A ResNet-18 of full width in torchvision's layout, and what Zennit explains of it.

    pip install torch==2.15.0 torchvision==0.29.2 zennit==0.5.1 onnx==1.23.2
    python resnet18_relevance.py /tmp/relevance

Writes resnet18.onnx (45 MB: too large to be committed, and so are its 224 x 224 maps) and resnet18.json, which
RelevanceTest reads where -Dtouchstone-samples.relevance=/tmp/relevance names the folder. Weights are He's, seeded; batch
normalisation has moving statistics of its own and is folded into the convolutions before anything is explained.
LRP-epsilon as in resnet_relevance.py, by Zennit's own canoniser of torchvision's blocks, in double precision.
"""
import json
import sys
from pathlib import Path

import torch
import torchvision
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval
from zennit.attribution import Gradient
from zennit.composites import LayerMapComposite
from zennit.layer import Sum
from zennit.rules import Epsilon, Pass
from zennit.torchvision import ResNetBasicBlockCanonizer
from zennit.types import Activation, AvgPool, Convolution, Linear

EPSILON = 1e-3
out = Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
torch.manual_seed(5)

net = torchvision.models.resnet18(weights=None).eval()
for module in net.modules():
    if isinstance(module, (nn.Conv2d, nn.Linear)):
        nn.init.kaiming_normal_(module.weight)
    if isinstance(module, nn.Linear):
        module.bias.data.normal_(0, 0.2)
    if isinstance(module, nn.BatchNorm2d):
        module.weight.data.uniform_(0.3, 0.8)
        module.bias.data.normal_(0, 0.2)
        module.running_mean.normal_(0, 0.3)
        module.running_var.uniform_(0.5, 1.5)
# By hand: Zennit's canoniser leaves the epsilon of the normalisations that it merged.
for parent in list(net.modules()):
    names = list(parent._modules)
    for first, second in zip(names, names[1:]):
        if isinstance(parent._modules[second], nn.BatchNorm2d):
            parent._modules[first] = fuse_conv_bn_eval(parent._modules[first], parent._modules[second])
            parent._modules[second] = nn.Identity()

inputs = torch.randn(2, 3, 224, 224)
classes = [1, 407]
torch.onnx.export(net, inputs, out / "resnet18.onnx", opset_version=17, dynamo=False, input_names=["image"],
                  output_names=["logits"], dynamic_axes={"image": {0: "n"}, "logits": {0: "n"}})

net, inputs = net.double(), inputs.double()
plain = net(inputs)
composite = LayerMapComposite(
    [(Activation, Pass()), (Sum, Epsilon(EPSILON)), (AvgPool, Epsilon(EPSILON)), (Convolution, Epsilon(EPSILON)),
     (Linear, Epsilon(EPSILON))], canonizers=[ResNetBasicBlockCanonizer()])
with Gradient(model=net, composite=composite) as attributor:
    scores, relevance = attributor(inputs, torch.eye(1000, dtype=torch.double)[classes])
assert torch.allclose(scores, plain, atol=1e-9)
(out / "resnet18.json").write_text(json.dumps({
    "inputs": [[float(f"{v:.9g}") for v in row] for row in inputs.flatten(1).tolist()],
    "classes": classes,
    "epsilon": EPSILON,
    "relevance": [[float(f"{v:.10g}") for v in row] for row in relevance.flatten(1).tolist()],
    "gradcam": [],
}))
print("sum of relevance", relevance.sum((1, 2, 3)), "largest", relevance.abs().amax((1, 2, 3)))
