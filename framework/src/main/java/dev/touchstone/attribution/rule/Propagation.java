package dev.touchstone.attribution.rule;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.attribution.gradient.GradientFunction;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.rule.Rectifiers;
import dev.touchstone.graph.rule.RelevanceRoles;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * A model that relevance can be handed back through: what the methods that do it share.
 *
 * @param box the model with its layers folded
 */
record Propagation(WhiteBox box) {
  private static final String CURE =
      "give the model as ONNX with operators that the white box knows, or use a method that needs"
          + " less, such as Gradient";

  private static final int MOST_NAMED = 5;

  /** The model's folded form, made once. */
  private record Folded(WhiteBox box) {}

  /**
   * Of a model, unless it has a node that there is no rule for.
   *
   * @param method what to call the method in messages
   */
  static Propagation of(Model model, String method) {
    WhiteBox given = model.require(WhiteBox.class, method, CURE);
    WhiteBox box = given.once(Folded.class, whole -> new Folded(whole.withFoldedLayers())).box();
    RelevanceRoles roles = RelevanceRoles.of(box);
    List<String> others = roles.others();
    if (!others.isEmpty()) {
      throw new TouchstoneException(
          "%s hands relevance back node by node, and %s has %d nodes for which there is no rule, the first of them %s; docs/onnx-operators.md lists what has one. Use InputTimesGradient or IntegratedGradients, which need derivatives alone"
              .formatted(method, model.name(), others.size(), named(others)));
    }
    if (roles.layers() == 0) {
      throw new TouchstoneException(
          "%s says how layers share relevance, and %s has no layer with weights between its input and its scores: its maps would be those of InputTimesGradient. Use InputTimesGradient"
              .formatted(method, model.name()));
    }
    return new Propagation(box);
  }

  /**
   * Refuses a model with activations that are no rectifiers.
   *
   * @param why what the method needs them for, in words
   */
  Propagation requireRectifiers(String method, String why) {
    List<String> others = Rectifiers.of(box).others();
    if (!others.isEmpty()) {
      throw new TouchstoneException(
          "%s %s, and %s rectifies, or may, in %d nodes in another way, the first of them %s. Use Lrp, or IntegratedGradients"
              .formatted(method, why, box.name(), others.size(), named(others)));
    }
    return this;
  }

  private static List<String> named(List<String> nodes) {
    return nodes.subList(0, Math.min(MOST_NAMED, nodes.size()));
  }

  /** Maps of relevance that begins at the scores, and how much of it they hold. */
  Attribution explain(
      Composite composite, Tensor batch, StartingRelevance relevance, RunContext context) {
    BackwardRules rules = RelevanceRules.of(box, composite, Absorption.UNSEEN);
    double[][] maps = maps(rules, batch, relevance, context);
    return attribution(maps, batch, relevance);
  }

  /** The same, and what biases and stabilisers absorb on the way. */
  Attribution explainSeeing(
      Composite composite, Tensor batch, StartingRelevance relevance, RunContext context) {
    DoubleStream.Builder absorbed = DoubleStream.builder();
    int fixed = box.graph().batch();
    GradientFunction.Source source =
        (rows, quantity) -> {
          AbsorbedByExample sums = new AbsorbedByExample(fixed == -1 ? rows.rows() : fixed);
          double[][] maps =
              box.inputGradients(rows, quantity, RelevanceRules.of(box, composite, sums));
          Arrays.stream(sums.first(rows.rows())).forEach(absorbed);
          return CheckedAnswers.gradients(box.name(), maps, rows);
        };
    // What is absorbed is told apart by the rows of one pass.
    int atOnce =
        fixed == -1
            ? Math.min(
                box.batchSize(context.settings().memoryBytes(), true),
                box.atOnce(Inputs.of(batch), true))
            : fixed;
    double[][] maps = new GradientFunction(source, atOnce).atEach(batch, relevance);
    double[] byStabilisers = absorbed.build().toArray();
    double[] byBiases = relevance.sums();
    Arrays.setAll(byBiases, i -> byBiases[i] - Arrays.stream(maps[i]).sum() - byStabilisers[i]);
    return attribution(maps, batch, relevance)
        .with(Fidelity.absorbed(Fidelity.ABSORBED_BY_BIASES, byBiases, relevance.sums()))
        .with(Fidelity.absorbed(Fidelity.ABSORBED_BY_STABILISERS, byStabilisers, relevance.sums()));
  }

  private static Attribution attribution(
      double[][] maps, Tensor batch, StartingRelevance relevance) {
    return Attribution.of(maps, batch, relevance.quantity(), "relevance rules")
        .with(residual(maps, relevance.sums()));
  }

  double[][] maps(
      BackwardRules rules, Tensor batch, StartingRelevance relevance, RunContext context) {
    return GradientFunction.of(box, rules, context).atEach(batch, relevance);
  }

  private static Fidelity residual(double[][] maps, double[] relevance) {
    double[] residuals = new double[maps.length];
    Arrays.setAll(residuals, i -> Arrays.stream(maps[i]).sum() - relevance[i]);
    return Fidelity.conservationResidual(residuals, relevance);
  }
}
