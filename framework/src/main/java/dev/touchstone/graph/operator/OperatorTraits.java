package dev.touchstone.graph.operator;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an operator is, for whoever has to know: one table, a row for each that the white box knows.
 *
 * @param effect how the output depends on the computed inputs
 * @param smooth whether it has derivatives of every order in each of them, a division away from 0
 * @param mayRectify whether it cuts off or bends negative numbers, or might
 * @param learns whether constants among its inputs are weights
 */
public record OperatorTraits(Effect effect, boolean smooth, boolean mayRectify, Learns learns) {

  /** How an output depends on the inputs that are computed. */
  public enum Effect {
    /** Linear in all of them together, up to a constant. */
    LINEAR,
    /** Linear in the first input; the others say how, and are constants. */
    LINEAR_IN_FIRST,
    /** Linear in each of two while the others stay as they are. */
    PRODUCT,
    /** The first divided by the second. */
    QUOTIENT,
    /** Each number of the output depends on one number of the first input. */
    ELEMENTWISE,
    /** Each number of the output is one of several in the inputs. */
    SELECTION,
    /** Mixes the numbers of its first input in a way of its own. */
    MIXING,
    /** Tells of shapes, or answers yes or no: there is nothing to differentiate. */
    WITHOUT_DERIVATIVE,
    /** May compute anything. */
    UNKNOWN
  }

  /** Whether constants among an operator's inputs are learnt. */
  public enum Learns {
    /** They are settings. */
    NOTHING,
    /** They are a layer's weights. */
    WEIGHTS,
    /** They are learnt where a layer with weights came before. */
    BESIDE_WEIGHTS
  }

  /** The type of a function of the user's whose name tells nothing. */
  public static final String LAMBDA = "Lambda";

  /** The type of what has weights and is no one operator of ONNX. */
  public static final String BLOCK = "Block";

  /** The type of what puts parallel branches together, and whatever else its function does. */
  public static final String JOIN = "Join";

  private static final Map<String, OperatorTraits> ROWS = rows();

  private static final OperatorTraits NO_ROW =
      new OperatorTraits(Effect.UNKNOWN, false, true, Learns.NOTHING);

  /** The row of an operator's type; of a type that has none, that it may be anything. */
  public static OperatorTraits of(String type) {
    return ROWS.getOrDefault(type, NO_ROW);
  }

  /** The types that have a row. */
  public static Set<String> types() {
    return new TreeSet<>(ROWS.keySet());
  }

  private static Map<String, OperatorTraits> rows() {
    Table table = new Table();
    table
        .smooth(Effect.LINEAR)
        .are("Concat", "Expand", "Flatten", "Identity", "Mean", "Neg", "Normalisation", "Sub")
        .are("ReduceMean", "ReduceSum", "Squeeze", "Sum", "Transpose", "Unsqueeze");
    table
        .smooth(Effect.LINEAR_IN_FIRST)
        .are("AveragePool", "DepthToSpace", "Dropout", "GlobalAveragePool", "Pad", "Reshape")
        .are("Resize", "Slice", "SpaceToDepth", "Split", "Tile", "Upsample");
    // Where a number becomes whole, or an index moves, it jumps.
    table.kinked(Effect.LINEAR_IN_FIRST).are("Cast", "CastLike", "Gather");
    table.smooth(Effect.LINEAR_IN_FIRST).learns(Learns.WEIGHTS).are("Conv", "ConvTranspose");
    table.smooth(Effect.LINEAR_IN_FIRST).learns(Learns.BESIDE_WEIGHTS).are("BatchNormalization");
    table.smooth(Effect.LINEAR).learns(Learns.BESIDE_WEIGHTS).are("Add");
    table.smooth(Effect.PRODUCT).learns(Learns.WEIGHTS).are("Gemm", "MatMul");
    table.smooth(Effect.PRODUCT).learns(Learns.BESIDE_WEIGHTS).are("Mul");
    table.smooth(Effect.QUOTIENT).are("Div");
    table
        .smooth(Effect.ELEMENTWISE)
        .are("Cos", "Exp", "Log", "Reciprocal", "Sigmoid", "Sin", "Sqrt", "Tanh");
    // A whole power is smooth; see Smoothness.
    table.kinked(Effect.ELEMENTWISE).are("HardSigmoid", "Pow", "Softsign");
    table.smooth(Effect.ELEMENTWISE).mayRectify().are("Erf", "Gelu", "Mish", "Softplus", "Swish");
    table
        .kinked(Effect.ELEMENTWISE)
        .mayRectify()
        .are("Abs", "Celu", "Clip", "Elu", "HardSwish", "LeakyRelu", "Relu", "Selu")
        .are("ThresholdedRelu");
    table.kinked(Effect.ELEMENTWISE).mayRectify().learns(Learns.BESIDE_WEIGHTS).are("PRelu");
    table.kinked(Effect.SELECTION).are("GlobalMaxPool", "MaxPool", "ReduceMax", "ReduceMin");
    table.kinked(Effect.SELECTION).mayRectify().are("Max", "Min", "Where");
    table
        .smooth(Effect.MIXING)
        .are("LRN", "LogSoftmax", "ReduceLogSumExp", "ReduceProd", "ReduceSumSquare", "Softmax");
    table
        .smooth(Effect.MIXING)
        .learns(Learns.BESIDE_WEIGHTS)
        .are("GroupNormalization", "InstanceNormalization", "LayerNormalization");
    table.kinked(Effect.MIXING).are("GlobalLpPool", "LpPool", "Normalizer", "ReduceL2");
    table.kinked(Effect.MIXING).mayRectify().are("ReduceL1");
    table.smooth(Effect.WITHOUT_DERIVATIVE).are("Shape", "Size");
    table
        .kinked(Effect.WITHOUT_DERIVATIVE)
        .mayRectify()
        .are("And", "ArgMax", "ArgMin", "Ceil", "ConstantOfShape", "Equal", "Floor", "Greater")
        .are("GreaterOrEqual", "Less", "LessOrEqual", "Not", "Or", "Range", "Sign", "Xor");
    table.kinked(Effect.UNKNOWN).mayRectify().are(LAMBDA, JOIN);
    table.kinked(Effect.UNKNOWN).mayRectify().learns(Learns.WEIGHTS).are(BLOCK);
    return Map.copyOf(table.rows);
  }

  /** Rows under a heading. */
  private static final class Table {
    private final Map<String, OperatorTraits> rows = new HashMap<>();

    Rows smooth(Effect effect) {
      return new Rows(this, new OperatorTraits(effect, true, false, Learns.NOTHING));
    }

    Rows kinked(Effect effect) {
      return new Rows(this, new OperatorTraits(effect, false, false, Learns.NOTHING));
    }
  }

  private record Rows(Table table, OperatorTraits heading) {

    Rows mayRectify() {
      return new Rows(
          table, new OperatorTraits(heading.effect(), heading.smooth(), true, heading.learns()));
    }

    Rows learns(Learns what) {
      return new Rows(
          table,
          new OperatorTraits(heading.effect(), heading.smooth(), heading.mayRectify(), what));
    }

    Rows are(String... types) {
      for (String type : types) {
        if (table.rows.put(type, heading) != null) {
          throw new IllegalStateException(type + " has two rows");
        }
      }
      return this;
    }
  }
}
