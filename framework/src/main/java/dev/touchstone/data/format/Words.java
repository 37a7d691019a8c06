package dev.touchstone.data.format;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Different texts in the order in which they came, found again by their bytes in UTF-8. */
public final class Words {
  private static final int FIRST_CAPACITY = 16;

  private final List<String> texts = new ArrayList<>();
  private final List<byte[]> bytes = new ArrayList<>();

  /** Positions and one more, by hash; 0 where nothing is. */
  private int[] table = new int[FIRST_CAPACITY];

  /** Returns words of these texts, each at its position in the list. */
  public static Words of(List<String> texts) {
    Words words = new Words();
    for (String text : texts) {
      byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
      words.indexOrAdd(encoded, 0, encoded.length);
    }
    return words;
  }

  int size() {
    return texts.size();
  }

  /** Returns a text by its position. */
  public String get(int index) {
    return texts.get(index);
  }

  /** Returns the texts in the order in which they came. */
  public List<String> texts() {
    return Collections.unmodifiableList(texts);
  }

  /** Returns the position of the text that some bytes are; below 0 if it is none of these. */
  int index(byte[] text, int from, int to) {
    return table[slot(text, from, to)] - 1;
  }

  /** Returns the same, behind all others if it is new. */
  public int indexOrAdd(byte[] text, int from, int to) {
    int slot = slot(text, from, to);
    if (table[slot] == 0) {
      byte[] copy = Arrays.copyOfRange(text, from, to);
      bytes.add(copy);
      texts.add(new String(copy, StandardCharsets.UTF_8));
      table[slot] = texts.size();
      if (2 * texts.size() > table.length) {
        grow();
        return texts.size() - 1;
      }
    }
    return table[slot] - 1;
  }

  private void grow() {
    table = new int[2 * table.length];
    for (int i = 0; i < bytes.size(); i++) {
      byte[] word = bytes.get(i);
      table[slot(word, 0, word.length)] = i + 1;
    }
  }

  /** Where the text stands, or would. */
  private int slot(byte[] text, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + text[i];
    }
    int slot = (hash ^ hash >>> 16) * 0x9e3779b9 >>> 1 & table.length - 1;
    while (table[slot] != 0) {
      byte[] word = bytes.get(table[slot] - 1);
      if (Arrays.equals(word, 0, word.length, text, from, to)) {
        break;
      }
      slot = slot + 1 & table.length - 1;
    }
    return slot;
  }
}
