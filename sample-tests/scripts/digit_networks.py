"""Trains networks on digits a fifth of whose labels are wrong, for benchmarks/run GuidingResults memorised retrained.

  pip install numpy==2.4.6 scikit-learn==1.9.1
  python digit_networks.py FOLDER 10 11 12 13 14    # writes FOLDER/digits-memorised-SEED.csv.gz and -retrained-

scikit-learn's digits: 1,200 to train on, of which 20 % get another class, uniformly, and 100 to audit by. A network of 64,
256, 64 and 10 units (ReLU, Adam, batches of 64) is trained on the labels as given, for 200 epochs (memorised: it knows the
wrong ones by heart) or 20 (retrained, as one would). A row holds 0 for training or 1 for audit, the right class, the given
one, and the 64 values that the last layer sees.
"""
import gzip
import sys
import warnings

import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

TRAIN, AUDIT, WRONG = 1200, 100, 0.2
EPOCHS = {"memorised": 200, "retrained": 20}


def last_seen(network, x):
    for weights, bias in zip(network.coefs_[:-1], network.intercepts_[:-1]):
        x = np.maximum(x @ weights + bias, 0)
    return x


def write(folder, kind, seed):
    x, truth = load_digits(return_X_y=True)
    rng = np.random.default_rng(seed)
    rows = rng.permutation(len(truth))[: TRAIN + AUDIT]
    x, truth = x[rows], truth[rows]
    given = truth.copy()
    wrong = rng.choice(TRAIN, int(WRONG * TRAIN), replace=False)
    given[wrong] = (truth[wrong] + rng.integers(1, 10, len(wrong))) % 10
    mean, deviation = x[:TRAIN].mean(0), np.maximum(x[:TRAIN].std(0), 1e-3)
    x = (x - mean) / deviation
    epochs = EPOCHS[kind]
    network = MLPClassifier((256, 64), alpha=0, batch_size=64, max_iter=epochs, tol=0, n_iter_no_change=epochs,
                            random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        network.fit(x[:TRAIN], given[:TRAIN])
    learnt = network.score(x[:TRAIN], given[:TRAIN])
    right = network.score(x[TRAIN:], truth[TRAIN:])
    print(f"{kind} {seed}: {learnt:.3f} of the labels as given are learnt, {right:.3f} of the audit set answered rightly")
    seen = last_seen(network, x)
    with gzip.open(f"{folder}/digits-{kind}-{seed}.csv.gz", "wt") as file:
        for i in range(len(rows)):
            file.write(f"{int(i >= TRAIN)},{truth[i]},{given[i]}," + ",".join("%.7g" % v for v in seen[i]) + "\n")


def main():
    folder, *seeds = sys.argv[1:]
    for kind in EPOCHS:
        for seed in seeds:
            write(folder, kind, int(seed))


if __name__ == "__main__":
    main()
