package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.touchstone.graph.Graph;
import dev.touchstone.graph.GraphInput;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.onnx.FileDigests.OfFile;
import dev.touchstone.graph.operator.Operators;
import dev.touchstone.graph.operator.UnsupportedOperatorException;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An ONNX file that was read and checked without any engine. The file is untrusted: it is limited
 * in size, every tensor holds as much as it promises, and nothing is read outside the file's
 * folder.
 *
 * <p>A file whose operators the white box does not all know is still an ONNX file: {@link
 * #whiteBoxRefused()} says which operator it was.
 */
public final class OnnxFile {
  /** Protobuf's own limit for one message. */
  private static final int MOST_BYTES = Integer.MAX_VALUE - 8;

  private final String name;
  private final byte[] bytes;
  private final byte[] bytesToRun;
  private final String sha256;
  private final OnnxSignature signature;
  private final @Nullable OnnxLabel label;
  private final List<String> classes;
  private final Optional<String> regressor;
  private final UnsteadyOperators unsteady;
  private final boolean inHalfPrecision;
  private final boolean iterating;
  private final @Nullable Path path;
  private final long memoryBytes;
  private final @Nullable Graph graph;
  private final @Nullable UnsupportedOperatorException refusal;

  private OnnxFile(
      String name, byte[] bytes, @Nullable Path path, long memoryBytes, Operators operators) {
    this.name = name;
    this.memoryBytes = memoryBytes;
    this.bytes = bytes;
    ModelProto written = NodeOrder.sorted(parse(bytes, name));
    ZipMaps unwrapped = ZipMaps.unwrapped(written);
    ModelProto model = unwrapped.model();
    this.signature = OnnxSignature.of(model.getGraph(), name);
    ExternalData external = new ExternalData(path, name);
    List<Path> companions = external.checkAll(bytes);
    OnnxNodes.check(written, name, memoryBytes);
    this.bytesToRun = TrailingInputs.dropped(model, model == written ? bytes : model.toByteArray());
    this.label = OnnxLabel.of(model.getGraph(), signature.output()).orElse(null);
    this.classes =
        unwrapped.classes().isEmpty()
            ? OnnxClasses.of(model, label, signature.output())
            : unwrapped.classes();
    this.regressor = RegressorOutput.of(model.getGraph(), signature.output());
    this.unsteady = UnsteadyOperators.of(model);
    this.inHalfPrecision = NumericInput.isHalfSomewhere(model.getGraph());
    this.iterating = SupportVectors.iterates(model.getGraph());
    this.sha256 = digests(bytes, companions, name, path).sha256();
    this.path = companions.isEmpty() ? null : path;
    Graph known = null;
    UnsupportedOperatorException unknown = null;
    try {
      known = new OnnxImport(model, signature, external, name, operators).graph();
    } catch (UnsupportedOperatorException e) {
      unknown = e;
    } catch (ArithmeticException | IndexOutOfBoundsException e) {
      throw new TouchstoneException(name + " is a corrupt ONNX file: " + e.getMessage(), e);
    }
    this.graph = known;
    this.refusal = unknown;
  }

  /**
   * Reads a model.
   *
   * @param memoryBytes what an evaluation may take: what a file asks for is held against it
   * @throws TouchstoneException if the file is too large, no ONNX model, truncated, corrupt, keeps
   *     weights outside its folder, or takes or makes something that Touchstone cannot feed or read
   */
  public static OnnxFile read(Location location, long memoryBytes) {
    return read(location, memoryBytes, Operators.ofOnnx());
  }

  /**
   * Reads a model as {@link #read(Location, long)} does.
   *
   * @param operators by which its nodes are computed
   */
  public static OnnxFile read(Location location, long memoryBytes, Operators operators) {
    Optional<Path> path = location.path();
    path.ifPresent(OnnxFile::requireAcceptableSize);
    return new OnnxFile(
        location.fileName(),
        location.read(MOST_BYTES),
        path.map(Path::toAbsolutePath).orElse(null),
        memoryBytes,
        operators);
  }

  /** Reads a model as {@link #read(Location, long)} does, with the memory that is the default. */
  public static OnnxFile read(Location location) {
    return read(location, Settings.MEMORY_BY_DEFAULT);
  }

  /**
   * Returns what {@link #sha256()} is made of, without reading the graph's nodes and weights.
   *
   * @throws TouchstoneException as {@link #read}, but for what only its nodes tell
   */
  public static FileDigests digests(Location location) {
    Optional<Path> path = location.path();
    path.ifPresent(OnnxFile::requireAcceptableSize);
    byte[] bytes = location.read(MOST_BYTES);
    Path absolute = path.map(Path::toAbsolutePath).orElse(null);
    parse(bytes, location.fileName());
    List<Path> companions = new ExternalData(absolute, location.fileName()).checkAll(bytes);
    return digests(bytes, companions, location.fileName(), absolute);
  }

  /**
   * Returns the model as a white box.
   *
   * @param device as in {@code touchstone.device}
   * @throws UnsupportedOperatorException if the white box lacks one of its operators
   */
  public WhiteBox whiteBox(String device) {
    return WhiteBox.of(name, graph(), device, memoryBytes);
  }

  /** Returns a model that lies in no folder; {@code name} is what to call it in messages. */
  public static OnnxFile of(byte[] bytes, String name) {
    return of(bytes, name, Settings.MEMORY_BY_DEFAULT);
  }

  /** The same, with another memory than the default. */
  static OnnxFile of(byte[] bytes, String name, long memoryBytes) {
    return new OnnxFile(name, bytes, null, memoryBytes, Operators.ofOnnx());
  }

  /** What an evaluation of it may take. */
  long memoryBytes() {
    return memoryBytes;
  }

  private static void requireAcceptableSize(Path path) {
    try {
      if (Files.isDirectory(path)) {
        throw new TouchstoneException(path + " is a folder; give the ONNX file in it");
      }
      if (Files.size(path) > MOST_BYTES) {
        throw new TouchstoneException(
            path
                + " has "
                + Files.size(path)
                + " bytes; an ONNX file holds at most 2 GiB. Save the model with external data in"
                + " the same folder");
      }
    } catch (IOException e) {
      throw new TouchstoneException(path + " could not be read: " + e.getMessage(), e);
    }
  }

  private static ModelProto parse(byte[] bytes, String name) {
    FileKind.refuseWhatIsNotOnnx(bytes, name);
    ModelProto model;
    try {
      model = ModelProto.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      boolean ended = String.valueOf(e.getMessage()).contains("ended unexpectedly");
      throw new TouchstoneException(
          ended
              ? name
                  + " ends in the middle of an ONNX model: it is truncated ("
                  + bytes.length
                  + " bytes); copy or download it again"
              : name + " is no ONNX model, or is corrupt: " + e.getMessage(),
          e);
    }
    if (!model.hasGraph() || model.getGraph().getNodeCount() == 0) {
      throw new TouchstoneException(name + " is no ONNX model: it holds no graph");
    }
    if (model.getOpsetImportCount() == 0) {
      // It is written after the graph, so a cut just there leaves a file that can be read.
      throw new TouchstoneException(
          name
              + " names no operator set: it is no ONNX model, or is truncated ("
              + bytes.length
              + " bytes)");
    }
    return model;
  }

  private static FileDigests digests(
      byte[] bytes, List<Path> companions, String name, @Nullable Path path) {
    List<OfFile> files = new ArrayList<>();
    files.add(new OfFile(name, Digest.ofBytes(bytes)));
    for (Path companion : companions) {
      try {
        Path model = Objects.requireNonNull(path, "it has companions").toRealPath();
        Path folder = Objects.requireNonNull(model.getParent(), "a file has a folder");
        files.add(
            new OfFile(
                String.valueOf(folder.relativize(companion)).replace(File.separatorChar, '/'),
                Digest.ofBytes(Files.readAllBytes(companion))));
      } catch (IOException | OutOfMemoryError e) {
        throw new TouchstoneException(
            "the weights of " + name + " in " + companion + " could not be read: " + e, e);
      }
    }
    return new FileDigests(files);
  }

  /** Returns what to call the model in messages. */
  public String name() {
    return name;
  }

  /**
   * Returns the file's SHA-256, as {@code sha256sum} prints it; with external data, one over the
   * file and its data.
   */
  public String sha256() {
    return sha256;
  }

  /** Returns the file; not a copy. */
  public byte[] bytes() {
    return bytes;
  }

  /**
   * Returns what another engine is given: the file, without the empty names at the end of a node's
   * inputs, which say what their absence says, and with a table of scores where it makes
   * dictionaries; not a copy.
   */
  public byte[] bytesToRun() {
    return bytesToRun;
  }

  /** Returns where it lies, if it keeps weights in other files of its folder. */
  public Optional<Path> pathForExternalData() {
    return Optional.ofNullable(path);
  }

  /** Returns what it takes, in its order. */
  public List<GraphInput> inputs() {
    return signature.inputs();
  }

  /** Returns the name of the output that holds scores. */
  public String output() {
    return signature.output();
  }

  /**
   * Returns what the file says its classes are called, in the order of the scores; empty if
   * nothing.
   */
  public List<String> classes() {
    return classes;
  }

  /**
   * Returns the output in which the file itself names the class that it predicts; empty without
   * one.
   */
  public Optional<OnnxLabel> label() {
    return Optional.ofNullable(label);
  }

  /**
   * Returns the regressor of {@code ai.onnx.ml} whose prediction the output is, with its node's
   * name, such as {@code "LinearRegressor (node reg)"}; empty where another operator makes it.
   */
  public Optional<String> regressor() {
    return regressor;
  }

  /** Returns whether something in it is computed in half precision. */
  public boolean isInHalfPrecision() {
    return inHalfPrecision;
  }

  /**
   * Returns whether its answers are made by an iteration that ends early, where the white box has
   * what it tends to.
   */
  public boolean isIterating() {
    return iterating;
  }

  /**
   * Returns the operators that draw at random or run in training mode, with their nodes' names, so
   * that an answer depends on chance or on the other examples of its batch.
   */
  public List<String> unsteadyOperators() {
    return unsteady.unsteady();
  }

  /**
   * Returns the operators that take one scale of quantisation for a whole batch, with their nodes'
   * names.
   */
  public List<String> quantisingOperators() {
    return unsteady.quantising();
  }

  /** Returns why it cannot be run as a white box; empty if it can. */
  public Optional<UnsupportedOperatorException> whiteBoxRefused() {
    return Optional.ofNullable(refusal);
  }

  /**
   * Returns the nodes and weights.
   *
   * @throws UnsupportedOperatorException if the white box lacks one of its operators
   */
  public Graph graph() {
    if (graph == null) {
      throw refusal != null ? refusal : new IllegalStateException("neither graph nor refusal");
    }
    return graph;
  }

  @Override
  public String toString() {
    return name;
  }
}
