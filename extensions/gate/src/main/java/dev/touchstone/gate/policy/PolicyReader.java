package dev.touchstone.gate.policy;

import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.facts.Comparison.Role;
import dev.touchstone.facts.FactText;
import dev.touchstone.gate.policy.ReleasePolicy.GrantedException;
import dev.touchstone.gate.policy.ReleasePolicy.Inconclusive;
import dev.touchstone.gate.policy.ReleasePolicy.MayBeSkipped;
import dev.touchstone.gate.policy.ReleasePolicy.OtherClaims;
import dev.touchstone.gate.policy.ReleasePolicy.PinnedData;
import dev.touchstone.gate.policy.ReleasePolicy.PinnedTrainer;
import dev.touchstone.gate.policy.ReleasePolicy.RequiredClaim;
import dev.touchstone.gate.policy.ReleasePolicy.RequiredModel;
import dev.touchstone.gate.policy.ReleasePolicy.Suite;
import dev.touchstone.gate.policy.ReleasePolicy.UncountedTests;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads a policy and says everything that is wrong with it at once. */
final class PolicyReader {
  private static final Pattern AGE =
      Pattern.compile("(\\d{1,5}) *(minute|hour|day|week)s?", Pattern.CASE_INSENSITIVE);
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final double LEAST_LEVEL = 0.5;

  private final List<String> problems = new ArrayList<>();
  private final LocalDate today;

  private PolicyReader(LocalDate today) {
    this.today = today;
  }

  static ReleasePolicy read(byte[] bytes, String file, LocalDate today) {
    PolicyReader reader = new PolicyReader(today);
    ReleasePolicy policy = reader.policy(YamlDocument.read(bytes, shownFile(file)));
    if (!reader.problems.isEmpty()) {
      throw new InvalidPolicyException(shownFile(file), reader.problems);
    }
    return policy;
  }

  private static String shownFile(String file) {
    return PlainText.of(file, 200);
  }

  private ReleasePolicy policy(Node root) {
    Section top =
        Section.of(
            root,
            "the policy",
            problems,
            List.of(
                "schema",
                "name",
                "max-age",
                "level",
                "inconclusive",
                "other-claims",
                "uncounted-tests",
                "may-be-skipped",
                "suite",
                "data",
                "free",
                "models",
                "exceptions"));
    top.required("schema", "write \"schema: " + ReleasePolicy.SCHEMA + "\" as its first line")
        .filter(schema -> !schema.equals(ReleasePolicy.SCHEMA))
        .ifPresent(
            schema ->
                top.problem(
                    "schema",
                    "the schema is \""
                        + Section.shown(schema)
                        + "\"; this version reads "
                        + ReleasePolicy.SCHEMA));
    String name = top.required("name", "write what a decision should call it").orElse("(no name)");
    Map<String, PinnedData> data = data(top);
    List<RequiredModel> models = models(top, data, free(top));
    return new ReleasePolicy(
        name,
        top.converted("max-age", PolicyReader::age, "an age such as \"12 hours\" or \"7 days\"")
            .orElse(null),
        level(top),
        top.converted(
                "inconclusive",
                PolicyReader::inconclusive,
                "hold (not decided), refuse (does not ship) or accept-with-reason (accepted where"
                    + " the test states a reason)")
            .orElse(Inconclusive.HOLD),
        top.converted("other-claims", PolicyReader::otherClaims, "must-not-fail or ignored")
            .orElse(OtherClaims.MUST_NOT_FAIL),
        top.converted(
                "uncounted-tests",
                PolicyReader::uncountedTests,
                "hold (not decided) or accepted (for verdicts from outside JUnit)")
            .orElse(UncountedTests.HOLD),
        mayBeSkipped(top),
        suite(top),
        models,
        exceptions(top, models));
  }

  private double level(Section top) {
    double level = top.number("level").orElse(Claim.LEVEL);
    if (!(level >= LEAST_LEVEL && level < 1)) {
      top.problem("level", "a confidence level lies between 0.5 and 1, such as 0.95; was " + level);
    }
    return level;
  }

  private static @Nullable Duration age(String text) {
    Matcher age = AGE.matcher(text);
    if (!age.matches()) {
      return null;
    }
    long many = Long.parseLong(age.group(1));
    return switch (age.group(2).toLowerCase(Locale.ROOT)) {
      case "minute" -> Duration.ofMinutes(many);
      case "hour" -> Duration.ofHours(many);
      case "day" -> Duration.ofDays(many);
      default -> Duration.ofDays(7 * many);
    };
  }

  private static @Nullable Inconclusive inconclusive(String text) {
    return switch (text) {
      case "hold" -> Inconclusive.HOLD;
      case "refuse" -> Inconclusive.REFUSE;
      case "accept-with-reason" -> Inconclusive.ACCEPT_WITH_REASON;
      default -> null;
    };
  }

  private static @Nullable OtherClaims otherClaims(String text) {
    return switch (text) {
      case "must-not-fail" -> OtherClaims.MUST_NOT_FAIL;
      case "ignored" -> OtherClaims.IGNORED;
      default -> null;
    };
  }

  private static @Nullable UncountedTests uncountedTests(String text) {
    return switch (text) {
      case "hold" -> UncountedTests.HOLD;
      case "accepted" -> UncountedTests.ACCEPTED;
      default -> null;
    };
  }

  private List<MayBeSkipped> mayBeSkipped(Section top) {
    List<MayBeSkipped> tests = new ArrayList<>();
    for (Node node : top.list("may-be-skipped")) {
      Section section =
          Section.of(
              node, "a test that may be skipped", problems, List.of("test", "condition", "reason"));
      Optional<String> test =
          section.required("test", "write which, as class#method, or a class for all in it");
      Optional<String> reason = section.required("reason", "write why it need not run");
      if (test.isPresent() && reason.isPresent()) {
        tests.add(
            new MayBeSkipped(test.get(), section.text("condition").orElse(null), reason.get()));
      }
    }
    return tests;
  }

  private Suite suite(Section top) {
    Node given = top.nested("suite").orElse(null);
    if (given == null) {
      return Suite.any();
    }
    Section suite =
        Section.of(given, "the suite", problems, List.of("oldest-version", "approved-sha256"));
    if (!suite.has("oldest-version") && !suite.has("approved-sha256")) {
      suite.missing("oldest-version", "say which suites may judge, or remove \"suite\"");
    }
    return new Suite(
        suite
            .converted(
                "oldest-version",
                text -> Suite.isOrdered(text) ? text : null,
                "a version such as 1.4.0 or 1.5.0-rc1, as touchstone.suite.version gives it; a"
                    + " commit or a time stamp cannot be told older from newer: approve editions by"
                    + " \"approved-sha256\" instead")
            .orElse(null),
        digests(suite, "approved-sha256"));
  }

  private Map<String, PinnedData> data(Section top) {
    Map<String, PinnedData> data = new LinkedHashMap<>();
    Node given = top.nested("data").orElse(null);
    if (given == null) {
      return data;
    }
    Section all = Section.free(given, "the data", problems);
    for (String name : all.keys()) {
      String what = "data \"" + Section.shown(name) + "\"";
      Section pinned =
          Section.of(
              all.nested(name).orElseThrow(), what, problems, List.of("sha256", "merged", "facts"));
      if (!pinned.has("sha256")) {
        pinned.missing("sha256", "copy it from the verdict's provenance");
      }
      Map<String, String> merged = texts(pinned, "merged");
      if (pinned.has("merged") && merged.isEmpty()) {
        pinned.problem(
            "merged",
            "\"merged\" is empty; list group columns with what verdicts record of them, such as"
                + " race: '\"other\" for \"a\", \"b\"', or remove the key");
      }
      Map<String, String> facts = texts(pinned, "facts");
      facts
          .keySet()
          .forEach(
              fact -> {
                if (!FactText.isPinned(fact)) {
                  pinned.problem(
                      "facts",
                      "\"facts\" pins \""
                          + Section.shown(fact)
                          + "\", which is said elsewhere: digests under \"sha256\", values that"
                          + " were taken together under \"merged\"; a name pins nothing");
                }
              });
      data.put(name, new PinnedData(name, digests(pinned, "sha256"), merged, facts));
    }
    return data;
  }

  private Set<String> digests(Section section, String key) {
    int before = problems.size();
    Set<String> digests = new LinkedHashSet<>();
    for (String text : section.texts(key)) {
      if (isDigest(text)) {
        digests.add(text);
      } else {
        section.problem(key, noDigest(text));
      }
    }
    if (section.has(key) && digests.isEmpty() && problems.size() == before) {
      section.problem(
          key, "\"" + key + "\" is empty; list a SHA-256 as verdicts record it, or remove the key");
    }
    return digests;
  }

  static boolean isDigest(String text) {
    return SHA256.matcher(text).matches();
  }

  private static String noDigest(String text) {
    return "\""
        + Section.shown(text)
        + "\" is no SHA-256: it has 64 digits of 0-9 and a-f, as verdicts record it";
  }

  /** The names of facts that may be anything. */
  private static Set<String> free(Section of) {
    Set<String> names = new LinkedHashSet<>(of.texts("free"));
    if (of.has("free") && names.isEmpty()) {
      of.problem("free", "\"free\" is empty; list names of facts or settings, or remove it");
    }
    for (String name : names) {
      if (!FactText.isPinned(name)) {
        of.problem(
            "free",
            "\""
                + Section.shown(name)
                + "\" cannot be freed: by it the gate knows what a verdict is about; to take any"
                + " data, leave out \"data\" of the claim");
      }
    }
    return names;
  }

  private List<RequiredModel> models(Section top, Map<String, PinnedData> data, Set<String> freed) {
    List<RequiredModel> models = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Node node : top.list("models")) {
      Section section = Section.of(node, "a model", problems, List.of("name", "claims"));
      String name = section.required("name", "write the model's file name").orElse("");
      if (!names.add(name)) {
        section.problem("name", "the model \"" + Section.shown(name) + "\" stands twice");
      }
      List<RequiredClaim> claims = claims(section, name, data, freed);
      if (claims.isEmpty()) {
        section.missing("claims", "nothing would be asked of the model, so anything would ship");
      }
      models.add(new RequiredModel(name, claims));
    }
    if (models.isEmpty()) {
      top.missing("models", "a policy that asks for nothing would ship anything");
    }
    return models;
  }

  private List<RequiredClaim> claims(
      Section model, String of, Map<String, PinnedData> data, Set<String> freedForAll) {
    List<RequiredClaim> claims = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Node node : model.list("claims")) {
      Section section =
          Section.of(
              node,
              "a claim of \"" + Section.shown(of) + "\"",
              problems,
              List.of(
                  "name",
                  "because",
                  "check",
                  "trainer",
                  "quantity",
                  "at-most",
                  "at-least",
                  "may-be-negative",
                  "groups",
                  "data",
                  "test",
                  "id",
                  "model-facts",
                  "settings",
                  "free"));
      String name = section.required("name", "write what a decision should call it").orElse("");
      if (!names.add(name)) {
        section.problem(
            "name",
            "two claims are named \""
                + Section.shown(name)
                + "\"; an exception could not tell them apart: rename one");
      }
      String check =
          section.required("check", "write the check's name, such as calibration").orElse("");
      String quantity =
          section.required("quantity", "write what was measured, such as ECE").orElse("");
      Optional<Bound> loosest = tolerance(section, quantity);
      PinnedData pinned = pinned(section, data);
      Map<String, String> settings = texts(section, "settings");
      Map<String, String> modelFacts = modelFacts(section);
      Set<String> freed = new LinkedHashSet<>(free(section));
      for (String fact : freed) {
        if (modelFacts.containsKey(fact) || settings.containsKey(fact)) {
          section.problem(
              "free",
              "\"" + Section.shown(fact) + "\" is both pinned and freed; remove one of the two");
        }
      }
      // What a claim pins is pinned for it, whatever is free elsewhere.
      freedForAll.stream()
          .filter(fact -> !modelFacts.containsKey(fact) && !settings.containsKey(fact))
          .forEach(freed::add);
      List<String> groups = section.texts("groups");
      if (section.has("groups") && groups.isEmpty()) {
        section.problem("groups", "\"groups\" is empty; list them, or remove it to take any");
      }
      claims.add(
          new RequiredClaim(
              name,
              section.text("because").orElse(null),
              check,
              trainer(section),
              loosest.orElse(Bound.upper(0).on(quantity)),
              groups,
              pinned,
              section.text("test").orElse(null),
              section.text("id").orElse(null),
              modelFacts,
              settings,
              freed));
    }
    return claims;
  }

  private static Optional<Bound> tolerance(Section claim, String quantity) {
    Optional<Double> most = claim.number("at-most");
    Optional<Double> least = claim.number("at-least");
    if (claim.has("at-most") == claim.has("at-least")) {
      if (claim.has("at-most")) {
        claim.problem("at-least", "has both \"at-most\" and \"at-least\"; make two claims of them");
      } else {
        claim.missing(
            "at-most",
            "write the loosest tolerance as \"at-most: …\" or \"at-least: …\": there is no"
                + " default");
      }
      return Optional.empty();
    }
    String key = most.isPresent() ? "at-most" : "at-least";
    double value = most.or(() -> least).orElse(0.0);
    boolean negativeMeant =
        claim
            .converted(
                "may-be-negative",
                text ->
                    text.equals("true")
                        ? Boolean.TRUE
                        : text.equals("false") ? Boolean.FALSE : null,
                "true or false")
            .orElse(false);
    if (value < 0 && !negativeMeant) {
      claim.problem(
          key,
          "\""
              + key
              + ": "
              + value
              + "\" has the wrong sign: rates, errors and areas are never negative. Write it"
              + " without the minus; where the quantity can be negative, add"
              + " \"may-be-negative: true\"");
    }
    Bound bound = most.isPresent() ? Bound.upper(value) : Bound.lower(value);
    return Optional.of(bound.on(quantity));
  }

  private static @Nullable PinnedData pinned(Section claim, Map<String, PinnedData> data) {
    String name = claim.text("data").orElse(null);
    if (name == null) {
      return null;
    }
    PinnedData pinned = data.get(name);
    if (pinned == null) {
      claim.problem(
          "data",
          "no data are named \""
              + Section.shown(name)
              + "\""
              + Section.nearest(name, data.keySet())
                  .map(near -> "; did you mean \"" + Section.shown(near) + "\"?")
                  .orElse("; add them with their sha256 under \"data\""));
    }
    return pinned;
  }

  private @Nullable PinnedTrainer trainer(Section claim) {
    Node given = claim.nested("trainer").orElse(null);
    if (given == null) {
      return null;
    }
    Section trainer = Section.of(given, "the trainer", problems, List.of("name", "sha256"));
    String name =
        trainer.required("name", "write what a decision should call the trainer").orElse("");
    if (!trainer.has("sha256")) {
      trainer.missing(
          "sha256",
          "copy \"trainer sha256\" from the verdict's provenance: a name alone pins nothing");
    }
    return new PinnedTrainer(name, digests(trainer, "sha256"));
  }

  private Map<String, String> modelFacts(Section claim) {
    Map<String, String> facts = texts(claim, "model-facts");
    if (facts.keySet().stream().anyMatch(FactText::isModelDigest)) {
      claim.problem(
          "model-facts",
          "\"model-facts\" pins \"sha256\", which the gate takes from the file that is to be"
              + " shipped; remove it");
    }
    Optional<String> source = facts.keySet().stream().filter(FactText::isSourceDigest).findFirst();
    if (source.isPresent()) {
      claim.problem(
          "model-facts",
          "\"model-facts\" pins \""
              + source.get()
              + "\"; write it as \"sha256\" under \"trainer\", so"
              + " that the claim is known to be a trainer's");
    }
    for (Role role : Role.values()) {
      String setting = FactText.digestOf(role);
      if (facts.containsKey(setting)) {
        claim.problem(
            "model-facts",
            "\"model-facts\" pins \""
                + setting
                + "\", which is a setting of the comparison; write it under \"settings\"");
      }
    }
    facts.forEach(
        (fact, value) -> {
          if (FactText.isOtherDigest(fact) && !isDigest(value)) {
            claim.problem("model-facts", noDigest(value));
          }
        });
    return facts;
  }

  /** Lines of keys that the user chooses. */
  private Map<String, String> texts(Section of, String key) {
    Map<String, String> texts = new LinkedHashMap<>();
    of.nested(key)
        .map(node -> Section.free(node, "\"" + key + "\"", problems))
        .ifPresent(
            section ->
                section
                    .keys()
                    .forEach(
                        name -> section.text(name).ifPresent(value -> texts.put(name, value))));
    return texts;
  }

  private List<GrantedException> exceptions(Section top, List<RequiredModel> models) {
    List<GrantedException> exceptions = new ArrayList<>();
    for (Node node : top.list("exceptions")) {
      exception(node, models, exceptions).ifPresent(exceptions::add);
    }
    return exceptions;
  }

  private Optional<GrantedException> exception(
      Node node, List<RequiredModel> models, List<GrantedException> before) {
    Section section =
        Section.of(
            node,
            "an exception",
            problems,
            List.of("model", "claim", "group", "no-worse-than", "reason", "owner", "expires"));
    Optional<String> model =
        section.has("model") || models.size() != 1
            ? section.required("model", "write which model it is granted to")
            : Optional.of(models.get(0).name());
    Optional<String> claim = section.required("claim", "write which claim it is granted for");
    Optional<String> reason = section.required("reason", "write why it is granted");
    Optional<String> owner = section.required("owner", "write who answers for it");
    if (!section.has("expires")) {
      section.missing("expires", "write its last day, such as 2027-01-31");
    }
    Optional<LocalDate> expires =
        section.converted("expires", PolicyReader::date, "a day such as 2027-01-31");
    if (!section.has("no-worse-than")) {
      section.missing(
          "no-worse-than",
          "write the bound that has to be shown instead: no exception is boundless");
    }
    Optional<Double> limit = section.number("no-worse-than");
    Optional<RequiredClaim> required = claimOf(section, models, model, claim);
    expires
        .filter(day -> day.isBefore(today))
        .ifPresent(
            day ->
                section.problem(
                    "expires",
                    "the exception for \""
                        + claim.map(Section::shown).orElse("")
                        + "\" expired on "
                        + day
                        + "; ask "
                        + owner.map(Section::shown).orElse("its owner")
                        + " for a new date, or remove it"));
    if (required.isEmpty()
        || reason.isEmpty()
        || owner.isEmpty()
        || expires.isEmpty()
        || limit.isEmpty()) {
      return Optional.empty();
    }
    Bound loosest = required.get().loosest();
    if (loosest.admits(limit.get())) {
      section.problem(
          "no-worse-than",
          "the exception's bound "
              + limit.get()
              + " is no looser than the claim's own, "
              + loosest
              + "; it excepts nothing: remove it, or write the bound that is accepted");
    }
    String group = section.text("group").orElse(null);
    if (group != null
        && !required.get().groups().isEmpty()
        && !required.get().groups().contains(group)) {
      section.problem(
          "group",
          "\""
              + Section.shown(group)
              + "\" is no group of the claim"
              + Section.nearest(group, required.get().groups())
                  .map(near -> "; did you mean \"" + Section.shown(near) + "\"?")
                  .orElse(""));
    }
    GrantedException granted =
        new GrantedException(
            model.orElseThrow(),
            claim.orElseThrow(),
            group,
            new Bound(loosest.quantity(), loosest.direction(), limit.get()),
            reason.get(),
            owner.get(),
            expires.get());
    if (before.stream().anyMatch(granted::overlaps)) {
      section.problem(
          group == null ? "claim" : "group",
          "another exception is granted for \""
              + Section.shown(granted.claim())
              + "\" and "
              + (group == null ? "one of its groups" : "\"" + Section.shown(group) + "\"")
              + " already; which bound counts would be a guess: remove one, or name the group of"
              + " each");
    }
    return Optional.of(granted);
  }

  private static Optional<RequiredClaim> claimOf(
      Section section, List<RequiredModel> models, Optional<String> model, Optional<String> claim) {
    if (model.isEmpty() || claim.isEmpty()) {
      return Optional.empty();
    }
    Optional<RequiredModel> of =
        models.stream().filter(m -> m.name().equals(model.get())).findFirst();
    if (of.isEmpty()) {
      section.problem(
          "model", "the policy asks nothing of a model \"" + Section.shown(model.get()) + "\"");
      return Optional.empty();
    }
    Optional<RequiredClaim> found =
        of.get().claims().stream().filter(c -> c.name().equals(claim.get())).findFirst();
    if (found.isEmpty()) {
      section.problem(
          "claim",
          "no claim of the policy is named \""
              + Section.shown(claim.get())
              + "\""
              + Section.nearest(
                      claim.get(), of.get().claims().stream().map(RequiredClaim::name).toList())
                  .map(near -> "; did you mean \"" + Section.shown(near) + "\"?")
                  .orElse(""));
    }
    return found;
  }

  private static @Nullable LocalDate date(String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeException e) {
      return null;
    }
  }
}
