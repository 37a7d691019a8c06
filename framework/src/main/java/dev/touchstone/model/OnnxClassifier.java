package dev.touchstone.model;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.UnsupportedOperatorException;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.RunContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A model in an ONNX file, read when first used. */
final class OnnxClassifier implements Classifier, LoadedModel, InputGradients {
  /** Protobuf's own limit for one message. */
  private static final int MOST_BYTES = Integer.MAX_VALUE - 8;

  private final Location file;
  private final Outputs outputs;
  private @Nullable WhiteBox whiteBox;
  private @Nullable UnsupportedOperatorException whiteBoxRefused;
  private @Nullable String sha256;

  OnnxClassifier(Location file, OutputKind kind) {
    this.file = file;
    this.outputs = new Outputs(kind, file.fileName());
  }

  private synchronized WhiteBox whiteBox() {
    WhiteBox loaded = whiteBox;
    if (loaded != null) {
      return loaded;
    }
    if (whiteBoxRefused != null) {
      throw whiteBoxRefused;
    }
    byte[] bytes = read();
    try {
      loaded = WhiteBox.fromOnnx(bytes, name(), RunContext.current().settings().device());
    } catch (UnsupportedOperatorException e) {
      whiteBoxRefused = e;
      throw e;
    }
    whiteBox = loaded;
    return loaded;
  }

  private synchronized byte[] read() {
    byte[] bytes = file.read(MOST_BYTES);
    sha256 = Digest.ofBytes(bytes);
    return bytes;
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

  @Override
  public Map<String, String> provenance() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("name", name());
    facts.put("sha256", sha256());
    facts.put("format", "ONNX");
    facts.put("outputs", outputs.kind().toString());
    return facts;
  }

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    if (type != WhiteBox.class && type != InputGradients.class) {
      return Optional.empty();
    }
    try {
      WhiteBox loaded = whiteBox();
      return Optional.of(type.cast(type == WhiteBox.class ? loaded : this));
    } catch (UnsupportedOperatorException e) {
      return Optional.empty();
    }
  }

  @Override
  public synchronized String whyMissing(Class<?> capability) {
    return whiteBoxRefused == null ? "" : String.valueOf(whiteBoxRefused.getMessage());
  }

  @Override
  public OutputKind outputs() {
    return outputs.kind();
  }

  @Override
  public Predictions predict(Tensor batch) {
    return outputs.toPredictions(whiteBox().outputs(batch));
  }

  @Override
  public int batchSize(long budgetBytes) {
    return whiteBox().batchSize(budgetBytes, false);
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
  public synchronized void release() {
    if (whiteBox != null) {
      whiteBox.release();
      whiteBox = null;
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
