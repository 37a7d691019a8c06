package dev.touchstone.model;

import dev.touchstone.data.Tensor;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.script.ScriptModule;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A model in a TorchScript file, read when first used. */
final class TorchScriptClassifier
    implements Classifier,
        LoadedModel,
        Scores,
        InputGradients,
        Representation,
        FromFile.OfClassifier,
        BatchDependence {
  private static final int MOST_BYTES = Integer.MAX_VALUE - 8;
  private static final int BATCH = 256;

  /** Of a module that takes one scale for a whole batch, whatever the memory. */
  private static final int QUANTISED_BATCH = 64;

  private final Location file;
  private final Outputs outputs;
  private final @Nullable String encoder;
  private @Nullable ScriptModule module;
  private @Nullable String sha256;

  /**
   * A model of a file.
   *
   * @param encoder the method that shows the last layer's input, if there is one
   */
  TorchScriptClassifier(Location file, OutputKind kind, @Nullable String encoder) {
    this.file = file;
    this.encoder = encoder;
    this.outputs = new Outputs(kind, file.fileName());
  }

  private synchronized ScriptModule module() {
    ScriptModule loaded = module;
    if (loaded == null) {
      Settings settings = RunContext.current().settings();
      loaded = ScriptModule.read(read(), name(), settings.device(), settings.memoryBytes());
      module = loaded;
    }
    return loaded;
  }

  private synchronized byte[] read() {
    byte[] bytes = file.read(MOST_BYTES);
    String hash = Digest.ofBytes(bytes);
    if (sha256 != null && !sha256.equals(hash)) {
      throw new TouchstoneException(
          file + " changed while it was being tested; start the tests again");
    }
    sha256 = hash;
    return bytes;
  }

  @Override
  public Optional<Location> location() {
    return Optional.of(file);
  }

  @Override
  public Classifier withFile(String other) {
    ModelSource source =
        encoder != null && other.toLowerCase(Locale.ROOT).endsWith(".pt")
            ? Models.torchScript(other, encoder)
            : Models.file(other);
    return source.inPlaceOf(file.toString()).of(outputs.kind());
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
  public ModelFacts facts() {
    ModelFacts told = facts("TorchScript").withQuantisedTogether(answeredTogether());
    return encoder == null ? told : told.withEncoder(encoder);
  }

  /** Input gradients of logits only: what stands before a softmax cannot be reached. */
  @Override
  public <C> Optional<C> capability(Class<C> type) {
    boolean has =
        type == BatchDependence.class
            || type == Scores.class
            || (type == InputGradients.class
                && (outputs.kind().isOfRealNumbers() || outputs.kind() == OutputKind.VALUES))
            || (type == Representation.class && encoder != null);
    return has ? Optional.of(type.cast(this)) : Optional.empty();
  }

  @Override
  public String whyMissing(Class<?> capability) {
    if (capability == Representation.class) {
      return "is TorchScript, which does not show its layers (export a method that does, and name"
          + " it: Models.torchScript(file, \"encode\"))";
    }
    return capability == InputGradients.class
        ? "emits "
            + outputs.kind()
            + " from TorchScript, where the scores before the softmax cannot be reached (export the"
            + " model without its softmax)"
        : "is TorchScript, which does not show its layers (export the model to ONNX)";
  }

  @Override
  public OutputKind outputs() {
    return outputs.kind();
  }

  @Override
  public Predictions predict(Tensor batch) {
    return outputs.predict(batch, this::rawOutputs);
  }

  private double[][] rawOutputs(Tensor batch) {
    return module().outputs(batch, budget());
  }

  @Override
  public Scored scores(Tensor batch) {
    return Scored.ofOutputs(outputs.examplesFirst(batch, this::rawOutputs), outputs.kind());
  }

  @Override
  public double[][] inputGradients(Tensor batch, Quantity quantity) {
    outputs.requireExamplesFirst(batch, this::rawOutputs);
    return module().inputGradients(batch, quantity, budget());
  }

  @Override
  public double[][] representation(Tensor batch) {
    if (encoder == null) {
      throw new IllegalStateException(name() + " has no encoder");
    }
    return module().outputsOf(encoder, batch, budget());
  }

  private static long budget() {
    return RunContext.current().settings().memoryBytes();
  }

  /** Larger batches than the budget allows are computed in portions. */
  @Override
  public int batchSize(long budgetBytes) {
    return answeredTogether().orElse(BATCH);
  }

  @Override
  public List<String> unsteadyOperators() {
    return module().unsteadyCalls();
  }

  @Override
  public OptionalInt answeredTogether() {
    return module().quantisingCalls().isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of(QUANTISED_BATCH);
  }

  @Override
  public int gradientBatchSize(long budgetBytes) {
    return BATCH;
  }

  @Override
  public synchronized void release() {
    if (module != null) {
      module.release();
      module = null;
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
