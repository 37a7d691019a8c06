package dev.touchstone.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.evidence.figure.Figures;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FigureInWordsTest {
  private static final Map<Figure.Kind, String> WORDS =
      Figures.all().stream().collect(Collectors.toMap(Figure::kind, FigureInWords::of));

  @Test
  void everyKindIsInWords() {
    assertThat(WORDS)
        .containsEntry(
            Figure.Kind.BOX_PLOT,
            "Box plot: Similarity by condition. similarity of 2 groups; lowest median 0.5 of random"
                + " labels, highest 3 of normal.")
        .containsEntry(
            Figure.Kind.INTERVAL_PLOT,
            "Values with intervals: Trained layers. usefulness at 3 names. trained: lowest 0.1"
                + " [-Infinity, 0.2] at fc, highest 0.8 [0.7, 0.9] at conv1. re-initialised: lowest"
                + " 0.1 at conv1, highest 0.1 [0.05, 0.1] at fc. chance: 0.05.")
        .containsEntry(
            Figure.Kind.MAP_STRIPS,
            "Attribution maps: Maps after re-initialisation. Of seven under the heads original,"
                + " fc.")
        .containsEntry(
            Figure.Kind.OVERLAYS, "Images: Saliency. 2 images, of which 1 with an attribution map.")
        .containsEntry(
            Figure.Kind.RANKING,
            "Ranking: Most suspicious. 2 items, of which 1 planted; first 17 (4), 18 (1).")
        .containsEntry(
            Figure.Kind.RELIABILITY_DIAGRAM,
            "Reliability diagram: Reliability. 1,000 examples in 2 bins; furthest apart from 0.5 to"
                + " 1: mean confidence 0.9, came true 0.8.")
        .containsEntry(
            Figure.Kind.SCATTER,
            "Scatter plot: Influence and retraining. estimated influence (nats) against change by"
                + " retraining (nats), 3 points. Pearson correlation: 0.985.")
        .containsEntry(Figure.Kind.TABLE, "Table: Methods side by side. 2 rows, 3 columns.")
        .containsEntry(
            Figure.Kind.TOKEN_HEAT,
            "Relevance of tokens: What speaks for spam. Positive numbers speak for the class spam."
                + " Integrated Gradients: 4 tokens; for: \"money\" (+1.5), \"Win\" (+0.75);"
                + " against: \"<b>Mum</b>\" (−0.5).")
        .hasSize(Figure.Kind.values().length);
  }
}
