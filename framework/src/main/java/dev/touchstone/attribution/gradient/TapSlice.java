package dev.touchstone.attribution.gradient;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Activations;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.Tap;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.rule.SecantPaths;
import dev.touchstone.graph.rule.SecantRules;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.runtime.RunContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/** The value behind a node of a network. */
record TapSlice(WhiteBox box, Tap tap) implements Slice {

  @Override
  public boolean isStraight() {
    return tap.equals(box.input());
  }

  @Override
  public double[][] values(Tensor points) {
    return checked(box.values(points, List.of(tap)).values().iterator().next(), points);
  }

  /** The same of a whole batch, in portions inside the memory budget. */
  double[][] valuesOf(Tensor batch, RunContext context) {
    return valuesOf(Inputs.of(batch), context);
  }

  /** The same of examples of all that the model takes. */
  double[][] valuesOf(Inputs batch, RunContext context) {
    return inPortions(
        batch,
        box.batchSize(context.settings().memoryBytes(), false, batch),
        (portion, examples) -> box.values(portion, List.of(tap)));
  }

  /** The gradients there of a whole batch of all that the model takes. */
  double[][] gradientsOf(Inputs batch, Quantity quantity, RunContext context) {
    return inPortions(
        batch,
        box.batchSize(context.settings().memoryBytes(), true, batch),
        (portion, examples) ->
            box.gradients(
                portion, quantity.ofRows(examples), List.of(tap), BackwardRules.derivatives()));
  }

  private double[][] inPortions(
      Inputs batch, int atOnce, BiFunction<Inputs, int[], Map<Tap, Activations>> compute) {
    double[][] all = new double[batch.rows()][];
    for (int start = 0; start < all.length; start += atOnce) {
      int[] some = IntStream.range(start, Math.min(all.length, start + atOnce)).toArray();
      Inputs portion = batch.select(some);
      Activations found = compute.apply(portion, some).values().iterator().next();
      double[][] rows = CheckedAnswers.innerRows(box.name(), found, portion);
      System.arraycopy(rows, 0, all, start, rows.length);
    }
    return all;
  }

  @Override
  public GradientFunction gradients(RunContext context) {
    return new GradientFunction(
        (rows, quantity) ->
            checked(
                box.gradients(rows, quantity, List.of(tap), BackwardRules.derivatives())
                    .values()
                    .iterator()
                    .next(),
                rows),
        box.batchSize(context.settings().memoryBytes(), true));
  }

  @Override
  public Optional<Secants> secants() {
    return SecantRules.of(box).map(rules -> new OfTap(this, SecantPaths.of(box, rules)));
  }

  private double[][] checked(Activations rows, Tensor points) {
    return CheckedAnswers.innerRows(box.name(), rows, points);
  }

  private record OfTap(TapSlice slice, SecantPaths paths) implements Secants {

    @Override
    public double[][] along(Tensor points, SecantPaths.After[] after, Quantity quantity) {
      return slice.checked(
          paths.gradients(Inputs.of(points), after, quantity, slice.tap()), points);
    }

    @Override
    public void close() {
      paths.close();
    }
  }
}
