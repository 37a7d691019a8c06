package dev.touchstone.data.contamination;

/** Shares of examples. */
final class Rates {
  private Rates() {}

  static double check(double rate) {
    if (!(rate > 0 && rate < 1)) {
      throw new IllegalArgumentException(
          "the share of labels that go wrong must lie between 0 and 1, was " + rate);
    }
    return rate;
  }
}
