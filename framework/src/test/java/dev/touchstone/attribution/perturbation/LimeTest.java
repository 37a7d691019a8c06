package dev.touchstone.attribution.perturbation;

import static dev.touchstone.attribution.Fidelity.STANDARD_ERROR;
import static dev.touchstone.attribution.Fidelity.SURROGATE_FIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.surrogate.Columns;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimeTest {
  private static final int N = 200;

  private static Dataset table(double... numbers) {
    String[] kinds = new String[numbers.length];
    Arrays.setAll(kinds, i -> i % 4 == 0 ? "car" : "house");
    boolean[] owner = new boolean[numbers.length];
    for (int i = 0; i < owner.length; i++) {
      owner[i] = i % 3 == 0;
    }
    return Dataset.named("loans")
        .features(FeatureStore.inMemory(numbers, 1))
        .featureNames(List.of("income"))
        .input("purpose", new TypedTensor.Texts(kinds, kinds.length, 1))
        .input("owner", new TypedTensor.Booleans(owner, owner.length, 1))
        .labels(new int[numbers.length])
        .build();
  }

  private static final Dataset LOANS = table(IntStream.range(0, N).asDoubleStream().toArray());

  /** 2 for a car, 3 for an owner, and a step of 1 above the third quartile of the incomes. */
  private static final InputScores ADDS =
      new InputScores(
          batch -> {
            double[] income = batch.exactFeatures().values();
            String[] purpose = ((TypedTensor.Texts) batch.named("purpose").orElseThrow()).values();
            boolean[] owner = ((TypedTensor.Booleans) batch.named("owner").orElseThrow()).values();
            double[] scores = new double[income.length];
            Arrays.setAll(
                scores,
                i ->
                    (income[i] > 149.25 ? 1 : 0)
                        + (purpose[i].equals("car") ? 2 : 0)
                        + (owner[i] ? 3 : 0));
            return scores;
          });

  private static Attribution explained(AttributionMethod method, Inputs examples, long seed) {
    return method.attribute(ADDS, examples, Games.FIRST, Games.context(seed));
  }

  /** Example 180 is a car of an owner whose income lies in the last quarter. */
  @Test
  void tablesOfEveryTypeOfColumnHaveTheirShares() {
    Attribution map = explained(Lime.onTables(LOANS).withRidge(1e-6), LOANS.inputs(180, 182), 1);
    assertThat(map.columns()).containsExactly("income", "purpose", "owner");
    assertThat(map.maps()[0]).containsExactly(new double[] {1, 2, 3}, within(1e-6));
    // Of the next one, a house of no owner, being what it is takes away.
    assertThat(map.maps()[1]).containsExactly(new double[] {1, -2, -3}, within(1e-6));
    assertThat(map.fidelity(SURROGATE_FIT).orElseThrow().values())
        .containsExactly(new double[] {1, 1}, within(1e-9));
  }

  @Test
  void numbersThatAreNotCutHaveTheSlopeOfOneDeviation() {
    Tensor rows = Games.numbers(100, 3, 5);
    Dataset training = Games.background(rows);
    double[] deviations = new double[3];
    for (int c = 0; c < 3; c++) {
      int column = c;
      double[] values = IntStream.range(0, 100).mapToDouble(i -> rows.row(i)[column]).toArray();
      double mean = Arrays.stream(values).average().orElseThrow();
      deviations[c] =
          Math.sqrt(Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / 100);
    }
    for (LimeTables lime :
        List.of(
            Lime.onTables(training).withoutDiscretising(),
            Lime.onTables(training).samplingAroundExample())) {
      Attribution map =
          Games.explained(
              lime.withRidge(1e-6).withSamples(500), x -> 2 * x[0] - x[1], Games.numbers(1, 3, 6));
      assertThat(map.maps()[0])
          .containsExactly(new double[] {2 * deviations[0], -deviations[1], 0}, within(1e-5));
    }
  }

  /** Between 12 seeds, coefficients scatter as much as each run says. */
  @Test
  void standardErrorsAreThoseBetweenSeeds() {
    Tensor rows = Games.numbers(300, 4, 7);
    Tensor example = Games.numbers(1, 4, 8);
    LimeTables tables = Lime.onTables(Games.background(rows)).withSamples(400);
    LimeImages images = Lime.onImages(FeatureGroups.none()).hidingBy(0).withSamples(400);
    for (AttributionMethod lime : List.of(tables, images)) {
      int seeds = 40;
      double[][] maps = new double[seeds][];
      double said = 0;
      for (int seed = 0; seed < seeds; seed++) {
        Attribution map =
            lime.attribute(
                Games.model(x -> Math.exp(x[0] + x[1] * x[2]) + Math.abs(x[3])),
                example,
                Games.FIRST,
                Games.context(seed));
        maps[seed] = map.maps()[0];
        double error = map.fidelity(STANDARD_ERROR).orElseThrow().values()[0];
        said += error * error / seeds;
      }
      double between = 0;
      for (int j = 0; j < 4; j++) {
        int column = j;
        double mean = Arrays.stream(maps).mapToDouble(map -> map[column]).average().orElseThrow();
        between +=
            Arrays.stream(maps).mapToDouble(map -> Math.pow(map[column] - mean, 2)).sum()
                / (seeds - 1);
      }
      assertThat(Math.sqrt(said / between)).isBetween(0.75, 1.33);
    }
  }

  @Test
  void neitherTheOrderOfABatchNorItsNeighboursChangeAMap() {
    LimeTables lime = Lime.onTables(LOANS).withSamples(100);
    double[] among = explained(lime, LOANS.inputs(3, 6), 1).maps()[2];
    assertThat(explained(lime, LOANS.inputs(5, 6), 1).maps()[0]).isEqualTo(among);
    assertThat(explained(lime, LOANS.inputs(5, 6), 2).maps()[0]).isNotEqualTo(among);
  }

  /** A number is drawn from its bin, and a bin as often as it was counted. */
  @Test
  void numbersAreDrawnFromTheirBins() {
    double[] values = {5, 5, 5, 5, 6, 7, 8, 9, Double.NaN, Double.NaN};
    ColumnPerturbation.Quarters quarters =
        ColumnPerturbation.Quarters.of(new Columns.Numbers("x", values));
    ColumnPerturbation.Drawn drawn =
        quarters.draw(
            new Columns.Numbers("x", new double[] {5}),
            20_001,
            Games.context(1).random().of("test"));
    double[] numbers = ((Columns.Numbers) drawn.values()).values();
    int[] counts = new int[quarters.cuts().length + 2];
    for (int i = 1; i < numbers.length; i++) {
      int bin = ColumnPerturbation.Quarters.bin(numbers[i], quarters.cuts());
      counts[bin]++;
      assertThat(Double.isNaN(numbers[i]) || numbers[i] >= 5 && numbers[i] <= 9).isTrue();
      assertThat(drawn.interpretable()[i]).isEqualTo(bin == 0 ? 1 : 0);
    }
    // Cuts at 5, 5.5 and 7.25: 4, 0, 2, 2 and 2 of 10.
    assertThat(quarters.cuts()).containsExactly(5, 5.5, 7.25);
    int[] expected = {8000, 0, 4000, 4000, 4000};
    for (int bin = 0; bin < counts.length; bin++) {
      assertThat((double) counts[bin]).isCloseTo(expected[bin], within(250.0));
    }
  }

  @Test
  void imagesHaveAtEachPixelWhatItsSegmentAdds() {
    float[] pixels = new float[2 * 4 * 4];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = i % 7;
    }
    Tensor image = Tensor.of(pixels, 1, 2, 4, 4);
    float[] means =
        LimeImages.means(pixels, FeatureGroups.patches(2, 2).of(Inputs.of(image), 0), 2, 4, 4);
    double[] weights = IntStream.range(0, 32).mapToDouble(j -> Math.sin(j)).toArray();
    Attribution map =
        Games.explained(
            Lime.onImages(FeatureGroups.patches(2, 2)).withRidge(1e-6).withSamples(200),
            x -> IntStream.range(0, 32).mapToDouble(j -> x[j] * weights[j]).sum(),
            image);
    int[] segments = FeatureGroups.patches(2, 2).of(Inputs.of(image), 0);
    double[] adds = new double[4];
    for (int j = 0; j < 32; j++) {
      adds[segments[j]] += (pixels[j] - means[j]) * weights[j];
    }
    for (int j = 0; j < 32; j++) {
      assertThat(map.maps()[0][j]).isCloseTo(adds[segments[j]], within(1e-4));
    }
    assertThat(map.exampleShape()).containsExactly(2, 4, 4);
    assertThat(map.fidelity(SURROGATE_FIT).orElseThrow().values()[0]).isCloseTo(1, within(1e-6));
  }

  @Test
  void textsHaveAWeightForEachOfTheirWords() {
    InputScores reader =
        new InputScores(
            batch ->
                Arrays.stream(((TypedTensor.Texts) batch.named("review").orElseThrow()).values())
                    .mapToDouble(
                        text -> (text.contains("good") ? 2 : 0) - (text.contains("dull") ? 3 : 0))
                    .toArray());
    Dataset reviews =
        Dataset.named("reviews")
            .input("review", new TypedTensor.Texts(new String[] {"Good, good... dull film!"}, 1, 1))
            .labels(0)
            .build();
    List<WordWeights> all =
        Lime.onTexts("review")
            .withRidge(1e-9)
            .explain(reader, reviews.inputs(0, 1), Games.FIRST, Games.context(1));
    assertThat(all.get(0).words()).containsExactly("Good", "good", "dull", "film");
    assertThat(all.get(0).weights()).containsExactly(new double[] {0, 2, -3, 0}, within(1e-6));
    assertThat(all.get(0).determination()).isCloseTo(1, within(1e-6));
    assertThatThrownBy(() -> all.get(0).of("bad")).hasMessageContaining("no word \"bad\"");
  }

  @Test
  void superpixelsDivideAnImageAlongItsEdges() {
    float[] pixels = new float[24 * 24];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = i % 24 < 11 ? 0.1f : 0.9f;
    }
    Inputs image = Inputs.of(Tensor.of(pixels, 1, 1, 24, 24));
    int[] two = Superpixels.felzenszwalb(300, 20).of(image, 0);
    for (int i = 0; i < two.length; i++) {
      assertThat(two[i]).isEqualTo(i % 24 < 11 ? 0 : 1);
    }
    int[] more = Superpixels.slic(16).of(image, 0);
    assertThat(Arrays.stream(more).max().orElseThrow()).isBetween(5, 40);
    for (int row = 0; row < 24; row++) {
      assertThat(more[24 * row + 10]).isNotEqualTo(more[24 * row + 11]);
    }
  }

  /** As one-hot columns of a rare category are in a part of the data. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aColumnThatIsTheSameInTrainingStaysAsItIs(boolean discretised) {
    float[] rows = Games.numbers(200, 3, 1).values().clone();
    for (int i = 1; i < rows.length; i += 3) {
      rows[i] = 0;
    }
    LimeTables lime = Lime.onTables(Games.background(Tensor.of(rows, 200, 3))).withSamples(400);
    Tensor example = Tensor.of(new float[] {0.5f, 1, -0.25f}, 1, 3);
    Set<Float> asked = new HashSet<>();

    Attribution map =
        Games.explained(
            discretised ? lime : lime.withoutDiscretising(),
            x -> {
              asked.add((float) x[1]);
              return x[0] + 100 * x[1];
            },
            example);

    assertThat(asked).containsExactly(1f);
    assertThat(map.maps()[0][1]).isZero();
    assertThat(map.maps()[0][0]).isNotZero();
  }

  @Test
  void refusesWhatCannotBeExplained() {
    refused(
        () -> Superpixels.slic(17).of(Inputs.of(Tensor.of(new float[16], 1, 1, 4, 4)), 0),
        "17 superpixels of an image of 4 × 4 = 16 pixels; ask for fewer");
    refused(
        () -> Superpixels.slic(4).of(Inputs.of(Tensor.of(new float[16], 1, 16)), 0),
        "superpixels divide images");
    refused(
        () ->
            Games.explained(
                Lime.onImages(FeatureGroups.patches(4, 4)),
                x -> x[0],
                Tensor.of(new float[16], 1, 1, 4, 4)),
        "take image 0 for one segment");
    refused(
        () -> explained(Lime.onImages(FeatureGroups.patches(1, 1)), LOANS.inputs(0, 1), 1),
        "write Lime.onTables(training)");
    refused(
        () ->
            explained(
                Lime.onTables(Games.background(Games.numbers(5, 2, 1))), LOANS.inputs(0, 1), 1),
        "give training data of the same columns");
    refused(
        () -> explained(Lime.onTables(LOANS).takingForCategories("wage"), LOANS.inputs(0, 1), 1),
        "there is no column \"wage\"");
    refused(
        () ->
            Lime.onTexts("review").explain(ADDS, LOANS.inputs(0, 1), Games.FIRST, Games.context(1)),
        "the data have no text \"review\"");
    refused(
        () ->
            Lime.onTexts("purpose")
                .explain(ADDS, LOANS.inputs(0, 1), Games.FIRST, Games.context(1)),
        "the text of example 0 has 1 different words");
    refused(
        () ->
            explained(
                Lime.onTables(LOANS).withoutDiscretising().withSamples(10).withKernelWidth(1e-4),
                LOANS.inputs(0, 1),
                1),
        "write a larger .withKernelWidth");
  }

  private static void refused(Runnable work, String message) {
    assertThatThrownBy(work::run)
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesSettingsThatAreNone() {
    IntFunction<Object> samples = Lime.onTables(LOANS)::withSamples;
    assertThatThrownBy(() -> samples.apply(9)).hasMessageContaining("give at least 10");
    assertThatThrownBy(() -> Lime.onTables(LOANS).withKernelWidth(0))
        .hasMessageContaining("must be positive");
    assertThatThrownBy(() -> Lime.onTables(LOANS).withRidge(0))
        .hasMessageContaining("the ridge must be positive");
    assertThatThrownBy(() -> Superpixels.slic(1)).hasMessageContaining("give at least 2");
    assertThatThrownBy(() -> Superpixels.felzenszwalb(0, 1))
        .hasMessageContaining("Superpixels.felzenszwalb(100, 10)");
  }
}
