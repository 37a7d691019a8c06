package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.runtime.NativeArrays;
import dev.touchstone.runtime.Torch;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Sums of gradients at inputs that are put together of a few rows, such as points of the lines
 * between two. The network's affine start is gone through once forward for each row and once back
 * for each sum, whatever the number of inputs; they are put together behind it ({@link
 * AffineStart}). Not thread-safe.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class CombinedInputs implements AutoCloseable {
  private final WhiteBox box;
  private final AffineStart start;
  private final NDManager memory;

  /** Of the rows, behind the start: rows × values. */
  private @Nullable NDArray values;

  /** Behind the start, in double precision: sums × values. */
  private @Nullable NDArray sums;

  private CombinedInputs(WhiteBox box, AffineStart start) {
    this.box = box;
    this.start = start;
    this.memory = Torch.manager(box.device());
  }

  /**
   * Returns whether this can be asked of a model: it takes one input of floating-point numbers, and
   * any number of examples of one shape.
   */
  public static boolean serves(WhiteBox box) {
    return box.inputs().size() == 1
        && box.graph().floatingInputs().size() == 1
        && box.graph().batch() == -1
        && Arrays.stream(box.inputShape()).skip(1).allMatch(length -> length > 0);
  }

  /** Begins with no rows. */
  public static CombinedInputs of(WhiteBox box) {
    return new CombinedInputs(box, AffineStart.of(box));
  }

  /** Returns the network behind its affine start, whose nodes rules replace the derivatives of. */
  public WhiteBox rest() {
    return start.rest();
  }

  /** Takes rows to put inputs together of, and forgets those before, and their sums. */
  public void take(Tensor rows) {
    forget();
    values =
        Torch.evaluate(
            () -> {
              try (NDManager scope = box.scope()) {
                NDArray made = behindTheStart(scope, rows);
                NDArray flat = made.reshape(new Shape(rows.rows(), -1));
                flat.attach(memory);
                return flat;
              }
            });
  }

  private NDArray behindTheStart(NDManager scope, Tensor rows) {
    Map<String, NDArray> inputs = box.inputs(scope, Inputs.of(rows));
    String wanted = start.tap().map(Tap::value).orElse(box.graph().movingInput().name());
    NDArray made =
        Walk.forward(box.graph(), box.nativeWeights(), box.evaluator(), scope)
            .forward(inputs, box.plan(wanted))
            .get(wanted);
    return Objects.requireNonNull(made);
  }

  /**
   * Adds the gradients at some inputs to sums.
   *
   * @param parts inputs × rows: what each input has of each row; those of an input sum to 1
   * @param shares sums × inputs: how much of each gradient goes into each sum
   * @param rules backward rules that replace derivatives in {@link #rest}
   * @param quantity makes of the inputs' scores what is differentiated, input by input
   */
  public void add(
      double[][] parts,
      double[][] shares,
      BackwardRules rules,
      Function<double[][], Quantity> quantity) {
    WhiteBox rest = start.rest();
    Torch.differentiate(
        () -> {
          try (NDManager scope = rest.scope()) {
            NDArray leaf = Torch.leaf(combined(scope, parts));
            String input = rest.graph().movingInput().name();
            String score = rest.graph().score();
            Walk walk =
                Walk.recording(
                    rest.graph(), rest.nativeWeights(), rest.evaluator(), scope, rules, Set.of());
            NDArray scores =
                Objects.requireNonNull(
                    walk.forward(Map.of(input, leaf), rest.plan(score)).get(score));
            double[][] rows = Rows.ofScores(rest.name(), scores, parts.length);
            int[] examples = IntStream.range(0, parts.length).toArray();
            walk.backward(
                scores, Rows.derivatives(scope, scores, rows, quantity.apply(rows), examples));
            NDArray gradient = leaf.getGradient();
            gradient.attach(scope);
            sum(scope, shares, gradient.reshape(new Shape(parts.length, -1)));
            return true;
          }
        });
  }

  private NDArray combined(NDManager scope, double[][] parts) {
    NDArray rows = Walk.handle(Objects.requireNonNull(values), scope);
    NDArray flat = matrix(scope, parts, rows.getDataType()).matMul(rows);
    return flat.reshape(shape(parts.length));
  }

  private void sum(NDManager scope, double[][] shares, NDArray gradients) {
    NDArray more =
        Torch.detached(
            () ->
                matrix(scope, shares, gradients.getDataType())
                    .matMul(gradients)
                    .toType(DataType.FLOAT64, false));
    if (sums == null) {
      more.attach(memory);
      sums = more;
    } else {
      sums.addi(more);
    }
  }

  private static NDArray matrix(NDManager scope, double[][] rows, DataType type) {
    double[] flat = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    return NativeArrays.of(scope, flat, new Shape(rows.length, rows[0].length)).toType(type, false);
  }

  private Shape shape(int rows) {
    return new Shape(Arrays.stream(start.shape(rows)).asLongStream().toArray());
  }

  /** Returns the sums as gradients with respect to the input, a row each. */
  public double[][] sums() {
    NDArray behind = Objects.requireNonNull(sums, "nothing was added");
    int number = Math.toIntExact(behind.getShape().get(0));
    if (start.tap().isEmpty()) {
      return Torch.evaluate(() -> Rows.of(box.name(), behind, number));
    }
    String value = start.tap().get().value();
    return Torch.differentiate(
        () -> {
          try (NDManager scope = box.scope()) {
            int[] shape = box.inputShape();
            shape[0] = number;
            // Any will do: of an affine function the derivative is the same everywhere.
            NDArray leaf =
                Torch.leaf(
                    scope.zeros(
                        new Shape(Arrays.stream(shape).asLongStream().toArray()), box.type()));
            Walk walk =
                Walk.recording(
                    box.graph(),
                    box.nativeWeights(),
                    box.evaluator(),
                    scope,
                    BackwardRules.derivatives(),
                    Set.of());
            NDArray made =
                Objects.requireNonNull(
                    walk.forward(Map.of(box.graph().movingInput().name(), leaf), box.plan(value))
                        .get(value));
            NDArray arriving = behind.toType(box.type(), false).reshape(made.getShape());
            arriving.attach(scope);
            walk.backward(made, arriving);
            NDArray gradient = leaf.getGradient();
            gradient.attach(scope);
            return Rows.of(box.name(), gradient, number);
          }
        });
  }

  private void forget() {
    if (values != null) {
      values.close();
      values = null;
    }
    if (sums != null) {
      sums.close();
      sums = null;
    }
  }

  /** Frees what was taken and added. */
  @Override
  public void close() {
    memory.close();
  }
}
