package dev.touchstone.graph.script;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
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

  /** A function beside classes, and the whole name of one or the other where it is used. */
  private static final Pattern FUNCTION = Pattern.compile("def (\\w+)\\(.*");

  private static final Pattern USE = Pattern.compile("__torch__(?:\\.\\w+)+");

  private final Map<String, Declared> classes = new HashMap<>();

  /** By class or function, the whole names that it mentions. */
  private final Map<String, Set<String>> uses = new HashMap<>();

  /**
   * Reads a source.
   *
   * @param qualifier of the classes in it, such as {@code __torch__.torch.nn.modules.linear}
   */
  void read(String qualifier, String source) {
    Declared current = new Declared("");
    boolean declares = false;
    Set<String> used = new HashSet<>();
    for (String line : source.split("\n", -1)) {
      Matcher declaration = CLASS.matcher(line);
      Matcher attribute = ATTRIBUTE.matcher(line);
      Matcher function = FUNCTION.matcher(line);
      if (declaration.matches() || function.matches()) {
        String name = declaration.matches() ? declaration.group(1) : function.group(1);
        used = uses.computeIfAbsent(qualifier + "." + name, key -> new HashSet<>());
      }
      USE.matcher(line).results().map(MatchResult::group).forEach(used::add);
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

  /**
   * How many classes and functions need each other in a row: libtorch compiles each inside the one
   * that needs it. What needs itself around some corners is not counted.
   */
  int longestChain() {
    Map<String, Integer> users = new HashMap<>();
    for (String name : uses.keySet()) {
      needed(name).forEach(other -> users.merge(other, 1, Integer::sum));
    }
    Map<String, Integer> chains = new HashMap<>();
    Deque<String> open = new ArrayDeque<>();
    uses.keySet().stream().filter(name -> !users.containsKey(name)).forEach(open::add);
    int longest = 0;
    while (!open.isEmpty()) {
      String name = open.remove();
      int chain = chains.getOrDefault(name, 1);
      longest = Math.max(longest, chain);
      for (String other : needed(name)) {
        chains.merge(other, chain + 1, Math::max);
        if (users.merge(other, -1, Integer::sum) == 0) {
          open.add(other);
        }
      }
    }
    return longest;
  }

  private Set<String> needed(String name) {
    Set<String> needed = new HashSet<>(uses.getOrDefault(name, Set.of()));
    needed.retainAll(uses.keySet());
    needed.remove(name);
    return needed;
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
