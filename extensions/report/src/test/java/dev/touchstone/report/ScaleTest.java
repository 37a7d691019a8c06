package dev.touchstone.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Interval;
import dev.touchstone.statistics.Proportion;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScaleTest {
  private static final Scale UNIT = new Scale(0, 1);

  @Test
  void theAxisIsAHundredAndTwentyUnitsLong() {
    Scale.Bar bar = UNIT.bar(judgement(Bound.upper(0.75), 0.5, 0.25, 1));
    assertThat(bar.estimate()).isEqualTo("60");
    assertThat(bar.interval()).isEqualTo("M30 4v6M30 7H120M120 4v6");
    assertThat(bar.bound()).isEqualTo("M90 0V14");
  }

  @Test
  void whatIsAllowedLiesOnTheBoundsSide() {
    Scale.Bar most = UNIT.bar(judgement(Bound.upper(0.75), 0.5, 0.25, 1));
    assertThat(most.allowedFrom()).isEqualTo("0");
    assertThat(most.allowedWidth()).isEqualTo("90");
    Scale.Bar least = UNIT.bar(judgement(Bound.lower(0.75), 0.5, 0.25, 1));
    assertThat(least.allowedFrom()).isEqualTo("90");
    assertThat(least.allowedWidth()).isEqualTo("30");
  }

  @Test
  void endlessIntervalsEndAtTheEdge() {
    Verdict.Judgement endless = judgement(Bound.upper(0.75), 0.5, 0.25, Double.POSITIVE_INFINITY);
    assertThat(UNIT.bar(endless).interval()).isEqualTo("M30 4v6M30 7H120");
    assertThat(Scale.over(List.of(endless)).most()).isBetween(0.75, 0.8);
  }

  @Test
  void theAxisHoldsEveryLimitAndBound() {
    Scale scale = Scale.over(List.of(judgement(Bound.upper(0.1), 0.5, 0.25, 0.9)));
    assertThat(scale.least()).isBetween(0.03, 0.1);
    assertThat(scale.most()).isBetween(0.9, 0.97);
  }

  @Test
  void aSinglePointHasAnAxisToo() {
    Scale scale = Scale.over(List.of(judgement(Bound.upper(0.5), 0.5, 0.5, 0.5)));
    assertThat(scale.bar(judgement(Bound.upper(0.5), 0.5, 0.5, 0.5)).estimate()).isEqualTo("60");
  }

  @Test
  void anEstimateThatIsNoNumberHasNoDot() {
    Verdict.Judgement drawn = judgement(Bound.upper(0.75), 0.5, 0.25, 1);
    Verdict.Judgement none =
        new Verdict.Judgement(
            drawn.bound(),
            new Measurement("q", "s", nothing()),
            drawn.interval(),
            1,
            1,
            Outcome.INCONCLUSIVE);
    assertThat(UNIT.bar(none).estimate()).isEmpty();
    assertThat(UNIT.bar(none).interval()).isEqualTo("M30 4v6M30 7H120M120 4v6");
    assertThat(UNIT.bar(none).bound()).isEqualTo("M90 0V14");
  }

  private static Estimate nothing() {
    return new Estimate() {
      @Override
      public double value() {
        return Double.NaN;
      }

      @Override
      public long sampleSize() {
        return 5;
      }

      @Override
      public Interval interval(double level) {
        return new Interval(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, level);
      }

      @Override
      public double pValueAbove(double bound) {
        return 1;
      }

      @Override
      public double pValueBelow(double bound) {
        return 1;
      }

      @Override
      public String method() {
        return "none";
      }
    };
  }

  private static Verdict.Judgement judgement(
      Bound bound, double value, double lower, double upper) {
    int of = 1000;
    return new Verdict.Judgement(
        bound,
        new Measurement("q", "s", Proportion.of((int) (value * of), of)),
        new Interval(lower, upper, 0.95),
        1,
        1,
        Outcome.PASS);
  }
}
