package dev.touchstone.guiding.repair;

import static dev.touchstone.graph.onnx.OnnxBuilder.attribute;
import static dev.touchstone.graph.onnx.OnnxBuilder.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.touchstone.data.Annotations;
import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.MissingCapabilityException;
import dev.touchstone.model.Models;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.training.LogisticRegressionTrainer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that go by a {@link Backgrounds background}, repaired in memory and in files. */
class RepairedModelTest {
  private static final RunContext CONTEXT = RunContext.current();
  private static final Dataset TRAINING = Backgrounds.draw("training", 400, .95, 1);
  private static final Dataset TEST = Backgrounds.draw("test", 1000, .5, 2);
  private static final AuditSet AUDIT = AuditSet.of(Backgrounds.draw("audit", 60, .5, 3));
  private static final AnnotatedConcepts CONCEPTS =
      AnnotatedConcepts.ofColumns(Backgrounds.draw("concepts", 100, .5, 4), "background=water");

  private static RepairTask task(Classifier model) {
    return RepairTask.of(model, TRAINING, AUDIT, CONCEPTS, "background");
  }

  private static double accuracyOffTheTrack(Classifier model) {
    return Backgrounds.accuracyOffTheTrack(model, TEST);
  }

  @Test
  void aLogisticRegressionIsRepairedInMemory() {
    Classifier model = LogisticRegressionTrainer.withDefaults().train(TRAINING, "first", CONTEXT);

    RepairedModel repaired = GuidedErasure.withDefaults().repair(task(model), CONTEXT);

    // The best rule, by the first feature alone, is right in Φ(1) = .84 of all.
    assertThat(accuracyOffTheTrack(model)).isLessThan(.4);
    assertThat(accuracyOffTheTrack(repaired.model())).isGreaterThan(.78);
    assertThat(repaired.model().name()).isEqualTo(model.name() + ", repaired");
    assertThat(repaired.model().sha256()).isNotEqualTo(model.sha256());
    assertThat(repaired.original()).isSameAs(model);
  }

  @Test
  void whatIsNoOnnxFileGetsTheLayerBesideIt(@TempDir Path folder) {
    Classifier model = LogisticRegressionTrainer.withDefaults().train(TRAINING, "first", CONTEXT);
    RepairedModel repaired = GuidedErasure.withDefaults().repair(task(model), CONTEXT);

    assertThatThrownBy(() -> repaired.writeTo(folder.resolve("m.onnx"), CONTEXT))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "logistic regression on training is no ONNX file, the only format that a repaired layer"
                + " is written into; put layer().slopes() (2 × 2) and layer().intercepts() into the"
                + " last layer of your own code and save it there, or export the model to ONNX and"
                + " repair that");
    assertThat(repaired.layer().slopes().rows()).isEqualTo(2);
    assertThat(folder.resolve("m.onnx")).doesNotExist();
  }

  private static OnnxBuilder relu() {
    return new OnnxBuilder().input("x", 0, 2).node("Relu", List.of("x"), "h");
  }

  /** Goes by the background alone. */
  private static byte[] logits(float threshold) {
    return relu()
        .weights("W", new float[] {0, 0, -1, 1}, 2, 2)
        .weights("b", new float[] {threshold, -threshold}, 2)
        .node("Gemm", List.of("h", "W", "b"), "y")
        .output("y", 0, 2)
        .bytes();
  }

  private static byte[] margin() {
    return relu()
        .weights("W", new float[] {0, 1}, 2, 1)
        .weights("b", new float[] {-11}, 1)
        .node("MatMul", List.of("h", "W"), "p")
        .node("Add", List.of("p", "b"), "z")
        .node("Sigmoid", List.of("z"), "y")
        .output("y", 0, 1)
        .bytes();
  }

  private static byte[] classifier() {
    return relu()
        .node(
            "ai.onnx.ml",
            "lr",
            "LinearClassifier",
            List.of("h"),
            List.of("label", "y"),
            attribute("coefficients", new float[] {0, -1, 0, 1}),
            attribute("intercepts", new float[] {11, -11}),
            attribute("classlabels_ints", new long[] {0, 1}),
            text("post_transform", "LOGISTIC"))
        .output("label", TensorProto.DataType.INT64, 0)
        .output("y", 0, 2)
        .bytes();
  }

  private static Classifier written(String form, Path folder) throws Exception {
    Path file = folder.resolve(form + ".onnx");
    return switch (form) {
      case "logits" -> {
        Files.write(file, logits(11));
        yield Models.onnx(file.toString()).emittingLogits();
      }
      case "normalised" -> {
        Files.write(file, logits((11 - 1) / .5f));
        yield Models.onnx(file.toString())
            .normalising(new double[] {1}, new double[] {.5})
            .emittingLogits();
      }
      case "margin" -> {
        Files.write(file, margin());
        yield Models.onnx(file.toString()).emittingProbabilities();
      }
      default -> {
        Files.write(file, classifier());
        yield Models.onnx(file.toString()).emittingProbabilities();
      }
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"logits", "normalised", "margin", "classifier"})
  void anOnnxFileIsRepairedIntoAnother(String form, @TempDir Path folder) throws Exception {
    Classifier model = written(form, folder);
    byte[] before = Files.readAllBytes(folder.resolve(form + ".onnx"));
    RepairedModel repaired = GuidedErasure.withDefaults().repair(task(model), CONTEXT);

    Path file = folder.resolve("new/repaired.onnx");
    Classifier read = repaired.writeTo(file, CONTEXT);

    Predictions inMemory = CheckedAnswers.ofSome(repaired.model(), TEST, 1 << 20);
    Predictions inFile = CheckedAnswers.ofSome(read, TEST, 1 << 20);
    for (int i = 0; i < TEST.size(); i++) {
      assertThat(inFile.probability(i, 1)).isCloseTo(inMemory.probability(i, 1), within(1e-5));
      assertThat(inFile.predicted(i)).isEqualTo(inMemory.predicted(i));
    }
    assertThat(accuracyOffTheTrack(model)).isLessThan(.1);
    assertThat(accuracyOffTheTrack(read)).isGreaterThan(.78);
    assertThat(read.name()).isEqualTo("repaired.onnx");
    assertThat(Files.readAllBytes(folder.resolve(form + ".onnx"))).isEqualTo(before);
  }

  @Test
  void theOriginalIsNotOverwritten(@TempDir Path folder) throws Exception {
    RepairedModel repaired =
        GuidedErasure.withDefaults().repair(task(written("logits", folder)), CONTEXT);

    assertThatThrownBy(() -> repaired.writeTo(folder.resolve("logits.onnx"), CONTEXT))
        .hasMessageContaining("is the model that was repaired; write to another file");
    assertThat(Files.readAllBytes(folder.resolve("logits.onnx"))).isEqualTo(logits(11));
    assertThatThrownBy(() -> repaired.writeTo(folder.resolve("logits.pt"), CONTEXT))
        .hasMessageContaining("does not end in .onnx");
  }

  @Test
  void aModelWithoutALinearHeadIsRefused(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("relu.onnx");
    Files.write(
        file,
        relu()
            .weights("W", new float[] {0, 0, -1, 1}, 2, 2)
            .node("MatMul", List.of("h", "W"), "p")
            .node("Relu", List.of("p"), "y")
            .output("y", 0, 2)
            .bytes());
    Classifier model = Models.onnx(file.toString()).emittingLogits();

    assertThatThrownBy(() -> GuidedErasure.withDefaults().repair(task(model), CONTEXT))
        .isInstanceOf(MissingCapabilityException.class)
        .hasMessageContaining("GuidedErasure")
        .hasMessageContaining("does not end in a linear layer")
        .hasMessageContaining("give an ONNX file or a DJL block that ends in a linear layer");
  }

  @Test
  void tasksThatCannotBeDoneAreRefused() {
    Classifier model = LogisticRegressionTrainer.withDefaults().train(TRAINING, "first", CONTEXT);

    assertThatThrownBy(() -> RepairTask.of(model, TRAINING, AUDIT, CONCEPTS))
        .hasMessageContaining("no concept is to be ignored");
    assertThatThrownBy(() -> RepairTask.of(model, TRAINING, AUDIT, CONCEPTS, "sky"))
        .hasMessage("there is no concept \"sky\"; the concepts of concepts are [background]");
    assertThatThrownBy(() -> RepairTask.of(model, AUDIT.data(), AUDIT, CONCEPTS, "background"))
        .hasMessageContaining("the audit set audit overlaps the training set audit");
    AnnotatedConcepts both =
        AnnotatedConcepts.ofColumns(CONCEPTS.data(), "background=water", "background=land");
    assertThatThrownBy(() -> RepairTask.of(model, TRAINING, AUDIT, both, "background=water"))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining(
            "\"background=water\" should not matter, and \"background=land\", which may, is a")
        .hasMessageContaining("leave \"background=land\" out of the concepts, name both, or");
    RepairTask.of(model, TRAINING, AUDIT, both, "background=water", "background=land");
    RepairTask.of(model, TRAINING, AUDIT, both.only("background=water"), "background=water");
  }

  /** One in eight is of class 1, and the model says so of one in eight. */
  @Test
  void probabilitiesAndDecisionsKeepTheirMeaning(@TempDir Path folder) throws Exception {
    Dataset rare = TRAINING.where(i -> TRAINING.label(i) == 0 || i % 9 == 0, "one in eight");
    Files.write(folder.resolve("logits.onnx"), logits(11));
    Classifier model =
        Models.onnx(folder.resolve("logits.onnx").toString()).decidingAt(.3).emittingLogits();
    RepairTask task = RepairTask.of(model, rare, AUDIT, CONCEPTS, "background");

    for (ModelRepair repair :
        List.of(
            GuidedErasure.withDefaults().keepingClassShares(),
            GuidedBottleneck.withDefaults().keepingClassShares())) {
      RepairedModel repaired = repair.repair(task, CONTEXT);
      Predictions inMemory = CheckedAnswers.ofSome(repaired.model(), rare, 1 << 20);
      Predictions inFile =
          CheckedAnswers.ofSome(
              repaired.writeTo(folder.resolve("kept.onnx"), CONTEXT), rare, 1 << 20);
      int ones = 0;
      double sum = 0;
      for (int i = 0; i < rare.size(); i++) {
        ones += rare.label(i);
        sum += inMemory.probability(i, 1);
        assertThat(inMemory.predicted(i)).isEqualTo(inMemory.probability(i, 1) >= .3 ? 1 : 0);
        assertThat(inFile.predicted(i)).isEqualTo(inMemory.predicted(i));
      }
      assertThat(ones / (double) rare.size()).isBetween(.1, .14);
      assertThat(sum / ones).isBetween(.75, 1.35);
      assertThat(repaired.model().facts().toString()).contains("class 1 from probability = 0.3");
    }
    assertThatThrownBy(() -> GuidedErasure.withDefaults().repair(task, CONTEXT))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "logits.onnx predicts \"class 1\" from a probability of 0.3 on, which means something"
                + " else after a repair that counts both classes alike; write"
                + " GuidedErasure.withDefaults().keepingClassShares(), or repair the model without"
                + " decidingAt(0.3)");
    assertThatThrownBy(() -> GuidedBottleneck.withDefaults().repair(task, CONTEXT))
        .hasMessageContaining("write GuidedBottleneck.withDefaults().keepingClassShares()");
  }

  /** On either side of a probability of .5 it would answer otherwise than the model. */
  @Test
  void aCarvedModelDecidesWhereTheOriginalDoes(@TempDir Path folder) throws Exception {
    Files.write(folder.resolve("logits.onnx"), logits(9));
    Classifier early =
        Models.onnx(folder.resolve("logits.onnx").toString()).decidingAt(.05).emittingLogits();

    CarvedModel carved = Carving.withDefaults().carve(early, TRAINING, CONCEPTS, CONTEXT);

    Predictions predictions = CheckedAnswers.ofSome(carved, TEST, 1 << 20);
    for (int i = 0; i < TEST.size(); i++) {
      assertThat(predictions.predicted(i)).isEqualTo(predictions.probability(i, 1) >= .05 ? 1 : 0);
    }
    assertThat(carved.fidelity(TEST, CONTEXT).value()).isGreaterThan(.9);
    assertThat(carved.facts().toString()).contains("class 1 from probability = 0.05");
  }

  @Test
  void anAuditSetSaysWhatIsToBeIgnored() {
    Classifier model = LogisticRegressionTrainer.withDefaults().train(TRAINING, "first", CONTEXT);
    double[][] values = new double[AUDIT.size()][2];
    for (int i = 0; i < values.length; i++) {
      values[i][0] = AUDIT.data().value("background", i).equals("water") ? 1 : 0;
      values[i][1] = AUDIT.data().label(i);
    }
    AuditSet annotated =
        AUDIT.annotatedBy(
            Annotations.of(List.of("background", "shape"), values).withGlobalImportances(0, 1));

    RepairTask task =
        RepairTask.of(model, TRAINING, annotated, AnnotatedConcepts.ofAudit(annotated));

    assertThat(task.ignored()).containsExactly("background");
    assertThat(accuracyOffTheTrack(GuidedErasure.withDefaults().repair(task, CONTEXT).model()))
        .isGreaterThan(.78);
  }

  /** With the other order the file's own label would call each class by the other's name. */
  @Test
  void classesInAnotherOrderThanTheFilesAreRefused(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("named.onnx");
    Files.write(
        file,
        relu()
            .node(
                "ai.onnx.ml",
                "lr",
                "LinearClassifier",
                List.of("h"),
                List.of("label", "y"),
                attribute("coefficients", new float[] {0, -1, 0, 1}),
                attribute("intercepts", new float[] {11, -11}),
                attribute("classlabels_strings", "class 1", "class 0"),
                text("post_transform", "LOGISTIC"))
            .output("label", TensorProto.DataType.STRING, 0)
            .output("y", 0, 2)
            .bytes());
    Classifier model = Models.onnx(file.toString()).emittingProbabilities();

    for (ThrowingCallable asked :
        List.<ThrowingCallable>of(
            () -> task(model),
            () -> Carving.withDefaults().carve(model, TRAINING, CONCEPTS, CONTEXT))) {
      assertThatThrownBy(asked)
          .isInstanceOf(TouchstoneException.class)
          .hasMessageContaining("named.onnx states the classes [class 1, class 0]")
          .hasMessageContaining("the same in another order");
    }
  }

  private static Dataset movedBy(float offset, Dataset data) {
    float[] values = data.batch(0, data.size()).values().clone();
    for (int i = 0; i < values.length; i += 2) {
      values[i] += offset;
    }
    return data.withFeatures(FeatureStore.inMemory(values, 2), "moved by " + offset);
  }

  private static RepairedModel repairedFarFromZero(float offset, Path folder) throws Exception {
    Classifier model = written("logits", folder);
    AnnotatedConcepts concepts =
        AnnotatedConcepts.ofColumns(movedBy(offset, CONCEPTS.data()), "background=water");
    return GuidedErasure.withDefaults()
        .repair(
            RepairTask.of(
                model,
                movedBy(offset, TRAINING),
                AuditSet.of(movedBy(offset, AUDIT.data())),
                concepts,
                "background"),
            CONTEXT);
  }

  /**
   * Such as years, or degrees of longitude: single precision leaves .001 of a score of some 10⁴.
   */
  @Test
  void featuresFarFromZeroAreRoundedAndWritten(@TempDir Path folder) throws Exception {
    RepairedModel repaired = repairedFarFromZero(8192, folder);

    Classifier read = repaired.writeTo(folder.resolve("far.onnx"), CONTEXT);

    Dataset test = movedBy(8192, AUDIT.data());
    Predictions inMemory = CheckedAnswers.ofSome(repaired.model(), test, 1 << 20);
    Predictions inFile = CheckedAnswers.ofSome(read, test, 1 << 20);
    double most =
        IntStream.range(0, test.size())
            .mapToDouble(i -> inMemory.change(i, inFile, i))
            .max()
            .orElseThrow();
    // .0002: as if it were another model, were rounding not known.
    assertThat(most).isBetween(1e-4, 5e-3);
  }

  @Test
  void featuresWhoseRoundingChangesTheAnswerAreNot(@TempDir Path folder) throws Exception {
    RepairedModel repaired = repairedFarFromZero(1 << 20, folder);

    assertThatThrownBy(() -> repaired.writeTo(folder.resolve("far.onnx"), CONTEXT))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("rounds its scores by up to")
        .hasMessageContaining("Let the model standardise it in front of that layer");
    assertThat(folder.resolve("far.onnx")).doesNotExist();
  }

  @Test
  void conceptsWithoutNegativesAreRefused() {
    Dataset water = CONCEPTS.data().where("background", "water");

    assertThatThrownBy(
            () -> AnnotatedConcepts.of(water, List.of("a"), Matrix.zeros(water.size(), 1)))
        .hasMessageContaining("the concept \"a\" is 0.0 for all")
        .hasMessageContaining("add examples with it");
    assertThatThrownBy(() -> AnnotatedConcepts.ofColumns(water, "background"))
        .hasMessageContaining(
            "holds texts, such as [water]; say which of them means that the concept")
        .hasMessageContaining("\"background=water\"");
    assertThatThrownBy(() -> AnnotatedConcepts.ofColumns(water, "background=water"))
        .hasMessageContaining("add examples without it");
    assertThatThrownBy(() -> AnnotatedConcepts.ofColumns(water, "background=sea"))
        .hasMessageContaining("no example of concepts")
        .hasMessageContaining("has \"sea\" in its column \"background\", which holds [water]");
    assertThatThrownBy(
            () -> AnnotatedConcepts.of(water, List.of("a", "a"), Matrix.zeros(water.size(), 2)))
        .hasMessageContaining("give each a name of its own");
  }
}
