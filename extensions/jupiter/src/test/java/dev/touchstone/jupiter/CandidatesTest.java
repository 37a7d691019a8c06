package dev.touchstone.jupiter;

import static dev.touchstone.jupiter.Suites.assertGreen;
import static dev.touchstone.jupiter.Suites.failures;
import static dev.touchstone.model.OutputKind.LOGITS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.touchstone.data.Dataset;
import dev.touchstone.model.Classifier;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;

/** The same suite over several candidate models. */
class CandidatesTest {
  private static final List<String> SEEN = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void writeFiles() {
    TinyFiles.write();
  }

  @Test
  void aParameterizedTestRunsOncePerModel() {
    SEEN.clear();
    assertGreen(2, InMethod.class);
    assertThat(SEEN).containsExactly("linear.onnx", "second.onnx");
  }

  @ModelTest
  static class InMethod {
    @ParameterizedTest
    @ModelsUnderTest(
        value = {"classpath:tiny/linear.onnx", "target/test-classes/tiny/second.onnx"},
        outputs = LOGITS)
    void test(
        Classifier candidate,
        @DatasetUnderTest(value = TinyFiles.IMAGES, labels = TinyFiles.LABELS) Dataset data) {
      InjectionTest.assertWorks(candidate, data);
      SEEN.add(candidate.name());
    }
  }

  @Test
  void aParameterizedClassRunsOncePerModelAndSharesItsStaticFields() {
    SEEN.clear();
    OfClass.shared = null;
    assertGreen(4, OfClass.class);
    assertThat(SEEN).containsExactly("linear.onnx", "linear.onnx", "second.onnx", "second.onnx");
  }

  @ModelTest
  @ParameterizedClass
  @ModelsUnderTest(
      value = {"classpath:tiny/linear.onnx", "classpath:tiny/second.onnx"},
      outputs = LOGITS)
  static class OfClass {
    static Dataset shared;

    @DatasetUnderTest(value = TinyFiles.IMAGES, labels = TinyFiles.LABELS)
    static Dataset data;

    private final Classifier candidate;

    OfClass(Classifier candidate) {
      this.candidate = candidate;
    }

    @Test
    void one() {
      InjectionTest.assertWorks(candidate, data);
      SEEN.add(candidate.name());
    }

    @Test
    void two() {
      if (shared == null) {
        shared = data;
      }
      assertThat(data).isSameAs(shared);
      SEEN.add(candidate.name());
    }
  }

  @Test
  void aMissingCandidateIsSaidBeforeTheFirstIsTested() {
    SEEN.clear();
    assertThat(failures(Missing.class))
        .singleElement(STRING)
        .contains("no resource \"tiny/absent.onnx\" on the class path");
    assertThat(SEEN).isEmpty();
  }

  @ModelTest
  static class Missing {
    @ParameterizedTest
    @ModelsUnderTest(
        value = {"classpath:tiny/linear.onnx", "classpath:tiny/absent.onnx"},
        outputs = LOGITS)
    void test(Classifier candidate) {
      SEEN.add(candidate.name());
    }
  }

  @Test
  void noCandidatesAreRefused() {
    assertThat(failures(NoModels.class))
        .singleElement(STRING)
        .contains(
            "@ModelsUnderTest on NoModels.test names no model;"
                + " write value = {\"a.onnx\", \"b.onnx\"}");
  }

  @ModelTest
  static class NoModels {
    @ParameterizedTest
    @ModelsUnderTest(
        value = {},
        outputs = LOGITS)
    void test(Classifier candidate) {}
  }
}
