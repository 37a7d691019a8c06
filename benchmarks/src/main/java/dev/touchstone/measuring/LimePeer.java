package dev.touchstone.measuring;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.touchstone.attribution.perturbation.FeatureGroups;
import dev.touchstone.attribution.perturbation.Lime;
import dev.touchstone.data.Inputs;
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

/**
 * LIME of an image of 224 × 224 pixels in three channels and 49 segments beside lime's, in turn, at
 * several numbers of samples: how far the coefficients of other draws lie from their mean, the time
 * of both less what the network itself took, and lime's time at the error that ours has by default.
 *
 * <p>Arguments: a Python with lime, and the number of rounds.
 */
final class LimePeer {
  private static final int SIZE = 224;
  private static final int PATCH = 32;
  private static final int HIDDEN = 4;
  private static final int[] SAMPLES = {500, 1_000, 2_000};

  /** Ours at this place is compared with theirs at an equal error. */
  private static final int DEFAULT = 1;

  private final Tensor image;
  private final float[][] weights = new float[HIDDEN][3 * SIZE * SIZE];
  private long insideNanos;

  private LimePeer() {
    float[] values = new float[3 * SIZE * SIZE];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.abs(Math.sin(i * 0.37));
      for (int h = 0; h < HIDDEN; h++) {
        weights[h][i] = (float) (Math.sin(i * (0.011 + 0.003 * h)) / (10 * SIZE));
      }
    }
    image = Tensor.of(values, 1, 3, SIZE, SIZE);
  }

  /** What one side made in one round. */
  private record Made(double seconds, double[] coefficients) {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      throw new IllegalArgumentException("a Python with lime, and rounds");
    }
    new LimePeer().compare(arguments[0], Integer.parseInt(arguments[1]));
  }

  private void compare(String python, int rounds) throws IOException {
    double[] ourSeconds = new double[SAMPLES.length];
    double[] theirSeconds = new double[SAMPLES.length];
    double[] ourErrors = new double[SAMPLES.length];
    double[] theirErrors = new double[SAMPLES.length];
    try (Peer peer = new Peer(python, "benchmarks/peers/lime_images.py")) {
      JsonObject described = new JsonObject();
      described.addProperty("size", SIZE);
      described.addProperty("patch", PATCH);
      described.addProperty("hidden", HIDDEN);
      System.out.println("beside " + peer.ask(described));
      for (int s = 0; s < SAMPLES.length; s++) {
        Made[] ours = new Made[rounds];
        Made[] theirs = new Made[rounds];
        for (int round = s == 0 ? -2 : 0; round < rounds; round++) { // two to warm up
          Made our = ours(SAMPLES[s], round);
          Made their = theirs(peer, SAMPLES[s], round);
          if (round >= 0) {
            ours[round] = our;
            theirs[round] = their;
          }
        }
        ourSeconds[s] = Medians.of(Arrays.stream(ours).mapToDouble(Made::seconds).toArray());
        theirSeconds[s] = Medians.of(Arrays.stream(theirs).mapToDouble(Made::seconds).toArray());
        ourErrors[s] = scatter(ours);
        theirErrors[s] = scatter(theirs);
        System.out.printf(
            "%d samples: ours %.0f ms, scatter %.5f; theirs %.0f ms, scatter %.5f; means differ by"
                + " %.5f of %.5f%n",
            SAMPLES[s],
            1e3 * ourSeconds[s],
            ourErrors[s],
            1e3 * theirSeconds[s],
            theirErrors[s],
            distance(mean(ours), mean(theirs)),
            distance(mean(ours), new double[mean(ours).length]));
      }
    }
    // Theirs falls like the root of the samples, which its time is proportional to.
    double equal = theirSeconds[DEFAULT] * Math.pow(theirErrors[DEFAULT] / ourErrors[DEFAULT], 2);
    System.out.printf(
        "at equal samples (%d): ours / theirs %.3f, and at the scatter of ours %.4f of the time"
            + " without the model%n",
        SAMPLES[DEFAULT], ourSeconds[DEFAULT] / theirSeconds[DEFAULT], ourSeconds[DEFAULT] / equal);
    System.exit(0);
  }

  private Made ours(int samples, int seed) {
    FeatureGroups patches = FeatureGroups.patches(PATCH, PATCH);
    insideNanos = 0;
    long start = System.nanoTime();
    double[] map =
        Lime.onImages(patches)
            .withSamples(samples)
            .attribute(network(), image, Quantity.output(0), context(seed))
            .maps()[0];
    double seconds = (System.nanoTime() - start - insideNanos) / 1e9;
    int[] segments = patches.of(Inputs.of(image), 0);
    double[] coefficients = new double[(SIZE / PATCH) * (SIZE / PATCH)];
    for (int j = 0; j < segments.length; j++) {
      coefficients[segments[j]] = map[j];
    }
    return new Made(seconds, coefficients);
  }

  private static Made theirs(Peer peer, int samples, int seed) throws IOException {
    JsonObject request = new JsonObject();
    request.addProperty("samples", samples);
    request.addProperty("seed", 1_000 + seed);
    JsonObject answer = peer.ask(request);
    return new Made(
        answer.get("seconds").getAsDouble() - answer.get("model").getAsDouble(),
        new Gson().fromJson(answer.get("coefficients"), double[].class));
  }

  private Classifier network() {
    return Models.function(
            "network",
            "1",
            batch -> {
              long start = System.nanoTime();
              double[][] rows = new double[batch.rows()][];
              for (int i = 0; i < rows.length; i++) {
                rows[i] = new double[] {score(batch.values(), i * batch.rowSize()), 0};
              }
              insideNanos += System.nanoTime() - start;
              return rows;
            })
        .emitting(OutputKind.LOGITS);
  }

  private double score(float[] values, int from) {
    double score = 0;
    for (float[] unit : weights) {
      double sum = 0;
      for (int j = 0; j < unit.length; j++) {
        sum += unit[j] * values[from + j];
      }
      score += sum / (1 + Math.abs(sum));
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

  /** The root of the mean squared distance of the rounds' coefficients from their mean. */
  private static double scatter(Made... rounds) {
    double[] mean = mean(rounds);
    double sum = 0;
    for (Made round : rounds) {
      sum += Math.pow(distance(round.coefficients(), mean), 2);
    }
    return Math.sqrt(sum / (rounds.length - 1));
  }

  private static double[] mean(Made... rounds) {
    double[] mean = new double[rounds[0].coefficients().length];
    for (Made round : rounds) {
      for (int j = 0; j < mean.length; j++) {
        mean[j] += round.coefficients()[j] / rounds.length;
      }
    }
    return mean;
  }

  private static double distance(double[] a, double... b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += (a[j] - b[j]) * (a[j] - b[j]);
    }
    return Math.sqrt(sum);
  }
}
