package dev.touchstone.check.signal;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.contamination.Rounding;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A signal and the examples that do not carry it yet: the only ones that can show what adding it
 * does.
 *
 * @param fitted the signal, for the indices of the data
 * @param absent the indices of the examples without it, ascending; at least one
 * @param range the smallest and the largest feature of the data
 */
record InjectedSignal(
    SpuriousSignal signal, SpuriousSignal.Fitted fitted, int[] absent, Range range) {

  /** A signal that changes images by less than this share of their range is a mistake in units. */
  private static final double INVISIBLE = 0.01;

  /** The smallest and the largest feature. */
  record Range(float smallest, float largest) {
    /** A feature's place in the range, from 0 to 1. */
    float unit(float feature) {
      float width = largest - smallest;
      return width > 0 ? Math.min(1, Math.max(0, (feature - smallest) / width)) : 0;
    }
  }

  /**
   * Adds signals to a data set, in one pass over it.
   *
   * @throws TouchstoneException if a signal does not fit, every example carries it already, or it
   *     cannot be seen
   */
  static List<InjectedSignal> into(Dataset data, List<SpuriousSignal> signals) {
    List<SpuriousSignal.Fitted> fitted = signals.stream().map(s -> s.fitTo(data)).toList();
    List<List<Integer>> absent =
        signals.stream().<List<Integer>>map(s -> new ArrayList<>()).toList();
    float[] change = new float[signals.size()];
    float smallest = Float.POSITIVE_INFINITY;
    float largest = Float.NEGATIVE_INFINITY;
    FeatureStore features = data.features();
    float[] one = new float[features.rowSize()];
    for (int i = 0; i < data.size(); i++) {
      features.read(i, one, 0);
      for (float feature : one) {
        smallest = feature < smallest ? feature : smallest;
        largest = feature > largest ? feature : largest;
      }
      for (int s = 0; s < signals.size(); s++) {
        if (!fitted.get(s).isPresentIn(i, one)) {
          absent.get(s).add(i);
          change[s] =
              Math.max(change[s], largestChange(signals.get(s), fitted.get(s), data, i, one));
        }
      }
    }
    Range range = new Range(smallest, largest);
    List<InjectedSignal> injected = new ArrayList<>();
    for (int s = 0; s < signals.size(); s++) {
      refuseWithoutEffect(signals.get(s), data, absent.get(s).size(), change[s], range);
      injected.add(
          new InjectedSignal(
              signals.get(s),
              fitted.get(s),
              absent.get(s).stream().mapToInt(Integer::intValue).toArray(),
              range));
    }
    return injected;
  }

  /**
   * How far the signal moves a feature of an example.
   *
   * @throws TouchstoneException if it writes what is no number, or outside its mask: what models
   *     are asked about would not be what the relevance on the signal is measured on
   */
  private static float largestChange(
      SpuriousSignal signal,
      SpuriousSignal.Fitted fitted,
      Dataset data,
      int example,
      float[] features) {
    float[] signalled = features.clone();
    fitted.apply(example, signalled);
    boolean[] mask = fitted.mask(example, features);
    float largest = 0;
    for (int i = 0; i < features.length; i++) {
      float change = change(features[i], signalled[i]);
      if (!Float.isFinite(signalled[i]) && Float.isFinite(features[i])) {
        throw misbehaves(
            signal,
            data,
            example,
            "sets feature %d to %s".formatted(i, signalled[i]),
            "apply(…) has to leave finite numbers");
      }
      if (!mask[i] && !Rounding.same(features[i], signalled[i])) {
        throw misbehaves(
            signal,
            data,
            example,
            "moves feature %d from %s to %s"
                .formatted(i, Numbers.format(features[i]), Numbers.format(signalled[i])),
            "mask(…) has to name every feature that apply(…) changes");
      }
      largest = Math.max(largest, change);
    }
    return largest;
  }

  /** A value in the place of a missing one changes it as much as anything can. */
  private static float change(float feature, float signalled) {
    if (Float.compare(feature, signalled) == 0) {
      return 0;
    }
    return Float.isNaN(feature) ? Float.POSITIVE_INFINITY : Math.abs(signalled - feature);
  }

  private static TouchstoneException misbehaves(
      SpuriousSignal signal, Dataset data, int example, String does, String cure) {
    return new TouchstoneException(
        "the signal (%s) %s in example %d of %s; %s"
            .formatted(signal.describe(), does, example, data.name(), cure));
  }

  private static void refuseWithoutEffect(
      SpuriousSignal signal, Dataset data, int absent, float change, Range range) {
    if (absent == 0) {
      throw new TouchstoneException(
          "every example of "
              + data.name()
              + " carries the signal ("
              + signal.describe()
              + ") already, and the spurious score is about examples without it; give data without"
              + " the signal");
    }
    // The columns of a table have units of their own; all pixels of an image share one.
    boolean images = data.shape().length > 1;
    if (images && change < INVISIBLE * (range.largest() - range.smallest())) {
      throw new TouchstoneException(
          "the signal ("
              + signal.describe()
              + ") changes no feature of "
              + data.name()
              + " by more than "
              + Numbers.format(change)
              + ", where features go from "
              + Numbers.format(range.smallest())
              + " to "
              + Numbers.format(range.largest())
              + ": nobody would see it; give its values in the data's units, such as"
              + " scaledBy(1 / 255f) or its inverse");
    }
  }

  /** The examples without the signal, as they are with it. */
  Dataset signalled(Dataset data) {
    Dataset all = signal.addedTo(data);
    return absent.length == data.size() ? all : all.select(absent, "where it was absent");
  }

  /** For every index of the data its position among {@link #absent}, or -1. */
  int[] positions(int size) {
    int[] positions = new int[size];
    Arrays.fill(positions, -1);
    for (int p = 0; p < absent.length; p++) {
      positions[absent[p]] = p;
    }
    return positions;
  }
}
