package dev.touchstone.robustness;

import com.google.gson.Gson;
import com.google.gson.annotations.SerializedName;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Location;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Numbers of torchattacks, Foolbox and auto_LiRPA: {@code src/test/python/robustness_oracle.py}.
 */
public record RobustnessOracle(
    int[][] pixels,
    int[] labels,
    boolean[] clean,
    double eps,
    double step,
    int steps,
    double eps2,
    double step2,
    double[][] fgsm,
    @SerializedName("fgsm wrong") boolean[] fgsmWrong,
    @SerializedName("one step of pgd2") double[][] oneStep,
    @SerializedName("pgd wrong") boolean[] pgdWrong,
    @SerializedName("pgd2 wrong") boolean[] pgd2Wrong,
    @SerializedName("pgd loss") double[] pgdLoss,
    @SerializedName("pgd at random") double pgdRate,
    @SerializedName("foolbox pgd at random") double foolboxRate,
    @SerializedName("pgd2 at random") double pgd2Rate,
    @SerializedName("square queries") int squareQueries,
    double square,
    Map<String, Double> square2,
    Map<String, Map<String, double[][]>> bounds,
    double[][] scores,
    Corrupted corruptions) {

  record Corrupted(
      double[][] image,
      @SerializedName("Gaussian blur") double[][][] blurred,
      double[][][] pixelate,
      double[][][] contrast) {}

  /** The committed numbers. */
  public static final RobustnessOracle NUMBERS =
      new Gson()
          .fromJson(
              new String(
                  Location.of("classpath:robustness/oracle.json").read(1 << 20),
                  StandardCharsets.UTF_8),
              RobustnessOracle.class);

  /** The network. */
  public static Classifier model() {
    return Models.onnx("classpath:robustness/digits-cnn.onnx").emittingLogits();
  }

  /** The digits, pixels from 0 to 1. */
  public static Dataset digits() {
    float[] values = new float[NUMBERS.pixels.length * 64];
    for (int i = 0; i < values.length; i++) {
      values[i] = NUMBERS.pixels[i / 64][i % 64] / 16f;
    }
    return Dataset.named("digits")
        .features(FeatureStore.inMemory(values, 1, 8, 8))
        .labels(NUMBERS.labels)
        .classNames(List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"))
        .build();
  }

  static int[] all() {
    return IntStream.range(0, NUMBERS.labels.length).toArray();
  }
}
