package dev.touchstone.metric.explanation;

import dev.touchstone.evidence.Reading;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How well a map tells the places inside a region from those outside: the area under the ROC curve,
 * the share of pairs of a place inside and one outside of which the one inside has more, ties
 * counting half. 0.5 for a map that knows nothing of the region; a constant map has no number.
 */
public final class LocalisationAuroc extends Localisation {
  private LocalisationAuroc(Region region) {
    super(region, true);
  }

  /** Measures how well maps tell a region from the rest. */
  public static LocalisationAuroc inside(Region region) {
    return new LocalisationAuroc(region);
  }

  @Override
  public String quantity() {
    return "localisation AUROC";
  }

  @Override
  public Reading reading() {
    return Reading.number(
        "the explanation rates a place "
            + where()
            + " above one elsewhere in a share of "
            + Reading.VALUE
            + " of all pairs, where 0.5 is chance");
  }

  @Override
  double of(double[] relevance, boolean[] inside) {
    if (RemovalCurves.isConstant(relevance)) {
      return Double.NaN;
    }
    int[] ascending =
        IntStream.range(0, relevance.length)
            .boxed()
            .sorted(Comparator.comparingDouble(place -> relevance[place]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] ranks = new double[relevance.length];
    for (int from = 0; from < ascending.length; ) {
      int to = from;
      while (to < ascending.length && relevance[ascending[to]] == relevance[ascending[from]]) {
        to++;
      }
      for (int k = from; k < to; k++) {
        ranks[ascending[k]] = (from + to + 1) / 2.0;
      }
      from = to;
    }
    double sum = 0;
    long within = 0;
    for (int place = 0; place < ranks.length; place++) {
      sum += inside[place] ? ranks[place] : 0;
      within += inside[place] ? 1 : 0;
    }
    long outside = ranks.length - within;
    return (sum - within * (within + 1) / 2.0) / ((double) within * outside);
  }

  @Override
  double uninformed(double shareInside) {
    return 0.5;
  }
}
