package dev.touchstone.samples.served;

import dev.touchstone.model.ModelFile;
import dev.touchstone.model.ModelReader;
import dev.touchstone.model.Rows;
import dev.touchstone.model.ServedModel;
import dev.touchstone.model.tree.TreeColumn;
import dev.touchstone.model.tree.XgboostFile;
import java.util.List;
import java.util.OptionalInt;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/** Reads XGBoost's own files by XGBoost4J, categories by the names that the file gives them. */
record XgboostReader() implements ModelReader {
  static final String VERSION = "3.4.0";

  @Override
  public ServedModel read(ModelFile file) throws Exception {
    XgboostFile stated = XgboostFile.of(file.name(), file.bytes());
    stated.requireReader("XGBoost4J", VERSION);
    List<TreeColumn> columns = stated.trees(OptionalInt.empty()).columns();
    return new Trees(XGBoost.loadModel(file.bytes()), columns);
  }

  private record Trees(Booster booster, List<TreeColumn> stated) implements ServedModel {

    @Override
    public List<String> columns() {
      return stated.stream().map(TreeColumn::name).toList();
    }

    @Override
    public double[][] answer(Rows rows) throws XGBoostError {
      float[] matrix = new float[rows.size() * stated.size()];
      for (int c = 0; c < stated.size(); c++) {
        TreeColumn column = stated.get(c);
        double[] values =
            column.categories().isEmpty()
                ? rows.numbers(column.name())
                : rows.codes(column.name(), column.categories());
        for (int i = 0; i < values.length; i++) {
          matrix[i * stated.size() + c] = (float) values[i];
        }
      }
      DMatrix asked = new DMatrix(matrix, rows.size(), stated.size(), Float.NaN);
      try {
        return ServedModel.answers(booster.predict(asked));
      } finally {
        asked.dispose();
      }
    }

    @Override
    public void close() {
      booster.dispose();
    }
  }
}
