package dev.touchstone.concept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.concept.ConceptRankings.ConceptDifference;
import dev.touchstone.graph.Tap;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConceptRankingsTest {
  private static final Tap TAP = new Tap("relu", "Relu", "y", new int[] {-1, 4});

  /** Six concepts of which so many of 100 examples rise, for every vector. */
  private static List<TcavScore> scores(int vectors, int... rising) {
    return IntStream.range(0, rising.length)
        .mapToObj(
            i ->
                new TcavScore(
                    "concept " + i,
                    TAP,
                    0,
                    "hand",
                    100,
                    rising[i],
                    0,
                    0,
                    1,
                    Collections.nCopies(vectors, rising[i]),
                    Collections.nCopies(19, 50),
                    0,
                    0.05,
                    0.05,
                    "rank among random sets"))
        .toList();
  }

  @Test
  void oneConceptThatChangedIsSeenByItsDifferenceAndNotByTheTestOfAll() {
    List<TcavScore> normal = scores(240, 90, 80, 70, 60, 55, 50);
    List<TcavScore> spurious = scores(240, 90, 80, 70, 60, 55, 99);
    ConceptRankings rankings = ConceptRankings.of(spurious, normal);
    assertThat(rankings.pValue()).isGreaterThan(0.99);
    assertThat(rankings.fewestMoved()).hasValue(5);
    assertThat(rankings.power(1)).isLessThan(0.1);
    List<ConceptDifference> differences = rankings.differences();
    assertThat(differences.get(5).adjustedPValue()).isLessThan(0.05);
    assertThat(differences.get(5).estimate().value()).isEqualTo(0.49);
    assertThat(differences.subList(0, 5)).allMatch(of -> of.adjustedPValue() == 1);
    assertThat(rankings)
        .hasToString(
            "D = 0.167, p = 1.0000 of 6 and 6 scores; at 0.05 at least 5 of 6 have to move past all others, and of one that moves the power is %.3f"
                .formatted(rankings.power(1)));
  }

  @Test
  void modelsThatSwapAllConceptsAreToldApartByTheTest() {
    ConceptRankings rankings =
        ConceptRankings.of(
            scores(100, 90, 85, 80, 75, 70, 65), scores(100, 10, 15, 20, 25, 30, 35));
    assertThat(rankings.statistic()).isEqualTo(1);
    assertThat(rankings.pValue()).isLessThan(0.05);
  }

  @Test
  void aSpuriousModelIsComparedWithTheSignalAlone() {
    // Random sets score 0.5: five concepts at chance and the signal at 1 are the truth itself.
    ConceptRankings truth =
        ConceptRankings.againstSignalAlone(scores(100, 50, 50, 50, 50, 50, 100), "concept 5");
    assertThat(truth.statistic()).isZero();
    assertThat(
            ConceptRankings.againstSignalAlone(scores(100, 90, 91, 92, 93, 94, 50), "concept 5")
                .statistic())
        .isEqualTo(4.0 / 6);
    refused(truth::differences, "signal alone");
    refused(
        () -> ConceptRankings.againstSignalAlone(scores(100, 50, 60), "tag"),
        "0 of 2 scores",
        "concept 1");
  }

  @Test
  void otherConceptsAndTooFewVectorsAreRefused() {
    refused(
        () -> ConceptRankings.of(scores(100, 1, 2), scores(100, 1, 2, 3)),
        "the same concepts and classes");
    refused(
        () -> ConceptRankings.of(scores(100, 1, 2, 3), scores(100, 1, 2, 3)).differences(),
        "100 vectors for 3 scores",
        "withVectors(120)");
  }

  private static void refused(Runnable asked, String... says) {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(asked::run)
        .withMessageContainingAll(says);
  }
}
