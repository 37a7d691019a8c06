package dev.touchstone.samples.served;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.dtree.CARTClassificationTrainer;
import org.tribuo.classification.dtree.impurity.GiniIndex;
import org.tribuo.classification.ensemble.VotingCombiner;
import org.tribuo.common.tree.RandomForestTrainer;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/**
 * Trains a forest of Tribuo's on UCI Adult and saves it as Tribuo does, with what it answers to the
 * first 1,000 rows of the test data. Reads the tables by itself, and not as the tests do.
 *
 * <pre>
 * java dev.touchstone.samples.served.TribuoIncome src/test/resources
 * </pre>
 */
final class TribuoIncome {
  private static final List<String> NUMBERS =
      List.of("age", "education_num", "capital_gain", "capital_loss", "hours_per_week");
  private static final List<String> WORDS =
      List.of("workclass", "marital_status", "occupation", "relationship", "native_country");

  private TribuoIncome() {}

  public static void main(String[] arguments) throws IOException {
    Path resources = Path.of(arguments[0]);
    LabelFactory labels = new LabelFactory();
    List<Example<Label>> train = read(resources.resolve("data/adult/train.csv.gz"), 8000);
    MutableDataset<Label> data =
        new MutableDataset<>(train, new SimpleDataSourceProvenance("UCI Adult", labels), labels);
    // Features are tried in the order of their names, so that the trees are the same everywhere.
    Model<Label> forest =
        new RandomForestTrainer<>(
                new CARTClassificationTrainer(5, 20f, 0f, 0.5f, false, new GiniIndex(), 1L),
                new VotingCombiner(),
                7,
                1L)
            .train(data);
    forest.serializeToFile(resources.resolve("models/adult-tribuo.pb"));
    StringBuilder said = new StringBuilder();
    for (Example<Label> person : read(resources.resolve("data/adult/test.csv.gz"), 1000)) {
      said.append(forest.predict(person).getOutputScores().get(">50K").getScore()).append('\n');
    }
    Files.writeString(resources.resolve("models/adult-tribuo.txt"), said);
  }

  private static List<Example<Label>> read(Path file, int rows) throws IOException {
    List<Example<Label>> examples = new ArrayList<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      List<String> header = Arrays.asList(in.readLine().split(","));
      for (int i = 0; i < rows; i++) {
        String[] cells = in.readLine().split(",");
        ArrayExample<Label> example =
            new ArrayExample<>(new Label(cells[header.indexOf("income")]));
        List<String> columns = new ArrayList<>(NUMBERS);
        columns.addAll(WORDS);
        columns.sort(Comparator.naturalOrder());
        for (String column : columns) {
          String cell = cells[header.indexOf(column)];
          if (NUMBERS.contains(column)) {
            example.add(column, Double.parseDouble(cell));
          } else if (!cell.equals("?")) {
            example.add(column + "@" + cell, 1);
          }
        }
        examples.add(example);
      }
    }
    return examples;
  }
}
