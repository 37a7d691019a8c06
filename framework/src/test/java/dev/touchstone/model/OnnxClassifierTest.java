package dev.touchstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxClassifierTest {
  private static final Tensor TWO = Tensor.of(new float[] {0, 0, 1, 0}, 2, 2);

  @TempDir Path folder;

  private Classifier tree;

  @BeforeEach
  void writeTree() throws IOException {
    tree = write("tree.onnx", OnnxBuilder.oneTree()).emittingProbabilities();
  }

  private ModelSource write(String name, byte[] model) throws IOException {
    Path file = folder.resolve(name);
    Files.write(file, model);
    return Models.onnx(file.toString());
  }

  @Test
  void aModelWithAnUnknownOperatorPredictsThroughOnnxRuntime() {
    Predictions predictions = tree.predict(TWO);

    assertThat(predictions.probability(0, 1)).isCloseTo(.2, within(1e-6));
    assertThat(predictions.probability(1, 1)).isCloseTo(.9, within(1e-6));
    assertThat(tree.batchSize(1 << 20)).isEqualTo(2048);
    assertThat(tree.batchSize(1 << 30)).isEqualTo(16_384);
    assertThat(tree.batchSize(600)).isEqualTo(1);
  }

  /** A locale that no system has, as slim containers lack en_US.UTF-8. */
  @Test
  void aMissingLocaleIsSaidToBeInstalled() throws IOException {
    Classifier words =
        write(
                "words.onnx",
                new OnnxBuilder()
                    .input("x", TensorProto.DataType.STRING, 0, 1)
                    .output("y", 0, 1)
                    .integers("flat", -1)
                    .integers("column", -1, 1)
                    .node("Reshape", List.of("x", "flat"), "list")
                    .node(
                        "StringNormalizer",
                        List.of("list"),
                        "lower",
                        OnnxBuilder.text("case_change_action", "LOWER"),
                        OnnxBuilder.text("locale", "zz_ZZ.UTF-8"))
                    .node(
                        "ai.onnx.ml",
                        "encode",
                        "LabelEncoder",
                        List.of("lower"),
                        List.of("number"),
                        OnnxBuilder.attribute("classes_strings", "a", "b"))
                    .node(
                        "Cast",
                        List.of("number"),
                        "float",
                        OnnxBuilder.attribute("to", TensorProto.DataType.FLOAT_VALUE))
                    .node("Reshape", List.of("float", "column"), "y")
                    .bytes())
            .emittingProbabilities();
    Dataset data =
        Dataset.named("words")
            .input("x", new TypedTensor.Texts(new String[] {"A", "B"}, 2, 1))
            .labels(0, 1)
            .build();

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> words.predict(data.inputs(0, 2)))
        .withMessageContaining("Failed to construct locale with name:zz_ZZ.UTF-8")
        .withMessageEndingWith(
            "; install this locale where the tests run, on Debian and Ubuntu by apt-get install"
                + " locales and localedef -i zz_ZZ -f UTF-8 zz_ZZ.UTF-8");
  }

  @Test
  void provenanceSaysWhatRan() throws IOException {
    Classifier linear = write("linear.onnx", linear(null)).emittingLogits();

    assertThat(tree.facts().texts()).containsEntry("runs on", "ONNX Runtime");
    assertThat(linear.facts().texts()).containsEntry("runs on", "white box");
  }

  @Test
  void whatNeedsGradientsIsToldWhyThereAreNone() {
    assertThat(tree.capability(InputGradients.class)).isEmpty();
    assertThat(tree.capability(WhiteBox.class)).isEmpty();
    assertThat(tree.capability(Representation.class)).isEmpty();
    assertThatThrownBy(
            () ->
                tree.require(InputGradients.class, "IntegratedGradients", "use KernelShap or Lime"))
        .isInstanceOf(MissingCapabilityException.class)
        .hasMessage(
            "IntegratedGradients needs input gradients; tree.onnx runs on ONNX Runtime because"
                + " operator TreeEnsembleClassifier of ai.onnx.ml has no white-box form; use"
                + " KernelShap or Lime");
  }

  @Test
  void aClosedSessionOfOnnxRuntimeSaysSoInPlaceOfComputing() {
    OnnxRuntime runtime = OnnxRuntime.open(OnnxFile.of(OnnxBuilder.oneTree(), "tree.onnx"));
    assertThat(runtime.outputs(TWO)).hasDimensions(2, 2);
    runtime.close();
    runtime.close();
    assertThatThrownBy(() -> runtime.outputs(TWO))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "tree.onnx was released and cannot be evaluated any more; release a model when its"
                + " last evaluation has ended");
  }

  @Test
  void aReleasedModelLoadsItselfAgain() {
    double before = tree.predict(TWO).probability(1, 1);

    Models.release(tree);

    assertThat(tree.predict(TWO).probability(1, 1)).isEqualTo(before);
    Models.release(tree);
    Models.release(tree);
  }

  @Test
  void aModelThatChangesUnderTestIsRefused() throws IOException {
    tree.predict(TWO);
    Models.release(tree);
    write("tree.onnx", linear(null));

    assertThatThrownBy(() -> tree.predict(TWO))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("changed while it was being tested");
  }

  @Test
  void theRepresentationIsTheInputOfTheLinearHead() throws IOException {
    Classifier model = write("linear.onnx", linear("Relu")).emittingLogits();

    Representation representation = model.capability(Representation.class).orElseThrow();

    assertThat(representation.representation(Tensor.of(new float[] {2, -3}, 1, 2)))
        .isDeepEqualTo(new double[][] {{2, 0}});
  }

  @Test
  void aModelThatEndsInAConvolutionHasNoRepresentation() throws IOException {
    Classifier model =
        write(
                "conv.onnx",
                new OnnxBuilder()
                    .input("x", 0, 1, 2, 2)
                    .weights("c.weight", new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 1, 2, 2)
                    .node("Conv", List.of("x", "c.weight"), "c")
                    .node("Flatten", List.of("c"), "y")
                    .output("y", 0, 2)
                    .bytes())
            .emittingLogits();

    assertThatThrownBy(() -> model.require(Representation.class, "LastLayer", "use another"))
        .hasMessage(
            "LastLayer needs the representation that the last layer sees; conv.onnx does not end"
                + " in a linear layer; use another");
  }

  /** x (or its activation) times [1 2; 3 4]. */
  static byte[] linear(String activation) {
    OnnxBuilder model =
        new OnnxBuilder().input("x", 0, 2).weights("fc.weight", new float[] {1, 2, 3, 4}, 2, 2);
    if (activation != null) {
      model.node(activation, List.of("x"), "a");
    }
    return model
        .node("MatMul", List.of(activation == null ? "x" : "a", "fc.weight"), "y")
        .output("y", 0, 2)
        .bytes();
  }
}
