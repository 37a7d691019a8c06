package dev.touchstone.model;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.Layer;
import dev.touchstone.graph.OnnxFile;
import dev.touchstone.graph.UnsupportedOperatorException;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A model in an ONNX file, read when first used: a white box if it knows all operators, else
 * predict-only on ONNX Runtime.
 */
final class OnnxClassifier implements Classifier, LoadedModel, InputGradients, Representation {
  /**
   * ONNX Runtime does not say how much memory a model needs. Activations of common networks are
   * within this many times the input.
   */
  private static final long RUNTIME_BYTES_PER_INPUT_BYTE = 64;

  private static final int MOST_ROWS = 256;

  private final Location location;
  private final Outputs outputs;
  private @Nullable Facts facts;
  private @Nullable OnnxFile unopened;
  private @Nullable WhiteBox whiteBox;
  private @Nullable OnnxRuntime runtime;

  OnnxClassifier(Location location, OutputKind kind) {
    this.location = location;
    this.outputs = new Outputs(kind, location.fileName());
  }

  /** What is known of the file once it has been read; kept when the file's bytes are let go. */
  private record Facts(String sha256, Optional<UnsupportedOperatorException> refused) {}

  private synchronized Facts facts() {
    if (facts == null) {
      file();
    }
    if (facts == null) {
      throw new IllegalStateException("reading the file sets its facts");
    }
    return facts;
  }

  private OnnxFile file() {
    OnnxFile file = unopened;
    if (file == null) {
      file = OnnxFile.read(location);
      if (facts != null && !facts.sha256().equals(file.sha256())) {
        throw new TouchstoneException(
            location + " changed while it was being tested; start the tests again");
      }
      facts = new Facts(file.sha256(), file.whiteBoxRefused());
      unopened = file;
    }
    return file;
  }

  private synchronized WhiteBox whiteBox() {
    WhiteBox loaded = whiteBox;
    if (loaded == null) {
      loaded = WhiteBox.of(file(), RunContext.current().settings().device());
      whiteBox = loaded;
      unopened = null;
    }
    return loaded;
  }

  private synchronized OnnxRuntime runtime() {
    OnnxRuntime opened = runtime;
    if (opened == null) {
      opened = OnnxRuntime.open(file());
      runtime = opened;
    }
    return opened;
  }

  private boolean isWhiteBox() {
    return facts().refused().isEmpty();
  }

  @Override
  public String name() {
    return location.fileName();
  }

  @Override
  public String sha256() {
    return facts().sha256();
  }

  @Override
  public Map<String, String> provenance() {
    Map<String, String> told = new LinkedHashMap<>();
    told.put("name", name());
    told.put("sha256", sha256());
    told.put("format", "ONNX");
    told.put("outputs", outputs.kind().toString());
    told.put("runs on", isWhiteBox() ? "white box" : "ONNX Runtime");
    return told;
  }

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    if (!isWhiteBox()) {
      return Optional.empty();
    }
    if (type == WhiteBox.class) {
      return Optional.of(type.cast(whiteBox()));
    }
    if (type == InputGradients.class) {
      return Optional.of(type.cast(this));
    }
    return type == Representation.class && whiteBox().linearHead() != null
        ? Optional.of(type.cast(this))
        : Optional.empty();
  }

  @Override
  public String whyMissing(Class<?> capability) {
    Optional<UnsupportedOperatorException> refused = facts().refused();
    if (refused.isPresent()) {
      return "runs on ONNX Runtime because " + refused.get().getMessage();
    }
    return capability == Representation.class ? "does not end in a linear layer" : "";
  }

  @Override
  public OutputKind outputs() {
    return outputs.kind();
  }

  @Override
  public Predictions predict(Tensor batch) {
    return outputs.toPredictions(
        isWhiteBox() ? whiteBox().outputs(batch) : runtime().outputs(batch));
  }

  @Override
  public int batchSize(long budgetBytes) {
    if (isWhiteBox()) {
      return whiteBox().batchSize(budgetBytes, false);
    }
    int[] shape = runtime().inputShape();
    long inputBytes =
        Arrays.stream(shape)
            .skip(1)
            .asLongStream()
            .map(d -> Math.max(d, 1))
            .reduce(4, (a, b) -> a * b);
    long rows = budgetBytes / (inputBytes * RUNTIME_BYTES_PER_INPUT_BYTE);
    return (int) Math.max(1, Math.min(MOST_ROWS, rows));
  }

  @Override
  public double[][] inputGradients(Tensor batch, int[] targets) {
    return whiteBox().inputGradients(batch, targets, BackwardRules.derivatives());
  }

  @Override
  public int gradientBatchSize(long budgetBytes) {
    return whiteBox().batchSize(budgetBytes, true);
  }

  @Override
  public double[][] representation(Tensor batch) {
    Layer head = whiteBox().linearHead();
    if (head == null) {
      throw new TouchstoneException(name() + " does not end in a linear layer");
    }
    return whiteBox().inputsOf(head, batch);
  }

  @Override
  public synchronized void release() {
    if (whiteBox != null) {
      whiteBox.release();
      whiteBox = null;
    }
    if (runtime != null) {
      runtime.close();
      runtime = null;
    }
    unopened = null;
  }

  @Override
  public String toString() {
    return name();
  }
}
