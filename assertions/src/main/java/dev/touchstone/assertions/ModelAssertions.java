package dev.touchstone.assertions;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.check.comparison.BaselineRegression;
import dev.touchstone.check.explanation.ExplanationAgreement;
import dev.touchstone.check.explanation.ExplanationGrid;
import dev.touchstone.check.explanation.ExplanationPanel;
import dev.touchstone.check.explanation.ExplanationTrial;
import dev.touchstone.check.explanation.HealthyModels;
import dev.touchstone.check.explanation.LabelRandomisation;
import dev.touchstone.check.explanation.Monotonicity;
import dev.touchstone.check.explanation.NamedLayer;
import dev.touchstone.check.explanation.WeightSensitivity;
import dev.touchstone.check.privacy.LossThreshold;
import dev.touchstone.check.privacy.MembershipAttack;
import dev.touchstone.check.shift.DataShift;
import dev.touchstone.check.shift.OtherPreprocessing;
import dev.touchstone.check.shift.OutOfDistributionDetector;
import dev.touchstone.check.shift.PreprocessingMatch;
import dev.touchstone.check.study.StudyAnswers;
import dev.touchstone.check.study.StudyDistinction;
import dev.touchstone.check.training.LabelAudit;
import dev.touchstone.check.training.LabelErrorRate;
import dev.touchstone.check.training.LabelSensitivity;
import dev.touchstone.check.training.LayersTrained;
import dev.touchstone.check.training.MislabelledDetection;
import dev.touchstone.check.training.TopInfluences;
import dev.touchstone.concept.ConceptExamples;
import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.MultiLabelDataset;
import dev.touchstone.data.contamination.PlantedErrors;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.evidence.Between;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.Tolerance;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.guiding.repair.CarvedModel;
import dev.touchstone.guiding.repair.CarvedRegressor;
import dev.touchstone.influence.MislabelDetector;
import dev.touchstone.metric.ClassificationMetric;
import dev.touchstone.metric.ModelBug;
import dev.touchstone.metric.RegressionMetric;
import dev.touchstone.metric.explanation.ExplanationAttack;
import dev.touchstone.metric.explanation.ExplanationMetric;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.MultiLabelModel;
import dev.touchstone.model.Regressor;
import dev.touchstone.model.Trainer;
import dev.touchstone.robustness.Certifier;
import dev.touchstone.robustness.Perturbation;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.surrogate.Surrogate;
import dev.touchstone.training.FrozenRepresentation;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * Entry point of all assertions about models; meant for static import. Nothing here has a default
 * tolerance.
 *
 * <p>Every assertion returns its verdict where it may be green, and otherwise throws a {@link
 * ModelAssertionError} that carries it.
 */
public final class ModelAssertions {
  private ModelAssertions() {}

  /** Starts a fluent assertion about a model. */
  public static ModelAssert assertThatModel(Classifier model) {
    return new ModelAssert(model, FluentClaim.aboutModel(FluentClaim.ON_DATA));
  }

  /** Starts a fluent assertion about a regressor. */
  public static RegressorAssert assertThatModel(Regressor model) {
    return new RegressorAssert(model, FluentClaim.aboutModel(FluentClaim.ON_VALUES));
  }

  /** Starts a fluent assertion about each label of a model of several. */
  public static MultiLabelAssert assertThatModel(MultiLabelModel model) {
    return new MultiLabelAssert(model, FluentClaim.aboutModel(FluentClaim.ON_DATA));
  }

  /** Says that the quantity is at most {@code value}. */
  public static Bound atMost(double value) {
    return Bound.upper(value);
  }

  /** Says that the quantity is at least {@code value}. */
  public static Bound atLeast(double value) {
    return Bound.lower(value);
  }

  /**
   * Says that the quantity lies between two limits: both have to be shown.
   *
   * @throws IllegalArgumentException unless {@code low < high}
   */
  public static Between between(double low, double high) {
    return new Between(low, high);
  }

  /**
   * Asserts that a metric is as tolerated, overall and for every group that the data are
   * {@linkplain Dataset#groupedBy grouped by}.
   *
   * <p>Passes, given enough examples:
   *
   * <pre>{@code assertMetric(model, test.groupedBy("sex"), Recall.ofClass(1), atLeast(0.8));}</pre>
   *
   * <p>Refused, because every model keeps it:
   *
   * <pre>{@code assertMetric(model, test, BrierScore.ofClass(1), atMost(1));}</pre>
   *
   * @param metric one of {@link dev.touchstone.metric}, or your own
   * @param tolerance {@link #atMost}, {@link #atLeast} or {@link #between}
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if the data cannot carry the metric, or the
   *     tolerance claims nothing
   */
  public static Verdict assertMetric(
      Classifier model, Dataset data, ClassificationMetric metric, Tolerance tolerance) {
    return assertThatModel(model).on(data).hasMetric(metric, tolerance);
  }

  /**
   * Asserts the same of a regressor.
   *
   * <p>Passes, given enough examples:
   *
   * <pre>{@code
   * assertMetric(model, test, MeanAbsoluteError.cappedAt(10_000), atMost(1_500));
   * }</pre>
   *
   * <p>Refused, because every model keeps it:
   *
   * <pre>{@code
   * assertMetric(model, test, MeanAbsoluteError.cappedAt(10_000), atMost(10_000));
   * }</pre>
   *
   * @param data with values to predict ({@link dev.touchstone.data.CsvSource#value})
   * @see #assertMetric(Classifier, Dataset, ClassificationMetric, Tolerance)
   */
  public static Verdict assertMetric(
      Regressor model, Dataset data, RegressionMetric metric, Tolerance tolerance) {
    return assertThatModel(model).on(data).hasMetric(metric, tolerance);
  }

  /**
   * Asserts the same of each label of a model of several, as one claim: it passes if it is shown of
   * every label, and fails if it is refuted of one after Holm's correction over all of them.
   *
   * <p>Passes, given enough examples that have each label:
   *
   * <pre>{@code assertMetric(comments, test, Recall.ofClass(1), atLeast(0.8));}</pre>
   *
   * @param model {@link dev.touchstone.model.ModelSource#emittingProbabilitiesOf}
   * @param data of the same labels
   * @see #assertMetric(Classifier, Dataset, ClassificationMetric, Tolerance)
   */
  public static Verdict assertMetric(
      MultiLabelModel model,
      MultiLabelDataset data,
      ClassificationMetric metric,
      Tolerance tolerance) {
    return assertThatModel(model).on(data).hasMetric(metric, tolerance);
  }

  /**
   * Asserts that a metric differs by no more than tolerated between any two groups of a column:
   * equalised odds of {@link dev.touchstone.metric.Recall} and {@link
   * dev.touchstone.metric.FalsePositiveRate}, demographic parity of {@link
   * dev.touchstone.metric.SelectionRate}.
   *
   * <p>Passes, given enough examples of every group:
   *
   * <pre>{@code
   * assertGapBetweenGroups(model, test.groupedBy("sex"), Recall.ofClass(1), atMost(0.05));
   * }</pre>
   *
   * <p>Refused, because there is nothing between which a gap could be:
   *
   * <pre>{@code assertGapBetweenGroups(model, test, Recall.ofClass(1), atMost(0.05));}</pre>
   *
   * @param data grouped by one column or more; groups of different columns are not compared
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if the data have no two groups, or cannot
   *     carry the metric
   */
  public static Verdict assertGapBetweenGroups(
      Classifier model, Dataset data, ClassificationMetric metric, Bound tolerance) {
    return assertThatModel(model).on(data).hasGapBetweenGroups(metric, tolerance);
  }

  /**
   * Asserts the same of a regressor.
   *
   * @see #assertGapBetweenGroups(Classifier, Dataset, ClassificationMetric, Bound)
   */
  public static Verdict assertGapBetweenGroups(
      Regressor model, Dataset data, RegressionMetric metric, Bound tolerance) {
    return assertThatModel(model).on(data).hasGapBetweenGroups(metric, tolerance);
  }

  /**
   * Asserts that no part of the data that nobody named fares much worse than the rest: a tree on
   * the columns finds slices where one half of the data fares badly, and each is compared with the
   * rest of the other half, with Holm's correction.
   *
   * <p>Passes for a model whose errors have little to do with the columns:
   *
   * <pre>{@code
   * assertNoSliceWorseThan(model, test, ErrorRate.withDefaults(), byAtMost(0.10), 100);
   * }</pre>
   *
   * <p>Fails or is inconclusive, because every model is somewhat worse somewhere:
   *
   * <pre>{@code
   * assertNoSliceWorseThan(model, test, ErrorRate.withDefaults(), byAtMost(0), 100);
   * }</pre>
   *
   * @param data a table; its other columns are asked about where they have few values
   * @param tolerance by how much a slice may be worse, {@link #byAtMost}
   * @param minSupport of how many examples a slice has to be, in each half
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException for data that are no table, or too few
   */
  public static Verdict assertNoSliceWorseThan(
      Classifier model,
      Dataset data,
      ClassificationMetric metric,
      Bound tolerance,
      int minSupport) {
    return assertThatModel(model).on(data).hasNoSliceWorseThan(metric, tolerance, minSupport);
  }

  /**
   * Asserts that a metric of no group is less than a share of another group's, such as 0.8 of its
   * selection rate (the four-fifths rule, 29 CFR 1607.4 D).
   *
   * <p>Passes, given enough examples of every group:
   *
   * <pre>{@code
   * assertRatioBetweenGroups(
   *     model, test.groupedBy("sex"), SelectionRate.ofClass(1), atLeast(0.8));
   * }</pre>
   *
   * <p>Refused, because no two groups fare exactly alike:
   *
   * <pre>{@code
   * assertRatioBetweenGroups(
   *     model, test.groupedBy("sex"), SelectionRate.ofClass(1), atLeast(1));
   * }</pre>
   *
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if the data have no two groups, cannot carry
   *     the metric, or the metric can be negative
   */
  public static Verdict assertRatioBetweenGroups(
      Classifier model, Dataset data, ClassificationMetric metric, Bound tolerance) {
    return assertThatModel(model).on(data).hasRatioBetweenGroups(metric, tolerance);
  }

  /**
   * Asserts the same of a regressor.
   *
   * @see #assertRatioBetweenGroups(Classifier, Dataset, ClassificationMetric, Bound)
   */
  public static Verdict assertRatioBetweenGroups(
      Regressor model, Dataset data, RegressionMetric metric, Bound tolerance) {
    return assertThatModel(model).on(data).hasRatioBetweenGroups(metric, tolerance);
  }

  /**
   * Asserts that the expected calibration error (10 equal right-closed bins of the predicted
   * class's confidence; thesis, appendix B.1.3) is at most {@code tolerance}, overall and for every
   * group that the data are {@linkplain Dataset#groupedBy grouped by}.
   *
   * <p>Passes, given enough examples of a calibrated model:
   *
   * <pre>{@code assertCalibrationWithin(model, test.groupedBy("sex"), 0.05);}</pre>
   *
   * <p>Fails, because an ECE of 0 cannot be shown by any number of examples:
   *
   * <pre>{@code assertCalibrationWithin(model, test, 0.0);}</pre>
   *
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if the data cannot carry the claim
   */
  public static Verdict assertCalibrationWithin(Classifier model, Dataset data, double tolerance) {
    return assertThatModel(model).on(data).isCalibratedWithin(tolerance);
  }

  /**
   * Asserts the same of each label of a model of several.
   *
   * @see #assertMetric(MultiLabelModel, MultiLabelDataset, ClassificationMetric, Tolerance)
   */
  public static Verdict assertCalibrationWithin(
      MultiLabelModel model, MultiLabelDataset data, double tolerance) {
    return assertThatModel(model).on(data).isCalibratedWithin(tolerance);
  }

  /**
   * Asserts that a model does not rely on a signal: that adding it to examples which do not carry
   * it sends at most the tolerated share of them to any one class, among those not predicted as
   * that class before (the spurious score; thesis, Definition 4.2.1, which calls a model normal
   * below 0.1). Signals that nobody thought of are not excluded.
   *
   * <p>Passes for a model that does not look at the tag:
   *
   * <pre>{@code
   * assertNoSpuriousReliance(model, test, TextTag.of("MGH").at(BOTTOM_LEFT), atMost(0.10));
   * }</pre>
   *
   * <p>Fails for a model that learned "tag, so class 3" on data where only class 3 had tags; and
   * whatever the model, this fails or is inconclusive, since no finite number of examples can show
   * a score of 0:
   *
   * <pre>{@code
   * assertNoSpuriousReliance(model, test, TextTag.of("MGH").at(BOTTOM_LEFT), atMost(0));
   * }</pre>
   *
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if the signal does not fit the data, or the
   *     data cannot carry the claim
   */
  public static Verdict assertNoSpuriousReliance(
      Classifier model, Dataset data, SpuriousSignal signal, Bound tolerance) {
    return assertThatModel(model).on(data).doesNotRelyOn(signal, tolerance);
  }

  /**
   * Asserts the same of several signals, each by itself.
   *
   * @see #assertNoSpuriousReliance(Classifier, Dataset, SpuriousSignal, Bound)
   */
  public static Verdict assertNoSpuriousReliance(
      Classifier model, Dataset data, List<? extends SpuriousSignal> signals, Bound tolerance) {
    return assertThatModel(model).on(data).doesNotRelyOn(signals, tolerance);
  }

  /**
   * Asserts a claim on what a check of your own finds: judged, told to every listener and thrown
   * like any other.
   *
   * <p>Passes:
   *
   * <pre>{@code
   * assertClaim(Claim.of("at most 2 % are refused", atMost(0.02)), refusals::evaluate);
   * }</pre>
   *
   * <p>Fails, because evidence has to hold a quantity of the bound's name:
   *
   * <pre>{@code
   * assertClaim(Claim.of("AUROC is at least 0.9", atLeast(0.9).on("AUROC")), refusals::evaluate);
   * }</pre>
   *
   * @param check from the run's context to evidence; {@link dev.touchstone.check.evaluation.Trace}
   *     makes its provenance
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   */
  public static Verdict assertClaim(Claim claim, Function<RunContext, Evidence> check) {
    return Judge.on(claim, context -> OwnCheck.warned(check.apply(context)));
  }

  /**
   * Shows a person why a model answers one example as it does, in the report and as a picture
   * beside the test. Nothing is claimed: the test passes whatever there is to see.
   *
   * <p>Shown:
   *
   * <pre>{@code
   * show(
   *     ExplanationPanel.of(model, test, 17)
   *         .by(IntegratedGradients.withDefaults(), GuidedBackprop.withDefaults()));
   * }</pre>
   *
   * <p>Refused, because it says by no method how it is explained:
   *
   * <pre>{@code show(ExplanationPanel.of(model, test, 17));}</pre>
   *
   * @throws dev.touchstone.model.MissingCapabilityException if the model lacks what a method needs
   * @throws dev.touchstone.runtime.TouchstoneException if a method's map is of no input
   */
  public static void show(ExplanationPanel panel) {
    Judge.show(panel::shown);
  }

  /**
   * Shows a person why a model answers several images as it does, a row an image and a column a
   * method, in the report and as a picture beside the test. Nothing is claimed.
   *
   * <pre>{@code
   * show(
   *     ExplanationGrid.of(reliesOnTag, tagged.first(5))
   *         .titled("relies on the tag, and sees it")
   *         .by(Gradient.withDefaults(), GuidedBackprop.withDefaults()));
   * }</pre>
   *
   * @throws dev.touchstone.model.MissingCapabilityException if the model lacks what a method needs
   * @throws dev.touchstone.runtime.TouchstoneException if no method was given
   * @see #show(ExplanationPanel)
   */
  public static void show(ExplanationGrid grid) {
    Judge.show(grid::shown);
  }

  /** Starts a fluent assertion about a trainer. */
  public static TrainerAssert assertThatTrainer(Trainer trainer) {
    return new TrainerAssert(trainer, FluentClaim.aboutTrainer());
  }

  /**
   * Returns a fixed model in a trainer's place. What is measured on it is optimistic, and says so:
   * an encoder that was trained on the right labels leaks the answer.
   */
  public static Trainer frozenRepresentation(Classifier model) {
    return FrozenRepresentation.of(model);
  }

  /**
   * Says that the area under the ROC curve of a ranking is at least {@code value}.
   *
   * @throws IllegalArgumentException unless it lies in (0, 1]
   */
  public static Bound aurocAtLeast(double value) {
    return share(value).on(MislabelledDetection.AUROC);
  }

  /**
   * Says that the share of planted errors among the points ranked first is at least {@code value}.
   *
   * @throws IllegalArgumentException unless it lies in (0, 1]
   */
  public static Bound precisionAtLeast(double value) {
    return share(value).on(MislabelledDetection.PRECISION);
  }

  /**
   * Says that of at most such a share of examples it can be told which of two data sets they are
   * from; a guess is right about half of them.
   *
   * @throws IllegalArgumentException unless it lies above 0.5 and below 1
   */
  public static Bound toldApartAtMost(double value) {
    if (!(value > 0.5 && value < 1)) {
      throw new IllegalArgumentException(
          "a guess tells half of the examples apart, and nobody more than all; such a bound lies"
              + " between 0.5 and 1, as in toldApartAtMost(0.55), was "
              + value);
    }
    return Bound.upper(value).on(DataShift.APART);
  }

  /**
   * Says that the distributions of every column lie at most so far apart: the share of examples up
   * to any value differs by at most {@code value}.
   *
   * @throws IllegalArgumentException unless it lies above 0 and below 1
   */
  public static Bound columnDistanceAtMost(double value) {
    if (!(value > 0 && value < 1)) {
      throw new IllegalArgumentException(
          "two samples are always some way apart, and never by more than 1; such a bound lies"
              + " between 0 and 1, as in columnDistanceAtMost(0.1), was "
              + value);
    }
    return Bound.upper(value).on(DataShift.DISTANCE);
  }

  private static Bound share(double value) {
    if (!(value > 0 && value <= 1)) {
      throw new IllegalArgumentException(
          "such a bound lies between 0 (claims nothing) and 1, was " + value);
    }
    return Bound.lower(value);
  }

  /**
   * Asserts that a detector finds label errors: plants them at least six times, trains the model
   * again each time, ranks the training points by the detector on the retrained model's last layer,
   * and claims the bounds of the median planting, the one that every second planting reaches.
   * Passes with six plantings where all of them keep the bounds.
   *
   * <p>Passes where uniform errors stand out:
   *
   * <pre>{@code
   * assertMislabelledDetected(
   *     LogisticRegressionTrainer.withDefaults(),
   *     LabelNoise.uniform(0.20).plantedIn(train),
   *     LeaveOneOutConfidence.withDefaults(),
   *     aurocAtLeast(0.90), precisionAtLeast(0.8));
   * }</pre>
   *
   * <p>Fails, because a detector cannot know which of two equal classes is meant:
   *
   * <pre>{@code
   * assertMislabelledDetected(
   *     trainer,
   *     LabelNoise.betweenClasses("shirt", "coat", 0.5).plantedIn(train),
   *     TrainingLoss.withDefaults(),
   *     aurocAtLeast(0.99));
   * }</pre>
   *
   * @param trainer trains the model; {@link #frozenRepresentation} for a fixed one
   * @param planted the training data and what is planted
   * @param detector ranks the training points
   * @param bound {@link #aurocAtLeast} or {@link #precisionAtLeast}
   * @param further bounds of the same claim
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if the data cannot carry the errors, or the
   *     trained model shows no representation
   */
  public static Verdict assertMislabelledDetected(
      Trainer trainer,
      PlantedErrors planted,
      MislabelDetector detector,
      Bound bound,
      Bound... further) {
    return assertThatTrainer(trainer).on(planted).detectsMislabelledBy(detector, bound, further);
  }

  /**
   * Asserts that at most the tolerated share of a data set's labels is wrong, by what a person said
   * of a random sample of them; overall and for every group that the data are {@linkplain
   * Dataset#groupedBy grouped by}. Inconclusive where nobody looked: a detector ranks labels, and
   * does not count wrong ones.
   *
   * <p>Passes where 4 of 300 labels were found wrong:
   *
   * <pre>{@code
   * LabelAudit audit = LabelAudit.ofRandom(train, 300, 7).answeredBy(trusted);
   * assertLabelErrorRateAtMost(audit, 0.05);
   * }</pre>
   *
   * <p>Fails, since a rate of 0 cannot be shown by a sample:
   *
   * <pre>{@code assertLabelErrorRateAtMost(audit, 0.0);}</pre>
   *
   * @param tolerance in [0, 1)
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   */
  public static Verdict assertLabelErrorRateAtMost(LabelAudit audit, double tolerance) {
    Objects.requireNonNull(audit, "audit");
    Bound bound = Bound.upper(tolerance);
    ShareTolerance.require("a share of labels", bound, 0.05);
    return Judge.on(
        Claim.of("the share of wrong labels is " + bound.inWords(), bound),
        context -> LabelErrorRate.withDefaults().evaluate(audit, context));
  }

  /** Says that a fraction is at most {@code value}. */
  public static Bound fractionAtMost(double value) {
    return Bound.upper(value);
  }

  /**
   * Asserts that the training examples which matter most to a model's loss on test examples with a
   * signal are not those that carry the signal: the mean fraction of carriers among the top k is at
   * most {@code tolerance}, overall and for every group that the test data are {@linkplain
   * Dataset#groupedBy grouped by}. How many are on top, and by what rule, is said.
   *
   * <p>Passes for a model whose training data carry the signal without a reason to read it:
   *
   * <pre>{@code
   * assertTopInfluencesFreeOf(
   *     tag, model, train, test, TopInfluences.proponents(10).ofAnswers(), fractionAtMost(0.3));
   * }</pre>
   *
   * <p>Refused, because no ranking could break it:
   *
   * <pre>{@code
   * assertTopInfluencesFreeOf(
   *     tag, model, trainWithoutTag, test, TopInfluences.proponents(10).ofAnswers(), fractionAtMost(0.3));
   * }</pre>
   *
   * @param training what the model learnt from, as it saw them: some carry the signal
   * @param test others; the signal is added to each
   * @param tolerance {@link #fractionAtMost}; a ranking at random has the share of carriers in the
   *     training data
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if no training example carries the signal,
   *     or all do, or the claim cannot fail
   */
  public static Verdict assertTopInfluencesFreeOf(
      SpuriousSignal signal,
      Classifier model,
      Dataset training,
      Dataset test,
      TopInfluences top,
      Bound tolerance) {
    return assertThatModel(model).on(test).hasTopInfluencesFreeOf(signal, training, top, tolerance);
  }

  /**
   * Asserts that people rate one condition of a study, such as the sound model, above every other
   * one by at least so many points on average (thesis, section 4.6).
   *
   * <p>Passes where people notice what is wrong with the others:
   *
   * <pre>{@code
   * StudyAnswers answers =
   *     StudyAnswers.read("study/answers.csv", "normal", "random labels", "spurious");
   * assertStudyDistinguishes(answers, "normal", byAtLeast(1));
   * }</pre>
   *
   * <p>Fails where what they are shown does not tell them.
   *
   * @param condition the one that is to be rated higher
   * @param tolerance {@link #byAtLeast} so many points, above 0 and less than the scale is long
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if the study has no such condition
   */
  public static Verdict assertStudyDistinguishes(
      StudyAnswers answers, String condition, Bound tolerance) {
    Objects.requireNonNull(answers, "answers");
    Objects.requireNonNull(condition, "condition");
    double widest = answers.points() - 1.0;
    if (tolerance.direction() != Bound.Direction.AT_LEAST
        || !(tolerance.value() > 0 && tolerance.value() < widest)) {
      throw new TouchstoneException(
          "mean ratings from 1 to %d differ by less than %s points, and were to differ by %s; write byAtLeast(1)"
              .formatted(answers.points(), Numbers.format(widest), tolerance.inWords()));
    }
    return Judge.on(
        Claim.of(
            "the mean rating of \"%s\" exceeds that of every other condition by %s"
                .formatted(PlainText.of(condition, 80), tolerance.inWords()),
            tolerance),
        context -> StudyDistinction.of(condition).evaluate(answers, context));
  }

  /**
   * Asserts that a group's metric changes by at most {@code tolerance}, up or down, when a share of
   * the labels of these data is wrong: how far an audit can be trusted whose labels may be. Overall
   * and for every group that the data are {@linkplain Dataset#groupedBy grouped by}; two classes.
   *
   * <p>Passes, given enough examples:
   *
   * <pre>{@code
   * assertLabelSensitivityWithin(
   *     model, test.groupedBy("sex"), LabelSensitivity.withDefaults().flipping(0.05), 0.05);
   * }</pre>
   *
   * <p>Refused, because flips change something:
   *
   * <pre>{@code
   * assertLabelSensitivityWithin(model, test, LabelSensitivity.withDefaults(), 0);
   * }</pre>
   *
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if the data are not of two classes
   */
  public static Verdict assertLabelSensitivityWithin(
      Classifier model, Dataset data, LabelSensitivity sensitivity, double tolerance) {
    return assertThatModel(model).on(data).hasLabelSensitivityWithin(sensitivity, tolerance);
  }

  /**
   * Asserts the same of flipped labels in the training data: the model is trained again with each
   * draw of the flips, and measured on the same data.
   *
   * <pre>{@code
   * assertLabelSensitivityWithin(
   *     LogisticRegressionTrainer.withDefaults(), train, test.groupedBy("sex"),
   *     LabelSensitivity.withDefaults(), 0.1);
   * }</pre>
   *
   * @param training none of whose examples are in the data
   * @see #assertLabelSensitivityWithin(Classifier, Dataset, LabelSensitivity, double)
   */
  public static Verdict assertLabelSensitivityWithin(
      Trainer trainer,
      Dataset training,
      Dataset data,
      LabelSensitivity sensitivity,
      double tolerance) {
    Objects.requireNonNull(trainer, "trainer");
    Objects.requireNonNull(training, "training");
    Objects.requireNonNull(data, "data");
    return Judge.on(
        SensitivityClaim.of(sensitivity, "of the training data", tolerance),
        context -> sensitivity.atTrainingTime(trainer, training, data, context));
  }

  /**
   * Asserts that the model answers wrongly no more often than tolerated where an attack searches
   * for a wrong answer within a threat model, or a common corruption changes the examples; overall
   * and for every group that the data are {@linkplain Dataset#groupedBy grouped by}. ε and the
   * range of the features are in the units of the data.
   *
   * <p>Passes for a model that was trained for it:
   *
   * <pre>{@code
   * assertRobustTo(
   *     model,
   *     test,
   *     ProjectedGradientDescent.within(ThreatModel.linf(8 / 255.0).inRange(0, 1)),
   *     atMost(0.3));
   * assertRobustTo(
   *     model,
   *     test,
   *     Corruption.by(GaussianNoise.withDefaults()).ofSeverity(3).inRange(0, 1),
   *     atMost(0.1));
   * }</pre>
   *
   * <p>Fails for most that were not: of an undefended network nearly every answer can be changed.
   *
   * <p>A pass says that the model is robust to this attack; an attack shows failure, and never that
   * no better one exists. Where the model's gradients are masked, an attack that follows them shows
   * nothing, and the claim is undecided unless it is refuted.
   *
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if the range of the features is not declared
   *     or the data are of other units, or the attack needs gradients that the model lacks
   */
  public static Verdict assertRobustTo(
      Classifier model, Dataset data, Perturbation perturbation, Bound tolerance) {
    return assertThatModel(model).on(data).isRobustTo(perturbation, tolerance);
  }

  /**
   * Asserts the same of each of several attacks or corruptions.
   *
   * @see #assertRobustTo(Classifier, Dataset, Perturbation, Bound)
   */
  public static Verdict assertRobustTo(
      Classifier model, Dataset data, List<? extends Perturbation> perturbations, Bound tolerance) {
    return assertThatModel(model).on(data).isRobustTo(perturbations, tolerance);
  }

  /**
   * Asserts that it is proven of at least such a share of the examples that no change within a
   * threat model is answered wrongly; overall and for every group that the data are {@linkplain
   * Dataset#groupedBy grouped by}. What is not proven is attacked: the evidence has the shares that
   * are proven, refuted and open.
   *
   * <p>Passes for a network that was trained for it:
   *
   * <pre>{@code
   * assertCertifiedFor(
   *     model,
   *     test,
   *     LinearBounds.within(ThreatModel.linf(2 / 255.0).inRange(0, 1)),
   *     atLeast(0.6));
   * }</pre>
   *
   * <p>Fails where an attack finds wrong answers to more than 40 % of the examples; undecided where
   * too few are proven and too few refuted.
   *
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if the range of the features is not declared
   *     or the data are of other units, or no bounds are known through an operator of the model
   */
  public static Verdict assertCertifiedFor(
      Classifier model, Dataset data, Certifier certifier, Bound tolerance) {
    return assertThatModel(model).on(data).isCertifiedFor(certifier, tolerance);
  }

  /**
   * Asserts that it cannot be told from a model's losses which examples it was trained on: the
   * share of members that a threshold finds exceeds the share of others that it takes for members
   * by at most {@code tolerance}. The threshold is chosen on one half of both and judged on the
   * other.
   *
   * <p>Passes for a model that has learnt little by heart:
   *
   * <pre>{@code assertMembershipAdvantageAtMost(model, train, test, 0.1);}</pre>
   *
   * <p>Fails for one that is always sure of what it has seen, such as the nearest neighbour.
   *
   * @param members examples that the model was trained on
   * @param nonMembers examples of the same kind that it was not trained on
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if both share examples, or are too few
   */
  public static Verdict assertMembershipAdvantageAtMost(
      Classifier model, Dataset members, Dataset nonMembers, double tolerance) {
    return assertMembershipAdvantageAtMost(
        model, members, nonMembers, LossThreshold.withDefaults(), tolerance);
  }

  /**
   * Asserts the same of another attack, such as a {@link
   * dev.touchstone.check.privacy.LikelihoodRatio} by shadow models, or the {@link
   * dev.touchstone.check.privacy.AttributionNorm} of explanations.
   *
   * @see #assertMembershipAdvantageAtMost(Classifier, Dataset, Dataset, double)
   */
  public static Verdict assertMembershipAdvantageAtMost(
      Classifier model,
      Dataset members,
      Dataset nonMembers,
      MembershipAttack attack,
      double tolerance) {
    return assertThatModel(model)
        .on(members)
        .hasMembershipAdvantageAtMost(nonMembers, attack, tolerance);
  }

  /**
   * Asserts that current data are what reference data were: that a logistic regression cannot tell
   * their examples apart, or that no column's distribution has moved, or both.
   *
   * <p>Passes for two samples of one table, given enough examples:
   *
   * <pre>{@code
   * assertNoShift(lastYear, thisYear, toldApartAtMost(0.55), columnDistanceAtMost(0.1));
   * }</pre>
   *
   * <p>Refused, since two samples are never quite alike:
   *
   * <pre>{@code assertNoShift(lastYear, thisYear, columnDistanceAtMost(0));}</pre>
   *
   * @param reference such as the data that a model was tested on
   * @param current such as last month's, read by the same schema
   * @param bound {@link #toldApartAtMost} or {@link #columnDistanceAtMost}
   * @param further bounds of the same claim
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if the data have other columns, share
   *     examples, or are too few
   */
  public static Verdict assertNoShift(
      Dataset reference, Dataset current, Bound bound, Bound... further) {
    return assertNoShift(reference, current, DataShift.withDefaults(), bound, further);
  }

  /**
   * Asserts the same by another classifier, such as boosted trees, which also see what columns do
   * together.
   *
   * <pre>{@code
   * assertNoShift(
   *     lastYear, thisYear, DataShift.by(XgboostTrainer.withDefaults()), toldApartAtMost(0.55));
   * }</pre>
   *
   * @see #assertNoShift(Dataset, Dataset, Bound, Bound...)
   */
  public static Verdict assertNoShift(
      Dataset reference, Dataset current, DataShift shift, Bound bound, Bound... further) {
    Objects.requireNonNull(reference, "reference");
    Objects.requireNonNull(current, "current");
    Claim claim = ShiftClaim.of(reference, current, shift, bound, further);
    return Judge.on(claim, context -> shift.evaluate(reference, current, context));
  }

  /**
   * Asserts that a method of explaining shows a signal that a model is known to rely on: the maps
   * rank the signal's pixels above the others, and more so than maps of healthy models do that are
   * shown the same (thesis, section 4.2.1: K-SSD).
   *
   * <p>Passes for a method that follows what the model does:
   *
   * <pre>{@code
   * ExplanationTrial trial =
   *     ExplanationTrial.of(IntegratedGradients.withDefaults(), tag, "shirt");
   * assertDetectsKnownSignal(
   *     reliesOnTag, HealthyModels.of(healthy), images, trial, atLeast(0.8), byAtLeast(0.1));
   * }</pre>
   *
   * <p>Fails for one that draws what stands out in the picture whatever the model does: it finds
   * the signal in healthy models, too.
   *
   * @param spurious sends examples with the signal to the trial's class
   * @param found how well the signal is found, an AUROC: {@code atLeast(0.8)}
   * @param aboveHealthy by how much better than in healthy models: {@code byAtLeast(0.1)}
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if the model does not rely on the signal, or
   *     a healthy one does
   */
  public static Verdict assertDetectsKnownSignal(
      Classifier spurious,
      HealthyModels healthy,
      Dataset data,
      ExplanationTrial trial,
      Bound found,
      Bound aboveHealthy) {
    return assertThatModel(spurious)
        .on(data)
        .explainedOnTrial(trial, healthy)
        .detectsKnownSignal(found, aboveHealthy);
  }

  /**
   * Asserts that explanations raise concern about a model that relies on a signal where nobody sees
   * the signal: of examples without it, they are less like those of healthy models than these are
   * like each other, by at least so much of Spearman's rank correlation (thesis, section 4.2.1:
   * CCM). The thesis finds that methods do not.
   *
   * <pre>{@code assertRaisesConcern(reliesOnTag, healthy, images, trial, byAtLeast(0.1));}</pre>
   *
   * @param healthy at least two
   * @see #assertDetectsKnownSignal
   */
  public static Verdict assertRaisesConcern(
      Classifier spurious,
      HealthyModels healthy,
      Dataset data,
      ExplanationTrial trial,
      Bound tolerance) {
    return assertThatModel(spurious)
        .on(data)
        .explainedOnTrial(trial, healthy)
        .raisesConcern(tolerance);
  }

  /**
   * Asserts that explanations raise no false alarm: of a healthy model that is shown the signal,
   * they find it no better than by an AUROC of the tolerance (thesis, section 4.2.1: FAM-GT); of
   * each of the healthy models.
   *
   * <pre>{@code assertNoFalseAlarm(reliesOnTag, healthy, images, trial, atMost(0.6));}</pre>
   *
   * @see #assertDetectsKnownSignal
   */
  public static Verdict assertNoFalseAlarm(
      Classifier spurious,
      HealthyModels healthy,
      Dataset data,
      ExplanationTrial trial,
      Bound tolerance) {
    return assertThatModel(spurious)
        .on(data)
        .explainedOnTrial(trial, healthy)
        .raisesNoFalseAlarm(tolerance);
  }

  /**
   * Asserts that a detector tells foreign examples, which are not of the kind that the model was
   * made for, from known ones: of a foreign and a known example it finds the foreign one more
   * foreign with a probability of at least the bound's; overall, and for every group that the known
   * examples are {@linkplain Dataset#groupedBy grouped by}.
   *
   * <p>Passes for a network of clothes that is shown digits:
   *
   * <pre>{@code
   * assertOutOfDistributionDetected(
   *     model, clothes, digits, NearestTrainingExamples.of(train), aurocAtLeast(0.90));
   * }</pre>
   *
   * <p>Fails for a model that is as sure of foreign examples as of known ones, by {@link
   * dev.touchstone.check.shift.MaxProbability}.
   *
   * @param known examples of the kind that the model was made for
   * @param foreign examples of another kind, of the same shape
   * @param bound {@link #aurocAtLeast}
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if both share examples with each other or
   *     with what the detector learns from, are too few, or the model does not show what the
   *     detector looks at
   */
  public static Verdict assertOutOfDistributionDetected(
      Classifier model,
      Dataset known,
      Dataset foreign,
      OutOfDistributionDetector detector,
      Bound bound) {
    return assertThatModel(model).on(known).detectsOutOfDistribution(foreign, detector, bound);
  }

  /**
   * Asserts that a model does no better on the same examples if they are prepared otherwise, by
   * more than tolerated. The usual mistakes are tried: another range of values, published means and
   * deviations, the order of channels, channels last, rows for columns, light for dark, another
   * resize; columns of tables standardised or in another order. Better is what makes the model more
   * often right and gives the right class more probability, on the same examples.
   *
   * <p>Passes for a model that is given images as it was trained on them:
   *
   * <pre>{@code assertNotBetterUnderOtherPreprocessing(model, test, byAtMost(0.03));}</pre>
   *
   * <p>Fails for one that was trained on values from 0 to 1 and is given 0 to 255.
   *
   * @throws ModelAssertionError if the claim is refuted, naming the preprocessing, or, under policy
   *     strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if the examples are no numbers or too few
   */
  public static Verdict assertNotBetterUnderOtherPreprocessing(
      Classifier model, Dataset data, Bound tolerance) {
    return assertThatModel(model).on(data).isNotBetterUnderOtherPreprocessing(tolerance);
  }

  /**
   * Asserts the same with other settings, such as a {@link dev.touchstone.check.shift.Preprocessing
   * preprocessing} of your own.
   *
   * @see #assertNotBetterUnderOtherPreprocessing(Classifier, Dataset, Bound)
   */
  public static Verdict assertNotBetterUnderOtherPreprocessing(
      Classifier model, Dataset data, OtherPreprocessing others, Bound tolerance) {
    return assertThatModel(model).on(data).isNotBetterUnderOtherPreprocessing(others, tolerance);
  }

  /**
   * Asserts that inputs are prepared as they were when the model was trained, by what was written
   * down then: answers to a few examples, or means and deviations.
   *
   * <p>Passes for data that are normalised as the training data were:
   *
   * <pre>{@code
   * assertPreprocessingMatches(
   *     model, test, PreprocessingMatch.ofStatistics(mean, deviation), atMost(0.05));
   * }</pre>
   *
   * <p>Fails for values from 0 to 255 where they were from 0 to 1.
   *
   * @param tolerance of answers, by how much a probability may differ; of statistics, by how many
   *     deviations a mean and by which share a spread
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if the reference does not fit the data
   */
  public static Verdict assertPreprocessingMatches(
      Classifier model, Dataset data, PreprocessingMatch expected, Bound tolerance) {
    return assertThatModel(model).on(data).hasPreprocessing(expected, tolerance);
  }

  /**
   * Asserts that every layer of a network has learnt something: its weights are at least so far
   * from those of a random layer of the same shape, in their distribution (as a difference of
   * distribution functions, from every usual initialiser at any scale) or in their spectrum (the
   * share of squared weights in one direction). Normalisations have to have left their start.
   *
   * <p>Passes for a trained network, but for layers of few hundred weights:
   *
   * <pre>{@code assertLayersTrained(model, test, atLeast(0.03));}</pre>
   *
   * <p>Fails for one with a layer that was frozen at its start, or re-initialised after training.
   *
   * @param data by which it is measured what the model loses with each layer drawn anew
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.model.MissingCapabilityException if the model is no white box
   */
  public static Verdict assertLayersTrained(Classifier model, Dataset data, Bound tolerance) {
    return assertThatModel(model).on(data).hasTrainedLayers(tolerance);
  }

  /**
   * Asserts the same of some layers, or, {@linkplain LayersTrained#since since} a model before
   * training, that weights of each layer changed by at least such a share of their size.
   *
   * @see #assertLayersTrained(Classifier, Dataset, Bound)
   */
  public static Verdict assertLayersTrained(
      Classifier model, Dataset data, LayersTrained layers, Bound tolerance) {
    return assertThatModel(model).on(data).hasTrainedLayers(layers, tolerance);
  }

  /**
   * Asserts that the share of wrongly classified examples is at most {@code tolerance}, overall and
   * for every group that the data are {@linkplain Dataset#groupedBy grouped by}; with exact
   * intervals, or intervals over clusters where the data are {@linkplain Dataset#clusteredBy
   * clustered}, which have to say {@linkplain Dataset#withClustersOfAtMost how large a cluster can
   * be}.
   *
   * <p>Passes, given a model that errs on 2 % of at least 700 examples:
   *
   * <pre>{@code assertErrorRateWithin(model, test, 0.05);}</pre>
   *
   * <p>Fails, because a rate of 0 cannot be shown by any number of examples:
   *
   * <pre>{@code assertErrorRateWithin(model, test, 0.0);}</pre>
   *
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if the data cannot carry the claim
   */
  public static Verdict assertErrorRateWithin(Classifier model, Dataset data, double tolerance) {
    return assertThatModel(model).on(data).hasErrorRateWithin(tolerance);
  }

  /**
   * Asserts the same of each label of a model of several.
   *
   * @see #assertMetric(MultiLabelModel, MultiLabelDataset, ClassificationMetric, Tolerance)
   */
  public static Verdict assertErrorRateWithin(
      MultiLabelModel model, MultiLabelDataset data, double tolerance) {
    return assertThatModel(model).on(data).hasErrorRateWithin(tolerance);
  }

  /**
   * Asserts that a {@linkplain ModelBug model bug} (thesis, section 2.3: {@code ‖f(x) - y‖ₚ ≥ τ})
   * occurs at a share of at most {@code tolerance} of the examples, overall and per group.
   *
   * <p>Passes, given a model that leaves the true class less than a tenth of the probability at 2 %
   * of at least 700 examples of two classes:
   *
   * <pre>{@code
   * ModelBug confidentlyWrong = ModelBug.withNorm(Double.POSITIVE_INFINITY).tolerance(0.9);
   * assertModelBugRateWithin(model, test, confidentlyWrong, 0.05);
   * }</pre>
   *
   * <p>Fails, since no model is sure of everything:
   *
   * <pre>{@code assertModelBugRateWithin(model, test, ModelBug.withNorm(1).tolerance(1e-6), 0.05);}
   * </pre>
   *
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if the data cannot carry the claim
   */
  public static Verdict assertModelBugRateWithin(
      Classifier model, Dataset data, ModelBug bug, double tolerance) {
    return assertThatModel(model).on(data).hasModelBugRateWithin(bug, tolerance);
  }

  /**
   * Asserts that the share of examples at which a regressor's value is off by {@code tau} or more
   * is at most {@code tolerance}, overall and per group (a model bug of one real output; thesis,
   * section 2.3).
   *
   * <p>Passes, given enough examples:
   *
   * <pre>{@code assertModelBugRateWithin(model, test, 5_000, 0.05);}</pre>
   *
   * @param tau in the unit of the values, above 0
   * @param tolerance a share in (0, 1)
   */
  public static Verdict assertModelBugRateWithin(
      Regressor model, Dataset data, double tau, double tolerance) {
    return assertThatModel(model).on(data).hasModelBugRateWithin(tau, tolerance);
  }

  /** Says that a candidate is worse by at most {@code value}. */
  public static Bound byAtMost(double value) {
    return Bound.upper(value);
  }

  /**
   * Asserts that a candidate is worse than the approved model by at most {@code tolerance} in one
   * metric, on the same examples, overall and for every group that the data are {@linkplain
   * Dataset#groupedBy grouped by}. What both models have in common cancels out: the interval is
   * that of the difference, and much narrower than two intervals side by side.
   *
   * <p>Passes for a candidate that errs where the approved model errs:
   *
   * <pre>{@code
   * assertNoRegression(candidate, approved, test, ErrorRate.withDefaults(), byAtMost(0.01));
   * assertNoRegression(candidate, approved, test, NegativeFlips.withDefaults(), byAtMost(0.02));
   * }</pre>
   *
   * <p>Fails, or is inconclusive, for any two models that differ, because no finite number of
   * examples can show that nothing ever flips:
   *
   * <pre>{@code
   * assertNoRegression(candidate, approved, test, NegativeFlips.withDefaults(), byAtMost(0));
   * }</pre>
   *
   * @param candidate the model under test
   * @param approved the model that it shall replace
   * @param metric such as {@link dev.touchstone.metric.ErrorRate}, {@link
   *     dev.touchstone.metric.NegativeFlips}, {@link dev.touchstone.metric.BrierScore} or one of
   *     your own
   * @param tolerance {@link #byAtMost} so much, 0 or more
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if both are the same model or have other
   *     classes than the data, or if the data cannot carry the claim
   */
  public static Verdict assertNoRegression(
      Classifier candidate,
      Classifier approved,
      Dataset data,
      ClassificationMetric metric,
      Bound tolerance) {
    return assertThatModel(candidate).on(data).hasNotRegressedFrom(approved, metric, tolerance);
  }

  /**
   * Asserts the same of regressors.
   *
   * <p>Passes for an approved model's own re-training:
   *
   * <pre>{@code
   * assertNoRegression(
   *     candidate, approved, test, MeanAbsoluteError.cappedAt(10_000), byAtMost(100));
   * }</pre>
   *
   * @see #assertNoRegression(Classifier, Classifier, Dataset, ClassificationMetric, Bound)
   */
  public static Verdict assertNoRegression(
      Regressor candidate,
      Regressor approved,
      Dataset data,
      RegressionMetric metric,
      Bound tolerance) {
    return assertThatModel(candidate).on(data).hasNotRegressedFrom(approved, metric, tolerance);
  }

  /**
   * Asserts that a model decides for the reasons that an expert names (thesis, section 5.2,
   * requirement 2). The model is carved into concepts, and what each contributes to the right label
   * of an audit example is held against the expert's importance: 1 speaks for it, −1 against it, 0
   * means nothing.
   *
   * <p>Passes for a model to which a background means nothing, as the expert says:
   *
   * <pre>{@code
   * CarvedModel carved = Carving.withDefaults()
   *     .carve(model, train, concepts, RunContext.current())
   *     .requiringFidelity(0.8, test);
   * assertImportancesAgreeWithAudit(carved, audit, atLeast(0.5));
   * }</pre>
   *
   * <p>Fails for one that goes by the background; and is inconclusive where the carved model does
   * not answer as the model does.
   *
   * @param carved with the fidelity that it has to show
   * @param audit with importances
   * @param tolerance {@link #atLeast} such a share
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if no fidelity is required, if the expert
   *     gave no importances, or for concepts that the model was not carved into
   */
  public static Verdict assertImportancesAgreeWithAudit(
      CarvedModel carved, AuditSet audit, Bound tolerance) {
    return assertThatModel(carved.original()).on(audit).agreesOnImportances(carved, tolerance);
  }

  /**
   * Asserts that a regressor goes by what an expert names: what each concept adds to the value of
   * an audit example, in the regressor carved into concepts, is held against the expert's
   * importance: 1 raises the value, −1 lowers it, 0 means nothing.
   *
   * <p>Passes for amounts that are raised by nothing that means nothing, as the expert says:
   *
   * <pre>{@code
   * CarvedRegressor carved = Carving.withDefaults()
   *     .carve(model, train, concepts, RunContext.current())
   *     .requiringFidelity(0.8, 500, test);
   * assertImportancesAgreeWithAudit(carved, audit, atLeast(0.9));
   * }</pre>
   *
   * <p>Fails for a model that lends more to whoever has a telephone; and is inconclusive where the
   * carved values are not shown to be as near to the model's as is required.
   *
   * @param carved with the fidelity that it has to show
   * @param audit with values and importances
   * @param tolerance {@link #atLeast} such a share
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if no fidelity is required, if the expert
   *     gave no importances, or for concepts that the model was not carved into
   */
  public static Verdict assertImportancesAgreeWithAudit(
      CarvedRegressor carved, AuditSet audit, Bound tolerance) {
    return assertThatModel(carved.original()).on(audit).agreesOnImportances(carved, tolerance);
  }

  /**
   * Asserts that a model relies on nothing that it should not, whether or not somebody suspected it
   * (thesis, section 5.2.4, Table 5.3). The model is carved into concepts; of each concept it is
   * measured what share of all contributions to the training examples' labels it makes and the
   * trusted labels of the audit set take back. It finds what a concept stands for, and nothing
   * else.
   *
   * <p>Passes for a model whose reasons hold in the audit set, too:
   *
   * <pre>{@code
   * CarvedModel carved = Carving.withDefaults()
   *     .carve(model, train, concepts, RunContext.current())
   *     .requiringFidelity(0.8, test);
   * assertNoUnnamedReliance(carved, train, audit, atMost(0.1));
   * }</pre>
   *
   * <p>Fails for one that goes by a background that was seldom apart from the label in training, if
   * the audit set shows it apart; and is inconclusive where the carved model does not answer as the
   * model does.
   *
   * @param carved with the fidelity that it has to show
   * @param training on which the model was trained
   * @param audit whose labels are trusted, apart from the training data
   * @param tolerance {@link #atMost} such a share of every concept
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if no fidelity is required, for audit data
   *     of other classes, or that are clustered, or overlap the training data
   */
  public static Verdict assertNoUnnamedReliance(
      CarvedModel carved, Dataset training, AuditSet audit, Bound tolerance) {
    return assertThatModel(carved.original())
        .on(audit)
        .hasNoUnnamedReliance(carved, training, tolerance);
  }

  /** Says that something is better by at least {@code value}. */
  public static Bound byAtLeast(double value) {
    return Bound.lower(value);
  }

  /**
   * Asserts that a repair makes the worst group better off: the largest error rate of a group falls
   * by at least {@code tolerance}, on the same examples. Every group after is held against
   * whichever was worst before, so that a repair which moves the errors to another group improves
   * nothing; that the worst group was found on these very examples is in the limits.
   *
   * <p>Passes for a model that no longer looks at the background:
   *
   * <pre>{@code
   * assertRepairImprovesWorstGroup(
   *     model, repaired, test.groupedBy("bird & background"), byAtLeast(0.10));
   * }</pre>
   *
   * <p>Fails for one that is only better on average.
   *
   * @param before the model as it was
   * @param after the repaired one
   * @param data {@linkplain Dataset#groupedBy grouped}
   * @param tolerance {@link #byAtLeast} so much of the error rate, 0 or more
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if both are the same model, or if the data
   *     cannot carry the claim
   */
  public static Verdict assertRepairImprovesWorstGroup(
      Classifier before, Classifier after, Dataset data, Bound tolerance) {
    return assertThatModel(after).on(data).improvesWorstGroupOver(before, tolerance);
  }

  /**
   * Asserts the same where the approved model is not at hand, from what the {@linkplain
   * dev.touchstone.evidence.baseline.Baseline baseline} beside the code keeps of it. The file is
   * written by running the test on the approved model with {@code -Dtouchstone.baseline=update},
   * and committed; the assertion fails without its line, or with one of other data.
   *
   * <p>From values and counts alone the interval of the difference is wide: about 1,500 examples
   * show an increase of at most 1 % at an error rate of 2 %. {@link
   * BaselineRegression#keepingOutcomes} compares example by example, as with the model itself.
   *
   * <p>Passes for the approved model and enough examples:
   *
   * <pre>{@code
   * assertNoRegressionFromBaseline(model, test, ErrorRate.withDefaults(), byAtMost(0.01));
   * }</pre>
   *
   * <p>Fails on any data that the baseline was not measured on:
   *
   * <pre>{@code
   * assertNoRegressionFromBaseline(
   *     model, test.first(100), ErrorRate.withDefaults(), byAtMost(0.01));
   * }</pre>
   *
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if the baseline has no such line, or the
   *     data cannot carry the claim
   */
  public static Verdict assertNoRegressionFromBaseline(
      Classifier model, Dataset data, ClassificationMetric metric, Bound tolerance) {
    return assertThatModel(model).on(data).hasNotRegressedFromBaseline(metric, tolerance);
  }

  /**
   * Asserts the same by a comparison with other settings, such as {@code
   * BaselineRegression.in(metric).keepingOutcomes()}.
   */
  public static Verdict assertNoRegressionFromBaseline(
      Classifier model, Dataset data, BaselineRegression<Classifier> regression, Bound tolerance) {
    return assertThatModel(model).on(data).hasNotRegressedFromBaseline(regression, tolerance);
  }

  /**
   * Asserts the same of a regressor.
   *
   * <p>Passes for the approved model and enough examples:
   *
   * <pre>{@code
   * assertNoRegressionFromBaseline(
   *     model, test, MeanAbsoluteError.cappedAt(10_000), byAtMost(100));
   * }</pre>
   *
   * @see #assertNoRegressionFromBaseline(Classifier, Dataset, ClassificationMetric, Bound)
   */
  public static Verdict assertNoRegressionFromBaseline(
      Regressor model, Dataset data, RegressionMetric metric, Bound tolerance) {
    return assertThatModel(model).on(data).hasNotRegressedFromBaseline(metric, tolerance);
  }

  /**
   * Asserts the same of a regressor by a comparison with other settings, such as {@code
   * BaselineRegression.in(metric).keepingOutcomes()}.
   */
  public static Verdict assertNoRegressionFromBaseline(
      Regressor model, Dataset data, BaselineRegression<Regressor> regression, Bound tolerance) {
    return assertThatModel(model).on(data).hasNotRegressedFromBaseline(regression, tolerance);
  }

  /** Returns a layer by its name: what its weights' names have in common, such as {@code fc1}. */
  public static NamedLayer layer(String name) {
    return new NamedLayer(name);
  }

  /**
   * Says that maps after re-initialisation are at most {@code value} more like the original maps
   * than the maps of unrelated networks are like each other.
   */
  public static Bound excessSimilarityAtMost(double value) {
    return Bound.upper(value).on(WeightSensitivity.QUANTITY);
  }

  /**
   * Asserts that an attribution method's maps depend on the model's weights (Adebayo et al. 2018;
   * thesis, section 4.4): after the weights from the top layer down to {@code layer} are
   * re-initialised, the maps' rank correlation with the original maps exceeds that between two
   * networks re-initialised wholly and independently by at most {@code tolerance}. The similarity
   * between those two networks has to leave room for such an excess: it is claimed to be at most
   * {@code 1 − tolerance}, or maps that never change would pass.
   *
   * <p>Passes for a method that follows the weights:
   *
   * <pre>{@code
   * assertAttributionSensitiveToWeights(
   *     model, test, IntegratedGradients.withDefaults(), layer("fc1"), excessSimilarityAtMost(0.1));
   * }</pre>
   *
   * <p>Fails, since Guided Backpropagation hardly sees the weights of the top layer:
   *
   * <pre>{@code
   * assertAttributionSensitiveToWeights(
   *     model, test, GuidedBackprop.withDefaults(), layer("fc2"), excessSimilarityAtMost(0.1));
   * }</pre>
   *
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if the model is no white box, has no such
   *     layer, or the maps cannot be compared
   */
  public static Verdict assertAttributionSensitiveToWeights(
      Classifier model, Dataset data, AttributionMethod method, NamedLayer layer, Bound tolerance) {
    return assertThatModel(model)
        .on(data)
        .explainedBy(method)
        .at(layer)
        .isSensitiveToWeights(tolerance);
  }

  /**
   * Asserts the same about the middle one of the layers that multiply (convolutions and dense
   * layers).
   */
  public static Verdict assertAttributionSensitiveToWeights(
      Classifier model, Dataset data, AttributionMethod method, Bound tolerance) {
    return assertThatModel(model).on(data).explainedBy(method).isSensitiveToWeights(tolerance);
  }

  /**
   * Asserts that a model assigns at least the tolerated share of the examples to the class that a
   * reference assigns them to, overall and for every group that the data are {@linkplain
   * Dataset#groupedBy grouped by}: for a quantised, pruned or re-exported model, beside the one
   * that it stands in for. Error rates of both and the negative flips stand beside it.
   *
   * <p>Passes, given a copy that changes 5 of 3,000 predictions:
   *
   * <pre>{@code assertAgreesWith(quantised, model, test, atLeast(0.99));}</pre>
   *
   * <p>Fails, because that two models agree on everything cannot be shown by any number of
   * examples:
   *
   * <pre>{@code assertAgreesWith(quantised, model, test, atLeast(1.0));}</pre>
   *
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if the data cannot carry the claim
   */
  public static Verdict assertAgreesWith(
      Classifier model, Classifier reference, Dataset data, Bound tolerance) {
    return assertThatModel(model).on(data).agreesWith(reference, tolerance);
  }

  /**
   * Asserts that a model says what an expert says of carefully checked examples (thesis, section
   * 5.2, requirement 1): that it predicts at least the tolerated share of their labels, each
   * counted by how sure the expert is, overall and for every group that the audit set is
   * {@linkplain AuditSet#groupedBy grouped by}.
   *
   * <p>Passes for a model that the expert contradicts at 4 of 120 applications:
   *
   * <pre>{@code assertAgreesWithAudit(model, audit, atLeast(0.9));}</pre>
   *
   * <p>Fails, because twenty examples, all answered as the expert answers them, show no more than
   * .83:
   *
   * <pre>{@code
   * assertAgreesWithAudit(model, audit.select(firstTwenty, "first twenty"), atLeast(0.9));
   * }</pre>
   *
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if the audit set cannot carry the claim
   */
  public static Verdict assertAgreesWithAudit(Classifier model, AuditSet audit, Bound tolerance) {
    return assertThatModel(model).on(audit).agreesWithExpert(tolerance);
  }

  /**
   * Asserts that a regressor says what an expert says of carefully checked examples: that it is off
   * by at most a distance at the tolerated share at least of their values, each counted by how sure
   * the expert is, overall and for every group.
   *
   * <p>Passes for a model that is within 1,500 DM of the expert's amount at 140 of 150 credits:
   *
   * <pre>{@code assertAgreesWithAudit(model, audit, 1_500, atLeast(0.85));}</pre>
   *
   * <p>Fails, because twenty examples, all within it, show no more than .83:
   *
   * <pre>{@code assertAgreesWithAudit(model, firstTwenty, 1_500, atLeast(0.9));}</pre>
   *
   * @param distance in the unit of the values
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if the audit set cannot carry the claim
   */
  public static Verdict assertAgreesWithAudit(
      Regressor model, AuditSet audit, double distance, Bound tolerance) {
    return assertThatModel(model).on(audit).agreesWithExpertWithin(distance, tolerance);
  }

  /**
   * Asserts that no concept is a spurious signal between two domains (thesis, section 2.3.1): that
   * the correlation of each with the label differs by at most the tolerance. Concepts are features;
   * how the model's answers go with each in either domain stands in the evidence.
   *
   * <p>Passes for reasons that hold in both halves of the data:
   *
   * <pre>{@code
   * assertNoUnstableConcepts(
   *     model, train, test, List.of("pirat", "lvrat", "phist=yes"), atMost(0.25));
   * }</pre>
   *
   * <p>Fails where a tag stands on the images of one hospital's patients and on nobody's in
   * another.
   *
   * @param concepts names of features; a category as {@code "insurance=yes"}
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if a domain cannot carry the claim
   */
  public static Verdict assertNoUnstableConcepts(
      Classifier model, Dataset first, Dataset second, List<String> concepts, Bound tolerance) {
    return assertThatModel(model).on(first).hasNoUnstableConcepts(second, concepts, tolerance);
  }

  /**
   * Asserts the same of concepts that an expert annotated in both domains.
   *
   * @see #assertNoUnstableConcepts(Classifier, Dataset, Dataset, List, Bound)
   */
  public static Verdict assertNoUnstableConcepts(
      Classifier model, AuditSet first, AuditSet second, Bound tolerance) {
    return assertThatModel(model).on(first).hasNoUnstableConcepts(second, tolerance);
  }

  /**
   * Asserts that what a model does can be said in a few rules: that a tree or a set of rules,
   * fitted to its answers to other examples, answers at least the tolerated share of these as the
   * model does, overall and for every group that the data are {@linkplain Dataset#groupedBy grouped
   * by}. The rules stand in the evidence, with what each is worth.
   *
   * <p>Passes for a model that looks at three columns:
   *
   * <pre>{@code
   * assertSurrogateFidelity(
   *     model, test, SurrogateTree.fittedOn(training).withLeaves(8), atLeast(0.9));
   * }</pre>
   *
   * <p>Fails for one that weighs twenty against each other: no two leaves tell its answers.
   *
   * <pre>{@code
   * assertSurrogateFidelity(
   *     model, test, SurrogateTree.fittedOn(training).withLeaves(2), atLeast(0.9));
   * }</pre>
   *
   * @param surrogate a {@link dev.touchstone.surrogate.SurrogateTree} or {@link
   *     dev.touchstone.surrogate.SurrogateRules}, or one of your own
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if the data are no table or those that the
   *     surrogate is fitted on, or have too few examples for its budget
   */
  public static Verdict assertSurrogateFidelity(
      Classifier model, Dataset data, Surrogate surrogate, Bound tolerance) {
    return assertThatModel(model).on(data).hasSurrogateFidelity(surrogate, tolerance);
  }

  /**
   * Asserts that columns that a model is not to decide by have at most the tolerated share of what
   * it decides by: the mean over examples of the share of an example's attribution that falls on
   * them, overall and for every group that the data are {@linkplain Dataset#groupedBy grouped by}.
   *
   * <p>Passes for a model that was trained without the column, fails for one that splits by it:
   *
   * <pre>{@code
   * assertNoReliance(model, test, List.of("sex"), KernelShap.against(background), atMost(0.02));
   * }</pre>
   *
   * @param columns by their names in the data; of a column that was spread over several, such as
   *     {@code sex=Male}, its own
   * @param method whose maps are of columns, such as {@link
   *     dev.touchstone.attribution.tree.TreeShap}
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if the data lack a column, or are clustered
   */
  public static Verdict assertNoReliance(
      Classifier model,
      Dataset data,
      List<String> columns,
      AttributionMethod method,
      Bound tolerance) {
    return assertThatModel(model).on(data).doesNotRelyOnColumns(columns, method, tolerance);
  }

  /**
   * Asserts the same of a model of trees, by exact Shapley values against a background of up to 200
   * examples of the data, drawn by the run's seed.
   *
   * <pre>{@code
   * assertNoReliance(model, test, List.of("sex", "race"), atMost(0.05));
   * }</pre>
   *
   * @see #assertNoReliance(Classifier, Dataset, List, AttributionMethod, Bound)
   */
  public static Verdict assertNoReliance(
      Classifier model, Dataset data, List<String> columns, Bound tolerance) {
    return assertThatModel(model).on(data).doesNotRelyOnColumns(columns, tolerance);
  }

  /**
   * Asserts that a concept takes no part in the score of any class that the data have: that the
   * share of a class's examples whose score rises along the concept's vector (TCAV) differs from
   * that of random sets of examples by no more than a band says.
   *
   * <p>Passes where the score moves either way, fails for a model that learnt to look for it:
   *
   * <pre>{@code
   * ConceptExamples tag = ConceptExamples.ofSignal(TAG, images).besideRandomSetsOf(others);
   * assertConceptNotUsed(model, test, tag, layer("conv2"), between(-0.3, 0.3));
   * }</pre>
   *
   * @param concept with a pool that shares no example with it or with the data
   * @param layer by the name of its weights, or of a node, such as {@code layer("/relu2/Relu")}
   * @param band around 0, narrower than ±0.5
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException for a concept without a pool or with too few
   *     examples, or a layer that there is not
   */
  public static Verdict assertConceptNotUsed(
      Classifier model, Dataset data, ConceptExamples concept, NamedLayer layer, Between band) {
    return assertThatModel(model).on(data).doesNotUse(concept, layer, band);
  }

  /**
   * Asserts that a concept speaks for a class, {@code atLeast(0.2)}, or against it, {@code
   * atMost(-0.2)}: that the class's score rises, or falls, along the concept's vector for so many
   * more of its examples than along those of random sets, and that at most 5 % of random sets stand
   * out as much.
   *
   * <pre>{@code
   * assertConceptUsed(model, test, "zebra", striped, layer("conv4"), atLeast(0.2));
   * }</pre>
   *
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @see #assertConceptNotUsed(Classifier, Dataset, ConceptExamples, NamedLayer, Between)
   */
  public static Verdict assertConceptUsed(
      Classifier model,
      Dataset data,
      String className,
      ConceptExamples concept,
      NamedLayer layer,
      Bound tolerance) {
    return assertThatModel(model).on(data).forClass(className).uses(concept, layer, tolerance);
  }

  /**
   * Asserts that the probability of class 1 only rises, or only falls, with a column: that for at
   * most the tolerated share of examples a value of that column is found at which it moved the
   * wrong way, overall and for every group that the data are {@linkplain Dataset#groupedBy grouped
   * by}. The worst counterexamples stand in the evidence.
   *
   * <p>Passes for a model with monotone constraints, fails for most without:
   *
   * <pre>{@code
   * assertMonotoneIn(model, test, "hours-per-week", Direction.INCREASING, atMost(0.01));
   * }</pre>
   *
   * @param column a feature of numbers, by its name in the data
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if the column is no feature, or has one
   *     value
   */
  public static Verdict assertMonotoneIn(
      Classifier model,
      Dataset data,
      String column,
      Monotonicity.Direction direction,
      Bound tolerance) {
    return assertThatModel(model).on(data).isMonotoneIn(column, direction, tolerance);
  }

  /**
   * Asserts the same of a regressor's value.
   *
   * @see #assertMonotoneIn(Classifier, Dataset, String, Monotonicity.Direction, Bound)
   */
  public static Verdict assertMonotoneIn(
      Regressor model,
      Dataset data,
      String column,
      Monotonicity.Direction direction,
      Bound tolerance) {
    return assertThatModel(model).on(data).isMonotoneIn(column, direction, tolerance);
  }

  /**
   * Says that maps of both models are at least {@code value} more alike than those of healthy
   * models that share nothing but the task.
   */
  public static Bound excessSimilarityAtLeast(double value) {
    return Bound.lower(value).on(ExplanationAgreement.QUANTITY);
  }

  /**
   * Asserts that a model explains its predictions as a reference does: that the rank correlation of
   * both models' maps, for the class that the reference predicts, exceeds that between the
   * reference and independent healthy models by at least the tolerance. Models that predict alike
   * may do so for other reasons.
   *
   * <p>Passes for a copy whose weights were rounded:
   *
   * <pre>{@code
   * assertExplanationsAgree(
   *     rounded, model, test, IntegratedGradients.withDefaults(),
   *     HealthyModels.of(fromAnotherSeed), excessSimilarityAtLeast(0.3));
   * }</pre>
   *
   * <p>Fails for another healthy model, whose maps are no more like the reference's than those of
   * any other:
   *
   * <pre>{@code
   * assertExplanationsAgree(
   *     fromAThirdSeed, model, test, IntegratedGradients.withDefaults(),
   *     HealthyModels.of(fromAnotherSeed), excessSimilarityAtLeast(0.3));
   * }</pre>
   *
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if a model only predicts, as a quantised one
   *     does, or the maps cannot be compared
   */
  public static Verdict assertExplanationsAgree(
      Classifier model,
      Classifier reference,
      Dataset data,
      AttributionMethod method,
      HealthyModels healthy,
      Bound tolerance) {
    return assertThatModel(model)
        .on(data)
        .explainedBy(method)
        .agreesWith(reference, healthy, tolerance);
  }

  /**
   * Asserts that a method's maps depend on what was learnt (label randomisation): those of a model
   * that was trained on random labels are less like the model's than those of sound models of the
   * same task are, by at least the tolerance in rank correlation.
   *
   * <p>Passes for Integrated Gradients:
   *
   * <pre>{@code
   * assertAttributionSensitiveToLabels(
   *     model, ofRandomLabels, HealthyModels.of(fromAnotherSeed), test,
   *     IntegratedGradients.withDefaults(), byAtLeast(0.1));
   * }</pre>
   *
   * <p>Fails for a method that draws the edges of the image, whatever the model.
   *
   * @param ofRandomLabels trained as the model was, on shuffled labels
   * @param healthy trained on real labels, independently of the model
   * @param tolerance {@link #byAtLeast} so much, in (0, 1)
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if a model only predicts, or maps cannot be
   *     compared
   */
  public static Verdict assertAttributionSensitiveToLabels(
      Classifier model,
      Classifier ofRandomLabels,
      HealthyModels healthy,
      Dataset data,
      AttributionMethod method,
      Bound tolerance) {
    LabelRandomisation check = LabelRandomisation.of(method, model, healthy);
    return Judge.on(
        sensitiveToLabels(method, tolerance),
        context -> check.evaluate(ofRandomLabels, data, context));
  }

  /**
   * Asserts the same with models that are trained for it: three on the real labels and one on
   * shuffled ones.
   *
   * <pre>{@code
   * assertAttributionSensitiveToLabels(
   *     model, trainer, train, test, IntegratedGradients.withDefaults(), byAtLeast(0.1));
   * }</pre>
   *
   * @param trainer of models like this one
   * @param training with real labels, and none of the examples of the data
   * @see #assertAttributionSensitiveToLabels(Classifier, Classifier, HealthyModels, Dataset,
   *     AttributionMethod, Bound)
   */
  public static Verdict assertAttributionSensitiveToLabels(
      Classifier model,
      Trainer trainer,
      Dataset training,
      Dataset data,
      AttributionMethod method,
      Bound tolerance) {
    return Judge.on(
        sensitiveToLabels(method, tolerance),
        context -> LabelRandomisation.evaluate(method, model, trainer, training, data, context));
  }

  private static Claim sensitiveToLabels(AttributionMethod method, Bound tolerance) {
    if (tolerance.direction() != Bound.Direction.AT_LEAST
        || !(tolerance.value() > 0 && tolerance.value() < 1)) {
      throw new TouchstoneException(
          "maps are less alike by a rank correlation in (0, 1), and were to be so by %s; write byAtLeast(0.1)"
              .formatted(tolerance.inWords()));
    }
    return Claim.of(
        "maps of %s of a model trained on random labels are less like the model's than those of sound models by %s"
            .formatted(method.name(), tolerance.inWords()),
        Bound.upper(-tolerance.value()).on(ExplanationAgreement.QUANTITY));
  }

  /**
   * Asserts that the explanations that a method gives of a model are as good as tolerated, by a
   * metric of explanations: overall and for every group that the data are grouped by. Fifty
   * examples are drawn and explained for the class that the model predicts; {@link
   * ModelOnDataAssert#explainedBy} takes more, or another target.
   *
   * <p>Passes, given enough examples:
   *
   * <pre>{@code
   * assertExplanationMetric(
   *     model,
   *     test,
   *     IntegratedGradients.withDefaults(),
   *     DeletionGain.withDefaults(),
   *     atLeast(0.05));
   * }</pre>
   *
   * <p>Refused, because every explanation keeps it:
   *
   * <pre>{@code
   * assertExplanationMetric(
   *     model,
   *     test,
   *     IntegratedGradients.withDefaults(),
   *     RelevanceMass.inside(Region.box(0, 0, 5, 5)),
   *     atMost(1));
   * }</pre>
   *
   * @param metric one of {@link dev.touchstone.metric.explanation}, or your own
   * @param tolerance {@link #atMost}, {@link #atLeast} or {@link #between}
   * @throws ModelAssertionError if the claim is refuted or, under policy strict, undecided
   * @throws dev.touchstone.runtime.TouchstoneException if the method or the metric cannot be had of
   *     the model and the data, or the tolerance claims nothing
   */
  public static Verdict assertExplanationMetric(
      Classifier model,
      Dataset data,
      AttributionMethod method,
      ExplanationMetric metric,
      Tolerance tolerance) {
    return assertThatModel(model).on(data).explainedBy(method).hasMetric(metric, tolerance);
  }

  /**
   * Asserts that a search finds nothing that makes explanations worthless while answers stay as
   * they were: what is left of them, on average, is at least so much.
   *
   * <p>Passes, given enough examples:
   *
   * <pre>{@code
   * assertExplanationsResist(
   *     model, test, SmoothGrad.withDefaults(), Manipulation.within(0.01), atLeast(0.5));
   * }</pre>
   *
   * <p>Refused, because a radius is a positive number:
   *
   * <pre>{@code
   * assertExplanationsResist(
   *     model, test, SmoothGrad.withDefaults(), Manipulation.within(0), atLeast(0.5));
   * }</pre>
   *
   * @param attack where and how long is searched, such as {@link
   *     dev.touchstone.metric.explanation.Manipulation}; one that finds nothing proves nothing of
   *     others
   * @see #assertExplanationMetric
   */
  public static Verdict assertExplanationsResist(
      Classifier model,
      Dataset data,
      AttributionMethod method,
      ExplanationAttack attack,
      Tolerance tolerance) {
    return assertExplanationMetric(model, data, method, attack, tolerance);
  }
}
