package dev.touchstone.jupiter;

import static dev.touchstone.model.OutputKind.LOGITS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.touchstone.check.Calibration;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.VerdictListeners;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.reporting.FileEntry;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.reporting.open.xml.OpenTestReportGeneratingListener;

/** Pictures are published to JUnit and lie in the report directory. */
class AttachmentsTest {
  @TempDir Path directory;

  @BeforeAll
  static void writeFiles() {
    TinyFiles.write();
  }

  @ModelTest
  static class Suite {
    @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS)
    static Classifier model;

    @DatasetUnderTest(value = TinyFiles.IMAGES, labels = TinyFiles.LABELS)
    static Dataset data;

    @Test
    void once() {
      conclude();
    }

    @RepeatedTest(2)
    void repeatedly() {
      conclude();
    }

    private static void conclude() {
      RunContext context = RunContext.current();
      VerdictListeners.of(context.session())
          .publish(
              Claim.of("ECE is at most 0.9", Bound.atMost(0.9))
                  .judge(
                      Calibration.withDefaults().evaluate(model, data, context),
                      context.settings().policy()),
              context);
    }
  }

  private Map<String, String> parameters() {
    return Map.of(
        "touchstone.report.dir", directory.resolve("report").toString(),
        "junit.platform.reporting.output.dir", directory.resolve("junit").toString());
  }

  private static BufferedImage image(byte[] png) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(png));
  }

  @Test
  void everyInvocationsPictureLiesInTheReportDirectory() throws IOException {
    Suites.assertGreen(3, Suite.class, parameters());
    Path figures = directory.resolve("report/figures");
    try (Stream<Path> files = Files.walk(figures)) {
      List<Path> pictures = files.filter(Files::isRegularFile).sorted().toList();
      assertThat(pictures)
          .extracting(file -> figures.relativize(file).toString())
          .containsExactly(
              "dev.touchstone.jupiter.AttachmentsTest_Suite/once/calibration-reliability-overall.png",
              "dev.touchstone.jupiter.AttachmentsTest_Suite/repeatedly_repetition_1_of_2/"
                  + "calibration-reliability-overall.png",
              "dev.touchstone.jupiter.AttachmentsTest_Suite/repeatedly_repetition_2_of_2/"
                  + "calibration-reliability-overall.png");
      for (Path picture : pictures) {
        assertThat(image(Files.readAllBytes(picture)).getWidth()).isGreaterThan(100);
      }
    }
  }

  @Test
  void everyInvocationsPictureIsPublishedToJUnit() throws IOException {
    List<FileEntry> published = new CopyOnWriteArrayList<>();
    LauncherFactory.create(
            LauncherConfig.builder().enableTestExecutionListenerAutoRegistration(false).build())
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(Suite.class))
                .configurationParameters(parameters())
                .build(),
            new TestExecutionListener() {
              @Override
              public void fileEntryPublished(TestIdentifier test, FileEntry file) {
                published.add(file);
              }
            });
    assertThat(published).hasSize(3);
    for (FileEntry entry : published) {
      assertThat(entry.getMediaType()).contains("image/png");
      assertThat(entry.getPath().getFileName()).hasToString("calibration-reliability-overall.png");
    }
  }

  /** By the listener that JUnit ships for it, as a user turns it on. */
  @Test
  void everyInvocationsPictureStandsInTheOpenTestReport() throws IOException {
    LauncherFactory.create(
            LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .addTestExecutionListeners(new OpenTestReportGeneratingListener())
                .build())
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(Suite.class))
                .configurationParameters(parameters())
                .configurationParameter("junit.platform.reporting.open.xml.enabled", "true")
                .build());
    Path written = directory.resolve("junit");
    String report;
    try (Stream<Path> files = Files.walk(written)) {
      Path file =
          files.filter(f -> f.getFileName().toString().endsWith(".xml")).findFirst().orElseThrow();
      report = Files.readString(file);
    }
    List<String> attached =
        Pattern.compile("<[^>]*file [^>]*path=\"([^\"]*\\.png)\"")
            .matcher(report)
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(attached).hasSize(3);
    assertThat(attached).allSatisfy(path -> assertThat(written.resolve(path)).isRegularFile());
  }
}
