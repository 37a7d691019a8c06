package dev.touchstone.check.signal;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Tensor;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.figure.Overlays;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.InputGradients;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.statistics.MeanEstimate;
import dev.touchstone.statistics.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * Where a model looks when a signal is there: which part of its input gradient lies inside the
 * signal's mask, the ground-truth explanation of a model that relies on it (thesis, section 4.2.1).
 * Evidence beside a verdict, never a verdict: gradients may look elsewhere than the decision does.
 */
final class SignalRelevance {
  private static final int SAMPLE = 32;
  private static final int SHOWN = 6;

  private final Dataset data;
  private final Dataset signalled;
  private final InjectedSignal injected;
  private final int target;

  /**
   * The relevance of one signal for one class.
   *
   * @param signalled the examples without the signal, as they are with it
   * @param target the class whose score is differentiated
   */
  SignalRelevance(Dataset data, Dataset signalled, InjectedSignal injected, int target) {
    this.data = data;
    this.signalled = signalled;
    this.injected = injected;
    this.target = target;
  }

  /**
   * Adds pictures of examples without and with the signal if these are images, and where the model
   * has gradients the share of them inside the signal, drawn over the pictures.
   *
   * @param eligible positions of the examples that the signal might send to the class
   * @param flipped positions of those that it did send there, the largest change first
   * @param number the signal's number among those tried, from 1
   */
  void attachTo(
      Evidence.Builder evidence,
      Classifier model,
      Predictions clean,
      Predictions withSignal,
      int[] eligible,
      int[] flipped,
      int number,
      RunContext context) {
    Optional<InputGradients> gradients = model.capability(InputGradients.class);
    // The columns of a table have units of their own, so their gradients do not compare.
    if (data.shape().length < 2) {
      return;
    }
    int[] sample = sample(eligible, model, context);
    if (gradients.isEmpty()) {
      evidence.figure(
          new Overlays(
              "signal-" + number,
              "Examples without and with " + injected.signal().describe(),
              tiles(Optional.empty(), clean, withSignal, shown(flipped, sample), context)));
      return;
    }
    double[][] gradient = gradients(gradients.get(), signalled, sample, context);
    List<Double> inside = new ArrayList<>();
    double covered = 0;
    for (int s = 0; s < sample.length; s++) {
      int example = injected.absent()[sample[s]];
      boolean[] mask = injected.fitted().mask(example, data.batch(example).values());
      double within = 0;
      double all = 0;
      int size = 0;
      for (int i = 0; i < mask.length; i++) {
        all += Math.abs(gradient[s][i]);
        within += mask[i] ? Math.abs(gradient[s][i]) : 0;
        size += mask[i] ? 1 : 0;
      }
      covered += (double) size / mask.length / sample.length;
      if (all > 0) {
        inside.add(within / all);
      }
    }
    String about = injected.signal().describe() + " to " + data.classNames().get(target);
    if (inside.size() >= 2) {
      evidence.beside(
          new Measurement(
              "gradient inside the signal",
              about,
              MeanEstimate.within(
                  Range.SHARE, inside.stream().mapToDouble(Double::doubleValue).toArray())));
      evidence.note(
          injected.signal().describe()
              + ": a gradient spread evenly would have "
              + Numbers.format(covered)
              + " of its magnitude inside the signal; how much it has is measured on "
              + inside.size()
              + " examples"
              + data.clustering().map(by -> ", one per " + by + ",").orElse("")
              + " and decides nothing");
    }
    evidence.figure(
        new Overlays(
            "signal-" + number,
            "Gradient of class "
                + data.classNames().get(target)
                + " without and with "
                + injected.signal().describe(),
            tiles(gradients, clean, withSignal, shown(flipped, sample), context)));
  }

  /**
   * The same examples in every run of a seed; one of every cluster, since the mean's interval takes
   * them for independent.
   */
  private int[] sample(int[] eligible, Classifier model, RunContext context) {
    int[] shuffled = eligible.clone();
    PermutationSampler.shuffle(
        context
            .random()
            .of("signal relevance", model.sha256(), data.sha256(), injected.signal().describe()),
        shuffled);
    Set<String> clusters = new HashSet<>();
    return Arrays.stream(shuffled)
        .filter(p -> data.clustering().map(by -> clusters.add(cluster(by, p))).orElse(true))
        .limit(SAMPLE)
        .toArray();
  }

  private String cluster(String column, int position) {
    return data.value(column, injected.absent()[position]);
  }

  /** Flipped examples first, as they are what the reader looks for. */
  private static int[] shown(int[] flipped, int[] sample) {
    return IntStream.concat(Arrays.stream(flipped), Arrays.stream(sample))
        .distinct()
        .limit(SHOWN)
        .toArray();
  }

  /** Each example without and with the signal; under its gradients, where the model has them. */
  private List<Overlays.Tile> tiles(
      Optional<InputGradients> model,
      Predictions clean,
      Predictions withSignal,
      int[] positions,
      RunContext context) {
    int[] examples = Arrays.stream(positions).map(p -> injected.absent()[p]).toArray();
    double[][] none = new double[positions.length][0];
    double[][] without = model.map(m -> gradients(m, data, examples, context)).orElse(none);
    double[][] with = model.map(m -> gradients(m, signalled, positions, context)).orElse(none);
    List<Overlays.Tile> tiles = new ArrayList<>();
    for (int s = 0; s < positions.length; s++) {
      String before = data.classNames().get(clean.predicted(examples[s]));
      String after = data.classNames().get(withSignal.predicted(positions[s]));
      tiles.add(tile(data.id(examples[s]) + ": " + before, data.batch(examples[s]), without[s]));
      tiles.add(tile("then " + after, signalled.batch(positions[s]), with[s]));
    }
    return tiles;
  }

  private Overlays.Tile tile(String caption, Tensor one, double[] gradient) {
    int[] shape = data.shape();
    int height = shape[shape.length - 2];
    int width = shape[shape.length - 1];
    int channels = one.values().length / (height * width);
    float[] attribution = new float[gradient.length == 0 ? 0 : height * width];
    for (int i = 0; i < gradient.length; i++) {
      attribution[i % attribution.length] += (float) gradient[i];
    }
    int drawn = channels == 3 ? 3 : 1;
    float[] pixels = new float[drawn * height * width];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = injected.range().unit(one.values()[i]);
    }
    return new Overlays.Tile(caption, height, width, drawn, pixels, attribution);
  }

  private double[][] gradients(
      InputGradients model, Dataset images, int[] examples, RunContext context) {
    int step = model.gradientBatchSize(context.settings().memoryBytes());
    double[][] gradients = new double[examples.length][];
    for (int from = 0; from < examples.length; from += step) {
      int[] some = Arrays.copyOfRange(examples, from, Math.min(examples.length, from + step));
      System.arraycopy(
          CheckedAnswers.gradients(model, images.batch(some), Quantity.ofClass(target)),
          0,
          gradients,
          from,
          some.length);
    }
    return gradients;
  }
}
