package dev.touchstone.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.core.Linear;
import dev.touchstone.facts.Fact;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Trainers with one digest train alike; whatever trains differently has another one, or none. */
class TrainerDigestTest {
  private static final String SHA256 = "[0-9a-f]{64}";

  private static DjlTrainer trainer(Supplier<Block> architecture) {
    return DjlTrainer.of("network", architecture);
  }

  private static DjlTrainer trainer() {
    return trainer(() -> dense(3));
  }

  private static Block dense(int units) {
    return Linear.builder().setUnits(units).build();
  }

  static Stream<Arguments> pairs() {
    return TrainerArchitectureTest.pairs();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pairs")
  void architecturesHaveDigestsOfTheirOwn(String what, Supplier<Block> one, Supplier<Block> other) {
    Optional<String> first = trainer(() -> new NamedBlocks().add("a", one.get())).sha256();
    assertThat(first.orElseThrow()).matches(SHA256);
    assertThat(trainer(() -> new NamedBlocks().add("a", one.get())).sha256()).isEqualTo(first);
    assertThat(trainer(() -> new NamedBlocks().add("a", other.get())).sha256())
        .isNotEmpty()
        .isNotEqualTo(first);
  }

  @Test
  void everySettingCounts() {
    assertThat(
            Stream.of(
                trainer(),
                trainer().withEpochs(11),
                trainer().withBatchSize(51),
                trainer().withWeightDecay(1e-4),
                trainer().withLearningRateDecay(0.2, 10),
                trainer().withLearningRateDecay(0.1, 11),
                trainer().withOptimiser(Sgd.withDefaults().withLearningRate(0.02)),
                trainer().withOptimiser(Sgd.withDefaults().withMomentum(0.8)),
                trainer().withOptimiser(Adam.withDefaults()),
                trainer().withOptimiser(new Adam(0.001, 0.8, 0.999)),
                trainer().withOptimiser(new Adam(0.001, 0.9, 0.99))))
        .extracting(DjlTrainer::sha256)
        .allMatch(Optional::isPresent)
        .doesNotHaveDuplicates();
  }

  /** Prints a digest, for another JVM. */
  static final class Print {
    private Print() {}

    public static void main(String[] arguments) {
      System.out.println(convolutional().sha256().orElseThrow());
    }
  }

  private static DjlTrainer convolutional() {
    return DjlTrainer.of("network", () -> Cnn.small(10)).withOptimiser(Adam.withDefaults());
  }

  @Test
  void anotherJvmComputesTheSame() throws IOException, InterruptedException {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Print.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip())
        .isEqualTo(convolutional().sha256().orElseThrow());
    assertThat(other.waitFor()).isZero();
  }

  @Test
  void theNameDoesNotCount() {
    assertThat(DjlTrainer.of("renamed", () -> dense(3)).sha256()).isEqualTo(trainer().sha256());
  }

  @Test
  void namelessCodeInTheArchitectureLeavesNoDigest() {
    assertThat(trainer(() -> new LambdaBlock(TrainerDigestTest::absolute)).sha256()).isEmpty();
    assertThat(trainer(() -> new LambdaBlock(TrainerDigestTest::absolute, "abs")).sha256())
        .isNotEmpty();
  }

  private static NDList absolute(NDList list) {
    return new NDList(list.singletonOrThrow().abs());
  }

  /** An optimiser of a user's own, whose provenance says nothing. */
  private record Own(double rate, DoubleUnaryOperator schedule) implements Optimiser {
    @Override
    public double learningRate() {
      return rate;
    }

    @Override
    public List<Fact> facts() {
      return List.of(new Fact("optimiser", "own"));
    }

    @Override
    public Steps follow(NDArray weight) {
      return Sgd.withDefaults().withLearningRate(schedule.applyAsDouble(rate)).follow(weight);
    }
  }

  /** A schedule with a name. */
  private static final class Half implements DoubleUnaryOperator {
    @Override
    public double applyAsDouble(double rate) {
      return rate / 2;
    }
  }

  @Test
  void anOptimiserOfOnesOwnIsKnownByItsClassAndFields() {
    DjlTrainer half = trainer().withOptimiser(new Own(0.1, new Half()));
    assertThat(half.sha256())
        .isNotEmpty()
        .isEqualTo(trainer().withOptimiser(new Own(0.1, new Half())).sha256())
        .isNotEqualTo(trainer().withOptimiser(new Own(0.2, new Half())).sha256());
    assertThat(half.facts().texts()).doesNotContainKey("optimiser, not described");
  }

  @Test
  void namelessCodeInTheOptimiserLeavesNoDigestAndIsSaidToBeThere() {
    DjlTrainer nameless = trainer().withOptimiser(new Own(0.1, rate -> rate / 2));
    assertThat(nameless.sha256()).isEmpty();
    assertThat(nameless.facts().texts())
        .containsEntry("optimiser, not described", "optimiser.schedule");
  }

  @Test
  void theRidgeIsAllThatDecidesARegression() throws NoSuchAlgorithmException {
    assertThat(LogisticRegressionTrainer.withDefaults().withRidge(0.5).sha256())
        .contains(lengthPrefixed("multinomial logistic regression on z-scored features, 1", "0.5"));
    assertThat(LogisticRegressionTrainer.withDefaults().sha256())
        .isEqualTo(LogisticRegressionTrainer.withDefaults().withRidge(0.01).sha256())
        .isNotEqualTo(LogisticRegressionTrainer.withDefaults().withRidge(0.02).sha256());
  }

  /** By the JDK alone: each text in UTF-8 after its length in eight bytes, big-endian. */
  private static String lengthPrefixed(String... texts) throws NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (String text : texts) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(8).putLong(bytes.length).array());
      digest.update(bytes);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  @Test
  void aFixedModelInATrainersPlaceIsKnownByItsOwnDigest() {
    Classifier model =
        Models.function("fixed", "1", batch -> new double[batch.rows()][2]).emittingLogits();
    FrozenRepresentation frozen = FrozenRepresentation.of(model);
    assertThat(frozen.sha256()).contains(model.sha256());
    assertThat(frozen.facts().texts())
        .containsEntry("frozen model", "fixed")
        .containsEntry("frozen model sha256", model.sha256())
        .containsEntry("name", "frozen representation of fixed")
        .doesNotContainKey("sha256");
  }

  @Test
  void aTrainerOfOnesOwnHasADigestOnlyIfItSaysSo() {
    assertThat(new OwnTrainerTest.NearestMean().sha256()).isEmpty();
  }
}
