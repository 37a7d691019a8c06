package dev.touchstone.evidence.record;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of a verdict file, cut into its verdicts and the rest before any of them is parsed.
 * What JSON is made of lies in ASCII, which no byte of another UTF-8 character is.
 */
final class VerdictBytes {
  private static final byte[] FIGURES = "\"figures\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NO_FIGURES = "[]".getBytes(StandardCharsets.US_ASCII);

  /** Of the verdicts' objects: the file's own, its list of verdicts, the verdict. */
  private static final int VERDICT = 3;

  private final byte[] bytes;
  private final List<Span> verdicts;
  private final byte[] rest;

  private VerdictBytes(byte[] bytes, List<Span> verdicts, byte[] rest) {
    this.bytes = bytes;
    this.verdicts = verdicts;
    this.rest = rest;
  }

  /** One verdict; its list of figures begins and ends at its end if it has none. */
  private record Span(int from, int to, int figuresFrom, int figuresTo) {}

  static VerdictBytes cut(byte[] bytes) {
    List<Span> verdicts = new ArrayList<>();
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    int depth = 0;
    int copied = 0;
    int from = -1;
    int figuresFrom = -1;
    int figuresTo = -1;
    boolean figures = false;
    for (int i = 0; i < bytes.length; i++) {
      switch (bytes[i]) {
        case '"' -> {
          int end = endOfText(bytes, i);
          figures = depth == VERDICT && isFigures(bytes, i, end);
          i = end;
        }
        case '{', '[' -> {
          depth++;
          if (depth == VERDICT && bytes[i] == '{') {
            from = i;
            figuresFrom = -1;
          } else if (figures && bytes[i] == '[') {
            figuresFrom = i;
          }
          figures = false;
        }
        case '}', ']' -> {
          if (depth == VERDICT && from >= 0) {
            int to = i + 1;
            verdicts.add(
                figuresFrom < 0
                    ? new Span(from, to, to, to)
                    : new Span(from, to, figuresFrom, figuresTo));
            rest.write(bytes, copied, from - copied);
            rest.write('0');
            copied = to;
            from = -1;
          } else if (depth == VERDICT + 1 && figuresTo < figuresFrom) {
            figuresTo = i + 1;
          }
          depth--;
        }
        default -> {
          // Part of something that the parser looks at.
        }
      }
    }
    rest.write(bytes, copied, bytes.length - copied);
    return new VerdictBytes(bytes, verdicts, rest.toByteArray());
  }

  private static int endOfText(byte[] bytes, int opening) {
    for (int i = opening + 1; i < bytes.length; i++) {
      if (bytes[i] == '"') {
        return i;
      }
      i += bytes[i] == '\\' ? 1 : 0;
    }
    return bytes.length;
  }

  private static boolean isFigures(byte[] bytes, int opening, int closing) {
    return closing - opening + 1 == FIGURES.length
        && closing < bytes.length
        && ByteBuffer.wrap(bytes, opening, FIGURES.length).equals(ByteBuffer.wrap(FIGURES));
  }

  int size() {
    return verdicts.size();
  }

  /** The file with a zero in the place of each verdict. */
  String rest() throws CharacterCodingException {
    return decoded(ByteBuffer.wrap(rest));
  }

  /** Whether a verdict has the digest that it was written with. */
  boolean isAsSigned(int verdict) {
    Span span = verdicts.get(verdict);
    return VerdictLines.isAsSigned(bytes, span.from, span.to);
  }

  /** The digest of a verdict that {@link #isAsSigned}. */
  String digest(int verdict) {
    return VerdictLines.digestIn(bytes, verdicts.get(verdict).to);
  }

  /** A verdict's text. */
  String verdict(int verdict) throws CharacterCodingException {
    Span span = verdicts.get(verdict);
    return decoded(ByteBuffer.wrap(bytes, span.from, span.to - span.from));
  }

  /** A verdict's text with no figure in the place of those that it has. */
  String verdictWithoutFigures(int verdict) throws CharacterCodingException {
    Span span = verdicts.get(verdict);
    if (span.figuresFrom == span.to) {
      return verdict(verdict);
    }
    ByteBuffer text =
        ByteBuffer.allocate(
            span.to - span.from - (span.figuresTo - span.figuresFrom) + NO_FIGURES.length);
    text.put(bytes, span.from, span.figuresFrom - span.from)
        .put(NO_FIGURES)
        .put(bytes, span.figuresTo, span.to - span.figuresTo);
    return decoded(text.flip());
  }

  private static String decoded(ByteBuffer bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT)
        .decode(bytes)
        .toString();
  }
}
