package dev.touchstone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.format.NpyReader;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NpyReaderTest {
  @TempDir Path folder;

  /** As NumPy writes it: magic, version 1.0, length, a header padded to a multiple of 64. */
  static byte[] npy(String type, boolean fortran, String shape, byte[] values) {
    String header =
        "{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }"
            .formatted(type, fortran ? "True" : "False", shape);
    String padded = header + " ".repeat(63 - (10 + header.length()) % 64) + "\n";
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    file.writeBytes(new byte[] {(byte) padded.length(), (byte) (padded.length() >> 8)});
    file.writeBytes(padded.getBytes(StandardCharsets.ISO_8859_1));
    file.writeBytes(values);
    return file.toByteArray();
  }

  static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
    for (float value : values) {
      bytes.putInt(Integer.reverseBytes(Float.floatToRawIntBits(value)));
    }
    return bytes.array();
  }

  private NpyReader read(byte[] file) throws IOException {
    return NpyReader.read(Location.of(Files.write(folder.resolve("a.npy"), file).toString()));
  }

  @ParameterizedTest
  // numpy 2.4.6: np.array([1.5, -2], dtype).tobytes().hex()
  @CsvSource({
    "<f2, 003e00c0, 1.5, -2",
    ">f2, 3e00c000, 1.5, -2",
    "<f4, 0000c03f000000c0, 1.5, -2",
    ">f4, 3fc00000c0000000, 1.5, -2",
    "<f8, 000000000000f83f00000000000000c0, 1.5, -2",
    "|i1, 01fe, 1, -2",
    "|u1, 01fe, 1, 254",
    "<i2, 0100feff, 1, -2",
    "<u2, 0100feff, 1, 65534",
    ">i4, 00000001fffffffe, 1, -2",
    "<u4, 01000000feffffff, 1, 4294967294",
    "<i8, 0100000000000000feffffffffffffff, 1, -2",
    "<u8, 0100000000000000feffffffffffffff, 1, 1.8446744073709551614e19",
    "|b1, 0100, 1, 0"
  })
  void numbersOfEveryTypeAreRead(String type, String hex, double first, double second)
      throws IOException {
    NpyReader array = read(npy(type, false, "2,", HexFormat.of().parseHex(hex)));
    assertThat(array.shape()).containsExactly(2);
    assertThat(array.values()).containsExactly(first, second);
  }

  @ParameterizedTest
  // np.array([2 ** -24, 65504, np.inf, np.nan], "<f2"): the smallest, the largest, and neither.
  @CsvSource({"0100, 5.960464477539063e-8", "ff7b, 65504", "007c, Infinity", "007e, NaN"})
  void halvesOfEverySizeAreRead(String hex, double value) throws IOException {
    assertThat(read(npy("<f2", false, "1,", HexFormat.of().parseHex(hex))).values())
        .containsExactly(value);
  }

  @Test
  void columnsOfFortransOrderAreRows() throws IOException {
    // np.asfortranarray([[0, 1, 2], [3, 4, 5]]) lies as 0 3 1 4 2 5.
    NpyReader array = read(npy("|u1", true, "2, 3", new byte[] {0, 3, 1, 4, 2, 5}));
    assertThat(array.values()).containsExactly(0, 1, 2, 3, 4, 5);
    NpyReader deep = read(npy("|u1", true, "2, 1, 2, 2", new byte[] {0, 4, 2, 6, 1, 5, 3, 7}));
    assertThat(deep.values()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
  }

  private void refused(byte[] file, String message) {
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(message.replace("FILE", folder.resolve("a.npy").toString()));
  }

  @Test
  void whatIsNoArrayOfNumbersIsRefused() {
    refused(
        "PK something else".getBytes(StandardCharsets.UTF_8),
        "FILE is no NumPy array: it does not begin as numpy.save(…) begins one");
    refused(
        npy("|O", false, "2,", new byte[8]),
        "FILE: its elements are Python objects, which stand there as a pickle and are not read;"
            + " save them as numbers or texts, such as with array.astype(float) or"
            + " array.astype(str)");
    refused(
        npy("<U2", false, "1,", new byte[8]),
        "FILE holds texts, and numbers are read; save an array of numbers");
    refused(
        npy("<f4", false, "100000, 100000", new byte[8]),
        "FILE promises an array of the shape [100000, 100000], more than the accepted 67108864"
            + " numbers; save fewer examples");
    byte[] whole = npy("<f4", false, "2,", floats(1, 2));
    refused(
        Arrays.copyOf(whole, whole.length - 1),
        "FILE promises 2 elements of 4 bytes and ends after 7 bytes: the file is truncated");
    refused(
        Arrays.copyOf(whole, whole.length + 1),
        "FILE goes on after the elements that its header promises; was another array appended?");
    refused(Arrays.copyOf(whole, 30), "FILE ends within its header: the file is truncated");
  }
}
