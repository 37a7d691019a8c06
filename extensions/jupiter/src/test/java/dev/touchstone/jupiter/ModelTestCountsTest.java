package dev.touchstone.jupiter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.touchstone.evidence.CarriesVerdict;
import dev.touchstone.evidence.ListedTest;
import dev.touchstone.evidence.ListedTest.End;
import dev.touchstone.evidence.ModelTests;
import dev.touchstone.evidence.OpenClaims;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** What a run knows of its model tests, run by the real launcher. */
class ModelTestCountsTest {
  @TempDir Path directory;

  /** Counts as the listener does that the launcher finds, and keeps the counts. */
  private static final class Counting implements TestExecutionListener {
    private final SummaryListener listener = new SummaryListener();
    private ModelTests counts = ModelTests.NONE;

    @Override
    public void testPlanExecutionStarted(TestPlan plan) {
      listener.testPlanExecutionStarted(plan);
    }

    @Override
    public void dynamicTestRegistered(TestIdentifier test) {
      listener.dynamicTestRegistered(test);
    }

    @Override
    public void executionStarted(TestIdentifier test) {
      listener.executionStarted(test);
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
      listener.executionSkipped(test, reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      listener.executionFinished(test, result);
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
      counts = listener.counts();
      listener.testPlanExecutionFinished(plan);
    }
  }

  private ModelTests run(Class<?>... suites) {
    return run("touchstone.seed", suites);
  }

  private ModelTests run(String setting, Class<?>... suites) {
    Counting counting = new Counting();
    LauncherFactory.create(
            LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .addTestExecutionListeners(counting)
                .build())
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(Stream.of(suites).map(DiscoverySelectors::selectClass).toList())
                .configurationParameter("touchstone.report.dir", directory.toString())
                .configurationParameter(setting, "7")
                .build());
    return counting.counts;
  }

  private static void assertCounts(
      ModelTests tests,
      int found,
      int started,
      int finished,
      int skipped,
      int aborted,
      int broken) {
    assertThat(tests)
        .extracting(
            ModelTests::found,
            ModelTests::started,
            ModelTests::finished,
            ModelTests::skipped,
            ModelTests::aborted,
            ModelTests::broken)
        .containsExactly(found, started, finished, skipped, aborted, broken);
  }

  private static Tuple[] listed(ModelTests tests) {
    return tests.listed().stream()
        .map(test -> tuple(test.shortName(), test.end()))
        .toArray(Tuple[]::new);
  }

  private static void decide() {
    RunContext context = RunContext.current();
    OpenClaims.of(context.session()).makeAtOnce(context);
  }

  private static final class Refused extends AssertionError implements CarriesVerdict {
    private static final long serialVersionUID = 1L;

    @Override
    public Verdict verdict() {
      throw new UnsupportedOperationException();
    }
  }

  @ModelTest
  static class OneOfEach {
    @Test
    void decides() {
      decide();
    }

    @Test
    void isRefuted() {
      decide();
      throw new Refused();
    }

    @Test
    void isRefutedTwice() {
      decide();
      assertAll(
          () -> {
            throw new Refused();
          },
          () -> {
            throw new Refused();
          });
    }

    @Test
    void breaks() {
      throw new IllegalStateException("no such column");
    }

    @Test
    void failsWithoutAVerdict() {
      assertThat(1).isEqualTo(2);
    }

    @Test
    void breaksBesideItsVerdict() {
      decide();
      assertAll(
          () -> {
            throw new Refused();
          },
          () -> {
            throw new IllegalStateException("beside");
          });
    }

    @Test
    void givesUp() {
      assumeTrue(false, "no network");
    }

    @Test
    @Disabled("until March")
    void isDisabled() {}

    @Test
    @EnabledIfDevice("gpu:99")
    void needsAGpu() {}

    @Test
    void looksAtDataOnly() {}

    @Test
    void neverFinishes() {
      RunContext context = RunContext.current();
      OpenClaims.of(context.session())
          .open(context, "assertThatModel(…)", ".on(data)", "DigitsTest.java:42");
    }
  }

  @Test
  void everyTestHasItsEnd() {
    ModelTests tests = run(OneOfEach.class);
    assertCounts(tests, 11, 9, 9, 2, 1, 4);
    assertThat(listed(tests))
        .containsExactlyInAnyOrder(
            tuple("ModelTestCountsTest$OneOfEach.breaks", End.BROKEN),
            tuple("ModelTestCountsTest$OneOfEach.failsWithoutAVerdict", End.BROKEN),
            tuple("ModelTestCountsTest$OneOfEach.breaksBesideItsVerdict", End.BROKEN),
            tuple("ModelTestCountsTest$OneOfEach.neverFinishes", End.BROKEN),
            tuple("ModelTestCountsTest$OneOfEach.givesUp", End.ABORTED),
            tuple("ModelTestCountsTest$OneOfEach.isDisabled", End.SKIPPED),
            tuple("ModelTestCountsTest$OneOfEach.needsAGpu", End.SKIPPED),
            tuple("ModelTestCountsTest$OneOfEach.looksAtDataOnly", End.DECIDED_NOTHING));
    assertThat(why(tests, "breaks")).isEqualTo("IllegalStateException: no such column");
    assertThat(why(tests, "givesUp")).contains("no network");
    assertThat(why(tests, "isDisabled")).isEqualTo("until March");
    assertThat(why(tests, "needsAGpu"))
        .startsWith("@EnabledIfDevice(\"gpu:99\"): gpu:99 is not there: PyTorch sees ");
    assertThat(why(tests, "neverFinishes"))
        .isEqualTo(
            "TouchstoneException: assertThatModel(…) at DigitsTest.java:42 decides nothing: finish"
                + " it with what it claims, such as .on(data), or remove it");
  }

  private static String why(ModelTests tests, String method) {
    return tests.listed().stream()
        .filter(test -> test.methodName().equals(method))
        .map(ListedTest::why)
        .findFirst()
        .orElseThrow();
  }

  @ModelTest
  static class Around {
    @Nested
    class Inside {
      @Test
      void breaks() {
        throw new IllegalStateException();
      }

      @Nested
      class Deeper {
        @Test
        void decides() {
          decide();
        }
      }
    }
  }

  @Test
  void nestedClassesCount() {
    ModelTests tests = run(Around.class);
    assertCounts(tests, 2, 2, 2, 0, 0, 1);
    assertThat(tests.listed().get(0).test()).endsWith("ModelTestCountsTest$Around$Inside#breaks");
  }

  @ModelTest
  static class Several {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void ofParameters(int parameter) {
      decide();
      assertThat(parameter).isNotEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("throwing")
    void withoutParameters(int parameter) {}

    static Stream<Integer> throwing() {
      throw new IllegalStateException("no file of parameters");
    }

    @ParameterizedTest
    @Disabled
    @ValueSource(ints = {1, 2})
    void disabled(int parameter) {}

    @RepeatedTest(2)
    void repeated() {
      decide();
    }

    @TestFactory
    Stream<DynamicNode> dynamic() {
      return Stream.of(
          DynamicTest.dynamicTest("decides", ModelTestCountsTest::decide),
          DynamicContainer.dynamicContainer(
              "inside",
              Stream.of(
                  DynamicTest.dynamicTest(
                      "breaks",
                      () -> {
                        throw new IllegalStateException();
                      }))));
    }

    @TestFactory
    Stream<DynamicNode> endsEarly() {
      return Stream.concat(
          Stream.of(DynamicTest.dynamicTest("decides", ModelTestCountsTest::decide)),
          Stream.of(1)
              .map(
                  one -> {
                    throw new IllegalStateException("the second could not be made");
                  }));
    }
  }

  @Test
  void everyInvocationIsATest() {
    ModelTests tests = run(Several.class);
    // 3 of parameters, 1 without, 1 disabled, 2 repeated, 2 dynamic, 1 dynamic and what broke then.
    assertCounts(tests, 11, 9, 9, 1, 0, 4);
    assertThat(tests.listed())
        .extracting(ListedTest::methodName, ListedTest::end)
        .containsExactlyInAnyOrder(
            tuple("ofParameters", End.BROKEN),
            tuple("withoutParameters", End.BROKEN),
            tuple("disabled", End.SKIPPED),
            tuple("dynamic", End.BROKEN),
            tuple("endsEarly", End.BROKEN));
  }

  @ModelTest
  @ParameterizedClass
  @ValueSource(ints = {1, 2})
  record OfParameters(int parameter) {
    @Test
    void decidesOnce() {
      decide();
      assertThat(parameter).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    void decidesTwice(int other) {
      decide();
    }
  }

  @Test
  void everyInvocationOfAClassHasItsTests() {
    assertCounts(run(OfParameters.class), 6, 6, 6, 0, 0, 1);
  }

  @ModelTest
  @Disabled("as a whole")
  static class DisabledClass {
    @Test
    void one() {}

    @Nested
    class Inner {
      @Test
      void two() {}
    }
  }

  @Test
  void aClassThatIsSkippedSkipsItsTests() {
    ModelTests tests = run(DisabledClass.class);
    assertCounts(tests, 2, 0, 0, 2, 0, 0);
    assertThat(tests.listed()).extracting(ListedTest::reason).containsOnly("as a whole");
  }

  @ModelTest
  static class BrokenBeforeAll {
    @BeforeAll
    static void setUp() {
      throw new IllegalStateException("no such file");
    }

    @Test
    void one() {}

    @Test
    void two() {}
  }

  @ModelTest
  static class BrokenInitialiser {
    @ModelUnderTest static Classifier model = read();

    private static Classifier read() {
      throw new IllegalStateException("no such model");
    }

    @Test
    void one() {}

    @Test
    void two() {}
  }

  @ModelTest
  static class BrokenAfterAll {
    @AfterAll
    static void tearDown() {
      throw new IllegalStateException("the disk is full");
    }

    @Test
    void decides() {
      decide();
    }
  }

  @Test
  void testsWhoseClassCouldNotBeSetUpBroke() {
    ModelTests tests = run(BrokenBeforeAll.class);
    assertCounts(tests, 2, 0, 0, 0, 0, 2);
    assertThat(tests.listed())
        .extracting(ListedTest::why)
        .containsOnly("IllegalStateException: no such file");
    ModelTests initialiser = run(BrokenInitialiser.class);
    assertCounts(initialiser, 2, 0, 0, 0, 0, 2);
    assertThat(initialiser.listed())
        .extracting(ListedTest::why)
        .containsOnly("ExceptionInInitializerError: IllegalStateException: no such model");
    ModelTests after = run(BrokenAfterAll.class);
    assertCounts(after, 2, 2, 2, 0, 0, 1);
    assertThat(after.listed())
        .extracting(ListedTest::why)
        .containsExactly("IllegalStateException: the disk is full");
  }

  static class ByItsExtension {
    @RegisterExtension static final TouchstoneExtension EXTENSION = new TouchstoneExtension();

    @Test
    void breaks() {
      throw new IllegalStateException();
    }
  }

  static class ByItsMethod {
    @Test
    @ModelTest
    void breaks() {
      throw new IllegalStateException();
    }

    @Test
    void isNoModelTest() {
      throw new IllegalStateException();
    }
  }

  static class WithoutTheAnnotation {
    @ModelUnderTest static Classifier model;

    @Test
    void breaks() {
      model.name();
    }
  }

  static class Plain {
    @Test
    void isNoModelTest() {
      throw new IllegalStateException();
    }

    @Test
    void decides() {
      decide();
    }

    @Test
    void neverFinishes() {
      RunContext context = RunContext.current();
      OpenClaims.of(context.session()).open(context, "assertThatModel(…)", ".on(data)", "");
    }

    @Test
    void breaksAfterItsClaim() {
      decide();
      throw new IllegalStateException();
    }
  }

  @Test
  void modelTestsAreKnownHoweverTheyAreMarked() {
    assertCounts(run(ByItsExtension.class), 1, 1, 1, 0, 0, 1);
    assertCounts(run(ByItsMethod.class), 1, 1, 1, 0, 0, 1);
    assertCounts(run(WithoutTheAnnotation.class), 1, 1, 1, 0, 0, 1);
    // Of a test that nothing marks it is known once it opens a claim.
    ModelTests plain = run(Plain.class);
    assertCounts(plain, 3, 3, 3, 0, 0, 2);
    assertThat(plain.listed())
        .extracting(ListedTest::methodName)
        .containsExactlyInAnyOrder("neverFinishes", "breaksAfterItsClaim");
  }

  @ModelTest
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  static class OpenedBefore {
    private OpenClaims.Opened opened;

    @BeforeEach
    void open() {
      RunContext context = RunContext.current();
      opened =
          OpenClaims.of(context.session()).open(context, "assertThatModel(…)", ".on(data)", "");
    }

    @Test
    void finishes() {
      opened.make();
    }

    @Test
    void doesNot() {}
  }

  @Test
  void aClaimMayBeOpenedBeforeTheTestThatFinishesIt() {
    ModelTests tests = run(OpenedBefore.class);
    assertCounts(tests, 2, 2, 2, 0, 0, 1);
    assertThat(tests.listed()).extracting(ListedTest::methodName).containsExactly("doesNot");
  }

  @Test
  void aMistypedParameterOfJUnitFailsEveryTest() {
    ModelTests tests = run("touchstone.sede", Around.class);
    assertThat(tests.broken()).isEqualTo(tests.found()).isEqualTo(2);
    assertThat(tests.listed())
        .extracting(ListedTest::reason)
        .allSatisfy(
            why ->
                assertThat(why)
                    .contains(
                        "\"touchstone.sede\" in JUnit's configuration parameters is no setting;"
                            + " write touchstone.seed"));
    // And where those files land they are found, though the settings cannot be used.
    assertThat(directory.resolve("verdicts")).isNotEmptyDirectory();
  }

  @Test
  void testsThatAreNoModelTestsAreNotCounted() {
    assertThat(run(MisuseOfNothing.class)).isEqualTo(ModelTests.NONE);
    assertThat(directory).isEmptyDirectory();
  }

  static class MisuseOfNothing {
    @Test
    void breaks() {
      throw new IllegalStateException();
    }
  }
}
