package dev.touchstone.jupiter;

import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestPlan;

/**
 * Prints one line per verdict when all tests have run, and nothing where there was none. The
 * launcher finds it by {@link java.util.ServiceLoader}.
 */
public final class SummaryListener implements TestExecutionListener {
  private static final int WIDTH = 120;

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    try {
      Settings settings = Settings.from(plan.getConfigurationParameters()::get);
      String table = RunSummary.OF_THIS_PROCESS.take(settings.reportDirectory(), width());
      if (!table.isEmpty()) {
        System.out.println(System.lineSeparator() + table);
      }
    } catch (TouchstoneException e) {
      // A setting that cannot be used has failed every test already, with this message.
      System.out.println(e.getMessage());
    }
  }

  /** Shells that tell their width do so by COLUMNS. */
  private static int width() {
    String columns = System.getenv("COLUMNS");
    return columns != null && columns.matches("[1-9]\\d{1,3}") ? Integer.parseInt(columns) : WIDTH;
  }
}
