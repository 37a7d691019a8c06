package dev.touchstone.assertions;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.OpenClaims;
import dev.touchstone.model.Regressor;
import org.assertj.core.api.AbstractAssert;

/** Begins a fluent assertion about a regressor; say {@linkplain #on on what data} next. */
public final class RegressorAssert extends AbstractAssert<RegressorAssert, Regressor> {
  private final OpenClaims.Opened opened;

  RegressorAssert(Regressor actual, OpenClaims.Opened opened) {
    super(actual, RegressorAssert.class);
    this.opened = opened;
  }

  /** Names the data that the claim is about. */
  public RegressorOnDataAssert on(Dataset data) {
    if (actual == null || data == null) {
      opened.make();
      throw NotGiven.of(actual == null ? "model" : "data set");
    }
    opened.write(".on(…)", FluentClaim.ON_VALUES);
    return new RegressorOnDataAssert(actual, data, Draft.of(opened));
  }

  /** Names the examples that an expert audited, which the claim is about. */
  public RegressorOnAuditAssert on(AuditSet audit) {
    if (actual == null || audit == null) {
      opened.make();
      throw NotGiven.of(actual == null ? "model" : "audit set");
    }
    opened.write(".on(…)", FluentClaim.ON_AUDITED_VALUES);
    return new RegressorOnAuditAssert(actual, audit, Draft.of(opened));
  }
}
