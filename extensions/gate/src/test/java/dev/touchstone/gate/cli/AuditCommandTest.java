package dev.touchstone.gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code touchstone audit init}, in this JVM. */
class AuditCommandTest {
  @TempDir Path directory;

  private Path schema;
  private Path data;
  private Path audit;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** Forty applications, of which one in four is denied; the last are the most suspicious. */
  @BeforeEach
  void applications() throws IOException {
    StringBuilder rows = new StringBuilder("id,denied,debt,suspicion,remark\n");
    for (int i = 0; i < 40; i++) {
      rows.append("a%d,%s,%d,%d,none%n".formatted(i, i % 4 == 0 ? "yes" : "no", i % 7, i));
    }
    data = Files.writeString(directory.resolve("applications.csv"), rows);
    schema =
        Files.writeString(
            directory.resolve("schema.json"),
            """
            {"id": "id", "label": "denied", "classes": ["no", "yes"],
             "features": [{"name": "debt", "type": "numeric"}]}
            """);
    audit = directory.resolve("audits").resolve("audit.csv");
  }

  private int init(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "audit",
                "init",
                "--data",
                data.toString(),
                "--schema",
                schema.toString(),
                "--concepts",
                "debt,steady income",
                "--out",
                audit.toString()));
    arguments.addAll(List.of(more));
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine command = Touchstone.commandLine(Clock.systemUTC());
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return command.execute(arguments.toArray(String[]::new));
  }

  @Test
  void writesTheTableThatAnExpertFillsIn() throws IOException {
    assertThat(init("--examples", "8")).isZero();

    List<String> lines = Files.readAllLines(audit);
    assertThat(lines).hasSize(9);
    assertThat(lines.get(0)).isEqualTo("id,chosen,stands for,debt,steady income,label,confidence");
    assertThat(lines.subList(1, 9))
        .allSatisfy(line -> assertThat(line).matches("a\\d+,at random,[\\d.]+,\\d,,,"));
    assertThat(out.toString())
        .isEqualToIgnoringNewLines(
            audit + ": fill in its empty cells, and read it with AuditSet.among");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void halfAreTheMostSuspiciousOfAColumn() throws IOException {
    assertThat(init("--examples", "8", "--suspicion", "suspicion", "--importances")).isZero();

    List<String> lines = Files.readAllLines(audit);
    assertThat(lines.get(0)).contains("importance of debt,importance of steady income");
    assertThat(lines.stream().filter(line -> line.contains("by suspicion")))
        .hasSize(4)
        .allSatisfy(line -> assertThat(line).matches("a3\\d,rank \\d by suspicion,.*"));
    assertThat(lines.stream().filter(line -> line.contains("at random"))).hasSize(4);
  }

  @Test
  void theSeedChooses() throws IOException {
    init("--examples", "8");
    String first = Files.readString(audit);
    Files.delete(audit);
    init("--examples", "8", "--seed", "1");
    assertThat(audit).content().isEqualTo(first);
    Files.delete(audit);
    init("--examples", "8", "--seed", "2");
    assertThat(Files.readString(audit)).isNotEqualTo(first);
  }

  @Test
  void whatSomebodyFilledInStays() throws IOException {
    Files.createDirectories(audit.getParent());
    Files.writeString(audit, "filled in");

    assertThat(init()).isEqualTo(Touchstone.BAD_INPUT);
    assertThat(audit).content().isEqualTo("filled in");
    assertThat(err.toString()).contains("is there already, and may hold what somebody filled in");
  }

  @Test
  void misuseSaysWhatToGive() {
    assertThat(init("--examples", "1")).isEqualTo(Touchstone.BAD_INPUT);
    assertThat(err.toString()).contains("--examples 1: give 2 at least");
    assertThat(init("--suspicion", "remark")).isEqualTo(Touchstone.BAD_INPUT);
    assertThat(err.toString())
        .contains("--suspicion remark: example a0 of applications.csv has \"none\" there");
    data = directory.resolve("applications.xlsx");
    assertThat(init()).isEqualTo(Touchstone.BAD_INPUT);
    assertThat(err.toString()).contains("is no table by its name; give a .csv, .tsv, .jsonl");
    assertThat(audit).doesNotExist();
  }
}
