package dev.touchstone.assertions;

import dev.touchstone.data.MultiLabelDataset;
import dev.touchstone.evidence.OpenClaims;
import dev.touchstone.model.MultiLabelModel;
import org.assertj.core.api.AbstractAssert;

/** Begins a fluent assertion about a model of several labels; say {@linkplain #on on what data}. */
public final class MultiLabelAssert extends AbstractAssert<MultiLabelAssert, MultiLabelModel> {
  private final OpenClaims.Opened opened;

  MultiLabelAssert(MultiLabelModel actual, OpenClaims.Opened opened) {
    super(actual, MultiLabelAssert.class);
    this.opened = opened;
  }

  /** Names the data that the claim is about. */
  public MultiLabelOnDataAssert on(MultiLabelDataset data) {
    if (actual == null || data == null) {
      opened.make();
      throw NotGiven.of(actual == null ? "model" : "data set");
    }
    opened.write(".on(…)", FluentClaim.ON_DATA);
    return new MultiLabelOnDataAssert(actual, data, Draft.of(opened));
  }
}
