package dev.touchstone.evidence.figure;

import java.util.List;
import java.util.Optional;

/**
 * A ranking: values in order, marked where the truth is known.
 *
 * @param items the first items, best ranked first
 */
public record Ranking(String name, String title, List<Item> items) implements Figure {

  /** Copies the items. */
  public Ranking {
    items = List.copyOf(items);
  }

  @Override
  public Kind kind() {
    return Kind.RANKING;
  }

  @Override
  public <T> T accept(Visitor<T> visitor) {
    return visitor.ranking(this);
  }

  /**
   * One ranked item.
   *
   * @param marked whether the truth is known to be what the ranking looks for
   * @param picture what the item looks like, where it is an image
   */
  public record Item(String id, double score, boolean marked, Optional<Thumbnail> picture) {

    /** An item that has no picture. */
    public Item(String id, double score, boolean marked) {
      this(id, score, marked, Optional.empty());
    }
  }
}
