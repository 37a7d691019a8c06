package dev.touchstone.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BracketedProportionTest {
  private final BracketedProportion between = BracketedProportion.of(30, 80, 100);

  @Test
  void itsLimitsAreThoseOfTheEnds() {
    Interval interval = between.interval(.95);
    assertThat(interval.lower()).isEqualTo(Proportion.of(30, 100).interval(.95).lower());
    assertThat(interval.upper()).isEqualTo(Proportion.of(80, 100).interval(.95).upper());
    assertThat(between.pValueAbove(.2)).isEqualTo(Proportion.of(30, 100).pValueAbove(.2));
    assertThat(between.pValueBelow(.9)).isEqualTo(Proportion.of(80, 100).pValueBelow(.9));
    assertThat(between.value()).isEqualTo(.3);
  }

  @Test
  void whereNothingIsUndecidedItIsTheProportion() {
    assertThat(BracketedProportion.of(7, 7, 20).interval(.9))
        .isEqualTo(Proportion.of(7, 20).interval(.9));
  }

  @Test
  void moreExamplesDoNotDecideWhatIsUndecided() {
    assertThat(between.examplesToDecide(.5, .95)).isEmpty();
    assertThat(between.examplesToDecide(.25, .95))
        .isEqualTo(Proportion.of(30, 100).examplesToDecide(.25, .95));
    assertThat(between.examplesToDecide(.85, .95))
        .isEqualTo(Proportion.of(80, 100).examplesToDecide(.85, .95));
  }

  @Test
  void fewerThanFewestCannotBe() {
    assertThatThrownBy(() -> BracketedProportion.of(3, 2, 10))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
