package dev.touchstone.check.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.metric.Calibration;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files by which error rates were once wrong without a word, with the right ones. */
class CasesErrorRateTest {
  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  @TempDir Path folder;

  private static String file(String name) {
    return "classpath:cases/" + name;
  }

  private Evidence errorRate(Classifier model, Dataset data) {
    Evidence evidence = MetricValue.of(ErrorRate.withDefaults()).evaluate(model, data, context);
    Models.release(model);
    return evidence;
  }

  private static String overall(Evidence evidence) {
    return evidence.measurements().get(0).estimate().toString();
  }

  /** Rows (1, 0) of class 0 and (0, 1) of class 1. */
  private static Dataset corners(int ofEach, boolean sorted) {
    float[] features = new float[4 * ofEach];
    int[] labels = new int[2 * ofEach];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = sorted ? i / ofEach : i % 2;
      features[2 * i + labels[i]] = 1;
    }
    return Dataset.named("corners")
        .features(FeatureStore.inMemory(features, 2))
        .labels(labels)
        .build();
  }

  /** Its score columns favour the class that its label output does not name: the label decides. */
  @ParameterizedTest
  @CsvSource({"svc.csv, 0/300", "svc-labels-flipped.csv, 300/300"})
  void theLabelOutputOfSupportVectorsDecidesAndIsSaidToDisagree(String table, String errors) {
    Evidence evidence =
        errorRate(
            Models.onnx(file("sk_svc_raw2.onnx")).emittingLogits(),
            Datasets.csv(file(table)).label("y", "0", "1").load());

    assertThat(overall(evidence)).isEqualTo(errors);
    assertThat(evidence.notes()).anySatisfy(note -> assertThat(note).contains("label"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void batchNormalisationInTrainingModeIsRefused(boolean sorted) {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                errorRate(
                    Models.onnx(file("bn_training.onnx")).emittingLogits(), corners(512, sorted)))
        .withMessageContaining("gives two answers to one question")
        .withMessageContaining("BatchNormalization in training mode");
  }

  @Test
  void dropoutThatWasTracedIsRefused() {
    Random random = new Random(7);
    float[] features = new float[8 * 300];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) random.nextGaussian();
    }
    Dataset noise =
        Dataset.named("noise")
            .features(FeatureStore.inMemory(features, 8))
            .labels(IntStream.range(0, 300).map(i -> i % 2).toArray())
            .build();

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () -> errorRate(Models.torchScript(file("traced_train.pt")).emittingLogits(), noise))
        .withMessageContaining("gives two answers to one question")
        .withMessageContaining("dropout");
  }

  /** Of two examples the shape alone would not tell. */
  @ParameterizedTest
  @ValueSource(ints = {1, 50})
  void scoresAcrossTheBatchAreRefusedByTheirShape(int ofEach) {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                errorRate(
                    Models.onnx(file("transposed.onnx")).emittingLogits(), corners(ofEach, false)))
        .withMessageContaining("the first axis has to be the examples'")
        .withMessageMatching(".*made an output of shape \\[2, [0-9]+].*");
  }

  /** −1 is the first class and 0.0 … 11.0 stand in numeric order, declared or not. */
  @ParameterizedTest
  @CsvSource({
    "ident2.onnx, signs-as-labels.csv, 0/200",
    "ident12.onnx, whole-numbers-as-decimals.csv, 0/240"
  })
  void labelsThatAreNumbersStandInTheirOrder(String model, String table, String errors) {
    assertThat(
            overall(
                errorRate(
                    Models.onnx(file(model)).emittingLogits(),
                    Datasets.csv(file(table)).label("y").load())))
        .isEqualTo(errors);
  }

  /** Twelve folders named 0 … 11 hold images of grey 20 × name. */
  @Test
  void foldersThatAreNumbersStandInTheirOrder() throws IOException {
    for (int level = 0; level < 12; level++) {
      Path ofClass = Files.createDirectories(folder.resolve(Integer.toString(level)));
      for (int i = 0; i < 3; i++) {
        BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_GRAY);
        int[] samples = new int[16];
        Arrays.fill(samples, 20 * level);
        image.getRaster().setSamples(0, 0, 4, 4, 0, samples);
        ImageIO.write(image, "png", ofClass.resolve(i + ".png").toFile());
      }
    }

    assertThat(
            overall(
                errorRate(
                    Models.onnx(file("levels12.onnx")).emittingLogits(),
                    Datasets.imageFolder(folder.toString()).grey().load())))
        .isEqualTo("0/36");
  }

  /** Its probabilities reach 1.0000001. The ECE is that of ten bins of the top label. */
  @Test
  void aForestWhoseSumsAreRoundedIsCalibratedAsItIs() {
    Classifier forest = Models.onnx(file("forest20.onnx")).emittingProbabilities();
    Dataset data = Datasets.csv(file("forest.csv.gz")).label("y", "0", "1").load();
    Evidence evidence = MetricValue.of(Calibration.withDefaults()).evaluate(forest, data, context);
    Models.release(forest);

    assertThat(evidence.measurements().get(0).estimate().value()).isCloseTo(.0173, within(5e-5));
  }

  @Test
  void aSchemaWithACommaTooManyIsNamedWithThePlace() throws IOException {
    Path table = Files.writeString(folder.resolve("t.csv"), "x,y\n1,0\n2,1\n");
    Path schema =
        Files.writeString(
            folder.resolve("s.json"), "{\"label\": \"y\", \"classes\": [\"0\", \"1\",]}");

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> Datasets.csv(table.toString()).schema(schema.toString()).load())
        .withMessageContaining("s.json")
        .withMessageContaining("not JSON at line 1, column 36: a comma with nothing after it");
  }
}
