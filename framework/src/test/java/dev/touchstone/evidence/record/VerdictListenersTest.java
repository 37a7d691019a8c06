package dev.touchstone.evidence.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.VerdictListener;
import dev.touchstone.evidence.Verdicts;
import dev.touchstone.runtime.RunContext;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
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

  @Test
  void aListenerThatLacksWhatThePlatformOrTheClassPathShouldHaveHidesNothingEither() {
    RunContext context = Verdicts.context(directory);
    VerdictListeners listeners = VerdictListeners.of(context.session());
    List<Verdict> heard = new ArrayList<>();
    for (Error error :
        List.of(
            new InternalError("Fontconfig head is null"),
            new NoClassDefFoundError("org/apache/batik/Version"),
            new StackOverflowError(),
            new AssertionError("not my verdict"))) {
      listeners.add(
          (verdict, at) -> {
            throw error;
          });
    }
    listeners.add((verdict, at) -> heard.add(verdict));
    listeners.publish(Verdicts.failing(), context);
    assertThat(heard).hasSize(1);
  }

  @Test
  void exhaustedMemoryIsNotHidden() {
    RunContext context = Verdicts.context(directory);
    VerdictListeners listeners = VerdictListeners.of(context.session());
    listeners.add(
        (verdict, at) -> {
          throw new OutOfMemoryError("Java heap space");
        });
    assertThatThrownBy(() -> listeners.publish(Verdicts.failing(), context))
        .isInstanceOf(OutOfMemoryError.class);
  }

  /** A provider that works. */
  public static final class Working implements VerdictListener {
    @Override
    public void verdictReached(Verdict verdict, RunContext context) {
      // It is enough that it is found.
    }
  }

  /** A provider that cannot be made. */
  public static final class Broken implements VerdictListener {
    public Broken() {
      throw new NoClassDefFoundError("org/apache/batik/Version");
    }

    @Override
    public void verdictReached(Verdict verdict, RunContext context) {
      throw new IllegalStateException("never made");
    }
  }

  @Test
  void aProviderThatCannotBeLoadedKeepsNoOtherFromHearing() throws IOException {
    Path services = Files.createDirectories(directory.resolve("META-INF/services"));
    Files.write(
        services.resolve(VerdictListener.class.getName()),
        List.of("com.acme.Absent", Broken.class.getName(), Working.class.getName()));
    try (URLClassLoader loader =
        new URLClassLoader(
            new URL[] {directory.toUri().toURL()}, VerdictListener.class.getClassLoader())) {
      assertThat(VerdictListeners.found(loader)).hasAtLeastOneElementOfType(Working.class);
    }
  }

  @Test
  void aClassPathThatCannotBeReadEnds() {
    ClassLoader unreadable =
        new ClassLoader(null) {
          @Override
          public Enumeration<URL> getResources(String name) throws IOException {
            throw new IOException("the disk is gone");
          }
        };
    assertThat(VerdictListeners.found(unreadable)).isEmpty();
  }
}
