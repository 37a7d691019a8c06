package dev.touchstone.guiding.repair;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Tensor;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.graph.onnx.LastLayer;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Models;
import dev.touchstone.model.OutputKind;
import dev.touchstone.model.Regressor;
import dev.touchstone.model.Representation;
import dev.touchstone.model.Values;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A regressor with another last layer, in memory or as an ONNX file. Immutable. */
public final class RepairedRegressor {
  /** By how much a value of the file's may differ, relative to the largest: single precision. */
  private static final double ROUNDING = 1e-4;

  private final ValueRepairTask task;
  private final LinearLayer layer;
  private final String how;

  RepairedRegressor(ValueRepairTask task, LinearLayer layer, String how) {
    this.task = task;
    this.layer = layer;
    this.how = how;
  }

  /** Returns the model as it was. */
  public Regressor original() {
    return task.model();
  }

  /** Returns the repaired last layer: d weights of what the original shows, and an intercept. */
  public LinearLayer layer() {
    return layer;
  }

  /** Returns how it was repaired. */
  public String how() {
    return how;
  }

  /**
   * Returns the repaired model in memory: what the original's last layer sees, through the repaired
   * layer in double precision. It lives as long as the original.
   */
  public Regressor model() {
    return new InMemory(task, layer, how, layer.addTo(Digest.sha256()).hex());
  }

  /**
   * Writes the original's ONNX file with the repaired layer in the place of its last one, asks it
   * about the audit set, and returns it with all that is declared of the original. Nothing but that
   * layer's weights differs.
   *
   * @param file ending in {@code .onnx}; one that is there is replaced, but not the original
   * @throws TouchstoneException if the original is no ONNX file, does not end in a linear layer
   *     that can be replaced, or if the file answers otherwise than the repaired model in memory by
   *     more than rounding: then none is left
   */
  public Regressor writeTo(Path file, RunContext context) {
    return RepairedFile.of(task.model(), layer)
        .write(
            file,
            this::repaired,
            path -> Models.withFile(task.model(), path),
            written -> requireSameAnswers(written, context),
            context);
  }

  private byte[] repaired(OnnxFile file) {
    LastLayer last = LastLayer.of(file);
    int outputs = last.outputs(layer.features());
    if (outputs != 1 || last.endsInSigmoid()) {
      throw new TouchstoneException(
          "%s ends in a layer of %d outputs%s, and a value is one; export the model with the value as what its last layer makes"
              .formatted(file.name(), outputs, last.endsInSigmoid() ? " and a sigmoid" : ""));
    }
    return RepairedFile.bytes(last, layer);
  }

  private void requireSameAnswers(Regressor written, RunContext context) {
    Dataset data = task.audit().data();
    long budget = context.settings().memoryBytes();
    double[] inFile = CheckedAnswers.of(written, data, budget).values();
    double[] inMemory = CheckedAnswers.of(model(), data, budget).values();
    double largest = Arrays.stream(inMemory).map(Math::abs).max().orElse(0);
    for (int i = 0; i < data.size(); i++) {
      double change = Math.abs(inFile[i] - inMemory[i]);
      if (!(change <= ROUNDING * largest)) {
        throw new TouchstoneException(
            "the repaired file of %s answers otherwise than the repaired model in memory, by %s at example %s; its value is not the last layer's alone. Export the model with nothing behind its last layer"
                .formatted(task.model().name(), change, data.id(i)));
      }
    }
  }

  /** The original's representation through the layer. */
  private record InMemory(ValueRepairTask task, LinearLayer layer, String how, String layerDigest)
      implements Regressor, Representation {

    @Override
    public String name() {
      return task.model().name() + ", repaired";
    }

    @Override
    public String sha256() {
      return Digest.sha256().add(task.model().sha256()).add(layerDigest).hex();
    }

    @Override
    public Object identity() {
      return List.of(task.model().identity(), layerDigest);
    }

    @Override
    public ModelFacts facts() {
      return ModelFacts.of(name(), sha256(), "repaired in memory", OutputKind.VALUES.toString())
          .withNotDescribed(task.model().facts().notDescribed())
          .with("repaired from", task.model().sha256())
          .with("repair", how)
          .with("concepts to ignore", String.join(", ", task.ignored()));
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
      return type == Representation.class ? Optional.of(type.cast(this)) : Optional.empty();
    }

    @Override
    public String whyMissing(Class<?> capability) {
      return "is repaired in memory, as a layer behind another model; write it to an ONNX file";
    }

    @Override
    public Values predict(Tensor batch) {
      return Values.of(
          Arrays.stream(layer.scores(shown(batch))).mapToDouble(row -> row[0]).toArray());
    }

    @Override
    public double[][] representation(Tensor batch) {
      return shown(batch);
    }

    /** What the original shows its last layer. */
    private double[][] shown(Tensor batch) {
      return CheckedAnswers.representation(
          task.model()
              .require(
                  Representation.class, "a repaired model", "give the model that was repaired"),
          batch);
    }

    @Override
    public int batchSize(long budgetBytes) {
      return task.model().batchSize(budgetBytes);
    }

    @Override
    public String toString() {
      return name();
    }
  }

  @Override
  public String toString() {
    return "%s, %s, without %s".formatted(task.model().name(), how, task.ignored());
  }
}
