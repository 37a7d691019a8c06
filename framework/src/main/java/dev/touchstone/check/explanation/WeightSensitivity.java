package dev.touchstone.check.explanation;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Target;
import dev.touchstone.check.evaluation.EvaluationCache;
import dev.touchstone.check.evaluation.Keys;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.check.evaluation.Verified;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Inputs;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.WhatToMend;
import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.evidence.figure.IntervalPlot;
import dev.touchstone.graph.Layer;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.Reinitialisation;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.similarity.Spearman;
import dev.touchstone.statistics.CrossedMean;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Interval;
import dev.touchstone.statistics.Range;
import dev.touchstone.statistics.Undetermined;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/**
 * Does an explanation depend on the weights it claims to explain? The model's weights are
 * re-initialised from the top layer down (Adebayo et al. 2018; thesis, section 4.4), and after each
 * layer the maps of the same examples, for the class that the original model predicts unless {@link
 * #explaining another target} is given, are compared with the original maps by Spearman's rank
 * correlation: with their signs for signed methods.
 *
 * <p>Maps of unrelated networks are alike too, since they see the same input. So what is judged is
 * the similarity <em>in excess</em> of that between the maps of two networks whose weights are all
 * re-initialised, independently of each other: {@code mean over examples i and draws d of S(M_i,
 * M_i^{d,L}) − S(M_i^{d,all}, M_i^{d′,all})}, at one named layer L. Beside it stands that second
 * similarity itself: where it is near 1, the method makes the same map whatever the weights are,
 * and no excess could show.
 *
 * <p>Re-initialisation works on copies; the model is never changed.
 *
 * @see Reinitialisation
 */
public final class WeightSensitivity {
  /** The name of the judged quantity: similarity in excess of that between unrelated networks. */
  public static final String QUANTITY = "excess similarity";

  /** The name of the second judged quantity: similarity between unrelated networks. */
  public static final String INDEPENDENT = "similarity of independent networks";

  /** The slice of {@link #INDEPENDENT}. */
  private static final String ALL_LAYERS = "all layers";

  private static final int FEWEST_DRAWS = 5;
  private static final int WORST = 5;

  private final AttributionMethod method;
  private final @Nullable NamedLayer layer;
  private final boolean alone;
  private final Target target;
  private final int examples;
  private final int draws;

  private WeightSensitivity(
      AttributionMethod method,
      @Nullable NamedLayer layer,
      boolean alone,
      Target target,
      int examples,
      int draws) {
    this.method = method;
    this.layer = layer;
    this.alone = alone;
    this.target = target;
    this.examples = examples;
    this.draws = draws;
  }

  /** Returns the method's sensitivity at the middle layer, on 50 examples and five draws. */
  public static WeightSensitivity of(AttributionMethod method) {
    return new WeightSensitivity(method, null, false, Target.predictedClass(), 50, FEWEST_DRAWS);
  }

  /**
   * Judges after re-initialising every layer from the top down to this one, itself included. The
   * default is the middle one of the layers that multiply (convolutions and dense layers).
   */
  public WeightSensitivity at(NamedLayer judged) {
    return new WeightSensitivity(method, judged, alone, target, examples, draws);
  }

  /**
   * Re-initialises each layer alone, while those above it keep their weights (the independent
   * randomisation of Adebayo et al. 2018), in the place of all from the top down to it. A layer's
   * normalisations go with it.
   */
  public WeightSensitivity eachLayerAlone() {
    return new WeightSensitivity(method, layer, true, target, examples, draws);
  }

  /**
   * Explains something else than the score of the class that the model predicts.
   *
   * @param explained what of the model's scores; its predictions are the original model's
   */
  public WeightSensitivity explaining(Target explained) {
    return new WeightSensitivity(method, layer, alone, explained, examples, draws);
  }

  /**
   * Takes another number of examples, drawn from the data by the run's seed; all of them if there
   * are fewer.
   *
   * @throws IllegalArgumentException for fewer than 10
   */
  public WeightSensitivity withExamples(int number) {
    if (number < Explanations.FEWEST_EXAMPLES) {
      throw new IllegalArgumentException(
          "at least " + Explanations.FEWEST_EXAMPLES + " examples, was " + number);
    }
    return new WeightSensitivity(method, layer, alone, target, number, draws);
  }

  /**
   * Takes another number of independent re-initialisations.
   *
   * @throws IllegalArgumentException for fewer than five, which carry no interval worth the name
   */
  public WeightSensitivity withDraws(int number) {
    if (number < FEWEST_DRAWS) {
      throw new IllegalArgumentException(
          "at least " + FEWEST_DRAWS + " re-initialisations, was " + number);
    }
    return new WeightSensitivity(method, layer, alone, target, examples, number);
  }

  /** Returns which layers are re-initialised, in words. */
  public String describe() {
    String named = layer == null ? "the middle layer" : "layer " + layer.name();
    return alone ? "of %s alone".formatted(named) : "down to %s".formatted(named);
  }

  /** Returns the method in words, and what it explains where that is not the predicted class. */
  public String method() {
    return Explanations.describe(method, target);
  }

  /**
   * Measures how the maps change.
   *
   * @throws dev.touchstone.model.MissingCapabilityException if the model is no white box, or lacks
   *     what the method needs
   * @throws TouchstoneException for an unknown layer, clustered data, too few examples, or maps
   *     that are constant or not finite
   */
  public Evidence evaluate(Classifier model, Dataset data, RunContext context) {
    WhiteBox box =
        model.require(
            WhiteBox.class,
            "re-initialising weights",
            "give the model as ONNX with operators that the white box knows");
    method.require(model);
    Explanations.requireEnough(data);
    Cascade cascade = Cascade.of(box, layer, alone, model.name());
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(
                new Asked(
                    Keys.of(method), Optional.ofNullable(layer), alone, target, examples, draws),
                model,
                data,
                context),
            () -> measure(model, box, cascade, data, context));
  }

  private record Asked(
      Record method,
      Optional<NamedLayer> layer,
      boolean alone,
      Target target,
      int examples,
      int draws) {}

  private Evidence measure(
      Classifier model, WhiteBox box, Cascade cascade, Dataset data, RunContext context) {
    Trace trace =
        Trace.start(context)
            .with("method", method.name() + method.settings())
            .with("explained", target.describe())
            .with("scores", Explanations.kindOfScores(model, data))
            .with("layer", cascade.judgedName())
            // As asked: how many of them tell something depends on the model, and is a note.
            .with("examples", examples)
            .with("draws", draws);
    if (alone) {
      trace.with("re-initialised", "each layer alone");
    }

    // The original maps of a sample of examples, of what is asked about each as it is.
    Dataset sample = Explanations.sample(data, examples, "weight sensitivity", context);
    Verified verified = Verified.shared(model, sample, context);
    Quantity ofEach = target.of(verified.predictions(), sample);
    Attribution explained =
        Explanations.explainToCompare(
            method.measuringItsError(), model, sample.inputs(0, sample.size()), ofEach, context);
    double[][] everyMap = explained.maps();
    trace.with("rule", explained.rule());
    int[] telling = telling(everyMap, model);
    Dataset compared = sample.select(telling, "with maps that are not constant");
    Inputs batch = compared.inputs(0, compared.size());
    Quantity quantity = ofEach.ofRows(telling);
    double[][] originals =
        IntStream.of(telling).mapToObj(i -> everyMap[i]).toArray(double[][]::new);

    // Similarities after each step of every draw, and between two unrelated networks.
    MapComparison comparison = MapComparison.of(method, sample);
    List<Similarities> toOriginal = new ArrayList<>();
    cascade.steps().forEach(step -> toOriginal.add(new Similarities(telling.length, draws)));
    Similarities independent = new Similarities(telling.length, draws);
    Pictured pictured = new Pictured(compared, comparison);
    pictured.add("original", originals);
    for (int draw = 0; draw < draws; draw++) {
      double[][] last = originals;
      for (int step = 0; step < toOriginal.size(); step++) {
        List<Layer> fresh = cascade.steps().get(step).fresh();
        last = mapsAfter(model, box, fresh, draw, "cascade", batch, quantity, context);
        toOriginal.get(step).add(draw, originals, last, comparison);
        if (draw == 0 && (step == cascade.judged() || Pictured.shows(step, toOriginal.size()))) {
          pictured.add(cascade.names().get(step), last);
        }
      }
      if (alone) {
        last = mapsAfter(model, box, cascade.all(), draw, "cascade", batch, quantity, context);
      }
      double[][] other =
          mapsAfter(model, box, cascade.all(), draw, "independent", batch, quantity, context);
      independent.add(draw, last, other, comparison);
      if (draw == 0) {
        pictured.add("all, independently", other);
      }
      context.progress().step("re-initialisations", draw + 1, draws);
    }

    Evidence.Builder evidence =
        Evidence.of(
            WhatToMend.WEIGHT_SENSITIVITY + method.name(),
            model.name() + " on " + data.name() + " (" + batch.rows() + " examples)");
    Similarities judged = toOriginal.get(cascade.judged());
    requireComparable(judged.ranks());
    requireComparable(independent.ranks());
    List<Estimate> excess =
        toOriginal.stream()
            .map(step -> mean(Similarities.EXCESS, minus(step.ranks(), independent.ranks())))
            .toList();
    measured(evidence, cascade, excess, judged, independent);
    worst(evidence, compared, judged.ranks(), independent.ranks());
    evidence.figure(curve(cascade, toOriginal, independent));
    if (pictured.images()) {
      evidence.figure(
          pictured.figure(
              "%s, re-initialised %s (first draw)"
                  .formatted(
                      method.name(), alone ? "each layer alone" : "from the top down to a layer")));
    }
    evidence.figure(excess(cascade, excess));
    notes(evidence, cascade, everyMap.length - telling.length, judged, independent);
    Explanations.addFidelity(evidence, explained, "model", sample);
    verified.addTo(evidence, trace, model, sample);
    return evidence.from(trace.end(model, data));
  }

  /** What is left of an explanation when the network has forgotten what it learned. */
  private Reading excessInWords(String layer) {
    return Reading.number(
        "when the weights %s are replaced by random ones, the explanations by %s stay like those of the trained model: %s more than explanations of unrelated networks are, where 0 is as unlike as those and 1 the most there can be"
            .formatted(
                alone
                    ? "of layer %s alone".formatted(layer)
                    : "from the output down to layer %s".formatted(layer),
                method.name(),
                Reading.VALUE));
  }

  private void measured(
      Evidence.Builder evidence,
      Cascade cascade,
      List<Estimate> excess,
      Similarities judged,
      Similarities independent) {
    for (int step = 0; step < excess.size(); step++) {
      String layer = cascade.names().get(step);
      Measurement measurement =
          new Measurement(QUANTITY, layer, excess.get(step)).reading(excessInWords(layer));
      if (step == cascade.judged()) {
        evidence.measured(measurement);
      } else {
        evidence.beside(measurement);
      }
    }
    evidence.measured(
        new Measurement(INDEPENDENT, ALL_LAYERS, mean(Similarities.SIMILARITY, independent.ranks()))
            .reading(
                Reading.number(
                    "%s explains two networks that have nothing in common almost alike: %s, where 1 is the same picture, so it shows the input more than the model"
                        .formatted(method.name(), Reading.VALUE))));
    judged.beside(evidence, cascade.judgedName());
    independent.beside(evidence, "independent networks");
  }

  /**
   * Refuses a network that gave no example a map that can be compared.
   *
   * @throws TouchstoneException for such a network
   */
  private static void requireComparable(double[][] table) {
    int draw = incomparable(table);
    if (draw >= 0) {
      throw new TouchstoneException(
          "a re-initialised network gives constant maps for nearly every example (draw "
              + (draw + 1)
              + "), so that nothing can be compared; take more examples, or another seed");
    }
  }

  /** The first draw of which fewer than two examples can be compared, or -1. */
  private static int incomparable(double[][] table) {
    return IntStream.range(0, table[0].length)
        .filter(draw -> Arrays.stream(table).filter(row -> Double.isFinite(row[draw])).count() < 2)
        .findFirst()
        .orElse(-1);
  }

  /** The mean over examples and draws; none where the network of a draw is silenced. */
  private static Estimate mean(Range range, double[][] table) {
    int draw = incomparable(table);
    return draw < 0
        ? CrossedMean.within(range, table)
        : Undetermined.because(
            "the network gives constant maps for nearly every example in draw " + (draw + 1), 0);
  }

  private double[][] mapsAfter(
      Classifier model,
      WhiteBox box,
      List<Layer> fresh,
      int draw,
      String role,
      Inputs batch,
      Quantity quantity,
      RunContext context) {
    WhiteBox copy =
        Reinitialisation.of(box, fresh, weight -> stream(model, draw, role, weight, context));
    try {
      Classifier changed =
          Models.whiteBox(model.name() + " re-initialised", copy).emitting(model.outputs());
      return Explanations.explainToCompare(method, changed, batch, quantity, context).maps();
    } finally {
      copy.release();
    }
  }

  private static UniformRandomProvider stream(
      Classifier model, int draw, String role, String weight, RunContext context) {
    return context.random().of("re-initialisation", model.sha256(), role, draw, weight);
  }

  /** The examples whose original maps are not constant. */
  private int[] telling(double[][] maps, Classifier model) {
    int[] telling =
        IntStream.range(0, maps.length).filter(i -> !Spearman.isConstant(maps[i])).toArray();
    if (telling.length < Explanations.FEWEST_EXAMPLES) {
      throw new TouchstoneException(
          method.name()
              + " gives a constant map for "
              + (maps.length - telling.length)
              + " of "
              + maps.length
              + " examples of "
              + model.name()
              + "; a constant map shows nothing, and at least "
              + Explanations.FEWEST_EXAMPLES
              + " that do are needed");
    }
    return telling;
  }

  private static double[][] minus(double[][] a, double[][] b) {
    double[][] difference = new double[a.length][a[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int d = 0; d < a[i].length; d++) {
        difference[i][d] = a[i][d] - b[i][d];
      }
    }
    return difference;
  }

  private record RankedFinding(double excess, Finding finding) {}

  private static void worst(
      Evidence.Builder evidence, Dataset compared, double[][] ranks, double[][] independent) {
    List<RankedFinding> findings = new ArrayList<>();
    for (int i = 0; i < ranks.length; i++) {
      double similarity = meanOfPresent(ranks[i]);
      double between = meanOfPresent(independent[i]);
      Map<String, String> facts = new LinkedHashMap<>();
      facts.put("to the original", Numbers.format(similarity));
      facts.put("between independent networks", Numbers.format(between));
      if (Double.isFinite(similarity - between)) {
        findings.add(
            new RankedFinding(
                similarity - between, new Finding("example " + compared.id(i), facts)));
      }
    }
    findings.sort(Comparator.comparingDouble(RankedFinding::excess).reversed());
    findings.stream().limit(WORST).forEach(ranked -> evidence.worst(ranked.finding()));
  }

  private static double meanOfPresent(double[] values) {
    return Arrays.stream(values).filter(Double::isFinite).average().orElse(Double.NaN);
  }

  /** What is judged, layer by layer: the tolerance is one of this quantity. */
  private Figure excess(Cascade cascade, List<Estimate> excess) {
    return new IntervalPlot(
        "excess",
        method.name() + ": similarity in excess of independent networks'",
        axis(),
        QUANTITY,
        cascade.names(),
        Map.of(QUANTITY, excess.stream().map(WeightSensitivity::point).toList()));
  }

  private Figure curve(Cascade cascade, List<Similarities> toOriginal, Similarities independent) {
    List<IntervalPlot.Point> ranks = new ArrayList<>();
    List<IntervalPlot.Point> between = new ArrayList<>();
    List<IntervalPlot.Point> structure = new ArrayList<>();
    for (Similarities similarities : toOriginal) {
      ranks.add(point(Similarities.SIMILARITY, similarities.ranks()));
      between.add(point(Similarities.SIMILARITY, independent.ranks()));
      if (similarities.hasStructure()) {
        structure.add(point(Similarities.SIMILARITY, similarities.structure()));
      }
    }
    Map<String, List<IntervalPlot.Point>> series = new LinkedHashMap<>();
    series.put(rankName() + " to the original", ranks);
    series.put(rankName() + " between independent networks", between);
    if (!structure.isEmpty()) {
      series.put("SSIM to the original", structure);
    }
    return new IntervalPlot(
        "re-initialisation",
        method.name() + " under re-initialisation; judged at " + cascade.judgedName(),
        axis(),
        "similarity of maps",
        cascade.names(),
        series);
  }

  private String axis() {
    return alone ? "re-initialised alone" : "re-initialised from the top down to";
  }

  private String rankName() {
    return method.signed() ? "signed Spearman" : "Spearman";
  }

  private static IntervalPlot.Point point(Range range, double[][] table) {
    return point(mean(range, table));
  }

  private static IntervalPlot.Point point(Estimate mean) {
    Interval interval = mean.interval(0.95);
    return new IntervalPlot.Point(mean.value(), interval.lower(), interval.upper());
  }

  private void notes(
      Evidence.Builder evidence,
      Cascade cascade,
      int constant,
      Similarities judged,
      Similarities independent) {
    evidence.note(
        rankName()
            + " of the maps after "
            + draws
            + " re-initialisations "
            + (alone ? "of " : "from the top down to ")
            + cascade.judgedName()
            + (alone ? " alone (" : " (order: ")
            + String.join(", ", cascade.names())
            + "), minus that between two networks re-initialised wholly and independently");
    if (constant > 0) {
      evidence.note(constant + " examples were left out: their original maps are constant");
    }
    if (judged.constant() + independent.constant() > 0) {
      evidence.note(
          "constant maps of re-initialised networks have no ranks and are left out: "
              + judged.constant()
              + " at "
              + cascade.judgedName()
              + " and "
              + independent.constant()
              + " between independent networks, of "
              + judged.cells()
              + " each");
    }
  }
}
