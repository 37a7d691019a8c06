package dev.touchstone.jupiter;

import dev.touchstone.evidence.CarriesVerdict;
import dev.touchstone.evidence.ListedTest.End;
import dev.touchstone.evidence.ModelTests;
import dev.touchstone.evidence.OpenClaims;
import dev.touchstone.evidence.record.TestJournal;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TestIdentity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.opentest4j.MultipleFailuresError;

/**
 * Tells the {@link TestJournal} what becomes of the model tests of a plan.
 *
 * <p>What is counted is a test, each invocation of a parameterised or dynamic one being a test of
 * its own; a parameterised or dynamic one that came to no invocation counts as one.
 */
final class ModelTestEvents {
  private final TestPlan plan;
  private final Settings settings;
  private final TestJournal journal;
  private final ModelTestNodes nodes;
  private final OpenClaims claims = OpenClaims.of(RunSession.shared());

  /** Those that were found and have not ended, by id; true where they began. */
  private final Map<String, Boolean> pending = new HashMap<>();

  ModelTestEvents(TestPlan plan, Settings settings) {
    this.plan = plan;
    this.settings = settings;
    this.journal = TestJournal.of(RunSession.shared(), settings);
    this.nodes = ModelTestNodes.of(plan);
  }

  synchronized void begin() {
    List<TestIdentity> found = new ArrayList<>();
    for (TestIdentifier root : plan.getRoots()) {
      plan.getDescendants(root).stream()
          .filter(node -> node.isTest() || plan.getChildren(node).isEmpty())
          .filter(nodes::isModelTest)
          .forEach(node -> found.add(identity(node)));
    }
    if (!found.isEmpty()) {
      found.forEach(test -> pending.put(test.id(), false));
      journal.found(found);
    }
  }

  private static TestIdentity identity(TestIdentifier node) {
    return new TestIdentity(
        node.getUniqueId(),
        ModelTestNodes.className(node),
        ModelTestNodes.methodName(node),
        node.getDisplayName());
  }

  /** An invocation, or a container of some. */
  synchronized void registered(TestIdentifier node) {
    TestIdentifier template = plan.getParent(node).orElse(null);
    // Of a parameterised class its tests were found once, and each invocation has its own.
    if (template != null
        && template.getSource().filter(ClassSource.class::isInstance).isPresent()) {
      plan.getDescendants(template).stream()
          .map(TestIdentifier::getUniqueId)
          .filter(id -> !id.startsWith(node.getUniqueId()))
          .filter(id -> Boolean.FALSE.equals(pending.get(id)) && !isInvocation(id))
          .forEach(this::replaced);
    }
    if (template != null && Boolean.FALSE.equals(pending.get(template.getUniqueId()))) {
      replaced(template.getUniqueId());
    }
    if (nodes.isModelTest(node) || isBelowOne(node)) {
      if (node.isTest() || plan.getChildren(node).isEmpty() && isTemplate(node)) {
        pending.put(node.getUniqueId(), false);
        journal.found(List.of(identity(node)));
      }
    }
  }

  private boolean isTemplate(TestIdentifier node) {
    return !ModelTestNodes.methodName(node).isEmpty();
  }

  private static boolean isInvocation(String id) {
    return id.contains("-invocation:");
  }

  private boolean isBelowOne(TestIdentifier node) {
    Optional<TestIdentifier> around = plan.getParent(node);
    while (around.isPresent()) {
      if (nodes.isModelTest(around.get())) {
        return true;
      }
      around = plan.getParent(around.get());
    }
    return false;
  }

  private void replaced(String id) {
    pending.remove(id);
    journal.replaced(id);
  }

  void started(TestIdentifier node) {
    if (!node.isTest()) {
      return;
    }
    claims.takeOfThread();
    synchronized (this) {
      if (pending.computeIfPresent(node.getUniqueId(), (id, before) -> true) != null) {
        journal.started(node.getUniqueId());
      }
    }
  }

  synchronized void skipped(TestIdentifier node, String reason) {
    String condition = ModelTestNodes.conditions(node);
    pendingIn(node).forEach(id -> end(id, End.SKIPPED, condition, reason));
  }

  void finished(TestIdentifier node, TestExecutionResult result) {
    OpenClaims.Taken own = claims.take(node.getUniqueId());
    OpenClaims.Taken ofThread =
        node.isTest() ? claims.takeOfThread() : new OpenClaims.Taken(false, List.of());
    synchronized (this) {
      if (node.isTest()) {
        finishedTest(node, result, own, ofThread);
      } else {
        finishedContainer(node, result);
      }
    }
  }

  private void finishedTest(
      TestIdentifier node,
      TestExecutionResult result,
      OpenClaims.Taken own,
      OpenClaims.Taken ofThread) {
    String id = node.getUniqueId();
    boolean claimed = own.any() || ofThread.any();
    if (!pending.containsKey(id)) {
      if (!claimed) {
        return;
      }
      // No annotation told that it is one.
      pending.put(id, true);
      journal.found(List.of(identity(node)));
      journal.started(id);
    }
    List<String> unfinished = new ArrayList<>(own.unfinished());
    unfinished.addAll(ofThread.unfinished());
    switch (result.getStatus()) {
      case SUCCESSFUL -> {
        if (!unfinished.isEmpty()) {
          end(id, End.BROKEN, "", unfinished.get(0));
        } else if (claimed) {
          pending.remove(id);
          journal.ended(id);
        } else {
          end(id, End.DECIDED_NOTHING, "", "");
        }
      }
      case ABORTED -> end(id, End.ABORTED, "", reason(result));
      case FAILED -> {
        if (result.getThrowable().filter(ModelTestEvents::isVerdict).isPresent()) {
          pending.remove(id);
          journal.ended(id);
        } else {
          end(id, End.BROKEN, "", reason(result));
        }
      }
    }
  }

  /** A class whose setting up failed, or a parameterised test without arguments. */
  private void finishedContainer(TestIdentifier node, TestExecutionResult result) {
    if (result.getStatus() == TestExecutionResult.Status.SUCCESSFUL) {
      if (pending.remove(node.getUniqueId()) != null) {
        // It came to no invocation, and says so by itself where that is an error.
        replaced(node.getUniqueId());
      }
      return;
    }
    End end = result.getStatus() == TestExecutionResult.Status.ABORTED ? End.ABORTED : End.BROKEN;
    List<String> within = pendingIn(node);
    within.forEach(id -> end(id, end, "", reason(result)));
    if (within.isEmpty() && isAboutModelTests(node)) {
      // Cleaning up failed, or the last of its invocations could not be made.
      journal.found(List.of(identity(node)));
      journal.started(node.getUniqueId());
      end(node.getUniqueId(), end, "", reason(result));
    }
  }

  private boolean isAboutModelTests(TestIdentifier node) {
    return nodes.isModelTest(node)
        || plan.getDescendants(node).stream().anyMatch(nodes::isModelTest);
  }

  private List<String> pendingIn(TestIdentifier node) {
    List<String> ids = new ArrayList<>();
    if (pending.containsKey(node.getUniqueId())) {
      ids.add(node.getUniqueId());
    }
    plan.getDescendants(node).stream()
        .map(TestIdentifier::getUniqueId)
        .filter(pending::containsKey)
        .forEach(ids::add);
    return ids;
  }

  private void end(String id, End end, String condition, String reason) {
    pending.remove(id);
    journal.ended(id, end, condition, reason);
  }

  /** Where their verdicts land. */
  Path directory() {
    return settings.reportDirectory();
  }

  /** All have ended; what threads of their own left undecided belongs to none of them. */
  synchronized void end() {
    for (String unfinished : claims.takeOfAllThreads().unfinished()) {
      TestIdentity thread = new TestIdentity("[claim:" + unfinished + "]", "", "", "a thread");
      journal.found(List.of(thread));
      end(thread.id(), End.BROKEN, "", unfinished);
    }
  }

  /** What the tests of this plan came to. */
  ModelTests counts() {
    return journal.counts();
  }

  /** Whether a test was stopped by verdicts, and by nothing else. */
  private static boolean isVerdict(Throwable thrown) {
    return thrown instanceof CarriesVerdict
        || (thrown instanceof MultipleFailuresError several
            && several.hasFailures()
            && several.getFailures().stream().allMatch(ModelTestEvents::isVerdict));
  }

  private static String reason(TestExecutionResult result) {
    return result.getThrowable().map(ModelTestEvents::inWords).orElse("");
  }

  /** On one line; of an error that says nothing by itself, such as an initialiser's, its cause. */
  private static String inWords(Throwable thrown) {
    String type = thrown.getClass().getSimpleName();
    String message = thrown.getMessage();
    if (message != null && !message.isBlank()) {
      return type + ": " + message.strip().replaceAll("\\s+", " ");
    }
    Throwable cause = thrown.getCause();
    return cause == null || cause == thrown ? type : type + ": " + inWords(cause);
  }
}
