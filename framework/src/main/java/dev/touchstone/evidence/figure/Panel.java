package dev.touchstone.evidence.figure;

import java.util.List;

/**
 * Figures that belong together, below each other under what is said of them all: an example, what
 * several methods make of it, and how far each is to be trusted (thesis, figures 3-1 and 3-2).
 *
 * @param facts what is known of what is shown, a sentence each, at most {@value #MOST_FACTS}
 * @param parts the figures, in reading order, at most {@value #MOST_PARTS}; none of them a panel
 */
public record Panel(String name, String title, List<String> facts, List<Figure> parts)
    implements Figure {
  /** The most sentences. */
  public static final int MOST_FACTS = 20;

  /** The most figures. */
  public static final int MOST_PARTS = 12;

  /**
   * Copies facts and figures.
   *
   * @throws IllegalArgumentException for no figure, too many of either, or a panel among them
   */
  public Panel {
    facts = List.copyOf(facts);
    parts = List.copyOf(parts);
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("the panel %s shows no figure".formatted(name));
    }
    Given.atMost(MOST_FACTS, facts.size(), "facts", "say those that matter most");
    Given.atMost(MOST_PARTS, parts.size(), "figures", "show those that matter most");
    if (parts.stream().anyMatch(Panel.class::isInstance)) {
      throw new IllegalArgumentException(
          "the panel %s holds a panel; give its figures instead".formatted(name));
    }
  }

  @Override
  public Kind kind() {
    return Kind.PANEL;
  }

  @Override
  public <T> T accept(Visitor<T> visitor) {
    return visitor.panel(this);
  }
}
