"""Reference numbers for dev.touchstone.influence and dev.touchstone.statistics.Auroc.

    pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1
    python mislabelled_reference.py          # writes ../resources/reference/mislabelled.json

The data are ../resources/reference/{digits,bc}.csv.gz (scikit-learn's load_digits / 16 and
load_breast_cancer; first column the label) and the splits and 20 % uniform flips *_seed{0..4}.csv.gz
(columns row, role, y, y_given).

Everything here is computed another way than in Java: the optimum by scikit-learn's own solver (or
scipy's trust-region Newton for two classes), leave-one-out by true refitting, influence with the
dense Hessian of a stacked Kronecker product, AUROC by scikit-learn, DeLong's variance by the sum
over all pairs of placements.
"""
import gzip, json, os
import numpy as np
import scipy.linalg
import scipy.optimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "..", "resources", "reference")
LAMBDA = 0.01


def load(name, seed):
    table = np.loadtxt(os.path.join(DATA, name + ".csv.gz"), delimiter=",")
    X, y = table[:, 1:], table[:, 0].astype(int)
    with gzip.open(os.path.join(DATA, "%s_seed%d.csv.gz" % (name, seed)), "rt") as f:
        lines = [line.strip().split(",") for line in f][1:]
    part = lambda role: np.array([int(l[0]) for l in lines if l[1] == role])
    train, audit = part("train"), part("audit")[:100]
    given = np.array([int(l[3]) for l in lines if l[1] == "train"])
    mean, sd = X[train].mean(0), X[train].std(0)
    sd = np.where(sd < 1e-8, 1.0, np.maximum(sd, 1e-3))
    z = lambda rows: np.hstack([(X[rows] - mean) / sd, np.ones((len(rows), 1))])
    return z(train), y[train], given, z(audit), y[audit]


def softmax(Z):
    E = np.exp(Z - Z.max(1, keepdims=True))
    return E / E.sum(1, keepdims=True)


def fit(X, y, k, n_weights=None):
    """The optimum of (1/n) sum CE + 1/2 sum r |W|^2; n_weights is the n in 1/n."""
    n = len(y) if n_weights is None else n_weights
    if k > 2:
        # A bias column of 10 makes scikit-learn's uniform penalty 1/100 of it for the bias.
        X10 = np.hstack([X[:, :-1], 10 * X[:, -1:]])
        model = LogisticRegression(C=1 / (n * LAMBDA), fit_intercept=False, solver="newton-cg",
                                   tol=1e-12, max_iter=1000)
        W = model.fit(X10, y).coef_.T.copy()
        W[-1] *= 10
        return W
    r = np.full(X.shape[1], LAMBDA)
    r[-1] = 0.01 * LAMBDA
    s = 2.0 * y - 1  # beta = w1 - w0, w = -+ beta / 2, so the penalty is r / 4 |beta|^2

    def value(b):
        return np.logaddexp(0, -s * (X @ b)).sum() / n + 0.25 * (r * b * b).sum()

    def gradient(b):
        return -X.T @ (s / (1 + np.exp(s * (X @ b)))) / n + 0.5 * r * b

    def hessian(b):
        p = 1 / (1 + np.exp(-X @ b))
        return (X * (p * (1 - p) / n)[:, None]).T @ X + np.diag(0.5 * r)

    b = np.zeros(X.shape[1])
    for _ in range(3):
        b = scipy.optimize.minimize(value, b, jac=gradient, hess=hessian, method="trust-exact",
                                    options=dict(gtol=1e-12, maxiter=500)).x
    for _ in range(20):
        b = b - np.linalg.solve(hessian(b), gradient(b))
    return np.stack([-b / 2, b / 2], 1)


def hessian(X, P):
    n, p = X.shape
    k = P.shape[1]
    H = np.zeros((p * k, p * k))
    for a in range(k):
        for b in range(k):
            w = (P[:, a] * (a == b) - P[:, a] * P[:, b]) / n
            H[a * p:(a + 1) * p, b * p:(b + 1) * p] = (X * w[:, None]).T @ X
    r = np.full(p, LAMBDA)
    r[-1] *= 0.01
    return H + np.diag(np.tile(r, k))


def per_example_gradients(X, R):
    """n x (k p), class-major: the rows (p - t) (x) x."""
    return (R[:, :, None] * X[:, None, :]).reshape(len(X), -1)


def detectors(name, seed):
    X, truth, given, XA, yA = load(name, seed)
    k = truth.max() + 1
    W = fit(X, given, k)
    P = softmax(X @ W)
    T = np.eye(k)[given]
    n = len(given)
    loss = -np.log(P[np.arange(n), given])
    factor = scipy.linalg.cho_factor(hessian(X, P))
    G = per_example_gradients(X, P - T)
    solved = scipy.linalg.cho_solve(factor, G.T).T
    self_influence = (G * solved).sum(1) / n
    PA = softmax(XA @ W)
    gA = per_example_gradients(XA, PA - np.eye(k)[yA]).mean(0)
    on_audit = solved @ gA / n
    wrong = given != truth
    return dict(X=X, given=given, W=W, P=P, wrong=wrong, loss=loss, self=self_influence,
                audit=on_audit, XA=XA, yA=yA)


def left_out(name, seed, points):
    """True leave-one-out: the loss of the point itself, and of the audit set, after refitting
    without it (the others keep their weight 1/n)."""
    X, truth, given, XA, yA = load(name, seed)
    k = truth.max() + 1
    own, audit = [], []
    base = fit(X, given, k)
    before = -np.log(softmax(XA @ base)[np.arange(len(yA)), yA]).mean()
    for i in points:
        keep = np.arange(len(given)) != i
        W = fit(X[keep], given[keep], k, n_weights=len(given))
        own.append(-np.log(softmax(X[i:i + 1] @ W)[0, given[i]]))
        audit.append(-np.log(softmax(XA @ W)[np.arange(len(yA)), yA]).mean() - before)
    return own, audit


def delong(scores, positive):
    x, y = scores[positive], scores[~positive]
    psi = (x[:, None] > y[None, :]) + 0.5 * (x[:, None] == y[None, :])
    variance = psi.mean(1).var(ddof=1) / len(x) + psi.mean(0).var(ddof=1) / len(y)
    return psi.mean(), np.sqrt(variance)


out = {"versions": {"numpy": np.__version__, "scikit-learn": __import__("sklearn").__version__},
       "lambda": LAMBDA, "detectors": [], "auroc": []}
for name in ("digits", "bc"):
    for seed in range(5):
        d = detectors(name, seed)
        row = {"data": name, "seed": seed,
               "loss": roc_auc_score(d["wrong"], d["loss"]),
               "self": roc_auc_score(d["wrong"], d["self"]),
               "audit": roc_auc_score(d["wrong"], -d["audit"])}
        if seed == 0:
            c = 3 if name == "digits" else 1
            row["weights"] = {"class": c, "values": d["W"][:, c].tolist()}
            row["losses"] = d["loss"][:20].tolist()
            row["selfInfluence"] = d["self"][:20].tolist()
            row["auditInfluence"] = d["audit"][:20].tolist()
            points = list(range(0, 60, 2)) if name == "digits" else list(range(0, 350, 5))
            own, audit = left_out(name, seed, points)
            row["leftOut"] = {"points": points, "ownLoss": own, "auditLossChange": audit}
        out["detectors"].append(row)
        print(name, seed, row["loss"], row["self"], row["audit"])
rng = np.random.default_rng(7)
for m, n, shift, ties in ((20, 50, 1.0, False), (40, 15, 2.0, False), (30, 30, 0.7, True)):
    positive = np.arange(m + n) < m
    scores = rng.normal(size=m + n) + shift * positive
    scores = np.round(scores, 0) if ties else np.round(scores, 6)
    area, error = delong(scores, positive)
    assert abs(area - roc_auc_score(positive, scores)) < 1e-12
    out["auroc"].append({"positives": m, "scores": scores.tolist(), "area": area, "error": error})
with open(os.path.join(DATA, "mislabelled.json"), "w") as f:
    json.dump(out, f, indent=1)
