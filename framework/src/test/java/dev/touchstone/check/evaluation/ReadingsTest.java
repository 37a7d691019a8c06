package dev.touchstone.check.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.evidence.Reading;
import org.junit.jupiter.api.Test;

class ReadingsTest {

  @Test
  void aGroupIsSaidAndTheWholeIsNot() {
    assertThat(Readings.examples("overall")).isEqualTo("examples");
    assertThat(Readings.examples("sex=Female")).isEqualTo("examples with sex=Female");
  }

  @Test
  void aNameThatLooksLikeThePlaceOfTheValueIsNone() {
    Reading reading =
        Reading.share("{value} of " + Readings.examples("unit={value}") + " are answered wrongly");
    assertThat(reading.sentence())
        .isEqualTo("{value} of examples with unit={ value } are answered wrongly");
  }
}
