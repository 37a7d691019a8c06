package dev.touchstone.data;

import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.TouchstoneException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a model takes of every example besides the features, by name. Immutable. */
record NamedInputs(Map<String, TypedTensor> byName) {
  static final NamedInputs NONE = new NamedInputs(Map.of());

  NamedInputs {
    byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
  }

  /** Returns the names, in the order in which they were given. */
  Set<String> names() {
    return byName.keySet();
  }

  /** Returns the values of all examples. */
  TypedTensor all(String name) {
    TypedTensor values = byName.get(name);
    if (values == null) {
      throw new IllegalArgumentException("there is no input \"" + name + "\": " + names());
    }
    return values;
  }

  /**
   * Returns these and one more.
   *
   * @throws TouchstoneException for a name that is there already
   */
  NamedInputs with(String data, String name, TypedTensor values) {
    if (byName.containsKey(name)) {
      throw new TouchstoneException(
          "%s was given the input \"%s\" twice; give each its own name".formatted(data, name));
    }
    Map<String, TypedTensor> more = new LinkedHashMap<>(byName);
    more.put(name, values);
    return new NamedInputs(more);
  }

  /** Returns these with other values of some. */
  NamedInputs withOther(Map<String, ? extends TypedTensor> values) {
    Map<String, TypedTensor> changed = new LinkedHashMap<>(byName);
    values.forEach(
        (name, value) -> {
          all(name);
          changed.put(name, value);
        });
    return new NamedInputs(changed);
  }

  /** Returns these without one, and with others in its place. */
  NamedInputs replacing(String data, String name, Map<String, TypedTensor> others) {
    Map<String, TypedTensor> left = new LinkedHashMap<>(byName);
    left.remove(name);
    NamedInputs replaced = new NamedInputs(left);
    for (Map.Entry<String, TypedTensor> other : others.entrySet()) {
      replaced = replaced.with(data, other.getKey(), other.getValue());
    }
    return replaced;
  }

  /** Returns those of some examples. */
  NamedInputs select(int[] examples) {
    Map<String, TypedTensor> chosen = new LinkedHashMap<>();
    byName.forEach((name, values) -> chosen.put(name, values.select(examples)));
    return new NamedInputs(chosen);
  }

  /** Adds names, types, shapes and values. */
  void addTo(Digest digest) {
    byName.forEach((name, values) -> add(digest.add(name), values));
  }

  /** Returns a hash of what one example has. */
  long hash(int example) {
    if (byName.isEmpty()) {
      return 0;
    }
    Digest digest = Digest.sha256();
    byName.values().forEach(values -> add(digest, values.select(example)));
    return ByteBuffer.wrap(digest.bytes()).getLong();
  }

  private static void add(Digest digest, TypedTensor values) {
    digest.add(values.kind()).add(values.shape());
    if (values instanceof Tensor tensor) {
      digest.add(tensor.values());
    } else if (values instanceof TypedTensor.Doubles doubles) {
      digest.add(doubles.values());
    } else if (values instanceof TypedTensor.Integers integers) {
      digest.add(integers.values());
    } else if (values instanceof TypedTensor.Texts texts) {
      digest.add(List.of(texts.values()));
    } else if (values instanceof TypedTensor.Booleans booleans) {
      for (boolean value : booleans.values()) {
        digest.add(value ? 1 : 0);
      }
    }
  }
}
