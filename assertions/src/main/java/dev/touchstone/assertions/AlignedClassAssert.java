package dev.touchstone.assertions;

import dev.touchstone.check.signal.SpuriousReliance;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Verdict;
import java.util.List;

/** Claims that a model does not take a signal for one class, on data. */
public final class AlignedClassAssert extends AbstractClaimAssert<AlignedClassAssert> {
  private final ModelOnDataAssert onData;
  private final String alignedClass;

  AlignedClassAssert(ModelOnDataAssert onData, String alignedClass) {
    super(onData.draft());
    this.onData = onData;
    this.alignedClass = alignedClass;
  }

  @Override
  AlignedClassAssert about(Draft other) {
    return new AlignedClassAssert(onData.about(other), alignedClass);
  }

  /**
   * Claims that adding a signal sends no more examples to the class than tolerated.
   *
   * @see ModelAssertions#assertNoSpuriousReliance(dev.touchstone.model.Classifier,
   *     dev.touchstone.data.Dataset, SpuriousSignal, Bound)
   */
  public Verdict doesNotRelyOn(SpuriousSignal signal, Bound tolerance) {
    draft().make();
    return onData.doesNotRelyOn(SpuriousReliance.on(signal).forClass(alignedClass), tolerance);
  }

  /** Claims that adding any of several signals, each by itself, sends no more to the class. */
  public Verdict doesNotRelyOn(List<? extends SpuriousSignal> signals, Bound tolerance) {
    draft().make();
    return onData.doesNotRelyOn(SpuriousReliance.on(signals).forClass(alignedClass), tolerance);
  }
}
