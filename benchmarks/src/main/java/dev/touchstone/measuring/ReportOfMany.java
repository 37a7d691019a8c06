package dev.touchstone.measuring;

import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.evidence.figure.Overlays;
import dev.touchstone.evidence.record.RecordedVerdicts;
import dev.touchstone.evidence.record.VerdictListeners;
import dev.touchstone.evidence.record.VerdictReader;
import dev.touchstone.facts.FactText;
import dev.touchstone.report.HtmlReport;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TestIdentity;
import dev.touchstone.statistics.Proportion;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/**
 * What a report of 2,000 verdicts costs: seconds to read the verdict file and to write the page, in
 * a JVM of its own that has just begun; megabytes of the page; and milliseconds from opening it in
 * headless Chromium until the script has run and filters and evidence answer (Navigation timing).
 * Once without pictures, once with 500 saliency maps beside their inputs.
 *
 * <p>The verdicts: ten models, two hundred claims, three groups each, ten worst findings of four
 * facts, four measurements beside. Arguments: how often (5), and the number of verdicts (2000).
 */
final class ReportOfMany {
  private static final int PICTURES = 500;
  private static final int PICTURES_A_VERDICT = 4;
  private static final int SIDE = 28;

  private ReportOfMany() {}

  public static void main(String[] arguments) throws IOException {
    int runs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
    int verdicts = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 2000;
    for (int pictures : new int[] {0, PICTURES}) {
      Path directory = Files.createTempDirectory("touchstone-report");
      List<String> options = List.of("-Dtouchstone.report.dir=" + directory);
      Children.java(
              Run.class, options, List.of(Integer.toString(verdicts), Integer.toString(pictures)))
          .orFail();
      double[] seconds = new double[runs];
      double[] whole = new double[runs];
      for (int run = 0; run < runs; run++) {
        Children.Ended ended =
            Children.java(Write.class, List.of(), List.of(directory.toString())).orFail();
        seconds[run] = Double.parseDouble(ended.output().strip().lines().toList().get(0));
        whole[run] = ended.seconds();
      }
      Path page = directory.resolve("report.html");
      double[] usable = usable(page, runs);
      System.out.printf(
          "%,d verdicts, %d pictures: read and written in %.2f s of %s (aim 5 s), with the JVM's"
              + " start %.2f s; %.2f MB (aim 5 MB without pictures); usable after %.0f ms of %s"
              + " (aim 1000 ms)%n",
          verdicts,
          pictures,
          Medians.of(seconds),
          Medians.listed(seconds),
          Medians.of(whole),
          Files.size(page) / 1e6,
          Medians.of(usable),
          Medians.listed(usable));
    }
  }

  /** A browser of its own each time. */
  private static double[] usable(Path page, int runs) {
    double[] milliseconds = new double[runs];
    for (int run = 0; run < runs; run++) {
      ChromeOptions options = new ChromeOptions();
      options.setBinary(new File("/usr/bin/chromium"));
      options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu");
      ChromeDriverService service =
          new ChromeDriverService.Builder()
              .usingDriverExecutable(new File("/usr/bin/chromedriver"))
              .usingAnyFreePort()
              .build();
      ChromeDriver driver = new ChromeDriver(service, options);
      try {
        driver.get(page.toUri().toString());
        Object took =
            driver.executeScript(
                "return performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd");
        milliseconds[run] = took instanceof Number number ? number.doubleValue() : Double.NaN;
      } finally {
        driver.quit();
      }
    }
    return milliseconds;
  }

  /** Reads and writes once, and says how long it took. */
  static final class Write {
    private Write() {}

    public static void main(String[] arguments) {
      Path directory = Path.of(arguments[0]);
      long start = System.nanoTime();
      RecordedVerdicts verdicts = VerdictReader.read(directory);
      HtmlReport.of(verdicts).writeTo(directory.resolve("report.html"));
      System.out.println((System.nanoTime() - start) / 1e9);
    }
  }

  /** A run that reaches the verdicts. */
  static final class Run {
    private Run() {}

    public static void main(String[] arguments) {
      int verdicts = Integer.parseInt(arguments[0]);
      int pictures = Integer.parseInt(arguments[1]);
      Random random = new Random(4);
      VerdictListeners listeners = VerdictListeners.of(RunSession.shared());
      RunContext context = RunContext.of(Settings.fromSystem());
      for (int i = 0; i < verdicts; i++) {
        Claim claim =
            Claim.of(
                    "the share of wrongly classified examples of slice "
                        + i / 10
                        + " is at most 0.1",
                    Bound.upper(0.1))
                .because("the clerk reads what the model does not");
        boolean pictured = i * PICTURES_A_VERDICT < pictures;
        TestIdentity test =
            new TestIdentity(
                "[engine:junit-jupiter]/[class:com.acme.ModelTest]/[method:slice" + i / 10 + "()]",
                "com.acme.ModelTest",
                "slice" + i / 10,
                "slice" + i / 10 + "()",
                Optional.empty());
        listeners.publish(
            claim.judge(evidence(i, pictured, random), Policy.STRICT), context.forTest(test));
      }
    }

    private static Evidence evidence(int number, boolean pictured, Random random) {
      String model = "model-" + number % 10 + ".onnx";
      Evidence.Builder evidence = Evidence.of("error rate", model + " on test.csv.gz (n = 28842)");
      double rate = random.nextInt(20) == 0 ? 0.15 : 0.05;
      for (String slice : List.of("overall", "sex=Female", "sex=Male")) {
        evidence.measured(
            new Measurement("error rate", slice, Proportion.of((int) (rate * 5000), 5000)));
        evidence.beside(
            new Measurement("accuracy", slice, Proportion.of((int) ((1 - rate) * 5000), 5000)));
      }
      evidence.beside(new Measurement("abstention rate", "overall", Proportion.of(3, 5000)));
      for (int worst = 0; worst < Evidence.MOST_FINDINGS; worst++) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("label", "<=50K");
        facts.put("predicted", ">50K");
        facts.put("probability", "0.9" + random.nextInt(1000));
        facts.put("group", "sex=Female");
        evidence.worst(new Finding(Integer.toString(random.nextInt(30000)), facts));
      }
      if (pictured) {
        List<Overlays.Tile> tiles = new ArrayList<>();
        for (int tile = 0; tile < PICTURES_A_VERDICT; tile++) {
          tiles.add(
              new Overlays.Tile(
                  "example " + tile, SIDE, SIDE, 1, noise(random, 0), noise(random, -0.5f)));
        }
        evidence.figure(new Overlays("saliency", "saliency of the worst", tiles));
      }
      evidence.note("only the given signals were tried");
      return evidence.from(provenance(model, number));
    }

    private static float[] noise(Random random, float least) {
      float[] values = new float[SIDE * SIDE];
      for (int i = 0; i < values.length; i++) {
        values[i] = least + random.nextFloat();
      }
      return values;
    }

    private static Provenance provenance(String model, int number) {
      return Provenance.read(
          new FactText.Texts(
              Map.of("name", model, "sha256", (number % 10 + "0a").repeat(22).substring(0, 64)),
              Map.of("name", "test.csv.gz", "sha256", "19c0690d".repeat(8), "examples", "28842"),
              Map.of("slice", Integer.toString(number / 10)),
              Map.of(
                  "device",
                  "cpu",
                  "engine",
                  "PyTorch 2.7.1",
                  "java",
                  "17.0.15",
                  "processor",
                  "amd64")),
          42,
          Instant.parse("2026-11-22T16:04:19Z"),
          0.25);
    }
  }
}
