package dev.touchstone.attribution.rule;

/** A rule that shares by a stabilised quotient. */
interface Stabilised extends RelevanceRule {

  /** The stabiliser of its quotients. */
  Stabiliser stabiliser();

  /** The same rule with another one. */
  RelevanceRule with(Stabiliser other);

  @Override
  default RelevanceRule stabilisedBy(double stabiliser) {
    return with(new Stabiliser(stabiliser));
  }
}
