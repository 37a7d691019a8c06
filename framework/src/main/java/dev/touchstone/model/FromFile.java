package dev.touchstone.model;

import dev.touchstone.runtime.Location;
import java.util.Optional;

/** A model that may have been read from a file. */
interface FromFile {

  /** The file; empty if what this wraps was not read from one. */
  Optional<Location> location();

  /** A classifier, so that another file can take its place. */
  interface OfClassifier extends FromFile {
    /** The same declarations about another file. */
    Classifier withFile(String location);
  }
}
