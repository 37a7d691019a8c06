package dev.touchstone.jupiter;

import dev.touchstone.evidence.ModelTests;
import dev.touchstone.runtime.SettingNames;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Notes what becomes of the model tests and, when all have run, prints one line per verdict and
 * what did not run; nothing where there was neither. The launcher finds it by {@link
 * java.util.ServiceLoader}.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class SummaryListener implements TestExecutionListener {
  private static final int WIDTH = 120;

  private volatile @Nullable ModelTestEvents events;
  private volatile @Nullable String unusable;

  @Override
  public void testPlanExecutionStarted(TestPlan plan) {
    unusable = null;
    Settings settings;
    try {
      // Only here can the parameters be listed; an extension can but ask for one.
      SettingNames.refuseUnknown(
          plan.getConfigurationParameters().keySet(), "JUnit's configuration parameters");
      settings = Settings.from(plan.getConfigurationParameters()::get);
    } catch (TouchstoneException e) {
      // A setting that cannot be used fails every test with this message.
      String why = String.valueOf(e.getMessage());
      unusable = why;
      Invocations.refuse(this, why);
      settings = Settings.ofReportDirectory(plan.getConfigurationParameters()::get);
    }
    ModelTestEvents begun = new ModelTestEvents(plan, settings);
    begun.begin();
    events = begun;
  }

  @Override
  public void dynamicTestRegistered(TestIdentifier test) {
    ModelTestEvents running = events;
    if (running != null) {
      running.registered(test);
    }
  }

  @Override
  public void executionStarted(TestIdentifier test) {
    ModelTestEvents running = events;
    if (running != null) {
      running.started(test);
    }
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    ModelTestEvents running = events;
    if (running != null) {
      running.skipped(test, reason);
    }
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    ModelTestEvents running = events;
    if (running != null) {
      running.finished(test, result);
    }
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    ModelTestEvents ended = events;
    events = null;
    Invocations.allow(this);
    if (ended == null) {
      return;
    }
    ended.end();
    String summary = RunSummary.OF_THIS_PROCESS.take(ended.directory(), ended.counts(), width());
    if (!summary.isEmpty()) {
      System.out.println(System.lineSeparator() + summary);
    }
    String refused = unusable;
    if (refused != null) {
      System.out.println(refused);
    }
  }

  /** What the tests that are running came to so far, for tests. */
  ModelTests counts() {
    ModelTestEvents running = events;
    return running == null ? ModelTests.NONE : running.counts();
  }

  /** Shells that tell their width do so by COLUMNS. */
  private static int width() {
    String columns = System.getenv("COLUMNS");
    return columns != null && columns.matches("[1-9]\\d{1,3}") ? Integer.parseInt(columns) : WIDTH;
  }
}
