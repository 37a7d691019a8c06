package dev.touchstone.samples.served;

import dev.touchstone.model.ModelFile;
import dev.touchstone.model.ModelReader;
import dev.touchstone.model.Rows;
import dev.touchstone.model.ServedModel;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.VariableInfo;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.impl.ArrayExample;

/**
 * Reads Tribuo's own files, which are protocol buffers; those of Java's serialization are refused.
 * A text becomes the feature {@code column@text}, as Tribuo's row processors name it.
 */
record TribuoReader() implements ModelReader {

  @Override
  public ServedModel read(ModelFile file) throws IOException {
    return new Tribuo(Model.deserializeFromStream(file.open()).castModel(Label.class));
  }

  /** One row as Tribuo takes it; of what is missing it has no feature. */
  static Example<Label> example(Map<String, Object> row) {
    ArrayExample<Label> example = new ArrayExample<>(LabelFactory.UNKNOWN_LABEL);
    row.forEach(
        (column, value) -> {
          if (value instanceof Double number) {
            example.add(column, number);
          } else {
            example.add(column + "@" + value, 1);
          }
        });
    return example;
  }

  private record Tribuo(Model<Label> model) implements ServedModel {

    /** The features without the texts behind their {@code @}. */
    @Override
    public List<String> columns() {
      TreeSet<String> columns = new TreeSet<>();
      for (VariableInfo feature : model.getFeatureIDMap()) {
        columns.add(feature.getName().split("@", 2)[0]);
      }
      return List.copyOf(columns);
    }

    /** In alphabetical order: Tribuo's own is that in which it met them. */
    @Override
    public List<String> classes() {
      return model.getOutputIDInfo().getDomain().stream().map(Label::getLabel).sorted().toList();
    }

    @Override
    public double[][] answer(Rows rows) {
      List<String> classes = classes();
      double[][] answers = new double[rows.size()][classes.size()];
      for (int i = 0; i < answers.length; i++) {
        Map<String, Label> scores = model.predict(example(rows.row(i))).getOutputScores();
        for (int c = 0; c < classes.size(); c++) {
          answers[i][c] = scores.get(classes.get(c)).getScore();
        }
      }
      return answers;
    }
  }
}
