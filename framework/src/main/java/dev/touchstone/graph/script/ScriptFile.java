package dev.touchstone.graph.script;

import dev.touchstone.runtime.TouchstoneException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A TorchScript module's file that was checked before libtorch sees it: libtorch's own messages are
 * about streams, it loads damaged weights without a word, and believes every size. A module is a
 * zip archive: its program, mostly deflated, and its weights, stored.
 */
final class ScriptFile {
  private static final int LOCAL_HEADER = 0x04034b50;
  private static final int DIRECTORY_ENTRY = 0x02014b50;
  private static final int END_OF_DIRECTORY = 0x06054b50;
  private static final int END_LENGTH = 22;
  private static final int LONGEST_COMMENT = 0xffff;
  private static final int STORED = 0;
  private static final int DEFLATED = 8;

  /** Brackets in brackets; libtorch's parser recurses along them. */
  private static final int DEEPEST = 256;

  private final ByteBuffer bytes;
  private final String name;
  private final long budget;
  private final Map<String, ByteBuffer> entries = new LinkedHashMap<>();
  private long inflated;

  private ScriptFile(byte[] bytes, String name, long budget) {
    this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    this.name = name;
    this.budget = budget;
  }

  /**
   * Reads and checks a file.
   *
   * @param name what to call it in messages
   * @param budget bytes that an evaluation may take: what is packed in the file is held against it
   * @throws TouchstoneException if it is something else, truncated or corrupt, or its weights do
   *     not lie in the archive
   */
  static ScriptFile read(byte[] bytes, String name, long budget) {
    ScriptFile file = new ScriptFile(bytes, name, budget);
    file.readDirectory();
    file.requireProgram();
    file.checkPickles();
    return file;
  }

  /**
   * The module's own code, as TorchScript keeps it: the text of its Python-like sources, one file
   * after the other.
   */
  String program() {
    StringBuilder program = new StringBuilder();
    entries.forEach(
        (entry, content) -> {
          if (isSource(entry)) {
            program.append(StandardCharsets.UTF_8.decode(content.duplicate())).append('\n');
          }
        });
    return program.toString();
  }

  private static boolean isSource(String entry) {
    return entry.contains("/code/") && entry.endsWith(".py");
  }

  private void readDirectory() {
    if (bytes.limit() < 4 || bytes.getInt(0) != LOCAL_HEADER) {
      throw new TouchstoneException(
          name
              + (bytes.limit() == 0 ? " is empty," : " is")
              + " not a TorchScript module; write one in Python with"
              + " torch.jit.trace(model.eval(), example).save(\"model.pt\")");
    }
    int end = endOfDirectory();
    int count = Short.toUnsignedInt(bytes.getShort(end + 10));
    int at = bytes.getInt(end + 16);
    for (int i = 0; i < count; i++) {
      if (at < 0 || at + 46 > end || bytes.getInt(at) != DIRECTORY_ENTRY) {
        throw corrupt("its directory");
      }
      int nameLength = Short.toUnsignedInt(bytes.getShort(at + 28));
      int skipped =
          Short.toUnsignedInt(bytes.getShort(at + 30))
              + Short.toUnsignedInt(bytes.getShort(at + 32));
      String entry =
          new String(
              bytes.array(), at + 46, Math.min(nameLength, end - at - 46), StandardCharsets.UTF_8);
      if (entries.put(entry, content(entry, at)) != null) {
        throw corrupt("its directory, which names " + entry + " twice,");
      }
      at += 46 + nameLength + skipped;
    }
  }

  private void requireProgram() {
    if (entries.keySet().stream()
        .noneMatch(entry -> entry.contains("/code/") || entry.endsWith("/constants.pkl"))) {
      throw new TouchstoneException(
          name
              + " holds weights without a program, as torch.save writes them; write a TorchScript"
              + " module with torch.jit.trace(model.eval(), example).save(\"model.pt\")");
    }
  }

  private int endOfDirectory() {
    int first = Math.max(0, bytes.limit() - END_LENGTH - LONGEST_COMMENT);
    for (int at = bytes.limit() - END_LENGTH; at >= first; at--) {
      if (bytes.getInt(at) == END_OF_DIRECTORY) {
        return at;
      }
    }
    throw new TouchstoneException(
        name
            + " ends in the middle of a TorchScript module: it is truncated ("
            + bytes.limit()
            + " bytes); copy or download it again");
  }

  /** An entry's content, of the length and checksum that the directory states. */
  private ByteBuffer content(String entry, int at) {
    int method = bytes.getShort(at + 10);
    int crc = bytes.getInt(at + 16);
    int packed = bytes.getInt(at + 20);
    int size = bytes.getInt(at + 24);
    int header = bytes.getInt(at + 42);
    if (header < 0 || header + 30 > bytes.limit()) {
      throw corrupt(entry);
    }
    long start =
        header
            + 30L
            + Short.toUnsignedInt(bytes.getShort(header + 26))
            + Short.toUnsignedInt(bytes.getShort(header + 28));
    boolean plain = method == STORED;
    if (size < 0
        || packed < 0
        || start + packed > bytes.limit()
        || (plain && packed != size)
        || (!plain && method != DEFLATED)) {
      throw corrupt(entry);
    }
    ByteBuffer content =
        plain ? bytes.slice((int) start, size) : inflated(entry, (int) start, packed, size);
    CRC32 actual = new CRC32();
    actual.update(content.duplicate());
    if ((int) actual.getValue() != crc) {
      throw corrupt(entry);
    }
    return content;
  }

  private ByteBuffer inflated(String entry, int start, int packed, int size) {
    inflated += size;
    if (inflated > budget) {
      throw new TouchstoneException(
          name
              + " unpacks to more than touchstone.memory = "
              + budget
              + " bytes; if the model is meant to, raise it: -Dtouchstone.memory=4g");
    }
    byte[] content = new byte[size];
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(bytes.array(), start, packed);
      int length = inflater.inflate(content);
      if (length != size || inflater.inflate(new byte[1]) != 0) {
        throw corrupt(entry);
      }
    } catch (DataFormatException e) {
      throw corrupt(entry);
    } finally {
      inflater.end();
    }
    return ByteBuffer.wrap(content);
  }

  /** libtorch reads these two when it loads, the program when it compiles. */
  private void checkPickles() {
    String root = entries.keySet().iterator().next().split("/", 2)[0];
    for (String archive : new String[] {"data", "constants"}) {
      ByteBuffer pickle = entries.get(root + "/" + archive + ".pkl");
      if (pickle != null) {
        String prefix = root + "/" + archive + "/";
        ScriptPickle.check(pickle, archive + ".pkl", name, key -> length(prefix + key), budget);
      }
    }
    entries.forEach(
        (entry, content) -> {
          if (isSource(entry)) {
            requireShallow(entry, content);
          }
        });
  }

  /** An entry's length; negative if there is none. */
  private long length(String entry) {
    ByteBuffer content = entries.get(entry);
    return content == null ? -1 : content.limit();
  }

  private void requireShallow(String entry, ByteBuffer source) {
    int depth = 0;
    for (int i = 0; i < source.limit(); i++) {
      byte c = source.get(i);
      depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
      if (depth > DEEPEST) {
        throw new TouchstoneException(
            name + " nests brackets more than " + DEEPEST + " deep in " + entry + ": refused");
      }
    }
  }

  private TouchstoneException corrupt(String where) {
    return new TouchstoneException(
        name + " is corrupt: " + where + " is damaged; copy or download it again");
  }
}
