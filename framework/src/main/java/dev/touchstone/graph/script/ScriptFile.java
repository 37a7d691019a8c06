package dev.touchstone.graph.script;

import dev.touchstone.runtime.TouchstoneException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A TorchScript module's file that was checked before libtorch sees it: libtorch's own messages are
 * about streams, it loads damaged weights without a word, and believes every size. A module is a
 * zip archive: its program, mostly deflated, and its weights, stored.
 */
final class ScriptFile {
  static final int LOCAL_HEADER = 0x04034b50;
  static final int DIRECTORY_ENTRY = 0x02014b50;
  static final int END_OF_DIRECTORY = 0x06054b50;
  private static final int END_LENGTH = 22;
  private static final int LONGEST_COMMENT = 0xffff;
  static final int STORED = 0;
  private static final int DEFLATED = 8;
  private static final String CODE = "code/";
  private static final String SOURCE = ".py";

  /** Levels and operators; libtorch bore 520 of each on a thread of 1 MiB, and not 2,000. */
  private static final int DEEPEST = 256;

  private final ByteBuffer bytes;
  private final String name;
  private final long budget;
  private final Map<String, ByteBuffer> entries = new LinkedHashMap<>();
  private String root = "";
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
    file.requireDistinct();
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
            program.append(text(content)).append('\n');
          }
        });
    return program.toString();
  }

  /**
   * What libtorch is to read: the program, the values and the weights, all of them checked. Notes
   * on the lines of Python that a program came from are left out: libtorch opens them while it says
   * what is wrong with a program, where a second error ends the process.
   */
  InputStream checked() {
    Map<String, ByteBuffer> parts = new LinkedHashMap<>(entries);
    parts.keySet().removeIf(entry -> !isRead(entry));
    return ScriptArchive.of(parts);
  }

  private static String text(ByteBuffer content) {
    return StandardCharsets.UTF_8.decode(content.duplicate()).toString();
  }

  private boolean isRead(String entry) {
    return isSource(entry)
        || entry.startsWith(root + "data/")
        || entry.startsWith(root + "constants/")
        || entry.equals(root + "data.pkl")
        || entry.equals(root + "constants.pkl")
        || entry.equals(root + "version")
        || entry.equals(root + ".data/version")
        || entry.equals(root + "byteorder");
  }

  private boolean isSource(String entry) {
    return entry.startsWith(root + CODE) && entry.endsWith(SOURCE);
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
    String first = entries.isEmpty() ? "" : entries.keySet().iterator().next();
    root = first.substring(0, first.indexOf('/') + 1);
    if (entries.containsKey(root + "model.json")) {
      throw new TouchstoneException(
          name
              + " is a module of PyTorch before 1.4, a layout that is not read; load and save it"
              + " anew in Python with torch.jit.load(path).save(\"model.pt\")");
    }
    if (entries.keySet().stream().noneMatch(this::isSource)
        && !entries.containsKey(root + "constants.pkl")) {
      throw new TouchstoneException(
          name
              + " holds weights without a program, as torch.save writes them; write a TorchScript"
              + " module with torch.jit.trace(model.eval(), example).save(\"model.pt\")");
    }
  }

  /** libtorch does not tell capitals from small letters where weights are looked for. */
  private void requireDistinct() {
    Set<String> names = new HashSet<>();
    for (String entry : entries.keySet()) {
      if (isRead(entry) && !isSource(entry) && !names.add(entry.toLowerCase(Locale.ROOT))) {
        throw corrupt("its directory, which names " + entry + " twice,");
      }
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
    ScriptClasses classes = new ScriptClasses();
    entries.forEach(
        (entry, content) -> {
          if (isSource(entry)) {
            String source = text(content);
            requireShallow(name, entry, source);
            String path =
                entry.substring(root.length() + CODE.length(), entry.length() - SOURCE.length());
            classes.read(path.replace('/', '.'), source);
          }
        });
    if (classes.longestChain() > DEEPEST) {
      throw new TouchstoneException(
          ("%s has %d classes or functions that need each other in a row; more than %d, which"
               + " libtorch compiles inside each other and could end the process on, are refused")
              .formatted(name, classes.longestChain(), DEEPEST));
    }
    for (String archive : new String[] {"data", "constants"}) {
      ByteBuffer pickle = entries.get(root + archive + ".pkl");
      if (pickle == null) {
        throw new TouchstoneException(
            name
                + " is corrupt: it lacks "
                + archive
                + ".pkl; copy or download it again, or save the module anew");
      }
      String prefix = root + archive + "/";
      ScriptPickle.check(
          pickle, archive + ".pkl", name, key -> length(prefix + key), classes, budget);
    }
  }

  /** An entry's length; negative if there is none. */
  private long length(String entry) {
    ByteBuffer content = entries.get(entry);
    return content == null ? -1 : content.limit();
  }

  /**
   * Refuses what nests so deep that a recursion along it would end the process: brackets and blocks
   * in each other, and operators one after the other, which libtorch's parser nests too.
   */
  static void requireShallow(String name, String entry, CharSequence source) {
    ScriptDepth depth = ScriptDepth.of(source);
    if (depth.nested() > DEEPEST || depth.chained() > DEEPEST) {
      throw new TouchstoneException(
          ("%s nests brackets or blocks %d deep and chains %d operators in %s; more than %d of"
                  + " either, on which libtorch could end the process, are refused")
              .formatted(name, depth.nested(), depth.chained(), entry, DEEPEST));
    }
  }

  private TouchstoneException corrupt(String where) {
    return new TouchstoneException(
        name + " is corrupt: " + where + " is damaged; copy or download it again");
  }
}
