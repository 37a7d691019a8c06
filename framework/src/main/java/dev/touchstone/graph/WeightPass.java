package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.runtime.NativeArrays;
import dev.touchstone.runtime.Torch;
import dev.touchstone.runtime.Torch.Recording;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/**
 * One recorded pass over some examples in which a vector of weights is the leaf. What the white box
 * folded of those weights, such as their transpose, is computed again from the vector, so that
 * gradients arrive at the tensors as they are stored.
 *
 * <p>For one evaluation, inside the engine's lease; its arrays belong to the scope.
 */
final class WeightPass {
  private final Parameters parameters;
  private final NDManager scope;
  private final Portion portion;
  private final NDArray theta;
  private final Map<String, NDArray> constants;
  private final Map<String, NDArray> values;
  private final NDArray scores;
  private final double[][] rows;
  private final NDArray input;

  private WeightPass(
      Parameters parameters,
      NDManager scope,
      Portion portion,
      Set<String> innerValues,
      UnaryOperator<NDArray> ofInput) {
    WhiteBox model = parameters.model();
    this.parameters = parameters;
    this.scope = scope;
    this.portion = portion;
    this.constants = new HashMap<>(model.nativeWeights());
    this.theta = theta();
    putLeaves();
    Graph graph = model.graph();
    String score = graph.score();
    Set<String> wanted = new HashSet<>(innerValues);
    wanted.add(score);
    Walk.Plan plan = Walk.Plan.of(graph, wanted, constants.keySet());
    // Every value stays: DJL lays arrays over Java's own memory, which goes with the array, though
    // libtorch needs it on the way back.
    Walk walk =
        Walk.recording(
            graph, constants, model.evaluator(), scope, BackwardRules.derivatives(), Set.of());
    Map<String, NDArray> given = new HashMap<>(model.inputs(scope, portion.rows()));
    String moving = graph.movingInput().name();
    this.input = ofInput.apply(Objects.requireNonNull(given.get(moving)));
    given.put(moving, input);
    this.values = walk.forward(given, plan);
    this.scores = value(score);
    this.rows = Rows.ofScores(model.name(), scores, portion.examples().length);
  }

  /** Computes the scores of some examples. */
  static WeightPass forward(Parameters parameters, NDManager scope, Portion portion) {
    return new WeightPass(parameters, scope, portion, Set.of(), UnaryOperator.identity());
  }

  /** The same, of which derivatives by the input are taken, too. */
  static WeightPass withInput(Parameters parameters, NDManager scope, Portion portion) {
    return new WeightPass(parameters, scope, portion, Set.of(), Torch::leaf);
  }

  /**
   * The same, keeping some inner values.
   *
   * @param innerValues names of values for {@link #value}
   */
  static WeightPass forward(
      Parameters parameters, NDManager scope, Portion portion, Set<String> innerValues) {
    return new WeightPass(parameters, scope, portion, innerValues, UnaryOperator.identity());
  }

  /** One of the values that are kept. */
  NDArray value(String name) {
    return Objects.requireNonNull(values.get(name));
  }

  private NDArray theta() {
    return Torch.detached(
        () -> {
          NDList flat = new NDList();
          for (Parameters.Part part : parameters.parts()) {
            flat.add(Walk.handle(weight(part), scope).reshape(part.size()));
          }
          NDArray all = flat.size() == 1 ? flat.head().duplicate() : NDArrays.concat(flat);
          all.attach(scope);
          return Torch.leaf(all);
        });
  }

  /** One of the weights, recorded as a part of the vector. */
  NDArray weight(Parameters.Part part) {
    return Objects.requireNonNull(constants.get(part.weight()));
  }

  /** Puts parts of the vector in the place of its weights, and forgets what was folded of them. */
  private void putLeaves() {
    List<Parameters.Part> parts = parameters.parts();
    long[] starts = parts.stream().skip(1).mapToLong(Parameters.Part::offset).toArray();
    NDList cut = starts.length == 0 ? new NDList(theta) : theta.split(starts, 0);
    Set<String> moving = new HashSet<>();
    for (int i = 0; i < parts.size(); i++) {
      NDArray weight = cut.get(i).reshape(new Shape(parts.get(i).shape()));
      cut.get(i).attach(scope);
      weight.attach(scope);
      constants.put(parts.get(i).weight(), weight);
      moving.add(parts.get(i).weight());
    }
    for (Node node : parameters.model().graph().nodes()) {
      if (constants.containsKey(node.output())
          && node.inputs().stream().anyMatch(moving::contains)) {
        constants.remove(node.output());
        moving.add(node.output());
      }
    }
  }

  /** The scores of the examples that count. */
  double[][] scores() {
    return present(rows);
  }

  /** Σ derivative · ∂score/∂weight over examples and scores, freeing the recording. */
  NDArray gradient(Quantity quantity) {
    return back(derivatives(quantity));
  }

  /**
   * J v for several vectors: as the gradient Jᵀu is linear in u, its derivative by u along v is J
   * v.
   *
   * @param vectors a row each
   */
  double[][][] jacobianVectors(List<NDArray> vectors) {
    double[][][] products = new double[vectors.size()][portion.present()][rows[0].length];
    NDArray dual = Torch.leaf(scores.zerosLike());
    NDArray recorded = recorded(dual);
    for (int i = 0; i < products.length; i++) {
      products[i] = present(rowsOf(along(recorded, vectors.get(i), List.of(dual)).get(0)));
    }
    return products;
  }

  /** Jᵀ H J v, where H is the loss's Hessian with respect to the scores. */
  NDArray gaussNewtonVector(Loss loss, NDArray vector) {
    NDArray dual = Torch.leaf(scores.zerosLike());
    NDArray alongVector = along(recorded(dual), vector, List.of(dual)).get(0);
    return back(curvature(loss, alongVector));
  }

  /** Jᵀ H J v + Σ r · ∂²score/∂weight² v, where r are the loss's derivatives by the scores. */
  NDArray hessianVector(Loss loss, NDArray vector) {
    NDArray dual = Torch.leaf(derivatives(loss));
    NDList both = along(recorded(dual), vector, List.of(dual, theta));
    return both.get(1).add(back(curvature(loss, both.get(0))));
  }

  /** ∂(∇ℓᵀ v)/∂input, where ∇ℓ is by the weights: a row per example that counts. */
  double[][] inputDerivatives(Loss loss, NDArray vector) {
    NDArray dual = Torch.leaf(derivatives(loss));
    NDList both = along(recorded(dual), vector, List.of(dual, input));
    NDArray bent =
        Torch.gradients(
                scores, curvature(loss, both.get(0)), List.of(input), Recording.RELEASED, scope)
            .head();
    NDArray sum = both.get(1).add(bent);
    return present(Rows.of(parameters.model().name(), sum, portion.examples().length));
  }

  /** Σ derivative · ∂score/∂value at some of the values that are kept. */
  NDList gradientsAt(List<String> names, Quantity quantity) {
    List<NDArray> at = names.stream().map(this::value).toList();
    return Torch.gradients(scores, derivatives(quantity), at, Recording.RELEASED, scope);
  }

  /** Jᵀu, recorded. */
  private NDArray recorded(NDArray dual) {
    return Torch.gradients(scores, dual, List.of(theta), Recording.CONTINUED, scope).head();
  }

  private NDList along(NDArray recorded, NDArray vector, List<NDArray> inputs) {
    return Torch.gradients(recorded, vector, inputs, Recording.KEPT, scope);
  }

  private NDArray back(NDArray arriving) {
    return Torch.gradients(scores, arriving, List.of(theta), Recording.RELEASED, scope).head();
  }

  private NDArray derivatives(Quantity quantity) {
    return arriving(i -> quantity.gradient(rows[i], portion.examples()[i]));
  }

  private NDArray curvature(Loss loss, NDArray alongVector) {
    double[][] moved = rowsOf(alongVector);
    return arriving(i -> loss.hessianVector(rows[i], portion.examples()[i], moved[i]));
  }

  /** Rows as an array like the scores; zeros for the examples that only fill up. */
  private NDArray arriving(IntFunction<double[]> row) {
    int width = rows[0].length;
    double[] all = new double[rows.length * width];
    for (int i = 0; i < portion.present(); i++) {
      System.arraycopy(row.apply(i), 0, all, i * width, width);
    }
    return NativeArrays.of(scope, all, scores.getShape()).toType(scores.getDataType(), false);
  }

  private double[][] rowsOf(NDArray likeScores) {
    return Rows.ofScores(parameters.model().name(), likeScores, portion.examples().length);
  }

  private double[][] present(double[][] all) {
    return Arrays.copyOf(all, portion.present());
  }
}
