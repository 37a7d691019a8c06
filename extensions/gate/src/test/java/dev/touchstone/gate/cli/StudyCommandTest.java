package dev.touchstone.gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.evidence.Provenance;
import dev.touchstone.evidence.Shown;
import dev.touchstone.evidence.figure.Panel;
import dev.touchstone.evidence.figure.Table;
import dev.touchstone.evidence.record.VerdictFiles;
import dev.touchstone.gate.Judged;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code touchstone study}, in this JVM. */
class StudyCommandTest {
  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int study(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine command = Touchstone.commandLine(Clock.systemUTC());
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return command.execute(arguments);
  }

  private static Shown panel(Judged of) {
    Provenance provenance = of.verdict().evidence().provenance();
    return new Shown(
        provenance.subject().name() + " on data",
        new Panel(
            "example 17",
            "on example 17",
            List.of("predicted: spam"),
            List.of(
                new Table(
                    "columns",
                    "What speaks for it",
                    "column",
                    List.of(new Table.Column("value")),
                    List.of(new Table.Row("age", Table.number(3)))))),
        provenance);
  }

  @Test
  void writesThePageAndSaysHowItsAnswersAreRead() throws IOException {
    Judged one = Judged.passing().onModel("normal.onnx", Judged.digest("normal"));
    Judged other = Judged.passing().onModel("spurious.onnx", Judged.digest("spurious"));
    Path verdicts = VerdictFiles.writeShowing(directory, one, panel(one), panel(other));
    Path page = directory.resolve("study").resolve("study.html");

    assertThat(
            study(
                "study",
                "--verdicts",
                verdicts.toString(),
                "--question",
                "Would you?",
                "--out",
                page.toString()))
        .as(err.toString())
        .isZero();

    assertThat(out.toString())
        .isEqualToIgnoringNewLines(
            page
                + ": read the answers with StudyAnswers.read(\"answers.csv\", \"normal.onnx\","
                + " \"spurious.onnx\")");
    assertThat(Files.readString(page)).contains("Would you?", "What speaks for it");
    assertThat(study("study", "--verdicts", verdicts.toString(), "--out", page.toString()))
        .isEqualTo(Touchstone.BAD_INPUT);
    assertThat(err.toString()).contains("is there already");
  }

  @Test
  void panelsOfOneModelAreNoStudy() {
    Judged one = Judged.passing().onModel("normal.onnx", Judged.digest("normal"));
    Path verdicts = VerdictFiles.writeShowing(directory, one, panel(one));

    assertThat(
            study(
                "study",
                "--verdicts",
                verdicts.toString(),
                "--out",
                directory.resolve("study.html").toString()))
        .isEqualTo(Touchstone.BAD_INPUT);
    assertThat(err.toString()).contains("two models", "show(ExplanationPanel.of");
  }
}
