package dev.touchstone.evidence.figure;

import dev.touchstone.statistics.Range;
import java.util.stream.DoubleStream;

/**
 * What is measured along an axis.
 *
 * @param label such as {@code "change of the loss by retraining"}
 * @param unit such as {@code "nats"}; empty for a number without one
 */
public record Axis(String label, String unit) {
  /** Makes an axis of numbers without a unit. */
  public Axis(String label) {
    this(label, "");
  }

  /** Returns the label, and the unit in brackets where there is one: {@code "time (s)"}. */
  public String inWords() {
    return unit.isEmpty() ? label : label + " (" + unit + ")";
  }

  /** The range that shows every number, with a margin of a twentieth on both sides. */
  static Range around(DoubleStream numbers) {
    double[] all = numbers.filter(Double::isFinite).toArray();
    double least = DoubleStream.of(all).min().orElse(0);
    double most = DoubleStream.of(all).max().orElse(1);
    double room = most > least ? (most - least) * 0.05 : Math.max(0.05, Math.abs(most) * 0.05);
    return new Range(least - room, most + room);
  }
}
