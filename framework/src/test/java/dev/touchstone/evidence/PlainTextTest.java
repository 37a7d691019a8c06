package dev.touchstone.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlainTextTest {

  @Test
  void ordinaryTextStaysAsItIs() {
    assertThat(PlainText.of("Größe ≥ 3, 年齢 😀", 100)).isEqualTo("Größe ≥ 3, 年齢 😀");
  }

  @Test
  void terminalSequencesAndLineBreaksAreSpelledOut() {
    assertThat(PlainText.of("a\u001b[31mred\nb\r\t", 100))
        .isEqualTo("a\\u001B[31mred\\u000Ab\\u000D\\u0009");
  }

  @Test
  void charactersThatTurnTheDirectionOfReadingAreSpelledOut() {
    assertThat(PlainText.of("a\u202Eb\u2028c", 100)).isEqualTo("a\\u202Eb\\u2028c");
  }

  @Test
  void halfACharacterIsSpelledOut() {
    assertThat(PlainText.of("a\uD83D", 100)).isEqualTo("a\\uD83D");
  }

  @Test
  void aLongTextIsCutBetweenCharacters() {
    assertThat(PlainText.of("😀".repeat(1000), 3)).isEqualTo("😀😀😀…");
    assertThat(PlainText.of("abc", 3)).isEqualTo("abc");
  }
}
