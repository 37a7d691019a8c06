package dev.touchstone.report;

import dev.touchstone.evidence.record.RecordedFigure;
import dev.touchstone.runtime.TestIdentity;
import java.util.Comparator;
import java.util.List;

/**
 * What tests show without claiming anything of it.
 *
 * @param items in the order of what they are about
 * @param more how many there are beyond those
 */
record Shows(List<Item> items, int more) {
  /** More make a page that nobody reads to its end. */
  private static final int MOST = 200;

  /**
   * A figure.
   *
   * @param subject the model and the data
   * @param test which shows it; may be empty
   * @param fingerprints by what the model and the data are known
   */
  record Item(String subject, String test, String fingerprints, Picture picture) {}

  static Shows of(List<RecordedFigure> shown) {
    List<Item> items =
        shown.stream()
            .sorted(
                Comparator.comparing((RecordedFigure figure) -> figure.shown().subject())
                    .thenComparing(figure -> figure.test().map(TestIdentity::id).orElse(""))
                    .thenComparing(figure -> figure.shown().figure().name()))
            .limit(MOST)
            .map(Shows::item)
            .toList();
    return new Shows(items, shown.size() - items.size());
  }

  private static Item item(RecordedFigure recorded) {
    var provenance = recorded.shown().provenance();
    return new Item(
        Inert.text(recorded.shown().subject()),
        recorded
            .test()
            .map(test -> Inert.text(simple(test.className()) + "." + test.methodName()))
            .orElse(""),
        "model %s, data %s, seed %d"
            .formatted(
                brief(provenance.modelSha256().orElse("")),
                brief(provenance.data().sha256()),
                provenance.seed()),
        Picture.of(recorded.shown().figure()));
  }

  private static String simple(String className) {
    return className.substring(className.lastIndexOf('.') + 1);
  }

  private static String brief(String sha256) {
    return sha256.isEmpty()
        ? "unknown"
        : Inert.text(sha256.substring(0, Math.min(8, sha256.length())));
  }
}
