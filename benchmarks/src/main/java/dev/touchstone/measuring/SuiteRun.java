package dev.touchstone.measuring;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClasspathRoots;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * Runs tests in this JVM by JUnit's launcher, as an IDE does. Arguments: a folder of test classes,
 * of which those named {@code …Test} run, or methods such as {@code a.b.SomeTest#name}. Settings of
 * JUnit are system properties, and so is {@code measuring.excludedTags}, separated by commas.
 * Prints when, since the JVM's start, what began and ended.
 */
final class SuiteRun {
  private SuiteRun() {}

  public static void main(String[] arguments) {
    Timeline timeline = new Timeline();
    timeline.reached("main method");
    List<DiscoverySelector> selectors = new ArrayList<>();
    for (String argument : arguments) {
      if (argument.contains("#")) {
        selectors.add(selectMethod(argument));
      } else {
        selectors.addAll(selectClasspathRoots(Set.of(Path.of(argument))));
      }
    }
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectors)
            .filters(ClassNameFilter.includeClassNamePatterns(".*Test"), withoutExcludedTags())
            .build();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    Launcher launcher = LauncherFactory.create();
    timeline.reached("launcher made");
    launcher.execute(request, listener);
    timeline.reached("tests done");
    ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .ifPresent(cpu -> System.out.printf("%6.2f s  processor time%n", cpu.toMillis() / 1e3));
    TestExecutionSummary summary = listener.getSummary();
    System.out.printf(
        "%d tests, %d failed%n", summary.getTestsFoundCount(), summary.getTotalFailureCount());
    summary
        .getFailures()
        .forEach(
            failure ->
                System.out.println(
                    "failed: "
                        + failure.getTestIdentifier().getUniqueId()
                        + ": "
                        + String.valueOf(failure.getException()).lines().findFirst().orElse("")));
    System.exit(summary.getTotalFailureCount() == 0 && summary.getTestsFoundCount() > 0 ? 0 : 1);
  }

  private static PostDiscoveryFilter withoutExcludedTags() {
    String excluded = System.getProperty("measuring.excludedTags", "");
    return excluded.isEmpty()
        ? test -> FilterResult.included("no tag is excluded")
        : TagFilter.excludeTags(excluded.split(","));
  }

  /** Seconds since the process began. */
  private static final class Timeline {
    private final Instant start =
        ProcessHandle.current().info().startInstant().orElseGet(Instant::now);

    void reached(String what) {
      System.out.printf(
          "%6.2f s  %s%n", Duration.between(start, Instant.now()).toMillis() / 1e3, what);
    }
  }
}
