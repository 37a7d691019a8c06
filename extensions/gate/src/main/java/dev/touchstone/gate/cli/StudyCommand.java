package dev.touchstone.gate.cli;

import dev.touchstone.evidence.PlainText;
import dev.touchstone.report.StudyPage;
import dev.touchstone.runtime.TouchstoneException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code touchstone study}: makes a page on which people judge models. It decides nothing. */
@Command(
    name = "study",
    description = {
      "Writes a page on which people say what they make of models: one panel that a test showed a"
          + " question, a rating and a reason. Each participant saves a CSV file, which"
          + " assertStudyDistinguishes reads; put the files of all into one."
    },
    mixinStandardHelpOptions = true)
final class StudyCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Mixin private final VerdictsOption verdicts = new VerdictsOption();

  @Option(
      names = "--question",
      paramLabel = "TEXT",
      description =
          "What is asked of every panel, to be answered from definitely not to definitely"
              + " (default: whether the model is ready to be sold).")
  private @Nullable String question;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "Where to write it, such as study.html. Never overwrites.")
  private @Nullable Path out;

  @Override
  public Integer call() {
    Path file = Objects.requireNonNull(out, "picocli requires it");
    if (Files.exists(file)) {
      throw new TouchstoneException(
          "%s is there already, and a study that is under way must not change; give another --out"
              .formatted(file));
    }
    StudyPage page = StudyPage.of(verdicts.read());
    (question == null ? page : page.asking(question)).writeTo(file);
    PrintWriter writer = Objects.requireNonNull(spec, "picocli sets it").commandLine().getOut();
    writer.println(
        PlainText.of(
            "%s: read the answers with StudyAnswers.read(\"answers.csv\", %s)"
                .formatted(
                    file,
                    page.conditions().stream()
                        .map(condition -> "\"" + condition + "\"")
                        .collect(Collectors.joining(", "))),
            2000));
    writer.flush();
    return 0;
  }
}
