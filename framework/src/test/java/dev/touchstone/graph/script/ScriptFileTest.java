package dev.touchstone.graph.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Changed copies of {@code torchscript/encoder.pt}, whose checksums are right; none of them comes
 * to libtorch. Its weights "0" are six floats, read as [3, 2] with strides (2, 1).
 */
class ScriptFileTest {
  private static final long BUDGET = 1 << 20;
  private static final String PICKLE = "encoder/data.pkl";
  private static final String SOURCE = "encoder/code/__torch__.py";

  private final Map<String, byte[]> entries = new LinkedHashMap<>();

  private static byte[] encoder() {
    return Location.of("classpath:torchscript/encoder.pt").read(1 << 16);
  }

  @BeforeEach
  void unpack(@TempDir Path folder) throws IOException {
    Path whole = Files.write(folder.resolve("encoder.pt"), encoder());
    try (ZipFile in = new ZipFile(whole.toFile())) {
      for (ZipEntry entry : Collections.list(in.entries())) {
        entries.put(entry.getName(), in.getInputStream(entry).readAllBytes());
      }
    }
  }

  private byte[] file() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        ZipEntry stored = new ZipEntry(entry.getKey());
        stored.setMethod(ZipEntry.STORED);
        stored.setSize(entry.getValue().length);
        CRC32 checksum = new CRC32();
        checksum.update(entry.getValue());
        stored.setCrc(checksum.getValue());
        out.putNextEntry(stored);
        out.write(entry.getValue());
      }
    }
    return bytes.toByteArray();
  }

  private void assertRefused(String... parts) throws IOException {
    byte[] file = file();
    assertThatThrownBy(() -> ScriptFile.read(file, "m.pt", BUDGET))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith("m.pt ")
        .hasMessageContainingAll(parts);
  }

  /** Overwrites the pickle behind the first place where some bytes stand. */
  private void patch(int[] behind, int... with) {
    byte[] pickle = entries.get(PICKLE);
    int at = indexOf(pickle, behind) + behind.length;
    for (int i = 0; i < with.length; i++) {
      pickle[at + i] = (byte) with[i];
    }
  }

  private static int indexOf(byte[] bytes, int... wanted) {
    for (int at = 0; at + wanted.length <= bytes.length; at++) {
      int start = at;
      if (IntStream.range(0, wanted.length).allMatch(i -> bytes[start + i] == (byte) wanted[i])) {
        return at;
      }
    }
    throw new AssertionError("the pickle is another");
  }

  private static int[] codes(String text) {
    return text.chars().toArray();
  }

  @Test
  void aDeflatedProgramIsReadToo() {
    assertThat(ScriptFile.read(encoder(), "encoder.pt", BUDGET).program())
        .contains("def encode(self", "torch.relu");
  }

  @Test
  void whatWasOnlyPackedAnewIsRead() throws IOException {
    assertThat(ScriptFile.read(file(), "m.pt", BUDGET).program()).contains("torch.relu");
  }

  @Test
  void weightsAreAsManyAsTheArchiveHas() throws IOException {
    entries.put("encoder/data/0", new byte[20]);
    assertRefused("weights \"0\" promise 6 numbers of 4 bytes, and the archive has 20 bytes");
  }

  @Test
  void weightsThatAreNotThereAreSaid() throws IOException {
    entries.remove("encoder/data/1");
    assertRefused("weights \"1\" promise 3 numbers of 4 bytes, and the archive has none");
  }

  @Test
  void aTensorLiesInItsNumbers() throws IOException {
    // BININT1 3, BININT1 2, TUPLE: the first tensor's sizes.
    patch(codes("(K\3K"), 3);
    assertRefused("sizes [3, 3] and strides [2, 1]", "does not lie in its 6 numbers");
  }

  @Test
  void numbersAreNotRepeatedBeyondTheMemory() throws IOException {
    // Sizes [3, 2] become [1099511627776] in a hand-written constant, its stride 0.
    byte[] large = {0, 0, 0, 0, 0, 1, 0, 0};
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.write(new byte[] {(byte) 0x80, 2});
    pickle.write("ctorch._utils\n_rebuild_tensor_v2\n((X".getBytes(StandardCharsets.UTF_8));
    pickle.write(new byte[] {7, 0, 0, 0});
    pickle.write("storagectorch\nFloatStorage\nX".getBytes(StandardCharsets.UTF_8));
    pickle.write(new byte[] {1, 0, 0, 0, '0', 'X', 3, 0, 0, 0, 'c', 'p', 'u', 'K', 6, 't', 'Q'});
    pickle.write(new byte[] {'K', 0, (byte) 0x8a, 8});
    pickle.write(large);
    pickle.write(new byte[] {(byte) 0x85, 'K', 0, (byte) 0x85, (byte) 0x89, 'N', 't', 'R', '.'});
    entries.put("encoder/constants.pkl", pickle.toByteArray());
    entries.put("encoder/constants/0", new byte[24]);

    assertRefused("repeats 6 numbers to a tensor of sizes [1099511627776]", "touchstone.memory");
  }

  @Test
  void aTextIsAsLongAsWhatFollows() throws IOException {
    patch(codes("(X"), 0, 0, 0, 0x7f);
    assertRefused("data.pkl, at byte", "a text of 2130706432 bytes is promised");
  }

  @Test
  void placesAreGivenOutInOrder() throws IOException {
    // BINPUT 0 and EMPTY_TUPLE.
    patch(codes("Encoder\nq"), 200);
    assertRefused("place 200 follows on place -1");
  }

  @Test
  void aPickleThatEndsEarlyIsCorrupt() throws IOException {
    entries.put(PICKLE, Arrays.copyOf(entries.get(PICKLE), 100));
    assertRefused("data.pkl, at byte");
  }

  @Test
  void valuesAreNotNestedWithoutEnd() throws IOException {
    byte[] pickle = new byte[5_000];
    Arrays.fill(pickle, (byte) 0x85);
    pickle[0] = (byte) 0x80;
    pickle[1] = 2;
    pickle[2] = 'N';
    pickle[pickle.length - 1] = '.';
    entries.put("encoder/constants.pkl", pickle);
    assertRefused("constants.pkl", "nests values more than 512 deep");
  }

  @Test
  void bracketsAreNotNestedWithoutEnd() throws IOException {
    entries.put(SOURCE, "(".repeat(300).getBytes(StandardCharsets.UTF_8));
    assertRefused("nests brackets more than 256 deep in " + SOURCE);
  }

  @Test
  void whatUnpacksToMoreThanTheMemoryIsRefused() {
    byte[] file = encoder();
    assertThatThrownBy(() -> ScriptFile.read(file, "encoder.pt", 100))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("encoder.pt unpacks to more than touchstone.memory = 100 bytes");
  }

  @Test
  void damageInADeflatedEntryIsSeen() {
    byte[] file = encoder();
    // The first byte of the deflated program.
    int at = indexOf(file, codes(SOURCE)) + SOURCE.length();
    int extra = indexOf(Arrays.copyOfRange(file, at, file.length), 'P', 'K');
    file[at + extra - 20] ^= 0x10;

    assertThatThrownBy(() -> ScriptFile.read(file, "encoder.pt", BUDGET))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageMatching("encoder.pt is corrupt: encoder/code/.* is damaged; .*");
  }
}
