package dev.touchstone.data.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A PNG image (ISO/IEC 15948).
 *
 * @param depth bits of a sample
 */
record PngImage(Size size, int depth, int orientation, boolean hasProfile, byte[] file)
    implements OpenedImage {
  private static final byte[] SIGNATURE = {
    (byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n',
  };
  private static final int HEADER_END = 33;
  private static final int DEPTH_AT = 24;

  /** Of a chunk: length, type and checksum. */
  private static final int FRAME = 12;

  static boolean is(byte[] file) {
    return file.length >= SIGNATURE.length
        && Arrays.equals(SIGNATURE, 0, SIGNATURE.length, file, 0, SIGNATURE.length);
  }

  static PngImage of(byte[] file) throws UnreadableImageException {
    ByteBuffer in = ByteBuffer.wrap(file);
    if (file.length < HEADER_END || in.getInt(16) <= 0 || in.getInt(20) <= 0) {
      throw UnreadableImageException.damaged("its header says no size");
    }
    int orientation = Orientation.NOT_SAID;
    boolean profile = false;
    long at = SIGNATURE.length;
    while (at <= file.length - FRAME) {
      long length = in.getInt((int) at) & 0xffffffffL;
      if (length > file.length - FRAME - at) {
        break;
      }
      int content = (int) at + 8;
      String type = new String(file, (int) at + 4, 4, StandardCharsets.ISO_8859_1);
      if (type.equals("eXIf")) {
        orientation = Orientation.ofExif(Arrays.copyOfRange(file, content, content + (int) length));
      }
      profile |= type.equals("iCCP");
      at += FRAME + length;
    }
    return new PngImage(
        new Size(in.getInt(20), in.getInt(16)),
        file[DEPTH_AT],
        Math.max(Orientation.UPRIGHT, orientation),
        profile,
        file);
  }

  @Override
  public Pixels decoded(boolean opaque) throws UnreadableImageException {
    if (depth == 16) {
      throw new UnreadableImageException(
          "has 16 bits a sample, which training libraries read differently: Pillow's"
              + " convert(\"RGB\") cuts grey ones off at 255 and halves the bits of colours,"
              + " torchvision's decode_image keeps all; write it with 8 bits, as the model was"
              + " trained on");
    }
    return JavaReader.ask("png", file, reader -> Samples.of(reader.read(0), opaque));
  }
}
