package dev.touchstone.measuring;

import ai.djl.nn.Activation;
import ai.djl.nn.core.Linear;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.InfluenceFunctions;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.influence.network.GradientSimilarity;
import dev.touchstone.influence.network.NetworkInfluence;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.training.DjlTrainer;
import dev.touchstone.training.NamedBlocks;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * How influence on the mean loss of 100 test examples grows with the number of training rows of 100
 * features and ten classes, which are made when they are read, so that nothing but what an engine
 * keeps is in memory: one line with seconds and the most memory that the process was ever resident
 * with.
 *
 * <p>Arguments: {@code head} (a logistic regression, fitted and asked), {@code similarity}
 * (gradients of a network's last layer) or {@code network} (conjugate gradients on all weights),
 * and the number of rows. One run a JVM.
 */
final class TrialGrowth {
  private static final int FEATURES = 100;
  private static final int CLASSES = 10;
  private static final int TESTS = 100;
  private static final int TRAINED_ON = 2000;

  private TrialGrowth() {}

  public static void main(String[] arguments) {
    int rows = Integer.parseInt(arguments[1]);
    RunContext run =
        RunContext.of(
            new Settings("cpu", 7, Policy.STRICT, 256L << 20, Path.of("target")),
            RunSession.isolated());
    Dataset training = rows(0, rows);
    Dataset test = rows(-TESTS, TESTS);
    // The network is trained before the clock starts; the head needs none.
    InfluenceContext context =
        arguments[0].equals("head")
            ? InfluenceContext.ofFeatures(training, LogisticHead.withDefaults(), run)
            : InfluenceContext.of(training, network(run), run);
    long start = System.nanoTime();
    double[] mean =
        switch (arguments[0]) {
          case "head" -> InfluenceFunctions.withDefaults().scores(context, test).mean();
          case "similarity" -> GradientSimilarity.withDefaults().scores(context, test).mean();
          case "network" ->
              NetworkInfluence.withDefaults().withDamping(.1).scores(context, test).mean();
          default -> throw new IllegalArgumentException("no engine " + arguments[0]);
        };
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%s, %d rows: %.2f s, %s resident at most (largest score %.2e)%n",
        arguments[0],
        rows,
        seconds,
        ResidentMemory.mebibytes(ResidentMemory.peakOf(ProcessHandle.current().pid()).orElse(0)),
        Arrays.stream(mean).map(Math::abs).max().orElseThrow());
    System.exit(0);
  }

  private static Classifier network(RunContext run) {
    return DjlTrainer.of(
            "24 units",
            () ->
                new NamedBlocks()
                    .add("hidden", Linear.builder().setUnits(24).build())
                    .add("relu", Activation.reluBlock())
                    .add("last", Linear.builder().setUnits(CLASSES).build()))
        .withEpochs(3)
        .train(rows(-TESTS - TRAINED_ON, TRAINED_ON), "network", run);
  }

  /** Row i is drawn from i alone; its label is the class whose direction it lies in, or a draw. */
  private static Dataset rows(int from, int count) {
    FeatureStore made =
        new FeatureStore() {
          @Override
          public int size() {
            return count;
          }

          @Override
          public int[] shape() {
            return new int[] {FEATURES};
          }

          @Override
          public void read(int index, float[] destination, int offset) {
            SplittableRandom random = new SplittableRandom(from + index);
            random.nextLong();
            int label = label(from + index);
            for (int j = 0; j < FEATURES; j++) {
              destination[offset + j] =
                  (float) (random.nextDouble() * 2 - 1 + (j % CLASSES == label ? .2 : 0));
            }
          }
        };
    return Dataset.named("rows " + from)
        .features(made)
        .labels(IntStream.range(from, from + count).map(TrialGrowth::label).toArray())
        .classNames(IntStream.range(0, CLASSES).mapToObj(Integer::toString).toList())
        .build();
  }

  private static int label(int row) {
    return Math.floorMod(row * 7919, CLASSES);
  }
}
