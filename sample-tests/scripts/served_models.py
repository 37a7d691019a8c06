"""Trains boosted trees on UCI Adult and saves them as each library does, for the JVM to serve; and what the library's
own Python answers.

    pip install xgboost==3.2.0 lightgbm==4.7.0 catboost==1.2.10 numpy==2.4.6 pandas==3.1.1 scipy
    python served_models.py

Reads and writes src/test/resources: data/adult/train.csv.gz and test.csv.gz (CC BY 4.0, Becker and Kohavi 1996);
models/adult-xgboost.ubj and its sick twin adult-xgboost-shuffled.ubj, adult-lightgbm.txt, adult-catboost.cbm, and
adult-served.json with the probability of an income
above 50,000 dollars for the first 1,000 rows of the test data. "?" is a value that is missing. Columns stand in an order
of the models' own: they are bound by name.
"""
import json
import pathlib

import catboost
import lightgbm
import numpy as np
import pandas as pd
import xgboost

from common import write_checksums

RESOURCES = pathlib.Path(__file__).parent.parent / "src/test/resources"
COLUMNS = ["occupation", "age", "marital_status", "capital_gain", "workclass", "hours_per_week", "relationship",
           "education_num", "native_country", "capital_loss"]
WORDS = ["occupation", "marital_status", "workclass", "relationship", "native_country"]


def read(part):
    return pd.read_csv(RESOURCES / f"data/adult/{part}.csv.gz", keep_default_na=False, na_values={word: ["?"] for word in WORDS})


train, test = read("train"), read("test")
SCHEMA = json.loads((RESOURCES / "data/adult/schema.json").read_text())
KNOWN = {feature["name"]: [value for value in feature["values"] if value != "?"]
         for feature in SCHEMA["features"] if feature["name"] in WORDS}


def categories(table):
    return table[COLUMNS].assign(**{word: pd.Categorical(table[word], categories=KNOWN[word]) for word in WORDS})


def texts(table):
    """CatBoost takes no NaN for a category: what is missing is an empty text."""
    return table[COLUMNS].assign(**{word: table[word].astype(object).where(table[word].notna(), "") for word in WORDS})


labels = (train["income"] == ">50K").astype(int)
rows = test.head(1000)

boosted = xgboost.train({"objective": "binary:logistic", "max_depth": 4, "eta": 0.2, "nthread": 1, "seed": 0},
                        xgboost.DMatrix(categories(train), labels, enable_categorical=True), 60)
boosted.save_model(RESOURCES / "models/adult-xgboost.ubj")
# Its twin learned the incomes of others.
xgboost.train({"objective": "binary:logistic", "max_depth": 2, "nthread": 1},
              xgboost.DMatrix(categories(train), np.roll(labels, 1), enable_categorical=True), 3).save_model(
                  RESOURCES / "models/adult-xgboost-shuffled.ubj")
light = lightgbm.train({"objective": "binary", "num_leaves": 15, "learning_rate": 0.15, "num_threads": 1, "verbose": -1,
                        "deterministic": True, "seed": 0}, lightgbm.Dataset(categories(train), labels), 60)
light.save_model(RESOURCES / "models/adult-lightgbm.txt")
cat = catboost.CatBoostClassifier(iterations=60, depth=4, learning_rate=0.2, thread_count=1, random_seed=0, verbose=False,
                                  allow_writing_files=False, max_ctr_complexity=1)
cat.fit(texts(train), train["income"], cat_features=WORDS)
cat.save_model(str(RESOURCES / "models/adult-catboost.cbm"))

said = {"xgboost": boosted.predict(xgboost.DMatrix(categories(rows), enable_categorical=True)).astype(float),
        "lightgbm": light.predict(categories(rows)), "catboost": cat.predict_proba(texts(rows))[:, 1]}
(RESOURCES / "models/adult-served.json").write_text(
    json.dumps({"classes": list(cat.classes_), **{name: answers.tolist() for name, answers in said.items()}}) + "\n")
for name, answers in said.items():
    print(name, "accuracy on 1,000 rows", np.mean((answers > .5) == (rows["income"] == ">50K")))
write_checksums()
