package dev.touchstone.runtime;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * SHA-256 over typed parts, texts and arrays preceded by their lengths: two sequences of the same
 * types collide only if SHA-256 does. A list of parts has to be preceded by its own length, and
 * what may be of one kind or another by its kind.
 */
public final class Digest {
  private static final int FIRST_CAPACITY = 512;

  private final MessageDigest digest;

  /** What is added next, so that nothing is allocated for each part. */
  private ByteBuffer part = ByteBuffer.allocate(FIRST_CAPACITY);

  private Digest(MessageDigest digest) {
    this.digest = digest;
  }

  /** Returns an empty digest. */
  public static Digest sha256() {
    try {
      return new Digest(MessageDigest.getInstance("SHA-256"));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Returns the hexadecimal SHA-256 of bytes as they are, as {@code sha256sum} prints it. */
  public static String ofBytes(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest.digest(bytes));
  }

  /** Adds a text. */
  public Digest add(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    add(bytes.length);
    digest.update(bytes);
    return this;
  }

  /** Adds a number. */
  public Digest add(long value) {
    return update(empty(Long.BYTES).putLong(value));
  }

  private ByteBuffer empty(int bytes) {
    if (part.capacity() < bytes) {
      part = ByteBuffer.allocate(bytes);
    }
    return part.clear();
  }

  private Digest update(ByteBuffer filled) {
    digest.update(filled.flip());
    return this;
  }

  /** Returns an empty part that begins with the number of its values. */
  private ByteBuffer counted(int values, int bytes) {
    return empty(Math.addExact(Long.BYTES, Math.multiplyExact(values, bytes))).putLong(values);
  }

  /** Adds numbers, bit by bit. */
  public Digest add(float[] values) {
    return add(values, 0, values.length);
  }

  /**
   * Adds numbers as an array of their own.
   *
   * @param from the first one
   * @param length how many
   */
  public Digest add(float[] values, int from, int length) {
    ByteBuffer counted = counted(length, Float.BYTES);
    for (int i = from; i < from + length; i++) {
      counted.putFloat(values[i]);
    }
    return update(counted);
  }

  /**
   * Adds numbers as an array of their own.
   *
   * @param from the first one
   * @param length how many
   */
  public Digest add(double[] values, int from, int length) {
    ByteBuffer counted = counted(length, Double.BYTES);
    for (int i = from; i < from + length; i++) {
      counted.putDouble(values[i]);
    }
    return update(counted);
  }

  /** Adds whole numbers. */
  public Digest add(int[] values) {
    ByteBuffer counted = counted(values.length, Integer.BYTES);
    for (int value : values) {
      counted.putInt(value);
    }
    return update(counted);
  }

  /** Adds whole numbers. */
  public Digest add(long[] values) {
    ByteBuffer counted = counted(values.length, Long.BYTES);
    for (long value : values) {
      counted.putLong(value);
    }
    return update(counted);
  }

  /** Adds numbers, bit by bit. */
  public Digest add(double[] values) {
    return add(values, 0, values.length);
  }

  /** Adds texts, preceded by their number. */
  public Digest add(List<String> texts) {
    add(texts.size());
    texts.forEach(this::add);
    return this;
  }

  /** Returns the 32 bytes of the digest; the digest is empty again. */
  public byte[] bytes() {
    return digest.digest();
  }

  /** Returns the digest in hexadecimal; the digest is empty again. */
  public String hex() {
    return HexFormat.of().formatHex(bytes());
  }
}
