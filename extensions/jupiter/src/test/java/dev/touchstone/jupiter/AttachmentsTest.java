package dev.touchstone.jupiter;

import static dev.touchstone.model.OutputKind.LOGITS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.touchstone.check.comparison.MetricValue;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.evidence.Shown;
import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.evidence.figure.IntervalPlot;
import dev.touchstone.evidence.figure.Overlays;
import dev.touchstone.evidence.record.VerdictListeners;
import dev.touchstone.facts.FactText;
import dev.touchstone.metric.Calibration;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.statistics.Proportion;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.reporting.FileEntry;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.reporting.open.xml.OpenTestReportGeneratingListener;

/** Pictures are published to JUnit and lie in the report directory. */
class AttachmentsTest {
  /** What a claim about calibration shows, in the order of names. */
  private static final List<String> PICTURES =
      List.of("calibration-confusion.png", "calibration-reliability-overall.png");

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
              Claim.of("ECE is at most 0.9", Bound.upper(0.9))
                  .judge(
                      MetricValue.of(Calibration.withDefaults()).evaluate(model, data, context),
                      context.settings().policy()),
              context);
    }
  }

  @ModelTest
  static class ManyVerdicts {
    private static final Figure CURVE =
        new IntervalPlot(
            "curve",
            "Curve",
            "layer",
            "similarity",
            List.of("fc1"),
            Map.of("gradient", List.of(new IntervalPlot.Point(0.5, 0.4, 0.6))));

    /** No image is no picture. */
    private static final Figure CANNOT_BE_DRAWN = new Overlays("broken", "Broken", List.of());

    @Test
    void twice() {
      conclude(CURVE);
      conclude(CURVE);
    }

    @Test
    void amidOneThatCannotBeDrawn() {
      conclude(CANNOT_BE_DRAWN, CURVE);
    }

    @ParameterizedTest(name = "named: {0}")
    @ValueSource(strings = {"a", "b"})
    void named(String parameter) {
      conclude(CURVE);
    }

    @ParameterizedTest(name = "one name for all")
    @ValueSource(strings = {"a", "b"})
    void alike(String parameter) {
      conclude(CURVE);
    }

    @Test
    void shown() {
      RunContext context = RunContext.current();
      VerdictListeners.of(context.session())
          .show(
              new Shown(
                  "a.onnx on test",
                  CURVE,
                  Provenance.read(
                      new FactText.Texts(Map.of(), Map.of(), Map.of(), Map.of()),
                      42,
                      Instant.EPOCH,
                      1)),
              context);
    }

    private static void conclude(Figure... figures) {
      RunContext context = RunContext.current();
      Evidence.Builder evidence =
          Evidence.of("error rate", "a.onnx on test")
              .measured(new Measurement("error rate", "overall", Proportion.of(1, 100)));
      for (Figure figure : figures) {
        evidence.figure(figure);
      }
      VerdictListeners.of(context.session())
          .publish(
              Claim.of("the error rate is at most 0.9", Bound.upper(0.9))
                  .judge(
                      evidence.from(
                          Provenance.read(
                              new FactText.Texts(Map.of(), Map.of(), Map.of(), Map.of()),
                              42,
                              Instant.EPOCH,
                              1)),
                      context.settings().policy()),
              context);
    }
  }

  @Test
  void noPictureOverwritesAnotherAndNoneIsLostToOneThatCannotBeDrawn() throws IOException {
    Suites.assertGreen(7, ManyVerdicts.class, parameters());
    Path figures =
        directory.resolve("report/figures/dev.touchstone.jupiter.AttachmentsTest_ManyVerdicts");
    try (Stream<Path> files = Files.walk(figures)) {
      assertThat(files.filter(Files::isRegularFile))
          .extracting(file -> figures.relativize(file).toString())
          .containsExactlyInAnyOrder(
              "twice/error_rate-curve.png",
              "twice/error_rate-curve-2.png",
              "amidOneThatCannotBeDrawn/error_rate-curve.png",
              "shown/shown-curve.png",
              "named_named_a/error_rate-curve.png",
              "named_named_b/error_rate-curve.png",
              "alike_one_name_for_all/error_rate-curve.png",
              "alike_one_name_for_all/error_rate-curve-2.png");
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
          .containsExactlyElementsOf(
              Stream.of("once", "repeatedly_repetition_1_of_2", "repeatedly_repetition_2_of_2")
                  .flatMap(test -> PICTURES.stream().map(picture -> test + "/" + picture))
                  .map("dev.touchstone.jupiter.AttachmentsTest_Suite/"::concat)
                  .toList());
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
    assertThat(published)
        .allSatisfy(entry -> assertThat(entry.getMediaType()).contains("image/png"))
        .extracting(entry -> entry.getPath().getFileName().toString())
        .containsExactlyInAnyOrderElementsOf(
            Collections.nCopies(3, PICTURES).stream().flatMap(List::stream).toList());
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
    assertThat(attached).hasSize(3 * PICTURES.size());
    assertThat(attached).allSatisfy(path -> assertThat(written.resolve(path)).isRegularFile());
  }
}
