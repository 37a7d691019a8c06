package dev.touchstone.jupiter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.Map;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Runs classes of tests with the real engine. */
final class Suites {
  private Suites() {}

  static EngineExecutionResults run(Class<?> suite, Map<String, String> parameters) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(suite))
        .configurationParameter("touchstone.report.dir", "target/touchstone-tests")
        .configurationParameters(parameters)
        .execute();
  }

  /** Runs a suite whose tests, so many of them, all have to be green. */
  static void assertGreen(int tests, Class<?> suite, Map<String, String> parameters) {
    EngineExecutionResults results = run(suite, parameters);
    assertThat(failures(results)).isEmpty();
    assertThat(results.testEvents().succeeded().count()).isEqualTo(tests);
  }

  static void assertGreen(int tests, Class<?> suite) {
    assertGreen(tests, suite, Map.of());
  }

  /** The messages of everything that failed, tests and containers. */
  static List<String> failures(EngineExecutionResults results) {
    return results.allEvents().failed().stream()
        .map(event -> event.getRequiredPayload(TestExecutionResult.class))
        .map(result -> String.valueOf(result.getThrowable().orElseThrow().getMessage()))
        .toList();
  }

  static List<String> failures(Class<?> suite) {
    return failures(run(suite, Map.of()));
  }
}
