package dev.touchstone.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.record.RecordedVerdicts;
import dev.touchstone.evidence.record.VerdictFiles;
import dev.touchstone.evidence.record.VerdictReader;
import dev.touchstone.gate.policy.PolicyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.apache.commons.statistics.distribution.DiscreteDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How often the gate lets a model through whose true error rate is exactly what is tolerated: the
 * way from counts to the decision, files included, as often as it takes.
 */
class ErrorRateOfTheGateTest {
  private static final double TOLERANCE = 0.05;
  private static final int DECISIONS = 2000;

  @TempDir Path directory;

  private int shipped(double trueRate, long seed) throws IOException {
    PolicyFile policy =
        PolicyFile.read(
            Files.writeString(
                directory.resolve("policy.yaml"),
                """
                schema: touchstone-policy/1
                free: [error]
                name: simulated
                models:
                  - name: income.onnx
                    claims:
                      - {name: c, check: error rate, quantity: error rate, at-most: 0.05, groups: overall}
                """),
            LocalDate.of(2026, 11, 22));
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    DiscreteDistribution.Sampler errors =
        BinomialDistribution.of(1000, trueRate).createSampler(random);
    Judged[] judged = new Judged[DECISIONS];
    for (int i = 0; i < DECISIONS; i++) {
      judged[i] =
          Judged.passing()
              .onModel("income.onnx", Judged.digest("model " + i))
              .claiming(Bound.upper(TOLERANCE))
              .erring("overall", errors.sample())
              .by("com.acme.IncomeTest", "draw" + i);
    }
    Path run = Files.createTempDirectory(directory, "run");
    RecordedVerdicts verdicts = VerdictReader.read(VerdictFiles.write(run, judged));
    assertThat(verdicts.verdicts()).hasSize(DECISIONS);
    Gate gate = Gate.withDefaults().at(Clock.fixed(Judged.NOW, ZoneOffset.UTC));
    int shipped = 0;
    for (int i = 0; i < DECISIONS; i++) {
      Candidate candidate =
          new Candidate("income.onnx", Path.of("m.onnx"), Judged.digest("model " + i));
      RecordedVerdicts ofOne =
          new RecordedVerdicts(verdicts.sources(), List.of(verdicts.verdicts().get(i)));
      Decision decision = gate.decide(policy, List.of(candidate), ofOne);
      shipped += decision.ruling() == Ruling.SHIP ? 1 : 0;
    }
    return shipped;
  }

  @Test
  void aModelExactlyAtTheToleranceShipsInAtMostOneOfFortyCases() throws IOException {
    double rate = shipped(TOLERANCE, 42) / (double) DECISIONS;
    // The exact probability: at most 36 of 1,000 errors have an upper limit of at most 0.05.
    double exact = BinomialDistribution.of(1000, TOLERANCE).cumulativeProbability(36);
    assertThat(exact).isLessThan(0.025);
    assertThat(rate).isLessThanOrEqualTo(0.025);
    assertThat(rate).isBetween(exact - 0.01, exact + 0.01);
  }

  @Test
  void aModelWellInsideTheToleranceMostlyShips() throws IOException {
    assertThat(shipped(0.03, 43)).isGreaterThan(DECISIONS * 4 / 5);
  }
}
