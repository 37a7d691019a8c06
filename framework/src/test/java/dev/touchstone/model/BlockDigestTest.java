package dev.touchstone.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.runtime.Torch;
import dev.touchstone.training.FrozenRepresentation;
import dev.touchstone.training.NamedBlocks;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Blocks of equal names, wiring and weights whose settings tell them apart. */
class BlockDigestTest {
  private static Classifier model(Block block) {
    NDManager manager = Torch.manager("cpu");
    Torch.seed(3);
    block.initialize(manager, DataType.FLOAT32, new Shape(1, 2, 8, 8));
    return Models.block("block", block).emittingLogits();
  }

  private static Block named(Block block) {
    return new NamedBlocks().add("layer", block);
  }

  private static Block convolution(long stride, long padding, long dilation) {
    return Conv2d.builder()
        .setFilters(4)
        .setKernelShape(new Shape(3, 3))
        .optStride(new Shape(stride, stride))
        .optPadding(new Shape(padding, padding))
        .optDilation(new Shape(dilation, dilation))
        .build();
  }

  private static Block twoConvolutions(int groups) {
    // A grouped kernel is smaller, so that the groups' number alone is no difference in weights.
    return new SequentialBlock()
        .add(Conv2d.builder().setFilters(4).setKernelShape(new Shape(1, 1)).build())
        .add(
            Conv2d.builder()
                .setFilters(4)
                .setKernelShape(new Shape(1, 1))
                .optGroups(groups)
                .build());
  }

  /** A lambda under one name. */
  private static Block called(String name, Function<NDArray, NDArray> function) {
    return new LambdaBlock(list -> new NDList(function.apply(list.singletonOrThrow())), name);
  }

  static Stream<Arguments> pairs() {
    return Stream.of(
        pair("stride", () -> convolution(1, 1, 1), () -> convolution(2, 1, 1)),
        pair("padding", () -> convolution(1, 0, 1), () -> convolution(1, 1, 1)),
        pair("dilation", () -> convolution(1, 1, 1), () -> convolution(1, 1, 2)),
        pair("groups", () -> twoConvolutions(1), () -> twoConvolutions(2)),
        pair("pooling's window", () -> pool(2, 2, 0), () -> pool(3, 2, 0)),
        pair("pooling's stride", () -> pool(2, 1, 0), () -> pool(2, 2, 0)),
        pair("pooling's padding", () -> pool(2, 2, 0), () -> pool(2, 2, 1)),
        pair("slope", () -> Activation.leakyReluBlock(.1f), () -> Activation.leakyReluBlock(.2f)),
        pair("elu's alpha", () -> Activation.eluBlock(1), () -> Activation.eluBlock(2)),
        pair("activation", () -> Activation.tanhBlock(), () -> Activation.softSignBlock()),
        pair("dropout's rate", () -> dropout(.1f), () -> dropout(.2f)),
        pair("batch norm's epsilon", () -> batchNorm(1e-5f), () -> batchNorm(1e-3f)),
        pair("batch norm's scale", () -> scaling(true), () -> scaling(false)),
        pair("a captured number", () -> adding(1), () -> adding(2)),
        pair("captured weights", () -> times(array(1)), () -> times(array(2))),
        pair("a field of one's own", () -> new Multiplied(1), () -> new Multiplied(2)));
  }

  private static Arguments pair(String what, Supplier<Block> one, Supplier<Block> other) {
    return Arguments.of(what, one, other);
  }

  private static Block pool(long window, long stride, long padding) {
    return Pool.maxPool2dBlock(
        new Shape(window, window), new Shape(stride, stride), new Shape(padding, padding));
  }

  private static Block dropout(float rate) {
    return Dropout.builder().optRate(rate).build();
  }

  private static Block batchNorm(float epsilon) {
    return BatchNorm.builder().optEpsilon(epsilon).build();
  }

  private static Block scaling(boolean scale) {
    return BatchNorm.builder().optScale(scale).build();
  }

  private static Block adding(int number) {
    return called("adding", x -> x.add(number));
  }

  private static NDArray array(float value) {
    return Torch.evaluate(() -> Torch.manager("cpu").create(new float[] {value}));
  }

  private static Block times(NDArray factor) {
    return called("times", x -> x.mul(factor));
  }

  /** A user's own block. */
  private static final class Multiplied extends SequentialBlock {
    private final double factor;

    Multiplied(double factor) {
      this.factor = factor;
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
      return new NDList(inputs.singletonOrThrow().mul(factor));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputs) {
      return inputs;
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pairs")
  void blocksOfOtherSettingsHaveOtherDigests(
      String what, Supplier<Block> one, Supplier<Block> other) {
    Classifier first = model(named(one.get()));
    Classifier second = model(named(other.get()));
    assertThat(first.sha256()).isNotEqualTo(second.sha256());
    assertThat(first.identity()).isNotEqualTo(second.identity());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pairs")
  void aBlockThatIsMadeAgainHasTheSameDigest(
      String what, Supplier<Block> one, Supplier<Block> other) {
    Classifier first = model(named(one.get()));
    Classifier again = model(named(one.get()));
    assertThat(again.sha256()).isEqualTo(first.sha256());
    assertThat(again.identity()).isEqualTo(first.identity());
    assertThat(first.facts().texts()).doesNotContainKey("not described");
  }

  @Test
  void theWhiteBoxOfABlockTellsSettingsApartToo() {
    Classifier narrow = model(named(pool(2, 2, 0)));
    Classifier wide = model(named(pool(3, 2, 0)));
    assertThat(Models.whiteBox("given", box(narrow)).emittingLogits().sha256())
        .isNotEqualTo(Models.whiteBox("given", box(wide)).emittingLogits().sha256());
    Models.release(narrow);
    Models.release(wide);
  }

  private static WhiteBox box(Classifier model) {
    return model.require(WhiteBox.class, "this test", "none");
  }

  private static Block nameless(Function<NDList, NDList> function) {
    return named(new LambdaBlock(function));
  }

  @Test
  void namelessCodeIsToldApartWhileTheJvmRuns() {
    Classifier positive = model(nameless(Activation::relu));
    Classifier negative = model(nameless(Activation::tanh));
    assertThat(positive.sha256()).isEqualTo(negative.sha256());
    assertThat(positive.identity()).isNotEqualTo(negative.identity());
    assertThat(positive.facts().texts()).containsEntry("not described", "layer.lambda");
  }

  @Test
  void whatJoinsBranchesIsToldApartWhileTheJvmRuns() {
    Classifier first = model(joined(branches -> branches.get(0)));
    Classifier second = model(joined(branches -> branches.get(1)));
    assertThat(first.identity()).isNotEqualTo(second.identity());
    assertThat(first.facts().texts().get("not described")).isEqualTo("layer");
  }

  private static Block joined(Function<List<NDList>, NDList> join) {
    return named(new ParallelBlock(join, List.of(Activation.reluBlock(), Activation.tanhBlock())));
  }

  @Test
  void aGivenWhiteBoxOfNamelessCodeIsToldApartToo() {
    Classifier positive = model(nameless(Activation::relu));
    Classifier negative = model(nameless(Activation::tanh));
    Classifier first = Models.whiteBox("given", box(positive)).emittingLogits();
    Classifier second = Models.whiteBox("given", box(negative)).emittingLogits();
    assertThat(first.identity()).isNotEqualTo(second.identity());
    assertThat(first.facts().texts()).containsEntry("not described", "layer.lambda");
    Models.release(positive);
    Models.release(negative);
  }

  @Test
  void aFixedModelOfNamelessCodeHasNoDigestAsATrainer() {
    assertThat(FrozenRepresentation.of(model(nameless(Activation::relu))).sha256()).isEmpty();
    Classifier named = model(Activation.reluBlock());
    assertThat(FrozenRepresentation.of(named).sha256()).contains(named.sha256());
  }

  @Test
  void aWrappedModelKeepsItsIdentity() {
    Block relu = nameless(Activation::relu);
    Classifier plain = model(relu);
    Classifier wrapped =
        Models.block("block", relu)
            .normalising(new double[] {0}, new double[] {1})
            .emittingLogits();
    assertThat(wrapped.identity()).isEqualTo(plain.identity());
  }

  @Test
  void otherCodeUnderOneNameIsToldApartWhileTheJvmRuns() {
    Classifier first = model(named(called("clamp", x -> x.clip(0, 1))));
    Classifier second = model(named(called("clamp", x -> x.clip(0, 2))));
    assertThat(first.identity()).isNotEqualTo(second.identity());
  }

  /** The digests of blocks, and of a white box, by what they show. */
  private static Map<String, String> digests() {
    Map<String, String> digests = new TreeMap<>();
    pairs()
        .forEach(
            pair -> {
              Supplier<?> block = (Supplier<?>) pair.get()[1];
              digests.put((String) pair.get()[0], model(named((Block) block.get())).sha256());
            });
    digests.put("nameless", model(nameless(Activation::relu)).sha256());
    Classifier convolution = model(named(convolution(1, 1, 1)));
    digests.put("white box", box(convolution).sha256());
    Models.release(convolution);
    return digests;
  }

  @Test
  void digestsAreTheSameInAnotherJvm(@TempDir Path folder) throws Exception {
    Path printed = folder.resolve("printed.txt");
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    int status =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                // Identity hashes that come in another order.
                "-XX:+UnlockExperimentalVMOptions",
                "-XX:hashCode=2",
                PrintDigests.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile())
            .start()
            .waitFor();
    String lines = Files.readString(printed, StandardCharsets.UTF_8);
    assertThat(status).as(lines).isZero();
    assertThat(lines.lines()).containsAll(PrintDigests.lines());
  }

  /** Prints the digests; run in a JVM of its own. */
  static final class PrintDigests {
    private PrintDigests() {}

    static List<String> lines() {
      return digests().entrySet().stream().map(d -> d.getKey() + " = " + d.getValue()).toList();
    }

    public static void main(String[] arguments) {
      lines().forEach(System.out::println);
    }
  }
}
