package dev.touchstone.attribution.perturbation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.OutputKind;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Interval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AnchorsTest {
  private static final int N = 400;

  /** Says class 1 where a function of the inputs does. */
  private record Says(Function<Inputs, boolean[]> yes) implements Classifier {
    @Override
    public String name() {
      return "says";
    }

    @Override
    public String sha256() {
      return "0";
    }

    @Override
    public ModelFacts facts() {
      return ModelFacts.of(name(), sha256(), "function", "PROBABILITIES");
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
      return Optional.empty();
    }

    @Override
    public OutputKind outputs() {
      return OutputKind.PROBABILITIES;
    }

    @Override
    public Predictions predict(Tensor batch) {
      throw new AssertionError("asked about features alone");
    }

    @Override
    public Predictions predict(Inputs batch) {
      assertThat(batch.rows()).isLessThanOrEqualTo(300);
      boolean[] answers = yes.apply(batch);
      double[][] rows = new double[answers.length][];
      Arrays.setAll(rows, i -> answers[i] ? new double[] {0.1, 0.9} : new double[] {0.8, 0.2});
      return Predictions.of(rows);
    }

    @Override
    public int batchSize(long budgetBytes) {
      return 300;
    }
  }

  /** Two columns a and b in (0, 1), and a kind that is a car in half of the rows. */
  private static Dataset table(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] numbers = random.doubles(2L * N).toArray();
    String[] kinds = new String[N];
    Arrays.setAll(kinds, i -> random.nextBoolean() ? "car" : "house");
    return Dataset.named("table")
        .features(FeatureStore.inMemory(numbers, 2))
        .featureNames(List.of("a", "b"))
        .input("kind", new TypedTensor.Texts(kinds, N, 1))
        .labels(new int[N])
        .classNames(List.of("no", "yes"))
        .build();
  }

  private static final Dataset DATA = table(1);

  private static boolean[] each(Inputs batch, RowTest test) {
    double[] numbers = batch.exactFeatures().values();
    String[] kinds = ((TypedTensor.Texts) batch.named("kind").orElseThrow()).values();
    boolean[] answers = new boolean[batch.rows()];
    for (int i = 0; i < answers.length; i++) {
      answers[i] = test.holds(numbers[2 * i], numbers[2 * i + 1], kinds[i]);
    }
    return answers;
  }

  /** What a model asks of a row. */
  private interface RowTest {
    boolean holds(double a, double b, String kind);
  }

  /** The first row in the upper quarter of a, which is a car. */
  private static Inputs car() {
    Inputs all = DATA.inputs(0, N);
    boolean[] such = each(all, (a, b, kind) -> a > 0.8 && kind.equals("car"));
    return all.select(IntStream.range(0, N).filter(i -> such[i]).findFirst().orElseThrow());
  }

  private static double cut() {
    double[] a = DATA.inputs(0, N).exactFeatures().values();
    double[] sorted = IntStream.range(0, N).mapToDouble(i -> a[2 * i]).sorted().toArray();
    return sorted[299] + 0.25 * (sorted[300] - sorted[299]);
  }

  @Test
  void theRuleThatAModelIsMadeOfIsTheAnchor() {
    Says model = new Says(batch -> each(batch, (a, b, kind) -> a > cut() && kind.equals("car")));
    Anchor anchor = Anchors.onTables(DATA).explain(model, car(), Games.context(1)).get(0);
    assertThat(anchor.inWords()).matches("a > 0\\.\\d+ and kind is \"car\"");
    assertThat(anchor.label()).isEqualTo(1);
    assertThat(anchor.reached()).isTrue();
    assertThat(anchor.precision().toString()).isEqualTo("1000/1000");
    // On the half that was not searched, counted here.
    boolean[] covered = each(DATA.inputs(0, N), (a, b, kind) -> a > cut() && kind.equals("car"));
    BitSet searched = Anchors.onTables(DATA).searched(N, Games.context(1));
    long counted = IntStream.range(0, N).filter(i -> covered[i] && !searched.get(i)).count();
    assertThat(anchor.coverage().toString()).isEqualTo(counted + "/" + N / 2);
  }

  /** By position, a half of sorted data would have all that a rule holds for, or nothing. */
  @Test
  void coverageOfSortedDataIsThatOfAllOfThem() {
    double[] numbers = new double[2 * N];
    Arrays.setAll(numbers, i -> i % 2 == 0 ? i / (2.0 * N) : 0.5 + Math.sin(i) / 3);
    String[] kinds = new String[N];
    Arrays.fill(kinds, "car");
    Dataset sorted =
        Dataset.named("sorted")
            .features(FeatureStore.inMemory(numbers, 2))
            .featureNames(List.of("a", "b"))
            .input("kind", new TypedTensor.Texts(kinds, N, 1))
            .labels(new int[N])
            .build();
    Says model = new Says(batch -> each(batch, (a, b, kind) -> a > 0.75));

    Anchor anchor =
        Anchors.onTables(sorted).explain(model, sorted.inputs(N - 1, N), Games.context(1)).get(0);

    assertThat(anchor.conditions()).hasSize(1);
    // Of 200 with a chance of a quarter; four deviations are .12.
    assertThat(anchor.coverage().value()).isBetween(0.13, 0.37);
  }

  @Test
  void anExampleHasTheSameAnchorWhateverStandsBesideIt() {
    Says model = new Says(batch -> each(batch, (a, b, kind) -> a > cut() && b < 0.97));
    Anchors anchors = Anchors.onTables(DATA).withSamples(200).withPrecision(0.9);

    List<Anchor> together = anchors.explain(model, DATA.inputs(0, 4), Games.context(1));

    for (int i = 0; i < 4; i++) {
      List<Anchor> alone = anchors.explain(model, DATA.inputs(i, i + 1), Games.context(1));
      assertThat(together.get(i)).hasToString(alone.get(0).toString());
    }
  }

  @Test
  void aModelThatAlwaysSaysTheSameHasTheEmptyAnchor() {
    Anchor anchor =
        Anchors.onTables(DATA)
            .explain(new Says(batch -> new boolean[batch.rows()]), car(), Games.context(1))
            .get(0);
    assertThat(anchor.inWords()).isEqualTo("always");
    assertThat(anchor.coverage().value()).isEqualTo(1);
  }

  /** By a coin that is no column's, no rule is more precise than the coin. */
  @Test
  void saysWhereNoRuleReachesThePrecision() {
    Says coin =
        new Says(batch -> each(batch, (a, b, kind) -> Math.floorMod((long) (a * b * 1e9), 10) < 6));
    Inputs all = DATA.inputs(0, N);
    boolean[] said = coin.yes().apply(all);
    int yes = IntStream.range(0, N).filter(i -> said[i]).findFirst().orElseThrow();
    Anchor anchor =
        Anchors.onTables(DATA)
            .withConditions(1)
            .explain(coin, all.select(yes), Games.context(1))
            .get(0);
    assertThat(anchor.reached()).isFalse();
    assertThat(anchor.precision().value()).isBetween(0.4, 0.8);
  }

  /**
   * The truth is the share of rows with a small b, which draws replace only where b is in the rule.
   */
  @Test
  void theIntervalsHold() {
    Says model = new Says(batch -> each(batch, (a, b, kind) -> a > cut() && b < 0.97));
    double[] numbers = DATA.inputs(0, N).exactFeatures().values();
    double truth =
        IntStream.range(0, N).filter(i -> numbers[2 * i + 1] < 0.97).count() / (double) N;
    int runs = 60;
    int held = 0;
    Inputs example = car();
    assertThat(model.yes().apply(example)[0]).isTrue();
    for (int seed = 0; seed < runs; seed++) {
      Anchor anchor =
          Anchors.onTables(DATA)
              .withSamples(200)
              .withPrecision(0.9)
              .explain(model, example, Games.context(seed))
              .get(0);
      assertThat(anchor.conditions()).hasSize(1);
      Interval interval = anchor.precision().interval(0.95);
      held += interval.lower() <= truth && truth <= interval.upper() ? 1 : 0;
    }
    // Of 60 at 95 %, 51 or fewer have a chance of .2 %.
    assertThat(held).isGreaterThan(51);
  }

  @Test
  void textsAreAnchoredByTheirWords() {
    String[] texts = {"a good film", "a dull film", "good, not dull", "so good", "a film", "dull"};
    Dataset reviews =
        Dataset.named("reviews")
            .input("review", new TypedTensor.Texts(texts, texts.length, 1))
            .labels(new int[texts.length])
            .build();
    Says model =
        new Says(
            batch -> {
              String[] asked = ((TypedTensor.Texts) batch.named("review").orElseThrow()).values();
              boolean[] answers = new boolean[asked.length];
              for (int i = 0; i < answers.length; i++) {
                answers[i] = asked[i].contains("good") && !asked[i].contains("dull");
              }
              return answers;
            });
    Anchor anchor =
        Anchors.onTexts("review", reviews)
            .explain(model, reviews.inputs(0, 1), Games.context(1))
            .get(0);
    assertThat(anchor.inWords()).isEqualTo("\"good\"");
    assertThat(anchor.precision().value()).isEqualTo(1);
    assertThat(anchor.coverage().toString()).isEqualTo("1/3");
  }

  @Test
  void theBestArmsAreFoundByFewDraws() {
    SplittableRandom random = new SplittableRandom(3);
    double[] precisions = {0.2, 0.5, 0.9, 0.55, 0.95, 0.3, 0.1, 0.4};
    List<AnchorCandidate> arms = new ArrayList<>();
    Arrays.stream(precisions).forEach(p -> arms.add(new AnchorCandidate(new BitSet(), p)));
    List<AnchorCandidate> best =
        new BestCandidates(
                0.15,
                0.1,
                // The precision of an arm stands in its coverage here.
                arm ->
                    arm.add(10, (int) random.doubles(10).filter(u -> u < arm.coverage()).count()))
            .of(arms, 2);
    assertThat(best).extracting(AnchorCandidate::coverage).containsExactlyInAnyOrder(0.9, 0.95);
    int worst = arms.get(6).drawn();
    assertThat(worst).isLessThan(best.get(0).drawn());
  }

  @Test
  void limitsByDivergenceAreTheEquationsRoots() {
    // KL(0, q) = −ln(1 − q).
    assertThat(KullbackLeibler.upper(0, 0.3)).isCloseTo(1 - Math.exp(-0.3), within(1e-9));
    assertThat(KullbackLeibler.lower(1, 0.3)).isCloseTo(Math.exp(-0.3), within(1e-9));
    for (double p : new double[] {0.1, 0.5, 0.8}) {
      double upper = KullbackLeibler.upper(p, 0.05);
      double lower = KullbackLeibler.lower(p, 0.05);
      assertThat(KullbackLeibler.divergence(p, upper)).isCloseTo(0.05, within(1e-8));
      assertThat(KullbackLeibler.divergence(p, lower)).isCloseTo(0.05, within(1e-8));
      assertThat(upper).isGreaterThan(p);
      assertThat(lower).isLessThan(p);
    }
  }

  @Test
  void refusesWhatCannotBeExplained() {
    assertThatThrownBy(() -> Anchors.onTables(DATA.first(1)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("has 1 examples");
    assertThatThrownBy(() -> Anchors.onTexts("review", DATA))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("the data have no text \"review\"");
    Inputs others = Inputs.of(Tensor.of(new float[2], 1, 2));
    Says model = new Says(batch -> new boolean[batch.rows()]);
    assertThatThrownBy(() -> Anchors.onTables(DATA).explain(model, others, Games.context(1)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("give training data of the same columns");
    assertThatThrownBy(() -> Anchors.onTables(DATA).withPrecision(1))
        .hasMessageContaining("write .withPrecision(0.95)");
    assertThatThrownBy(() -> Anchors.onTables(DATA).withBeam(0)).hasMessageContaining("at least 1");
    assertThatThrownBy(() -> Anchors.onTables(DATA).withConditions(0))
        .hasMessageContaining("at least 1");
    assertThatThrownBy(() -> Anchors.onTables(DATA).withSamples(0))
        .hasMessageContaining("at least 1");
  }
}
