package dev.touchstone.jupiter;

import static dev.touchstone.jupiter.Suites.failures;
import static dev.touchstone.jupiter.Suites.run;
import static dev.touchstone.model.OutputKind.LOGITS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.touchstone.check.comparison.MetricValue;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.data.Tensor;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.record.VerdictListeners;
import dev.touchstone.metric.Calibration;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.MultiLabelModel;
import dev.touchstone.runtime.RunContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;

/** {@code touchstone.model} puts a file in place of the declared one, and nothing else changes. */
class ReplacementsTest {
  private static final String KEY = "touchstone.model";
  private static final Map<String, String> CANDIDATE = Map.of(KEY, TinyFiles.CANDIDATE);

  /** Of pixels 9 and 1 the declared model says class 0, and the candidate class 1. */
  private static final Tensor NINE_AND_ONE = Tensor.of(new float[] {9, 1}, 1, 1, 1, 2);

  private static final List<String> SEEN = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void writeFiles() {
    TinyFiles.write();
  }

  @BeforeEach
  void clear() {
    SEEN.clear();
  }

  private static void see(Classifier model) {
    SEEN.add(model.name() + " " + (model.predict(NINE_AND_ONE).probability(0, 1) > 0.5 ? 1 : 0));
  }

  private static void judge(Classifier model) {
    RunContext context = RunContext.current();
    Dataset data = Datasets.idx(TinyFiles.IMAGES, TinyFiles.LABELS).load();
    VerdictListeners.of(context.session())
        .publish(
            Claim.of("ECE is at most 1", Bound.upper(1))
                .judge(
                    MetricValue.of(Calibration.withDefaults()).evaluate(model, data, context),
                    context.settings().policy()),
            context);
  }

  private static void assertGreen(int tests, Class<?> suite, Map<String, String> parameters) {
    Suites.assertGreen(tests, suite, parameters);
  }

  private static void assertRefused(Class<?> suite, String message) {
    assertThat(failures(run(suite, CANDIDATE))).singleElement(STRING).contains(message);
  }

  @ModelTest
  static class OneCandidate {
    @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS)
    static Classifier model;

    @ModelUnderTest(value = "classpath:tiny/second.onnx", outputs = LOGITS, candidate = false)
    static Classifier approved;

    @Test
    void sees(@ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS) Classifier parameter) {
      see(model);
      see(approved);
      see(parameter);
    }
  }

  @Test
  void withoutAFileTheDeclaredModelsAreTested() {
    assertGreen(1, OneCandidate.class, Map.of());
    assertThat(SEEN).containsExactly("linear.onnx 0", "second.onnx 0", "linear.onnx 0");
  }

  @Test
  void theFileTakesTheCandidatesPlaceAndLeavesTheOthers() {
    assertGreen(1, OneCandidate.class, CANDIDATE);
    assertThat(SEEN).containsExactly("candidate.onnx 1", "second.onnx 0", "candidate.onnx 1");
  }

  @Test
  void theNextRunHasItsDeclaredModelAgain() {
    assertGreen(1, OneCandidate.class, CANDIDATE);
    SEEN.clear();
    assertGreen(1, OneCandidate.class, Map.of());
    assertThat(SEEN).first().isEqualTo("linear.onnx 0");
  }

  @ModelTest
  static class DeclaredFileIsNotThere {
    @ModelUnderTest(value = "models/left-at-home.onnx", outputs = LOGITS)
    static Classifier model;

    @Test
    void sees() {
      see(model);
    }
  }

  @Test
  void theDeclaredFileNeedNotBeThere() {
    assertGreen(1, DeclaredFileIsNotThere.class, CANDIDATE);
    assertThat(SEEN).containsExactly("candidate.onnx 1");
  }

  @ModelTest
  static class Telling {
    @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS)
    static Classifier model;

    @Test
    void tells() {
      SEEN.addAll(model.facts().texts().entrySet().stream().map(Object::toString).toList());
      RunContext context = RunContext.current();
      SEEN.add(context.test().orElseThrow().command(context.settings()));
    }
  }

  @Test
  void provenanceAndTheReproduceCommandTellTheFile() {
    assertGreen(1, Telling.class, CANDIDATE);
    assertThat(SEEN)
        .contains("name=candidate.onnx", "in place of=" + TinyFiles.MODEL, "outputs=LOGITS")
        .last()
        .asString()
        .endsWith(" '-Dtouchstone.model=" + TinyFiles.CANDIDATE + "'");
  }

  @Test
  void aNamedFileIsToldToo() {
    assertGreen(1, Telling.class, Map.of(KEY + ".linear", TinyFiles.CANDIDATE));
    assertThat(SEEN)
        .last()
        .asString()
        .endsWith(" '-Dtouchstone.model.linear=" + TinyFiles.CANDIDATE + "'");
  }

  @ModelTest
  static class WrittenInJava {
    @ModelUnderTest
    static Classifier model =
        Models.onnx(TinyFiles.MODEL)
            .normalising(new double[] {1}, new double[] {2})
            .emittingLogits();

    @ModelUnderTest Classifier ofInstance = Models.onnx(TinyFiles.MODEL).emittingLogits();

    @Test
    void sees() {
      see(model);
      see(ofInstance);
      SEEN.add(String.format(Locale.ROOT, "%.1f", logit(model)));
    }

    private static double logit(Classifier model) {
      double p = model.predict(NINE_AND_ONE).probability(0, 1);
      return Math.log(p / (1 - p));
    }
  }

  @Test
  void ofAModelInJavaTheFileIsReplacedAndThePreprocessingStays() {
    assertGreen(1, WrittenInJava.class, CANDIDATE);
    // (9 - 1)/2 = 4 and (1 - 1)/2 = 0; swapped, plus (0, 0.5), the logits are (0, 4.5).
    assertThat(SEEN).containsExactly("candidate.onnx 1", "candidate.onnx 1", "4.5");
    SEEN.clear();
    assertGreen(1, WrittenInJava.class, Map.of());
    assertThat(SEEN).containsExactly("linear.onnx 0", "linear.onnx 0", "-3.5");
  }

  @ModelTest
  static class Final {
    @ModelUnderTest static final Classifier MODEL = Models.onnx(TinyFiles.MODEL).emittingLogits();

    @Test
    void test() {}
  }

  @Test
  void aFinalFieldIsRefused() {
    assertRefused(
        Final.class,
        "@ModelUnderTest field Final.MODEL is final, so that nothing can take its initial value's"
            + " place; remove final");
    assertGreen(1, Final.class, Map.of());
  }

  @ModelTest
  static class WithoutFile {
    @ModelUnderTest
    static Classifier model =
        Models.function("rule", "1", batch -> new double[batch.shape()[0]][2])
            .emittingProbabilities();

    @Test
    void test() {}
  }

  @Test
  void aModelThatWasNotReadFromAFileIsRefused() {
    assertRefused(
        WithoutFile.class,
        "@ModelUnderTest field WithoutFile.model holds rule, which was not read from a file, so"
            + " that \""
            + TinyFiles.CANDIDATE
            + "\" cannot take its place; give a file, as in Models.onnx(\"…\").emittingLogits(), or"
            + " say candidate = false if it is not the candidate");
  }

  @ModelTest
  static class TwoCandidates {
    @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS, name = "digits")
    static Classifier digits;

    @ModelUnderTest(value = "classpath:tiny/second.onnx", outputs = LOGITS)
    static Classifier second;

    @Test
    void sees() {
      see(digits);
      see(second);
    }
  }

  @Test
  void oneFileNeverTakesThePlaceOfTwoModels() {
    assertRefused(
        TwoCandidates.class,
        "is the second model that touchstone.model would replace: \"classpath:tiny/linear.onnx\""
            + " and \"classpath:tiny/second.onnx\"; say candidate = false on the one that is not to"
            + " be replaced, or give both a name and set touchstone.model.<name>");
  }

  @Test
  void aNameSaysWhichOfTwoIsReplaced() {
    assertGreen(1, TwoCandidates.class, Map.of(KEY + ".digits", TinyFiles.CANDIDATE));
    assertThat(SEEN).containsExactly("candidate.onnx 1", "second.onnx 0");
  }

  @Test
  void withoutANameAModelIsCalledAsItsFile() {
    assertGreen(1, TwoCandidates.class, Map.of(KEY + ".second", TinyFiles.CANDIDATE));
    assertThat(SEEN).containsExactly("linear.onnx 0", "candidate.onnx 1");
  }

  @Test
  void aNameGoesBeforeTheKeyWithoutOne() {
    assertGreen(
        1,
        TwoCandidates.class,
        Map.of(KEY + ".digits", TinyFiles.CANDIDATE, KEY, TinyFiles.RELATIVE_MODEL));
    assertThat(SEEN).containsExactly("candidate.onnx 1", "linear.onnx 0");
  }

  @ModelTest
  static class Candidates {
    @ParameterizedTest
    @ModelsUnderTest(
        value = {TinyFiles.MODEL, "classpath:tiny/second.onnx"},
        outputs = LOGITS)
    void sees(Classifier model) {
      see(model);
    }
  }

  @Test
  void ofSeveralCandidatesTheGivenOneIsTheOnlyOne() {
    assertGreen(1, Candidates.class, CANDIDATE);
    assertThat(SEEN).containsExactly("candidate.onnx 1");
  }

  @Test
  void ofSeveralCandidatesANamedOneIsReplaced() {
    assertGreen(2, Candidates.class, Map.of(KEY + ".second", TinyFiles.CANDIDATE));
    assertThat(SEEN).containsExactly("linear.onnx 0", "candidate.onnx 1");
  }

  @ModelTest
  static class Twins {
    @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS)
    static Classifier model;

    @ParameterizedTest
    @ModelsUnderTest(value = "classpath:tiny/second.onnx", outputs = LOGITS, candidate = false)
    void sees(Classifier twin) {
      see(twin);
      judge(twin);
    }
  }

  @Test
  void twinsThatAreNoCandidatesStay() {
    assertGreen(1, Twins.class, CANDIDATE);
    assertThat(SEEN).containsExactly("second.onnx 0");
  }

  @Test
  void aFileThatIsNotThereIsRefusedUnderItsKey() {
    assertThat(failures(run(OneCandidate.class, Map.of(KEY, "absent.onnx"))))
        .singleElement(STRING)
        .contains("touchstone.model = \"absent.onnx\": no readable file \"absent.onnx\"");
  }

  @Test
  void aFileOfAnUnknownFormatIsRefusedUnderItsKey() {
    assertThat(failures(run(OneCandidate.class, Map.of(KEY + ".linear", "model.h5"))))
        .singleElement(STRING)
        .contains(
            "touchstone.model.linear = \"model.h5\": \"model.h5\" has no ending that names a"
                + " format; give an .onnx, a .pt (TorchScript) or a .ubj (XGBoost) file");
  }

  @ModelTest
  static class JudgingFilesOfItsOwn {
    @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS)
    static Classifier model;

    @Test
    void judgesTheCandidate() {
      judge(model);
    }

    @ParameterizedTest
    @MethodSource("models")
    void judgesArguments(Classifier given) {
      judge(given);
    }

    static Stream<Classifier> models() {
      return Stream.of(Models.onnx(TinyFiles.MODEL).emittingLogits());
    }

    @TestFactory
    Stream<DynamicTest> judgesDynamically() {
      return Stream.of(
          DynamicTest.dynamicTest(
              "dynamic", () -> judge(Models.onnx(TinyFiles.MODEL).emittingLogits())));
    }

    @Nested
    class Inside {
      @Test
      void judgesAFileThatIsDeclared() {
        judge(Models.onnx(TinyFiles.CANDIDATE).emittingLogits());
      }
    }
  }

  @Test
  void aTestThatJudgesAFileWhichNobodyDeclaredFails() {
    EngineExecutionResults results = run(JudgingFilesOfItsOwn.class, CANDIDATE);
    assertThat(failures(results))
        .hasSize(2)
        .allSatisfy(
            failure ->
                assertThat(failure)
                    .isEqualTo(
                        "this test judged linear.onnx, which touchstone.model could not replace;"
                            + " declare it by @ModelUnderTest or @ModelsUnderTest, with candidate ="
                            + " false if it is not to be replaced"));
    assertThat(results.testEvents().succeeded().count()).isEqualTo(2);
    assertGreen(4, JudgingFilesOfItsOwn.class, Map.of());
  }

  @ModelTest
  static class WithoutCandidate {
    @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS, candidate = false)
    static Classifier approved;

    @Test
    void judgesARule() {
      judge(Models.function("rule", "1", batch -> rows(batch.shape()[0])).emittingProbabilities());
    }

    @Test
    void judgesWhatStays() {
      judge(approved);
    }

    private static double[][] rows(int n) {
      double[][] rows = new double[n][];
      java.util.Arrays.setAll(rows, i -> new double[] {0.25, 0.75});
      return rows;
    }
  }

  @Test
  void aJvmOfARunThatJudgesOnlyWhatNoFileCanReplaceIsGreen() {
    assertGreen(2, WithoutCandidate.class, CANDIDATE);
  }

  @Test
  void aRunWithoutCandidateSaysThatTheFileReplacedNothing() {
    summary();
    assertGreen(2, WithoutCandidate.class, CANDIDATE);
    assertThat(summary())
        .contains(
            "WARNING: touchstone.model replaced no model of this run; the run has no candidate");
    assertGreen(2, WithoutCandidate.class, Map.of());
    assertThat(summary()).doesNotContain("WARNING: touchstone.model");
  }

  @ModelTest
  static class CandidateOfAnotherName {
    @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS)
    static Classifier model;

    @Test
    void judgesTheCandidate() {
      judge(model);
    }
  }

  @Test
  void aRunThatJudgedACandidateAndReplacedNoneFails() {
    Map<String, String> mistyped = Map.of(KEY + ".linaer", TinyFiles.CANDIDATE);
    System.setProperty(KEY + ".linaer", TinyFiles.CANDIDATE);
    try {
      EngineExecutionResults results = run(CandidateOfAnotherName.class, mistyped);
      assertThat(results.allEvents().failed().stream())
          .singleElement()
          .extracting(event -> event.getRequiredPayload(TestExecutionResult.class))
          .extracting(result -> result.getThrowable().orElseThrow().getCause().getMessage(), STRING)
          .contains(
              "{touchstone.model.linaer="
                  + TinyFiles.CANDIDATE
                  + "} replaced no model of this run, so that its verdicts are not about it");
    } finally {
      System.clearProperty(KEY + ".linaer");
    }
    assertGreen(1, CandidateOfAnotherName.class, Map.of());
  }

  /** System properties can be listed, unlike JUnit's configuration parameters. */
  private static String warningWith(Class<?> suite, Map<String, String> parameters, String key) {
    System.setProperty(key, TinyFiles.CANDIDATE);
    try {
      assertThat(run(suite, parameters).allEvents().failed().count()).isZero();
      return summary();
    } finally {
      System.clearProperty(key);
    }
  }

  private static String summary() {
    return RunSummary.OF_THIS_PROCESS.take(Path.of("target", "touchstone-tests"), 120);
  }

  @Test
  void aMistypedNameBesideARightOneIsAWarningThatNamesThoseThatExist() {
    assertThat(warningWith(OneCandidate.class, CANDIDATE, "touchstone.model.cadnidate"))
        .contains("WARNING: touchstone.model.cadnidate replaced no model of this run; the")
        .contains("candidates of this run are ")
        .endsWith(": correct the name, or leave the setting out");
  }

  @ParameterizedTest
  @ValueSource(strings = {"secnod", "Second", "sceond"})
  void aNameThatIsNearlyThatOfACandidateIsRefused(String mistyped) {
    String key = "touchstone.model." + mistyped;
    System.setProperty(key, TinyFiles.CANDIDATE);
    try {
      EngineExecutionResults results =
          run(TwoNamedCandidates.class, Map.of(FIRST, TinyFiles.CANDIDATE));
      assertThat(results.allEvents().failed().stream())
          .singleElement()
          .extracting(event -> event.getRequiredPayload(TestExecutionResult.class))
          .extracting(result -> result.getThrowable().orElseThrow().getCause().getMessage(), STRING)
          .isEqualTo(
              key
                  + " replaced no model of this run; write touchstone.model.second, which is a"
                  + " candidate's name");
    } finally {
      System.clearProperty(key);
    }
  }

  private static final String FIRST = "touchstone.model.first";

  @ModelTest
  static class TwoNamedCandidates {
    @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS, name = "first")
    static Classifier first;

    @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS, name = "second")
    static Classifier second;

    @Test
    void sees() {
      see(first);
      see(second);
    }
  }

  @Test
  void warningsAreToldOnce() {
    warningWith(OneCandidate.class, CANDIDATE, "touchstone.model.cadnidate");
    assertThat(summary()).doesNotContain("WARNING: touchstone.model");
  }

  @ModelTest
  static class WithoutModels {
    @Test
    void looksAtData(
        @DatasetUnderTest(value = TinyFiles.IMAGES, labels = TinyFiles.LABELS) Dataset data) {
      assertThat(data.size()).isEqualTo(4);
    }
  }

  @Test
  void aRunThatJudgedNoModelNeedNotReplaceAny() {
    assertGreen(1, WithoutModels.class, CANDIDATE);
  }

  @ModelTest
  static class OfSeveralLabels {
    @ModelUnderTest
    static MultiLabelModel model = Models.onnx(TinyFiles.MODEL).emittingLogitsOf("bright", "dark");

    @Test
    void test() {
      SEEN.add(model.name());
    }
  }

  @Test
  void aModelOfSeveralLabelsIsReplacedWhole() {
    assertThat(run(OfSeveralLabels.class, CANDIDATE).testEvents().succeeded().count()).isOne();
    assertThat(SEEN).containsExactly("candidate.onnx");
  }
}
