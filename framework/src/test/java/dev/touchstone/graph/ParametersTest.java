package dev.touchstone.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParametersTest {

  @Test
  void whatTrainingLearnsStandsOneBehindTheOtherInTheOrderOfUse() {
    Parameters parameters = Parameters.trainable(WeightModels.CONVOLUTIONAL.single());

    assertThat(names(parameters))
        .containsExactly(
            "conv1.weight",
            "conv1.bias",
            "bn.weight",
            "bn.bias",
            "conv2.weight",
            "slope",
            "conv3.weight",
            "fc.weight",
            "fc.bias");
    assertThat(parameters.size()).isEqualTo(72 + 4 + 4 + 4 + 72 + 1 + 72 + 24 + 3);
    assertThat(parameters.parts().get(4).offset()).isEqualTo(84);
    assertThat(parameters.parts().get(4).shape()).containsExactly(4, 2, 3, 3);
  }

  @Test
  void aSettingIsNoWeight() {
    assertThat(names(Parameters.trainable(WeightModels.ATTENTION.single())))
        .containsExactly(
            "query.weight",
            "query.bias",
            "key.weight",
            "value.weight",
            "norm.weight",
            "norm.bias",
            "mlp.weight",
            "mlp.bias",
            "head.weight");
  }

  @Test
  void weightsThatAreRearrangedOrSharedStandThereOnceAsTheyAreStored() {
    Parameters parameters = Parameters.trainable(WeightModels.REARRANGED.single());

    assertThat(names(parameters))
        .containsExactly("fc1.weight", "shared", "fc2.weight", "fc3.weight");
    assertThat(parameters.parts().get(2).shape()).containsExactly(4, 9);
  }

  @Test
  void aSingleNumberIsAWeightWhereItIsABiasOfAProduct() {
    OnnxBuilder single =
        new OnnxBuilder()
            .input("x", 0, 3)
            .weights("w", new float[] {1, 2, 3}, 3, 1)
            .weights("b", new float[] {.5f}, 1)
            .weights("one", new float[] {1}, 1)
            .node("MatMul", List.of("x", "w"), "m")
            .node("Add", List.of("m", "b"), "z")
            .node("Mul", List.of("z", "one"), "y")
            .output("y", 0, 1);

    assertThat(names(Parameters.trainable(TestModels.whiteBox(single)))).containsExactly("w", "b");
  }

  @Test
  void aTableOfEmbeddingsIsAWeight() {
    OnnxBuilder embedding =
        new OnnxBuilder()
            .input("x", 0, 2)
            .weights("table", TestModels.normal("table", 12), 4, 3)
            .weights("position", TestModels.normal("position", 6), 2, 3)
            .weights("fc.weight", TestModels.normal("fc", 12), 6, 2)
            .node("Cast", List.of("x"), "tokens", OnnxBuilder.attribute("to", 7))
            .node("Gather", List.of("table", "tokens"), "e")
            .node("Add", List.of("e", "position"), "p")
            .node("Flatten", List.of("p"), "f")
            .node("MatMul", List.of("f", "fc.weight"), "y")
            .output("y", 0, 2);

    assertThat(names(Parameters.trainable(TestModels.whiteBox(embedding))))
        .containsExactly("table", "position", "fc.weight");
  }

  @Test
  void layersAndNamesChoose() {
    WhiteBox model = WeightModels.CONVOLUTIONAL.single();

    assertThat(names(Parameters.of(model, model.layer("fc"), model.layer("bn"))))
        .containsExactly("bn.weight", "bn.bias", "fc.weight", "fc.bias");
    assertThat(names(Parameters.named(model, "bn.running_mean", "fc.bias")))
        .containsExactly("bn.running_mean", "fc.bias");
  }

  @Test
  void whatIsNoWeightIsRefused() {
    WhiteBox model = WeightModels.REARRANGED.single();

    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> Parameters.named(model, "shape"))
        .withMessageContaining("no weights \"shape\"; those that are learnt are [fc1.weight,");
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> Parameters.of(model, new Layer("gone", List.of("gone.weight"), "y")))
        .withMessageContaining("has no layer gone with weights that are learnt");
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> Parameters.of(model))
        .withMessageContaining("Parameters.trainable(model)");
  }

  @Test
  void aModelWithoutWeightsIsRefused() {
    OnnxBuilder none =
        new OnnxBuilder().input("x", 0, 3).node("Relu", List.of("x"), "y").output("y", 0, 3);

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> Parameters.trainable(TestModels.whiteBox(none)))
        .withMessageContaining("test.onnx has no weights that are learnt by gradients");
  }

  @Test
  void aVectorIsCutUpAsTheModelTakesIt() {
    WhiteBox model = WeightModels.PERCEPTRON.single();
    Parameters parameters = Parameters.trainable(model);

    WhiteBox same = model.withWeights(parameters.byWeight(parameters.values()));

    assertThat(same.sha256()).isEqualTo(model.sha256());
  }

  private static List<String> names(Parameters parameters) {
    return parameters.parts().stream().map(Parameters.Part::weight).toList();
  }
}
