package dev.touchstone.gate.run.suites;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;

/** 80 points (a, b) of the class of the larger coordinate; of class 1 a fifth are by 1 larger. */
final class Points {
  private Points() {}

  static Dataset all() {
    int n = 80;
    float[] values = new float[2 * n];
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      labels[i] = i % 2;
      // Every point differs from the others; i % 5 == 3 holds for eight even and eight odd i.
      values[2 * i + labels[i]] = 100 + i + (i % 5 == 3 ? 1 : 10);
      values[2 * i + 1 - labels[i]] = 100 + i;
    }
    return Dataset.named("points")
        .features(FeatureStore.inMemory(values, 2))
        .labels(labels)
        .build();
  }
}
