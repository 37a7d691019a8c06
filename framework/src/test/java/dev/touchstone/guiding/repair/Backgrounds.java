package dev.touchstone.guiding.repair;

import dev.touchstone.data.Dataset;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Two features, of which the first weakly tells the class and the second is a background that may
 * go along with it.
 */
final class Backgrounds {
  private Backgrounds() {}

  /** Examples of which a share stands on its class's background. */
  static Dataset draw(String name, int n, double along, long seed) {
    Random random = new Random(seed);
    Matrix x = Matrix.zeros(n, 2);
    int[] labels = new int[n];
    double[] background = new double[n];
    for (int i = 0; i < n; i++) {
      labels[i] = random.nextInt(2);
      background[i] = random.nextDouble() < along ? labels[i] : 1 - labels[i];
      x.set(i, 0, 5 + 2 * labels[i] + random.nextGaussian());
      x.set(i, 1, 9 + 4 * background[i] + random.nextGaussian());
    }
    return Tables.builder(name, x, labels)
        .column("background", Tables.texts("land", "water", background))
        .build();
  }

  /** Of the examples that stand on the other class's background, how many are told rightly. */
  static double accuracyOffTheTrack(Classifier model, Dataset test) {
    Predictions predictions = CheckedAnswers.ofSome(model, test, 1 << 20);
    int[] against =
        IntStream.range(0, test.size())
            .filter(i -> test.value("background", i).equals("water") != (test.label(i) == 1))
            .toArray();
    return IntStream.of(against).filter(i -> predictions.predicted(i) == test.label(i)).count()
        / (double) against.length;
  }
}
