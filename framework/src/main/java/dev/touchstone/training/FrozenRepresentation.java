package dev.touchstone.training;

import dev.touchstone.data.Dataset;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Trainer;
import dev.touchstone.runtime.RunContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A fixed model in the place of a trainer: only the head sees the planted labels.
 *
 * <p>What is measured on it is <em>optimistic</em>. An encoder that was trained on the right labels
 * leaks the answer: on Fashion-MNIST detectors reached an AUROC of 1.000 on a clean encoder, and
 * .92 to .93 on one that was retrained with the wrong labels.
 */
public final class FrozenRepresentation implements Trainer {
  private final Classifier model;

  private FrozenRepresentation(Classifier model) {
    this.model = model;
  }

  /** Of a model that has a {@link dev.touchstone.model.Representation}. */
  public static FrozenRepresentation of(Classifier model) {
    return new FrozenRepresentation(model);
  }

  @Override
  public String name() {
    return "frozen representation of " + model.name();
  }

  /** The model's facts; its name and SHA-256 under other keys: a verdict is not about its file. */
  @Override
  public Map<String, String> provenance() {
    Map<String, String> facts = new LinkedHashMap<>(model.provenance());
    facts.remove("name");
    facts.remove("sha256");
    facts.put("representation", "frozen");
    facts.put("frozen model", model.name());
    facts.put("frozen model sha256", model.sha256());
    return facts;
  }

  /** The model's own; empty if the model holds code without a name, which no hash covers. */
  @Override
  public Optional<String> sha256() {
    return model.provenance().containsKey("not described")
        ? Optional.empty()
        : Optional.of(model.sha256());
  }

  @Override
  public boolean retrains() {
    return false;
  }

  /** The model itself. */
  @Override
  public Classifier train(Dataset data, String stream, RunContext context) {
    return model;
  }

  /**
   * Equal if the models are: same name, provenance and {@linkplain Classifier#identity identity}.
   */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FrozenRepresentation that
        && model.name().equals(that.model.name())
        && model.provenance().equals(that.model.provenance())
        && model.identity().equals(that.model.identity());
  }

  @Override
  public int hashCode() {
    return Objects.hash(model.name(), model.identity());
  }

  @Override
  public String toString() {
    return name();
  }
}
