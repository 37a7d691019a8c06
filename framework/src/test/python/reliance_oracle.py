"""Makes ../resources/reference/reliance.json: score tests of what an audit set leaves of a contribution.

  pip install numpy==2.4.6 scipy==1.17.1
  python reliance_oracle.py

Scores b + s (L - r C) of three classes, labels with confidences. At r the nuisance parameters b, s are at their optimum
(scipy, trust-exact); the score of an additional t C is projected off theirs by the expected information, and divided by
the root of the sum of squares of the examples' (Boos 1992), or of their expected ones where these are more. All by automatic sums over the full Jacobian, no closed form.
"""
import json
import pathlib

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax

M, K, RIDGE = 60, 3, 1e-5
rng = np.random.default_rng(7)
scores, concept = rng.normal(size=(M, K)) * 1.5, rng.normal(size=(M, 1)) * rng.normal(size=(1, K))
scores = scores + concept
drawn = log_softmax(.8 * (scores - .4 * concept) + np.array([.3, 0, 0]), axis=1)
labels = np.array([rng.choice(K, p=np.exp(row)) for row in drawn])
confidence = rng.uniform(.2, 1, M)
weights = confidence / confidence.sum()


def jacobian(left):
    """m x k x (k - 1 intercepts, the factor of the rest, t)."""
    of = np.zeros((M, K, K + 1))
    for c in range(K - 1):
        of[:, c, c] = 1
    of[:, :, K - 1], of[:, :, K] = left, concept
    return of


def evidence(r):
    of = jacobian(scores - r * concept)

    def loss(free):
        return -(weights * log_softmax(of[:, :, :K] @ free, axis=1)[np.arange(M), labels]).sum() + RIDGE * free @ free / 2

    def parts(parameters):
        p = np.exp(log_softmax(of @ parameters, axis=1))
        gaps = (np.eye(K)[labels] - p)
        each = weights[:, None] * np.einsum("jc,jca->ja", gaps, of)
        covariance = np.einsum("jc,jca,jcb->jab", p, of, of) - np.einsum("jc,jca,jd,jdb->jab", p, of, p, of)
        return each, np.einsum("j,jab->ab", weights, covariance), np.einsum("j,jab->ab", weights ** 2, covariance)

    def gradient(free):
        return -parts(np.append(free, 0))[0][:, :K].sum(0) + RIDGE * free

    def hessian(free):
        return parts(np.append(free, 0))[1][:K, :K] + RIDGE * np.eye(K)

    free = minimize(loss, np.array([0] * (K - 1) + [1.]), jac=gradient, hess=hessian, method="trust-exact",
                    options={"gtol": 1e-12}).x
    each, information, variance = parts(np.append(free, 0))
    along = np.append(-np.linalg.solve(information[:K, :K] + RIDGE * np.eye(K), information[:K, K]), 1)
    efficient = each @ along
    return -efficient.sum() / np.sqrt(max((efficient ** 2).sum(), along @ variance @ along))


shares = [0, .25, .5, .75, 1]
out = {"scores": scores.tolist(), "concept": concept.tolist(), "labels": labels.tolist(),
       "confidence": confidence.tolist(), "shares": shares, "evidence": [evidence(r) for r in shares]}
print(out["evidence"])
path = pathlib.Path(__file__).parent.parent / "resources" / "reference" / "reliance.json"
path.write_text(json.dumps(out))
