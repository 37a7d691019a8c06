"""Writes src/main/resources/onnx-nodes.gz: small models whose operators the white box does not know, as seeds of FileFuzzer.

    pip install onnx==1.23.2 skl2onnx==1.20.0 scikit-learn numpy
    python onnx_nodes.py ../resources/onnx-nodes.gz

  node-*   the standard's node tests (onnx.backend.test.case.node, Apache-2.0) beyond those of onnx-conformance.gz:
           recurrent layers, loops, branches, sorting, sampling, signal operators, trees and tables
  learned-* models that skl2onnx makes of scikit-learn's on made-up data: vectors, trees, scalers, neighbours

Each takes one float input, the other inputs became initialisers, and makes one float output: the first float one, or
the first one behind a Cast. Operator sets above those of ONNX Runtime 1.22 are left out. The file is laid out as
onnx-conformance.gz is; in place of the output stands nothing.
"""
import gzip
import os
import struct
import sys
import warnings

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../../framework/src/test/python"))
from onnx_conformance import FLOATS, KNOWN, is_wanted, single_input  # noqa: E402

warnings.filterwarnings("ignore")

LARGEST = 12_000  # bytes of one model and its input
NEWEST = {"": 22, "ai.onnx": 22, "ai.onnx.ml": 5}


def is_runnable(model):
    return all(s.version <= NEWEST.get(s.domain, 0) for s in model.opset_import)


def with_float_output(model):
    graph = model.graph
    floats = [o for o in graph.output if o.type.tensor_type.elem_type == TensorProto.FLOAT]
    others = [o for o in graph.output if o.type.tensor_type.elem_type in KNOWN]
    if floats:
        kept = floats[0]
    elif others:
        graph.node.append(helper.make_node("Cast", [others[0].name], ["cast"], name="cast", to=TensorProto.FLOAT))
        kept = helper.make_tensor_value_info("cast", TensorProto.FLOAT, None)
    else:
        return None
    if all(s.domain not in ("", "ai.onnx") for s in model.opset_import):
        model.opset_import.append(helper.make_opsetid("", 18))
    kept = onnx.ValueInfoProto.FromString(kept.SerializeToString())
    del graph.output[:]
    graph.output.append(kept)
    graph.ClearField("doc_string")
    return model


def node_tests():
    from onnx.backend.test.case.node import collect_testcases

    for case in collect_testcases(None):
        name = case.name.removeprefix("test_")
        if case.model is None or "_expanded" in name or "string" in name or is_wanted(case.model):
            continue
        if not is_runnable(case.model) or not case.data_sets:
            continue
        single = single_input(case.model, case.data_sets[0][0])
        if single is not None:
            yield f"node-{name}", *single


def learned():
    from skl2onnx import to_onnx
    from sklearn.cluster import KMeans
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import GradientBoostingClassifier, IsolationForest, RandomForestClassifier, RandomForestRegressor
    from sklearn.feature_selection import SelectKBest
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LinearRegression, LogisticRegression
    from sklearn.naive_bayes import GaussianNB
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import Binarizer, KBinsDiscretizer, Normalizer, OneHotEncoder, PolynomialFeatures, StandardScaler
    from sklearn.svm import SVC, SVR, LinearSVC, OneClassSVM
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    random = np.random.default_rng(7)
    x = random.standard_normal((40, 3)).astype(np.float32)
    x[:, 2] = random.integers(0, 3, 40)
    two = (x[:, 0] + x[:, 1] > 0).astype(np.int64)
    three = two + (x[:, 2] > 1)
    named = np.array(["low", "middle", "high"])[three]
    real = x[:, 0] * 2 - x[:, 1]
    models = {
        "svc_rbf": (SVC(), two), "svc_three": (SVC(), three), "svc_linear": (SVC(kernel="linear"), three),
        "svc_poly": (SVC(kernel="poly"), two), "svc_named": (SVC(), named),
        "svc_probabilities": (SVC(probability=True, random_state=1), three), "linear_svc": (LinearSVC(), three),
        "svr": (SVR(), real), "one_class": (OneClassSVM(), None),
        "forest": (RandomForestClassifier(3, max_depth=3, random_state=1), three),
        "forest_named": (RandomForestClassifier(2, max_depth=2, random_state=1), named),
        "forest_regression": (RandomForestRegressor(3, max_depth=3, random_state=1), real),
        "tree": (DecisionTreeClassifier(max_depth=3, random_state=1), two),
        "tree_regression": (DecisionTreeRegressor(max_depth=2, random_state=1), real),
        "boosted": (GradientBoostingClassifier(n_estimators=3, max_depth=2, random_state=1), three),
        "isolation": (IsolationForest(n_estimators=2, max_samples=8, random_state=1), None),
        "logistic": (LogisticRegression(), three), "linear": (LinearRegression(), real), "bayes": (GaussianNB(), three),
        "neighbours": (KNeighborsClassifier(3), two), "clusters": (KMeans(3, n_init=1, random_state=1), None),
        "process": (GaussianProcessRegressor(), real),
        "imputed": (make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression()), two),
        "normalised": (make_pipeline(Normalizer(), LogisticRegression()), two),
        "binarised": (make_pipeline(Binarizer(), LogisticRegression()), two),
        "selected": (make_pipeline(SelectKBest(k=2), LogisticRegression()), two),
        "polynomial": (make_pipeline(PolynomialFeatures(2), LogisticRegression()), two),
        "binned": (make_pipeline(KBinsDiscretizer(3, encode="ordinal", quantile_method="averaged_inverted_cdf"), LogisticRegression()), two),
        "columns": (make_pipeline(ColumnTransformer([("number", StandardScaler(), [0, 1]),
                                                     ("category", OneHotEncoder(), [2])]), LogisticRegression()), two),
    }
    for name, (estimator, y) in models.items():
        fitted = estimator.fit(x) if y is None else estimator.fit(x, y)
        tables = hasattr(fitted, "classes_") and not isinstance(fitted, LinearSVC)
        options = {id(fitted): {"zipmap": False}} if tables else None
        model = to_onnx(fitted, x[:1], options=options, target_opset={"": 18, "ai.onnx.ml": 3})
        yield f"learned-{name}", model, x[:2]


def main(target):
    written = 0
    with open(target, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as archive:
        for source in (node_tests, learned):
            for name, model, value in source():
                model = with_float_output(model)
                if model is None or value.dtype not in (np.float32, np.float64):
                    continue
                tensor = numpy_helper.from_array(np.ascontiguousarray(value)).SerializeToString()
                parts = [name.encode(), model.SerializeToString(), tensor, b""]
                if sum(map(len, parts)) > LARGEST:
                    print("too large:", name, sum(map(len, parts)))
                    continue
                written += 1
                for part in parts:
                    archive.write(struct.pack(">i", len(part)) + part)
    print(written, "models,", os.path.getsize(target), "bytes")


if __name__ == "__main__":
    main(sys.argv[1])
