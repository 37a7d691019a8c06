package dev.touchstone.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.runtime.RunContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerdictListenersTest {
  @TempDir Path directory;

  @Test
  void aListenerThatFailsNeitherHidesNorTurnsAVerdict() {
    RunContext context = Verdicts.context(directory);
    VerdictListeners listeners = VerdictListeners.of(context.session());
    List<Verdict> heard = new ArrayList<>();
    listeners.add(
        (verdict, at) -> {
          throw new IllegalStateException("no space left on device");
        });
    listeners.add((verdict, at) -> heard.add(verdict));
    Verdict verdict = Verdicts.failing();
    listeners.publish(verdict, context);
    assertThat(heard).containsExactly(verdict);
    assertThat(verdict.outcome()).isEqualTo(Outcome.FAIL);
  }

  @Test
  void aListenerHearsWhichTestAsked() {
    RunContext context = Verdicts.context(directory);
    List<String> heard = new ArrayList<>();
    VerdictListeners listeners = VerdictListeners.of(context.session());
    listeners.add((verdict, at) -> heard.add(at.test().orElseThrow().methodName()));
    listeners.publish(Verdicts.passing(), context);
    assertThat(heard).containsExactly("isRight");
  }

  @Test
  void aRemovedListenerHearsNothing() {
    RunContext context = Verdicts.context(directory);
    List<Verdict> heard = new ArrayList<>();
    VerdictListener listener = (verdict, at) -> heard.add(verdict);
    VerdictListeners listeners = VerdictListeners.of(context.session());
    listeners.add(listener);
    listeners.remove(listener);
    listeners.publish(Verdicts.passing(), context);
    assertThat(heard).isEmpty();
  }

  @Test
  void everySessionWritesItsVerdictsDown() {
    RunContext context = Verdicts.context(directory);
    VerdictListeners.of(context.session()).publish(Verdicts.passing(), context);
    assertThat(directory.resolve("verdicts")).isDirectoryContaining("glob:**.jsonl");
    assertThat(Files.isDirectory(directory)).isTrue();
  }
}
