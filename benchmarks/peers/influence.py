"""Influences of training examples on test losses by dattri, on request of dev.touchstone.measuring.InfluencePeer.

  {"features": "f.bin", "rows": n, "tests": m, "columns": d, "labels": [..], "weights": [[..]], "ridge": l}
                                                    -> {"dattri": .., "torch": ..}
  {"steps": 10, "tests": t, "shown": [rows, tests]}
                                -> {"seconds": .., "processor": .., "residual": .., "scores": [[..]]}
  {"inverse": ["cg", "arnoldi", "lissa", "explicit"], "tests": m}     -> {"cg": error, ..}

Features are float32, big-endian, the training examples first; they are z-scored here, outside the time that is measured,
with a bias column of 10, which makes a uniform ridge 1/100 of it for the bias, as in Touchstone's heads: the same system.
dattri gets all training data in one batch, since it adds up the inverse products of batches
(findings/dattri-batches-of-inverses.sh). "residual" is the largest of some solutions' relative residuals, in double.
"inverse" is dattri's own MNIST setting: no ridge but a damping; errors are of the scores, over the inverse in double.
"""
import contextlib
import io
import json
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "2")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from importlib.metadata import version

import numpy as np
import torch
from dattri.algorithm.influence_function import (
    IFAttributorArnoldi,
    IFAttributorCG,
    IFAttributorExplicit,
    IFAttributorLiSSA,
)
from dattri.func.hessian import ihvp_cg
from dattri.task import AttributionTask
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, TensorDataset

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))


class Peer:
    def load(self, request):
        n, m, d = request["rows"], request["tests"], request["columns"]
        raw = np.fromfile(request["features"], dtype=">f4").astype(np.float64).reshape(n + m, d)
        mean, sd = raw[:n].mean(0), raw[:n].std(0)
        sd = np.where(sd < 1e-8, 1.0, np.maximum(sd, 1e-3))
        x = np.hstack([(raw - mean) / sd, np.full((n + m, 1), 10.0)])
        self.exact = torch.tensor(x)
        y = torch.tensor(request["labels"])
        x = self.exact.float()
        self.train, self.test = TensorDataset(x[:n], y[:n]), TensorDataset(x[n:], y[n:])
        self.y, self.n, self.ridge = y, n, request["ridge"]
        weights = torch.tensor(request["weights"])  # (d + 1) x k
        weights[-1] /= 10
        self.weights = weights
        self.model = torch.nn.Linear(d + 1, weights.shape[1], bias=False)
        with torch.no_grad():
            self.model.weight.copy_(weights.T)

        def loss(params, batch):
            return cross_entropy(torch.func.functional_call(self.model, params, batch[0]), batch[1].long())

        self.task = AttributionTask(loss_func=loss, model=self.model, checkpoints=self.model.state_dict())
        return {"dattri": version("dattri"), "torch": torch.__version__, "threads": torch.get_num_threads()}

    def attributed(self, kind, settings, test):
        attributor = kind(task=self.task, device="cpu", **settings)
        with contextlib.redirect_stderr(io.StringIO()):
            attributor.cache(DataLoader(self.train, batch_size=self.n))
            return attributor.attribute(
                DataLoader(self.train, batch_size=self.n), DataLoader(test, batch_size=len(test)))

    def influences(self, request):
        test = TensorDataset(*(part[: request["tests"]] for part in self.test.tensors))
        start, processor = time.perf_counter(), time.process_time()
        scores = self.attributed(
            IFAttributorCG, {"max_iter": request["steps"], "regularization": self.ridge}, test)
        seconds, processor = time.perf_counter() - start, time.process_time() - processor
        rows, tests = request["shown"]
        return {"seconds": seconds, "processor": processor, "residual": self.residual(request["steps"], tests),
                "scores": (scores[:rows, :tests].double() / self.n).tolist()}

    def slopes(self, x, y):
        p = torch.softmax(x @ self.weights.double(), 1)
        return p, p - torch.nn.functional.one_hot(y, p.shape[1])

    def residual(self, steps, tests):
        x, y = self.exact, self.y
        p, _ = self.slopes(x[: self.n], y[: self.n])
        _, gaps = self.slopes(x[self.n : self.n + tests], y[self.n : self.n + tests])
        largest = 0.0
        full = tuple(t[: self.n] for t in self.train.tensors)
        params = torch.cat([v.detach().flatten() for v in self.model.parameters()])
        solve = ihvp_cg(lambda w: cross_entropy(full[0] @ w.view(self.model.weight.shape).T, full[1]), max_iter=steps, regularization=self.ridge)
        for row, gap in zip(x[self.n :], gaps):
            right = torch.outer(gap, row)  # k x d
            solution = solve((params,), right.float().flatten())[0].view_as(right).double()
            u = x[: self.n] @ solution.T
            hv = (p * (u - (p * u).sum(1, keepdim=True))).T @ x[: self.n] / self.n + self.ridge * solution
            largest = max(largest, float((hv - right).norm() / right.norm()))
        return largest

    def inverse(self, request):
        m, damping = request["tests"], request["damping"]
        x = self.exact[: self.n]
        p, gaps = self.slopes(x, self.y[: self.n])
        _, others = self.slopes(self.exact[self.n : self.n + m], self.y[self.n : self.n + m])
        k, d = p.shape[1], x.shape[1]
        hessian = torch.zeros(k * d, k * d, dtype=torch.float64)
        for a in range(k):
            for b in range(a + 1):
                weight = p[:, a] * ((1.0 if a == b else 0.0) - p[:, b])
                block = (x * weight[:, None]).T @ x / self.n
                hessian[a * d : a * d + d, b * d : b * d + d] = block
                hessian[b * d : b * d + d, a * d : a * d + d] = block
        hessian += damping * torch.eye(k * d, dtype=torch.float64)
        right = torch.stack([torch.outer(g, r).flatten() for g, r in zip(others, self.exact[self.n :])], 1)
        solution = torch.linalg.solve(hessian, right)
        exact = torch.einsum("nk,nd,kdm->nm", gaps, x, solution.view(k, d, m))
        test = TensorDataset(self.test.tensors[0][:m], self.test.tensors[1][:m])
        kinds = {"cg": (IFAttributorCG, {"regularization": damping}),
                 "arnoldi": (IFAttributorArnoldi, {"regularization": damping}),
                 "lissa": (IFAttributorLiSSA, {"damping": damping}),
                 "explicit": (IFAttributorExplicit, {"regularization": damping})}
        answer = {}
        for name in request["inverse"]:
            kind, settings = kinds[name]
            start = time.perf_counter()
            scores = self.attributed(kind, settings, test).double()
            answer[name] = float((scores - exact).norm() / exact.norm())
            answer[name + " seconds"] = time.perf_counter() - start
        answer["exact"] = (exact / self.n).tolist()
        return answer


def main():
    peer = Peer()
    for line in sys.stdin:
        request = json.loads(line)
        answer = next(
            getattr(peer, method)(request)
            for key, method in (("features", "load"), ("steps", "influences"), ("inverse", "inverse"))
            if key in request
        )
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
