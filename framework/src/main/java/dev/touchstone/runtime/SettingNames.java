package dev.touchstone.runtime;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.apiguardian.api.API;

/**
 * The names of all settings: one that is mistyped would otherwise leave its default in force, and
 * nobody would hear of it.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class SettingNames {
  private static final String PREFIX = "touchstone.";

  /** What {@link Settings} reads, and what tells how a suite is called. */
  private static final List<String> OF_TESTS =
      List.of(
          "touchstone.device",
          "touchstone.seed",
          "touchstone.policy",
          "touchstone.memory",
          "touchstone.report.dir",
          "touchstone.report.html",
          "touchstone.report.discoveries",
          "touchstone.baseline",
          "touchstone.baseline.file",
          "touchstone.ci",
          "touchstone.suite.version",
          Settings.MODEL,
          "touchstone.run.id",
          "touchstone.reproduce");

  /** What the goals read: Maven hands on to the tests whatever stands on its command line. */
  private static final List<String> OF_GOALS =
      List.of(
          "touchstone.verdicts",
          "touchstone.audit.data",
          "touchstone.audit.schema",
          "touchstone.audit.concepts",
          "touchstone.audit.examples",
          "touchstone.audit.suspicion",
          "touchstone.audit.importances",
          "touchstone.audit.seed",
          "touchstone.audit.out",
          "touchstone.gate.models",
          "touchstone.gate.policy",
          "touchstone.gate.policyName",
          "touchstone.gate.out",
          "touchstone.gate.asDecided",
          "touchstone.verify.decision",
          "touchstone.report.out",
          "touchstone.report.baseline",
          "touchstone.study.question",
          "touchstone.study.out");

  private static final Collection<String> ALL = new TreeSet<>();

  static {
    ALL.addAll(OF_TESTS);
    ALL.addAll(OF_GOALS);
  }

  private SettingNames() {}

  /** Whether a name is one of a setting, or of nothing that is Touchstone's. */
  public static boolean isKnown(String name) {
    boolean ours = name.toLowerCase(Locale.ROOT).startsWith(PREFIX);
    boolean ofModel =
        name.startsWith(Settings.MODEL + ".") && name.length() > Settings.MODEL.length() + 1;
    return !ours || ALL.contains(name) || ofModel;
  }

  /**
   * Refuses a name that begins as those of settings do and is none of them.
   *
   * @param names where they can be listed
   * @param where in words, such as {@code the system properties}
   * @throws TouchstoneException naming the nearest one that is
   */
  public static void refuseUnknown(Collection<String> names, String where) {
    for (String name : new TreeSet<>(names)) {
      if (!isKnown(name)) {
        throw new TouchstoneException(
            "\"%s\" in %s is no setting; %s"
                .formatted(
                    name,
                    where,
                    NearestName.of(name, ALL)
                        .map(near -> "write " + near + ", or leave it out")
                        .orElse("leave it out; there are " + String.join(", ", ALL))));
      }
    }
  }
}
