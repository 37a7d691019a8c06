"""Reference numbers for dev.touchstone.robustness: attacks of torchattacks and Foolbox, bounds of auto_LiRPA.

    pip install torch==2.15.0 numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1 onnx==1.23.2 pillow==13.0.0 foolbox==3.3.4
    pip install --no-deps torchattacks==3.5.1
    # auto_LiRPA 0.7.1: PyPI's newest, 0.3, needs torch < 1.13; from GitHub, commit a050a3d61f4cb68b108fa7f07dcb3e4d7ef304df
    # the Square attack by its authors: https://github.com/max-andr/square-attack, commit ea95eebb5aca62ec790a927b5aa985ba4e87245c
    PYTHONPATH=auto_LiRPA-checkout python robustness_oracle.py ../resources/robustness square-attack-checkout

A small network (two convolutions of stride 2 and a linear layer) is trained on scikit-learn's digits, pixels / 16, and
written as ONNX beside the numbers. Of each attack without a random start every image is written; of those with one the
share that falls, over seeds. Attacks run in double precision: in single precision p_label - 1, and with it the share of
the label's own score in the gradient, is rounded to 0 where the network is sure, and signs turn. torchattacks' Square
draws a square's sign without asking whether it changes anything, and breaks fewer. Foolbox's FGSM has to equal torchattacks'. Bounds are of z_label - z_j for every other j; auto_LiRPA's
IBP merges this difference into the last layer, "apart" does not.
"""
import ast
import copy
import json
import pathlib
import sys
import time
import types

import foolbox
import numpy as np
import onnx
import torch
import torchattacks
from auto_LiRPA import BoundedModule, BoundedTensor, PerturbationLpNorm
from onnx import TensorProto, helper, numpy_helper
from sklearn.datasets import load_digits
from torch import nn

OUT = pathlib.Path(sys.argv[1])
EPS, STEP, STEPS = 0.1, 0.02, 10
EPS2, STEP2 = 0.6, 0.12
SHOWN, ALL, SEEDS = 12, 200, 10


def trained():
    torch.manual_seed(7)
    net = nn.Sequential(nn.Conv2d(1, 6, 3, 2, 1), nn.ReLU(), nn.Conv2d(6, 12, 3, 2, 1), nn.ReLU(), nn.Flatten(),
                        nn.Linear(48, 10))
    digits = load_digits()
    x = torch.tensor(digits.images / 16, dtype=torch.float32)[:, None]
    y = torch.tensor(digits.target)
    optimiser = torch.optim.Adam(net.parameters(), 0.01)
    for _ in range(300):
        optimiser.zero_grad()
        nn.functional.cross_entropy(net(x[ALL:]), y[ALL:]).backward()
        optimiser.step()
    return net.eval(), digits.images[:ALL].astype(int), x[:ALL], y[:ALL]


def written(net, path):
    weights = [numpy_helper.from_array(p.detach().numpy(), n) for n, p in net.named_parameters()]
    conv = dict(kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    nodes = [helper.make_node("Conv", ["input", "0.weight", "0.bias"], ["c0"], "conv0", **conv),
             helper.make_node("Relu", ["c0"], ["r0"], "relu0"),
             helper.make_node("Conv", ["r0", "2.weight", "2.bias"], ["c1"], "conv1", **conv),
             helper.make_node("Relu", ["c1"], ["r1"], "relu1"),
             helper.make_node("Flatten", ["r1"], ["f"], "flatten"),
             helper.make_node("Gemm", ["f", "5.weight", "5.bias"], ["scores"], "fc", transB=1)]
    graph = helper.make_graph(nodes, "digits", [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["n", 1, 8, 8])],
                              [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n", 10])], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def apart(net, x, y, eps):
    """Intervals of each score alone, and the margins between their ends: what is lost by not merging the last layer."""
    bounded = BoundedModule(net, x)
    lower, upper = bounded.compute_bounds(x=(BoundedTensor(x, PerturbationLpNorm(norm=np.inf, eps=eps)),), method="IBP")
    return [[float(l[label] - u[j]) for j in range(10) if j != label] for l, u, label in zip(lower, upper, y.tolist())]


def mixed(path):
    """A network at random with every kind of operator that bounds know, for tests by brute force; no numbers."""
    rng = np.random.default_rng(11)
    weights, nodes = [], []

    def weight(name, *shape, low=None):
        values = rng.normal(size=shape) * (0.5 if len(shape) > 1 else 0.3) if low is None else rng.uniform(low, 1, shape)
        weights.append(numpy_helper.from_array(values.astype(np.float32), name))
        return name

    def node(kind, inputs, out, **attributes):
        nodes.append(helper.make_node(kind, inputs, [out], out + "_node", **attributes))

    node("Conv", ["input", weight("w0", 4, 1, 3, 3), weight("b0", 4)], "c0", kernel_shape=[3, 3], pads=[1, 1, 1, 1])
    node("BatchNormalization", ["c0", weight("g", 4), weight("beta", 4), weight("mu", 4), weight("var", 4, low=0.3)], "n0", epsilon=1e-3)
    node("LeakyRelu", ["n0"], "a0", alpha=0.1)
    node("MaxPool", ["a0"], "p0", kernel_shape=[2, 2], strides=[2, 2])
    node("Conv", ["p0", weight("w1", 4, 4, 3, 3), weight("b1", 4)], "c1", kernel_shape=[3, 3], pads=[1, 1, 1, 1])
    node("Tanh", ["c1"], "t1")
    node("Add", ["t1", "p0"], "skip")
    node("AveragePool", ["skip"], "v", kernel_shape=[2, 2], strides=[1, 1])
    node("Mul", ["v", weight("scale", 4, 1, 1)], "m")
    node("Flatten", ["m"], "f")
    node("Gemm", ["f", weight("w2", 6, 36), weight("b2", 6)], "h", transB=1)
    node("Sigmoid", ["h"], "s")
    node("Relu", ["h"], "r")
    node("Sub", ["r", "s"], "d")
    node("MatMul", ["d", weight("w3", 6, 3)], "o")
    node("Add", ["o", weight("b3", 3)], "scores")
    graph = helper.make_graph(nodes, "mixed", [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["n", 1, 8, 8])],
                              [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n", 3])], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def wrong(net, x, y):
    return (net(x).argmax(1) != y).tolist()


def rate(net, y, attacked):
    return float(np.mean([np.mean(wrong(net, x, y)) for x in attacked]))


def seeded(seed, attack, x, y):
    torch.manual_seed(seed)
    np.random.seed(seed)
    return attack(x, y)


def bounds(net, x, y, eps, method):
    bounded = BoundedModule(net, x)
    box = BoundedTensor(x, PerturbationLpNorm(norm=np.inf, eps=eps))
    c = torch.eye(10)[y].unsqueeze(1) - torch.eye(10).unsqueeze(0)
    others = torch.tensor([[j for j in range(10) if j != label] for label in y.tolist()])
    lower, _ = bounded.compute_bounds(x=(box,), C=c.gather(1, others[..., None].expand(-1, -1, 10)), method=method)
    return lower.tolist()


def corruptions(image):
    """Of CIFAR-10-C, by SciPy and Pillow; an image of 12 x 8, so that height and width are told apart."""
    import PIL.Image
    from scipy.ndimage import gaussian_filter
    resized = lambda size, of: np.array(PIL.Image.fromarray(of.astype(np.float32)).resize(size, PIL.Image.BOX))
    h, w = image.shape
    return {"image": image.tolist(),
            "Gaussian blur": [gaussian_filter(image, c, mode="nearest").tolist() for c in (.4, .6, .7, .8, 1)],
            "pixelate": [resized((w, h), resized((int(w * c), int(h * c)), image)).tolist() for c in (.95, .9, .85, .75, .65)],
            "contrast": [((image - image.mean()) * c + image.mean()).tolist() for c in (.75, .5, .4, .3, .15)]}


def square(net, x, y, seed, as_printed, norm="linf", eps=EPS, queries=100, first=0.8):
    """The authors' own loop; the order of the examples is what a seed changes, since it seeds itself.

    Their randint(0, h - s) never lets a square touch the lower and the right edge; the paper's r, s in {0, ..., w - h} do,
    and so does Touchstone. (In L2 the window that is emptied and the one that is filled alike.)
    """
    code = (pathlib.Path(sys.argv[2]) / "attack.py").read_text()
    if as_printed:
        for most in ("h - s", "w - s", "h - s2", "w - s2"):
            assert code.count(f"np.random.randint(0, {most})")
            code = code.replace(f"randint(0, {most})", f"randint(0, {most} + 1)")
    source = ast.parse(code)
    names = ("p_selection", "pseudo_gaussian_pert_rectangles", "meta_pseudo_gaussian_pert", "square_attack_" + norm)
    wanted = [n for n in source.body if isinstance(n, ast.FunctionDef) and n.name in names]

    class Model:
        def predict(self, images):
            return net(torch.tensor(images)).detach().numpy()

        def loss(self, labels, logits, targeted, loss_type):
            others = np.where(labels, -np.inf, logits).max(1)
            return (logits * labels).sum(1) - others

    quiet = types.SimpleNamespace(print=lambda *_: None)
    numbers = types.ModuleType("numpy")
    numbers.__dict__.update(np.__dict__)
    numbers.save = lambda *_: None
    scope = {"np": numbers, "time": time, "log": quiet, "print": quiet.print}
    exec(compile(ast.Module(wanted, []), "attack.py", "exec"), scope)
    order = np.random.default_rng(seed).permutation(len(x))
    right = np.array(net(x).argmax(1) == y)[order]
    images, labels = x.numpy()[order], np.eye(10, dtype=bool)[y.numpy()[order]]
    best = scope["square_attack_" + norm](Model(), images, labels, right, eps, queries, first, "", False, "margin_loss")[1]
    still = Model().predict(best).argmax(1) == y.numpy()[order][right]
    return 1 - still.sum() / len(x)


def main():
    net, pixels, x, y = trained()
    written(net, OUT / "digits-cnn.onnx")
    mixed(OUT / "mixed.onnx")
    single, net, x = net, copy.deepcopy(net).double(), x.double()
    fmodel = foolbox.PyTorchModel(net, bounds=(0, 1))
    fgsm = torchattacks.FGSM(net, eps=EPS)(x, y)
    other = foolbox.attacks.LinfFastGradientAttack(random_start=False)(fmodel, x, y, epsilons=EPS)[1]
    assert torch.equal(fgsm, other) or (fgsm - other).abs().max() < 1e-7
    pgd = torchattacks.PGD(net, eps=EPS, alpha=STEP, steps=STEPS, random_start=False)(x, y)
    pgd2 = torchattacks.PGDL2(net, eps=EPS2, alpha=STEP2, steps=STEPS, random_start=False)(x, y)
    shown = x[:SHOWN].detach(), y[:SHOWN]
    foolbox_pgd = foolbox.attacks.LinfPGD(abs_stepsize=STEP, steps=STEPS, random_start=True)
    result = {
        "generated by": f"robustness_oracle.py, torch {torch.__version__}, torchattacks 3.5.1, foolbox {foolbox.__version__}, auto_LiRPA 0.7.1",
        "pixels": pixels.reshape(ALL, 64).tolist(), "labels": y.tolist(), "clean": wrong(net, x, y),
        "eps": EPS, "step": STEP, "steps": STEPS, "eps2": EPS2, "step2": STEP2,
        "fgsm": fgsm[:SHOWN].reshape(SHOWN, 64).tolist(), "fgsm wrong": wrong(net, fgsm, y),
        "one step of pgd2": torchattacks.PGDL2(net, eps=EPS2, alpha=STEP2, steps=1, random_start=False, eps_for_division=1e-300)(*shown).reshape(SHOWN, 64).tolist(),
        "pgd wrong": wrong(net, pgd, y), "pgd2 wrong": wrong(net, pgd2, y),
        "pgd loss": nn.functional.cross_entropy(net(pgd), y, reduction="none").tolist(),
        "pgd at random": rate(net, y, [seeded(s, torchattacks.PGD(net, eps=EPS, alpha=STEP, steps=STEPS), x, y) for s in range(SEEDS)]),
        "foolbox pgd at random": rate(net, y, [seeded(s, lambda a, b: foolbox_pgd(fmodel, a, b, epsilons=EPS)[1], x, y) for s in range(SEEDS)]),
        "pgd2 at random": rate(net, y, [seeded(s, torchattacks.PGDL2(net, eps=EPS2, alpha=STEP2, steps=STEPS), x, y) for s in range(SEEDS)]),
        "square queries": 100,
        "square": float(np.mean([square(net, x, y, s, True) for s in range(SEEDS)])),
        "square by its code": float(np.mean([square(net, x, y, s, False) for s in range(SEEDS)])),
        "square2": {str(n): float(np.mean([square(net, x, y, s, True, "l2", EPS2, n, 0.1) for s in range(SEEDS)])) for n in (100, 500)},
        "square2 by its code": {str(n): float(np.mean([square(net, x, y, s, False, "l2", EPS2, n, 0.1) for s in range(SEEDS)])) for n in (100, 500)},
        "torchattacks square": rate(net, y, [torchattacks.Square(single, norm="Linf", eps=EPS, n_queries=100, n_restarts=1, p_init=0.8, seed=s, loss="margin")(x.float(), y).double() for s in range(SEEDS)]),
        "bounds": {str(eps): {m: bounds(single, shown[0].float(), shown[1], eps, m) for m in ("IBP", "CROWN")} | {"apart": apart(single, shown[0].float(), shown[1], eps)} for eps in (0.005, 0.02, 0.05)},
        "scores": net(shown[0]).tolist(),
        "corruptions": corruptions(np.random.default_rng(3).random((12, 8)).round(3)),
    }
    (OUT / "oracle.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")
    for key in ("pgd at random", "foolbox pgd at random", "pgd2 at random", "square", "square by its code", "torchattacks square"):
        print(key, result[key])
    print({k: np.mean(result[k]) for k in ("clean", "fgsm wrong", "pgd wrong", "pgd2 wrong")})
    for eps, of in result["bounds"].items():
        print(eps, {m: np.round(np.array(b).min(1), 3).tolist() for m, b in of.items()})


main()
