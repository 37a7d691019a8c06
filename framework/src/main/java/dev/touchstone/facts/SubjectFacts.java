package dev.touchstone.facts;

import java.util.Map;

/** What evidence is about: a model, or a trainer that makes models. */
public sealed interface SubjectFacts permits ModelFacts, TrainerFacts {

  /** Returns what messages call it; empty where nothing was recorded. */
  String name();

  /** Returns the facts by name, as files and people read them. */
  default Map<String, String> texts() {
    return FactText.of(this);
  }
}
