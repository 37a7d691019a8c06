package dev.touchstone.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the README shows is code that compiles and runs here. */
class ReadmeTest {
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @Test
  void everyJavaSnippetStandsInASampleThatRuns() throws IOException {
    String readme = Files.readString(Path.of("..", "README.md"));
    List<String> snippets =
        JAVA.matcher(readme).results().map((MatchResult r) -> r.group(1)).toList();
    assertThat(snippets).isNotEmpty();
    List<String> sources = sources();
    assertThat(snippets)
        .allSatisfy(
            snippet ->
                assertThat(sources)
                    .anySatisfy(source -> assertThat(flat(source)).contains(flat(snippet))));
  }

  private static List<String> sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src", "test", "java"))) {
      return files.filter(f -> f.toString().endsWith(".java")).map(ReadmeTest::read).toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Without line ends and indentation. */
  private static String flat(String code) {
    return code.replaceAll("\\s+", " ").strip();
  }
}
