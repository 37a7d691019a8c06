package dev.touchstone.gate.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.gate.Judged;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of claims, columns of candidates. */
class ComparisonTest {
  @TempDir Path directory;

  private List<String> rows(Judged... judged) {
    CandidateRun run =
        new CandidateRun(
            new CandidateFile("touchstone.model", Path.of("income.onnx"), Judged.MODEL),
            directory.resolve("income.onnx"),
            List.of(),
            Judged.run(judged),
            List.of());
    return new Comparison(Suite.of(List.of(directory)), List.of(run))
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
