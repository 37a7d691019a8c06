package dev.touchstone.model;

import dev.touchstone.data.Tensor;
import dev.touchstone.runtime.Location;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A model that stands in place of another file's; the same in everything but what it tells. */
final class StandIn implements Classifier, LoadedModel, FromFile {
  private final Classifier model;
  private final String declared;

  StandIn(Classifier model, String declared) {
    this.model = model;
    this.declared = declared;
  }

  @Override
  public String name() {
    return model.name();
  }

  @Override
  public String sha256() {
    return model.sha256();
  }

  @Override
  public Map<String, String> provenance() {
    Map<String, String> facts = new LinkedHashMap<>(model.provenance());
    facts.put("in place of", declared);
    return facts;
  }

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    return model.capability(type);
  }

  @Override
  public String whyMissing(Class<?> capability) {
    return model.whyMissing(capability);
  }

  @Override
  public OutputKind outputs() {
    return model.outputs();
  }

  @Override
  public Predictions predict(Tensor batch) {
    return model.predict(batch);
  }

  @Override
  public int batchSize(long budgetBytes) {
    return model.batchSize(budgetBytes);
  }

  @Override
  public Optional<Location> location() {
    return model instanceof FromFile fromFile ? fromFile.location() : Optional.empty();
  }

  @Override
  public Classifier withFile(String location) {
    return new StandIn(Models.withFile(model, location), declared);
  }

  @Override
  public void release() {
    Models.release(model);
  }

  @Override
  public String toString() {
    return name();
  }
}
