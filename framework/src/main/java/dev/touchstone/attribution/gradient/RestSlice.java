package dev.touchstone.attribution.gradient;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.rule.SecantPaths;
import dev.touchstone.graph.rule.SecantRules;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.runtime.RunContext;
import java.util.Optional;

/**
 * The value from which the rest of a network goes on, beside what else that takes of one example,
 * such as its mask.
 *
 * @param box the rest of the network
 * @param example what it takes of the example
 */
record RestSlice(WhiteBox box, Inputs example) implements Slice {

  @Override
  public boolean isStraight() {
    return true;
  }

  @Override
  public int rowsAtOnce(RunContext context) {
    return box.batchSize(context.settings().memoryBytes(), true, example);
  }

  @Override
  public double[][] values(Tensor points) {
    return Maps.rows(points);
  }

  /** The scores of points, each as if it were the example's value. */
  double[][] scores(Tensor points) {
    return box.scores(among(points));
  }

  @Override
  public GradientFunction gradients(RunContext context) {
    return new GradientFunction(
        (rows, quantity) ->
            CheckedAnswers.gradients(
                box.name(),
                box.inputGradients(among(rows), quantity, BackwardRules.derivatives()),
                rows),
        rowsAtOnce(context));
  }

  @Override
  public Optional<Secants> secants() {
    return SecantRules.of(box).map(rules -> new OfRest(this, SecantPaths.of(box, rules)));
  }

  private Inputs among(Tensor points) {
    return example.select(new int[points.rows()]).withFeatures(points);
  }

  private record OfRest(RestSlice slice, SecantPaths paths) implements Secants {

    @Override
    public double[][] along(Tensor points, SecantPaths.After[] after, Quantity quantity) {
      WhiteBox box = slice.box();
      return CheckedAnswers.gradients(
          box.name(),
          paths.gradients(slice.among(points), after, quantity, box.input()).rows(),
          points);
    }

    @Override
    public void close() {
      paths.close();
    }
  }
}
