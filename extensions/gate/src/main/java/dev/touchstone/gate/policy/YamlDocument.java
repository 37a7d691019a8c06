package dev.touchstone.gate.policy;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * One YAML document from an untrusted file, as nodes with their lines: bounded in size and depth,
 * and without what a reader of a policy would not expect (anchors, tags, a second document,
 * characters that turn the direction of reading). Nothing in it makes an object.
 */
final class YamlDocument {
  static final int MOST_BYTES = 16 << 20;
  private static final int DEEPEST = 16;

  private YamlDocument() {}

  /** The root node; every problem that keeps the file from being read is one exception. */
  static Node read(byte[] bytes, String file) {
    if (bytes.length > MOST_BYTES) {
      throw refused(
          file,
          "has more than the accepted "
              + MOST_BYTES
              + " bytes; a policy is a short file that a person reads");
    }
    String text = decoded(bytes, file);
    refuseTurnedText(text, file);
    LoadSettings settings =
        LoadSettings.builder().setLabel("policy").setCodePointLimit(MOST_BYTES).build();
    try {
      Parser parser = new Guard(new ParserImpl(settings, new StreamReader(settings, text)), file);
      return new Composer(settings, parser)
          .getSingleNode()
          .orElseThrow(
              () ->
                  refused(
                      file,
                      "is empty; `touchstone policy init --verdicts …` writes a policy from a"
                          + " run"));
    } catch (MarkedYamlEngineException e) {
      throw refused(file, line(e.getProblemMark().orElse(null)) + "is not YAML: " + e.getProblem());
    } catch (ReaderException e) {
      throw refused(
          file,
          String.format(
              "holds the character U+%04X, which YAML does not allow; remove it",
              e.getCodePoint()));
    } catch (YamlEngineException e) {
      throw refused(file, "is not YAML: " + e.getMessage());
    }
  }

  private static String decoded(byte[] bytes, String file) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw refused(file, "is not UTF-8 text; save it as UTF-8");
    }
  }

  /** What such characters surround is shown in another order than it is read in. */
  private static void refuseTurnedText(String text, String file) {
    int line = 1;
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if (character == '\n') {
        line++;
      }
      if ((character >= 0x202A && character <= 0x202E)
          || (character >= 0x2066 && character <= 0x2069)) {
        throw refused(
            file,
            String.format(
                "line %d: holds the invisible character U+%04X, which shows a text in another"
                    + " order than it is read in; remove it",
                line, (int) character));
      }
    }
  }

  /** Refuses what a policy never has before anything is made of it. */
  private static final class Guard implements Parser {
    private final Parser parser;
    private final String file;
    private int depth;
    private int documents;

    Guard(Parser parser, String file) {
      this.parser = parser;
      this.file = file;
    }

    @Override
    public boolean checkEvent(Event.ID choice) {
      return parser.checkEvent(choice);
    }

    @Override
    public Event peekEvent() {
      return parser.peekEvent();
    }

    @Override
    public boolean hasNext() {
      return parser.hasNext();
    }

    @Override
    public Event next() {
      Event event = parser.next();
      if (event instanceof DocumentStartEvent && ++documents > 1) {
        throw refused(file, line(event) + "begins a second document; one file is one policy");
      }
      if (event instanceof AliasEvent
          || (event instanceof NodeEvent node && node.getAnchor().isPresent())) {
        throw refused(
            file, line(event) + "has an anchor or alias (& or *); write the text out instead");
      }
      if ((event instanceof ScalarEvent scalar && scalar.getTag().isPresent())
          || (event instanceof CollectionStartEvent start && start.getTag().isPresent())) {
        throw refused(file, line(event) + "has a tag (!); quote the text or remove it");
      }
      if (event instanceof CollectionStartEvent && ++depth > DEEPEST) {
        throw refused(
            file, line(event) + "nests deeper than " + DEEPEST + " levels; a policy never does");
      }
      if (event instanceof CollectionEndEvent) {
        depth--;
      }
      return event;
    }
  }

  private static String line(Event event) {
    return line(event.getStartMark().orElse(null));
  }

  static String line(@Nullable Mark mark) {
    return mark == null ? "" : "line " + (mark.getLine() + 1) + ": ";
  }

  private static InvalidPolicyException refused(String file, String problem) {
    return new InvalidPolicyException(file, List.of(problem));
  }
}
