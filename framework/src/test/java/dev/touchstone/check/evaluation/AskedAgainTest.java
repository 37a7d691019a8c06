package dev.touchstone.check.evaluation;

import static dev.touchstone.graph.onnx.OnnxBuilder.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.touchstone.check.comparison.MetricValue;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.metric.Calibration;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.metric.ModelBug;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.OutputKind;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AskedAgainTest {
  @TempDir Path folder;

  private final RunContext context = remembering(64L << 20);

  private static RunContext remembering(long memory) {
    Settings settings = new Settings("cpu", 1, Policy.STRICT, memory, Path.of("target"));
    return RunContext.of(settings, RunSession.isolated());
  }

  /** Rows (1, 0) of class 0 and (0, 1) of class 1, 512 each. */
  private static Dataset corners(boolean sorted) {
    float[] features = new float[2 * 1024];
    int[] labels = new int[1024];
    for (int i = 0; i < 1024; i++) {
      labels[i] = sorted ? i / 512 : i % 2;
      features[2 * i + labels[i]] = 1;
    }
    return Dataset.named(sorted ? "sorted" : "mixed")
        .features(FeatureStore.inMemory(features, 2))
        .labels(labels)
        .build();
  }

  private static Dataset noise(int width) {
    Random random = new Random(7);
    float[] features = new float[width * 300];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) random.nextGaussian();
    }
    return Dataset.named("noise")
        .features(FeatureStore.inMemory(features, width))
        .labels(IntStream.range(0, 300).map(i -> i % 2).toArray())
        .build();
  }

  private Evidence errorRate(Classifier model, Dataset data) {
    return MetricValue.of(ErrorRate.withDefaults()).evaluate(model, data, context);
  }

  private static Classifier function(Function<Tensor, double[][]> probabilities) {
    return Models.function("own", "1", probabilities).emittingProbabilities();
  }

  /** The probability of class 1 of each row. */
  private static double[][] binary(Tensor batch, Function<float[], Double> ofRow) {
    return IntStream.range(0, batch.rows())
        .mapToDouble(i -> ofRow.apply(batch.row(i)))
        .mapToObj(p -> new double[] {1 - p, p})
        .toArray(double[][]::new);
  }

  private static double sigmoid(double score) {
    return 1 / (1 + Math.exp(-score));
  }

  /** Mixed it answers as if it were right throughout, and alone by chance. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void batchNormalisationInTrainingModeIsRefusedHoweverTheDataAreSorted(boolean sorted) {
    Classifier model =
        Models.onnx("classpath:answers/batch-norm-in-training.onnx").emittingLogits();
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> errorRate(model, corners(sorted)))
        .withMessageStartingWith(
            "batch-norm-in-training.onnx gives two answers to one question: example ")
        .withMessageContaining("an answer may depend on nothing but its example")
        .withMessageEndingWith(
            "It holds BatchNormalization in training mode; export it in evaluation mode:"
                + " model.eval() in PyTorch, training = False in Keras");
    Models.release(model);
  }

  /** Mixed batches are answered rightly, and of batches of one class every example as class 0. */
  @Test
  void whatIsDeclaredToAnswerByItsBatchIsJudgedInBatchesAsServed() {
    Classifier model =
        Models.function("by the mean", "1", AskedAgainTest::aboveTheMeanOfTheBatch)
            .answersDependOnTheirBatch(256)
            .emittingProbabilities();

    Evidence mixed = errorRate(model, corners(false));
    Evidence sorted = errorRate(model, corners(true));

    assertThat(mixed.measurements().get(0).estimate().toString()).isEqualTo("0/1024");
    assertThat(sorted.measurements().get(0).estimate().toString()).isEqualTo("512/1024");
    assertThat(mixed.notes())
        .anySatisfy(
            note ->
                assertThat(note)
                    .startsWith(
                        "by the mean is declared to answer by its batch, and is judged in batches"
                            + " of 256; alone, a probability moves by up to 0.8 and the class"
                            + " changes at "));
    assertThat(model.facts().texts()).containsEntry("answers depend on their batch", "of 256");
  }

  @Test
  void undeclaredItIsToldHowToSaySo() {
    Classifier model =
        Models.function("by the mean", "1", AskedAgainTest::aboveTheMeanOfTheBatch)
            .emittingProbabilities();

    assertThatThrownBy(() -> errorRate(model, corners(false)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageEndingWith(
            "; if it is meant to answer by its batch, say .answersDependOnTheirBatch(32) with the"
                + " size that is served");
  }

  private static double[][] aboveTheMeanOfTheBatch(Tensor batch) {
    double mean =
        IntStream.range(0, batch.rows()).mapToDouble(i -> batch.row(i)[1]).average().orElseThrow();
    return binary(batch, row -> row[1] > mean ? 0.9 : 0.1);
  }

  @Test
  void whatDrawsAtRandomIsRefusedWhateverIsDeclared() {
    Classifier model =
        Models.torchScript("classpath:answers/dropout-in-training.pt")
            .answersDependOnTheirBatch(32)
            .emittingLogits();

    assertThatThrownBy(() -> errorRate(model, noise(8)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("asked about in the same batch again as")
        .hasMessageContaining(
            "an answer may depend on nothing but its batch. It is declared to answer by its batch,"
                + " and gives one batch two answers: does it draw random numbers (dropout)")
        .hasMessageNotContaining(".answersDependOnTheirBatch");
    Models.release(model);
  }

  /** Larger than what ONNX Runtime is asked about at a time. */
  @Test
  void aBatchIsNotDividedOnOnnxRuntimeEither() throws IOException {
    OnnxBuilder centred =
        new OnnxBuilder()
            .opset(18)
            .input("x", 0, 1)
            .output("score", 0, 1)
            .integers("examples", 0)
            .node("ReduceMean", List.of("x", "examples"), "mean")
            .node("Sub", List.of("x", "mean"), "centred")
            .node("Asinh", List.of("centred"), "score");
    Path file = folder.resolve("centred.onnx");
    Files.write(file, centred.bytes());
    Classifier model =
        Models.onnx(file.toString()).answersDependOnTheirBatch(1_200).emittingMargin();
    Dataset data =
        Dataset.named("many")
            .features(FeatureStore.inMemory(new Random(3).doubles(1_500).toArray(), 1))
            .labels(IntStream.range(0, 1_500).map(i -> i % 2).toArray())
            .build();

    Predictions said = CheckedAnswers.of(model, data, 64L << 20);

    for (int from : new int[] {0, 1_200}) {
      int to = Math.min(1_500, from + 1_200);
      double mean =
          IntStream.range(from, to).mapToDouble(i -> data.batch(i, i + 1).row(0)[0]).sum()
              / (to - from);
      double x = data.batch(from + 7, from + 8).row(0)[0] - mean;
      assertThat(said.probability(from + 7, 1))
          .isCloseTo(sigmoid(Math.log(x + Math.sqrt(x * x + 1))), within(1e-6));
    }
    assertThat(model.facts().texts()).containsEntry("runs on", "ONNX Runtime");
    Models.release(model);
  }

  @Test
  void dropoutThatWasTracedInTrainingModeIsRefused() {
    Classifier model =
        Models.torchScript("classpath:answers/dropout-in-training.pt").emittingLogits();
    assertThatThrownBy(() -> errorRate(model, noise(8)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("gives two answers to one question")
        .hasMessageContaining("It holds torch.dropout in training mode; export it in evaluation");
    Models.release(model);
  }

  @Test
  void aRandomOperatorIsRefusedAndNamed() throws IOException {
    OnnxBuilder model =
        new OnnxBuilder()
            .input("x", 0, 2)
            .node("RandomNormalLike", List.of("x"), "noise")
            .node("Add", List.of("x", "noise"), "scores")
            .output("scores", 0, 2);
    Classifier noisy = onnx(model, OutputKind.LOGITS);
    assertThatThrownBy(() -> errorRate(noisy, noise(2)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("It holds RandomNormalLike (node noise); export it");
    Models.release(noisy);
  }

  /** It is there, and changes nothing. */
  @Test
  void aRandomOperatorWithoutConsequenceIsJudged() throws IOException {
    OnnxBuilder model =
        new OnnxBuilder()
            .input("x", 0, 2)
            .weights("least", new float[] {1e-7f}, 1)
            .node("RandomNormalLike", List.of("x"), "noise")
            .node("Mul", List.of("noise", "least"), "little")
            .node("Add", List.of("x", "little"), "scores")
            .output("scores", 0, 2);
    Classifier steady = onnx(model, OutputKind.LOGITS);
    assertThat(errorRate(steady, noise(2)).measurements()).hasSize(1);
    Models.release(steady);
  }

  private Classifier onnx(OnnxBuilder model, OutputKind kind) throws IOException {
    return Models.onnx(Files.write(folder.resolve("model.onnx"), model.bytes()).toString())
        .emitting(kind);
  }

  @Test
  void aFunctionThatCentresItsBatchIsRefused() {
    Classifier model =
        function(
            batch -> {
              double mean =
                  IntStream.range(0, batch.rows())
                      .mapToDouble(i -> batch.row(i)[0])
                      .average()
                      .orElse(0);
              return binary(batch, row -> sigmoid(row[0] - mean));
            });
    assertThatThrownBy(() -> errorRate(model, noise(2)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("does it compute anything over its batch");
  }

  @Test
  void aFunctionThatRemembersItsCallsIsRefused() {
    AtomicInteger calls = new AtomicInteger();
    Classifier model =
        function(
            batch -> {
              int call = calls.getAndIncrement();
              return binary(batch, row -> sigmoid(row[0] + 0.001 * call));
            });
    assertThatThrownBy(() -> errorRate(model, noise(2))).isInstanceOf(TouchstoneException.class);
  }

  /** What it says of row i is about row i - 1. */
  @Test
  void aModelThatShiftsItsAnswersIsRefused() {
    Classifier model =
        function(
            batch ->
                IntStream.range(0, batch.rows())
                    .mapToObj(i -> binary(batch, row -> sigmoid(row[0]))[Math.max(0, i - 1)])
                    .toArray(double[][]::new));
    assertThatThrownBy(() -> errorRate(model, noise(2))).isInstanceOf(TouchstoneException.class);
  }

  /** Moves every probability by a little in every call. */
  private static Classifier moving(double step) {
    AtomicInteger calls = new AtomicInteger();
    return function(
        batch -> {
          double shift = calls.getAndIncrement() % 2 == 0 ? 0 : step;
          return binary(batch, row -> 0.5 + 0.4 * Math.tanh(row[0]) + shift);
        });
  }

  @Test
  void answersMayMoveByAsMuchAsRounding() {
    assertThat(errorRate(moving(0.9e-4), noise(2)).provenance().texts().environment())
        .containsEntry("asked again", "64 examples in another order, 16 of them alone");
    assertThatThrownBy(() -> errorRate(moving(1.1e-4), noise(3)))
        .isInstanceOf(TouchstoneException.class);
  }

  /** The probabilities stay, and the class that it names changes from call to call. */
  private static final class Fickle implements Classifier {
    private final double confidence;
    private int calls;

    Fickle(double confidence) {
      this.confidence = confidence;
    }

    @Override
    public String name() {
      return "fickle";
    }

    @Override
    public String sha256() {
      return "f" + confidence;
    }

    @Override
    public ModelFacts facts() {
      return facts("own");
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
      return Optional.empty();
    }

    @Override
    public OutputKind outputs() {
      return OutputKind.PROBABILITIES;
    }

    @Override
    public Predictions predict(Tensor batch) {
      double[][] rows = binary(batch, row -> confidence);
      int named = calls++ % 2;
      return Predictions.of(rows).naming(IntStream.range(0, rows.length).map(i -> named).toArray());
    }

    @Override
    public int batchSize(long budgetBytes) {
      return 1000;
    }
  }

  @Test
  void aClassMayChangeOnlyWhereTwoAreEquallyProbable() {
    assertThatThrownBy(() -> errorRate(new Fickle(0.51), noise(2)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("fickle gives two answers to one question");
    assertThat(errorRate(new Fickle(0.5), noise(2)).notes())
        .anyMatch(note -> note.startsWith("fickle is undecided at 300 of 300 examples"));
  }

  @Test
  void everyClaimOfOneModelAndDataAsksOnce() {
    AtomicInteger rows = new AtomicInteger();
    Classifier model =
        function(
            batch -> {
              rows.addAndGet(batch.rows());
              return binary(batch, row -> sigmoid(row[0]));
            });
    errorRate(model, noise(2));
    MetricValue.of(Calibration.withDefaults()).evaluate(model, noise(2), context);
    MetricValue.of(ErrorRate.of(ModelBug.withNorm(2).tolerance(1)))
        .evaluate(model, noise(2), context);
    assertThat(rows).hasValue(300 + 64 + 16);
  }

  /**
   * Scores are x · W with x in 8 bits: scale and zero point come from the smallest and largest
   * value of the batch, by ONNX's definition of DynamicQuantizeLinear.
   */
  private Classifier quantised(boolean random) throws IOException {
    TensorProto weights =
        TensorProto.newBuilder()
            .setName("w")
            .setDataType(TensorProto.DataType.INT8_VALUE)
            .addDims(2)
            .addDims(2)
            .setRawData(ByteString.copyFrom(new byte[] {1, -1, -1, 1}))
            .build();
    OnnxBuilder model =
        new OnnxBuilder()
            .input("x", 0, 2)
            .weights(weights)
            .node("", "quantise", "DynamicQuantizeLinear", List.of("x"), List.of("q", "s", "z"))
            .node("MatMulInteger", List.of("q", "w", "z"), "product")
            .node("Cast", List.of("product"), "wide", attribute("to", 1))
            .node("Mul", List.of("wide", "s"), random ? "steady" : "scores")
            .output("scores", 0, 2);
    if (random) {
      model
          .node("RandomNormalLike", List.of("steady"), "noise")
          .node("Add", List.of("steady", "noise"), "scores");
    }
    return onnx(model, OutputKind.LOGITS);
  }

  @Test
  void dynamicQuantisationIsJudgedAtAStatedBatchSizeWhateverTheMemory() throws IOException {
    Classifier model = quantised(false);
    assertThat(model.facts().texts()).containsEntry("quantised together", "64 examples");
    Dataset data = noise(2);
    Evidence evidence = errorRate(model, data);
    assertThat(evidence.provenance().texts().environment())
        .containsEntry("asked again", "64 examples, in the same batches of 64");
    double moved = largestMovementAlone(model, data);
    assertThat(moved).as("alone it answers otherwise").isGreaterThan(1e-3);
    assertThat(evidence.notes())
        .anyMatch(
            note ->
                note.startsWith(
                    "model.onnx takes one scale of quantisation for a batch, and is judged in"
                        + " batches of 64; alone, a probability moves by up to 0.0"));
    Evidence small =
        MetricValue.of(ErrorRate.withDefaults()).evaluate(model, data, remembering(1 << 12));
    assertThat(small.measurements()).hasToString(evidence.measurements().toString());
    assertThat(small.worst()).isEqualTo(evidence.worst()).isNotEmpty();
    Models.release(model);
  }

  private static double largestMovementAlone(Classifier model, Dataset data) {
    Predictions together = model.predictAll(data, 64L << 20);
    return IntStream.range(0, data.size())
        .mapToDouble(
            i ->
                Math.abs(
                    model.predict(data.batch(i, i + 1)).probability(0, 1)
                        - together.probability(i, 1)))
        .max()
        .orElseThrow();
  }

  @Test
  void quantisationExcusesNoChance() throws IOException {
    Classifier model = quantised(true);
    assertThatThrownBy(() -> errorRate(model, noise(2)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("RandomNormalLike (node noise)");
    Models.release(model);
  }

  /** Behind preprocessing the operator is still known. */
  @Test
  void aNormalisedModelIsAskedAgainToo() {
    Classifier model =
        Models.onnx("classpath:answers/batch-norm-in-training.onnx")
            .normalising(new double[] {0}, new double[] {2})
            .emittingLogits();
    assertThatThrownBy(() -> errorRate(model, corners(false)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("It holds BatchNormalization in training mode");
    Models.release(model);
  }

  /**
   * Twenty trees, each a vote of its own feature, as skl2onnx writes a forest of two classes: one
   * weight a leaf, that of class 1. A row of ten ones is a tie, and ten times .05 in 32 bits is 0.5
   * or a little more, by the order in which the trees are added.
   */
  private Classifier votes() throws IOException {
    int trees = 20;
    long[] tree = new long[3 * trees];
    long[] node = new long[3 * trees];
    long[] feature = new long[3 * trees];
    String[] modes = new String[3 * trees];
    float[] values = new float[3 * trees];
    long[] yes = new long[3 * trees];
    long[] no = new long[3 * trees];
    long[] leaf = new long[2 * trees];
    long[] leafTree = new long[2 * trees];
    long[] leafClass = new long[2 * trees];
    float[] weight = new float[2 * trees];
    for (int t = 0; t < trees; t++) {
      for (int n = 0; n < 3; n++) {
        tree[3 * t + n] = t;
        node[3 * t + n] = n;
        feature[3 * t + n] = t;
        modes[3 * t + n] = n == 0 ? "BRANCH_LEQ" : "LEAF";
      }
      values[3 * t] = .5f;
      yes[3 * t] = 1;
      no[3 * t] = 2;
      for (int c = 0; c < 2; c++) {
        leafTree[2 * t + c] = t;
        leaf[2 * t + c] = c + 1;
        weight[2 * t + c] = c == 0 ? 0 : 1f / trees;
      }
    }
    OnnxBuilder model =
        new OnnxBuilder()
            .input("features", 0, trees)
            .node(
                "ai.onnx.ml",
                "trees",
                "TreeEnsembleClassifier",
                List.of("features"),
                List.of("label", "probabilities"),
                attribute("nodes_treeids", tree),
                attribute("nodes_nodeids", node),
                attribute("nodes_featureids", feature),
                attribute("nodes_modes", modes),
                attribute("nodes_values", values),
                attribute("nodes_truenodeids", yes),
                attribute("nodes_falsenodeids", no),
                attribute("class_treeids", leafTree),
                attribute("class_nodeids", leaf),
                attribute("class_ids", leafClass),
                attribute("class_weights", weight),
                attribute("classlabels_int64s", new long[] {0, 1}),
                OnnxBuilder.text("post_transform", "NONE"))
            .output("label", TensorProto.DataType.INT64, 0)
            .output("probabilities", 0, 2);
    return onnx(model, OutputKind.PROBABILITIES);
  }

  @Test
  void tiedVotesAreCountedAndFallToTheSameClassInEveryBatch() throws IOException {
    Random random = new Random(3);
    float[] features = new float[300 * 20];
    for (int i = 0; i < features.length; i++) {
      features[i] = random.nextInt(2);
    }
    int ties =
        (int)
            IntStream.range(0, 300)
                .filter(
                    i ->
                        IntStream.range(20 * i, 20 * i + 20).filter(f -> features[f] > 0).count()
                            == 10)
                .count();
    assertThat(ties).isBetween(20, 80);
    Dataset data =
        Dataset.named("votes")
            .features(FeatureStore.inMemory(features, 20))
            .labels(IntStream.range(0, 300).map(i -> i % 2).toArray())
            .build();
    Classifier model = votes();
    assertThat(model.facts().texts()).containsEntry("ONNX Runtime threads", "1");
    assertThat(errorRate(model, data).notes())
        .contains(
            "model.onnx is undecided at "
                + ties
                + " of 300 examples: the two most probable classes are equally so, and rounding"
                + " decides");
    // With two threads, 44 of 56 such ties changed their class between a batch and one alone.
    int[] inBatches = classes(model.predictAll(data, 64L << 20));
    int[] alone =
        IntStream.range(0, 300)
            .map(i -> model.predict(data.batch(i, i + 1)).predicted(0))
            .toArray();
    assertThat(inBatches).isEqualTo(alone);
    Models.release(model);
  }

  private static int[] classes(Predictions predictions) {
    int[] classes = new int[predictions.size()];
    Arrays.setAll(classes, predictions::predicted);
    return classes;
  }
}
