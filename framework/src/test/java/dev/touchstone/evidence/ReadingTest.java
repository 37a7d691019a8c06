package dev.touchstone.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.touchstone.facts.FactText;
import dev.touchstone.runtime.Policy;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.ExactValue;
import dev.touchstone.statistics.Interval;
import dev.touchstone.statistics.Proportion;
import dev.touchstone.statistics.Undetermined;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReadingTest {
  private static final Provenance NOTHING =
      Provenance.read(
          new FactText.Texts(Map.of(), Map.of(), Map.of(), Map.of()), 42, Instant.EPOCH, 1);

  private static String inWords(Reading reading, Bound bound, int of1000) {
    return inWords(reading, bound, Proportion.of(of1000, 1000));
  }

  private static String inWords(Reading reading, Bound bound, double value) {
    return inWords(reading, bound, ExactValue.of(value, 1000, "examples"));
  }

  private static String inWords(Reading reading, Bound bound, Estimate estimate) {
    Evidence evidence =
        Evidence.of("error rate", "a model")
            .measured(new Measurement("error rate", "sex=Female", estimate).reading(reading))
            .from(NOTHING);
    return Claim.of("a claim", bound).judge(evidence, Policy.STRICT).deciding().inWords();
  }

  @Test
  void aShareIsSaidInPercentBesideWhatIsAllowed() {
    assertThat(
            inWords(
                Reading.share("{value} of items go to class 3 when a patch is added"),
                Bound.upper(0.1),
                820))
        .isEqualTo("82 % of items go to class 3 when a patch is added; allowed: at most 10 %");
  }

  @Test
  void whatIsRequiredIsNotCalledAllowed() {
    assertThat(inWords(Reading.share("{value} are found"), Bound.lower(0.9), 512))
        .isEqualTo("51.2 % are found; required: at least 90 %");
  }

  @Test
  void aDifferenceOfSharesIsSaidInPercentagePoints() {
    assertThat(inWords(Reading.points("it is worse by {value}"), Bound.upper(0.005), 142))
        .isEqualTo("it is worse by 14.2 percentage points; allowed: at most 0.5 percentage points");
  }

  @Test
  void aDifferenceBelowZeroIsSaidTheOtherWay() {
    Reading regression = Reading.points("it is worse by {value}").below0("it is better by {value}");
    assertThat(inWords(regression, Bound.upper(0.02), -0.00157))
        .isEqualTo(
            "it is better by 0.157 percentage points; allowed: at most 2 percentage points the"
                + " other way");
    assertThat(inWords(regression, Bound.upper(-0.01), -0.00157))
        .isEqualTo(
            "it is better by 0.157 percentage points; required: at least 1 percentage points");
    assertThat(inWords(regression, Bound.upper(0), -0.00157))
        .isEqualTo(
            "it is better by 0.157 percentage points; allowed: at most 0 percentage points the"
                + " other way");
    assertThat(inWords(regression, Bound.lower(-0.01), -0.02))
        .isEqualTo("it is better by 2 percentage points; allowed: at most 1 percentage points");
    assertThat(inWords(regression, Bound.upper(0.02), 0.03))
        .isEqualTo("it is worse by 3 percentage points; allowed: at most 2 percentage points");
  }

  @Test
  void withoutASentenceTheNamesSayWhatItIs() {
    assertThat(inWords(Reading.PLAIN, Bound.upper(0.1), 153))
        .isEqualTo("sex=Female: error rate is 0.153; allowed: at most 0.1");
  }

  @Test
  void aValueThatRoundsToItsToleranceKeepsTheDigitsThatTellThemApart() {
    // 10.04 % and 10 % have three digits in common.
    Measurement measurement =
        new Measurement("error rate", "overall", Proportion.of(1004, 10_000))
            .reading(Reading.share("{value} are wrong"));
    Evidence evidence = Evidence.of("error rate", "a model").measured(measurement).from(NOTHING);
    assertThat(
            Claim.of("a claim", Bound.upper(0.1))
                .judge(evidence, Policy.STRICT)
                .deciding()
                .inWords())
        .isEqualTo("10.04 % are wrong; allowed: at most 10 %");
  }

  @Test
  void valuesAndIntervalsHaveTheirUnit() {
    assertThat(Reading.Unit.SHARE.format(0.05)).isEqualTo("5 %");
    assertThat(Reading.Unit.SHARE.format(new Interval(0.6809, 0.72154, 0.95)))
        .isEqualTo("[68.09 %, 72.15 %]");
    assertThat(Reading.Unit.POINTS.format(-0.01564)).isEqualTo("-1.564 points");
    assertThat(Reading.Unit.NUMBER.format(0.4726)).isEqualTo("0.4726");
  }

  @Test
  void aSentenceSaysWhereItsValueStands() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reading.share("many are wrong"))
        .withMessageContaining("{value}")
        .withMessageContaining("many are wrong");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reading.share("{value} or {value} are wrong"));
  }

  @Test
  void aDollarInASentenceIsADollar() {
    assertThat(inWords(Reading.number("it costs $1 and {value}"), Bound.upper(0.1), 500))
        .startsWith("it costs $1 and 0.5;");
  }

  @Test
  void whatCouldNotBeEstimatedIsNoNumberButItsReason() {
    Evidence evidence =
        Evidence.of("false-negative rate", "a model")
            .measured(
                new Measurement(
                        "false-negative rate",
                        "sex=Female",
                        Undetermined.because("the group has no example of class 1", 3))
                    .reading(Reading.share("{value} of the ill are sent home")))
            .from(NOTHING);
    assertThat(
            Claim.of("a claim", Bound.upper(0.1))
                .judge(evidence, Policy.STRICT)
                .deciding()
                .inWords())
        .isEqualTo(
            "sex=Female: there is no false-negative rate, since the group has no example of class"
                + " 1");
  }
}
