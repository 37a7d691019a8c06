package dev.touchstone.measuring;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.touchstone.attribution.perturbation.ExactShapley;
import dev.touchstone.attribution.perturbation.KernelShap;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.OutputKind;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.Settings;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;

/**
 * KernelSHAP of a small network of 20 columns beside shap's, in turn, at several numbers of
 * coalitions: the error of both against exact Shapley values, the time of both less what the
 * network itself took, and shap's time at the error that ours has by default.
 *
 * <p>Arguments: a Python with shap, and the number of rounds.
 */
final class ShapleyPeer {
  private static final int COLUMNS = 20;
  private static final int HIDDEN = 16;
  private static final int EXAMPLES = 3;
  private static final int BACKGROUND = 10;
  private static final int[] SAMPLES = {522, 1_044, 2_088, 4_176, 8_352};

  /** Ours at this place is compared with theirs at an equal error. */
  private static final int DEFAULT = 2;

  private final double[][] inner = new double[HIDDEN][COLUMNS];
  private final double[] outer = new double[HIDDEN];
  private final Tensor examples;
  private final Dataset background;
  private long insideNanos;

  private ShapleyPeer() {
    Random random = new Random(1);
    for (double[] row : inner) {
      Arrays.setAll(row, j -> random.nextGaussian() / 2);
    }
    Arrays.setAll(outer, h -> random.nextGaussian());
    examples = numbers(EXAMPLES, random);
    background =
        Dataset.named("background")
            .features(FeatureStore.inMemory(numbers(BACKGROUND, random).values(), COLUMNS))
            .labels(new int[BACKGROUND])
            .build();
  }

  private static Tensor numbers(int rows, Random random) {
    float[] values = new float[rows * COLUMNS];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(values, rows, COLUMNS);
  }

  /** What one side made in one round. */
  private record Made(double seconds, double[][] shares) {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      throw new IllegalArgumentException("a Python with shap, and rounds");
    }
    new ShapleyPeer().compare(arguments[0], Integer.parseInt(arguments[1]));
  }

  private void compare(String python, int rounds) throws IOException {
    double[][] exact =
        ExactShapley.against(background)
            .attribute(network(), examples, Quantity.output(0), context(0))
            .maps();
    double[] ourSeconds = new double[SAMPLES.length];
    double[] theirSeconds = new double[SAMPLES.length];
    double[] ourErrors = new double[SAMPLES.length];
    double[] theirErrors = new double[SAMPLES.length];
    try (Peer peer = new Peer(python, "benchmarks/peers/shapley.py")) {
      System.out.println("beside " + peer.ask(described()));
      for (int s = 0; s < SAMPLES.length; s++) {
        double[] ours = new double[rounds];
        double[] theirs = new double[rounds];
        double ourSquares = 0;
        double theirSquares = 0;
        for (int round = -2; round < rounds; round++) { // two to warm up
          Made our = ours(SAMPLES[s], round);
          Made their = theirs(peer, SAMPLES[s], round);
          if (round >= 0) {
            ours[round] = our.seconds();
            theirs[round] = their.seconds();
            ourSquares += squares(our.shares(), exact);
            theirSquares += squares(their.shares(), exact);
          }
        }
        ourSeconds[s] = Medians.of(ours);
        theirSeconds[s] = Medians.of(theirs);
        ourErrors[s] = Math.sqrt(ourSquares / rounds / EXAMPLES);
        theirErrors[s] = Math.sqrt(theirSquares / rounds / EXAMPLES);
        System.out.printf(
            "%d coalitions: ours %.2f ms, error %.5f; theirs %.2f ms, error %.5f%n",
            SAMPLES[s],
            1e3 * ourSeconds[s] / EXAMPLES,
            ourErrors[s],
            1e3 * theirSeconds[s] / EXAMPLES,
            theirErrors[s]);
      }
    }
    double equal = atError(ourErrors[DEFAULT], theirErrors, theirSeconds);
    System.out.printf(
        "at the error of our %d coalitions: ours / theirs %.3f of the time without the model%n",
        SAMPLES[DEFAULT], ourSeconds[DEFAULT] / equal);
    System.exit(0);
  }

  private Made ours(int samples, int seed) {
    insideNanos = 0;
    long start = System.nanoTime();
    double[][] maps =
        KernelShap.against(background)
            .withSamples(samples)
            .attribute(network(), examples, Quantity.output(0), context(seed))
            .maps();
    return new Made((System.nanoTime() - start - insideNanos) / 1e9, maps);
  }

  private static Made theirs(Peer peer, int samples, int seed) throws IOException {
    JsonObject request = new JsonObject();
    request.addProperty("samples", samples);
    request.addProperty("seed", 1_000 + seed);
    JsonObject answer = peer.ask(request);
    return new Made(
        answer.get("seconds").getAsDouble() - answer.get("model").getAsDouble(),
        new Gson().fromJson(answer.get("shares"), double[][].class));
  }

  private Classifier network() {
    return Models.function(
            "network",
            "1",
            batch -> {
              long start = System.nanoTime();
              double[][] rows = new double[batch.rows()][];
              for (int i = 0; i < rows.length; i++) {
                rows[i] = new double[] {score(batch.values(), i * COLUMNS), 0};
              }
              insideNanos += System.nanoTime() - start;
              return rows;
            })
        .emitting(OutputKind.LOGITS);
  }

  private double score(float[] values, int from) {
    double score = 0;
    for (int h = 0; h < HIDDEN; h++) {
      double sum = 0;
      for (int j = 0; j < COLUMNS; j++) {
        sum += inner[h][j] * values[from + j];
      }
      score += outer[h] * sum / (1 + Math.abs(sum));
    }
    return score;
  }

  private static RunContext context(int seed) {
    return RunContext.of(
        Settings.from(
            key ->
                key.equals("touchstone.seed")
                    ? Optional.of(Integer.toString(seed))
                    : Optional.empty()));
  }

  private static double squares(double[][] shares, double[][] exact) {
    double squares = 0;
    for (int i = 0; i < exact.length; i++) {
      for (int j = 0; j < exact[i].length; j++) {
        squares += Math.pow(shares[i][j] - exact[i][j], 2);
      }
    }
    return squares;
  }

  /** The time at which an error is reached, between or beyond what was measured, in logarithms. */
  private static double atError(double error, double[] errors, double... seconds) {
    int right = 1;
    while (right < errors.length - 1 && errors[right] > error) {
      right++;
    }
    double share =
        Math.log(error / errors[right - 1]) / Math.log(errors[right] / errors[right - 1]);
    return seconds[right - 1] * Math.pow(seconds[right] / seconds[right - 1], share);
  }

  private JsonObject described() {
    JsonObject request = new JsonObject();
    Gson gson = new Gson();
    request.add("inner", gson.toJsonTree(inner));
    request.add("outer", gson.toJsonTree(outer));
    request.add("examples", rows(examples));
    request.add("background", rows(background.batch(0, background.size())));
    return request;
  }

  private static JsonArray rows(Tensor tensor) {
    JsonArray rows = new JsonArray();
    for (int i = 0; i < tensor.rows(); i++) {
      rows.add(new Gson().toJsonTree(tensor.row(i)));
    }
    return rows;
  }
}
