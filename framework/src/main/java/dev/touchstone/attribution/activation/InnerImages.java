package dev.touchstone.attribution.activation;

import dev.touchstone.attribution.gradient.InnerValue;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.Tap;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The images that a node makes of every example, a channel each: n × channels × height × width.
 *
 * @param box that the node is in
 * @param tap the node's
 * @param height in pixels; -1 where examples may have any size, until {@link #of} says which
 * @param width likewise
 */
record InnerImages(WhiteBox box, Tap tap, int height, int width) {
  private static final int AXES = 4;
  private static final int MOST_NAMED = 5;

  /** What moves numbers about, and may have put the channels last. */
  private static final Set<String> MOVERS = Set.of("Transpose", "Reshape", Tap.INPUT);

  /**
   * Of a node that is named.
   *
   * @param method whose name stands in messages
   * @throws TouchstoneException if the node makes no images
   */
  static InnerImages at(String node, Model model, String method) {
    InnerValue inner = InnerValue.of(model, node, method);
    InnerImages images = at(inner.box(), inner.tap());
    if (!isImages(inner.tap())) {
      List<String> some =
          inner.box().taps().stream().filter(InnerImages::mayServe).map(Tap::name).toList();
      throw new TouchstoneException(
          "%s needs a node that makes images, [-1, channels, height, width], and %s of %s does not; %s"
              .formatted(
                  method,
                  inner.tap(),
                  model.name(),
                  some.isEmpty()
                      ? "no node does: use IntegratedGradients"
                      : "the last that do are "
                          + some.subList(Math.max(0, some.size() - MOST_NAMED), some.size())));
    }
    return images;
  }

  /** Of the last node that makes images of more than one pixel. */
  static InnerImages last(Model model, String method) {
    WhiteBox box = InnerValue.boxOf(model, method);
    return box.taps().stream()
        .filter(InnerImages::mayServe)
        .reduce((before, tap) -> tap)
        .map(tap -> at(box, tap))
        .orElseThrow(
            () ->
                new TouchstoneException(
                    "%s explains by a node that makes images, [-1, channels, height, width], and %s has none: use IntegratedGradients"
                        .formatted(method, model.name())));
  }

  private static InnerImages at(WhiteBox box, Tap tap) {
    int[] shape = tap.shape();
    return isImages(tap)
        ? new InnerImages(box, tap, shape[2], shape[3])
        : new InnerImages(box, tap, -1, -1);
  }

  private static boolean isImages(Tap tap) {
    return tap.shape().length == AXES;
  }

  private static boolean mayServe(Tap tap) {
    int[] shape = tap.shape();
    // Of images of any size nobody knows yet how many pixels they have there.
    boolean severalPixels = shape.length == AXES && (shape[2] != 1 || shape[3] != 1);
    return severalPixels && !MOVERS.contains(tap.type());
  }

  /** The same of the size that the images of a batch have there. */
  InnerImages of(Tensor batch) {
    int[] one = new InnerValue(box, tap).exampleShape(batch);
    return new InnerImages(box, tap, one[1], one[2]);
  }

  int channels() {
    return tap.shape()[1];
  }

  /**
   * For each example the channels' sum, each weighted with the mean of the quantity's gradient over
   * it.
   *
   * @return n × (height · width)
   */
  double[][] weightedSums(Tensor batch, Quantity quantity, RunContext context) {
    double[][] sums = new double[batch.rows()][];
    int atOnce = box.batchSize(context.settings().memoryBytes(), true);
    for (int first = 0; first < sums.length; first += atOnce) {
      int[] some = IntStream.range(first, Math.min(sums.length, first + atOnce)).toArray();
      Tensor portion = batch.select(some);
      double[][] values =
          CheckedAnswers.innerRows(
              box.name(), box.values(portion, List.of(tap)).values().iterator().next(), portion);
      double[][] gradients =
          CheckedAnswers.innerRows(
              box.name(),
              box.gradients(
                      portion, quantity.ofRows(some), List.of(tap), BackwardRules.derivatives())
                  .values()
                  .iterator()
                  .next(),
              portion);
      for (int i = 0; i < some.length; i++) {
        sums[some[i]] = weightedSum(values[i], gradients[i]);
      }
      context.progress().step("weights of channels", first + some.length, sums.length);
    }
    return sums;
  }

  private double[] weightedSum(double[] values, double[] gradients) {
    double[] sum = new double[height() * width()];
    for (int channel = 0; channel < channels(); channel++) {
      int from = channel * sum.length;
      double weight = Arrays.stream(gradients, from, from + sum.length).sum() / sum.length;
      for (int place = 0; place < sum.length; place++) {
        sum[place] += weight * values[from + place];
      }
    }
    return sum;
  }
}
