package dev.touchstone.check.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.check.evaluation.Thumbnails;
import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.contamination.LabelNoise;
import dev.touchstone.data.contamination.PlantedErrors;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.evidence.figure.Ranking;
import dev.touchstone.facts.TrainerFacts;
import dev.touchstone.influence.FittedHead;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.InverseHessianProduct;
import dev.touchstone.influence.KohLiangInfluence;
import dev.touchstone.influence.LabelIssues;
import dev.touchstone.influence.LeaveOneOutConfidence;
import dev.touchstone.influence.MislabelDetector;
import dev.touchstone.influence.ReferenceData;
import dev.touchstone.influence.TrainingLoss;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.MissingCapabilityException;
import dev.touchstone.model.Models;
import dev.touchstone.model.Trainer;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.Progress;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Interval;
import dev.touchstone.statistics.MedianEstimate;
import dev.touchstone.statistics.Undetermined;
import dev.touchstone.training.FrozenRepresentation;
import dev.touchstone.training.LogisticRegressionTrainer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MislabelledDetectionTest {
  private static final Dataset TRAINING =
      ReferenceData.of("bc", 0).cleanTrainingData("breast cancer");
  private static final PlantedErrors PLANTED = LabelNoise.uniform(0.2).plantedIn(TRAINING);
  private static final Trainer REGRESSION = LogisticRegressionTrainer.withDefaults();

  static Stream<MislabelDetector> detectors() {
    AuditSet audit = AuditSet.of(LogisticData.AUDIT);
    return Stream.of(
        TrainingLoss.withDefaults(),
        LeaveOneOutConfidence.withDefaults(),
        KohLiangInfluence.withDefaults(),
        KohLiangInfluence.withDefaults().onLossOf(audit));
  }

  private static final class LogisticData {
    static final Dataset AUDIT =
        TRAINING.select(IntStream.range(250, 350).toArray(), "held out for audit");
    static final Dataset REST = TRAINING.first(250);
  }

  @ParameterizedTest
  @MethodSource("detectors")
  void plantedErrorsComeFirst(MislabelDetector detector) {
    Evidence evidence =
        evaluate(REGRESSION, LabelNoise.uniform(0.2).plantedIn(LogisticData.REST), detector);
    // NUMERICS' table, of 350 points: .92 for influence on audit loss, about .98 for the others.
    boolean byAudit = detector.name().equals("influence on audit loss");
    assertThat(auroc(evidence).value()).isGreaterThan(byAudit ? 0.8 : 0.93);
    Claim claim = Claim.of("found", Bound.lower(0.7).on(MislabelledDetection.AUROC));
    assertThat(claim.judge(evidence, Policy.STRICT).outcome()).isEqualTo(Outcome.PASS);
  }

  /**
   * What the heads were fitted to, by the largest of their own gradients, stands in the evidence.
   */
  @ParameterizedTest
  @MethodSource("detectors")
  void theEvidenceSaysHowWellTheHeadsWereFitted(MislabelDetector detector) {
    List<FittedHead> heads = new ArrayList<>();
    evaluate(
        REGRESSION,
        LabelNoise.uniform(0.2).plantedIn(LogisticData.REST),
        byHead(
            "listening",
            head -> {
              heads.add(head);
              return LabelIssues.ranked(head.losses());
            }));
    double[] gradients = heads.stream().mapToDouble(FittedHead::largestGradient).sorted().toArray();
    assertThat(gradients).hasSize(6);

    Evidence evidence =
        evaluate(REGRESSION, LabelNoise.uniform(0.2).plantedIn(LogisticData.REST), detector);
    assertThat(beside(evidence, "head's largest gradient").value())
        .isEqualTo((gradients[2] + gradients[3]) / 2)
        .isBetween(0.0, 1e-10);
    assertThat(evidence.notes())
        .anyMatch(
            note ->
                note.startsWith("heads: multinomial logistic regression, ridge 0.01; all converged")
                    && note.contains(Numbers.format(gradients[5])));
    boolean solves = detector.name().equals("influence on audit loss");
    assertThat(evidence.notes().stream().anyMatch(note -> note.startsWith("inverse-Hessian")))
        .isEqualTo(solves);
    if (solves) {
      assertThat(beside(evidence, "inverse-Hessian product's residual").value())
          .isPositive()
          .isLessThan(InverseHessianProduct.LARGEST_RESIDUAL);
    }
  }

  @Test
  void aRankingOfAProductThatDidNotConvergeDecidesNothing() {
    MislabelDetector careless =
        byHead(
            "careless",
            head ->
                LabelIssues.ranked(head.losses())
                    .solvedBy(
                        new InverseHessianProduct(
                            head.weights(), 0.3, 5000, "conjugate gradients")));
    Evidence evidence = evaluate(REGRESSION, PLANTED, careless);
    assertThat(evidence.measurements())
        .allSatisfy(
            measurement -> {
              assertThat(Undetermined.is(measurement.estimate())).isTrue();
              assertThat(measurement.estimate().method())
                  .contains("conjugate gradients, 5000 steps, residual 3.0E-01 (not converged)");
            })
        .extracting(Measurement::quantity)
        .containsExactly(MislabelledDetection.AUROC, MislabelledDetection.PRECISION);
    Claim claim = Claim.of("found", Bound.lower(0.7).on(MislabelledDetection.AUROC));
    assertThat(claim.judge(evidence, Policy.STRICT).outcome()).isEqualTo(Outcome.INCONCLUSIVE);
  }

  @Test
  void anOracleIsPerfectAndItsOppositeTheWorst() {
    Evidence perfect = evaluate(REGRESSION, PLANTED, byLabel("oracle", i -> i));
    assertThat(auroc(perfect).value()).isEqualTo(1);
    assertThat(precision(perfect).value()).isEqualTo(1);
    Evidence reversed = evaluate(REGRESSION, PLANTED, byLabel("liar", i -> -i));
    assertThat(auroc(reversed).value()).isEqualTo(0);
    assertThat(precision(reversed).value()).isEqualTo(0);
  }

  @Test
  void precisionCountsWhatAPersonWouldFindWithinTheBudget() {
    // 70 of 350 are planted: within 100 points the oracle finds them all and 30 more.
    Evidence evidence =
        MislabelledDetection.withDefaults()
            .withBudget(100)
            .evaluate(REGRESSION, PLANTED, byLabel("oracle", i -> i), fresh());
    assertThat(precision(evidence).value()).isCloseTo(0.7, within(1e-12));
  }

  @Test
  void theModelIsTrainedAgainForEveryPlantingOnTheWrongLabels() {
    List<Dataset> trainedOn = new ArrayList<>();
    List<String> streams = new ArrayList<>();
    Trainer counting =
        new Wrapped(REGRESSION) {
          @Override
          public Classifier train(Dataset data, String stream, RunContext context) {
            trainedOn.add(data);
            streams.add(stream);
            return super.train(data, stream, context);
          }
        };
    evaluate(counting, PLANTED.withPlantings(7), TrainingLoss.withDefaults());
    assertThat(streams).doesNotHaveDuplicates().hasSize(7);
    assertThat(trainedOn.stream().map(Dataset::sha256)).doesNotHaveDuplicates();
    assertThat(trainedOn).allMatch(data -> differences(data) == 70);
  }

  @Test
  void clustersLeaveTheIntervalOverPlantingsAndTakeThoseOverExamplesAway() {
    Dataset clinics =
        Dataset.named("clinics")
            .features(FeatureStore.inMemory(features(TRAINING), TRAINING.shape()))
            .labels(TRAINING.labels())
            .column(
                "clinic", IntStream.range(0, TRAINING.size()).mapToObj(i -> "c" + i / 10).toList())
            .build();
    Evidence independent = plantedIn(clinics);
    Evidence clustered = plantedIn(clinics.clusteredBy("clinic"));
    assertThat(auroc(clustered).interval(0.95)).isEqualTo(auroc(independent).interval(0.95));
    assertThat(independent.context().stream().map(Measurement::slice).filter(ofOne())).hasSize(6);
    assertThat(clustered.context().stream().map(Measurement::slice).filter(ofOne())).isEmpty();
  }

  private static float[] features(Dataset data) {
    return data.batch(0, data.size()).values();
  }

  private static Evidence plantedIn(Dataset data) {
    return evaluate(
        REGRESSION, LabelNoise.uniform(0.2).plantedIn(data), TrainingLoss.withDefaults());
  }

  @Test
  void aPersonSeesHowManyPlantingsAreDone() {
    ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    MislabelledDetection.withDefaults()
        .evaluate(REGRESSION, PLANTED, TrainingLoss.withDefaults(), shownOn(terminal));
    assertThat(terminal.toString(StandardCharsets.UTF_8))
        .startsWith("\rplantings of label errors 1/6");
  }

  private static RunContext shownOn(ByteArrayOutputStream terminal) {
    return RunContext.of(Settings.fromSystem(), RunSession.isolated())
        .with(Progress.on(new PrintStream(terminal, true, StandardCharsets.UTF_8)));
  }

  private static Predicate<String> ofOne() {
    return slice -> slice.startsWith("planting ");
  }

  @Test
  void theMedianPlantingIsClaimedAndTheMeanStandsBesideIt() {
    Evidence evidence = evaluate(REGRESSION, PLANTED, TrainingLoss.withDefaults());
    double[] areas =
        evidence.context().stream()
            .filter(m -> ofOne().test(m.slice()))
            .mapToDouble(m -> m.estimate().value())
            .toArray();

    assertThat(auroc(evidence).replicates()).hasSize(6).containsExactly(areas);
    Arrays.sort(areas);
    assertThat(auroc(evidence).value()).isEqualTo((areas[2] + areas[3]) / 2);
    assertThat(auroc(evidence).interval(0.95)).isEqualTo(new Interval(areas[0], areas[5], 0.95));
    assertThat(evidence.context())
        .filteredOn(m -> m.quantity().equals("mean AUROC"))
        .singleElement()
        .satisfies(
            m -> {
              assertThat(m.estimate().value())
                  .isCloseTo(Arrays.stream(areas).average().orElseThrow(), within(1e-12));
              assertThat(m.estimate().unit()).isEqualTo("plantings");
            });
    assertThat(evidence.notes())
        .anyMatch(note -> note.startsWith("median of 6 plantings, each of which trains anew"));
  }

  /** 70 of 350 are planted each time: what 420 points without a miss show, and no more. */
  @Test
  void equalPlantingsShowNoMoreThanAllTheirErrorsTogether() {
    Evidence perfect = evaluate(REGRESSION, PLANTED, byLabel("oracle", i -> i));
    double limit = Math.pow(0.025, 1.0 / 420);
    assertThat(auroc(perfect).interval(0.95).lower()).isCloseTo(limit, within(1e-9));
    assertThat(precision(perfect).interval(0.95).lower()).isCloseTo(limit, within(1e-9));
    Claim claim = Claim.of("found", Bound.lower(1).on(MislabelledDetection.PRECISION));
    assertThat(claim.judge(perfect, Policy.STRICT).outcome()).isEqualTo(Outcome.INCONCLUSIVE);
  }

  @Test
  void aFrozenRepresentationIsCalledOptimistic() {
    Classifier model = REGRESSION.train(TRAINING, "clean", fresh());
    Evidence evidence =
        evaluate(FrozenRepresentation.of(model), PLANTED, TrainingLoss.withDefaults());
    assertThat(evidence.notes()).anyMatch(note -> note.startsWith("OPTIMISTIC"));
    assertThat(evidence.provenance().texts().settings())
        .containsEntry("protocol", "frozen, optimistic");
    assertThat(evaluate(REGRESSION, PLANTED, TrainingLoss.withDefaults()).notes())
        .noneMatch(note -> note.contains("OPTIMISTIC"));
  }

  @Test
  void provenanceNamesTheTrainerByItsOwnDigestAndNoModel() {
    Provenance provenance = evaluate(REGRESSION, PLANTED, TrainingLoss.withDefaults()).provenance();
    assertThat(provenance.isAboutTrainer()).isTrue();
    assertThat(provenance.trainerSha256()).isNotEmpty().isEqualTo(REGRESSION.sha256());
    assertThat(provenance.modelSha256()).isEmpty();
    assertThat(provenance.texts().model())
        .containsEntry("name", "logistic regression")
        .doesNotContainKey("sha256");
  }

  @Test
  void aFrozenModelIsNoVerdictAboutItsFile() {
    Classifier model = REGRESSION.train(TRAINING, "clean", fresh());
    Provenance provenance =
        evaluate(FrozenRepresentation.of(model), PLANTED, TrainingLoss.withDefaults()).provenance();
    assertThat(provenance.modelSha256()).isEmpty();
    assertThat(provenance.trainerSha256()).contains(model.sha256());
    assertThat(provenance.texts().model())
        .containsEntry("name", "frozen representation of " + model.name());
  }

  @Test
  void aTrainerThatSaysNoDigestHasNone() {
    Provenance provenance =
        evaluate(new Wrapped(REGRESSION), PLANTED, TrainingLoss.withDefaults()).provenance();
    assertThat(provenance.isAboutTrainer()).isTrue();
    assertThat(provenance.trainerSha256()).isEmpty();
  }

  @Test
  void whatIsNoDigestIsRefusedBeforeAnythingIsTrained() {
    Trainer mistaken =
        new Untrainable() {
          @Override
          public Optional<String> sha256() {
            return Optional.of("v1");
          }
        };
    assertThatThrownBy(() -> evaluate(mistaken, PLANTED, TrainingLoss.withDefaults()))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "the trainer \"untrainable\" gives \"v1\" as its SHA-256, which has 64 digits of 0-9"
                + " and a-f; give Digest.sha256().add(…).hex() over what decides what is trained,"
                + " or Optional.empty()");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sha256", "trainer sha256"})
  void aTrainersFactsCannotPassForAModelFilesDigest(String fact) {
    Trainer pretending =
        new Untrainable() {
          @Override
          public TrainerFacts facts() {
            return TrainerFacts.of(name()).with(fact, "f".repeat(64));
          }
        };
    assertThatThrownBy(() -> evaluate(pretending, PLANTED, TrainingLoss.withDefaults()))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContainingAll(
            "has a fact \"" + fact + "\"", "another name", "override Trainer.sha256()");
  }

  /** Fails where it is asked to train. */
  private static class Untrainable implements Trainer {
    @Override
    public String name() {
      return "untrainable";
    }

    @Override
    public TrainerFacts facts() {
      return TrainerFacts.of(name());
    }

    @Override
    public Classifier train(Dataset data, String stream, RunContext context) {
      throw new AssertionError("was trained");
    }
  }

  @Test
  void theWorstFindingsArePlantedPointsRankedLast() {
    Evidence evidence = evaluate(REGRESSION, PLANTED, LeaveOneOutConfidence.withDefaults());
    assertThat(evidence.worst()).hasSize(10);
    List<Integer> ranks = evidence.worst().stream().map(MislabelledDetectionTest::rank).toList();
    assertThat(ranks).isSortedAccordingTo((a, b) -> b - a).allMatch(rank -> rank > 70);
    for (Finding finding : evidence.worst()) {
      int example = Integer.parseInt(finding.subject());
      assertThat(finding.facts().get("right"))
          .isEqualTo(TRAINING.classNames().get(TRAINING.label(example)))
          .isNotEqualTo(finding.facts().get("given"));
    }
  }

  @Test
  void theRankingOfTheFirstPlantingIsShown() {
    Evidence evidence = evaluate(REGRESSION, PLANTED, byLabel("oracle", i -> i));
    Ranking ranking = (Ranking) evidence.figures().get(0);
    assertThat(ranking.items()).hasSize(60).allMatch(Ranking.Item::marked);
    assertThat(ranking.items()).as("rows").allMatch(item -> item.picture().isEmpty());
  }

  @Test
  void ofImagesTheFirstOfTheRankingArePictured() {
    float[] values = new float[TRAINING.size() * 30];
    for (int i = 0; i < TRAINING.size(); i++) {
      System.arraycopy(TRAINING.batch(i).values(), 0, values, 30 * i, 30);
    }
    Dataset images =
        TRAINING.withFeatures(FeatureStore.inMemory(values, 1, 5, 6), "as images of 5 x 6");
    Evidence evidence =
        evaluate(
            REGRESSION, LabelNoise.uniform(0.2).plantedIn(images), TrainingLoss.withDefaults());
    Ranking ranking = (Ranking) evidence.figures().get(0);

    assertThat(ranking.items()).hasSize(60);
    assertThat(ranking.items().subList(0, 24))
        .allSatisfy(
            item ->
                assertThat(item.picture().orElseThrow().levels())
                    .isEqualTo(
                        Thumbnails.of(images, Integer.parseInt(item.id())).orElseThrow().levels()));
    assertThat(ranking.items().subList(24, 60)).allMatch(item -> item.picture().isEmpty());
  }

  @Test
  void provenanceNamesTrainerNoiseAndDetector() {
    Evidence evidence = evaluate(REGRESSION, PLANTED, TrainingLoss.withDefaults());
    assertThat(evidence.provenance().texts().model()).containsEntry("name", "logistic regression");
    assertThat(evidence.provenance().texts().settings())
        .containsEntry("noise", "uniform label noise at rate 0.2")
        .containsEntry("plantings", "6")
        .containsEntry("detector", "training loss")
        .containsEntry("protocol", "retrained per planting");
  }

  @Test
  void provenanceHoldsWhatTheDetectorChose() {
    MislabelDetector choosing =
        byHead("choosing", head -> LabelIssues.ranked(head.losses()).choosing("ridge 0.1"));
    assertThat(evaluate(REGRESSION, PLANTED, choosing).provenance().texts().settings())
        .containsEntry("chosen for planting 1", "ridge 0.1")
        .containsEntry("chosen for planting 6", "ridge 0.1");
    assertThat(
            evaluate(REGRESSION, PLANTED, TrainingLoss.withDefaults())
                .provenance()
                .texts()
                .settings()
                .keySet())
        .noneMatch(setting -> setting.startsWith("chosen"));
  }

  @Test
  void theSameQuestionIsAnsweredOnceAndAlwaysAlike() {
    RunContext context = fresh();
    MislabelledDetection detection = MislabelledDetection.withDefaults();
    Evidence first = detection.evaluate(REGRESSION, PLANTED, TrainingLoss.withDefaults(), context);
    assertThat(detection.evaluate(REGRESSION, PLANTED, TrainingLoss.withDefaults(), context))
        .isSameAs(first);
    assertThat(
            detection.evaluate(REGRESSION, PLANTED, LeaveOneOutConfidence.withDefaults(), context))
        .isNotSameAs(first);
    Claim claim = Claim.of("found", Bound.lower(0.8).on(MislabelledDetection.AUROC));
    assertThat(
            claim
                .judge(evaluate(REGRESSION, PLANTED, TrainingLoss.withDefaults()), Policy.STRICT)
                .fingerprint())
        .isEqualTo(claim.judge(first, Policy.STRICT).fingerprint());
  }

  @Test
  void aModelWithoutARepresentationIsRefusedWithTheCure() {
    Trainer rule =
        new Wrapped(REGRESSION) {
          @Override
          public Classifier train(Dataset data, String stream, RunContext context) {
            return Models.function("rule", "1", batch -> new double[][] {{0.5, 0.5}})
                .emittingProbabilities();
          }
        };
    assertThatThrownBy(() -> evaluate(rule, PLANTED, TrainingLoss.withDefaults()))
        .isInstanceOf(MissingCapabilityException.class)
        .hasMessageContaining("the detection of mislabelled examples needs")
        .hasMessageContaining("train with LogisticRegressionTrainer or DjlTrainer");
  }

  @Test
  void aDetectorThatRanksNothingIsRefused() {
    assertThatThrownBy(() -> evaluate(REGRESSION, PLANTED, byLabel("flat", i -> 1)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage("flat suspects every point alike (1.0): no ranking");
    assertThatThrownBy(() -> evaluate(REGRESSION, PLANTED, byLabel("odd", i -> 1 / (i - 1))))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageMatching("odd gave example \\d+ the suspicion Infinity");
  }

  @Test
  void nothingIsTrainedWhereThereIsNothingToFind() {
    Trainer never =
        new Wrapped(REGRESSION) {
          @Override
          public Classifier train(Dataset data, String stream, RunContext context) {
            throw new AssertionError("trained");
          }
        };
    PlantedErrors none = LabelNoise.uniform(0.001).plantedIn(TRAINING);
    assertThatThrownBy(() -> evaluate(never, none, TrainingLoss.withDefaults()))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("makes 0 of the 350 labels");
    KohLiangInfluence onItself =
        KohLiangInfluence.withDefaults().onLossOf(AuditSet.of(TRAINING.first(50)));
    assertThatThrownBy(() -> evaluate(never, PLANTED, onItself))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("overlaps the training set");
    Dataset renamed =
        Dataset.named("in German")
            .features(FeatureStore.inMemory(new float[60], 30))
            .labels(0, 0)
            .classNames(List.of("gutartig", "bösartig"))
            .build();
    assertThatThrownBy(
            () ->
                evaluate(
                    never,
                    PLANTED,
                    KohLiangInfluence.withDefaults().onLossOf(AuditSet.of(renamed))))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("read both with the same classes");
    assertThatThrownBy(
            () ->
                MislabelledDetection.withDefaults()
                    .withBudget(351)
                    .evaluate(never, PLANTED, TrainingLoss.withDefaults(), fresh()))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("a budget of 351 points");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MislabelledDetection.withDefaults().withBudget(0));
  }

  private static RunContext fresh() {
    return RunContext.of(Settings.fromSystem(), RunSession.isolated());
  }

  private static Evidence evaluate(
      Trainer trainer, PlantedErrors planted, MislabelDetector detector) {
    return MislabelledDetection.withDefaults().evaluate(trainer, planted, detector, fresh());
  }

  private static MedianEstimate auroc(Evidence evidence) {
    return estimate(evidence, MislabelledDetection.AUROC);
  }

  private static MedianEstimate precision(Evidence evidence) {
    return estimate(evidence, MislabelledDetection.PRECISION);
  }

  private static Estimate beside(Evidence evidence, String quantity) {
    return evidence.context().stream()
        .filter(m -> m.quantity().equals(quantity))
        .findFirst()
        .orElseThrow()
        .estimate();
  }

  private static MedianEstimate estimate(Evidence evidence, String quantity) {
    Measurement measurement =
        evidence.measurements().stream()
            .filter(m -> m.quantity().equals(quantity))
            .findFirst()
            .orElseThrow();
    return (MedianEstimate) measurement.estimate();
  }

  private static long differences(Dataset data) {
    return IntStream.range(0, data.size()).filter(i -> data.label(i) != TRAINING.label(i)).count();
  }

  private static int rank(Finding finding) {
    return Integer.parseInt(finding.facts().get("rank").replaceAll(" of.*", ""));
  }

  /** A detector that knows the right labels: it scores 1 where the given label is wrong, else 0. */
  private static MislabelDetector byLabel(String name, ToDoubleFunction<Double> score) {
    return byHead(
        name,
        head -> {
          double[] suspicion = new double[head.size()];
          for (int i = 0; i < suspicion.length; i++) {
            suspicion[i] = score.applyAsDouble(head.label(i) == TRAINING.label(i) ? 0.0 : 1.0);
          }
          return LabelIssues.ranked(suspicion);
        });
  }

  private static MislabelDetector byHead(String name, Function<FittedHead, LabelIssues> issues) {
    return new MislabelDetector() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public LabelIssues detect(InfluenceContext context) {
        return issues.apply(context.head());
      }
    };
  }

  private static class Wrapped implements Trainer {
    private final Trainer inner;

    Wrapped(Trainer inner) {
      this.inner = inner;
    }

    @Override
    public String name() {
      return inner.name();
    }

    @Override
    public TrainerFacts facts() {
      return inner.facts();
    }

    @Override
    public Classifier train(Dataset data, String stream, RunContext context) {
      return inner.train(data, stream, context);
    }
  }

  /** Every planted error would be of the other class: whoever looks for that one finds them all. */
  @Test
  void dataOfOneClassAreRefused() {
    Dataset benign = TRAINING.where(i -> TRAINING.label(i) == 1, "benign");
    assertThatThrownBy(
            () ->
                evaluate(
                    REGRESSION,
                    LabelNoise.uniform(0.2).plantedIn(benign),
                    TrainingLoss.withDefaults()))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("all labels of")
        .hasMessageContaining("give training data of two classes");
  }
}
