package dev.touchstone.concept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.gradient.CaptumFamily;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.junit.jupiter.api.Test;

class TcavTest {
  private static final Classifier MLP = CaptumFamily.model("mlp");
  private static final String RELU = "/relu1/Relu";
  private static final String TANH = "/tanh/Tanh";
  private static final List<String> CLASSES = List.of("one", "two", "three");

  private final RunContext context = RunContext.current();
  private final Dataset pool = noise("pool", 80, 0);
  private final Dataset tested = noise("tested", 60, 0);
  private final ConceptExamples concept =
      ConceptExamples.of("moved", noise("having", 16, 1.5))
          .against(noise("lacking", 12, 0))
          .besideRandomSetsOf(pool);

  /** Normal numbers, the first of which is moved. */
  private static Dataset noise(String name, int n, double shift) {
    ZigguratSampler.NormalizedGaussian gauss =
        ZigguratSampler.NormalizedGaussian.of(new RandomStreams(5).of(name));
    float[] values = new float[n * 12];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (gauss.sample() + (i % 12 == 0 ? shift : 0));
    }
    return Dataset.named(name)
        .features(FeatureStore.inMemory(values, 12))
        .labels(IntStream.range(0, n).map(i -> i % 3).toArray())
        .classNames(CLASSES)
        .build();
  }

  private TcavScore score(ConceptExamples of, String node, String className) {
    return Tcav.withDefaults().withRandomSets(19).score(MLP, tested, of, node, className, context);
  }

  @Test
  void theScoreIsThatOfTheVectorItself() {
    TcavScore score = score(concept, TANH, "two");
    Dataset ofClass = tested.where(i -> tested.label(i) == 1, "of class two");
    double[] derivatives =
        ConceptActivationVector.of(MLP, TANH, concept, context)
            .derivatives(MLP, ofClass, Quantity.ofClass(1), context);
    assertThat(score.examples()).isEqualTo(20);
    assertThat(score.score()).isEqualTo(ConceptActivationVector.score(derivatives));
    assertThat(score.flat()).isZero();
  }

  @Test
  void theChangeIsTheDerivativeFromMeanToMean() {
    TcavScore score = score(concept, RELU, "three");
    WhiteBox box = MLP.capability(WhiteBox.class).orElseThrow();
    double[] step = new double[20];
    addMean(box, concept.positives(), 1, step);
    addMean(box, concept.negatives().orElseThrow(), -1, step);
    double length = Math.sqrt(Arrays.stream(step).map(d -> d * d).sum());
    Dataset ofClass = tested.where(i -> tested.label(i) == 2, "of class three");
    double[] derivatives =
        ConceptActivationVector.given("mean", MLP, RELU, step)
            .derivatives(MLP, ofClass, Quantity.ofClass(2), context);
    assertThat(score.change())
        .isCloseTo(length * Arrays.stream(derivatives).average().orElseThrow(), within(1e-9));
  }

  private static void addMean(WhiteBox box, Dataset data, double factor, double[] into) {
    double[][] rows =
        box.values(data.inputs(0, data.size()), List.of(box.tap(RELU)))
            .values()
            .iterator()
            .next()
            .rows();
    for (double[] row : rows) {
      for (int d = 0; d < row.length; d++) {
        into[d] += factor * row[d] / rows.length;
      }
    }
  }

  @Test
  void allConceptsTapsAndClassesTogetherScoreAsEachAlone() {
    ConceptExamples other =
        ConceptExamples.of("less", noise("less", 16, -1)).againstRandomSetsOf(pool);
    Tcav tcav = Tcav.withDefaults().withRandomSets(Significance.fewestRandomSets(12, Tcav.ALPHA));
    List<TcavScore> together =
        tcav.scores(
            MLP,
            tested,
            List.of(concept, other),
            List.of(RELU, TANH),
            List.of("one", "three", "two"),
            context);
    assertThat(together).hasSize(12);
    assertThat(together)
        .extracting(TcavScore::concept)
        .startsWith("moved", "moved", "moved", "moved", "moved", "moved", "less");
    for (TcavScore score : together) {
      TcavScore alone =
          tcav.score(
              MLP,
              tested,
              score.concept().equals("less") ? other : concept,
              score.tap().name(),
              score.className(),
              context);
      assertThat(score.rising()).isEqualTo(alone.rising());
      assertThat(score.risingOfHalves()).isEqualTo(alone.risingOfHalves());
      assertThat(score.risingOfRandom()).isEqualTo(alone.risingOfRandom());
      assertThat(score.change()).isCloseTo(alone.change(), within(1e-9));
      assertThat(score.pValue()).isEqualTo(alone.pValue());
      assertThat(score.adjustedPValue()).isGreaterThanOrEqualTo(alone.adjustedPValue());
    }
  }

  /** Of 20 numbers in double precision three times: 24 examples at once of 28, 80 and 60. */
  private RunContext tight() {
    return context.with(
        new Settings(
            "cpu",
            context.settings().seed(),
            Policy.STRICT,
            3 * 8 * 20 * 24,
            context.settings().reportDirectory()));
  }

  @Test
  void memoryThatHoldsAFewExamplesAtATimeGivesTheSame() {
    TcavScore tightly =
        Tcav.withDefaults().withRandomSets(19).score(MLP, tested, concept, RELU, "one", tight());
    TcavScore freely = score(concept, RELU, "one");
    assertThat(tightly.rising()).isEqualTo(freely.rising());
    assertThat(tightly.risingOfHalves()).isEqualTo(freely.risingOfHalves());
    assertThat(tightly.risingOfRandom()).isEqualTo(freely.risingOfRandom());
    assertThat(tightly.change()).isCloseTo(freely.change(), within(1e-9));
  }

  /** Where memory holds a part of the examples, the others' values wait on disk. */
  @Test
  void everyExampleGoesThroughTheNetworkOnceHoweverLittleMemoryThereIs() {
    AtomicInteger reads = new AtomicInteger();
    Dataset counted =
        pool.withFeatures(
            new FeatureStore() {
              @Override
              public int size() {
                return pool.size();
              }

              @Override
              public int[] shape() {
                return pool.shape();
              }

              @Override
              public void read(int index, float[] into, int offset) {
                reads.incrementAndGet();
                pool.features().read(index, into, offset);
              }
            },
            "counted");
    ConceptExamples of =
        ConceptExamples.of("moved", concept.positives()).againstRandomSetsOf(counted);
    score(of, RELU, "one"); // the digest of the data is known from here on
    reads.set(0);
    score(of, RELU, "one");
    int freely = reads.getAndSet(0);
    Tcav.withDefaults().withRandomSets(19).score(MLP, tested, of, RELU, "one", tight());

    // The first example of a part is asked for once more, to find how many go at once.
    assertThat(reads.get()).isBetween(freely, freely + 10);
  }

  @Test
  void aConceptAndItsOppositeAreRankedAlikeAndScoreTheRest() {
    ConceptExamples opposite =
        ConceptExamples.of("unmoved", concept.negatives().orElseThrow())
            .against(concept.positives())
            .besideRandomSetsOf(pool);
    TcavScore one = score(concept, TANH, "one");
    TcavScore other = score(opposite, TANH, "one");
    assertThat(one.score() + other.score()).isCloseTo(1, within(1e-12));
    assertThat(one.change()).isCloseTo(-other.change(), within(1e-12));
  }

  @Test
  void aRelativeConceptIsToldFromTheOther() {
    ConceptExamples other =
        ConceptExamples.of("less", noise("less", 16, -1)).against(noise("lacking", 12, 0));
    ConceptExamples relative = concept.relativeTo(other);
    assertThat(relative.name()).isEqualTo("moved rather than less");
    assertThat(relative.negatives().orElseThrow()).isEqualTo(other.positives());
    assertThat(score(relative, RELU, "one").separation())
        .isGreaterThan(score(concept, RELU, "one").separation());
  }

  @Test
  void thePublishedTestIsNamedInItsScores() {
    TcavScore published =
        Tcav.withDefaults()
            .withPublishedTest()
            .withRandomSets(60)
            .score(MLP, tested, concept, RELU, "one", context);
    assertThat(published.test()).isEqualTo("published t test");
    assertThat(published.pValue()).isBetween(0.0, 1.0);
    assertThat(score(concept, RELU, "one").test()).isEqualTo("rank among random sets");
  }

  @Test
  void theExcessIsTheScoreLessTheMeanOfTheRandomSets() {
    TcavScore score = score(concept, RELU, "two");
    assertThat(score.excess().value()).isEqualTo(score.score() - score.randomScore());
    assertThat(score.excess().sampleSize()).isEqualTo(20);
    assertThat(score.randomSetsAsFar().sampleSize()).isEqualTo(19);
    assertThat(score.pValue()).isEqualTo((1.0 + score.asFar()) / 20);
  }

  @Test
  void aConceptWithoutAPoolIsRefused() {
    ConceptExamples alone =
        ConceptExamples.of("moved", noise("having", 16, 1.5)).against(noise("lacking", 12, 0));
    refused(() -> score(alone, RELU, "one"), "no pool", ".besideRandomSetsOf(pool)");
  }

  @Test
  void aPoolThatSharesAnExampleIsRefused() {
    refused(
        () -> score(concept.besideRandomSetsOf(tested), RELU, "one"),
        "of the tested examples",
        "is the same example as",
        "of the pool of random sets");
    refused(
        () -> score(concept.besideRandomSetsOf(noise("having", 60, 1.5)), RELU, "one"),
        "of the examples with \"moved\"");
  }

  @Test
  void aPoolOrAConceptThatIsTooSmallIsRefused() {
    refused(
        () -> score(concept.besideRandomSetsOf(pool.first(20)), RELU, "one"),
        "has 20 examples",
        "takes 16 + 12");
    ConceptExamples few =
        ConceptExamples.of("moved", noise("having", 9, 1.5)).againstRandomSetsOf(pool);
    refused(() -> score(few, RELU, "one"), "has 9 examples with it", "at least 10");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> ConceptExamples.of("none", pool.select(new int[0], "none")))
        .withMessageContaining("no example has the concept \"none\"");
  }

  /** All inner products of 20,000 examples would take 3 GB. */
  @Test
  void ofALargePoolAPartIsDrawn() {
    Dataset many = noise("many", 20_000, 0);
    TcavScore score = score(concept.besideRandomSetsOf(many), TANH, "two");

    assertThat(score.rising()).isEqualTo(score(concept, TANH, "two").rising());
    assertThat(score.randomScores()).hasSize(19);
    assertThat(score(concept.besideRandomSetsOf(many), TANH, "two")).isEqualTo(score);
    assertThat(
            Tcav.withPartOfPool(concept.besideRandomSetsOf(many), context)
                .pool()
                .orElseThrow()
                .size())
        .isEqualTo(2000);
    assertThat(Tcav.withPartOfPool(concept, context)).isSameAs(concept);
  }

  @Test
  void moreExamplesThanHaveRoomAreRefused() {
    ConceptExamples large =
        ConceptExamples.of("large", noise("large", 30_000, 1)).against(noise("other", 30_000, 0));
    refused(
        () -> ConceptActivationVector.of(MLP, TANH, large, context),
        "the inner products of 60000 examples of concepts and pools at 1 nodes take 27466 MB",
        "give fewer examples, data.sample(n, seed)");
  }

  @Test
  void tooFewRandomSetsForTheTestsAreRefused() {
    refused(
        () ->
            Tcav.withDefaults()
                .withRandomSets(50)
                .scores(MLP, tested, List.of(concept), List.of(RELU), CLASSES, context),
        "50 random sets for 3 tests",
        "withRandomSets(59)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tcav.withDefaults().withRandomSets(18))
        .withMessageContaining("at least 19");
  }

  @Test
  void aNodeAndAClassThatThereAreNotAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> score(concept, "/relu/Relu", "one"))
        .withMessageContaining(RELU);
    refused(() -> score(concept, RELU, "four"), "four");
    Dataset others = tested.where(i -> tested.label(i) != 1, "without two");
    refused(
        () -> Tcav.withDefaults().score(MLP, others, concept, RELU, "two", context),
        "no example of the class \"two\"");
  }

  @Test
  void aTapWhereNoDerivativeArrivesIsRefused() {
    // Behind relu(x − 1000) all is 0, and what goes into it moves nothing.
    byte[] file =
        new OnnxBuilder()
            .input("x", 0, 12)
            .weights("far", new float[] {-1000}, 1)
            .weights("w", columns(), 12, 3)
            .node("Add", List.of("x", "far"), "moved")
            .node("Relu", List.of("moved"), "dead")
            .node("Add", List.of("x", "dead"), "joined")
            .node("MatMul", List.of("joined", "w"), "logits")
            .output("logits", 0, 3)
            .bytes();
    Classifier net =
        Models.whiteBox("net", OnnxFile.of(file, "net.onnx").whiteBox("cpu")).emittingLogits();
    refused(
        () -> Tcav.withDefaults().score(net, tested, concept, "moved", "two", context),
        "derivative 0 at",
        "all 20 examples");
  }

  private static float[] columns() {
    float[] columns = new float[36];
    Arrays.fill(columns, 0.1f);
    return columns;
  }

  private static void refused(Runnable asked, String... says) {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(asked::run)
        .withMessageContainingAll(says);
  }
}
