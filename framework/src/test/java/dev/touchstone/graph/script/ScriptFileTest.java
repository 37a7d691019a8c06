package dev.touchstone.graph.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Tensor;
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
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Changed copies of {@code torchscript/encoder.pt}, whose checksums are right; none that is refused
 * comes to libtorch. Its weights "0" are six floats, read as [3, 2] with strides (2, 1).
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
    assertRefused("nests brackets or blocks 300 deep and chains", SOURCE);
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

  /** Constants written by hand, each part text of which a letter is a byte. */
  private void constants(String... parts) {
    String pickle = "\200\2" + String.join("", parts);
    entries.put("encoder/constants.pkl", pickle.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String text(String text) {
    return "X" + (char) text.length() + "\0\0\0" + text;
  }

  @Test
  void instructionsThatLibtorchLacksAreRefused() throws IOException {
    constants("N0.");
    assertRefused("constants.pkl", "the instruction 48, which libtorch lacks");
  }

  @Test
  void oneValueIsLeft() throws IOException {
    constants(")N.");
    assertRefused("it ends with 2 values and 0 begun");
    constants("().");
    assertRefused("it ends with 1 values and 1 begun");
  }

  @Test
  void whatIsTakenIsThere() throws IOException {
    for (String early :
        new String[] {"\205.", "N\206.", "t.", "e.", "s.", "R.", "Q.", "q\0.", "N("}) {
      constants(early);
      assertRefused("constants.pkl", "it ends or takes a value where there is none");
    }
    // A mark above a stack that shrank.
    constants(")N(\206t.");
    assertRefused("it ends or takes a value where there is none");
  }

  @Test
  void aDictionaryHasPairs() throws IOException {
    constants("(Nd.");
    assertRefused("a dictionary has a key without a value");
  }

  @Test
  void onlyDictionariesTakePairsAndOnlyListsItems() throws IOException {
    constants("](NNu.");
    assertRefused("a dictionary is to stand where none does");
    constants("}(Ne.");
    assertRefused("a list is to stand where none does");
  }

  @Test
  void aNumberIsNoFunction() throws IOException {
    constants("K\7)R.");
    assertRefused("something else than a class or function is to make a value");
    constants("ctorch\nFloatStorage\n)R.");
    assertRefused("something else than a class or function is to make a value");
  }

  @Test
  void classesAreThoseOfTheProgram() throws IOException {
    constants("c__torch__\nDecoder\n)\201}b.");
    assertRefused("names __torch__.Decoder, which the module's program does not declare");
  }

  @Test
  void aValueDoesNotGrowWithinAnother() throws IOException {
    constants("]q\0\205h\0(Ne\206.");
    assertRefused("a value grows that is part of another already");
  }

  @Test
  void listsHaveItemsOfTheirType() throws IOException {
    constants("ctorch.jit._pickle\nbuild_intlist\n](Ne\205R\205.");
    assertRefused("a value has another type than what is made of it");
  }

  @Test
  void typesAreNotNestedWithoutEnd() throws IOException {
    String type = "List[".repeat(300);
    constants(
        "ctorch.jit._pickle\nrestore_type_tag\n]X",
        (char) (type.length() % 256) + "" + (char) (type.length() / 256) + "\0\0" + type,
        "\206R\205.");
    assertRefused("nests brackets or blocks 300 deep and chains 0 operators in constants.pkl");
  }

  @Test
  void anObjectHasTheAttributesOfItsClass() throws IOException {
    byte[] pickle = entries.get(PICKLE);
    pickle[indexOf(pickle, codes("training"))] = 'd';
    assertRefused("lacks its attribute training, declared as bool");
  }

  @Test
  void anAttributeHasTheClassThatIsDeclared() throws IOException {
    String source = new String(entries.get(SOURCE), StandardCharsets.UTF_8);
    String other =
        source.replaceFirst(
            "fc1 : \\S+", "fc1 : __torch__.torch.nn.modules.linear.___torch_mangle_0.Linear");
    entries.put(SOURCE, other.getBytes(StandardCharsets.UTF_8));
    assertRefused(
        "__torch__.Encoder lacks its attribute fc1, declared as", "___torch_mangle_0.Linear");
  }

  @Test
  void weightsAreNotReadAgainAndAgain() throws IOException {
    entries.put("encoder/constants/0", new byte[400_000]);
    String numbers =
        "(" + text("storage") + "ctorch\nFloatStorage\n" + text("0") + text("cpu") + "K\1tQ";
    constants("(", numbers.repeat(3), "t.");
    assertThat(ScriptFile.read(file(), "m.pt", BUDGET).program()).contains("torch.relu");
    constants("(", numbers.repeat(4), "t.");
    assertRefused("it reads the same weights again and again, beyond touchstone.memory = 1048576");
  }

  @Test
  void numbersSayWhatTheyAre() throws IOException {
    patch(codes("(X\7\0\0\0"), 'S');
    assertRefused("numbers are described by something else than type, key, device and count");
  }

  @Test
  void weightsWhoseNamesDifferInCapitalsAreRefused() throws IOException {
    entries.put("encoder/data/a", new byte[4]);
    entries.put("encoder/data/A", new byte[4]);
    assertRefused("names encoder/data/A twice");
  }

  @Test
  void aModuleHasValuesAndConstants() throws IOException {
    entries.remove("encoder/constants.pkl");
    assertRefused("it lacks constants.pkl");
  }

  @Test
  void anOldLayoutIsSaid() throws IOException {
    entries.put("encoder/model.json", new byte[] {'{', '}'});
    assertRefused("is a module of PyTorch before 1.4");
  }

  @Test
  void blocksAreNotNestedWithoutEnd() throws IOException {
    entries.put(SOURCE, (" ".repeat(300) + "x").getBytes(StandardCharsets.UTF_8));
    assertRefused("nests brackets or blocks 300 deep and chains", SOURCE);
  }

  /** The notes on lines end the process where libtorch reads damaged ones while it reports. */
  @Test
  void libtorchIsHandedTheCheckedPartsAlone() throws IOException {
    Map<String, byte[]> handed = new LinkedHashMap<>();
    try (ZipInputStream in =
        new ZipInputStream(ScriptFile.read(encoder(), "encoder.pt", BUDGET).checked())) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        handed.put(entry.getName(), in.readAllBytes());
      }
    }
    Map<String, byte[]> wanted = new LinkedHashMap<>(entries);
    wanted.keySet().removeIf(name -> name.endsWith("debug_pkl") || name.contains("/.data/"));
    assertThat(handed.keySet()).containsExactlyElementsOf(wanted.keySet()).hasSize(10);
    wanted.forEach((name, content) -> assertThat(handed.get(name)).isEqualTo(content));
  }

  /** What PyTorch itself answers is in the file; {@code torchscript_values.py} wrote both. */
  @ParameterizedTest
  @CsvFileSource(resources = "/torchscript/values.csv")
  void valuesOfEveryTypeAreRead(
      String module, double a, double b, double c, double d, double e, double f) {
    Tensor x = Tensor.of(new float[] {-.5f, -.2f, .1f, .4f, .7f, -.5f, -.2f, .1f}, 2, 4);
    byte[] file = Location.of("classpath:torchscript/" + module + ".pt").read(1 << 16);
    ScriptModule read = ScriptModule.read(file, module, "cpu", 1 << 28);
    // The scale of a quantised product hangs on the machine's instructions.
    double tolerance = module.equals("packed") ? .02 : 1e-4;
    double[][] answers = read.outputs(x, 1 << 28);
    read.release();

    assertThat(answers[0]).containsExactly(new double[] {a, b, c}, within(tolerance));
    assertThat(answers[1]).containsExactly(new double[] {d, e, f}, within(tolerance));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1 + ", "not ", "-", "1 ** ", "x and ", "1 if x else ", "f.", "f[0]"})
  void operatorsAreNotChainedWithoutEnd(String part) throws IOException {
    entries.put(SOURCE, ("y = " + part.repeat(300) + "1\n").getBytes(StandardCharsets.UTF_8));
    assertRefused("nests brackets or blocks ", "operators in " + SOURCE + "; more than 256");
  }

  @Test
  void alternativesAreNotChainedWithoutEnd() throws IOException {
    entries.put(SOURCE, "elif x:\n  pass\n".repeat(300).getBytes(StandardCharsets.UTF_8));
    assertRefused("nests brackets or blocks 300 deep and chains 0 operators");
  }

  /** 2 around the call, its two arguments' 3 and 1; text and the next line count for themselves. */
  @Test
  void operatorsAreCountedByExpression() {
    assertThat(ScriptDepth.of("y = a + f(b - c * -d, e + g, '((+++')\n  z = -1\n"))
        .isEqualTo(new ScriptDepth(2, 5));
    assertThat(ScriptDepth.of("x = [-1, -2, -3, (4, [5])] # it's\ny = f(g(h))\n"))
        .isEqualTo(new ScriptDepth(3, 2));
    assertThat(ScriptDepth.of("\"\"\"\n((((\n\"\"\"\nx = 'a\\'((' + (1)\n"))
        .isEqualTo(new ScriptDepth(1, 3));
  }

  @Test
  void classesAndFunctionsDoNotNeedEachOtherWithoutEnd() throws IOException {
    StringBuilder chain = new StringBuilder("class Link0(Module):\n  scale : Tensor\n");
    for (int i = 1; i < 300; i++) {
      if (i % 2 == 0) {
        chain.append(
            "class Link%d(Module):\n  before : __torch__.chain.link%d\n".formatted(i, i - 1));
      } else {
        chain
            .append("def link%d(x: Tensor) -> Tensor:\n".formatted(i))
            .append("  return __torch__.chain.Link%d(x)\n".formatted(i - 1));
      }
    }
    entries.put(
        "encoder/code/__torch__/chain.py", chain.toString().getBytes(StandardCharsets.UTF_8));
    assertRefused("has 300 classes or functions that need each other in a row; more than 256");
  }
}
