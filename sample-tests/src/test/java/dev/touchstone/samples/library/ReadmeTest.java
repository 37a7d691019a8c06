package dev.touchstone.samples.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the README and the pages on claims show is code that compiles and runs here. */
@Tag("library")
class ReadmeTest {
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern JSON = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);
  private static final Pattern MESSAGE = Pattern.compile("<!-- message of (\\w+)\\.(\\w+) -->");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)\\)");
  private static final Path README = Path.of("..", "README.md");
  private static final Path CLAIMS = Path.of("..", "docs", "claims");

  static List<Path> pages() throws IOException {
    try (Stream<Path> claims = Files.list(CLAIMS)) {
      return Stream.concat(
              Stream.of(README), claims.filter(file -> file.toString().endsWith(".md")).sorted())
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyJavaSnippetStandsInASampleThatRuns(Path page) throws IOException {
    List<String> snippets = blocks(JAVA, page);
    assertThat(snippets).isNotEmpty();
    List<String> sources = sources();
    assertThat(snippets)
        .allSatisfy(
            snippet ->
                assertThat(sources)
                    .anySatisfy(source -> assertThat(flat(source)).contains(flat(snippet))));
  }

  /** The messages themselves are held where they are thrown, in the package {@code defective}. */
  @ParameterizedTest
  @MethodSource("pages")
  void everyMessageIsThatOfATestWhichCatches(Path page) throws IOException {
    assertThat(MESSAGE.matcher(Files.readString(page)).results())
        .allSatisfy(
            message ->
                assertThat(
                        Path.of("src/test/java/dev/touchstone/samples/defective")
                            .resolve(message.group(1) + ".java"))
                    .content()
                    .contains("void " + message.group(2) + "("));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyLinkLeadsToAFile(Path page) throws IOException {
    assertThat(LINK.matcher(Files.readString(page)).results().map(link -> link.group(1)))
        .allSatisfy(link -> assertThat(page.toAbsolutePath().getParent().resolve(link)).exists());
  }

  @Test
  void theSchemaIsTheOneThatTheSamplesRead() throws IOException {
    assertThat(blocks(JSON, README))
        .singleElement()
        .asString()
        .isEqualToIgnoringWhitespace(
            Files.readString(Path.of("src/test/resources/data/hmda/schema.json")));
  }

  private static List<String> blocks(Pattern kind, Path page) throws IOException {
    return kind.matcher(Files.readString(page)).results().map(r -> r.group(1)).toList();
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

  /** Without line ends, indentation and the tag that keeps a sample out of the first command. */
  private static String flat(String code) {
    return code.replace("@Tag(\"slow\")", "").replaceAll("\\s+", " ").strip();
  }
}
