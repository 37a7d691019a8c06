package dev.touchstone.metric.explanation;

/** The values of the example that follows, of the first for the last. */
record RemovalToAnother() implements Removal {

  @Override
  public float[][] of(Explained explained) {
    float[][] rows = new float[explained.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = explained.row((i + 1) % rows.length);
    }
    return rows;
  }

  @Override
  public String toString() {
    return "another example's values";
  }
}
