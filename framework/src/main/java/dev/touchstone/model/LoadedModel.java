package dev.touchstone.model;

/**
 * A model that holds memory which the garbage collector does not see. A test framework's extension
 * releases the models that it injected, or that a test was given, when the test, the class or the
 * run that they belong to has ended; implement it in a {@link Classifier} of your own to be told.
 */
public interface LoadedModel {

  /** Frees it; the model loads itself again if it is used after all. */
  void release();
}
