package dev.touchstone.graph.rule;

import dev.touchstone.graph.operator.OperatorTraits;

/** What a node does with relevance, which is handed back from its output to its inputs. */
public enum RelevanceRole {
  /** A convolution of a computed value with weights. */
  CONVOLUTION("layer rule"),
  /** A product of a computed value with a matrix of weights. */
  DENSE("layer rule"),
  /** Each number scaled and shifted by numbers of its channel, such as a batch normalisation. */
  NORMALISATION("rule of normalisations"),
  /** A sum or mean of several numbers, one of which may be computed: shared by contributions. */
  SUM("shared by contributions"),
  /** An activation number by number, which hands on what it gets. */
  ACTIVATION("handed on"),
  /** A value times a gate that is computed, too: the value gets all. */
  GATE("all to the gated value"),
  /** Copies numbers, or chooses among them: relevance goes where the numbers came from. */
  CARRIER("to where the numbers came from"),
  /** Has no derivative: nothing of the score comes through it. */
  SILENT("nothing arrives"),
  /** Nobody has said what is to be done. */
  UNKNOWN("none");

  private final String words;

  RelevanceRole(String words) {
    this.words = words;
  }

  /** Returns what is done with relevance, in words. */
  public String words() {
    return words;
  }

  /** Returns whether it has weights that a rule may change. */
  public boolean isLayer() {
    return this == CONVOLUTION || this == DENSE;
  }

  /** Returns whether relevance is divided among numbers that were added up, by some rule. */
  public boolean isShared() {
    return isLayer() || this == NORMALISATION || this == SUM;
  }

  /**
   * Returns what nodes of a type do where one input is computed and the others are weights and
   * constants; {@link RelevanceRoles} looks closer.
   *
   * @param type the operator's name in the ONNX standard
   */
  public static RelevanceRole of(String type) {
    return switch (type) {
      case "Conv", "ConvTranspose" -> CONVOLUTION;
      case "Gemm", "MatMul" -> DENSE;
      case "BatchNormalization" -> NORMALISATION;
      case "Add",
          "Sub",
          "Sum",
          "Mean",
          "AveragePool",
          "GlobalAveragePool",
          "ReduceMean",
          "ReduceSum" ->
          SUM;
      // Without an offset all of a number's relevance is its factor's.
      case "Mul", "Div", "Neg", "InputNormalisation" -> ACTIVATION;
      case "Celu", "Clip", "Elu", "Gelu", "HardSigmoid", "HardSwish", "LeakyRelu", "Mish" ->
          ACTIVATION;
      case "PRelu", "Relu", "Selu", "Sigmoid", "Softplus", "Softsign", "Swish", "Tanh" ->
          ACTIVATION;
      case "ThresholdedRelu", "Max", "Min" -> ACTIVATION;
      case "Cast", "Concat", "DepthToSpace", "Dropout", "Expand", "Flatten", "Gather" -> CARRIER;
      case "GatherElements", "GatherND", "Identity", "Pad", "Reshape", "Resize" -> CARRIER;
      case "Slice", "SpaceToDepth", "Split", "Squeeze", "Tile", "TopK", "Transpose" -> CARRIER;
      case "Trilu", "Unsqueeze", "Upsample" -> CARRIER;
      case "CastLike", "Ceil", "Floor", "Mod", "Pow", "Sign" -> UNKNOWN;
      default -> byEffect(OperatorTraits.of(type));
    };
  }

  /**
   * Returns what nodes of a type do where several inputs are computed; of a product, where one of
   * them gates the other.
   *
   * @param type the operator's name in the ONNX standard
   */
  public static RelevanceRole ofSeveral(String type) {
    return switch (type) {
      case "Add", "Concat", "Mean", "Sub", "Sum", "Where" -> of(type);
      case "Max", "Min" -> CARRIER;
      case "Mul" -> GATE;
      default -> of(type) == SILENT ? SILENT : UNKNOWN;
    };
  }

  private static RelevanceRole byEffect(OperatorTraits traits) {
    return switch (traits.effect()) {
      case LINEAR, LINEAR_IN_FIRST -> SUM;
      case SELECTION -> CARRIER;
      case WITHOUT_DERIVATIVE -> SILENT;
      default -> UNKNOWN;
    };
  }
}
