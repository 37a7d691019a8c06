package dev.touchstone.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Isolated("sets system properties and the thread's class loader")
class SettingsTest {
  @TempDir Path directory;
  private ClassLoader before;
  private String seedBefore;

  @BeforeEach
  void remember() {
    before = Thread.currentThread().getContextClassLoader();
    seedBefore = System.getProperty("touchstone.seed");
    System.clearProperty("touchstone.seed");
  }

  @AfterEach
  void restore() {
    Thread.currentThread().setContextClassLoader(before);
    if (seedBefore == null) {
      System.clearProperty("touchstone.seed");
    } else {
      System.setProperty("touchstone.seed", seedBefore);
    }
  }

  private static Settings from(Map<String, String> first) {
    return Settings.from(key -> Optional.ofNullable(first.get(key)));
  }

  private void properties(String text) throws IOException {
    Files.writeString(directory.resolve("touchstone.properties"), text);
    Thread.currentThread()
        .setContextClassLoader(new URLClassLoader(new URL[] {directory.toUri().toURL()}, before));
  }

  @Test
  void withoutAnythingTheDefaultsHold() {
    Settings settings = from(Map.of("touchstone.report.dir", "out", "touchstone.ci", "false"));
    assertThat(settings)
        .isEqualTo(
            new Settings(
                "cpu",
                42,
                Policy.STRICT,
                512L << 20,
                Path.of("out"),
                Path.of("src/test/resources/touchstone-baseline.json"),
                false,
                false,
                Optional.empty()));
  }

  @Test
  void theFrameworksParametersComeBeforeSystemPropertiesBeforeTheFile() throws IOException {
    properties("touchstone.seed = 1\n");
    assertThat(from(Map.of()).seed()).isEqualTo(1);
    System.setProperty("touchstone.seed", "2");
    assertThat(from(Map.of()).seed()).isEqualTo(2);
    assertThat(from(Map.of("touchstone.seed", "3")).seed()).isEqualTo(3);
  }

  @Test
  void anEmptyValueIsNoValue() {
    assertThat(from(Map.of("touchstone.seed", " ")).seed()).isEqualTo(42);
  }

  @ParameterizedTest
  @CsvSource({"1024, 1024", "64k, 65536", "512m, 536870912", "2G, 2147483648", "2 gb, 2147483648"})
  void memoryIsGivenInUnits(String given, long bytes) {
    assertThat(from(Map.of("touchstone.memory", given)).memoryBytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "touchstone.device | tpu | give cpu, gpu, gpu:0 or auto",
        "touchstone.seed | 4.2 | give a whole number",
        "touchstone.policy | mild | give strict or lenient",
        "touchstone.memory | 0 | give a size such as 512m or 2g",
        "touchstone.memory | much | give a size such as 512m or 2g",
        "touchstone.baseline | yes | give read or update; the file itself is named by",
        "touchstone.ci | maybe | give true or false",
        "touchstone.report.html | page | give true or false",
        "touchstone.run.id | feature/x | give up to 100 letters, digits, dashes and underscores",
        "touchstone.run.id | 1.7 | give up to 100 letters, digits, dashes and underscores",
      })
  void aValueThatCannotBeUsedIsRefusedWithWhatCan(String key, String value, String cure) {
    assertThatThrownBy(() -> from(Map.of(key, value)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith(key + " = \"" + value + "\" cannot be used; " + cure);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "touchstone.sede | write touchstone.seed, or leave it out",
        "touchstone.Seed | write touchstone.seed, or leave it out",
        "touchstone.report-dir | write touchstone.report.dir, or leave it out",
        "touchstone.polcy | write touchstone.policy, or leave it out",
        "touchstone.models | write touchstone.model, or leave it out",
        "touchstone.reprot.html | write touchstone.report.html, or leave it out",
        "touchstone.nothing.of.the.kind | leave it out; there are touchstone.audit.concepts, ",
        "touchstone.model. | write touchstone.model, or leave it out"
      })
  void aSettingThatIsNoneIsRefusedWithTheNearest(String name, String cure) throws IOException {
    System.setProperty(name, "7");
    try {
      assertThatThrownBy(Settings::fromSystem)
          .isInstanceOf(TouchstoneException.class)
          .hasMessageStartingWith(
              "\"" + name + "\" in the system properties is no setting; " + cure);
    } finally {
      System.clearProperty(name);
    }
    properties(name + " = 7\n");
    assertThatThrownBy(Settings::fromSystem)
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith("\"" + name + "\" in touchstone.properties is no setting; " + cure);
  }

  @Test
  void settingsOfTheGoalsAndOfOtherProgramsAreLeftAlone() throws IOException {
    properties("touchstone.gate.models = a.onnx\ntouchstone.model.left = b\ntouchstones = 1\n");
    assertThat(Settings.fromSystem().models()).containsEntry("touchstone.model.left", "b");
  }

  @Test
  void theReportIsWrittenWhereItIsAskedFor() {
    assertThat(from(Map.of()).reportHtml()).isFalse();
    Settings asked =
        from(
            Map.of(
                "touchstone.report.html",
                "true",
                "touchstone.report.discoveries",
                "benjamini-hochberg"));
    assertThat(from(Map.of()).reportDiscoveries()).isEqualTo("benjamini-yekutieli");
    assertThat(asked.reportDiscoveries()).isEqualTo("benjamini-hochberg");
    assertThat(asked.reportingTo(Path.of("out")).reportDiscoveries())
        .isEqualTo("benjamini-hochberg");
    assertThat(asked.reportHtml()).isTrue();
    assertThat(asked.reportingTo(Path.of("out")).reportHtml()).isTrue();
    assertThat(asked.replacing(Map.of()).reportHtml()).isTrue();
  }

  @Test
  void theRunIsNamedWhereverSettingsAreGiven() throws IOException {
    assertThat(from(Map.of()).runId()).isEmpty();
    properties("touchstone.run.id = build-7\n");
    assertThat(from(Map.of()).runId()).contains("build-7");
    Settings asked = from(Map.of("touchstone.run.id", "build_8"));
    assertThat(asked.runId()).contains("build_8");
    assertThat(asked.reportingTo(Path.of("out")).runId()).contains("build_8");
  }

  @Test
  void filesInPlaceOfModelsComeFromWhereverKeysAreListed() throws IOException {
    properties("touchstone.model.digits = a.onnx\ntouchstone.model.income = b.onnx\n");
    Settings settings =
        from(Map.of("touchstone.model", "c.onnx", "touchstone.model.income", "d.onnx"));
    assertThat(settings.models())
        .containsExactly(
            entry("touchstone.model", "c.onnx"),
            entry("touchstone.model.digits", "a.onnx"),
            entry("touchstone.model.income", "d.onnx"));
  }

  @Test
  void filesInPlaceOfModelsAreRepeatedInQuotes() {
    Settings settings =
        new Settings("cpu", 42, Policy.STRICT, 512L << 20, Path.of("target"))
            .replacing(Map.of("touchstone.model", "Ada's models/a.onnx"));
    assertThat(settings.options())
        .isEqualTo("-Dtouchstone.seed=42 '-Dtouchstone.model=Ada'\\''s models/a.onnx'");
    assertThat(settings.reportingTo(Path.of("out")).models()).isEqualTo(settings.models());
  }

  @Test
  void aReportDirectoryThatIsNoPathIsRefused() {
    assertThatThrownBy(() -> from(Map.of("touchstone.report.dir", "a\0b")))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("cannot be used; give a path");
  }
}
