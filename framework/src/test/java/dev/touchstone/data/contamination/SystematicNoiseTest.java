package dev.touchstone.data.contamination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SystematicNoiseTest {
  private static final int N = 60;

  /** Class 0 has 20 examples around 0 and 10 around 100, class 1 has 30 around 50. */
  private static Dataset parts(float scale) {
    float[] values = new float[2 * N];
    int[] labels = new int[N];
    for (int i = 0; i < N; i++) {
      labels[i] = i < 30 ? 0 : 1;
      float centre = i < 20 ? 0 : i < 30 ? 100 : 50;
      values[2 * i] = scale * (centre + i % 5);
      values[2 * i + 1] = scale * (centre - i % 3);
    }
    return Dataset.named("parts")
        .features(FeatureStore.inMemory(values, 2))
        .labels(labels)
        .classNames(List.of("a", "b"))
        .build();
  }

  @Test
  void theSmallerPartOfAClassIsWhollyRelabelled() {
    for (float scale : new float[] {1, 1e-4f}) {
      for (int seed = 0; seed < 8; seed++) {
        int[] labels =
            LabelNoise.systematic(2).relabelled(parts(scale), new RandomStreams(seed).of("noise"));
        for (int i = 0; i < 30; i++) {
          assertThat(labels[i]).isEqualTo(i < 20 ? 0 : 1);
        }
        long others = Arrays.stream(labels, 30, N).filter(label -> label == 0).count();
        assertThat(others).isBetween(1L, 15L);
      }
    }
  }

  @Test
  void onlySoManyClassesAreTouched() {
    Dataset data = parts(1);
    for (int seed = 0; seed < 8; seed++) {
      int[] labels = LabelNoise.systematic(1).relabelled(data, new RandomStreams(seed).of("noise"));
      boolean first = false;
      boolean second = false;
      for (int i = 0; i < N; i++) {
        first |= labels[i] != data.label(i) && i < 30;
        second |= labels[i] != data.label(i) && i >= 30;
      }
      assertThat(first).isNotEqualTo(second);
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> LabelNoise.systematic(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> LabelNoise.systematic(3).relabelled(parts(1), new RandomStreams(1).of("noise")))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("at most 2");
    assertThat(LabelNoise.systematic(1)).hasToString("systematic label noise in 1 class");
  }
}
