package dev.touchstone.gate.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.gate.Judged;
import dev.touchstone.gate.Ruling;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of claims, columns of candidates. */
class ComparisonTest {
  @TempDir Path directory;

  private CandidateRun run(Judged... judged) {
    return new CandidateRun(
        new CandidateFile("touchstone.model", Path.of("income.onnx"), Judged.MODEL),
        directory.resolve("income.onnx"),
        List.of(),
        Judged.run(judged),
        List.of());
  }

  private List<String> rows(Judged... judged) {
    return new Comparison(Suite.of(List.of(directory)), List.of(run(judged)))
        .toText()
        .lines()
        .skip(1)
        .takeWhile(line -> !line.isBlank())
        .toList();
  }

  @Test
  void ofSeveralVerdictsOfATestOnOneClaimTheGravestIsShown() {
    Judged passing = Judged.passing();
    Judged failing = passing.withSettings(Map.of("error", "another")).erring("overall", 100);
    Judged undecided = passing.withSettings(Map.of("error", "a third")).erring("overall", 40);
    assertThat(rows(passing, failing, undecided)).singleElement().asString().contains("FAIL 0.1");
    assertThat(rows(failing, undecided, passing)).singleElement().asString().contains("FAIL 0.1");
    assertThat(rows(undecided, passing)).singleElement().asString().contains("INCONCLUSIVE 0.04");
  }

  @Test
  void aComparisonOfTheCandidateWithItselfDecidesNothing() {
    for (String other : List.of("approved sha256", "reference sha256")) {
      CandidateRun run = run(Judged.passing().withSettings(Map.of(other, Judged.MODEL)));
      assertThat(run.ruling()).isEqualTo(Ruling.NOT_DECIDED);
      assertThat(run.reasons())
          .singleElement()
          .satisfies(
              reason ->
                  assertThat(reason.text())
                      .startsWith("compared with itself, which shows nothing: ")
                      .endsWith("; the approved model, or the reference, is this one"));
      Judged another = Judged.passing().withSettings(Map.of(other, Judged.digest("other")));
      assertThat(run(another).ruling()).isEqualTo(Ruling.SHIP);
    }
  }

  @Test
  void aRefutedComparisonOfTheCandidateWithItselfIsToldOnce() {
    CandidateRun run =
        run(
            Judged.passing()
                .withSettings(Map.of("approved sha256", Judged.MODEL))
                .erring("overall", 100));
    assertThat(run.reasons()).singleElement();
    assertThat(run.ruling()).isEqualTo(Ruling.DO_NOT_SHIP);
  }

  @Test
  void claimsOfTheSameBeginningAreToldApart() {
    String beginning = "errs rarely ".repeat(6);
    List<String> rows =
        rows(
            Judged.passing().with(claim -> claim.identifiedAs(beginning + "by day")),
            Judged.passing().with(claim -> claim.identifiedAs(beginning + "by night")));
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0)).contains("by day");
    assertThat(rows.get(1)).contains("by night");
    assertThat(rows.get(0).split("\\s{2,}")[0]).isNotEqualTo(rows.get(1).split("\\s{2,}")[0]);
  }

  @Test
  void claimsThatDifferInTheirTestAloneAreToldApart() {
    List<String> rows =
        rows(
            Judged.passing().by("com.acme.IncomeTest", "byDay"),
            Judged.passing().by("com.acme.IncomeTest", "byNight"));
    assertThat(rows.get(0)).startsWith("IncomeTest.byDay: the error rate is ≤ 0.05, on test.csv");
    assertThat(rows.get(1)).startsWith("IncomeTest.byNight: ");
  }
}
