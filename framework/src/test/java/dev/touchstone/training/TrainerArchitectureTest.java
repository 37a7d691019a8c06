package dev.touchstone.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.initializer.ConstantInitializer;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TrainerArchitectureTest {
  private static final String FACT = "architecture";
  private static final String HASH = "architecture sha256";
  private static final String NOT_DESCRIBED = "architecture, not described";

  private static DjlTrainer trainer(Supplier<Block> architecture) {
    return DjlTrainer.of("network", architecture);
  }

  private static Block layers(Block... blocks) {
    NamedBlocks layers = new NamedBlocks();
    for (Block block : blocks) {
      layers.add("layer" + (layers.getChildren().size() + 1), block);
    }
    return layers;
  }

  private static Linear dense(int units) {
    return Linear.builder().setUnits(units).build();
  }

  @Test
  void everyBlockIsDescribedWithItsSettings() {
    DjlTrainer trainer =
        trainer(
            () ->
                layers(
                    Conv2d.builder()
                        .setFilters(8)
                        .setKernelShape(new Shape(5, 5))
                        .optPadding(new Shape(2, 2))
                        .build(),
                    Activation.reluBlock(),
                    dense(10)));
    assertThat(trainer.facts().texts())
        .containsEntry(
            FACT,
            "dev.touchstone.training.NamedBlocks(returnIntermediate=false) {"
                + "layer1 Conv2d(dilation=(1, 1), filters=8, groups=1, includeBias=true,"
                + " kernelShape=(5, 5), padding=(2, 2), stride=(1, 1), weight, bias); "
                + "layer2 LambdaBlock(lambda=lambda of Activation, name=ReLU); "
                + "layer3 Linear(inputFeatures=0, units=10, weight, bias)}")
        .doesNotContainKey(NOT_DESCRIBED);
  }

  /** Two architectures each that one line of code tells apart. */
  static Stream<Arguments> pairs() {
    return Stream.of(
        pair("units", () -> dense(3), () -> dense(4)),
        pair("bias", () -> dense(3), () -> Linear.builder().setUnits(3).optBias(false).build()),
        pair("kernel", () -> convolution(3, 1), () -> convolution(5, 1)),
        pair("stride", () -> convolution(3, 1), () -> convolution(3, 2)),
        pair("activation", Activation::reluBlock, Activation::tanhBlock),
        pair("slope", () -> Activation.leakyReluBlock(0.1f), () -> Activation.leakyReluBlock(0.2f)),
        pair("pooling's window", () -> pooling(2), () -> pooling(3)),
        pair("pooling", () -> pooling(2), () -> Pool.avgPool2dBlock(new Shape(2, 2))),
        pair("dropout", () -> dropout(0.1f), () -> dropout(0.2f)),
        pair(
            "batch norm's momentum",
            () -> BatchNorm.builder().optMomentum(0.9f).build(),
            () -> BatchNorm.builder().optMomentum(0.8f).build()),
        pair("depth", () -> dense(3), () -> layers(dense(3), dense(3))),
        pair("order", () -> layers(dense(3), dense(4)), () -> layers(dense(4), dense(3))),
        pair("layers' names", () -> new NamedBlocks().add("a", dense(3)), () -> layers(dense(3))),
        pair("sharing", () -> layers(dense(3), dense(3)), TrainerArchitectureTest::twiceTheSame),
        pair("frozen weights", () -> dense(3), TrainerArchitectureTest::frozen),
        pair("initial biases", () -> dense(3), () -> startingAt(1)),
        pair("initial values", () -> startingAt(1), () -> startingAt(2)),
        pair("a field of one's own", () -> new Scaled(1), () -> new Scaled(2)));
  }

  private static Arguments pair(String what, Supplier<Block> one, Supplier<Block> other) {
    return Arguments.of(what, one, other);
  }

  private static Block convolution(int kernel, int stride) {
    return Conv2d.builder()
        .setFilters(4)
        .setKernelShape(new Shape(kernel, kernel))
        .optStride(new Shape(stride, stride))
        .build();
  }

  private static Block pooling(int window) {
    return Pool.maxPool2dBlock(new Shape(window, window));
  }

  private static Block dropout(float rate) {
    return Dropout.builder().optRate(rate).build();
  }

  private static Block twiceTheSame() {
    Block shared = dense(3);
    return layers(shared, shared);
  }

  private static Block frozen() {
    Block block = dense(3);
    block.getDirectParameters().get("weight").freeze(true);
    return block;
  }

  private static Block startingAt(float value) {
    Block block = dense(3);
    block.setInitializer(new ConstantInitializer(value), Parameter.Type.BIAS);
    return block;
  }

  /** A user's own block. */
  private static final class Scaled extends SequentialBlock {
    @SuppressWarnings("unused") // read by reflection
    private final double factor;

    Scaled(double factor) {
      this.factor = factor;
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pairs")
  void twoArchitecturesUnderOneNameAreToldApart(
      String what, Supplier<Block> one, Supplier<Block> other) {
    DjlTrainer first = trainer(() -> layers(one.get()));
    DjlTrainer second = trainer(() -> layers(other.get()));
    assertThat(first.facts().texts()).doesNotContainKey(NOT_DESCRIBED);
    assertThat(first.facts().texts().get(FACT)).isNotEqualTo(second.facts().texts().get(FACT));
    assertThat(first.facts().texts().get(HASH)).isNotEqualTo(second.facts().texts().get(HASH));
    assertThat(first).isNotEqualTo(second);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pairs")
  void anArchitectureMadeAgainIsTheSame(String what, Supplier<Block> one, Supplier<Block> other) {
    assertThat(trainer(() -> layers(one.get())))
        .isEqualTo(trainer(() -> layers(one.get())))
        .hasSameHashCodeAs(trainer(() -> layers(one.get())));
    assertThat(trainer(() -> layers(other.get())).facts().texts())
        .isEqualTo(trainer(() -> layers(other.get())).facts().texts());
  }

  @Test
  void weightsThatTheTrainerDrawsItselfDoNotCount() {
    Block brings = dense(3);
    brings.setInitializer(new ConstantInitializer(1), Parameter.Type.WEIGHT);
    assertThat(trainer(() -> brings)).isEqualTo(trainer(() -> dense(3)));
  }

  @Test
  void namelessCodeIsSaidToBeThere() {
    Supplier<Block> architecture =
        () ->
            layers(
                dense(3),
                new LambdaBlock(list -> new NDList(list.singletonOrThrow().abs())),
                new ParallelBlock(branches -> branches.get(0), List.of(dense(3))));
    assertThat(trainer(architecture).facts().texts())
        .containsEntry(NOT_DESCRIBED, "layer2.lambda, layer3.function");
  }

  @Test
  void anArchitectureWithNamelessCodeEqualsOnlyItself() {
    Function<NDList, NDList> absolute = list -> new NDList(list.singletonOrThrow().abs());
    DjlTrainer trainer = trainer(() -> new LambdaBlock(absolute));
    assertThat(trainer)
        .isEqualTo(trainer.withEpochs(10))
        .isNotEqualTo(trainer(() -> new LambdaBlock(absolute)));
    assertThat(trainer(() -> new LambdaBlock(absolute, "abs")))
        .isEqualTo(trainer(() -> new LambdaBlock(absolute, "abs")));
  }

  @Test
  void whatCannotBeReadIsSaidToBeThere() {
    Supplier<Block> architecture =
        () ->
            new SequentialBlock() {
              @SuppressWarnings("unused") // read by reflection
              private final Random noise = new Random(1);
            };
    assertThat(trainer(architecture).facts().texts().get(NOT_DESCRIBED)).contains("noise.seed");
  }

  @Test
  void aLongDescriptionIsCutAndItsHashIsOfAllOfIt() {
    assertThat(deep(3).facts().texts().get(FACT))
        .hasSizeLessThan(4_100)
        .contains("layer1 Linear(")
        .containsPattern("… \\(\\d+ more characters\\)$")
        .isEqualTo(deep(4).facts().texts().get(FACT));
    assertThat(deep(3).facts().texts().get(HASH)).isNotEqualTo(deep(4).facts().texts().get(HASH));
  }

  /** A hundred layers of three units, and one of its own. */
  private static DjlTrainer deep(int units) {
    return trainer(
        () ->
            layers(
                Stream.concat(Stream.generate(() -> dense(3)).limit(100), Stream.of(dense(units)))
                    .toArray(Block[]::new)));
  }

  @Test
  void otherSettingsMakeAnotherTrainer() {
    DjlTrainer trainer = trainer(() -> dense(3));
    assertThat(trainer)
        .isNotEqualTo(trainer.withEpochs(3))
        .isNotEqualTo(trainer.withOptimiser(Adam.withDefaults()))
        .isNotEqualTo(DjlTrainer.of("other", () -> dense(3)))
        .isEqualTo(trainer.withEpochs(3).withEpochs(10));
  }
}
