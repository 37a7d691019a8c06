#!/usr/bin/env bash
# XGBoost: a reader that is older than its file reads another model out of it, without an error.
#
# Input: 300 rows of three numbers drawn with seed 0.
# 1. Three classes, trained by XGBoost 3.2.0 for Python and saved as JSON, read by XGBoost4J 2.1.4.
#    Expected: the same answers, or a refusal; the file says "version": [3, 2, 0].
#    Seen: the base score, which is a list since version 3.1, is read as another number: 159 labels flip.
# 2. Two classes with rate_drop 0.4, trained by XGBoost4J 3.4.0, read by XGBoost 3.2.0 for Python.
#    Seen: the weights of dropped trees, which stand in the model since version 3.4, are passed over, and
#    every answer is another one.
# XGBoost4J 3.4.0 reads the first file right, and its own.
# Exit status 0 while that is so. Needs a JDK of version 11 or later.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
central=https://repo1.maven.org/maven2
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install numpy==2.4.6 scipy
"$folder/venv/bin/pip" -q install --no-deps xgboost==3.2.0
for jar in ml/dmlc/xgboost4j_2.12/2.1.4/xgboost4j_2.12-2.1.4.jar ml/dmlc/xgboost4j_2.12/3.4.0/xgboost4j_2.12-3.4.0.jar \
  com/esotericsoftware/kryo/5.6.2/kryo-5.6.2.jar commons-logging/commons-logging/1.3.4/commons-logging-1.3.4.jar; do
  curl -fsSL -o "$folder/${jar##*/}" "$central/$jar"
done
cd "$folder"
cat > Ask.java <<'JAVA'
import java.nio.file.*;
import java.util.*;
import java.util.stream.*;
import ml.dmlc.xgboost4j.java.*;

class Ask {
  public static void main(String[] arguments) throws Exception {
    List<String> lines = Files.readAllLines(Path.of("rows.csv"));
    int n = lines.size();
    float[] rows = new float[3 * n];
    float[] labels = new float[n];
    for (int i = 0; i < n; i++) {
      String[] cells = lines.get(i).split(",");
      for (int c = 0; c < 3; c++) {
        rows[3 * i + c] = Float.parseFloat(cells[c]);
      }
      labels[i] = rows[3 * i] > 0 ? 1 : 0;
    }
    DMatrix asked = new DMatrix(rows, n, 3, Float.NaN);
    asked.setLabel(labels);
    Booster booster;
    if (arguments[0].equals("train")) {
      booster = XGBoost.train(asked, Map.of("objective", "binary:logistic", "max_depth", 3, "rate_drop", .4, "nthread", 1), 6,
          new HashMap<>(), null, null);
      booster.saveModel("dropped.json");
    } else {
      booster = XGBoost.loadModel(arguments[0]);
    }
    Files.write(Path.of(arguments[1]), Arrays.stream(booster.predict(asked))
        .map(row -> IntStream.range(0, row.length).mapToObj(k -> "" + row[k]).collect(Collectors.joining(",")))
        .collect(Collectors.toList()));
  }
}
JAVA
ask() { # version, model, answers
  java -cp "xgboost4j_2.12-$1.jar:kryo-5.6.2.jar:commons-logging-1.3.4.jar" Ask.java "$2" "$3" >/dev/null 2>&1
}
cat > train.py <<'PYTHON'
import numpy as np
import xgboost

random = np.random.default_rng(0)
rows = random.normal(size=(300, 3)).astype(np.float32)
score = rows[:, 0] + random.normal(size=300)
np.savetxt("rows.csv", rows, delimiter=",", fmt="%.9g")
model = xgboost.train({"objective": "multi:softprob", "num_class": 3, "max_depth": 3, "nthread": 1},
                      xgboost.DMatrix(rows, (score > -1.2).astype(int) + (score > 1)), 1)
model.save_model("classes.json")
np.savetxt("expected.csv", model.predict(xgboost.DMatrix(rows)), delimiter=",")
PYTHON
venv/bin/python train.py
ask 2.1.4 classes.json older.csv
ask 3.4.0 classes.json newer.csv
ask 3.4.0 train dropped.csv
venv/bin/python - <<'PYTHON'
import numpy as np
import xgboost

rows, expected, older, newer, dropped = [np.loadtxt(name + ".csv", delimiter=",") for name in
                                         ("rows", "expected", "older", "newer", "dropped")]
flipped = int((older.argmax(axis=1) != expected.argmax(axis=1)).sum())
read = xgboost.Booster(model_file="dropped.json").predict(xgboost.DMatrix(rows))
print("XGBoost4J 2.1.4 flips", flipped, "of 300 labels of a 3.2.0 file, and differs by", np.abs(older - expected).max().round(3))
print("XGBoost4J 3.4.0 differs by", np.abs(newer - expected).max())
print("XGBoost 3.2.0 differs on a 3.4.0 file with dropped trees by", np.abs(read - dropped).min().round(3), "to", np.abs(read - dropped).max().round(3))
assert flipped > 10 and np.abs(newer - expected).max() < 1e-6 and np.abs(read - dropped).min() > .01, "this has changed"
PYTHON
