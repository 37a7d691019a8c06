package dev.touchstone.evidence.record;

import dev.touchstone.evidence.ListedTest;
import dev.touchstone.evidence.ModelTests;
import dev.touchstone.runtime.TestIdentity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts the model tests of one JVM from what {@link TestEvent}s tell. A test that is found again
 * is run again, as builds do with tests that failed: what becomes of it then counts. Not
 * thread-safe.
 */
final class TestTally {
  private final Map<String, Fate> fates = new LinkedHashMap<>();
  private boolean heard;

  private static final class Fate {
    private final TestIdentity test;
    private boolean started;
    private @Nullable TestEvent ended;

    private Fate(TestIdentity test) {
      this.test = test;
    }
  }

  void hear(TestEvent event) {
    heard = true;
    switch (event.kind()) {
      case FOUND -> {
        fates.computeIfPresent(
            event.inPlaceOf(), (id, fate) -> fate.started || fate.ended != null ? fate : null);
        event.tests().forEach(test -> fates.put(test.id(), new Fate(test)));
      }
      case STARTED -> {
        Fate fate = fates.get(event.id());
        if (fate != null) {
          fate.started = true;
        }
      }
      case ENDED -> {
        Fate fate = fates.get(event.id());
        if (fate != null) {
          fate.ended = event;
        }
      }
    }
  }

  /** Whether anybody counted. */
  boolean hasHeard() {
    return heard;
  }

  /** What became of the tests so far; one that has not ended counts as broken. */
  ModelTests counts() {
    int started = 0;
    int finished = 0;
    int[] ends = new int[ListedTest.End.values().length];
    List<ListedTest> listed = new ArrayList<>();
    for (Fate fate : fates.values()) {
      TestEvent ended = fate.ended;
      started += fate.started ? 1 : 0;
      finished += fate.started && ended != null ? 1 : 0;
      ListedTest.End end = ended == null ? ListedTest.End.BROKEN : ended.end();
      if (end != null) {
        ends[end.ordinal()]++;
        String condition = ended == null ? "" : ended.condition();
        String reason = ended == null ? withoutAnEnd(fate) : ended.reason();
        TestIdentity test = fate.test;
        listed.add(
            new ListedTest(
                test.className(), test.methodName(), test.displayName(), end, condition, reason));
      }
    }
    return new ModelTests(
        fates.size(),
        started,
        finished,
        ends[ListedTest.End.SKIPPED.ordinal()],
        ends[ListedTest.End.ABORTED.ordinal()],
        ends[ListedTest.End.BROKEN.ordinal()],
        0,
        listed);
  }

  private static String withoutAnEnd(Fate fate) {
    return fate.started
        ? "it never ended: its JVM was killed, or still runs"
        : "it never began: its JVM ended before, or the run was cancelled";
  }
}
