package dev.touchstone.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.gson.JsonObject;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class McNemarTest {

  static List<JsonObject> tests() {
    return Oracle.cases("mcNemar");
  }

  @ParameterizedTest
  @MethodSource("tests")
  void thePValueIsThatOfStatsmodels(JsonObject oracle) {
    assertThat(McNemar.pValue(oracle.get("worse").getAsInt(), oracle.get("better").getAsInt()))
        .isCloseTo(oracle.get("p").getAsDouble(), Percentage.withPercentage(1e-9));
  }

  @Test
  void withoutAChangeNothingSpeaksAgainstEquality() {
    assertThat(McNemar.pValue(0, 0)).isEqualTo(1);
  }

  @Test
  void aNegativeNumberIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> McNemar.pValue(-1, 2))
        .withMessage("numbers of examples cannot be negative, were -1 and 2");
  }
}
