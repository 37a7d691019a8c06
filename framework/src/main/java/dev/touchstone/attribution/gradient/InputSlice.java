package dev.touchstone.attribution.gradient;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.rule.SecantPaths;
import dev.touchstone.graph.rule.SecantRules;
import dev.touchstone.graph.rule.SecantSums;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.runtime.RunContext;
import java.util.Optional;

/** The input of a network. */
record InputSlice(WhiteBox box) implements Slice {

  @Override
  public boolean isStraight() {
    return true;
  }

  @Override
  public double[][] values(Tensor points) {
    return Maps.rows(points);
  }

  @Override
  public GradientFunction gradients(RunContext context) {
    return GradientFunction.of(box, BackwardRules.derivatives(), context);
  }

  @Override
  public Optional<Secants> secants() {
    return SecantRules.of(box).map(rules -> new OfInput(box, SecantPaths.of(box, rules)));
  }

  @Override
  public Optional<SecantSums> secantSums() {
    return SecantSums.of(box);
  }

  private record OfInput(WhiteBox box, SecantPaths paths) implements Secants {

    @Override
    public double[][] along(Tensor points, SecantPaths.After[] after, Quantity quantity) {
      return CheckedAnswers.gradients(
          box.name(), paths.inputGradients(points, after, quantity), points);
    }

    @Override
    public void close() {
      paths.close();
    }
  }
}
