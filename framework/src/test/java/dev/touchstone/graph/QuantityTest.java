package dev.touchstone.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class QuantityTest {
  private static final double[] SCORES = {2, -1, 5};

  @Test
  void eachExampleIsAskedItsOwnClass() {
    Quantity quantity = Quantity.ofClass(2, 0);
    assertThat(quantity.value(SCORES, 0)).isEqualTo(5);
    assertThat(quantity.value(SCORES, 1)).isEqualTo(2);
    assertThat(quantity.gradient(SCORES, 1)).containsExactly(1, 0, 0);
    assertThat(quantity.isLinear()).isTrue();
  }

  @Test
  void rowsThatWereMadeOfAnExampleAreAskedItsClass() {
    Quantity rows = Quantity.ofClass(2, 0).ofRows(1, 1, 0);
    assertThat(rows.value(SCORES, 0)).isEqualTo(2);
    assertThat(rows.value(SCORES, 1)).isEqualTo(2);
    assertThat(rows.value(SCORES, 2)).isEqualTo(5);
    Quantity again = rows.ofRows(2, 0);
    assertThat(again.value(SCORES, 0)).isEqualTo(5);
    assertThat(again.value(SCORES, 1)).isEqualTo(2);
  }

  @Test
  void aDifferenceHasTheValueAndTheDerivativesOfBoth() {
    Quantity difference = Quantity.difference(2, 1);
    assertThat(difference.value(SCORES, 0)).isEqualTo(6);
    assertThat(difference.gradient(SCORES, 0)).containsExactly(0, -1, 1);
    assertThat(difference.describe()).isEqualTo("class 2 minus class 1");
    assertThat(difference.isLinear()).isTrue();
  }

  @Test
  void ofASingleScoreClassOneSpeaksForItAndAnOutputIsItself() {
    double[] single = {3};
    assertThat(Quantity.ofClass(1).value(single, 0)).isEqualTo(3);
    assertThat(Quantity.ofClass(0).value(single, 0)).isEqualTo(-3);
    assertThat(Quantity.output(0).value(single, 0)).isEqualTo(3);
    assertThat(Quantity.difference(1, 0).gradient(single, 0)).containsExactly(2);
  }

  @Test
  void aClassThatIsMaskedTakesPartOnlyWhereItIsAskedAbout() {
    double[] masked = {1, Double.NEGATIVE_INFINITY};
    assertThat(Quantity.ofClass(0).value(masked, 0)).isEqualTo(1);
    assertThat(Quantity.ofClass(1).value(masked, 0)).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @Test
  void anExampleWithoutAClassIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Quantity.ofClass(0, 1).value(SCORES, 2))
        .withMessage(
            "2 classes for a batch with an example 2; give one for each example, or one for all");
  }

  @Test
  void anOutputThatIsNotThereIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Quantity.output(3).value(SCORES, 0))
        .withMessage("output 3 of a model with 3 outputs; they are counted from 0 to 2");
  }
}
