package dev.touchstone.graph.block;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBaseBlock;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.Pair;
import dev.touchstone.graph.operator.Definition;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.Torch;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a tree of DJL blocks is, in words: every block with its name, its class and the values of
 * its fields, among them those that a lambda has captured (a pooling's window is nowhere else). Two
 * trees that compute differently have different descriptions, unless they differ in code: such
 * places are {@linkplain #opaque listed} where the code has no name, and what stands there is told
 * apart by {@linkplain #code what it is}.
 *
 * @param text the description, the same in every JVM
 * @param opaque paths of unnamed lambdas and of values whose inside cannot be read; two trees with
 *     such places may differ and still be described alike
 * @param code what the text knows by name alone, such as the classes of lambdas; where it is equal
 *     too, the trees compute alike. Means nothing to another JVM
 */
public record BlockDescription(String text, List<String> opaque, List<Object> code) {
  private static final int MOST_CHARACTERS = 4_000;
  private static final String DJL = "ai.djl.";

  /** The values of these say all about them in {@code toString}. */
  private static final Set<Class<?>> PLAIN =
      Set.of(
          Boolean.class,
          Character.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          Shape.class);

  /** Texts that read like values of other types. */
  private static final Set<String> LITERALS =
      Set.of("null", "true", "false", "NaN", "Infinity", "-Infinity", "itself");

  /** What DJL fills in when a block is initialised, or what is described on its own. */
  private static final Set<Class<?>> NOT_READ =
      Set.of(AbstractBaseBlock.class, AbstractBlock.class, Object.class);

  /** Copies the lists. */
  public BlockDescription {
    opaque = List.copyOf(opaque);
    code = List.copyOf(code);
  }

  /**
   * Describes what a block learns from and computes: also which parameters are frozen, and which
   * have an initialiser other than their type's.
   *
   * @param block without weights, as its supplier makes it
   */
  public static BlockDescription ofLearning(Block block) {
    return described(block, "", null);
  }

  /**
   * Describes another part of a trainer as the fields of blocks are: its class, and the values of
   * its own fields.
   *
   * @param what what to call it where something in it cannot be described
   */
  public static BlockDescription ofPart(Object part, String what) {
    return described(part, what, null);
  }

  /**
   * Describes what a block, or a function of a block's, computes.
   *
   * @param parameters whose values are handed to it and described elsewhere; those of any other
   *     parameter are part of the description
   */
  public static BlockDescription ofComputing(Object blockOrFunction, List<Parameter> parameters) {
    Set<Parameter> handedIn = Collections.newSetFromMap(new IdentityHashMap<>());
    handedIn.addAll(parameters);
    return described(blockOrFunction, "", handedIn);
  }

  private static BlockDescription described(
      Object described, String path, @Nullable Set<Parameter> handedIn) {
    Reading reading = new Reading(handedIn);
    String text = reading.value(described, path);
    return new BlockDescription(text, reading.opaque, List.copyOf(reading.code));
  }

  /** Returns the SHA-256 of the whole text. */
  public String sha256() {
    return Digest.sha256().add(text).hex();
  }

  /** The block as the definition of a node. */
  Definition definition() {
    return new Definition(sha256(), opaque(), code(), Map.of());
  }

  /**
   * Returns the text, or its beginning where it is long; {@link #sha256} tells longer ones apart.
   */
  public String shortened() {
    return text.length() <= MOST_CHARACTERS
        ? text
        : text.substring(0, MOST_CHARACTERS)
            + "… ("
            + (text.length() - MOST_CHARACTERS)
            + " more characters)";
  }

  /** An object that equals nothing but itself. */
  private record Itself(Object object) {

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Itself that && object == that.object;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(object);
    }
  }

  /** One walk over a tree. */
  private static final class Reading {
    /** Null where it is described what a block learns from. */
    private final @Nullable Set<Parameter> handedIn;

    private final List<String> opaque = new ArrayList<>();
    private final Set<Object> code = new LinkedHashSet<>();

    /** Where a block or a parameter stood first: what is shared learns together. */
    private final Map<Object, String> places = new IdentityHashMap<>();

    /** What encloses the object that is being described, which may hold it again. */
    private final Set<Object> around = Collections.newSetFromMap(new IdentityHashMap<>());

    /** Whether code stands under a name that a person, or DJL, has given it. */
    private boolean named;

    Reading(@Nullable Set<Parameter> handedIn) {
      this.handedIn = handedIn;
    }

    String block(Block block, String path) {
      String earlier = places.putIfAbsent(block, path);
      if (earlier != null) {
        return "the block at \"" + earlier + "\" again";
      }
      boolean outside = named;
      named =
          block instanceof LambdaBlock lambda && !lambda.getName().equals(LambdaBlock.DEFAULT_NAME);
      List<String> facts = fields(block, path);
      named = outside;
      for (Pair<String, Parameter> entry : block.getDirectParameters()) {
        facts.addAll(parameter(entry.getKey(), entry.getValue(), path));
      }
      List<String> children = new ArrayList<>();
      for (Pair<String, Block> child : block.getChildren()) {
        children.add(
            quotedUnlessPlain(child.getKey())
                + " "
                + block(child.getValue(), join(path, child.getKey())));
      }
      return described(block, facts)
          + (children.isEmpty() ? "" : " {" + String.join("; ", children) + "}");
    }

    /** An ordinary parameter is its name: whether a layer has a bias shows nowhere else. */
    private List<String> parameter(String name, Parameter parameter, String path) {
      String earlier = places.putIfAbsent(parameter, join(path, name));
      if (earlier != null) {
        return List.of(name + " is " + earlier);
      }
      if (handedIn != null) {
        return List.of(handedIn.contains(parameter) ? name : name + "=" + values(parameter));
      }
      List<String> facts = new ArrayList<>(List.of(name));
      if (!parameter.requiresGradient()) {
        facts.add(name + " does not learn");
      }
      // Weights get the trainer's own initialiser, whatever the block brings.
      Parameter.Type type = parameter.getType();
      Initializer initialiser = parameter.getInitializer();
      if (type != Parameter.Type.WEIGHT && initialiser != type.getInitializer()) {
        facts.add(name + " starts as " + value(initialiser, join(path, name)));
      }
      return facts;
    }

    private static String values(Parameter parameter) {
      return parameter.isInitialized() ? values(parameter.getArray()) : "not initialised";
    }

    private static String values(NDArray array) {
      return array.getDataType()
          + " "
          + array.getShape()
          + " "
          + Torch.evaluate(() -> Digest.ofBytes(array.toByteArray()));
    }

    /** The fields of an object, with what it inherits. */
    private List<String> fields(Object object, String path) {
      List<String> facts = new ArrayList<>();
      for (Class<?> type = object.getClass();
          type != null && !NOT_READ.contains(type);
          type = type.getSuperclass()) {
        Arrays.stream(type.getDeclaredFields())
            .filter(field -> !Modifier.isStatic(field.getModifiers()))
            .sorted(Comparator.comparing(Field::getName))
            .forEach(field -> add(facts, field, object, path));
      }
      return facts;
    }

    private void add(List<String> facts, Field field, Object object, String path) {
      String name = field.getName();
      try {
        field.setAccessible(true);
        Object value = field.get(object);
        if (value != null && !isListed(value, object)) {
          facts.add(name + "=" + value(value, join(path, name)));
        }
      } catch (IllegalAccessException | InaccessibleObjectException e) {
        opaque.add(join(path, name));
        code.add(new Itself(object));
      }
    }

    /** Whether a value is a child or a parameter of a block, which are described as such. */
    private static boolean isListed(Object value, Object owner) {
      return owner instanceof Block block
          && (block.getChildren().values().stream().anyMatch(child -> child == value)
              || block.getDirectParameters().values().stream().anyMatch(own -> own == value));
    }

    private String value(@Nullable Object value, String path) {
      if (value instanceof String text) {
        return quotedUnlessPlain(text);
      }
      if (value == null || PLAIN.contains(value.getClass())) {
        return String.valueOf(value);
      }
      if (value instanceof Enum<?> constant) {
        return constant.name();
      }
      if (value instanceof Class<?> type) {
        code.add(type);
        return type.getName();
      }
      if (value instanceof NDArray array) {
        return values(array);
      }
      if (!around.add(value)) {
        return "itself";
      }
      try {
        return composed(value, path);
      } finally {
        around.remove(value);
      }
    }

    private String composed(Object value, String path) {
      if (value instanceof Block block) {
        return block(block, path);
      }
      if (value instanceof Parameter parameter) {
        return "parameter " + parameter("itself", parameter, path);
      }
      if (value.getClass().isArray()) {
        return elements(
            IntStream.range(0, Array.getLength(value)).mapToObj(i -> Array.get(value, i)), path);
      }
      if (value instanceof List<?> list) {
        return elements(list.stream(), path);
      }
      if (value.getClass().isHidden() && !named) {
        opaque.add(path);
      }
      return described(value, fields(value, path));
    }

    private String elements(Stream<?> elements, String path) {
      return elements.map(element -> value(element, path)).toList().toString();
    }

    private String described(Object object, List<String> facts) {
      if (!object.getClass().getName().startsWith(DJL) || object.getClass().isHidden()) {
        code.add(object.getClass());
      }
      return name(object.getClass())
          + (facts.isEmpty() ? "" : "(" + String.join(", ", facts) + ")");
    }

    /** DJL's own classes go by their simple names; the names of lambdas' classes are not stable. */
    private static String name(Class<?> type) {
      if (type.isHidden()) {
        String host = type.getName().replaceFirst("\\$\\$Lambda.*", "");
        return "lambda of " + host.substring(host.startsWith(DJL) ? host.lastIndexOf('.') + 1 : 0);
      }
      return type.getName().startsWith(DJL) ? type.getSimpleName() : type.getName();
    }

    /** A text with marks of its own must not pass for the facts around it. */
    private static String quotedUnlessPlain(String text) {
      return text.matches("[\\w.-]*[A-Za-z_][\\w.-]*") && !LITERALS.contains(text)
          ? text
          : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private static String join(String path, String name) {
      return path.isEmpty() ? name : path + "." + name;
    }
  }
}
