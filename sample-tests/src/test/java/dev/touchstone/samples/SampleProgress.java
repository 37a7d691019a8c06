package dev.touchstone.samples;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Prints a line per test, so that whoever runs the samples sees that they go on, and says of models
 * that are sick on purpose that they are. Not needed to use Touchstone.
 */
public final class SampleProgress implements TestExecutionListener {
  private static final boolean SICK = Boolean.getBoolean("touchstone-samples.sick");
  private final Map<String, Long> started = new ConcurrentHashMap<>();

  @Override
  public void testPlanExecutionStarted(TestPlan plan) {
    if (SICK) {
      System.out.println(
          "These models are sick on purpose. Their tests pass because each claim is refuted: every"
              + " FAIL below is a bug that was caught.");
    }
  }

  @Override
  public void executionStarted(TestIdentifier test) {
    started.put(test.getUniqueId(), System.nanoTime());
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    Long start = started.remove(test.getUniqueId());
    if (start == null || !test.isTest()) {
      return;
    }
    boolean successful = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
    System.out.println(
        String.format(
            Locale.ROOT,
            "  %5.1f s  %s  %s",
            (System.nanoTime() - start) / 1e9,
            !successful ? result.getStatus() : SICK ? "caught" : "ok",
            name(test)));
  }

  private static String name(TestIdentifier test) {
    return test.getSource()
        .filter(MethodSource.class::isInstance)
        .map(MethodSource.class::cast)
        .map(
            method ->
                method.getClassName().replaceFirst(".*\\.", "") + "." + method.getMethodName())
        .orElse(test.getDisplayName());
  }
}
