package dev.touchstone.check.shift;

import dev.touchstone.check.evaluation.EvaluationCache;
import dev.touchstone.check.evaluation.Keys;
import dev.touchstone.check.evaluation.Thumbnails;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.check.evaluation.TrainingWeights;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.data.Leakage;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.figure.Axis;
import dev.touchstone.evidence.figure.Ranking;
import dev.touchstone.evidence.figure.Scatter;
import dev.touchstone.evidence.figure.Table;
import dev.touchstone.evidence.figure.Thumbnail;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Auroc;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Undetermined;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Would it be noticed that an example is not of the kind that a model was made for? A detector says
 * of known and of foreign examples how foreign they look, and the area under the ROC curve is the
 * probability that it says more of a foreign one (Hendrycks and Gimpel 2017). Overall, and for each
 * group of the known examples against all foreign ones: a group that looks foreign itself is turned
 * away more often than others.
 *
 * <p>The area is about foreign examples like these. Others may look quite known.
 */
public final class OutOfDistributionDetection {
  /** The name of the measured quantity. */
  public static final String AUROC = "AUROC";

  private static final int FEWEST = 20;
  private static final int CURVE_POINTS = 200;
  private static final double[] ACCEPTED = {0.9, 0.95, 0.99};

  private final OutOfDistributionDetector detector;

  private OutOfDistributionDetection(OutOfDistributionDetector detector) {
    this.detector = detector;
  }

  /** Tries a detector. */
  public static OutOfDistributionDetection by(OutOfDistributionDetector detector) {
    return new OutOfDistributionDetection(detector);
  }

  /** Returns what is tried, in words. */
  public String describe() {
    return detector.name();
  }

  private record Asked(Record detector, Keys.OfData foreign) {}

  /**
   * Asks the detector about both.
   *
   * @param known examples of the kind that the model was made for; their labels do not matter
   * @param foreign examples of another kind, of the same shape; their labels do not matter
   * @throws TouchstoneException if both share examples or are clustered, there are fewer than
   *     {@value #FEWEST} of either, their shapes differ, or the detector gives no ranking
   */
  public Evidence evaluate(Classifier model, Dataset known, Dataset foreign, RunContext context) {
    if (!Arrays.equals(known.shape(), foreign.shape())) {
      throw new TouchstoneException(
          "the known examples %s have the shape %s, and the foreign ones %s have %s; a model is asked about both, so read both in its shape"
              .formatted(
                  known.name(),
                  Arrays.toString(known.shape()),
                  foreign.name(),
                  Arrays.toString(foreign.shape())));
    }
    for (Dataset data : List.of(known, foreign)) {
      requireIndependent(data);
      detector.check(model, data);
    }
    Leakage.refuse("known data", known, "foreign data", foreign);
    Record asked =
        new Asked(Keys.stated(detector, detector.name(), detector.settings()), Keys.of(foreign));
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(asked, model, known, context),
            () -> measure(model, known, foreign, context));
  }

  private static void requireIndependent(Dataset data) {
    TrainingWeights.refuse(data);
    if (data.size() < FEWEST) {
      throw new TouchstoneException(
          "%s has %d examples; detection is judged on at least %d known and as many foreign ones"
              .formatted(data.name(), data.size(), FEWEST));
    }
    data.clustering()
        .ifPresent(
            column -> {
              throw new TouchstoneException(
                  "%s is clustered by %s, and the interval of an AUROC is one for independent examples; claim it of data.onePerCluster(seed)"
                      .formatted(data.name(), column));
            });
  }

  private Evidence measure(Classifier model, Dataset known, Dataset foreign, RunContext context) {
    Trace trace =
        Trace.start(context)
            .with("detector", detector.name())
            .with("foreign data", foreign.name())
            .with("foreign data sha256", foreign.sha256());
    detector.settings().forEach(trace::with);
    OutOfDistributionDetector.Foreignness fitted = detector.fitTo(model, context);
    double[] ofKnown = foreignness(fitted, known);
    double[] ofForeign = foreignness(fitted, foreign);
    if (DoubleStream.concat(Arrays.stream(ofKnown), Arrays.stream(ofForeign))
            .distinct()
            .limit(2)
            .count()
        < 2) {
      throw new TouchstoneException(
          "%s says %s of every example of both: no ranking"
              .formatted(detector.name(), Numbers.format(ofKnown[0])));
    }
    Evidence.Builder evidence =
        Evidence.of(
            "out-of-distribution detection by " + detector.name(),
            "%s on %d known examples (%s) and %d foreign ones (%s)"
                .formatted(
                    model.name(), known.size(), known.name(), foreign.size(), foreign.name()));
    for (Slice slice : known.slices()) {
      evidence.measured(
          new Measurement(AUROC, slice.name(), area(ofKnown, slice.examples(), ofForeign))
              .reading(
                  Reading.share(
                      "a foreign example looks more foreign than a known one%s in %s of cases"
                          .formatted(
                              slice.isOverall() ? "" : " of " + slice.name(), Reading.VALUE))));
    }
    leastForeign(model, known, foreign, ofKnown, ofForeign).forEach(evidence::worst);
    evidence.figure(curve(ofKnown, ofForeign));
    evidence.figure(accepted(ofKnown, ofForeign));
    evidence.figure(
        ranking(
            "passing",
            "The foreign examples that look least foreign",
            foreign,
            ofForeign,
            true,
            Comparator.naturalOrder()));
    evidence.figure(
        ranking(
            "turned-away",
            "The known examples that look most foreign",
            known,
            ofKnown,
            false,
            Comparator.reverseOrder()));
    evidence.note(
        "about foreign examples like those of %s; others may look known".formatted(foreign.name()));
    fitted.notes().forEach(evidence::note);
    otherScale(known, foreign).ifPresent(evidence::note);
    return evidence.from(trace.end(model, known));
  }

  private double[] foreignness(OutOfDistributionDetector.Foreignness fitted, Dataset examples) {
    double[] scores = fitted.of(examples);
    if (scores.length != examples.size() || !Arrays.stream(scores).allMatch(Double::isFinite)) {
      throw new TouchstoneException(
          "%s gave %d numbers for the %d examples of %s, or one that is not finite"
              .formatted(detector.name(), scores.length, examples.size(), examples.name()));
    }
    return scores;
  }

  /** Of some of the known examples against all foreign ones. */
  private static Estimate area(double[] ofKnown, int[] some, double[] ofForeign) {
    if (some.length < FEWEST) {
      return Undetermined.because(
          "the group has %d known examples, and %d are needed; add some, or merge groups"
              .formatted(some.length, FEWEST),
          some.length);
    }
    double[] scores =
        DoubleStream.concat(
                Arrays.stream(ofForeign), Arrays.stream(some).mapToDouble(i -> ofKnown[i]))
            .toArray();
    boolean[] isForeign = new boolean[scores.length];
    Arrays.fill(isForeign, 0, ofForeign.length, true);
    return Auroc.of(scores, isForeign);
  }

  /** The foreign examples that look least foreign, and what the model takes them for. */
  private static List<Finding> leastForeign(
      Classifier model, Dataset known, Dataset foreign, double[] ofKnown, double[] ofForeign) {
    double[] ascending = ofKnown.clone();
    Arrays.sort(ascending);
    int[] least =
        Arrays.copyOf(
            order(ofForeign, Comparator.naturalOrder()),
            Math.min(Evidence.MOST_FINDINGS, ofForeign.length));
    List<Finding> findings = new ArrayList<>();
    for (int i : least) {
      Predictions answer = CheckedAnswers.of(model, foreign.inputs(i));
      int predicted = answer.predicted(0);
      int below = (int) Arrays.stream(ascending).filter(score -> score < ofForeign[i]).count();
      Map<String, String> facts = new LinkedHashMap<>();
      facts.put("foreignness", Numbers.format(ofForeign[i]));
      facts.put("more foreign than", "%d of %d known".formatted(below, ofKnown.length));
      facts.put(
          "taken for",
          predicted < known.classNames().size()
              ? known.classNames().get(predicted)
              : Integer.toString(predicted));
      facts.put("probability", Numbers.format(answer.probability(0, predicted)));
      findings.add(new Finding(foreign.id(i), facts));
    }
    return findings;
  }

  /** Equals keep the data's order, so that a tie is broken the same way in every run. */
  private static int[] order(double[] scores, Comparator<Double> by) {
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted(Comparator.comparing((Integer i) -> scores[i], by))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static Ranking ranking(
      String name,
      String title,
      Dataset data,
      double[] scores,
      boolean foreign,
      Comparator<Double> by) {
    List<Ranking.Item> items = new ArrayList<>();
    int[] order = order(scores, by);
    for (int i : Arrays.copyOf(order, Math.min(Thumbnails.MOST, order.length))) {
      Optional<Thumbnail> picture = Thumbnails.of(data, i);
      items.add(new Ranking.Item(data.id(i), scores[i], foreign, picture));
    }
    return new Ranking(name, title, items);
  }

  /** The ROC curve, at thresholds that lie evenly among the foreignness of all. */
  private static Scatter curve(double[] ofKnown, double[] ofForeign) {
    double[] thresholds =
        DoubleStream.concat(Arrays.stream(ofKnown), Arrays.stream(ofForeign))
            .distinct()
            .sorted()
            .toArray();
    int points = Math.min(CURVE_POINTS, thresholds.length);
    List<Scatter.Point> curve = new ArrayList<>();
    curve.add(new Scatter.Point(0, 0));
    for (int p = points - 1; p >= 0; p--) {
      double threshold = thresholds[(int) ((long) p * thresholds.length / points)];
      curve.add(new Scatter.Point(atLeast(ofKnown, threshold), atLeast(ofForeign, threshold)));
    }
    return new Scatter(
        "curve",
        "Foreign examples found against known ones turned away (ROC)",
        new Axis("known examples turned away"),
        new Axis("foreign examples found"),
        curve);
  }

  private static double atLeast(double[] scores, double threshold) {
    return (double) Arrays.stream(scores).filter(score -> score >= threshold).count()
        / scores.length;
  }

  /** How many foreign examples pass where so many known ones are to be accepted. */
  private static Table accepted(double[] ofKnown, double[] ofForeign) {
    double[] ascending = ofKnown.clone();
    Arrays.sort(ascending);
    List<Table.Row> rows = new ArrayList<>();
    for (double share : ACCEPTED) {
      double threshold = ascending[(int) Math.ceil(share * ascending.length) - 1];
      double passing =
          (double) Arrays.stream(ofForeign).filter(score -> score <= threshold).count()
              / ofForeign.length;
      rows.add(
          new Table.Row(
              "%.0f %%".formatted(100 * share),
              List.of(Table.number(threshold), Table.number(passing))));
    }
    return new Table(
        "accepted",
        "Foreign examples that pass, by how many known ones have to",
        "known accepted, at least",
        List.of(
            new Table.Column("threshold"), new Table.Column("foreign accepted").withDecimals(4)),
        rows);
  }

  /** What is noticed may be no more than that one was divided by 255. */
  private static Optional<String> otherScale(Dataset known, Dataset foreign) {
    double one = largest(known);
    double other = largest(foreign);
    return one > 0 && other > 0 && Math.max(one / other, other / one) >= 10
        ? Optional.of(
            "the features of %s reach %s, and those of %s %s: if one was scaled and the other was not, that is what was noticed; read both alike, as with scaledBy(1 / 255.0)"
                .formatted(
                    known.name(), Numbers.format(one), foreign.name(), Numbers.format(other)))
        : Optional.empty();
  }

  private static double largest(Dataset data) {
    float[] one = new float[data.features().rowSize()];
    double largest = 0;
    for (int i = 0; i < data.size(); i++) {
      data.features().read(i, one, 0);
      for (float feature : one) {
        largest = Math.abs(feature) > largest ? Math.abs(feature) : largest;
      }
    }
    return largest;
  }
}
