package dev.touchstone.assertions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one claim knows cannot be said of another: the compiler refuses it. */
class SettingsOfAClaimTest {
  private static final String EXPLAINED =
      "assertThatModel(model).on(data).explainedBy(Gradient.withDefaults())";
  private static final String AGREES =
      ".agreesWith(model, HealthyModels.of(model), excessSimilarityAtLeast(0.3))";
  private static final String SENSITIVE = ".isSensitiveToWeights(excessSimilarityAtMost(0.1))";

  @TempDir private Path classes;

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".at(layer(\"fc1\"))",
        ".withDraws(9)",
        ".eachLayerAlone()",
        ".withDraws(9).because(\"a reason\")",
        ".withExamples(20).at(layer(\"fc1\")).withDraws(9).withExamples(20)"
      })
  void howWeightsAreReinitialisedCannotBeSaidOfAgreement(String settings) {
    assertThat(errors(EXPLAINED + settings + SENSITIVE)).isEmpty();
    assertThat(errors(EXPLAINED + settings + AGREES))
        .singleElement()
        .asString()
        .contains("cannot find symbol", "agreesWith(", "WeightSensitivityAssert");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".withExamples(20)",
        ".explaining(Target.ofClass(1)).identifiedAs(\"one\")",
        ".because(\"a reason\").withExamples(20).allowInconclusive(\"few\")"
      })
  void whatIsSaidOfEveryExplanationMayPrecedeEitherClaim(String settings) {
    assertThat(errors(EXPLAINED + settings + SENSITIVE)).isEmpty();
    assertThat(errors(EXPLAINED + settings + AGREES)).isEmpty();
  }

  static Stream<Class<?>> claims() {
    return Stream.of(
        ModelOnDataAssert.class,
        ModelOnAuditAssert.class,
        RegressorOnAuditAssert.class,
        RegressorOnDataAssert.class,
        MultiLabelOnDataAssert.class,
        AlignedClassAssert.class,
        AttributionAssert.class,
        WeightSensitivityAssert.class,
        TrialAssert.class,
        TrainerOnPlantedErrorsAssert.class);
  }

  @ParameterizedTest
  @MethodSource("claims")
  void whatMayBeSaidOfEveryClaimStandsInOnePlaceAndKeepsTheClaim(Class<?> claim) {
    for (String common : List.of("because", "allowInconclusive", "acceptKnown", "identifiedAs")) {
      assertThat(Arrays.stream(claim.getMethods()).filter(m -> m.getName().equals(common)))
          .singleElement()
          .extracting(Method::getDeclaringClass)
          .isEqualTo(AbstractClaimAssert.class);
    }
    assertThat(((ParameterizedType) claim.getGenericSuperclass()).getActualTypeArguments()[0])
        .isEqualTo(claim);
  }

  @Test
  void everyClaimIsAmongThem() throws IOException {
    Path compiled =
        Path.of(URI.create(ModelAssertions.class.getResource("ModelAssertions.class").toString()))
            .getParent();
    try (Stream<Path> files = Files.list(compiled)) {
      List<String> found =
          files
              .map(file -> file.getFileName().toString().replace(".class", ""))
              .filter(name -> name.endsWith("Assert") && !name.startsWith("Abstract"))
              .filter(
                  name ->
                      !List.of(
                              "ModelAssert", "RegressorAssert", "MultiLabelAssert", "TrainerAssert")
                          .contains(name))
              .toList();
      assertThat(found)
          .containsExactlyInAnyOrderElementsOf(claims().map(Class::getSimpleName).toList());
    }
  }

  /** What the compiler says of one line of a test. */
  private List<String> errors(String line) {
    String source =
        """
        import static dev.touchstone.assertions.ModelAssertions.*;
        import dev.touchstone.attribution.*;
        import dev.touchstone.attribution.gradient.*;
        import dev.touchstone.check.explanation.*;
        import dev.touchstone.data.Dataset;
        import dev.touchstone.model.Classifier;
        class Line { void of(Classifier model, Dataset data) { %s; } }
        """
            .formatted(line);
    JavaFileObject file =
        new SimpleJavaFileObject(URI.create("string:///Line.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
    try (StringWriter more = new StringWriter()) {
      compiler
          .getTask(
              more,
              null,
              said,
              List.of(
                  "-proc:none",
                  "-implicit:none",
                  "-d",
                  classes.toString(),
                  "-cp",
                  System.getProperty("java.class.path")),
              null,
              List.of(file))
          .call();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return said.getDiagnostics().stream()
        .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
        .map(diagnostic -> diagnostic.getMessage(Locale.ROOT))
        .toList();
  }
}
