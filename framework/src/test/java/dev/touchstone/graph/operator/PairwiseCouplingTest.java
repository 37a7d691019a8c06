package dev.touchstone.graph.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.runtime.NativeArrays;
import dev.touchstone.runtime.Torch;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PairwiseCouplingTest {

  /** Of pairs, in single precision; those of i before j first, then the others. */
  private static float[] coupled(double[][] r) {
    int classes = r.length;
    int count = classes * (classes - 1) / 2;
    float[] pairs = new float[2 * count];
    int pair = 0;
    for (int i = 0; i < classes; i++) {
      for (int j = i + 1; j < classes; j++) {
        pairs[pair] = (float) r[i][j];
        pairs[count + pair++] = (float) r[j][i];
      }
    }
    return Torch.evaluate(
        () -> {
          try (NDManager manager = Torch.manager("cpu")) {
            return new PairwiseCoupling()
                .apply(List.of(NativeArrays.of(manager, pairs, new Shape(1, pairs.length))))
                .toFloatArray();
          }
        });
  }

  /** Where r_ij = p_i / (p_i + p_j) throughout, no other p is without a contradiction. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 10})
  void probabilitiesThatContradictNothingComeBack(int classes) {
    double[] p = new double[classes];
    for (int i = 0; i < classes; i++) {
      p[i] = (i + 1) / (classes * (classes + 1) / 2.0);
    }
    double[][] r = new double[classes][classes];
    for (int i = 0; i < classes; i++) {
      for (int j = 0; j < classes; j++) {
        r[i][j] = p[i] / (p[i] + p[j]);
      }
    }

    float[] found = coupled(r);
    for (int i = 0; i < classes; i++) {
      assertThat((double) found[i]).isEqualTo(p[i], within(1e-5));
    }
  }

  /** Each class sure to win against the later ones, as sure as LIBSVM lets it be. */
  @ParameterizedTest
  @ValueSource(ints = {3, 10})
  void aClassThatWinsEveryPairHasItAll(int classes) {
    double[][] r = new double[classes][classes];
    for (int i = 0; i < classes; i++) {
      for (int j = 0; j < classes; j++) {
        r[i][j] = i < j ? 1 - 1e-7 : 1e-7;
      }
    }

    float[] found = coupled(r);
    assertThat((double) found[0]).isEqualTo(1, within(1e-5));
    for (int i = 1; i < classes; i++) {
      assertThat((double) found[i]).isEqualTo(0, within(1e-5));
    }
  }
}
