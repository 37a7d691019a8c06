package dev.touchstone.measuring;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.data.Tensor;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.Predictions;
import dev.touchstone.robustness.Certifier;
import dev.touchstone.robustness.IntervalBounds;
import dev.touchstone.robustness.ProjectedGradientDescent;
import dev.touchstone.robustness.ThreatModel;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.Settings;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * PGD of 40 steps on 256 images of clothes beside Foolbox's, and interval bounds beside
 * auto_LiRPA's, in turn. Ours stops an image where its answer is wrong; at a small ε few are.
 *
 * <p>Arguments: a Python with Foolbox and auto_LiRPA, and the number of rounds.
 */
final class RobustnessPeer {
  private static final String FASHION = "sample-tests/src/test/resources/data/fashion/test-";
  private static final String MODEL = "sample-tests/src/test/resources/models/fashion-healthy.onnx";
  private static final int BATCH = 256;
  private static final int STEPS = 40;
  private static final double[] EPSILONS = {1 / 255.0, 8 / 255.0};

  private RobustnessPeer() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      throw new IllegalArgumentException("a Python with Foolbox and auto_LiRPA, and rounds");
    }
    int rounds = Integer.parseInt(arguments[1]);
    Dataset images =
        Datasets.idx(FASHION + "images-idx3-ubyte.gz", FASHION + "labels-idx1-ubyte.gz")
            .load()
            .scaledBy(1 / 255.0)
            .first(BATCH);
    Classifier model = Models.onnx(MODEL).emittingLogits();
    int[] all = IntStream.range(0, BATCH).toArray();
    Path file = Files.createTempFile("robustness", ".bin");
    try (Peer peer = new Peer(arguments[0], "benchmarks/peers/robustness.py")) {
      System.out.println("beside " + peer.ask(described(file, images)));
      for (double epsilon : EPSILONS) {
        ThreatModel threat = ThreatModel.linf(epsilon).inRange(0, 1);
        double[] attacks = new double[rounds];
        double[] bounds = new double[rounds];
        for (int round = -1; round < rounds; round++) { // one to warm up
          JsonObject request = new JsonObject();
          request.addProperty("epsilon", epsilon);
          request.addProperty("steps", STEPS);
          request.addProperty("seed", round + 1);
          JsonObject theirs = peer.ask(request);
          RunContext context = context(round + 1);
          long start = System.nanoTime();
          float[][] rows =
              ProjectedGradientDescent.within(threat)
                  .withSteps(STEPS)
                  .perturb(model, images, all, context)
                  .rows();
          double attack = (System.nanoTime() - start) / 1e9;
          start = System.nanoTime();
          Certifier.Status[] statuses =
              IntervalBounds.within(threat).certify(model, images, all, context);
          double bound = (System.nanoTime() - start) / 1e9;
          System.out.printf(
              "ε %.4f, %s: PGD ours %.2f s, %.3f wrong, theirs %.2f s, %.3f wrong; intervals ours"
                  + " %.3f s, %.3f proven, theirs %.3f s, %.3f proven%n",
              epsilon,
              round < 0 ? "warming up" : "round " + round,
              attack,
              wrong(model, images, rows),
              theirs.get("attack").getAsDouble(),
              theirs.get("wrong").getAsDouble(),
              bound,
              Arrays.stream(statuses).filter(s -> s == Certifier.Status.PROVEN).count()
                  / (double) BATCH,
              theirs.get("bounds").getAsDouble(),
              theirs.get("proven").getAsDouble());
          if (round >= 0) {
            attacks[round] = attack / theirs.get("attack").getAsDouble();
            bounds[round] = bound / theirs.get("bounds").getAsDouble();
          }
        }
        System.out.printf(
            "ε %.4f, median of ours / theirs: PGD %.3f, intervals %.3f%n",
            epsilon, Medians.of(attacks), Medians.of(bounds));
      }
    } finally {
      Files.delete(file);
    }
    System.exit(0);
  }

  private static double wrong(Classifier model, Dataset images, float[][] rows) {
    float[] values = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, values, i * rows[0].length, rows[0].length);
    }
    int[] shape = images.batch(0).shape();
    shape[0] = rows.length;
    Predictions answers = model.predict(Tensor.of(values, shape));
    return IntStream.range(0, rows.length)
            .filter(i -> answers.predicted(i) != images.label(i))
            .count()
        / (double) rows.length;
  }

  private static JsonObject described(Path file, Dataset images) throws IOException {
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
      for (float value : images.batch(0, BATCH).values()) {
        out.writeFloat(value);
      }
    }
    JsonObject described = new JsonObject();
    described.addProperty("load", MODEL);
    described.addProperty("images", file.toString());
    described.addProperty("size", 28);
    JsonArray labels = new JsonArray();
    Arrays.stream(images.labels()).forEach(labels::add);
    described.add("labels", labels);
    return described;
  }

  private static RunContext context(int seed) {
    return RunContext.of(
        Settings.from(
            key ->
                key.equals("touchstone.seed")
                    ? Optional.of(Integer.toString(seed))
                    : Optional.empty()));
  }
}
