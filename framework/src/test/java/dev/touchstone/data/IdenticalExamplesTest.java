package dev.touchstone.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class IdenticalExamplesTest {
  /** The third repeats the first; the fourth has its features and another label. */
  private static final Dataset FOUR =
      Dataset.named("four")
          .features(FeatureStore.inMemory(new float[] {1, 2, 3, 4, 1, 2, 1, 2}, 2))
          .labels(0, 1, 0, 1)
          .column("half", List.of("a", "a", "b", "b"))
          .build();

  @Test
  void anExampleRepeatsAnotherIfFeaturesAndLabelAreItsOwn() {
    assertThat(FOUR.identicalExamples()).isEqualTo(1);
  }

  @Test
  void eachRepetitionCountsAndTheFirstDoesNot() {
    Dataset copied =
        Dataset.named("copied")
            .features(FeatureStore.inMemory(new float[1200], 1))
            .labels(new int[1200])
            .build();
    assertThat(copied.identicalExamples()).isEqualTo(1199);
  }

  @Test
  void theCountIsThatOfTheExamplesOfAView() {
    assertThat(FOUR.first(2).identicalExamples()).isZero();
    assertThat(FOUR.where("half", "b").identicalExamples()).isZero();
    assertThat(FOUR.groupedBy("half").identicalExamples()).isEqualTo(1);
    assertThat(FOUR.withLabels(new int[] {0, 0, 0, 0}, "all zero").identicalExamples())
        .isEqualTo(2);
    assertThat(FOUR.select(new int[] {0, 0, 2}, "again").identicalExamples()).isEqualTo(2);
  }

  @Test
  void minusZeroIsZero() {
    Dataset zeros =
        Dataset.named("zeros")
            .features(FeatureStore.inMemory(new float[] {0f, -0f}, 1))
            .labels(0, 0)
            .build();
    assertThat(zeros.identicalExamples()).isEqualTo(1);
  }

  @Test
  void exchangedFeaturesAreOtherOnes() {
    Dataset exchanged =
        Dataset.named("exchanged")
            .features(FeatureStore.inMemory(new float[] {1, 2, 2, 1}, 2))
            .labels(0, 0)
            .build();
    assertThat(exchanged.identicalExamples()).isZero();
  }

  @Test
  void differentExamplesAreNotTakenForOne() {
    float[] features = new float[200_000];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < features.length; i++) {
      features[i] = random.nextInt(1 << 20);
    }
    for (int i = 0; i < features.length; i += 2) {
      features[i] = i;
    }
    Dataset different =
        Dataset.named("different")
            .features(FeatureStore.inMemory(features, 2))
            .labels(new int[100_000])
            .build();
    assertThat(different.identicalExamples()).isZero();
  }
}
