package dev.touchstone.assertions;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.OpenClaims;
import dev.touchstone.model.Classifier;
import org.assertj.core.api.AbstractAssert;

/** Begins a fluent assertion about a model; say {@linkplain #on on what data} next. */
public final class ModelAssert extends AbstractAssert<ModelAssert, Classifier> {

  private final OpenClaims.Opened opened;

  ModelAssert(Classifier actual, OpenClaims.Opened opened) {
    super(actual, ModelAssert.class);
    this.opened = opened;
  }

  /** Names the data that the claim is about. */
  public ModelOnDataAssert on(Dataset data) {
    if (actual == null || data == null) {
      opened.make();
      throw NotGiven.of(actual == null ? "model" : "data set");
    }
    opened.write(".on(…)", FluentClaim.ON_DATA);
    return new ModelOnDataAssert(actual, data, Draft.of(opened));
  }

  /** Names the examples that an expert audited, which the claim is about. */
  public ModelOnAuditAssert on(AuditSet audit) {
    if (actual == null || audit == null) {
      opened.make();
      throw NotGiven.of(actual == null ? "model" : "audit set");
    }
    opened.write(".on(…)", FluentClaim.ON_AUDIT);
    return new ModelOnAuditAssert(actual, audit, Draft.of(opened));
  }
}
