package dev.touchstone.graph;

import dev.touchstone.runtime.TouchstoneException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Checks that a file is a whole TorchScript module before libtorch sees it: libtorch's own messages
 * are about streams, and it loads damaged weights without a word. A module is a zip archive of
 * stored entries, among them its program.
 */
final class ScriptFile {
  private static final int LOCAL_HEADER = 0x04034b50;
  private static final int DIRECTORY_ENTRY = 0x02014b50;
  private static final int END_OF_DIRECTORY = 0x06054b50;
  private static final int END_LENGTH = 22;
  private static final int LONGEST_COMMENT = 0xffff;
  private static final int STORED = 0;

  private final ByteBuffer bytes;
  private final String name;
  private final StringBuilder program = new StringBuilder();

  private ScriptFile(byte[] bytes, String name) {
    this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    this.name = name;
  }

  /**
   * Checks a file.
   *
   * @param name what to call it in messages
   * @throws TouchstoneException if it is something else, truncated or corrupt
   */
  static void check(byte[] bytes, String name) {
    new ScriptFile(bytes, name).check();
  }

  /**
   * The module's own code, as TorchScript keeps it: the text of its Python-like sources, one file
   * after the other.
   *
   * @throws TouchstoneException as {@link #check}
   */
  static String program(byte[] bytes, String name) {
    ScriptFile file = new ScriptFile(bytes, name);
    file.check();
    return file.program.toString();
  }

  private void check() {
    if (bytes.limit() < 4 || bytes.getInt(0) != LOCAL_HEADER) {
      throw new TouchstoneException(
          name
              + (bytes.limit() == 0 ? " is empty," : " is")
              + " not a TorchScript module; write one in Python with"
              + " torch.jit.trace(model.eval(), example).save(\"model.pt\")");
    }
    int end = endOfDirectory();
    int entries = Short.toUnsignedInt(bytes.getShort(end + 10));
    int at = bytes.getInt(end + 16);
    boolean program = false;
    for (int i = 0; i < entries; i++) {
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
      program |= entry.contains("/code/") || entry.endsWith("/constants.pkl");
      if (bytes.getShort(at + 10) == STORED) {
        checkContent(entry, bytes.getInt(at + 42), bytes.getInt(at + 24), bytes.getInt(at + 16));
      }
      at += 46 + nameLength + skipped;
    }
    if (!program) {
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

  private void checkContent(String entry, int header, int size, int crc) {
    if (header < 0 || header + 30 > bytes.limit()) {
      throw corrupt(entry);
    }
    long start =
        header
            + 30L
            + Short.toUnsignedInt(bytes.getShort(header + 26))
            + Short.toUnsignedInt(bytes.getShort(header + 28));
    if (size < 0 || start + size > bytes.limit()) {
      throw corrupt(entry);
    }
    CRC32 actual = new CRC32();
    actual.update(bytes.array(), (int) start, size);
    if ((int) actual.getValue() != crc) {
      throw corrupt(entry);
    }
    if (entry.contains("/code/") && entry.endsWith(".py")) {
      program
          .append(new String(bytes.array(), (int) start, size, StandardCharsets.UTF_8))
          .append('\n');
    }
  }

  private TouchstoneException corrupt(String where) {
    return new TouchstoneException(
        name + " is corrupt: " + where + " is damaged; copy or download it again");
  }
}
