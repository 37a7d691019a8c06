package dev.touchstone.check.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.check.comparison.MetricValue;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Classes that nobody declared stand in the order of their numbers, however those are written. */
class GuessedClassesTest {
  @TempDir Path folder;

  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  private double errorRate(String model, Dataset data) {
    Classifier classifier = Models.onnx("classpath:classes/" + model).emittingLogits();
    return MetricValue.of(ErrorRate.withDefaults())
        .evaluate(classifier, data, context)
        .measurements()
        .get(0)
        .estimate()
        .value();
  }

  @ParameterizedTest
  @CsvSource({
    "signs.csv, identity2.onnx",
    "decimals.csv, identity12.onnx",
    "blanks.csv, identity12.onnx",
    "exponents.csv, identity12.onnx",
  })
  void aModelThatIsRightHasNoErrorHoweverItsLabelsAreWritten(String table, String model) {
    assertThat(errorRate(model, Datasets.csv("classpath:classes/" + table).label("y").load()))
        .isZero();
  }

  @Test
  void aModelThatIsWrongOnEveryRowOfSignsIsFoundOut() throws IOException {
    Path exchanged = folder.resolve("exchanged.csv");
    Files.writeString(exchanged, "f0,f1,y\n" + "3,-1,+1\n".repeat(60) + "-1,3,-1\n".repeat(40));
    assertThat(errorRate("identity2.onnx", Datasets.csv(exchanged.toString()).label("y").load()))
        .isEqualTo(1);
  }

  @Test
  void foldersThatAreNumbersStandInTheirOrder() throws IOException {
    for (int c = 0; c < 12; c++) {
      BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_GRAY);
      for (int i = 0; i < 16; i++) {
        image.getRaster().setSample(i % 4, i / 4, 0, 20 * c);
      }
      Path ofClass = Files.createDirectory(folder.resolve(Integer.toString(c)));
      ImageIO.write(image, "png", ofClass.resolve("1.png").toFile());
    }
    assertThat(errorRate("levels12.onnx", Datasets.imageFolder(folder.toString()).grey().load()))
        .isZero();
  }
}
