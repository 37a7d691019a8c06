package dev.touchstone.check.signal;

import dev.touchstone.data.Dataset;
import java.util.Optional;
import java.util.stream.IntStream;

/** Towards which classes a signal might pull: a named one, or every one. */
record AlignedClasses(Optional<String> only) {

  static AlignedClasses every() {
    return new AlignedClasses(Optional.empty());
  }

  static AlignedClasses named(String name) {
    return new AlignedClasses(Optional.of(name));
  }

  /** The classes' indices in a data set. */
  int[] in(Dataset data) {
    return only.map(name -> new int[] {data.classIndex(name)})
        .orElseGet(() -> IntStream.range(0, data.classNames().size()).toArray());
  }

  String describe() {
    return only.orElse("every class");
  }
}
