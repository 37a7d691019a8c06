package dev.touchstone.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Discoveries;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.evidence.figure.Overlays;
import dev.touchstone.evidence.record.RecordedVerdict;
import dev.touchstone.facts.FactText;
import dev.touchstone.report.Verdicts.Group;
import dev.touchstone.runtime.Policy;
import dev.touchstone.statistics.Proportion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WhyTest {
  @TempDir Path directory;

  /** "{value} of examples are answered wrongly", per group; at most a tenth. */
  private static RecordedVerdict wrong(String model, Group... groups) {
    Evidence.Builder evidence = Evidence.of("error rate", model + " on test.csv");
    Arrays.stream(groups)
        .forEach(
            group ->
                evidence.measured(
                    new Measurement(
                            "error rate", group.name(), Proportion.of(group.wrong(), group.of()))
                        .reading(
                            Reading.share(
                                "{value} of " + group.name() + " are answered wrongly"))));
    return judged(evidence.from(Verdicts.provenance(model)));
  }

  private static RecordedVerdict judged(Evidence evidence) {
    return Verdicts.recorded(
        Claim.of("the error rate is at most 0.1", Bound.upper(0.1)).judge(evidence, Policy.STRICT),
        "isRight");
  }

  private static Why why(RecordedVerdict... verdicts) {
    Discoveries discoveries =
        Verdicts.of(verdicts)
            .discoveries(HtmlReport.RATE, Discoveries.Correction.BENJAMINI_YEKUTIELI);
    return Why.of(Page.numbered(Page.ordered(Verdicts.of(verdicts)), discoveries, List.of()));
  }

  private String page(RecordedVerdict... verdicts) throws IOException {
    Path file = directory.resolve("report.html");
    HtmlReport.of(Verdicts.of(verdicts)).writeTo(file);
    return Files.readString(file);
  }

  @Test
  void aFailureIsASentenceWithItsUnitAndWhatIsAllowed() {
    assertThat(why(wrong("bad.onnx", new Group("all", 820, 1000))).lines())
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.model()).isEqualTo("bad.onnx");
              assertThat(line.sentence())
                  .isEqualTo("82 % of all are answered wrongly; allowed: at most 10 %.");
            });
  }

  @Test
  void ofSeveralGroupsTheGravestIsSaidAndTheOthersCounted() {
    assertThat(
            why(wrong(
                    "bad.onnx",
                    new Group("women", 300, 1000),
                    new Group("men", 900, 1000),
                    new Group("children", 10, 1000)))
                .lines())
        .extracting(Why.Line::sentence)
        .containsExactly(
            "90 % of men are answered wrongly; allowed: at most 10 %. The same holds of 1 other"
                + " measurement.");
  }

  @Test
  void theGravestComesFirst() {
    assertThat(
            why(
                    wrong("a.onnx", new Group("all", 200, 1000)),
                    wrong("b.onnx", new Group("all", 900, 1000)),
                    wrong("c.onnx", new Group("all", 500, 1000)))
                .lines())
        .extracting(Why.Line::model)
        .containsExactly("b.onnx", "c.onnx", "a.onnx");
  }

  @Test
  void whatIsShownOrUndecidedBesideAFailureIsNoReason() {
    assertThat(
            why(
                    wrong("good.onnx", new Group("all", 1, 1000)),
                    wrong("small.onnx", new Group("all", 5, 60)),
                    wrong("bad.onnx", new Group("all", 500, 1000)))
                .lines())
        .extracting(Why.Line::model)
        .containsExactly("bad.onnx");
  }

  @Test
  void withoutAFailureWhatIsUndecidedSaysWhatTheDataAllowFor() {
    // Clopper and Pearson's interval for 5 of 60: 0.02761 to 0.18386 (SciPy 1.17, binomtest).
    assertThat(why(wrong("small.onnx", new Group("all", 5, 60))).lines())
        .extracting(Why.Line::sentence)
        .containsExactly(
            "8.33 % of all are answered wrongly; allowed: at most 10 %. The data allow for anything"
                + " from 2.761 % to 18.39 %.");
  }

  @Test
  void allThatHoldsGivesNoReason() {
    assertThat(why(wrong("good.onnx", new Group("all", 1, 1000))).lines()).isEmpty();
  }

  @Test
  void aScreenHoldsAFewReasonsAndCountsTheOthers() {
    Why why =
        why(
            IntStream.range(0, 20)
                .mapToObj(i -> wrong("m" + i, new Group("all", 500 + i, 1000)))
                .toArray(RecordedVerdict[]::new));
    assertThat(why.lines()).hasSize(6);
    assertThat(why.more()).isEqualTo(14);
  }

  @Test
  void thePageSaysWhyBeforeItCountsAndCorrects() throws IOException {
    assertThat(page(wrong("bad.onnx", new Group("all", 820, 1000))))
        .containsSubsequence(
            "Do not ship",
            "82 % of all are answered wrongly; allowed: at most 10 %.",
            "1 FAIL on 1 model",
            "Benjamini-Yekutieli");
  }

  @Test
  void sharesAreInPercentInTheTableToo() throws IOException {
    assertThat(page(wrong("bad.onnx", new Group("all", 820, 1000))))
        .contains("<b>82 %</b> [79.48 %, 84.33 %], n = 1,000")
        .contains("tolerance ≤ 10 %");
  }

  @Test
  void anExampleOfTheSignalThatDecidesStandsBesideTheSentence() {
    Evidence.Builder evidence =
        Evidence.of("spurious reliance", "bad.onnx on test")
            .measured(new Measurement("spurious score", "a frame to 3", Proportion.of(1, 1000)))
            .measured(new Measurement("spurious score", "a tag to 3", Proportion.of(820, 1000)))
            .figure(signal("signal-1", "Gradient of class 3 without and with a frame", "frame"))
            .figure(signal("signal-2", "Gradient of class 3 without and with a tag", "tag"));
    assertThat(why(judged(evidence.from(Verdicts.provenance("bad.onnx")))).lines())
        .singleElement()
        .satisfies(
            line ->
                assertThat(line.pictures())
                    .extracting(Tiles.Shown::caption)
                    .containsExactly("tag before", "tag after"));
  }

  private static Figure signal(String name, String title, String caption) {
    return new Overlays(
        name,
        title,
        List.of(
            new Overlays.Tile(caption + " before", 1, 1, 1, new float[] {0}, new float[0]),
            new Overlays.Tile(caption + " after", 1, 1, 1, new float[] {1}, new float[0])));
  }

  @Test
  void trainersStandApartFromModels() throws IOException {
    Evidence aboutTraining =
        Evidence.of("mislabelled examples", "a trainer")
            .measured(new Measurement("error rate", "overall", Proportion.of(1, 1000)))
            .from(
                Provenance.read(
                    new FactText.Texts(
                        Map.of("name", "logistic regression", "trainer", "logistic regression"),
                        Map.of(),
                        Map.of(),
                        Map.of()),
                    42,
                    Instant.EPOCH,
                    1));
    String page = page(wrong("good.onnx", new Group("all", 1, 1000)), judged(aboutTraining));
    assertThat(page)
        .containsSubsequence(">Models</h2>", "good.onnx", ">How models are made</h2>", "logistic")
        .contains("2 PASS on 1 model and 1 trainer");
  }
}
