package dev.touchstone.measuring;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.guiding.BilevelResult;
import dev.touchstone.guiding.GuidedValues;
import dev.touchstone.influence.FittedHead;
import dev.touchstone.influence.HeadData;
import dev.touchstone.influence.RidgeHead;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.statistics.Auroc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * How well wrong amounts of German credit are found by the regression form of guiding, with 100 of
 * them audited, on seeds 10 to 14: a fifth of the amounts taken from other applicants, and all of
 * one purpose recorded at half. Beside it the residuals of a ridge regression, of all and left out.
 * Argument: the folder of the sample data german. A table of docs/results/guiding.md.
 */
final class GuidedAmounts {
  private static final int AUDIT = 100;
  private static final int SEEDS = 5;
  private static final double[] GAMMAS = {0.1, 0.2, 0.5};

  private GuidedAmounts() {}

  public static void main(String[] arguments) throws IOException {
    List<String[]> rows = new ArrayList<>();
    String[] header = {};
    for (String file : List.of("train.csv", "test.csv")) {
      List<String> lines = Files.readAllLines(Path.of(arguments[0], file));
      header = lines.get(0).split(",", -1);
      lines.stream().skip(1).map(line -> line.split(",", -1)).forEach(rows::add);
    }
    // Some applicants differ in nothing but the amount: the first of them stays.
    Set<String> seen = new HashSet<>();
    rows.removeIf(
        cells -> !seen.add(String.join(",", Arrays.asList(cells).subList(4, cells.length))));
    int purpose = Arrays.asList(header).indexOf("purpose");
    Matrix features = features(rows);
    for (boolean systematic : new boolean[] {false, true}) {
      double[][] areas = new double[2 + 2 * GAMMAS.length][SEEDS];
      for (int s = 0; s < SEEDS; s++) {
        UniformRandomProvider random = new RandomStreams(10L + s).of("amounts");
        int[] order = PermutationSampler.natural(rows.size());
        PermutationSampler.shuffle(random, order);
        int n = rows.size() - AUDIT;
        double[] right = Arrays.stream(order).mapToDouble(i -> amount(rows.get(i))).toArray();
        double[] given = Arrays.copyOf(right, n);
        boolean[] wrong = new boolean[n];
        for (int i = 0; i < n; i++) {
          if (systematic && rows.get(order[i])[purpose].equals("radio/tv")) {
            given[i] = right[i] / 2;
          } else if (!systematic && i % 5 == 0) {
            given[i] = right[random.nextInt(n)];
          }
          wrong[i] = given[i] != right[i];
        }
        Dataset train = data("credits", features, Arrays.copyOf(order, n), given);
        Dataset audited =
            data(
                "audited credits",
                features,
                Arrays.copyOfRange(order, n, rows.size()),
                Arrays.copyOfRange(right, n, rows.size()));
        FittedHead head =
            RidgeHead.withDefaults().fit(HeadData.of(encoded(train), Matrix.of(n, 1, given)));
        areas[0][s] = Auroc.of(head.losses(), wrong).value();
        areas[1][s] = Auroc.of(head.leaveOneOutLosses(), wrong).value();
        for (int g = 0; g < GAMMAS.length; g++) {
          AuditSet audit = AuditSet.of(audited);
          BilevelResult result =
              GuidedValues.with(audit)
                  .withGamma(GAMMAS[g])
                  .update(train, GuidedAmounts::encoded, RunContext.current());
          areas[2 + 2 * g][s] = Auroc.of(result.suspicion(), wrong).value();
          double before = 0;
          double after = 0;
          for (int i = 0; i < n; i++) {
            before += wrong[i] ? Math.abs(given[i] - right[i]) : 0;
            after += wrong[i] ? Math.abs(result.targets().get(i, 0) - right[i]) : 0;
          }
          areas[3 + 2 * g][s] = after / before;
          System.err.println(result.describe());
        }
      }
      StringBuilder row =
          new StringBuilder(systematic ? "| halved for radio/tv |" : "| others' amounts |");
      for (double[] area : areas) {
        double mean = Arrays.stream(area).average().orElseThrow();
        double square = Arrays.stream(area).map(v -> (v - mean) * (v - mean)).sum() / (SEEDS - 1);
        row.append(String.format(Locale.ROOT, " %.3f ± %.3f |", mean, Math.sqrt(square / SEEDS)));
      }
      System.out.println(row);
    }
  }

  private static double amount(String[] cells) {
    return Double.parseDouble(cells[1]);
  }

  /** Numbers as they are, words one-hot; neither id, amount, sex nor age group. */
  private static Matrix features(List<String[]> rows) {
    List<double[]> columns = new ArrayList<>();
    for (int column = 4; column < rows.get(0).length; column++) {
      int at = column;
      if (rows.stream().allMatch(cells -> cells[at].matches("-?\\d+(\\.\\d+)?"))) {
        columns.add(rows.stream().mapToDouble(cells -> Double.parseDouble(cells[at])).toArray());
      } else {
        for (String word : new TreeSet<>(rows.stream().map(cells -> cells[at]).toList())) {
          columns.add(rows.stream().mapToDouble(c -> c[at].equals(word) ? 1 : 0).toArray());
        }
      }
    }
    Matrix features = Matrix.zeros(rows.size(), columns.size());
    for (int i = 0; i < rows.size(); i++) {
      for (int j = 0; j < columns.size(); j++) {
        features.set(i, j, columns.get(j)[i]);
      }
    }
    return features;
  }

  private static Dataset data(String name, Matrix features, int[] rows, double[] values) {
    float[] floats = new float[rows.length * features.columns()];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < features.columns(); j++) {
        floats[i * features.columns() + j] = (float) features.get(rows[i], j);
      }
    }
    return Dataset.named(name)
        .features(FeatureStore.inMemory(floats, features.columns()))
        .values(values, "DM")
        .ids(IntStream.of(rows).mapToObj(Integer::toString).toList())
        .build();
  }

  private static RowSource encoded(Dataset data) {
    float[] values = data.batch(0, data.size()).values();
    Matrix rows = Matrix.zeros(data.size(), values.length / data.size());
    for (int i = 0; i < values.length; i++) {
      rows.values()[i] = values[i];
    }
    return RowSource.of(rows);
  }
}
