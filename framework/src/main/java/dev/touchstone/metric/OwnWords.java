package dev.touchstone.metric;

import java.util.Optional;
import org.apiguardian.api.API;

/** What an object says of itself, if its class says anything. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class OwnWords {
  private OwnWords() {}

  /** Returns a metric with its settings, in its own words; its quantity if it has none. */
  public static String describing(Metric metric) {
    return of(metric).orElse(metric.quantity());
  }

  /** Its {@code toString()}; empty where that is the one of {@link Object}. */
  public static Optional<String> of(Object object) {
    try {
      return object.getClass().getMethod("toString").getDeclaringClass() == Object.class
          ? Optional.empty()
          : Optional.of(object.toString());
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("every object has a toString()", e);
    }
  }
}
