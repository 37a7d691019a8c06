package dev.touchstone.measuring;

import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.figure.ReliabilityDiagram;
import dev.touchstone.evidence.record.VerdictListeners;
import dev.touchstone.facts.FactText;
import dev.touchstone.gate.cli.Touchstone;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TestIdentity;
import dev.touchstone.statistics.Proportion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How long a gate decision takes, from the start of its JVM to its exit code, by the number of
 * verdicts, each on three slices with a reliability diagram: by a policy that requires fifty of
 * their claims and that none of the others fails, and by one that requires every claim. Arguments:
 * how many verdicts (10,000), how many decisions (7), and, to measure it too, the command line's
 * jar ({@code extensions/gate/target/…-cli.jar}).
 */
final class GateSpeed {
  private static final byte[] MODEL = "the weights".getBytes(StandardCharsets.UTF_8);

  /** A policy is a short file that a person reads. */
  private static final int SOME = 50;

  private GateSpeed() {}

  public static void main(String[] arguments) throws IOException {
    int verdicts = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000;
    int decisions = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 7;
    Path directory = Files.createTempDirectory("touchstone-gate-speed");
    Path model = Files.write(directory.resolve("model.pt"), MODEL);
    Path run = run(directory.resolve("run"), verdicts);
    Path some = policy(run(directory.resolve("some"), SOME), directory.resolve("some.yaml"));
    Path every = policy(run, directory.resolve("every.yaml"));
    System.out.printf(
        "%d verdicts in %.1f MB%n", verdicts, Files.size(run.resolve("verdicts.json")) / 1e6);
    List<String> jar =
        arguments.length > 2
            ? List.of("-jar", Path.of(arguments[2]).toAbsolutePath().toString())
            : List.of();
    for (Path policy : List.of(some, every)) {
      System.out.printf("policy of %.2f MB%n", Files.size(policy) / 1e6);
      String[] gate = {
        "gate",
        "--model",
        model.toString(),
        "--policy",
        policy.toString(),
        "--verdicts",
        run.toString()
      };
      measure("class path", decisions, launch(List.of()), gate);
      if (!jar.isEmpty()) {
        measure("jar", decisions, jar, gate);
        // Class data sharing takes jars only.
        String archive = directory.resolve("touchstone.jsa").toString();
        Children.java(with("-XX:ArchiveClassesAtExit=" + archive, jar), List.of(gate)).orFail();
        measure("with AppCDS", decisions, with("-XX:SharedArchiveFile=" + archive, jar), gate);
      }
    }
  }

  /** It is when its JVM ends that a run writes verdicts.json. */
  private static Path run(Path directory, int verdicts) {
    Children.java(Run.class, List.of(), List.of(directory.toString(), Integer.toString(verdicts)))
        .orFail();
    return directory;
  }

  /** No test framework counts tests here, and the policy accepts that. */
  private static Path policy(Path run, Path policy) throws IOException {
    Children.java(
            launch(List.of()),
            List.of("policy", "init", "--verdicts", run.toString(), "--out", policy.toString()))
        .orFail();
    Files.writeString(
        policy,
        Files.readString(policy).replace("uncounted-tests: hold", "uncounted-tests: accepted"));
    return policy;
  }

  private static List<String> with(String option, List<String> launch) {
    return Stream.concat(Stream.of(option), launch.stream()).toList();
  }

  private static List<String> launch(List<String> options) {
    List<String> launch = new ArrayList<>(options);
    launch.addAll(
        List.of("-cp", System.getProperty("java.class.path"), Touchstone.class.getName()));
    return launch;
  }

  private static void measure(
      String what, int decisions, List<String> launch, String... arguments) {
    double[] seconds = new double[decisions];
    for (int i = 0; i < decisions; i++) {
      seconds[i] = Children.java(launch, List.of(arguments)).orFail().seconds();
    }
    System.out.printf(
        "%-12s median %.2f s (%s)%n", what, Medians.of(seconds), Medians.listed(seconds));
  }

  /** Writes a run's verdicts. Arguments: report directory, how many. */
  static final class Run {
    private Run() {}

    public static void main(String[] arguments) {
      Path directory = Path.of(arguments[0]);
      int verdicts = Integer.parseInt(arguments[1]);
      RunContext context =
          RunContext.of(
              new Settings("cpu", 42, Policy.STRICT, 1 << 20, directory), RunSession.isolated());
      VerdictListeners listeners = VerdictListeners.of(context.session());
      for (int i = 0; i < verdicts; i++) {
        TestIdentity test =
            new TestIdentity("[test:" + i + "]", "com.acme.Suite" + i % 50, "claim" + i, "claim()");
        listeners.publish(verdict(i), context.forTest(test));
      }
    }

    private static Verdict verdict(int number) {
      List<ReliabilityDiagram.Bin> bins = new ArrayList<>();
      for (int bin = 0; bin < 10; bin++) {
        bins.add(
            new ReliabilityDiagram.Bin(
                bin / 10.0, (bin + 1) / 10.0, 100, bin / 10.0 + 0.0512, bin / 10.0 + 0.0498));
      }
      Evidence.Builder evidence = Evidence.of("error rate", "model.pt on test.csv (n = 1000)");
      for (String slice : List.of("overall", "sex=Female", "sex=Male")) {
        evidence.measured(new Measurement("error rate", slice, Proportion.of(number % 20, 1000)));
      }
      return Claim.of("the share of wrongly classified examples is at most 0.05", Bound.upper(0.05))
          .judge(
              evidence
                  .figure(new ReliabilityDiagram("reliability", "Reliability", bins))
                  .from(
                      Provenance.read(
                          new FactText.Texts(
                              Map.of("name", "model.pt", "sha256", Digest.ofBytes(MODEL)),
                              Map.of("name", "test.csv", "sha256", Digest.ofBytes(new byte[0])),
                              Map.of("error", "share of wrongly classified examples"),
                              Map.of("device", "cpu")),
                          42,
                          Instant.now(),
                          0.5)),
              Policy.STRICT);
    }
  }
}
