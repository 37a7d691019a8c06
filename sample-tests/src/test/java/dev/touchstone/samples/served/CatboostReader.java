package dev.touchstone.samples.served;

import ai.catboost.CatBoostError;
import ai.catboost.CatBoostModel;
import ai.catboost.CatBoostPredictions;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.touchstone.model.ModelFile;
import dev.touchstone.model.ModelReader;
import dev.touchstone.model.Rows;
import dev.touchstone.model.ServedModel;
import java.util.List;

/**
 * Reads CatBoost's own files by CatBoost's library for Java, which answers logits, and takes
 * categories as texts. Numbers come first, then categories, each in the model's order.
 */
record CatboostReader() implements ModelReader {

  @Override
  public ServedModel read(ModelFile file) throws CatBoostError {
    return new Trees(CatBoostModel.loadModel(file.bytes()));
  }

  private record Trees(CatBoostModel model) implements ServedModel {

    @Override
    public List<String> columns() {
      return List.of(model.getFeatureNames());
    }

    /** As the file states them; a regressor has none. */
    @Override
    public List<String> classes() {
      String stated = model.getMetadata().get("class_params");
      return stated == null
          ? List.of()
          : JsonParser.parseString(stated)
              .getAsJsonObject()
              .getAsJsonArray("class_names")
              .asList()
              .stream()
              .map(JsonElement::getAsString)
              .toList();
    }

    @Override
    public double[][] answer(Rows rows) throws CatBoostError {
      float[][] numbers = new float[rows.size()][model.getUsedNumericFeatureCount()];
      String[][] texts = new String[rows.size()][model.getUsedCategoricFeatureCount()];
      int numeric = 0;
      int categorical = 0;
      for (CatBoostModel.Feature feature : model.getFeatures()) {
        if (feature instanceof CatBoostModel.FloatFeature) {
          double[] column = rows.numbers(feature.getName());
          for (int i = 0; i < column.length; i++) {
            numbers[i][numeric] = (float) column[i];
          }
          numeric++;
        } else {
          String[] column = rows.texts(feature.getName());
          for (int i = 0; i < column.length; i++) {
            texts[i][categorical] = column[i];
          }
          categorical++;
        }
      }
      CatBoostPredictions said = model.predict(numbers, texts);
      return ServedModel.answers(said.copyRowMajorPredictions(), said.getPredictionDimension());
    }

    @Override
    public void close() {
      try {
        model.close();
      } catch (CatBoostError e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
