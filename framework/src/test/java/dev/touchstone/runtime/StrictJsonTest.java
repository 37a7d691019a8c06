package dev.touchstone.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        " [ ] \n",
        "\"a\"",
        "null",
        "{\"a\":[1,-2.5e3,true,false,null,\"\\u00e9\\n\"],\"b\":{\"a\":{}}}"
      })
  void whatEveryoneCallsJsonIsReadAsEveryoneDoes(String text) {
    assertThat(StrictJson.parse(text)).isEqualTo(JsonParser.parseString(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'a': 1}          | is not JSON near line 1, column 2",
        "{\"a\": NaN}      | is not JSON near line 1",
        "{\"a\": 01}       | is not JSON near line 1",
        "{\"a\": 1} // end | is not JSON near line 1",
        "{\"a\": 1} {}     | is not JSON near line 1",
        "[1, 2,]           | is not JSON at line 1, column 6: a comma with nothing after it",
        "{\"a\": [1        | is not JSON: it ends early",
        "{\"a\": True}     | is not JSON near line 1"
      })
  void whatOnlySomeReadersAcceptIsRefused(String text, String message) {
    assertThatExceptionOfType(JsonParseException.class)
        .isThrownBy(() -> StrictJson.parse(text))
        .withMessageStartingWith(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n"})
  void anEmptyTextIsRefused(String text) {
    assertThatExceptionOfType(JsonParseException.class)
        .isThrownBy(() -> StrictJson.parse(text))
        .withMessage("is empty or ends early");
  }

  @Test
  void aNameThatStandsTwiceInOneObjectIsRefused() {
    assertThatExceptionOfType(StrictJson.RepeatedNameException.class)
        .isThrownBy(() -> StrictJson.parse("{\"b\": {\"a\": 1,\n \"a\": 1}}"))
        .withMessageStartingWith("says \"a\" twice in one object, near line 2, column ")
        .satisfies(e -> assertThat(e.name()).isEqualTo("a"));
    assertThat(StrictJson.parse("[{\"a\": 1}, {\"a\": {\"a\": 1}}]").isJsonArray()).isTrue();
  }

  @Test
  void sixtyFourLevelsAreReadAndNoneMore() {
    assertThat(StrictJson.parse("[".repeat(64) + "]".repeat(64)).isJsonArray()).isTrue();
    for (int levels : new int[] {65, 100_000}) {
      assertThatExceptionOfType(JsonParseException.class)
          .isThrownBy(() -> StrictJson.parse("[".repeat(levels) + "]".repeat(levels)))
          .withMessageStartingWith("nests deeper than 64 levels, near line 1, column ");
    }
  }

  @Test
  void numbersKeepTheirDigits() {
    String digits = "0.1000000000000000055511151231257827";
    assertThat(StrictJson.parse(digits).getAsBigDecimal()).isEqualTo(new BigDecimal(digits));
    assertThat(StrictJson.parse("9".repeat(400)).getAsDouble()).isInfinite();
  }
}
