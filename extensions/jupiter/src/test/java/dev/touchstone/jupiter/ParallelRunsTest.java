package dev.touchstone.jupiter;

import static dev.touchstone.jupiter.Suites.assertGreen;
import static dev.touchstone.model.OutputKind.LOGITS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.touchstone.check.comparison.MetricValue;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.metric.Calibration;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Parallelism changes no verdict. */
class ParallelRunsTest {
  private static final Map<String, String> PARALLEL =
      Map.of(
          "junit.jupiter.execution.parallel.enabled", "true",
          "junit.jupiter.execution.parallel.mode.default", "concurrent",
          "junit.jupiter.execution.parallel.mode.classes.default", "concurrent",
          "junit.jupiter.execution.parallel.config.strategy", "fixed",
          "junit.jupiter.execution.parallel.config.fixed.parallelism", "4");

  private static final Map<String, String> FINGERPRINTS = new ConcurrentHashMap<>();
  private static volatile RunSession session = RunSession.isolated();

  @BeforeAll
  static void writeFiles() {
    TinyFiles.write();
  }

  @Test
  void twentyParallelRunsGiveTheFingerprintsOfASequentialRun() {
    Map<String, String> sequential = fingerprints(Map.of());
    assertThat(sequential).hasSize(6);
    Set<Map<String, String>> parallel = new HashSet<>();
    for (int run = 0; run < 20; run++) {
      parallel.add(fingerprints(PARALLEL));
    }
    assertThat(parallel).containsExactly(sequential);
  }

  @Test
  void anotherSeedGivesOtherFingerprints() {
    assertThat(fingerprints(Map.of("touchstone.seed", "7")).values())
        .doesNotContainAnyElementsOf(fingerprints(Map.of()).values());
  }

  /** Of a run that shares no evaluation with any other. */
  private static Map<String, String> fingerprints(Map<String, String> parameters) {
    FINGERPRINTS.clear();
    session = RunSession.isolated();
    assertGreen(6, Suite.class, parameters);
    return Map.copyOf(FINGERPRINTS);
  }

  private static void verdict(Classifier model, int examples) {
    RunContext bound = RunContext.current();
    RunContext context = RunContext.of(bound.settings(), session);
    Verdict verdict =
        Claim.of("ECE is at most 0.05", Bound.upper(0.05))
            .judge(
                MetricValue.of(Calibration.withDefaults()).evaluate(model, data(examples), context),
                context.settings().policy());
    FINGERPRINTS.put(bound.test().orElseThrow().methodName() + examples, verdict.fingerprint());
  }

  private static Dataset data(int examples) {
    float[] pixels = new float[2 * examples];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (i * 37 % 101) / 25f;
    }
    return Dataset.named("grid")
        .features(FeatureStore.inMemory(pixels, 1, 1, 2))
        .labels(IntStream.range(0, examples).map(i -> i * 7 % 3 == 0 ? 0 : 1).toArray())
        .classNames(List.of("a", "b"))
        .build();
  }

  @ModelTest
  static class Suite {
    @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS)
    static Classifier model;

    @Test
    void sameData() {
      verdict(model, 200);
    }

    @Test
    void sameDataAgain() {
      verdict(model, 200);
    }

    @ParameterizedTest
    @ValueSource(ints = {150, 151})
    void moreOrLess(int examples) {
      verdict(model, examples);
    }

    @Nested
    class Inside {
      @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS)
      Classifier own;

      @Test
      void ownModel() {
        verdict(own, 120);
      }

      @Test
      void runWide(
          @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS, lifetime = Lifetime.RUN)
              Classifier shared) {
        verdict(shared, 121);
      }
    }
  }

  /** Tells when a class has ended, what is injected into it among it. */
  static final class EndOfBase implements BeforeAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) {
      if (context.getRequiredTestClass() == Base.class) {
        AutoCloseable end = BASE_ENDED::countDown;
        context.getStore(Namespace.create(EndOfBase.class)).put("end", end);
      }
    }
  }

  private static final CountDownLatch HEIR_BEGAN = new CountDownLatch(1);
  private static final CountDownLatch BASE_ENDED = new CountDownLatch(1);

  @ExtendWith(EndOfBase.class)
  @ModelTest
  static class Base {
    @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS)
    static Classifier shared;

    @Test
    void endsWhileItsHeirRuns() throws InterruptedException {
      if (getClass() == Base.class) {
        assertThat(HEIR_BEGAN.await(1, TimeUnit.MINUTES)).isTrue();
      }
      assertThat(shared.name()).isEqualTo("linear.onnx");
    }
  }

  static class Heir extends Base {
    @Test
    void goesOn() throws InterruptedException {
      HEIR_BEGAN.countDown();
      assertThat(BASE_ENDED.await(1, TimeUnit.MINUTES)).isTrue();
      assertThat(shared).isNotNull();
      assertThat(shared.predict(data(2).batch(0, 2)).size()).isEqualTo(2);
    }
  }

  @Test
  void aClassThatEndsLeavesASubclassWhatTheyShare() {
    EngineExecutionResults results =
        EngineTestKit.engine("junit-jupiter")
            .selectors(selectClass(Base.class), selectClass(Heir.class))
            .configurationParameter("touchstone.report.dir", "target/touchstone-tests")
            .configurationParameters(PARALLEL)
            .configurationParameter("junit.jupiter.execution.parallel.mode.default", "same_thread")
            .execute();
    assertThat(Suites.failures(results)).isEmpty();
    assertThat(results.testEvents().succeeded().count()).isEqualTo(3);
    assertThat(Base.shared).as("after the run").isNull();
  }
}
