package dev.touchstone.graph.operator;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an operator is, for whoever has to know: one table, a row for each that the white box knows.
 *
 * @param effect how the output depends on the computed inputs
 * @param isSmooth whether it has derivatives of every order in each of them, a division away from 0
 * @param rectifies whether it cuts off or bends negative numbers, or might
 * @param learns whether constants among its inputs are weights
 * @param start how these are before training
 * @param hands what a final one of its kind makes of scores
 * @param extent how large its first output is
 */
public record OperatorTraits(
    Effect effect,
    boolean isSmooth,
    boolean rectifies,
    Learns learns,
    Start start,
    Hands hands,
    Extent extent) {

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

  /** What becomes of the numbers of the first input. */
  public enum Hands {
    /** Other numbers. */
    OTHERS,
    /** The same numbers, perhaps in another shape. */
    THE_SAME,
    /** Probabilities, or their logarithms, of what are scores. */
    PROBABILITIES
  }

  /** What shape the first output has. */
  public enum Extent {
    /** That of the first input. */
    OF_THE_FIRST,
    /** That to which all inputs are broadcast. */
    BROADCAST,
    /** Another. */
    OTHER
  }

  /** Whether constants among an operator's inputs are learnt. */
  public enum Learns {
    /** They are settings. */
    NOTHING,
    /** They are a layer's weights. */
    WEIGHTS,
    /** The first is a table of embeddings, where which of its rows are taken is computed. */
    ROWS,
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

  private static final OperatorTraits NO_ROW = of(Effect.UNKNOWN).mayRectify();

  /**
   * Returns an operator with a kink that rectifies nothing and learns nothing; what works number by
   * number keeps the shape.
   *
   * @param effect how the output depends on the computed inputs
   */
  public static OperatorTraits of(Effect effect) {
    return new OperatorTraits(
        effect,
        false,
        false,
        Learns.NOTHING,
        Start.OUTPUTS_FIRST,
        Hands.OTHERS,
        effect == Effect.ELEMENTWISE ? Extent.OF_THE_FIRST : Extent.OTHER);
  }

  /** Says that it has derivatives of every order. */
  public OperatorTraits smooth() {
    return new OperatorTraits(effect, true, rectifies, learns, start, hands, extent);
  }

  /** Says that it cuts off or bends negative numbers, or might. */
  public OperatorTraits mayRectify() {
    return new OperatorTraits(effect, isSmooth, true, learns, start, hands, extent);
  }

  /** Says that its constants may be weights, which start so. */
  public OperatorTraits learning(Learns what, Start starting) {
    return new OperatorTraits(effect, isSmooth, rectifies, what, starting, hands, extent);
  }

  /** Says that it makes this of scores. */
  public OperatorTraits handing(Hands on) {
    return new OperatorTraits(effect, isSmooth, rectifies, learns, start, on, extent);
  }

  /** Says that its first output has the shape of the first input. */
  public OperatorTraits keepingShape() {
    return extending(Extent.OF_THE_FIRST);
  }

  /** Says that its first output has the shape to which all inputs are broadcast. */
  public OperatorTraits broadcasting() {
    return extending(Extent.BROADCAST);
  }

  private OperatorTraits extending(Extent to) {
    return new OperatorTraits(effect, isSmooth, rectifies, learns, start, hands, to);
  }

  /** Returns the row of an operator's type; of a type that has none, that it may be anything. */
  public static OperatorTraits of(String type) {
    return ROWS.getOrDefault(type, NO_ROW);
  }

  /** Returns the types that have a row. */
  public static Set<String> types() {
    return new TreeSet<>(ROWS.keySet());
  }

  private static Map<String, OperatorTraits> rows() {
    Rows rows = new Rows();
    OperatorTraits linear = of(Effect.LINEAR).smooth();
    rows.add(
        linear, "Concat", "Expand", "InputNormalisation", "ReduceMean", "ReduceSum", "Transpose");
    rows.add(linear.keepingShape(), "Neg");
    rows.add(linear.broadcasting(), "Mean", "Sub", "Sum");
    rows.add(linear.handing(Hands.THE_SAME), "Flatten", "Squeeze", "Unsqueeze");
    rows.add(linear.handing(Hands.THE_SAME).keepingShape(), "Identity");
    rows.add(linear.broadcasting().learning(Learns.BESIDE_WEIGHTS, Start.AT_ZERO), "Add");
    OperatorTraits linearInFirst = of(Effect.LINEAR_IN_FIRST).smooth();
    rows.add(linearInFirst, "AveragePool", "DepthToSpace", "GlobalAveragePool", "Pad", "Resize");
    rows.add(linearInFirst.keepingShape(), "RotaryEmbedding");
    rows.add(linearInFirst, "Slice", "SpaceToDepth", "Split", "Tile", "Upsample");
    rows.add(linearInFirst.handing(Hands.THE_SAME), "Reshape");
    rows.add(linearInFirst.handing(Hands.THE_SAME).keepingShape(), "Dropout");
    // Where a number becomes whole, or an index moves, it jumps.
    rows.add(of(Effect.LINEAR_IN_FIRST), "GatherElements", "GatherND");
    rows.add(of(Effect.LINEAR_IN_FIRST).keepingShape(), "CumSum", "Trilu");
    rows.add(of(Effect.LINEAR_IN_FIRST).learning(Learns.ROWS, Start.AS_TABLE), "Gather");
    rows.add(of(Effect.LINEAR_IN_FIRST).keepingShape(), "CastLike");
    rows.add(of(Effect.LINEAR_IN_FIRST).keepingShape().handing(Hands.THE_SAME), "Cast");
    rows.add(linearInFirst.learning(Learns.WEIGHTS, Start.OUTPUTS_FIRST), "Conv");
    rows.add(linearInFirst.learning(Learns.WEIGHTS, Start.OUTPUTS_SECOND), "ConvTranspose");
    rows.add(
        linearInFirst.keepingShape().learning(Learns.BESIDE_WEIGHTS, Start.AS_BATCH_NORMALISATION),
        "BatchNormalization");
    OperatorTraits product = of(Effect.PRODUCT).smooth();
    rows.add(product.learning(Learns.WEIGHTS, Start.AS_GEMM), "Gemm");
    rows.add(product.learning(Learns.WEIGHTS, Start.AS_MATRIX), "Einsum", "MatMul");
    rows.add(product.broadcasting().learning(Learns.BESIDE_WEIGHTS, Start.AT_ONE), "Mul");
    rows.add(of(Effect.QUOTIENT).smooth().broadcasting(), "Div");
    OperatorTraits smooth = of(Effect.ELEMENTWISE).smooth();
    rows.add(smooth, "Acos", "Asin", "Atan", "Cos", "Cosh", "Exp");
    rows.add(smooth, "Log", "Reciprocal", "Sin", "Sinh", "Sqrt", "Tan", "Tanh");
    rows.add(smooth.handing(Hands.PROBABILITIES), "Sigmoid");
    rows.add(smooth.mayRectify(), "Erf", "Gelu", "Mish", "Softplus", "Swish");
    rows.add(of(Effect.ELEMENTWISE), "HardSigmoid", "Softsign");
    // A whole power is smooth; see Smoothness.
    rows.add(of(Effect.ELEMENTWISE).broadcasting(), "Pow");
    OperatorTraits kinked = of(Effect.ELEMENTWISE).mayRectify();
    rows.add(kinked, "Abs", "Celu", "Clip", "Elu", "HardSwish", "LeakyRelu", "Relu", "Selu");
    rows.add(kinked, "ThresholdedRelu");
    rows.add(kinked.learning(Learns.BESIDE_WEIGHTS, Start.AT_A_QUARTER), "PRelu");
    rows.add(of(Effect.SELECTION), "GlobalMaxPool", "MaxPool", "ReduceMax", "ReduceMin", "TopK");
    rows.add(of(Effect.SELECTION).keepingShape(), "ScatterElements", "ScatterND");
    rows.add(of(Effect.SELECTION).mayRectify().broadcasting(), "Max", "Min", "Where");
    OperatorTraits mixing = of(Effect.MIXING).smooth();
    rows.add(mixing, "Attention", "ReduceLogSumExp", "ReduceProd", "ReduceSumSquare");
    OperatorTraits recurrent = mixing.learning(Learns.WEIGHTS, Start.AS_RECURRENT);
    rows.add(recurrent, "GRU", "LSTM");
    rows.add(recurrent.mayRectify(), "RNN");
    rows.add(mixing.keepingShape(), "LRN");
    rows.add(mixing.keepingShape().handing(Hands.PROBABILITIES), "LogSoftmax", "Softmax");
    OperatorTraits normalisation =
        mixing.keepingShape().learning(Learns.BESIDE_WEIGHTS, Start.AS_NORMALISATION);
    rows.add(normalisation, "GroupNormalization", "InstanceNormalization", "LayerNormalization");
    rows.add(normalisation, "RMSNormalization");
    rows.add(of(Effect.MIXING), "GlobalLpPool", "LpPool", "ReduceL2");
    rows.add(of(Effect.MIXING).handing(Hands.PROBABILITIES), "Normalizer");
    rows.add(of(Effect.MIXING).mayRectify(), "ReduceL1");
    rows.add(of(Effect.WITHOUT_DERIVATIVE).smooth(), "Shape", "Size");
    OperatorTraits jumping = of(Effect.WITHOUT_DERIVATIVE).mayRectify();
    rows.add(jumping, "ArgMax", "ArgMin", "ConstantOfShape", "OneHot", "Range");
    rows.add(jumping.keepingShape(), "Ceil", "Floor", "IsNaN", "Not", "Round", "Sign");
    OperatorTraits comparing = jumping.broadcasting();
    rows.add(comparing, "And", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual");
    rows.add(comparing, "Mod", "Or", "Xor");
    OperatorTraits unknown = of(Effect.UNKNOWN).mayRectify();
    rows.add(unknown, LAMBDA, JOIN);
    rows.add(unknown.learning(Learns.WEIGHTS, Start.OUTPUTS_FIRST), BLOCK);
    return Map.copyOf(rows.byType);
  }

  private static final class Rows {
    private final Map<String, OperatorTraits> byType = new HashMap<>();

    void add(OperatorTraits traits, String... types) {
      for (String type : types) {
        if (byType.put(type, traits) != null) {
          throw new IllegalStateException(type + " has two rows");
        }
      }
    }
  }
}
