package dev.touchstone.guiding.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.Dataset;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnnotatedConceptsTest {

  private static Dataset data(String... ofColumn) {
    return Tables.builder("birds", Matrix.zeros(ofColumn.length, 1), new int[ofColumn.length])
        .column("background", List.of(ofColumn))
        .build();
  }

  @Test
  void aColumnMayHoldSeveralConcepts() {
    AnnotatedConcepts concepts =
        AnnotatedConcepts.ofColumns(
            data("water", "land", "air", "land"), "background=water", "background=air");

    assertThat(concepts.names()).containsExactly("background=water", "background=air");
    assertThat(concepts.values().values()).containsExactly(1, 0, 0, 0, 0, 1, 0, 0);
  }

  @Test
  void oneIsCalledLikeItsColumn() {
    assertThat(AnnotatedConcepts.ofColumns(data("water", "land"), "background=water").names())
        .containsExactly("background");
  }

  @Test
  void numbersAreThoseThatPeopleWrite() {
    assertThat(AnnotatedConcepts.ofColumns(data("1", "-2.5", ".5e1"), "background").values(0))
        .containsExactly(1, -2.5, 5);
    // Java's parser takes these for 1 and 2.
    assertThatThrownBy(() -> AnnotatedConcepts.ofColumns(data("1d", "2f"), "background"))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "the column \"background\" of birds holds texts, such as [1d, 2f]; say which of them"
                + " means that the concept is there, \"background=2f\"");
  }

  @Test
  void decimalsBehindACommaAreNamedAsWhatTheyAre() {
    assertThatThrownBy(() -> AnnotatedConcepts.ofColumns(data("1,5", "2", "0,25"), "background"))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("holds numbers whose decimals stand behind a comma, such as [0,25")
        .hasMessageContaining("give numbers, AnnotatedConcepts.of(data, names, values)");
  }
}
