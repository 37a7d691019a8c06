package dev.touchstone.gate.cli;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;

/**
 * What is printed, in characters that the other side knows: where its character set has no {@code
 * ≤}, it reads {@code <=} and not a question mark.
 */
final class Terminal extends FilterWriter {
  private final CharsetEncoder encoder;

  private Terminal(Writer writer, Charset charset) {
    super(writer);
    this.encoder = charset.newEncoder();
  }

  static PrintWriter writingTo(OutputStream stream, Charset charset) {
    return new PrintWriter(new Terminal(new OutputStreamWriter(stream, charset), charset), true);
  }

  /** The character set of a standard stream: {@code stdout} or {@code stderr}. */
  static Charset charsetOf(String stream) {
    String name = System.getProperty(stream + ".encoding");
    // Older JDKs know it by this name, and only where a terminal listens.
    name = name == null ? System.getProperty("sun." + stream + ".encoding") : name;
    return name != null && Charset.isSupported(name)
        ? Charset.forName(name)
        : Charset.defaultCharset();
  }

  @Override
  public void write(int character) throws IOException {
    write(Character.toString((char) character));
  }

  @Override
  public void write(char[] characters, int from, int length) throws IOException {
    write(new String(characters, from, length));
  }

  @Override
  public void write(String text, int from, int length) throws IOException {
    write(text.substring(from, from + length));
  }

  @Override
  public void write(String text) throws IOException {
    if (encoder.canEncode(text)) {
      out.write(text);
      return;
    }
    StringBuilder encodable = new StringBuilder();
    text.codePoints()
        .mapToObj(Character::toString)
        .forEach(character -> encodable.append(inOtherWords(character)));
    out.write(encodable.toString());
  }

  private String inOtherWords(String character) {
    if (encoder.canEncode(character)) {
      return character;
    }
    return switch (character) {
      case "≤" -> "<=";
      case "≥" -> ">=";
      case "…" -> "...";
      default -> {
        StringBuilder escaped = new StringBuilder();
        character.chars().forEach(unit -> escaped.append(String.format("\\u%04X", unit)));
        yield escaped.toString();
      }
    };
  }
}
