package dev.touchstone.guiding.repair;

import dev.touchstone.data.AuditSet;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What an audit set says of a concept that should not matter: in an annotation, or in a column. */
final class AuditedAttributes {
  private AuditedAttributes() {}

  /**
   * What each example has.
   *
   * @param who asks
   */
  static String[] of(AuditSet audit, String concept, String who) {
    int annotated = audit.concepts().indexOf(concept);
    String[] has = new String[audit.size()];
    if (annotated >= 0) {
      double[][] values = audit.conceptValues();
      Arrays.setAll(has, j -> Double.toString(values[j][annotated]));
    } else if (audit.data().columns().contains(concept)) {
      Arrays.setAll(has, j -> audit.data().value(concept, j));
    } else {
      throw new TouchstoneException(
          "%s has to know \"%s\" of every audit example, and %s has neither such an annotation, of %s, nor such a column, of %s; annotate it, or read it with .groups(\"%s\")"
              .formatted(who, concept, audit, audit.concepts(), audit.data().columns(), concept));
    }
    List<String> values = Arrays.stream(has).distinct().sorted().toList();
    if (values.size() < 2) {
      throw new TouchstoneException(
          "every example of %s has \"%s\" = %s, of which %s can learn nothing; audit others, too"
              .formatted(audit, concept, values.get(0), who));
    }
    if (values.size() > audit.size() / 2) {
      throw new TouchstoneException(
          "\"%s\" has %d values in the %d examples of %s, and %s makes a group of each; give one of few values"
              .formatted(concept, values.size(), audit.size(), audit, who));
    }
    return has;
  }

  /** The audit set's groups, by label and by the concepts. */
  static Groups groups(AuditSet audit, List<String> concepts, String who) {
    List<String[]> attributes = concepts.stream().map(name -> of(audit, name, who)).toList();
    return Groups.of(
        IntStream.range(0, audit.size())
            .mapToObj(
                j ->
                    audit.data().label(j)
                        + attributes.stream().map(of -> " & " + of[j]).reduce("", String::concat))
            .toArray(String[]::new));
  }
}
