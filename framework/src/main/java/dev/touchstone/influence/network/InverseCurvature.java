package dev.touchstone.influence.network;

import dev.touchstone.influence.InverseHessianProduct;
import java.util.Map;

/**
 * A way to the products (C + δI)⁻¹ v of a network's curvature with vectors. A new way is a new
 * class with this interface, passed as a value.
 */
public interface InverseCurvature {

  /** Returns what to call it in messages. */
  String name();

  /** Returns facts for provenance; together with the name and the class they stand for it. */
  default Map<String, String> settings() {
    return Map.of();
  }

  /** Does what is done once for many vectors. */
  Prepared prepare(Curvature curvature);

  /** Multiplies vectors with one inverse. */
  @FunctionalInterface
  interface Prepared {

    /**
     * Returns (C + δI)⁻¹ v with its residual.
     *
     * @param vector p numbers, not changed
     */
    InverseHessianProduct times(double[] vector);
  }
}
