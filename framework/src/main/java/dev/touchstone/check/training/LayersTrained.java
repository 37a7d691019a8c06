package dev.touchstone.check.training;

import dev.touchstone.check.evaluation.EvaluationCache;
import dev.touchstone.check.evaluation.Keys;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.check.evaluation.Verified;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.figure.IntervalPlot;
import dev.touchstone.evidence.figure.Table;
import dev.touchstone.graph.Layer;
import dev.touchstone.graph.Reinitialisation;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.linalg.LargestSingularValue;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.DistributionDistance;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.ExactValue;
import dev.touchstone.statistics.Interval;
import dev.touchstone.statistics.LargestEstimate;
import dev.touchstone.statistics.LeadingDirection;
import dev.touchstone.statistics.Proportion;
import dev.touchstone.statistics.Undetermined;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.rng.sampling.PermutationSampler;
import org.jspecify.annotations.Nullable;

/**
 * Has every layer learnt something? No output tells: the rest of a network learns to live with a
 * layer that was frozen at its start. Its weights tell. They are compared with those of a random
 * layer of the same shape, in two respects of which one is enough:
 *
 * <ul>
 *   <li>their distribution: how far it lies from that of every usual initialiser (uniform, normal,
 *       truncated normal, orthogonal) at whatever scale, as a difference of distribution functions;
 *   <li>their spectrum: what share of the squared weights one direction has, which random weights
 *       do not ({@link LeadingDirection}).
 * </ul>
 *
 * <p>The larger of both is the layer's <em>distance from a random layer</em>, between 0 and 1, with
 * limits. A layer passes where it is shown to be as far away as is tolerated, fails where it is
 * shown not to be, and is undecided in between, as layers of few hundred weights mostly are. A
 * normalisation starts at numbers that are known: its distance is the share of its scales, shifts,
 * means and variances that differ from 1, 0, 0 and 1.
 *
 * <p>A layer that was frozen at the state of an earlier training has learnt, if not here; give the
 * model before this training, {@link #since}, and how much each layer changed is measured in the
 * place of its distance.
 *
 * <p>Beside it stands the error rate with that layer alone drawn anew. Where it is what it was, the
 * layer was lost after training, or nothing depends on it; where it is worse, those behind it have
 * learnt to read what it made at random.
 */
public final class LayersTrained {
  /** The name of the measured quantity. */
  public static final String QUANTITY = "distance from a random layer";

  /** The name of what is measured where the model before training is given. */
  public static final String CHANGE = "change of weights";

  private static final String ERROR = "error rate with the layer drawn anew";
  private static final int FEWEST_WEIGHTS = 500;

  /** From so many on the limits of a distribution's distance are less than .03 wide. */
  private static final int ENOUGH_WEIGHTS = 2050;

  private static final int MOST_EXAMPLES = 500;
  private static final int MOST_LAYERS = 60;
  private static final double MOST_ALIKE = 0.05;
  private static final int MOST_NAMED = 5;

  private final List<String> only;
  private final List<String> without;
  private final @Nullable Classifier before;

  private LayersTrained(List<String> only, List<String> without, @Nullable Classifier before) {
    this.only = List.copyOf(only);
    this.without = List.copyOf(without);
    this.before = before;
  }

  /** Looks at every layer that multiplies, convolves, looks up or normalises. */
  public static LayersTrained withDefaults() {
    return new LayersTrained(List.of(), List.of(), null);
  }

  /**
   * Looks at these layers alone.
   *
   * @param layers what the names of their weights have in common, such as {@code "conv1"}
   */
  public LayersTrained at(String... layers) {
    return new LayersTrained(List.of(layers), without, before);
  }

  /** Leaves out layers, such as those that were frozen on purpose or are too small to be judged. */
  public LayersTrained without(String... layers) {
    return new LayersTrained(only, List.of(layers), before);
  }

  /**
   * Measures how much each layer changed since this model, ‖W − W₀‖ / ‖W₀‖: exactly, and for layers
   * of any size.
   *
   * @param model the same network before this training: as initialised, or as pre-trained
   */
  public LayersTrained since(Classifier model) {
    return new LayersTrained(only, without, model);
  }

  /** Returns what is claimed to be so large, in words. */
  public String inWords() {
    return before == null
        ? "the distance of each layer from a random one"
        : "the change of each layer's weights since " + before.name();
  }

  private record Asked(List<String> only, List<String> without, Optional<Keys.OfModel> before) {}

  /** A weight, or the weights of a normalisation, with what is measured of them. */
  private record Judged(
      String name, Layer layer, int weights, Estimate estimate, String shape, String nearest) {}

  /**
   * Measures.
   *
   * @param data by which the error rates are; its labels are used for nothing else
   * @throws dev.touchstone.model.MissingCapabilityException if the model is no white box
   * @throws TouchstoneException for an unknown layer, a model without layers that learn, or a model
   *     before training that has other layers
   */
  public Evidence evaluate(Classifier model, Dataset data, RunContext context) {
    WhiteBox box = boxOf(model);
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(
                new Asked(only, without, Optional.ofNullable(before).map(Keys::of)),
                model,
                data,
                context),
            () -> measure(model, box, data, context));
  }

  private static WhiteBox boxOf(Classifier model) {
    return model.require(
        WhiteBox.class,
        "looking at weights",
        "give the model as ONNX with operators that the white box knows");
  }

  private Evidence measure(Classifier model, WhiteBox box, Dataset data, RunContext context) {
    Trace trace =
        Trace.start(context)
            .with("layers", only.isEmpty() ? "all" : only)
            .with("left out", without)
            .with("examples", Math.min(MOST_EXAMPLES, data.size()));
    WhiteBox earlier = before == null ? null : boxOf(before);
    if (before != null) {
      trace.with("since", before.name()).with("since sha256", before.sha256());
    }
    List<Judged> judged = judged(model, box, earlier);
    String quantity = before == null ? QUANTITY : CHANGE;
    Evidence.Builder evidence =
        Evidence.of(
            "training of layers",
            "%s on %s (%d %s)"
                .formatted(
                    model.name(),
                    data.name(),
                    judged.size(),
                    judged.size() == 1 ? "layer" : "layers"));
    for (Judged one : judged) {
      evidence.measured(
          new Measurement(quantity, one.name(), one.estimate()).reading(reading(one)));
    }
    Dataset sample = sample(data, context);
    Verified verified = Verified.shared(model, sample, context);
    Proportion own = errors(verified.predictions(), sample);
    evidence.beside(new Measurement("error rate", Dataset.Slice.OVERALL, own));
    List<String> answerless = new ArrayList<>();
    Map<Layer, Proportion> anew = anew(model, box, judged, sample, answerless, context);
    anew.forEach((layer, errors) -> evidence.beside(new Measurement(ERROR, layer.name(), errors)));
    suspects(evidence, judged, anew, own);
    evidence.figure(plot(quantity, judged));
    evidence.figure(table(judged, anew));
    notes(evidence, judged);
    if (!answerless.isEmpty()) {
      evidence.note(
          "drawn anew, weights that have to fit one another give no probabilities, and no error"
              + " rate stands beside them: "
              + String.join(", ", answerless));
    }
    verified.addTo(evidence, trace, model, sample);
    return evidence.from(trace.end(model, data));
  }

  private Reading reading(Judged one) {
    return Reading.number(
        before == null
            ? "the weights of %s differ from those of a random layer by %s, where 0 is one that never learned"
                .formatted(one.name(), Reading.VALUE)
            : "the weights of %s changed by %s of their size since %s"
                .formatted(one.name(), Reading.VALUE, before.name()));
  }

  private List<Judged> judged(Classifier model, WhiteBox box, @Nullable WhiteBox earlier) {
    List<Layer> layers = box.layers();
    List<String> known = layers.stream().map(Layer::name).toList();
    for (List<String> named : List.of(only, without)) {
      for (String name : named) {
        if (!known.contains(name)) {
          throw new TouchstoneException(
              "%s has no layer \"%s\"; from input to output it has %s"
                  .formatted(model.name(), name, known));
        }
      }
    }
    List<Judged> judged = new ArrayList<>();
    for (Layer layer : layers) {
      if ((only.isEmpty() || only.contains(layer.name())) && !without.contains(layer.name())) {
        judged.addAll(
            earlier == null ? ofLayer(box, layer) : List.of(change(box, earlier, layer, model)));
      }
    }
    if (judged.isEmpty()) {
      throw new TouchstoneException(
          "%s has no layer whose weights are drawn before training or normalise, among those asked for; it has %s"
              .formatted(model.name(), known));
    }
    return judged;
  }

  /** Each tensor that is drawn by itself; those of a normalisation together. */
  private static List<Judged> ofLayer(WhiteBox box, Layer layer) {
    List<String> drawn =
        layer.weights().stream().filter(weight -> Reinitialisation.draws(box, weight)).toList();
    List<Judged> judged = new ArrayList<>();
    for (String weight : drawn) {
      String name = drawn.size() == 1 ? layer.name() : layer.name() + " (" + weight + ")";
      judged.add(ofMatrix(name, layer, box.weight(weight), box.weightShape(weight)));
    }
    if (drawn.isEmpty() && layer.weights().size() > 1) {
      long size = 0;
      long moved = 0;
      for (String weight : layer.weights()) {
        float start = Reinitialisation.start(box, weight);
        for (float value : box.weight(weight)) {
          size++;
          moved += value == start ? 0 : 1;
        }
      }
      judged.add(
          new Judged(
              layer.name(),
              layer,
              (int) size,
              ExactValue.of((double) moved / size, size, "weights"),
              "normalisation",
              "its start"));
    }
    return judged;
  }

  private static Judged ofMatrix(String name, Layer layer, float[] weights, long[] shape) {
    int rows = (int) shape[0];
    int columns = weights.length / rows;
    if (shape.length == 2 && columns < rows) {
      // Only for words: the spectrum is the same either way.
      columns = (int) shape[1];
    }
    double[] values = new double[weights.length];
    double norm = 0;
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(weights[i])) {
        throw new TouchstoneException(
            "layer %s has a weight of %s; mend the file".formatted(name, weights[i]));
      }
      values[i] = weights[i];
      norm += values[i] * values[i];
    }
    String inWords = rows + " x " + columns;
    Alike alike = Alike.in(values);
    if (alike.share() == 1 || norm == 0) {
      return new Judged(
          name,
          layer,
          values.length,
          ExactValue.of(0, values.length, "weights"),
          inWords,
          "the constant " + Numbers.format(values[0]));
    }
    if (alike.share() > MOST_ALIKE) {
      return new Judged(
          name,
          layer,
          values.length,
          Undetermined.because(
              "%s of the weights are %s, as pruning or coarse quantisation makes them, and no initialiser does; judge the model before that, or leave the layer out"
                  .formatted(
                      Reading.Unit.SHARE.format(alike.share()), Numbers.format(alike.value())),
              values.length),
          inWords,
          "");
    }
    Nearest nearest = Nearest.to(weights, rows, columns);
    return new Judged(
        name, layer, values.length, nearest.distance(), inWords, nearest.initialiser());
  }

  /**
   * How far weights lie from random ones.
   *
   * @param initialiser the one whose distribution is nearest
   */
  record Nearest(String initialiser, Estimate distance) {

    /** Compares weights, row by row, that are finite and not all 0. */
    static Nearest to(float[] weights, int rows, int columns) {
      double[] values = new double[weights.length];
      Arrays.setAll(values, i -> weights[i]);
      List<Initialiser> initialisers = Initialiser.of(rows, columns);
      String name = initialisers.get(0).name();
      DistributionDistance nearest =
          DistributionDistance.toNearest(values, initialisers.subList(0, 1));
      for (Initialiser one : initialisers.subList(1, initialisers.size())) {
        DistributionDistance distance = DistributionDistance.toNearest(values, List.of(one));
        if (distance.value() < nearest.value()) {
          nearest = distance;
          name = one.name();
        }
      }
      List<Estimate> both = new ArrayList<>();
      both.add(nearest);
      if (Math.min(rows, columns) >= LeadingDirection.FEWEST) {
        both.add(
            LeadingDirection.of(LargestSingularValue.share(weights, rows, columns), rows, columns));
      }
      return new Nearest(name, LargestEstimate.of(both));
    }
  }

  /** The most frequent value, and its share. */
  private record Alike(double value, double share) {
    static Alike in(double[] values) {
      double[] sorted = values.clone();
      Arrays.sort(sorted);
      int most = 0;
      double value = sorted[0];
      int from = 0;
      for (int i = 1; i <= sorted.length; i++) {
        if (i == sorted.length || sorted[i] != sorted[from]) {
          if (i - from > most) {
            most = i - from;
            value = sorted[from];
          }
          from = i;
        }
      }
      // One of less than twenty is no value that is repeated.
      return new Alike(value, most == 1 && sorted.length > 1 ? 0 : (double) most / sorted.length);
    }
  }

  private Judged change(WhiteBox box, WhiteBox earlier, Layer layer, Classifier model) {
    double squares = 0;
    double changed = 0;
    long size = 0;
    for (String weight : layer.weights()) {
      float[] now = box.weight(weight);
      if (!earlier.graph().constants().containsKey(weight)
          || !Arrays.equals(earlier.weightShape(weight), box.weightShape(weight))) {
        throw new TouchstoneException(
            "%s has no weights %s of the shape %s, as %s has; give the same network before training, exported alike"
                .formatted(
                    earlier.name(),
                    weight,
                    Arrays.toString(box.weightShape(weight)),
                    model.name()));
      }
      float[] then = earlier.weight(weight);
      for (int i = 0; i < now.length; i++) {
        squares += (double) then[i] * then[i];
        changed += Math.pow((double) now[i] - then[i], 2);
      }
      size += now.length;
    }
    // What was all 0 before has no size to be compared with; then any change is one of all of it.
    double relative = changed == 0 ? 0 : squares == 0 ? 1 : Math.sqrt(changed / squares);
    return new Judged(
        layer.name(), layer, (int) size, ExactValue.of(relative, size, "weights"), "", "");
  }

  private static Dataset sample(Dataset data, RunContext context) {
    if (data.size() <= MOST_EXAMPLES) {
      return data;
    }
    int[] order = PermutationSampler.natural(data.size());
    PermutationSampler.shuffle(context.random().of("training of layers", data.sha256()), order);
    int[] chosen = Arrays.copyOf(order, MOST_EXAMPLES);
    Arrays.sort(chosen);
    return data.select(chosen, MOST_EXAMPLES + " of them");
  }

  private static Proportion errors(Predictions predictions, Dataset data) {
    return Proportion.of(
        (int)
            IntStream.range(0, data.size())
                .filter(i -> predictions.predicted(i) != data.label(i))
                .count(),
        data.size());
  }

  private static Map<Layer, Proportion> anew(
      Classifier model,
      WhiteBox box,
      List<Judged> judged,
      Dataset sample,
      List<String> answerless,
      RunContext context) {
    List<Layer> layers = judged.stream().map(Judged::layer).distinct().limit(MOST_LAYERS).toList();
    Map<Layer, Proportion> errors = new LinkedHashMap<>();
    for (Layer layer : layers) {
      WhiteBox copy =
          Reinitialisation.of(
              box,
              List.of(layer),
              weight -> context.random().of("one layer anew", model.sha256(), weight));
      try {
        Classifier changed =
            Models.whiteBox(model.name() + " with " + layer.name() + " drawn anew", copy)
                .emitting(model.outputs());
        errors.put(
            layer,
            errors(
                CheckedAnswers.ofSome(changed, sample, context.settings().memoryBytes()), sample));
      } catch (TouchstoneException e) {
        // Such as the two rows of a logistic regression, of which one is the other's negative.
        answerless.add(layer.name());
      } finally {
        copy.release();
      }
      context.progress().step("layers", errors.size() + answerless.size(), layers.size());
    }
    return errors;
  }

  /** Those least distinguishable first, with what becomes of answers without what they hold. */
  private static void suspects(
      Evidence.Builder evidence, List<Judged> judged, Map<Layer, Proportion> anew, Proportion own) {
    judged.stream()
        .filter(one -> !Undetermined.is(one.estimate()))
        .sorted(
            (a, b) ->
                Double.compare(
                    a.estimate().interval(0.95).upper(), b.estimate().interval(0.95).upper()))
        .limit(MOST_NAMED)
        .forEach(
            one -> {
              Map<String, String> facts = new LinkedHashMap<>();
              facts.put(
                  "weights", one.weights() + (one.shape().isEmpty() ? "" : ", " + one.shape()));
              if (!one.nearest().isEmpty()) {
                facts.put("nearest to", one.nearest());
              }
              Proportion errors = anew.get(one.layer());
              if (errors != null) {
                boolean lost = errors.interval(0.95).lower() > own.interval(0.95).upper();
                facts.put(
                    "drawn anew",
                    "error rate %s for %s, %s"
                        .formatted(
                            Numbers.format(errors.value()),
                            Numbers.format(own.value()),
                            lost
                                ? "so that later layers have learnt to read it"
                                : "so that nothing is lost with what it holds"));
              }
              evidence.worst(new Finding("layer " + one.name(), facts));
            });
  }

  private IntervalPlot plot(String quantity, List<Judged> judged) {
    List<Judged> shown = judged.stream().limit(MOST_LAYERS).toList();
    Map<String, List<IntervalPlot.Point>> series = new LinkedHashMap<>();
    series.put("this model", shown.stream().map(one -> point(one.estimate())).toList());
    return new IntervalPlot(
        "layers",
        before == null
            ? "Distance of each layer from a random one (0)"
            : "Change of each layer since " + before.name(),
        "layer",
        quantity,
        shown.stream().map(Judged::name).toList(),
        series);
  }

  private static IntervalPlot.Point point(Estimate estimate) {
    Interval interval = estimate.interval(0.95);
    return new IntervalPlot.Point(estimate.value(), interval.lower(), interval.upper());
  }

  private static Table table(List<Judged> judged, Map<Layer, Proportion> anew) {
    return new Table(
        "layers and initialisers",
        "Layers, the initialiser that their weights are nearest to, and the error rate with each"
            + " drawn anew",
        "layer",
        List.of(
            new Table.Column("shape"),
            new Table.Column("nearest to"),
            new Table.Column("distance").withDecimals(4),
            new Table.Column("error rate, drawn anew").withDecimals(4)),
        judged.stream()
            .limit(MOST_LAYERS)
            .map(
                one ->
                    new Table.Row(
                        one.name(),
                        List.of(
                            Table.text(one.shape()),
                            Table.text(one.nearest()),
                            numberOrNothing(one.estimate().value()),
                            anew.containsKey(one.layer())
                                ? Table.number(anew.get(one.layer()).value())
                                : Table.text(""))))
            .toList());
  }

  private static Table.Cell numberOrNothing(double value) {
    return Double.isNaN(value) ? Table.text("") : Table.number(value);
  }

  private void notes(Evidence.Builder evidence, List<Judged> judged) {
    if (before != null) {
      return;
    }
    List<String> small =
        judged.stream()
            .filter(
                one -> one.weights() < FEWEST_WEIGHTS && !(one.estimate() instanceof ExactValue))
            .map(one -> one.layer().name())
            .distinct()
            .toList();
    if (!small.isEmpty()) {
      evidence.note(
          "%s: fewer than %d weights, which seldom decide; compare with the model before training, LayersTrained.withDefaults().since(before), or leave out what need not be judged, .without(\"%s\")"
              .formatted(String.join(", ", small), FEWEST_WEIGHTS, small.get(0)));
    }
    judged.stream()
        .filter(one -> one.weights() >= FEWEST_WEIGHTS && one.weights() < ENOUGH_WEIGHTS)
        .filter(one -> !(one.estimate() instanceof ExactValue))
        .forEach(
            one ->
                evidence.note(
                    "%s has %d weights, of which a random layer is refuted at tolerances from %s up; below that only the model before training tells, LayersTrained.withDefaults().since(before)"
                        .formatted(
                            one.name(),
                            one.weights(),
                            Numbers.format(Math.sqrt(Math.log(40) / (2 * one.weights()))))));
    evidence.note(
        "a layer that was frozen as an earlier training left it is not random; .since(pretrained)"
            + " tells it");
  }
}
