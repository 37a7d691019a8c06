package dev.touchstone.assertions;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.check.comparison.Agreement;
import dev.touchstone.check.comparison.BaselineRegression;
import dev.touchstone.check.comparison.BetweenGroups;
import dev.touchstone.check.comparison.MetricValue;
import dev.touchstone.check.comparison.Regression;
import dev.touchstone.check.comparison.UnnamedSlices;
import dev.touchstone.check.comparison.WorstGroupImprovement;
import dev.touchstone.check.explanation.ColumnReliance;
import dev.touchstone.check.explanation.ConceptUse;
import dev.touchstone.check.explanation.ExplanationTrial;
import dev.touchstone.check.explanation.HealthyModels;
import dev.touchstone.check.explanation.Monotonicity;
import dev.touchstone.check.explanation.NamedLayer;
import dev.touchstone.check.explanation.SurrogateFidelity;
import dev.touchstone.check.privacy.MembershipAdvantage;
import dev.touchstone.check.privacy.MembershipAttack;
import dev.touchstone.check.robustness.CertifiedRobustness;
import dev.touchstone.check.robustness.Robustness;
import dev.touchstone.check.shift.OtherPreprocessing;
import dev.touchstone.check.shift.OutOfDistributionDetection;
import dev.touchstone.check.shift.OutOfDistributionDetector;
import dev.touchstone.check.shift.PreprocessingMatch;
import dev.touchstone.check.signal.ConceptStability;
import dev.touchstone.check.signal.SpuriousReliance;
import dev.touchstone.check.training.LabelSensitivity;
import dev.touchstone.check.training.LayersTrained;
import dev.touchstone.check.training.TopInfluences;
import dev.touchstone.concept.ConceptExamples;
import dev.touchstone.concept.Tcav;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.evidence.Between;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Tolerance;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.metric.Attainable;
import dev.touchstone.metric.Calibration;
import dev.touchstone.metric.ClassificationMetric;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.metric.ModelBug;
import dev.touchstone.model.Classifier;
import dev.touchstone.robustness.Certifier;
import dev.touchstone.robustness.Perturbation;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.surrogate.Surrogate;
import java.util.List;
import java.util.Objects;

/** Makes claims about a model on data. Settings come first, the claim last. */
public final class ModelOnDataAssert extends AbstractMetricAssert<ModelOnDataAssert, Classifier> {
  ModelOnDataAssert(Classifier model, Dataset data, Draft draft) {
    super(model, data, draft);
  }

  @Override
  ModelOnDataAssert about(Draft other) {
    return new ModelOnDataAssert(model, data, other);
  }

  /**
   * Claims that the expected calibration error is at most {@code tolerance}, overall and per group.
   *
   * @see ModelAssertions#assertCalibrationWithin
   */
  public Verdict isCalibratedWithin(double tolerance) {
    return isCalibratedWithin(tolerance, Calibration.withDefaults());
  }

  /**
   * Claims the same of a calibration check with other settings, such as the positive class's
   * probability.
   */
  public Verdict isCalibratedWithin(double tolerance, Calibration calibration) {
    draft().make();
    if (!(tolerance >= 0 && tolerance < 1)) {
      throw new TouchstoneException(
          "a calibration error lies between 0 and 1, and the tolerance was "
              + Numbers.format(tolerance)
              + "; write 0.05 for 5 %");
    }
    Claim claim =
        Claim.of(
            "the "
                + calibration.describe()
                + " expected calibration error is at most "
                + Numbers.format(tolerance),
            Bound.upper(tolerance));
    return Judge.on(
        draft().of(claim),
        Attainable.calibrationError(Bound.upper(tolerance)).lack(data),
        context -> MetricValue.of(calibration).evaluate(model, data, context));
  }

  /**
   * Restricts the claim that follows to one class: the one that a signal is suspected to stand for.
   */
  public AlignedClassAssert forClass(String name) {
    draft().opened().write(".forClass(…)", ".doesNotRelyOn(signal, atMost(0.10))");
    return new AlignedClassAssert(this, name);
  }

  /**
   * Claims that adding a signal sends no more examples to any one class than tolerated.
   *
   * @see ModelAssertions#assertNoSpuriousReliance(Classifier, Dataset, SpuriousSignal, Bound)
   */
  public Verdict doesNotRelyOn(SpuriousSignal signal, Bound tolerance) {
    draft().make();
    return doesNotRelyOn(SpuriousReliance.on(signal), tolerance);
  }

  /** Claims the same of several signals, each by itself. */
  public Verdict doesNotRelyOn(List<? extends SpuriousSignal> signals, Bound tolerance) {
    draft().make();
    return doesNotRelyOn(SpuriousReliance.on(signals), tolerance);
  }

  Verdict doesNotRelyOn(SpuriousReliance reliance, Bound tolerance) {
    draft().make();
    if (tolerance.direction() != Bound.Direction.AT_MOST
        || tolerance.value() < 0
        || tolerance.value() >= 1) {
      throw new TouchstoneException(
          "a spurious score is a probability that may be at most so large, and the tolerance was "
              + tolerance.inWords()
              + "; write atMost(0.10)");
    }
    Claim claim =
        Claim.of(
            "the spurious score of " + reliance.describe() + ", is " + tolerance.inWords(),
            tolerance);
    return Judge.on(
        draft().of(claim),
        Attainable.rate(tolerance).lack(data),
        context -> reliance.evaluate(model, data, context));
  }

  /**
   * Claims that the share of wrongly classified examples is at most {@code tolerance}, overall and
   * per group.
   *
   * @see ModelAssertions#assertErrorRateWithin
   */
  public Verdict hasErrorRateWithin(double tolerance) {
    return hasErrorRateWithin(tolerance, ErrorRate.withDefaults());
  }

  /**
   * Claims that the share of examples at which a model bug occurs is at most {@code tolerance},
   * overall and per group.
   *
   * @see ModelAssertions#assertModelBugRateWithin
   */
  public Verdict hasModelBugRateWithin(ModelBug bug, double tolerance) {
    draft().make();
    return hasErrorRateWithin(tolerance, ErrorRate.of(bug));
  }

  private Verdict hasErrorRateWithin(double tolerance, ErrorRate errorRate) {
    draft().make();
    if (!(tolerance >= 0 && tolerance < 1)) {
      throw new TouchstoneException(
          "an error rate is a share of the examples, and the tolerance was "
              + tolerance
              + "; write 0.05 for 5 %");
    }
    Claim claim =
        Claim.of(
            "the " + errorRate.inWords() + " is at most " + Numbers.format(tolerance),
            Bound.upper(tolerance));
    return Judge.on(
        draft().of(claim),
        Attainable.rate(Bound.upper(tolerance)).lack(data),
        context -> MetricValue.of(errorRate).evaluate(model, data, context));
  }

  /**
   * Claims that a metric is as tolerated, overall and for every group.
   *
   * <pre>{@code
   * assertThatModel(model)
   *     .on(test.groupedBy("sex"))
   *     .hasMetric(BrierScore.ofClass(1), atMost(0.2));
   * }</pre>
   *
   * @see ModelAssertions#assertMetric(Classifier, Dataset, ClassificationMetric, Tolerance)
   */
  public Verdict hasMetric(ClassificationMetric metric, Tolerance tolerance) {
    draft().make();
    return hasMetric(Objects.requireNonNull(metric, "metric"), tolerance, MetricValue.of(metric));
  }

  /**
   * Claims that a metric of any two groups of a column differs by no more than tolerated.
   *
   * <pre>{@code
   * assertThatModel(model)
   *     .on(test.groupedBy("sex & race"))
   *     .hasGapBetweenGroups(Recall.ofClass(1), atMost(0.05));
   * }</pre>
   *
   * @see ModelAssertions#assertGapBetweenGroups(Classifier, Dataset, ClassificationMetric, Bound)
   */
  public Verdict hasGapBetweenGroups(ClassificationMetric metric, Bound tolerance) {
    draft().make();
    return hasGap(
        Objects.requireNonNull(metric, "metric"), tolerance, BetweenGroups.differenceOf(metric));
  }

  /**
   * Claims that a group's metric changes by no more than tolerated when labels of these data are
   * flipped, overall and per group.
   *
   * @see ModelAssertions#assertLabelSensitivityWithin(Classifier, Dataset, LabelSensitivity,
   *     double)
   */
  public Verdict hasLabelSensitivityWithin(LabelSensitivity sensitivity, double tolerance) {
    draft().make();
    Claim claim = SensitivityClaim.of(sensitivity, "of the data", tolerance);
    return Judge.on(draft().of(claim), context -> sensitivity.atTestTime(model, data, context));
  }

  /**
   * Claims that the training examples which matter most to the loss on these data, with a signal
   * added, carry the signal in no larger fraction than tolerated; overall and per group.
   *
   * @see ModelAssertions#assertTopInfluencesFreeOf
   */
  public Verdict hasTopInfluencesFreeOf(
      SpuriousSignal signal, Dataset training, TopInfluences top, Bound tolerance) {
    draft().make();
    Objects.requireNonNull(signal, "signal");
    Objects.requireNonNull(training, "training");
    Objects.requireNonNull(top, "top");
    if (tolerance.direction() != Bound.Direction.AT_MOST
        || tolerance.value() < 0
        || tolerance.value() >= 1) {
      throw new TouchstoneException(
          "a fraction of examples may be at most so large, and the tolerance was %s; write fractionAtMost(0.1)"
              .formatted(tolerance.inWords()));
    }
    Claim claim =
        Claim.of(
            "of the training examples on top (%s) the fraction with %s is %s"
                .formatted(top.describe(), signal.describe(), tolerance.inWords()),
            tolerance);
    return Judge.on(
        draft().of(claim),
        context -> top.evaluate(signal, model, training, data, tolerance.value(), context));
  }

  /**
   * Claims that the model, which was trained on these data, does not give away that it was.
   *
   * @see ModelAssertions#assertMembershipAdvantageAtMost(Classifier, Dataset, Dataset,
   *     MembershipAttack, double)
   */
  public Verdict hasMembershipAdvantageAtMost(
      Dataset nonMembers, MembershipAttack attack, double tolerance) {
    draft().make();
    Objects.requireNonNull(nonMembers, "nonMembers");
    Bound bound = Bound.upper(tolerance);
    ShareTolerance.require("an advantage", bound, 0.1);
    MembershipAdvantage advantage =
        MembershipAdvantage.of(Objects.requireNonNull(attack, "attack"));
    Claim claim =
        Claim.of(
            "the advantage of membership inference by %s is %s"
                .formatted(advantage.describe(), bound.inWords()),
            bound);
    return Judge.on(
        draft().of(claim), context -> advantage.evaluate(model, data, nonMembers, context));
  }

  /**
   * Claims that a detector tells foreign examples from these, which are known ones, overall and per
   * group of these.
   *
   * @see ModelAssertions#assertOutOfDistributionDetected
   */
  public Verdict detectsOutOfDistribution(
      Dataset foreign, OutOfDistributionDetector detector, Bound bound) {
    draft().make();
    Objects.requireNonNull(foreign, "foreign");
    OutOfDistributionDetection detection =
        OutOfDistributionDetection.by(Objects.requireNonNull(detector, "detector"));
    if (bound.direction() != Bound.Direction.AT_LEAST) {
      throw new TouchstoneException(
          "foreign examples have to be told from known ones, and the tolerance was %s; write aurocAtLeast(0.9)"
              .formatted(bound.inWords()));
    }
    Claim claim =
        Claim.of(
            "%s tells %s from %s with an AUROC of %s"
                .formatted(detection.describe(), foreign.name(), data.name(), bound.inWords()),
            bound);
    return Judge.on(
        draft().of(claim), context -> detection.evaluate(model, data, foreign, context));
  }

  /**
   * Claims that the model answers wrongly no more often than tolerated where an attack or a
   * corruption changes the examples, overall and per group.
   *
   * <pre>{@code
   * assertThatModel(model)
   *     .on(test)
   *     .isRobustTo(
   *         ProjectedGradientDescent.within(ThreatModel.linf(8 / 255.0).inRange(0, 1)),
   *         atMost(0.3));
   * }</pre>
   *
   * @see ModelAssertions#assertRobustTo(Classifier, Dataset, Perturbation, Bound)
   */
  public Verdict isRobustTo(Perturbation perturbation, Bound tolerance) {
    return isRobustTo(List.of(Objects.requireNonNull(perturbation, "perturbation")), tolerance);
  }

  /**
   * Claims the same of each of several attacks or corruptions.
   *
   * @see ModelAssertions#assertRobustTo(Classifier, Dataset, List, Bound)
   */
  public Verdict isRobustTo(List<? extends Perturbation> perturbations, Bound tolerance) {
    draft().make();
    ShareTolerance.require(
        "the error on changed examples", Objects.requireNonNull(tolerance, "tolerance"), 0.3);
    Robustness robustness = Robustness.to(perturbations);
    Claim claim =
        Claim.of(
            "the error under %s is %s".formatted(robustness.describe(), tolerance.inWords()),
            tolerance);
    return Judge.on(draft().of(claim), context -> robustness.evaluate(model, data, context));
  }

  /**
   * Claims that every layer is at least so far from a random one, in the distribution or the
   * spectrum of its weights.
   *
   * @see ModelAssertions#assertLayersTrained(Classifier, Dataset, Bound)
   */
  public Verdict hasTrainedLayers(Bound tolerance) {
    return hasTrainedLayers(LayersTrained.withDefaults(), tolerance);
  }

  /** Claims the same of some layers, or that they changed since a model before training. */
  public Verdict hasTrainedLayers(LayersTrained layers, Bound tolerance) {
    draft().make();
    Objects.requireNonNull(layers, "layers");
    if (tolerance.direction() != Bound.Direction.AT_LEAST
        || !(tolerance.value() > 0 && tolerance.value() < 1)) {
      throw new TouchstoneException(
          "a layer has to be at least so far from a random one, more than 0 and less than 1, and the tolerance was %s; write atLeast(0.03)"
              .formatted(tolerance.inWords()));
    }
    Claim claim = Claim.of("%s is %s".formatted(layers.inWords(), tolerance.inWords()), tolerance);
    return Judge.on(draft().of(claim), context -> layers.evaluate(model, data, context));
  }

  /**
   * Claims that it can be proven of at least such a share of the examples that no change within a
   * threat model is answered wrongly, overall and per group.
   *
   * <pre>{@code
   * assertThatModel(model)
   *     .on(test)
   *     .isCertifiedFor(
   *         LinearBounds.within(ThreatModel.linf(2 / 255.0).inRange(0, 1)), atLeast(0.6));
   * }</pre>
   *
   * @see ModelAssertions#assertCertifiedFor(Classifier, Dataset, Certifier, Bound)
   */
  public Verdict isCertifiedFor(Certifier certifier, Bound tolerance) {
    draft().make();
    Objects.requireNonNull(certifier, "certifier");
    if (tolerance.direction() != Bound.Direction.AT_LEAST
        || tolerance.value() <= 0
        || tolerance.value() > 1) {
      throw new TouchstoneException(
          "a share of examples is to be proven, and the tolerance was %s; write atLeast(0.6)"
              .formatted(tolerance.inWords()));
    }
    CertifiedRobustness robustness = CertifiedRobustness.by(certifier);
    Claim claim =
        Claim.of(
            "the share of examples that are answered rightly however they are changed within %s is %s"
                .formatted(robustness.describe(), tolerance.inWords()),
            tolerance);
    return Judge.on(draft().of(claim), context -> robustness.evaluate(model, data, context));
  }

  /**
   * Claims that the model does no better on these examples if they are prepared otherwise.
   *
   * @see ModelAssertions#assertNotBetterUnderOtherPreprocessing(Classifier, Dataset, Bound)
   */
  public Verdict isNotBetterUnderOtherPreprocessing(Bound tolerance) {
    return isNotBetterUnderOtherPreprocessing(OtherPreprocessing.withDefaults(), tolerance);
  }

  /** Claims the same of a check with other settings, such as a preprocessing of your own. */
  public Verdict isNotBetterUnderOtherPreprocessing(OtherPreprocessing others, Bound tolerance) {
    draft().make();
    Objects.requireNonNull(others, "others");
    ShareTolerance.require("a gain by another preprocessing", tolerance, 0.03);
    Claim claim =
        Claim.of(
            "under no other preprocessing the model is both more often right and surer of what is"
                + " right but by "
                + tolerance.inWords(),
            tolerance);
    return Judge.on(draft().of(claim), context -> others.evaluate(model, data, context));
  }

  /**
   * Claims that inputs are prepared as they were when the model was trained.
   *
   * @see ModelAssertions#assertPreprocessingMatches(Classifier, Dataset, PreprocessingMatch, Bound)
   */
  public Verdict hasPreprocessing(PreprocessingMatch expected, Bound tolerance) {
    draft().make();
    Objects.requireNonNull(expected, "expected");
    ShareTolerance.require("what differs from the reference", tolerance, 0.05);
    Bound least = Bound.lower(-tolerance.value());
    Claim claim =
        expected.comparesAnswers()
            ? Claim.of(
                "the answers differ from those at training by " + tolerance.inWords(), tolerance)
            : Claim.of(
                "means and spreads differ from those at training by " + tolerance.inWords(),
                tolerance.on(PreprocessingMatch.SHIFT),
                least.on(PreprocessingMatch.SHIFT),
                tolerance.on(PreprocessingMatch.SPREAD),
                least.on(PreprocessingMatch.SPREAD));
    return Judge.on(draft().of(claim), context -> expected.evaluate(model, data, context));
  }

  /**
   * Claims that a metric is worse by no more than tolerated in any part of the data that a tree on
   * its columns finds.
   *
   * @see ModelAssertions#assertNoSliceWorseThan
   */
  public Verdict hasNoSliceWorseThan(ClassificationMetric metric, Bound tolerance, int minSupport) {
    draft().make();
    UnnamedSlices slices = UnnamedSlices.in(Objects.requireNonNull(metric, "metric"), minSupport);
    refuseNoWorsening(tolerance, metric);
    Claim claim =
        Claim.of(
            "in no slice of at least %d examples is the %s worse than elsewhere but by %s"
                .formatted(minSupport, metric.inWords(), tolerance.inWords()),
            tolerance);
    return Judge.on(draft().of(claim), context -> slices.evaluate(model, data, context));
  }

  /**
   * Claims that a metric of no group is less than a share of another group's.
   *
   * <pre>{@code
   * assertThatModel(model)
   *     .on(test.groupedBy("sex"))
   *     .because("29 CFR 1607.4 D, four-fifths rule")
   *     .hasRatioBetweenGroups(SelectionRate.ofClass(1), atLeast(0.8));
   * }</pre>
   *
   * @see ModelAssertions#assertRatioBetweenGroups(Classifier, Dataset, ClassificationMetric, Bound)
   */
  public Verdict hasRatioBetweenGroups(ClassificationMetric metric, Bound tolerance) {
    draft().make();
    return hasRatio(
        Objects.requireNonNull(metric, "metric"), tolerance, BetweenGroups.ratioOf(metric));
  }

  /**
   * Claims that the worst group fares better than the worst one did with another model, by at least
   * so much of the error rate, on the same examples.
   *
   * <pre>{@code
   * assertThatModel(repaired)
   *     .on(test.groupedBy("bird & background"))
   *     .because("the survey failed on land birds that were photographed over water")
   *     .improvesWorstGroupOver(model, byAtLeast(0.10));
   * }</pre>
   *
   * @see ModelAssertions#assertRepairImprovesWorstGroup(Classifier, Classifier, Dataset, Bound)
   */
  public Verdict improvesWorstGroupOver(Classifier before, Bound tolerance) {
    return improvesWorstGroupOver(before, ErrorRate.withDefaults(), tolerance);
  }

  /** Claims the same in another metric. */
  public Verdict improvesWorstGroupOver(
      Classifier before, ClassificationMetric metric, Bound tolerance) {
    draft().make();
    Objects.requireNonNull(before, "before");
    double most = Objects.requireNonNull(metric, "metric").mostWorsening();
    if (tolerance.direction() != Bound.Direction.AT_LEAST
        || !(tolerance.value() >= 0 && tolerance.value() < most)) {
      throw new TouchstoneException(
          "the worst group has to be better off by at least so much, 0 or more and less than %s, and the tolerance was %s; write byAtLeast(0.10)"
              .formatted(Numbers.format(most), tolerance.inWords()));
    }
    WorstGroupImprovement<Classifier> improvement = WorstGroupImprovement.in(metric);
    Claim claim =
        Claim.of(
            "against %s, the %s of the worst group is better by %s"
                .formatted(before.name(), metric.inWords(), tolerance.inWords()),
            tolerance);
    return Judge.on(
        draft().of(claim), context -> improvement.evaluate(model, before, data, context));
  }

  /**
   * Claims that the model is not worse than an approved one by more than tolerated, on the same
   * examples, overall and per group.
   *
   * <pre>{@code
   * assertThatModel(candidate)
   *     .on(test.groupedBy("sex"))
   *     .because("release 7 may not undo what release 6 was approved for")
   *     .hasNotRegressedFrom(approved, NegativeFlips.withDefaults(), byAtMost(0.01));
   * }</pre>
   *
   * @see ModelAssertions#assertNoRegression(Classifier, Classifier, Dataset, ClassificationMetric,
   *     Bound)
   */
  public Verdict hasNotRegressedFrom(
      Classifier approved, ClassificationMetric metric, Bound tolerance) {
    draft().make();
    return hasNotRegressed(
        Objects.requireNonNull(approved, "approved"),
        Objects.requireNonNull(metric, "metric"),
        tolerance,
        Regression.in(metric));
  }

  /**
   * Claims that the model is not worse than the approved one by more than tolerated, where only the
   * baseline of that one is at hand; overall and per group.
   *
   * @see ModelAssertions#assertNoRegressionFromBaseline(Classifier, Dataset, ClassificationMetric,
   *     Bound)
   */
  public Verdict hasNotRegressedFromBaseline(ClassificationMetric metric, Bound tolerance) {
    draft().make();
    return hasNotRegressedFromBaseline(
        BaselineRegression.in(Objects.requireNonNull(metric, "metric")), tolerance);
  }

  /** Begins claims about a method that explains the model's predictions on these data. */
  public AttributionAssert explainedBy(AttributionMethod method) {
    draft().opened().write(".explainedBy(…)", ".isSensitiveToWeights(excessSimilarityAtMost(0.1))");
    return new AttributionAssert(model, data, method, draft());
  }

  /**
   * Begins claims about a method of explaining on trial: this model is known to rely on a signal,
   * and the others are known not to.
   *
   * <pre>{@code
   * assertThatModel(reliesOnTag)
   *     .on(images)
   *     .explainedOnTrial(
   *         ExplanationTrial.of(IntegratedGradients.withDefaults(), tag, "shirt"),
   *         HealthyModels.of(healthy, alsoHealthy))
   *     .detectsKnownSignal(atLeast(0.8), byAtLeast(0.1));
   * }</pre>
   *
   * @param trial by which method, with which signal
   * @param healthy models of the same task, at least one
   */
  public TrialAssert explainedOnTrial(ExplanationTrial trial, HealthyModels healthy) {
    draft().opened().write(".explainedOnTrial(…)", ".raisesNoFalseAlarm(atMost(0.6))");
    return new TrialAssert(
        model,
        data,
        Objects.requireNonNull(trial, "trial"),
        Objects.requireNonNull(healthy, "healthy"),
        draft());
  }

  /**
   * Claims that the model assigns at least the tolerated share of the examples to the class that a
   * reference assigns them to, overall and per group.
   *
   * @see ModelAssertions#assertAgreesWith
   */
  public Verdict agreesWith(Classifier reference, Bound tolerance) {
    draft().make();
    Agreement agreement = Agreement.with(Objects.requireNonNull(reference, "reference"));
    if (tolerance.direction() != Bound.Direction.AT_LEAST
        || !(tolerance.value() > 0 && tolerance.value() <= 1)) {
      throw new TouchstoneException(
          "agreement is a share of the examples that has to be at least so large, and the"
              + " tolerance was "
              + tolerance.inWords()
              + "; write atLeast(0.99)");
    }
    Claim claim =
        Claim.of(
            "the share of examples predicted as by "
                + agreement.describe()
                + " is "
                + tolerance.inWords(),
            tolerance);
    return Judge.on(
        draft().of(claim),
        Attainable.rate(tolerance).lack(data),
        context -> agreement.evaluate(model, data, context));
  }

  /**
   * Claims that a surrogate, fitted to the model's answers to other examples, answers at least the
   * tolerated share of these as the model does, overall and per group.
   *
   * @see ModelAssertions#assertSurrogateFidelity
   */
  public Verdict hasSurrogateFidelity(Surrogate surrogate, Bound tolerance) {
    draft().make();
    SurrogateFidelity fidelity =
        SurrogateFidelity.of(Objects.requireNonNull(surrogate, "surrogate"));
    if (tolerance.direction() != Bound.Direction.AT_LEAST
        || !(tolerance.value() > 0 && tolerance.value() <= 1)) {
      throw new TouchstoneException(
          "fidelity is a share of the examples that has to be at least so large, and the tolerance was %s; write atLeast(0.9)"
              .formatted(tolerance.inWords()));
    }
    Claim claim =
        Claim.of(
            "the share of examples that %s answers as the model does is %s"
                .formatted(fidelity.describe(), tolerance.inWords()),
            tolerance);
    return Judge.on(
        draft().of(claim),
        Attainable.rate(tolerance).lack(data),
        context -> fidelity.evaluate(model, data, context));
  }

  /**
   * Claims that columns have at most the tolerated share of what trees decide by, overall and per
   * group.
   *
   * @see ModelAssertions#assertNoReliance(Classifier, Dataset, List, Bound)
   */
  public Verdict doesNotRelyOnColumns(List<String> columns, Bound tolerance) {
    draft().make();
    return doesNotRelyOnColumns(ColumnReliance.ofTreesOn(columns), tolerance);
  }

  /**
   * Claims the same by an attribution method.
   *
   * @see ModelAssertions#assertNoReliance(Classifier, Dataset, List, AttributionMethod, Bound)
   */
  public Verdict doesNotRelyOnColumns(
      List<String> columns, AttributionMethod method, Bound tolerance) {
    draft().make();
    return doesNotRelyOnColumns(ColumnReliance.on(columns, method), tolerance);
  }

  /** Claims the same of a check with other settings, such as another number of examples. */
  public Verdict doesNotRelyOnColumns(ColumnReliance reliance, Bound tolerance) {
    draft().make();
    ShareTolerance.require("a share of attribution", tolerance, 0.05);
    Claim claim =
        Claim.of(
            "the share of attribution on %s is %s"
                .formatted(reliance.describe(), tolerance.inWords()),
            tolerance);
    return Judge.on(draft().of(claim), context -> reliance.evaluate(model, data, context));
  }

  /**
   * Claims that a concept takes no part in the score of any class.
   *
   * @see ModelAssertions#assertConceptNotUsed(Classifier, Dataset, ConceptExamples, NamedLayer,
   *     Between)
   */
  public Verdict doesNotUse(ConceptExamples concept, NamedLayer layer, Between band) {
    draft().make();
    return doesNotUse(ConceptUse.of(concept, layer), band);
  }

  /** Claims the same of a check with other settings, such as more random sets. */
  public Verdict doesNotUse(ConceptUse use, Between band) {
    draft().make();
    if (!(band.low() <= 0 && band.high() >= 0) || (band.low() <= -0.5 && band.high() >= 0.5)) {
      throw new TouchstoneException(
          "the excess of a TCAV score over that of random sets lies between about -0.5 and 0.5, and is 0 where a concept is not used; the band was %s; write one around 0, such as between(-0.3, 0.3)"
              .formatted(band.inWords()));
    }
    Claim claim =
        Claim.of(
            use.inWords("a value that is " + band.inWords()),
            band.bounds().stream()
                .map(bound -> bound.on(ConceptUse.QUANTITY))
                .toArray(Bound[]::new));
    return Judge.on(draft().of(claim), context -> use.evaluate(model, data, context));
  }

  /** Claims that a concept takes part in the score of the class that the check names. */
  Verdict uses(ConceptUse use, Bound tolerance) {
    draft().make();
    boolean speaksFor = tolerance.direction() == Bound.Direction.AT_LEAST;
    double excess = speaksFor ? tolerance.value() : -tolerance.value();
    if (!(excess > 0 && excess < 0.5) || !tolerance.quantity().isEmpty()) {
      throw new TouchstoneException(
          "a concept that is used speaks for the class, atLeast(0.2), or against it, atMost(-0.2), by less than 0.5; the tolerance was %s"
              .formatted(tolerance.inWords()));
    }
    Claim claim =
        Claim.of(
            use.inWords("a value that is " + tolerance.inWords())
                + ", and at most %s of random sets stand out as much".formatted(Tcav.ALPHA),
            tolerance.on(ConceptUse.QUANTITY),
            Bound.upper(Tcav.ALPHA).on(ConceptUse.AS_FAR));
    return Judge.on(draft().of(claim), context -> use.evaluate(model, data, context));
  }

  /**
   * Claims that for at most the tolerated share of examples the probability of class 1 goes the
   * wrong way when a column alone is changed, overall and per group.
   *
   * @see ModelAssertions#assertMonotoneIn(Classifier, Dataset, String, Monotonicity.Direction,
   *     Bound)
   */
  public Verdict isMonotoneIn(String column, Monotonicity.Direction direction, Bound tolerance) {
    draft().make();
    return isMonotone(Monotonicity.in(column, direction), tolerance);
  }

  /** Claims the same of a check with other settings, such as another class. */
  public Verdict isMonotone(Monotonicity monotonicity, Bound tolerance) {
    draft().make();
    Claim claim = MonotonicityClaim.of(monotonicity.describe(), tolerance);
    return Judge.on(
        draft().of(claim),
        Attainable.rate(tolerance).lack(data),
        context -> monotonicity.evaluate(model, data, context));
  }

  /**
   * Claims that features which are concepts go with the label alike in these data and in another
   * domain.
   *
   * @param concepts names of features; a category as {@code "insurance=yes"}
   * @see ModelAssertions#assertNoUnstableConcepts(Classifier, Dataset, Dataset, List, Bound)
   */
  public Verdict hasNoUnstableConcepts(Dataset other, List<String> concepts, Bound tolerance) {
    draft().make();
    return hasNoUnstableConcepts(
        ConceptStability.between(data, Objects.requireNonNull(other, "other"), concepts),
        tolerance);
  }

  /** Claims the same of a check with other settings, such as another class. */
  public Verdict hasNoUnstableConcepts(ConceptStability stability, Bound tolerance) {
    draft().make();
    Claim claim = StabilityClaim.of(stability, tolerance);
    return Judge.on(draft().of(claim), context -> stability.evaluate(model, context));
  }
}
