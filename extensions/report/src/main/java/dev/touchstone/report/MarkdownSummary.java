package dev.touchstone.report;

import dev.touchstone.evidence.Discoveries;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.record.RecordedVerdict;
import dev.touchstone.evidence.record.RecordedVerdicts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The verdicts as Markdown, for the page of a CI job: the answer, what failed or stayed undecided,
 * and what passed below. Whatever comes from data, models and tests is text and nothing else: no
 * link, no image, no markup. Immutable.
 */
final class MarkdownSummary {
  /** What tells the file from another of its name; nobody sees it. */
  static final String MARK = "<!-- Touchstone summary -->\n";

  /** What a job's page takes: more makes the platform drop all of it. */
  private static final int MOST_BYTES = 1 << 20;

  private static final int MOST_TESTS = 20;

  /** Of how many claims figures are told. */
  private static final int MOST_WITH_FIGURES = 6;

  /** Kept for the sentence that says how much was left out, and for closing what is open. */
  private static final int RESERVE = 400;

  /** An at sign, the end of a scheme, and the beginning of an address without one. */
  private static final Pattern ADDRESS =
      Pattern.compile("&#64;|&#58;(?=&#47;)|www(?=&#46;)", Pattern.CASE_INSENSITIVE);

  private static final String HEAD =
      "| verdict | model | claim | on | estimate | 95 % interval | tolerance | n |\n"
          + "|---|---|---|---|---|---|---|---|\n";

  private final RecordedVerdicts verdicts;
  private final Discoveries.Correction correction;

  private MarkdownSummary(RecordedVerdicts verdicts, Discoveries.Correction correction) {
    this.verdicts = verdicts;
    this.correction = correction;
  }

  /** A summary of verdicts. */
  public static MarkdownSummary of(RecordedVerdicts verdicts) {
    return new MarkdownSummary(verdicts, Discoveries.Correction.BENJAMINI_YEKUTIELI);
  }

  /** The same summary with another correction over all claims. */
  public MarkdownSummary correctedBy(Discoveries.Correction other) {
    return new MarkdownSummary(verdicts, other);
  }

  /**
   * Writes the summary in place of what is there.
   *
   * @throws UncheckedIOException if it cannot be written
   */
  public void writeTo(Path file) {
    String whole = MARK + text(MOST_BYTES - MARK.length());
    write(file, whole, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
  }

  /**
   * Adds the summary to a file to which others write too, and stays with them within the mebibyte
   * that a job's page takes.
   *
   * @throws UncheckedIOException if it cannot be written
   */
  public void appendTo(Path file) {
    try {
      long there = Files.exists(file) ? Files.size(file) : 0;
      String text = text((int) Math.max(0, MOST_BYTES - there));
      write(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("the summary could not be added to " + file, e);
    }
  }

  /**
   * Puts the summary into a file to which others write too, in place of what stands there for the
   * same part, and otherwise at its end.
   *
   * @param part letters and digits; what others write about other parts stays
   * @throws UncheckedIOException if it cannot be written
   */
  void replaceIn(Path file, String part) {
    String opening = "<!-- touchstone " + part + " -->\n";
    String closing = "<!-- end of touchstone " + part + " -->\n";
    // The lock keeps JVMs of one run apart that end at once.
    try (FileChannel channel =
            FileChannel.open(
                file.toAbsolutePath(),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(channel.size()));
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // Reads on.
      }
      String there = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
      int from = there.indexOf(opening);
      int to = from < 0 ? -1 : there.indexOf(closing, from);
      String before = to < 0 ? there : there.substring(0, from);
      String after = to < 0 ? "" : there.substring(to + closing.length());
      int others = (before + opening + closing + after).getBytes(StandardCharsets.UTF_8).length;
      String text = text(Math.max(0, MOST_BYTES - others));
      ByteBuffer whole =
          StandardCharsets.UTF_8.encode(
              text.isEmpty() ? before + after : before + opening + text + closing + after);
      channel.truncate(0);
      channel.position(0);
      while (whole.hasRemaining()) {
        channel.write(whole);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the summary could not be added to " + file, e);
    }
  }

  private static void write(Path file, String text, StandardOpenOption... how) {
    Path absolute = file.toAbsolutePath();
    try {
      Files.createDirectories(Optional.ofNullable(absolute.getParent()).orElse(absolute));
      try (var out = Files.newOutputStream(absolute, how)) {
        out.write(text.getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the summary could not be written to " + absolute, e);
    }
  }

  /** The summary in at most so many bytes; empty where there is no room for its head. */
  String text(int mostBytes) {
    Discoveries discoveries = verdicts.discoveries(HtmlReport.RATE, correction);
    List<RecordedVerdict> ordered = Page.ordered(verdicts);
    Page.Answer answer = Page.Answer.of(ordered, verdicts.sources(), discoveries);
    Text text = new Text(mostBytes - RESERVE);
    text.add("## " + sign(answer.standing()) + " " + answer.standing().answer() + "\n\n");
    Why why = Why.of(Page.numbered(ordered, discoveries, List.of()));
    for (Why.Line line : why.lines()) {
      text.add("- **" + inert(line.model()) + "**: " + inert(line.sentence()) + "\n");
    }
    if (why.more() > 0) {
      text.add("- and " + Inert.count(why.more()) + " more below\n");
    }
    if (!why.lines().isEmpty()) {
      text.add("\n");
    }
    text.add(
        (ordered.isEmpty() ? "There is no verdict: nothing was judged" : answer.standing().counts())
            + ".\n\n");
    if (!answer.incomplete().isEmpty()) {
      text.add("**" + answer.incomplete() + "**\n\n");
    }
    tests(answer.tests(), text);
    if (!answer.standing().exceptions().isEmpty()) {
      text.add("**" + answer.standing().exceptions() + "**\n\n");
    }
    if (!answer.warnings().isEmpty()) {
      text.add("**" + answer.warnings() + "**\n\n");
      Warned.of(ordered).lines().forEach(line -> text.add("- ⚠️ " + inert(line) + "\n"));
      text.add("\n");
    }
    if (!answer.discoveries().isEmpty()) {
      text.add(answer.discoveries() + "\n\n");
    }
    if (text.isFull()) {
      return "";
    }
    List<RecordedVerdict> loud = new ArrayList<>();
    List<RecordedVerdict> quiet = new ArrayList<>();
    for (RecordedVerdict recorded : ordered) {
      (recorded.verdict().outcome() == Outcome.PASS ? quiet : loud).add(recorded);
    }
    loud.sort(Comparator.comparing((RecordedVerdict recorded) -> recorded.verdict().acceptable()));
    int shown = 0;
    if (!loud.isEmpty() && text.add(HEAD)) {
      shown += rows(loud, discoveries, text);
      figures(loud, text);
    }
    shown(text);
    String opening = "\n<details><summary>" + Inert.count(quiet.size()) + " PASS</summary>\n\n";
    if (!quiet.isEmpty() && text.add(opening + HEAD)) {
      shown += rows(quiet, discoveries, text);
      text.close("\n</details>\n");
    }
    return text.whole(ordered.size() - shown);
  }

  private static void tests(TestLines tests, Text text) {
    if (!tests.sentence().isEmpty()) {
      text.add("**" + tests.sentence() + "**\n\n");
    }
    List<TestLines.Line> left = tests.leftOut();
    for (TestLines.Line line : left.subList(0, Math.min(MOST_TESTS, left.size()))) {
      text.add(
          "- %s %s%s\n"
              .formatted(
                  inert(line.test()),
                  line.end(),
                  line.why().isEmpty() ? "" : ": " + inert(line.why())));
    }
    if (left.size() > MOST_TESTS) {
      text.add("- … and " + Inert.count(left.size() - MOST_TESTS) + " more\n");
    }
    if (!left.isEmpty()) {
      text.add("\n");
    }
    if (!tests.decidedNothing().isEmpty()) {
      text.add(
          Inert.count(tests.decidedNothing().size(), "test", "tests")
              + " ended without a claim and decided nothing.\n\n");
    }
  }

  /** Adds as many as there is room for, and says how many. */
  private static int rows(List<RecordedVerdict> verdicts, Discoveries discoveries, Text text) {
    int added = 0;
    for (RecordedVerdict recorded : verdicts) {
      if (!text.add(row(recorded, discoveries))) {
        break;
      }
      added++;
    }
    return added;
  }

  /** The figures of the first that are not acceptable: in words, and numbers as tables. */
  private static void figures(List<RecordedVerdict> verdicts, Text text) {
    verdicts.stream()
        .filter(recorded -> !recorded.verdict().acceptable())
        .filter(recorded -> !recorded.verdict().evidence().figures().isEmpty())
        .limit(MOST_WITH_FIGURES)
        .forEach(
            recorded -> {
              StringBuilder block = new StringBuilder("\n<details><summary>Figures: ");
              block.append(inert(Board.modelName(recorded))).append(", ");
              block.append(inert(recorded.verdict().claim().statement()));
              block.append("</summary>\n\n");
              recorded
                  .verdict()
                  .evidence()
                  .figures()
                  .forEach(figure -> block.append(FigureMarkdown.of(figure)));
              text.addIfSpared(block.append("</details>\n").toString());
            });
  }

  /** The first figures that tests show without a claim, in words and as tables. */
  private void shown(Text text) {
    verdicts.shown().stream()
        .limit(MOST_WITH_FIGURES)
        .forEach(
            recorded ->
                text.addIfSpared(
                    "\n<details><summary>Shown, nothing claimed: %s</summary>\n\n%s</details>\n"
                        .formatted(
                            inert(recorded.shown().subject()),
                            FigureMarkdown.of(recorded.shown().figure()))));
  }

  private static String row(RecordedVerdict recorded, Discoveries discoveries) {
    Verdict verdict = recorded.verdict();
    Verdict.Judgement judgement = verdict.deciding();
    Measurement measurement = judgement.measurement();
    String word = sign(verdict.outcome()) + " " + verdict.outcome();
    if (discoveries.contains(verdict)) {
      word += ", discovery";
    }
    if (verdict.accepted()) {
      word += ", accepted";
    }
    if (!verdict.warnings().isEmpty()) {
      word += ", warned";
    }
    return "| "
        + String.join(
            " | ",
            word,
            inert(Board.modelName(recorded)),
            inert(verdict.claim().statement()),
            inert(measurement.slice()),
            measurement.reading().unit().format(measurement.estimate().value()),
            Cell.interval(judgement),
            Cell.tolerance(judgement),
            Inert.count(measurement.estimate().sampleSize()))
        + " |\n";
  }

  private static String sign(Standing standing) {
    return standing.mark().equals("A") ? "⚠️" : sign(standing.outcome());
  }

  private static String sign(Outcome outcome) {
    return switch (outcome) {
      case PASS -> "✅";
      case FAIL -> "❌";
      case INCONCLUSIVE -> "❔";
    };
  }

  /**
   * A text that Markdown shows as it is: every sign that could mean something stands as a character
   * reference, which is read after the structure is. Addresses are looked for even later, so that
   * an empty comment parts what makes one.
   */
  static String inert(String untrusted) {
    StringBuilder inert = new StringBuilder();
    Inert.text(untrusted)
        .codePoints()
        .forEach(
            c -> {
              if (c == ' ' || c > 127 || Character.isLetterOrDigit(c)) {
                inert.appendCodePoint(c);
              } else {
                inert.append("&#").append(c).append(';');
              }
            });
    return ADDRESS.matcher(inert).replaceAll("$0<!-- -->");
  }

  /** Text that grows up to a number of bytes, line by line. */
  private static final class Text {
    private final StringBuilder text = new StringBuilder();
    private final int most;
    private int bytes;
    private boolean full;
    private String end = "";

    Text(int most) {
      this.most = most;
    }

    /** Whether it was added: once something has no room, nothing that follows has. */
    boolean add(String line) {
      int more = line.getBytes(StandardCharsets.UTF_8).length;
      full = full || bytes + more > most;
      if (!full) {
        text.append(line);
        bytes += more;
      }
      return !full;
    }

    /** Adds what may be missing, where it leaves three quarters to what may not. */
    void addIfSpared(String block) {
      int more = block.getBytes(StandardCharsets.UTF_8).length;
      if (!full && bytes + more <= most / 4) {
        text.append(block);
        bytes += more;
      }
    }

    boolean isFull() {
      return full;
    }

    void close(String with) {
      end = with;
    }

    String whole(int left) {
      return text
          + end
          + (left > 0 ? "\nAnd " + Inert.count(left) + " more; report.html has them all.\n" : "")
          + "\n";
    }
  }
}
