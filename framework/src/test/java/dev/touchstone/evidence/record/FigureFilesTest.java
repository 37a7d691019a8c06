package dev.touchstone.evidence.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.ModelTests;
import dev.touchstone.evidence.Verdicts;
import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.evidence.figure.Figures;
import dev.touchstone.runtime.Policy;
import dev.touchstone.statistics.Proportion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Figures in a file and back. */
class FigureFilesTest {
  @TempDir Path directory;

  static List<Figure> figures() {
    return Figures.all();
  }

  @ParameterizedTest
  @MethodSource("figures")
  void aFigureComesBackAsItWasWritten(Figure figure) {
    write(figure);
    assertThat(VerdictReader.read(directory).verdicts().get(0).verdict().evidence().figures())
        .usingRecursiveComparison()
        .withEqualsForType(Double::equals, Double.class)
        .withEqualsForType(Float::equals, Float.class)
        .isEqualTo(List.of(figure));
  }

  @ParameterizedTest
  @MethodSource("figures")
  void aFigureIsWrittenAsTheSchemaSays(Figure figure) throws IOException {
    write(figure);
    assertThat(
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(Path.of("../docs/verdicts.schema.json")))
                .validate(Files.readString(directory.resolve("verdicts.json")), InputFormat.JSON))
        .isEmpty();
  }

  @Test
  void aKindThatIsNotKnownIsRefused() throws IOException {
    write(Figures.all().get(0));
    Path file = directory.resolve("verdicts.json");
    String line = Files.readAllLines(file).get(1);
    String other =
        line.replaceFirst(",\"digest\":\"[0-9a-f]{64}\"}", "}").replace("box-plot", "pie-chart");
    Files.writeString(
        file,
        VerdictLines.file(
            "run", 0, 0, ModelTests.NONE, List.of(VerdictLines.signed(other)), List.of()));
    assertThatThrownBy(() -> VerdictReader.read(directory))
        .isInstanceOf(InvalidVerdictsException.class)
        .hasMessageContaining(
            "it has a figure of the kind pie-chart, which this version does not know");
  }

  private void write(Figure figure) {
    Evidence evidence =
        Evidence.of("a check", "a model on data")
            .measured(new Measurement("error rate", "overall", Proportion.of(1, 100)))
            .figure(figure)
            .from(Verdicts.provenance());
    VerdictFile file = new VerdictFile("run", 1);
    file.verdictReached(
        Verdicts.claim().judge(evidence, Policy.STRICT), Verdicts.context(directory));
    file.merge();
  }
}
