package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/** ONNX {@code ScatterND}: an array with other entries, or parts, at some places. */
record ScatterNd() implements Operator {

  static Operator from(Attributes attributes) {
    refuseReductions(attributes);
    return new ScatterNd();
  }

  /** What puts several updates of one place together is not known. */
  static void refuseReductions(Attributes attributes) {
    String reduction = attributes.text("reduction", "none");
    if (!reduction.equals("none")) {
      throw attributes.unsupported("reduction = " + reduction);
    }
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    Places places = Places.of(inputs.get(1), x.getShape(), 0);
    NDArray rows = places.rowsOf(x);
    Shape updated = new Shape(places.rows().size(), rows.getShape().get(1));
    NDArray everywhere = places.rows().reshape(new Shape(updated.get(0), 1)).broadcast(updated);
    return rows.scatter(everywhere, inputs.get(2).reshape(updated), 0).reshape(x.getShape());
  }
}
