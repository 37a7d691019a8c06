package dev.touchstone.check.explanation;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.check.evaluation.EvaluationCache;
import dev.touchstone.check.evaluation.Keys;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.contamination.Rounding;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Reading;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.similarity.Spearman;
import dev.touchstone.similarity.Ssim;
import dev.touchstone.statistics.Auroc;
import dev.touchstone.statistics.BoundedMean;
import dev.touchstone.statistics.Undetermined;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * A method of explaining on trial (thesis, section 4.2.1): one model is known to send examples with
 * a signal to a class, healthy models of the same task are known not to, and the pixels that it
 * changes are what an explanation of the first should show. What is explained is that class's
 * score, of images that lacked the signal, without and with it.
 *
 * <ul>
 *   <li><em>Known signal</em> (K-SSD): the spurious model's maps of examples with the signal rank
 *       the pixels that the signal changes above the others; by their AUROC, and by how much that
 *       is more than the healthy models' maps of the same examples have.
 *   <li><em>Concern</em> (CCM): of examples without the signal, the spurious model's maps are less
 *       like a healthy model's than healthy models' are like each other, by Spearman's rank
 *       correlation of the pixels' relevance. It takes two healthy models.
 *   <li><em>False alarm</em> (FAM-GT): a healthy model's maps of examples with the signal do not
 *       rank these pixels above the rest.
 * </ul>
 *
 * <p>The thesis's measures are structural similarities (SSIM), which are shown beside these and
 * decide nothing: a blank map is up to .96 like the mask of a small tag. They stand beside those of
 * a blank map, of one at random and of the mask at another place. Intervals are over examples; the
 * models are these and no sample of others.
 */
public final class ExplanationTrial {
  /** How well the spurious model's maps find the signal: an AUROC. */
  public static final String FOUND = "signal found";

  /** The same less what healthy models' maps of the same examples have. */
  public static final String ABOVE_HEALTHY = "found above healthy models";

  /** How much less like a healthy map the spurious model's is, without the signal. */
  public static final String CONCERN = "concern without the signal";

  /** How well a healthy model's maps find the signal. */
  public static final String ALARM = "signal found in a healthy model";

  private static final int EXAMPLES = 50;
  private static final double RELIES = 0.5;

  private final SpuriousSignal signal;
  private final String aligned;
  private final AttributionMethod method;
  private final int examples;

  private ExplanationTrial(
      SpuriousSignal signal, String aligned, AttributionMethod method, int examples) {
    this.signal = signal;
    this.aligned = aligned;
    this.method = method;
    this.examples = examples;
  }

  /**
   * Tries a method on {@value #EXAMPLES} examples.
   *
   * @param signal that the spurious model relies on
   * @param aligned the class that it stands for
   */
  public static ExplanationTrial of(
      AttributionMethod method, SpuriousSignal signal, String aligned) {
    return new ExplanationTrial(signal, aligned, method, EXAMPLES);
  }

  /**
   * Takes another number of examples, drawn from those without the signal by the run's seed.
   *
   * @throws IllegalArgumentException for fewer than 10
   */
  public ExplanationTrial withExamples(int number) {
    if (number < Explanations.FEWEST_EXAMPLES) {
      throw new IllegalArgumentException(
          "at least " + Explanations.FEWEST_EXAMPLES + " examples, was " + number);
    }
    return new ExplanationTrial(signal, aligned, method, number);
  }

  /** Returns the method's name. */
  public String describe() {
    return method.name();
  }

  /** Returns the signal, in words. */
  public String describeSignal() {
    return signal.describe();
  }

  private record Asked(
      Record method, Record signal, String aligned, int examples, Record healthy) {}

  /**
   * Explains the models and measures the maps.
   *
   * @param spurious sends examples with the signal to the class
   * @param healthy do not
   * @param data images; of another class than the aligned one, and without the signal, at least 10
   * @throws TouchstoneException if the data are no images or too few, the spurious model does not
   *     rely on the signal, or a healthy one does
   */
  public Evidence evaluate(
      Classifier spurious, HealthyModels healthy, Dataset data, RunContext context) {
    method.require(spurious);
    healthy.given().forEach(method::require);
    if (!MapComparison.of(data).hasStructure()) {
      throw new TouchstoneException(
          "%s holds no images of 11 x 11 pixels or more, and a trial compares maps of images"
              .formatted(data.name()));
    }
    data.classIndex(aligned);
    Explanations.requireEnough(data);
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(
                new Asked(Keys.of(method), Keys.of(signal), aligned, examples, healthy.key()),
                spurious,
                data,
                context),
            () -> measure(spurious, healthy, data, context));
  }

  private Evidence measure(
      Classifier spurious, HealthyModels healthy, Dataset data, RunContext context) {
    Trace trace =
        Trace.start(context)
            .with("method", method.name())
            .with("signal", signal.describe())
            .with("aligned class", aligned)
            .with("healthy", healthy.describe());
    method.settings().forEach(trace::with);
    List<Classifier> others = healthy.all(context);
    try {
      others.forEach(method::require);
      return measure(spurious, others, data, trace, context);
    } finally {
      healthy.release(others);
    }
  }

  private Evidence measure(
      Classifier spurious,
      List<Classifier> healthy,
      Dataset data,
      Trace trace,
      RunContext context) {
    Dataset clean = Explanations.sample(eligible(data), examples, "explanation trial", context);
    Dataset signalled = signal.addedTo(clean);
    int target = data.classIndex(aligned);
    Evidence.Builder evidence =
        Evidence.of(
            "explanations of a known signal",
            "%s of %s and %d healthy models on %s (%d examples)"
                .formatted(
                    method.name(), spurious.name(), healthy.size(), data.name(), clean.size()));
    requireRoles(spurious, healthy, signalled, target, evidence, context);
    boolean[][] masks = masks(clean);
    Images maps = new Images(clean, target, context);
    double[][] known = maps.of(spurious, signalled);
    double[][] unsuspecting = maps.of(spurious, clean);
    List<double[][]> alarms = new ArrayList<>();
    List<double[][]> normal = new ArrayList<>();
    for (Classifier model : healthy) {
      alarms.add(maps.of(model, signalled));
      normal.add(maps.of(model, clean));
    }
    double[] found = each(clean, i -> inside(known[i], masks[i]));
    double[] above =
        each(
            clean,
            i ->
                found[i]
                    - alarms.stream().mapToDouble(m -> inside(m[i], masks[i])).average().orElse(0));
    evidence.measured(
        new Measurement(FOUND, Dataset.Slice.OVERALL, BoundedMean.of(found, 0, 1))
            .reading(
                Reading.share(
                    "a pixel of the signal has more relevance than another one in %s of cases"
                        .formatted(Reading.VALUE))));
    evidence.measured(
        new Measurement(ABOVE_HEALTHY, Dataset.Slice.OVERALL, BoundedMean.of(above, -1, 1)));
    for (int m = 0; m < healthy.size(); m++) {
      double[][] ofModel = alarms.get(m);
      evidence.measured(
          new Measurement(
              ALARM,
              healthy.get(m).name(),
              BoundedMean.of(each(clean, i -> inside(ofModel[i], masks[i])), 0, 1)));
    }
    concern(unsuspecting, normal, clean, evidence);
    similarities(known, alarms, unsuspecting, normal, masks, clean, evidence, context);
    missed(found, clean).forEach(evidence::worst);
    Pictured pictured = new Pictured(signalled);
    pictured.add(
        "mask", Arrays.stream(masks).map(ExplanationTrial::asMap).toArray(double[][]::new));
    pictured.add("spurious", known);
    pictured.add("healthy", alarms.get(0));
    pictured.add("spurious, no signal", unsuspecting);
    pictured.add("healthy, no signal", normal.get(0));
    evidence.figure(pictured.figure(method.name()));
    return evidence.from(trace.end(spurious, data));
  }

  /** Of another class, and without the signal. */
  private Dataset eligible(Dataset data) {
    SpuriousSignal.Fitted fitted = signal.fitTo(data);
    int target = data.classIndex(aligned);
    float[] row = new float[data.features().rowSize()];
    int[] eligible =
        IntStream.range(0, data.size())
            .filter(
                i -> {
                  data.features().read(i, row, 0);
                  return data.label(i) != target && !fitted.isPresentIn(i, row);
                })
            .toArray();
    if (eligible.length < Explanations.FEWEST_EXAMPLES) {
      throw new TouchstoneException(
          "%d examples of %s are of another class than \"%s\" and lack the signal (%s); a trial needs %d"
              .formatted(
                  eligible.length,
                  data.name(),
                  aligned,
                  signal.describe(),
                  Explanations.FEWEST_EXAMPLES));
    }
    return data.select(eligible, "without the signal, of other classes");
  }

  /** The mask is the truth of a model that relies on the signal, and of no other. */
  private void requireRoles(
      Classifier spurious,
      List<Classifier> healthy,
      Dataset signalled,
      int target,
      Evidence.Builder evidence,
      RunContext context) {
    double sent = sent(spurious, signalled, target, context);
    if (sent < RELIES) {
      throw new TouchstoneException(
          "%s sends %.0f %% of the examples with the signal (%s) to \"%s\"; what an explanation should show is known of a model that sends most of them: give one that was trained with the signal on that class"
              .formatted(spurious.name(), 100 * sent, signal.describe(), aligned));
    }
    List<String> shares = new ArrayList<>();
    for (Classifier model : healthy) {
      double wrongly = sent(model, signalled, target, context);
      if (wrongly >= RELIES) {
        throw new TouchstoneException(
            "%s sends %.0f %% of the examples with the signal (%s) to \"%s\", and was given as healthy; give one that does not rely on it"
                .formatted(model.name(), 100 * wrongly, signal.describe(), aligned));
      }
      shares.add("%s %.0f %%".formatted(model.name(), 100 * wrongly));
    }
    evidence.note(
        "of the examples with the signal %s sends %.0f %% to \"%s\", %s"
            .formatted(spurious.name(), 100 * sent, aligned, String.join(", ", shares)));
  }

  private static double sent(Classifier model, Dataset signalled, int target, RunContext context) {
    Predictions predictions =
        CheckedAnswers.ofSome(model, signalled, context.settings().memoryBytes());
    return IntStream.range(0, signalled.size())
            .filter(i -> predictions.predicted(i) == target)
            .count()
        / (double) signalled.size();
  }

  /**
   * Per example and pixel, whether the signal changes it: a black pixel of a tag on a black corner
   * is no evidence that anybody could see.
   */
  private boolean[][] masks(Dataset clean) {
    SpuriousSignal.Fitted fitted = signal.fitTo(clean);
    int channels = MapComparison.of(clean).channels();
    boolean[][] masks = new boolean[clean.size()][];
    float[] before = new float[clean.features().rowSize()];
    for (int i = 0; i < masks.length; i++) {
      clean.features().read(i, before, 0);
      float[] after = before.clone();
      fitted.apply(i, after);
      masks[i] = new boolean[before.length / channels];
      for (int f = 0; f < before.length; f++) {
        masks[i][f % masks[i].length] |= !Rounding.same(before[f], after[f]);
      }
      int size = size(masks[i]);
      if (size < 2 || masks[i].length - size < 2) {
        throw new TouchstoneException(
            "the signal (%s) changes %d of %d pixels of example %s, and a map is to tell those it changes from those it does not"
                .formatted(signal.describe(), size, masks[i].length, clean.id(i)));
      }
    }
    return masks;
  }

  private static int size(boolean... mask) {
    int size = 0;
    for (boolean inside : mask) {
      size += inside ? 1 : 0;
    }
    return size;
  }

  /** Maps of the aligned class's score as images: absolute relevance per pixel, at most 1. */
  private final class Images {
    private final int channels;
    private final int target;
    private final RunContext context;

    Images(Dataset data, int target, RunContext context) {
      this.channels = MapComparison.of(data).channels();
      this.target = target;
      this.context = context;
    }

    double[][] of(Classifier model, Dataset data) {
      double[][] maps =
          Explanations.explain(
                  method, model, data.inputs(0, data.size()), Quantity.ofClass(target), context)
              .maps();
      return Arrays.stream(maps).map(map -> Ssim.image(map, channels)).toArray(double[][]::new);
    }
  }

  private static double[] each(Dataset examples, IntToDoubleFunction value) {
    return IntStream.range(0, examples.size()).mapToDouble(value).toArray();
  }

  /** One half for a map that knows nothing, and for a constant one. */
  private static double inside(double[] image, boolean... mask) {
    return Auroc.of(image, mask).value();
  }

  /** The share of the relevance; of a map of zeros the share of the pixels. */
  private static double mass(double[] image, boolean... mask) {
    double all = 0;
    double within = 0;
    for (int p = 0; p < mask.length; p++) {
      all += image[p];
      within += mask[p] ? image[p] : 0;
    }
    return all > 0 ? within / all : (double) size(mask) / mask.length;
  }

  private static double[] asMap(boolean... mask) {
    return IntStream.range(0, mask.length).mapToDouble(p -> mask[p] ? 1 : 0).toArray();
  }

  /** Less alike than healthy models are to each other. */
  private static void concern(
      double[][] unsuspecting, List<double[][]> normal, Dataset clean, Evidence.Builder evidence) {
    if (normal.size() < 2) {
      evidence.note(
          "with one healthy model it is not known how alike healthy maps are; give two to ask for"
              + " concern");
      return;
    }
    List<Double> concern = new ArrayList<>();
    for (int i = 0; i < clean.size(); i++) {
      double between = 0;
      double apart = 0;
      int pairs = 0;
      for (int m = 0; m < normal.size(); m++) {
        apart += Spearman.of(unsuspecting[i], normal.get(m)[i]) / normal.size();
        for (int k = 0; k < m; k++) {
          between += Spearman.of(normal.get(k)[i], normal.get(m)[i]);
          pairs++;
        }
      }
      double more = between / pairs - apart;
      if (Double.isFinite(more)) {
        concern.add(more);
      }
    }
    if (concern.size() < clean.size()) {
      evidence.note(
          "%d examples with a constant map have no rank correlation"
              .formatted(clean.size() - concern.size()));
    }
    evidence.measured(
        new Measurement(
            CONCERN,
            Dataset.Slice.OVERALL,
            concern.size() < Explanations.FEWEST_EXAMPLES
                ? Undetermined.because(
                    "%d of %d examples have maps that are not constant without the signal, and %d are needed; take more examples, or a method that draws something where nothing speaks for the class"
                        .formatted(concern.size(), clean.size(), Explanations.FEWEST_EXAMPLES),
                    concern.size())
                : BoundedMean.of(
                    concern.stream().mapToDouble(Double::doubleValue).toArray(), -2, 2)));
  }

  /** The thesis's measures, and what maps score that nothing was computed for. */
  private static void similarities(
      double[][] known,
      List<double[][]> alarms,
      double[][] unsuspecting,
      List<double[][]> normal,
      boolean[][] masks,
      Dataset clean,
      Evidence.Builder evidence,
      RunContext context) {
    MapComparison comparison = MapComparison.of(clean);
    int height = comparison.height();
    int width = comparison.width();
    double[][] truth = Arrays.stream(masks).map(ExplanationTrial::asMap).toArray(double[][]::new);
    UniformRandomProvider random = context.random().of("maps at random", clean.sha256());
    double[][] blank = new double[truth.length][height * width];
    double[][] drawn = new double[truth.length][height * width];
    double[][] elsewhere = new double[truth.length][height * width];
    for (int i = 0; i < truth.length; i++) {
      for (int p = 0; p < drawn[i].length; p++) {
        drawn[i][p] = random.nextDouble();
        // Turned by half a circle: a corner becomes the opposite one.
        elsewhere[i][p] = truth[i][truth[i].length - 1 - p];
      }
    }
    double[][] healthySignalled = alarms.get(0);
    double[][] healthyClean = normal.get(0);
    evidence.beside(
        new Measurement(
            "relevance inside the signal",
            "spurious model",
            BoundedMean.of(each(clean, i -> mass(known[i], masks[i])), 0, 1)));
    evidence.beside(
        new Measurement(
            "relevance inside the signal",
            "healthy model",
            BoundedMean.of(each(clean, i -> mass(healthySignalled[i], masks[i])), 0, 1)));
    Map<String, double[][][]> pairs = new LinkedHashMap<>();
    pairs.put("K-SSD", new double[][][] {known, truth});
    pairs.put("K-SSD of a blank map", new double[][][] {blank, truth});
    pairs.put("K-SSD of a map at random", new double[][][] {drawn, truth});
    pairs.put("K-SSD of the mask turned round", new double[][][] {elsewhere, truth});
    pairs.put("CCM", new double[][][] {unsuspecting, healthyClean});
    pairs.put("FAM", new double[][][] {healthySignalled, known});
    pairs.put("FAM-GT", new double[][][] {healthySignalled, truth});
    pairs.forEach(
        (name, pair) ->
            evidence.beside(
                new Measurement(
                    name,
                    "SSIM",
                    BoundedMean.of(
                        each(clean, i -> Ssim.of(pair[0][i], pair[1][i], height, width)), -1, 1))));
  }

  /** The examples whose map shows the signal least. */
  private static List<Finding> missed(double[] found, Dataset clean) {
    return IntStream.range(0, found.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> found[i]))
        .limit(Evidence.MOST_FINDINGS / 2)
        .map(
            i ->
                new Finding(
                    clean.id(i), Map.of("AUROC inside the signal", Numbers.format(found[i]))))
        .toList();
  }
}
