"""A small network with an activation that is no operator of ONNX, and what Captum explains of it.

    pip install torch==2.15.0 captum==0.9.0 onnx==1.23.2 onnxruntime==1.32.0 scikit-learn==1.9.1
    python quick_gelu.py ../src/test/resources/models

Writes quick-gelu.onnx (4 - 16 - 3, x * sigmoid(1.702 x) between, as com.microsoft's QuickGelu, trained on the iris data
of scikit-learn) and quick-gelu.json: inputs, classes, ONNX Runtime's logits, the gradient of the class's logit by
PyTorch, and Integrated Gradients by Captum (4,000 Gauss-Legendre steps from zeros). PyTorch's in double precision.
"""
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from captum.attr import IntegratedGradients
from onnx import TensorProto, helper, numpy_helper
from sklearn.datasets import load_iris
from torch import nn

ALPHA = 1.702
out = Path(sys.argv[1])
torch.manual_seed(0)


class QuickGelu(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(ALPHA * x)


iris = load_iris()
x = torch.tensor(iris.data)
y = torch.tensor(iris.target)
net = nn.Sequential(nn.Linear(4, 16), QuickGelu(), nn.Linear(16, 3)).double()
optimiser = torch.optim.Adam(net.parameters(), lr=0.02, weight_decay=1e-4)
for _ in range(400):
    optimiser.zero_grad()
    nn.functional.cross_entropy(net(x), y).backward()
    optimiser.step()
for parameter in net.parameters():
    # What the file holds.
    parameter.data = parameter.data.float().double()
print("accuracy", (net(x).argmax(1) == y).double().mean().item())


def weights(name, tensor):
    return numpy_helper.from_array(tensor.detach().numpy().astype(np.float32), name)


graph = helper.make_graph(
    [
        helper.make_node("Gemm", ["x", "fc1.weight", "fc1.bias"], ["a"], name="fc1", transB=1),
        helper.make_node("QuickGelu", ["a"], ["b"], name="gelu", domain="com.microsoft", alpha=ALPHA),
        helper.make_node("Gemm", ["b", "fc2.weight", "fc2.bias"], ["logits"], name="fc2", transB=1),
    ],
    "quick-gelu",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 4])],
    [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", 3])],
    [
        weights("fc1.weight", net[0].weight),
        weights("fc1.bias", net[0].bias),
        weights("fc2.weight", net[2].weight),
        weights("fc2.bias", net[2].bias),
    ],
)
model = helper.make_model(
    graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)], ir_version=8
)
onnx.save(model, out / "quick-gelu.onnx")

rows = x[::15]
classes = net(rows).argmax(1)
logits = onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"x": rows.float().numpy()})[0]
rows = rows.clone().requires_grad_(True)
gradients = torch.autograd.grad(net(rows).gather(1, classes[:, None]).sum(), rows)[0]
integrated = IntegratedGradients(net).attribute(
    rows, torch.zeros_like(rows), target=classes, n_steps=4000, method="gausslegendre"
)
(out / "quick-gelu.json").write_text(
    json.dumps(
        {
            "inputs": rows.detach().tolist(),
            "classes": classes.tolist(),
            "logits": logits.astype(float).tolist(),
            "gradients": gradients.tolist(),
            "integrated": integrated.detach().tolist(),
        }
    )
    + "\n"
)
