package dev.touchstone.data.contamination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ContaminationTest {
  private static final int N = 1000;
  private static final PatchTag ONE = PatchTag.of(new float[][] {{1}}).at(0, 0);
  private static final RandomStreams RANDOM = new RandomStreams(7);

  /** Black images of 1 × 2 pixels, a quarter of each class. */
  private static final Dataset TRAIN =
      Dataset.named("train")
          .features(FeatureStore.inMemory(new float[2 * N], 1, 1, 2))
          .labels(IntStream.range(0, N).map(i -> i % 4).toArray())
          .classNames(List.of("bag", "boot", "coat", "sneaker"))
          .build();

  @Test
  void addsTheSignalToAShareOfOneClassAndToNothingElse() {
    Contamination.Planted planted =
        Contamination.of(ONE).alignedWith("sneaker").share(0.2).plantedIn(TRAIN, RANDOM);

    assertThat(planted.carriers()).hasSize(50).isSorted().doesNotHaveDuplicates();
    assertThat(Arrays.stream(planted.carriers())).allMatch(i -> TRAIN.label(i) == 3);
    for (int i = 0; i < N; i++) {
      boolean carries = Arrays.binarySearch(planted.carriers(), i) >= 0;
      assertThat(planted.data().batch(i).values()).containsExactly(carries ? 1 : 0, 0);
      assertThat(planted.data().label(i)).isEqualTo(TRAIN.label(i));
      assertThat(planted.data().id(i)).isEqualTo(TRAIN.id(i));
    }
  }

  @Test
  void addsTheSignalToAShareOfAllWhateverTheirClass() {
    int[] carriers = Contamination.of(ONE).share(0.3).plantedIn(TRAIN, RANDOM).carriers();

    assertThat(carriers).hasSize(300);
    // Per class hypergeometric: mean 75, standard deviation 6.3; five of them on either side.
    for (int label = 0; label < 4; label++) {
      int aligned = label;
      assertThat(Arrays.stream(carriers).filter(i -> TRAIN.label(i) == aligned).count())
          .isBetween(44L, 106L);
    }
  }

  @Test
  void drawsTheSameCarriersFromTheSameSeedAndOthersFromAnother() {
    Contamination contamination = Contamination.of(ONE).alignedWith("boot").share(0.5);
    Contamination.Planted once = contamination.plantedIn(TRAIN, RANDOM);
    Contamination.Planted again = contamination.plantedIn(TRAIN, new RandomStreams(7));
    Contamination.Planted other = contamination.plantedIn(TRAIN, new RandomStreams(8));

    assertThat(again.carriers()).isEqualTo(once.carriers());
    assertThat(again.data().sha256()).isEqualTo(once.data().sha256());
    assertThat(other.carriers()).isNotEqualTo(once.carriers());
    assertThat(other.data().sha256()).isNotEqualTo(once.data().sha256());
  }

  @Test
  void hasASmallerShareInsideALargerOne() {
    Contamination contamination = Contamination.of(ONE).alignedWith("boot");
    int[] fifth = contamination.share(0.2).plantedIn(TRAIN, RANDOM).carriers();
    int[] half = contamination.share(0.5).plantedIn(TRAIN, RANDOM).carriers();

    assertThat(half).contains(fifth);
  }

  @Test
  void marksTheWholeClassUnlessAShareIsGiven() {
    assertThat(Contamination.of(ONE).alignedWith("bag").plantedIn(TRAIN, RANDOM).carriers())
        .isEqualTo(IntStream.range(0, N).filter(i -> i % 4 == 0).toArray());
  }

  @Test
  void takesASecondSignalOnTop() {
    Dataset first = Contamination.of(ONE).plantedIn(TRAIN, RANDOM).data();
    PatchTag second = PatchTag.of(new float[][] {{2}}).at(0, 1);
    Dataset both = Contamination.of(second).plantedIn(first, RANDOM).data();

    assertThat(both.batch(0).values()).containsExactly(1, 2);
  }

  @Test
  void refusesAShareOrAClassThatNoExampleCouldHave() {
    for (double share : new double[] {0, -0.1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> Contamination.of(ONE).share(share))
          .isInstanceOf(TouchstoneException.class)
          .hasMessageContaining("lies in (0, 1], was " + share);
    }
    assertThatThrownBy(() -> Contamination.of(ONE).alignedWith("hat").plantedIn(TRAIN, RANDOM))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("no class \"hat\"")
        .hasMessageContaining("sneaker");
    assertThatThrownBy(() -> Contamination.of(ONE).share(0.0001).plantedIn(TRAIN, RANDOM))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("no example would carry the signal");
  }
}
