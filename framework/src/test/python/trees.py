"""Writes tree files of XGBoost and LightGBM with what the library that wrote them answers, to src/test/resources/trees.

    pip install xgboost==3.2.0 lightgbm==4.7.0 numpy==2.4.6 pandas==3.1.1 scikit-learn==1.9.1 scipy
    python trees.py ../resources/trees
    pip install xgboost==2.1.4
    python trees.py ../resources/trees 2.1.4      # files of an older XGBoost, which names no categories and has one base score

Data are drawn here. rows.json holds the rows that are asked about: columns with missing values, categories (texts and
numbers), zeros, and, for each of a model's numeric thresholds, rows that lie on it and next to it in single and in double
precision. expected-*.json holds answers and sums before the link, as the library's predict gives them in double
precision where it has it.
"""
import json
import pathlib
import sys

import numpy as np
import pandas as pd
import xgboost

out = pathlib.Path(sys.argv[1])
out.mkdir(exist_ok=True)
old = len(sys.argv) > 2
random = np.random.default_rng(11)
N = 600


def draw(n):
    frame = pd.DataFrame({
        "a": random.normal(size=n),
        "town": pd.Categorical(random.choice(["Bonn", "Kiel", "Ulm", "Trier", "Jena", "Hof"], n),
                               categories=["Bonn", "Hof", "Jena", "Kiel", "Trier", "Ulm"]),
        "rooms": pd.Categorical(random.integers(3, 7, n), categories=[3, 4, 5, 6]),
        "d": random.integers(0, 5, n).astype(float),
        "e": random.normal(size=n) * 1e3})
    frame.loc[random.random(n) < .15, "a"] = np.nan
    frame.loc[random.random(n) < .15, "town"] = np.nan
    frame.loc[random.random(n) < .1, "d"] = np.nan
    return frame


train, rows = draw(N), draw(60)
score = (train.a.fillna(.7) + train.town.isin(["Ulm", "Hof", "Jena"]) * 1.5 - train.rooms.isin([4, 6]) + train.d.fillna(0) / 3
         + (train.e > 300)).to_numpy()
targets = {"binary": (score > 1).astype(int), "classes": np.digitize(score, [0, 1.5]), "values": score * 10 + 50,
           "counts": np.floor(np.exp(score / 2)), "share": 1 / (1 + np.exp(-score))}


def at_thresholds(frame, thresholds, precision):
    """Rows on and beside each threshold of a numeric column."""
    made = []
    for column, threshold in sorted(set(thresholds)):
        for value in (threshold, np.nextafter(precision(threshold), precision(np.inf)),
                      np.nextafter(precision(threshold), precision(-np.inf)), np.nextafter(threshold, -np.inf)):
            row = frame.iloc[len(made) % len(frame)].copy()
            row[column] = float(value)
            made.append(row)
    return pd.DataFrame(made)


def typed(frame):
    frame = frame.reset_index(drop=True)
    return frame.assign(town=pd.Categorical(frame.town, categories=train.town.cat.categories),
                        rooms=pd.Categorical(frame.rooms.astype(int), categories=train.rooms.cat.categories),
                        a=frame.a.astype(float), d=frame.d.astype(float), e=frame.e.astype(float))


def plain(frame):
    return {column: [None if pd.isna(value) else (value if isinstance(value, str) else float(value))
                     for value in frame[column]] for column in frame.columns}


def numbers(values):
    values = np.asarray(values, np.float64)
    return (values[:, None] if values.ndim == 1 else values).tolist()


def coded(frame):
    """What a library that knows no names of categories takes."""
    return frame.assign(town=frame.town.cat.codes.replace(-1, np.nan).astype(float), rooms=frame.rooms.cat.codes.astype(float))


XGBOOST = {
    "logistic": ("binary", {"objective": "binary:logistic"}),
    "logitraw": ("binary", {"objective": "binary:logitraw"}),
    "softprob": ("classes", {"objective": "multi:softprob", "num_class": 3}),
    "squared": ("values", {"objective": "reg:squarederror"}),
    "absolute": ("values", {"objective": "reg:absoluteerror"}),
    "poisson": ("counts", {"objective": "count:poisson"}),
    "gamma": ("values", {"objective": "reg:gamma"}),
    "tweedie": ("counts", {"objective": "reg:tweedie"}),
    "dart": ("binary", {"objective": "binary:logistic", "booster": "dart", "rate_drop": .4, "seed": 1}),
    "forest": ("binary", {"objective": "binary:logistic", "num_parallel_tree": 3, "subsample": .7, "colsample_bynode": .7}),
    "based": ("binary", {"objective": "binary:logistic", "base_score": .2}),
}
wanted = ["logistic", "softprob", "squared", "dart", "poisson"] if old else list(XGBOOST)
prefix = "xgboost-old" if old else "xgboost"
models, thresholds = {}, []
for name in wanted:
    target, parameters = XGBOOST[name]
    made = xgboost.train(
        {"max_depth": 3, "nthread": 1, "tree_method": "hist", "max_cat_to_onehot": 3, **parameters},
        xgboost.DMatrix(train, targets[target], enable_categorical=True), 6)
    models[name] = made
    said = made.trees_to_dataframe()
    said = said[said.Feature.isin(["a", "d", "e"]) & said.Split.notna()]
    thresholds += list(zip(said.Feature, said.Split.astype(float)))[:6]
asked = typed(pd.concat([rows, at_thresholds(rows, thresholds, np.float32)]))
expected = {"rows": plain(asked), "codes": plain(coded(asked)), "models": {}}
for name, made in models.items():
    matrix = xgboost.DMatrix(asked, enable_categorical=True)
    ending = "json" if name in ("logistic", "softprob") else "ubj"
    made.save_model(out / f"{prefix}-{name}.{ending}")
    expected["models"][name] = {"file": f"{prefix}-{name}.{ending}", "answers": numbers(made.predict(matrix)),
                                "sums": numbers(made.predict(matrix, output_margin=True))}
if not old:
    made = models["logistic"]
    made.save_model(out / "xgboost-logistic.ubj")
    unnamed = xgboost.train({"objective": "binary:logistic", "max_depth": 3, "nthread": 1},
                            xgboost.DMatrix(coded(train).to_numpy(), targets["binary"]), 6)
    unnamed.save_model(out / "xgboost-unnamed.ubj")
    expected["models"]["unnamed"] = {
        "file": "xgboost-unnamed.ubj", "answers": numbers(unnamed.predict(xgboost.DMatrix(coded(asked).to_numpy()))),
        "sums": numbers(unnamed.predict(xgboost.DMatrix(coded(asked).to_numpy()), output_margin=True))}
    stopped = xgboost.XGBClassifier(n_estimators=40, max_depth=4, learning_rate=1.0, early_stopping_rounds=3, n_jobs=1,
                                    enable_categorical=True)
    stopped.fit(train, targets["binary"], eval_set=[(draw(300), random.integers(0, 2, 300))], verbose=False)
    stopped.save_model(out / "xgboost-stopped.ubj")
    expected["stopped"] = {
        "best": stopped.best_iteration, "rounds": stopped.get_booster().num_boosted_rounds(),
        "all": numbers(stopped.get_booster().predict(xgboost.DMatrix(asked, enable_categorical=True))),
        "first": numbers(stopped.predict_proba(asked)[:, 1])}
    # Named in another alphabet: what the file says of them cannot be told apart.
    foreign = train.assign(town=train.town.cat.rename_categories({"Kiel": "Köln"}))
    xgboost.train({"objective": "binary:logistic", "max_depth": 2, "nthread": 1},
                  xgboost.DMatrix(foreign, targets["binary"], enable_categorical=True), 1).save_model(out / "xgboost-foreign.ubj")
    xgboost.train({"objective": "binary:logistic", "booster": "gblinear", "nthread": 1},
                  xgboost.DMatrix(coded(train).fillna(0), targets["binary"]), 2).save_model(out / "xgboost-linear.json")
(out / f"expected-{prefix}.json").write_text(json.dumps(expected) + "\n")
print("XGBoost", xgboost.__version__, len(asked), "rows")
if old:
    sys.exit()

import lightgbm

LIGHTGBM = {
    "binary": ("binary", {"objective": "binary"}),
    "steep": ("binary", {"objective": "binary", "sigmoid": 2.5}),
    "multiclass": ("classes", {"objective": "multiclass", "num_class": 3}),
    "ova": ("classes", {"objective": "multiclassova", "num_class": 3}),
    "regression": ("values", {"objective": "regression"}),
    "sqrt": ("values", {"objective": "regression", "reg_sqrt": True}),
    "poisson": ("counts", {"objective": "poisson"}),
    "tweedie": ("counts", {"objective": "tweedie"}),
    "share": ("share", {"objective": "cross_entropy"}),
    "lambda": ("share", {"objective": "cross_entropy_lambda"}),
    "quantile": ("values", {"objective": "quantile", "alpha": .9}),
    "forest": ("binary", {"objective": "binary", "boosting": "rf", "bagging_freq": 1, "bagging_fraction": .6}),
    "dart": ("binary", {"objective": "binary", "boosting": "dart", "drop_rate": .5}),
    "zeros": ("binary", {"objective": "binary", "zero_as_missing": True}),
    "never": ("binary", {"objective": "binary", "use_missing": False}),
    "constant": ("values", {"objective": "regression", "min_data_in_leaf": 10_000}),
}
models, thresholds = {}, []
for name, (target, parameters) in LIGHTGBM.items():
    made = lightgbm.train({"num_leaves": 6, "num_threads": 1, "verbose": -1, "min_data_in_leaf": 10, "min_data_per_group": 10,
                           "cat_smooth": 1, "max_cat_to_onehot": 2, "deterministic": True, **parameters},
                          lightgbm.Dataset(train, targets[target]), 6)
    models[name] = made
    said = made.trees_to_dataframe()
    said = said[said.split_feature.isin(["a", "d", "e"])]
    thresholds += list(zip(said.split_feature, said.threshold.astype(float)))[:6]
zero = rows.head(4).assign(a=[0.0, 1e-36, -1e-36, np.nan], d=[0.0, -0.0, 1e-36, 0.0])
asked = typed(pd.concat([rows, zero, at_thresholds(rows, thresholds, np.float64)]))
expected = {"rows": plain(asked), "codes": plain(coded(asked)), "models": {}}
for name, made in models.items():
    made.save_model(out / f"lightgbm-{name}.txt")
    expected["models"][name] = {"file": f"lightgbm-{name}.txt", "answers": numbers(made.predict(asked)),
                                # Of a forest raw_score is the sum, and the link is applied to the mean.
                                "sums": numbers(made.predict(asked, raw_score=True) / (6 if name == "forest" else 1))}
unnamed = lightgbm.train({"objective": "binary", "num_leaves": 6, "num_threads": 1, "verbose": -1},
                         lightgbm.Dataset(coded(train).to_numpy(), targets["binary"], categorical_feature=[1, 2]), 6)
unnamed.save_model(out / "lightgbm-unnamed.txt")
expected["models"]["unnamed"] = {
    "file": "lightgbm-unnamed.txt", "answers": numbers(unnamed.predict(coded(asked).to_numpy())),
    "sums": numbers(unnamed.predict(coded(asked).to_numpy(), raw_score=True))}
# A category that the model was not trained with is missing.
strange = asked.head(10).assign(town=["Ulm", "Rom"] * 5)
expected["strange"] = {"rows": plain(strange.assign(town=list(strange.town))),
                       "answers": numbers(models["binary"].predict(strange.assign(town=pd.Categorical(strange.town))))}
lightgbm.train({"objective": "regression", "linear_tree": True, "verbose": -1, "num_threads": 1},
               lightgbm.Dataset(coded(train).fillna(0), targets["values"]), 1).save_model(out / "lightgbm-linear.txt")
(out / "expected-lightgbm.json").write_text(json.dumps(expected) + "\n")
print("LightGBM", lightgbm.__version__, len(asked), "rows")

# What is missing is split from all that is not, at a threshold of inf; categories that are numbers and truth values.
draws = np.random.default_rng(12)
odd = pd.DataFrame({"a": np.where(draws.random(300) < .3, np.nan, draws.normal(size=300)),
                    "rate": pd.Categorical(draws.choice([0.5, 1.0, 2.25, 10.0], 300)),
                    "flag": pd.Categorical(draws.random(300) < .5)})
odd_values = odd.a.isna() * 5 + odd.rate.isin([1.0, 10.0]) * 3 + odd.flag.astype(bool) * 2
made = lightgbm.train({"objective": "regression", "num_leaves": 5, "num_threads": 1, "verbose": -1, "min_data_in_leaf": 5,
                       "min_data_per_group": 5, "cat_smooth": 1}, lightgbm.Dataset(odd, odd_values), 4)
made.save_model(out / "lightgbm-odd.txt")
asked = odd.head(40)
(out / "expected-odd.json").write_text(json.dumps({
    "a": [None if np.isnan(a) else a for a in asked.a], "rate": [str(rate) for rate in asked.rate], "flag": [str(flag) for flag in asked.flag],
    "answers": made.predict(asked).tolist()}) + "\n")

# A loss of one's own, which the file does not name: predict answers with the sum.
own = lightgbm.train({"objective": lambda scores, data: (scores - data.get_label(), np.ones(len(scores))), "num_leaves": 4,
                      "num_threads": 1, "verbose": -1}, lightgbm.Dataset(odd[["a"]].fillna(0), odd.a.fillna(0) * 2), 3)
own.save_model(out / "lightgbm-own.txt")
(out / "expected-own.json").write_text(json.dumps({
    "a": asked.a.fillna(0).tolist(), "answers": own.predict(asked[["a"]].fillna(0)).tolist()}) + "\n")
