package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import dev.touchstone.runtime.NativeArrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.apiguardian.api.API;

/** The ONNX operators that the white box knows, by the standard's names. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class OnnxOperators {

  private static final Map<String, OperatorReader> KNOWN =
      Map.ofEntries(
          known("Abs", Elementwise.unary(NDArray::abs)),
          known("Acos", Elementwise.unary(NDArray::acos)),
          known("Add", Elementwise.binary(NDArray::add)),
          known("And", Elementwise.binary(NDArray::logicalAnd)),
          Map.entry("ArgMax", (a, opset) -> ArgExtremum.from(a, true)),
          Map.entry("ArgMin", (a, opset) -> ArgExtremum.from(a, false)),
          known("Asin", Elementwise.unary(NDArray::asin)),
          known("Atan", Elementwise.unary(NDArray::atan)),
          Map.entry("AveragePool", (a, opset) -> AveragePool.from(a)),
          Map.entry("BatchNormalization", (a, opset) -> BatchNormalization.from(a)),
          Map.entry("Cast", (a, opset) -> Cast.from(a)),
          known("CastLike", Cast::like),
          known("Ceil", Elementwise.unary(NDArray::ceil)),
          Map.entry("Celu", (a, opset) -> Elementwise.celu(a)),
          Map.entry("Clip", (a, opset) -> Clip.from(a)),
          Map.entry("Concat", (a, opset) -> Concat.from(a)),
          Map.entry("ConstantOfShape", (a, opset) -> ConstantOfShape.from(a)),
          Map.entry("Conv", (a, opset) -> Conv.from(a)),
          Map.entry("ConvTranspose", (a, opset) -> ConvTranspose.from(a)),
          known("Cos", Elementwise.unary(NDArray::cos)),
          known("Cosh", Elementwise.unary(NDArray::cosh)),
          Map.entry("CumSum", (a, opset) -> CumSum.from(a)),
          Map.entry("DepthToSpace", (a, opset) -> BlockRearrangement.from(a, true)),
          known("Div", Elementwise.binary(Elementwise::divide)),
          known("Dropout", Dropout::apply),
          Map.entry("Einsum", (a, opset) -> Einsum.from(a)),
          Map.entry("Elu", (a, opset) -> Elementwise.elu(a)),
          known("Equal", Elementwise.binary(NDArray::eq)),
          known("Erf", Elementwise.unary(NDArray::erf)),
          known("Exp", Elementwise.unary(NDArray::exp)),
          known("Expand", new Expand()),
          Map.entry("Flatten", (a, opset) -> Flatten.from(a)),
          known("Floor", Elementwise.unary(NDArray::floor)),
          Map.entry("Gather", (a, opset) -> Gather.from(a)),
          Map.entry("GatherElements", (a, opset) -> GatherElements.from(a)),
          Map.entry("GatherND", (a, opset) -> GatherNd.from(a)),
          Map.entry("Gelu", (a, opset) -> Gelu.from(a)),
          Map.entry("Gemm", (a, opset) -> Gemm.from(a)),
          known("GlobalAveragePool", new GlobalPool(Reduce.MEAN)),
          known("GlobalMaxPool", new GlobalPool(Reduce.MAX)),
          known("Greater", Elementwise.binary(NDArray::gt)),
          known("GreaterOrEqual", Elementwise.binary(NDArray::gte)),
          Map.entry("GroupNormalization", (a, opset) -> GroupNormalization.from(a)),
          Map.entry("HardSigmoid", (a, opset) -> Elementwise.hardSigmoid(a)),
          known("HardSwish", Elementwise.unary(Elementwise::hardSwish)),
          known("Identity", Elementwise::same),
          Map.entry("InstanceNormalization", (a, opset) -> InstanceNormalization.from(a)),
          known("IsNaN", Elementwise.unary(NDArray::isNaN)),
          Map.entry("LRN", (a, opset) -> LocalResponseNormalization.from(a)),
          Map.entry("LayerNormalization", (a, opset) -> LayerNormalization.from(a)),
          Map.entry("LeakyRelu", (a, opset) -> Elementwise.leakyRelu(a)),
          known("Less", Elementwise.binary(NDArray::lt)),
          known("LessOrEqual", Elementwise.binary(NDArray::lte)),
          known("Log", Elementwise.unary(NDArray::log)),
          Map.entry("LogSoftmax", (a, opset) -> Softmax.from(a, opset, true)),
          known("MatMul", new MatrixProduct()),
          known("Max", Elementwise.several(NDArray::maximum)),
          Map.entry("MaxPool", (a, opset) -> MaxPool.from(a)),
          known("Mean", Elementwise.stretching(Elementwise::mean)),
          known("Min", Elementwise.several(NDArray::minimum)),
          known("Mish", Elementwise.unary(x -> x.mul(Elementwise.softplus(x).tanh()))),
          Map.entry("Mod", (a, opset) -> Elementwise.modulo(a)),
          known("Mul", Elementwise.binary(NDArray::mul)),
          known("Neg", Elementwise.unary(NDArray::neg)),
          known("Not", Elementwise.unary(NDArray::logicalNot)),
          Map.entry("OneHot", (a, opset) -> OneHot.from(a)),
          known("Or", Elementwise.binary(NDArray::logicalOr)),
          Map.entry("PRelu", (a, opset) -> PRelu.from(opset)),
          Map.entry("Pad", (a, opset) -> Pad.from(a)),
          known("Pow", Elementwise.binary(Elementwise::power)),
          Map.entry("RMSNormalization", (a, opset) -> RmsNormalization.from(a)),
          known("Range", new Range()),
          known("Reciprocal", Elementwise.unary(Elementwise::reciprocal)),
          Map.entry("ReduceL1", (a, opset) -> Reduce.from(a, Reduce.of(NDArray::abs, Reduce.SUM))),
          Map.entry(
              "ReduceL2",
              (a, opset) -> Reduce.from(a, (x, axes) -> x.square().sum(axes, true).sqrt())),
          Map.entry("ReduceLogSumExp", (a, opset) -> Reduce.from(a, Reduce.LOG_SUM_EXP)),
          Map.entry("ReduceMax", (a, opset) -> Reduce.from(a, Reduce.MAX)),
          Map.entry("ReduceMean", (a, opset) -> Reduce.from(a, Reduce.MEAN)),
          Map.entry("ReduceMin", (a, opset) -> Reduce.from(a, Reduce.MIN)),
          Map.entry("ReduceProd", (a, opset) -> Reduce.from(a, Reduce.PRODUCT)),
          Map.entry("ReduceSum", (a, opset) -> Reduce.from(a, Reduce.SUM)),
          Map.entry(
              "ReduceSumSquare",
              (a, opset) -> Reduce.from(a, Reduce.of(NDArray::square, Reduce.SUM))),
          known("Relu", Elementwise.unary(Activation::relu)),
          Map.entry("Reshape", (a, opset) -> Reshape.from(a)),
          Map.entry(
              "Resize",
              (a, opset) ->
                  a.text("mode", "nearest").equals("linear")
                      ? LinearResize.from(a, opset)
                      : Upsample.resize(a, opset)),
          Map.entry("RotaryEmbedding", (a, opset) -> RotaryEmbedding.from(a)),
          known("Round", Elementwise.unary(NDArray::round)),
          Map.entry("ScatterElements", (a, opset) -> ScatterElements.from(a)),
          Map.entry("ScatterND", (a, opset) -> ScatterNd.from(a)),
          Map.entry("Selu", (a, opset) -> Elementwise.selu(a)),
          Map.entry("Shape", (a, opset) -> ShapeOf.from(a)),
          known("Sigmoid", Elementwise.unary(Activation::sigmoid)),
          known("Sign", Elementwise.unary(NDArray::sign)),
          known("Sin", Elementwise.unary(NDArray::sin)),
          known("Sinh", Elementwise.unary(NDArray::sinh)),
          known(
              "Size",
              inputs ->
                  NativeArrays.of(
                      inputs.get(0).getManager(), new long[] {inputs.get(0).size()}, new Shape())),
          Map.entry("Slice", (a, opset) -> Slice.from(a)),
          Map.entry("Softmax", (a, opset) -> Softmax.from(a, opset, false)),
          known("Softplus", Elementwise.unary(Elementwise::softplus)),
          known("Softsign", Elementwise.unary(Elementwise::softsign)),
          Map.entry("SpaceToDepth", (a, opset) -> BlockRearrangement.from(a, false)),
          known("Sqrt", Elementwise.unary(NDArray::sqrt)),
          Map.entry("Squeeze", (a, opset) -> Squeeze.from(a)),
          known("Sub", Elementwise.binary(NDArray::sub)),
          known("Sum", Elementwise.several(NDArray::add)),
          Map.entry("Swish", (a, opset) -> Elementwise.swish(a)),
          known("Tan", Elementwise.unary(NDArray::tan)),
          known("Tanh", Elementwise.unary(Activation::tanh)),
          Map.entry("ThresholdedRelu", (a, opset) -> Elementwise.thresholdedRelu(a)),
          known("Tile", new Tile()),
          Map.entry("Transpose", (a, opset) -> Transpose.from(a)),
          Map.entry("Trilu", (a, opset) -> Trilu.from(a)),
          Map.entry("Unsqueeze", (a, opset) -> Unsqueeze.from(a)),
          Map.entry("Upsample", (a, opset) -> Upsample.upsample(a)),
          known("Where", Elementwise.stretching(Where::apply)),
          known("Xor", Elementwise.binary(NDArray::logicalXor)),
          Map.entry("ai.onnx.ml:Normalizer", (a, opset) -> RowNormalizer.from(a)));

  /** Those of several outputs. */
  private static final Map<String, Function<Attributes, List<Operator>>> OF_SEVERAL =
      Map.of(
          "Attention", Attention::from,
          "GRU", GruCell::from,
          "LSTM", LstmCell::from,
          "RNN", RnnCell::from,
          "Split", Split::from,
          "TopK", TopK::from);

  /** The domain of what no file names: nodes of which others are written. */
  public static final String INNER = "dev.touchstone";

  private static final Map<String, OperatorReader> OF_OURS =
      Map.ofEntries(known("PairwiseCoupling", new PairwiseCoupling()));

  private OnnxOperators() {}

  private static Map.Entry<String, OperatorReader> known(String type, Operator operator) {
    return Map.entry(type, (attributes, opset) -> operator);
  }

  /** The operators' names, those of other domains than the standard's behind the domain's. */
  public static Set<String> names() {
    Set<String> names = new TreeSet<>(KNOWN.keySet());
    names.addAll(OF_SEVERAL.keySet());
    return names;
  }

  /**
   * The operator's outputs, each as what computes it.
   *
   * @param domain empty for the standard's own operators
   * @param opset the version of the operator set
   * @throws UnsupportedOperatorException if the white box lacks the operator or one of its settings
   */
  public static List<Operator> read(String domain, Attributes attributes, long opset) {
    String type = attributes.type();
    Function<Attributes, List<Operator>> ofSeveral = OF_SEVERAL.get(type);
    if (domain.isEmpty() && ofSeveral != null) {
      return ofSeveral.apply(attributes);
    }
    if (opset < 7 && attributes.flag("broadcast", false) && attributes.has("axis")) {
      throw attributes.unsupported("stretched along an axis as before opset 7");
    }
    OperatorReader reader =
        domain.equals(INNER)
            ? OF_OURS.get(type)
            : KNOWN.get(domain.isEmpty() ? type : domain + ":" + type);
    if (reader == null) {
      throw new UnsupportedOperatorException(
          "operator "
              + type
              + (domain.isEmpty() ? "" : " of " + domain)
              + " has no white-box form");
    }
    return List.of(reader.read(attributes, opset));
  }
}
