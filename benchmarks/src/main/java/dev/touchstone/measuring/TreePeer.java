package dev.touchstone.measuring;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.touchstone.attribution.tree.TreeShap;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Model;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * TreeSHAP beside XGBoost's and LightGBM's own contributions and beside shap on a forest of
 * scikit-learn, in turn, on the same trees and rows in one session; the numbers are compared, too.
 *
 * <p>Arguments: a Python with {@code benchmarks/peers/requirements.txt} installed, the number of
 * rounds (5), the numbers of rows for the boosters (10,000), for shap's path-dependent values
 * (1,000) and for those against a background (100), and a folder that keeps the models ({@code
 * /tmp/touchstone-trees}).
 */
final class TreePeer {
  private static final int TREES = 500;
  private static final int DEPTH = 8;

  /** As in {@code tree_shap.py}. */
  private static final int COLUMNS = 20;

  private static final int BACKGROUND = 100;

  private TreePeer() {}

  /**
   * A work to compare.
   *
   * @param request what the peer calls its side of it
   * @param rows how many are explained
   */
  private record Work(String request, Model model, TreeShap method, int rows) {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length == 0) {
      throw new IllegalArgumentException("give the Python that has the peers installed");
    }
    int rounds = number(arguments, 1, 5);
    Path folder = Path.of(arguments.length > 5 ? arguments[5] : "/tmp/touchstone-trees");
    try (Peer peer = new Peer(arguments[0], "benchmarks/peers/tree_shap.py")) {
      JsonObject make = new JsonObject();
      make.addProperty("make", folder.toString());
      make.addProperty("trees", TREES);
      make.addProperty("depth", DEPTH);
      System.out.println(peer.ask(make));
      float[] train = floats(folder.resolve("train.bin"));
      float[] rows = floats(folder.resolve("rows.bin"));
      Model xgboost = Models.xgboost(folder.resolve("xgboost.ubj").toString()).emittingValues();
      Model lightgbm = Models.lightgbm(folder.resolve("lightgbm.txt").toString()).emittingValues();
      Model forest = Models.onnx(folder.resolve("forest.onnx").toString()).emittingValues();
      int boosted = number(arguments, 2, 10_000);
      float[] background = Arrays.copyOf(train, BACKGROUND * COLUMNS);
      System.out.printf(
          "%-10s %6s  %9s  %9s  %-22s %s%n",
          "work", "rows", "ours", "theirs", "ours / theirs", "largest difference");
      for (Work work :
          List.of(
              new Work("xgboost", xgboost, TreeShap.pathDependent(), boosted),
              new Work("lightgbm", lightgbm, TreeShap.pathDependent(), boosted),
              new Work(
                  "path", forest, TreeShap.pathDependent(data(train)), number(arguments, 3, 1000)),
              new Work(
                  "background",
                  forest,
                  TreeShap.against(data(background)),
                  number(arguments, 4, 100)))) {
        compare(peer, work, Arrays.copyOf(rows, work.rows() * COLUMNS), rounds);
      }
      Models.release(forest);
    }
  }

  private static int number(String[] arguments, int place, int otherwise) {
    return arguments.length > place ? Integer.parseInt(arguments[place]) : otherwise;
  }

  private static float[] floats(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  private static Dataset data(float[] values) {
    return Dataset.named("rows")
        .features(FeatureStore.inMemory(values, COLUMNS))
        .values(new double[values.length / COLUMNS], "")
        .build();
  }

  private static void compare(Peer peer, Work work, float[] values, int rounds) throws IOException {
    Tensor rows = Tensor.of(values, work.rows(), COLUMNS);
    JsonObject request = new JsonObject();
    request.addProperty("run", work.request());
    request.addProperty("rows", work.rows());
    explain(work, rows);
    double[] ours = new double[rounds];
    double[] theirs = new double[rounds];
    double[] ratios = new double[rounds];
    double difference = 0;
    for (int round = 0; round < rounds; round++) {
      long start = System.nanoTime();
      double[][] maps = explain(work, rows);
      ours[round] = (System.nanoTime() - start) / 1e9;
      JsonObject answer = peer.ask(request);
      theirs[round] = answer.get("seconds").getAsDouble();
      ratios[round] = ours[round] / theirs[round];
      difference = largestDifference(maps[0], answer.getAsJsonArray("values"));
    }
    Arrays.sort(ratios);
    System.out.printf(
        "%-10s %6d  %7.2f s  %7.2f s  %5.3f (%.3f to %.3f)   %.1e%n",
        work.request(),
        work.rows(),
        Medians.of(ours),
        Medians.of(theirs),
        Medians.of(ratios),
        ratios[0],
        ratios[rounds - 1],
        difference);
  }

  private static double[][] explain(Work work, Tensor rows) {
    return work.method()
        .attribute(work.model(), rows, Quantity.output(0), RunContext.current())
        .maps();
  }

  /** Of the first row's numbers, relative to the largest of them. */
  private static double largestDifference(double[] ours, JsonArray theirs) {
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < ours.length; i++) {
      largest = Math.max(largest, Math.abs(ours[i]));
      difference = Math.max(difference, Math.abs(ours[i] - theirs.get(i).getAsDouble()));
    }
    return difference / largest;
  }
}
