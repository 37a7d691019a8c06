package dev.touchstone.samples.release;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.nio.file.Path;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs sample suites one after the other, each with a report directory of its own, in a JVM that
 * ends, as a build's does: {@code verdicts.json} is written when it ends. Arguments: report
 * directory, suite and the candidate that takes the place of the suite's model, or {@code -}; and
 * so on.
 */
final class SuiteRuns {
  private SuiteRuns() {}

  public static void main(String[] arguments) throws ClassNotFoundException {
    for (int i = 0; i < arguments.length; i += 3) {
      LauncherDiscoveryRequestBuilder request =
          LauncherDiscoveryRequestBuilder.request()
              .selectors(selectClass(Class.forName(arguments[i + 1])))
              .configurationParameter("touchstone.report.dir", arguments[i]);
      if (!arguments[i + 2].equals("-")) {
        request.configurationParameter(
            "touchstone.model", Path.of(arguments[i + 2]).toAbsolutePath().toString());
      }
      run(request.build());
    }
    // Whatever failed is in the verdicts; engines may have left threads behind.
    System.exit(0);
  }

  private static void run(LauncherDiscoveryRequest request) {
    LauncherFactory.create().execute(request);
  }
}
