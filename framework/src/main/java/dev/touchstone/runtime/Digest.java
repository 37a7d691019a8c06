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
  private final MessageDigest digest;

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
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(value).flip());
    return this;
  }

  /** Adds numbers, bit by bit. */
  public Digest add(float[] values) {
    add(values.length);
    ByteBuffer buffer = ByteBuffer.allocate(values.length * Float.BYTES);
    buffer.asFloatBuffer().put(values);
    digest.update(buffer);
    return this;
  }

  /** Adds whole numbers. */
  public Digest add(int[] values) {
    add(values.length);
    ByteBuffer buffer = ByteBuffer.allocate(values.length * Integer.BYTES);
    buffer.asIntBuffer().put(values);
    digest.update(buffer);
    return this;
  }

  /** Adds whole numbers. */
  public Digest add(long[] values) {
    add(values.length);
    ByteBuffer buffer = ByteBuffer.allocate(values.length * Long.BYTES);
    buffer.asLongBuffer().put(values);
    digest.update(buffer);
    return this;
  }

  /** Adds numbers, bit by bit. */
  public Digest add(double[] values) {
    add(values.length);
    ByteBuffer buffer = ByteBuffer.allocate(values.length * Double.BYTES);
    buffer.asDoubleBuffer().put(values);
    digest.update(buffer);
    return this;
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
