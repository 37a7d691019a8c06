package dev.touchstone.model;

/** A model that holds native memory. */
interface LoadedModel {

  /** Frees it; the model loads itself again if it is used after all. */
  void release();
}
