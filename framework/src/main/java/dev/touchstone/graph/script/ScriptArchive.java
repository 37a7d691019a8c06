package dev.touchstone.graph.script;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * A zip archive of checked entries, stored one after the other, for libtorch to read: of the file
 * it comes from, libtorch sees nothing else. Contents are not copied.
 */
final class ScriptArchive {
  private static final int VERSION = 20;
  private static final int LOCAL_LENGTH = 30;
  private static final int DIRECTORY_LENGTH = 46;
  private static final int END_LENGTH = 22;

  /** Names are UTF-8. */
  private static final short FLAGS = 1 << 11;

  private ScriptArchive() {}

  /**
   * Lays entries out as an archive.
   *
   * @param entries contents that lie in arrays, by name
   * @return the archive's bytes
   */
  static InputStream of(Map<String, ByteBuffer> entries) {
    List<InputStream> parts = new ArrayList<>();
    List<ByteBuffer> directory = new ArrayList<>();
    long at = 0;
    for (Map.Entry<String, ByteBuffer> entry : entries.entrySet()) {
      byte[] name = entry.getKey().getBytes(StandardCharsets.UTF_8);
      ByteBuffer content = entry.getValue();
      CRC32 checksum = new CRC32();
      checksum.update(content.duplicate());
      int crc = (int) checksum.getValue();
      parts.add(whole(local(name, crc, content.limit())));
      parts.add(new ByteArrayInputStream(content.array(), content.arrayOffset(), content.limit()));
      directory.add(listed(name, crc, content.limit(), (int) at));
      at += LOCAL_LENGTH + name.length + content.limit();
    }
    int length = directory.stream().mapToInt(ByteBuffer::limit).sum();
    directory.forEach(line -> parts.add(whole(line)));
    ByteBuffer end = little(END_LENGTH);
    end.putInt(ScriptFile.END_OF_DIRECTORY).putInt(0);
    end.putShort((short) directory.size()).putShort((short) directory.size());
    end.putInt(length).putInt((int) at).putShort((short) 0);
    parts.add(whole(end));
    return new SequenceInputStream(Collections.enumeration(parts));
  }

  private static ByteBuffer local(byte[] name, int crc, int size) {
    ByteBuffer header = little(LOCAL_LENGTH + name.length);
    header.putInt(ScriptFile.LOCAL_HEADER).putShort((short) VERSION);
    return described(header, name, crc, size).putShort((short) 0).put(name);
  }

  private static ByteBuffer listed(byte[] name, int crc, int size, int at) {
    ByteBuffer line = little(DIRECTORY_LENGTH + name.length);
    line.putInt(ScriptFile.DIRECTORY_ENTRY).putShort((short) VERSION).putShort((short) VERSION);
    // No extra field, no comment, the first disk, no attributes.
    described(line, name, crc, size).putShort((short) 0).putShort((short) 0);
    return line.putShort((short) 0).putShort((short) 0).putInt(0).putInt(at).put(name);
  }

  /** What both headers say: flags, stored, no time, checksum, sizes, length of the name. */
  private static ByteBuffer described(ByteBuffer header, byte[] name, int crc, int size) {
    header.putShort(FLAGS).putShort((short) ScriptFile.STORED).putInt(0);
    return header.putInt(crc).putInt(size).putInt(size).putShort((short) name.length);
  }

  private static ByteBuffer little(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static InputStream whole(ByteBuffer bytes) {
    return new ByteArrayInputStream(bytes.array());
  }
}
