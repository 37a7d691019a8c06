package dev.touchstone.model;

import dev.touchstone.runtime.Location;
import java.util.Optional;

/** A model that may have been read from a file, so that another file can take its place. */
interface FromFile {

  /** The file; empty if what this wraps was not read from one. */
  Optional<Location> location();

  /** The same declarations about another file. */
  Classifier withFile(String location);
}
