package dev.touchstone.assertions;

import dev.touchstone.check.explanation.ConceptUse;
import dev.touchstone.check.explanation.NamedLayer;
import dev.touchstone.check.signal.SpuriousReliance;
import dev.touchstone.concept.ConceptExamples;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.evidence.Between;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Verdict;
import java.util.List;

/** Claims what a signal, or a concept, does for one class, on data. */
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

  /**
   * Claims that a concept takes no part in the class's score.
   *
   * @see ModelAssertions#assertConceptNotUsed(dev.touchstone.model.Classifier,
   *     dev.touchstone.data.Dataset, ConceptExamples, NamedLayer, Between)
   */
  public Verdict doesNotUse(ConceptExamples concept, NamedLayer layer, Between band) {
    draft().make();
    return onData.doesNotUse(ConceptUse.of(concept, layer).forClass(alignedClass), band);
  }

  /**
   * Claims that a concept speaks for the class, or against it.
   *
   * @see ModelAssertions#assertConceptUsed(dev.touchstone.model.Classifier,
   *     dev.touchstone.data.Dataset, String, ConceptExamples, NamedLayer, Bound)
   */
  public Verdict uses(ConceptExamples concept, NamedLayer layer, Bound tolerance) {
    draft().make();
    return onData.uses(ConceptUse.of(concept, layer).forClass(alignedClass), tolerance);
  }
}
