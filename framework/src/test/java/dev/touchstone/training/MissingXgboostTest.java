package dev.touchstone.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.runtime.Dependencies;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What a user reads whose class path lacks XGBoost4J, by a class loader that lacks it. */
class MissingXgboostTest {

  @Test
  void theDependencyToAddIsNamed() throws ReflectiveOperationException, IOException {
    String known =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    URL[] others =
        Arrays.stream(known.split(File.pathSeparator))
            .map(Path::of)
            .filter(entry -> !entry.getFileName().toString().startsWith("xgboost4j"))
            .map(MissingXgboostTest::url)
            .toArray(URL[]::new);
    try (URLClassLoader loader = new URLClassLoader(others, ClassLoader.getPlatformClassLoader())) {
      for (Class<?> attempt : new Class<?>[] {Boosting.class, Telling.class}) {
        Object tried = loader.loadClass(attempt.getName()).getDeclaredConstructor().newInstance();
        assertThat(((Supplier<?>) tried).get().toString())
            .contains("boosted trees are trained by XGBoost4J, which is missing")
            .contains("add " + Dependencies.xgboost());
      }
    }
    assertThat(new Boosting().get()).isEqualTo("trained");
  }

  private static URL url(Path entry) {
    try {
      return entry.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new AssertionError(e);
    }
  }

  /** Trains, and returns the message of what goes wrong. */
  public static final class Boosting implements Supplier<String> {
    @Override
    public String get() {
      try {
        XgboostTrainer.withDefaults()
            .train(
                Dataset.named("two")
                    .features(FeatureStore.inMemory(new float[] {0, 1}, 1))
                    .labels(0, 1)
                    .build(),
                "once",
                RunContext.of(Settings.fromSystem(), RunSession.isolated()));
        return "trained";
      } catch (TouchstoneException e) {
        return e.getMessage();
      }
    }
  }

  /** Asks for the trainer's facts, as a check does before it trains. */
  public static final class Telling implements Supplier<String> {
    @Override
    public String get() {
      try {
        return XgboostTrainer.withDefaults().facts().toString();
      } catch (TouchstoneException e) {
        return e.getMessage();
      }
    }
  }
}
