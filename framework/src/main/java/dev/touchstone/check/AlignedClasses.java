package dev.touchstone.check;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
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
    return only.map(name -> new int[] {index(name, data)})
        .orElseGet(() -> IntStream.range(0, data.classNames().size()).toArray());
  }

  private static int index(String name, Dataset data) {
    int index = data.classNames().indexOf(name);
    if (index < 0) {
      throw new TouchstoneException(
          "there is no class \""
              + name
              + "\" in "
              + data.name()
              + "; its classes are "
              + data.classNames());
    }
    return index;
  }

  String describe() {
    return only.orElse("every class");
  }
}
