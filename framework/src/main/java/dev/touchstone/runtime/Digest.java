package dev.touchstone.runtime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
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
  private static final int CAPACITY = 1 << 12;
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final MessageDigest digest;

  /** What was added and not digested yet, as many small updates cost more than one. */
  private final byte[] pending = new byte[CAPACITY];

  private int size;

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
    if (bytes.length > CAPACITY - size) {
      digestPending();
    }
    if (bytes.length > CAPACITY) {
      digest.update(bytes);
    } else {
      System.arraycopy(bytes, 0, pending, size, bytes.length);
      size += bytes.length;
    }
    return this;
  }

  /** Adds a number. */
  public Digest add(long value) {
    room(Long.BYTES);
    LONGS.set(pending, size, value);
    size += Long.BYTES;
    return this;
  }

  /** Makes room for a value of so many bytes; returns for how many there is. */
  private int room(int bytes) {
    if (CAPACITY - size < bytes) {
      digestPending();
    }
    return (CAPACITY - size) / bytes;
  }

  private void digestPending() {
    digest.update(pending, 0, size);
    size = 0;
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
    add((long) length);
    for (int i = from; i < from + length; ) {
      int end = Math.min(from + length, i + room(Float.BYTES));
      int at = size;
      for (; i < end; i++, at += Float.BYTES) {
        INTS.set(pending, at, Float.floatToRawIntBits(values[i]));
      }
      size = at;
    }
    return this;
  }

  /**
   * Adds numbers as an array of their own.
   *
   * @param from the first one
   * @param length how many
   */
  public Digest add(double[] values, int from, int length) {
    add((long) length);
    for (int i = from; i < from + length; ) {
      int end = Math.min(from + length, i + room(Double.BYTES));
      int at = size;
      for (; i < end; i++, at += Double.BYTES) {
        LONGS.set(pending, at, Double.doubleToRawLongBits(values[i]));
      }
      size = at;
    }
    return this;
  }

  /** Adds whole numbers. */
  public Digest add(int[] values) {
    add((long) values.length);
    for (int i = 0; i < values.length; ) {
      int end = Math.min(values.length, i + room(Integer.BYTES));
      int at = size;
      for (; i < end; i++, at += Integer.BYTES) {
        INTS.set(pending, at, values[i]);
      }
      size = at;
    }
    return this;
  }

  /** Adds whole numbers. */
  public Digest add(long[] values) {
    add((long) values.length);
    for (int i = 0; i < values.length; ) {
      int end = Math.min(values.length, i + room(Long.BYTES));
      int at = size;
      for (; i < end; i++, at += Long.BYTES) {
        LONGS.set(pending, at, values[i]);
      }
      size = at;
    }
    return this;
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
    digestPending();
    return digest.digest();
  }

  /** Returns the digest in hexadecimal; the digest is empty again. */
  public String hex() {
    return HexFormat.of().formatHex(bytes());
  }
}
