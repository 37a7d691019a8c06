package dev.touchstone.assertions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Guess;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.Warning;
import dev.touchstone.evidence.baseline.KnownClaims;
import dev.touchstone.facts.FactText;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TestIdentity;
import dev.touchstone.statistics.Proportion;
import dev.touchstone.statistics.Undetermined;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The messages as a user sees them. The intervals are Clopper-Pearson's: for 30 of 100 (0.2124,
 * 0.3998), for 12 of 100 (0.06357, 0.2002), for 0 of 100 (0, 1 − 0.025^(1/100) = 0.03622).
 */
class VerdictMessageTest {
  private static final Claim CLAIM = Claim.of("the error rate is at most 0.1", Bound.upper(0.1));

  private static final RunContext CONTEXT =
      RunContext.of(
          new Settings("cpu", 42, Policy.STRICT, 512L << 20, Path.of("target/touchstone")),
          RunSession.isolated());

  private static Evidence.Builder evidence() {
    return Evidence.of("error rate", "a.onnx on test (n = 100)");
  }

  private static Measurement errors(String slice, int errors) {
    return new Measurement("error rate", slice, Proportion.of(errors, 100));
  }

  private static Verdict judge(Claim claim, Evidence.Builder evidence) {
    return claim.judge(
        evidence.from(
            Provenance.read(
                new FactText.Texts(
                    Map.of("name", "a.onnx"), Map.of("name", "test"), Map.of(), Map.of()),
                42,
                Instant.EPOCH,
                0.5)),
        Policy.STRICT);
  }

  private static String message(Verdict verdict) {
    return VerdictMessage.of(
            verdict,
            CONTEXT.forTest(new TestIdentity("[id]", "com.acme.ModelTest", "isRight", "isRight()")))
        .replace(verdict.fingerprint().substring(0, 16), "FINGERPRINT")
        .replace(System.lineSeparator(), "\n");
  }

  @Test
  void aRefutedClaim() {
    Verdict verdict =
        judge(
            CLAIM.because("ECOA, 15 U.S.C. 1691"),
            evidence()
                .measured(errors("overall", 0))
                .measured(errors("sex=Female", 30))
                .beside(new Measurement("accuracy", "overall", Proportion.of(88, 100)))
                .worst(new Finding("example 17", Map.of("confidence", "0.99")))
                .note("errors are counted at the most probable class"));
    assertThat(message(verdict))
        .isEqualTo(
            """
            FAIL: error rate (sex=Female) is 0.3 [0.2124, 0.3998], not ≤ 0.1
              claim        the error rate is at most 0.1
              subject      a.onnx on test (n = 100)
              because      ECOA, 15 U.S.C. 1691
              judged             quantity    slice       estimate  95 % interval     bound  n    p
                           FAIL  error rate  sex=Female  0.3       [0.2124, 0.3998]  ≤ 0.1  100  P
                           PASS  error rate  overall     0         [0, 0.03622]      ≤ 0.1  100  1
              beside       accuracy  overall  0.88  [0.7998, 0.9364]
              worst        example 17: confidence 0.99
              note         errors are counted at the most probable class
              seed         42
              fingerprint  FINGERPRINT
              evidence     target/touchstone/verdicts.json
              reproduce    ./mvnw -pl assertions -am test -Dtest='ModelTest#isRight' \
            -Dsurefire.failIfNoSpecifiedTests=false -Dtouchstone.seed=42\
            """
                .replace(
                    "100  P",
                    "100  " + Numbers.format(2 * Proportion.of(30, 100).pValueAbove(0.1))));
  }

  @Test
  void aGroupThatCouldNotBeMeasuredIsNamedWithTheReasonAndTheCure() {
    Verdict verdict =
        judge(
            CLAIM,
            evidence()
                .measured(errors("overall", 0))
                .measured(
                    new Measurement(
                        "error rate",
                        "site=c",
                        Undetermined.because("there are no such examples; merge groups", 0))));
    assertThat(message(verdict))
        .startsWith(
            """
            INCONCLUSIVE: error rate (site=c) could not be measured, so that nothing is shown of it
              claim        the error rate is at most 0.1
              subject      a.onnx on test (n = 100)
              judged                     quantity    slice    estimate  95 % interval  bound  n    p
                           INCONCLUSIVE  error rate  site=c   none                     ≤ 0.1  0    1
                           PASS          error rate  overall  0         [0, 0.03622]   ≤ 0.1  100  1
              to decide    site=c: there are no such examples; merge groups
            """);
  }

  @Test
  void aGuessedOrderOfClassesStandsInTheFirstLine() {
    Evidence evidence =
        evidence()
            .measured(errors("overall", 30))
            .from(
                Provenance.read(
                    new FactText.Texts(
                        Map.of("name", "a.onnx"),
                        Map.of(
                            "classes were taken", "in alphabetical order: no, yes; declare them"),
                        Map.of(),
                        Map.of()),
                    42,
                    Instant.EPOCH,
                    0.5));
    assertThat(message(CLAIM.judge(evidence, Policy.STRICT)).lines().findFirst())
        .contains(
            "FAIL: error rate (overall) is 0.3 [0.2124, 0.3998], not ≤ 0.1; classes were taken in"
                + " alphabetical order: no, yes; declare them");
  }

  @Test
  void aWarningStandsAboveTheNumbersAndAGuessBelow() {
    Verdict verdict =
        judge(
            CLAIM,
            evidence()
                .measured(errors("overall", 30).beside(new Guess("always answering \"no\"", 0.08)))
                .warn(new Warning("one-class", "a.onnx predicts \"no\" for all 100 examples")));
    assertThat(message(verdict))
        .containsSubsequence(
            "subject      a.onnx",
            "  WARNING      a.onnx predicts \"no\" for all 100 examples",
            "  WARNING      always answering \"no\" meets this claim, too: its error rate (overall)"
                + " is 0.08, and ≤ 0.1 is allowed;",
            "  judged  ",
            "  a guess      always answering \"no\": error rate (overall) 0.08");
  }

  @Test
  void anUndecidedClaim() {
    Verdict verdict = judge(CLAIM, evidence().measured(errors("overall", 12)));
    String p = Numbers.format(Proportion.of(12, 100).pValueAbove(0.1));
    assertThat(message(verdict))
        .isEqualTo(
            """
            INCONCLUSIVE: error rate (overall) is 0.12 [0.06357, 0.2002], which neither shows nor \
            refutes ≤ 0.1
              claim        the error rate is at most 0.1
              subject      a.onnx on test (n = 100)
              judged                     quantity    slice    estimate  95 % interval      bound  n    p
                           INCONCLUSIVE  error rate  overall  0.12      [0.06357, 0.2002]  ≤ 0.1  100  P
              to decide    overall: about 1,950 fresh examples would refute the claim in 80 % of runs \
            (these were 100), if the true value is 0.12, the estimate
              or say       .allowInconclusive("reason") for this claim, or set touchstone.policy = \
            lenient; strict ships nothing undecided
              seed         42
              fingerprint  FINGERPRINT
              evidence     target/touchstone/verdicts.json
              reproduce    ./mvnw -pl assertions -am test -Dtest='ModelTest#isRight' \
            -Dsurefire.failIfNoSpecifiedTests=false -Dtouchstone.seed=42\
            """
                .replace("100  P", "100  " + p));
  }

  @Test
  void outsideATestThereIsNoCommandToReproduceIt() {
    assertThat(VerdictMessage.of(judge(CLAIM, evidence().measured(errors("overall", 30))), CONTEXT))
        .doesNotContain("reproduce")
        .endsWith("verdicts.json");
  }

  @Test
  void aKnownFailureThatIsNotFrozenSaysHowToFreezeIt() {
    Verdict verdict =
        KnownClaims.withDefaults()
            .examine(
                judge(
                    CLAIM.acceptingKnown("MODEL-17", LocalDate.MAX).identifiedAs("id"),
                    evidence().measured(errors("overall", 30))),
                CONTEXT);
    assertThat(message(verdict))
        .contains("\n  known        MODEL-17\n  but          no frozen value in")
        .contains("-Dtouchstone.baseline=update on your machine, and commit the file\n");
  }

  @Test
  void ofManySlicesTheWorstAreShown() {
    Evidence.Builder evidence = evidence();
    for (int i = 0; i < 5000; i++) {
      evidence.measured(errors("zip=" + i, i == 4321 ? 60 : 0));
    }
    String message = message(judge(CLAIM, evidence));
    assertThat(message)
        .startsWith("FAIL: error rate (zip=4321) is 0.6 ")
        .contains("… and 4976 more in the evidence");
    assertThat(message.lines()).hasSizeLessThan(40);
  }

  @Test
  void hostileTextsAreBoundedAndHarmless() {
    String hostile = "\u001b[2J\r\n\u202E" + "x".repeat(1_000_000);
    Evidence.Builder evidence =
        Evidence.of(hostile, hostile)
            .measured(new Measurement(hostile, hostile, Proportion.of(30, 100)))
            .beside(new Measurement(hostile, hostile, Proportion.of(30, 100)))
            .note(hostile);
    for (int i = 0; i < 20; i++) {
      evidence.worst(new Finding(hostile, Map.of(hostile, hostile)));
    }
    Claim claim = Claim.of(hostile, Bound.upper(0.1)).because(hostile);
    String message = message(judge(claim, evidence));
    assertThat(message).hasSizeLessThan(8000).contains("\\u001B[2J\\u000D\\u000A\\u202Exxx");
    assertThat(message.chars().filter(c -> c != '\n').anyMatch(Character::isISOControl)).isFalse();
    assertThat(message).doesNotContain("\u202E");
    assertThat(message.lines()).hasSizeLessThan(25);
    assertThat(message.lines().findFirst().orElseThrow()).hasSizeLessThan(240);
  }
}
