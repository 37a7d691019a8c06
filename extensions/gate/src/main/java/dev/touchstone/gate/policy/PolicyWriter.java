package dev.touchstone.gate.policy;

import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.ListedTest;
import dev.touchstone.evidence.ModelTests;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.Verdict.Judgement;
import dev.touchstone.evidence.record.RecordedVerdict;
import dev.touchstone.evidence.record.RecordedVerdicts;
import dev.touchstone.gate.policy.ReleasePolicy.Suite;
import dev.touchstone.runtime.SuiteIdentity;
import dev.touchstone.runtime.TouchstoneException;
import java.lang.module.ModuleDescriptor;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes a policy from a run: every claim that the run made about a model file, with the tolerance
 * that was claimed as the loosest, the groups that were judged and the data they were judged on.
 * Where every claim passed, the run ships under the policy.
 *
 * <p>A trainer's claim stands under the models that were judged by the same test class, or under
 * the only model of the run; where neither tells which models the trainer makes, it is written as a
 * comment. What cannot be asked for is said in a comment too: nothing is left out in silence.
 */
public final class PolicyWriter {
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z][A-Za-z0-9_./=]*( [A-Za-z0-9_./=(]+[A-Za-z0-9_./=)%]*)*");
  private static final Pattern PRINTABLE = Pattern.compile("[ -&(-~]+");
  private static final Pattern WORD =
      Pattern.compile("true|false|null|yes|no|on|off|y|n", Pattern.CASE_INSENSITIVE);
  private static final int LONGEST = 2000;
  private static final int LONGEST_SHOWN = 100;

  /** YAML 1.2, 7.4.2: an implicit key has at most 1024 characters. */
  private static final int LONGEST_SIMPLE_KEY = 1000;

  private final StringBuilder yaml = new StringBuilder();
  private final Map<JudgedData, String> dataNames = new LinkedHashMap<>();

  private PolicyWriter() {}

  /**
   * The policy as YAML.
   *
   * @param name what decisions call it
   * @throws TouchstoneException if no verdict is about a model file, or two files have one name
   */
  public static String write(String name, RecordedVerdicts run) {
    return new PolicyWriter().policy(name, run);
  }

  private String policy(String name, RecordedVerdicts run) {
    Map<String, List<RecordedVerdict>> models = models(run);
    if (models.isEmpty()) {
      throw new TouchstoneException(
          "none of the "
              + run.verdicts().size()
              + " verdicts is about a model file; a policy asks about files, so judge models that"
              + " are read from one, and a trainer beside the model that it makes");
    }
    List<RecordedVerdict> unplaced = placeTrainers(models, run);
    nameData(Stream.concat(models.values().stream().flatMap(List::stream), unplaced.stream()));
    header(name, run);
    tests(run);
    suite(run);
    data();
    yaml.append(
        "\n# What has to be shown, model by model. A model is known by its SHA-256, not by its"
            + " name:\n# the name only says which claims are asked of the file given to the"
            + " gate.\nmodels:\n");
    models.forEach(this::model);
    notAskedFor(unplaced);
    unaskable(run);
    exceptions(models);
    return yaml.toString();
  }

  private static Map<String, List<RecordedVerdict>> models(RecordedVerdicts run) {
    Map<String, List<RecordedVerdict>> models = new LinkedHashMap<>();
    Map<String, String> digests = new LinkedHashMap<>();
    for (RecordedVerdict recorded : sorted(run.verdicts())) {
      String name = nameOf(recorded);
      String sha256 = provenance(recorded).modelSha256().orElse("");
      if (sha256.isEmpty() || !isText(name)) {
        continue;
      }
      String before = digests.putIfAbsent(name, sha256);
      if (before != null && !before.equals(sha256)) {
        throw new TouchstoneException(
            "the verdicts are about two files that are both named \""
                + PlainText.of(name, 100)
                + "\"; give the verdicts of one run on one of them");
      }
      models.computeIfAbsent(name, key -> new ArrayList<>()).add(recorded);
    }
    return models;
  }

  /**
   * Adds the verdicts about trainers to those about the models that they make, as far as the run
   * tells.
   *
   * @return those of which it does not
   */
  private static List<RecordedVerdict> placeTrainers(
      Map<String, List<RecordedVerdict>> models, RecordedVerdicts run) {
    Map<String, Set<String>> judgedBy = new LinkedHashMap<>();
    models.forEach(
        (model, verdicts) ->
            verdicts.stream()
                .flatMap(verdict -> testClass(verdict).stream())
                .forEach(
                    test -> judgedBy.computeIfAbsent(test, key -> new TreeSet<>()).add(model)));
    List<RecordedVerdict> unplaced = new ArrayList<>();
    for (RecordedVerdict recorded : sorted(run.verdicts())) {
      if (trainerDigest(recorded).isEmpty()) {
        continue;
      }
      Set<String> makes =
          models.size() == 1
              ? models.keySet()
              : testClass(recorded)
                  .map(test -> judgedBy.getOrDefault(test, Set.of()))
                  .orElse(Set.of());
      makes.forEach(model -> Objects.requireNonNull(models.get(model)).add(recorded));
      if (makes.isEmpty()) {
        unplaced.add(recorded);
      }
    }
    return unplaced;
  }

  /** Digests that a policy can pin. */
  private static Optional<String> trainerDigest(RecordedVerdict recorded) {
    return provenance(recorded).sourceSha256().filter(PolicyReader::isDigest);
  }

  /**
   * The test's class, or the one that it is nested in: a suite that holds what belongs together.
   */
  private static Optional<String> testClass(RecordedVerdict recorded) {
    return recorded.test().map(test -> test.className().replaceFirst("\\$.*", ""));
  }

  private static Provenance provenance(RecordedVerdict recorded) {
    return recorded.verdict().evidence().provenance();
  }

  private static String nameOf(RecordedVerdict recorded) {
    return provenance(recorded).subject().name();
  }

  private static List<RecordedVerdict> sorted(List<RecordedVerdict> verdicts) {
    return verdicts.stream()
        .sorted(
            Comparator.comparing(PolicyWriter::nameOf)
                .thenComparing(v -> test(v).orElse(""))
                .thenComparing(RecordedVerdict::fingerprint))
        .toList();
  }

  /**
   * Data as a policy can pin them.
   *
   * @param merged by group column, which values were taken together, where a group that was judged
   *     depends on it
   * @param facts all else that was recorded of them
   */
  private record JudgedData(String sha256, Map<String, String> merged, Map<String, String> facts) {
    static Optional<JudgedData> of(RecordedVerdict recorded) {
      Verdict verdict = recorded.verdict();
      Map<String, String> merged = new TreeMap<>();
      verdict
          .judgements()
          .forEach(
              judgement ->
                  merged.putAll(provenance(recorded).mergesOf(judgement.measurement().slice())));
      Provenance provenance = provenance(recorded);
      return Optional.of(provenance.data().sha256())
          .filter(sha256 -> !sha256.isEmpty())
          .map(sha256 -> new JudgedData(sha256, merged, provenance.pinned().data()));
    }
  }

  private void nameData(Stream<RecordedVerdict> verdicts) {
    Set<String> names = new HashSet<>();
    verdicts.forEach(
        verdict -> {
          String name = provenance(verdict).data().name();
          JudgedData.of(verdict)
              .ifPresent(
                  data ->
                      dataNames.computeIfAbsent(
                          data, key -> unique(isText(name) ? name : "data", names)));
        });
  }

  private void header(String name, RecordedVerdicts run) {
    yaml.append("# May these models ship? What `touchstone gate` asks for before it says yes.\n")
        .append("# Written by `touchstone policy init` from ")
        .append(run.verdicts().size())
        .append(" verdicts; read every line before you rely on it.\n")
        .append("schema: ")
        .append(ReleasePolicy.SCHEMA)
        .append("\nname: ")
        .append(quoted(name))
        .append("\n\n# How old a verdict may be: minutes, hours, days or weeks.\nmax-age: 7 days\n")
        .append("\n# What a claim does that the data could not decide:\n")
        .append("#   hold                nothing ships until it is decided\n")
        .append("#   refuse              the model does not ship\n")
        .append("#   accept-with-reason  accepted where the test states a reason\n")
        .append("inconclusive: hold\n")
        .append(
            "\n# Claims about these models that are not listed here: must-not-fail, or ignored.\n")
        .append("other-claims: must-not-fail\n");
  }

  private void tests(RecordedVerdicts run) {
    ModelTests tests = run.tests();
    if (tests.uncounted() > 0) {
      yaml.append(
          "\n# The tests of this run were not counted, as outside JUnit or by an earlier version:"
              + " some may have\n# broken. hold: nothing ships on such a run; or accepted.\n");
      yaml.append("uncounted-tests: hold\n");
    }
    yaml.append(
        "\n# Model tests that need not run, each with a reason. Where another one was skipped or"
            + " gave up, or any\n# broke, nothing ships.\n");
    List<ListedTest> left = tests.leftOut();
    if (!left.isEmpty()) {
      yaml.append("# In this run ")
          .append(tests.leftOutInWords())
          .append(":\n# what they would have claimed is not asked for below.\n");
      left.forEach(
          test ->
              yaml.append("#   ")
                  .append(PlainText.of(test.test(), LONGEST_SHOWN))
                  .append(' ')
                  .append(test.end().inWords())
                  .append(test.why().isEmpty() ? "" : ": " + PlainText.of(test.why(), 200))
                  .append('\n'));
    }
    yaml.append("# may-be-skipped:\n");
    List<ListedTest> skipped =
        left.stream().filter(test -> test.end() != ListedTest.End.BROKEN).toList();
    if (skipped.isEmpty()) {
      mayBeSkipped("com.acme.IncomeTest#isFastOnTheGpu", "@EnabledIfDevice(\"gpu\")");
    }
    skipped.forEach(test -> mayBeSkipped(test.test(), test.condition()));
  }

  /** As a comment: whether a test need not run is decided by people. */
  private void mayBeSkipped(String test, String condition) {
    yaml.append("#   - test: ").append(quoted(test)).append('\n');
    if (isText(condition)) {
      yaml.append("#     condition: ").append(inQuotes(condition)).append('\n');
    }
    yaml.append("#     reason: (why it need not run)\n");
  }

  private void suite(RecordedVerdicts run) {
    List<SuiteIdentity> suites =
        run.verdicts().stream().flatMap(v -> v.test().flatMap(t -> t.suite()).stream()).toList();
    boolean allHaveVersions =
        suites.size() == run.verdicts().size()
            && suites.stream().allMatch(s -> s.version().filter(Suite::isOrdered).isPresent());
    yaml.append(
        "\n# Which suites may judge: this version or a newer one, or only approved editions of");
    yaml.append("\n# the test classes, by SHA-256.\n");
    String comment = allHaveVersions ? "" : "# ";
    String oldest =
        suites.stream()
            .flatMap(s -> s.version().filter(Suite::isOrdered).stream())
            .map(ModuleDescriptor.Version::parse)
            .min(Comparator.naturalOrder())
            .map(ModuleDescriptor.Version::toString)
            .orElse("1.0");
    yaml.append(comment).append("suite:\n");
    yaml.append(comment).append("  oldest-version: ").append(quoted(oldest)).append('\n');
    Set<String> digests =
        suites.stream()
            .map(SuiteIdentity::sha256)
            .filter(digest -> !digest.isEmpty())
            .collect(Collectors.toCollection(TreeSet::new));
    if (!digests.isEmpty()) {
      yaml.append("#   approved-sha256:\n");
      digests.forEach(digest -> yaml.append("#     - ").append(quoted(digest)).append('\n'));
    }
  }

  private void data() {
    if (dataNames.isEmpty()) {
      return;
    }
    yaml.append(
        "\n" + "# The data that claims have to be judged on, as verdicts record their SHA-256.\n");
    if (dataNames.keySet().stream().anyMatch(data -> !data.merged().isEmpty())) {
      yaml.append(
          "# Where a test took values of a group together, \"merged\" says which go by which"
              + " name.\n");
    }
    yaml.append("data:\n");
    dataNames.forEach(
        (data, name) -> {
          yaml.append(key("  ", name))
              .append("\n    sha256: ")
              .append(quoted(data.sha256()))
              .append('\n');
          merged(data.merged());
          lines("    ", "facts", data.facts());
        });
    yaml.append(
            "\n"
                + "# What else verdicts record of model, data and settings is pinned below, and no"
                + " other fact may be\n")
        .append("# recorded, but those that are listed here, or under \"free\" of a claim:\n")
        .append("# free:\n#   - (the name of a fact that may be anything)\n");
  }

  private void merged(Map<String, String> merged) {
    Map<String, String> writable = new TreeMap<>(merged);
    writable.entrySet().removeIf(e -> !isText(e.getKey()) || !isText(e.getValue()));
    if (!writable.isEmpty()) {
      yaml.append("    merged:\n");
      writable.forEach(
          (column, values) ->
              yaml.append(key("      ", column)).append(' ').append(inQuotes(values)).append('\n'));
    }
    if (writable.size() < merged.size()) {
      yaml.append(
          "    # Values were taken together whose names are too long to be written here: claims"
              + " about\n    # these groups cannot be shown; take fewer together, or under shorter"
              + " names.\n");
    }
  }

  /** Text that holds quotes itself, as it is where single ones can be put around it. */
  private static String inQuotes(String text) {
    return PRINTABLE.matcher(text).matches() ? "'" + text + "'" : quoted(text);
  }

  private void model(String name, List<RecordedVerdict> verdicts) {
    yaml.append("  - name: ").append(quoted(name)).append("\n    claims:\n");
    Set<String> names = new HashSet<>();
    verdicts.forEach(recorded -> claims(recorded, names));
  }

  private void claims(RecordedVerdict recorded, Set<String> names) {
    recorded.verdict().judgements().stream()
        .map(Judgement::bound)
        .map(bound -> bound.direction())
        .distinct()
        .forEach(direction -> claims(recorded, direction, names));
  }

  /** Claims of trainers, as comments. */
  private void notAskedFor(List<RecordedVerdict> unplaced) {
    if (unplaced.isEmpty()) {
      return;
    }
    yaml.append(
        "\n"
            + "# Not asked for: these are claims of trainers, and the run does not tell which of"
            + " the models\n"
            + "# they make. Move each under the claims of its model, without the \"# \".\n");
    Set<String> names = new HashSet<>();
    for (RecordedVerdict recorded : unplaced) {
      int start = yaml.length();
      claims(recorded, names);
      String lines = yaml.substring(start);
      yaml.setLength(start);
      lines.lines().forEach(line -> yaml.append("# ").append(line).append('\n'));
    }
  }

  /** What no policy can ask for, since nothing tells what it is about. */
  private void unaskable(RecordedVerdicts run) {
    Set<String> said = new LinkedHashSet<>();
    for (RecordedVerdict recorded : sorted(run.verdicts())) {
      Provenance provenance = provenance(recorded);
      String about = quoted(PlainText.of(nameOf(recorded), LONGEST_SHOWN));
      if (provenance.isAboutTrainer() && trainerDigest(recorded).isEmpty()) {
        said.add(
            asked(recorded)
                + " is a claim of the trainer "
                + about
                + ",\n#   which has no SHA-256: name the code that its provenance lists as not"
                + " described, or\n#   override Trainer.sha256() in a trainer of your own.");
      } else if (provenance.modelSha256().or(provenance::sourceSha256).isEmpty()) {
        said.add(asked(recorded) + " is about " + about + ", which is no file.");
      } else if (!isText(nameOf(recorded))) {
        said.add(asked(recorded) + " is about a model without a name that can be written here.");
      }
    }
    if (!said.isEmpty()) {
      yaml.append("\n# Cannot be asked for:\n");
      said.forEach(sentence -> yaml.append("# - ").append(sentence).append('\n'));
    }
  }

  private static String asked(RecordedVerdict recorded) {
    return quoted(PlainText.of(name(recorded), LONGEST_SHOWN));
  }

  private void claims(RecordedVerdict recorded, Bound.Direction direction, Set<String> names) {
    Map<String, List<Judgement>> byQuantity = new LinkedHashMap<>();
    recorded.verdict().judgements().stream()
        .filter(judgement -> judgement.bound().direction() == direction)
        .forEach(
            judgement ->
                byQuantity
                    .computeIfAbsent(
                        judgement.measurement().quantity(), quantity -> new ArrayList<>())
                    .add(judgement));
    byQuantity.forEach(
        (quantity, judgements) ->
            claim(
                recorded,
                quantity,
                judgements,
                unique(
                    byQuantity.size() == 1 ? name(recorded) : name(recorded) + ", " + quantity,
                    names)));
  }

  private void claim(
      RecordedVerdict recorded, String quantity, List<Judgement> judgements, String name) {
    Verdict verdict = recorded.verdict();
    Provenance provenance = provenance(recorded);
    Bound loosest = loosest(judgements);
    if (verdict.outcome() != Outcome.PASS) {
      yaml.append("      # In this run it did not pass: ").append(verdict.outcome()).append(".\n");
    }
    if (provenance.comparesWithItself()) {
      yaml.append(
              "      # In this run the model was compared with itself. Keep the claim if it is the"
                  + " approved\n")
          .append(
              "      # model: every other candidate then has to be compared with this model.\n");
    }
    yaml.append("      - name: ").append(quoted(name)).append('\n');
    verdict
        .claim()
        .because()
        .filter(PolicyWriter::isText)
        .ifPresent(because -> line("because", because));
    line("check", verdict.evidence().check());
    trainerDigest(recorded).ifPresent(digest -> trainer(recorded, digest));
    line("quantity", quantity);
    yaml.append("        ")
        .append(loosest.direction() == Bound.Direction.AT_MOST ? "at-most: " : "at-least: ")
        .append(number(loosest.value()))
        .append('\n');
    if (loosest.value() < 0) {
      yaml.append("        may-be-negative: true\n");
    }
    Set<String> groups =
        judgements.stream()
            .map(judgement -> judgement.measurement().slice())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    if (groups.stream().allMatch(PolicyWriter::isText)) {
      yaml.append("        groups:\n");
      groups.forEach(group -> yaml.append("          - ").append(quoted(group)).append('\n'));
    }
    JudgedData.of(recorded)
        .map(data -> dataNames.getOrDefault(data, ""))
        .filter(of -> !of.isEmpty())
        .ifPresent(of -> line("data", of));
    if (verdict.claim().id().filter(PolicyWriter::isText).isPresent()) {
      line("id", verdict.claim().id().get());
    } else {
      test(recorded).filter(PolicyWriter::isText).ifPresent(test -> line("test", test));
    }
    lines("        ", "model-facts", provenance.pinned().model());
    lines("        ", "settings", provenance.pinned().settings());
  }

  /** How the model is made. */
  private void trainer(RecordedVerdict recorded, String digest) {
    String name = nameOf(recorded);
    yaml.append(
            "        trainer:                # a claim of how the model is made, not of its file\n")
        .append("          name: ")
        .append(quoted(isText(name) ? name : "trainer"))
        .append("\n          sha256: ")
        .append(quoted(digest))
        .append('\n');
  }

  private void lines(String indent, String key, Map<String, String> facts) {
    Map<String, String> writable = new LinkedHashMap<>(facts);
    writable.keySet().removeIf(fact -> !isText(fact));
    if (!writable.isEmpty()) {
      yaml.append(indent).append(key).append(":\n");
      writable.forEach(
          (of, value) ->
              yaml.append(key(indent + "  ", of))
                  .append(' ')
                  .append(quoted(PinnedFacts.held(value, LONGEST - 20)))
                  .append('\n'));
    }
    if (writable.size() < facts.size()) {
      yaml.append(indent)
          .append("# A fact was recorded whose name cannot be written here: the claim cannot be")
          .append(" shown.\n");
    }
  }

  /** A key and its colon; a long one in YAML's explicit form, since a simple one is short. */
  private static String key(String indent, String key) {
    String quoted = quoted(key);
    return quoted.length() <= LONGEST_SIMPLE_KEY
        ? indent + quoted + ":"
        : indent + "? " + quoted + "\n" + indent + ":";
  }

  private void line(String key, String value) {
    yaml.append("        ").append(key).append(": ").append(quoted(value)).append('\n');
  }

  private static Bound loosest(List<Judgement> judgements) {
    Comparator<Bound> byValue = Comparator.comparingDouble(Bound::value);
    boolean atMost = judgements.get(0).bound().direction() == Bound.Direction.AT_MOST;
    return judgements.stream()
        .map(Judgement::bound)
        .max(atMost ? byValue : byValue.reversed())
        .orElseThrow();
  }

  private void exceptions(Map<String, List<RecordedVerdict>> models) {
    yaml.append(
            "\n"
                + "# What need not hold for a while. Every exception has its own bound, which has"
                + " to be\n")
        .append("# shown instead, a reason, an owner and a last day.\n")
        .append("# exceptions:\n");
    if (models.size() > 1) {
      yaml.append("#   - model: (its name)\n#     claim: (the claim's name)\n");
    } else {
      yaml.append("#   - claim: (the claim's name)\n");
    }
    yaml.append("#     group: sex=Female        # leave it out for all groups\n")
        .append("#     no-worse-than: 0.08\n")
        .append("#     reason: the vendor's fix arrives in March\n")
        .append("#     owner: R. Officer\n")
        .append("#     expires: 2027-03-31\n");
  }

  private static Optional<String> test(RecordedVerdict recorded) {
    return recorded
        .test()
        .map(
            test ->
                test.methodName().isEmpty()
                    ? test.className()
                    : test.className() + "#" + test.methodName());
  }

  /** The claim's own name, or its test's in words, or what it says. */
  private static String name(RecordedVerdict recorded) {
    Optional<String> words =
        recorded
            .test()
            .map(test -> test.methodName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", " "))
            .map(name -> name.toLowerCase(Locale.ROOT));
    return recorded
        .verdict()
        .claim()
        .id()
        .filter(PolicyWriter::isText)
        .or(() -> words.filter(PolicyWriter::isText))
        .or(() -> Optional.of(recorded.verdict().claim().statement()).filter(PolicyWriter::isText))
        .orElse("claim");
  }

  private static String unique(String name, Set<String> taken) {
    String candidate = name;
    for (int i = 2; !taken.add(candidate); i++) {
      candidate = name + " (" + i + ")";
    }
    return candidate;
  }

  private static boolean isText(String text) {
    return !text.isBlank() && text.length() <= LONGEST - 20;
  }

  private static String number(double value) {
    return BigDecimal.valueOf(value).toPlainString();
  }

  /** A scalar as it is where that can be nothing else, in quotes with escapes otherwise. */
  static String quoted(String text) {
    if (PLAIN.matcher(text).matches() && !WORD.matcher(text).matches()) {
      return text;
    }
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints().forEach(character -> append(quoted, character));
    return quoted.append('"').toString();
  }

  private static void append(StringBuilder quoted, int character) {
    if (character == '"' || character == '\\') {
      quoted.append('\\').appendCodePoint(character);
    } else if (PlainText.of(Character.toString(character), 1).length()
            != Character.charCount(character)
        || !Character.isDefined(character)
        || character == 0xFEFF) {
      quoted.append(
          character > 0xFFFF
              ? String.format("\\U%08X", character)
              : String.format("\\u%04X", character));
    } else {
      quoted.appendCodePoint(character);
    }
  }
}
