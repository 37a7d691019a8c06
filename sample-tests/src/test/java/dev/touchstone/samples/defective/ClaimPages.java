package dev.touchstone.samples.defective;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The messages that {@code docs/claims} shows are those that these suites throw. Below a line
 * {@code <!-- message of Suite.test -->} stands the message; its first two lines are held here, the
 * verdict's and the claim's, up to their numbers, which rounding may move. {@code
 * -Dtouchstone-samples.pages=write} writes them anew.
 */
final class ClaimPages {
  private static final Path PAGES = Path.of("..", "docs", "claims");
  private static final String MODE = System.getProperty("touchstone-samples.pages", "");

  /** Of a run, not of the claim: hashes, paths and the command that runs the test again. */
  private static final Pattern OF_A_RUN =
      Pattern.compile("\\s*(seed|fingerprint|evidence|reproduce)\\b.*");

  private static final int MOST_LINES = 14;

  private ClaimPages() {}

  /** Compares a page that shows this test's message with it, or writes it there. */
  static void hold(String test, String message) throws IOException {
    if (MODE.isEmpty()) {
      return;
    }
    Pattern shown =
        Pattern.compile(
            "(<!-- message of " + Pattern.quote(test) + " -->\n```text\n)(.*?)(```\n)",
            Pattern.DOTALL);
    for (Path page : pages()) {
      String text = Files.readString(page);
      Matcher block = shown.matcher(text);
      if (!block.find()) {
        continue;
      }
      if (MODE.equals("write")) {
        Files.writeString(
            page, block.replaceAll("$1" + Matcher.quoteReplacement(excerpt(message)) + "$3"));
      } else if (!headline(block.group(2)).equals(headline(message))) {
        throw new AssertionError(
            """
            %s shows another message of %s than it throws.
              shown:  %s
              thrown: %s
            Run the samples' verify with -Dtouchstone-samples.pages=write, and read what it wrote.\
            """
                .formatted(page, test, headline(block.group(2)), headline(message)));
      }
    }
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.list(PAGES)) {
      return files.filter(file -> file.toString().endsWith(".md")).sorted().toList();
    }
  }

  private static String excerpt(String message) {
    return message
        .lines()
        .filter(line -> !OF_A_RUN.matcher(line).matches())
        .limit(MOST_LINES)
        .map(line -> line.stripTrailing() + "\n")
        .collect(Collectors.joining());
  }

  private static String headline(String message) {
    return message
        .lines()
        .limit(2)
        .map(line -> line.replaceAll("-?\\d+(\\.\\d+)?([eE]-?\\d+)?", "#"))
        .collect(Collectors.joining("\n"));
  }
}
