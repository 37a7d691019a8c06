package dev.touchstone.model;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.model.tree.TreeEnsemble;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A model file that another library reads, and answers for, one batch at a time. The library gets
 * the very bytes that were hashed. A file may also be in memory, as what a trainer has just made.
 */
final class ServedClassifier implements Classifier, LoadedModel, Scores, FromFile.OfClassifier {
  private static final int MOST_BYTES = Integer.MAX_VALUE - 8;
  private static final int BATCH = 1024;

  private final Source file;
  private final String readBy;
  private final ModelReader reader;
  private final Outputs outputs;
  private @Nullable String sha256;
  private @Nullable Opened opened;

  ServedClassifier(Location file, String readBy, ModelReader reader, OutputKind kind) {
    this(new OnDisk(file), readBy, reader, kind);
  }

  /**
   * A file in memory.
   *
   * @param name what to call it
   * @param file not copied, and not to be changed
   */
  ServedClassifier(String name, byte[] file, String readBy, ModelReader reader, OutputKind kind) {
    this(new InMemory(name, file), readBy, reader, kind);
  }

  private ServedClassifier(Source file, String readBy, ModelReader reader, OutputKind kind) {
    this.file = file;
    this.readBy = readBy;
    this.reader = reader;
    this.outputs = new Outputs(kind, file.fileName());
  }

  /** Where the bytes are. */
  private interface Source {
    String fileName();

    byte[] read();

    Optional<Location> location();
  }

  private record OnDisk(Location file) implements Source {
    @Override
    public String fileName() {
      return file.fileName();
    }

    @Override
    public byte[] read() {
      return file.read(MOST_BYTES);
    }

    @Override
    public Optional<Location> location() {
      return Optional.of(file);
    }

    @Override
    public String toString() {
      return file.toString();
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record InMemory(String fileName, byte[] bytes) implements Source {
    @Override
    public byte[] read() {
      return bytes;
    }

    @Override
    public Optional<Location> location() {
      return Optional.empty();
    }

    @Override
    public String toString() {
      return fileName;
    }
  }

  /** A model while it is open. */
  private record Opened(
      ModelFile file, ServedModel model, List<String> columns, List<String> classes) {}

  private synchronized byte[] read() {
    byte[] bytes = file.read();
    String hash = Digest.ofBytes(bytes);
    if (sha256 != null && !sha256.equals(hash)) {
      throw new TouchstoneException(
          file + " changed while it was being tested; start the tests again");
    }
    sha256 = hash;
    return bytes;
  }

  private synchronized Opened opened() {
    Opened present = opened;
    if (present == null) {
      byte[] bytes = read();
      present = open(new ModelFile(file.fileName(), bytes, sha256()));
      opened = present;
    }
    return present;
  }

  private Opened open(ModelFile bytes) {
    ServedModel model = null;
    try {
      model = reader.read(bytes);
      if (model == null) {
        throw new TouchstoneException("its reader returned null; return a ServedModel");
      }
      return new Opened(bytes, model, List.copyOf(model.columns()), List.copyOf(model.classes()));
    } catch (Exception | LinkageError e) {
      if (model != null) {
        model.close();
      }
      bytes.delete();
      throw failed("could not be read by " + readBy, e);
    }
  }

  private synchronized double[][] answers(Inputs batch) {
    Opened open = opened();
    Rows rows = Rows.of(name(), open.columns(), batch);
    try {
      return open.model().answer(rows);
    } catch (Exception | LinkageError e) {
      throw failed("could not answer %s in %s".formatted(rows, readBy), e);
    }
  }

  private TouchstoneException failed(String what, Throwable cause) {
    if (cause instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    String why =
        cause instanceof TouchstoneException && cause.getMessage() != null
            ? cause.getMessage()
            : cause.toString();
    return new TouchstoneException(
        cause instanceof LinkageError
            ? "%s %s: %s; is the library on the class path, in this version and with its natives for this platform?"
                .formatted(file.fileName(), what, why)
            : "%s %s: %s".formatted(file.fileName(), what, why),
        cause);
  }

  @Override
  public Optional<Location> location() {
    return file.location();
  }

  @Override
  public Classifier withFile(String other) {
    return Models.served(other, readBy, reader).inPlaceOf(file.toString()).of(outputs.kind());
  }

  @Override
  public String name() {
    return file.fileName();
  }

  @Override
  public synchronized String sha256() {
    if (sha256 == null) {
      read();
    }
    return sha256 == null ? "" : sha256;
  }

  /** Code is covered by no hash: another reader of the file is another model. */
  @Override
  public Object identity() {
    return List.of(sha256(), readBy, reader);
  }

  @Override
  public ModelFacts facts() {
    ModelFacts told = facts(ModelFacts.SERVED).runningOn(readBy).with("reader", nameOf(reader));
    return reader instanceof TreeReader trees && trees.rounds().isPresent()
        ? told.with("rounds", trees.rounds().getAsInt())
        : told;
  }

  /** The class of a reader or, of a lambda, that in which it is written. */
  private static String nameOf(ModelReader reader) {
    String name = reader.getClass().getName();
    int lambda = name.indexOf("$$Lambda");
    return lambda < 0 ? name : name.substring(0, lambda);
  }

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    if (type == StatedClasses.class) {
      List<String> classes = opened().classes();
      StatedClasses stated = () -> classes;
      return classes.isEmpty() ? Optional.empty() : Optional.of(type.cast(stated));
    }
    if (type == TreeEnsemble.class) {
      return opened().model() instanceof TreeReader.BoosterModel booster
          ? booster.trees().map(type::cast)
          : Optional.empty();
    }
    if (type == DecisionTrees.class) {
      return opened().model() instanceof TreeReader.BoosterModel booster
          ? booster
              .trees()
              .map(trees -> type.cast(new ServedTrees(booster, trees, opened().columns())))
          : Optional.empty();
    }
    return type == Scores.class ? Optional.of(type.cast(this)) : Optional.empty();
  }

  @Override
  public String whyMissing(Class<?> capability) {
    return opened().model() instanceof TreeReader.BoosterModel booster && booster.trees().isEmpty()
        ? "is %s, and no sum of leaves".formatted(booster.booster())
        : "is answered for by %s, which shows what it emits and nothing else".formatted(readBy);
  }

  @Override
  public OutputKind outputs() {
    return outputs.kind();
  }

  @Override
  public Predictions predict(Tensor batch) {
    return predict(Inputs.of(batch));
  }

  @Override
  public Predictions predict(Inputs batch) {
    return outputs.predict(batch, this::answers);
  }

  @Override
  public Scored scores(Tensor batch) {
    return scores(Inputs.of(batch));
  }

  @Override
  public Scored scores(Inputs batch) {
    return Scored.ofOutputs(outputs.examplesFirst(batch, this::answers), outputs.kind());
  }

  @Override
  public int batchSize(long budgetBytes) {
    return BATCH;
  }

  @Override
  public synchronized void release() {
    Opened present = opened;
    opened = null;
    if (present != null) {
      try {
        present.model().close();
      } finally {
        present.file().delete();
      }
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
