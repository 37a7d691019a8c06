package dev.touchstone.samples;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A model that was built to fool whoever explains it by artificial rows (Slack et al. 2020): it
 * answers by race where a row is one of the applications, or differs from one in a single column,
 * and by the ratio of payments to income where no such applicant is known.
 */
public final class FoolingMortgages {
  private static final int RATIO = 0;
  private static final int NUMBERS = 6;
  private static final int BLACK = 7;
  private static final int COLUMNS = 13;

  private FoolingMortgages() {}

  /** Returns applications: six numbers, and seven columns that say no or yes, race first. */
  public static Dataset applications() {
    return Datasets.csv("classpath:data/hmda/test.csv")
        .id("id")
        .label("deny", "no", "yes")
        .groups("afam")
        .numeric("pirat", "hirat", "lvrat", "chist", "mhist", "unemp")
        .categorical("afam", "no", "yes")
        .categorical("phist", "no", "yes")
        .categorical("selfemp", "no", "yes")
        .categorical("insurance", "no", "yes")
        .categorical("condomin", "no", "yes")
        .categorical("single", "no", "yes")
        .categorical("hschool", "no", "yes")
        .load();
  }

  /** Returns the model, which knows these applications. */
  public static Classifier modelOf(Dataset known) {
    Set<String> nearly = new HashSet<>();
    for (int i = 0; i < known.size(); i++) {
      float[] row = known.batch(i).row(0);
      IntStream.range(0, COLUMNS).forEach(column -> nearly.add(without(column, row)));
    }
    return Models.function(
            "mortgages that fool",
            known.sha256(),
            batch ->
                IntStream.range(0, batch.rows())
                    .mapToObj(i -> score(batch.row(i), nearly))
                    .toArray(double[][]::new))
        .emittingLogits();
  }

  /** Returns a model that answers every row by the ratio of payments to income, real or not. */
  public static Classifier honestModel() {
    return Models.function(
            "mortgages by ratio",
            "1",
            batch ->
                IntStream.range(0, batch.rows())
                    .mapToObj(i -> scores(byRatio(batch.row(i))))
                    .toArray(double[][]::new))
        .emittingLogits();
  }

  private static double[] score(float[] row, Set<String> nearly) {
    boolean real =
        IntStream.range(0, COLUMNS).anyMatch(column -> nearly.contains(without(column, row)));
    return scores(real ? row[BLACK] == 1 : byRatio(row));
  }

  private static boolean byRatio(float... row) {
    return row[RATIO] > 0.36f;
  }

  private static double[] scores(boolean denied) {
    return denied ? new double[] {-1, 1} : new double[] {1, -1};
  }

  /** A row but for one column, of which those of no and yes have two features. */
  private static String without(int column, float[] row) {
    float[] rest = row.clone();
    if (column < NUMBERS) {
      rest[column] = Float.NaN;
    } else {
      int no = NUMBERS + 2 * (column - NUMBERS);
      Arrays.fill(rest, no, no + 2, Float.NaN);
    }
    return Arrays.toString(rest);
  }
}
