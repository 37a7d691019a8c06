package dev.touchstone.attribution.gradient;

import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.rule.SecantSums;
import dev.touchstone.graph.rule.Smoothness;
import dev.touchstone.model.InputGradients;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import java.util.Optional;

/**
 * Which rule integrates best: without kinks Gauss-Legendre, with kinks secants, and where there are
 * none the midpoint rule, which kinks harm least.
 */
final class PathRules {
  private PathRules() {}

  /**
   * Along the way of a model's inputs.
   *
   * @param model a white box, or one that has gradients alone
   * @param gradients of the model
   */
  static PathRule ofInputs(Model model, InputGradients gradients, RunContext context) {
    WhiteBox box = model.capability(WhiteBox.class).orElse(null);
    Summand summand = Summand.alongTheWay();
    GradientFunction derivatives = GradientFunction.of(gradients, context);
    if (box != null && Smoothness.of(box)) {
      return QuadratureRule.gaussLegendre(derivatives, summand, context.progress());
    }
    // A batch of fixed size is computed in portions, which would part neighbours on the path.
    return Optional.ofNullable(box)
        .flatMap(WhiteBox::withFreeBatch)
        .flatMap(free -> secants(new InputSlice(free), summand, context))
        .orElseGet(() -> QuadratureRule.midpoint(derivatives, summand, context.progress()));
  }

  /** Along the way of the values in a slice of a white box. */
  static PathRule along(Slice slice, RunContext context) {
    Summand summand = Summand.alongTheWay();
    if (slice.isStraight()) {
      return in(slice, summand, context);
    }
    return secants(slice, summand, context)
        .orElseGet(() -> DifferenceRule.of(slice, summand, context));
  }

  /** The mean over the way of inputs. */
  static PathRule mean(Slice slice, RunContext context) {
    return in(slice, Summand.mean(), context);
  }

  private static PathRule in(Slice slice, Summand summand, RunContext context) {
    if (Smoothness.of(slice.box())) {
      return QuadratureRule.gaussLegendre(slice.gradients(context), summand, context.progress());
    }
    return secants(slice, summand, context)
        .orElseGet(
            () -> QuadratureRule.midpoint(slice.gradients(context), summand, context.progress()));
  }

  private static Optional<PathRule> secants(Slice slice, Summand summand, RunContext context) {
    try (SecantSums found = slice.secantSums().orElse(null)) {
      if (found != null) {
        return Optional.of(StraightSecantRule.of(slice, summand, context));
      }
    }
    try (Slice.Secants found = slice.secants().orElse(null)) {
      return found == null ? Optional.empty() : Optional.of(SecantRule.of(slice, summand, context));
    }
  }

  /** What a rule is called where some of a model's nodes may compute anything. */
  static String described(PathRule rule, Model model) {
    boolean opaque =
        model.capability(WhiteBox.class).map(box -> !box.opaqueNodes().isEmpty()).orElse(false);
    // Without their names, so that another model of the same kind is explained by an equal rule.
    return rule.name() + (opaque ? ", since some blocks may compute anything" : "");
  }
}
