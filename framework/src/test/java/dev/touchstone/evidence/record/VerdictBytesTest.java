package dev.touchstone.evidence.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictBytesTest {
  private static VerdictBytes cut(String file) {
    return VerdictBytes.cut(file.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void verdictsAreCutOutOfTheirFile() throws CharacterCodingException {
    VerdictBytes bytes = cut("{\"run\":\"1\",\"verdicts\":[\n{\"a\":1},\n{\"b\":[{}]}\n]}");
    assertThat(bytes.size()).isEqualTo(2);
    assertThat(bytes.verdict(0)).isEqualTo("{\"a\":1}");
    assertThat(bytes.verdict(1)).isEqualTo("{\"b\":[{}]}");
    assertThat(bytes.rest()).isEqualTo("{\"run\":\"1\",\"verdicts\":[\n0,\n0\n]}");
  }

  @Test
  void bracketsAndQuotesInTextsCutNothing() throws CharacterCodingException {
    String verdict = "{\"subject\":\"}]{ \\\" \\\\\",\"label\":\"größer ≤ \uD83D\uDE00\"}";
    VerdictBytes bytes = cut("{\"run\":\"}\",\"verdicts\":[" + verdict + "]}");
    assertThat(bytes.size()).isEqualTo(1);
    assertThat(bytes.verdict(0)).isEqualTo(verdict);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"figures\":[{\"bins\":[1]}],\"n\":[2]}       | {\"figures\":[],\"n\":[2]}",
        "{\"n\":[2],\"figures\" : [ ]}                  | {\"n\":[2],\"figures\" : []}",
        "{\"figures\":[{\"t\":\"]}\\\"\"}],\"n\":1}     | {\"figures\":[],\"n\":1}",
        "{\"n\":1}                                      | {\"n\":1}",
        // Only the verdict's own property is meant.
        "{\"x\":{\"figures\":[1]},\"n\":[2]}            | {\"x\":{\"figures\":[1]},\"n\":[2]}",
        "{\"check\":\"figures\",\"n\":[2]}              | {\"check\":\"figures\",\"n\":[2]}",
        "{\"figures\":null,\"n\":[2]}                   | {\"figures\":null,\"n\":[2]}",
        "{\"figures\":{\"a\":[1]},\"n\":[2]}            | {\"figures\":{\"a\":[1]},\"n\":[2]}",
      })
  void figuresAreLeftOutWhereAVerdictHasThem(String verdict, String without)
      throws CharacterCodingException {
    VerdictBytes bytes = cut("{\"verdicts\":[{\"figures\":[0]}," + verdict + "]}");
    assertThat(bytes.verdictWithoutFigures(0)).isEqualTo("{\"figures\":[]}");
    assertThat(bytes.verdictWithoutFigures(1)).isEqualTo(without);
    assertThat(bytes.verdict(1)).isEqualTo(verdict);
  }

  @Test
  void aVerdictIsAsSignedUntilAByteOfItChanges() {
    String signed = VerdictLines.signed("{\"outcome\":\"PASS\",\"label\":\"≤\"}");
    VerdictBytes bytes = cut("{\"verdicts\":[{\"a\":1}," + signed + "]}");
    assertThat(bytes.isAsSigned(0)).as("without a digest").isFalse();
    assertThat(bytes.isAsSigned(1)).isTrue();
    assertThat(signed).contains(",\"digest\":\"" + bytes.digest(1) + "\"}");
    assertThat(cut("{\"verdicts\":[" + signed.replace("PASS", "FAIL") + "]}").isAsSigned(0))
        .isFalse();
  }

  @Test
  void whatIsNoUtf8IsNotGuessed() {
    byte[] latin = "{\"verdicts\":[{\"a\":\"é\"}]}".getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> VerdictBytes.cut(latin).verdict(0))
        .isInstanceOf(CharacterCodingException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"verdicts\":[{\"a\":\"b",
        "{\"verdicts\":[{\"figures\":[{",
        "{\"verdicts\":[{\"a\":\"\\"
      })
  void whatIsCutOffHasNoVerdict(String start) {
    assertThat(cut(start).size()).isZero();
  }
}
