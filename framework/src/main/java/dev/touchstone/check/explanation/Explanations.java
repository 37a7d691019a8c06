package dev.touchstone.check.explanation;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.attribution.Target;
import dev.touchstone.check.evaluation.TrainingWeights;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.data.Inputs;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Scores;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.MedianEstimate;
import dev.touchstone.statistics.Range;
import dev.touchstone.statistics.Undetermined;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.sampling.PermutationSampler;

/** What checks that compare explanations share: examples, their maps. */
final class Explanations {
  /** Fewer carry no interval worth the name. */
  static final int FEWEST_EXAMPLES = 10;

  private Explanations() {}

  /**
   * Refuses data whose explanations cannot be compared.
   *
   * @throws TouchstoneException for clustered data, training weights, or too few examples
   */
  static void requireEnough(Dataset data) {
    TrainingWeights.refuse(data);
    if (data.size() < FEWEST_EXAMPLES) {
      throw new TouchstoneException(
          data.name()
              + " has "
              + data.size()
              + " examples; comparing explanations needs at least "
              + FEWEST_EXAMPLES);
    }
    data.clustering()
        .ifPresent(
            column -> {
              throw new TouchstoneException(
                  data.name()
                      + " is clustered by "
                      + column
                      + ", and the interval of the similarity of maps is one for independent"
                      + " examples; claim it of data.onePerCluster(seed)");
            });
  }

  /** Some of the examples, drawn by the run's seed for a purpose; all if there are no more. */
  static Dataset sample(Dataset data, int examples, String purpose, RunContext context) {
    if (data.size() <= examples) {
      return data;
    }
    int[] order = PermutationSampler.natural(data.size());
    PermutationSampler.shuffle(context.random().of(purpose, "examples", data.sha256()), order);
    int[] chosen = Arrays.copyOf(order, examples);
    Arrays.sort(chosen);
    return data.select(chosen, examples + " drawn by seed");
  }

  /**
   * Returns the slices that a claim about data is about, with those of their examples that were
   * drawn: none of a group that nobody was drawn of.
   *
   * @param sample of the data
   */
  static List<Slice> slices(Dataset data, Dataset sample) {
    return data.slices().stream()
        .map(
            slice ->
                new Slice(
                    slice.column(),
                    slice.value(),
                    IntStream.range(0, sample.size())
                        .filter(
                            i ->
                                slice.isOverall()
                                    || sample.value(slice.column(), i).equals(slice.value()))
                        .toArray()))
        .toList();
  }

  /** What is known of a group that nobody was drawn of. */
  static Estimate undrawn(Dataset sample) {
    return Undetermined.because(
        "no example of the group is among the %d that were drawn; draw more with withExamples(…)"
            .formatted(sample.size()),
        0);
  }

  /** A method in words, and what it explains where that is not the predicted class. */
  static String describe(AttributionMethod method, Target target) {
    return describe(method.name(), target);
  }

  /** The name of a method, and what it explains where that is not the predicted class. */
  static String describe(String method, Target target) {
    return target.equals(Target.predictedClass()) ? method : method + " for " + target.describe();
  }

  /** What the model's scores are, which its explanations are of; found on one example. */
  static String kindOfScores(Classifier model, Dataset data) {
    return model.capability(Scores.class).isPresent()
        ? CheckedAnswers.scores(model, data.inputs(0, 1)).kind().toString()
        : "not stated by the model";
  }

  /**
   * Explains a batch.
   *
   * @throws TouchstoneException if the maps are not as many or as long as they have to be, or not
   *     finite
   */
  static Attribution explain(
      AttributionMethod method,
      Classifier model,
      Inputs batch,
      Quantity quantity,
      RunContext context) {
    Attribution attribution = method.attribute(model, batch, quantity, context);
    requireMaps(attribution.maps(), method, model, batch, batch.rowSize());
    return attribution;
  }

  /**
   * Explains a batch to compare its maps with each other's: those of a method that explains values
   * inside the model are as long as these.
   *
   * @throws TouchstoneException if the maps are not as many or as long as they have to be, or not
   *     finite
   */
  static Attribution explainToCompare(
      AttributionMethod method,
      Classifier model,
      Inputs batch,
      Quantity quantity,
      RunContext context) {
    if (method.explainsInputs()) {
      return explain(method, model, batch, quantity, context);
    }
    Attribution attribution = method.attribute(model, batch, quantity, context);
    double[][] maps = attribution.maps();
    requireMaps(maps, method, model, batch, maps.length == 0 ? 0 : maps[0].length);
    return attribution;
  }

  private static void requireMaps(
      double[][] maps, AttributionMethod method, Classifier model, Inputs batch, int length) {
    if (maps.length != batch.rows()) {
      throw new TouchstoneException(
          method.name() + " made " + maps.length + " maps of " + batch.rows() + " examples");
    }
    for (double[] map : maps) {
      if (map.length != length) {
        throw new TouchstoneException(
            method.name() + " made a map of " + map.length + " values for an example of " + length);
      }
      if (!Arrays.stream(map).allMatch(Double::isFinite)) {
        throw new TouchstoneException(
            method.name()
                + " on "
                + model.name()
                + " made a map with a value that is NaN or infinite; nothing can be compared");
      }
    }
  }

  /**
   * Adds how far the maps are to be trusted, by the figures that the method measured of them: the
   * median over examples as a measurement, and the worst in a note. Nothing is judged.
   *
   * @param whose maps they are: {@code "model"}, {@code "reference"}
   * @param explained of the attribution
   */
  static void addFidelity(
      Evidence.Builder evidence, Attribution attribution, String whose, Dataset explained) {
    for (Fidelity figure : attribution.fidelity()) {
      double[] shares = Arrays.stream(figure.relative()).filter(Double::isFinite).toArray();
      if (shares.length >= MedianEstimate.FEWEST_REPLICATES) {
        Range range =
            figure.higherIsBetter()
                ? new Range(Double.NEGATIVE_INFINITY, 1)
                : new Range(0, Double.POSITIVE_INFINITY);
        MedianEstimate median = MedianEstimate.of(range, "examples", shares);
        evidence.beside(new Measurement(figure.name(), whose, median));
      }
      if (shares.length > 0) {
        evidence.note(inWords(figure, shares, whose, explained));
      }
    }
  }

  private static String inWords(Fidelity figure, double[] shares, String whose, Dataset explained) {
    int worst = figure.worst();
    StringBuilder words =
        new StringBuilder(
            "%s of the %s's maps: worst %s"
                .formatted(figure.name(), whose, Numbers.format(figure.relative()[worst])));
    if (figure.values().length == explained.size()) {
      words.append(" (example ").append(explained.id(worst)).append(')');
    }
    if (!figure.scale().isEmpty()) {
      words.append(", as a share of ").append(figure.scale());
    }
    if (shares.length < figure.values().length) {
      words.append("; ").append(figure.values().length - shares.length).append(" have none");
    }
    return words.toString();
  }
}
