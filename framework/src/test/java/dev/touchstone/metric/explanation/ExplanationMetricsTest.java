package dev.touchstone.metric.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.contamination.Corner;
import dev.touchstone.data.contamination.PatchTag;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Model;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each metric against values by hand. */
class ExplanationMetricsTest {
  private static final RunContext CONTEXT =
      RunContext.of(Settings.fromSystem(), RunSession.isolated());

  /** Class 1 scores the weighted sum of the features, class 0 nothing. */
  private static Classifier weighing(double... weights) {
    return Models.function(
            "weighing",
            Arrays.toString(weights),
            batch ->
                IntStream.range(0, batch.rows())
                    .mapToObj(i -> new double[] {0, sum(batch.row(i), weights)})
                    .toArray(double[][]::new))
        .emittingLogits();
  }

  private static double sum(float[] row, double... weights) {
    return IntStream.range(0, row.length).mapToDouble(j -> weights[j] * row[j]).sum();
  }

  /** Explains each row by what a function makes of it. */
  private record By(boolean signed, Function<float[], double[]> map) implements AttributionMethod {
    @Override
    public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
      double[][] maps =
          IntStream.range(0, batch.rows())
              .mapToObj(i -> map.apply(batch.row(i)))
              .toArray(double[][]::new);
      return Attribution.of(maps, batch, quantity, "by hand");
    }
  }

  private static AttributionMethod constant(double... map) {
    return new By(true, row -> map.clone());
  }

  private static Dataset rows(float[]... rows) {
    return images(new int[] {rows[0].length}, rows);
  }

  private static Dataset images(int[] shape, float[]... rows) {
    float[] all = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, all, i * rows[i].length, rows[i].length);
    }
    return Dataset.named("rows")
        .features(FeatureStore.inMemory(all, shape))
        .labels(new int[rows.length])
        .classNames(List.of("no", "yes"))
        .build();
  }

  private static Explained explained(Classifier model, AttributionMethod method, Dataset data) {
    return explained(model, method, data, Quantity.ofClass(1));
  }

  private static Explained explained(
      Classifier model, AttributionMethod method, Dataset data, Quantity quantity) {
    Tensor batch = data.batch(0, data.size());
    return Explained.of(
        method, model, data, quantity, method.attribute(model, batch, quantity, CONTEXT), CONTEXT);
  }

  private static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  private static double[] values(ExplanationMetric metric, Explained explained) {
    return metric.of(explained).values();
  }

  @Test
  void deletionFollowsTheMapsOrder() {
    Classifier model = weighing(2, 1);
    Dataset data = rows(new float[] {1, 1});
    DeletionGain gain = DeletionGain.withDefaults().removing(Removal.to(0)).withSteps(2);
    Measured right = gain.of(explained(model, constant(2, 1), data));
    Measured wrong = gain.of(explained(model, constant(1, 2), data));

    double first = (sigmoid(3) / 2 + sigmoid(1) + sigmoid(0) / 2) / 2;
    assertThat(right.beside().get(0).values()[0]).isCloseTo(first, within(1e-12));
    // Whichever share of the random orders is the one, both gains are beside the same mean.
    assertThat(right.values()[0] - wrong.values()[0])
        .isCloseTo((sigmoid(2) - sigmoid(1)) / 2, within(1e-12));
    assertThat(right.values()[0]).isPositive();
    assertThat(wrong.values()[0]).isNegative();
  }

  @Test
  void insertionFollowsTheMapsOrder() {
    Classifier model = weighing(2, 1);
    Dataset data = rows(new float[] {1, 1});
    InsertionGain gain = InsertionGain.withDefaults().removing(Removal.to(0)).withSteps(2);
    Measured right = gain.of(explained(model, constant(2, 1), data));
    Measured wrong = gain.of(explained(model, constant(1, 2), data));

    double first = (sigmoid(0) / 2 + sigmoid(2) + sigmoid(3) / 2) / 2;
    assertThat(right.beside().get(0).values()[0]).isCloseTo(first, within(1e-12));
    assertThat(right.values()[0] - wrong.values()[0])
        .isCloseTo((sigmoid(2) - sigmoid(1)) / 2, within(1e-12));
  }

  @Test
  void theProbabilityOfTheOtherClassIsMeasuredWhereItIsExplained() {
    Classifier model = weighing(2, 1);
    Dataset data = rows(new float[] {1, 1});
    DeletionGain gain = DeletionGain.withDefaults().removing(Removal.to(0)).withSteps(2);
    Explained ofNo = explained(model, constant(-2, -1), data, Quantity.ofClass(0));
    // The one that speaks least against it goes first.
    double area = (sigmoid(-3) / 2 + sigmoid(-2) + sigmoid(0) / 2) / 2;
    assertThat(gain.of(ofNo).beside().get(0).values()[0]).isCloseTo(area, within(1e-12));
  }

  @Test
  void aConstantMapHasNoGain() {
    Explained blank = explained(weighing(2, 1), constant(3, 3), rows(new float[] {1, 1}));
    assertThat(values(DeletionGain.withDefaults(), blank)).containsExactly(Double.NaN);
    assertThat(values(InsertionGain.withDefaults(), blank)).containsExactly(Double.NaN);
  }

  /** Twenty steps of a twentieth add up to more than 1. */
  @ParameterizedTest
  @ValueSource(ints = {3, 7, 20, 50})
  void areasOfSureAnswersAreShares(int steps) {
    Explained sure = explained(weighing(100, 100), constant(2, 1), rows(new float[] {1, 1}));
    for (ExplanationMetric metric :
        List.of(
            DeletionGain.withDefaults().removing(Removal.to(1)).withSteps(steps),
            InsertionGain.withDefaults().removing(Removal.to(1)).withSteps(steps))) {
      for (Measured.Beside area : metric.of(sure).beside()) {
        assertThat(area.values()[0]).isBetween(1 - 1e-12, 1.0);
      }
    }
  }

  /** The model looks at the first place alone, and the map at none that matters. */
  @ParameterizedTest
  @ValueSource(doubles = {0, -0.0})
  void equalPlacesAreInNoOrder(double nothing) {
    int n = 300;
    float[][] rows = new float[n][10];
    for (float[] row : rows) {
      Arrays.fill(row, 1);
    }
    double[] weights = new double[10];
    weights[0] = 4;
    double[] map = new double[10];
    map[1] = nothing;
    map[9] = 1;
    Explained explained = explained(weighing(weights), constant(map), rows(rows));

    for (ExplanationMetric metric :
        List.of(
            DeletionGain.withDefaults().removing(Removal.to(0)),
            InsertionGain.withDefaults().removing(Removal.to(0)))) {
      double[] gains = values(metric, explained);
      double mean = Arrays.stream(gains).average().orElseThrow();
      double squares = Arrays.stream(gains).map(gain -> (gain - mean) * (gain - mean)).sum();
      // That place is one of the other nine, on average half a place later than one of ten.
      double expected = -(sigmoid(4) - 0.5) / 20;
      assertThat(mean).isCloseTo(expected, within(4 * Math.sqrt(squares) / n));
    }
  }

  @Test
  void channelsOfAPixelAreRemovedTogether() {
    // Two channels of two pixels; the map's sums over channels are 5 and 4.
    Classifier model = weighing(1, 2, 3, 4);
    Dataset data = images(new int[] {2, 1, 2}, new float[] {1, 1, 1, 1});
    Explained explained = explained(model, constant(0, 3, 5, 1), data);
    DeletionGain gain = DeletionGain.withDefaults().removing(Removal.to(0)).withSteps(2);
    double area = (sigmoid(10) / 2 + sigmoid(6) + sigmoid(0) / 2) / 2;
    assertThat(explained.places()).isEqualTo(2);
    assertThat(gain.of(explained).beside().get(0).values()[0]).isCloseTo(area, within(1e-12));
  }

  @Test
  void gainsMeasureClassesAlone() {
    Explained explained =
        explained(
            weighing(2, 1), constant(2, 1), rows(new float[] {1, 1}), Quantity.difference(1, 0));
    assertThatThrownBy(() -> DeletionGain.withDefaults().of(explained))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("Target.predictedClass()")
        .hasMessageContaining("FaithfulnessCorrelation");
  }

  @Test
  void sharesOfALinearModelCorrelateWithWhatTheirRemovalTakes() {
    double[] weights = {2, -1, 0.5, 3, 1, -2, 4, 0.1, 1, 1};
    float[] row = {1, 2, 3, -1, 0.5f, 1, 1, 2, -3, 1};
    double[] shares = IntStream.range(0, 10).mapToDouble(j -> weights[j] * row[j]).toArray();
    double[] against = Arrays.stream(shares).map(share -> -share).toArray();
    FaithfulnessCorrelation metric = FaithfulnessCorrelation.withDefaults().removing(Removal.to(0));
    for (FaithfulnessCorrelation each :
        List.of(metric, metric.ofSingles(), metric.withShare(0.5))) {
      assertThat(values(each, explained(weighing(weights), constant(shares), rows(row)))[0])
          .isCloseTo(1, within(1e-9));
      assertThat(values(each, explained(weighing(weights), constant(against), rows(row)))[0])
          .isCloseTo(-1, within(1e-9));
    }
    Explained blank = explained(weighing(weights), constant(new double[10]), rows(row));
    assertThat(values(metric, blank)).containsExactly(Double.NaN);
  }

  @Test
  void singlePlacesAreCorrelatedByHand() {
    // Losses 2, 1, 3; attributions 1, 2, 3: r = 1/2.
    Explained explained =
        explained(weighing(2, 1, 3), constant(1, 2, 3), rows(new float[] {1, 1, 1}));
    assertThat(
            values(
                FaithfulnessCorrelation.withDefaults().removing(Removal.to(0)).ofSingles(),
                explained))
        .containsExactly(new double[] {0.5}, within(1e-9));
  }

  @Test
  void sharesOfALinearModelAreWhatSwapsDo() {
    Dataset data = rows(new float[] {1, 2, 3}, new float[] {0, 4, -1}, new float[] {2, 0, 0});
    double[] weights = {2, -1, 0.5};
    // The mean of the other two is (1, 2, −½), (1.5, 1, 1.5) and (½, 3, 1).
    double[][] shares = {{0, 0, 1.75}, {-3, -3, -1.25}, {3, 3, -0.5}};
    AttributionMethod shapley =
        new By(true, row -> shares[row[0] == 1 ? 0 : row[0] == 0 ? 1 : 2].clone());
    assertThat(values(SwapAgreement.withDefaults(), explained(weighing(weights), shapley, data)))
        .containsExactly(new double[] {1, 1, 1}, within(1e-6));
    Measured first =
        SwapAgreement.withDefaults().of(explained(weighing(weights), constant(1, 0, 0), data));
    assertThat(first.values()).containsExactly(new double[] {0, 3 / 7.25, 3 / 6.5}, within(1e-6));
    assertThat(first.uninformed()[0]).isCloseTo(1 / 3.0, within(1e-6));
    Explained still = explained(weighing(0, 0, 0), constant(1, 0, 0), data);
    assertThat(values(SwapAgreement.withDefaults(), still)).containsOnly(Double.NaN);
  }

  @Test
  void theGradientOfALinearModelForetellsEverything() {
    double[] weights = {2, -1, 0.5};
    Dataset data = rows(new float[] {1, 2, 3});
    Infidelity metric = Infidelity.underNoise(0.1).withSamples(20_000);
    Measured right = metric.of(explained(weighing(weights), constant(weights), data));
    Measured nothing = metric.of(explained(weighing(weights), constant(0, 0, 0), data));
    Measured twice = metric.of(explained(weighing(weights), constant(4, -2, 1), data));
    assertThat(right.values()[0]).isCloseTo(0, within(1e-9));
    assertThat(nothing.values()[0]).isEqualTo(1);
    assertThat(twice.values()[0]).isCloseTo(1, within(1e-9));
    // E (Iᵀw)² = σ² |w|², of which 20,000 samples have a relative standard error of 1 %.
    assertThat(nothing.beside().get(0).values()[0]).isCloseTo(0.01 * 5.25, within(0.0026));
  }

  @Test
  void theMapThatIsTheInputMovesAsTheInputDoes() {
    float[] row = {3, 4};
    AttributionMethod itself = new By(true, x -> new double[] {x[0], x[1]});
    double most = 0.1 * Math.sqrt(2) / 5;
    double found =
        values(
            MaxSensitivity.within(0.1).withSamples(200),
            explained(weighing(1, 1), itself, rows(row)))[0];
    assertThat(found).isBetween(0.8 * most, most * (1 + 1e-6));
    assertThat(
            values(
                MaxSensitivity.within(0.1), explained(weighing(1, 1), constant(1, 2), rows(row))))
        .containsExactly(0);
    assertThat(
            values(
                MaxSensitivity.within(0.1), explained(weighing(1, 1), constant(0, 0), rows(row))))
        .containsExactly(Double.NaN);
  }

  @Test
  void ranksThatNoiseLeavesAreStable() {
    AttributionMethod itself = new By(true, x -> new double[] {x[0], x[1], x[2], x[3]});
    Explained explained =
        explained(
            weighing(1, 1, 1, 1),
            itself,
            rows(new float[] {1, 2, 3, 4}, new float[] {4, 3, 2, 1}, new float[] {1, 2, 4, 3}));
    // Neighbours: ρ = −1, −0.8 and 0.8.
    assertThat(values(RankStability.within(0.4), explained))
        .containsExactly(new double[] {2, 1.8, 0.2}, within(1e-12));
  }

  @Test
  void relevanceInsideARegionIsCounted() {
    Dataset data = images(new int[] {1, 2, 3}, new float[6]);
    Explained explained = explained(weighing(1, 1, 1, 1, 1, 1), constant(4, 0, -7, 2, 2, 0), data);
    Region left = Region.box(0, 0, 2, 1);
    Measured mass = RelevanceMass.inside(left).of(explained);
    assertThat(mass.values()).containsExactly(6 / 8.0);
    assertThat(mass.uninformed()).containsExactly(1 / 3.0);
    assertThat(values(RelevanceMass.outside(left), explained)).containsExactly(2 / 8.0);
    assertThat(RelevanceMass.outside(left).of(explained).uninformed()).isEmpty();
    assertThat(values(PointingGame.outside(left), explained)).containsExactly(0);
    assertThat(values(PointingGame.inside(left), explained)).containsExactly(1);
    assertThat(values(PointingGame.inside(Region.box(0, 1, 2, 2)), explained)).containsExactly(0);
    // 4 and 2 inside against 0, −7, 2 and 0 outside: 7.5 of 8 pairs.
    assertThat(values(LocalisationAuroc.inside(left), explained)).containsExactly(7.5 / 8);
    assertThat(LocalisationAuroc.inside(left).of(explained).uninformed()).containsExactly(0.5);
  }

  @Test
  void aMapThatSaysNothingHasNoPlace() {
    Dataset data = images(new int[] {1, 2, 3}, new float[6]);
    Explained blank = explained(weighing(1, 1, 1, 1, 1, 1), constant(-1, -1, -1, -1, -1, -1), data);
    Region left = Region.box(0, 0, 2, 1);
    assertThat(values(RelevanceMass.inside(left), blank)).containsExactly(Double.NaN);
    assertThat(values(PointingGame.inside(left), blank)).containsExactly(Double.NaN);
    assertThat(values(LocalisationAuroc.inside(left), blank)).containsExactly(Double.NaN);
    Explained all = explained(weighing(1, 1, 1, 1, 1, 1), constant(1, 2, 3, 4, 5, 6), data);
    assertThat(values(RelevanceMass.inside(Region.box(0, 0, 2, 3)), all))
        .containsExactly(Double.NaN);
  }

  @Test
  void severalPlacesOfTheLargestValueHaveToLieInside() {
    Dataset data = images(new int[] {1, 1, 3}, new float[3]);
    Explained tied = explained(weighing(1, 1, 1), constant(2, 2, 1), data);
    assertThat(values(PointingGame.inside(Region.box(0, 0, 1, 1)), tied)).containsExactly(0);
    assertThat(values(PointingGame.inside(Region.box(0, 0, 1, 2)), tied)).containsExactly(1);
  }

  @Test
  void magnitudesCountWhereSignsMeanNothing() {
    Dataset data = images(new int[] {2, 1, 2}, new float[4]);
    Explained explained =
        explained(weighing(1, 1, 1, 1), new By(false, row -> new double[] {-3, 1, 2, -1}), data);
    assertThat(explained.perPlace(0)).containsExactly(5, 2);
  }

  @Test
  void aSignalsRegionIsWhatItSets() {
    Dataset data = images(new int[] {1, 6, 6}, new float[36]);
    PatchTag tag = PatchTag.of(new float[][] {{1, 1}, {1, 1}}).at(Corner.BOTTOM_LEFT);
    boolean[] inside = Region.of(tag).inside(tag.addedTo(data), 0);
    boolean[] expected = tag.fitTo(data).mask(0, new float[36]);
    assertThat(inside).containsExactly(expected);
    assertThat(IntStream.range(0, 36).filter(i -> inside[i]).count()).isEqualTo(4);
  }

  @Test
  void columnsAreARegionByTheirNames() {
    Dataset data =
        Dataset.named("table")
            .features(FeatureStore.inMemory(new float[3], 3))
            .featureNames(List.of("age", "sex", "100%"))
            .labels(0)
            .classNames(List.of("no", "yes"))
            .build();
    Region region = Region.columns("sex", "100%");
    region.require(data);
    assertThat(region.inside(data, 0)).containsExactly(false, true, true);
    Explained explained = explained(weighing(1, 1, 1), constant(2, 1, 1), data);
    assertThat(values(RelevanceMass.inside(region), explained)).containsExactly(0.5);
    assertThat(RelevanceMass.inside(region).reading().toString()).contains("100%");
    Dataset spread =
        Dataset.named("spread")
            .features(FeatureStore.inMemory(new float[4], 4))
            .featureNames(List.of("sex=Male", "sex=Female", "sexton", "age"))
            .labels(0)
            .classNames(List.of("no", "yes"))
            .build();
    Region.columns("sex").require(spread);
    assertThat(Region.columns("sex").inside(spread, 0)).containsExactly(true, true, false, false);
    assertThatThrownBy(() -> Region.columns("race").require(data))
        .hasMessageContaining("no column \"race\"")
        .hasMessageContaining("[age, sex, 100%]");
  }

  /** Two hashes of 32 bits meet by chance among some 80,000 baselines; a key must not. */
  @Test
  void givenValuesAreNamedByWhatTheyAre() {
    assertThat(Removal.to(0.5f).toString()).isEqualTo("0.5");
    assertThat(Removal.to(1, 2).toString()).matches("given values [0-9a-f]{16}");
    // 31 times the first bits and the second is the same: 31 · 2²⁰ more here or there.
    float[] first = {Float.intBitsToFloat(1 << 24), Float.intBitsToFloat(31 << 20)};
    float[] second = {Float.intBitsToFloat((1 << 24) + (1 << 20)), Float.intBitsToFloat(0)};
    assertThat(Arrays.hashCode(first)).isEqualTo(Arrays.hashCode(second));
    assertThat(Removal.to(first).toString()).isNotEqualTo(Removal.to(second).toString());
  }

  /** A signal that looks at all of the data to be fitted is fitted once. */
  @Test
  void whereASignalIsIsFoundForAllExamplesTogether() {
    AtomicInteger fits = new AtomicInteger();
    SpuriousSignal signal =
        new SpuriousSignal() {
          @Override
          public String describe() {
            return "the first";
          }

          @Override
          public Fitted fitTo(Dataset data) {
            fits.incrementAndGet();
            return new Fitted() {
              @Override
              public void apply(int example, float[] features) {
                features[0] = 9;
              }

              @Override
              public boolean[] mask(int example, float[] features) {
                return new boolean[] {true, false};
              }
            };
          }
        };
    Dataset data = rows(new float[] {1, 2}, new float[] {3, 4}, new float[] {5, 6});
    Explained explained = explained(weighing(1, 1), constant(3, 1), data);

    assertThat(values(RelevanceMass.inside(Region.of(signal)), explained))
        .containsExactly(0.75, 0.75, 0.75);
    assertThat(fits).hasValue(1);
  }

  @Test
  void masksAreFoundByTheirIds() {
    Dataset data = images(new int[] {1, 1, 2}, new float[2], new float[2]);
    Dataset masks =
        Dataset.named("masks")
            .features(FeatureStore.inMemory(new float[] {0, 1, 1, 0}, 1, 1, 2))
            .ids(List.of(data.id(1), data.id(0)))
            .labels(0, 0)
            .classNames(List.of("no", "yes"))
            .build();
    Region region = Region.masks(masks);
    region.require(data);
    assertThat(region.inside(data, 0)).containsExactly(true, false);
    assertThat(region.inside(data, 1)).containsExactly(false, true);
    Dataset more = images(new int[] {1, 1, 2}, new float[2], new float[2], new float[2]);
    assertThatThrownBy(() -> region.require(more)).hasMessageContaining("no mask of the example");
    assertThatThrownBy(() -> region.require(rows(new float[2])))
        .hasMessageContaining("[1, height, width]");
  }

  @Test
  void regionsThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> Region.box(0, 0, 0, 1)).hasMessageContaining("at least one pixel");
    assertThatThrownBy(
            () -> Region.box(1, 0, 2, 1).require(images(new int[] {1, 2, 3}, new float[6])))
        .hasMessageContaining("rows 1 to 2")
        .hasMessageContaining("[1, 2, 3]");
    assertThatThrownBy(() -> Region.columns()).hasMessageContaining("no columns");
  }

  @Test
  void aPointIsBlurredToAGaussian() {
    float[] image = new float[21 * 21];
    image[10 * 21 + 10] = 1;
    Dataset data = images(new int[] {1, 21, 21}, image);
    float[] blurred =
        Removal.toBlur(1)
            .of(explained(weighing(new double[441]), constant(new double[441]), data))[0];
    double sum = IntStream.rangeClosed(-4, 4).mapToDouble(k -> Math.exp(-k * k / 2.0)).sum();
    assertThat(blurred[10 * 21 + 10]).isCloseTo((float) (1 / sum / sum), within(1e-7f));
    assertThat(blurred[11 * 21 + 8]).isCloseTo((float) (Math.exp(-2.5) / sum / sum), within(1e-7f));
    float[] corner = new float[441];
    corner[0] = 1;
    float[] atTheEdge =
        Removal.toBlur(1)
            .of(
                explained(
                    weighing(new double[441]),
                    constant(new double[441]),
                    images(new int[] {1, 21, 21}, corner)))[0];
    // What lies beyond the edge is the mirror image: the pixel itself, and again.
    double doubled = (1 + Math.exp(-0.5)) / sum;
    assertThat(atTheEdge[0]).isCloseTo((float) (doubled * doubled), within(1e-7f));
  }

  @Test
  void whatIsRemovedBecomesTheMeanOfAColumnOrOfAChannel() {
    Dataset table = rows(new float[] {1, 10}, new float[] {3, 30});
    assertThat(Removal.toMean().of(explained(weighing(1, 1), constant(1, 2), table))[1])
        .containsExactly(2, 20);
    Dataset images =
        images(new int[] {2, 1, 2}, new float[] {1, 2, 10, 20}, new float[] {3, 4, 30, 40});
    assertThat(
            Removal.toMean().of(explained(weighing(1, 1, 1, 1), constant(1, 2, 3, 4), images))[0])
        .containsExactly(2.5f, 2.5f, 25, 25);
  }

  @Test
  void whatIsMissingIsNotPartOfTheMean() {
    Dataset data =
        Dataset.named("rows")
            .features(FeatureStore.inMemory(new float[] {1, 5, Float.NaN, 7, 3, Float.NaN}, 2))
            .allowingMissing()
            .labels(0, 0, 0)
            .classNames(List.of("no", "yes"))
            .build();
    Explained explained = explained(weighing(1, 1), constant(1, 2), data);

    assertThat(Removal.toMean().of(explained)[1]).containsExactly(2, 6);
  }

  @Test
  void removalsThatDoNotFitAreRefused() {
    Dataset table = rows(new float[] {1, 10});
    assertThatThrownBy(() -> Removal.toBlur(2).require(table)).hasMessageContaining("no images");
    assertThatThrownBy(() -> Removal.to(1, 2, 3).require(table))
        .hasMessageContaining("3 values")
        .hasMessageContaining("examples of 2");
    assertThatThrownBy(() -> Removal.to(Float.NaN)).hasMessageContaining("finite");
    assertThatThrownBy(() -> Removal.toBlur(0)).hasMessageContaining("positive");
  }

  @Test
  void aFigureThatTheMethodDoesNotMeasureIsRefused() {
    Explained explained = explained(weighing(1, 1), constant(1, 2), rows(new float[2]));
    assertThatThrownBy(() -> OwnFigure.completenessResidual().of(explained))
        .hasMessageContaining("By measures no completeness residual")
        .hasMessageContaining("IntegratedGradients");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void radiiAndNoiseArePositive(double radius) {
    assertThatThrownBy(() -> MaxSensitivity.within(radius)).hasMessageContaining("positive");
    assertThatThrownBy(() -> RankStability.within(radius)).hasMessageContaining("positive");
    assertThatThrownBy(() -> Infidelity.underNoise(radius)).hasMessageContaining("positive");
  }

  @Test
  void setsAreNotDrawnWhereEachPlaceIsRemovedAlone() {
    FaithfulnessCorrelation metric = FaithfulnessCorrelation.withDefaults();
    for (ThrowingCallable both :
        List.<ThrowingCallable>of(
            () -> metric.ofSingles().withSets(20), () -> metric.withSets(20).ofSingles())) {
      assertThatThrownBy(both)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("leave .withSets(…) or .ofSingles() out");
    }
    assertThat(metric.withSets(50)).isEqualTo(metric);
  }

  @Test
  void metricsOfTheSameSettingsAreEqual() {
    List<Function<Double, ExplanationMetric>> made =
        List.of(
            x -> DeletionGain.withDefaults().removing(Removal.to(x.floatValue())),
            x -> InsertionGain.withDefaults().withSteps(x.intValue() + 2),
            x -> FaithfulnessCorrelation.withDefaults().withShare(x / 10),
            Infidelity::underNoise,
            x -> SwapAgreement.withDefaults().withOthers(x.intValue()),
            MaxSensitivity::within,
            RankStability::within,
            x -> RelevanceMass.inside(Region.box(0, 0, x.intValue(), 1)),
            x -> PointingGame.inside(Region.columns("a" + x)),
            x -> LocalisationAuroc.inside(Region.box(0, x.intValue(), 1, 1)));
    for (Function<Double, ExplanationMetric> metric : made) {
      assertThat(metric.apply(1.0))
          .isEqualTo(metric.apply(1.0))
          .hasSameHashCodeAs(metric.apply(1.0))
          .isNotEqualTo(metric.apply(2.0));
      assertThat(metric.apply(1.0)).asString().isNotEqualTo(metric.apply(2.0).toString());
    }
  }
}
