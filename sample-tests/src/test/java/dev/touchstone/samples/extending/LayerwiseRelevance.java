package dev.touchstone.samples.extending;

import ai.djl.ndarray.NDArray;
import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.BackwardRule;
import dev.touchstone.graph.Node;
import dev.touchstone.graph.Passage;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.Tap;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An attribution method of one's own: layer-wise relevance propagation by the ε rule (Bach et al.
 * 2015, eq. 58). What is asked about is handed down as relevance 1; of every sum z = Σ x·w + b each
 * input gets x·w/(z ± ε) of it, in convolutions and dense layers as in averages and in the joins of
 * residual networks.
 *
 * <p>What biases and ε keep is missing from a map's sum: its completeness residual.
 */
final class LayerwiseRelevance implements AttributionMethod {
  /** What sums. */
  private static final Set<String> SUMS =
      Set.of("Add", "AveragePool", "Conv", "Gemm", "GlobalAveragePool", "MatMul");

  /** What only hands on: numbers keep their place, or one of several is chosen. */
  private static final Set<String> CARRIERS =
      Set.of("Dropout", "Flatten", "Identity", "MaxPool", "Reshape", "Squeeze", "Unsqueeze");

  private final double epsilon;

  private LayerwiseRelevance(double epsilon) {
    this.epsilon = epsilon;
  }

  /** With an ε that keeps small sums from blowing up. */
  static LayerwiseRelevance withEpsilon(double epsilon) {
    return new LayerwiseRelevance(epsilon);
  }

  @Override
  public boolean signed() {
    return true;
  }

  @Override
  public Map<String, String> settings() {
    return Map.of("epsilon", Double.toString(epsilon));
  }

  @Override
  public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
    WhiteBox box = model.require(WhiteBox.class, name(), "give the model as ONNX");
    double[][] maps = relevance(box, batch, quantity);
    double[][] scores = box.scores(batch);
    double[] kept = new double[maps.length];
    Arrays.setAll(kept, i -> sum(maps[i]) - sum(quantity.gradient(scores[i], i)));
    return Attribution.of(maps, batch, quantity, "epsilon rule")
        .with(Fidelity.completenessResidual(kept, maps));
  }

  double[][] relevance(WhiteBox box, Tensor batch, Quantity quantity) {
    Tap input = box.input();
    return box.gradients(batch, quantity, List.of(input), this::ruleFor).get(input).rows();
  }

  private static double sum(double[] values) {
    return Arrays.stream(values).sum();
  }

  private BackwardRule ruleFor(Node node) {
    if (SUMS.contains(node.type())) {
      return this::share;
    }
    if (node.type().equals("Relu")) {
      return BackwardRule.unary((input, output, relevance) -> relevance);
    }
    if (CARRIERS.contains(node.type())) {
      return Passage::derivative;
    }
    throw new TouchstoneException(name() + " has no rule for " + node);
  }

  private List<NDArray> share(Passage passage) {
    NDArray z = passage.output();
    NDArray sign = z.gte(0).toType(z.getDataType(), false).mul(2).sub(1);
    NDArray perUnit = passage.gradient().div(z.add(sign.mul(epsilon)));
    List<NDArray> weighted = passage.derivativeAt(passage.inputs(), perUnit);
    List<NDArray> relevance = new ArrayList<>();
    for (int i = 0; i < weighted.size(); i++) {
      relevance.add(weighted.get(i).mul(passage.input(passage.computed()[i])));
    }
    return relevance;
  }
}
