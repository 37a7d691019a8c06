package dev.touchstone.graph.block;

import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.convolutional.Convolution;
import ai.djl.nn.convolutional.Deconvolution;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.LayerNorm;
import dev.touchstone.graph.operator.OperatorTraits;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What DJL's blocks are called in the ONNX standard, since backward rules go by these names. A
 * lambda is known by the name that DJL's own factories or the user gave it, never by trying it out.
 */
final class BlockTypes {
  private static final Map<Class<? extends Block>, String> BY_CLASS =
      Map.of(
          Convolution.class, "Conv",
          Deconvolution.class, "ConvTranspose",
          Linear.class, "Gemm",
          BatchNorm.class, "BatchNormalization",
          LayerNorm.class, "LayerNormalization",
          Dropout.class, "Dropout");

  /** Lower-case names of lambdas: those of DJL's factories, and ONNX's own. */
  private static final Map<String, String> BY_NAME =
      Map.ofEntries(
          Map.entry("relu", "Relu"),
          Map.entry("relu6", "Clip"),
          Map.entry("sigmoid", "Sigmoid"),
          Map.entry("tanh", "Tanh"),
          Map.entry("softplus", "Softplus"),
          Map.entry("softsign", "Softsign"),
          Map.entry("leakyrelu", "LeakyRelu"),
          Map.entry("elu", "Elu"),
          Map.entry("selu", "Selu"),
          Map.entry("gelu", "Gelu"),
          Map.entry("mish", "Mish"),
          Map.entry("softmax", "Softmax"),
          Map.entry("logsoftmax", "LogSoftmax"),
          Map.entry("maxpool", "MaxPool"),
          Map.entry("maxpool1d", "MaxPool"),
          Map.entry("maxpool2d", "MaxPool"),
          Map.entry("maxpool3d", "MaxPool"),
          Map.entry("avgpool1d", "AveragePool"),
          Map.entry("avgpool2d", "AveragePool"),
          Map.entry("avgpool3d", "AveragePool"),
          Map.entry("lppool1d", "LpPool"),
          Map.entry("lppool2d", "LpPool"),
          Map.entry("lppool3d", "LpPool"),
          Map.entry("globalmaxpool1d", "GlobalMaxPool"),
          Map.entry("globalmaxpool2d", "GlobalMaxPool"),
          Map.entry("globalmaxpool3d", "GlobalMaxPool"),
          Map.entry("globalavgpool1d", "GlobalAveragePool"),
          Map.entry("globalavgpool2d", "GlobalAveragePool"),
          Map.entry("globalavgpool3d", "GlobalAveragePool"),
          Map.entry("globallppool1d", "GlobalLpPool"),
          Map.entry("globallppool2d", "GlobalLpPool"),
          Map.entry("globallppool3d", "GlobalLpPool"),
          Map.entry("batchflatten", "Flatten"),
          Map.entry("flatten", "Flatten"),
          Map.entry("reshape", "Reshape"),
          Map.entry("transpose", "Transpose"),
          Map.entry("identity", "Identity"));

  private BlockTypes() {}

  /** All types that a block may have. */
  public static Set<String> names() {
    Set<String> names = new TreeSet<>(BY_CLASS.values());
    names.addAll(BY_NAME.values());
    names.addAll(Set.of(OperatorTraits.LAMBDA, OperatorTraits.BLOCK, OperatorTraits.JOIN));
    return names;
  }

  static String of(Block block) {
    if (block instanceof LambdaBlock lambda) {
      return BY_NAME.getOrDefault(lambda.getName().toLowerCase(Locale.ROOT), OperatorTraits.LAMBDA);
    }
    return BY_CLASS.entrySet().stream()
        .filter(e -> e.getKey().isInstance(block))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(OperatorTraits.BLOCK);
  }
}
