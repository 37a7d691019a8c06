package dev.touchstone.samples.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the README and the pages on data, models, claims, repair and extending show compiles and
 * runs here.
 */
@Tag("library")
class ReadmeTest {
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern JSON = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);
  private static final Pattern MESSAGE = Pattern.compile("<!-- message of (\\w+)\\.(\\w+) -->");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)\\)");
  private static final Pattern DECLARED =
      Pattern.compile("^(?:final class|record) ", Pattern.MULTILINE);
  private static final Path README = Path.of("..", "README.md");
  private static final Path CLAIMS = Path.of("..", "docs", "claims");
  private static final Pattern SCHEMA =
      Pattern.compile("<!-- ([\\w-]+\\.json) -->\\s+```json\n(.*?)```", Pattern.DOTALL);
  private static final Path DATA = Path.of("..", "docs", "data.md");
  private static final Path PANELS = Path.of("..", "docs", "panels.md");
  private static final Path REPAIR = Path.of("..", "docs", "repair.md");
  private static final Path MODELS = Path.of("..", "docs", "models");
  private static final Path EXTENDING = Path.of("..", "docs", "extending");

  static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(README, DATA, PANELS, REPAIR));
    for (Path folder : List.of(CLAIMS, EXTENDING, MODELS)) {
      try (Stream<Path> files = Files.list(folder)) {
        pages.addAll(
            files
                .filter(file -> file.toString().endsWith(".md"))
                // Written by a run, with messages of other software in it.
                .filter(file -> !file.endsWith("compatibility.md"))
                .sorted()
                .toList());
      }
    }
    return pages;
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyJavaSnippetStandsInASampleThatRuns(Path page) throws IOException {
    List<String> snippets = blocks(JAVA, page);
    if (!page.startsWith(MODELS)) {
      assertThat(snippets).isNotEmpty();
    }
    List<String> sources = sources();
    assertThat(snippets)
        .allSatisfy(
            snippet ->
                assertThat(sources)
                    .anySatisfy(source -> assertThat(flat(source)).contains(flat(snippet))));
  }

  /** A page on extending shows the whole of its example, and every example has its page. */
  @Test
  void everyExampleOfExtendingIsShownWhole() throws IOException {
    List<String> shown = new ArrayList<>();
    for (Path page : pages()) {
      if (page.startsWith(EXTENDING)) {
        blocks(JAVA, page).forEach(block -> shown.add(flat(block)));
      }
    }
    for (String example :
        List.of(
            "AbstentionRate",
            "CarelessGroup",
            "GradCam",
            "LightLeak",
            "QuickGelu",
            "TopErrorRate",
            "WrongNeighbours")) {
      String source =
          read(Path.of("src/test/java/dev/touchstone/samples/extending", example + ".java"));
      Matcher declared = DECLARED.matcher(source);
      assertThat(declared.find()).isTrue();
      assertThat(shown).contains(flat(source.substring(declared.start())));
    }
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

  @Test
  void everySchemaOfTheDataPageIsAFileThatASampleReads() throws IOException {
    List<MatchResult> schemas = SCHEMA.matcher(Files.readString(DATA)).results().toList();
    assertThat(schemas).hasSameSizeAs(blocks(JSON, DATA)).isNotEmpty();
    for (MatchResult schema : schemas) {
      assertThat(Path.of("src/test/resources/tables", schema.group(1)))
          .content()
          .isEqualTo(schema.group(2));
    }
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
