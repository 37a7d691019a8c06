package dev.touchstone.attribution.perturbation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.runtime.Dependencies;
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

/** What a user reads whose class path lacks BoofCV, by a class loader that lacks it. */
class MissingBoofCvTest {

  @Test
  void theDependencyToAddIsNamed() throws ReflectiveOperationException, IOException {
    String known =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    URL[] others =
        Arrays.stream(known.split(File.pathSeparator))
            .map(Path::of)
            .filter(entry -> !entry.getFileName().toString().startsWith("boofcv"))
            .map(MissingBoofCvTest::url)
            .toArray(URL[]::new);
    try (URLClassLoader loader = new URLClassLoader(others, ClassLoader.getPlatformClassLoader())) {
      Object segmenting =
          loader.loadClass(Segmenting.class.getName()).getDeclaredConstructor().newInstance();
      assertThat(((Supplier<?>) segmenting).get().toString())
          .contains("superpixels are made by BoofCV, which is missing")
          .contains("add " + Dependencies.boofcv())
          .contains("or divide images by FeatureGroups.patches(…)");
    }
    assertThat(new Segmenting().get()).isEqualTo("divided");
  }

  private static URL url(Path entry) {
    try {
      return entry.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new AssertionError(e);
    }
  }

  /** Divides an image and returns the message of what goes wrong. */
  public static final class Segmenting implements Supplier<String> {
    @Override
    public String get() {
      try {
        Superpixels.slic(4).of(Inputs.of(Tensor.of(new float[256], 1, 1, 16, 16)), 0);
        return "divided";
      } catch (TouchstoneException e) {
        return e.getMessage();
      }
    }
  }
}
