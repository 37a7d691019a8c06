package dev.touchstone.evidence.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.touchstone.evidence.Shown;
import dev.touchstone.evidence.Verdicts;
import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.evidence.figure.Figures;
import dev.touchstone.evidence.figure.Panel;
import dev.touchstone.evidence.figure.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tests show without a claim, in a file and back. */
class ShownFiguresTest {
  private static final Panel PANEL =
      new Panel("example 17", "on example 17", List.of("predicted: spam"), List.of(table("a")));

  @TempDir Path directory;

  private static Table table(String cell) {
    return new Table(
        "columns",
        "What speaks for it",
        "column",
        List.of(new Table.Column("value"), new Table.Column("TreeShap").withBars()),
        List.of(new Table.Row("age", Table.text(cell), Table.number(-0.25))));
  }

  private static Shown shown(Figure figure) {
    return new Shown("a model on data", figure, Verdicts.provenance());
  }

  private void write(Figure... figures) {
    VerdictFile file = new VerdictFile("run", 1);
    file.verdictReached(Verdicts.passing(), Verdicts.context(directory));
    for (Figure figure : figures) {
      file.figureShown(shown(figure), Verdicts.context(directory));
    }
    file.merge();
  }

  private Path file() {
    return directory.resolve("verdicts.json");
  }

  @Test
  void whatIsShownStandsBesideTheVerdictsAndIsNone() {
    write(PANEL);
    RecordedVerdicts read = VerdictReader.read(directory);

    assertThat(read.verdicts()).hasSize(1);
    assertThat(read.shown())
        .singleElement()
        .extracting(figure -> figure.shown().figure())
        .isEqualTo(PANEL);
    assertThat(read.sources().get(0).isComplete()).isTrue();
    assertThat(VerdictReader.readWithoutFigures(List.of(directory)).shown()).isEmpty();
  }

  @Test
  void everyKindOfFigureCanBeShownAsTheSchemaSays() throws IOException {
    write(Figures.all().toArray(Figure[]::new));

    assertThat(
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(Path.of("../docs/verdicts.schema.json")))
                .validate(Files.readString(file()), InputFormat.JSON))
        .isEmpty();
    assertThat(VerdictReader.read(directory).shown().stream().map(f -> f.shown().figure().kind()))
        .containsExactly(Figures.all().stream().map(Figure::kind).toArray(Figure.Kind[]::new));
  }

  @Test
  void theSameOfATestThatRanAgainIsReadOnce() {
    write(PANEL, PANEL, table("b"));
    assertThat(VerdictReader.read(directory).shown())
        .extracting(figure -> figure.shown().figure())
        .containsExactly(PANEL, table("b"));
  }

  @Test
  void whatWasEditedIsRefused() throws IOException {
    write(PANEL);
    Files.writeString(
        file(), Files.readString(file()).replace("predicted: spam", "predicted: ham"));
    assertThatThrownBy(() -> VerdictReader.read(directory))
        .isInstanceOf(InvalidVerdictsException.class)
        .hasMessageContaining("shown[0] does not have the digest that it was written with");
  }

  @Test
  void whatWasRemovedIsRefusedAlsoByWhoeverLooksAtNoFigure() throws IOException {
    write(PANEL, table("b"));
    List<String> lines = new ArrayList<>(Files.readAllLines(file()));
    lines.removeIf(line -> line.startsWith("{\"shown\":") && line.contains("predicted"));
    Files.write(file(), lines);
    assertThatThrownBy(() -> VerdictReader.readWithoutFigures(List.of(directory)))
        .isInstanceOf(InvalidVerdictsException.class)
        .hasMessageContaining("a verdict, a figure or what became of a test was removed");
  }
}
