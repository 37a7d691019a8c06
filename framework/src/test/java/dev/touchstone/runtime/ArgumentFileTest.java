package dev.touchstone.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArgumentFileTest {

  /** Says what its class path is. */
  static final class Printing {
    public static void main(String[] arguments) {
      System.out.print(System.getProperty("java.class.path"));
    }
  }

  private static String classPathOfAJvmStartedWith(String classPath, Path file) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                ArgumentFile.ofClassPath(file, classPath),
                Printing.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }

  private static String own() throws Exception {
    return Path.of(Printing.class.getProtectionDomain().getCodeSource().getLocation().toURI())
        .toString();
  }

  @Test
  void aJvmGetsAClassPathThatIsLongerThanACommandLine(@TempDir Path folder) throws Exception {
    String classPath =
        own()
            + IntStream.range(0, 20_000)
                .mapToObj(i -> File.pathSeparator + folder.resolve("library-" + i + ".jar"))
                .collect(Collectors.joining());

    assertThat(classPath.length()).isGreaterThan(200_000);
    assertThat(classPathOfAJvmStartedWith(classPath, folder.resolve("class-path.args")))
        .isEqualTo(classPath);
  }

  @Test
  void spacesQuotesBackslashesAndHashesArePartsOfAName(@TempDir Path folder) throws Exception {
    String classPath =
        own() + File.pathSeparator + folder.resolve("Program Files").resolve("a\\b \"c\" 'd' #e");

    assertThat(classPathOfAJvmStartedWith(classPath, folder.resolve("class path.args")))
        .isEqualTo(classPath);
  }

  @Test
  void theFileThatWasThereIsOverwritten(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("class-path.args");
    ArgumentFile.ofClassPath(file, "x".repeat(1_000));

    assertThat(ArgumentFile.ofClassPath(file, "y")).isEqualTo("@" + file);
    assertThat(file).content().isEqualToNormalizingNewlines("-cp \"y\"\n");
  }
}
