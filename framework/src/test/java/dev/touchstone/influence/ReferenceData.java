package dev.touchstone.influence;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.linalg.Matrix;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;

/**
 * scikit-learn's digits and breast cancer with 20 % of the training labels flipped, and what {@code
 * src/test/python/mislabelled_reference.py} computed on them.
 */
public record ReferenceData(
    Matrix train, int[] truth, int[] given, Matrix audit, int[] auditTruth, int classes) {
  private static final int AUDIT = 100;

  private static final Map<ReferenceData, FittedHead> FITTED = new ConcurrentHashMap<>();
  private static final Map<String, ReferenceData> READ = new ConcurrentHashMap<>();

  public static ReferenceData of(String name, int seed) {
    return READ.computeIfAbsent(name + seed, key -> read(name, seed));
  }

  private static ReferenceData read(String name, int seed) {
    double[][] table =
        lines(name + ".csv.gz").stream()
            .map(line -> line.split(","))
            .map(cells -> Arrays.stream(cells).mapToDouble(Double::parseDouble).toArray())
            .toArray(double[][]::new);
    List<String[]> split =
        lines(name + "_seed" + seed + ".csv.gz").stream()
            .skip(1)
            .map(line -> line.split(","))
            .toList();
    List<String[]> training = split.stream().filter(cells -> cells[1].equals("train")).toList();
    List<String[]> audit =
        split.stream().filter(cells -> cells[1].equals("audit")).limit(AUDIT).toList();
    return new ReferenceData(
        features(table, training),
        column(training, 2),
        column(training, 3),
        features(table, audit),
        column(audit, 2),
        (int) Arrays.stream(table).mapToDouble(row -> row[0]).max().orElseThrow() + 1);
  }

  static JsonObject expected(String name, int seed) {
    JsonArray all = json().getAsJsonArray("detectors");
    return StreamSupport.stream(all.spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .filter(row -> row.get("data").getAsString().equals(name))
        .filter(row -> row.get("seed").getAsInt() == seed)
        .findFirst()
        .orElseThrow();
  }

  public static JsonObject json() {
    return json("mislabelled.json");
  }

  public static JsonObject json(String file) {
    try (InputStream in = open(file)) {
      return new Gson()
          .fromJson(new InputStreamReader(in, StandardCharsets.UTF_8), JsonObject.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static double[] numbers(JsonElement array) {
    return StreamSupport.stream(array.getAsJsonArray().spliterator(), false)
        .mapToDouble(JsonElement::getAsDouble)
        .toArray();
  }

  FittedHead fitted() {
    return FITTED.computeIfAbsent(
        this, key -> LogisticHead.withDefaults().fit(train, given, classes));
  }

  /** The training data as a data set, with their right labels. */
  public Dataset cleanTrainingData(String name) {
    float[] values = new float[train.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) train.values()[i];
    }
    return Dataset.named(name)
        .features(FeatureStore.inMemory(values, train.columns()))
        .labels(truth)
        .build();
  }

  public boolean[] wrong() {
    boolean[] wrong = new boolean[truth.length];
    for (int i = 0; i < wrong.length; i++) {
      wrong[i] = truth[i] != given[i];
    }
    return wrong;
  }

  ReferenceData without(int example) {
    int[] kept = IntStream.range(0, given.length).filter(i -> i != example).toArray();
    return selected(kept);
  }

  public ReferenceData selected(int... kept) {
    Matrix rows = Matrix.zeros(kept.length, train.columns());
    for (int i = 0; i < kept.length; i++) {
      System.arraycopy(
          train.values(),
          kept[i] * train.columns(),
          rows.values(),
          i * train.columns(),
          train.columns());
    }
    return new ReferenceData(
        rows,
        Arrays.stream(kept).map(i -> truth[i]).toArray(),
        Arrays.stream(kept).map(i -> given[i]).toArray(),
        audit,
        auditTruth,
        classes);
  }

  private static Matrix features(double[][] table, List<String[]> rows) {
    return Matrix.ofRows(
        rows.stream()
            .map(cells -> table[Integer.parseInt(cells[0])])
            .map(row -> Arrays.copyOfRange(row, 1, row.length))
            .toArray(double[][]::new));
  }

  private static int[] column(List<String[]> rows, int column) {
    return rows.stream().mapToInt(cells -> Integer.parseInt(cells[column])).toArray();
  }

  private static InputStream open(String file) {
    InputStream in = ReferenceData.class.getResourceAsStream("/reference/" + file);
    return Objects.requireNonNull(in, file);
  }

  private static List<String> lines(String file) {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(new GZIPInputStream(open(file)), StandardCharsets.US_ASCII))) {
      List<String> lines = new ArrayList<>();
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
