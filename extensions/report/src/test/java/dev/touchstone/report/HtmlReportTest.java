package dev.touchstone.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Discoveries;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Guess;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.ModelTests;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.record.RecordedVerdict;
import dev.touchstone.evidence.record.RecordedVerdicts;
import dev.touchstone.evidence.record.VerdictSource;
import dev.touchstone.report.Verdicts.Group;
import dev.touchstone.runtime.Policy;
import dev.touchstone.statistics.Proportion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HtmlReportTest {
  private static final RecordedVerdict PASSING =
      Verdicts.errorRate("good.onnx", new Group("overall", 20, 1000));
  private static final RecordedVerdict FAILING =
      Verdicts.errorRate("bad.onnx", new Group("overall", 300, 1000));
  private static final RecordedVerdict UNDECIDED =
      Verdicts.errorRate("small.onnx", new Group("overall", 5, 100));

  @TempDir Path directory;

  @Test
  void saysThatModelsMayShipWhenEveryClaimHolds() throws IOException {
    assertThat(page(Verdicts.of(PASSING))).contains("<h1><span class=\"o P big\">May ship</span>");
  }

  @Test
  void saysNotToShipWhenAClaimIsRefuted() throws IOException {
    assertThat(page(Verdicts.of(PASSING, FAILING, UNDECIDED)))
        .contains("<h1><span class=\"o F big\">Do not ship</span>")
        .contains("1 FAIL, 1 INCONCLUSIVE, 1 PASS on 3 models");
  }

  @Test
  void saysNotDecidedWhenAClaimIsUndecided() throws IOException {
    assertThat(page(Verdicts.of(PASSING, UNDECIDED)))
        .contains("<h1><span class=\"o I big\">Not decided</span>");
  }

  @Test
  void aWarningIsShownOnTheFirstScreenAtItsVerdictAndInTheEvidence() throws IOException {
    assertThat(page(Verdicts.of(PASSING, Verdicts.warned())))
        .contains("<h1><span class=\"o P big\">May ship</span>")
        .contains("<p class=\"warn\">1 verdict carries a warning, of which 1 counts as shown")
        .containsOnlyOnce("<i>warning</i>")
        .containsOnlyOnce("<p class=\"warn u\">Warning: it says &lt;b&gt;nothing&lt;/b&gt;.</p>");
    assertThat(page(Verdicts.of(PASSING))).doesNotContain("carries a warning", "<i>warning</i>");
  }

  @Test
  void aGuessStandsBesideTheIntervalThatItIsComparedWith() throws IOException {
    Evidence evidence =
        Evidence.of("error rate", "good.onnx on test.csv")
            .measured(
                new Measurement("error rate", "overall", Proportion.of(20, 1000))
                    .beside(new Guess("always answering \"no\"", 0.3)))
            .from(Verdicts.provenance("good.onnx"));
    Verdict verdict =
        Claim.of("the error rate is at most 0.1", Bound.upper(0.1)).judge(evidence, Policy.STRICT);
    assertThat(page(Verdicts.of(Verdicts.recorded(verdict, "isRight"))))
        .contains("; always answering \"no\": 0.3</span>");
  }

  @Test
  void saysNotDecidedWithoutAnyVerdict() throws IOException {
    assertThat(page(Verdicts.of()))
        .contains("<h1><span class=\"o I big\">Not decided</span>")
        .contains("<p>There is no verdict: nothing was judged. This is what the tests say");
  }

  @Test
  void saysNotDecidedWhenEvidenceIsMissing() throws IOException {
    VerdictSource killed =
        new VerdictSource(Path.of("v.json"), "cd".repeat(32), "run-2", 1, 2, ModelTests.NONE);
    assertThat(page(new RecordedVerdicts(List.of(killed), List.of(PASSING))))
        .contains("<h1><span class=\"o I big\">Not decided</span>")
        .contains(
            "Evidence is missing: 2 JVMs did not end by themselves, 1 verdict was lost or"
                + " half-written. Run the tests again.");
  }

  @Test
  void saysNotDecidedOfEveryModelWhenEvidenceIsMissing() throws IOException {
    VerdictSource killed =
        new VerdictSource(Path.of("v.json"), "cd".repeat(32), "run-2", 0, 1, ModelTests.NONE);
    String page = page(new RecordedVerdicts(List.of(killed), List.of(PASSING, FAILING)));
    assertThat(text(page))
        .contains("Do not ship bad.onnx 01234567 1 FAIL")
        .contains("Not decided good.onnx 01234567 1 PASS")
        .doesNotContain("May ship");
  }

  @Test
  void answersForEachModel() throws IOException {
    assertThat(text(page(Verdicts.of(PASSING, FAILING))))
        .contains("Do not ship bad.onnx 01234567 1 FAIL")
        .contains("May ship good.onnx 01234567 1 PASS");
  }

  @Test
  void showsTheEstimateWithItsIntervalAndItsSampleSize() throws IOException {
    // Clopper-Pearson for 20 of 1000: scipy.stats.beta.ppf gives 0.012258 to 0.030720.
    assertThat(text(page(Verdicts.of(PASSING))))
        .contains("PASS 0.02 [0.01226, 0.03072], n = 1,000");
  }

  @Test
  void namesTheMethodBehindEachInterval() throws IOException {
    assertThat(text(page(Verdicts.of(PASSING)))).contains("0.01226 to 0.03072 Clopper-Pearson");
  }

  @Test
  void showsTheGroupThatDecides() throws IOException {
    RecordedVerdict verdict =
        Verdicts.errorRate(
            "m",
            new Group("overall", 150, 2000),
            new Group("sex=F", 120, 400),
            new Group("sex=M", 30, 1600));
    assertThat(text(page(Verdicts.of(verdict)))).contains("n = 400 tolerance ≤ 0.1 sex=F, 1 of 3");
  }

  @Test
  void claimsWithOtherTolerancesStandInOtherRows() throws IOException {
    // 30 of 200: 0.15 [0.1035, 0.2072] by Clopper and Pearson.
    List<RecordedVerdict> verdicts = new ArrayList<>();
    for (double tolerance : new double[] {0.1, 0.3}) {
      Evidence evidence =
          Evidence.of("calibration", "m on d")
              .measured(new Measurement("error", "overall", Proportion.of(30, 200)))
              .from(Verdicts.provenance("m"));
      Claim claim = Claim.of("is calibrated", Bound.upper(tolerance));
      verdicts.add(Verdicts.recorded(claim.judge(evidence, Policy.STRICT), "isCalibrated"));
    }
    String page = page(new RecordedVerdicts(List.of(Verdicts.SOURCE), verdicts));
    assertThat(page.split("<th scope=\"row\"><span class=\"u\">is calibrated", -1)).hasSize(3);
    assertThat(text(page))
        .contains("0.15 [0.1035, 0.2072], n = 200 tolerance ≤ 0.1")
        .contains("0.15 [0.1035, 0.2072], n = 200 tolerance ≤ 0.3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"de-DE", "ar-EG-u-nu-arab", "hi-IN-u-nu-deva", "fr-CH"})
  void theSameVerdictsMakeTheSameBytesWhateverTheLocale(String tag) throws IOException {
    RecordedVerdicts verdicts =
        Verdicts.of(
            Verdicts.errorRate(
                "m",
                claim -> claim,
                evidence -> Verdicts.everything(evidence, "boot"),
                new Group("overall", 20, 1000)));
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.ROOT);
      String page = page(verdicts);
      Locale.setDefault(Locale.forLanguageTag(tag));
      assertThat(page(verdicts)).isEqualTo(page);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void saysHowManyMoreExamplesWouldDecide() throws IOException {
    // The exact test's power at a rate of 5 of 100, see ToDecideTest.
    assertThat(text(page(Verdicts.of(UNDECIDED))))
        .contains(
            "overall: about 243 fresh examples would show the claim in 80 % of runs (these were"
                + " 100), if the true value is 0.05, the estimate.");
  }

  @Test
  void marksDiscoveriesAndSaysWhatTheyMean() throws IOException {
    assertThat(text(page(Verdicts.of(FAILING, PASSING))))
        .contains(
            "1 of 1 FAIL is a discovery when all 2 claims are counted together"
                + " (Benjamini-Yekutieli): of what is marked so, at most 5 % is expected to be a"
                + " false alarm.")
        .contains("FAIL discovery 0.3")
        .contains("Refuted, and a discovery");
  }

  @Test
  void saysWhichFailuresAreNoDiscoveries() throws IOException {
    // p = P(X ≥ 121 | 1000, 0.1) = 0.01726 < 0.025 by scipy.stats.binom; among 30 claims its
    // adjusted value is over 1.
    List<RecordedVerdict> verdicts = new ArrayList<>();
    verdicts.add(Verdicts.errorRate("unlucky", new Group("overall", 121, 1000)));
    for (int i = 0; i < 29; i++) {
      verdicts.add(Verdicts.errorRate("m" + i, new Group("overall", 20, 1000)));
    }
    assertThat(text(page(new RecordedVerdicts(List.of(Verdicts.SOURCE), verdicts))))
        .contains("0 of 1 FAIL is a discovery when all 30 claims")
        .contains("Refuted, but no discovery");
  }

  @Test
  void namesAnotherCorrection() throws IOException {
    Path file = directory.resolve("bh.html");
    HtmlReport.of(Verdicts.of(FAILING))
        .correctedBy(Discoveries.Correction.BENJAMINI_HOCHBERG)
        .writeTo(file);
    assertThat(Files.readString(file)).contains("(Benjamini-Hochberg)");
  }

  @Test
  void aLenientPolicyIsNoPlainYes() throws IOException {
    Verdict undecided = UNDECIDED.verdict();
    Verdict lenient = undecided.claim().judge(undecided.evidence(), Policy.LENIENT);
    String page = page(Verdicts.of(PASSING, Verdicts.recorded(lenient, "isRight")));
    assertThat(page)
        .contains("<h1><span class=\"o A big\">May ship, with exceptions</span>")
        .contains("<p class=\"warn\">1 claim was not shown to hold and is accepted nevertheless;");
    assertThat(text(page))
        .contains("May ship, with exceptions small.onnx 01234567 1 INCONCLUSIVE (accepted)")
        .contains("May ship good.onnx 01234567 1 PASS")
        .contains("Accepted although undecided: this run's policy is lenient.");
  }

  @Test
  void saysThatAnAcceptedFailureDoesNotFailItsTest() throws IOException {
    assertThat(text(page(Verdicts.of(FAILING))))
        .contains("A FAIL that is no discovery still fails its test unless it is accepted, but");
  }

  @Test
  void marksWhatIsAcceptedAlthoughItDoesNotPass() throws IOException {
    RecordedVerdict accepted =
        Verdicts.errorRate(
            "m",
            claim -> claim.allowingInconclusive("a pilot with 100 patients"),
            evidence -> {},
            new Group("overall", 5, 100));
    assertThat(text(page(Verdicts.of(accepted))))
        .contains("May ship")
        .contains("1 INCONCLUSIVE (accepted)")
        .contains("INCONCLUSIVE accepted 0.05")
        .contains("Accepted although undecided: a pilot with 100 patients");
  }

  @Test
  void showsWhyAClaimIsMadeAndHowToRunItAgain() throws IOException {
    RecordedVerdict verdict =
        Verdicts.errorRate(
            "m",
            claim -> claim.because("ECOA, 15 U.S.C. 1691"),
            evidence -> {},
            new Group("overall", 20, 1000));
    assertThat(text(page(Verdicts.of(verdict))))
        .contains("Because: ECOA, 15 U.S.C. 1691")
        .contains("./mvnw test -Dtest='ModelTest#isRight' -Dtouchstone.seed=42")
        .contains("fingerprint " + verdict.fingerprint());
  }

  @Test
  void putsModelsWithTheSameClaimInOneTable() throws IOException {
    String page = page(Verdicts.of(PASSING, FAILING));
    assertThat(page.split("<table>", -1)).hasSize(2);
    assertThat(page)
        .contains("<th scope=\"col\" data-model=\"0\">bad.onnx 01234567</th>")
        .contains("<th scope=\"col\" data-model=\"1\">good.onnx 01234567</th>");
  }

  @Test
  void tellsApartModelsOfOneNameByTheirHash() {
    assertThat(Board.modelName(PASSING)).isEqualTo("good.onnx 01234567");
  }

  @Test
  void theSameVerdictsMakeTheSameBytes() throws IOException {
    assertThat(page(Verdicts.of(UNDECIDED, FAILING, PASSING)))
        .isEqualTo(page(Verdicts.of(PASSING, FAILING, UNDECIDED)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)",
        "</style><script>alert(1)</script>",
        "<!-- <!DOCTYPE",
        "javascript:alert(1)",
        "${7*7} @if(true)"
      })
  void hostileTextIsOnlyText(String text) throws IOException {
    RecordedVerdict hostile =
        Verdicts.errorRate(
            text,
            claim -> claim.because(text).acceptingKnown(text, LocalDate.of(2030, 1, 1)),
            evidence -> Verdicts.everything(evidence, text),
            new Group(text, 300, 1000));
    RecordedVerdict harmless =
        Verdicts.errorRate(
            "m",
            claim -> claim.because("m").acceptingKnown("m", LocalDate.of(2030, 1, 1)),
            evidence -> Verdicts.everything(evidence, "m"),
            new Group("m", 300, 1000));
    String page =
        page(
            new RecordedVerdicts(
                List.of(Verdicts.SOURCE), List.of(hostile), List.of(Verdicts.shown(text))));
    String expected =
        page(
            new RecordedVerdicts(
                List.of(Verdicts.SOURCE), List.of(harmless), List.of(Verdicts.shown("m"))));
    // The same elements and the same attributes: nothing of the text has become markup.
    assertThat(markup(page)).isEqualTo(markup(expected));
    assertThat(text(page)).contains("Because: " + text.replaceAll("\\s+", " "));
  }

  @Test
  void directionAndControlCharactersAreSpeltOut() throws IOException {
    RecordedVerdict hostile =
        Verdicts.errorRate(
            "m\u202Egpj.exe",
            claim -> claim.because("a\u0000b\u2066c"),
            evidence -> Verdicts.everything(evidence, "x\u202Ey\u001B[2J"),
            new Group("g\u200Fh", 20, 1000));
    assertThat(page(Verdicts.of(hostile)))
        .contains("m\\u202Egpj.exe", "a\\u0000b\\u2066c", "x\\u202Ey\\u001B[2J", "g\\u200Fh")
        .doesNotContain("\u202E", "\u0000", "\u2066", "\u001B", "\u200F");
  }

  @Test
  void allowsNoRequestAndNoScriptButItsOwn() throws Exception {
    String page = page(Verdicts.of(PASSING));
    assertThat(page)
        .contains("default-src &#39;none&#39;; img-src data:;")
        .contains(
            "script-src &#39;"
                + hash(page, "<script>(.*?)</script>", 0)
                + "&#39; &#39;"
                + hash(page, "<script>(.*?)</script>", 1))
        .contains("style-src &#39;" + hash(page, "<style>(.*?)</style>", 0));
    assertThat(page).doesNotContain(" style=\"", " onclick=", "http://", "https://", "url(");
  }

  @Test
  void largeRunsKeepTheRestOfTheirEvidencePacked() throws IOException {
    Path file = directory.resolve("packed.html");
    HtmlReport.of(Verdicts.of(PASSING, FAILING)).layingOut(4000).writeTo(file);
    String page = Files.readString(file);
    // The gravest is laid out; the other is found in the pack.
    assertThat(page).containsOnlyOnce("<article").contains("Refuted, and a discovery");
    Matcher pack =
        Pattern.compile("<script type=\"application/gzip\" class=\"z\" data-ids=\"v2\">([^<]*)<")
            .matcher(page);
    assertThat(pack.find()).isTrue();
    byte[] packed = Base64.getDecoder().decode(pack.group(1));
    try (GZIPInputStream plain = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      assertThat(new String(plain.readAllBytes(), StandardCharsets.UTF_8))
          .contains("<article class=\"sheet\" id=\"v2\"", "Shown: every interval");
    }
    assertThat(page).contains("<noscript>");
  }

  @Test
  void smallRunsNeedNoScriptForTheirEvidence() throws IOException {
    assertThat(page(Verdicts.of(PASSING, FAILING)))
        .doesNotContain("application/gzip", "<noscript>")
        .contains("id=\"v1\"", "id=\"v2\"");
  }

  @Test
  void whatIsShownWithoutAClaimHasASectionOfItsOwnAndJudgesNothing() throws IOException {
    assertThat(page(Verdicts.of(PASSING))).doesNotContain("Shown by tests");
    String page =
        page(
            new RecordedVerdicts(
                List.of(Verdicts.SOURCE), List.of(PASSING), List.of(Verdicts.shown("boot"))));
    assertThat(page)
        .contains(
            "<h2 id=\"h-shown\">Shown by tests</h2>",
            "boot on test.csv; ModelTest.isRight; model 01234567, data fedcba98, seed 42",
            "1 of 1 verdicts shown");
  }

  @Test
  void aPageThatCannotBeWrittenSaysWhere() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    assertThatThrownBy(
            () -> HtmlReport.of(Verdicts.of(PASSING)).writeTo(file.resolve("report.html")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(file.resolve("report.html").toString());
  }

  private String page(RecordedVerdicts verdicts) throws IOException {
    Path file = directory.resolve("a").resolve("report.html");
    HtmlReport.of(verdicts).writeTo(file);
    assertThat(file.getParent()).isDirectoryContaining(f -> f.equals(file));
    return Files.readString(file);
  }

  /** What a reader reads, without the page's own scripts and styles. */
  private static String text(String page) {
    return page.replaceAll("(?s)<(script|style)>.*?</\\1>", " ")
        .replaceAll("(?s)<(?:[^>\"]|\"[^\"]*\")*>", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#34;", "\"")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
        .replaceAll("\\s+", " ");
  }

  /** The tags with the names of their attributes. */
  private static List<String> markup(String page) {
    return Pattern.compile("<(?:[^>\"]|\"[^\"]*\")*>")
        .matcher(page)
        .results()
        .map(tag -> tag.group().replaceAll("=\"[^\"]*\"", ""))
        .toList();
  }

  private static String hash(String page, String element, int which) throws Exception {
    Matcher matcher = Pattern.compile(element, Pattern.DOTALL).matcher(page);
    for (int i = 0; i <= which; i++) {
      assertThat(matcher.find()).isTrue();
    }
    byte[] sha256 =
        MessageDigest.getInstance("SHA-256")
            .digest(matcher.group(1).getBytes(StandardCharsets.UTF_8));
    return "sha256-" + Base64.getEncoder().encodeToString(sha256);
  }
}
