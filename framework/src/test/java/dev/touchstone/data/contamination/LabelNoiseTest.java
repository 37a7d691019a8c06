package dev.touchstone.data.contamination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.contamination.PlantedErrors.Planting;
import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelNoiseTest {
  private static final RandomStreams SEED = new RandomStreams(42);

  /** Labels 0, 1, 2, 0, 1, 2, … */
  private static Dataset training(int size) {
    return Dataset.named("animals")
        .features(FeatureStore.inMemory(new float[size], 1))
        .labels(IntStream.range(0, size).map(i -> i % 3).toArray())
        .classNames(List.of("cat", "dog", "emu"))
        .build();
  }

  @Test
  void uniformNoiseMakesExactlyItsShareWrong() {
    for (Planting planting : LabelNoise.uniform(0.2).plantedIn(training(300)).draw(SEED)) {
      assertThat(planting.wrong()).hasSize(60);
      for (int example : planting.wrong()) {
        assertThat(planting.data().label(example)).isNotEqualTo(example % 3);
      }
    }
  }

  @Test
  void uniformNoiseReachesEveryOtherClassAboutEquallyOften() {
    Planting planting = LabelNoise.uniform(0.5).plantedIn(training(30_000)).draw(SEED).get(0);
    long catsToDogs =
        Arrays.stream(planting.wrong())
            .filter(i -> i % 3 == 0 && planting.data().label(i) == 1)
            .count();
    // 15,000 errors over 6 ordered pairs: 2,500 each, with a standard deviation of about 40.
    assertThat((double) catsToDogs).isCloseTo(2500, within(200.0));
  }

  @Test
  void systematicNoiseTakesOneClassForAnother() {
    Planting planting =
        LabelNoise.betweenClasses("dog", "emu", 0.3).plantedIn(training(300)).draw(SEED).get(0);
    assertThat(Arrays.stream(planting.wrong())).hasSize(30).allMatch(i -> i % 3 == 1);
    assertThat(Arrays.stream(planting.wrong())).allMatch(i -> planting.data().label(i) == 2);
    assertThat(planting.isWrong()[planting.wrong()[0]]).isTrue();
  }

  @Test
  void plantingsDifferAndAreTheSameForTheSameSeed() {
    PlantedErrors planted = LabelNoise.uniform(0.2).plantedIn(training(300)).withPlantings(6);
    List<int[]> wrong = planted.draw(SEED).stream().map(Planting::wrong).toList();
    assertThat(wrong).hasSize(6);
    assertThat(wrong.stream().map(Arrays::toString).distinct()).hasSize(6);
    assertThat(planted.draw(new RandomStreams(42)).get(5).wrong()).isEqualTo(wrong.get(5));
    assertThat(planted.draw(new RandomStreams(43)).get(5).wrong()).isNotEqualTo(wrong.get(5));
  }

  @Test
  void theTrainingDataStayAsTheyAre() {
    Dataset training = training(30);
    String before = training.sha256();
    Planting planting = LabelNoise.uniform(0.2).plantedIn(training).draw(SEED).get(0);
    assertThat(training.sha256()).isEqualTo(before);
    assertThat(planting.data().sha256()).isNotEqualTo(before);
    assertThat(training.label(4)).isEqualTo(1);
  }

  @Test
  void anEmptySetOfErrorsIsRefused() {
    assertThatThrownBy(() -> LabelNoise.uniform(0.01).plantedIn(training(30)).draw(SEED))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "uniform label noise at rate 0.01 makes 0 of the 30 labels of animals wrong; a ranking"
                + " of wrong before right needs two of each: use more data or another rate");
    assertThatThrownBy(() -> LabelNoise.uniform(0.99).plantedIn(training(30)).draw(SEED))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("makes 30 of the 30");
  }

  @Test
  void aClassThatIsNotThereIsNamed() {
    assertThatThrownBy(
            () -> LabelNoise.betweenClasses("dog", "gnu", 0.3).plantedIn(training(30)).draw(SEED))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage("animals has no class \"gnu\"; it has [cat, dog, emu]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LabelNoise.betweenClasses("dog", "dog", 0.3));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -0.1, Double.NaN})
  void aShareLiesBetweenNoneAndAll(double rate) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LabelNoise.uniform(rate))
        .withMessageContaining("between 0 and 1");
  }

  @Test
  void fewerThanSixPlantingsCarryNoInterval() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LabelNoise.uniform(0.2).plantedIn(training(30)).withPlantings(5))
        .withMessage(
            "at least 6 plantings are needed, was 5: of fewer, all lie above their median by chance"
                + " more often than a limit at 95 % may fail; say .withPlantings(6) or leave it"
                + " out");
  }

  private static Dataset grouped(int size) {
    return Dataset.named("animals")
        .features(FeatureStore.inMemory(new float[size], 1))
        .labels(new int[size])
        .classNames(List.of("cat", "dog"))
        .column("house", IntStream.range(0, size).mapToObj(i -> i % 4 == 0 ? "A" : "B").toList())
        .build();
  }

  @Test
  void groupsHaveRatesOfTheirOwn() {
    Planting planting =
        LabelNoise.inGroups("house", Map.of("A", 0.3, "B", 0.1))
            .plantedIn(grouped(400))
            .draw(SEED)
            .get(0);
    assertThat(Arrays.stream(planting.wrong()).filter(i -> i % 4 == 0)).hasSize(30);
    assertThat(Arrays.stream(planting.wrong()).filter(i -> i % 4 != 0)).hasSize(30);
  }

  @Test
  void labelsOfGroupsWithoutARateStay() {
    Planting planting =
        LabelNoise.inGroups("house", Map.of("A", 0.5)).plantedIn(grouped(40)).draw(SEED).get(0);
    assertThat(Arrays.stream(planting.wrong())).hasSize(5).allMatch(i -> i % 4 == 0);
  }

  @Test
  void aGroupThatIsNotThereIsRefused() {
    assertThatThrownBy(
            () -> LabelNoise.inGroups("house", Map.of("C", 0.5)).plantedIn(grouped(40)).draw(SEED))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("group house=C of animals has 0 examples");
  }

  @Test
  void noRatesAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LabelNoise.inGroups("house", Map.of()))
        .withMessageContaining("no group has a rate");
  }

  /** Examples of one class that are twins of each other all become the same wrong class. */
  @Test
  void examplesThatLookAlikeGoWrongAlike() {
    int n = 3000;
    float[] x = new float[n * 8];
    int[] y = new int[n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < 8; j++) {
        x[i * 8 + j] = (i % 6 * 31 + j * 17) % 7 - 3;
      }
      y[i] = i % 3;
    }
    Dataset data =
        Dataset.named("twins")
            .features(FeatureStore.inMemory(x, 8))
            .labels(y)
            .classNames(List.of("cat", "dog", "emu"))
            .build();
    Planting planting = LabelNoise.instanceDependent(0.3).plantedIn(data).draw(SEED).get(0);
    // Each of 3,000 goes wrong with a mean probability of .3: a standard deviation of .009.
    assertThat(planting.wrong().length / (double) n).isCloseTo(0.3, within(0.04));
    int inMajority = 0;
    for (int kind = 0; kind < 6; kind++) {
      int twins = kind;
      int[] counts = new int[3];
      Arrays.stream(planting.wrong())
          .filter(i -> i % 6 == twins)
          .forEach(i -> counts[planting.data().label(i)]++);
      assertThat(counts[kind % 3]).isZero();
      inMajority += Arrays.stream(counts).max().orElseThrow();
    }
    // Of uniform noise about half would be the more frequent one of two.
    assertThat(inMajority / (double) planting.wrong().length).isGreaterThan(0.7);
  }
}
