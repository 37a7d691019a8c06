package dev.touchstone.facts;

import java.util.Map;

/**
 * What evidence is about: a model, a trainer that makes models, or data that models are made of.
 */
public sealed interface SubjectFacts permits ModelFacts, TrainerFacts, DataSubjectFacts {

  /** Returns what messages call it; empty where nothing was recorded. */
  String name();

  /** Returns the facts without those by which a reader knows what they are about. */
  SubjectFacts withoutIdentity();

  /** Returns the facts by name, as files and people read them. */
  default Map<String, String> texts() {
    return FactText.of(this);
  }
}
