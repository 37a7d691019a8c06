package dev.touchstone.data;

import dev.touchstone.runtime.TouchstoneException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apiguardian.api.API;

/** What the labels of a model, or of data, of several may be called. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class LabelNames {
  private static final int MOST_CHARACTERS = 100;

  private LabelNames() {}

  /**
   * Refuses names by which labels could not be told apart where evidence names them.
   *
   * @param who has them, such as a file
   * @throws TouchstoneException for fewer than two names, one twice, or one that is blank, long, or
   *     holds a control character, a brace or an equals sign
   */
  public static void require(String who, List<String> names) {
    if (names.size() < 2) {
      throw new TouchstoneException(
          "%s: several labels are two or more, and these are %s; of one label take .label(\"column\", …) of the data and .ofLabel(…) of the model"
              .formatted(who, names));
    }
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (name.isBlank()
          || name.length() > MOST_CHARACTERS
          || name.chars().anyMatch(c -> Character.isISOControl(c) || "{}=".indexOf(c) >= 0)) {
        throw new TouchstoneException(
            "%s: a label is called \"%s\"; give it a name of 1 to %d characters without line breaks, braces or equals signs"
                .formatted(who, name, MOST_CHARACTERS));
      }
      if (!seen.add(name)) {
        throw new TouchstoneException(
            "%s: two labels are called \"%s\"; name each once".formatted(who, name));
      }
    }
  }
}
