package dev.touchstone.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs a JVM whose class path lacks the native libraries, as a user's may. */
class MissingNativesTest {

  @Test
  void theMessageNamesTheDependencyToAdd(@TempDir Path empty) throws Exception {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.matches(".*(linux|macosx|windows|osx|win)-\\w+\\.jar"))
            .collect(Collectors.joining(File.pathSeparator));
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Dorg.bytedeco.javacpp.cachedir=" + empty,
                    "-cp",
                    classPath,
                    Multiplies.class.getName()))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).isZero();
    assertThat(output)
        .contains("MissingNativesException")
        .contains("add dev.touchstone:touchstone-natives-cpu")
        .contains("plain Java still multiplies: 6.0");
  }

  /** Asks for the native libraries twice, then does without. */
  static final class Multiplies {
    private Multiplies() {}

    public static void main(String[] arguments) {
      for (int attempt = 0; attempt < 2; attempt++) {
        try {
          DenseAlgebra.onNativeLibraries();
          System.out.println("the natives are there");
          System.exit(1);
        } catch (dev.touchstone.runtime.TouchstoneException expected) {
          System.out.println(expected);
        }
      }
      Matrix product = DenseAlgebra.plain().product(Matrix.of(1, 1, 2), Matrix.of(1, 1, 3));
      System.out.println("plain Java still multiplies: " + product.get(0, 0));
    }
  }
}
