package dev.touchstone.gate.run;

import dev.touchstone.gate.run.TestRecord.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs a suite in the JVM that was started for it, on the suite's own class path, and says by
 * {@link TestEvents} what becomes of its tests. Knows nothing but the JDK and the JUnit Platform.
 */
final class SuiteMain {
  static final String ROOT = "root=";
  static final String INCLUDE_TAG = "include-tag=";
  static final String EXCLUDE_TAG = "exclude-tag=";
  static final String SELECT = "select=";

  /** Known by its name, as this class knows nothing of Touchstone's. */
  private static final String MISSING_NATIVES = "dev.touchstone.runtime.MissingNativesException";

  /** The key under which the extension publishes which files replaced nothing. */
  private static final String UNUSED = "touchstone.unused";

  private static final int MOST_CAUSES = 16;
  private static final int MOST_OF_A_MESSAGE = 4000;

  private SuiteMain() {}

  /**
   * Runs the suite, and ends the JVM whatever threads the tests have left.
   *
   * @param arguments the file for events, then what to run
   */
  public static void main(String[] arguments) {
    int exitCode = 1;
    try (TestEvents.Sender events = new TestEvents.Sender(Path.of(arguments[0]))) {
      try {
        run(List.of(arguments).subList(1, arguments.length), events);
      } catch (LinkageError | ServiceConfigurationError e) {
        events.refused(
            "the suite's class path does not fit together ("
                + e
                + "); give JUnit of one version, with org.junit.platform:junit-platform-launcher");
      } catch (RuntimeException e) {
        events.refused(message(e));
      } catch (Throwable e) {
        // JUnit passes on what it cannot recover from, such as memory that ran out.
        events.refused("the suite ended with " + e.getClass().getName() + ": " + message(e));
      }
      events.ended();
      exitCode = 0;
    } finally {
      System.exit(exitCode);
    }
  }

  private static void run(List<String> arguments, TestEvents.Sender events) {
    Set<Path> roots = new LinkedHashSet<>();
    values(arguments, ROOT).forEach(root -> roots.add(Path.of(root)));
    List<String> unloadable = SuiteClasses.unloadable(roots);
    if (!unloadable.isEmpty()) {
      events.refused(
          "classes of the suite cannot be loaded, so that their tests would be left out: "
              + String.join("; ", unloadable)
              + "; complete the class path");
      return;
    }
    Launcher launcher = LauncherFactory.create();
    TestPlan plan = launcher.discover(request(arguments, roots));
    events.planned(plan.countTestIdentifiers(TestIdentifier::isTest));
    launcher.execute(plan, new Reporting(events));
  }

  private static LauncherDiscoveryRequest request(List<String> arguments, Set<Path> roots) {
    List<String> selected = values(arguments, SELECT);
    LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request();
    if (selected.isEmpty()) {
      request.selectors(DiscoverySelectors.selectClasspathRoots(roots));
    } else {
      request.selectors(
          selected.stream()
              .map(name -> name.contains("#") ? name.substring(0, name.indexOf('#')) : name)
              .distinct()
              .<DiscoverySelector>map(DiscoverySelectors::selectClass)
              .toList());
      request.filters(onlyMethods(selected));
    }
    List<String> included = values(arguments, INCLUDE_TAG);
    List<String> excluded = values(arguments, EXCLUDE_TAG);
    if (!included.isEmpty()) {
      request.filters(TagFilter.includeTags(included));
    }
    if (!excluded.isEmpty()) {
      request.filters(TagFilter.excludeTags(excluded));
    }
    return request.build();
  }

  /**
   * Of classes that are named with a method, no other method, whatever its parameters are, and no
   * nested class.
   */
  private static PostDiscoveryFilter onlyMethods(List<String> selected) {
    return descriptor ->
        descriptor
            .getSource()
            .filter(MethodSource.class::isInstance)
            .map(MethodSource.class::cast)
            .filter(
                method -> !selected.contains(method.getClassName() + "#" + method.getMethodName()))
            .filter(method -> !selected.contains(method.getClassName()))
            .filter(method -> classesAround(descriptor).noneMatch(selected::contains))
            .map(method -> FilterResult.excluded("another method was asked for"))
            .orElseGet(() -> FilterResult.included("asked for"));
  }

  /** The names of the classes that a test is found in. */
  private static Stream<String> classesAround(TestDescriptor test) {
    return Stream.iterate(test.getParent(), Optional::isPresent, p -> p.get().getParent())
        .flatMap(parent -> parent.flatMap(TestDescriptor::getSource).stream())
        .filter(ClassSource.class::isInstance)
        .map(source -> ((ClassSource) source).getClassName());
  }

  private static List<String> values(List<String> arguments, String key) {
    return arguments.stream()
        .filter(argument -> argument.startsWith(key))
        .map(argument -> argument.substring(key.length()))
        .toList();
  }

  /** Reports tests, and containers that did not end well. */
  private static final class Reporting implements TestExecutionListener {
    private final TestEvents.Sender events;

    Reporting(TestEvents.Sender events) {
      this.events = events;
    }

    @Override
    public void dynamicTestRegistered(TestIdentifier test) {
      if (test.isTest()) {
        events.planned(1);
      }
    }

    @Override
    public void executionStarted(TestIdentifier test) {
      if (test.isTest()) {
        events.started(record(test, Result.SUCCESSFUL, "").name());
      }
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
      events.finished(record(test, Result.SKIPPED, reason));
    }

    @Override
    public void reportingEntryPublished(TestIdentifier test, ReportEntry entry) {
      String unused = entry.getKeyValuePairs().get(UNUSED);
      if (unused != null) {
        events.misused(unused);
      }
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult ended) {
      Result result =
          switch (ended.getStatus()) {
            case SUCCESSFUL -> Result.SUCCESSFUL;
            case ABORTED -> Result.ABORTED;
            case FAILED ->
                ended.getThrowable().filter(AssertionError.class::isInstance).isPresent()
                    ? Result.REFUTED
                    : Result.BROKEN;
          };
      ended.getThrowable().flatMap(SuiteMain::missingNatives).ifPresent(events::misused);
      if (test.isTest() || result != Result.SUCCESSFUL) {
        String message = ended.getThrowable().map(SuiteMain::message).orElse("");
        events.finished(record(test, result, message));
      }
    }

    private static TestRecord record(TestIdentifier test, Result result, String message) {
      TestSource source = test.getSource().orElse(null);
      String className = "";
      String methodName = "";
      if (source instanceof MethodSource method) {
        className = method.getClassName();
        methodName = method.getMethodName();
      } else if (source instanceof ClassSource type) {
        className = type.getClassName();
      }
      return new TestRecord(
          test.getUniqueId(),
          test.isTest(),
          className,
          methodName,
          test.getDisplayName(),
          result,
          message);
    }
  }

  /** What to add to the class path, if that is why something was thrown. */
  private static Optional<String> missingNatives(Throwable thrown) {
    Throwable cause = thrown;
    for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
      if (cause.getClass().getName().equals(MISSING_NATIVES)) {
        return Optional.ofNullable(cause.getMessage());
      }
      cause = cause.getCause();
    }
    return Optional.empty();
  }

  /** What was thrown, and why, as far as the causes say more. */
  private static String message(Throwable thrown) {
    List<String> told = new ArrayList<>();
    for (Throwable cause = thrown; cause != null && told.size() < 4; cause = cause.getCause()) {
      String text = cause.getMessage() == null ? cause.getClass().getName() : cause.getMessage();
      if (told.stream().noneMatch(before -> before.contains(text))) {
        told.add(text);
      }
    }
    String message = String.join("; because ", told);
    return message.substring(0, Math.min(MOST_OF_A_MESSAGE, message.length()));
  }
}
