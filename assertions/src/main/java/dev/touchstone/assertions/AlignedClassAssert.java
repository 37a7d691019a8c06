package dev.touchstone.assertions;

import dev.touchstone.check.SpuriousReliance;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Verdict;
import java.util.List;

/** A model, data, and the one class that a claim is about. */
public final class AlignedClassAssert {
  private final ModelOnDataAssert onData;
  private final String alignedClass;

  AlignedClassAssert(ModelOnDataAssert onData, String alignedClass) {
    this.onData = onData;
    this.alignedClass = alignedClass;
  }

  /** Why the claim is made; stays in every message and in the report. */
  public AlignedClassAssert because(String reason) {
    return new AlignedClassAssert(onData.because(reason), alignedClass);
  }

  /** Accepts that the data cannot decide the claim, for a stated reason. */
  public AlignedClassAssert allowInconclusive(String reason) {
    return new AlignedClassAssert(onData.allowInconclusive(reason), alignedClass);
  }

  /**
   * Claims that adding a signal sends no more examples to the class than tolerated.
   *
   * @see ModelAssertions#assertNoSpuriousReliance(dev.touchstone.model.Classifier,
   *     dev.touchstone.data.Dataset, SpuriousSignal, Bound)
   */
  public Verdict doesNotRelyOn(SpuriousSignal signal, Bound tolerance) {
    return onData.doesNotRelyOn(SpuriousReliance.on(signal).forClass(alignedClass), tolerance);
  }

  /** Claims the same of several signals, each by itself. */
  public Verdict doesNotRelyOn(List<? extends SpuriousSignal> signals, Bound tolerance) {
    return onData.doesNotRelyOn(SpuriousReliance.on(signals).forClass(alignedClass), tolerance);
  }
}
