package dev.touchstone.check.evaluation;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.Warning;
import org.apiguardian.api.API;

/**
 * Says how many examples repeat an earlier one. In ordinary tables with few values a column 10 to
 * 60 % do, and are independent all the same; where rows were copied, or one person was asked
 * several times, they are one example that counts as many. Nothing but their origin tells which, so
 * that they become clusters only where these are declared.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Copies {
  /** More than ordinary tables have. */
  private static final double MOST = 2.0 / 3;

  private Copies() {}

  /** Notes the number, and warns of one that no ordinary table has. */
  public static void say(Evidence.Builder evidence, Dataset data) {
    int repeated = data.identicalExamples();
    if (repeated == 0) {
      return;
    }
    String counted =
        "%,d of %,d examples (%.0f %%) repeat the features and the label of an earlier one"
            .formatted(repeated, data.size(), 100.0 * repeated / data.size());
    if (data.clustering().isPresent()) {
      evidence.note(counted);
      return;
    }
    evidence.note(
        counted
            + "; the interval takes all for independent. If they are copies, drop them or declare"
            + " .clusteredBy(…)");
    if (repeated > MOST * data.size()) {
      evidence.warn(
          new Warning(
              Warning.COPIED_EXAMPLES,
              "%s of %s: with copies among them the interval is too narrow; drop these, or add a column that says which belong together and declare .clusteredBy(\"column\").withClustersOfAtMost(n)"
                  .formatted(counted, PlainText.of(data.name(), 80))));
    }
  }
}
