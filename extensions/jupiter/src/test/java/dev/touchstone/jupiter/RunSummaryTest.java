package dev.touchstone.jupiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.Warning;
import dev.touchstone.facts.FactText;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.statistics.Proportion;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunSummaryTest {
  private static final Path REPORT = Path.of("target/touchstone");

  private final RunSummary summary = new RunSummary();

  private static RunContext context(Path directory) {
    return RunContext.of(
        new Settings("cpu", 42, Policy.STRICT, 512L << 20, directory), RunSession.isolated());
  }

  private static Verdict verdict(Claim claim, String model, int errorsOverall, int errorsOfGroup) {
    return claim.judge(
        Evidence.of("error rate", model)
            .measured(new Measurement("error rate", "overall", Proportion.of(errorsOverall, 100)))
            .measured(new Measurement("error rate", "sex=a", Proportion.of(errorsOfGroup, 100)))
            .from(
                Provenance.read(
                    new FactText.Texts(Map.of("name", model), Map.of(), Map.of(), Map.of()),
                    42,
                    Instant.EPOCH,
                    0)),
        Policy.STRICT);
  }

  private static Claim claim() {
    return Claim.of("the error rate is at most 0.1, overall and per group", Bound.upper(0.1));
  }

  private void add(Verdict verdict) {
    summary.add(verdict, context(REPORT));
  }

  @Test
  void theWorstVerdictComesFirstWithItsWorstSlice() {
    add(verdict(claim(), "good.onnx", 0, 0));
    add(verdict(claim().allowingInconclusive("few examples"), "small.onnx", 0, 12));
    add(verdict(claim(), "bad.onnx", 0, 30));
    assertThat(summary.take(REPORT, 140).lines())
        .containsExactly(
            "FAIL                    bad.onnx    error rate  sex=a    0.3 [0.2124, 0.3998]    "
                + "≤ 0.1  n = 100  the error rate is at most 0.1, overall and…",
            "INCONCLUSIVE, accepted  small.onnx  error rate  sex=a    0.12 [0.06357, 0.2002]  "
                + "≤ 0.1  n = 100  the error rate is at most 0.1, overall and…",
            "PASS                    good.onnx   error rate  overall  0 [0, 0.03622]          "
                + "≤ 0.1  n = 100  the error rate is at most 0.1, overall and…",
            "Touchstone: 1 FAIL; 1 INCONCLUSIVE, accepted; 1 PASS in"
                + " target/touchstone/verdicts.json");
  }

  @Test
  void aPassingVerdictThatIsWarnedOfIsMarkedAndTheWarningStandsBelowInFull() {
    Evidence evidence =
        Evidence.of("error rate", "constant.onnx")
            .measured(new Measurement("error rate", "overall", Proportion.of(2, 100)))
            .warn(new Warning("one-class", "it says nothing " + "very ".repeat(40) + "loudly"))
            .from(
                Provenance.read(
                    new FactText.Texts(
                        Map.of("name", "constant.onnx"), Map.of(), Map.of(), Map.of()),
                    42,
                    Instant.EPOCH,
                    0));
    add(claim().judge(evidence, Policy.STRICT));
    add(verdict(claim(), "good.onnx", 0, 0));
    assertThat(summary.take(REPORT, 140).lines())
        .anyMatch(line -> line.startsWith("PASS, warned  constant.onnx  error rate"))
        .anyMatch(line -> line.startsWith("PASS          good.onnx"))
        .contains("Touchstone: 1 PASS, warned; 1 PASS in target/touchstone/verdicts.json")
        .last()
        .asString()
        .startsWith(
            "WARNING: the error rate is at most 0.1, overall and per group: it says nothing very")
        .endsWith("very loudly");
  }

  /** The longest that a verdict of the samples has of each, and longer. */
  private void addALongOne() {
    Measurement rate =
        new Measurement(
            "false-negative rate (class 1) increase",
            "5 x 5 patch #35689467 at bottom left to 6",
            Proportion.of(123_457, 987_654));
    add(
        Claim.of("the rate is at most 0.12512", Bound.upper(0.12512))
            .allowingInconclusive("few examples")
            .judge(
                Evidence.of("long", "long")
                    .measured(rate)
                    .from(
                        Provenance.read(
                            new FactText.Texts(
                                Map.of("name", "fashion-textured-healthy-2026-03-31.onnx"),
                                Map.of(),
                                Map.of(),
                                Map.of()),
                            42,
                            Instant.EPOCH,
                            0)),
                Policy.STRICT));
  }

  @ParameterizedTest
  @ValueSource(ints = {60, 80, 100, 120, 200})
  void everyNumberIsWholeHoweverNarrowTheTerminal(int width) {
    addALongOne();
    add(verdict(claim(), "m".repeat(500), 0, 30));
    String table = summary.take(REPORT, width);
    assertThat(table)
        .contains("0.125 [0.1243, 0.1257]  ≤ 0.1251  n = 987654")
        .containsPattern("0\\.3 \\[0\\.2124, 0\\.3998\\] +≤ 0\\.1 +n = 100");
    assertThat(table.lines())
        .filteredOn(line -> !line.startsWith("Touchstone:"))
        .allSatisfy(line -> assertThat(line).hasSizeBetween(1, width));
  }

  @Test
  void namesAreShortenedInTheirMiddle() {
    addALongOne();
    assertThat(summary.take(REPORT, 120).lines().toList().get(0))
        .isEqualTo(
            "INCONCLUSIVE, accepted  fashion-te…onnx  false-nega…ease  5 x 5 patc… to 6  "
                + "0.125 [0.1243, 0.1257]  ≤ 0.1251  n = 987654");
  }

  @Test
  void wherePlaceIsShortTheNumbersStandBelow() {
    addALongOne();
    assertThat(summary.take(REPORT, 80).lines().limit(2))
        .containsExactly(
            "INCONCLUSIVE, accepted  fashion-tex….onnx  false-negat…rease  5 x 5 patch … to 6",
            "    0.125 [0.1243, 0.1257]  ≤ 0.1251  n = 987654");
  }

  /** A statement holds numbers too: it ends after a word. */
  @Test
  void aStatementIsCutAfterAWord() {
    add(
        verdict(
            Claim.of("of all answers there are at most 0.123456 wrong", Bound.upper(0.1)),
            "m.onnx",
            0,
            0));
    for (int width = 60; width < 140; width++) {
      String line = summary.take(REPORT, width).lines().toList().get(0);
      assertThat(line.contains("0.12") && !line.contains("0.123456")).as(line).isFalse();
      add(
          verdict(
              Claim.of("of all answers there are at most 0.123456 wrong", Bound.upper(0.1)),
              "m.onnx",
              0,
              0));
    }
  }

  @Test
  void thePathToTheVerdictsIsWhole() {
    Path deep = Path.of("target", "d".repeat(150));
    summary.add(verdict(claim(), "good.onnx", 0, 0), context(deep));
    assertThat(summary.take(deep, 80)).endsWith(deep.resolve("verdicts.json").toString());
  }

  @Test
  void withoutVerdictsThereIsNothingToSay() {
    assertThat(summary.take(REPORT, 80)).isEmpty();
  }

  @Test
  void theNextRunStartsEmpty() {
    add(verdict(claim(), "good.onnx", 0, 0));
    summary.take(REPORT, 80);
    assertThat(summary.take(REPORT, 80)).isEmpty();
  }

  @Test
  void verdictsOfTestsOfTestsAreLeftOut() {
    summary.add(verdict(claim(), "bad.onnx", 0, 30), context(Path.of("target/elsewhere")));
    assertThat(summary.take(REPORT, 80)).isEmpty();
  }

  @Test
  void theOrderOfVerdictsDoesNotChangeTheTable() {
    add(verdict(claim(), "a.onnx", 0, 0));
    add(verdict(claim(), "b.onnx", 0, 0));
    String table = summary.take(REPORT, 120);
    add(verdict(claim(), "b.onnx", 0, 0));
    add(verdict(claim(), "a.onnx", 0, 0));
    assertThat(summary.take(REPORT, 120)).isEqualTo(table);
  }

  @Test
  void ofThousandsTheWorstAreShown() {
    for (int i = 0; i < 1000; i++) {
      add(verdict(claim(), "m" + i, 0, 0));
    }
    add(verdict(claim(), "bad", 0, 30));
    assertThat(summary.take(REPORT, 120).lines())
        .hasSize(102)
        .first()
        .asString()
        .startsWith("FAIL  bad");
  }
}
