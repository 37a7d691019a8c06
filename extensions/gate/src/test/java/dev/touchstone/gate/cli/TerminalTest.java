package dev.touchstone.gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What a terminal's character set does not have is said in other words. */
class TerminalTest {

  private static String printed(String text, Charset charset) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintWriter out = Terminal.writingTo(bytes, charset);
    out.print(text);
    out.print('≥');
    out.flush();
    return bytes.toString(charset);
  }

  @Test
  void signsThatCannotBeEncodedAreSpelledOut() {
    assertThat(printed("claimed ≤ 0.05, größe \uD83D\uDE00 …", StandardCharsets.US_ASCII))
        .isEqualTo("claimed <= 0.05, gr\\u00F6\\u00DFe \\uD83D\\uDE00 ...>=");
    assertThat(printed("≤ größe", StandardCharsets.ISO_8859_1)).isEqualTo("<= größe>=");
  }

  @Test
  void whatCanBeEncodedStaysAsItIs() {
    assertThat(printed("claimed ≤ 0.05, größe \uD83D\uDE00 …", StandardCharsets.UTF_8))
        .isEqualTo("claimed ≤ 0.05, größe \uD83D\uDE00 …≥");
  }

  @Test
  void aStandardStreamHasItsOwnCharacterSet() {
    String before = System.getProperty("stdout.encoding");
    System.setProperty("stdout.encoding", "US-ASCII");
    try {
      assertThat(Terminal.charsetOf("stdout")).isEqualTo(StandardCharsets.US_ASCII);
    } finally {
      if (before == null) {
        System.clearProperty("stdout.encoding");
      } else {
        System.setProperty("stdout.encoding", before);
      }
    }
    assertThat(Terminal.charsetOf("no such stream")).isEqualTo(Charset.defaultCharset());
  }
}
