package dev.touchstone.evidence.figure;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void aRowHasOneCellForEachColumn() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Table(
                    "n",
                    "t",
                    "row",
                    List.of(new Table.Column("a"), new Table.Column("b")),
                    List.of(new Table.Row("first", Table.number(1)))))
        .withMessageContaining("the row first has 1 cells for 2 columns");
  }

  @Test
  void aCellHoldsOneThing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Table.number(Double.NaN))
        .withMessageContaining("a cell is NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Table.Cell("a", OptionalDouble.of(1)))
        .withMessageContaining("the text a beside the number 1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Table.text("a".repeat(501)))
        .withMessageContaining("501 characters in a cell");
  }

  @Test
  void decimalsAreAsManyAsCanBeShown() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Table.Column("a").withDecimals(13))
        .withMessageContaining("the column a shows 13 decimals; 0 to 12");
  }

  @Test
  void manyRowsAndColumnsAreRefused() {
    Table.Row row = new Table.Row("r", List.of());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Table("n", "t", "r", List.of(), Collections.nCopies(501, row)))
        .withMessageContaining("501 rows");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Table("n", "t", "r", Collections.nCopies(41, new Table.Column("c")), List.of()))
        .withMessageContaining("41 columns");
  }
}
