package dev.touchstone.check.training;

import dev.touchstone.check.evaluation.EvaluationCache;
import dev.touchstone.check.evaluation.Keys;
import dev.touchstone.check.evaluation.Thumbnails;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.contamination.PlantedErrors;
import dev.touchstone.data.contamination.PlantedErrors.Planting;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.WhatToMend;
import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.evidence.figure.Ranking;
import dev.touchstone.evidence.figure.Thumbnail;
import dev.touchstone.facts.FactText;
import dev.touchstone.influence.FittedHead;
import dev.touchstone.influence.Head;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.LabelIssues;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.influence.MislabelDetector;
import dev.touchstone.influence.NotConvergedException;
import dev.touchstone.model.Trainer;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Auroc;
import dev.touchstone.statistics.BoundedMean;
import dev.touchstone.statistics.MedianEstimate;
import dev.touchstone.statistics.Range;
import dev.touchstone.statistics.Undetermined;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Would label errors be found? Plants errors, trains the model again with them, fits the convex
 * head to what the retrained model's last layer sees and to the labels as given, lets a detector
 * rank the training points, and measures how far the planted ones come first (thesis, sections 3.4
 * and 6.4): AUROC, and precision at a budget of points that a person can look at.
 *
 * <p>What is claimed is the median planting: what every second planting reaches. Its interval is
 * the exact one of order statistics ({@link MedianEstimate}), so that the lower limit of six
 * plantings is the least of them; that of the precision is no narrower than Clopper and Pearson's
 * for all points looked at together, and where all plantings have one AUROC, that of the AUROC no
 * narrower than theirs for all planted errors together. The mean over plantings stands beside it.
 * Both are about this training set and this kind of error, not about other data, and so hold for
 * {@linkplain Dataset#clusteredBy clustered} data too; what one planting alone shows has an
 * interval over examples, and stands beside it only where these are independent.
 */
public final class MislabelledDetection {
  /** The area under the ROC curve of the ranking, the planted errors being positive. */
  public static final String AUROC = "AUROC";

  /** The share of planted errors among the points ranked first. */
  public static final String PRECISION = "precision at budget";

  private static final String PLANTINGS = "plantings";
  private static final int RANKS_SHOWN = 60;

  private final Head head;
  private final OptionalInt budget;

  private MislabelledDetection(Head head, OptionalInt budget) {
    this.head = head;
    this.budget = budget;
  }

  /** Makes a check with the default head, and a budget of as many points as were planted. */
  public static MislabelledDetection withDefaults() {
    return new MislabelledDetection(LogisticHead.withDefaults(), OptionalInt.empty());
  }

  /** Takes another head, such as one with a larger ridge. */
  public MislabelledDetection using(Head other) {
    return new MislabelledDetection(other, budget);
  }

  /**
   * Sets a fixed number of points that a person would look at.
   *
   * @throws IllegalArgumentException for less than one
   */
  public MislabelledDetection withBudget(int points) {
    if (points < 1) {
      throw new IllegalArgumentException("a budget of " + points + " points finds nothing");
    }
    return new MislabelledDetection(head, OptionalInt.of(points));
  }

  /**
   * Plants, retrains, ranks and measures. Several detectors on the same plantings share what the
   * retrained models' last layers see.
   *
   * @throws TouchstoneException if the trainer cannot be named, the data are of one class alone or
   *     cannot carry the errors, the trained model has no {@link
   *     dev.touchstone.model.Representation}, or the detector gives no ranking
   */
  public Evidence evaluate(
      Trainer trainer, PlantedErrors planted, MislabelDetector detector, RunContext context) {
    Trace.facts(trainer); // refuses what it cannot name, before anything is trained
    Dataset training = planted.training();
    requireClasses(training);
    List<Planting> plantings = planted.draw(context.random());
    checkBudget(training);
    detector.check(training);
    Planted subject =
        new Planted(trainer, Keys.inWords(planted.noise()), planted.plantings(), Keys.of(detector));
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(new Asked(head, budget), subject, training, context),
            () -> measure(trainer, planted, plantings, detector, context));
  }

  private record Asked(Head head, OptionalInt budget) {}

  /** Trainers say themselves whether they train alike. */
  private record Planted(Trainer trainer, Record noise, int plantings, Record detector) {}

  private static void requireClasses(Dataset training) {
    if (training.classCounts().size() == 1) {
      throw new TouchstoneException(
          "all labels of %s are \"%s\", so that every planted error would be told by its class; give training data of two classes"
              .formatted(training.name(), training.classCounts().keySet().iterator().next()));
    }
  }

  private void checkBudget(Dataset training) {
    if (budget.isPresent() && budget.getAsInt() > training.size()) {
      throw new TouchstoneException(
          "a budget of "
              + budget.getAsInt()
              + " points, and "
              + training.name()
              + " has "
              + training.size());
    }
  }

  private Evidence measure(
      Trainer trainer,
      PlantedErrors planted,
      List<Planting> plantings,
      MislabelDetector detector,
      RunContext context) {
    Trace trace =
        Trace.start(context)
            .with("noise", planted.noise())
            .with("plantings", plantings.size())
            .with(FactText.DETECTOR, detector.name())
            .with("head", head)
            .with("budget", describeBudget())
            .with("protocol", trainer.retrains() ? "retrained per planting" : "frozen, optimistic");
    detector.settings().forEach(trace::with);
    List<Ranked> rankings = new ArrayList<>();
    HeadResiduals residuals = new HeadResiduals(PLANTINGS);
    for (Planting planting : plantings) {
      try (RetrainedEncoder encoder =
          new RetrainedEncoder(trainer, planted, planting, detector.checkpointsEvery(), context)) {
        rankings.add(rank(encoder, planting, detector, residuals, context));
      } catch (NotConvergedException e) {
        return undetermined(e, trainer, planted, detector, trace);
      }
      context.progress().step("plantings of label errors", rankings.size(), plantings.size());
    }
    for (Ranked ranking : rankings) {
      ranking
          .issues()
          .chosen()
          .ifPresent(
              settings ->
                  trace.with("chosen for planting " + ranking.planting().number(), settings));
    }
    Dataset training = planted.training();
    Evidence.Builder evidence = evidence(trainer, planted, detector);
    double[] areas = rankings.stream().mapToDouble(r -> r.auroc().value()).toArray();
    double[] precisions = rankings.stream().mapToDouble(r -> r.precision(budget)).toArray();
    evidence.measured(
        new Measurement(AUROC, Dataset.Slice.OVERALL, medianArea(rankings, areas))
            .reading(
                Reading.share(
                    "a wrong label is ranked as more suspicious than a right one in %s of cases"
                        .formatted(Reading.VALUE))));
    evidence.measured(
        new Measurement(PRECISION, Dataset.Slice.OVERALL, medianPrecision(rankings, precisions))
            .reading(
                Reading.share(
                    "%s of the labels that would be looked at first are wrong ones"
                        .formatted(Reading.VALUE))));
    evidence.beside(mean(AUROC, areas));
    evidence.beside(mean(PRECISION, precisions));
    if (training.clustering().isEmpty()) {
      for (Ranked ranking : rankings) {
        evidence.beside(
            new Measurement(AUROC, "planting " + ranking.planting().number(), ranking.auroc()));
      }
    }
    missedLongest(rankings, training).forEach(evidence::worst);
    evidence.figure(rankings.get(0).figure());
    evidence.note(
        "median of %d plantings, each of which trains anew; n counts plantings; budget: %s; the interval is about this training set and this kind of error"
            .formatted(rankings.size(), describeBudget()));
    for (Ranked ranking : rankings) {
      ranking
          .issues()
          .remark()
          .ifPresent(how -> evidence.note("planting " + ranking.planting().number() + ": " + how));
    }
    residuals.addTo(evidence);
    if (!trainer.retrains()) {
      evidence.note(
          "OPTIMISTIC: the representation was frozen; an encoder that was trained on the right"
              + " labels leaks the answer. Give a Trainer to retrain with the planted errors");
    }
    return evidence.from(trace.end(trainer, training));
  }

  private static Evidence.Builder evidence(
      Trainer trainer, PlantedErrors planted, MislabelDetector detector) {
    return Evidence.of(
        WhatToMend.MISLABELLED,
        "%s on %s, %s in %s"
            .formatted(detector.name(), trainer.name(), planted.noise(), planted.training()));
  }

  /** A detector whose ranking rests on a product that was not found says nothing. */
  private static Evidence undetermined(
      NotConvergedException failure,
      Trainer trainer,
      PlantedErrors planted,
      MislabelDetector detector,
      Trace trace) {
    String reason = Objects.requireNonNull(failure.getMessage());
    Undetermined nothing = Undetermined.because(reason, planted.plantings());
    return evidence(trainer, planted, detector)
        .measured(new Measurement(AUROC, Dataset.Slice.OVERALL, nothing))
        .measured(new Measurement(PRECISION, Dataset.Slice.OVERALL, nothing))
        .from(trace.end(trainer, planted.training()));
  }

  /** Where all are one, order statistics do not say how fine the values are. */
  private static MedianEstimate medianArea(List<Ranked> rankings, double[] areas) {
    MedianEstimate median = MedianEstimate.of(Range.SHARE, PLANTINGS, areas);
    long cases = rankings.stream().mapToLong(Ranked::disjointPairs).sum();
    return Arrays.stream(areas).distinct().count() == 1
        ? median.noNarrowerThan(areas[0], (double) cases)
        : median;
  }

  private MedianEstimate medianPrecision(List<Ranked> rankings, double[] precisions) {
    long points = rankings.stream().mapToLong(r -> r.points(budget)).sum();
    long found = rankings.stream().mapToLong(r -> r.found(budget)).sum();
    return MedianEstimate.of(Range.SHARE, PLANTINGS, precisions)
        .noNarrowerThan((double) found / points, (double) points);
  }

  private static Measurement mean(String quantity, double[] values) {
    return new Measurement(
        "mean " + quantity,
        Dataset.Slice.OVERALL,
        BoundedMean.of(values, Range.SHARE.least(), Range.SHARE.most()).over(PLANTINGS));
  }

  private String describeBudget() {
    return budget.isPresent() ? budget.getAsInt() + " points" : "as many as planted";
  }

  private Ranked rank(
      RetrainedEncoder encoder,
      Planting planting,
      MislabelDetector detector,
      HeadResiduals residuals,
      RunContext context) {
    Dataset noisy = planting.data();
    List<FittedHead> asked = new ArrayList<>(1); // none by a detector that needs predictions only
    LabelIssues issues =
        detector.detect(
            InfluenceContext.fittedWhenAsked(
                    noisy,
                    () -> {
                      FittedHead fitted = encoder.fitted(head);
                      asked.add(fitted);
                      return fitted;
                    },
                    encoder,
                    encoder.checkpoints(),
                    context)
                .withModel(encoder::model));
    asked.forEach(residuals::add);
    residuals.add(issues);
    double[] suspicion = issues.suspicion();
    check(suspicion, noisy, detector);
    return Ranked.of(planting, suspicion, issues);
  }

  /** Nothing passes on nothing: a constant or undefined suspicion is no ranking. */
  private static void check(double[] suspicion, Dataset data, MislabelDetector detector) {
    if (suspicion.length != data.size()) {
      throw new TouchstoneException(
          detector.name() + " ranked " + suspicion.length + " of " + data.size() + " points");
    }
    for (int i = 0; i < suspicion.length; i++) {
      if (!Double.isFinite(suspicion[i])) {
        throw new TouchstoneException(
            detector.name() + " gave example " + data.id(i) + " the suspicion " + suspicion[i]);
      }
    }
    if (Arrays.stream(suspicion).distinct().limit(2).count() < 2) {
      throw new TouchstoneException(
          detector.name() + " suspects every point alike (" + suspicion[0] + "): no ranking");
    }
  }

  /** The planted errors that a person working down the list would reach last. */
  private static List<Finding> missedLongest(List<Ranked> rankings, Dataset training) {
    record Missed(Ranked ranking, int rank, int example) {}
    return rankings.stream()
        .flatMap(
            ranking ->
                IntStream.range(0, ranking.order().length)
                    .filter(rank -> ranking.wrong()[ranking.order()[rank]])
                    .mapToObj(rank -> new Missed(ranking, rank + 1, ranking.order()[rank])))
        .sorted(Comparator.comparingInt(Missed::rank).reversed())
        .limit(Evidence.MOST_FINDINGS)
        .map(
            missed -> {
              int example = missed.example();
              Dataset noisy = missed.ranking().planting().data();
              Map<String, String> facts = new LinkedHashMap<>();
              facts.put("rank", missed.rank() + " of " + training.size());
              facts.put("given", training.classNames().get(noisy.label(example)));
              facts.put("right", training.classNames().get(training.label(example)));
              OptionalInt proposed = missed.ranking().issues().proposed(example);
              proposed.ifPresent(label -> facts.put("proposed", training.classNames().get(label)));
              facts.put("planting", Integer.toString(missed.ranking().planting().number()));
              return new Finding(training.id(example), facts);
            })
        .toList();
  }

  /**
   * A detector's ranking of one planting.
   *
   * @param order the examples, most suspicious first
   */
  private record Ranked(
      Planting planting,
      double[] suspicion,
      LabelIssues issues,
      boolean[] wrong,
      int[] order,
      Auroc auroc) {

    static Ranked of(Planting planting, double[] suspicion, LabelIssues issues) {
      boolean[] wrong = planting.isWrong();
      // Equals keep the data's order, so that a tie is broken the same way in every run.
      int[] order =
          IntStream.range(0, suspicion.length)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> -suspicion[i]))
              .mapToInt(Integer::intValue)
              .toArray();
      return new Ranked(planting, suspicion, issues, wrong, order, Auroc.of(suspicion, wrong));
    }

    /** How many pairs of a planted error and another point share no point. */
    long disjointPairs() {
      int planted = planting.wrong().length;
      return Math.min(planted, wrong.length - planted);
    }

    int points(OptionalInt budget) {
      return budget.orElse(planting.wrong().length);
    }

    long found(OptionalInt budget) {
      return IntStream.range(0, points(budget)).filter(rank -> wrong[order[rank]]).count();
    }

    double precision(OptionalInt budget) {
      return (double) found(budget) / points(budget);
    }

    /** The first of the ranking; of images the very first with a picture. */
    Figure figure() {
      List<Ranking.Item> items = new ArrayList<>();
      for (int i : Arrays.copyOf(order, Math.min(RANKS_SHOWN, order.length))) {
        Optional<Thumbnail> picture =
            items.size() < Thumbnails.MOST ? Thumbnails.of(planting.data(), i) : Optional.empty();
        items.add(new Ranking.Item(planting.data().id(i), suspicion[i], wrong[i], picture));
      }
      return new Ranking(
          "ranking",
          "The "
              + items.size()
              + " most suspicious training points, planted errors marked; AUROC "
              + Numbers.format(auroc.value()),
          items);
    }
  }
}
