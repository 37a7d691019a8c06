package dev.touchstone.assertions;

import dev.touchstone.check.SpuriousReliance;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Verdict;
import java.time.LocalDate;
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
   * Accepts that the claim fails, at the value at which it was frozen, until a day.
   *
   * @param reason why; shown wherever the verdict is
   * @param until the last day on which it is accepted, UTC
   * @see ModelOnDataAssert#acceptKnown
   */
  public AlignedClassAssert acceptKnown(String reason, LocalDate until) {
    return new AlignedClassAssert(onData.acceptKnown(reason, until), alignedClass);
  }

  /** Names the claim, so that its frozen value is found again when the test is renamed. */
  public AlignedClassAssert identifiedAs(String id) {
    return new AlignedClassAssert(onData.identifiedAs(id), alignedClass);
  }

  /**
   * Claims that adding a signal sends no more examples to the class than tolerated.
   *
   * @see ModelAssertions#assertNoSpuriousReliance(dev.touchstone.model.Classifier,
   *     dev.touchstone.data.Dataset, SpuriousSignal, Bound)
   */
  public Verdict doesNotRelyOn(SpuriousSignal signal, Bound tolerance) {
    onData.makeClaim();
    return onData.doesNotRelyOn(SpuriousReliance.on(signal).forClass(alignedClass), tolerance);
  }

  /** Claims the same of several signals, each by itself. */
  public Verdict doesNotRelyOn(List<? extends SpuriousSignal> signals, Bound tolerance) {
    onData.makeClaim();
    return onData.doesNotRelyOn(SpuriousReliance.on(signals).forClass(alignedClass), tolerance);
  }
}
