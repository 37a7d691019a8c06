package dev.touchstone.graph.script;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The classes that a TorchScript program declares, with the types of their attributes, read off its
 * text. libtorch lays an object out by its class and then believes that every attribute has the
 * class that is declared.
 */
final class ScriptClasses {
  /** libtorch's own classes, whose code is not in the file. */
  private static final String NATIVE = "__torch__.torch.classes.";

  private static final Pattern CLASS =
      Pattern.compile("class\\s+(\\w+)\\s*(?:\\(\\s*(\\w*).*)?:.*");

  private static final Pattern ATTRIBUTE =
      Pattern.compile("\\s+(?:(\\w+)\\s*:|__annotations__\\[\"([^\"]*)\"\\]\\s*=)\\s*(\\S.*?)\\s*");

  /** A class. */
  static final class Declared {
    private final String base;
    private final Map<String, String> attributes = new LinkedHashMap<>();
    private boolean restores;

    private Declared(String base) {
      this.base = base;
    }

    /** What it extends, such as {@code Module} or {@code Enum}; empty if nothing. */
    String base() {
      return base;
    }

    /** Its attributes' types by name. */
    Map<String, String> attributes() {
      return attributes;
    }

    /** Whether a method of its own makes the attributes of what was saved. */
    boolean restores() {
      return restores;
    }
  }

  private final Map<String, Declared> classes = new HashMap<>();

  /**
   * Reads a source.
   *
   * @param qualifier of the classes in it, such as {@code __torch__.torch.nn.modules.linear}
   */
  void read(String qualifier, String source) {
    Declared current = new Declared("");
    boolean declares = false;
    for (String line : source.split("\n", -1)) {
      Matcher declaration = CLASS.matcher(line);
      Matcher attribute = ATTRIBUTE.matcher(line);
      if (declaration.matches()) {
        String base = declaration.group(2);
        current = new Declared(base == null ? "" : base);
        declares = true;
        classes.put(qualifier + "." + declaration.group(1), current);
      } else if (line.stripLeading().startsWith("def ")) {
        // Attributes stand before methods.
        declares = false;
        current.restores |= line.stripLeading().startsWith("def __setstate__");
      } else if (declares && attribute.matches() && !attribute.group(3).startsWith("Final[")) {
        String name = attribute.group(1) == null ? attribute.group(2) : attribute.group(1);
        current.attributes.put(name, attribute.group(3));
      }
    }
  }

  /** What the program declares under a whole name; null if it does not. */
  @Nullable Declared declared(String name) {
    return classes.get(name);
  }

  /** Whether the class is libtorch's own. */
  static boolean isNative(String name) {
    return name.startsWith(NATIVE);
  }

  @Override
  public String toString() {
    return classes.keySet().toString();
  }
}
