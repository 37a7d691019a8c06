package dev.touchstone.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.evidence.record.RecordedVerdict;
import dev.touchstone.evidence.record.RecordedVerdicts;
import dev.touchstone.report.Verdicts.Group;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.commonmark.Extension;
import org.commonmark.ext.autolink.AutolinkExtension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarkdownSummaryTest {
  private static final RecordedVerdict PASSING =
      Verdicts.errorRate("good.onnx", new Group("overall", 20, 1000));
  private static final RecordedVerdict FAILING =
      Verdicts.errorRate("bad.onnx", new Group("overall", 300, 1000));
  private static final int MEBIBYTE = 1 << 20;

  @TempDir Path directory;

  @Test
  void answersFirstAndShowsWhatFailedAboveWhatPassed() {
    String html = html(MarkdownSummary.of(Verdicts.of(PASSING, FAILING)).text(MEBIBYTE));
    assertThat(html).startsWith("<h2>❌ Do not ship</h2>");
    assertThat(text(html))
        .contains("1 FAIL, 1 PASS.")
        .containsSubsequence(
            "❌ FAIL, discovery bad.onnx 01234567 the error rate is at most 0.1 overall 0.3"
                + " [0.2717, 0.3295] ≤ 0.1 1,000",
            "1 PASS",
            "✅ PASS good.onnx 01234567");
  }

  @Test
  void warnsWhereTheAnswerRestsOnWhatIsAccepted() {
    RecordedVerdict allowed =
        Verdicts.errorRate(
            "small.onnx",
            claim -> claim.allowingInconclusive("a pilot"),
            evidence -> {},
            new Group("overall", 5, 100));
    String html = html(MarkdownSummary.of(Verdicts.of(PASSING, allowed)).text(MEBIBYTE));
    assertThat(html)
        .startsWith("<h2>⚠️ May ship, with exceptions</h2>")
        .contains("<strong>1 claim was not shown to hold and is accepted nevertheless;");
  }

  @Test
  void warningsStandAboveTheTables() {
    String html = html(MarkdownSummary.of(Verdicts.of(PASSING, Verdicts.warned())).text(MEBIBYTE));
    assertThat(text(html))
        .containsSubsequence(
            "1 verdict carries a warning, of which 1 counts as shown or accepted",
            "⚠️ constant.onnx 01234567, the error rate is at most 0.1: it says <b>nothing</b>",
            "2 PASS",
            "✅ PASS, warned constant.onnx 01234567")
        .contains("✅ PASS good.onnx 01234567");
    assertThat(html).doesNotContain("<b>nothing");
  }

  @Test
  void figuresOfWhatFailedAreInWordsAndTablesStayTables() {
    RecordedVerdict failing =
        Verdicts.errorRate(
            "bad.onnx",
            claim -> claim,
            evidence -> Verdicts.everything(evidence, "boot | shoe"),
            new Group("overall", 300, 1000));
    String html = html(MarkdownSummary.of(Verdicts.of(PASSING, failing)).text(MEBIBYTE));
    assertThat(text(html))
        .containsSubsequence(
            "Figures: bad&#46;onnx 01234567, the error rate is at most 0&#46;1",
            "Reliability diagram: boot | shoe. 1,000 examples in 4 bins",
            "Scatter plot: boot | shoe.",
            "boot | shoe: 0.9731",
            "Box plot:",
            "Table: boot | shoe. 2 rows, 2 columns.",
            "Relevance of tokens: boot | shoe.",
            "Attribution maps: boot | shoe.",
            "1 PASS",
            "✅ PASS good.onnx 01234567");
    assertThat(html)
        .contains("<th>boot | shoe (s)</th>")
        .contains("<td>boot | shoe</td>\n<td>0.50</td>\n<td>boot | shoe</td>")
        .contains("<td>second</td>\n<td>1234.57</td>");
  }

  @Test
  void figuresTakeNoRoomFromVerdicts() {
    RecordedVerdict failing =
        Verdicts.errorRate(
            "bad.onnx",
            claim -> claim,
            evidence -> Verdicts.everything(evidence, "boot"),
            new Group("overall", 300, 1000));
    String small = MarkdownSummary.of(Verdicts.of(PASSING, failing)).text(3000);
    assertThat(small).doesNotContain("Figures").contains("good&#46;onnx");
  }

  @Test
  void saysThatNothingWasJudged() {
    assertThat(text(html(MarkdownSummary.of(Verdicts.of()).text(MEBIBYTE))))
        .contains("❔ Not decided There is no verdict: nothing was judged.");
  }

  @Test
  void hasNoTableOfWhatFailedWhereNothingDid() {
    assertThat(html(MarkdownSummary.of(Verdicts.of(PASSING)).text(MEBIBYTE)))
        .containsOnlyOnce("<table>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>alert(1)</script>",
        "![x](https://example.org/x.png)",
        "[x](javascript:alert(1))",
        "https://example.org/x",
        "www.example.org",
        "somebody@example.org",
        "a | b | c | d",
        "`code` *bold* _it_ ~~out~~",
        "&lt;b&gt; &#60;b&#62;",
        "</details><h1>x</h1>",
        "# head",
        "\\| \\",
      })
  void hostileTextIsOnlyText(String text) {
    RecordedVerdict hostile = Verdicts.errorRate(text, new Group(text, 300, 1000));
    RecordedVerdict harmless = Verdicts.errorRate("m", new Group("m", 300, 1000));
    String html = html(MarkdownSummary.of(Verdicts.of(hostile)).text(MEBIBYTE));
    assertThat(tags(html))
        .isEqualTo(tags(html(MarkdownSummary.of(Verdicts.of(harmless)).text(MEBIBYTE))));
    // Read back it is the text that it was.
    assertThat(text(html)).contains("FAIL, discovery " + text.strip() + " 01234567");
  }

  @Test
  void directionCharactersAreSpeltOut() {
    assertThat(MarkdownSummary.inert("m\u202Egpj")).isEqualTo("m&#92;u202Egpj");
  }

  @Test
  void staysWithinWhatAJobsPageTakes() throws IOException {
    List<RecordedVerdict> many = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      many.add(Verdicts.errorRate("m" + i + "&".repeat(100), new Group("overall", 20, 1000)));
    }
    Path file = directory.resolve("summary.md");
    Files.writeString(file, "x".repeat(500_000));
    MarkdownSummary.of(new RecordedVerdicts(List.of(Verdicts.SOURCE), many)).appendTo(file);
    assertThat(Files.size(file)).isBetween(MEBIBYTE - 2000L, (long) MEBIBYTE);
    assertThat(Files.readString(file))
        .startsWith("xxx")
        .contains("</details>")
        .containsPattern("And [\\d,]+ more; report.html has them all.");
  }

  @Test
  void saysHowManyVerdictsAreLeftOutOfBothTables() {
    List<RecordedVerdict> many = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      many.add(Verdicts.errorRate("bad" + i, new Group("overall", 300, 1000)));
    }
    for (int i = 0; i < 1000; i++) {
      many.add(Verdicts.errorRate("good" + i, new Group("overall", 20, 1000)));
    }
    MarkdownSummary summary =
        MarkdownSummary.of(new RecordedVerdicts(List.of(Verdicts.SOURCE), many));
    for (int room : new int[] {4_000, 12_000, 60_000, 400_000}) {
      String text = summary.text(room);
      int rows = text.split("\n\\| (?=[✅❌])", -1).length - 1;
      assertThat(text).as("%d bytes", room).hasSizeLessThan(room);
      assertThat(text.contains("<details>")).isEqualTo(text.contains("</details>"));
      if (rows < 1100) {
        assertThat(text)
            .endsWith(
                String.format(
                    Locale.ROOT, "\nAnd %,d more; report.html has them all.\n\n", 1100 - rows));
      } else {
        assertThat(text).doesNotContain("more; report.html");
      }
    }
  }

  @Test
  void addsNothingWhereThereIsNoRoom() throws IOException {
    Path file = directory.resolve("summary.md");
    Files.writeString(file, "x".repeat(MEBIBYTE - 100));
    MarkdownSummary.of(Verdicts.of(PASSING)).appendTo(file);
    assertThat(Files.size(file)).isEqualTo(MEBIBYTE - 100);
  }

  @Test
  void whatIsShownWithoutAClaimStandsInWordsBelow() {
    String text =
        MarkdownSummary.of(
                new RecordedVerdicts(
                    List.of(Verdicts.SOURCE),
                    List.of(Verdicts.warned()),
                    List.of(Verdicts.shown("boot"))))
            .text(MEBIBYTE);
    assertThat(html(MarkdownSummary.of(Verdicts.of(Verdicts.warned())).text(MEBIBYTE)))
        .doesNotContain("nothing claimed");
    assertThat(html(text))
        .contains("Shown, nothing claimed: boot on test&#46;csv")
        .contains("predicted: boot.")
        .contains("<td>second</td>");
  }

  @Test
  void writesInPlaceOfWhatIsThere() throws IOException {
    Path file = directory.resolve("a").resolve("summary.md");
    MarkdownSummary.of(Verdicts.of(FAILING, PASSING)).writeTo(file);
    MarkdownSummary.of(Verdicts.of(PASSING)).writeTo(file);
    assertThat(Files.readString(file, StandardCharsets.UTF_8))
        .startsWith(MarkdownSummary.MARK + "## ✅ May ship")
        .doesNotContain("Do not ship");
  }

  /** As GitHub's dialect of Markdown reads it, by another implementation. */
  private static String html(String markdown) {
    List<Extension> dialect = List.of(TablesExtension.create(), AutolinkExtension.create());
    return HtmlRenderer.builder()
        .extensions(dialect)
        .build()
        .render(Parser.builder().extensions(dialect).build().parse(markdown));
  }

  private static List<String> tags(String html) {
    return Pattern.compile("<(?!!--)[^>]*>")
        .matcher(html)
        .results()
        .map(tag -> tag.group())
        .toList();
  }

  private static String text(String html) {
    return html.replace("<!-- -->", "")
        .replaceAll("<[^>]*>", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
        .replaceAll("\\s+", " ");
  }
}
