package dev.touchstone.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.touchstone.runtime.Policy;
import dev.touchstone.statistics.Proportion;
import org.junit.jupiter.api.Test;

class WarningTest {
  private static Measurement errors(String slice, int ofHundred, double guess) {
    return new Measurement("error rate", slice, Proportion.of(ofHundred, 100))
        .beside(new Guess("always answering \"no\"", guess));
  }

  private static Verdict judged(Bound bound, Measurement... measurements) {
    Evidence.Builder evidence = Evidence.of("error rate", "a.onnx on test");
    for (Measurement measurement : measurements) {
      evidence.measured(measurement);
    }
    return Claim.of("a claim", bound).judge(evidence.from(Verdicts.provenance()), Policy.STRICT);
  }

  @Test
  void aClaimThatAGuessMeetsIsWarnedOfWhateverItsOutcome() {
    assertThat(judged(Bound.upper(0.3), errors("overall", 1, 0.3)).warnings())
        .containsExactly(
            new Warning(
                "met-by-a-guess",
                "always answering \"no\" meets this claim, too: its error rate (overall) is 0.3,"
                    + " and ≤ 0.3 is allowed; claim what only a model that looks at its input can"
                    + " keep, less than 0.3"));
    Verdict refuted = judged(Bound.upper(0.3), errors("overall", 60, 0.3));
    assertThat(refuted.outcome()).isEqualTo(Outcome.FAIL);
    assertThat(refuted.warnings()).hasSize(1);
    assertThat(judged(Bound.lower(0.6), errors("overall", 90, 0.7)).warnings())
        .extracting(Warning::text)
        .singleElement()
        .asString()
        .endsWith("more than 0.7");
  }

  @Test
  void aClaimThatAsksMoreThanAGuessKeepsIsNotWarnedOf() {
    assertThat(judged(Bound.upper(0.29), errors("overall", 1, 0.3)).warnings()).isEmpty();
    assertThat(judged(Bound.lower(0.71), errors("overall", 90, 0.7)).warnings()).isEmpty();
    assertThat(
            judged(
                    Bound.upper(0.3),
                    new Measurement("error rate", "overall", Proportion.of(1, 100)))
                .warnings())
        .as("there is no guess to compare with")
        .isEmpty();
  }

  @Test
  void aGuessThatFailsInOneGroupDoesNotMeetTheClaim() {
    assertThat(
            judged(Bound.upper(0.3), errors("overall", 1, 0.2), errors("sex=a", 1, 0.31))
                .warnings())
        .isEmpty();
    assertThat(
            judged(Bound.upper(0.3), errors("overall", 1, 0.2), errors("sex=a", 1, 0.25))
                .warnings())
        .extracting(Warning::text)
        .singleElement()
        .asString()
        .as("the group in which the guess comes nearest to failing")
        .contains("error rate (sex=a) is 0.25");
  }

  @Test
  void whatTheEvidenceWarnsOfComesFirstAndOnce() {
    Warning ties = new Warning("ties", "3 votes are tied");
    Evidence evidence =
        Evidence.of("error rate", "a.onnx on test")
            .measured(errors("overall", 1, 0.2))
            .warn(ties)
            .warn(ties)
            .from(Verdicts.provenance());
    assertThat(Claim.of("a claim", Bound.upper(0.3)).judge(evidence, Policy.STRICT).warnings())
        .extracting(Warning::kind)
        .containsExactly("ties", "met-by-a-guess");
  }

  @Test
  void aWarningThatSaysNothingIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Warning("One class", "a text"))
        .withMessageContaining("small letters joined by hyphens");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Warning("one-class", " "))
        .withMessage("a warning of kind one-class needs a text");
  }
}
