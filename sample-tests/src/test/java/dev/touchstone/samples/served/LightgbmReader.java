package dev.touchstone.samples.served;

import com.microsoft.ml.lightgbm.PredictionType;
import dev.touchstone.model.ModelFile;
import dev.touchstone.model.ModelReader;
import dev.touchstone.model.Rows;
import dev.touchstone.model.ServedModel;
import dev.touchstone.model.tree.LightgbmFile;
import dev.touchstone.model.tree.TreeColumn;
import dev.touchstone.model.tree.TreeEnsemble;
import dev.touchstone.runtime.TouchstoneException;
import io.github.metarank.lightgbm4j.LGBMBooster;
import io.github.metarank.lightgbm4j.LGBMException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads LightGBM's own files by lightgbm4j, categories by the names that the file gives them. */
record LightgbmReader() implements ModelReader {
  @Override
  public ServedModel read(ModelFile file) throws LGBMException {
    TreeEnsemble stated = LightgbmFile.of(file.name(), file.bytes()).trees();
    if (stated.outputs() > 1) {
      throw new TouchstoneException(
          "lightgbm4j has room for one number a row, and writes those of %d classes beyond it; take Models.lightgbm(file)"
              .formatted(stated.outputs()));
    }
    String text = new String(file.bytes(), StandardCharsets.UTF_8);
    return new Trees(LGBMBooster.loadModelFromString(text), stated.columns());
  }

  private record Trees(LGBMBooster booster, List<TreeColumn> stated) implements ServedModel {

    @Override
    public List<String> columns() {
      return stated.stream().map(TreeColumn::name).toList();
    }

    @Override
    public double[][] answer(Rows rows) throws LGBMException {
      double[] matrix = new double[rows.size() * stated.size()];
      for (int c = 0; c < stated.size(); c++) {
        TreeColumn column = stated.get(c);
        double[] values =
            column.categories().isEmpty()
                ? rows.numbers(column.name())
                : rows.codes(column.name(), column.categories());
        for (int i = 0; i < values.length; i++) {
          matrix[i * stated.size() + c] = values[i];
        }
      }
      double[] said =
          booster.predictForMat(
              matrix, rows.size(), stated.size(), true, PredictionType.C_API_PREDICT_NORMAL);
      return ServedModel.answers(said, 1);
    }

    @Override
    public void close() {
      try {
        booster.close();
      } catch (LGBMException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
